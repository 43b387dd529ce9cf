"""Taking items over: a frozen copy of the owner's wording, with its origin, handed to the reviewers of the own bank."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from kaoping.itembank import authoring, text_index
from kaoping.itembank.actor import Actor
from kaoping.itembank.items import Item, ItemState, Picture, Revision
from kaoping.itembank.models import Level, Point, StandardState
from kaoping.itembank.sharing import shared
from kaoping.itembank.sharing.errors import GrantForReading, LevelDiffers, NothingToTake
from kaoping.itembank.sharing.models import ItemGrant, Reading, TakenItem, lapsed
from kaoping.itembank.sharing.shared import SharedItem
from kaoping.itembank.trail import database_time, record

MOST = 100


@dataclass(slots=True)
class Taken:
    """What came of taking over: new items by code with the own items that say nearly the same, and what was left.

    ``known`` were taken over before or stand in the own bank word for word; ``homeless`` have a point that the own
    level lacks. Both are told by the owner's codes.
    """

    items: dict[str, list[str]] = field(default_factory=dict)
    known: list[str] = field(default_factory=list)
    homeless: list[str] = field(default_factory=list)


def levels(session: Session, grant: ItemGrant) -> Sequence[Level]:
    """Give the own levels into which items of a grant may be taken over."""
    query = select(Level).join(Level.standard).where(Level.digit == grant.subject["digit"])
    found = session.scalars(query.options(joinedload(Level.standard))).all()
    return [level for level in found if level.standard.state is StandardState.PUBLISHED]


def take(
    session: Session, grant_id: UUID, items: Sequence[UUID], *, level_id: UUID, trace: str, by: Actor,
    at: datetime | None = None,
) -> Taken:  # fmt: skip
    """Copy shared items to the points of the same code; each copy is submitted at once, so its wording is fixed.

    Raises
    ------
    Missing, GrantNotOpen, GrantForReading, NothingToTake, LevelDiffers
    """
    grant = shared.opened(session, grant_id, by=by)
    if not grant.takes:
        raise GrantForReading(number=grant.number)
    if not 0 < len(wanted := list(dict.fromkeys(items))) <= MOST:
        raise NothingToTake(most=MOST)
    level = next((one for one in levels(session, grant) if one.id == level_id), None)
    if level is None:
        raise LevelDiffers(digit=grant.subject["digit"])
    points, moment, done = _points(session, level), at or database_time(session), Taken()
    for item_id in wanted:
        found = shared.read(session, grant_id, item_id, trace=trace, by=by, reading=Reading.TAKEN)
        _take(session, grant, found, points, level, done, by=by, at=moment)
    return done


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an item was taken over from, and whether papers take it no more because the grant is over."""

    taken: TakenItem
    over: bool


def origin(session: Session, item_id: UUID) -> Origin | None:
    """Give where an item was taken over from, if it was."""
    query = select(TakenItem, TakenItem.item_id.in_(lapsed())).where(TakenItem.item_id == item_id)
    row = session.execute(query).one_or_none()
    return None if row is None else Origin(*row)


def _take(
    session: Session, grant: ItemGrant, found: SharedItem, points: dict[str, Point], level: Level, done: Taken, *,
    by: Actor, at: datetime,
) -> None:  # fmt: skip
    entry, revision = found.entry, found.revision
    if _known(session, revision):
        done.known.append(entry.code)
    elif (point := points.get(entry.point)) is None:
        done.homeless.append(entry.code)
    else:
        alike = text_index.alike(session, [found.body], by.organisation)[0]
        item = _copied(session, found, level, point, by=by, at=at)
        row = TakenItem(
            organisation_id=by.organisation, item_id=item.id, grant_id=grant.id, owner_id=grant.organisation_id,
            origin_item_id=entry.item_id, origin_revision_id=revision.id, origin_code=entry.code,
            origin_number=revision.number, origin_hash=revision.content_hash, by=by.id, at=at,
        )  # fmt: skip
        session.add(row)
        told = {"code": item.code, "from": str(grant.organisation_id), "origin": entry.code, "grant": grant.number}
        record(session, "item_taken_over", item, by=by, at=at, **told, hash=revision.content_hash.hex())
        authoring.submit(session, item.id, by=by, at=at)
        done.items[item.code] = [like.item.code for like in alike]


def _known(session: Session, revision: Revision) -> bool:
    """Whether the wording was taken over before, or stands word for word in the own bank."""
    before = select(TakenItem.id).where(TakenItem.origin_revision_id == revision.id)
    same = select(Revision.id).where(Revision.content_hash == revision.content_hash).limit(1)
    return session.scalar(before) is not None or session.scalar(same) is not None


def _copied(
    session: Session, found: SharedItem, level: Level, point: Point, *, by: Actor, at: datetime
) -> Item:  # fmt: skip
    """Write the copy as a draft, with pictures of its own, because those belong to one item each."""
    number = authoring.next_number(session, by.organisation, level.digit)
    item = Item(
        organisation_id=by.organisation, standard_id=level.standard_id, level_id=level.id, point_id=point.id,
        code=f"{level.digit}-{number:06}", type=found.entry.type, state=ItemState.DRAFT, author_id=by.id,
        created_at=at, ai_assisted=found.entry.ai_assisted,
    )  # fmt: skip
    session.add(item)
    session.flush()
    body = _with_own_pictures(session, found, item, at=at)
    names = ("source_standard", "source_edition", "source_clause", "difficulty", "consistency")
    revision = Revision(
        organisation_id=by.organisation, item_id=item.id, number=1, author_id=by.id, body=body, created_at=at,
        submitted_at=None, **{name: getattr(found.revision, name) for name in names},
    )  # fmt: skip
    session.add(revision)
    session.flush()
    session.refresh(item, ["revisions", "level", "point"])
    text_index.enter(session, item, body)
    return item


def _with_own_pictures(session: Session, found: SharedItem, item: Item, *, at: datetime) -> dict[str, Any]:
    written = json.dumps(found.body, ensure_ascii=False)
    for theirs in found.pictures:
        own = Picture(
            organisation_id=item.organisation_id, item_id=item.id, media_type=theirs.media_type, width=theirs.width,
            height=theirs.height, alternative=theirs.alternative, content=theirs.content, created_at=at,
        )  # fmt: skip
        session.add(own)
        written = written.replace(str(theirs.id), str(own.id))
    body: dict[str, Any] = json.loads(written)
    return body


def _points(session: Session, level: Level) -> dict[str, Point]:
    """Give the points that are asked at the level, by their codes."""
    asked = (Point.standard_id == level.standard_id, Point.lowest_level >= level.digit)
    return {point.code: point for point in session.scalars(select(Point).where(*asked))}
