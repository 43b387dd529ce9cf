"""Backup into one archive and restoring it into an empty place, checked before it is called a success.

The archive holds the database as the backup role sees it, and a manifest; it holds no key. What a missing key makes
unreadable is counted, because every sealed value begins with the name of its key.
"""

import hashlib
import json
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy import URL, Connection, Engine, inspect, select, text
from sqlalchemy.orm import Session

import kaoping
from kaoping.exam import audit, db, embedded, migrating
from kaoping.exam.errors import BackupUnusable, RestoreRefused
from kaoping.exam.people.models import Organisation
from kaoping.exam.schema import Base
from kaoping.exam.settings import Settings
from kaoping.itembank.orm import DEFINER_ROLE, Sealed, use_vault
from kaoping.itembank.trail import database_time
from kaoping.itembank.vault import Vault, load

MANIFEST, DUMP = "manifest.json", "database.dump"
FORMAT = 1
_OWN_FILES = ("run", "engine", "roles.json", "start.lock", "use.lock")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive says of itself; ``keys`` names the keys (not their values) that open it, oldest first."""

    format: int
    version: str
    revision: str
    postgres: int
    at: str
    keys: list[str]
    sha256: str


@dataclass(frozen=True, slots=True)
class Restored:
    """What was checked after restoring: trail entries per organisation, opened values, and what no key opens."""

    manifest: Manifest
    trails: dict[str, int]
    opened: int
    lost: dict[str, int]
    missing_keys: list[str]


def write(settings: Settings, file: Path) -> Manifest:
    """Write an archive (mode 0600); a file that exists is never overwritten."""
    if file.exists():
        raise BackupUnusable(file=file, reason="it exists already and is never overwritten")
    keys = list(load(settings.key_file).key_ids)
    with db.addresses(settings) as found, tempfile.TemporaryDirectory(dir=file.absolute().parent) as folder:
        dump = Path(folder) / DUMP
        with db.as_role(found.as_backup()) as engine, Session(engine) as session:
            major = _major(session.connection())
            _postgres("pg_dump", found.as_backup(), major, file, "-Fc", "-f", str(dump))
            moment = database_time(session).isoformat(timespec="seconds")
        manifest = Manifest(FORMAT, kaoping.__version__, migrating.head(), major, moment, keys, _digest(dump))
        (Path(folder) / MANIFEST).write_text(json.dumps(asdict(manifest), indent=1))
        _pack(Path(folder), file)
    return manifest


def _pack(folder: Path, file: Path) -> None:
    new = folder / "archive"
    new.touch(mode=0o600)
    with tarfile.open(new, "w") as tar:
        for name in (MANIFEST, DUMP):
            tar.add(folder / name, name)
    new.rename(file)


def restore(settings: Settings, file: Path) -> Restored:
    """Restore an archive into an empty installation, then verify every audit trail and open a value of every kind."""
    _require_empty_folder(settings)
    folder = settings.data if settings.embedded else None
    with tempfile.TemporaryDirectory() as scratch:
        manifest = _unpack(file, Path(scratch))
        with db.made(settings) as found:
            with db.as_role(found.as_owner()) as engine:
                _require_no_tables(engine, folder)
                _let_functions_change_owner(engine)
            _postgres(
                "pg_restore", found.as_owner(), manifest.postgres, file,
                "--exit-on-error", "--single-transaction", str(Path(scratch) / DUMP),
            )  # fmt: skip
            return _checked(settings, found, manifest)


def _key_files(settings: Settings) -> Iterator[Path]:
    """Give the files of keys, which a backup never holds and which may lie in the folder already."""
    yield from (settings.key_file, settings.secret_key_file, settings.signing_key, settings.badge_key)
    yield settings.demonstration_key
    optional = (settings.document_key, settings.document_passphrase_file, settings.token_pin_file)
    yield from (path for path in optional if path is not None)


def _require_empty_folder(settings: Settings) -> None:
    keys = {path.name for path in (*_key_files(settings), settings.evidence)}
    cluster = f"pg{settings.postgres}"
    expected = {*keys, *_OWN_FILES, cluster, f"{cluster}.password"}
    if settings.embedded and settings.data.exists():
        strange = sorted(path.name for path in settings.data.iterdir() if path.name not in expected)
        if strange:
            raise RestoreRefused(place=settings.data, found=", ".join(strange[:5]))


def _require_no_tables(engine: Engine, folder: Path | None) -> None:
    tables = inspect(engine).get_table_names()
    if tables:
        raise RestoreRefused(place=folder or db.place(engine.url), found=f"a database of {len(tables)} tables")


def _let_functions_change_owner(engine: Engine) -> None:
    """Grant what the archive grants only at its end: a role may be given a function only where it may create one."""
    with engine.begin() as connection:
        connection.execute(text(f"GRANT USAGE, CREATE ON SCHEMA public TO {DEFINER_ROLE}"))


def _unpack(file: Path, folder: Path) -> Manifest:
    try:
        with tarfile.open(file) as tar:
            tar.extractall(folder, [tar.getmember(MANIFEST), tar.getmember(DUMP)], filter="data")
        manifest = Manifest(**json.loads((folder / MANIFEST).read_text()))
    except FileNotFoundError:
        raise BackupUnusable(file=file, reason="it does not exist") from None
    except (OSError, tarfile.TarError, KeyError, ValueError, TypeError):
        raise BackupUnusable(file=file, reason="it is not an archive of `kaoping db backup`") from None
    if manifest.format != FORMAT:
        raise BackupUnusable(file=file, reason=f"its format {manifest.format} is not known to this version")
    if manifest.sha256 != _digest(folder / DUMP):
        raise BackupUnusable(file=file, reason="its content does not fit its manifest; the file is damaged")
    return manifest


def _checked(settings: Settings, found: db.Addresses, manifest: Manifest) -> Restored:
    ring = load(settings.key_file) if settings.key_file.exists() else Vault({}, "")
    use_vault(ring)
    with db.as_role(found.as_backup()) as engine, engine.connect() as connection:
        lost = dict(unreadable(connection, ring))
    missing = [key for key in manifest.keys if key not in ring.key_ids]
    chained = manifest.keys[:1] == list(ring.key_ids[:1])
    with db.as_role(found.app) as engine:
        db.require_bound_role(engine)
        with Session(engine) as session:
            organisations = list(session.scalars(select(Organisation)))
        trails = {it.name: _entries(engine, it.id) for it in organisations} if chained else {}
        opened = 0 if missing else sum(_open_one_of_each(engine, it.id) for it in organisations)
    return Restored(manifest, trails, opened, lost, missing)


def _entries(engine: Engine, organisation: UUID) -> int:
    with Session(engine, info={"organisation": organisation}) as session:
        return audit.verify(session, organisation).entries


def _open_one_of_each(engine: Engine, organisation: UUID) -> int:
    opened = 0
    with Session(engine, info={"organisation": organisation}) as session:
        for mapper in sorted(Base.registry.mappers, key=lambda mapper: mapper.class_.__name__):
            fields = [name for name, value in vars(mapper.class_).items() if isinstance(value, Sealed)]
            row = session.scalars(select(mapper.class_).limit(1)).first() if fields else None
            opened += sum(getattr(row, name) is not None for name in fields if row is not None)
    return opened


def unreadable(connection: Connection, ring: Vault) -> Iterator[tuple[str, int]]:
    """Count, per sealed column, the values whose key is not in the ring (persons': whose data key's key is not)."""
    for table in Base.metadata.sorted_tables:
        for column in (name for name in table.c.keys() if name.endswith("_sealed")):  # noqa: SIM118 - not a mapping
            bearer = "data_key_sealed" if "data_key_sealed" in table.c else column
            query = text(
                f"SELECT count({column}) FROM {table.name} "  # noqa: S608 - names of our own tables
                f"WHERE convert_from(substring({bearer} FOR 8), 'LATIN1') <> ALL(:known)"
            )
            count = connection.scalars(query, {"known": list(ring.key_ids)}).one()
            if count:
                yield f"{table.name}.{column.removesuffix('_sealed')}", count


def _major(connection: Connection) -> int:
    version: str = connection.scalars(text("SHOW server_version_num")).one()
    return int(version) // 10000


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _postgres(program: str, address: URL, major: int, file: Path, *arguments: str) -> None:
    """Run one of PostgreSQL's programs; the password goes through the environment, where other users cannot see it."""
    plain = address.set(drivername="postgresql")._replace(password=None).render_as_string()
    found = embedded.programs(16 if major == 16 else 18) / program  # noqa: PLR2004 - the version's name
    environment = os.environ | {"PGPASSWORD": address.password or ""}
    done = subprocess.run(
        [found, "-d", plain, *arguments], check=False, capture_output=True, text=True, env=environment
    )
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"status {done.returncode}"]
        raise BackupUnusable(file=file, reason=f"{program} failed: {said[0]}")
