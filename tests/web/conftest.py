"""The web application over the test database."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kaoping.exam.app import create_app
from kaoping.exam.settings import Settings
from kaoping.itembank.vault import Vault
from tests.conftest import Database


@pytest.fixture
def app(database: Database, vault: Vault, tmp_path: Path) -> Flask:
    """The application, put together as for serving."""
    (tmp_path / "secret.key").write_text("not-a-secret-" * 4)
    return create_app(Settings(data=tmp_path))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor."""
    return app.test_client()
