"""Item statistics for people: the run's rows, an item's newest row, and words that judge within bounds."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from kaoping.exam.delivery.models import Sitting
from kaoping.exam.results.errors import Uncalibrated
from kaoping.exam.results.models import CalibrationRun, RunVerdict
from kaoping.itembank import content
from kaoping.itembank.items import Item, Revision, Statistics, StatisticsState
from kaoping.itembank.models import Level
from kaoping.itembank.papers import Paper, PaperState, Slot

#: Facility outside these shares measures few people; discrimination below the bound separates poorly (Ebel, 1972).
FACILITY_BAND = (0.2, 0.95)
DISCRIMINATION_LEAST = 0.2


@dataclass(frozen=True, slots=True)
class Row:
    """Statistics of an item's revision."""

    item: Item
    revision: Revision
    statistics: Statistics
    #: The revision on which they were measured, if they were carried over.
    carried: Revision | None = None

    @property
    def concerns(self) -> tuple[str, ...]:
        """Codes of what a person should look at: easy, hard, flat, reversed."""
        low, high = FACILITY_BAND
        found = []
        if self.statistics.facility > high:
            found.append("easy")
        if self.statistics.facility < low:
            found.append("hard")
        if self.statistics.discrimination < 0:
            found.append("reversed")
        elif self.statistics.discrimination < DISCRIMINATION_LEAST:
            found.append("flat")
        return tuple(found)


def of_run(session: Session, run: CalibrationRun) -> list[Row]:
    """Give the rows of a run by item code."""
    query = (
        select(Item, Revision, Statistics)
        .join(Revision, Revision.item_id == Item.id)
        .join(Statistics, Statistics.revision_id == Revision.id)
        .where(Statistics.run_id == run.id, Statistics.carried_from_id.is_(None))
        .order_by(Item.code)
    )
    return [Row(*found) for found in session.execute(query)]


def newest(session: Session, item: Item) -> Row:
    """Give an item's adopted statistics, or else the newest proposed ones.

    Raises
    ------
    Uncalibrated
    """
    first = case((Statistics.state == StatisticsState.ADOPTED, 0), else_=1)
    query = (
        select(Revision, Statistics)
        .join(Statistics, Statistics.revision_id == Revision.id)
        .join(CalibrationRun, Statistics.run_id == CalibrationRun.id)
        .where(Revision.item_id == item.id)
        .order_by(first, Revision.number.desc(), CalibrationRun.at.desc())
        .limit(1)
    )
    found = session.execute(query).first()
    if found is None:
        raise Uncalibrated(item=item.code)
    return Row(item, *found, carried=_measured(item, found[1]))


def _measured(item: Item, row: Statistics) -> Revision | None:
    """Give the revision on which carried statistics were measured."""
    return next((revision for revision in item.revisions if revision.id == row.carried_from_id), None)


@dataclass(frozen=True, slots=True)
class Past:
    """Statistics of one of an item's revisions from one run."""

    revision: Revision
    statistics: Statistics
    run: CalibrationRun
    carried: Revision | None


def history(session: Session, item: Item) -> list[Past]:
    """Give all that runs found of an item, the newest first."""
    query = (
        select(Revision, Statistics, CalibrationRun)
        .join(Statistics, Statistics.revision_id == Revision.id)
        .join(CalibrationRun, Statistics.run_id == CalibrationRun.id)
        .where(Revision.item_id == item.id)
        .order_by(CalibrationRun.at.desc(), Revision.number.desc())
    )
    return [Past(*found, _measured(item, found[1])) for found in session.execute(query)]


def exposed(session: Session, item: Item) -> tuple[int, int]:
    """Count the sealed papers that an item stands in, and the sittings of those papers."""
    sealed = select(Paper.id).join(Slot, Slot.paper_id == Paper.id).where(
        Slot.item_id == item.id, Paper.state == PaperState.SEALED
    )  # fmt: skip
    papers = session.scalar(select(func.count()).select_from(sealed.subquery())) or 0
    sittings = select(func.count()).select_from(Sitting).where(Sitting.paper_id.in_(sealed))
    return papers, session.scalar(sittings) or 0


def labelled(item: Item) -> dict[str, Any]:
    """Give the options of an item by the labels that the statistics use."""
    body = content.parse(item.latest.body)
    if isinstance(body, content.SingleChoice | content.MultipleChoice):
        return dict(zip(body.letters, body.options, strict=True))
    return {}


def proposed(session: Session) -> int:
    """Count the runs that nobody adopted or set aside yet."""
    query = select(func.count(CalibrationRun.id)).where(CalibrationRun.verdict == RunVerdict.PROPOSED)
    return session.scalars(query).one()


def level_names(session: Session) -> dict[UUID, Level]:
    """Give the levels by id."""
    return {level.id: level for level in session.scalars(select(Level))}
