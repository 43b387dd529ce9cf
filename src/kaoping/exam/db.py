"""The database of this process: `connect` once, then `transaction`, the only place that commits.

Every transaction of every session tells the database its organisation first; row-level security does the rest. The one
recorded exception to “only `transaction` commits” is Flask-Security, which commits its own account rows.
"""

import atexit
import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import SecretStr
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, SessionTransaction, sessionmaker

from kaoping.exam import embedded, migrating, roles
from kaoping.exam.errors import DatabaseUnreachable, OwnerUnknown, RoleTooStrong, SchemaOutdated
from kaoping.exam.settings import Settings
from kaoping.itembank.orm import APP_ROLE, BACKUP_ROLE


@dataclass(frozen=True, slots=True)
class Addresses:
    """The database as each of the roles that log in."""

    app: URL
    owner: URL | None
    backup: URL | None

    def as_owner(self) -> URL:
        """Give the address for migrations and for restoring."""
        if self.owner is None:
            raise OwnerUnknown(setting="KAOPING_OWNER_DATABASE_URL", role=roles.OWNER_ROLE)
        return self.owner

    def as_backup(self) -> URL:
        """Give the address for backups."""
        if self.backup is None:
            raise OwnerUnknown(setting="KAOPING_BACKUP_DATABASE_URL", role=BACKUP_ROLE)
        return self.backup


@contextlib.contextmanager
def addresses(settings: Settings) -> Iterator[Addresses]:
    """Give the addresses of the database; the embedded server runs for as long as the context is open."""
    if settings.database_url is not None:
        yield Addresses(
            make_url(settings.database_url.get_secret_value()),
            _optional(settings.owner_database_url), _optional(settings.backup_database_url),
        )  # fmt: skip
        return
    if not roles.made(settings.data):
        raise SchemaOutdated(found="none", needed=migrating.head())
    with embedded.running(settings.data, major=settings.postgres) as server:
        yield embedded_addresses(server, roles.passwords(settings.data))


@contextlib.contextmanager
def made(settings: Settings) -> Iterator[Addresses]:
    """Make the roles and the empty database if the embedded server lacks them, and give the addresses."""
    if settings.embedded:
        with embedded.running(settings.data, major=settings.postgres) as server:
            roles.create(server, roles.passwords(settings.data))
            roles.create_database(server)
            yield embedded_addresses(server, roles.passwords(settings.data))
    else:
        with addresses(settings) as found:
            yield found


def upgrade(settings: Settings) -> None:
    """Bring the tables to this version, as their owner, in one transaction."""
    with made(settings) as found, as_role(found.as_owner()) as engine, engine.begin() as connection:
        migrating.upgrade(connection)


@contextlib.contextmanager
def as_role(address: URL) -> Iterator[Engine]:
    """Give an engine for a short piece of work under another role."""
    engine = engine_for(address)
    try:
        with engine.connect():
            pass
        yield engine
    except OperationalError as refused:
        raise DatabaseUnreachable(place=place(address), reason=first_line(refused)) from None
    finally:
        engine.dispose()


def embedded_addresses(server: embedded.Server, keys: dict[str, str], database: str = roles.DATABASE) -> Addresses:
    """Give the addresses of a database of the embedded server."""
    app, owner, backup = (server.url(database, role, keys[role]) for role in (APP_ROLE, roles.OWNER_ROLE, BACKUP_ROLE))
    return Addresses(app, owner, backup)


def _optional(address: SecretStr | None) -> URL | None:
    return None if address is None else make_url(address.get_secret_value())


def engine_for(address: URL, **options: Any) -> Engine:
    """Make an engine whose connections are tried before use, so that a restarted database goes unnoticed.

    The values of a failed statement, such as names and answers, stay out of its error and so out of the log.
    """
    named = {"application_name": "kaoping"}
    return create_engine(address, pool_pre_ping=True, hide_parameters=True, connect_args=named, **options)


#: Who reads items in this context, where content is shown to people and closed items stay closed; nobody else.
reader: ContextVar[UUID | None] = ContextVar("reader", default=None)


class _Process:
    """What this process is connected to."""

    engine: Engine | None = None
    sessions: sessionmaker[Session] | None = None
    open: contextlib.ExitStack | None = None


def connect(settings: Settings) -> Engine:
    """Connect this process for the rest of its life and refuse a role that row-level security does not bind."""
    disconnect()
    with contextlib.ExitStack() as opening:
        address = opening.enter_context(addresses(settings)).app
        engine = engine_for(address, pool_size=settings.threads + 2, max_overflow=4)
        opening.callback(engine.dispose)
        require_bound_role(engine)
        use(engine)
        _Process.open = opening.pop_all()
    return engine


def disconnect() -> None:
    """Close all connections; stop the embedded server if nobody else uses it."""
    opened, _Process.open, _Process.engine, _Process.sessions = _Process.open, None, None, None
    if opened is not None:
        opened.close()


atexit.register(disconnect)


def use(engine: Engine) -> None:
    """Let `transaction` work on an engine."""
    _Process.engine, _Process.sessions = engine, sessionmaker(engine, expire_on_commit=False)


def require_bound_role(engine: Engine) -> None:
    """Raise `RoleTooStrong` if the role, or one that it may become, bypasses row-level security."""
    query = text(
        "SELECT current_user, min(rolname) FROM pg_roles "
        "WHERE (rolsuper OR rolbypassrls) AND pg_has_role(current_user, oid, 'member')"
    )
    try:
        with engine.connect() as connection:
            role, through = connection.execute(query).one()
    except OperationalError as refused:
        raise DatabaseUnreachable(place=place(engine.url), reason=first_line(refused)) from None
    if through is not None:
        raise RoleTooStrong(role=role, through=through)


def place(address: URL) -> str:
    """Say where a database is, without role and password."""
    return f"{address.query.get('host') or address.host or 'localhost'}/{address.database}"


def first_line(refused: OperationalError) -> str:
    """Give the driver's own sentence."""
    return (str(refused.orig).strip().splitlines() or ["no reason given"])[0]


def open_session(organisation: UUID | None = None) -> Session:
    """Open a session that its caller ends; only `transaction` and Flask-Security's accounts use it."""
    if _Process.sessions is None:
        raise RuntimeError("this process has no database: call connect first")
    return _Process.sessions(info={"organisation": organisation})


@contextlib.contextmanager
def transaction(organisation: UUID | None = None, *, still: bool = False) -> Iterator[Session]:
    """Open a session on one organisation (none: global rows only); commit at the end, roll back on any error.

    A still one reads one state of the database throughout, whatever others commit meanwhile, and writes nothing.
    """
    with open_session(organisation) as session:
        session.info["still"] = still
        with session.begin():
            yield session


@contextlib.contextmanager
def alone(work: str) -> Iterator[None]:
    """Do some work alone: whoever begins the same meanwhile waits until it is over, or until this process has died.

    The lock belongs to a connection of its own and to no transaction, so that long work keeps none open.
    """
    if _Process.engine is None:
        raise RuntimeError("this process has no database: call connect first")
    with _Process.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        name = {"work": work}
        connection.execute(text("SELECT pg_advisory_lock(hashtextextended(:work, 0))"), name)
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(hashtextextended(:work, 0))"), name)


@event.listens_for(Session, "after_begin")
def _scope(session: Session, _: SessionTransaction, connection: Connection) -> None:
    organisation = session.info.get("organisation")
    if session.info.get("still"):
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
    if organisation is not None:
        told = {"organisation": str(organisation), "reader": str(reader.get() or "")}
        connection.execute(
            text("SELECT set_config('app.organisation', :organisation, true), set_config('app.reader', :reader, true)"),
            told,
        )
