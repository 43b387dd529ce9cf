"""Bringing the tables to this version, and making them without history for comparison."""

import itertools
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from procrastinate.schema import SchemaManager
from sqlalchemy import Connection, Engine, create_mock_engine
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import ExecutableDDLElement

from kaoping.exam import roles
from kaoping.exam.errors import SchemaOutdated
from kaoping.exam.schema import STATEMENTS, Base

HOME = Path(__file__).parent / "migrations"


def upgrade(connection: Connection) -> None:
    """Run the missing migrations in the caller's transaction (as the owner)."""
    command.upgrade(config(connection), "head")


def require_current(engine: Engine) -> None:
    """Raise `SchemaOutdated` unless the tables are those of this version."""
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    needed = ScriptDirectory.from_config(config()).get_current_head()
    if found != needed:
        raise SchemaOutdated(found=found or "none", needed=needed)


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
    """Make everything from the models, without migrations."""
    run(connection, script())


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
