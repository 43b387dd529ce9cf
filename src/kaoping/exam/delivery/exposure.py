"""How widely an item is known: the sealed papers that hold it, their exams and sittings, and the staff who saw it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kaoping.exam.delivery.models import Sitting
from kaoping.exam.registration.models import ExamPaper
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
