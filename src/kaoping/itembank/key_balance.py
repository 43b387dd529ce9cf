"""Balance of keys 答案分布: how often each letter is the key among the single-choice items of a writer or a level."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, load_only

from kaoping.itembank.content import LETTERS
from kaoping.itembank.items import Item, ItemState, ItemType, Revision
from kaoping.itembank.models import Level

FEWEST: Final = 12
"""Items below which no place can be said to stand out."""
MOST: Final = 200
"""Newest items that are looked at: their bodies are unsealed for it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A letter: how often it is the key, how often it would be by chance, and the standard error of that."""

    letter: str
    count: int
    expected: float
    error: float

    @property
    def stands_out(self) -> bool:
        """Whether the count is farther from chance than two standard errors."""
        return abs(self.count - self.expected) > 2 * self.error


@dataclass(frozen=True, slots=True)
class Balance:
    """The places of the keys among some items."""

    items: int
    places: tuple[Place, ...]


def of(session: Session, *, author_id: UUID | None = None, digit: int | None = None) -> Balance | None:
    """Look at the newest single-choice items that are not retired; None if there are too few to tell anything."""
    query = select(Item.id).where(Item.type == ItemType.SINGLE_CHOICE, Item.state != ItemState.RETIRED)
    if author_id is not None:
        query = query.where(Item.author_id == author_id)
    if digit is not None:
        query = query.where(Item.level_id.in_(select(Level.id).where(Level.digit == digit)))
    # Codes of a level rise with time, and their index ends the search at the first 200, whatever the bank holds.
    order = Item.created_at.desc() if digit is None else Item.code.desc()
    newest = query.order_by(order).limit(MOST).subquery()
    kept = load_only(Revision.item_id, Revision.body_sealed)
    wordings = select(Revision).join(newest, newest.c.id == Revision.item_id).ext(distinct_on(Revision.item_id))
    latest = session.scalars(wordings.order_by(Revision.item_id, Revision.number.desc()).options(kept))
    return balanced(one.body for one in latest)


def balanced(bodies: Iterable[dict[str, Any]]) -> Balance | None:
    """Count the keys of single-choice bodies by place."""
    counts: Counter[str] = Counter()
    chances: list[float] = []
    for body in bodies:
        counts[body["key"]] += 1
        chances.append(1 / len(body["options"]))
    if len(chances) < FEWEST:
        return None
    shown = LETTERS[: round(1 / min(chances))]
    return Balance(len(chances), tuple(_place(letter, counts[letter], chances) for letter in shown))


def _place(letter: str, count: int, chances: list[float]) -> Place:
    """Sum over the items that have this place."""
    open_to = [chance for chance in chances if round(1 / chance) > LETTERS.index(letter)]
    return Place(letter, count, sum(open_to), sqrt(sum(chance * (1 - chance) for chance in open_to)))
