"""Rows of marking: assessors' score sheets 评分表 of the skill component."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kaoping.exam.registration.models import Application
from kaoping.itembank.orm import Base, Owned


class SheetOrigin(StrEnum):
    """How a sheet came in."""

    FORM = "form"
    CSV = "csv"


class ScoreSheet(Owned, Base):
    """One assessor's marks for one candidate's skill tasks; a correction is a new version."""

    __tablename__ = "score_sheet"
    __table_args__ = (
        UniqueConstraint("application_id", "assessor_id", "version"),
        CheckConstraint("total >= 0 and total <= 100", name="total_of_100"),
    )

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    assessor_id: Mapped[UUID]
    version: Mapped[int]
    #: Marks by task code, each an exact decimal as text.
    marks: Mapped[dict[str, Any]]
    total: Mapped[Decimal]
    origin: Mapped[SheetOrigin]
    entered_at: Mapped[datetime]

    application: Mapped[Application] = relationship()
