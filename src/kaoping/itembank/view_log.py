"""The log of who saw what, as it is read: by item, by person, by the code of a watermark; a page, or all as lines."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from kaoping.itembank.errors import N_, Missing
from kaoping.itembank.items import Item
from kaoping.itembank.viewing import Access, ItemView, Trace

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; empty parts ask for nothing."""

    code: str = ""
    item: str = ""
    viewer_id: UUID | None = None

    def narrow(self, query: Select[Trace, int]) -> Select[Trace, int]:
        """Ask for no more than is wanted; a code is found however it was typed."""
        code = "".join(letter for letter in self.code.upper() if letter.isalnum())
        if code:
            query = query.where(func.replace(Trace.code, "-", "") == code)
        if self.item.strip():
            query = query.where(ItemView.item_id == Item.id, Item.code == self.item.strip())
        return query.where(Trace.viewer_id == self.viewer_id) if self.viewer_id else query


@dataclass(frozen=True, slots=True)
class Seen:
    """One row of the log: a day at the screen or a print, with the number of items (that were asked for)."""

    id: UUID
    code: str
    viewer_id: UUID
    access: Access
    at: datetime
    thing: str
    purpose: str
    items: int


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, newest first, with the number of the page and of the last one."""

    rows: Sequence[Seen]
    total: int
    number: int
    last: int


def find(session: Session, wanted: Wanted, *, page: int = 1) -> Page:
    """Find traces; a page beyond the last gives the last."""
    counted = wanted.narrow(select(Trace, func.count(ItemView.id)).outerjoin(ItemView).group_by(Trace.id))
    total = session.scalar(select(func.count()).select_from(counted.subquery())) or 0
    last = max(1, -(-total // PER_PAGE))
    number = min(max(1, page), last)
    rows = session.execute(
        counted.order_by(Trace.at.desc(), Trace.code).limit(PER_PAGE).offset((number - 1) * PER_PAGE)
    )
    return Page([_seen(trace, count) for trace, count in rows], total, number, last)


def get(session: Session, trace_id: UUID) -> Trace:
    """Give a trace of the organisation, or raise `Missing`."""
    trace = session.get(Trace, trace_id)
    if trace is None:
        raise Missing(what=N_("entry of the access log"))
    return trace


def viewers(session: Session) -> Sequence[UUID]:
    """Give everybody who is in the log."""
    return session.scalars(select(Trace.viewer_id).distinct()).all()


def items_of(session: Session, trace_id: UUID) -> Sequence[Row[Item, datetime]]:
    """Give the items under a trace with the time at which each was first seen, without their content."""
    seen = select(Item, ItemView.at).join(ItemView).where(ItemView.trace_id == trace_id)
    return session.execute(seen.order_by(ItemView.at, Item.code)).all()


def lines(session: Session, wanted: Wanted) -> Iterator[tuple[datetime, UUID, Access, str, str, str, str]]:
    """Give every item of the traces that are wanted: time, person, kind, item, paper, purpose, code."""
    matching = wanted.narrow(select(Trace, func.count(ItemView.id)).outerjoin(ItemView).group_by(Trace.id)).subquery()
    seen = (
        select(ItemView.at, Trace.viewer_id, Trace.access, Item.code, Trace.thing, Trace.purpose, Trace.code)
        .select_from(ItemView).join(Trace).join(Item).where(Trace.id.in_(select(matching.c.id)))
    )  # fmt: skip
    if wanted.item.strip():
        seen = seen.where(Item.code == wanted.item.strip())
    for at, viewer, access, *told in session.execute(seen.order_by(ItemView.at.desc())):
        item, thing, purpose, code = told
        yield at, viewer, access, item, thing, purpose, code


def _seen(trace: Trace, count: int) -> Seen:
    return Seen(
        id=trace.id, code=trace.code, viewer_id=trace.viewer_id, access=trace.access, at=trace.at, thing=trace.thing,
        purpose=trace.purpose, items=count,
    )  # fmt: skip
