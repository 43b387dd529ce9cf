"""What every process of an installation does first, and how it notices that its parent is gone."""

import multiprocessing
import multiprocessing.connection
import os
import secrets
import signal
import threading
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine

from kaoping.certificates import badge_keys
from kaoping.certificates import keys as signing
from kaoping.exam import clock, db, document_signing, logs, migrating
from kaoping.exam.embedded import write_private
from kaoping.exam.settings import Settings
from kaoping.itembank import vault
from kaoping.itembank.ciphers import Cipher
from kaoping.itembank.orm import use_vault


class _Process:
    """What this process was prepared with."""

    settings: Settings | None = None


def settings() -> Settings:
    """Give the settings that this process was prepared with."""
    if _Process.settings is None:
        raise RuntimeError("this process has no settings: call prepare first")
    return _Process.settings


def prepare(settings: Settings) -> Engine:
    """Open the log, the keys and the database, and refuse tables of another version."""
    _Process.settings = settings
    logs.configure(settings)
    clock.use_zone(settings.zone)
    use_vault(vault.load(settings.key_file))
    document_signing.use(settings)
    engine = db.connect(settings)
    migrating.require_current(engine)
    return engine


def make_keys(settings: Settings, cipher: Cipher = Cipher.AES_256_GCM) -> list[Path]:
    """Write the keys that are missing (mode 0600) and give their files; existing ones are never touched."""
    writers: dict[Path, Callable[[Path], object]] = {
        settings.key_file: lambda path: vault.create(path, cipher),
        settings.signing_key: signing.generate,
        settings.badge_key: badge_keys.generate,
        settings.secret_key_file: lambda path: write_private(path, secrets.token_hex(32)),
    }
    missing = [path for path in writers if not path.exists()]
    for path in missing:
        path.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
        writers[path](path)
    return missing


def end_with_parent() -> None:
    """End this process, in order, when the process that started it through `multiprocessing` dies, even by kill -9."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        sentinel = parent.sentinel
        _watch(lambda: multiprocessing.connection.wait([sentinel]))


def end_with_pipe(descriptor: int = 0) -> None:
    """End this process, in order, at the end of a pipe whose other end the supervisor holds."""
    _watch(lambda: os.read(descriptor, 1))


def _watch(wait: Callable[[], object]) -> None:
    def watch() -> None:
        wait()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()
