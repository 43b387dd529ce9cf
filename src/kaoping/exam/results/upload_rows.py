"""Rows of the uploads of certificates 证书数据上传: layouts, files that two persons let out, and what came back.

The certificates of a file are frozen with the request. The file holds identity numbers, is made when it is fetched, and
is kept nowhere; the row keeps its SHA-256.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kaoping.certificates.models import Certificate
from kaoping.itembank.orm import Base, Owned
from kaoping.itembank.refusing import EITHER, before, refusing


class UploadState(StrEnum):
    """A file waits for another person, who allows or refuses it; what is allowed is fetched once."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REFUSED = "refused"
    FETCHED = "fetched"


class LayoutVersion(Owned, Base):
    """A version of the organisation's layout. Appended, never edited; the newest holds."""

    __tablename__ = "upload_layout"
    __table_args__ = (UniqueConstraint("organisation_id", "number"),)

    number: Mapped[int]
    document: Mapped[dict[str, Any]]
    by: Mapped[UUID]
    at: Mapped[datetime]


class NationalUpload(Owned, Base):
    """A file of certificates for an authority's platform, with what became of it."""

    __tablename__ = "national_upload"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        CheckConstraint("decided_by <> requested_by", name="approver_is_not_requester"),
        CheckConstraint("(state = 'requested') = (decided_by IS NULL)", name="decided_by_somebody"),
        CheckConstraint("(decided_by IS NULL) = (decided_at IS NULL)", name="decided_at_a_time"),
        CheckConstraint("(state = 'refused') = (reason IS NOT NULL)", name="refused_for_a_reason"),
        CheckConstraint("(state IN ('approved', 'fetched')) = (until IS NOT NULL)", name="allowed_until"),
        CheckConstraint("(state = 'fetched') = (fetched_at IS NOT NULL AND digest IS NOT NULL)", name="fetched_whole"),
        CheckConstraint("fetched_at <= until", name="fetched_in_time"),
    )

    number: Mapped[int]
    state: Mapped[UploadState] = mapped_column(default=UploadState.REQUESTED)
    purpose: Mapped[str]
    #: The layout as it was at the request, and its version; 0: the demonstration's.
    layout: Mapped[dict[str, Any]]
    layout_number: Mapped[int]
    #: What was chosen: an exam, or the days of issue.
    chosen: Mapped[dict[str, Any]]
    count: Mapped[int]
    requested_by: Mapped[UUID]
    requested_at: Mapped[datetime]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    #: When an allowed file ends unless it was fetched.
    until: Mapped[datetime | None]
    fetched_at: Mapped[datetime | None]
    #: SHA-256 of the file that was given away.
    digest: Mapped[bytes | None]

    certificates: Mapped[list["UploadedCertificate"]] = relationship(
        order_by="UploadedCertificate.place", back_populates="upload"
    )

    def lapsed(self, at: datetime) -> bool:
        """Whether the time in which it could be fetched went by."""
        return self.state is UploadState.APPROVED and self.until is not None and at > self.until


class UploadedCertificate(Owned, Base):
    """A certificate that a file names, at its place. Appended, never edited."""

    __tablename__ = "uploaded_certificate"
    __table_args__ = (UniqueConstraint("upload_id", "certificate_id"), UniqueConstraint("upload_id", "place"))

    upload_id: Mapped[UUID] = mapped_column(ForeignKey("national_upload.id"))
    certificate_id: Mapped[UUID] = mapped_column(ForeignKey("certificate.id"), index=True)
    place: Mapped[int]

    upload: Mapped[NationalUpload] = relationship(back_populates="certificates")
    certificate: Mapped[Certificate] = relationship(viewonly=True)


class UploadReceipt(Owned, Base):
    """What the authority answered about a certificate of a file. Appended, never edited; the newest holds."""

    __tablename__ = "upload_receipt"
    __table_args__ = (
        UniqueConstraint("upload_id", "certificate_id", "version"),
        ForeignKeyConstraint(
            ["upload_id", "certificate_id"], ["uploaded_certificate.upload_id", "uploaded_certificate.certificate_id"]
        ),
        CheckConstraint("accepted OR reason <> ''", name="rejected_for_a_reason"),
    )

    upload_id: Mapped[UUID]
    certificate_id: Mapped[UUID] = mapped_column(index=True)
    version: Mapped[int]
    accepted: Mapped[bool]
    reason: Mapped[str]
    by: Mapped[UUID]
    at: Mapped[datetime]


_DECIDED = "ARRAY['state', 'decided_by', 'decided_at', 'reason', 'until']"
_FETCHED = "ARRAY['state', 'fetched_at', 'digest']"
_SAME = "to_jsonb(OLD) - {columns} = to_jsonb(NEW) - {columns}"

#: What the database refuses about uploads.
STATEMENTS: Final = (
    refusing(
        "upload_goes_on",
        "TG_OP = 'DELETE' OR NOT ("
        "OLD.state = 'requested' AND NEW.state IN ('approved', 'refused') "
        f"AND {_SAME.format(columns=_DECIDED)} "
        f"OR OLD.state = 'approved' AND NEW.state = 'fetched' AND {_SAME.format(columns=_FETCHED)})",
        "format('upload %s is decided once, fetched once, and never changes otherwise', OLD.number)",
        answer=EITHER,
    ),
    before("UPDATE OR DELETE", "national_upload", "upload_goes_on"),
    refusing("upload_is_requested_first", "NEW.state <> 'requested'", "'an upload is requested before it is decided'"),
    before("INSERT", "national_upload", "upload_is_requested_first"),
    refusing(
        "upload_names_its_certificates",
        "NOT EXISTS (SELECT FROM public.national_upload WHERE id = NEW.upload_id AND state = 'requested')",
        "'an upload that is decided names no more certificates'",
    ),
    before("INSERT", "uploaded_certificate", "upload_names_its_certificates"),
    refusing(
        "upload_is_answered_once_fetched",
        "NOT EXISTS (SELECT FROM public.national_upload WHERE id = NEW.upload_id AND state = 'fetched')",
        "'nobody answers a file that was not fetched'",
    ),
    before("INSERT", "upload_receipt", "upload_is_answered_once_fetched"),
)
