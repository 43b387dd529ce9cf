"""The assessment-point table 鉴定要素细目表 of a standard: found, written, and held against its rules."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from kaoping.itembank import standards
from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import N_, Conflict, Invalid, ItemBankError, Missing
from kaoping.itembank.items import ASSEMBLABLE, Item, ItemState
from kaoping.itembank.models import CodeStyle, Importance, Point, Range, Standard
from kaoping.itembank.standard_checks import fits, subranges
from kaoping.itembank.standard_document import PointPart, TableRules
from kaoping.itembank.standard_storing import Tiers, point_row
from kaoping.itembank.standards import Supply
from kaoping.itembank.structure import Subrange
from kaoping.itembank.trail import record

#: Points on one page of the table.
PAGE = 50
_FIELDS = ("code", "path", "name", "name_en", "fact", "source", "lowest_level", "importance", "confidence", "currency")


class PointExists(ItemBankError, Conflict):
    """Codes of points are unique in a standard."""

    sentence = N_("There is a point %(code)s already; give this one another number.")


class PointCodeMisfit(ItemBankError, Invalid):
    """A point's code begins with its tier and follows the table's pattern."""

    sentence = N_(
        "The code of a point in %(tier)s begins with that and ends with its number, such as %(example)s; this one is "
        "%(code)s."
    )


class PointOvertaken(ItemBankError, Conflict):
    """Somebody else changed the point while this change was written."""

    sentence = N_("Somebody else changed point %(code)s while you were writing. Compare it, then save again.")


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for in the table."""

    text: str = ""
    range_id: UUID | None = None
    importance: Importance | None = None
    #: Digit of the level whose table is asked for: points that begin at it or below.
    level: int | None = None


def count(session: Session, standard_id: UUID, search: Search) -> int:
    """Count the points that a search finds."""
    return session.scalar(select(func.count()).select_from(_found(standard_id, search).subquery())) or 0


def page(session: Session, standard_id: UUID, search: Search, *, number: int) -> list[Point]:
    """Give one page of the points that a search finds, in the order of the table."""
    query = _found(standard_id, search).outerjoin(Subrange, Point.subrange_id == Subrange.id)
    ordered = query.order_by(Range.position, Subrange.position.nulls_first(), Point.position, Point.code)
    rows = ordered.options(joinedload(Point.range)).limit(PAGE).offset(PAGE * (number - 1))
    return list(session.scalars(rows))


def supply_of(session: Session, points: list[Point]) -> dict[UUID, Supply]:
    """Count the items of some points."""
    approved = func.count().filter(Item.state.in_(ASSEMBLABLE))
    kept = (Item.point_id.in_([point.id for point in points]), Item.state != ItemState.RETIRED)
    rows = session.execute(select(Item.point_id, func.count(), approved).where(*kept).group_by(Item.point_id))
    return {point_id: Supply(items, ready) for point_id, items, ready in rows}


def get(session: Session, standard_id: UUID, point_id: UUID) -> Point:
    """Give a point of a standard."""
    point = session.get(Point, point_id)
    if point is None or point.standard_id != standard_id:
        raise Missing(what=N_("assessment point"))
    return point


def tiers_of(session: Session, standard: Standard) -> Tiers:
    """Give the tiers that points may hang on."""
    return Tiers({row.code: row for row in standard.ranges}, {row.code: row for row in subranges(session, standard.id)})


def mark(point: Point) -> str:
    """Give a mark of a point's content; another mark means that somebody changed it."""
    content = "\x1f".join(str(getattr(point, name)) for name in ("subrange_id", "range_id", *_FIELDS))
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def proposed_code(session: Session, standard: Standard, tier: str) -> str:
    """Propose the next code in a tier, with numbers as wide as those that are there."""
    codes = session.scalars(
        select(Point.code).where(Point.standard_id == standard.id, Point.code.startswith(f"{tier}-", autoescape=True))
    )
    numbers = [code.rpartition("-")[2] for code in codes if fits(standard, code, tier)]
    own = [number for number in numbers if number.isdigit()]
    width = max((len(number) for number in own), default=3 if standard.code_style is CodeStyle.LETTERS else 1)
    return f"{tier}-{max((int(number) for number in own), default=0) + 1:0{width}}"


def write(
    session: Session, standard_id: UUID, part: PointPart, *, by: Actor, point_id: UUID | None = None, seen: str = "",
    at: datetime | None = None,
) -> Point:  # fmt: skip
    """Add a point to a draft, or write one anew."""
    standard = standards.draft(session, standard_id, by=by, at=at)
    tiers = tiers_of(session, standard)
    if part.range not in tiers.ranges and part.range not in tiers.subranges:
        raise Missing(what=N_("range"))
    if not fits(standard, part.code, part.range):
        raise PointCodeMisfit(tier=part.range, code=part.code, example=proposed_code(session, standard, part.range))
    old = get(session, standard_id, point_id) if point_id else None
    same = (Point.standard_id == standard_id, Point.code == part.code, Point.id != (point_id or standard_id))
    if session.scalars(select(Point.id).where(*same)).first():
        raise PointExists(code=part.code)
    if old and seen != mark(old):
        raise PointOvertaken(code=old.code)
    last = session.scalar(select(func.max(Point.position)).where(Point.standard_id == standard_id)) or 0
    point = old or point_row(standard, part, tiers, last + 1)
    point.range_id, point.subrange_id = tiers.of(part.range)
    for name in _FIELDS:
        setattr(point, name, getattr(part, name))
    session.add(point)
    record(session, "point_written", point, by=by, at=at, standard=standard.code, code=part.code)
    return point


def delete(session: Session, standard_id: UUID, point_id: UUID, *, by: Actor, at: datetime | None = None) -> None:
    """Take a point out of a draft."""
    standard = standards.draft(session, standard_id, by=by, at=at)
    point = get(session, standard_id, point_id)
    record(session, "point_deleted", point, by=by, at=at, standard=standard.code, code=point.code)
    session.delete(point)
    session.flush()


def rules_of(standard: Standard) -> TableRules:
    """Give what the standard's table is held against."""
    return TableRules.model_validate(standard.rules.get("point_table", {}))


def write_rules(
    session: Session, standard_id: UUID, rules: TableRules, *, after: int, by: Actor, at: datetime | None = None
) -> Standard:
    """Set what the table of a draft is held against."""
    standard = standards.draft(session, standard_id, after=after, by=by, at=at)
    standard.rules = {**standard.rules, "point_table": rules.model_dump()}
    record(session, "standard_changed", standard, by=by, at=at, code=standard.code, edition=standard.edition,
           part="rules of the point table")  # fmt: skip
    return standard


def _found(standard_id: UUID, search: Search) -> Select[Point]:
    query = select(Point).join(Range, Point.range_id == Range.id).where(Point.standard_id == standard_id)
    if search.range_id:
        query = query.where(Point.range_id == search.range_id)
    if search.importance:
        query = query.where(Point.importance == search.importance)
    if search.level:
        query = query.where(Point.lowest_level >= search.level)
    for word in search.text.split():
        places = (Point.code, Point.name, Point.name_en, Point.path, Point.fact)
        query = query.where(or_(*(place.icontains(word, autoescape=True) for place in places)))
    return query
