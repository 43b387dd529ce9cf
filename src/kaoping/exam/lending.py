"""Grants of items between organisations: a step of one side is entered into the trail of the other by a job."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from kaoping.exam import jobs, tasks
from kaoping.itembank.actor import Actor
from kaoping.itembank.sharing import granting
from kaoping.itembank.sharing.models import ItemGrant


def offer(session: Session, grant_id: UUID, *, by: Actor, at: datetime | None = None) -> ItemGrant:
    """Approve a grant and tell the organisation that it is made to."""
    row = granting.offer(session, grant_id, by=by, at=at)
    return _told(session, row, row.grantee_id)


def answer(session: Session, grant_id: UUID, *, accept: bool, by: Actor, at: datetime | None = None) -> ItemGrant:
    """Answer a grant and tell its owner."""
    row = granting.answer(session, grant_id, accept=accept, by=by, at=at)
    return _told(session, row, row.organisation_id)


def end(session: Session, grant_id: UUID, *, by: Actor, at: datetime | None = None) -> ItemGrant:
    """End a grant; the other side is told if it knows of it."""
    row = granting.end(session, grant_id, by=by, at=at)
    return row if row.offered_at is None else _told(session, row, row.grantee_id)


def _told(session: Session, row: ItemGrant, other: UUID) -> ItemGrant:
    session.flush()
    jobs.defer_in(session, tasks.note_grant, organisation_id=other, grant_id=row.id)
    return row
