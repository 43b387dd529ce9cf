"""What an assessor sees: exams with sheets to enter and the own sheets, never the other assessor's marks."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.exam.delivery.models import Sitting
from kaoping.exam.marking import sheets
from kaoping.exam.marking.models import ScoreSheet
from kaoping.exam.marking.sheets import SheetState
from kaoping.exam.registration.models import Application, Exam, ExamState
from kaoping.itembank.actor import Actor
from kaoping.itembank.models import Component


@dataclass(frozen=True, slots=True)
class Entry:
    """A closed exam and how many candidates wait for the assessor's sheet."""

    exam: Exam
    candidates: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Line:
    """A candidate with the assessor's own newest sheet; ``back`` when the sheets lie too far apart."""

    application: Application
    own: ScoreSheet | None
    back: bool


def exams(session: Session, *, by: Actor) -> list[Entry]:
    """Give the closed exams that have a skill component, newest first."""
    query = select(Exam).where(Exam.state == ExamState.CLOSED).order_by(Exam.opens_at.desc())
    found = []
    for exam in session.scalars(query):
        if Component.SKILL in exam.level.components:
            own = lines(session, exam, by=by)
            found.append(Entry(exam, len(own), sum(line.own is None or line.back for line in own)))
    return found


def lines(session: Session, exam: Exam, *, by: Actor) -> list[Line]:
    """Give the candidates of an exam who came, by ticket."""
    query = select(Application).join(Sitting, Sitting.application_id == Application.id)
    present = session.scalars(query.where(Application.exam_id == exam.id).order_by(Application.ticket))
    return [_line(session, application, by) for application in present]


def own_marks(session: Session, application: Application, *, by: Actor) -> dict[str, str]:
    """Give the marks of the assessor's newest sheet by task, or none."""
    own = _line(session, application, by).own
    return dict(own.marks) if own else {}


def _line(session: Session, application: Application, by: Actor) -> Line:
    compared = sheets.compare(session, application)
    own = next((sheet for sheet in compared.sheets if sheet.assessor_id == by.id), None)
    return Line(application, own, own is not None and compared.state is SheetState.APART)
