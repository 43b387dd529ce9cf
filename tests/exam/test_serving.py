"""Serving: a taken port is named with its holder; nobody is left behind when the supervisor is killed."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from kaoping.exam import db, process, serving
from kaoping.exam.errors import PortTaken
from kaoping.exam.settings import Settings
from tests.conftest import HOME, MAJOR, PREFIX


@pytest.fixture
def listener() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def test_who_holds_the_port_is_named(listener: int) -> None:
    with pytest.raises(PortTaken) as caught:
        serving.require_free_port("127.0.0.1", listener)

    assert caught.value.port == listener
    if sys.platform == "linux":
        assert caught.value.holder.startswith(f"process {os.getpid()} (")


def test_a_free_port_is_free(listener: int) -> None:
    serving.require_free_port("127.0.0.2" if sys.platform == "linux" else "127.0.0.1", _free_port())


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def _answers(server: subprocess.Popen[bytes], url: str, seconds: float = 120) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own address
                return bool(answer.status == 200)
        except OSError:
            threading.Event().wait(0.2)
    return False


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_web_and_worker_end_with_their_supervisor(how: signal.Signals) -> None:
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=HOME) as folder:
        Path(folder).chmod(0o711)
        settings = Settings(data=Path(folder) / "data", port=_free_port(), postgres=MAJOR)
        process.make_keys(settings)
        db.upgrade(settings)
        environment = os.environ | {
            "KAOPING_DATA": str(settings.data), "KAOPING_PORT": str(settings.port), "KAOPING_POSTGRES": str(MAJOR),
        }  # fmt: skip
        reading, writing = os.pipe()  # every process of the family holds the writing end: its end is theirs
        supervisor = subprocess.Popen([sys.executable, "-m", "kaoping", "serve"], env=environment, stderr=writing)
        os.close(writing)

        try:
            answered = _answers(supervisor, f"http://127.0.0.1:{settings.port}/readyz")
        finally:
            supervisor.send_signal(how)
            status = supervisor.wait(90)
            with os.fdopen(reading) as family:
                said = family.read()

    assert answered, said
    assert status == (0 if how == signal.SIGTERM else -signal.SIGKILL)
    serving.require_free_port("127.0.0.1", settings.port)
