"""What the bank holds of every assessment point by type: items that papers may take, and items on their way there.

A paper takes at most one item of a point. How many items every point of a row should have is an even level: as many of
each point as together give what the papers take, where a point that has more already gives what it has.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from kaoping.itembank import holdings
from kaoping.itembank.holdings import Group
from kaoping.itembank.items import ASSEMBLABLE, ItemState
from kaoping.itembank.models import Importance, Level, Point
from kaoping.itembank.rules import RowRule, Rules, Section

KEPT = tuple(state for state in ItemState if state is not ItemState.RETIRED)


@dataclass(frozen=True, slots=True)
class Place:
    """A point and a section, and the items there.

    Attributes
    ----------
    usable : approved items that papers may take.
    in_review, draft : not yet approved; a returned item counts as a draft.
    waiting : approved, without statistics where the rules ask for them.
    exposed : approved, in as many sealed papers as the rules allow.
    """

    point_id: UUID
    point: str
    path: str
    name: str
    name_en: str
    importance: Importance
    row: RowRule
    section: Section
    usable: int = 0
    in_review: int = 0
    draft: int = 0
    waiting: int = 0
    exposed: int = 0

    @property
    def core(self) -> bool:
        """Whether the point is a core one."""
        return self.importance is Importance.CORE


def load(session: Session, level: Level, rules: Rules, *, uncalibrated: bool) -> list[Place]:
    """Give every point of the rows with every section that papers take there, in the order of the standard.

    ``uncalibrated`` says whether approved items without statistics count as usable.
    """
    held: dict[tuple[UUID, Section], list[Group]] = {}
    for group in holdings.load(session, level.id, states=KEPT):
        held.setdefault((group.point_id, group.section), []).append(group)
    points: dict[UUID, list[Point]] = {}
    for point in session.scalars(_points(level, rules)):
        points.setdefault(point.range_id, []).append(point)
    return [
        _place(point, row, rule.section, held.get((point.id, rule.section), []), rules, uncalibrated=uncalibrated)
        for row in rules.rows
        for point in points.get(row.range_id, [])
        for rule in rules.sections
        if row.count(rule.section)
    ]


def _place(
    point: Point, row: RowRule, section: Section, held: list[Group], rules: Rules, *, uncalibrated: bool
) -> Place:  # fmt: skip
    approved = [group for group in held if group.state in ASSEMBLABLE]
    measured = [group for group in approved if group.calibrated or uncalibrated or not section.by_machine]
    usable = [group for group in measured if group.uses < rules.exposure_most]
    return Place(
        point_id=point.id, point=point.code, path=point.path, name=point.name, name_en=point.name_en,
        importance=point.importance, row=row, section=section, usable=_count(usable),
        waiting=_count(approved) - _count(measured), exposed=_count(measured) - _count(usable),
        in_review=_count(group for group in held if group.state is ItemState.IN_REVIEW),
        draft=_count(group for group in held if group.state in {ItemState.DRAFT, ItemState.RETURNED}),
    )  # fmt: skip


def _count(groups: Iterable[Group]) -> int:
    return sum(group.count for group in groups)


def level_of(held: Sequence[int], needed: int, *, most: int) -> int:
    """Give the even level of some points: the least that gives what is needed, where points give all that they have.

    A point gives at most ``most``, one for each paper; if that does not suffice, the level is ``most``.

    >>> level_of([5, 0, 1], 9, most=9)
    2
    """
    gives = [min(count, most) for count in held]
    return next((level for level in range(most + 1) if sum(max(count, level) for count in gives) >= needed), most)


def _points(level: Level, rules: Rules) -> Select[Point]:
    rows = [row.range_id for row in rules.rows]
    own = (Point.standard_id == level.standard_id, Point.range_id.in_(rows), Point.lowest_level >= level.digit)
    return select(Point).where(*own).order_by(Point.position)
