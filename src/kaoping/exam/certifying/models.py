"""Rows of certificate batches 发证批次: the order, its lines, the printing log 印制登记 and the files that were made.

A line is one final pass. It ends as a certificate or as a refusal with its reason, which may be tried again; neither
stops the lines after it. A printing is one sheet of paper with a serial 印制流水码 of its own.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kaoping.certificates.models import Certificate
from kaoping.exam.registration.models import Exam
from kaoping.exam.results.models import Decision
from kaoping.itembank.orm import Base, Owned, Sealed

#: JSON whose absence is NULL, also when it is taken back.
_OR_NULL = JSONB(none_as_null=True)


class BatchState(StrEnum):
    """A batch waits for a worker, issues, draws its sheets, packs them into files, and is done."""

    QUEUED = "queued"
    ISSUING = "issuing"
    DRAWING = "drawing"
    PACKING = "packing"
    DONE = "done"
    #: A person stopped it, or an error of the program ended it; both go on from where they were.
    STOPPED = "stopped"
    FAILED = "failed"

    @property
    def going(self) -> bool:
        """Whether a worker has it or will have it."""
        return self not in {BatchState.DONE, BatchState.STOPPED, BatchState.FAILED}


class LineState(StrEnum):
    """A line waits, became a certificate, or was refused."""

    WAITING = "waiting"
    ISSUED = "issued"
    REFUSED = "refused"


class Purpose(StrEnum):
    """Why a sheet was printed: in a batch, in place of a spoiled one, or again for a holder."""

    BATCH = "batch"
    REPLACEMENT = "replacement"
    REPRINT = "reprint"


class FileKind(StrEnum):
    """What a batch is packed into."""

    SHEETS = "sheets"
    REGISTER = "register"
    ARCHIVE = "archive"


class CertificateBatch(Owned, Base):
    """An order to issue and print certificates, and how far it is."""

    __tablename__ = "certificate_batch"
    __table_args__ = (UniqueConstraint("organisation_id", "number"),)

    number: Mapped[int]
    #: The exam whose passes were chosen; none if they come from several.
    exam_id: Mapped[UUID | None] = mapped_column(ForeignKey("exam.id"))
    #: Whether the sheets are bilingual.
    english: Mapped[bool]
    state: Mapped[BatchState] = mapped_column(default=BatchState.QUEUED)
    ordered_by: Mapped[UUID]
    ordered_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    #: When a worker began the present step, and how much of it was done before: together the speed.
    pace_from: Mapped[datetime | None]
    pace_done: Mapped[int] = mapped_column(default=0)
    #: The sentence and facts of what ended the batch as a whole, such as a signing key that cannot be used.
    failure: Mapped[dict[str, Any] | None] = mapped_column(_OR_NULL)

    exam: Mapped[Exam | None] = relationship()


class CertificateBatchLine(Owned, Base):
    """A final pass in a batch, and what became of it."""

    __tablename__ = "certificate_batch_line"
    __table_args__ = (
        UniqueConstraint("batch_id", "decision_id"),
        UniqueConstraint("certificate_id"),
        Index(None, "batch_id", "state", "place"),
        CheckConstraint("(state = 'issued') = (certificate_id IS NOT NULL)", name="issued_is_a_certificate"),
        CheckConstraint("(state = 'refused') = (refusal IS NOT NULL)", name="refused_for_a_reason"),
    )

    batch_id: Mapped[UUID] = mapped_column(ForeignKey("certificate_batch.id"))
    place: Mapped[int]
    decision_id: Mapped[UUID] = mapped_column(ForeignKey("decision.id"), index=True)
    state: Mapped[LineState] = mapped_column(default=LineState.WAITING)
    certificate_id: Mapped[UUID | None] = mapped_column(ForeignKey("certificate.id"))
    #: Why it was refused: an error's sentence and facts.
    refusal: Mapped[dict[str, Any] | None] = mapped_column(_OR_NULL)
    #: Why the sheet of an issued certificate could not be drawn.
    undrawn: Mapped[dict[str, Any] | None] = mapped_column(_OR_NULL)
    settled_at: Mapped[datetime | None]

    decision: Mapped[Decision] = relationship()
    certificate: Mapped[Certificate | None] = relationship()


class CertificatePrinting(Owned, Base):
    """A sheet of paper: whose certificate it shows, under which serial, and whether it was spoiled.

    The serial is taken before the sheet is drawn, because it stands on it; the digest is entered afterwards.
    """

    __tablename__ = "certificate_printing"
    __table_args__ = (
        UniqueConstraint("organisation_id", "serial"),
        CheckConstraint("serial > 0", name="serial_counts_from_one"),
        CheckConstraint("(purpose = 'batch') = (reason IS NULL)", name="printed_again_for_a_reason"),
        CheckConstraint(
            "(spoiled_at IS NULL) = (spoiled_by IS NULL) AND (spoiled_at IS NULL) = (spoiled_reason IS NULL)",
            name="spoiled_for_a_reason",
        ),
        Index(
            "uq_certificate_printing_sheet_of_batch", "batch_id", "certificate_id",
            unique=True, postgresql_where=text("spoiled_at IS NULL AND batch_id IS NOT NULL"),
        ),
        Index(None, "batch_id", "part"),
    )  # fmt: skip

    certificate_id: Mapped[UUID] = mapped_column(ForeignKey("certificate.id"), index=True)
    #: The batch that the sheet belongs to, and the part of its print file that it is drawn with.
    batch_id: Mapped[UUID | None] = mapped_column(ForeignKey("certificate_batch.id"))
    part: Mapped[int | None]
    serial: Mapped[int]
    english: Mapped[bool]
    purpose: Mapped[Purpose]
    reason: Mapped[str | None]
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("certificate_printing.id"), index=True)
    #: The texts beside the award as they were when the serial was taken, by field of an imprint;
    #: sealed, because the text of the code holds the query key. The sheet is drawn from them however settings change.
    imprint_sealed: Mapped[bytes]
    #: SHA-256 of the sheet's own PDF; none until it was drawn.
    sha256: Mapped[bytes | None]
    printed_by: Mapped[UUID]
    printed_at: Mapped[datetime]
    spoiled_at: Mapped[datetime | None]
    spoiled_by: Mapped[UUID | None]
    spoiled_reason: Mapped[str | None]

    imprint: Sealed[dict[str, str]] = Sealed()
    certificate: Mapped[Certificate] = relationship()


class CertificateFile(Owned, Base):
    """A file that a batch was packed into, sealed on disk and deleted after its time."""

    __tablename__ = "certificate_file"
    __table_args__ = (CheckConstraint("size > 0", name="holds_something"),)

    batch_id: Mapped[UUID] = mapped_column(ForeignKey("certificate_batch.id"), index=True)
    kind: Mapped[FileKind]
    #: SHA-256 and bytes of the file as it is given out.
    sha256: Mapped[bytes]
    size: Mapped[int] = mapped_column(BigInteger)
    made_at: Mapped[datetime]
    until: Mapped[datetime]
    deleted_at: Mapped[datetime | None]

    batch: Mapped[CertificateBatch] = relationship()
