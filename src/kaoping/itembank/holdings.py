"""What the bank holds of a level, against what papers by some rules need: for each row and section, before assembly.

A cell is short where the items that may be used, one of a point in each paper and none twice, are fewer than the papers
take. Rules that bind cells together (difficulty, enemies, points shared between sections) are the assembler's to try.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, select, true
from sqlalchemy.orm import Session, aliased

from kaoping.itembank import closed_items
from kaoping.itembank.conditions import Mode
from kaoping.itembank.items import (
    ASSEMBLABLE,
    Item,
    ItemState,
    ItemType,
    ItemUse,
    Revision,
    Statistics,
    StatisticsState,
)
from kaoping.itembank.models import Point
from kaoping.itembank.papers import Paper, PaperState, Slot
from kaoping.itembank.rules import IN_PAPERS, RowRule, Rules, Section, section_of


@dataclass(frozen=True, slots=True)
class Group:
    """Items that are alike in all that decides whether a paper may take them."""

    range_id: UUID
    point_id: UUID
    section: Section
    state: ItemState
    calibrated: bool
    uses: int
    #: As its author rates it, 1 easy to 5 hard; 0 before it was submitted.
    difficulty: int
    count: int


@dataclass(frozen=True, slots=True)
class Cell:
    """What the papers need of a row and section, and what there is; papers by type need of a section alone."""

    row: RowRule | None
    section: Section
    needed: int
    #: Items that the papers can take: usable ones, of a point at most one in each paper.
    available: int
    #: Usable items beyond that, because their points have more items than there are papers.
    crowded: int
    #: Approved items left out: without statistics where the rules ask for them, or in too many sealed papers.
    uncalibrated: int
    exposed: int
    in_review: int

    @property
    def missing(self) -> int:
        """Items that are missing."""
        return max(0, self.needed - self.available)


SUPPLYING = (*ASSEMBLABLE, ItemState.IN_REVIEW)
"""States of items that papers take, or may take soon."""


def load(
    session: Session, level_id: UUID, *, states: Collection[ItemState] = SUPPLYING,
    among: ColumnElement[bool] | None = None,
) -> list[Group]:  # fmt: skip
    """Read what decides about the items of a level in some states, or about those of them that are looked at."""
    with closed_items.beyond_reader(session):
        rows = session.execute(_query(level_id, states, among)).all()
    return [
        Group(range_id, point_id, section_of(ItemType(kind)), ItemState(state), *more)
        for range_id, point_id, kind, state, *more in rows
    ]


def cells(groups: list[Group], rules: Rules, *, papers: int) -> Iterator[Cell]:
    """Set every row and section of the rules, or every section of papers by type, against what the bank holds."""
    by_cell: dict[tuple[UUID, Section], list[Group]] = {}
    for group in groups:
        by_cell.setdefault((group.range_id, group.section), []).append(group)
    if rules.mode is Mode.BY_TYPE:
        for rule in rules.sections:
            held = [one for row in rules.rows for one in by_cell.get((row.range_id, rule.section), [])]
            yield _cell(None, rule.section, held, rules, count=rule.count, papers=papers)
        return
    for row in rules.rows:
        for rule in rules.sections:
            held, count = by_cell.get((row.range_id, rule.section), []), row.count(rule.section)
            yield _cell(row, rule.section, held, rules, count=count, papers=papers)


def _cell(row: RowRule | None, section: Section, held: list[Group], rules: Rules, *, count: int, papers: int) -> Cell:
    approved = [group for group in held if group.state in ASSEMBLABLE]
    measured = [group for group in approved if group.calibrated or rules.unmeasured(section)]
    usable = [group for group in measured if group.uses < rules.exposure_most]
    points: dict[UUID, int] = {}
    for group in usable:
        points[group.point_id] = points.get(group.point_id, 0) + group.count
    available = sum(min(number, papers) for number in points.values())
    return Cell(
        row=row, section=section, needed=papers * count, available=available,
        crowded=_items(usable) - available, uncalibrated=_items(approved) - _items(measured),
        exposed=_items(measured) - _items(usable),
        in_review=_items([group for group in held if group.state is ItemState.IN_REVIEW]),
    )  # fmt: skip


def _items(groups: list[Group]) -> int:
    return sum(group.count for group in groups)


def _query(level_id: UUID, states: Collection[ItemState], among: ColumnElement[bool] | None) -> Select[Any]:
    """Group the items of a level; sets are joined, so that a large bank is read once and not item by item."""
    later = aliased(Revision)
    followed = exists().where(
        later.item_id == Revision.item_id, later.number > Revision.number, later.submitted_at.is_not(None)
    )
    newest = and_(Revision.item_id == Item.id, Revision.submitted_at.is_not(None), ~followed)
    adopted = and_(Statistics.revision_id == Revision.id, Statistics.state == StatisticsState.ADOPTED)
    used = (
        select(Slot.item_id, func.count().label("uses"))
        .join(Paper, Paper.id == Slot.paper_id)
        .where(Paper.state == PaperState.SEALED)
        .group_by(Slot.item_id)
        .subquery()
    )
    each = (
        select(
            Point.range_id, Item.point_id, Item.type, Item.state, Statistics.id.is_not(None).label("calibrated"),
            func.coalesce(used.c.uses, 0).label("uses"), func.coalesce(Revision.difficulty, 0).label("difficulty"),
        )
        .select_from(Item)
        .where(true() if among is None else among)
        .join(Point, Point.id == Item.point_id)
        .outerjoin(Revision, newest)
        .outerjoin(Statistics, adopted)
        .outerjoin(used, used.c.item_id == Item.id)
        .where(
            Item.level_id == level_id, Item.use == ItemUse.SECURE, Item.state.in_(states), Item.type.in_(IN_PAPERS)
        )
        .subquery()
    )  # fmt: skip
    return select(*each.c, func.count()).group_by(*each.c)
