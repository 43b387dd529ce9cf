"""Migrated and created tables are the same, and the database itself keeps the two laws."""

import os
import subprocess
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from kaoping.exam import db, embedded, migrating
from kaoping.exam.errors import SchemaOutdated
from kaoping.exam.schema import APPEND_ONLY, Base
from kaoping.itembank.orm import owned_tables
from tests.conftest import Database, copied, superuser


@pytest.fixture
def empty_database(server: embedded.Server) -> Iterator[Database]:
    with copied(server, template="template0") as made:
        yield made


def dumped(database: Database) -> list[str]:
    """Dump the schema as sorted statements, because the order of indexes and grants means nothing."""
    address = database.server.url(database.name)
    command = [
        str(database.server.programs / "pg_dump"), "--schema-only", "--exclude-table=alembic_version", "-U", "postgres",
        "-h", str(database.server.socket), database.name,
    ]  # fmt: skip
    environment = os.environ | {"PGPASSWORD": address.password or ""}
    text = subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout
    return sorted(part for part in text.split("\n\n") if not part.startswith(("--\n-- PostgreSQL", "\\")))


def as_owner(database: Database) -> Engine:
    return db.engine_for(database.addresses.as_owner())


def test_migrations_make_what_the_models_say(database: Database, empty_database: Database) -> None:
    owner = as_owner(empty_database)
    with owner.begin() as connection:
        migrating.upgrade(connection)
    owner.dispose()

    assert dumped(empty_database) == dumped(database)


def test_an_extra_check_would_be_noticed(own_database: Database, database: Database) -> None:
    with superuser(own_database.server, own_database.name) as connection:
        connection.execute("ALTER TABLE organisation ADD CHECK (name <> '')")

    assert dumped(own_database) != dumped(database)


def test_every_owned_table_has_a_policy(database: Database) -> None:
    with database.engine.connect() as connection:
        policies = set(connection.scalars(text("SELECT tablename FROM pg_policies")))

    assert policies == {table.name for table in owned_tables(Base.metadata)}


def test_the_database_keeps_the_laws_of_the_house(database: Database) -> None:
    with database.engine.connect() as connection:
        assert migrating.violations(connection) == []


@pytest.mark.parametrize(
    ("breach", "word"),
    [
        ("ALTER TABLE trail_head NO FORCE ROW LEVEL SECURITY", "row-level security"),
        ("DROP POLICY trail_head_organisation ON trail_head", "row-level security"),
        ("GRANT UPDATE ON trail_entry TO kaoping_app", "may change"),
        ("DROP TRIGGER trail_entry_append_only ON trail_entry", "lacks the trigger"),
        ("CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'", "function f"),
    ],
)
def test_a_broken_law_is_found(own_database: Database, breach: str, word: str) -> None:
    with superuser(own_database.server, own_database.name) as connection:
        connection.execute(breach.encode())

    with own_database.engine.connect() as connection_:
        (found,) = migrating.violations(connection_)

    assert word in found


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("change", ["DELETE FROM {}", "UPDATE {} SET id = id", "TRUNCATE {} CASCADE"])
def test_not_even_the_owner_changes_what_is_appended(database: Database, table: str, change: str) -> None:
    owner = as_owner(database)
    with pytest.raises(DBAPIError, match="are appended, never changed"), owner.begin() as connection:
        connection.execute(text(change.format(table)))

    owner.dispose()


def test_a_database_without_tables_is_named_outdated(empty_database: Database) -> None:
    with pytest.raises(SchemaOutdated) as caught:
        migrating.require_current(empty_database.engine)

    assert caught.value.found == "none"
    assert str(caught.value).endswith("run: kaoping db upgrade")


def test_a_migrated_database_is_current(empty_database: Database) -> None:
    owner = as_owner(empty_database)
    with owner.begin() as connection:
        migrating.upgrade(connection)
    owner.dispose()

    migrating.require_current(empty_database.engine)
