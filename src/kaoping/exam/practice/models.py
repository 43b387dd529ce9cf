"""Rows of the practice pool: releases of items from the secure pool, and published sets."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kaoping.itembank.items import Item, Revision
from kaoping.itembank.models import Level
from kaoping.itembank.orm import Base, Owned, Sealed


class ReleaseState(StrEnum):
    """A release is proposed by one person; another lets the items go, or refuses."""

    PROPOSED = "proposed"
    RELEASED = "released"
    REFUSED = "refused"


class Release(Owned, Base):
    """Items that somebody proposes to move from the secure pool to practice, for good; decided by another person."""

    __tablename__ = "practice_release"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        CheckConstraint("decided_by <> proposed_by", name="decider_is_not_proposer"),
        CheckConstraint("(state = 'proposed') = (decided_by IS NULL)", name="decided_by_somebody"),
        CheckConstraint("(decided_by IS NULL) = (decided_at IS NULL)", name="decided_at_a_time"),
        CheckConstraint("(state = 'refused') = (refusal_sealed IS NOT NULL)", name="refused_for_a_reason"),
    )

    number: Mapped[int]
    state: Mapped[ReleaseState] = mapped_column(default=ReleaseState.PROPOSED)
    #: Reasons may quote items, so they are sealed as those are.
    reason_sealed: Mapped[bytes]
    proposed_by: Mapped[UUID]
    proposed_at: Mapped[datetime]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    refusal_sealed: Mapped[bytes | None]

    reason: Sealed[str] = Sealed()
    refusal: Sealed[str | None] = Sealed()
    items: Mapped[list["ReleasedItem"]] = relationship(order_by="ReleasedItem.code", back_populates="release")


class ReleasedItem(Owned, Base):
    """An item that a release names. Appended, never edited."""

    __tablename__ = "released_item"
    __table_args__ = (UniqueConstraint("release_id", "item_id"),)

    release_id: Mapped[UUID] = mapped_column(ForeignKey("practice_release.id"))
    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"), index=True)
    #: Code of the item, which never changes.
    code: Mapped[str]

    release: Mapped[Release] = relationship(back_populates="items")
    item: Mapped[Item] = relationship()


class PracticeSet(Owned, Base):
    """Items of one level for practice, behind a link of its own until somebody closes it."""

    __tablename__ = "practice_set"
    __table_args__ = (
        UniqueConstraint("key"),
        CheckConstraint("(closed_by IS NULL) = (closed_at IS NULL)", name="closed_at_a_time"),
    )

    level_id: Mapped[UUID] = mapped_column(ForeignKey("level.id"), index=True)
    title: Mapped[str]
    #: What the link is made of. What stands behind it is public, so the key only keeps sets from being guessed.
    key: Mapped[str]
    published_by: Mapped[UUID]
    published_at: Mapped[datetime]
    closed_by: Mapped[UUID | None]
    closed_at: Mapped[datetime | None]

    level: Mapped[Level] = relationship()
    entries: Mapped[list["PracticeEntry"]] = relationship(order_by="PracticeEntry.position")


class PracticeEntry(Owned, Base):
    """An item of a set, with the revision that people answer. Appended, never edited."""

    __tablename__ = "practice_entry"
    __table_args__ = (
        ForeignKeyConstraint(["revision_id", "item_id"], ["revision.id", "revision.item_id"]),
        UniqueConstraint("set_id", "position"),
        UniqueConstraint("set_id", "item_id"),
    )

    set_id: Mapped[UUID] = mapped_column(ForeignKey("practice_set.id"))
    position: Mapped[int]
    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"), index=True)
    revision_id: Mapped[UUID]

    item: Mapped[Item] = relationship(viewonly=True)
    revision: Mapped[Revision] = relationship(viewonly=True)
