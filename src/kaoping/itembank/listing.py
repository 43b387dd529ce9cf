"""Finding items: by every attribute and by the words of their sealed texts, a page at a time."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from kaoping.itembank import review_rules, text_index
from kaoping.itembank.errors import N_, Invalid, ItemBankError
from kaoping.itembank.items import (
    Item,
    ItemState,
    ItemType,
    ItemUse,
    Revision,
    Statistics,
    StatisticsState,
    offered,
)
from kaoping.itembank.models import Importance, Level, Point
from kaoping.itembank.papers import Paper, PaperState, Slot
from kaoping.itembank.rules import Section
from kaoping.itembank.trail import TrailEntry
from kaoping.itembank.twin_standing import stands
from kaoping.itembank.twinning import Standing

PER_PAGE = 25
LONGEST: Final = 200
"""Characters that a search takes; more words than that narrow nothing and cost the more."""
FARTHEST: Final = 1_000_000
"""No bank has so many pages; an address may ask for any."""


class SearchTooLong(ItemBankError, Invalid):
    """Somebody pasted a whole text into the search."""

    sentence = N_("A search takes at most %(most)d characters; this one has %(count)d. Search for a few of its words.")


class Trait(StrEnum):
    """What an item has or lacks, beyond its attributes."""

    CALIBRATED = "calibrated"
    UNCALIBRATED = "uncalibrated"
    ENGLISH_APPROVED = "english_approved"
    ENGLISH_UNDER_WAY = "english_under_way"
    ENGLISH_STALE = "english_stale"
    ENGLISH_NONE = "english_none"
    USED = "used"
    UNUSED = "unused"
    AI_ASSISTED = "ai_assisted"
    ASSEMBLABLE = "assemblable"
    PRACTICE = "practice"

    @property
    def label(self) -> str:
        """What it is called (message id)."""
        return _TRAITS[self]


_TRAITS = {
    Trait.CALIBRATED: N_("With adopted statistics"),
    Trait.UNCALIBRATED: N_("Without statistics"),
    Trait.ENGLISH_APPROVED: N_("With an approved English twin"),
    Trait.ENGLISH_UNDER_WAY: N_("English twin under way"),
    Trait.ENGLISH_STALE: N_("English twin of an earlier wording"),
    Trait.ENGLISH_NONE: N_("Without an English twin"),
    Trait.USED: N_("In a sealed paper"),
    Trait.UNUSED: N_("In no sealed paper"),
    Trait.AI_ASSISTED: N_("AI-assisted"),
    Trait.ASSEMBLABLE: N_("Free to be assembled"),
    Trait.PRACTICE: N_("In the practice pool"),
}


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for; empty parts ask for nothing."""

    text: str = ""
    standard_id: UUID | None = None
    range_id: UUID | None = None
    point_id: UUID | None = None
    author_id: UUID | None = None
    digit: int | None = None
    type: ItemType | None = None
    state: ItemState | None = None
    importance: Importance | None = None
    difficulty: int | None = None
    source: str = ""
    section: Section | None = None
    trait: Trait | None = None
    #: Who searches: whom a blind review keeps a name from does not find items by it.
    viewer: UUID | None = None

    def conditions(self, organisation: UUID) -> list[ColumnElement[bool]]:
        """Say the search as conditions on items.

        Raises
        ------
        SearchTooLong
        """
        text, source = _short(self.text), _short(self.source)
        wanted: list[tuple[object, ColumnElement[bool]]] = [
            (self.standard_id, Item.standard_id == self.standard_id),
            (self.range_id, _on_point(Point.range_id == self.range_id)),
            (self.point_id, Item.point_id == self.point_id),
            (self.author_id, and_(Item.author_id == self.author_id, review_rules.nameable(self.viewer))),
            (self.digit, Item.level_id.in_(select(Level.id).where(Level.digit == self.digit))),
            (self.type, Item.type == self.type),
            (self.section, Item.type.in_(self.section.types if self.section else ())),
            (self.state, Item.state == self.state),
            (self.importance, _on_point(Point.importance == self.importance)),
            (self.difficulty or source, _worded(*self._of_wording(source))),
            (text, _holds(text, organisation)),
        ]
        asked = [condition for value, condition in wanted if value]
        return [*asked, _has(self.trait)] if self.trait else asked

    def _of_wording(self, source: str) -> Iterator[ColumnElement[bool]]:
        if self.difficulty:
            yield Revision.difficulty == self.difficulty
        if source:
            yield Revision.source_standard.icontains(source, autoescape=True)

    @property
    def narrowed(self) -> bool:
        """Whether one of the further conditions is set."""
        return any((self.author_id, self.importance, self.difficulty, self.source.strip(), self.trait))


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the items found, with the number of the page and of the last one."""

    items: Sequence[Item]
    total: int
    number: int
    last: int


def find(session: Session, search: Search, organisation: UUID, *, page: int = 1) -> Page:
    """Find items in the order of their codes; a page beyond the last gives the last."""
    number = min(max(1, page), FARTHEST)
    ids, total = _found(session, search, organisation, number)
    if not ids and number > 1:
        return find(session, search, organisation, page=_last(total or count(session, search, organisation)))
    return Page(_whole(session, ids), total, number, _last(total))


def _found(session: Session, search: Search, organisation: UUID, number: int) -> tuple[list[UUID], int]:
    """Give the ids of a page and how many items there are in all; a page of words that is empty counts none.

    Items with words are looked up once for both. All else is counted by itself, for the page then reads an index in the
    order of codes no farther than it shows.
    """
    found = select(Item.id).where(*search.conditions(organisation)).order_by(Item.code)
    page = found.limit(PER_PAGE).offset((number - 1) * PER_PAGE)
    if not search.text.strip():
        return list(session.scalars(page)), count(session, search, organisation)
    rows = session.execute(page.add_columns(func.count().over())).all()
    return [row[0] for row in rows], rows[0][1] if rows else 0


def count(session: Session, search: Search, organisation: UUID) -> int:
    """Count the items that a search finds."""
    found = select(func.count()).select_from(Item).where(*search.conditions(organisation))
    return session.scalars(found).one()


def _last(total: int) -> int:
    return max(1, -(-total // PER_PAGE))


def _whole(session: Session, ids: Sequence[UUID]) -> Sequence[Item]:
    """Read the items of a page with all that the list shows of them."""
    query = select(Item).where(Item.id.in_(ids)).order_by(Item.code)
    options = (joinedload(Item.point), joinedload(Item.level), selectinload(Item.revisions))
    return session.scalars(query.options(*options)).all()


@dataclass(frozen=True, slots=True)
class Tally:
    """How many items each state has, and who wrote items."""

    states: Mapping[ItemState, int]
    authors: frozenset[UUID]


def tally(session: Session) -> Tally:
    """Count the whole bank by state and author in one statement, which the index answers."""
    rows = session.execute(select(Item.state, Item.author_id, func.count()).group_by(Item.state, Item.author_id)).all()
    states: Counter[ItemState] = Counter()
    for state, _, number in rows:
        states[state] += number
    return Tally(states, frozenset(author for _, author, _ in rows))


def history(session: Session, item: Item) -> Sequence[TrailEntry]:
    """Give what was done with an item, the latest first."""
    return session.scalars(
        select(TrailEntry).where(TrailEntry.thing_id == item.id).order_by(TrailEntry.number.desc())
    ).all()


def _holds(text: str, organisation: UUID) -> ColumnElement[bool]:
    """Look for a part of a code or of a point's name, or for words of the sealed text."""
    columns = (Point.code, Point.name, Point.name_en)
    points = or_(*(column.icontains(text, autoescape=True) for column in columns))
    named = [Item.code.icontains(text, autoescape=True), _on_point(points)]
    within = text_index.holding(text, organisation)
    return or_(*named) if within is None else or_(*named, within)


def _short(text: str) -> str:
    stripped = text.strip()
    if len(stripped) > LONGEST:
        raise SearchTooLong(most=LONGEST, count=len(stripped))
    return stripped


def _on_point(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return Item.point_id.in_(select(Point.id).where(condition))


def _worded(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Ask something of the newest revision: of one that none follows, so that the database can join sets."""
    later = aliased(Revision)
    newest = ~exists().where(later.item_id == Revision.item_id, later.number > Revision.number)
    return Item.id.in_(select(Revision.item_id).where(*conditions, newest))


_STANDINGS = {
    Trait.ENGLISH_APPROVED: Standing.APPROVED, Trait.ENGLISH_UNDER_WAY: Standing.UNDER_WAY,
    Trait.ENGLISH_STALE: Standing.STALE, Trait.ENGLISH_NONE: Standing.NONE,
}  # fmt: skip


def _has(trait: Trait) -> ColumnElement[bool]:
    if trait in _STANDINGS:
        return stands(_STANDINGS[trait])
    adopted = exists().where(Statistics.item_id == Item.id, Statistics.state == StatisticsState.ADOPTED)
    used = exists().where(Slot.item_id == Item.id, Slot.paper_id == Paper.id, Paper.state == PaperState.SEALED)
    conditions: dict[Trait, ColumnElement[bool]] = {
        Trait.CALIBRATED: adopted, Trait.UNCALIBRATED: ~adopted, Trait.USED: used, Trait.UNUSED: ~used,
        Trait.AI_ASSISTED: Item.ai_assisted.is_(True), Trait.ASSEMBLABLE: offered(),
        Trait.PRACTICE: Item.use == ItemUse.PRACTICE,
    }  # fmt: skip
    return conditions[trait]
