"""Finding items: by range, type, state and text, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from kaoping.itembank.items import Item, ItemState, ItemType
from kaoping.itembank.models import Level, Point
from kaoping.itembank.trail import TrailEntry

PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for; empty parts ask for nothing."""

    text: str = ""
    standard_id: UUID | None = None
    range_id: UUID | None = None
    point_id: UUID | None = None
    digit: int | None = None
    type: ItemType | None = None
    state: ItemState | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Say the search as conditions on items joined with their points and levels."""
        wanted: list[tuple[object, ColumnElement[bool]]] = [
            (self.standard_id, Item.standard_id == self.standard_id),
            (self.range_id, Point.range_id == self.range_id),
            (self.point_id, Item.point_id == self.point_id),
            (self.digit, Level.digit == self.digit),
            (self.type, Item.type == self.type),
            (self.state, Item.state == self.state),
            (self.text.strip(), _holds(self.text.strip())),
        ]
        return [condition for value, condition in wanted if value]


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the items found, with the number of the page and of the last one."""

    items: Sequence[Item]
    total: int
    number: int
    last: int


def find(session: Session, search: Search, *, page: int = 1) -> Page:
    """Find items in the order of their codes; a page beyond the last gives the last."""
    found = select(Item).join(Item.point).join(Item.level).where(*search.conditions())
    total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    last = max(1, -(-total // PER_PAGE))
    number = min(max(1, page), last)
    whole = found.options(joinedload(Item.point), joinedload(Item.level), selectinload(Item.revisions))
    rows = session.scalars(whole.order_by(Item.code).limit(PER_PAGE).offset((number - 1) * PER_PAGE)).all()
    return Page(rows, total, number, last)


def states(session: Session) -> dict[ItemState, int]:
    """Count the items of each state."""
    rows = session.execute(select(Item.state, func.count()).group_by(Item.state))
    return {row.state: row[1] for row in rows}


def history(session: Session, item: Item) -> Sequence[TrailEntry]:
    """Give what was done with an item, the latest first."""
    return session.scalars(
        select(TrailEntry).where(TrailEntry.thing_id == item.id).order_by(TrailEntry.number.desc())
    ).all()


def _holds(text: str) -> ColumnElement[bool]:
    return or_(*(column.icontains(text, autoescape=True) for column in (Item.code, Point.code, Point.name)))
