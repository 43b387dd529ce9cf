"""The register of a batch: the certificates of an exam as a list, from rows to what is printed."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kaoping.certificates import layout_choice, register
from kaoping.certificates.layout_choice import Occasion
from kaoping.certificates.layout_models import LayoutKind
from kaoping.certificates.models import Certificate, CertificateKind
from kaoping.certificates.statement import mask
from kaoping.certificates.states import State, state_of
from kaoping.exam import clock
from kaoping.exam.people.models import Organisation
from kaoping.exam.registration.models import Application, Exam
from kaoping.exam.results import awarding
from kaoping.exam.results.models import Decision
from kaoping.exam.results.register_print import PrintableRegister, RegisterLine, register_pdf
from kaoping.itembank.errors import N_, Missing
from kaoping.itembank.trail import database_time

#: How a certificate that is not in force is marked.
STATES = {
    State.SUSPENDED: "已暂停",
    State.EXPIRED: "已过期",
    State.REVOKED: "已撤销",
    State.SUPERSEDED: "已被更正",
}


def exams(session: Session) -> Sequence[tuple[Exam, int]]:
    """Give the exams that certificates came from, the latest first, with how many."""
    query = (
        select(Exam, func.count(Certificate.id))
        .join(Application, Application.exam_id == Exam.id)
        .join(Decision, Decision.application_id == Application.id)
        .join(Certificate, Certificate.award_id == Decision.id)
        .where(Certificate.kind == CertificateKind.SKILL_LEVEL)
        .group_by(Exam.id)
        .order_by(Exam.opens_at.desc())
    )
    return [(exam, count) for exam, count in session.execute(query)]


def pdf(session: Session, exam_id: UUID, *, at: datetime | None = None) -> bytes:
    """Print the register of an exam as it is now, by the layout in force; identity numbers are masked.

    Raises
    ------
    Missing : no certificate came from the exam.
    """
    exam = session.get(Exam, exam_id)
    issued = awarding.of_exam(session, exam) if exam else []
    if exam is None or not issued:
        raise Missing(what=N_("register of a batch"))
    moment = at or database_time(session)
    organisation = session.get_one(Organisation, exam.organisation_id)
    printable = PrintableRegister(
        f"{exam.batch.name}　{exam.name}", organisation.name, clock.local_date(moment), organisation.demonstration,
        tuple(_line(one, moment) for one in issued),
    )  # fmt: skip
    occasion = Occasion(moment, clock.local_date(moment), str(exam.level.digit), exam.batch.standard.code)
    sheet, uploaded = layout_choice.sheet_in_force(session, LayoutKind.BATCH_REGISTER, occasion)
    return register_pdf(printable, sheet, uploaded=uploaded)


def _line(certificate: Certificate, at: datetime) -> RegisterLine:
    award = register.award_of(certificate)
    return RegisterLine(
        award.name, mask(award.id_number), award.occupation, award.level_name, certificate.number,
        award.issued_on.isoformat(), STATES.get(state_of(certificate, at=at), ""),
    )  # fmt: skip
