"""Which papers may be archived: every exam that used one is closed, and every decision made from it is final."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import Session, aliased

from kaoping.exam.registration.models import Application, Exam, ExamPaper, ExamState
from kaoping.exam.results.models import Decision, DecisionState
from kaoping.itembank import archiving, sealing
from kaoping.itembank.actor import Actor
from kaoping.itembank.archives import PaperArchive, of_paper
from kaoping.itembank.errors import N_, Conflict
from kaoping.itembank.papers import Paper, PaperState


class PaperStillNeeded(Conflict):
    """A paper is archived when nothing waits for it any more."""

    sentence = N_(
        "Paper %(paper)s cannot be archived yet: no exam has used it, one of its exams is not closed, or a decision "
        "from it is not final."
    )


def ready(session: Session) -> Sequence[Paper]:
    """Give the papers that could be archived now, the newest first."""
    known = exists().where(PaperArchive.paper_id == Paper.id)
    query = select(Paper).where(Paper.state == PaperState.SEALED, ~known, _over())
    return session.scalars(query.order_by(Paper.sealed_at.desc())).all()


def archive(session: Session, paper_id: UUID, *, by: Actor, at: datetime | None = None) -> PaperArchive:
    """Lock a paper that nothing waits for. Doing it twice is harmless.

    Raises
    ------
    PaperStillNeeded, NotSealed, SealBroken, HolderMissing
    """
    if (known := of_paper(session, paper_id)) is not None:
        return known
    paper = sealing.find(session, paper_id)
    if session.scalars(select(Paper.id).where(Paper.id == paper_id, _over())).first() is None:
        raise PaperStillNeeded(paper=paper.code)
    return archiving.archive(session, paper_id, by=by, at=at)


def _over() -> ColumnElement[bool]:
    """Say as a condition on papers that an exam used it, that all are closed, and that nobody waits for a decision."""
    used = exists().where(ExamPaper.paper_id == Paper.id)
    running = exists().where(
        ExamPaper.paper_id == Paper.id, ExamPaper.exam_id == Exam.id, Exam.state != ExamState.CLOSED
    )
    later = aliased(Decision)
    followed = exists().where(later.application_id == Decision.application_id, later.version > Decision.version)
    waiting = exists().where(
        Application.paper_id == Paper.id, Decision.application_id == Application.id,
        Decision.state != DecisionState.FINAL, ~followed,
    )  # fmt: skip
    decided = exists().where(Application.paper_id == Paper.id, Decision.application_id == Application.id)
    return and_(used, ~running, ~waiting, decided)
