"""Erasing a candidate's personal data once no exam needs them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from kaoping.exam.people import persons
from kaoping.exam.people.errors import ExamPending
from kaoping.exam.people.models import Person
from kaoping.exam.registration import enrolment
from kaoping.exam.registration.models import ExamState
from kaoping.itembank.actor import Actor


def erase(session: Session, person_id: UUID, *, by: Actor, at: datetime | None = None) -> Person:
    """Destroy a person's data key, unless an exam is pending. Erasing twice is harmless.

    Raises
    ------
    ExamPending : names the exam that is not closed.
    """
    person = persons.one(session, person_id)
    for application in enrolment.history(session, person.id):
        if application.exam.state is not ExamState.CLOSED:
            raise ExamPending(exam=application.exam.name)
    return persons.erase(session, person_id, by=by, at=at)
