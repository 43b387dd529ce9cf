"""Coverage of a specification by the bank: items by range or point, type and difficulty, against what papers need.

It counts by the same groups as the item-writing plan (`kaoping.itembank.holdings`), and approved items so that the list
of items can show them. Papers that may share items need, at least, what one paper needs.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.itembank import holdings, limits, point_supply, specification, versions
from kaoping.itembank.errors import N_, Invalid, ItemBankError
from kaoping.itembank.holdings import Cell, Group
from kaoping.itembank.items import ASSEMBLABLE
from kaoping.itembank.models import Point
from kaoping.itembank.papers import Specification, SpecificationVersion
from kaoping.itembank.rules import RowRule, Rules, Section

MOST_PAPERS: Final = 100
DIFFICULTIES: Final = (1, 2, 3, 4, 5)


class PapersOutOfRange(ItemBankError, Invalid):
    """Coverage is looked at for a number of papers."""

    sentence = N_("Coverage is shown for 1 to %(most)d papers; you asked for %(asked)d.")


@dataclass(frozen=True, slots=True)
class Strip:
    """One line of the map: approved items of a type by difficulty, and what the papers can take of what they need.

    ``point`` is None for a whole range; ``needed`` is None where the rules ask nothing of the place by itself.
    """

    row: RowRule
    point: Point | None
    section: Section
    approved: tuple[int, ...]
    available: int
    needed: int | None

    @property
    def missing(self) -> int:
        """Items that are missing."""
        return max(0, (self.needed or 0) - self.available)


@dataclass(frozen=True, slots=True)
class Coverage:
    """The map of a version: strips by type, and the cells of its table with what each lacks."""

    version: SpecificationVersion
    papers: int
    #: How many papers the need is counted for: one, if papers may share items.
    counted: int
    sections: tuple[Section, ...]
    strips: tuple[Strip, ...]
    cells: tuple[Cell, ...]
    #: The range whose points are shown, if one was chosen.
    chosen: RowRule | None

    @property
    def short(self) -> list[Cell]:
        """The cells that lack items, those that lack most first."""
        return sorted((cell for cell in self.cells if cell.missing), key=lambda cell: -cell.missing)

    def of(self, section: Section) -> list[Strip]:
        """Give the strips of a type."""
        return [strip for strip in self.strips if strip.section is section]


def offered(session: Session) -> list[Specification]:
    """Give the specifications with a version in force, the newest first."""
    return [one for one in specification.listed(session) if one.in_force]


def coverage(session: Session, specification_id: UUID, *, papers: int, range_id: UUID | None = None) -> Coverage:
    """Set what the bank holds of a level against what papers by the version in force need.

    Raises
    ------
    NoApprovedVersion, PapersOutOfRange
    """
    if not 1 <= papers <= MOST_PAPERS:
        raise PapersOutOfRange(most=MOST_PAPERS, asked=papers)
    version = versions.in_force(specification.find(session, specification_id))
    rules, level = versions.rules_of(version), version.specification.level
    groups, counted = holdings.load(session, level.id), limits.times(rules, papers=papers)
    cells = tuple(cell for cell in holdings.cells(groups, rules, papers=counted) if cell.needed or cell.available)
    sections = tuple(rule.section for rule in rules.sections if rule.count)
    chosen = next((row for row in rules.rows if row.range_id == range_id), None)
    if chosen is None:
        strips = tuple(_of_rows(groups, rules, cells))
    else:
        query = select(Point).where(Point.range_id == chosen.range_id, Point.lowest_level >= level.digit)
        points = session.scalars(query.order_by(Point.position)).all()
        strips = tuple(_of_points(groups, rules, chosen, points, papers=counted))
    return Coverage(version, papers, counted, sections, strips, cells, chosen)


def _of_rows(groups: Sequence[Group], rules: Rules, cells: Sequence[Cell]) -> Iterator[Strip]:
    known = {(cell.row.code, cell.section): cell for cell in cells if cell.row}
    for row in rules.rows:
        for section in Section:
            held = [one for one in groups if (one.range_id, one.section) == (row.range_id, section)]
            cell = known.get((row.code, section))
            available = cell.available if cell else sum(one.count for one in held if _usable(one, rules))
            yield Strip(row, None, section, _approved(held), available, cell.needed if cell else None)


def _of_points(
    groups: Sequence[Group], rules: Rules, row: RowRule, points: Sequence[Point], *, papers: int
) -> Iterator[Strip]:
    """Give the points of a range; each should have as many items as together give what the papers take."""
    for section in Section:
        held = {
            point.id: [one for one in groups if (one.point_id, one.section) == (point.id, section)] for point in points
        }
        usable = {key: sum(one.count for one in own if _usable(one, rules)) for key, own in held.items()}
        needed = papers * row.count(section)
        even = point_supply.level_of(list(usable.values()), needed, most=papers) if needed else None
        for point in points:
            yield Strip(row, point, section, _approved(held[point.id]), usable[point.id], even)


def _usable(group: Group, rules: Rules) -> bool:
    measured = group.calibrated or rules.unmeasured(group.section)
    return group.state in ASSEMBLABLE and measured and group.uses < rules.exposure_most


def _approved(groups: Sequence[Group]) -> tuple[int, ...]:
    own = [one for one in groups if one.state in ASSEMBLABLE]
    return tuple(sum(one.count for one in own if one.difficulty == difficulty) for difficulty in DIFFICULTIES)
