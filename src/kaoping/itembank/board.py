"""Where all items stand, at a glance: columns by state and stage with their counts and first items, and a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select, union_all
from sqlalchemy.orm import Session, joinedload, selectinload

from kaoping.itembank import review_rules
from kaoping.itembank.items import Item, ItemState, ReviewStage, Revision
from kaoping.itembank.models import Level

SHOWN: Final = 5
"""Items that a column shows."""
PER_PAGE: Final = 50

Query = TypeVar("Query", bound=Select[*tuple[Any, ...]])
Place = tuple[ItemState, ReviewStage | None]
#: The columns in the order of an item's life.
PLACES: Final[tuple[Place, ...]] = (
    (ItemState.DRAFT, None),
    *((ItemState.IN_REVIEW, stage) for stage in ReviewStage),
    *((state, None) for state in ItemState if state not in {ItemState.DRAFT, ItemState.IN_REVIEW}),
)


@dataclass(frozen=True, slots=True)
class View:
    """What the board is narrowed to; ``viewer`` is who reads it, for the names that a blind review withholds."""

    viewer: UUID
    standard_id: UUID | None = None
    digit: int | None = None
    author_id: UUID | None = None
    place: Place | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Say the view as conditions on items joined with their levels."""
        wanted: list[tuple[object, ColumnElement[bool]]] = [
            (self.standard_id, Item.standard_id == self.standard_id),
            (self.digit, Level.digit == self.digit),
            (self.author_id, and_(Item.author_id == self.author_id, review_rules.nameable(self.viewer))),
        ]
        asked = [condition for value, condition in wanted if value]
        return asked if self.place is None else [*asked, *_at(self.place)]


@dataclass(frozen=True, slots=True)
class Column:
    """The items of a state, and of a stage if they are in review: how many, and the first of them."""

    state: ItemState
    stage: ReviewStage | None
    count: int
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the items of a view."""

    items: Sequence[Item]
    total: int
    number: int
    last: int


def columns(session: Session, view: View) -> list[Column]:
    """Give the columns of the board, empty ones too; three statements, however many items there are."""
    counted = _narrowed(select(Item.state, Item.stage, func.count()), view).group_by(Item.state, Item.stage)
    counts: dict[Place, int] = {(state, stage): count for state, stage, count in session.execute(counted)}
    first: dict[Place, list[Item]] = {}
    for item in _first(session, view, [place for place in PLACES if counts.get(place)]):
        first.setdefault((item.state, item.stage), []).append(item)
    return [Column(*place, counts.get(place, 0), tuple(first.get(place, ()))) for place in PLACES]


def table(session: Session, view: View, *, page: int = 1) -> Page:
    """Give a page of the items of a view in the order of their codes; a page beyond the last gives the last."""
    total = session.scalar(_narrowed(select(func.count(Item.id)), view)) or 0
    last = max(1, -(-total // PER_PAGE))
    number = min(max(1, page), last)
    rows = _narrowed(select(Item), view).order_by(Item.code).limit(PER_PAGE).offset((number - 1) * PER_PAGE)
    return Page(session.scalars(_whole(rows)).all(), total, number, last)


def _narrowed(query: Query, view: View) -> Query:
    return query.join(Level, Level.id == Item.level_id).where(*view.conditions())


def _first(session: Session, view: View, places: Sequence[Place]) -> Sequence[Item]:
    if not places:
        return ()
    each = [
        _narrowed(select(Item.id), view).where(*_at(place)).order_by(Item.code).limit(SHOWN).subquery()
        for place in places
    ]
    ids = union_all(*(select(one.c.id) for one in each)).subquery()
    return session.scalars(_whole(select(Item).where(Item.id.in_(select(ids.c.id))).order_by(Item.code))).all()


def _at(place: Place) -> tuple[ColumnElement[bool], ...]:
    state, stage = place
    return (Item.state == state,) if stage is None else (Item.state == state, Item.stage == stage)


def _whole(query: Query) -> Query:
    return query.options(
        joinedload(Item.point), joinedload(Item.level), selectinload(Item.revisions).joinedload(Revision.rule)
    )
