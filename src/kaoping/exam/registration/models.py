"""Rows of registration: batches 批次, exams 考试, rooms 考场, and applications 申报 with tickets 准考证."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kaoping.exam.people.models import Person
from kaoping.itembank.models import Component, Level, Standard
from kaoping.itembank.orm import Base, Owned, Sealed
from kaoping.itembank.papers import Paper
from kaoping.itembank.skill.models import SkillPaper


class BatchState(StrEnum):
    """A batch is open for exams, then closed."""

    OPEN = "open"
    CLOSED = "closed"


class ExamState(StrEnum):
    """An exam is prepared, opened for candidates, and closed."""

    PREPARED = "prepared"
    OPEN = "open"
    CLOSED = "closed"


class Batch(Owned, Base):
    """An evaluation batch 认定批次: the unit that is filed and archived."""

    __tablename__ = "batch"
    __table_args__ = (
        UniqueConstraint("organisation_id", "code"),
        CheckConstraint("region ~ '^([0-9]{2}){1,3}$'", name="region_2_to_6_digits"),
        CheckConstraint("objection_days >= 0", name="objection_days_not_negative"),
        CheckConstraint("assessor_tolerance >= 0", name="assessor_tolerance_not_negative"),
    )

    standard_id: Mapped[UUID] = mapped_column(ForeignKey("standard.id"))
    code: Mapped[str]
    name: Mapped[str]
    #: Where it is carried out: the code of an administrative division (GB/T 2260), 2, 4 or 6 digits.
    region: Mapped[str]
    state: Mapped[BatchState] = mapped_column(default=BatchState.OPEN)
    objection_days: Mapped[int]
    #: Largest difference of two assessors' totals that stands; above it the sheets go back.
    assessor_tolerance: Mapped[Decimal]
    simulated: Mapped[bool] = mapped_column(default=False)
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]

    standard: Mapped[Standard] = relationship()
    exams: Mapped[list["Exam"]] = relationship(back_populates="batch", order_by="Exam.opens_at")


class Exam(Owned, Base):
    """The theory exam of one level in a batch: a window, a length, sealed papers, and who may enter."""

    __tablename__ = "exam"
    __table_args__ = (
        CheckConstraint("closes_at > opens_at", name="closes_after_opening"),
        CheckConstraint("minutes > 0", name="minutes_positive"),
    )

    batch_id: Mapped[UUID] = mapped_column(ForeignKey("batch.id"), index=True)
    level_id: Mapped[UUID] = mapped_column(ForeignKey("level.id"))
    name: Mapped[str]
    component: Mapped[Component] = mapped_column(default=Component.THEORY)
    state: Mapped[ExamState] = mapped_column(default=ExamState.PREPARED)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    minutes: Mapped[int]
    simulated: Mapped[bool] = mapped_column(default=False)
    #: The sealed skill paper whose tasks the assessors mark; without one, all tasks of the level.
    skill_paper_id: Mapped[UUID | None] = mapped_column(ForeignKey("skill_paper.id"))

    batch: Mapped[Batch] = relationship(back_populates="exams")
    level: Mapped[Level] = relationship()
    skill_paper: Mapped[SkillPaper | None] = relationship()
    rooms: Mapped[list["Room"]] = relationship(back_populates="exam", order_by="Room.name")
    papers: Mapped[list["ExamPaper"]] = relationship(back_populates="exam", order_by="ExamPaper.position")

    def waits_for_closing(self, at: datetime) -> bool:
        """Whether the exam is open although its window is over, so that somebody has to close it."""
        return self.state is ExamState.OPEN and self.closes_at <= at


class ExamPaper(Owned, Base):
    """A sealed paper that an exam uses; parallel papers are dealt to seats in turn."""

    __tablename__ = "exam_paper"
    __table_args__ = (UniqueConstraint("exam_id", "paper_id"), UniqueConstraint("exam_id", "position"))

    exam_id: Mapped[UUID] = mapped_column(ForeignKey("exam.id"))
    paper_id: Mapped[UUID] = mapped_column(ForeignKey("paper.id"))
    position: Mapped[int]
    #: Ids of the English twins by slot, frozen when the exam was prepared; none: it is sat in Chinese alone.
    twins: Mapped[list[Any] | None]

    exam: Mapped[Exam] = relationship(back_populates="papers")
    paper: Mapped[Paper] = relationship()


class Room(Owned, Base):
    """A room 考场 of an exam; its code is read out by the invigilator and may stand for the identity tail."""

    __tablename__ = "room"
    __table_args__ = (UniqueConstraint("exam_id", "name"), CheckConstraint("seats > 0", name="seats_positive"))

    exam_id: Mapped[UUID] = mapped_column(ForeignKey("exam.id"))
    name: Mapped[str]
    seats: Mapped[int]
    code_sealed: Mapped[bytes]

    code: Sealed[str] = Sealed()
    exam: Mapped[Exam] = relationship(back_populates="rooms")


class Application(Owned, Base):
    """A candidate's application 申报 for an exam, with ticket number, seat and the paper dealt to it."""

    __tablename__ = "application"
    __table_args__ = (
        UniqueConstraint("ticket"),
        UniqueConstraint("exam_id", "person_id"),
        UniqueConstraint("room_id", "seat"),
        CheckConstraint("ticket ~ '^[0-9]{12}$'", name="ticket_12_digits"),
    )

    exam_id: Mapped[UUID] = mapped_column(ForeignKey("exam.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    room_id: Mapped[UUID] = mapped_column(ForeignKey("room.id"))
    seat: Mapped[int]
    #: Ticket number 准考证号: twelve digits, unique over all organisations, because log-in starts from it.
    ticket: Mapped[str]
    paper_id: Mapped[UUID] = mapped_column(ForeignKey("paper.id"))
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]

    exam: Mapped[Exam] = relationship()
    person: Mapped[Person] = relationship()
    room: Mapped[Room] = relationship()
    paper: Mapped[Paper] = relationship()
