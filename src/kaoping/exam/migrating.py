"""Bringing the tables to this version, and making them without history for comparison."""

import itertools
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from procrastinate.schema import SchemaManager
from sqlalchemy import Connection, Engine, TextClause, create_mock_engine, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import ExecutableDDLElement

from kaoping.exam import roles
from kaoping.exam.errors import SchemaOutdated
from kaoping.exam.schema import APPEND_ONLY, STATEMENTS, Base

#: Everybody who opens the database asks for its revision first.
GRANT_REVISION = "GRANT SELECT ON alembic_version TO kaoping_app, kaoping_backup"
HOME = Path(__file__).parent / "migrations"


def upgrade(connection: Connection) -> None:
    """Run the missing migrations in the caller's transaction (as the owner)."""
    command.upgrade(config(connection), "head")


def head() -> str:
    """Give the revision that this version needs."""
    return ScriptDirectory.from_config(config()).get_current_head() or "none"


def require_current(engine: Engine) -> None:
    """Raise `SchemaOutdated` unless the tables are those of this version."""
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    if found != head():
        raise SchemaOutdated(found=found or "none", needed=head())


_LAWS = {
    "the table %s has rows of organisations but no forced row-level security": (
        "SELECT relname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid JOIN pg_namespace ON "
        "pg_namespace.oid = relnamespace WHERE nspname = 'public' AND attname = 'organisation_id' AND relkind = 'r' "
        "AND NOT (relrowsecurity AND relforcerowsecurity "
        "AND EXISTS (SELECT FROM pg_policy WHERE polrelid = pg_class.oid))"
    ),
    "the program may change or delete rows of %s, which are only appended": (
        "SELECT DISTINCT table_name FROM information_schema.role_table_grants WHERE table_name = ANY(:append_only) "
        "AND grantee IN ('kaoping_app', 'kaoping_definer', 'PUBLIC') AND privilege_type NOT IN ('SELECT', 'INSERT')"
    ),
    "the table %s lacks the trigger that refuses changes": (
        "SELECT name FROM unnest(CAST(:append_only AS text[])) AS name WHERE NOT EXISTS (SELECT FROM pg_trigger WHERE "
        "tgrelid = to_regclass(name) AND tgname = name || '_append_only' AND tgenabled = 'O')"
    ),
    "the function %s crosses organisations without a pinned path, or anybody may call it, or its owner may log in": (
        "SELECT proname FROM pg_proc JOIN pg_roles owner ON owner.oid = proowner WHERE prosecdef "
        "AND pronamespace = 'public'::regnamespace AND (owner.rolcanlogin OR owner.rolsuper "
        "OR NOT coalesce(array_to_string(proconfig, ' '), '') LIKE 'search_path=%' "
        "OR has_function_privilege('public', pg_proc.oid, 'execute'))"
    ),
}


def violations(connection: Connection) -> list[str]:
    """Ask the catalogue what breaks the laws of the house: organisations apart, what was relied on only appended."""
    append_only = {"append_only": list(APPEND_ONLY)}
    return [
        sentence % name for sentence, query in _LAWS.items() for name in connection.scalars(_asked(query), append_only)
    ]


def _asked(query: str) -> TextClause:
    return text(query.replace("::", "\\:\\:"))


def script() -> str:
    """Write the SQL of all tables, policies, functions, triggers, grants and the job queue as the models say it."""
    written: list[str] = []
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]

    def write(statement: ExecutableDDLElement, *_: object, **__: object) -> None:
        written.append(str(statement.compile(dialect=dialect)).strip())

    Base.metadata.create_all(create_mock_engine("postgresql+psycopg://", write), checkfirst=False)
    # SQLAlchemy keeps a table's indexes in a set
    runs = itertools.groupby(written, lambda statement: "INDEX" in statement.split("(")[0])
    written = [statement for indexes, run in runs for statement in (sorted(run) if indexes else run)]
    written += [*STATEMENTS, *roles.statements(Base.metadata)]
    parts = [*(statement.rstrip(";") + ";" for statement in written), SchemaManager.get_schema(), roles.QUEUE_GRANTS]
    return "\n\n".join(parts)


def create(connection: Connection) -> None:
    """Make everything from the models, and note that no migration is missing."""
    run(connection, script())
    command.stamp(config(connection), "head")
    connection.execute(text(GRANT_REVISION))


def run(connection: Connection, statements: str) -> None:
    """Run a script on the driver's connection, because SQLAlchemy would read its percent signs."""
    raw = connection.connection.driver_connection
    raw.execute(statements.encode())  # type: ignore[union-attr]


def config(connection: Connection | None = None) -> Config:
    """Give Alembic its folder and the connection to work on."""
    alembic = Config()
    alembic.set_main_option("script_location", str(HOME))
    alembic.attributes["connection"] = connection
    return alembic
