"""The row of an inquiry about many certificates."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kaoping.itembank.orm import Base, Owned


class InquiryWay(StrEnum):
    """How somebody asked about many certificates at once."""

    LIST = "list"
    PROGRAM = "program"


class Inquiry(Owned, Base):
    """Who asked about certificates of this organisation in bulk, what for, and about which it was told; appended."""

    __tablename__ = "inquiry"
    __table_args__ = (
        CheckConstraint("asker <> '' and purpose <> ''", name="says_who_and_why"),
        Index("ix_inquiry_newest", "organisation_id", "at"),
    )

    asker: Mapped[str]
    purpose: Mapped[str]
    way: Mapped[InquiryWay]
    numbers: Mapped[list[str]] = mapped_column(JSONB())
    at: Mapped[datetime]
