"""The score report 成绩单 on the register: issued from a final decision, pass or fail, under a number of its own.

It states what was decided, component by component, and needs none of the grounds of a certificate of level. After a new
decision the report of the earlier one is revoked first, by two persons as every certificate is.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kaoping.certificates import register, score_words
from kaoping.certificates.keys import SigningKey
from kaoping.certificates.kinds import CertificateKind
from kaoping.certificates.models import Certificate
from kaoping.certificates.register import Basis
from kaoping.certificates.statement import Award
from kaoping.certificates.states import FINAL
from kaoping.exam import clock
from kaoping.exam.people.models import Organisation, Person
from kaoping.exam.registration.models import Application, Exam
from kaoping.exam.results import awarding, registered_reports, reporting
from kaoping.exam.results.errors import NotReportable, StillReported
from kaoping.exam.results.models import Decision, Outcome
from kaoping.exam.results.overview import Refusal
from kaoping.itembank import trail
from kaoping.itembank.actor import Actor
from kaoping.itembank.drafting import ladder_of
from kaoping.itembank.errors import KaopingError

KIND = CertificateKind.SCORE_REPORT
#: Reports that one request issues at most: some seconds, while no other number of the rule is given out.
AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Issued:
    """What came of issuing the reports of an exam, and how many decisions were not reached."""

    count: int
    refused: list[Refusal]
    left: int = 0


def level_of(exam: Exam) -> str:
    """Give the level as an award keeps it: its digit on the ladder of skill certificates, else its own name."""
    return str(exam.level.digit) if ladder_of(exam.batch.standard).certificate else exam.level.full_name


def details_of(decision: Decision) -> score_words.Details:
    """Give what the report of a decision states: ticket, day, each component, result."""
    application = decision.application
    return score_words.details(
        ticket=application.ticket,
        day=clock.local_date(application.exam.opens_at).isoformat(),
        scores=list(reporting.stated(decision)),
        passed=decision.outcome is Outcome.PASS,
    )


def award(session: Session, decision: Decision, *, at: datetime) -> Award:
    """Put together what the report of a decision says.

    Raises
    ------
    NotReportable, PersonErased
    """
    if not awarding.is_settled(session, decision):
        raise NotReportable(ticket=decision.application.ticket)
    facts = awarding.common_facts(session, decision, at=at)
    return Award(kind=KIND, level=level_of(decision.application.exam), details=details_of(decision), **facts)


def issue(
    session: Session,
    decision_id: UUID,
    *,
    key: SigningKey,
    origin: str,
    by: Actor,
    at: datetime | None = None,
    drawn: set[Hashable] | None = None,
) -> Certificate:
    """Issue the score report of a final decision; issuing twice gives the same one.

    It is drawn once before its number is taken, because what is issued has to fit its page. ``drawn`` are the kinds of
    pages of an exam that were found to fit.

    Raises
    ------
    NotReportable, StillReported, PersonErased, DoesNotFit, MissingGlyph, and what
    `kaoping.certificates.register.issue` raises.
    """
    moment = at or trail.database_time(session)
    decision = session.get_one(Decision, decision_id)
    session.get_one(Application, decision.application_id, with_for_update={"key_share": True})
    held = of_application(session, decision.application_id)
    if made := [one for one in held if one.award_id == decision.id]:
        return next((one for one in made if one.standing not in FINAL), made[0])
    if other := next((one for one in held if one.standing not in FINAL), None):
        raise StillReported(ticket=decision.application.ticket, number=other.number)
    said = award(session, decision, at=moment)
    shape = registered_reports.shape(decision, said)
    if drawn is None or shape not in drawn:
        registered_reports.require_room(session, decision, said, origin=origin, at=moment)
    if drawn is not None:
        drawn.add(shape)
    organisation = session.get_one(Organisation, decision.organisation_id)
    return register.issue(
        session, said, basis=Basis(decision.id), holder=awarding.holder_by(decision),
        filing=awarding.filing(organisation), key=key, by=by, at=moment,
    )  # fmt: skip


def issue_all(
    session: Session, exam_id: UUID, *, key: SigningKey, origin: str, by: Actor, at: datetime | None = None
) -> Issued:
    """Issue the reports of final decisions of an exam that have none, and say for whom it cannot be.

    It ends after `AT_ONCE` reports, and after as many refusals: where one fits no page, the others may not either.
    """
    done, refused, drawn = 0, list[Refusal](), set[Hashable]()
    waiting = _pending(session, exam_id)
    for decision in waiting:
        if AT_ONCE in (done, len(refused)):
            break
        try:
            with session.begin_nested():
                issue(session, decision.id, key=key, origin=origin, by=by, at=at, drawn=drawn)
            done += 1
        except KaopingError as error:
            refused.append(Refusal(decision.application.ticket, error))
    return Issued(done, refused, len(waiting) - done - len(refused))


def count_pending(session: Session, exam_id: UUID) -> int:
    """Count the final decisions of an exam that have no report yet, without those of erased persons."""
    query = awarding.final_without(select(func.count(Decision.id)), KIND).where(Application.exam_id == exam_id)
    known = query.join(Person, Person.id == Application.person_id).where(Person.data_key_sealed.is_not(None))
    return session.scalar(known) or 0


def of_exam(session: Session, exam_id: UUID) -> list[Certificate]:
    """Give the reports on the register that came from an exam, by number."""
    return awarding.of_exam(session, session.get_one(Exam, exam_id), KIND)


def of_application(session: Session, application_id: UUID) -> list[Certificate]:
    """Give the reports on the register that came from the decisions about an application, the newest first."""
    return awarding.of_application(session, application_id, KIND)


def of_decision(session: Session, decision: Decision | None) -> Certificate | None:
    """Give the report of a decision that was neither revoked nor superseded."""
    held = of_application(session, decision.application_id) if decision else []
    return next((one for one in held if decision and one.award_id == decision.id and one.standing not in FINAL), None)


def _pending(session: Session, exam_id: UUID) -> list[Decision]:
    query = awarding.final_without(select(Decision), KIND).where(Application.exam_id == exam_id)
    known = query.join(Person, Person.id == Application.person_id).where(Person.data_key_sealed.is_not(None))
    return [decision for (decision,) in session.execute(known.order_by(Application.ticket))]
