"""Deciding on practical tasks: somebody who wrote no version of a task approves the one handed in, or returns it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from kaoping.itembank.actor import Actor
from kaoping.itembank.items import Verdict
from kaoping.itembank.models import Task, TaskState
from kaoping.itembank.tasks import writing
from kaoping.itembank.tasks.errors import OwnTask, ReasonMissing, TaskLocked
from kaoping.itembank.tasks.models import TaskReview
from kaoping.itembank.trail import database_time, record


def decide(
    session: Session, task_id: UUID, verdict: Verdict, *, comment: str = "", by: Actor, at: datetime | None = None
) -> TaskReview:
    """Approve a version, which puts the one before out of force, or return it. Deciding the same again is harmless.

    Raises
    ------
    OwnTask : the person wrote a version of the task (the database refuses it too).
    TaskLocked : it does not wait for a verdict any more.
    ReasonMissing : it is returned without a comment.
    """
    task, every = writing.locked(session, task_id)
    if by.id in {each.author_id for each in every}:
        raise OwnTask(code=task.code)
    earlier = next((one for one in of(session, task) if one.reviewer_id == by.id), None)
    if earlier is not None and earlier.verdict is verdict:
        return earlier
    if task.state is not TaskState.IN_REVIEW:
        raise TaskLocked(code=task.code, number=task.number)
    if verdict is Verdict.RETURN and not comment.strip():
        raise ReasonMissing(code=task.code)
    review = TaskReview(
        organisation_id=task.organisation_id, task_id=task.id, author_id=task.author_id, reviewer_id=by.id,
        verdict=verdict, comment=comment.strip() or None, at=at or database_time(session),
    )  # fmt: skip
    session.add(review)
    _follow(session, task, verdict, every)
    verb = "task_approved" if verdict is Verdict.APPROVE else "task_returned"
    record(session, verb, task, by=by, at=review.at, code=task.code, version=task.number)
    return review


def _follow(session: Session, task: Task, verdict: Verdict, every: Sequence[Task]) -> None:
    """Set the states; the version in force leaves before the new one comes, for there is never more than one."""
    if verdict is Verdict.RETURN:
        task.state = TaskState.RETURNED
        return
    for each in every:
        if each.state is TaskState.APPROVED:
            each.state = TaskState.SUPERSEDED
    session.flush()
    task.state = TaskState.APPROVED


def of(session: Session, task: Task) -> Sequence[TaskReview]:
    """Give the verdicts on a version."""
    return session.scalars(select(TaskReview).where(TaskReview.task_id == task.id).order_by(TaskReview.at)).all()


def authors(session: Session, task: Task) -> set[UUID]:
    """Name everybody who wrote a version of the task."""
    return {each.author_id for each in writing.versions(session, task)}


def count_waiting(session: Session, by: Actor) -> int:
    """Count the tasks that wait for a verdict and of which this person wrote no version."""
    other = aliased(Task)
    own = exists().where(
        other.standard_id == Task.standard_id, other.code == Task.code, other.author_id == by.id
    )  # fmt: skip
    waiting = (Task.state == TaskState.IN_REVIEW, ~own)
    return session.scalar(select(func.count()).select_from(Task).where(*waiting)) or 0
