"""Editions of a standard: a new one begins as a copy of an earlier one, and the two can be set against each other."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from kaoping.itembank import standards, weight_tables
from kaoping.itembank.actor import Actor
from kaoping.itembank.drafting import StandardExists, ladder_of
from kaoping.itembank.errors import N_, Conflict, ItemBankError
from kaoping.itembank.models import Component, Point, Stage, Standard
from kaoping.itembank.standard_document import (
    ContentPart,
    LevelPart,
    ModulePart,
    PointPart,
    RangePart,
    RequirementPart,
    StandardDocument,
    SubrangePart,
)
from kaoping.itembank.structure import Requirement, SectorModule, Subrange, WorkContent

#: What a point is held against: the names of its parts, as messages.
POINT_PARTS = {
    "name": N_("name"),
    "fact": N_("fact"),
    "source": N_("source"),
    "importance": N_("importance"),
    "lowest_level": N_("lowest level"),
    "range": N_("range"),
}


class EditionUnfinished(ItemBankError, Conflict):
    """A draft is written on instead of being followed by another draft."""

    sentence = N_("Standard %(code)s (%(edition)s) is a draft still; change it, or publish it first.")


@dataclass(frozen=True, slots=True)
class Changed:
    """A part of something that two editions have in common: how it was, how it is."""

    code: str
    name: str
    part: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What tells a later edition from an earlier one.

    ``weights`` name component and level; ``added`` and ``dropped`` are points.
    """

    levels: tuple[Changed, ...]
    ranges: tuple[Changed, ...]
    weights: tuple[Changed, ...]
    points: tuple[Changed, ...]
    added: tuple[PointPart, ...]
    dropped: tuple[PointPart, ...]

    @property
    def none(self) -> bool:
        """Whether the two say the same."""
        return not any((self.levels, self.ranges, self.weights, self.points, self.added, self.dropped))


def follow(
    session: Session, standard_id: UUID, *, edition: str, by: Actor, at: datetime | None = None
) -> Standard:  # fmt: skip
    """Begin a new edition as a draft that says all that the earlier one says.

    Both live: batches of the earlier edition go on, and new ones are opened for either.

    Raises
    ------
    EditionUnfinished : the earlier one is a draft itself.
    StandardExists : there is an edition of this name.
    """
    earlier = standards.get(session, standard_id)
    if earlier.stage is Stage.DRAFT:
        raise EditionUnfinished(code=earlier.code, edition=earlier.edition)
    same = (Standard.code == earlier.code, Standard.edition == edition)
    if session.scalars(select(Standard.id).where(*same)).first() is not None:
        raise StandardExists(code=earlier.code, edition=edition)
    document = document_of(session, earlier).model_copy(update={"edition": edition, "effective_on": None})
    made = standards.create(session, document, demonstration=earlier.demonstration, by=by, at=at)
    made.occupation_id, made.follows_id = earlier.occupation_id, earlier.id
    return made


def document_of(session: Session, standard: Standard) -> StandardDocument:
    """Give all that a standard says as the document that it could be made from."""
    return StandardDocument(
        code=standard.code, edition=standard.edition, name=standard.name, name_en=standard.name_en,
        occupation_code=standard.occupation_code, effective_on=standard.effective_on, rules=standard.rules,
        ladder=ladder_of(standard), chapters=standard.chapters, code_style=standard.code_style,
        modules=[ModulePart.model_validate(one, from_attributes=True) for one in _modules(session, standard)],
        levels=[LevelPart.model_validate(level, from_attributes=True) for level in standard.levels],
        ranges=list(_ranges(session, standard)), subranges=list(_subranges(session, standard)),
        contents=list(_contents(session, standard)), points=list(_points(session, standard)),
    )  # fmt: skip


def difference(session: Session, earlier: Standard, later: Standard) -> Difference:
    """Set two editions against each other; points are the same if their codes are."""
    before, after = document_of(session, earlier), document_of(session, later)
    old, new = ({point.code: point for point in document.points} for document in (before, after))
    return Difference(
        levels=tuple(_levels(before, after)), ranges=tuple(_named(before.ranges, after.ranges)),
        weights=tuple(_weights(before, after)),
        points=tuple(change for code in new if code in old for change in point_changes(old[code], new[code])),
        added=tuple(point for code, point in new.items() if code not in old),
        dropped=tuple(point for code, point in old.items() if code not in new),
    )  # fmt: skip


def point_changes(old: PointPart, new: PointPart) -> Iterator[Changed]:
    """Name the parts in which two points differ."""
    for part in POINT_PARTS:
        before, after = str(getattr(old, part)), str(getattr(new, part))
        if before != after:
            yield Changed(new.code, new.name, part, before, after)


def _modules(session: Session, standard: Standard) -> list[SectorModule]:
    return weight_tables.modules(session, standard.id)


def _ranges(session: Session, standard: Standard) -> Iterator[RangePart]:
    digits = {level.id: level.digit for level in standard.levels}
    codes = {one.id: one.code for one in _modules(session, standard)}
    tables = {table.component: table.cells for table in weight_tables.weight_tables(session, standard)}
    for row in standard.ranges:
        columns = {
            component.value: {digits[level]: percent for (of, level), percent in cells.items() if of == row.id}
            for component, cells in tables.items()
        }
        module = codes[row.module_id] if row.module_id else None
        yield RangePart(code=row.code, name=row.name, name_en=row.name_en, module=module, **columns)


def _subranges(session: Session, standard: Standard) -> Iterator[SubrangePart]:
    query = select(Subrange).where(Subrange.standard_id == standard.id).order_by(Subrange.position)
    for row in session.scalars(query):
        yield SubrangePart(
            code=row.code, name=row.name, name_en=row.name_en,
            theory={int(digit): Decimal(percent) for digit, percent in row.percents.items()},
        )  # fmt: skip


def _contents(session: Session, standard: Standard) -> Iterator[ContentPart]:
    digits, codes = {one.id: one.digit for one in standard.levels}, {one.id: one.code for one in standard.ranges}
    query = select(WorkContent).where(WorkContent.standard_id == standard.id).order_by(WorkContent.position)
    for row in session.scalars(query.options(selectinload(WorkContent.requirements))):
        asked = {digits[one.level_id]: _requirement(one) for one in row.requirements}
        yield ContentPart(
            range=codes[row.range_id], code=row.code, name=row.name, name_en=row.name_en, requirements=asked
        )


def _requirement(row: Requirement) -> RequirementPart:
    return RequirementPart(skills=row.skills, knowledge=row.knowledge)


def _points(session: Session, standard: Standard) -> Iterator[PointPart]:
    ranges = {row.id: row.code for row in standard.ranges}
    lower = select(Subrange.id, Subrange.code).where(Subrange.standard_id == standard.id)
    tiers = {row.id: row.code for row in session.execute(lower)}
    for point in standards.points(session, standard.id):
        yield part_of(point, tiers[point.subrange_id] if point.subrange_id else ranges[point.range_id])


def part_of(point: Point, tier: str) -> PointPart:
    """Give a point as a part of a document, under the code of its lowest tier."""
    fields = PointPart.model_fields.keys() - {"range"}
    return PointPart(range=tier, **{name: getattr(point, name) for name in fields})


def _levels(before: StandardDocument, after: StandardDocument) -> Iterator[Changed]:
    old, new = ({level.digit: level for level in document.levels} for document in (before, after))
    for digit in sorted(old.keys() | new.keys(), reverse=True):
        was, now = _level_words(old.get(digit)), _level_words(new.get(digit))
        if was != now:
            yield Changed(str(digit), "", "level", was, now)


def _level_words(level: LevelPart | None) -> str:
    if level is None:
        return ""
    return f"{level.name}/{level.title} · {', '.join(level.components)} · {level.pass_mark.normalize():f}"


def _named(before: Iterable[RangePart], after: Iterable[RangePart]) -> Iterator[Changed]:
    old, new = ({row.code: row.name for row in rows} for rows in (before, after))
    for code in dict.fromkeys((*new, *old)):
        if old.get(code) != new.get(code):
            yield Changed(code, "", "range", old.get(code, ""), new.get(code, ""))


def _weights(before: StandardDocument, after: StandardDocument) -> Iterator[Changed]:
    old, new = _cells(before), _cells(after)
    names: dict[str, Any] = {row.code: row.name for row in (*before.ranges, *after.ranges)}
    for code, component, digit in dict.fromkeys((*new, *old)):
        was, now = (cells.get((code, component, digit), Decimal(0)) for cells in (old, new))
        if was != now:
            yield Changed(
                code, names[code], f"{component.value}:{digit}", f"{was.normalize():f}", f"{now.normalize():f}"
            )


def _cells(document: StandardDocument) -> dict[tuple[str, Component, int], Decimal]:
    return {
        (row.code, component, digit): percent
        for row in document.ranges
        for component, column in ((Component.THEORY, row.theory), (Component.SKILL, row.skill))
        for digit, percent in column.items()
    }
