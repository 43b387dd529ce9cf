"""Grants: proposed and approved by two persons of the owner, answered by the other organisation, ended by the owner.

Both trails tell the whole story: each side enters its own steps, and `note` enters those of the other side.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, joinedload

from kaoping.itembank import turns
from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import N_, Missing
from kaoping.itembank.items import Item, offered
from kaoping.itembank.listing import Search
from kaoping.itembank.models import Level, Point, Range
from kaoping.itembank.sharing.errors import GrantedItemsUnfit, GrantMovedOn, GrantToOneself, GrantUnclear, OwnGrant
from kaoping.itembank.sharing.models import GrantedItem, ItemGrant, SharedView, TakenItem
from kaoping.itembank.trail import TrailEntry, database_time, record

MOST, LONGEST = 1000, 300


@dataclass(frozen=True, slots=True)
class Terms:
    """What is granted to whom: a level, perhaps one range of it, perhaps named items; for what, and how long."""

    grantee_id: UUID
    level_id: UUID
    range_id: UUID | None
    codes: Collection[str]
    purpose: str
    takes: bool
    keeps: bool
    since: date
    until: date


def propose(session: Session, terms: Terms, *, by: Actor, at: datetime | None = None) -> ItemGrant:
    """Propose a grant; nobody else sees it before another person has approved it.

    Raises
    ------
    GrantToOneself, GrantUnclear, GrantedItemsUnfit, Missing
    """
    if terms.grantee_id == by.organisation:
        raise GrantToOneself
    purpose = terms.purpose.strip()
    if not 0 < len(purpose) <= LONGEST or terms.until < terms.since:
        raise GrantUnclear(most=LONGEST)
    subject, items = _subject(session, terms), _named(session, terms)
    row = ItemGrant(
        organisation_id=by.organisation,
        number=turns.next_number(session, ItemGrant.number, by.organisation),
        grantee_id=terms.grantee_id,
        level_id=terms.level_id, range_id=terms.range_id, selected=bool(items), subject=subject, purpose=purpose,
        takes=terms.takes, keeps=terms.takes and terms.keeps, since=terms.since, until=terms.until, proposed_by=by.id,
        proposed_at=at or database_time(session),
    )  # fmt: skip
    session.add(row)
    session.flush()
    session.add_all(GrantedItem(organisation_id=by.organisation, grant_id=row.id, item_id=one) for one in items)
    record(session, "grant_proposed", row, by=by, at=row.proposed_at, **_facts(row))
    return row


def selection(session: Session, search: Search, *, by: Actor) -> Sequence[str]:
    """Give the codes of what a search finds that may be granted, for the list of a grant."""
    fits = (*search.conditions(by.organisation), offered(), ~exists().where(TakenItem.item_id == Item.id))
    return session.scalars(select(Item.code).where(*fits).order_by(Item.code).limit(MOST)).all()


def offer(session: Session, grant_id: UUID, *, by: Actor, at: datetime | None = None) -> ItemGrant:
    """Approve a grant, so that the other organisation sees it. Approving twice is harmless.

    Raises
    ------
    Missing, OwnGrant, GrantMovedOn
    """
    row = _own(session, grant_id, by=by)
    if row.proposed_by == by.id:
        raise OwnGrant
    if row.offered_at is None:
        _require(row, row.ended_at is None)
        row.offered_by, row.offered_at = by.id, at or database_time(session)
        record(session, "grant_offered", row, by=by, at=row.offered_at, **_facts(row))
    return row


def answer(session: Session, grant_id: UUID, *, accept: bool, by: Actor, at: datetime | None = None) -> ItemGrant:
    """Accept or decline a grant that was offered. The same answer twice is harmless.

    Raises
    ------
    Missing, GrantMovedOn
    """
    row = find(session, grant_id, lock=True)
    if row.grantee_id != by.organisation:
        raise Missing(what=N_("grant"))
    if row.answered_at is None:
        _require(row, row.ended_at is None)
        row.answered_by, row.answered_at, row.accepted = by.id, at or database_time(session), accept
        record(session, "grant_accepted" if accept else "grant_declined", row, by=by, at=row.answered_at, **_facts(row))
    _require(row, row.accepted is accept)
    return row


def end(session: Session, grant_id: UUID, *, by: Actor, at: datetime | None = None) -> ItemGrant:
    """End a grant at once: nothing more is read under it. Ending twice is harmless."""
    row = _own(session, grant_id, by=by)
    if row.ended_at is None:
        row.ended_by, row.ended_at = by.id, at or database_time(session)
        record(session, "grant_ended", row, by=by, at=row.ended_at, **_facts(row))
    return row


def note(session: Session, grant_id: UUID, *, by: Actor, at: datetime | None = None) -> None:
    """Enter the steps of the other side into this organisation's trail. Repeating it enters nothing twice."""
    row = find(session, grant_id)
    known = set(session.scalars(select(TrailEntry.verb).where(TrailEntry.thing_id == row.id)))
    for verb, moment, person in _steps(row):
        if verb not in known:
            told = {"person": str(person), "on": moment.isoformat()}
            record(session, verb, row, by=by, at=at, **_facts(row), **told)


def find(session: Session, grant_id: UUID, *, lock: bool = False) -> ItemGrant:
    """Give a grant that this organisation made or was offered, or raise `Missing`."""
    row = session.get(ItemGrant, grant_id, with_for_update=lock or None, populate_existing=True)
    if row is None:
        raise Missing(what=N_("grant"))
    return row


def listed(session: Session) -> Sequence[ItemGrant]:
    """Give the grants of both directions, the newest first."""
    return session.scalars(select(ItemGrant).order_by(ItemGrant.proposed_at.desc())).all()


def count_to_approve(session: Session, by: Actor) -> int:
    """Count the grants of this organisation that wait for this person's approval."""
    own = (ItemGrant.organisation_id == by.organisation, ItemGrant.proposed_by != by.id)
    return _count(session, *own, ItemGrant.offered_at.is_(None))


def count_to_answer(session: Session, by: Actor) -> int:
    """Count the grants that wait for this organisation's answer."""
    return _count(session, ItemGrant.grantee_id == by.organisation, ItemGrant.answered_at.is_(None))


def _count(session: Session, *waiting: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(ItemGrant).where(ItemGrant.ended_at.is_(None), *waiting)
    return session.scalar(query) or 0


def readings(session: Session, grant_id: UUID, *, most: int = 200) -> Sequence[tuple[SharedView, str]]:
    """Give what was read under a grant of this organisation, the latest first, with the codes of the items."""
    query = select(SharedView, Item.code).join(Item, Item.id == SharedView.item_id)
    rows = session.execute(query.where(SharedView.grant_id == grant_id).order_by(SharedView.at.desc()).limit(most))
    return [(view, code) for view, code in rows]


def today(session: Session) -> date:
    """Give the day on which grants are looked at."""
    return database_time(session).astimezone(turns.ZONE).date()


_EVENTS: Final = ("offered", "answered", "ended")


def _steps(row: ItemGrant) -> Iterator[tuple[str, datetime, UUID]]:
    """Give the steps that both sides may know."""
    for event in _EVENTS:
        moment, person = getattr(row, f"{event}_at"), getattr(row, f"{event}_by")
        if moment is not None:
            answered = "accepted" if row.accepted else "declined"
            yield f"grant_{answered if event == 'answered' else event}", moment, person


def _facts(row: ItemGrant) -> dict[str, Any]:
    return {
        "number": row.number, "owner": str(row.organisation_id), "grantee": str(row.grantee_id), "takes": row.takes,
        "since": row.since.isoformat(), "until": row.until.isoformat(),
    }  # fmt: skip


def _own(session: Session, grant_id: UUID, *, by: Actor) -> ItemGrant:
    row = find(session, grant_id, lock=True)
    if row.organisation_id != by.organisation:
        raise Missing(what=N_("grant"))
    return row


def _require(row: ItemGrant, holds: bool) -> None:  # noqa: FBT001 - a condition and nothing else
    if not holds:
        raise GrantMovedOn(number=row.number)


def _subject(session: Session, terms: Terms) -> dict[str, Any]:
    level = session.get(Level, terms.level_id, options=[joinedload(Level.standard)])
    row = session.get(Range, terms.range_id) if terms.range_id else None
    if level is None or (terms.range_id and (row is None or row.standard_id != level.standard_id)):
        raise Missing(what=N_("level"))
    standard = level.standard
    return {
        "code": standard.code, "standard": standard.name, "standard_en": standard.name_en, "edition": standard.edition,
        "digit": level.digit, "full_name": level.full_name, "title_en": level.title_en,
        "range": f"{row.code} {row.name}" if row else "", "range_en": f"{row.code} {row.name_en}" if row else "",
    }  # fmt: skip


def _named(session: Session, terms: Terms) -> Sequence[UUID]:
    """Give the items that the terms name; every one has to fit."""
    codes = set(terms.codes)
    if not codes:
        return ()
    fits = [Item.level_id == terms.level_id, offered(), ~exists().where(TakenItem.item_id == Item.id)]
    if terms.range_id:
        fits.append(Item.point_id.in_(select(Point.id).where(Point.range_id == terms.range_id)))
    rows = session.execute(select(Item.code, Item.id).where(Item.code.in_(codes), *fits)).all()
    if len(codes) > MOST or (unfit := codes - {row.code for row in rows}):
        raise GrantedItemsUnfit(codes=", ".join(sorted(unfit)[:20]) if len(codes) <= MOST else "…", most=MOST)
    return [row.id for row in rows]
