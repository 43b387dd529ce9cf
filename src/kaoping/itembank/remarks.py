"""Remarks 意见 at a place of an item: threads that are open until somebody other than the authors resolves them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.itembank import difference
from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import N_, Conflict, Forbidden, Invalid, ItemBankError, Missing
from kaoping.itembank.items import Item, ItemState, Revision
from kaoping.itembank.reviews import Remark, RemarkAct
from kaoping.itembank.trail import database_time, record

LONGEST = 4000
"""Most characters of a remark."""


class RemarkEmpty(ItemBankError, Invalid):
    """A remark says nothing, or too much."""

    sentence = N_("Write the remark in 1 to 4,000 characters.")


class NoSuchPlace(ItemBankError, Invalid):
    """The revision has no such part."""

    sentence = N_("The revision has no part “%(place)s”; choose one of the list.")


class OwnRemark(ItemBankError, Forbidden):
    """An author answers remarks; that they are settled is said by somebody else."""

    sentence = N_("You worded item %(code)s; you can answer, and somebody else marks the remark as settled.")


class RemarksClosed(ItemBankError, Conflict):
    """Remarks are made while an item is written or reviewed."""

    sentence = N_("Item %(code)s is retired; remarks on it are closed.")


@dataclass(frozen=True, slots=True)
class Thread:
    """A remark with its answers."""

    first: Remark
    #: Number of the revision on which it was made.
    revision: int
    answers: tuple[Remark, ...]

    @property
    def place(self) -> str:
        """The part of the wording."""
        return self.first.place or "item"

    @property
    def resolved(self) -> bool:
        """Whether the last word about it was that it is settled."""
        acts = [answer.act for answer in self.answers if answer.act is not RemarkAct.SAY]
        return bool(acts) and acts[-1] is RemarkAct.RESOLVE


def make(
    session: Session, revision_id: UUID, place: str, text: str, *, by: Actor, at: datetime | None = None
) -> Remark:
    """Open a thread at a place of a revision."""
    revision = session.get(Revision, revision_id)
    if revision is None:
        raise Missing(what=N_("revision"))
    if place != "item" and place not in difference.parts(revision):
        raise NoSuchPlace(place=place)
    return _enter(session, revision.item, revision.id, RemarkAct.SAY, text, place=place, by=by, at=at)


def answer(session: Session, thread_id: UUID, text: str, *, by: Actor, at: datetime | None = None) -> Remark:
    """Answer a remark."""
    first = _first(session, thread_id)
    item = session.get_one(Item, first.item_id)
    return _enter(session, item, first.revision_id, RemarkAct.SAY, text, thread_id=first.id, by=by, at=at)


def settle(session: Session, thread_id: UUID, *, resolved: bool, by: Actor, at: datetime | None = None) -> Thread:
    """Mark a remark as resolved, or open it again; authors of the item cannot. Doing it twice is harmless."""
    first = _first(session, thread_id)
    item = session.get_one(Item, first.item_id, with_for_update=True)
    if by.id in item.hands:
        raise OwnRemark(code=item.code)
    found = next(thread for thread in of_item(session, item) if thread.first.id == first.id)
    if found.resolved is not resolved:
        act = RemarkAct.RESOLVE if resolved else RemarkAct.REOPEN
        _enter(session, item, first.revision_id, act, None, thread_id=first.id, by=by, at=at)
    return next(thread for thread in of_item(session, item) if thread.first.id == first.id)


def of_item(session: Session, item: Item) -> list[Thread]:
    """Give the threads of an item, in the order in which they were opened."""
    rows = session.scalars(select(Remark).where(Remark.item_id == item.id).order_by(Remark.at, Remark.id)).all()
    numbers = {revision.id: revision.number for revision in item.revisions}
    return [
        Thread(row, numbers[row.revision_id], tuple(each for each in rows if each.thread_id == row.id))
        for row in rows
        if row.thread_id is None
    ]


def open_ones(threads: Iterable[Thread]) -> list[Thread]:
    """Give the threads that nobody resolved."""
    return [thread for thread in threads if not thread.resolved]


def _first(session: Session, thread_id: UUID) -> Remark:
    found = session.get(Remark, thread_id)
    if found is None or found.thread_id is not None:
        raise Missing(what=N_("remark"))
    return found


def _enter(
    session: Session, item: Item, revision_id: UUID, act: RemarkAct, text: str | None, *, by: Actor,
    at: datetime | None, place: str | None = None, thread_id: UUID | None = None,
) -> Remark:  # fmt: skip
    # A reviewer who approves at this moment waits, and then sees the remark.
    session.refresh(item, ["state"], with_for_update=True)
    if item.state is ItemState.RETIRED:
        raise RemarksClosed(code=item.code)
    said = None if text is None else text.strip()
    if said is not None and not 0 < len(said) <= LONGEST:
        raise RemarkEmpty(code=item.code)
    entry = Remark(
        organisation_id=item.organisation_id, item_id=item.id, revision_id=revision_id, thread_id=thread_id,
        place=place, act=act, text=said, by=by.id, at=at or database_time(session),
    )  # fmt: skip
    session.add(entry)
    record(session, f"remark_{act.value}", item, by=by, at=entry.at, code=item.code, remark=str(entry.id))
    return entry
