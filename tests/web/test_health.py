"""Health for machines."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kaoping.exam import db, embedded, migrating
from kaoping.itembank import orm
from tests.conftest import Database, copied


@pytest.fixture
def empty_database(server: embedded.Server) -> Iterator[Database]:
    """A database without tables."""
    with copied(server, template="template0") as made:
        yield made


@pytest.fixture
def migrated(database: Database, empty_database: Database) -> Iterator[None]:
    """Let the application work on a database that was migrated, not made from the models."""
    owner = db.engine_for(empty_database.addresses.as_owner())
    with owner.begin() as connection:
        migrating.upgrade(connection)
    owner.dispose()
    db.use(empty_database.engine)
    yield
    db.use(database.engine)


@pytest.mark.usefixtures("migrated")
def test_a_complete_application_is_alive_and_ready(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").json == {"status": "ok", "parts": {"database": True, "keys": True}}


@pytest.mark.usefixtures("migrated")
def test_without_keys_it_is_not_ready(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orm._Window, "vault", None)

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json == {"status": "unready", "parts": {"database": True, "keys": False}}


def test_without_its_tables_it_is_not_ready(client: FlaskClient, empty_database: Database, database: Database) -> None:
    db.use(empty_database.engine)
    answer = client.get("/readyz")
    db.use(database.engine)

    assert answer.json == {"status": "unready", "parts": {"database": False, "keys": True}}


def test_answers_are_counted_by_route(own_app: Flask) -> None:
    client = own_app.test_client()
    client.get("/nowhere-at-all")

    assert 'kaoping_answers_total{route="none",status="404"} 1.0' in client.get("/metrics").text
