"""Moving items from the secure pool to practice: proposed by one person with a reason, decided by another, for good."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from kaoping.exam.practice.errors import (
    NotReleasable,
    OwnRelease,
    ReleaseDecided,
    ReleasedItemsUnknown,
    ReleaseNamesNothing,
    ReleaseUnexplained,
    StillToBeSat,
)
from kaoping.exam.practice.models import Release, ReleasedItem, ReleaseState
from kaoping.itembank import text_index, turns
from kaoping.itembank.actor import Actor
from kaoping.itembank.decided_once import decided
from kaoping.itembank.errors import N_, Missing
from kaoping.itembank.items import ASSEMBLABLE, Item, ItemUse
from kaoping.itembank.models import Level
from kaoping.itembank.sharing.models import TakenItem
from kaoping.itembank.trail import database_time, record, record_many

MOST, LONGEST = 500, 2000
_WHOLE: Final = selectinload(Release.items).joinedload(ReleasedItem.item).selectinload(Item.revisions)


def propose(
    session: Session, codes: Iterable[str], *, reason: str, by: Actor, at: datetime | None = None
) -> Release:  # fmt: skip
    """Propose that items move to practice.

    Raises
    ------
    ReleaseNamesNothing, ReleasedItemsUnknown, NotReleasable, StillToBeSat, ReleaseUnexplained
    """
    moment, said = at or database_time(session), _told(reason)
    items = _named(session, codes)
    _require_releasable(session, items)
    row = Release(
        organisation_id=by.organisation,
        number=turns.next_number(session, Release.number, by.organisation),
        state=ReleaseState.PROPOSED, reason=said,
        proposed_by=by.id, proposed_at=moment,
    )  # fmt: skip
    row.items = [ReleasedItem(organisation_id=by.organisation, item_id=one.id, code=one.code) for one in items]
    session.add(row)
    record(session, "release_proposed", row, by=by, at=moment, number=row.number, items=len(items))
    return row


def release(session: Session, release_id: UUID, *, by: Actor, at: datetime | None = None) -> Release:
    """Let the items go to practice. Releasing twice is harmless.

    Raises
    ------
    OwnRelease, ReleaseDecided, NotReleasable, StillToBeSat
    """
    row, moment = _to_decide(session, release_id, by=by), at or database_time(session)
    if decided(row, ReleaseState.RELEASED, waiting=ReleaseState.PROPOSED, by=by, otherwise=ReleaseDecided):
        return row
    items = _locked(session, [one.item_id for one in row.items])
    _require_releasable(session, items)
    _decide(session, row, ReleaseState.RELEASED, by=by, at=moment)
    session.flush()
    for item in items:
        item.use = ItemUse.PRACTICE
    told = {"release": row.number}
    record_many(session, "item_to_practice", [(item, told | {"code": item.code}) for item in items], by=by, at=moment)
    return row


def refuse(session: Session, release_id: UUID, reason: str, *, by: Actor, at: datetime | None = None) -> Release:
    """Keep the items secure, for a reason. Refusing twice is harmless.

    Raises
    ------
    OwnRelease, ReleaseDecided, ReleaseUnexplained
    """
    row, said = _to_decide(session, release_id, by=by), _told(reason)
    if not decided(row, ReleaseState.REFUSED, waiting=ReleaseState.PROPOSED, by=by, otherwise=ReleaseDecided):
        row.refusal = said
        _decide(session, row, ReleaseState.REFUSED, by=by, at=at or database_time(session))
    return row


def find(session: Session, release_id: UUID) -> Release:
    """Give a release with its items, or raise `Missing`."""
    row = session.scalars(select(Release).where(Release.id == release_id).options(_WHOLE)).one_or_none()
    if row is None:
        raise Missing(what=N_("release"))
    return row


def count(session: Session) -> int:
    """Count the releases."""
    return session.scalar(select(func.count()).select_from(Release)) or 0


def listed(session: Session, *, limit: int, offset: int = 0) -> Sequence[Release]:
    """Give the releases with what they name, the newest first."""
    query = select(Release).options(selectinload(Release.items)).order_by(Release.number.desc())
    return session.scalars(query.limit(limit).offset(offset)).all()


def count_waiting(session: Session, by: Actor) -> int:
    """Count the releases that wait for this person's decision."""
    waiting = (Release.state == ReleaseState.PROPOSED, Release.proposed_by != by.id)
    return session.scalar(select(func.count()).select_from(Release).where(*waiting)) or 0


def pools(session: Session) -> Sequence[tuple[Level, Mapping[ItemUse, int]]]:
    """Count the assemblable items of each level that has some, secure and for practice."""
    query = (
        select(Item.level_id, Item.use, func.count())
        .where(Item.state.in_(ASSEMBLABLE))
        .group_by(Item.level_id, Item.use)
    )
    counted: dict[UUID, dict[ItemUse, int]] = {}
    for level_id, use, number in session.execute(query):
        counted.setdefault(level_id, {})[use] = number
    levels = select(Level).where(Level.id.in_(counted)).options(joinedload(Level.standard))
    found = session.scalars(levels).all()
    ordered = sorted(found, key=lambda level: (level.standard.code, level.standard.edition, -level.digit))
    return [(level, counted[level.id]) for level in ordered]


def alike(session: Session, row: Release) -> dict[str, list[Item]]:
    """Give secure items that say nearly the same as those of a release: who practises one knows the other."""
    named = {one.item_id: one.item for one in row.items}
    found = text_index.alike(session, [item.latest.body for item in named.values()], row.organisation_id)
    near = {
        item.code: [like.item for like in each if like.item.id not in named and like.item.use is ItemUse.SECURE]
        for item, each in zip(named.values(), found, strict=True)
    }
    return {code: items for code, items in near.items() if items}


def _told(reason: str) -> str:
    kept = reason.strip()
    if not 0 < len(kept) <= LONGEST:
        raise ReleaseUnexplained(most=LONGEST)
    return kept


def _named(session: Session, codes: Iterable[str]) -> Sequence[Item]:
    wanted = set(codes)
    if not 0 < len(wanted) <= MOST:
        raise ReleaseNamesNothing(most=MOST)
    ids = dict(session.execute(select(Item.code, Item.id).where(Item.code.in_(wanted))).all())
    if unknown := wanted - ids.keys():
        raise ReleasedItemsUnknown(codes=", ".join(sorted(unknown)))
    return _locked(session, ids.values())


def _locked(session: Session, items: Iterable[UUID]) -> Sequence[Item]:
    query = select(Item).where(Item.id.in_(set(items))).order_by(Item.id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).all()


def _require_releasable(session: Session, items: Sequence[Item]) -> None:
    lent = set(session.scalars(select(TakenItem.item_id).where(TakenItem.item_id.in_([item.id for item in items]))))
    if barred := sorted(item.code for item in items if not item.offered or item.id in lent):
        raise NotReleasable(codes=", ".join(barred))
    waiting = func.papers_to_be_sat([item.id for item in items])
    if papers := sorted(session.scalars(select(waiting))):
        raise StillToBeSat(papers=", ".join(papers))


def _to_decide(session: Session, release_id: UUID, *, by: Actor) -> Release:
    if session.get(Release, release_id, with_for_update=True, populate_existing=True) is None:
        raise Missing(what=N_("release"))
    row = find(session, release_id)
    if row.proposed_by == by.id:
        raise OwnRelease
    return row


def _decide(session: Session, row: Release, state: ReleaseState, *, by: Actor, at: datetime) -> None:
    row.state, row.decided_by, row.decided_at = state, by.id, at
    record(session, f"release_{state}", row, by=by, at=at, number=row.number, items=len(row.items))
