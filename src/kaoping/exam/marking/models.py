"""Rows of marking: assessors' score sheets 评分表 of the skill component, markers 阅卷员 and their marks of answers."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kaoping.exam.delivery.models import Sitting
from kaoping.exam.registration.models import Application, Exam
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


class MarkerPlace(Owned, Base):
    """A person who marks answers of an exam, as its officer decided."""

    __tablename__ = "marker_place"
    __table_args__ = (UniqueConstraint("exam_id", "marker_id"),)

    exam_id: Mapped[UUID] = mapped_column(ForeignKey("exam.id"))
    marker_id: Mapped[UUID]
    assigned_by: Mapped[UUID]
    assigned_at: Mapped[datetime]

    exam: Mapped[Exam] = relationship()


class MarkerTie(Owned, Base):
    """A marker's statement 回避声明 before marking: bound to one candidate of the exam, or to nobody else."""

    __tablename__ = "marker_tie"
    __table_args__ = (UniqueConstraint("exam_id", "marker_id", "application_id", postgresql_nulls_not_distinct=True),)

    exam_id: Mapped[UUID] = mapped_column(ForeignKey("exam.id"))
    marker_id: Mapped[UUID]
    #: Whose answers the marker never gets; null in the statement that there is nobody else.
    application_id: Mapped[UUID | None] = mapped_column(ForeignKey("application.id"), index=True)
    at: Mapped[datetime]


class AnswerMark(Owned, Base):
    """One marker's marks of one answer; a correction is a new version.

    ``turn`` is 1 for the first marker, 2 for the second, 3 for the one who is asked when they differ too much.
    """

    __tablename__ = "answer_mark"
    __table_args__ = (
        UniqueConstraint("sitting_id", "slot", "part", "turn", "version"),
        CheckConstraint("total >= 0 and total <= most", name="total_within_most"),
        CheckConstraint("turn between 1 and 3", name="turn_of_three"),
        CheckConstraint("version > 0", name="version_positive"),
    )

    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sitting.id"))
    #: Number of the item in the paper, and of the sub-question of a case (0 where there is none).
    slot: Mapped[int]
    part: Mapped[int]
    turn: Mapped[int]
    version: Mapped[int]
    marker_id: Mapped[UUID] = mapped_column(index=True)
    #: Marks for each scoring point or criterion in order, as exact decimals in the item's own measure.
    marks: Mapped[list[Any]]
    total: Mapped[Decimal]
    most: Mapped[Decimal]
    comment: Mapped[str]
    given_at: Mapped[datetime]

    sitting: Mapped[Sitting] = relationship()
