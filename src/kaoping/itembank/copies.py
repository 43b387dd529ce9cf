"""Items of different editions that say the same: an item, those it was carried over from, and those carried from it."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.itembank.items import Item


def with_copies(session: Session, item_ids: Iterable[UUID]) -> set[UUID]:
    """Give items with all that say the same in earlier and later editions."""
    found, new = set[UUID](), set(item_ids)
    while new:
        found |= new
        kin = select(Item.id, Item.carried_from_id).where(Item.id.in_(new) | Item.carried_from_id.in_(new))
        new = {one for row in session.execute(kin) for one in row if one is not None} - found
    return found
