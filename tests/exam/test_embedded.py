"""The embedded PostgreSQL: private, shared by locks, and back after kill -9."""

import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from kaoping.exam import embedded
from kaoping.exam.errors import EngineUnusable
from tests.conftest import HOME, MAJOR, PREFIX


@pytest.fixture
def data() -> Iterator[Path]:
    """Give a folder that the database's system user may reach."""
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=HOME) as folder:
        Path(folder).chmod(0o711)
        yield Path(folder) / "data"


def connection(server: embedded.Server, password: str | None = None) -> psycopg.Connection:
    address = server.url(password=password).set(drivername="postgresql")
    return psycopg.connect(address.render_as_string(hide_password=False), autocommit=True)


def postmaster(data: Path) -> int:
    return int((data / f"pg{MAJOR}" / "postmaster.pid").read_text().split()[0])


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def a_user_process(data: Path) -> subprocess.Popen[str]:
    """Start another process that uses the server until its standard input ends."""
    program = (
        "import sys, pathlib; from kaoping.exam import embedded\n"
        f"with embedded.running(pathlib.Path({str(data)!r}), major={MAJOR}): print('up', flush=True); sys.stdin.read()"
    )
    child = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "up\n"
    return child


def finish(child: subprocess.Popen[str]) -> None:
    child.communicate("")


def test_files_and_socket_are_private_and_a_password_is_needed(data: Path) -> None:
    with embedded.running(data, major=MAJOR) as server:
        modes = [stat.S_IMODE(path.stat().st_mode) for path in (server.socket, data / f"pg{MAJOR}.password")]
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            connection(server, "wrong")
        with connection(server) as open_:
            settings = [open_.execute(f"SHOW {name}").fetchone() for name in ("listen_addresses", "fsync")]

    assert modes == [0o700, 0o600]
    assert settings == [("",), ("on",)]


def test_a_second_user_joins_and_the_last_one_stops_the_server(data: Path) -> None:
    with embedded.running(data, major=MAJOR):
        pid = postmaster(data)
        with embedded.running(data, major=MAJOR):
            assert postmaster(data) == pid
        assert alive(pid)

    assert not (data / f"pg{MAJOR}" / "postmaster.pid").exists()


def test_what_is_left_of_a_folder_is_not_started_to_be_stopped(data: Path) -> None:
    embedded.stop(data, major=MAJOR)
    (data / f"pg{MAJOR}").mkdir(parents=True)

    embedded.stop(data, major=MAJOR)

    assert not (data / f"pg{MAJOR}" / "postmaster.pid").exists()
    assert not (data / f"pg{MAJOR}" / "server.log").exists()


def test_a_long_path_still_gets_a_socket(data: Path) -> None:
    long = data / ("x" * 60) / ("y" * 60)
    for folder in (data, long.parent):
        folder.mkdir(mode=0o711)

    with embedded.running(long, major=MAJOR) as server, connection(server) as open_:
        assert open_.execute("SELECT 1").fetchone() == (1,)

    (server.socket).rmdir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives the server a user of its own")
def test_a_folder_in_a_closed_one_is_refused_with_its_name(data: Path) -> None:
    closed = data / "closed"
    closed.mkdir(mode=0o700, parents=True)
    data.chmod(0o711)

    with (
        pytest.raises(EngineUnusable, match=rf"may not enter {closed}"),
        embedded.running(closed / "data", major=MAJOR),
    ):
        pass


def test_an_interrupted_first_start_is_thrown_away(data: Path) -> None:
    (data / f"pg{MAJOR}.new").mkdir(parents=True)
    (data / f"pg{MAJOR}.new" / "PG_VERSION").write_text("half")
    data.chmod(0o711)

    with embedded.running(data, major=MAJOR) as server, connection(server) as open_:
        assert open_.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.slow
def test_a_killed_user_leaves_no_trace_in_the_locks(data: Path) -> None:
    child = a_user_process(data)
    with embedded.running(data, major=MAJOR):
        pid = postmaster(data)
        child.kill()
        child.communicate()

    assert not (data / f"pg{MAJOR}" / "postmaster.pid").exists()
    assert not alive(pid) or Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


@pytest.mark.slow
def test_after_kill_of_the_database_the_next_start_recovers_what_was_committed(data: Path) -> None:
    child = a_user_process(data)
    with embedded.running(data, major=MAJOR) as server:
        with connection(server) as open_:
            open_.execute("CREATE TABLE kept AS SELECT 1 AS number")
        os.kill(postmaster(data), signal.SIGKILL)
        started = time.monotonic()
        with embedded.running(data, major=MAJOR) as again, connection(again) as open_:
            assert open_.execute("SELECT number FROM kept").fetchone() == (1,)

    assert time.monotonic() - started < 60
    finish(child)
