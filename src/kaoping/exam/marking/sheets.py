"""Score sheets 评分表 of the skill component: two assessors, each alone, then compared.

Marks go in steps of one half, so that the mean of two or four sheets is exact in hundredths and nothing is rounded up
to a pass. Sheets that differ by more than the batch's tolerance go back: nobody averages a disagreement away.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.exam.marking.errors import ExamStillOpen, MarkInvalid, SheetsFinal, TasksIncomplete, TaskUnknown
from kaoping.exam.marking.models import ScoreSheet, SheetOrigin
from kaoping.exam.registration.models import Application, Exam, ExamState
from kaoping.exam.results.models import Score, ScoreState
from kaoping.itembank import trail
from kaoping.itembank.actor import Actor
from kaoping.itembank.models import Component, Task
from kaoping.itembank.skill import tables

STEP = Decimal("0.5")
WHOLE = Decimal(100)
ASSESSORS = 2


class SheetState(StrEnum):
    """Where the skill component of a candidate stands."""

    WAITING = "waiting"
    APART = "apart"
    AGREED = "agreed"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The newest sheet of each assessor, compared. ``total`` is null, not zero, until they agree."""

    state: SheetState
    sheets: tuple[ScoreSheet, ...]
    difference: Decimal | None
    tolerance: Decimal
    total: Decimal | None


def tasks_of(session: Session, exam: Exam) -> list[Task]:
    """Give the tasks that a sheet of the exam marks: those of its skill paper, else all approved; they sum to 100.

    Raises
    ------
    TasksIncomplete
    """
    tasks = exam.skill_paper.tasks if exam.skill_paper else list(tables.bank(session, exam.level_id))
    total = sum((task.marks for task in tasks), Decimal(0))
    if total != WHOLE:
        raise TasksIncomplete(level=exam.level.full_name, total=total)
    return tasks


def parse_mark(text: str) -> Decimal:
    """Read a mark as an exact decimal; what is not a number becomes one that no task allows."""
    try:
        return Decimal(text.strip())
    except InvalidOperation:
        return Decimal("NaN")


def enter(
    session: Session,
    application_id: UUID,
    marks: Mapping[str, Decimal],
    *,
    by: Actor,
    at: datetime | None = None,
    origin: SheetOrigin = SheetOrigin.FORM,
) -> ScoreSheet:
    """Enter an assessor's own sheet; the same marks again change nothing, other marks are a new version.

    Raises
    ------
    ExamStillOpen, SheetsFinal, TaskUnknown, MarkInvalid, TasksIncomplete
    """
    application = session.get_one(Application, application_id, with_for_update={"key_share": True})
    _require_open(session, application)
    clean = _checked(application.ticket, marks, tasks_of(session, application.exam))
    own = [sheet for sheet in _all(session, application.id) if sheet.assessor_id == by.id]
    if own and own[-1].marks == clean:
        return own[-1]
    sheet = ScoreSheet(
        organisation_id=by.organisation,
        application_id=application.id,
        assessor_id=by.id,
        version=len(own) + 1,
        marks=clean,
        total=sum(map(Decimal, clean.values()), Decimal(0)),
        origin=origin,
        entered_at=at or trail.database_time(session),
    )
    session.add(sheet)
    trail.record(session, "score_sheet.entered", sheet, by=by, at=at, ticket=application.ticket, version=sheet.version)
    return sheet


def compare(session: Session, application: Application) -> Comparison:
    """Compare the assessors' newest sheets."""
    newest = {sheet.assessor_id: sheet for sheet in _all(session, application.id)}
    sheets, tolerance = tuple(newest.values()), application.exam.batch.assessor_tolerance
    totals = [sheet.total for sheet in sheets]
    if len(sheets) < ASSESSORS:
        return Comparison(SheetState.WAITING, sheets, None, tolerance, None)
    difference = max(totals) - min(totals)
    if difference > tolerance:
        return Comparison(SheetState.APART, sheets, difference, tolerance, None)
    mean = (sum(totals, Decimal(0)) / len(totals)).quantize(Decimal("0.01"), rounding="ROUND_DOWN")
    return Comparison(SheetState.AGREED, sheets, difference, tolerance, mean)


def _all(session: Session, application_id: UUID) -> list[ScoreSheet]:
    query = select(ScoreSheet).where(ScoreSheet.application_id == application_id)
    return list(session.scalars(query.order_by(ScoreSheet.version, ScoreSheet.entered_at)))


def _require_open(session: Session, application: Application) -> None:
    if application.exam.state is not ExamState.CLOSED:
        raise ExamStillOpen(exam=application.exam.name)
    final = select(Score.id).where(
        Score.application_id == application.id, Score.component == Component.SKILL, Score.state == ScoreState.FINAL
    )
    if session.scalars(final).first():
        raise SheetsFinal(ticket=application.ticket)


def _checked(ticket: str, marks: Mapping[str, Decimal], tasks: list[Task]) -> dict[str, str]:
    limits = {task.code: task.marks for task in tasks}
    for code in marks:
        if code not in limits:
            raise TaskUnknown(ticket=ticket, task=code, known=", ".join(limits))
    for code, most in limits.items():
        given = marks.get(code)
        if given is None or not given.is_finite() or not 0 <= given <= most or given % STEP:
            raise MarkInvalid(ticket=ticket, task=code, given="–" if given is None else given, most=most)
    return {code: str(marks[code].quantize(STEP)) for code in limits}
