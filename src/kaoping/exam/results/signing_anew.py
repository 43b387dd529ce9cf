"""After a key was revoked: which certificates wait to be signed anew, and which of them are borne out by a decision."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.certificates import register, trust
from kaoping.certificates import statement as statements
from kaoping.certificates.key_list import PublishedKeys
from kaoping.certificates.keys import SigningKey
from kaoping.certificates.models import Certificate, CertificateKind, CertificateProposal
from kaoping.certificates.states import EntryVerb
from kaoping.exam.people import persons
from kaoping.exam.people.access import allow
from kaoping.exam.people.models import Person
from kaoping.exam.registration.models import Application
from kaoping.exam.results import score_reports
from kaoping.exam.results.errors import ResultsError
from kaoping.exam.results.models import Decision, DecisionState, Outcome
from kaoping.itembank import trail
from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import N_, Forbidden

#: Fields of a statement that have to be what the decision or the proposal says; of a score report its scores as well.
_COMPARED: Final = ("name", "id_number", "occupation", "level")


class SignedAnewAlone(ResultsError, Forbidden):
    """Whoever looks at certificates does not confirm them."""

    sentence = N_("Two different people stand for certificates that are signed anew.")


@dataclass(frozen=True, slots=True)
class SignedAnew:
    """What was signed anew, and what was left because nothing bears it out."""

    signed: Sequence[Certificate]
    left: Sequence[Certificate]


def sign_anew(
    session: Session,
    key_id: str,
    *,
    keys: PublishedKeys,
    key: SigningKey,
    by: Actor,
    other: Actor,
    only: Collection[str] = (),
    at: datetime | None = None,
) -> SignedAnew:
    """Sign anew what a revoked key signed too late, all or the numbers named; doing it again finds nothing left.

    A certificate that follows from no final pass of its holder, and from no proposal that another person confirmed, is
    left, and so is one whose name, identity number, occupation or level is not what it follows from: it may be forged.

    Raises
    ------
    NotAllowed : the roles of one of the two do not allow it.
    SignedAnewAlone : they are one person.
    """
    allow(by, "certificate.issue")
    allow(other, "certificate.confirm")
    if by.id == other.id:
        raise SignedAnewAlone
    found = [one for one in trust.affected(session, key_id, keys) if not only or one.number in only]
    good = [one for one in found if _borne_out(session, one)]
    trust.sign_anew(session, good, key, by=by, other=other.id, at=at or trail.database_time(session))
    return SignedAnew(good, [one for one in found if one not in good])


def _borne_out(session: Session, certificate: Certificate) -> bool:
    """Whether the statement says what the certificate follows from; whoever stole a key writes other words."""
    basis, award = _basis(session, certificate), register.award_of(certificate)
    said = {name: getattr(award, name) for name in basis or ()}
    return basis is not None and statements.canonical(basis) == statements.canonical(said)


def _basis(session: Session, certificate: Certificate) -> dict[str, Any] | None:
    """Give what a certificate has to say, or nothing where nothing bears it out."""
    issued = next(entry for entry in certificate.entries if entry.verb is EntryVerb.ISSUED)
    proposal = issued.proposal if issued.confirmed_by is not None else None
    if certificate.supersedes is not None:
        before = _basis(session, certificate.supersedes)
        changes = (proposal.content or {}) if proposal else {}
        corrected = {name: words for name, words in changes.items() if name in _COMPARED}
        return before | corrected if before and proposal else None
    return _conferred(session, certificate, proposal) if proposal else _decided(session, certificate)


def _decided(session: Session, certificate: Certificate) -> dict[str, Any] | None:
    query = (
        select(Decision)
        .join(Application, Application.id == Decision.application_id)
        .where(Decision.id == certificate.award_id, Application.person_id == certificate.person_id)
        .where(Decision.state == DecisionState.FINAL)
    )
    if (decision := session.scalars(query).one_or_none()) is None:
        return None
    exam = decision.application.exam
    if certificate.kind is CertificateKind.SCORE_REPORT:
        basis = _of(decision.application.person, exam.batch.standard.occupation, score_reports.level_of(exam))
        return basis and basis | {"details": score_reports.details_of(decision)}
    if decision.outcome is not Outcome.PASS:
        return None
    return _of(decision.application.person, exam.batch.standard.occupation, str(exam.level.digit))


def _conferred(session: Session, certificate: Certificate, proposal: CertificateProposal) -> dict[str, Any] | None:
    content = proposal.content or {}
    if content.get("person_id") != str(certificate.person_id):
        return None
    award = content["award"]
    return _of(session.get_one(Person, certificate.person_id), award["occupation"], award["level"])


def _of(person: Person, occupation: str, level: str) -> dict[str, Any] | None:
    if persons.is_erased(person):
        return None
    return {"name": person.name, "id_number": person.identity, "occupation": occupation, "level": level}
