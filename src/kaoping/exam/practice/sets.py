"""Practice sets: an officer publishes items of the practice pool under a link, and closes them again."""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from kaoping.exam.practice.errors import NotForPractice, SetEmpty, SetUntitled
from kaoping.exam.practice.models import PracticeEntry, PracticeSet
from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import N_, Missing
from kaoping.itembank.items import ASSEMBLABLE, Item, ItemUse
from kaoping.itembank.models import Level
from kaoping.itembank.trail import database_time, record

MOST, LONGEST = 100, 100
KEY_BYTES = 12
"""Bytes of a link's key: enough that no set is found by guessing."""


def publish(
    session: Session, level_id: UUID, *, title: str, codes: Collection[str] = (), by: Actor, at: datetime | None = None
) -> PracticeSet:
    """Publish a set of the named items in their order; without names, of all that its level has for practice.

    Raises
    ------
    Missing, SetUntitled, SetEmpty, NotForPractice
    """
    if session.get(Level, level_id) is None:
        raise Missing(what=N_("level"))
    if not 0 < len(named := title.strip()) <= LONGEST:
        raise SetUntitled(most=LONGEST)
    items = _chosen(session, level_id, list(dict.fromkeys(codes)))
    row = PracticeSet(
        organisation_id=by.organisation, level_id=level_id, title=named, key=secrets.token_urlsafe(KEY_BYTES),
        published_by=by.id, published_at=at or database_time(session),
    )  # fmt: skip
    row.entries = [
        PracticeEntry(organisation_id=by.organisation, position=place, item_id=one.id, revision_id=one.latest.id)
        for place, one in enumerate(items, 1)
    ]
    session.add(row)
    record(session, "practice_published", row, by=by, at=row.published_at, title=named, items=len(items))
    return row


def close(session: Session, set_id: UUID, *, by: Actor, at: datetime | None = None) -> PracticeSet:
    """Close a set: its link leads nowhere any more. Closing twice is harmless."""
    row = session.get(PracticeSet, set_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise Missing(what=N_("practice set"))
    if row.closed_at is None:
        row.closed_by, row.closed_at = by.id, at or database_time(session)
        record(session, "practice_closed", row, by=by, at=row.closed_at, title=row.title)
    return row


def listed(session: Session) -> Sequence[PracticeSet]:
    """Give the sets, those that are open first, the newest first."""
    query = (
        select(PracticeSet)
        .options(selectinload(PracticeSet.entries), joinedload(PracticeSet.level).joinedload(Level.standard))
        .order_by(PracticeSet.closed_at.is_not(None), PracticeSet.published_at.desc())
    )
    return session.scalars(query).all()


def levels(session: Session) -> Sequence[Level]:
    """Give the levels that have items for practice."""
    held = select(Item.level_id).where(Item.use == ItemUse.PRACTICE, Item.state.in_(ASSEMBLABLE))
    query = select(Level).where(Level.id.in_(held)).options(joinedload(Level.standard))
    return sorted(session.scalars(query), key=lambda level: (level.standard.code, level.standard.edition, -level.digit))


def _chosen(session: Session, level_id: UUID, codes: list[str]) -> list[Item]:
    fits = (Item.level_id == level_id, Item.use == ItemUse.PRACTICE, Item.state.in_(ASSEMBLABLE))
    query = select(Item).where(*fits).order_by(Item.code).options(selectinload(Item.revisions))
    if codes:
        query = query.where(Item.code.in_(codes))
    found = {item.code: item for item in session.scalars(query.limit(MOST + 1)) if item.type.by_machine}
    if len(codes) > MOST:
        raise SetEmpty(most=MOST)
    if barred := [code for code in codes if code not in found]:
        raise NotForPractice(codes=", ".join(barred))
    if not 0 < len(found) <= MOST:
        raise SetEmpty(most=MOST)
    return [found[code] for code in codes or found]
