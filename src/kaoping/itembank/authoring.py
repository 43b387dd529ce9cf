"""Writing items 命题: a draft is reworded in place by its author; what was submitted is followed by a new revision."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from kaoping.itembank import (
    closed_items,
    content,
    continuity,
    life,
    review_rules,
    standards,
    text_index,
    turns,
    wording,
)
from kaoping.itembank.actor import Actor
from kaoping.itembank.changes import ChangeKind
from kaoping.itembank.content import ContentInvalid, Problem
from kaoping.itembank.errors import N_, Conflict, Invalid, ItemBankError, Missing
from kaoping.itembank.items import Item, ItemState, ItemType, Picture, ReviewStage, Revision
from kaoping.itembank.models import Level, Point, Standard
from kaoping.itembank.papers import Slot
from kaoping.itembank.trail import database_time, record, record_many


class StandardNotPublished(ItemBankError, Conflict):
    """Items are written on the points of a published standard only."""

    sentence = N_("Standard %(code)s is still a draft; publish it before items are written on it.")


class PointNotOfLevel(ItemBankError, Invalid):
    """The point belongs to another standard or to higher levels only."""

    sentence = N_("Point %(point)s is not examined at %(level)s; choose a point of this level.")


class ItemLocked(ItemBankError, Conflict):
    """The item is in a state in which it is not reworded."""

    sentence = N_("Item %(code)s is being reviewed or retired and cannot be changed now.")


class EditedMeanwhile(ItemBankError, Conflict):
    """Somebody saved the item after this person opened it."""

    sentence = N_("Item %(code)s was saved by somebody else while you were writing; compare both and save again.")


class TypeFixed(ItemBankError, Conflict):
    """A paper shows and saves an item by its type; another type is another item."""

    sentence = N_("Item %(code)s is on a paper, so its type stays; write a new item for the other type.")


class NothingNew(ItemBankError, Conflict):
    """A returned item is submitted again without a change."""

    sentence = N_("Item %(code)s was returned and has not been changed since; mend it, then submit.")


@dataclass(frozen=True, slots=True)
class Source:
    """Where the key of an item is written: number of the standard or name of the law, edition, clause."""

    standard: str
    edition: str
    clause: str

    def problems(self) -> list[Problem]:
        """List the parts that are missing or too long."""
        return list(self._problems())

    def _problems(self) -> Iterator[Problem]:
        wanted = (
            ("source_standard", self.standard, N_("Name the standard or law that the key follows from.")),
            ("source_edition", self.edition, N_("Give the edition of the source, such as 2020.")),
            ("source_clause", self.clause, N_("Give the clause of the source; write - if it has no clauses.")),
        )
        for field, value, sentence in wanted:
            if not value.strip() or len(value) > 200:  # noqa: PLR2004 - as wide as the page shows
                yield Problem(field=field, sentence=sentence)


class PictureWanted(ItemBankError, Conflict):
    """An item that is answered on a picture is submitted without one."""

    sentence = N_("Item %(code)s has no picture and no areas yet; add them, then submit.")


#: States in which the wording may be changed.
OPEN = tuple(state for state in ItemState if state not in {ItemState.IN_REVIEW, ItemState.RETIRED})


def check(body: dict[str, Any], source: Source) -> list[Problem]:
    """List everything that keeps a wording from being saved, field by field."""
    return [*wording.problems(body), *source.problems()]


def write(
    session: Session,
    *,
    level_id: UUID,
    point_id: UUID,
    body: dict[str, Any],
    source: Source,
    difficulty: int,
    consistency: int,
    by: Actor,
    at: datetime | None = None,
    item_id: UUID | None = None,
) -> Item:
    """Write a new item as a draft. With an ``item_id`` of the caller's, sending it twice makes one item.

    Raises
    ------
    EditedMeanwhile : an item of this id says something else; it was saved from another window, and nothing is lost.
    """
    _require_sound(body, source)
    if item_id is not None and (known := session.get(Item, item_id)) is not None:
        if not says(known, body, source, difficulty, consistency):
            raise EditedMeanwhile(code=known.code, number=known.latest.number)
        return known
    _require_own_pictures(session, item_id, body)
    level, point = _place(session, level_id, point_id)
    _require_published(session, level.standard)
    moment = at or database_time(session)
    item = Item(
        id=item_id or uuid4(), organisation_id=by.organisation, standard_id=level.standard_id, level_id=level.id,
        point_id=point.id, code=f"{level.digit}-{next_number(session, by.organisation, level.digit):06}",
        type=body["type"], state=ItemState.DRAFT, author_id=by.id, created_at=moment,
    )  # fmt: skip
    session.add(item)
    session.add(_revision(item, 1, body, source, difficulty, consistency, by=by, at=moment))
    record(session, "item_written", item, by=by, at=moment, code=item.code)
    session.refresh(item, ["revisions", "level", "point"])
    text_index.enter(session, item, body)
    return item


@dataclass(frozen=True, slots=True)
class Draft:
    """A new item among many, with the id that it will have."""

    item_id: UUID
    level_id: UUID
    point_id: UUID
    body: dict[str, Any]
    source: Source
    difficulty: int
    consistency: int
    ai_assisted: bool = False


def write_many(session: Session, drafts: Sequence[Draft], *, by: Actor, at: datetime | None = None) -> list[Item]:
    """Write new items as drafts, with as many statements for many as for a few.

    Others wait for numbers and for the trail, so all is checked and sealed before numbers are taken, and the trail
    comes last.
    """
    moment, places = at or database_time(session), _places(session, drafts)
    items = [_drafted(session, draft, *places[draft.level_id, draft.point_id], by=by, at=moment) for draft in drafts]
    entries = [text_index.entry(item, draft.body) for item, draft in zip(items, drafts, strict=True)]
    for digit in sorted({item.level.digit for item in items}):
        own = (item for item in items if item.level.digit == digit)
        for number, item in enumerate(own, next_number(session, by.organisation, digit)):
            item.code = f"{digit}-{number:06}"
    session.add_all(items)
    session.flush()
    session.add_all(entries)
    written = [(item, {"code": item.code}) for item in items]
    record_many(session, "item_written", written, by=by, at=moment)
    if assisted := [(item, facts) for item, facts in written if item.ai_assisted]:
        record_many(session, "item_ai_assisted", assisted, by=by, at=moment)
    return items


def _places(session: Session, drafts: Sequence[Draft]) -> dict[tuple[UUID, UUID], tuple[Level, Point]]:
    """Give level and point of each draft by their ids."""
    wanted = {draft.level_id for draft in drafts}, {draft.point_id for draft in drafts}
    levels = {level.id: level for level in session.scalars(select(Level).where(Level.id.in_(wanted[0])))}
    points = {point.id: point for point in session.scalars(select(Point).where(Point.id.in_(wanted[1])))}
    for standard in {level.standard for level in levels.values()}:
        _require_published(session, standard)
    pairs = {(draft.level_id, draft.point_id) for draft in drafts}
    return {(level, point): _fitting(levels.get(level), points.get(point)) for level, point in pairs}


def _drafted(session: Session, draft: Draft, level: Level, point: Point, *, by: Actor, at: datetime) -> Item:
    _require_sound(draft.body, draft.source)
    _require_own_pictures(session, draft.item_id, draft.body)
    item = Item(
        id=draft.item_id, organisation_id=by.organisation, standard_id=level.standard_id, level_id=level.id,
        level=level, point_id=point.id, point=point, type=draft.body["type"], state=ItemState.DRAFT, author_id=by.id,
        created_at=at, ai_assisted=draft.ai_assisted,
    )  # fmt: skip
    item.revisions = [_revision(item, 1, draft.body, draft.source, draft.difficulty, draft.consistency, by=by, at=at)]
    return item


def revise(
    session: Session,
    item_id: UUID,
    *,
    body: dict[str, Any],
    source: Source,
    difficulty: int,
    consistency: int,
    by: Actor,
    stamp: str | None = None,
    change: ChangeKind | None = None,
    at: datetime | None = None,
) -> Revision:
    """Reword an item: the author's own draft in place, anything else as a new revision.

    ``stamp`` is what `stamp` gave for the revision that the writer saw; another one means a conflict. ``change`` says
    what kind of change it is, which is asked before an item with statistics is submitted.
    """
    item = life.locked(session, item_id)
    _require_sound(body, source)
    _require_own_pictures(session, item.id, body)
    require_open(item)
    if body["type"] != item.type and _on_a_paper(session, item):
        raise TypeFixed(code=item.code)
    if stamp is not None and stamp != stamp_of(item.latest):
        raise EditedMeanwhile(code=item.code, number=item.latest.number)
    moment, latest = at or database_time(session), item.latest
    if latest.submitted_at is None and latest.author_id == by.id:
        _reword(latest, body, source, difficulty, consistency)
    else:
        latest = _revision(item, latest.number + 1, body, source, difficulty, consistency, by=by, at=moment)
        item.revisions.append(latest)
    item.type, item.state = body["type"], ItemState.DRAFT
    record(session, "item_revised", item, by=by, at=moment, code=item.code, revision=latest.number)
    text_index.enter(session, item, body)
    if change is not None:
        session.flush()
        continuity.say(session, latest, change, by=by, at=moment)
    return latest


def submit(session: Session, item_id: UUID, *, by: Actor, at: datetime | None = None) -> Revision:
    """Hand the latest revision to the reviewers; from then on it never changes. Submitting twice is harmless."""
    item = life.locked(session, item_id)
    revision = item.latest
    if item.state is ItemState.IN_REVIEW:
        return revision
    if item.state is not ItemState.DRAFT or revision.submitted_at is not None:
        raise NothingNew(code=item.code) if item.state is ItemState.RETURNED else ItemLocked(code=item.code)
    if item.type is ItemType.HOTSPOT and revision.body.get("picture") is None:
        raise PictureWanted(code=item.code)
    continuity.require_said(session, revision)
    revision.rule = review_rules.in_force(session, item.standard_id)
    revision.submitted_at = at or database_time(session)
    item.state, item.stage = ItemState.IN_REVIEW, ReviewStage.FIRST
    record(session, "item_submitted", item, by=by, at=revision.submitted_at, code=item.code, revision=revision.number)
    return revision


def mark_ai_assisted(session: Session, item_id: UUID, *, by: Actor, at: datetime | None = None) -> Item:
    """Say that a machine helped to write an item; it stays said, and whoever submits the item answers for it."""
    item = life.locked(session, item_id)
    if not item.ai_assisted:
        require_open(item)
        item.ai_assisted = True
        record(session, "item_ai_assisted", item, by=by, at=at, code=item.code)
    return item


def get(session: Session, item_id: UUID) -> Item:
    """Give an item of the session's organisation."""
    item = session.get(Item, item_id)
    if item is None:
        raise Missing(what=N_("item"))
    return item


def require_open(item: Item) -> None:
    """Raise `ItemLocked` unless the item may be reworded now."""
    if item.state not in OPEN:
        raise ItemLocked(code=item.code)


def misplaced(session: Session, level_id: UUID | None, point_id: UUID | None) -> list[Problem]:
    """List what keeps an item from standing on a point at a level."""
    level = level_id and session.get(Level, level_id)
    point = point_id and session.get(Point, point_id)
    if not level or not point:
        sentence = N_("Choose the level and the assessment point of the item.")
        return [Problem(field="point_id", sentence=sentence)]
    if point.standard_id != level.standard_id or level.digit > point.lowest_level:
        facts = {"point": point.code, "level": level.full_name}
        return [Problem(field="point_id", sentence=PointNotOfLevel.sentence, facts=facts)]
    return []


def count_returned(session: Session, by: Actor) -> int:
    """Count the person's items that came back with a comment."""
    own = (Item.state == ItemState.RETURNED, Item.author_id == by.id)
    return session.scalar(select(func.count()).select_from(Item).where(*own)) or 0


def stamp_of(revision: Revision) -> str:
    """Give a mark that changes with the wording, and not when the same wording is sealed anew."""
    source = (revision.source_standard, revision.source_edition, revision.source_clause)
    told = (*source, revision.difficulty, revision.consistency)
    seen = (revision.id, revision.number, *told, json.dumps(revision.body, sort_keys=True))
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:24]


def says(item: Item, body: dict[str, Any], source: Source, difficulty: int, consistency: int) -> bool:
    """Whether the latest wording of an item is this one already."""
    if check(body, source):
        return False
    wanted = Revision()
    _reword(wanted, body, source, difficulty, consistency)
    return wanted.content_hash == item.latest.content_hash


def next_number(session: Session, organisation: UUID, digit: int) -> int:
    """Give the next item number of a level in the organisation; numbering waits for whoever is numbering now."""
    turns.take(session, f"item:{organisation}:{digit}")
    codes = select(func.max(Item.code)).where(Item.code.like(f"{digit}-%"), Item.organisation_id == organisation)
    with closed_items.beyond_reader(session):
        last: str | None = session.scalar(codes)
    return int(last.partition("-")[2]) + 1 if last else 1


def _on_a_paper(session: Session, item: Item) -> bool:
    return bool(session.scalar(select(exists().where(Slot.item_id == item.id))))


def _place(session: Session, level_id: UUID, point_id: UUID) -> tuple[Level, Point]:
    return _fitting(session.get(Level, level_id), session.get(Point, point_id))


def _fitting(level: Level | None, point: Point | None) -> tuple[Level, Point]:
    if level is None or point is None:
        raise Missing(what=N_("assessment point"))
    if point.standard_id != level.standard_id or level.digit > point.lowest_level:
        raise PointNotOfLevel(point=point.code, level=level.full_name)
    return level, point


def _require_published(session: Session, standard: Standard) -> None:
    if not standards.held_published(session, standard):
        raise StandardNotPublished(code=standard.code)


def _require_sound(body: dict[str, Any], source: Source) -> None:
    if problems := check(body, source):
        raise ContentInvalid(problems)


def _require_own_pictures(session: Session, item_id: UUID | None, body: dict[str, Any]) -> None:
    """Refuse a picture of another item for a hotspot: whoever sits this paper may see pictures of its items alone."""
    for field, picture_id in content.pictures_of(body):
        picture = session.get(Picture, picture_id)
        if picture is None or picture.item_id != item_id:
            raise ContentInvalid([Problem(field=field, sentence=content.SHAPES["picture"])])


def _revision(
    item: Item, number: int, body: dict[str, Any], source: Source, difficulty: int, consistency: int, *, by: Actor,
    at: datetime,
) -> Revision:  # fmt: skip
    revision = Revision(
        organisation_id=item.organisation_id, item_id=item.id, number=number, author_id=by.id, created_at=at,
        submitted_at=None,
    )  # fmt: skip
    _reword(revision, body, source, difficulty, consistency)
    return revision


def _reword(revision: Revision, body: dict[str, Any], source: Source, difficulty: int, consistency: int) -> None:
    revision.body = content.parse(body).model_dump(mode="json")
    standard, edition, clause = (part.strip() for part in astuple(source))
    revision.source_standard, revision.source_edition, revision.source_clause = standard, edition, clause
    revision.difficulty, revision.consistency = difficulty, consistency
    revision.content_hash, revision.marking_hash = revision.fingerprint(), revision.marked()
