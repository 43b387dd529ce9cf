"""Rows of the item bank, first part: occupational standards 职业标准, their weights, and assessment points 鉴定点."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, FetchedValue, ForeignKey, Index, UniqueConstraint
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kaoping.itembank.orm import Base, Owned, Sealed


class StandardState(StrEnum):
    """A standard is drafted, then published and from then on fixed."""

    DRAFT = "draft"
    PUBLISHED = "published"


class Stage(StrEnum):
    """How far a standard is: a published one is locked as soon as an item, a specification or a batch stands on it."""

    DRAFT = "draft"
    PUBLISHED = "published"
    LOCKED = "locked"


class RangeKind(StrEnum):
    """What a row of the weight tables is: basic requirements 基本要求, or a function 职业功能 of the occupation."""

    BASIC = "basic"
    FUNCTION = "function"


class CodeStyle(StrEnum):
    """How codes of the assessment-point table are written: ``A-B-A-001``, or ``0-1-1-1`` and a running number."""

    LETTERS = "letters"
    NUMERIC = "numeric"


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
    occupation_id: Mapped[UUID | None] = mapped_column(ForeignKey("occupation.id"), index=True)
    #: The edition that this one was begun from.
    follows_id: Mapped[UUID | None] = mapped_column(ForeignKey("standard.id"))
    #: The ladder that the levels stand on, as it was when it was chosen (`kaoping.itembank.ladders.Ladder`).
    ladder: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: Chapters 1 and 2 (`kaoping.itembank.chapters.Chapters`).
    chapters: Mapped[dict[str, Any]] = mapped_column(default=dict)
    code_style: Mapped[CodeStyle] = mapped_column(default=CodeStyle.NUMERIC)
    #: Counts the changes of a draft, so that nobody overwrites what another person saved meanwhile.
    version: Mapped[int] = mapped_column(default=0)
    #: Both moments are the database's: rows of a standard stand still from the transaction after these.
    published_at: Mapped[datetime | None] = mapped_column(server_default=FetchedValue(), server_onupdate=FetchedValue())
    published_by: Mapped[UUID | None]
    locked_at: Mapped[datetime | None]

    levels: Mapped[list["Level"]] = relationship(back_populates="standard", order_by="Level.digit.desc()")
    ranges: Mapped[list["Range"]] = relationship(back_populates="standard", order_by="Range.position")
    written_by: Mapped[list["StandardHand"]] = relationship(order_by="StandardHand.at")

    @property
    def hands(self) -> set[UUID]:
        """Give who wrote on the draft."""
        return {hand.by for hand in self.written_by}

    @property
    def stage(self) -> Stage:
        """How far the standard is."""
        if self.state is StandardState.DRAFT:
            return Stage.DRAFT
        return Stage.LOCKED if self.locked_at else Stage.PUBLISHED

    @property
    def occupation(self) -> str:
        """Name of the occupation; it differs from the standard's own name where the rules say so."""
        return str(self.rules.get("occupation", self.name))

    @property
    def occupation_en(self) -> str:
        """Name of the occupation in English."""
        return str(self.rules.get("occupation_en", self.name_en))


class StandardHand(Owned, Base):
    """A person who wrote on a draft and therefore cannot publish it (the database refuses too)."""

    __tablename__ = "standard_hand"
    __table_args__ = (UniqueConstraint("standard_id", "by"),)

    standard_id: Mapped[UUID] = mapped_column(ForeignKey("standard.id"))
    by: Mapped[UUID]
    at: Mapped[datetime]


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
        """The level as it is always written, such as 三级/高级工; a step with one name alone is written with that."""
        return self.name if self.title == self.name else f"{self.name}/{self.title}"


def kind_of(code: str) -> RangeKind:
    """Tell basic requirements from functions by the chapter that a code begins with: 0 or A are basic."""
    return RangeKind.BASIC if code.partition("-")[0] in {"0", "A"} else RangeKind.FUNCTION


def _kind_by_code(context: DefaultExecutionContext) -> RangeKind:
    return kind_of(context.get_current_parameters()["code"])  # type: ignore[no-untyped-call]


class Range(Owned, Base):
    """A row of the weight tables: an assessment range 鉴定范围 of the first tier."""

    __tablename__ = "range"
    __table_args__ = (UniqueConstraint("standard_id", "code"),)

    standard_id: Mapped[UUID] = mapped_column(ForeignKey("standard.id"))
    code: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str]
    position: Mapped[int]
    kind: Mapped[RangeKind] = mapped_column(default=_kind_by_code)
    #: The sector module 行业模块 that the range belongs to; none: the common core.
    module_id: Mapped[UUID | None] = mapped_column(ForeignKey("sector_module.id"), index=True)

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
    #: The lowest tier that the point hangs on, where the range is divided further.
    subrange_id: Mapped[UUID | None] = mapped_column(ForeignKey("subrange.id"), index=True)
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
