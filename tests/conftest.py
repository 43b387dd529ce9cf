"""The test run brings its own PostgreSQL: one server, one database per worker from a template; no network."""

import contextlib
import fcntl
import gc
import os
import shutil
import socket
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from kaoping.exam import db, document_signing, embedded, migrating, roles
from kaoping.exam.errors import EngineUnusable
from kaoping.exam.settings import Settings
from kaoping.itembank.orm import use_vault
from kaoping.itembank.vault import Vault

MAJOR = int(os.environ.get("KAOPING_TEST_POSTGRES", "18"))
FOLDER = "KAOPING_TEST_FOLDER"
HOME = "/tmp"  # noqa: S108 - mkdtemp makes a private folder; TMPDIR may be too long for a socket
PREFIX = "kaoping-tests-"
#: The shell draws no window and costs two thirds of the processor time; both run the same pages.
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium") or "/usr/bin/chromium"


def pytest_configure(config: pytest.Config) -> None:
    for name in [name for name in os.environ if name.startswith("KAOPING_") and not name.startswith("KAOPING_TEST_")]:
        del os.environ[name]
    if not hasattr(config, "workerinput"):
        _sweep()
        folder = tempfile.mkdtemp(prefix=PREFIX, dir=HOME)
        Path(folder).chmod(0o711)
        os.environ[FOLDER] = folder


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput") and FOLDER in os.environ:
        shutil.rmtree(os.environ.pop(FOLDER), ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    without = pytest.mark.skip(reason="Chromium is missing; scripts/test says how to install it")
    if not Path(CHROMIUM).exists() and os.environ.get("CI") != "true":
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(without)


def pytest_collection_finish() -> None:
    """Keep the collector of garbage from walking over every imported module again and again: a tenth of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("browser") and not Path(CHROMIUM).exists():
        pytest.fail("Chromium is missing, and CI=true allows no skipped browser test")


def _sweep() -> None:
    """Stop and remove what test runs left that were killed more than an hour ago."""
    for folder in Path(HOME).glob(PREFIX + "*"):
        with contextlib.suppress(OSError, EngineUnusable):
            if folder.stat().st_uid == os.geteuid() and time.time() - folder.stat().st_mtime > 3600:
                with (folder / "use.lock").open("a") as use:
                    fcntl.flock(use, fcntl.LOCK_EX | fcntl.LOCK_NB)
                embedded.stop(folder, major=MAJOR)
                shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    """Refuse connections that leave this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and str(address[0]) not in {"127.0.0.1", "::1", "localhost"}:
            _refuse(address)
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


@pytest.fixture(autouse=True)
def _document_keys() -> None:
    """Sign certificates by a key of the demonstration that is made once in the whole run."""
    folder = Path(os.environ[FOLDER])
    document_signing.use(Settings(data=folder, demonstration_key=folder / "demonstration.p12"))


def _refuse(address: Any) -> NoReturn:
    raise AssertionError(f"a test tried to reach {address}")


@dataclass(frozen=True)
class Database:
    """A database of the test server: its addresses and an engine as the program's own role."""

    name: str
    server: embedded.Server
    addresses: db.Addresses
    engine: Engine


@pytest.fixture(scope="session")
def server() -> Iterator[embedded.Server]:
    """Run the one PostgreSQL of this test run, with every table in the database ``template``."""
    folder = Path(os.environ[FOLDER])
    with embedded.running(folder, major=MAJOR) as running:
        with (folder / "template.lock").open("a+") as gate:
            fcntl.flock(gate, fcntl.LOCK_EX)
            keys = roles.passwords(folder)
            if not (folder / "template.made").exists():
                _make_template(running, keys)
                (folder / "template.made").touch()
        yield running


def _make_template(running: embedded.Server, keys: dict[str, str]) -> None:
    roles.create(running, keys)
    roles.create_database(running, "template")
    owner = db.engine_for(db.embedded_addresses(running, keys, "template").as_owner())
    with owner.begin() as connection:
        migrating.create(connection)
    owner.dispose()


@contextlib.contextmanager
def copied(running: embedded.Server, *, template: str = "template") -> Iterator[Database]:
    """Give a new database, dropped at the end: a copy of the template, or an empty one."""
    name = f"test_{uuid4().hex}"
    keys = roles.passwords(Path(os.environ[FOLDER]))
    roles.create_database(running, name, template=template)
    addresses = db.embedded_addresses(running, keys, name)
    engine = db.engine_for(addresses.app)
    yield Database(name, running, addresses, engine)
    engine.dispose()
    with superuser(running) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextlib.contextmanager
def superuser(running: embedded.Server, database: str = "postgres") -> Iterator[psycopg.Connection]:
    """Give a connection that nothing binds, to look behind the program's back."""
    address = running.url(database).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def database(server: embedded.Server) -> Iterator[Database]:
    """Give this worker's database. What a test commits stays: use an organisation of its own."""
    with copied(server) as made:
        db.use(made.engine)
        yield made


@pytest.fixture
def own_database(server: embedded.Server) -> Iterator[Database]:
    """Give a database for one test alone."""
    with copied(server) as made:
        yield made


@pytest.fixture
def vault() -> Vault:
    """Give a vault of two fixed keys, open for sealed columns."""
    opened = Vault({"0000aaaa": b"a" * 32, "0000bbbb": b"b" * 32}, "0000bbbb")
    use_vault(opened)
    return opened


@pytest.fixture
def organisation() -> UUID:
    """Give the organisation that the test's session is bound to (its row: ``builders.an_organisation``)."""
    return uuid4()


@pytest.fixture
def session(database: Database, vault: Vault, organisation: UUID) -> Iterator[Session]:
    """Give a session as the program's role within one organisation; everything is rolled back at the end."""
    with database.engine.connect() as connection, connection.begin() as whole:
        with Session(
            connection, join_transaction_mode="create_savepoint", expire_on_commit=False,
            info={"organisation": organisation},
        ) as opened:  # fmt: skip
            yield opened
        whole.rollback()
