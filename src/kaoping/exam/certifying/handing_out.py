"""Handing out the files of a batch: every download is entered in the trail, and a file is deleted after its time."""

import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.exam.certifying import batches, storing
from kaoping.exam.certifying.errors import FileGone
from kaoping.exam.certifying.models import CertificateFile
from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import N_, Missing
from kaoping.itembank.trail import TrailEntry, database_time, record

#: The verb of a download in the trail.
FETCHED: Final = "certificate_file.fetched"
_DAY: Final = 24 * 60 * 60


def find(session: Session, batch_id: UUID, kind: str) -> CertificateFile:
    """Give the newest file of a kind, or raise `Missing`."""
    row = next((row for row in batches.files(session, batch_id) if row.kind == kind), None)
    if row is None:
        raise Missing(what=N_("file of the batch"))
    return row


def fetch(
    session: Session, batch_id: UUID, kind: str, *, folder: Path, by: Actor, at: datetime | None = None
) -> CertificateFile:
    """Let a person fetch a file; that they did is kept.

    Raises
    ------
    FileGone
    """
    row = find(session, batch_id, kind)
    if row.deleted_at is not None or not storing.file_path(folder, row.id).exists():
        raise FileGone
    record(session, FETCHED, row, by=by, at=at, kind=row.kind.value, batch=row.batch.number)
    return row


def downloads(session: Session, files: Sequence[CertificateFile]) -> Sequence[TrailEntry]:
    """Give who fetched the files and when, the newest first."""
    query = select(TrailEntry).where(TrailEntry.thing_id.in_([row.id for row in files]), TrailEntry.verb == FETCHED)
    return session.scalars(query.order_by(TrailEntry.number.desc())).all()


def discard(session: Session, batch_id: UUID, *, folder: Path, by: Actor, at: datetime | None = None) -> int:
    """Delete the files of a batch before their time; give how many there were."""
    query = select(CertificateFile).where(CertificateFile.batch_id == batch_id, CertificateFile.deleted_at.is_(None))
    return _delete(session, session.scalars(query.with_for_update()).all(), folder, by=by, at=at)


def expire(session: Session, *, folder: Path, by: Actor, at: datetime | None = None) -> int:
    """Delete the files whose time is over; give how many there were."""
    moment = at or database_time(session)
    over = select(CertificateFile).where(CertificateFile.until <= moment, CertificateFile.deleted_at.is_(None))
    return _delete(session, session.scalars(over.with_for_update()).all(), folder, by=by, at=moment)


def sweep(folder: Path, *, days: int) -> None:
    """Remove what no row knows any more, such as parts of a batch that never went on, a day after its time."""
    oldest = time.time() - (days + 1) * _DAY
    for path in folder.glob("**/*") if folder.exists() else ():
        if path.is_file() and path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)


def _delete(
    session: Session, rows: Sequence[CertificateFile], folder: Path, *, by: Actor, at: datetime | None
) -> int:  # fmt: skip
    moment = at or database_time(session)
    for row in rows:
        storing.file_path(folder, row.id).unlink(missing_ok=True)
        row.deleted_at = moment
        record(session, "certificate_file.deleted", row, by=by, at=moment, kind=row.kind.value)
    return len(rows)
