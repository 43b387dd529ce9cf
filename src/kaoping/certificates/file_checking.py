"""Asks about a file of anybody: it is read in a process of its own, bounded in size, time and memory, and not kept."""

import os
import subprocess
import sys
from threading import BoundedSemaphore
from typing import Final

from kaoping.certificates.file_errors import FileTooHard, FileTooLarge, TooManyFiles
from kaoping.certificates.file_report import FileReport

LARGEST: Final = 5 * 1024 * 1024
#: Wall time; the process itself may compute for less.
SECONDS: Final = 20
#: Files that one process of the program has read at a time, and how long the next one waits for its turn.
AT_ONCE, PATIENCE = 2, 10
_COMMAND: Final = (sys.executable, "-P", "-m", "kaoping.certificates.file_reading")
_KEPT: Final = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH", "LC_ALL", "LANG")

_turns = BoundedSemaphore(AT_ONCE)


def check(content: bytes, *, trust_pem: bytes) -> FileReport:
    """Read a file against what issuers have published.

    Raises
    ------
    FileTooLarge, FileTooHard, TooManyFiles
    """
    if len(content) > LARGEST:
        raise FileTooLarge(most=LARGEST // 1024**2)
    if not _turns.acquire(timeout=PATIENCE):
        raise TooManyFiles
    try:
        return FileReport.from_json(_read(len(trust_pem).to_bytes(4, "big") + trust_pem + content))
    finally:
        _turns.release()


def _read(sent: bytes) -> bytes:
    surroundings = {name: os.environ[name] for name in _KEPT if name in os.environ}
    try:
        done = subprocess.run(_COMMAND, input=sent, capture_output=True, timeout=SECONDS, env=surroundings, check=True)
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as failed:
        raise FileTooHard from failed
    return done.stdout
