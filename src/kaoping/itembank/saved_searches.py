"""Searches that a person keeps under a name, alone or for everybody of the organisation.

The words of a search may be words of sealed items, so what is asked for is sealed too.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, UniqueConstraint, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from kaoping.itembank import turns
from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import N_, Forbidden, Invalid, ItemBankError, Missing
from kaoping.itembank.orm import Base, Owned, Sealed
from kaoping.itembank.trail import database_time, record

LONGEST: Final = 60
"""Characters of a name."""


class SearchUnnamed(ItemBankError, Invalid):
    """A search is kept under a name by which people find it again."""

    sentence = N_("Give the search a name of 1 to %(most)d characters.")


class SearchAsksNothing(ItemBankError, Invalid):
    """A search without conditions finds every item."""

    sentence = N_("This search asks for nothing. Set a condition, find, and save it then.")


class NotYourSearch(ItemBankError, Forbidden):
    """Somebody would delete a colleague's search."""

    sentence = N_("The search %(name)s was saved by somebody else, who alone can delete it.")


class SavedSearch(Owned, Base):
    """A search under a name, of the one who saved it."""

    __tablename__ = "saved_search"
    __table_args__ = (
        UniqueConstraint("organisation_id", "account_id", "name"),
        CheckConstraint("name <> ''", name="search_has_name"),
    )

    account_id: Mapped[UUID]
    name: Mapped[str]
    #: Whether everybody of the organisation who reads items sees it.
    shared: Mapped[bool] = mapped_column(default=False)
    asked_sealed: Mapped[bytes]
    created_at: Mapped[datetime]

    #: What is asked for, as the address of the list of items says it.
    asked: Sealed[dict[str, str]] = Sealed()


def save(
    session: Session, *, name: str, asked: Mapping[str, str], shared: bool, by: Actor, at: datetime | None = None
) -> SavedSearch:
    """Keep a search; one of the same person and name is replaced.

    Raises
    ------
    SearchUnnamed, SearchAsksNothing
    """
    named = name.strip()
    if not 0 < len(named) <= LONGEST:
        raise SearchUnnamed(most=LONGEST)
    if not asked:
        raise SearchAsksNothing
    moment = at or database_time(session)
    turns.take(session, f"search:{by.id}:{named}")
    own = select(SavedSearch).where(SavedSearch.account_id == by.id, SavedSearch.name == named)
    row = session.scalars(own).one_or_none()
    if row is None:
        row = SavedSearch(organisation_id=by.organisation, account_id=by.id, name=named, created_at=moment)
        session.add(row)
    row.asked, row.shared = dict(asked), shared
    record(session, "search_saved", row, by=by, at=moment, shared=shared)
    return row


def delete(session: Session, search_id: UUID, *, by: Actor, at: datetime | None = None) -> SavedSearch:
    """Forget one of the person's own searches."""
    row = find(session, search_id, by=by)
    if row.account_id != by.id:
        raise NotYourSearch(name=row.name)
    record(session, "search_deleted", row, by=by, at=at)
    session.delete(row)
    return row


def find(session: Session, search_id: UUID, *, by: Actor) -> SavedSearch:
    """Give a search that is the person's own or shared, or raise `Missing`."""
    row = session.scalars(select(SavedSearch).where(SavedSearch.id == search_id, _seen(by))).one_or_none()
    if row is None:
        raise Missing(what=N_("saved search"))
    return row


def listed(session: Session, *, by: Actor) -> Sequence[SavedSearch]:
    """Give the person's own searches and the shared ones, by name."""
    return session.scalars(select(SavedSearch).where(_seen(by)).order_by(SavedSearch.name, SavedSearch.id)).all()


def _seen(by: Actor) -> ColumnElement[bool]:
    return or_(SavedSearch.account_id == by.id, SavedSearch.shared)
