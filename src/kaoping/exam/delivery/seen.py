"""Which items candidates have seen: those of every paper that they sat, in whatever exam."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.exam.delivery.models import Sitting
from kaoping.exam.registration.models import Application
from kaoping.itembank.papers import Slot


def by_candidates_of(session: Session, exam_id: UUID) -> frozenset[UUID]:
    """Give the ids of items that at least one candidate enrolled in an exam has seen, as a person, in any sitting."""
    candidates = select(Application.person_id).where(Application.exam_id == exam_id)
    query = (
        select(Slot.item_id)
        .join(Sitting, Sitting.paper_id == Slot.paper_id)
        .join(Application, Application.id == Sitting.application_id)
        .where(Application.person_id.in_(candidates))
    )
    return frozenset(session.scalars(query.distinct()))
