"""Certificates that follow from no exam: trainings, awards, professional levels, certifications of persons.

One person proposes with the evidence, another confirms, and the register issues what was proposed. The proposal names
the holder by id: name and document are read when it is confirmed, so that an erased person stays erased.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.certificates import number, number_rules, proposals, register, wording
from kaoping.certificates.errors import NoNumberRule, TermMissing
from kaoping.certificates.face_words import HOURS
from kaoping.certificates.keys import SigningKey
from kaoping.certificates.kinds import DECIDED, TERMED, CertificateKind
from kaoping.certificates.models import Certificate, CertificateProposal, ProposalState, ProposalVerb
from kaoping.certificates.number import Filing, NumberParts
from kaoping.certificates.register import Basis, Holder
from kaoping.certificates.render import certificate_pdf
from kaoping.certificates.statement import Award, award_facts, read_award
from kaoping.certificates.states import FINAL, State, state_of
from kaoping.exam import clock
from kaoping.exam.people import identity, persons
from kaoping.exam.people.errors import NameDiffers, PersonErased
from kaoping.exam.people.models import IdentityType, Organisation, Person
from kaoping.exam.results import printing
from kaoping.exam.results.awarding import filing, of_person
from kaoping.exam.results.errors import (
    EvidenceMissing,
    FaceTooFull,
    HeldAlready,
    HolderUnknown,
    IssuedInFuture,
    KindWithoutRule,
    LastDayTooEarly,
    WordOfSkillLevel,
)
from kaoping.itembank import trail
from kaoping.itembank.actor import Actor
from kaoping.itembank.print_errors import DoesNotFit

#: Kinds that are proposed here, in the order of pages; the others follow from a decision.
KINDS: Final = tuple(kind for kind in CertificateKind if kind not in DECIDED)
#: Levels of professional certificates with their English words.
PROFESSIONAL_LEVELS: Final = {"初级": "Junior", "中级": "Intermediate", "高级": "Senior"}
#: What of an award belongs to the person or the organisation, and is read anew when the proposal is confirmed.
_READ_ANEW: Final = ("name", "id_type", "id_number", "issuer", "issuer_en", "demonstration")


@dataclass(frozen=True, slots=True)
class Claimed:
    """Whom a certificate is for, as the officer has it from the document. The number stays out of logs."""

    name: str
    identity_type: IdentityType
    identity: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Said:
    """What the certificate says beside its holder; what a kind has not stays empty."""

    kind: CertificateKind
    occupation: str
    issued_on: date
    specialty: str = ""
    level: str = ""
    hours: int | None = None
    valid_until: date | None = None
    name_en: str = ""
    occupation_en: str = ""
    specialty_en: str = ""
    level_en: str = ""


def without_rule(session: Session, *, on: date) -> tuple[CertificateKind, ...]:
    """Name the kinds that no number rule in force numbers on a day."""
    held = [*number.packaged(), *number_rules.in_use(session)]
    return tuple(kind for kind in KINDS if not any(kind in rule.kinds and rule.in_force(on) for rule in held))


def propose(
    session: Session,
    claimed: Claimed,
    said: Said,
    *,
    evidence: str,
    origin: str,
    by: Actor,
    at: datetime | None = None,
) -> CertificateProposal:
    """Propose a certificate; proposing the same again gives the same proposal.

    The fuller of its two forms is set once, because what is issued has to fit its page.

    Raises
    ------
    HolderUnknown, NameDiffers, EvidenceMissing, IssuedInFuture, LastDayTooEarly, TermMissing, WordOfSkillLevel,
    KindWithoutRule, LevelBlocked, NameNotPrintable, HeldAlready, FaceTooFull
    """
    moment = at or trail.database_time(session)
    shown = evidence.strip()
    if not shown or len(shown) > proposals.LONGEST:
        raise EvidenceMissing(longest=proposals.LONGEST)
    person = _holder(session, claimed, by=by, at=moment)
    organisation = session.get_one(Organisation, by.organisation)
    award = _award(organisation, person, said)
    _check(session, award, organisation, today=clock.local_date(moment))
    content = {"person_id": str(person.id), "award": _kept(award)}
    for other in _open(session):
        if other.content == content:
            if (other.proposed_by, other.reason) == (by.id, shown):
                return other
            raise HeldAlready
    _require_new(session, person, award, at=moment)
    _require_room(award, organisation, origin=origin)
    return proposals.add(session, ProposalVerb.ISSUE, reason=shown, content=content, by=by, at=moment)


def confirm(
    session: Session, proposal_id: UUID, *, key: SigningKey, by: Actor, at: datetime | None = None
) -> Certificate:
    """Confirm a proposed certificate and issue it. Confirming twice gives the same one.

    Raises
    ------
    OwnProposal, ProposalDecided, PersonErased, HeldAlready, LastDayTooEarly, KindWithoutRule,
    and what `register.issue` raises.
    """
    moment = at or trail.database_time(session)
    proposal = proposals.locked(session, proposal_id)
    person = session.get_one(Person, _person_id(proposal), with_for_update={"key_share": True})
    if persons.is_erased(person):
        raise PersonErased
    organisation = session.get_one(Organisation, proposal.organisation_id)
    award = _proposed(proposal, organisation, person)
    if proposal.state is not ProposalState.CONFIRMED:
        proposals.decide(session, proposal, ProposalState.CONFIRMED, by=by, at=moment)
        _check(session, award, organisation, today=clock.local_date(moment))
        _require_new(session, person, award, at=moment)
    return register.issue(
        session, award, basis=Basis(proposal.id, proposal), filing=filing(organisation), key=key, by=by, at=moment,
        holder=Holder(person.id, person.name_folded, identity.tail(person.identity), person.photo_bytes),
    )  # fmt: skip


def awards(session: Session, rows: Iterable[CertificateProposal]) -> dict[UUID, Award]:
    """Give what proposed certificates would say, for whoever checks them; those of erased persons are left out."""
    proposed = [row for row in rows if row.verb is ProposalVerb.ISSUE]
    query = select(Person).where(Person.id.in_([_person_id(row) for row in proposed]))
    held = {person.id: person for person in session.scalars(query) if not persons.is_erased(person)}
    found = ((row, held.get(_person_id(row))) for row in proposed)
    return {
        row.id: _proposed(row, session.get_one(Organisation, row.organisation_id), person)
        for row, person in found if person
    }  # fmt: skip


def _holder(session: Session, claimed: Claimed, *, by: Actor, at: datetime) -> Person:
    name = identity.clean_name(claimed.name)
    document = identity.check(claimed.identity_type, claimed.identity, on=clock.local_date(at))
    person = persons.find(session, claimed.identity_type, document, organisation=by.organisation)
    if person is None:
        raise HolderUnknown
    if not identity.same_name(person.name, name):
        raise NameDiffers(on_file=person.name)
    return person


def _award(organisation: Organisation, person: Person, said: Said) -> Award:
    professional = said.kind is CertificateKind.PROFESSIONAL_LEVEL
    return Award(
        **of_person(organisation, person),
        kind=said.kind, occupation=_spaced(said.occupation), occupation_en=_spaced(said.occupation_en),
        specialty=_spaced(said.specialty), specialty_en=_spaced(said.specialty_en), name_en=_spaced(said.name_en),
        level=_spaced(said.level), issued_on=said.issued_on, valid_until=said.valid_until,
        level_title_en=PROFESSIONAL_LEVELS.get(said.level, "") if professional else _spaced(said.level_en),
        details=() if said.hours is None else ((HOURS, str(said.hours)),),
    )  # fmt: skip


def _kept(award: Award) -> dict[str, Any]:
    """Give the words of an award as a proposal keeps them, without the person and the organisation."""
    facts = {name: said for name, said in award_facts(award).items() if name not in _READ_ANEW}
    return facts | {"details": [list(pair) for pair in award.details]}


def _proposed(proposal: CertificateProposal, organisation: Organisation, person: Person) -> Award:
    return read_award((proposal.content or {})["award"] | of_person(organisation, person))


def _person_id(proposal: CertificateProposal) -> UUID:
    return UUID((proposal.content or {})["person_id"])


def _check(session: Session, award: Award, organisation: Organisation, *, today: date) -> None:
    if award.issued_on > today:
        raise IssuedInFuture(today=today.isoformat())
    if award.kind in TERMED and award.valid_until is None:
        raise TermMissing
    if award.valid_until is not None and award.valid_until <= max(award.issued_on, today):
        raise LastDayTooEarly
    if award.level in wording.LEVELS or award.level in wording.LEVELS.values():
        raise WordOfSkillLevel(word=award.level)
    register.require_printable(award)
    _require_rule(session, award, filing(organisation))


def _require_rule(session: Session, award: Award, filed: Filing) -> None:
    """Write the first number that the rule would give, so that what it blocks is refused before anybody confirms."""
    try:
        rule = number.rule_on(award.issued_on, award.kind, rules=number_rules.in_use(session))
    except NoNumberRule:
        raise KindWithoutRule(on=award.issued_on.isoformat()) from None
    rule.build(NumberParts(filed, award.issued_on.year, award.level, 1))


def _require_new(session: Session, person: Person, award: Award, *, at: datetime) -> None:
    query = select(Certificate).where(Certificate.person_id == person.id, Certificate.kind == award.kind)
    for held in session.scalars(query.where(Certificate.standing.not_in(FINAL))):
        if state_of(held, at=at) is not State.EXPIRED and _words(register.award_of(held)) == _words(award):
            raise HeldAlready


def _require_room(award: Award, organisation: Organisation, *, origin: str) -> None:
    beside = printing.imprint(
        organisation, demonstration=award.demonstration, query_key="-" * register.QUERY_KEY, origin=origin
    )
    try:
        certificate_pdf(award, "0" * number.LONGEST, imprint=beside, english=True)
    except DoesNotFit as refused:
        raise FaceTooFull(excess=refused.facts["excess"]) from None


def _words(award: Award) -> tuple[Any, ...]:
    """Say what may be held once: what has a term until it ends, and what has none once for a day."""
    return award.occupation, award.specialty, award.level, award.details, award.kind in TERMED or award.issued_on


def _open(session: Session) -> Iterable[CertificateProposal]:
    return (row for row in proposals.waiting(session) if row.verb is ProposalVerb.ISSUE)


def _spaced(words: str) -> str:
    return " ".join(words.split())
