"""How widely an item is known: the sealed papers that hold it, their exams and sittings, and the staff who saw it.

Of several items, as a leak report names them: the papers that hold some of them, and the exams still to be held.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kaoping.exam.delivery.models import Sitting
from kaoping.exam.registration.models import Exam, ExamPaper, ExamState
from kaoping.itembank.papers import Paper, PaperState, Slot
from kaoping.itembank.viewing import ItemView, Trace


@dataclass(frozen=True, slots=True)
class Exposure:
    """Counters of one item; ``last_used`` is when somebody first sat a paper with it most lately."""

    papers: int
    exams: int
    sittings: int
    last_used: datetime | None
    viewers: int


def of_item(session: Session, item_id: UUID) -> Exposure:
    """Count in one statement; papers that were discarded or wait for approval do not count."""
    holding = select(Slot.paper_id).join(Paper).where(Slot.item_id == item_id, Paper.state == PaperState.SEALED)
    exams = select(func.count(ExamPaper.exam_id.distinct())).where(ExamPaper.paper_id.in_(holding))
    sittings = select(func.count()).select_from(Sitting).where(Sitting.paper_id.in_(holding))
    last = select(func.max(Sitting.created_at)).where(Sitting.paper_id.in_(holding))
    viewers = (
        select(func.count(Trace.viewer_id.distinct()))
        .join(ItemView, ItemView.trace_id == Trace.id)
        .where(ItemView.item_id == item_id)
    )
    counted = (select(func.count()).select_from(holding.subquery()), exams, sittings, last, viewers)
    return Exposure(*session.execute(select(*(each.scalar_subquery() for each in counted))).one())


@dataclass(frozen=True, slots=True)
class Holder:
    """A paper, how many of some items it holds, and its exams that are prepared or open, the next to open first."""

    paper: Paper
    items: int
    exams: Sequence[Exam]


def holders(session: Session, items: Collection[UUID]) -> list[Holder]:
    """Give the sealed papers that hold some of the items, and those that wait to be sealed."""
    held = (
        select(Paper, func.count())
        .join(Slot, Slot.paper_id == Paper.id)
        .where(Slot.item_id.in_(items), Paper.state != PaperState.DISCARDED)
        .group_by(Paper.id)
        .order_by(Paper.code)
    )
    counted = session.execute(held).all()
    coming = (
        select(ExamPaper.paper_id, Exam)
        .join(Exam, Exam.id == ExamPaper.exam_id)
        .where(ExamPaper.paper_id.in_([paper.id for paper, _ in counted]), Exam.state != ExamState.CLOSED)
        .order_by(Exam.opens_at)
    )
    exams: dict[UUID, list[Exam]] = {}
    for paper_id, exam in session.execute(coming):
        exams.setdefault(paper_id, []).append(exam)
    return [Holder(paper, number, exams.get(paper.id, [])) for paper, number in counted]
