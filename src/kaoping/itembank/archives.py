"""Rows of archived papers 试卷归档: officers' keys, a paper's locked document, its shares, openings, consents."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from kaoping.itembank.errors import N_, Conflict, ItemBankError
from kaoping.itembank.orm import Base, Owned, Sealed
from kaoping.itembank.papers import Paper
from kaoping.itembank.refusing import EITHER, before, refusing


class OpeningState(StrEnum):
    """What a request to open an archived paper has come to, as it is read at a moment."""

    WAITING = "waiting"
    OPEN = "open"
    SHUT = "shut"
    REFUSED = "refused"
    LAPSED = "lapsed"


class PaperArchived(ItemBankError, Conflict):
    """An archived paper is neither printed nor scored nor read, but through an opening."""

    sentence = N_(
        "Paper %(paper)s is archived. Three officers together can open it: ask for an opening at its archive."
    )


class ArchiveHolder(Owned, Base):
    """An officer's pair of keys; the private one opens with the officer's passphrase alone. Appended, never edited."""

    __tablename__ = "archive_holder"
    __table_args__ = (Index("ix_archive_holder_account_id", "organisation_id", "account_id", "at"),)

    account_id: Mapped[UUID]
    #: For which of the three parties the person holds.
    role: Mapped[str]
    public: Mapped[bytes]
    wrapped: Mapped[bytes]
    at: Mapped[datetime]


class PaperArchive(Owned, Base):
    """A sealed paper as a document under a key that is kept nowhere as a whole. Appended, never edited."""

    __tablename__ = "paper_archive"
    __table_args__ = (UniqueConstraint("paper_id"),)

    paper_id: Mapped[UUID] = mapped_column(ForeignKey("paper.id"))
    #: The three roles of which one person each has to consent.
    roles: Mapped[list[Any]]
    document: Mapped[bytes]
    archived_by: Mapped[UUID]
    archived_at: Mapped[datetime]

    paper: Mapped[Paper] = relationship()
    shares: Mapped[list["ArchiveShare"]] = relationship(back_populates="archive")
    openings: Mapped[list["ArchiveOpening"]] = relationship(
        back_populates="archive", order_by="ArchiveOpening.requested_at.desc()"
    )


class ArchiveShare(Owned, Base):
    """A role's share of an archive's key, sealed for one officer of that role. Appended, never edited."""

    __tablename__ = "archive_share"
    __table_args__ = (UniqueConstraint("archive_id", "holder_id"),)

    archive_id: Mapped[UUID] = mapped_column(ForeignKey("paper_archive.id"))
    holder_id: Mapped[UUID] = mapped_column(ForeignKey("archive_holder.id"))
    wrapped: Mapped[bytes]

    archive: Mapped[PaperArchive] = relationship(back_populates="shares")
    holder: Mapped[ArchiveHolder] = relationship()


class ArchiveOpening(Owned, Base):
    """A request to open an archived paper for a purpose, with what became of it."""

    __tablename__ = "archive_opening"
    __table_args__ = (
        CheckConstraint("(opened_at IS NULL) = (open_until IS NULL)", name="opened_until"),
        CheckConstraint("opened_at <= consent_until", name="opened_in_time"),
        CheckConstraint("opened_at IS NULL OR refused_at IS NULL", name="opened_or_refused"),
        CheckConstraint("(refused_at IS NULL) = (refused_by IS NULL)", name="refused_by_somebody"),
        CheckConstraint("(refused_at IS NULL) = (reason_sealed IS NULL)", name="refused_for_a_reason"),
        CheckConstraint("key_sealed IS NULL OR opened_at IS NOT NULL", name="key_while_open"),
    )

    archive_id: Mapped[UUID] = mapped_column(ForeignKey("paper_archive.id"), index=True)
    purpose: Mapped[str]
    requested_by: Mapped[UUID]
    requested_at: Mapped[datetime]
    #: Until when the third consent must have come.
    consent_until: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    open_until: Mapped[datetime | None]
    #: The archive's key while it is open, under the ring; destroyed when it is found shut.
    key_sealed: Mapped[bytes | None]
    refused_by: Mapped[UUID | None]
    refused_at: Mapped[datetime | None]
    reason_sealed: Mapped[bytes | None]

    key: Sealed[str | None] = Sealed()
    reason: Sealed[str | None] = Sealed()
    archive: Mapped[PaperArchive] = relationship(back_populates="openings")
    consents: Mapped[list["ArchiveConsent"]] = relationship(back_populates="opening", order_by="ArchiveConsent.at")

    def state(self, at: datetime) -> OpeningState:
        """Tell what it has come to at a moment: it shuts by itself."""
        if self.refused_at is not None:
            return OpeningState.REFUSED
        if self.open_until is not None:
            return OpeningState.OPEN if at <= self.open_until else OpeningState.SHUT
        return OpeningState.WAITING if at <= self.consent_until else OpeningState.LAPSED


class ArchiveConsent(Owned, Base):
    """One officer's consent to an opening: the share, under the ring, until the third has come."""

    __tablename__ = "archive_consent"
    __table_args__ = (
        UniqueConstraint("opening_id", "role"),
        UniqueConstraint("opening_id", "person_id", name="uq_archive_consent_person"),
    )

    opening_id: Mapped[UUID] = mapped_column(ForeignKey("archive_opening.id"))
    role: Mapped[str]
    person_id: Mapped[UUID]
    at: Mapped[datetime]
    share_sealed: Mapped[bytes | None]

    share: Sealed[str | None] = Sealed()
    opening: Mapped[ArchiveOpening] = relationship(back_populates="consents")


def of_paper(session: Session, paper_id: UUID) -> PaperArchive | None:
    """Give the archive of a paper, if it was archived."""
    return session.scalars(select(PaperArchive).where(PaperArchive.paper_id == paper_id)).one_or_none()


def require_unarchived(session: Session, paper: Paper) -> None:
    """Raise `PaperArchived` if a paper was archived."""
    if session.scalars(select(PaperArchive.id).where(PaperArchive.paper_id == paper.id)).first() is not None:
        raise PaperArchived(paper=paper.code)


_SAME = "to_jsonb(OLD) - {columns} = to_jsonb(NEW) - {columns}"
_RESEALED = "(TG_OP = 'UPDATE' AND public.only_resealed(TG_RELID, to_jsonb(OLD), to_jsonb(NEW)))"
_OPENED = _SAME.format(columns="ARRAY['opened_at', 'open_until', 'key_sealed']")
_REFUSED = _SAME.format(columns="ARRAY['refused_by', 'refused_at', 'reason_sealed']")
_SHUT = _SAME.format(columns="ARRAY['key_sealed']")
_THREE = (
    "(SELECT count(*) = 3 AND count(DISTINCT person_id) = 3 AND bool_and(archive.roles ? consent.role) "
    "FROM public.archive_consent consent, public.paper_archive archive "
    "WHERE consent.opening_id = NEW.id AND archive.id = NEW.archive_id)"
)

#: What the database refuses about openings: one without three consents, and any other change.
STATEMENTS: Final = (
    refusing(
        "archive_needs_a_sealed_paper",
        "NOT EXISTS (SELECT FROM public.paper WHERE id = NEW.paper_id AND state = 'sealed') "
        "OR jsonb_array_length(NEW.roles) <> 3",
        "'a sealed paper is archived for three roles'",
    ),
    before("INSERT", "paper_archive", "archive_needs_a_sealed_paper"),
    refusing(
        "opening_needs_three",
        "(TG_OP = 'DELETE' OR NOT ("
        f"OLD.opened_at IS NULL AND OLD.refused_at IS NULL AND NEW.opened_at IS NOT NULL AND {_OPENED} AND {_THREE} "
        f"OR OLD.opened_at IS NULL AND OLD.refused_at IS NULL AND NEW.refused_at IS NOT NULL AND {_REFUSED} "
        f"OR OLD.opened_at IS NOT NULL AND NEW.key_sealed IS NULL AND {_SHUT})) "
        f"AND NOT {_RESEALED}",
        "'an archived paper opens once three different officers have consented (opening_needs_three)'",
        answer=EITHER,
    ),
    before("UPDATE OR DELETE", "archive_opening", "opening_needs_three"),
    refusing("opening_is_asked_first", "NEW.opened_at IS NOT NULL OR NEW.refused_at IS NOT NULL",
             "'an opening is asked for before it is given'"),
    before("INSERT", "archive_opening", "opening_is_asked_first"),
    refusing(
        "consent_stays",
        "(TG_OP = 'DELETE' OR NOT (NEW.share_sealed IS NULL AND "
        + _SAME.format(columns="ARRAY['share_sealed']")
        + f")) AND NOT {_RESEALED}",
        "'a consent stays; only its share is destroyed'",
        answer=EITHER,
    ),
    before("UPDATE OR DELETE", "archive_consent", "consent_stays"),
    refusing(
        "consent_to_a_waiting_opening",
        "NOT EXISTS (SELECT FROM public.archive_opening JOIN public.archive_holder holder "
        "ON holder.account_id = NEW.person_id AND holder.role = NEW.role "
        "WHERE archive_opening.id = NEW.opening_id AND opened_at IS NULL AND refused_at IS NULL)",
        "'an officer consents for the own role, while the opening waits'",
    ),
    before("INSERT", "archive_consent", "consent_to_a_waiting_opening"),
)  # fmt: skip
