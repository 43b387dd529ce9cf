"""Finding batches, exams, rooms and applications of the session's organisation."""

from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.exam.registration.models import Application, Batch, Exam
from kaoping.itembank.errors import N_, Missing
from kaoping.itembank.orm import Base

Row = TypeVar("Row", bound=Base)


def _found(row: Row | None, what: str) -> Row:
    if row is None:
        raise Missing(what=what)
    return row


def batch(session: Session, batch_id: UUID) -> Batch:
    """Give a batch, or raise `Missing`."""
    return _found(session.get(Batch, batch_id), N_("batch"))


def exam(session: Session, exam_id: UUID) -> Exam:
    """Give an exam, or raise `Missing`."""
    return _found(session.get(Exam, exam_id), N_("exam"))


def exam_for_change(session: Session, exam_id: UUID) -> Exam:
    """Give an exam with its row locked until the transaction ends: seats and state change one after the other."""
    locked = select(Exam).where(Exam.id == exam_id).with_for_update().execution_options(populate_existing=True)
    return _found(session.scalar(locked), N_("exam"))


def application(session: Session, application_id: UUID) -> Application:
    """Give an application, or raise `Missing`."""
    return _found(session.get(Application, application_id), N_("application"))
