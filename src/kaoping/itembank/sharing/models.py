"""Rows of sharing: grants with their selections, what was read under them, and the copies that were taken over.

A grant is a row of its owner; the organisation that it is made to reads it too and answers it, by policies of their own
(`kaoping.itembank.sharing.functions`).
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Select, UniqueConstraint, cast, func, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from kaoping.itembank.orm import Base, Owned


class GrantState(StrEnum):
    """What has become of a grant; it is read off its moments."""

    PROPOSED = "proposed"
    OFFERED = "offered"
    DECLINED = "declined"
    ACCEPTED = "accepted"
    EXPIRED = "expired"
    ENDED = "ended"


class Reading(StrEnum):
    """How a shared item was read."""

    SEEN = "seen"
    TAKEN = "taken"


class ItemGrant(Owned, Base):
    """The use of items of a level that their owner gives another organisation, from one day to another."""

    __tablename__ = "item_grant"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        CheckConstraint("grantee_id <> organisation_id", name="grantee_is_another"),
        CheckConstraint("until >= since", name="ends_after_beginning"),
        CheckConstraint("offered_by <> proposed_by", name="offered_by_another"),
        CheckConstraint("(offered_by IS NULL) = (offered_at IS NULL)", name="offered_at_a_time"),
        CheckConstraint("(answered_by IS NULL) = (answered_at IS NULL)", name="answered_at_a_time"),
        CheckConstraint("(accepted IS NULL) = (answered_at IS NULL)", name="answered_yes_or_no"),
        CheckConstraint("(ended_by IS NULL) = (ended_at IS NULL)", name="ended_at_a_time"),
    )

    number: Mapped[int]
    grantee_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    level_id: Mapped[UUID] = mapped_column(ForeignKey("level.id"))
    range_id: Mapped[UUID | None] = mapped_column(ForeignKey("range.id"))
    #: Whether the items are named one by one (`GrantedItem`).
    selected: Mapped[bool]
    #: Names of standard, level and range as they were offered: the other organisation cannot read those rows.
    subject: Mapped[dict[str, Any]]
    purpose: Mapped[str]
    #: Whether copies may be taken over for papers, and whether those stay in assembly after the grant has ended.
    takes: Mapped[bool]
    keeps: Mapped[bool]
    since: Mapped[date]
    until: Mapped[date]
    proposed_by: Mapped[UUID]
    proposed_at: Mapped[datetime]
    offered_by: Mapped[UUID | None]
    offered_at: Mapped[datetime | None]
    answered_by: Mapped[UUID | None]
    answered_at: Mapped[datetime | None]
    accepted: Mapped[bool | None]
    ended_by: Mapped[UUID | None]
    ended_at: Mapped[datetime | None]

    def state(self, today: date) -> GrantState:
        """Say what has become of the grant."""
        if self.ended_at is not None:
            return GrantState.ENDED
        if self.answered_at is not None and not self.accepted:
            return GrantState.DECLINED
        if self.until < today:
            return GrantState.EXPIRED
        if self.accepted:
            return GrantState.ACCEPTED
        return GrantState.PROPOSED if self.offered_at is None else GrantState.OFFERED

    def open_on(self, today: date) -> bool:
        """Whether the other organisation may read under the grant on a day."""
        return self.state(today) is GrantState.ACCEPTED and self.since <= today


class GrantedItem(Owned, Base):
    """An item that a grant names. Appended, never edited."""

    __tablename__ = "granted_item"
    __table_args__ = (UniqueConstraint("grant_id", "item_id"),)

    grant_id: Mapped[UUID] = mapped_column(ForeignKey("item_grant.id"))
    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"), index=True)


class SharedView(Owned, Base):
    """An item of the owner that somebody of another organisation read, and when first on a day. Appended."""

    __tablename__ = "shared_view"
    __table_args__ = (UniqueConstraint("grant_id", "item_id", "viewer_id", "day", "reading"),)

    grant_id: Mapped[UUID] = mapped_column(ForeignKey("item_grant.id"))
    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"), index=True)
    viewer_id: Mapped[UUID]
    reading: Mapped[Reading]
    #: The code of the watermark under which it was read.
    trace: Mapped[str]
    day: Mapped[date]
    at: Mapped[datetime]


class TakenItem(Owned, Base):
    """Where an item of the bank came from: a frozen copy of another organisation's revision. Appended, never edited."""

    __tablename__ = "taken_item"
    __table_args__ = (UniqueConstraint("item_id"), UniqueConstraint("organisation_id", "origin_revision_id"))

    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"))
    grant_id: Mapped[UUID] = mapped_column(ForeignKey("item_grant.id"), index=True)
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    #: The owner's own item and revision: names, because nothing of them can be read from here.
    origin_item_id: Mapped[UUID]
    origin_revision_id: Mapped[UUID]
    origin_code: Mapped[str]
    origin_number: Mapped[int]
    #: Content hash of the owner's revision.
    origin_hash: Mapped[bytes]
    by: Mapped[UUID]
    at: Mapped[datetime]


def lapsed() -> Select[UUID]:
    """Ask for the copies that papers take no more, because their grant is over and does not let them stay."""
    today = cast(func.timezone("Asia/Shanghai", func.now()), Date)
    over = or_(ItemGrant.ended_at.is_not(None), ItemGrant.until < today)
    return (
        select(TakenItem.item_id)
        .join(ItemGrant, ItemGrant.id == TakenItem.grant_id)
        .where(ItemGrant.keeps.is_(False), over)
    )
