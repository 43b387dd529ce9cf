"""The key of the demonstration, made once for all tests of certificates."""

from pathlib import Path

import pytest

from kaoping.certificates import document_keys
from kaoping.certificates.document_keys import DocumentKey


@pytest.fixture(scope="session")
def demonstration_key(tmp_path_factory: pytest.TempPathFactory) -> DocumentKey:
    path: Path = tmp_path_factory.mktemp("keys") / "demonstration.p12"
    return document_keys.demonstration(path)
