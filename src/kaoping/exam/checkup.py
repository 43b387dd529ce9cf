"""What this machine lacks to run Kaoping, and the exact command that mends it (``kaoping doctor``)."""

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from kaoping.exam import db, document_signing, migrating
from kaoping.exam.settings import Settings
from kaoping.itembank import printing, vault
from kaoping.itembank.errors import KaopingError
from kaoping.itembank.print_errors import PangoMissing
from kaoping.itembank.trail import database_time

FREE_BYTES = 2 * 1024**3
SKEW_SECONDS = 5.0
RENEWAL_DAYS = 30
PANGO = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


@dataclass(frozen=True, slots=True)
class Finding:
    """One part of the machine: whether it is fine, what was seen, and the command that mends it."""

    part: str
    fine: bool
    seen: str
    mend: str = ""


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at every part; a part that cannot be looked at is a finding, never an exception."""
    parts: dict[str, Callable[[Settings], Iterator[Finding]]] = {
        "python": _python, "pango": _pango, "fonts": _fonts, "keys": _keys,
        "documents": _documents, "disk": _disk, "database": _database,
    }  # fmt: skip
    for part, look in parts.items():
        try:
            yield from look(settings)
        except KaopingError as refused:
            yield Finding(part, fine=False, seen=str(refused), mend=_remedy(refused))


def _remedy(refused: KaopingError) -> str:
    return "kaoping db upgrade" if "kaoping db upgrade" in str(refused) else "see docs/operations.md"


def _python(_: Settings) -> Iterator[Finding]:
    running = ".".join(map(str, sys.version_info[:3]))
    yield Finding("python", (3, 11) <= sys.version_info < (3, 14), running, "install Python 3.11, 3.12 or 3.13")


def _pango(_: Settings) -> Iterator[Finding]:
    mend = "brew install pango" if sys.platform == "darwin" else f"apt-get install -y {PANGO}"
    try:
        seen = f"WeasyPrint {printing.press().__version__} found it"
    except PangoMissing as missing:
        yield Finding("pango", fine=False, seen=str(missing.__cause__).splitlines()[0], mend=mend)
    else:
        yield Finding("pango", fine=True, seen=seen)


def _fonts(_: Settings) -> Iterator[Finding]:
    import kaoping

    folder = Path(kaoping.__file__).parent / "fonts"
    found = sorted(path.name for path in folder.glob("*.[ot]tf"))
    seen = ", ".join(found) or f"no font in {folder}"
    yield Finding("fonts", bool(found), seen, "install the package again: pip install --force-reinstall kaoping")


def _keys(settings: Settings) -> Iterator[Finding]:
    ring = vault.load(settings.key_file) if settings.key_file.exists() else None
    others = [
        path for path in (settings.secret_key_file, settings.signing_key, settings.badge_key) if not path.exists()
    ]
    missing = [str(path) for path in ([] if ring else [settings.key_file])] + [str(path) for path in others]
    seen = f"{', '.join(missing)} missing" if missing else f"{settings.key_file} and its companions"
    yield Finding("keys", not missing, seen, "kaoping keys new")


def _documents(settings: Settings) -> Iterator[Finding]:
    """Say which keys sign the PDF of certificates, and until when; the one of the demonstration is not made here."""
    configured = settings.document_key is not None or settings.token_module is not None
    if not configured:
        seen = "no key of the issuer: certificates in earnest cannot be given out (KAOPING_DOCUMENT_KEY)"
        yield Finding("documents", fine=True, seen=seen)
    for demonstration, present in [(False, configured), (True, settings.demonstration_key.exists())]:
        if present:
            key = document_signing.key_for(settings, demonstration=demonstration)
            lasting = (key.last_moment - datetime.now(UTC)).days >= RENEWAL_DAYS
            level = "B-B" if demonstration else settings.document_level
            seen = f"{level} by {key.subject} in {key.source}, valid until {key.last_moment.date()}"
            mend = "have the certificate of the key renewed, or take another key: docs/signed-pdf.md"
            yield Finding("documents", lasting and key.demonstration is demonstration, seen, mend)


def _disk(settings: Settings) -> Iterator[Finding]:
    folder = next(path for path in (settings.data, *settings.data.absolute().parents) if path.exists())
    free = shutil.disk_usage(folder).free
    seen = f"{free / 1024**3:.1f} GiB free in {folder}"
    yield Finding("disk", free >= FREE_BYTES, seen, f"make 2 GiB free in {folder}, or set KAOPING_DATA elsewhere")


def _database(settings: Settings) -> Iterator[Finding]:
    engine = db.connect(settings)
    try:
        migrating.require_current(engine)
        with db.transaction() as session:
            version = session.scalars(text("SHOW server_version")).one()
            durable = (
                session.scalars(text("SHOW fsync")).one()
                == session.scalars(text("SHOW full_page_writes")).one()
                == "on"
            )
            skew = abs((database_time(session) - datetime.now(UTC)).total_seconds())
            broken = migrating.violations(session.connection())
    finally:
        db.disconnect()
    yield Finding("database", not broken, f"PostgreSQL {version}" if not broken else broken[0], "kaoping db upgrade")
    yield Finding(
        "durability",
        durable,
        "fsync and full_page_writes are " + ("on" if durable else "off"),
        "ALTER SYSTEM SET fsync = on",
    )
    seen = f"{skew:.1f} s apart from the database's clock"
    yield Finding("clock", skew <= SKEW_SECONDS, seen, "timedatectl set-ntp true")
