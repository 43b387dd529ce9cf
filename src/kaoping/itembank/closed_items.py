"""Closed items 限定知悉: content that only persons who were named read, beside what roles allow.

An item with readers is shown to them and to whoever keeps the bank, and is not there for anybody else at the pages of
the bank: lists, searches and boards leave it out, its address leads nowhere. The database does it (`STATEMENTS`) for
sessions that say who reads, so no page can forget it. Papers, sittings and scoring have no reader and see everything.
"""

import contextlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint, delete, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, selectinload

from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import N_, Invalid, ItemBankError
from kaoping.itembank.items import Item
from kaoping.itembank.orm import Base, Owned
from kaoping.itembank.trail import database_time, record

MOST: Final = 500
"""Items that are closed or opened at once."""
LONGEST: Final = 500
"""Characters of a reason."""


class ItemReader(Owned, Base):
    """A person who reads a closed item; an item without such rows is open to everybody whose role reads items."""

    __tablename__ = "item_reader"
    __table_args__ = (UniqueConstraint("item_id", "person_id"),)

    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"))
    person_id: Mapped[UUID]
    by: Mapped[UUID]
    at: Mapped[datetime]


class NothingNamed(ItemBankError, Invalid):
    """No item, or too many."""

    sentence = N_("Name 1 to %(most)d items by their codes.")


class CodesUnknown(ItemBankError, Invalid):
    """Codes that no item has."""

    sentence = N_("There is no item %(codes)s; correct the codes, then nothing else is needed.")


class ReasonUnsaid(ItemBankError, Invalid):
    """Why content is closed or opened is read later."""

    sentence = N_("Say in at most %(most)d characters why.")


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed item and the persons who read it."""

    item_id: UUID
    code: str
    readers: tuple[UUID, ...]


def close(
    session: Session, codes: Collection[str], persons: Collection[UUID], reason: str, *, by: Actor,
    at: datetime | None = None,
) -> list[Item]:  # fmt: skip
    """Close items to all but the persons named and those who worded them; closing again names the readers anew.

    Raises
    ------
    NothingNamed, CodesUnknown, ReasonUnsaid
    """
    why, items = _reason(reason), _named(session, codes)
    moment = at or database_time(session)
    for item in items:
        session.execute(delete(ItemReader).where(ItemReader.item_id == item.id))
        session.add_all(
            ItemReader(organisation_id=by.organisation, item_id=item.id, person_id=person, by=by.id, at=moment)
            for person in sorted({*persons, *item.hands})
        )
        record(session, "item_closed", item, by=by, at=moment, code=item.code, why=why, persons=len(set(persons)))
    return items


def reopen(
    session: Session, codes: Collection[str], reason: str, *, by: Actor, at: datetime | None = None
) -> list[Item]:
    """Let everybody whose role reads items read these again."""
    why, items = _reason(reason), _named(session, codes)
    for item in items:
        session.execute(delete(ItemReader).where(ItemReader.item_id == item.id))
        record(session, "item_reopened", item, by=by, at=at, code=item.code, why=why)
    return items


def readers(session: Session, item_id: UUID) -> Sequence[UUID]:
    """Give the persons who read a closed item; nobody if it is open."""
    return session.scalars(select(ItemReader.person_id).where(ItemReader.item_id == item_id)).all()


def listed(session: Session, *, limit: int, offset: int = 0) -> list[Closed]:
    """Give the closed items by code, each with its readers."""
    query = (
        select(Item.id, Item.code, func.array_agg(ItemReader.person_id))
        .join(ItemReader, ItemReader.item_id == Item.id)
        .group_by(Item.id, Item.code)
        .order_by(Item.code)
        .limit(limit)
        .offset(offset)
    )
    return [Closed(item_id, code, tuple(persons)) for item_id, code, persons in session.execute(query)]


def count(session: Session) -> int:
    """Count the closed items."""
    return session.scalar(select(func.count(ItemReader.item_id.distinct()))) or 0


@contextlib.contextmanager
def beyond_reader(session: Session) -> Iterator[None]:
    """See closed items too while something is counted or numbered; no content may leave from within."""
    reader = session.scalar(select(func.current_setting("app.reader", True))) or ""
    _tell(session, "")
    try:
        yield
    finally:
        _tell(session, reader)


def _tell(session: Session, reader: str) -> None:
    session.execute(text("SELECT set_config('app.reader', :it, true)"), {"it": reader})


def _named(session: Session, codes: Collection[str]) -> list[Item]:
    wanted = dict.fromkeys(code.strip() for code in codes if code.strip())
    if not 0 < len(wanted) <= MOST:
        raise NothingNamed(most=MOST)
    query = select(Item).where(Item.code.in_(wanted)).order_by(Item.id).with_for_update(of=Item)
    found = session.scalars(query.options(selectinload(Item.revisions))).all()
    if unknown := wanted.keys() - {item.code for item in found}:
        raise CodesUnknown(codes=", ".join(sorted(unknown))[:200])
    return list(found)


def _reason(said: str) -> str:
    reason = said.strip()
    if not 0 < len(reason) <= LONGEST:
        raise ReasonUnsaid(most=LONGEST)
    return reason


def _shown(item: str, author: str) -> str:
    # As a query of its own it is asked once for a statement and not for each row.
    reader = "(SELECT nullif(current_setting('app.reader', true), '')::uuid)"
    return (
        f"{reader} IS NULL OR {author} = {reader} OR {item} NOT IN (SELECT item_id FROM item_reader) "  # noqa: S608 - columns
        f"OR {item} IN (SELECT item_id FROM item_reader WHERE person_id = {reader})"
    )


#: Restrictive policies: they take away from what the organisation's own policy gives, and only from what is read.
STATEMENTS: tuple[str, ...] = (
    f"CREATE POLICY item_reader ON item AS RESTRICTIVE FOR SELECT USING ({_shown('id', 'author_id')})",
    f"CREATE POLICY revision_reader ON revision AS RESTRICTIVE FOR SELECT USING ({_shown('item_id', 'author_id')})",
    "CREATE POLICY picture_reader ON picture AS RESTRICTIVE FOR SELECT USING (item_id IN (SELECT id FROM item))",
)
