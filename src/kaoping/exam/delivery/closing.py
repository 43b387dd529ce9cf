"""Closing the sittings of an exam: what was saved counts, whether or not it was handed in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.exam.delivery import folds, sitting
from kaoping.exam.delivery.folds import SittingState
from kaoping.exam.delivery.models import Sitting, StepVerb
from kaoping.exam.registration.models import Application
from kaoping.itembank.actor import Actor
from kaoping.itembank.trail import database_time


def close_sittings(session: Session, exam_id: UUID, *, by: Actor, at: datetime | None = None) -> int:
    """End every open sitting of an exam and say how many there were; closing again is harmless."""
    at = at or database_time(session)
    of_exam = select(Sitting).join(Application).where(Application.exam_id == exam_id).order_by(Sitting.id)
    locked = of_exam.with_for_update(of=Sitting).execution_options(populate_existing=True)
    ended = 0
    for one in session.scalars(locked).all():
        session.expire(one, ["steps"])
        if folds.state(one.steps) is SittingState.OPEN:
            sitting.append(session, one, StepVerb.EXPIRE, by=by.id, at=at)
            ended += 1
    return ended
