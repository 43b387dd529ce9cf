"""Enrolling one candidate: person, consents, seat, paper and ticket in one step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from kaoping.exam.people import persons
from kaoping.exam.people.models import Person
from kaoping.exam.registration import errors, finding, seating, tickets
from kaoping.exam.registration.models import Application, Exam, ExamState, Room
from kaoping.itembank.actor import Actor
from kaoping.itembank.trail import database_time, record

PAGE = 50


@dataclass(frozen=True, slots=True)
class NewCandidate(persons.NewPerson):
    """A candidate as enrolled: the person, and a wished room and seat if there is one."""

    room: str = ""
    seat: str = ""


def enrol(session: Session, exam_id: UUID, new: NewCandidate, *, by: Actor, at: datetime | None = None) -> Application:
    """Enrol a candidate. Somebody who is enrolled already keeps seat and ticket.

    Raises
    ------
    ExamClosed : too late.
    Invalid, Conflict : a leaf of `kaoping.exam.people.errors` or of the seats' errors, with what to mend.
    """
    moment = at or database_time(session)
    exam = exam_for_enrolment(session, exam_id, now=moment)
    person = persons.find_or_create(session, new, simulated=exam.simulated, by=by, at=moment)
    session.flush()
    known = of_person(session, exam, person)
    if known is not None:
        return known
    place = seating.plan(session, exam).take(new.room, new.seat)
    (ticket,) = tickets.issue(session, [row(exam, person.id, place, by=by, at=moment)])
    application = session.scalars(select(Application).where(Application.ticket == ticket)).one()
    record(session, "enrolment.create", application, by=by, at=at, exam=str(exam.id))
    return application


def exam_for_enrolment(session: Session, exam_id: UUID, *, now: datetime) -> Exam:
    """Give the exam, locked, or raise `ExamClosed` if nobody can be enrolled any more."""
    exam = finding.exam_for_change(session, exam_id)
    if exam.state is ExamState.CLOSED or exam.closes_at <= now:
        raise errors.ExamClosed(name=exam.name)
    return exam


def of_person(session: Session, exam: Exam, person: Person) -> Application | None:
    """Give the person's application for an exam."""
    return session.scalar(select(Application).filter_by(exam_id=exam.id, person_id=person.id))


def row(exam: Exam, person_id: UUID, place: seating.Place, *, by: Actor, at: datetime) -> dict[str, Any]:
    """Give the values of an application but for its ticket."""
    return {
        "organisation_id": exam.organisation_id,
        "exam_id": exam.id,
        "person_id": person_id,
        "room_id": place.room.id,
        "seat": place.seat,
        "paper_id": seating.dealt_paper(exam, place.seat),
        "created_by": by.id,
        "created_at": at,
    }


def candidates(session: Session, exam_id: UUID, *, page: int = 1) -> Sequence[Application]:
    """List a page of the candidates of an exam by room and seat, with their persons."""
    return session.scalars(
        select(Application)
        .join(Room, Application.room_id == Room.id)
        .where(Application.exam_id == exam_id)
        .options(joinedload(Application.person), joinedload(Application.room), joinedload(Application.paper))
        .order_by(func.length(Room.name), Room.name, Application.seat)
        .limit(PAGE)
        .offset((max(page, 1) - 1) * PAGE)
    ).all()


def history(session: Session, person_id: UUID) -> Sequence[Application]:
    """List a person's applications, the newest first."""
    return session.scalars(
        select(Application)
        .where(Application.person_id == person_id)
        .options(joinedload(Application.exam).joinedload(Exam.batch), joinedload(Application.room))
        .order_by(Application.created_at.desc())
    ).all()
