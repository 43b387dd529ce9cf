"""Batches are ordered, tried again and continued: each time a worker is told."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from kaoping.exam import jobs, tasks
from kaoping.exam.certifying import batches
from kaoping.exam.certifying.choosing import Choice
from kaoping.exam.certifying.models import CertificateBatch
from kaoping.itembank.actor import Actor


def order(session: Session, choice: Choice, *, by: Actor, at: datetime | None = None) -> CertificateBatch:
    """Order a batch, and have a worker issue, draw and pack it.

    Raises
    ------
    NothingChosen
    """
    return _deferred(session, batches.order(session, choice, by=by, at=at))


def again(session: Session, batch_id: UUID, *, by: Actor, at: datetime | None = None) -> CertificateBatch:
    """Have a worker try again what was refused.

    Raises
    ------
    BatchGoesOn, NothingRefused
    """
    return _deferred(session, batches.again(session, batch_id, by=by, at=at))


def go_on(session: Session, batch_id: UUID, *, by: Actor, at: datetime | None = None) -> CertificateBatch:
    """Have a worker go on with a batch, or pack it again.

    Raises
    ------
    BatchGoesOn
    """
    return _deferred(session, batches.go_on(session, batch_id, by=by, at=at))


def _deferred(session: Session, batch: CertificateBatch) -> CertificateBatch:
    once = f"certify {batch.id}"
    jobs.defer_in(
        session, tasks.certify, once=once, organisation_id=batch.organisation_id, batch_id=batch.id
    )  # fmt: skip
    return batch
