"""The four roles of the database and what each may do.

``kaoping_owner`` owns the tables and is used by migrations alone; ``kaoping_app`` is what the program runs as, bound
by row-level security; ``kaoping_backup`` sees everything and writes nothing; ``kaoping_definer`` cannot log in and owns
the few named functions that cross organisations.
"""

import json
import secrets
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import MetaData, Table

from kaoping.exam.embedded import Server, write_private
from kaoping.exam.schema import APPEND_ONLY, READ_ONLY
from kaoping.itembank.orm import APP_ROLE, BACKUP_ROLE, DEFINER_ROLE, SEALED

OWNER_ROLE = "kaoping_owner"
DATABASE = "kaoping"
LOG_IN_ROLES = (OWNER_ROLE, APP_ROLE, BACKUP_ROLE)

ROLES = f"""\
DO $$
DECLARE wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['{OWNER_ROLE}', '{APP_ROLE}', '{BACKUP_ROLE}', '{DEFINER_ROLE}'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN EXECUTE format('CREATE ROLE %I', wanted); END IF;
  END LOOP;
END $$;
ALTER ROLE {OWNER_ROLE} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
ALTER ROLE {APP_ROLE} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
ALTER ROLE {BACKUP_ROLE} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE BYPASSRLS;
ALTER ROLE {BACKUP_ROLE} SET default_transaction_read_only = on;
ALTER ROLE {DEFINER_ROLE} NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE BYPASSRLS;
GRANT {DEFINER_ROLE} TO {OWNER_ROLE};
"""

#: What an administrator runs once on a database of their own (``kaoping db roles``).
EXTERNAL = f"""\
-- Run as a superuser. Then give each role that logs in a password: \\password {OWNER_ROLE} …
{ROLES}
CREATE DATABASE {DATABASE} OWNER {OWNER_ROLE} TEMPLATE template0 ENCODING 'UTF8';
REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC;
GRANT CONNECT ON DATABASE {DATABASE} TO {APP_ROLE}, {BACKUP_ROLE};
"""

_REFUSE_CHANGE = """\
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog SET bytea_output = 'hex' AS $$
BEGIN
  IF TG_LEVEL = 'ROW' THEN
    IF public.only_resealed(TG_RELID, to_jsonb(OLD), to_jsonb(NEW)) THEN RETURN NEW; END IF;
  END IF;
  RAISE integrity_constraint_violation USING MESSAGE = format('rows of %s are appended, never changed', TG_TABLE_NAME);
END $$"""


def made(data: Path) -> bool:
    """Whether the embedded server's roles were made."""
    return (data / "roles.json").exists()


def passwords(data: Path) -> dict[str, str]:
    """Give the passwords of the embedded server's roles, made at the first call and kept in a private file."""
    file = data / "roles.json"
    if not file.exists():
        write_private(file, json.dumps({role: secrets.token_urlsafe(32) for role in LOG_IN_ROLES}))
    known: dict[str, str] = json.loads(file.read_text())
    return known


def create(server: Server, keys: dict[str, str]) -> None:
    """Make the roles on the embedded server and give them their passwords; repeating it is harmless."""
    with _superuser(server) as connection:
        connection.execute(ROLES.encode())
        for role, password in keys.items():
            connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(password)))


def create_database(server: Server, name: str = DATABASE, *, template: str = "template0") -> None:
    """Make a database on the embedded server, empty or as a copy; repeating it is harmless."""
    with _superuser(server) as connection:
        if connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            command = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}")
            connection.execute(command.format(*map(sql.Identifier, (name, OWNER_ROLE, template))))
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
        for role in (APP_ROLE, BACKUP_ROLE):
            grant = sql.SQL("GRANT CONNECT ON DATABASE {} TO {}")
            connection.execute(grant.format(sql.Identifier(name), sql.Identifier(role)))


def _superuser(server: Server) -> psycopg.Connection:
    address = server.url().set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(address, autocommit=True)


def statements(metadata: MetaData) -> Iterator[str]:
    """Give the grants and the append-only triggers of all tables, in a fixed order."""
    yield f"GRANT USAGE ON SCHEMA public TO {APP_ROLE}, {BACKUP_ROLE}"
    yield f"GRANT USAGE, CREATE ON SCHEMA public TO {DEFINER_ROLE}"
    yield _REFUSE_CHANGE
    for table in sorted(metadata.tables):
        may = _granted(table)
        yield f"GRANT {may} ON {table} TO {APP_ROLE}"
        yield f"GRANT SELECT ON {table} TO {BACKUP_ROLE}"
        yield f"GRANT {may.removesuffix(', DELETE')} ON {table} TO {DEFINER_ROLE}"
    for table in sorted(APPEND_ONLY):
        yield from _append_only(metadata.tables[table])


def _granted(table: str) -> str:
    if table in READ_ONLY:
        return "SELECT"
    return "SELECT, INSERT" if table in APPEND_ONLY else "SELECT, INSERT, UPDATE, DELETE"


def _append_only(table: Table) -> Iterator[str]:
    """Let nothing change; a sealed value alone may be written anew under another key (`only_resealed`)."""
    others = [column.name for column in table.c if not column.name.endswith(SEALED)]
    sealed = len(others) < len(table.c)
    update = f"UPDATE OF {', '.join(others)}" if sealed else "UPDATE"
    refuse = "EXECUTE FUNCTION refuse_change()"
    yield (
        f"CREATE TRIGGER {table.name}_append_only BEFORE {update} OR DELETE OR TRUNCATE ON {table.name} "
        f"FOR EACH STATEMENT {refuse}"
    )
    if sealed:
        yield f"CREATE TRIGGER {table.name}_resealed BEFORE UPDATE ON {table.name} FOR EACH ROW {refuse}"


_QUEUE = "procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers, procrastinate_workers"

#: The job queue belongs to Procrastinate; the program works it, the owner only made it.
QUEUE_GRANTS = f"""\
GRANT SELECT, INSERT, UPDATE, DELETE ON {_QUEUE} TO {APP_ROLE};
GRANT SELECT ON {_QUEUE} TO {BACKUP_ROLE};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APP_ROLE};
GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {BACKUP_ROLE};
"""
