"""Rows of the skill component: project tables 考核项目表 with their versions, draws, papers with their tasks."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from kaoping.itembank.models import Level, Task
from kaoping.itembank.orm import Base, Owned
from kaoping.itembank.papers import (
    Approval,
    Sealable,
    Version,
    Versioned,
    approval_rules,
    seal_rules,
    version_rules,
)


class ProjectTable(Versioned["ProjectTableVersion"], Owned, Base):
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


class ProjectTableVersion(Version, Owned, Base):
    """One state of a project table. It never changes: a change is a new version (the database refuses others)."""

    __tablename__ = "project_table_version"
    __table_args__ = (
        UniqueConstraint("table_id", "number"),
        UniqueConstraint("id", "table_id"),
        *version_rules(),
    )

    table_id: Mapped[UUID] = mapped_column(ForeignKey("project_table.id"))
    #: Minutes, units and groups (`kaoping.itembank.skill.table`).
    content: Mapped[dict[str, Any]]

    table: Mapped[ProjectTable] = relationship(back_populates="versions")
    approval: Mapped["ProjectTableApproval | None"] = relationship(back_populates="version")


class ProjectTableApproval(Approval, Owned, Base):
    """Another person's approval of a version; its author can never give it (the database refuses too)."""

    __tablename__ = "project_table_approval"
    __table_args__ = approval_rules("project_table_version")

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


class SkillPaper(Sealable):
    """A skill paper 操作技能试卷: tasks drawn by the project table.

    Sealed, it never changes; its digest is over tasks, sheets, keys and marks in order.
    """

    __tablename__ = "skill_paper"
    __table_args__ = (
        UniqueConstraint("draw_id", "label"),
        *seal_rules(),
    )

    draw_id: Mapped[UUID] = mapped_column(ForeignKey("skill_draw.id"))
    table_id: Mapped[UUID] = mapped_column(ForeignKey("project_table.id"), index=True)

    draw: Mapped[SkillDraw] = relationship(back_populates="papers")
    table: Mapped[ProjectTable] = relationship()
    slots: Mapped[list["SkillSlot"]] = relationship(back_populates="paper", order_by="SkillSlot.number")

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
