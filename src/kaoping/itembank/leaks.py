"""Rows of the reports of leaks 泄题报告, and what follows for the items that they name.

A report is made by one person and decided by another. Until it is dismissed, no item that it names comes (back) into
assembly, whichever way is tried: the use cases refuse, and so does a trigger.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from kaoping.itembank.errors import N_, Conflict, ItemBankError
from kaoping.itembank.items import Item, ItemState
from kaoping.itembank.orm import Base, Owned, Sealed
from kaoping.itembank.papers import Paper
from kaoping.itembank.refusing import EITHER, before, refusing


class LeakState(StrEnum):
    """A report waits for another person, who confirms or dismisses it."""

    REPORTED = "reported"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


class ItemReported(ItemBankError, Conflict):
    """An item that may be known does not enter assembly."""

    sentence = N_(
        "Item %(code)s is named in leak report %(number)d; it stays out of assembly unless that is dismissed."
    )


class LeakReport(Owned, Base):
    """What somebody reports to have become known, and what another person decided; never changed afterwards."""

    __tablename__ = "leak_report"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        CheckConstraint("decided_by <> reported_by", name="decider_is_not_reporter"),
        CheckConstraint("(state = 'reported') = (decided_by IS NULL)", name="decided_by_somebody"),
        CheckConstraint("(decided_by IS NULL) = (decided_at IS NULL)", name="decided_at_a_time"),
        CheckConstraint("(state = 'dismissed') = (reason_sealed IS NOT NULL)", name="dismissed_for_a_reason"),
    )

    number: Mapped[int]
    state: Mapped[LeakState] = mapped_column(default=LeakState.REPORTED)
    #: The sealed paper that was reported as a whole, if one was.
    paper_id: Mapped[UUID | None] = mapped_column(ForeignKey("paper.id"))
    seen_on: Mapped[date]
    #: Evidence may quote items, so what was said is sealed as they are.
    place_sealed: Mapped[bytes]
    evidence_sealed: Mapped[bytes]
    reported_by: Mapped[UUID]
    reported_at: Mapped[datetime]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    reason_sealed: Mapped[bytes | None]

    place: Sealed[str] = Sealed()
    evidence: Sealed[str] = Sealed()
    reason: Sealed[str | None] = Sealed()
    paper: Mapped[Paper | None] = relationship()
    items: Mapped[list["LeakedItem"]] = relationship(order_by="LeakedItem.code", back_populates="report")


class LeakedItem(Owned, Base):
    """An item that a report names. Appended, never edited."""

    __tablename__ = "leaked_item"
    __table_args__ = (UniqueConstraint("report_id", "item_id"),)

    report_id: Mapped[UUID] = mapped_column(ForeignKey("leak_report.id"))
    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"), index=True)
    #: Code of the item, which never changes.
    code: Mapped[str]
    #: The state in which the report found it.
    before: Mapped[ItemState]

    report: Mapped[LeakReport] = relationship(back_populates="items")
    item: Mapped[Item] = relationship()


def require_unreported(session: Session, item: Item) -> None:
    """Raise `ItemReported` if a report that was not dismissed names an item."""
    query = (
        select(LeakReport.number)
        .join(LeakedItem)
        .where(LeakedItem.item_id == item.id, LeakReport.state != LeakState.DISMISSED)
        .order_by(LeakReport.number)
    )
    if (number := session.scalars(query).first()) is not None:
        raise ItemReported(code=item.code, number=number)


_SAID = "(to_jsonb({row}) - ARRAY['state', 'decided_by', 'decided_at', 'reason_sealed'])"
_NAMED = (
    "EXISTS (SELECT FROM public.leaked_item JOIN public.leak_report ON leak_report.id = report_id "
    "WHERE item_id = NEW.id AND leak_report.state <> 'dismissed')"
)

#: What the database refuses about reports and the items that they name.
STATEMENTS: Final = (
    refusing(
        "leak_is_decided_once",
        "(TG_OP = 'DELETE' OR OLD.state <> 'reported' OR NEW.state = 'reported' "
        f"OR {_SAID.format(row='OLD')} <> {_SAID.format(row='NEW')}) "
        "AND NOT (TG_OP = 'UPDATE' AND public.only_resealed(TG_RELID, to_jsonb(OLD), to_jsonb(NEW)))",
        "format('leak report %s is decided once and never changes', OLD.number)",
        answer=EITHER,
    ),
    before("UPDATE OR DELETE", "leak_report", "leak_is_decided_once"),
    refusing("leak_is_reported_first", "NEW.state <> 'reported'", "'a leak is reported before it is decided on'"),
    before("INSERT", "leak_report", "leak_is_reported_first"),
    refusing(
        "leak_names_its_items",
        "NOT EXISTS (SELECT FROM public.leak_report WHERE id = NEW.report_id AND state = 'reported')",
        "'a leak report that is decided names no more items'",
    ),
    before("INSERT", "leaked_item", "leak_names_its_items"),
    refusing(
        "item_is_not_leaked", _NAMED,
        "format('item %s is named in a leak report (item_is_not_leaked)', NEW.code)",
    ),
    before(
        "UPDATE OF state", "item", "item_is_not_leaked",
        when="OLD.state IS DISTINCT FROM NEW.state AND NEW.state IN ('trial', 'approved', 'in_use')",
    ),
)  # fmt: skip
