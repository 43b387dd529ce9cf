"""Rows of the certificates: the register 证书登记, its proposals, the number rules and the number counters."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, FetchedValue, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kaoping.certificates.kinds import CertificateKind
from kaoping.certificates.states import EntryVerb, ProposalVerb, State
from kaoping.itembank.orm import Base, Owned, Sealed

__all__ = [
    "Certificate",
    "CertificateKind",
    "CertificateProposal",
    "EntryVerb",
    "NumberCounter",
    "NumberRuleVersion",
    "ProposalState",
    "ProposalVerb",
    "RegisterEntry",
    "RegisterHead",
]


class ProposalState(StrEnum):
    """A proposal is open, then confirmed by another person, or withdrawn."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


class NumberCounter(Owned, Base):
    """The last serial given out under one fixed part of a number; its row is locked while a number is taken."""

    __tablename__ = "number_counter"
    __table_args__ = (
        UniqueConstraint("organisation_id", "scope"),
        CheckConstraint("serial between 0 and last", name="serial_within_its_digits"),
    )

    #: What the serials count within: the number as it is written, without the serial, whichever rule wrote it.
    scope: Mapped[str]
    serial: Mapped[int] = mapped_column(BigInteger)
    #: The last serial that the rule's digits can write.
    last: Mapped[int] = mapped_column(BigInteger)


class NumberRuleVersion(Owned, Base):
    """A number rule 编号规则 that an organisation added; it holds once another person confirmed it."""

    __tablename__ = "number_rule"
    __table_args__ = (
        UniqueConstraint("organisation_id", "version"),
        CheckConstraint("confirmed_by is null or confirmed_by <> proposed_by", name="confirmer_is_not_proposer"),
        CheckConstraint("(confirmed_by is null) = (confirmed_at is null)", name="confirmed_has_time"),
    )

    version: Mapped[str]
    #: The rule as `kaoping.certificates.number.NumberRule` reads it.
    document: Mapped[dict[str, Any]]
    proposed_by: Mapped[UUID]
    proposed_at: Mapped[datetime]
    confirmed_by: Mapped[UUID | None]
    confirmed_at: Mapped[datetime | None]


class Certificate(Owned, Base):
    """A certificate: its number, its signed statement, and what the public query needs."""

    __tablename__ = "certificate"
    __table_args__ = (
        UniqueConstraint("number"),
        UniqueConstraint("query_fingerprint"),
        UniqueConstraint("supersedes_id"),
        CheckConstraint("standing <> 'expired'", name="expiry_is_no_standing"),
        # One of each kind follows from a decision; a correction is a further one.
        Index(
            "uq_certificate_award_id", "award_id", "kind", unique=True, postgresql_where=text("supersedes_id IS NULL")
        ),
        # What the list asks of a certificate stands in the index, so that counting and turning pages opens no row.
        Index(
            "ix_certificate_newest",
            "organisation_id",
            "issued_at",
            "number",
            postgresql_include=["id", "person_id", "kind", "standing", "valid_until"],
        ),
    )

    #: Compared byte by byte, so that its beginning is found by the index whatever the language of the server.
    number: Mapped[str] = mapped_column(String(collation="C"))
    kind: Mapped[CertificateKind] = mapped_column(default=CertificateKind.SKILL_LEVEL)
    #: The decision or the confirmed proposal that the certificate follows from.
    award_id: Mapped[UUID]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    level: Mapped[str]
    demonstration: Mapped[bool]
    #: Last day of validity; none: no limit.
    valid_until: Mapped[date | None]
    #: The certificate that this one corrects or renews.
    supersedes_id: Mapped[UUID | None] = mapped_column(ForeignKey("certificate.id"))
    #: Where the last line of the register left it; the database refuses what the lines do not say.
    standing: Mapped[State] = mapped_column(default=State.VALID)
    #: The signed statement (canonical JSON), sealed because it holds name and identity number.
    statement_sealed: Mapped[bytes]
    signature: Mapped[bytes]
    key_id: Mapped[str]
    photo_sealed: Mapped[bytes | None]
    #: The secret part of the QR code, sealed for re-printing; found by its HMAC.
    query_key_sealed: Mapped[bytes]
    query_fingerprint: Mapped[bytes]
    #: What the face says, signed for the QR code that is read offline; kept so that every print bears the same.
    offline_code_sealed: Mapped[bytes]
    #: HMACs of number + folded name (+ identity tail), so that a query reads nothing to compare.
    name_fingerprint: Mapped[bytes]
    tail_fingerprint: Mapped[bytes]
    issued_at: Mapped[datetime]

    statement: Sealed[str] = Sealed()
    query_key: Sealed[str] = Sealed()
    offline_code: Sealed[str] = Sealed()
    photo: Sealed[str | None] = Sealed()
    entries: Mapped[list["RegisterEntry"]] = relationship(
        back_populates="certificate", order_by="RegisterEntry.sequence"
    )
    supersedes: Mapped["Certificate | None"] = relationship(remote_side="Certificate.id", back_populates="successor")
    successor: Mapped["Certificate | None"] = relationship(back_populates="supersedes", uselist=False)

    @property
    def revoked(self) -> "RegisterEntry | None":
        """The entry that revoked it, if any."""
        return next((entry for entry in self.entries if entry.verb is EntryVerb.REVOKED), None)


class CertificateProposal(Owned, Base):
    """A change to a certificate, or a certificate without a decision: proposed by one person, confirmed by another."""

    __tablename__ = "certificate_proposal"
    __table_args__ = (
        CheckConstraint("(verb = 'issue') = (certificate_id is null)", name="changes_name_a_certificate"),
        CheckConstraint("state <> 'confirmed' or decided_by <> proposed_by", name="confirmer_is_not_proposer"),
        CheckConstraint(
            "(state = 'open') = (decided_by is null) and (state = 'open') = (decided_at is null)",
            name="decided_has_person_and_time",
        ),
        CheckConstraint("reason <> ''", name="has_reason"),
        Index("uq_certificate_proposal_open", "certificate_id", unique=True, postgresql_where=text("state = 'open'")),
    )

    certificate_id: Mapped[UUID | None] = mapped_column(ForeignKey("certificate.id"), index=True)
    verb: Mapped[ProposalVerb]
    #: Why; of a suspension, its end and a revocation the public reads it.
    reason: Mapped[str]
    #: What a correction or renewal changes, or what a new certificate says; sealed, because it may name the holder.
    content_sealed: Mapped[bytes | None]
    state: Mapped[ProposalState] = mapped_column(default=ProposalState.OPEN)
    proposed_by: Mapped[UUID]
    proposed_at: Mapped[datetime]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]

    content: Sealed[dict[str, Any] | None] = Sealed()
    certificate: Mapped[Certificate | None] = relationship()


class RegisterEntry(Owned, Base):
    """One line of the register, chained to the one before. Lines are appended, never edited (a trigger refuses)."""

    __tablename__ = "register_entry"
    __table_args__ = (
        UniqueConstraint("organisation_id", "sequence"),
        UniqueConstraint("proposal_id", "certificate_id"),
        Index("uq_register_entry_issued", "certificate_id", unique=True, postgresql_where=text("verb = 'issued'")),
    )

    certificate_id: Mapped[UUID] = mapped_column(ForeignKey("certificate.id"), index=True)
    verb: Mapped[EntryVerb]
    by: Mapped[UUID]
    #: The second person; none where a decision by others is what the line follows from.
    confirmed_by: Mapped[UUID | None]
    proposal_id: Mapped[UUID | None] = mapped_column(ForeignKey("certificate_proposal.id"))
    at: Mapped[datetime]
    facts: Mapped[dict[str, Any]]
    #: Place in the organisation's register, digest of the line before, digest of this one: given by the database.
    sequence: Mapped[int] = mapped_column(BigInteger, server_default=FetchedValue())
    previous: Mapped[bytes] = mapped_column(server_default=FetchedValue())
    digest: Mapped[bytes] = mapped_column(server_default=FetchedValue())

    certificate: Mapped[Certificate] = relationship(back_populates="entries")
    proposal: Mapped[CertificateProposal | None] = relationship()


class RegisterHead(Owned, Base):
    """The last line of an organisation's register; its row lock makes the register one queue."""

    __tablename__ = "register_head"
    __table_args__ = (UniqueConstraint("organisation_id"),)

    sequence: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[bytes]
