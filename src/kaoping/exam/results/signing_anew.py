"""After a key was revoked: which certificates wait to be signed anew, and which of them are borne out by a decision."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.certificates import trust
from kaoping.certificates.key_list import PublishedKeys
from kaoping.certificates.keys import SigningKey
from kaoping.certificates.models import Certificate, RegisterEntry
from kaoping.certificates.states import EntryVerb
from kaoping.exam.people.access import allow
from kaoping.exam.registration.models import Application
from kaoping.exam.results.errors import ResultsError
from kaoping.exam.results.models import Decision, DecisionState, Outcome
from kaoping.itembank import trail
from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import N_, Forbidden


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
    left: it may be forged.

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
    decided = (
        select(Decision.id)
        .join(Application, Application.id == Decision.application_id)
        .where(Decision.id == certificate.award_id, Application.person_id == certificate.person_id)
        .where(Decision.state == DecisionState.FINAL, Decision.outcome == Outcome.PASS)
    )
    confirmed = select(RegisterEntry.id).where(
        RegisterEntry.certificate_id == certificate.id, RegisterEntry.verb == EntryVerb.ISSUED,
        RegisterEntry.confirmed_by.is_not(None), RegisterEntry.proposal_id.is_not(None),
    )  # fmt: skip
    return session.scalar(decided) is not None or session.scalar(confirmed) is not None
