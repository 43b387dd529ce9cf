"""The key of the demonstration, made once for all tests of certificates."""

import os
from pathlib import Path

import pytest

from kaoping.certificates import document_keys
from kaoping.certificates.document_keys import DocumentKey
from tests.conftest import FOLDER


@pytest.fixture(scope="session")
def demonstration_key() -> DocumentKey:
    return document_keys.demonstration(Path(os.environ[FOLDER]) / "demonstration.p12")
