"""Papers are ordered: for the candidates of an exam if it is named, and as a job where a worker shall search."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.exam import jobs, tasks
from kaoping.exam.delivery import seen
from kaoping.exam.registration import finding
from kaoping.exam.registration.models import Exam, ExamState
from kaoping.itembank import orders
from kaoping.itembank.actor import Actor
from kaoping.itembank.orders import Effort, Group
from kaoping.itembank.papers import AssemblyRun


def order(
    session: Session, specification_id: UUID, *, forms: int, by: Actor, effort: Effort = orders.USUAL,
    exam_id: UUID | None = None, unlike: Collection[UUID] = (), at: datetime | None = None,
) -> AssemblyRun:  # fmt: skip
    """Order papers without what the candidates of an exam have seen; they are sought in a worker.

    Raises
    ------
    Missing, Invalid, Conflict : a leaf of `kaoping.itembank.orders.order`; the exam does not exist.
    """
    group = group_of(session, exam_id) if exam_id else None
    run = orders.order(
        session, specification_id, forms=forms, effort=effort, group=group, unlike=unlike, by=by, at=at
    )  # fmt: skip
    jobs.defer_in(session, tasks.assemble, organisation_id=by.organisation, run_id=run.id)
    return run


def group_of(session: Session, exam_id: UUID) -> Group:
    """Give the candidates of an exam as a group that has seen items."""
    exam = finding.exam(session, exam_id)
    return Group(exam.id, exam.name, seen.by_candidates_of(session, exam.id))


def exams_of(session: Session, level_id: UUID) -> list[Exam]:
    """Give the exams of a level that papers may be for: those that are not closed, by their window."""
    query = select(Exam).where(Exam.level_id == level_id, Exam.state != ExamState.CLOSED).order_by(Exam.opens_at)
    return list(session.scalars(query))
