"""Rows of what holders ask for: links that show a certificate for a time, and requests to the awarding body."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kaoping.certificates.models import Certificate
from kaoping.certificates.verification import Extent
from kaoping.itembank.orm import Base, Owned, Sealed


class ShareLink(Owned, Base):
    """A link that shows a certificate to whoever has it, to an extent and until a moment, unless its holder ends it."""

    __tablename__ = "share_link"
    __table_args__ = (
        UniqueConstraint("fingerprint"),
        CheckConstraint("extent in ('face', 'least')", name="shows_no_photo"),
        CheckConstraint("until > made_at", name="ends_later"),
    )

    certificate_id: Mapped[UUID] = mapped_column(ForeignKey("certificate.id"), index=True)
    #: HMAC of the secret in the address; the secret itself is shown once and not kept.
    fingerprint: Mapped[bytes]
    extent: Mapped[Extent]
    made_by: Mapped[UUID]
    made_at: Mapped[datetime]
    until: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class RequestKind(StrEnum):
    """What a holder may ask for."""

    REPRINT = "reprint"
    CORRECTION = "correction"


class RequestState(StrEnum):
    """A request waits, or was answered one way or the other."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class CertificateRequest(Owned, Base):
    """A request of a holder: a sheet once more, or other words on the certificate. The words may name persons."""

    __tablename__ = "certificate_request"
    __table_args__ = (
        Index(
            "certificate_request_waits_once", "certificate_id", "kind", unique=True,
            postgresql_where=text("state = 'waiting'"),
        ),
        CheckConstraint("(state = 'waiting') = (answered_at is null)", name="answer_has_its_moment"),
    )  # fmt: skip

    certificate_id: Mapped[UUID] = mapped_column(ForeignKey("certificate.id"), index=True)
    kind: Mapped[RequestKind]
    state: Mapped[RequestState] = mapped_column(default=RequestState.WAITING)
    asked_by: Mapped[UUID]
    asked_at: Mapped[datetime]
    reason_sealed: Mapped[bytes]
    evidence_sealed: Mapped[bytes | None]
    evidence_type: Mapped[str | None]
    answered_by: Mapped[UUID | None]
    answered_at: Mapped[datetime | None]
    answer_sealed: Mapped[bytes | None]

    reason: Sealed[str] = Sealed()
    #: The file in base64.
    evidence: Sealed[str | None] = Sealed()
    answer: Sealed[str | None] = Sealed()
    certificate: Mapped[Certificate] = relationship()
