"""Rows of layouts: versions that two persons made, the pictures they use, and which certificate has which."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kaoping.certificates.layouts import Language
from kaoping.itembank.orm import Base, Owned


class LayoutKind(StrEnum):
    """What is printed by a layout."""

    SKILL_LEVEL = "skill_level"
    SCORE_REPORT = "score_report"
    ADMISSION_TICKET = "admission_ticket"
    BATCH_REGISTER = "batch_register"


class LayoutState(StrEnum):
    """A version is drafted, submitted, approved by another person, and may be withdrawn from further use."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


class CertificateLayout(Owned, Base):
    """A version of a layout. Once approved it never changes (a trigger refuses); a change is another version."""

    __tablename__ = "certificate_layout"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("approved_by is null or approved_by <> submitted_by", name="approver_is_not_submitter"),
        CheckConstraint(
            "approved_by is null or not jsonb_exists(writers, cast(approved_by as text))",
            name="approver_is_not_designer",
        ),
        CheckConstraint(
            "(state in ('approved', 'withdrawn')) = (approved_by is not null and approved_at is not null)",
            name="approved_has_approver",
        ),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_by is not null)", name="withdrawn_has_person"),
        CheckConstraint("state = 'draft' or submitted_by is not null", name="submitted_has_person"),
    )

    #: Runs through all versions of the organisation.
    number: Mapped[int]
    name: Mapped[str]
    kind: Mapped[LayoutKind]
    language: Mapped[Language]
    #: Level digits that it is for; none means every level.
    levels: Mapped[list[Any]]
    #: Code of the standard whose occupation it is for; none means every occupation.
    standard_code: Mapped[str | None]
    valid_from: Mapped[date]
    document: Mapped[dict[str, Any]]
    #: The version that it was made from.
    based_on_id: Mapped[UUID | None] = mapped_column(ForeignKey("certificate_layout.id"))
    state: Mapped[LayoutState] = mapped_column(default=LayoutState.DRAFT)
    #: How often it was saved; a save names the count it saw.
    saves: Mapped[int] = mapped_column(default=0)
    #: Accounts that wrote on it, as text.
    writers: Mapped[list[Any]]
    created_at: Mapped[datetime]
    submitted_by: Mapped[UUID | None]
    submitted_at: Mapped[datetime | None]
    #: Why it was last sent back.
    remark: Mapped[str | None]
    approved_by: Mapped[UUID | None]
    approved_at: Mapped[datetime | None]
    withdrawn_by: Mapped[UUID | None]
    withdrawn_at: Mapped[datetime | None]

    @property
    def hands(self) -> frozenset[UUID]:
        """Who wrote on it or submitted it."""
        wrote = {UUID(one) for one in self.writers}
        return frozenset(wrote | ({self.submitted_by} if self.submitted_by else set()))


class LayoutPicture(Owned, Base):
    """A ground or logo as it was drawn anew; layouts name it by the digest of its bytes."""

    __tablename__ = "layout_picture"
    __table_args__ = (UniqueConstraint("organisation_id", "digest"),)

    digest: Mapped[str]
    name: Mapped[str]
    ground: Mapped[bool]
    width: Mapped[int]
    height: Mapped[int]
    content: Mapped[bytes]
    uploaded_by: Mapped[UUID]
    uploaded_at: Mapped[datetime]


class LayoutUse(Owned, Base):
    """Which version a certificate is printed by in a language: settled at issue, kept for every print after."""

    __tablename__ = "layout_use"
    __table_args__ = (UniqueConstraint("certificate_id", "language"),)

    certificate_id: Mapped[UUID] = mapped_column(ForeignKey("certificate.id"))
    layout_id: Mapped[UUID] = mapped_column(ForeignKey("certificate_layout.id"), index=True)
    language: Mapped[Language]
