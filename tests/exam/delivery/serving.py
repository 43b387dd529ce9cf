"""The real web server over the test database, in processes of its own."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import Database


@dataclass
class WebServer:
    """The real web server in processes of its own, to be killed and started again on the same port."""

    environment: dict[str, str]
    port: int
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        for _ in range(20):
            self.process = subprocess.Popen(
                [sys.executable, "-m", "kaoping", "web"], env=self.environment, start_new_session=True
            )
            if self._listens():
                return
        pytest.fail("the web server does not start")

    def _listens(self) -> bool:
        assert self.process is not None
        while self.process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 0.2):
                return True
            time.sleep(0.1)
        return False

    def kill(self) -> None:
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextlib.contextmanager
def serving(database: Database, folder: Path) -> Iterator[WebServer]:
    """Start a server with the keys of the test's vault on a free port, and end it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    keys = folder / "keys.json"
    keys.write_text(json.dumps({"keys": {"0000aaaa": (b"a" * 32).hex(), "0000bbbb": (b"b" * 32).hex()}}))
    keys.chmod(0o600)
    (folder / "secret.key").write_text("not-a-secret-" * 4)
    address = database.addresses.app.set(drivername="postgresql").render_as_string(hide_password=False)
    server = WebServer(
        {**os.environ, "KAOPING_DATA": str(folder), "KAOPING_DATABASE_URL": address, "KAOPING_PORT": str(port),
         "PYTHONPATH": os.pathsep.join(sys.path)},
        port,
    )  # fmt: skip
    for name in [name for name in server.environment if name.startswith("KAOPING_TEST_")]:
        del server.environment[name]
    server.start()
    try:
        yield server
    finally:
        server.kill()
