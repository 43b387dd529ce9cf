"""The web application over the test database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kaoping.exam.app import create_app
from kaoping.exam.settings import Settings
from kaoping.itembank.vault import Vault
from tests.conftest import Database


def an_app(folder: Path) -> Flask:
    """Put the application together as for serving, over a folder of its own."""
    (folder / "secret.key").write_text("not-a-secret-" * 4)
    return create_app(Settings(data=folder))


@pytest.fixture(scope="session")
def shared_app(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The one application of this run: its routes and templates are made once."""
    return an_app(tmp_path_factory.mktemp("shared-app"))


@pytest.fixture
def app(shared_app: Flask, vault: Vault, tmp_path: Path) -> Iterator[Flask]:
    """The shared application over a data folder of this test; what the test configures ends with it."""
    settings, configured = shared_app.extensions["kaoping.settings"], dict(shared_app.config)
    shared_app.extensions["kaoping.settings"] = Settings(data=tmp_path)
    yield shared_app
    shared_app.extensions["kaoping.settings"] = settings
    shared_app.config.clear()
    shared_app.config.update(configured)


@pytest.fixture
def own_app(database: Database, vault: Vault, tmp_path: Path) -> Flask:
    """An application for one test alone, to which it may add routes."""
    return an_app(tmp_path)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor."""
    return app.test_client()
