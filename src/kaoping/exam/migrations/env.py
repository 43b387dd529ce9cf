"""Alembic's entry: runs on the connection that `migrating` gives; the command line opens the owner's."""

from alembic import context
from sqlalchemy import Connection

from kaoping.exam.schema import Base


def include_name(name: str | None, kind: str, _: object) -> bool:
    """Leave Procrastinate's own tables alone."""
    return not (kind == "table" and (name or "").startswith("procrastinate_"))


connection: Connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=Base.metadata, include_name=include_name, compare_server_default=True
)
with context.begin_transaction():
    context.run_migrations()
