"""Rows of the certificates: the register 证书登记 and the number counters."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kaoping.itembank.orm import Base, Owned, Sealed


class EntryVerb(StrEnum):
    """What happened to a certificate."""

    ISSUED = "issued"
    REVOKED = "revoked"


class NumberCounter(Owned, Base):
    """The last serial of a site, year and level; its row is locked while a number is taken."""

    __tablename__ = "number_counter"
    __table_args__ = (
        UniqueConstraint("organisation_id", "prefix", "year", "level"),
        CheckConstraint("serial between 0 and 999999", name="serial_has_six_digits"),
    )

    #: Positions 1–13 of the number: kind, institution, province and site.
    prefix: Mapped[str]
    year: Mapped[int]
    level: Mapped[str]
    serial: Mapped[int]


class Certificate(Owned, Base):
    """A certificate: its number, its signed statement, and what the public query needs."""

    __tablename__ = "certificate"
    __table_args__ = (UniqueConstraint("number"), UniqueConstraint("award_id"), UniqueConstraint("query_fingerprint"))

    number: Mapped[str]
    #: The decision that the certificate follows from; one certificate each.
    award_id: Mapped[UUID]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    level: Mapped[str]
    demonstration: Mapped[bool]
    #: The signed statement (canonical JSON), sealed because it holds name and identity number.
    statement_sealed: Mapped[bytes]
    signature: Mapped[bytes]
    key_id: Mapped[str]
    photo_sealed: Mapped[bytes | None]
    #: The secret part of the QR code, sealed for re-printing; found by its HMAC.
    query_key_sealed: Mapped[bytes]
    query_fingerprint: Mapped[bytes]
    #: HMACs of number + folded name (+ identity tail), so that a query reads nothing to compare.
    name_fingerprint: Mapped[bytes]
    tail_fingerprint: Mapped[bytes]
    issued_at: Mapped[datetime]

    statement: Sealed[str] = Sealed()
    query_key: Sealed[str] = Sealed()
    photo: Sealed[str | None] = Sealed()
    entries: Mapped[list["RegisterEntry"]] = relationship(back_populates="certificate", order_by="RegisterEntry.at")

    @property
    def revoked(self) -> "RegisterEntry | None":
        """The entry that revoked it, if any."""
        return next((entry for entry in self.entries if entry.verb is EntryVerb.REVOKED), None)


class RegisterEntry(Owned, Base):
    """One line of the register. Lines are appended, never edited (a trigger refuses)."""

    __tablename__ = "register_entry"

    certificate_id: Mapped[UUID] = mapped_column(ForeignKey("certificate.id"), index=True)
    verb: Mapped[EntryVerb]
    by: Mapped[UUID]
    at: Mapped[datetime]
    facts: Mapped[dict[str, Any]]

    certificate: Mapped[Certificate] = relationship(back_populates="entries")
