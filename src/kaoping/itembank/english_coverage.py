"""How far a paper in English is possible: what a paper by a specification takes, against approved twins."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from kaoping.itembank import holdings, specification, versions
from kaoping.itembank.items import ASSEMBLABLE
from kaoping.itembank.papers import SpecificationVersion
from kaoping.itembank.rules import RowRule, Section
from kaoping.itembank.twin_standing import stands
from kaoping.itembank.twinning import Standing


@dataclass(frozen=True, slots=True)
class EnglishCell:
    """A row and section of the rules: items that a paper needs, that have English, and that are usable in Chinese."""

    row: RowRule | None
    section: Section
    needed: int
    translated: int
    usable: int

    @property
    def missing(self) -> int:
        """Items that are still to be translated."""
        return max(0, self.needed - self.translated)


@dataclass(frozen=True, slots=True)
class EnglishCoverage:
    """The cells of a version's table; by whole papers of a type where the rules know no rows."""

    version: SpecificationVersion
    cells: tuple[EnglishCell, ...]

    @property
    def needed(self) -> int:
        """Items of a paper."""
        return sum(cell.needed for cell in self.cells)

    @property
    def translated(self) -> int:
        """Items of a paper that could be in English today."""
        return sum(min(cell.needed, cell.translated) for cell in self.cells)

    @property
    def short(self) -> list[EnglishCell]:
        """The cells that lack English, those that lack most first."""
        return sorted((cell for cell in self.cells if cell.missing), key=lambda cell: -cell.missing)


def coverage(session: Session, specification_id: UUID) -> EnglishCoverage:
    """Count by the groups of the coverage map, for one paper, all usable items and those with an approved twin."""
    version = versions.in_force(specification.find(session, specification_id))
    rules, level = versions.rules_of(version), version.specification.level
    both = [
        list(holdings.cells(holdings.load(session, level.id, states=ASSEMBLABLE, among=among), rules, papers=1))
        for among in (None, stands(Standing.APPROVED))
    ]
    cells = tuple(
        EnglishCell(chinese.row, chinese.section, chinese.needed, english.available, chinese.available)
        for chinese, english in zip(*both, strict=True)
        if chinese.needed
    )
    return EnglishCoverage(version, cells)
