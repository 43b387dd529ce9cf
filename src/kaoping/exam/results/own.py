"""What candidates see of their own: every exam in every organisation, results once they are announced, certificates.

Nothing here leads to items or keys. Values are plain, because one page spans several organisations.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kaoping.certificates import face_words, register
from kaoping.certificates.face_words import Row
from kaoping.certificates.kinds import CertificateKind
from kaoping.certificates.models import Certificate
from kaoping.certificates.states import State, state_of
from kaoping.exam.delivery import tokens
from kaoping.exam.people.models import Organisation
from kaoping.exam.registration.models import Application
from kaoping.exam.results import awarding, deciding, score_reports
from kaoping.exam.results.models import Decision, DecisionState, Outcome
from kaoping.itembank.errors import N_, Missing
from kaoping.itembank.items import Item
from kaoping.itembank.models import Component
from kaoping.itembank.papers import Slot
from kaoping.itembank.rules import Section, section_of
from kaoping.itembank.scoring_rules import ScoringRule
from kaoping.itembank.trail import database_time


@dataclass(frozen=True, slots=True)
class OwnScore:
    """One component as it was decided from."""

    component: Component
    raw: Decimal
    pass_mark: Decimal

    @property
    def passed(self) -> bool:
        """Whether the component reaches the pass mark."""
        return self.raw >= self.pass_mark

    @property
    def distance(self) -> Decimal:
        """Marks above or below the pass mark, never negative."""
        return abs(self.raw - self.pass_mark)


@dataclass(frozen=True, slots=True)
class OwnCertificate:
    """The certificate that came from a result."""

    id: UUID
    number: str
    state: State


@dataclass(frozen=True, slots=True)
class HeldCertificate:
    """A certificate of a holder, with what tells it from the others."""

    id: UUID
    number: str
    state: State
    kind: CertificateKind
    demonstration: bool
    #: What was awarded, in the words of the kind; the first row names it.
    rows: Sequence[Row]
    organisation: str
    issued_at: datetime
    valid_until: date | None
    successor: str | None


@dataclass(frozen=True, slots=True)
class OwnLevel:
    """The names of the level that was sat for."""

    digit: int
    full_name: str
    title_en: str


@dataclass(frozen=True, slots=True)
class OwnExam:
    """An exam of a candidate; scores, outcome and certificate appear with the announcement."""

    application: UUID
    ticket: str
    name: str
    exam: str
    level: OwnLevel
    batch: str
    opens_at: datetime
    organisation: str
    demonstration: bool
    simulated: bool
    outcome: Outcome | None
    final: bool
    decided_at: datetime | None
    objection_until: datetime | None
    scores: tuple[OwnScore, ...]
    certificate: OwnCertificate | None
    #: The score report on the register.
    report: OwnCertificate | None = None
    #: Scoring rules of the theory paper, by section, where an answer may be right in part.
    scoring: tuple[tuple[Section, ScoringRule], ...] = ()

    @property
    def kept(self) -> tuple[OwnScore, ...]:
        """Of a fail, the components that count on."""
        return tuple(score for score in self.scores if score.passed)

    @property
    def to_resit(self) -> tuple[OwnScore, ...]:
        """The components to sit again."""
        return tuple(score for score in self.scores if not score.passed)


def exams(session: Session, account_id: UUID) -> list[OwnExam]:
    """Give the exams of an account, the newest first."""
    found = []
    for organisation, person in _persons(session, account_id):
        tokens.bind(session, organisation)
        applications = session.scalars(select(Application).where(Application.person_id == person))
        found += [_exam(session, application) for application in applications]
    return sorted(found, key=lambda exam: exam.opens_at, reverse=True)


def exam(session: Session, account_id: UUID, application_id: UUID) -> OwnExam:
    """Give one of the own exams, or raise `Missing`."""
    for own in exams(session, account_id):
        if own.application == application_id:
            return own
    raise Missing(what=N_("exam"))


def application(session: Session, account_id: UUID, application_id: UUID) -> Application:
    """Give an own application, to print its report; the session is bound to its organisation."""
    for organisation, person in _persons(session, account_id):
        tokens.bind(session, organisation)
        found = session.get(Application, application_id)
        if found is not None and found.person_id == person:
            return found
    raise Missing(what=N_("exam"))


def certificate(session: Session, account_id: UUID, certificate_id: UUID) -> Certificate:
    """Give an own certificate, to be printed; the session is bound to its organisation."""
    for organisation, person in _persons(session, account_id):
        tokens.bind(session, organisation)
        found = session.get(Certificate, certificate_id)
        if found is not None and found.person_id == person:
            return found
    raise Missing(what=N_("certificate"))


def certificates(session: Session, account_id: UUID) -> list[HeldCertificate]:
    """Give the certificates of an account in every organisation, the newest first."""
    found = []
    for organisation, person in _persons(session, account_id):
        tokens.bind(session, organisation)
        issuer, at = session.get_one(Organisation, organisation), database_time(session)
        rows = session.scalars(select(Certificate).where(Certificate.person_id == person))
        found += [_held(row, issuer, at) for row in rows]
    return sorted(found, key=lambda held: held.issued_at, reverse=True)


def _held(row: Certificate, issuer: Organisation, at: datetime) -> HeldCertificate:
    return HeldCertificate(
        id=row.id,
        number=row.number,
        state=state_of(row, at=at),
        kind=row.kind,
        demonstration=row.demonstration,
        rows=face_words.rows(register.award_of(row)),
        organisation=issuer.name,
        issued_at=row.issued_at,
        valid_until=row.valid_until,
        successor=row.successor.number if row.successor else None,
    )


def _persons(session: Session, account_id: UUID) -> list[tuple[UUID, UUID]]:
    known = func.find_own_persons(account_id).table_valued("organisation", "person")
    return [(row.organisation, row.person) for row in session.execute(select(known))]


def _exam(session: Session, application: Application) -> OwnExam:
    sat, decision = application.exam, deciding.current(session, application.id)
    organisation = session.get_one(Organisation, application.organisation_id)
    return OwnExam(
        application=application.id,
        ticket=application.ticket,
        name=application.person.name,
        exam=sat.name,
        level=OwnLevel(sat.level.digit, sat.level.full_name, sat.level.title_en),
        batch=sat.batch.name,
        opens_at=sat.opens_at,
        organisation=organisation.name,
        demonstration=organisation.demonstration,
        simulated=sat.simulated,
        outcome=decision.outcome if decision else None,
        final=decision is not None and decision.state is DecisionState.FINAL,
        decided_at=decision.decided_at if decision else None,
        objection_until=decision.objection_until if decision else None,
        scores=_scores(decision) if decision else (),
        certificate=_certificate(session, application),
        report=_own(session, score_reports.of_decision(session, decision)),
        scoring=_scoring(session, application) if decision else (),
    )


def _scores(decision: Decision) -> tuple[OwnScore, ...]:
    pass_mark = Decimal(decision.grounds["pass_mark"])
    components = decision.grounds["components"]
    return tuple(
        OwnScore(each, Decimal(components[each]["raw"]), pass_mark) for each in Component if each in components
    )


def _scoring(session: Session, application: Application) -> tuple[tuple[Section, ScoringRule], ...]:
    of_paper = select(Item.type, Slot.scoring).join(Slot, Slot.item_id == Item.id)
    query = of_paper.where(Slot.paper_id == application.paper_id).group_by(Item.type, Slot.scoring)
    held = {section_of(kind): rule for kind, rule in session.execute(query.order_by(func.min(Slot.number)))}
    return tuple((section, rule) for section, rule in held.items() if len(section.scoring_rules) > 1)


def _certificate(session: Session, application: Application) -> OwnCertificate | None:
    return _own(session, next(iter(awarding.of_application(session, application.id)), None))


def _own(session: Session, made: Certificate | None) -> OwnCertificate | None:
    if made is None:
        return None
    return OwnCertificate(made.id, made.number, state_of(made, at=database_time(session)))
