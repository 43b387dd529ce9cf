"""Occupational standards 职业标准: taken in as one document, published once every weight table sums to 100."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, selectinload

from kaoping.itembank.actor import Actor
from kaoping.itembank.content import Problem
from kaoping.itembank.errors import N_, Conflict, ItemBankError, Missing
from kaoping.itembank.items import ASSEMBLABLE, Item, ItemState
from kaoping.itembank.models import Component, Level, Point, Range, Standard, StandardState, Task, TaskState, Weight
from kaoping.itembank.standard_document import LevelPart, PointPart, RangePart, StandardDocument
from kaoping.itembank.trail import record

FULL = Decimal(100)

#: Components whose marks are spread over ranges by a weight table; the review 综合评审 has none.
WEIGHTED = (Component.THEORY, Component.SKILL)


class StandardPublished(ItemBankError, Conflict):
    """A published standard does not change."""

    sentence = N_(
        "Standard %(code)s (%(edition)s) is published and does not change; give the changed one a new edition."
    )


class StandardUnfinished(ItemBankError, Conflict):
    """The standard breaks rules of publishing; ``problems`` lists them."""

    sentence = N_("Standard %(code)s cannot be published yet: %(count)s places need mending.")

    def __init__(self, standard: Standard, problems: list[Problem]) -> None:
        super().__init__(code=standard.code, count=len(problems), problems=problems)


_WRONG_SUM = {
    Component.THEORY: N_("The theory weights of %(level)s sum to %(sum)s; they should sum to 100."),
    Component.SKILL: N_("The skill weights of %(level)s sum to %(sum)s; they should sum to 100."),
}


@dataclass(frozen=True, slots=True)
class WeightTable:
    """A weight table 权重表: percent by (range, level), and the sum of each level."""

    component: Component
    cells: dict[tuple[UUID, UUID], Decimal]
    sums: dict[UUID, Decimal]

    def holds(self, range_id: UUID) -> bool:
        """Whether a range has a weight at any level."""
        return any(row == range_id for row, _ in self.cells)


@dataclass(frozen=True, slots=True)
class Supply:
    """How many items a point has: all that are not retired, and the approved among them."""

    items: int
    approved: int


def create(
    session: Session,
    document: StandardDocument,
    *,
    by: Actor,
    at: datetime | None = None,
    demonstration: bool = False,
) -> Standard:
    """Take in a standard as a draft; a draft of the same code and edition is replaced."""
    standard = _emptied(session, document, by=by)
    for name in ("name", "name_en", "occupation_code", "effective_on", "rules"):
        setattr(standard, name, getattr(document, name))
    standard.demonstration = demonstration
    session.add(standard)
    session.flush()
    levels = {part.digit: _level(standard, part) for part in document.levels}
    ranges = {part.code: _range(standard, part, number) for number, part in enumerate(document.ranges, 1)}
    session.add_all([*levels.values(), *ranges.values()])
    session.flush()
    session.add_all(_weights(document, levels, ranges))
    session.add_all(_point(ranges[part.range], part, number) for number, part in enumerate(document.points, 1))
    record(session, "standard_drafted", standard, by=by, at=at, code=standard.code, edition=standard.edition)
    session.refresh(standard, ["levels", "ranges"])
    return standard


def publish(session: Session, standard_id: UUID, *, by: Actor, at: datetime | None = None) -> Standard:
    """Fix a standard, so that items may be written on its points. Publishing twice is harmless."""
    standard = get(session, standard_id)
    if standard.state is StandardState.PUBLISHED:
        return standard
    if problems := shortfalls(session, standard):
        raise StandardUnfinished(standard, problems)
    standard.state = StandardState.PUBLISHED
    record(session, "standard_published", standard, by=by, at=at, code=standard.code, edition=standard.edition)
    return standard


def get(session: Session, standard_id: UUID) -> Standard:
    """Give a standard of the session's organisation."""
    standard = session.get(Standard, standard_id)
    if standard is None:
        raise Missing(what=N_("standard"))
    return standard


def listing(session: Session) -> Sequence[Standard]:
    """List the standards of the organisation, newest edition first."""
    query = select(Standard).options(selectinload(Standard.levels)).order_by(Standard.code, Standard.edition.desc())
    return session.scalars(query).all()


def shortfalls(session: Session, standard: Standard) -> list[Problem]:
    """List what keeps a standard from being published."""
    tables = [weight_table(session, standard, component) for component in WEIGHTED]
    found = [problem for table in tables for problem in _unfilled(standard, table)]
    covered = set(session.scalars(select(Point.range_id).where(Point.standard_id == standard.id).distinct()))
    bare = [row for row in standard.ranges if row.id not in covered]
    sentence = N_("Range %(code)s %(name)s has no assessment point; add at least one.")
    return found + [
        Problem(field="points", sentence=sentence, facts={"code": row.code, "name": row.name}) for row in bare
    ]


def weight_table(session: Session, standard: Standard, component: Component) -> WeightTable:
    """Give a weight table with the sum of each level."""
    query = select(Weight).join(Range).where(Range.standard_id == standard.id, Weight.component == component)
    cells = {(weight.range_id, weight.level_id): weight.percent for weight in session.scalars(query)}
    sums = {
        level.id: sum((value for (_, of), value in cells.items() if of == level.id), Decimal(0))
        for level in standard.levels
    }
    return WeightTable(component, cells, sums)


def points(session: Session, standard_id: UUID) -> Sequence[Point]:
    """Give the assessment points of a standard in its order."""
    return session.scalars(select(Point).where(Point.standard_id == standard_id).order_by(Point.position)).all()


def points_by_range(session: Session, standard_id: UUID) -> list[tuple[Range, list[Point]]]:
    """Give the assessment points of a standard under their ranges, both in the standard's order."""
    ordered = sorted(points(session, standard_id), key=lambda one: (one.range.position, one.position))
    return [(row, list(group)) for row, group in groupby(ordered, key=lambda one: one.range)]


def point(session: Session, point_id: UUID | None) -> Point | None:
    """Give a point if there is one of this id."""
    return None if point_id is None else session.get(Point, point_id)


def supply(session: Session, standard_id: UUID) -> dict[UUID, Supply]:
    """Count the items of each point of a standard."""
    approved = func.count().filter(Item.state.in_(ASSEMBLABLE))
    kept = (Item.standard_id == standard_id, Item.state != ItemState.RETIRED)
    rows = session.execute(select(Item.point_id, func.count(), approved).where(*kept).group_by(Item.point_id))
    return {point_id: Supply(items, ready) for point_id, items, ready in rows}


def range_supply(session: Session, standard_id: UUID) -> dict[UUID, tuple[int, Supply]]:
    """Count the points of each range, and their items."""
    by_point = supply(session, standard_id)
    counted: dict[UUID, tuple[int, Supply]] = {}
    for one in points(session, standard_id):
        number, so_far = counted.get(one.range_id, (0, Supply(0, 0)))
        more = by_point.get(one.id, Supply(0, 0))
        counted[one.range_id] = number + 1, Supply(so_far.items + more.items, so_far.approved + more.approved)
    return counted


def tasks(session: Session, standard_id: UUID) -> Sequence[Task]:
    """Give the approved practical tasks of a standard."""
    approved = (Task.standard_id == standard_id, Task.state == TaskState.APPROVED)
    query = select(Task).join(Level, Task.level_id == Level.id).where(*approved)
    return session.scalars(query.order_by(Level.digit.desc(), Task.code)).all()


def _unfilled(standard: Standard, table: WeightTable) -> Iterator[Problem]:
    for level in standard.levels:
        if table.component in level.components and (total := table.sums[level.id]) != FULL:
            facts = {"level": level.full_name, "sum": f"{total.normalize():f}"}
            field = f"weights.{table.component}.{level.digit}"
            yield Problem(field=field, sentence=_WRONG_SUM[table.component], facts=facts)


def _emptied(session: Session, document: StandardDocument, *, by: Actor) -> Standard:
    same = (Standard.code == document.code, Standard.edition == document.edition)
    standard = session.scalars(select(Standard).where(*same).with_for_update()).one_or_none()
    if standard is None:
        return Standard(organisation_id=by.organisation, code=document.code, edition=document.edition)
    if standard.state is StandardState.PUBLISHED:
        raise StandardPublished(code=standard.code, edition=standard.edition)
    ranges = select(Range.id).where(Range.standard_id == standard.id)
    session.execute(delete(Weight).where(Weight.range_id.in_(ranges)))
    for rows in (Point, Range, Level):
        session.execute(delete(rows).where(rows.standard_id == standard.id))
    session.expire(standard)
    return standard


def _level(standard: Standard, part: LevelPart) -> Level:
    values = part.model_dump() | {"components": [component.value for component in part.components]}
    return Level(organisation_id=standard.organisation_id, standard_id=standard.id, **values)


def _range(standard: Standard, part: RangePart, position: int) -> Range:
    values = part.model_dump(include={"code", "name", "name_en"})
    return Range(organisation_id=standard.organisation_id, standard_id=standard.id, position=position, **values)


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


def _point(row: Range, part: PointPart, position: int) -> Point:
    values = part.model_dump(exclude={"range"})
    return Point(
        organisation_id=row.organisation_id, standard_id=row.standard_id, range_id=row.id, position=position, **values
    )
