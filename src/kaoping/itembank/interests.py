"""Statements of interest 回避声明: before a verdict, the reviewer says that nothing binds them to the item."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.itembank import turns
from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import N_, Forbidden, Invalid, ItemBankError, Missing
from kaoping.itembank.items import Item, Revision
from kaoping.itembank.reviews import Interest
from kaoping.itembank.trail import database_time, record


class InterestUnsaid(ItemBankError, Invalid):
    """A verdict without a statement of interest."""

    sentence = N_("Say first whether anything binds you to item %(code)s or its author.")


class InterestConflict(ItemBankError, Forbidden):
    """Who declared a conflict of interest does not decide on the item, in whatever revision."""

    sentence = N_("You declared a conflict of interest on item %(code)s; another person decides on it.")


def declare(
    session: Session, revision_id: UUID, *, conflict: bool, note: str = "", by: Actor, at: datetime | None = None
) -> Interest:
    """State an interest or none; the same statement twice is one. A conflict is never taken back."""
    revision = session.get(Revision, revision_id)
    if revision is None:
        raise Missing(what=N_("revision"))
    turns.take(session, f"interest:{revision_id}:{by.id}")
    own = (Interest.revision_id == revision_id, Interest.person_id == by.id, Interest.conflict.is_(conflict))
    if (known := session.scalars(select(Interest).where(*own)).one_or_none()) is not None:
        return known
    stated = Interest(
        organisation_id=by.organisation, item_id=revision.item_id, revision_id=revision_id, person_id=by.id,
        conflict=conflict, note=note.strip() or None, at=at or database_time(session),
    )  # fmt: skip
    session.add(stated)
    verb = "interest_declared" if conflict else "interest_denied"
    record(session, verb, revision.item, by=by, at=stated.at, code=revision.item.code, revision=revision.number)
    return stated


def of_item(session: Session, item: Item) -> Sequence[Interest]:
    """Give every statement on an item, the latest first."""
    return session.scalars(select(Interest).where(Interest.item_id == item.id).order_by(Interest.at.desc())).all()


def barred(session: Session, *, by: Actor) -> set[UUID]:
    """Give the items on which a person declared a conflict."""
    own = (Interest.person_id == by.id, Interest.conflict)
    return set(session.scalars(select(Interest.item_id).where(*own)))


def require_none(session: Session, revision: Revision, *, by: Actor) -> None:
    """Raise unless the person stated for this revision that nothing binds them, and never stated a conflict."""
    own = [each for each in of_item(session, revision.item) if each.person_id == by.id]
    if any(each.conflict for each in own):
        raise InterestConflict(code=revision.item.code)
    if all(each.revision_id != revision.id for each in own):
        raise InterestUnsaid(code=revision.item.code)
