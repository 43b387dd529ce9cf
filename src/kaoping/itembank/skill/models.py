"""Rows of the skill component: project tables 考核项目表 with their versions, draws, papers with their tasks."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from kaoping.itembank.models import Level, Task
from kaoping.itembank.orm import Base, Owned
from kaoping.itembank.papers import PaperState


class ProjectTable(Owned, Base):
    """The project table 考核项目表 of a level; what it asks for stands in its versions."""

    __tablename__ = "project_table"
    __table_args__ = (UniqueConstraint("level_id"),)

    level_id: Mapped[UUID] = mapped_column(ForeignKey("level.id"))
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]

    level: Mapped[Level] = relationship()
    versions: Mapped[list["ProjectTableVersion"]] = relationship(
        back_populates="table", order_by="ProjectTableVersion.number"
    )

    @property
    def latest(self) -> "ProjectTableVersion":
        """The newest version, approved or not."""
        return self.versions[-1]

    @property
    def in_force(self) -> "ProjectTableVersion | None":
        """The newest approved version, by which papers are drawn; None before the first approval."""
        return next((version for version in reversed(self.versions) if version.approval), None)


class ProjectTableVersion(Owned, Base):
    """One state of a project table. It never changes: a change is a new version (the database refuses others)."""

    __tablename__ = "project_table_version"
    __table_args__ = (
        UniqueConstraint("table_id", "number"),
        UniqueConstraint("id", "table_id"),
        UniqueConstraint("id", "author_id"),
        CheckConstraint("number > 0", name="number_positive"),
    )

    table_id: Mapped[UUID] = mapped_column(ForeignKey("project_table.id"))
    number: Mapped[int]
    #: Minutes, units and groups (`kaoping.itembank.skill.table`).
    content: Mapped[dict[str, Any]]
    author_id: Mapped[UUID]
    created_at: Mapped[datetime]

    table: Mapped[ProjectTable] = relationship(back_populates="versions")
    approval: Mapped["ProjectTableApproval | None"] = relationship(back_populates="version")


class ProjectTableApproval(Owned, Base):
    """Another person's approval of a version; its author can never give it (the database refuses too)."""

    __tablename__ = "project_table_approval"
    __table_args__ = (
        UniqueConstraint("version_id"),
        ForeignKeyConstraint(
            ["version_id", "author_id"], ["project_table_version.id", "project_table_version.author_id"]
        ),
        CheckConstraint("approver_id <> author_id", name="approver_is_not_author"),
    )

    version_id: Mapped[UUID]
    author_id: Mapped[UUID]
    approver_id: Mapped[UUID]
    at: Mapped[datetime]

    version: Mapped[ProjectTableVersion] = relationship(back_populates="approval")


class SkillDraw(Owned, Base):
    """One draw of skill papers: who drew, when, with which seed, from what; enough to draw the same again."""

    __tablename__ = "skill_draw"
    __table_args__ = (
        ForeignKeyConstraint(
            ["version_id", "table_id"], ["project_table_version.id", "project_table_version.table_id"]
        ),
    )

    table_id: Mapped[UUID] = mapped_column(ForeignKey("project_table.id"), index=True)
    #: The approved version that the draw was made by.
    version_id: Mapped[UUID]
    seed: Mapped[int] = mapped_column(BigInteger)
    by: Mapped[UUID]
    at: Mapped[datetime]
    #: Papers wanted, papers whose tasks were avoided, the tasks that were eligible with their uses, what was chosen.
    report: Mapped[dict[str, Any]]

    table: Mapped[ProjectTable] = relationship(foreign_keys=[table_id])
    version: Mapped[ProjectTableVersion] = relationship(
        viewonly=True, primaryjoin=lambda: foreign(SkillDraw.version_id) == ProjectTableVersion.id
    )
    papers: Mapped[list["SkillPaper"]] = relationship(back_populates="draw", order_by="SkillPaper.label")


class SkillPaper(Owned, Base):
    """A skill paper 操作技能试卷: tasks drawn by the project table. Sealed, it never changes."""

    __tablename__ = "skill_paper"
    __table_args__ = (
        UniqueConstraint("draw_id", "label"),
        UniqueConstraint("organisation_id", "code"),
        CheckConstraint("approved_by is null or approved_by <> assembled_by", name="approver_is_not_assembler"),
        CheckConstraint("(state = 'sealed') = (sealed_at is not null)", name="sealed_has_time"),
        CheckConstraint("(state = 'sealed') = (approved_by is not null)", name="sealed_has_approver"),
        CheckConstraint("(state = 'sealed') = (digest is not null)", name="sealed_has_digest"),
    )

    draw_id: Mapped[UUID] = mapped_column(ForeignKey("skill_draw.id"))
    table_id: Mapped[UUID] = mapped_column(ForeignKey("project_table.id"), index=True)
    #: Number shown to people, such as 2026-3-S0001-A.
    code: Mapped[str]
    label: Mapped[str]
    state: Mapped[PaperState] = mapped_column(default=PaperState.ASSEMBLED)
    assembled_by: Mapped[UUID]
    assembled_at: Mapped[datetime]
    approved_by: Mapped[UUID | None]
    sealed_at: Mapped[datetime | None]
    #: SHA-256 over tasks, sheets, keys and marks in order; checked again before a score is taken.
    digest: Mapped[bytes | None]

    draw: Mapped[SkillDraw] = relationship(back_populates="papers")
    table: Mapped[ProjectTable] = relationship()
    slots: Mapped[list["SkillSlot"]] = relationship(back_populates="paper", order_by="SkillSlot.number")

    @property
    def hands(self) -> set[UUID]:
        """Accounts that decided which tasks stand in it."""
        return {self.assembled_by}

    @property
    def tasks(self) -> list[Task]:
        """The tasks of the paper in order."""
        return [slot.task for slot in self.slots]


class SkillSlot(Owned, Base):
    """A numbered place of a skill paper that holds one task of a unit."""

    __tablename__ = "skill_slot"
    __table_args__ = (
        UniqueConstraint("paper_id", "number"),
        UniqueConstraint("paper_id", "task_id"),
        CheckConstraint("marks > 0", name="marks_positive"),
    )

    paper_id: Mapped[UUID] = mapped_column(ForeignKey("skill_paper.id"))
    number: Mapped[int]
    task_id: Mapped[UUID] = mapped_column(ForeignKey("task.id"), index=True)
    #: Code of the unit in the version that the paper was drawn by.
    unit: Mapped[str]
    marks: Mapped[Decimal]

    paper: Mapped[SkillPaper] = relationship(back_populates="slots")
    task: Mapped[Task] = relationship()
