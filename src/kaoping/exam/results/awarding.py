"""From a final pass decision to a certificate: the award is put together here and handed to the register."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, false, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from kaoping.certificates import layout_choice, register
from kaoping.certificates.keys import SigningKey
from kaoping.certificates.layout_choice import Occasion
from kaoping.certificates.models import Certificate, CertificateKind
from kaoping.certificates.number import Filing
from kaoping.certificates.register import Basis, Holder
from kaoping.certificates.statement import Award
from kaoping.certificates.states import FINAL
from kaoping.exam import clock
from kaoping.exam.people import identity, persons
from kaoping.exam.people.errors import PersonErased
from kaoping.exam.people.models import IdentityType, Organisation, Person
from kaoping.exam.registration.models import Application, Exam
from kaoping.exam.results import grounds
from kaoping.exam.results.errors import LadderWithoutCertificate, NotAwardable, StillCertified
from kaoping.exam.results.models import AwardGround, Decision, DecisionState, Outcome
from kaoping.itembank import trail
from kaoping.itembank.actor import Actor
from kaoping.itembank.drafting import ladder_of

#: Identity document types as the filling rule prints them 证件类型.
PRINTED_TYPES = {
    IdentityType.RESIDENT_IDENTITY_CARD: "居民身份证",
    IdentityType.HONG_KONG_MACAO_PERMIT: "港澳居民来往内地通行证",
    IdentityType.TAIWAN_PERMIT: "台湾居民来往大陆通行证",
    IdentityType.PASSPORT: "护照",
}


@dataclass(frozen=True, slots=True)
class Pending:
    """A final pass without a certificate."""

    decision: Decision
    application: Application


def filing(organisation: Organisation) -> Filing:
    """Give the first four parts of the numbers of an organisation."""
    return Filing(organisation.kind, organisation.institution_code, organisation.province_code, organisation.site_code)


def award(session: Session, decision: Decision, *, at: datetime) -> Award:
    """Put together what the certificate of a decision says; the day of issue is the local one.

    Raises
    ------
    NotAwardable, PersonErased, LadderWithoutCertificate
    """
    application, standard = decision.application, decision.application.exam.batch.standard
    if decision.outcome is not Outcome.PASS or not is_settled(session, decision):
        raise NotAwardable(ticket=application.ticket)
    facts = common_facts(session, decision, at=at)
    if not ladder_of(standard).certificate:
        raise LadderWithoutCertificate(code=standard.code)
    return Award(level=str(application.exam.level.digit), **facts)


def is_settled(session: Session, decision: Decision) -> bool:
    """Whether a decision is final and the newest about its application."""
    newest = select(func.max(Decision.version)).where(Decision.application_id == decision.application_id)
    return decision.state is DecisionState.FINAL and session.scalars(newest).one() == decision.version


def common_facts(session: Session, decision: Decision, *, at: datetime) -> dict[str, Any]:
    """Give what every award of a decision says: holder, occupation, issuer and day; raises `PersonErased`."""
    person, exam = decision.application.person, decision.application.exam
    if persons.is_erased(person):
        raise PersonErased
    facts, standard = of_person(session.get_one(Organisation, decision.organisation_id), person), exam.batch.standard
    return facts | {
        "occupation": standard.occupation,
        "occupation_en": standard.occupation_en,
        "level_title_en": exam.level.title_en,
        "issued_on": clock.local_date(at),
        "demonstration": facts["demonstration"] or standard.demonstration,
    }


def of_person(organisation: Organisation, person: Person) -> dict[str, Any]:
    """Give what an award says of its holder and its issuer, whatever it follows from."""
    return {
        "name": person.name,
        "id_type": PRINTED_TYPES[person.identity_type],
        "id_number": person.identity,
        "issuer": organisation.name,
        "issuer_en": organisation.name_en,
        "demonstration": organisation.demonstration or person.simulated,
    }


def holder_by(decision: Decision) -> Holder:
    """Give whom the certificates of a decision are for."""
    person = decision.application.person
    return Holder(person.id, person.name_folded, identity.tail(person.identity), person.photo_bytes)


def issue(
    session: Session, decision_id: UUID, *, key: SigningKey, by: Actor, at: datetime | None = None
) -> Certificate:
    """Issue the certificate of a final pass decision; issuing twice gives the same one.

    An application holds one valid certificate at most: after a new decision, the earlier one is revoked first.

    Raises
    ------
    NotAwardable, StillCertified, PersonErased, GroundAbsent, and what `kaoping.certificates.register.issue` raises.
    """
    moment = at or trail.database_time(session)
    decision = session.get_one(Decision, decision_id)
    session.get_one(Application, decision.application_id, with_for_update={"key_share": True})
    _require_no_other(session, decision)
    made = award(session, decision, at=moment)
    grounds.require(session, decision, at=moment)
    organisation = session.get_one(Organisation, decision.organisation_id)
    certificate = register.issue(
        session, made, basis=Basis(decision.id), holder=holder_by(decision), filing=filing(organisation), key=key,
        by=by, at=moment,
    )  # fmt: skip
    layout_choice.settle(session, certificate.id, occasion(decision, made, at=moment), by=by)
    return certificate


def occasion(decision: Decision, made: Award, *, at: datetime) -> Occasion:
    """Say what decides by which layout the certificate of a decision is printed."""
    return Occasion(at, made.issued_on, made.level, decision.application.exam.batch.standard.code)


def of_application(
    session: Session, application_id: UUID, kind: CertificateKind = CertificateKind.SKILL_LEVEL
) -> list[Certificate]:
    """Give the certificates of a kind that came from the decisions about an application, the newest first."""
    query = select(Certificate).join(Decision, Decision.id == Certificate.award_id)
    of_kind = query.where(Decision.application_id == application_id, Certificate.kind == kind)
    return list(session.scalars(of_kind.order_by(Decision.version.desc(), Certificate.issued_at.desc())))


def _require_no_other(session: Session, decision: Decision) -> None:
    for held in of_application(session, decision.application_id):
        if held.award_id != decision.id and held.standing not in FINAL:
            raise StillCertified(ticket=decision.application.ticket, number=held.number)


def pending(session: Session, *, limit: int | None = None, offset: int = 0) -> list[Pending]:
    """Give the final passes that have no certificate yet, by ticket; a page of them if a limit is set."""
    query = _pending(select(Decision, Application)).order_by(Application.ticket).limit(limit).offset(offset)
    eager = (selectinload(Application.person), joinedload(Application.exam).joinedload(Exam.level))
    return [Pending(decision, application) for decision, application in session.execute(query.options(*eager))]


def count_pending(session: Session) -> int:
    """Count the final passes that have no certificate yet."""
    return session.scalar(_pending(select(func.count(Decision.id)))) or 0


def count_ungrounded(session: Session) -> int:
    """Count the final passes for which a ground is not entered by hand yet."""
    held = select(AwardGround.holds).where(AwardGround.decision_id == Decision.id).limit(1)
    newest = held.order_by(AwardGround.version.desc())
    lacking = [
        func.coalesce(newest.where(AwardGround.kind == kind).scalar_subquery(), false()).is_(False)
        for kind in grounds.BY_HAND
    ]
    return session.scalar(_pending(select(func.count(Decision.id))).where(or_(*lacking))) or 0


def decisions(session: Session, ids: Sequence[UUID]) -> list[Decision]:
    """Give decisions by their ids, as many as the organisation has of them."""
    return list(session.scalars(select(Decision).where(Decision.id.in_(ids))))


def _pending(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return final_without(query, CertificateKind.SKILL_LEVEL).where(Decision.outcome == Outcome.PASS)


def final_without(query: Select[*tuple[Any, ...]], kind: CertificateKind) -> Select[*tuple[Any, ...]]:
    """Narrow a query about decisions, joined with their applications, to final ones without a certificate of a kind."""
    later = aliased(Decision)
    newer = exists().where(later.application_id == Decision.application_id, later.version > Decision.version)
    issued = exists().where(Certificate.award_id == Decision.id, Certificate.kind == kind)
    joined = query.join(Application, Decision.application_id == Application.id)
    return joined.where(Decision.state == DecisionState.FINAL, ~issued, ~newer)


def of_exam(
    session: Session, exam: Exam, kind: CertificateKind = CertificateKind.SKILL_LEVEL
) -> list[Certificate]:  # fmt: skip
    """Give the certificates of a kind that came from an exam, by number."""
    query = (
        select(Certificate)
        .join(Decision, Decision.id == Certificate.award_id)
        .join(Application, Application.id == Decision.application_id)
        .where(Application.exam_id == exam.id, Certificate.kind == kind)
        .order_by(Certificate.number)
    )
    return list(session.scalars(query))


def holder_of(session: Session, certificate: Certificate) -> Person:
    """Give the person that a certificate belongs to."""
    return session.get_one(Person, certificate.person_id)
