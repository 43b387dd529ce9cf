"""Moves of many items at once, each allowed or refused on its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from kaoping.itembank import life
from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import N_, Invalid, ItemBankError, KaopingError
from kaoping.itembank.items import Item, MoveReason

MOST: Final = 200
"""Items that are moved at once; more would keep others waiting for the trail."""


class TooMany(ItemBankError, Invalid):
    """More items than are moved at once."""

    sentence = N_("At most %(most)d items are moved at once; %(count)d were chosen.")


class NoneChosen(ItemBankError, Invalid):
    """Nothing to move."""

    sentence = N_("Choose the items first.")


class Step(StrEnum):
    """Moves that a person makes without a verdict on a wording."""

    RECHECK = "recheck"
    CONFIRM = "confirm"
    RETIRE = "retire"


_DEEDS: dict[Step, Callable[..., Item]] = {
    Step.RECHECK: life.send_to_recheck, Step.CONFIRM: life.confirm, Step.RETIRE: life.retire,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Moved:
    """What came of one item: its number, and what refused the move if something did."""

    code: str
    refused: KaopingError | None


def move(
    session: Session, item_ids: Sequence[UUID], step: Step, reason: MoveReason, *, note: str = "", by: Actor,
    at: datetime | None = None,
) -> list[Moved]:  # fmt: skip
    """Move items one after the other, in one transaction; a refusal stops none of the others."""
    chosen = sorted(set(item_ids))
    if not chosen:
        raise NoneChosen
    if len(chosen) > MOST:
        raise TooMany(most=MOST, count=len(chosen))
    moved = [_moved(session, item_id, step, reason, note, by=by, at=at) for item_id in chosen]
    return sorted((each for each in moved if each is not None), key=lambda each: each.code)


def _moved(
    session: Session, item_id: UUID, step: Step, reason: MoveReason, note: str, *, by: Actor, at: datetime | None
) -> Moved | None:
    item = session.get(Item, item_id)
    if item is None:
        return None
    try:
        with session.begin_nested():
            _DEEDS[step](session, item_id, reason, note=note, by=by, at=at)
    except KaopingError as refused:
        return Moved(item.code, refused)
    return Moved(item.code, None)
