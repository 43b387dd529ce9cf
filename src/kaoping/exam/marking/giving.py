"""Use cases of a marker: take the next answer without knowing whose it is, give marks by points 得分点 or rubric."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.exam.delivery.models import Sitting
from kaoping.exam.marking import answers, panel
from kaoping.exam.marking.answers import Answer
from kaoping.exam.marking.errors import (
    AnswerMarked,
    ExamStillOpen,
    MarkerBound,
    MarksFinal,
    PointMarksInvalid,
    PointMarksMissing,
)
from kaoping.exam.marking.models import AnswerMark, MarkerPlace
from kaoping.exam.registration.models import Application, Exam, ExamState
from kaoping.exam.results.models import Score, ScoreState
from kaoping.itembank import open_answers
from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import N_, Missing
from kaoping.itembank.models import Component
from kaoping.itembank.trail import database_time, record

#: Marks go in such steps; all marks of a point can always be given.
STEP = Decimal("0.5")
LONGEST_COMMENT = 1000


def exams(session: Session, *, by: Actor) -> list[tuple[Exam, int, int]]:
    """Give the closed exams that a person marks, the latest first, with answers waiting for them and marked by them."""
    own = select(Exam).join(MarkerPlace, MarkerPlace.exam_id == Exam.id).where(MarkerPlace.marker_id == by.id)
    closed = session.scalars(own.where(Exam.state == ExamState.CLOSED).order_by(Exam.opens_at.desc()))
    return [(exam, *_counted(session, exam, by=by)) for exam in closed]


def _counted(session: Session, exam: Exam, *, by: Actor) -> tuple[int, int]:
    found, bound = answers.of_exam(session, exam), panel.bound(session, exam, by=by)
    return sum(_waits(one, bound, by) for one in found), sum(one.turn_of(by.id) is not None for one in found)


def _waits(answer: Answer, bound: set[UUID], by: Actor) -> bool:
    return answer.missing > 0 and answer.turn_of(by.id) is None and answer.application_id not in bound


def waiting(session: Session, exam: Exam, *, by: Actor) -> list[Answer]:
    """Give the answers that wait for a marker: item by item, each marker in an order of their own."""
    bound = panel.bound(session, exam, by=by)
    found = [one for one in answers.of_exam(session, exam) if _waits(one, bound, by)]
    return sorted(found, key=lambda one: (one.slot.item.code, one.part, _dealt(one, by)))


def _dealt(answer: Answer, by: Actor) -> bytes:
    return hashlib.sha256(f"{by.id}:{answer.name}".encode()).digest()


def marked(session: Session, exam: Exam, *, by: Actor) -> list[Answer]:
    """Give the answers that a person marked, the latest first."""
    own = [(turn.given_at, one) for one in answers.of_exam(session, exam) if (turn := one.turn_of(by.id))]
    return [one for _at, one in sorted(own, key=lambda pair: pair[0], reverse=True)]


def find(session: Session, exam: Exam, sitting_id: UUID, slot: int, part: int, *, by: Actor) -> Answer:
    """Give an answer that a person may mark or marked, or raise `Missing`.

    Raises
    ------
    MarkerUnassigned, TieUnsaid, MarkerBound, ExamStillOpen
    """
    _require_marking(session, exam, by=by)
    of_exam = select(Sitting).join(Application).where(Sitting.id == sitting_id, Application.exam_id == exam.id)
    sitting = session.scalars(of_exam).one_or_none()
    found = answers.of_sitting(session, sitting) if sitting else []
    answer = next((one for one in found if (one.slot.number, one.part) == (slot, part)), None)
    if answer is None:
        raise Missing(what=N_("answer"))
    if answer.application_id in panel.bound(session, exam, by=by):
        raise MarkerBound
    return answer


def _require_marking(session: Session, exam: Exam, *, by: Actor) -> None:
    panel.require_assigned(session, exam, by=by)
    panel.require_stated(session, exam, by=by)
    if exam.state is not ExamState.CLOSED:
        raise ExamStillOpen(exam=exam.name)


def give(
    session: Session, exam_id: UUID, sitting_id: UUID, slot: int, part: int, marks: Sequence[Decimal | None], *,
    comment: str = "", by: Actor, at: datetime | None = None,
) -> AnswerMark:  # fmt: skip
    """Give the marks of an answer, one for each point; the same again changes nothing, others correct the own ones.

    Raises
    ------
    MarkerUnassigned, TieUnsaid, MarkerBound, ExamStillOpen
    PointMarksMissing, PointMarksInvalid : a point has no mark, or none that it can have.
    AnswerMarked : others were quicker, and no further marker is needed.
    MarksFinal : the score was confirmed.
    """
    session.scalars(select(Sitting.id).where(Sitting.id == sitting_id).with_for_update()).one_or_none()
    answer = find(session, session.get_one(Exam, exam_id), sitting_id, slot, part, by=by)
    clean = _checked(answer, marks)
    _require_open(session, answer)
    own = answer.turn_of(by.id)
    if own is None and not answer.missing:
        raise AnswerMarked(answer=answer.name)
    if own is not None and (own.marks, own.comment) == (clean, comment.strip()):
        return own
    made = AnswerMark(
        organisation_id=by.organisation, sitting_id=sitting_id, slot=slot, part=part, marker_id=by.id, marks=clean,
        turn=own.turn if own else len(answer.given) + 1, version=own.version + 1 if own else 1,
        total=sum(map(Decimal, clean), Decimal(0)), most=answer.body.worth, comment=comment.strip()[:LONGEST_COMMENT],
        given_at=at or database_time(session),
    )  # fmt: skip
    session.add(made)
    record(session, "answer.marked", made, by=by, at=at, answer=answer.name, turn=made.turn, version=made.version)
    session.flush()
    return made


def _checked(answer: Answer, marks: Sequence[Decimal | None]) -> list[str]:
    points = list(open_answers.earning(answer.body))
    clean = []
    for number, (_text, most, _levels) in enumerate(points, start=1):
        given = marks[number - 1] if number <= len(marks) else None
        if given is None:
            raise PointMarksMissing(point=number)
        if not given.is_finite() or not 0 <= given <= most or (given % STEP and given != most):
            raise PointMarksInvalid(point=number, given=given, most=most.normalize())
        clean.append(str(given.normalize() if given else Decimal(0)))
    return clean


def _require_open(session: Session, answer: Answer) -> None:
    final = select(Score.id).where(
        Score.application_id == answer.application_id, Score.component == Component.THEORY,
        Score.state == ScoreState.FINAL,
    )  # fmt: skip
    if session.scalars(final).first():
        raise MarksFinal(answer=answer.name)
