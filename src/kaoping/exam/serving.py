"""The web server, and the supervisor that runs web and worker as children on one machine.

Children end at the end of a pipe that the supervisor holds, so that even ``kill -9`` of the supervisor leaves nobody
behind.
"""

import contextlib
import multiprocessing
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import structlog

from kaoping.exam import process
from kaoping.exam.errors import ChildEnded, PortTaken
from kaoping.exam.settings import Settings

PARTS = ("web", "worker")
PATIENCE = 40.0  # seconds until a child that was told to end is killed
LISTENING = "0A"

#: Which child ended and with what status; None for a signal.
Ended = SimpleQueue[tuple[str, int] | None]

_log = structlog.get_logger(__name__)


def serve(settings: Settings) -> None:
    """Run web and worker until SIGTERM or SIGINT; if one ends by itself, stop the other and say so."""
    require_free_port(settings.host, settings.port)
    process.prepare(settings)
    with running(settings) as ended:
        wait(ended)


@contextlib.contextmanager
def running(settings: Settings) -> Iterator[Ended]:
    """Run web and worker as children for as long as the context is open; the database is open already."""
    require_free_port(settings.host, settings.port)
    ended: Ended = SimpleQueue()
    with _children(ended):
        _log.info("Kaoping is starting", url=settings.origin)
        yield ended


def wait(ended: Ended) -> None:
    """Wait for SIGTERM or SIGINT, or raise `ChildEnded` when a child ends by itself."""
    for wanted in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(wanted, lambda *_: ended.put(None))
    first = ended.get()
    if first is not None:
        raise ChildEnded(part=first[0], status=first[1])


@contextlib.contextmanager
def _children(ended: Ended) -> Iterator[None]:
    children = {part: _start(part) for part in PARTS}
    for part, child in children.items():
        threading.Thread(target=lambda part=part, child=child: ended.put((part, child.wait())), daemon=True).start()
    try:
        yield
    finally:
        for child in children.values():
            _end(child)


def _start(part: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "kaoping", part, "--supervised"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.stdin is not None:
        child.stdin.close()
    try:
        child.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def web(settings: Settings) -> None:
    """Serve the pages with granian until SIGTERM or SIGINT; SIGHUP replaces its processes one by one."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    require_free_port(settings.host, settings.port)
    process.prepare(settings)
    multiprocessing.set_start_method("spawn", force=True)
    server = Granian(
        target="kaoping.exam.app:create_app",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=settings.threads,
        websockets=False,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=30,
    )
    server.serve(target_loader=partial(_load, settings), wrap_loader=False)


def _load(settings: Settings) -> Any:
    """Build the application in a process of the web server."""
    from kaoping.exam.app import create_app

    process.end_with_parent()
    process.prepare(settings)
    return create_app(settings)


def require_free_port(host: str, port: int) -> None:
    """Raise `PortTaken`, naming who listens, unless the port is free."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as refused:
            holder = holder_of(port) or f"another program ({refused.strerror})"
            raise PortTaken(host=host, port=port, holder=holder) from None


def holder_of(port: int) -> str | None:
    """Name the process that listens on a port, where the kernel tells (Linux)."""
    sockets = {f"socket:[{inode}]" for inode in _listening(port)}
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        with contextlib.suppress(OSError):
            if str(link.readlink()) in sockets:
                return _described(link.parts[2])
    return None


def _described(pid: str) -> str:
    """Name a process by its command; for a child of the web server, that is the web server."""
    command = (Path("/proc") / pid / "cmdline").read_text().replace("\0", " ").strip()
    if "multiprocessing" in command:
        return _described((Path("/proc") / pid / "stat").read_text().rpartition(")")[2].split()[1])
    return f"process {pid} ({command})"


def _listening(port: int) -> Iterator[str]:
    for table in ("tcp", "tcp6"):
        with contextlib.suppress(OSError):
            for line in Path("/proc/net", table).read_text().splitlines()[1:]:
                fields = line.split()
                if fields[3] == LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                    yield fields[9]
