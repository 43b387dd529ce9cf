"""The index of sealed texts: which items hold some words, and which say nearly the same as another.

It holds keyed numbers alone (`kaoping.itembank.text_keys`); what they still reveal is in ``docs/threat-model.md``.
Row-level security would keep PostgreSQL from using the index, because the operators of arrays are not proven to leak
nothing; so three named functions look in it, each for the organisation of its transaction alone.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, ColumnElement, ForeignKey, Index, column, func, select
from sqlalchemy.dialects.postgresql import array, distinct_on
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, selectinload

from kaoping.itembank import text_keys
from kaoping.itembank.content import texts
from kaoping.itembank.items import Item, Revision
from kaoping.itembank.orm import Base, Owned, crossing_statements, vault

ALIKE: Final = 0.5
"""Share of shingles from which two items are shown as alike."""
MOST: Final = 80
"""Items of which the texts are compared exactly; what the sketches find beyond is left out."""
NEAREST: Final = 20
"""Items of the bank that each of many new wordings is compared with: those that share most bands with it."""
_PLAIN: Final = b"wordings that are not stored"

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

IN_BANDS = """\
CREATE FUNCTION items_in_bands(p_bands bigint[], p_most int) RETURNS TABLE (item_id uuid, bands bigint[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT held.item_id, held.bands FROM item_text AS held WHERE held.bands && p_bands
    AND held.organisation_id = nullif(current_setting('app.organisation', true), '')::uuid LIMIT p_most
$$"""

#: Functions that look in the index, and their signatures.
LOOKING = {
    "items_with_words(bigint[])": WITH_WORDS, "items_with_bands(bigint[], int)": WITH_BANDS,
    "items_in_bands(bigint[], int)": IN_BANDS,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Likeness:
    """An item that says nearly the same, and the share of shingles in common."""

    item: Item
    share: float


def enter(session: Session, item: Item, body: dict[str, Any]) -> None:
    """Put an item's wording into the index in place of the one before."""
    row = session.scalars(select(ItemText).where(ItemText.item_id == item.id)).one_or_none()
    if row is None:
        session.add(entry(item, body))
    else:
        row.words, row.bands = keys_of(body, item.organisation_id)


def entry(item: Item, body: dict[str, Any]) -> ItemText:
    """Make the entry of an item that has none."""
    words, bands = keys_of(body, item.organisation_id)
    return ItemText(organisation_id=item.organisation_id, item_id=item.id, words=words, bands=bands)


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
    found = session.scalars(select(func.items_with_bands(array(bands, type_=BigInteger), MOST)))
    shares = {item: text_keys.alike(own, theirs) for item, theirs in said(session, found.all()).items()}
    items = _items(session, {item for item, share in shares.items() if share >= least} - {besides})
    return _ordered(Likeness(item, shares[item.id]) for item in items.values())


def alike(
    session: Session, bodies: Sequence[dict[str, Any]], organisation: UUID, *, least: float = ALIKE
) -> list[list[Likeness]]:
    """Give for each of many new wordings, as of an import, the items that say nearly the same, the most alike first."""
    own = [text_keys.shingles(texts(body)) for body in bodies]
    asked = [set(_bands(one, organisation)) for one in own]
    every = array(set().union(*asked), type_=BigInteger)
    looked = func.items_in_bands(every, MOST * len(bodies)).table_valued("item_id", column("bands", _Numbers))
    held = {item: set(bands) for item, bands in session.execute(select(looked.c.item_id, looked.c.bands))}
    near = _nearest(asked, held)
    texts_of = said(session, {item for each in near for item in each})
    shares = [
        {item: share for item in each if item in texts_of and (share := text_keys.alike(mine, texts_of[item])) >= least}
        for mine, each in zip(own, near, strict=True)
    ]
    items = _items(session, {item for each in shares for item in each})
    return [_ordered(Likeness(items[item], share) for item, share in each.items()) for each in shares]


def _nearest(asked: Sequence[set[int]], held: Mapping[UUID, set[int]]) -> list[list[UUID]]:
    """Give for each wording the items that share most bands with it."""
    wordings: dict[int, list[int]] = {}
    for number, bands in enumerate(asked):
        for band in bands:
            wordings.setdefault(band, []).append(number)
    common: list[Counter[UUID]] = [Counter() for _ in asked]
    for item, bands in held.items():
        for number in (number for band in bands for number in wordings.get(band, ())):
            common[number][item] += 1
    return [[item for item, _ in each.most_common(NEAREST)] for each in common]


def said(session: Session, items: Collection[UUID], *conditions: ColumnElement[bool]) -> dict[UUID, set[str]]:
    """Give the shingles of the newest wordings of some items."""
    query = (
        select(Revision.item_id, Revision.id, Revision.body_sealed)
        .ext(distinct_on(Revision.item_id))
        .join(Item, Item.id == Revision.item_id)
        .where(Revision.item_id.in_(items), *conditions)
        .order_by(Revision.item_id, Revision.number.desc())
    )
    opened = ((row.item_id, Revision(id=row.id, body_sealed=row.body_sealed).body) for row in session.execute(query))
    return {item: text_keys.shingles(texts(body)) for item, body in opened}


def _items(session: Session, ids: Collection[UUID]) -> dict[UUID, Item]:
    whole = select(Item).where(Item.id.in_(ids)).options(selectinload(Item.revisions), joinedload(Item.point))
    return {item.id: item for item in session.scalars(whole)}


def twins(bodies: Sequence[dict[str, Any]], *, least: float = ALIKE) -> list[tuple[int, int, float]]:
    """Give the pairs of some new wordings that say nearly the same, by their places, and the share in common.

    >>> twins([{"stem": "企业标准由谁声明公开"}, {"stem": "何谓范围"}, {"stem": "企业标准由谁来声明公开"}])
    [(0, 2, 0.5454545454545454)]
    """
    said = [text_keys.shingles(texts(body)) for body in bodies]
    bands: dict[tuple[int, int], list[int]] = {}
    for number, shingles in enumerate(said):
        for place, band in enumerate(text_keys.bands(text_keys.keyed(shingles, _PLAIN))):
            bands.setdefault((place, band), []).append(number)
    near = {pair for members in bands.values() for pair in combinations(members, 2)}
    shares = ((one, other, text_keys.alike(said[one], said[other])) for one, other in sorted(near))
    return [pair for pair in shares if pair[2] >= least]


def _ordered(likenesses: Iterable[Likeness]) -> list[Likeness]:
    return sorted(likenesses, key=lambda one: (-one.share, one.item.code))


def _bands(shingles: set[str], organisation: UUID) -> list[int]:
    return text_keys.bands(text_keys.keyed(shingles, _key("shingles", organisation)))


def _key(purpose: str, organisation: UUID) -> bytes:
    return vault().fingerprint(str(organisation), f"item {purpose}")


#: What the database needs beside the table.
STATEMENTS: Final = crossing_statements(LOOKING)
