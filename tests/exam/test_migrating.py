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
        database.server.programs / "pg_dump", "--schema-only", "--exclude-table=alembic_version", "-U", "postgres",
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


def test_every_owned_table_is_under_forced_row_level_security(database: Database) -> None:
    with database.engine.connect() as connection:
        unprotected = connection.scalars(text(
            "SELECT relname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid "
            "WHERE attname = 'organisation_id' AND relkind = 'r' AND NOT (relrowsecurity AND relforcerowsecurity)"
        )).all()  # fmt: skip
        policies = set(connection.scalars(text("SELECT tablename FROM pg_policies")))

    assert unprotected == []
    assert policies == {table.name for table in owned_tables(Base.metadata)}


def test_the_program_may_not_change_what_is_appended(database: Database) -> None:
    with database.engine.connect() as connection:
        allowed = connection.execute(text(
            "SELECT table_name, privilege_type FROM information_schema.role_table_grants "
            "WHERE grantee IN ('kaoping_app', 'kaoping_definer') AND privilege_type NOT IN ('SELECT', 'INSERT')"
        )).all()  # fmt: skip

    assert {table for table, _ in allowed} & set(APPEND_ONLY) == set()
    assert ("organisation", "UPDATE") in {tuple(row) for row in allowed}


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("change", ["DELETE FROM {}", "UPDATE {} SET id = id", "TRUNCATE {} CASCADE"])
def test_not_even_the_owner_changes_what_is_appended(database: Database, table: str, change: str) -> None:
    owner = as_owner(database)
    with pytest.raises(DBAPIError, match="are appended, never changed"), owner.begin() as connection:
        connection.execute(text(change.format(table)))

    owner.dispose()


def test_functions_across_organisations_have_a_pinned_path_and_an_owner_without_log_in(database: Database) -> None:
    with database.engine.connect() as connection:
        wrong = connection.scalars(text(
            "SELECT proname FROM pg_proc JOIN pg_roles owner ON owner.oid = proowner "
            "WHERE prosecdef AND pronamespace = 'public'::regnamespace AND (owner.rolcanlogin OR owner.rolsuper "
            "OR NOT coalesce(array_to_string(proconfig, ' '), '') LIKE 'search_path=%' "
            "OR has_function_privilege('public', pg_proc.oid, 'execute'))"
        )).all()  # fmt: skip

    assert wrong == []


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
