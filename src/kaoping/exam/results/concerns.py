"""Rows of attention: what may be wrong with an item by its statistics, the limits that tell, and what was found."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Double, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kaoping.itembank.errors import N_, Invalid, ItemBankError
from kaoping.itembank.orm import Base, Owned


class Concern(StrEnum):
    """What is wrong with an item by its statistics."""

    REVERSED = "reversed"
    FLAT = "flat"
    HARD = "hard"
    EASY = "easy"
    DISTRACTOR_BETTER = "distractor_better"
    DISTRACTOR_UNUSED = "distractor_unused"
    MISFIT = "misfit"
    S_X2 = "s_x2"
    DRIFT = "drift"
    EXPOSED = "exposed"
    FEW = "few"
    OLD = "old"
    DIF_LARGE = "dif_large"
    DIF_MODERATE = "dif_moderate"


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds beyond which an item wants attention.

    Attributes
    ----------
    discrimination : least item-rest correlation.
    facility_low, facility_high : band of the share of right answers.
    distractor_used : least share of candidates that a distractor draws.
    misfit : farthest that infit or outfit may lie from 1.
    s_x2 : adjusted p of S-X² below which an item is named.
    drift : largest change of difficulty between two calibrations, in logits, that does not matter.
    papers : most sealed papers that an item may stand in.
    persons : fewest persons that statistics rest on.
    years : age of statistics, in years, up to which they are trusted.
    """

    discrimination: float = 0.2
    facility_low: float = 0.2
    facility_high: float = 0.95
    distractor_used: float = 0.05
    misfit: float = 0.3
    s_x2: float = 0.05
    drift: float = 0.5
    papers: float = 5
    persons: float = 100
    years: float = 5


DEFAULTS: Final = Limits()

RANGES: Final = {
    "discrimination": (0, 1), "facility_low": (0, 1), "facility_high": (0, 1), "distractor_used": (0, 0.5),
    "misfit": (0.05, 2), "s_x2": (0, 0.2), "drift": (0.1, 2), "papers": (1, 1000), "persons": (10, 100_000),
    "years": (0.5, 50),
}  # fmt: skip
"""Where each limit may lie."""


class LimitOutside(ItemBankError, Invalid):
    """A limit is no number or lies where it says nothing."""

    sentence = N_("Give a number from %(low)s to %(high)s.")


class BandReversed(ItemBankError, Invalid):
    """The band of facility has no inside."""

    sentence = N_("The lower bound of facility lies below the upper one.")


class AttentionLimits(Owned, Base):
    """Limits as somebody set them; a later row follows it, none is changed."""

    __tablename__ = "attention_limits"
    __table_args__ = (UniqueConstraint("organisation_id", "number"),)

    number: Mapped[int]
    limits: Mapped[dict[str, Any]]
    by: Mapped[UUID]
    at: Mapped[datetime]


class Finding(Owned, Base):
    """One concern about an item, as the last refresh found it."""

    __tablename__ = "attention"
    __table_args__ = (UniqueConstraint("item_id", "concern"),)

    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"))
    level_id: Mapped[UUID] = mapped_column(ForeignKey("level.id"), index=True)
    concern: Mapped[Concern] = mapped_column(index=True)
    #: The figure that lies beyond its limit.
    value: Mapped[float] = mapped_column(Double)
    #: The option that it is about, or the group of candidates, if it is about one.
    option: Mapped[str]
    at: Mapped[datetime]
