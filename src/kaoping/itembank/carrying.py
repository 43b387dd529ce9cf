"""Carrying items over into a later edition of their standard, by a mapping of points that two persons stand for.

An item of the earlier edition stays where papers and results refer to it. The later edition gets an item of its own
that says the same, with the same authors, statistics and pictures, on the point that the mapping names. It enters as
approved, because what was approved is what it says (the database asks for the confirmed mapping).
"""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Select, Text, cast, exists, func, select
from sqlalchemy.orm import Session, aliased, selectinload

from kaoping.itembank import authoring, enemy_sets, standards, text_index
from kaoping.itembank.actor import Actor, system
from kaoping.itembank.errors import N_, Conflict, Forbidden, Invalid, ItemBankError, Missing
from kaoping.itembank.items import ASSEMBLABLE, Item, ItemState, Picture, Revision, Statistics, StatisticsState
from kaoping.itembank.models import Level, Point, Standard
from kaoping.itembank.structure import CarryOver
from kaoping.itembank.trail import database_time, record

#: Names of two points that are at least this alike (0 to 1) are proposed as the same, under other codes.
ALIKE = 0.8
#: Items that are carried over in one transaction.
AT_ONCE = 100

_ORIGIN = aliased(Item)
#: Columns of statistics that belong to the row itself, not to what was measured.
_OWN = frozenset({"id", "revision_id", "item_id", "carried_from_id"})

Scope = Callable[[], AbstractContextManager[Session]]


class NothingFollowed(ItemBankError, Conflict):
    """A standard that was not begun from another edition has nothing to carry over."""

    sentence = N_(
        "Standard %(code)s (%(edition)s) was not begun from an earlier edition; there is nothing to carry over."
    )


class PointUnknown(ItemBankError, Invalid):
    """The mapping names a code that the later edition does not have."""

    sentence = N_("The edition %(edition)s has no point %(code)s; choose one of its points, or leave it empty.")


class OwnMapping(ItemBankError, Forbidden):
    """Who wrote on a mapping, at whatever time, confirms it."""

    sentence = N_("You wrote on this mapping; another person compares the points and confirms it.")


class MappingConfirmed(ItemBankError, Conflict):
    """A confirmed mapping does not change: items were carried over by it."""

    sentence = N_("The mapping was confirmed on %(day)s and does not change; move single items by hand.")


class EditionNotPublished(ItemBankError, Conflict):
    """Items are carried into a published edition only."""

    sentence = N_("Edition %(edition)s is a draft; publish it, then confirm what is carried over.")


@dataclass(frozen=True, slots=True)
class Pair:
    """A point of the earlier edition, what it becomes, whether the names differ, and how many items go with it."""

    old: Point
    new: Point | None
    items: int

    @property
    def same(self) -> bool:
        """Whether code and name stayed."""
        return self.new is not None and (self.old.code, self.old.name) == (self.new.code, self.new.name)


@dataclass(frozen=True, slots=True)
class Progress:
    """How many items are to be carried over, and how many were."""

    wanted: int
    carried: int


def earlier_of(session: Session, standard_id: UUID) -> tuple[Standard, Standard]:
    """Give the edition that a standard was begun from, and the standard.

    Raises
    ------
    NothingFollowed : it was begun from none.
    """
    later = standards.get(session, standard_id)
    if later.follows_id is None:
        raise NothingFollowed(code=later.code, edition=later.edition)
    return session.get_one(Standard, later.follows_id), later


def pairs(session: Session, standard_id: UUID) -> list[Pair]:
    """Give the mapping that was written, or one that is proposed: by code and name, by name, by nearly equal names."""
    earlier, later = earlier_of(session, standard_id)
    written = find(session, standard_id)
    old, new = standards.points(session, earlier.id), standards.points(session, later.id)
    chosen = dict(written.mapping) if written else _proposed(old, new)
    by_id, counts = {str(point.id): point for point in new}, _counts(session, earlier.id)
    return [Pair(point, by_id.get(chosen.get(str(point.id), "")), counts.get(point.id, 0)) for point in old]


def find(session: Session, standard_id: UUID) -> CarryOver | None:
    """Give what was written about carrying items into an edition."""
    return session.scalars(select(CarryOver).where(CarryOver.to_standard_id == standard_id)).one_or_none()


def write(
    session: Session, standard_id: UUID, codes: Mapping[UUID, str], *, by: Actor, at: datetime | None = None
) -> CarryOver:
    """Write which point each point of the earlier edition becomes: codes by ids; an empty code leaves it behind.

    Raises
    ------
    MappingConfirmed, PointUnknown
    """
    earlier, later = earlier_of(session, standard_id)
    carried = _locked(session, standard_id) or CarryOver(
        organisation_id=by.organisation, from_standard_id=earlier.id, to_standard_id=later.id, mapping={},
        author_id=by.id, hands=[], created_at=at or database_time(session),
    )  # fmt: skip
    if carried.approved_at:
        raise MappingConfirmed(day=carried.approved_at.date())
    known = {point.code: point.id for point in standards.points(session, later.id)}
    mapping: dict[str, Any] = {}
    for point in standards.points(session, earlier.id):
        if code := codes.get(point.id, "").strip():
            if code not in known:
                raise PointUnknown(edition=later.edition, code=code[:40])
            mapping[str(point.id)] = str(known[code])
    carried.mapping, carried.author_id = mapping, by.id
    carried.hands = sorted({*carried.hands, str(by.id)})
    session.add(carried)
    record(session, "mapping_written", carried, by=by, at=at, code=later.code, edition=later.edition)
    return carried


def approve(session: Session, standard_id: UUID, *, by: Actor, at: datetime | None = None) -> CarryOver:
    """Confirm a mapping; from then on its items may be carried over. Confirming twice is harmless.

    Raises
    ------
    Missing : nothing was written.
    EditionNotPublished : the later edition is a draft, whose points may still change.
    OwnMapping : somebody who wrote on it confirms it (the database refuses it too).
    """
    carried = _locked(session, standard_id)
    if carried is None:
        raise Missing(what=N_("mapping of points"))
    later = standards.get(session, standard_id)
    if carried.approver_id is not None:
        return carried
    if not standards.held_published(session, later):
        raise EditionNotPublished(edition=later.edition)
    if str(by.id) in carried.hands:
        raise OwnMapping
    moment = at or database_time(session)
    carried.approver_id, carried.approved_at = by.id, moment
    record(session, "mapping_confirmed", carried, by=by, at=moment, code=later.code, edition=later.edition)
    return carried


def carry_out(scope: Scope, carry_over_id: UUID) -> int:
    """Carry the items over, some at a time, each lot in a transaction of its own; give how many there were.

    It goes on where it ended: an item that was carried over is not carried over again.
    """
    total = 0
    while True:
        with scope() as session:
            carried = session.get_one(CarryOver, carry_over_id, with_for_update=True)
            if carried.done_at is not None:
                return total
            lot = waiting(session, carried, most=AT_ONCE)
            if not lot:
                _finish(session, carried)
                return total
            _carry(session, carried, lot)
            total += len(lot)


def _finish(session: Session, carried: CarryOver) -> None:
    """Close the carry-over, and make carried items enemies where their origins are."""
    carried.done_at = database_time(session)
    copies = session.scalars(select(Item).where(Item.carry_over_id == carried.id))
    enemy_sets.follow(session, {copy.carried_from_id: copy for copy in copies}, at=carried.done_at)


def progress(session: Session, carried: CarryOver) -> Progress:
    """Count what was carried over and what still waits."""
    done = session.scalar(select(func.count()).where(Item.carry_over_id == carried.id)) or 0
    wait = session.scalar(select(func.count()).select_from(_waiting(carried).subquery())) or 0
    return Progress(done + wait, done)


def waiting(session: Session, carried: CarryOver, *, most: int) -> Sequence[Item]:
    """Give some of the items that wait to be carried over, in the order of their codes."""
    query = _waiting(carried).order_by(_ORIGIN.code).limit(most)
    return session.scalars(query.options(selectinload(_ORIGIN.revisions), selectinload(_ORIGIN.level))).all()


def _waiting(carried: CarryOver) -> Select[Item]:
    """Ask for assemblable items of the earlier edition that were not carried over.

    Left behind are items whose level the later edition does not have, or whose point is not asked at it any more.
    """
    below, target, reached = aliased(Level), aliased(Point), aliased(Level)
    named = CarryOver.mapping.op("->>")(cast(_ORIGIN.point_id, Text))
    taken = exists().where(Item.carry_over_id == carried.id, Item.carried_from_id == _ORIGIN.id)
    return (
        select(_ORIGIN).join(below, below.id == _ORIGIN.level_id)
        .join(CarryOver, CarryOver.id == carried.id)
        .join(target, (target.standard_id == CarryOver.to_standard_id) & (cast(target.id, Text) == named))
        .join(reached, (reached.standard_id == CarryOver.to_standard_id) & (reached.digit == below.digit))
        .where(
            _ORIGIN.standard_id == CarryOver.from_standard_id, _ORIGIN.state.in_(ASSEMBLABLE), ~taken,
            below.digit <= target.lowest_level,
        )
    )  # fmt: skip


def _carry(session: Session, carried: CarryOver, lot: Sequence[Item]) -> None:
    later = standards.get(session, carried.to_standard_id)
    if not standards.held_published(session, later):
        raise EditionNotPublished(edition=later.edition)
    levels = {level.digit: level for level in later.levels}
    moment, numbers = database_time(session), dict[int, int]()
    for origin in lot:
        digit = origin.level.digit
        numbers.setdefault(digit, authoring.next_number(session, origin.organisation_id, digit))
        item = Item(
            organisation_id=origin.organisation_id, standard_id=carried.to_standard_id, level_id=levels[digit].id,
            point_id=UUID(carried.mapping[str(origin.point_id)]), code=f"{digit}-{numbers[digit]:06}",
            type=origin.type, state=ItemState.APPROVED, author_id=origin.author_id, created_at=moment,
            demonstration=origin.demonstration, ai_assisted=origin.ai_assisted, carried_from_id=origin.id,
            carry_over_id=carried.id, use=origin.use,
        )  # fmt: skip
        numbers[digit] += 1
        session.add(item)
        session.flush()
        _say_the_same(session, origin, item, at=moment)
    record(session, "items_carried", carried, by=system(carried.organisation_id), at=moment, items=len(lot))


def _say_the_same(session: Session, origin: Item, item: Item, *, at: datetime) -> None:
    """Give a carried item the wordings of its origin, with pictures and adopted statistics of its own.

    The earlier wordings come along because nobody who wrote one decides on the item.
    """
    copied = _own_pictures(session, origin, item)
    names = ("number", "source_standard", "source_edition", "source_clause", "difficulty", "consistency", "rule_id",
             "author_id")  # fmt: skip
    submitted = [worded for worded in origin.revisions if worded.submitted_at]
    for worded in submitted:
        revision = Revision(
            organisation_id=item.organisation_id, item_id=item.id, body=_renamed(worded.body, copied), created_at=at,
            submitted_at=at, **{name: getattr(worded, name) for name in names},
        )  # fmt: skip
        session.add(revision)
    session.flush()
    adopted = select(Statistics).where(
        Statistics.revision_id == submitted[-1].id, Statistics.state == StatisticsState.ADOPTED
    )  # fmt: skip
    measured = [column.key for column in Statistics.__table__.columns if column.key not in _OWN]
    for row in session.scalars(adopted):
        values = {name: getattr(row, name) for name in measured}
        session.add(Statistics(revision_id=revision.id, item_id=item.id, **values))
    text_index.enter(session, item, revision.body)


def _renamed(body: dict[str, Any], copied: Mapping[str, str]) -> dict[str, Any]:
    """Name the copies of pictures in a wording."""
    written = json.dumps(body, ensure_ascii=False)
    for old, new in copied.items():
        written = written.replace(old, new)
    renamed: dict[str, Any] = json.loads(written)
    return renamed


def _own_pictures(session: Session, origin: Item, item: Item) -> dict[str, str]:
    """Copy the pictures, which belong to one item each; give the ids of the copies by those of the originals."""
    copied: dict[str, str] = {}
    for picture in session.scalars(select(Picture).where(Picture.item_id == origin.id)).all():
        copy = Picture(
            id=uuid4(), organisation_id=item.organisation_id, item_id=item.id, media_type=picture.media_type,
            width=picture.width, height=picture.height, alternative=picture.alternative, content=picture.content,
            created_at=picture.created_at,
        )  # fmt: skip
        session.add(copy)
        copied[str(picture.id)] = str(copy.id)
    return copied


def _locked(session: Session, standard_id: UUID) -> CarryOver | None:
    query = select(CarryOver).where(CarryOver.to_standard_id == standard_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def _counts(session: Session, standard_id: UUID) -> dict[UUID, int]:
    kept = (Item.standard_id == standard_id, Item.state.in_(ASSEMBLABLE))
    rows = session.execute(select(Item.point_id, func.count()).where(*kept).group_by(Item.point_id))
    return {point: count for point, count in rows}  # noqa: C416 - rows are no pairs for the type checker


def _proposed(old: Sequence[Point], new: Sequence[Point]) -> dict[str, str]:
    """Propose a mapping; a point of the later edition is proposed once."""
    found: dict[str, str] = {}
    free = {point.id: point for point in new}
    for rule in (_unchanged, _renumbered, _reworded):
        for point in old:
            if str(point.id) not in found and (match := rule(point, free)):
                found[str(point.id)] = str(match.id)
                del free[match.id]
    return found


def _unchanged(point: Point, free: Mapping[UUID, Point]) -> Point | None:
    return next((one for one in free.values() if (one.code, one.name) == (point.code, point.name)), None)


def _renumbered(point: Point, free: Mapping[UUID, Point]) -> Point | None:
    return next((one for one in free.values() if one.name == point.name), None)


def _reworded(point: Point, free: Mapping[UUID, Point]) -> Point | None:
    likeness = {one.id: SequenceMatcher(None, point.name, one.name, autojunk=False).ratio() for one in free.values()}
    best = max(likeness, key=likeness.__getitem__, default=None)
    return free[best] if best is not None and likeness[best] >= ALIKE else None
