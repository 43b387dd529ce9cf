"""Certificates that replace another: corrected in what was misprinted, or renewed for a further term."""

from dataclasses import replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from kaoping.certificates import layout_choice, proposals, register
from kaoping.certificates.keys import SigningKey
from kaoping.certificates.models import Certificate, CertificateProposal, ProposalState, ProposalVerb
from kaoping.certificates.register import Holder
from kaoping.certificates.statement import Award
from kaoping.exam import clock
from kaoping.exam.people import identity, persons
from kaoping.exam.people.errors import PersonErased
from kaoping.exam.people.models import IdentityType, Organisation, Person
from kaoping.exam.results.awarding import PRINTED_TYPES, filing
from kaoping.exam.results.errors import NothingCorrected, TermTooShort
from kaoping.itembank import trail
from kaoping.itembank.actor import Actor

#: Fields of the face that a correction may change; level and occupation follow from the decision.
CORRECTABLE: Final = ("name", "name_en", "id_number", "occupation_en", "specialty", "specialty_en")
_TYPES: Final = MappingProxyType({printed: kind for kind, printed in PRINTED_TYPES.items()})


def propose_correction(
    session: Session,
    certificate_id: UUID,
    fields: dict[str, str],
    *,
    reason: str,
    by: Actor,
    at: datetime | None = None,
) -> CertificateProposal:
    """Propose other words for some fields of the face; fields that are left empty or the same stay.

    Raises
    ------
    NothingCorrected, the errors of names and identity numbers, and what `proposals.propose` raises.
    """
    moment = at or trail.database_time(session)
    award = register.award_of(session.get_one(Certificate, certificate_id))
    said = {name: fields.get(name, "").strip() for name in CORRECTABLE}
    changes = {name: _checked(name, words, award, moment) for name, words in said.items() if words}
    changes = {name: words for name, words in changes.items() if words != getattr(award, name)}
    if not changes:
        raise NothingCorrected
    return proposals.propose(
        session, certificate_id, ProposalVerb.CORRECT, reason=reason, content=changes, by=by, at=moment
    )


def propose_renewal(
    session: Session, certificate_id: UUID, until: date, *, reason: str, by: Actor, at: datetime | None = None
) -> CertificateProposal:
    """Propose a further term for a certificate that has one.

    Raises
    ------
    TermTooShort, and what `proposals.propose` raises.
    """
    moment = at or trail.database_time(session)
    held = session.get_one(Certificate, certificate_id)
    least = max(held.valid_until or date.min, clock.local_date(moment))
    if until <= least:
        raise TermTooShort(least=least)
    content = {"valid_until": until.isoformat()}
    return proposals.propose(
        session, certificate_id, ProposalVerb.RENEW, reason=reason, content=content, by=by, at=moment
    )


def confirm(
    session: Session, proposal_id: UUID, *, key: SigningKey, by: Actor, at: datetime | None = None
) -> Certificate:
    """Confirm a correction or renewal, and give the certificate that replaces the old one.

    Raises
    ------
    PersonErased, TermTooShort, and what `proposals.replace` raises.
    """
    moment = at or trail.database_time(session)
    proposal = proposals.locked(session, proposal_id)
    old = session.get_one(Certificate, proposal.certificate_id)
    person = session.get_one(Person, old.person_id)
    if persons.is_erased(person):
        raise PersonErased
    today = clock.local_date(moment)
    award = _replaced(register.award_of(old), old.number, proposal.content or {}, today)
    if proposal.state is ProposalState.OPEN and award.valid_until and award.valid_until <= today:
        raise TermTooShort(least=today)
    holder = Holder(
        old.person_id, identity.folded_name(award.name), identity.tail(award.id_number), person.photo_bytes
    )  # fmt: skip
    organisation = session.get_one(Organisation, old.organisation_id)
    made = proposals.replace(
        session, proposal_id, award, holder=holder, filing=filing(organisation), key=key, by=by, at=moment
    )
    layout_choice.inherit(session, made.id, of=old.id, by=by)
    return made


def _replaced(award: Award, number: str, content: dict[str, Any], day: date) -> Award:
    changes = dict(content)
    if until := changes.get("valid_until"):
        changes["valid_until"] = date.fromisoformat(until)
    return replace(award, **changes, supersedes=number, issued_on=day)


def _checked(name: str, words: str, award: Award, at: datetime) -> str:
    match name:
        case "name":
            return identity.clean_name(words)
        case "id_number":
            kind = _TYPES.get(award.id_type, IdentityType.PASSPORT)
            return identity.check(kind, words, on=clock.local_date(at))
    return " ".join(words.split())
