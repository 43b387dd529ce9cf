"""Rows of the item bank, first part: occupational standards 职业标准, their weights, and assessment points 鉴定点."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kaoping.itembank.orm import Base, Owned, Sealed


class StandardState(StrEnum):
    """A standard is drafted, then published and from then on fixed."""

    DRAFT = "draft"
    PUBLISHED = "published"


class Importance(StrEnum):
    """Importance 重要程度 of a point: core 核心, general 一般, auxiliary 辅助. It is not difficulty."""

    CORE = "X"
    GENERAL = "Y"
    AUXILIARY = "Z"


class TaskState(StrEnum):
    """Life of a version of a practical task: only an approved one is drawn, until a newer one supersedes it."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    APPROVED = "approved"
    SUPERSEDED = "superseded"
    RETIRED = "retired"


class Component(StrEnum):
    """What a level is decided from; each is marked out of 100 and passed on its own."""

    THEORY = "theory"
    SKILL = "skill"
    REVIEW = "review"


class Standard(Owned, Base):
    """One edition of an occupational standard, with its rules as data."""

    __tablename__ = "standard"
    __table_args__ = (
        UniqueConstraint("organisation_id", "code", "edition"),
        UniqueConstraint("id", "organisation_id"),
    )

    code: Mapped[str]
    edition: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str]
    occupation_code: Mapped[str | None]
    state: Mapped[StandardState] = mapped_column(default=StandardState.DRAFT)
    demonstration: Mapped[bool] = mapped_column(default=False)
    effective_on: Mapped[date | None]
    rules: Mapped[dict[str, Any]]

    levels: Mapped[list["Level"]] = relationship(back_populates="standard", order_by="Level.digit.desc()")
    ranges: Mapped[list["Range"]] = relationship(back_populates="standard", order_by="Range.position")

    @property
    def occupation(self) -> str:
        """Name of the occupation; it differs from the standard's own name where the rules say so."""
        return str(self.rules.get("occupation", self.name))

    @property
    def occupation_en(self) -> str:
        """Name of the occupation in English."""
        return str(self.rules.get("occupation_en", self.name_en))


class Level(Owned, Base):
    """A skill level 职业技能等级 of a standard; the digit runs backwards (5 lowest, 1 highest)."""

    __tablename__ = "level"
    __table_args__ = (
        UniqueConstraint("standard_id", "digit"),
        CheckConstraint("pass_mark > 0 and pass_mark <= 100", name="pass_mark_of_100"),
    )

    standard_id: Mapped[UUID] = mapped_column(ForeignKey("standard.id"))
    digit: Mapped[int]
    name: Mapped[str]
    title: Mapped[str]
    title_en: Mapped[str]
    components: Mapped[list[Any]]
    pass_mark: Mapped[Decimal]

    standard: Mapped[Standard] = relationship(back_populates="levels")

    @property
    def full_name(self) -> str:
        """The level as it is always written, such as 三级/高级工."""
        return f"{self.name}/{self.title}"


class Range(Owned, Base):
    """A row of the weight tables: an assessment range 鉴定范围 of the first tier."""

    __tablename__ = "range"
    __table_args__ = (UniqueConstraint("standard_id", "code"),)

    standard_id: Mapped[UUID] = mapped_column(ForeignKey("standard.id"))
    code: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str]
    position: Mapped[int]

    standard: Mapped[Standard] = relationship(back_populates="ranges")


class Weight(Owned, Base):
    """One cell of a weight table 权重表; the cells of a level and component sum to 100."""

    __tablename__ = "weight"
    __table_args__ = (
        UniqueConstraint("range_id", "level_id", "component"),
        CheckConstraint("percent >= 0 and percent <= 100", name="percent_of_100"),
    )

    range_id: Mapped[UUID] = mapped_column(ForeignKey("range.id"))
    level_id: Mapped[UUID] = mapped_column(ForeignKey("level.id"), index=True)
    component: Mapped[Component]
    percent: Mapped[Decimal]


class Point(Owned, Base):
    """An assessment point 鉴定点: the smallest thing that is assessed, with one checked fact and its source."""

    __tablename__ = "point"
    __table_args__ = (UniqueConstraint("standard_id", "code"), UniqueConstraint("id", "organisation_id"))

    standard_id: Mapped[UUID] = mapped_column(ForeignKey("standard.id"))
    range_id: Mapped[UUID] = mapped_column(ForeignKey("range.id"), index=True)
    code: Mapped[str]
    path: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str]
    fact: Mapped[str]
    source: Mapped[str]
    lowest_level: Mapped[int]
    importance: Mapped[Importance]
    confidence: Mapped[str]
    currency: Mapped[str]
    position: Mapped[int]

    range: Mapped[Range] = relationship()


class Task(Owned, Base):
    """A version of a practical task 试题单 with its score sheet 评分表; once submitted, only its state changes."""

    __tablename__ = "task"
    __table_args__ = (
        UniqueConstraint("standard_id", "code", "number"),
        UniqueConstraint("id", "author_id"),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("minutes between 1 and 600", name="minutes_1_to_600"),
        CheckConstraint("marks > 0 and marks <= 100", name="marks_of_100"),
        CheckConstraint("(state = 'draft') = (submitted_at is null)", name="submitted_has_time"),
        Index("uq_task_in_force", "standard_id", "code", unique=True, postgresql_where="state = 'approved'"),
        Index("uq_task_open", "standard_id", "code", unique=True, postgresql_where="state in ('draft', 'in_review')"),
    )

    standard_id: Mapped[UUID] = mapped_column(ForeignKey("standard.id"))
    level_id: Mapped[UUID] = mapped_column(ForeignKey("level.id"), index=True)
    #: Number shown to people, such as S3-1-02; all versions of a task have it.
    code: Mapped[str]
    number: Mapped[int] = mapped_column(default=1)
    state: Mapped[TaskState] = mapped_column(default=TaskState.DRAFT, index=True)
    author_id: Mapped[UUID]
    #: Code of the unit 单元 of the project table that the task stands for, such as 3-1.
    unit: Mapped[str]
    title: Mapped[str]
    title_en: Mapped[str]
    minutes: Mapped[int]
    marks: Mapped[Decimal]
    demonstration: Mapped[bool] = mapped_column(default=False)
    #: Rows of the score sheet: code, kind (M measured, J judged), marks, text. The key stays in the sealed body.
    sheet: Mapped[list[Any]]
    body_sealed: Mapped[bytes]
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]

    #: Everything else that is printed, with the key and the nominal values (`kaoping.itembank.tasks.document`).
    body: Sealed[dict[str, Any]] = Sealed()
    level: Mapped[Level] = relationship()
