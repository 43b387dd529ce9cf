"""The life of an item: which state follows on which, and the moves that carry a reason.

命题 → 初审 → 复审 → 审定 → (试测) → 入库 → 使用中 → 复查 → 停用. The table `FOLLOWS` is also the body of a trigger
(`kaoping.itembank.functions`), so that nobody goes round it. What papers may take is `items.ASSEMBLABLE`.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from kaoping.itembank import cited, copies
from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import N_, Conflict, Forbidden, Invalid, ItemBankError, Missing
from kaoping.itembank.items import ASSEMBLABLE, Item, ItemState, Move, MoveReason
from kaoping.itembank.leaks import require_unreported
from kaoping.itembank.papers import Paper, PaperState, Slot
from kaoping.itembank.trail import database_time, record

FOLLOWS: Final = {
    ItemState.DRAFT: (ItemState.IN_REVIEW, ItemState.RETIRED),
    ItemState.IN_REVIEW: (ItemState.RETURNED, ItemState.TRIAL, ItemState.APPROVED),
    ItemState.RETURNED: (ItemState.DRAFT, ItemState.RETIRED),
    ItemState.TRIAL: (ItemState.DRAFT, ItemState.APPROVED, ItemState.RECHECK, ItemState.RETIRED),
    ItemState.APPROVED: (ItemState.DRAFT, ItemState.IN_USE, ItemState.RECHECK, ItemState.RETIRED),
    ItemState.IN_USE: (ItemState.DRAFT, ItemState.RECHECK, ItemState.RETIRED),
    ItemState.RECHECK: (ItemState.DRAFT, ItemState.APPROVED, ItemState.IN_USE, ItemState.RETIRED),
    ItemState.RETIRED: (),
}
"""The states that may follow on each state."""

#: Reasons that lie in what an item says, and so in every item that says the same.
WORDED: Final = frozenset({MoveReason.SOURCE_REPLACED, MoveReason.STATISTICS, MoveReason.COMPLAINT, MoveReason.EXPOSED})


class DoesNotFollow(ItemBankError, Conflict):
    """The table of states has no such step; ``state`` is the state in which the item is."""

    sentence = N_("Item %(code)s is in another state, from which this step does not lead on; load its page again.")


class OwnRecheck(ItemBankError, Forbidden):
    """Whoever worded an item does not confirm it."""

    sentence = N_("You worded item %(code)s; another person confirms it.")


class ReasonMissing(ItemBankError, Invalid):
    """A move for another reason than those of the list says which."""

    sentence = N_("Say why in a few words: the reason “other” alone tells nobody anything.")


def require_step(item: Item, state: ItemState) -> None:
    """Raise `DoesNotFollow` unless the state may follow on the item's own."""
    if state not in FOLLOWS[item.state]:
        raise DoesNotFollow(code=item.code, state=item.state.value, to=state.value)


def send_to_recheck(
    session: Session, item_id: UUID, reason: MoveReason, note: str = "", *, by: Actor, at: datetime | None = None
) -> Item:
    """Take an item out of assembly until a person has looked at it again; doing it twice is harmless."""
    item = locked(session, item_id)
    if item.state is not ItemState.RECHECK:
        _move(session, item, ItemState.RECHECK, "item_to_recheck", reason, note, by=by, at=at)
        _send_copies_to_recheck(session, item, reason, by=by, at=at)
    return item


def confirm(
    session: Session, item_id: UUID, reason: MoveReason, note: str = "", *, by: Actor, at: datetime | None = None
) -> Item:
    """Put an item back into assembly after a recheck 复查, or into the bank after a trial 试测, as it is worded."""
    item = locked(session, item_id)
    if item.state in ASSEMBLABLE:
        return item
    if by.id in item.hands:
        raise OwnRecheck(code=item.code)
    if item.state not in {ItemState.RECHECK, ItemState.TRIAL}:
        raise DoesNotFollow(code=item.code, state=item.state.value, to=ItemState.APPROVED.value)
    require_unreported(session, item)
    cited.require_in_force(session, item, at)
    again = item.state is ItemState.RECHECK and _on_a_sealed_paper(session, item)
    state = ItemState.IN_USE if again else ItemState.APPROVED
    _move(session, item, state, "item_confirmed", reason, note, by=by, at=at)
    return item


def send_to_writer(
    session: Session, item_id: UUID, reason: MoveReason, note: str = "", *, by: Actor, at: datetime | None = None
) -> Item:
    """Give an item back to its writer as a draft, to be worded anew; doing it twice is harmless."""
    item = locked(session, item_id)
    if item.state is not ItemState.DRAFT:
        _move(session, item, ItemState.DRAFT, "item_to_writer", reason, note, by=by, at=at)
    return item


def retire(
    session: Session, item_id: UUID, reason: MoveReason, note: str = "", *, by: Actor, at: datetime | None = None
) -> Item:
    """Take an item out of use for good; papers that hold it keep it. Retiring twice is harmless."""
    item = locked(session, item_id)
    if item.state is not ItemState.RETIRED:
        _move(session, item, ItemState.RETIRED, "item_retired", reason, note, by=by, at=at)
        _send_copies_to_recheck(session, item, reason, by=by, at=at)
    return item


def _send_copies_to_recheck(
    session: Session, item: Item, reason: MoveReason, *, by: Actor, at: datetime | None
) -> None:
    """Have items that say the same in other editions looked at too, if the reason lies in what the item says."""
    if reason in WORDED:
        for one in sorted(copies.with_copies(session, [item.id]) - {item.id}):
            copy = locked(session, one)
            if copy.state in ASSEMBLABLE:
                _move(session, copy, ItemState.RECHECK, "item_to_recheck", reason, item.code, by=by, at=at)


def moves(session: Session, item: Item) -> Sequence[Move]:
    """Give the moves of an item that carried a reason, the latest first."""
    return session.scalars(select(Move).where(Move.item_id == item.id).order_by(Move.at.desc())).all()


def locked(session: Session, item_id: UUID) -> Item:
    """Give an item with its row locked, as it is now, or raise `Missing`."""
    item = session.get(Item, item_id, with_for_update=True, populate_existing=True)
    if item is None:
        raise Missing(what=N_("item"))
    session.refresh(item, ["revisions"])
    return item


def _move(
    session: Session, item: Item, state: ItemState, verb: str, reason: MoveReason, note: str, *, by: Actor,
    at: datetime | None,
) -> None:  # fmt: skip
    said = note.strip()
    if reason is MoveReason.OTHER and not said:
        raise ReasonMissing(code=item.code)
    require_step(item, state)
    moment, before = at or database_time(session), item.state
    session.add(Move(
        organisation_id=item.organisation_id, item_id=item.id, state=state, reason=reason, note=said or None,
        by=by.id, at=moment,
    ))  # fmt: skip
    session.flush()  # the database asks for the move before it lets the item go
    item.state = state
    record(session, verb, item, by=by, at=moment, code=item.code, before=before.value, reason=reason.value)


def _on_a_sealed_paper(session: Session, item: Item) -> bool:
    sealed = exists().where(Slot.item_id == item.id, Slot.paper_id == Paper.id, Paper.state == PaperState.SEALED)
    return bool(session.scalar(select(sealed)))
