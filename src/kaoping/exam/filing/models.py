"""Rows of filings 备案: an authority's record of what the organisation may evaluate, where, and how long."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kaoping.itembank.orm import Base, Owned, vault


class FilingState(StrEnum):
    """A filing is entered, confirmed by another person, and may end early (the database refuses other ways)."""

    ENTERED = "entered"
    CONFIRMED = "confirmed"
    ENDED = "ended"


class Filing(Owned, Base):
    """An occupation at some levels in some regions for some years.

    Editions of a standard come and go under one code, so a filing names the code.
    """

    __tablename__ = "filing"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number", "standard_code"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        CheckConstraint("confirmed_by is null or confirmed_by <> entered_by", name="confirmer_is_not_enterer"),
        CheckConstraint("state <> 'confirmed' or confirmed_by is not null", name="confirmed_has_confirmer"),
        CheckConstraint("(state = 'ended') = (reason is not null)", name="ended_has_reason"),
        CheckConstraint("jsonb_array_length(digits) > 0", name="at_least_one_level"),
        CheckConstraint("jsonb_array_length(regions) > 0", name="at_least_one_region"),
    )

    #: Number of the authority's notice, as it is written there.
    number: Mapped[str]
    authority: Mapped[str]
    standard_code: Mapped[str]
    #: Levels by digit, lowest level (5) first.
    digits: Mapped[list[Any]]
    #: Codes of administrative divisions (GB/T 2260): 2, 4 or 6 digits; a code covers all that begin with it.
    regions: Mapped[list[Any]]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    state: Mapped[FilingState] = mapped_column(default=FilingState.ENTERED)
    entered_by: Mapped[UUID]
    entered_at: Mapped[datetime]
    confirmed_by: Mapped[UUID | None]
    confirmed_at: Mapped[datetime | None]
    ended_on: Mapped[date | None]
    reason: Mapped[str | None]
    #: The notice as a file: a PDF, or a picture of it.
    evidence_name: Mapped[str]
    evidence_type: Mapped[str]
    evidence_sha256: Mapped[bytes]
    evidence_sealed: Mapped[bytes]

    @property
    def evidence(self) -> bytes:
        """The file."""
        return vault().unseal(self.evidence_sealed, self._place)

    @evidence.setter
    def evidence(self, plain: bytes) -> None:
        self.evidence_sealed = vault().seal(plain, self._place)

    @property
    def _place(self) -> str:
        return f"{self.__tablename__}:{self.id}:evidence"

    @property
    def last_day(self) -> date:
        """The last day on which it holds."""
        return self.ends_on if self.ended_on is None else min(self.ends_on, self.ended_on)
