"""Rows of practical tasks: the verdicts 审定 on their versions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kaoping.itembank.items import Verdict
from kaoping.itembank.orm import Base, Owned, Sealed


class TaskReview(Owned, Base):
    """A person's verdict on a version of a task; whoever wrote any version of it gives none (the database refuses)."""

    __tablename__ = "task_review"
    __table_args__ = (
        ForeignKeyConstraint(["task_id", "author_id"], ["task.id", "task.author_id"]),
        CheckConstraint("reviewer_id <> author_id", name="reviewer_is_not_author"),
        UniqueConstraint("task_id", "reviewer_id"),
    )

    task_id: Mapped[UUID]
    author_id: Mapped[UUID]
    reviewer_id: Mapped[UUID]
    verdict: Mapped[Verdict]
    comment_sealed: Mapped[bytes | None]
    at: Mapped[datetime] = mapped_column()

    comment: Sealed[str | None] = Sealed()
