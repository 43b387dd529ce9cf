"""The index of sealed texts: which items hold some words, and which say nearly the same as another.

It holds keyed numbers alone (`kaoping.itembank.text_keys`); what they still reveal is in ``docs/threat-model.md``.
Row-level security would keep PostgreSQL from using the index, because the operators of arrays are not proven to leak
nothing; so two named functions look in it, each for the organisation of its transaction alone.
"""

from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, ColumnElement, ForeignKey, Index, func, select
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, selectinload

from kaoping.itembank import text_keys
from kaoping.itembank.content import texts
from kaoping.itembank.items import Item, ItemState
from kaoping.itembank.orm import Base, Owned, crossing_statements, vault

ALIKE: Final = 0.5
"""Share of shingles from which two items are shown as alike."""
MOST: Final = 200
"""Items of which the texts are compared exactly; what the sketches find beyond is left out."""
CROWD: Final = 60
"""Items of one band that are compared with each other; a hundred items made from one template would be 5,000 pairs."""

_Numbers = ARRAY(BigInteger)


class ItemText(Owned, Base):
    """The keys of an item's newest wording."""

    __tablename__ = "item_text"
    __table_args__ = (
        Index("ix_item_text_words", "words", postgresql_using="gin"),
        Index("ix_item_text_bands", "bands", postgresql_using="gin"),
    )

    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), unique=True)
    words: Mapped[list[int]] = mapped_column(_Numbers)
    bands: Mapped[list[int]] = mapped_column(_Numbers)


WITH_WORDS = """\
CREATE FUNCTION items_with_words(p_words bigint[]) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT item_id FROM item_text WHERE words @> p_words
    AND organisation_id = nullif(current_setting('app.organisation', true), '')::uuid
$$"""

WITH_BANDS = """\
CREATE FUNCTION items_with_bands(p_bands bigint[], p_most int) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT item_id FROM item_text WHERE bands && p_bands
    AND organisation_id = nullif(current_setting('app.organisation', true), '')::uuid
  ORDER BY (SELECT count(*) FROM unnest(bands) AS band WHERE band = ANY (p_bands)) DESC, item_id LIMIT p_most
$$"""

#: Functions that look in the index, and their signatures.
LOOKING = {"items_with_words(bigint[])": WITH_WORDS, "items_with_bands(bigint[], int)": WITH_BANDS}


@dataclass(frozen=True, slots=True)
class Likeness:
    """An item that says nearly the same, and the share of shingles in common."""

    item: Item
    share: float


def enter(session: Session, item: Item, body: dict[str, Any]) -> None:
    """Put an item's wording into the index in place of the one before."""
    row = session.scalars(select(ItemText).where(ItemText.item_id == item.id)).one_or_none()
    if row is None:
        row = ItemText(organisation_id=item.organisation_id, item_id=item.id)
        session.add(row)
    row.words, row.bands = keys_of(body, item.organisation_id)


def keys_of(body: dict[str, Any], organisation: UUID) -> tuple[list[int], list[int]]:
    """Give the keyed words of a wording and the bands of its sketch, as they stand in the index."""
    words = {word for text in (*texts(body), body.get("rationale") or "") for word in text_keys.words(text)}
    keys = text_keys.keyed(words, _key("words", organisation))
    return keys, _bands(text_keys.shingles(texts(body)), organisation)


def holding(text: str, organisation: UUID) -> ColumnElement[bool] | None:
    """Give the condition that items hold all words asked for; None if nothing is asked that can be looked for."""
    words = text_keys.keyed(text_keys.asked(text), _key("words", organisation))
    return Item.id.in_(select(func.items_with_words(array(words, type_=BigInteger)))) if words else None


def similar(
    session: Session, body: dict[str, Any], organisation: UUID, *, besides: UUID | None = None, least: float = ALIKE
) -> list[Likeness]:
    """Give the items that say nearly the same as a wording, the most alike first; retired ones too."""
    own = text_keys.shingles(texts(body))
    if not (bands := _bands(own, organisation)):
        return []
    found = select(Item).where(
        Item.id.in_(select(func.items_with_bands(array(bands, type_=BigInteger), MOST))), Item.id != besides
    )
    whole = found.options(selectinload(Item.revisions), joinedload(Item.point))
    likenesses = [Likeness(item, text_keys.alike(own, _shingles(item))) for item in session.scalars(whole)]
    return sorted((one for one in likenesses if one.share >= least), key=lambda one: (-one.share, one.item.code))


@dataclass(frozen=True, slots=True)
class Pair:
    """Two items that say nearly the same."""

    first: Item
    second: Item
    share: float


def duplicates(session: Session, *, least: float = ALIKE, most: int = MOST) -> list[Pair]:
    """Give the pairs of items in use or on the way that say nearly the same, the most alike first."""
    band = select(ItemText.item_id, func.unnest(ItemText.bands).label("band")).subquery()
    groups = select(func.array_agg(band.c.item_id)).group_by(band.c.band).having(func.count() > 1)
    pairs = {pair for members in session.scalars(groups) for pair in combinations(sorted(members)[:CROWD], 2)}
    items = _items(session, {item for pair in pairs for item in pair})
    said = {key: _shingles(item) for key, item in items.items()}
    found = [
        Pair(items[one], items[other], share)
        for one, other in pairs
        if one in items and other in items and (share := text_keys.alike(said[one], said[other])) >= least
    ]
    return sorted(found, key=lambda pair: (-pair.share, pair.first.code, pair.second.code))[:most]


def _items(session: Session, ids: set[UUID]) -> dict[UUID, Item]:
    query = select(Item).where(Item.id.in_(ids), Item.state != ItemState.RETIRED)
    return {item.id: item for item in session.scalars(query.options(selectinload(Item.revisions)))}


def _shingles(item: Item) -> set[str]:
    return text_keys.shingles(texts(item.latest.body))


def _bands(shingles: set[str], organisation: UUID) -> list[int]:
    return text_keys.bands(text_keys.keyed(shingles, _key("shingles", organisation)))


def _key(purpose: str, organisation: UUID) -> bytes:
    return vault().fingerprint(str(organisation), f"item {purpose}")


#: What the database needs beside the table.
STATEMENTS: Final = crossing_statements(LOOKING)
