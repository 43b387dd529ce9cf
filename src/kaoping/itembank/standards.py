"""Occupational standards 职业标准: taken in as one document or drafted part by part, published once they are sound."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, selectinload

from kaoping.itembank.actor import SYSTEM, Actor
from kaoping.itembank.content import Problem
from kaoping.itembank.errors import N_, Conflict, Forbidden, ItemBankError, Missing
from kaoping.itembank.items import ASSEMBLABLE, Item, ItemState
from kaoping.itembank.models import Level, Point, Range, Stage, Standard, StandardHand, StandardState, Task, TaskState
from kaoping.itembank.standard_checks import shortfalls
from kaoping.itembank.standard_document import StandardDocument
from kaoping.itembank.standard_storing import empty, store
from kaoping.itembank.structure import Occupation
from kaoping.itembank.trail import database_time, record


class StandardPublished(ItemBankError, Conflict):
    """A published standard does not change; as long as nothing stands on it, it may be taken back to draft."""

    sentence = N_(
        "Standard %(code)s (%(edition)s) is published and does not change; take it back to draft, or give the changed "
        "one a new edition."
    )


class StandardLocked(ItemBankError, Conflict):
    """Items, specifications, batches or a mapping stand on the standard (rule 引用后锁定): next is a new edition."""

    sentence = N_(
        "Standard %(code)s (%(edition)s) is locked, because items, papers or batches refer to it, or a confirmed "
        "mapping of points: a table that is referred to does not change. Give the changed one a new edition."
    )


class PublisherDrafted(ItemBankError, Forbidden):
    """Whoever wrote on a draft does not publish it."""

    sentence = N_("You wrote on standard %(code)s; another person publishes it.")


class StandardOvertaken(ItemBankError, Conflict):
    """Somebody else saved the draft while this change was written."""

    sentence = N_(
        "Somebody else changed standard %(code)s while you were writing. What you typed is kept below: compare it, "
        "then save again."
    )


class StandardUnfinished(ItemBankError, Conflict):
    """The standard breaks rules of publishing; ``problems`` lists them."""

    sentence = N_("Standard %(code)s cannot be published yet: %(count)s places need mending.")

    def __init__(self, standard: Standard, problems: list[Problem]) -> None:
        super().__init__(code=standard.code, count=len(problems), problems=problems)


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
    """Take in a standard as a draft; a draft of the same code and edition is replaced, whoever has it in hand."""
    same = (Standard.code == document.code, Standard.edition == document.edition)
    standard = session.scalars(select(Standard).where(*same).with_for_update()).one_or_none()
    if standard is None:
        standard = Standard(organisation_id=by.organisation, code=document.code, edition=document.edition)
    else:
        refuse_fixed(standard)
        empty(session, standard)
        standard.version += 1
    standard.demonstration = demonstration
    catalogued = select(Occupation.id).where(Occupation.code == document.occupation_code)
    standard.occupation_id = session.scalar(catalogued) if document.occupation_code else None
    store(session, standard, document)
    put_hand(session, standard, by=by, at=at)
    record(session, "standard_drafted", standard, by=by, at=at, code=standard.code, edition=standard.edition)
    session.refresh(standard, ["levels", "ranges"])
    return standard


def draft(
    session: Session, standard_id: UUID, *, by: Actor, after: int | None = None, at: datetime | None = None
) -> Standard:
    """Take a draft in hand to write on it; ``after`` is the version that the writer saw.

    Raises
    ------
    StandardPublished, StandardLocked : it is a draft no more.
    StandardOvertaken : somebody else saved meanwhile.
    """
    standard = session.get(Standard, standard_id, with_for_update=True, populate_existing=True)
    if standard is None:
        raise Missing(what=N_("standard"))
    refuse_fixed(standard)
    if after is not None and after != standard.version:
        raise StandardOvertaken(code=standard.code)
    standard.version += 1
    put_hand(session, standard, by=by, at=at)
    return standard


def held_published(session: Session, standard: Standard) -> bool:
    """Say whether a standard is published, and keep it so until the transaction ends."""
    if standard.locked_at is None:
        session.refresh(standard, with_for_update=True)
    return standard.state is StandardState.PUBLISHED


def refuse_fixed(standard: Standard) -> None:
    """Refuse to change a standard that is published or locked."""
    if standard.stage is Stage.LOCKED:
        raise StandardLocked(code=standard.code, edition=standard.edition)
    if standard.stage is Stage.PUBLISHED:
        raise StandardPublished(code=standard.code, edition=standard.edition)


def put_hand(session: Session, standard: Standard, *, by: Actor, at: datetime | None) -> None:
    """Note who writes on a draft, once."""
    session.flush()
    values = {"organisation_id": standard.organisation_id, "standard_id": standard.id, "by": by.id}
    row = insert(StandardHand).values(id=uuid4(), at=at or database_time(session), **values)
    session.execute(row.on_conflict_do_nothing())


def hands(session: Session, standard_id: UUID) -> set[UUID]:
    """Give who wrote on a standard."""
    return set(session.scalars(select(StandardHand.by).where(StandardHand.standard_id == standard_id)))


def publish(session: Session, standard_id: UUID, *, by: Actor, at: datetime | None = None) -> Standard:
    """Fix a standard, so that items may be written on its points. Publishing twice is harmless."""
    standard = get(session, standard_id)
    if standard.state is StandardState.PUBLISHED:
        return standard
    session.refresh(standard, with_for_update=True)
    if by.id != SYSTEM and by.id in hands(session, standard_id):
        raise PublisherDrafted(code=standard.code)
    if problems := shortfalls(session, standard):
        raise StandardUnfinished(standard, problems)
    standard.state, standard.published_by = StandardState.PUBLISHED, by.id
    record(session, "standard_published", standard, by=by, at=at, code=standard.code, edition=standard.edition)
    return standard


def count_ready(session: Session, actor: Actor) -> int:
    """Count the drafts that lack nothing and that somebody else wrote: they wait for this person to publish them."""
    own = select(StandardHand.standard_id).where(StandardHand.by == actor.id)
    drafts = select(Standard).where(Standard.state == StandardState.DRAFT, Standard.id.not_in(own))
    return sum(not shortfalls(session, standard) for standard in session.scalars(drafts))


def count_wanted(session: Session, _: Actor) -> int:
    """Say whether the first standard is still to be written: without one there are no points to write items on."""
    return int(session.scalar(select(Standard.id).limit(1)) is None)


def reopen(session: Session, standard_id: UUID, *, by: Actor, at: datetime | None = None) -> Standard:
    """Take a published standard back to draft as long as nothing stands on it. Repeating it is harmless."""
    standard = session.get(Standard, standard_id, with_for_update=True, populate_existing=True)
    if standard is None:
        raise Missing(what=N_("standard"))
    if standard.stage is Stage.LOCKED:
        raise StandardLocked(code=standard.code, edition=standard.edition)
    if standard.stage is Stage.PUBLISHED:
        standard.state = StandardState.DRAFT
        put_hand(session, standard, by=by, at=at)
        record(session, "standard_reopened", standard, by=by, at=at, code=standard.code, edition=standard.edition)
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
    approved = func.count(Item.id).filter(Item.state.in_(ASSEMBLABLE))
    kept = (Item.point_id == Point.id) & (Item.state != ItemState.RETIRED)
    query = select(Point.range_id, func.count(Point.id.distinct()), func.count(Item.id), approved).outerjoin(Item, kept)
    rows = session.execute(query.where(Point.standard_id == standard_id).group_by(Point.range_id))
    return {range_id: (number, Supply(items, ready)) for range_id, number, items, ready in rows}


def tasks(session: Session, standard_id: UUID) -> Sequence[Task]:
    """Give the approved practical tasks of a standard."""
    approved = (Task.standard_id == standard_id, Task.state == TaskState.APPROVED)
    query = select(Task).join(Level, Task.level_id == Level.id).where(*approved)
    return session.scalars(query.order_by(Level.digit.desc(), Task.code)).all()
