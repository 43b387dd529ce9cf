"""Storing a standard's document as the rows of a draft, in place of whatever rows the draft had."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kaoping.itembank.models import Component, Level, Point, Range, Standard, Weight
from kaoping.itembank.orm import Base
from kaoping.itembank.standard_document import (
    ContentPart,
    LevelPart,
    ModulePart,
    PointPart,
    RangePart,
    StandardDocument,
    SubrangePart,
)
from kaoping.itembank.structure import Requirement, SectorModule, Subrange, WorkContent

_NAMED = {"code", "name", "name_en"}
_OWN = ("name", "name_en", "occupation_code", "effective_on", "rules", "code_style")


@dataclass(frozen=True, slots=True)
class Tiers:
    """Where points hang: the range that a tier's code belongs to, and the lower tier itself if it is one."""

    ranges: dict[str, Range]
    subranges: dict[str, Subrange]

    def of(self, code: str) -> tuple[UUID, UUID | None]:
        """Give the ids of range and lower tier for the code of a tier."""
        lower = self.subranges.get(code)
        return (lower.range_id, lower.id) if lower else (self.ranges[code].id, None)


def store(session: Session, standard: Standard, document: StandardDocument) -> None:
    """Write a document into the rows of a draft."""
    for name in _OWN:
        setattr(standard, name, getattr(document, name))
    standard.ladder = document.ladder.model_dump(mode="json")
    standard.chapters = document.chapters.model_dump(mode="json")
    session.add(standard)
    session.flush()
    levels = {part.digit: _level(standard, part) for part in document.levels}
    modules = {part.code: _module(standard, part, number) for number, part in enumerate(document.modules, 1)}
    session.add_all([*levels.values(), *modules.values()])
    session.flush()
    ranges = {part.code: _range(standard, part, modules, number) for number, part in enumerate(document.ranges, 1)}
    session.add_all(ranges.values())
    session.flush()
    session.add_all(_weights(document, levels, ranges))
    _store_contents(session, standard, document, levels, ranges)
    tiers = Tiers(ranges, {row.code: row for row in _subranges(standard, document, ranges)})
    session.add_all(tiers.subranges.values())
    session.flush()
    session.add_all(point_row(standard, part, tiers, number) for number, part in enumerate(document.points, 1))
    session.flush()


def empty(session: Session, standard: Standard) -> None:
    """Take all rows of a draft away."""
    ranges = select(Range.id).where(Range.standard_id == standard.id)
    session.execute(delete(Weight).where(Weight.range_id.in_(ranges)))
    rows: tuple[type[Base], ...] = (Point, Subrange, Requirement, WorkContent, Range, SectorModule, Level)
    for row in rows:
        session.execute(delete(row).where(row.standard_id == standard.id))  # type: ignore[attr-defined]
    session.expire(standard)


def _level(standard: Standard, part: LevelPart) -> Level:
    values = part.model_dump() | {"components": [component.value for component in part.components]}
    return Level(organisation_id=standard.organisation_id, standard_id=standard.id, **values)


def _module(standard: Standard, part: ModulePart, position: int) -> SectorModule:
    return SectorModule(
        organisation_id=standard.organisation_id, standard_id=standard.id, position=position, **part.model_dump()
    )


def _range(standard: Standard, part: RangePart, modules: dict[str, SectorModule], position: int) -> Range:
    return Range(
        organisation_id=standard.organisation_id, standard_id=standard.id, position=position,
        module_id=modules[part.module].id if part.module else None, **part.model_dump(include=_NAMED),
    )  # fmt: skip


def _weights(document: StandardDocument, levels: dict[int, Level], ranges: dict[str, Range]) -> Iterator[Weight]:
    for part in document.ranges:
        row = ranges[part.code]
        for component, cells in ((Component.THEORY, part.theory), (Component.SKILL, part.skill)):
            for digit, percent in cells.items():
                if digit in levels:
                    yield Weight(
                        organisation_id=row.organisation_id, range_id=row.id, level_id=levels[digit].id,
                        component=component, percent=percent,
                    )  # fmt: skip


def _store_contents(
    session: Session, standard: Standard, document: StandardDocument, levels: dict[int, Level], ranges: dict[str, Range]
) -> None:
    rows = [(_content(standard, part, ranges, number), part) for number, part in enumerate(document.contents, 1)]
    session.add_all(row for row, _ in rows)
    session.flush()
    for row, part in rows:
        session.add_all(
            Requirement(
                organisation_id=row.organisation_id, standard_id=row.standard_id, content_id=row.id,
                level_id=levels[digit].id, skills=asked.skills, knowledge=asked.knowledge,
            )
            for digit, asked in part.requirements.items() if digit in levels
        )  # fmt: skip


def _content(standard: Standard, part: ContentPart, ranges: dict[str, Range], position: int) -> WorkContent:
    return WorkContent(
        organisation_id=standard.organisation_id, standard_id=standard.id, range_id=ranges[part.range].id,
        position=position, **part.model_dump(include=_NAMED),
    )  # fmt: skip


def _subranges(standard: Standard, document: StandardDocument, ranges: dict[str, Range]) -> Iterator[Subrange]:
    for number, part in enumerate(document.subranges, 1):
        root = max((code for code in ranges if part.code.startswith(f"{code}-")), key=len)
        yield _subrange(standard, part, ranges[root], number)


def _subrange(standard: Standard, part: SubrangePart, root: Range, position: int) -> Subrange:
    return Subrange(
        organisation_id=standard.organisation_id, standard_id=standard.id, range_id=root.id, position=position,
        percents=shares(part), **part.model_dump(include=_NAMED),
    )  # fmt: skip


def shares(part: SubrangePart) -> dict[str, str]:
    """Write the shares of a lower tier as a row keeps them."""
    return {str(digit): str(percent) for digit, percent in part.theory.items() if percent}


def point_row(standard: Standard, part: PointPart, tiers: Tiers, position: int) -> Point:
    """Make the row of a point."""
    range_id, subrange_id = tiers.of(part.range)
    return Point(
        organisation_id=standard.organisation_id, standard_id=standard.id, range_id=range_id, subrange_id=subrange_id,
        position=position, **part.model_dump(exclude={"range"}),
    )  # fmt: skip
