"""``kaoping demo``: from an empty folder to a verified certificate, also after being killed in the middle."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
SECONDS = 600


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def surroundings() -> Iterator[dict[str, str]]:
    with tempfile.TemporaryDirectory(prefix="kaoping-demo-", dir="/tmp") as folder:
        Path(folder).chmod(0o711)
        yield os.environ | {"KAOPING_DATA": str(Path(folder) / "data"), "KAOPING_PORT": str(a_free_port())}


def demo(surroundings: dict[str, str], *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "kaoping", "demo", *options]
    return subprocess.Popen(command, env=surroundings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def test_the_demonstration_goes_on_where_it_was_killed(surroundings: dict[str, str]) -> None:
    with demo(surroundings, "--no-serve") as first:
        assert first.stdout is not None
        assert any("have handed in" in line for line in first.stdout)
        first.send_signal(signal.SIGKILL)

    with demo(surroundings, "--no-serve") as second:
        told, _ = second.communicate(timeout=SECONDS)

    assert second.returncode == 0, told
    assert "Two parallel papers: " in told
    assert re.search(r"kept, open", told)
    assert re.search(r"passed +\d+ of 30", told)
    assert re.search(r"of which S000000000000\d{2}3\d{6} was verified over HTTP", told)
    folder = Path(surroundings["KAOPING_DATA"]) / "print"
    assert len(list(folder.glob("certificate-*.pdf"))) == int(re.search(r"certificates (\d+)", told).group(1))  # type: ignore[union-attr]
    assert len(list(folder.glob("paper-*.pdf"))) == 2


def test_a_port_that_is_taken_is_told_with_who_holds_it(surroundings: dict[str, str]) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", int(surroundings["KAOPING_PORT"])))
        holder.listen()
        with demo(surroundings, "--no-serve") as command:
            told, _ = command.communicate(timeout=SECONDS)

    assert command.returncode == 1
    assert surroundings["KAOPING_PORT"] in told
    assert "Traceback" not in told
