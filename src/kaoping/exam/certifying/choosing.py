"""What may be put into a batch: final passes without a certificate that no other batch has in hand."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, aliased, joinedload

from kaoping.certificates.models import Certificate, CertificateKind
from kaoping.exam.certifying.models import BatchState, CertificateBatch, CertificateBatchLine, LineState
from kaoping.exam.registration.models import Application, Exam
from kaoping.exam.results.models import Decision, DecisionState, Outcome


@dataclass(frozen=True, slots=True)
class Choice:
    """Passes for a batch: of an exam or of all, and of those only some decisions if they are named."""

    exam_id: UUID | None = None
    decisions: Collection[UUID] | None = None
    english: bool = False


def passes(choice: Choice) -> Select[UUID]:
    """Ask for the ids of the decisions that a choice names, by ticket."""
    later = aliased(Decision)
    newer = exists().where(later.application_id == Decision.application_id, later.version > Decision.version)
    issued = exists().where(Certificate.award_id == Decision.id, Certificate.kind == CertificateKind.SKILL_LEVEL)
    in_hand = (
        select(CertificateBatchLine.decision_id)
        .join(CertificateBatch, CertificateBatch.id == CertificateBatchLine.batch_id)
        .where(CertificateBatchLine.state == LineState.WAITING, CertificateBatch.state != BatchState.STOPPED)
    )
    query = (
        select(Decision.id)
        .join(Application, Application.id == Decision.application_id)
        .where(Decision.state == DecisionState.FINAL, Decision.outcome == Outcome.PASS, ~newer)
        .where(~issued, Decision.id.not_in(in_hand))
        .order_by(Application.ticket)
    )
    if choice.exam_id:
        query = query.where(Application.exam_id == choice.exam_id)
    return query.where(Decision.id.in_(choice.decisions)) if choice.decisions is not None else query


def by_exam(session: Session) -> Sequence[tuple[Exam, int]]:
    """Give the exams with passes that wait, and how many each has, the newest exam first."""
    waiting = passes(Choice()).order_by(None).subquery()
    counted = (
        select(Application.exam_id, func.count().label("waiting"))
        .join(Decision, Decision.application_id == Application.id)
        .join(waiting, waiting.c.id == Decision.id)
        .group_by(Application.exam_id)
        .subquery()
    )
    query = select(Exam, counted.c.waiting).join(counted, counted.c.exam_id == Exam.id)
    rows = session.execute(query.options(joinedload(Exam.level)).order_by(Exam.opens_at.desc()))
    return [(exam, count) for exam, count in rows]


def of_exam(session: Session, exam_id: UUID, *, most: int) -> Sequence[Decision]:
    """Give waiting passes of an exam with their candidates, by ticket."""
    ids = session.scalars(passes(Choice(exam_id)).limit(most)).all()
    people = joinedload(Decision.application).joinedload(Application.person)
    query = select(Decision).join(Application, Application.id == Decision.application_id).where(Decision.id.in_(ids))
    return session.scalars(query.options(people).order_by(Application.ticket)).all()
