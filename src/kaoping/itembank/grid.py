"""The grid 批量编辑: source, difficulty and consistency of many items in one table, saved together or not at all.

A row is open to whoever worded it last while it is a draft or was returned; the other rows are read.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, field, fields
from datetime import datetime
from typing import Final, Self
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from kaoping.itembank.actor import Actor
from kaoping.itembank.authoring import Source
from kaoping.itembank.errors import N_, Conflict, Invalid, ItemBankError, Missing
from kaoping.itembank.items import Item, ItemState, Revision
from kaoping.itembank.listing import Search
from kaoping.itembank.trail import database_time, record_many

MOST: Final = 100
"""Rows of a grid."""
_DEGREES: Final = range(1, 6)
_OPEN: Final = (ItemState.DRAFT, ItemState.RETURNED)


class GridTooLong(ItemBankError, Invalid):
    """More rows were sent than a grid shows."""

    sentence = N_("A grid saves at most %(most)d items at once; narrow the search.")


class GridRefused(ItemBankError, Conflict):
    """Something in the grid cannot be saved, so nothing of it was; ``refusals`` says what, by item and cell."""

    sentence = N_("Nothing of the grid was saved: some of its cells need another look.")


@dataclass(frozen=True, slots=True)
class Cells:
    """What the cells of a row say, as it is typed."""

    standard: str
    edition: str
    clause: str
    difficulty: str
    consistency: str

    @classmethod
    def of(cls, revision: Revision) -> Self:
        """Give what a wording says."""
        source = revision.source_standard, revision.source_edition, revision.source_clause
        return cls(*source, str(revision.difficulty), str(revision.consistency))

    @classmethod
    def typed(cls, values: Mapping[str, str]) -> Self:
        """Read what was typed, without the spaces around it."""
        return cls(*(values.get(cell.name, "").strip() for cell in fields(cls)))

    @property
    def mark(self) -> str:
        """A short mark of what the cells say."""
        return hashlib.sha256(repr(astuple(self)).encode()).hexdigest()[:16]

    def faults(self) -> dict[str, str]:
        """Say what keeps each cell from being saved, by its name (message ids)."""
        problems = Source(self.standard, self.edition, self.clause).problems()
        found = {problem.field.removeprefix("source_"): problem.sentence for problem in problems}
        for name in ("difficulty", "consistency"):
            if _degree(getattr(self, name)) is None:
                found[name] = N_("Write a whole number from 1 to 5.")
        return found

    def write_to(self, revision: Revision) -> None:
        """Put sound cells into a wording."""
        revision.source_standard, revision.source_edition = self.standard, self.edition
        revision.source_clause = self.clause
        revision.difficulty, revision.consistency = int(self.difficulty), int(self.consistency)
        revision.content_hash = revision.fingerprint()


@dataclass(frozen=True, slots=True)
class Entry:
    """A row as it came back: what was typed, and the stamp of what the writer saw."""

    item_id: UUID
    stamp: str
    cells: Cells

    @property
    def touched(self) -> bool:
        """Whether something was typed that the writer did not see there."""
        return self.cells.mark != self.stamp.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a row is not saved: a sentence for the whole row, or for each of its cells (message ids)."""

    row: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Grid:
    """The rows of a search, in the order of their codes, and how many were left off."""

    items: Sequence[Item]
    left_off: int


def find(session: Session, search: Search, by: Actor, *, also: Iterable[UUID] = ()) -> Grid:
    """Give the items of a search, and those that were sent back although it no longer finds them."""
    conditions = search.conditions(by.organisation)
    rows = session.execute(
        select(Item.id, func.count().over()).where(*conditions).order_by(Item.code).limit(MOST)
    ).all()  # fmt: skip
    found = [row[0] for row in rows]
    shown = select(Item).where(or_(Item.id.in_(found), Item.id.in_(also))).order_by(Item.code)
    options = (joinedload(Item.point), joinedload(Item.level), selectinload(Item.revisions))
    items = session.scalars(shown.options(*options)).all()
    return Grid(items, rows[0][1] - len(rows) if rows else 0)


def stamp_of(revision: Revision) -> str:
    """Give a mark of what somebody saw in a row; it changes with whatever the wording says."""
    return f"{revision.number}.{revision.content_hash.hex()[:24]}.{Cells.of(revision).mark}"


def closed(item: Item, by: Actor) -> str:
    """Say why a person only reads a row (message id); nothing if it is open to them."""
    if item.state not in _OPEN:
        return N_("Only drafts and returned items are changed here.")
    if item.latest.author_id != by.id:
        return N_("Somebody else worded this item; open it to write a new revision.")
    return ""


def save(session: Session, entries: Sequence[Entry], *, by: Actor, at: datetime | None = None) -> list[Item]:
    """Save the rows in which something was typed: a draft in place, a returned item as a new revision.

    Raises
    ------
    GridTooLong, GridRefused, Missing : and then nothing is saved
    """
    if len(entries) > MOST:
        raise GridTooLong(most=MOST)
    touched = {entry.item_id: entry for entry in entries if entry.touched}
    items = _locked(session, touched)
    if len(items) < len(touched):
        raise Missing(what=N_("item"))
    if refusals := _refusals(items, touched, by):
        raise GridRefused(refusals=refusals)
    moment = at or database_time(session)
    changed = [item for item in items if Cells.of(item.latest) != touched[item.id].cells]
    for item in changed:
        touched[item.id].cells.write_to(_open_wording(item, by, moment))
        item.state = ItemState.DRAFT
    deeds = [(item, {"code": item.code, "revision": item.latest.number}) for item in changed]
    if deeds:
        record_many(session, "item_revised", deeds, by=by, at=moment)
    return changed


def _locked(session: Session, ids: Iterable[UUID]) -> Sequence[Item]:
    """Give the items as they are now, locked in the order of their ids so that two savers wait and never block."""
    query = select(Item).where(Item.id.in_(ids)).order_by(Item.id).with_for_update()
    query = query.options(selectinload(Item.revisions)).execution_options(populate_existing=True)
    return session.scalars(query).all()


def _refusals(items: Iterable[Item], entries: Mapping[UUID, Entry], by: Actor) -> dict[UUID, Refusal]:
    found = {item.id: _refusal(item, entries[item.id], by) for item in items}
    return {item_id: refusal for item_id, refusal in found.items() if refusal}


def _refusal(item: Item, entry: Entry, by: Actor) -> Refusal | None:
    if reason := closed(item, by):
        return Refusal(reason)
    if entry.stamp != stamp_of(item.latest):
        return Refusal(N_("This item was saved meanwhile; compare with what it says now, and save again."))
    faults = entry.cells.faults()
    return Refusal(cells=faults) if faults else None


def _open_wording(item: Item, by: Actor, at: datetime) -> Revision:
    """Give the wording that takes the change: the draft itself, or one that follows what was submitted."""
    latest = item.latest
    if latest.submitted_at is None:
        return latest
    following = Revision(
        organisation_id=item.organisation_id, item_id=item.id, number=latest.number + 1, author_id=by.id, created_at=at,
        submitted_at=None,
    )  # fmt: skip
    following.body = latest.body
    item.revisions.append(following)
    return following


def _degree(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) == 1 and int(text) in _DEGREES else None
