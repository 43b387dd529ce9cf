"""Rows of the exports of items 试题导出: what one person asks for, another allows, and the first fetches once.

The wordings are frozen with the request. The file is made when it is fetched and kept nowhere; the row keeps its
SHA-256 and the trace whose code stands in it.
"""

from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from kaoping.itembank.items import Item, Revision
from kaoping.itembank.orm import Base, Owned, Sealed
from kaoping.itembank.refusing import EITHER, before, refusing


class ExportState(StrEnum):
    """A request waits for another person, who allows or refuses it; what is allowed is fetched once."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REFUSED = "refused"
    FETCHED = "fetched"


class ExportRequest(Owned, Base):
    """A request to take items out of the bank as a file, with what became of it."""

    __tablename__ = "export_request"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        CheckConstraint("decided_by <> requested_by", name="approver_is_not_requester"),
        CheckConstraint("(state = 'requested') = (decided_by IS NULL)", name="decided_by_somebody"),
        CheckConstraint("(decided_by IS NULL) = (decided_at IS NULL)", name="decided_at_a_time"),
        CheckConstraint("(state = 'refused') = (reason_sealed IS NOT NULL)", name="refused_for_a_reason"),
        CheckConstraint("(state IN ('approved', 'fetched')) = (until IS NOT NULL)", name="allowed_until"),
        CheckConstraint(
            "(state = 'fetched') = (fetched_at IS NOT NULL AND digest IS NOT NULL AND trace_id IS NOT NULL)",
            name="fetched_with_trace",
        ),
        CheckConstraint("fetched_at <= until", name="fetched_in_time"),
    )

    number: Mapped[int]
    state: Mapped[ExportState] = mapped_column(default=ExportState.REQUESTED)
    purpose: Mapped[str]
    with_keys: Mapped[bool]
    count: Mapped[int]
    #: The search, as the address of the list of items says it; its words may be words of sealed items.
    asked_sealed: Mapped[bytes]
    requested_by: Mapped[UUID]
    requested_at: Mapped[datetime]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    reason_sealed: Mapped[bytes | None]
    #: When an allowed request ends unless it was fetched.
    until: Mapped[datetime | None]
    fetched_at: Mapped[datetime | None]
    #: SHA-256 of the file that was given away.
    digest: Mapped[bytes | None]
    trace_id: Mapped[UUID | None] = mapped_column(ForeignKey("trace.id"))

    asked: Sealed[dict[str, str]] = Sealed()
    reason: Sealed[str | None] = Sealed()
    items: Mapped[list["ExportedItem"]] = relationship(order_by="ExportedItem.code", back_populates="request")

    def lapsed(self, at: datetime) -> bool:
        """Whether the time in which it could be fetched went by."""
        return self.state is ExportState.APPROVED and self.until is not None and at > self.until


class ExportedItem(Owned, Base):
    """A wording that a request names. Appended, never edited."""

    __tablename__ = "exported_item"
    __table_args__ = (
        UniqueConstraint("request_id", "item_id"),
        ForeignKeyConstraint(["revision_id", "item_id"], ["revision.id", "revision.item_id"]),
    )

    request_id: Mapped[UUID] = mapped_column(ForeignKey("export_request.id"))
    item_id: Mapped[UUID] = mapped_column(index=True)
    revision_id: Mapped[UUID]
    #: Code of the item, which never changes.
    code: Mapped[str]

    request: Mapped[ExportRequest] = relationship(back_populates="items")
    item: Mapped[Item] = relationship(viewonly=True, primaryjoin=lambda: foreign(ExportedItem.item_id) == Item.id)
    revision: Mapped[Revision] = relationship(
        viewonly=True, primaryjoin=lambda: foreign(ExportedItem.revision_id) == Revision.id
    )


_DECIDED = "ARRAY['state', 'decided_by', 'decided_at', 'reason_sealed', 'until']"
_FETCHED = "ARRAY['state', 'fetched_at', 'digest', 'trace_id']"
_SAME = "to_jsonb(OLD) - {columns} = to_jsonb(NEW) - {columns}"

#: What the database refuses about exports.
STATEMENTS: Final = (
    refusing(
        "export_goes_on",
        "(TG_OP = 'DELETE' OR NOT ("
        "OLD.state = 'requested' AND NEW.state IN ('approved', 'refused') "
        f"AND {_SAME.format(columns=_DECIDED)} "
        f"OR OLD.state = 'approved' AND NEW.state = 'fetched' AND {_SAME.format(columns=_FETCHED)})) "
        "AND NOT (TG_OP = 'UPDATE' AND public.only_resealed(TG_RELID, to_jsonb(OLD), to_jsonb(NEW)))",
        "format('export %s is decided once, fetched once, and never changes otherwise', OLD.number)",
        answer=EITHER,
    ),
    before("UPDATE OR DELETE", "export_request", "export_goes_on"),
    refusing("export_is_requested_first", "NEW.state <> 'requested'", "'an export is requested before it is decided'"),
    before("INSERT", "export_request", "export_is_requested_first"),
    refusing(
        "export_names_its_items",
        "NOT EXISTS (SELECT FROM public.export_request WHERE id = NEW.request_id AND state = 'requested')",
        "'an export that is decided names no more items'",
    ),
    before("INSERT", "exported_item", "export_names_its_items"),
)
