"""Changes to a certificate by two persons: one proposes with a reason, another confirms, and the register has a line.

A suspension 暂停 can be lifted 恢复; a revocation 撤销 is final. A correction 更正 or a renewal 再认证 makes a new
certificate under a new number that names the one it replaces, which is superseded in the same transaction.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kaoping.certificates import register
from kaoping.certificates.errors import (
    NotNow,
    OwnProposal,
    ProposalDecided,
    ProposalOpen,
    ReasonMissing,
    ReasonTooLong,
)
from kaoping.certificates.keys import SigningKey
from kaoping.certificates.models import Certificate, CertificateProposal, ProposalState, ProposalVerb
from kaoping.certificates.number import Filing
from kaoping.certificates.register import Basis, Holder
from kaoping.certificates.statement import Award
from kaoping.certificates.states import FOLLOWS, LINES, State, state_of
from kaoping.itembank import trail
from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import N_, Missing

#: Proposals from which a new certificate comes.
ISSUING: Final = frozenset({ProposalVerb.CORRECT, ProposalVerb.RENEW, ProposalVerb.ISSUE})
LONGEST: Final = 200


def possible(certificate: Certificate, *, at: datetime) -> tuple[ProposalVerb, ...]:
    """Give what may be proposed about a certificate in its state; only what has a term is renewed.

    One that is past its last day is renewed, not corrected: a correction keeps the term.
    """
    verbs = tuple(verb for verb, line in LINES.items() if certificate.standing in FOLLOWS[line][0])
    without = set() if certificate.valid_until else {ProposalVerb.RENEW}
    if state_of(certificate, at=at) is State.EXPIRED:
        without |= {ProposalVerb.SUSPEND, ProposalVerb.LIFT, ProposalVerb.CORRECT}
    return tuple(verb for verb in verbs if verb not in without)


def propose(
    session: Session,
    certificate_id: UUID,
    verb: ProposalVerb,
    *,
    reason: str,
    content: dict[str, Any] | None = None,
    by: Actor,
    at: datetime | None = None,
) -> CertificateProposal:
    """Propose a change to a certificate; proposing the same again gives the same proposal.

    Raises
    ------
    ReasonMissing, ReasonTooLong
    NotNow : the state does not allow it.
    ProposalOpen : something else is proposed about the certificate and not decided.
    """
    certificate = session.get_one(Certificate, certificate_id, with_for_update={"key_share": True})
    moment = at or trail.database_time(session)
    why = _reason(reason, certificate.number)
    if verb not in possible(certificate, at=moment):
        raise NotNow(number=certificate.number, state=state_of(certificate, at=moment), verb=verb)
    if waiting := open_about(session, certificate_id):
        if (waiting.verb, waiting.reason, waiting.proposed_by) == (verb, why, by.id):
            return waiting
        raise ProposalOpen(number=certificate.number)
    return add(session, verb, certificate=certificate, reason=why, content=content, by=by, at=moment)


def add(
    session: Session,
    verb: ProposalVerb,
    *,
    certificate: Certificate | None = None,
    reason: str,
    content: dict[str, Any] | None,
    by: Actor,
    at: datetime,
) -> CertificateProposal:
    """Write a proposal down."""
    proposal = CertificateProposal(
        organisation_id=by.organisation, certificate=certificate, verb=verb, reason=reason, content=content,
        state=ProposalState.OPEN, proposed_by=by.id, proposed_at=at,
    )  # fmt: skip
    session.add(proposal)
    trail.record(session, f"certificate.propose.{verb}", proposal, by=by, at=at, **_named(certificate))
    return proposal


def confirm(session: Session, proposal_id: UUID, *, by: Actor, at: datetime | None = None) -> CertificateProposal:
    """Confirm a suspension, its lifting or a revocation. Confirming twice is harmless.

    Raises
    ------
    OwnProposal : who proposed it asks (the database refuses it too).
    ProposalDecided : it was withdrawn.
    NotNow : the certificate has another state meanwhile.
    """
    proposal = locked(session, proposal_id)
    if proposal.state is ProposalState.CONFIRMED or proposal.certificate is None:
        return proposal
    moment = at or trail.database_time(session)
    decide(session, proposal, ProposalState.CONFIRMED, by=by, at=moment)
    _line(session, proposal, proposal.certificate, {"reason": proposal.reason}, by=by, at=moment)
    return proposal


def replace(
    session: Session,
    proposal_id: UUID,
    award: Award,
    *,
    holder: Holder,
    filing: Filing,
    key: SigningKey,
    by: Actor,
    at: datetime | None = None,
) -> Certificate:
    """Confirm a correction or renewal: the old certificate is superseded, the new one names it and has its own number.

    Raises
    ------
    OwnProposal, ProposalDecided, NotNow, and what `kaoping.certificates.register.issue` raises.
    """
    proposal = locked(session, proposal_id)
    old = session.get_one(Certificate, proposal.certificate_id)
    basis = Basis(old.award_id, proposal, old)
    if proposal.state is not ProposalState.CONFIRMED:
        moment = at or trail.database_time(session)
        decide(session, proposal, ProposalState.CONFIRMED, by=by, at=moment)
        facts = {"reason": proposal.reason, "for": proposal.verb.value}
        _line(session, proposal, old, facts, by=by, at=moment)
    return register.issue(session, award, basis=basis, holder=holder, filing=filing, key=key, by=by, at=at)


def withdraw(session: Session, proposal_id: UUID, *, by: Actor, at: datetime | None = None) -> CertificateProposal:
    """Withdraw a proposal that waits; whoever proposed it and whoever could confirm it may. Repeating is harmless.

    Raises
    ------
    ProposalDecided : it was confirmed.
    """
    proposal = locked(session, proposal_id)
    if proposal.state is not ProposalState.WITHDRAWN:
        decide(session, proposal, ProposalState.WITHDRAWN, by=by, at=at or trail.database_time(session))
    return proposal


def locked(session: Session, proposal_id: UUID) -> CertificateProposal:
    """Give a proposal and its certificate, which nobody else changes until the transaction ends."""
    proposal = session.get(CertificateProposal, proposal_id, with_for_update=True)
    if proposal is None:
        raise Missing(what=N_("proposal"))
    if proposal.certificate_id:
        session.get_one(Certificate, proposal.certificate_id, with_for_update={"key_share": True})
    return proposal


def decide(
    session: Session, proposal: CertificateProposal, state: ProposalState, *, by: Actor, at: datetime
) -> None:  # fmt: skip
    """Write down what became of a proposal and who said so.

    Raises
    ------
    OwnProposal, ProposalDecided
    """
    if proposal.state is not ProposalState.OPEN:
        raise ProposalDecided(state=proposal.state)
    if state is ProposalState.CONFIRMED and proposal.proposed_by == by.id:
        raise OwnProposal
    proposal.state, proposal.decided_by, proposal.decided_at = state, by.id, at
    trail.record(session, f"certificate.{state}", proposal, by=by, at=at, **_named(proposal.certificate))


def open_about(session: Session, certificate_id: UUID) -> CertificateProposal | None:
    """Give what is proposed about a certificate and not decided."""
    query = select(CertificateProposal).where(CertificateProposal.certificate_id == certificate_id)
    return session.scalars(query.where(CertificateProposal.state == ProposalState.OPEN)).one_or_none()


def waiting(session: Session) -> Sequence[CertificateProposal]:
    """Give the proposals that wait for a second person, the oldest first."""
    query = select(CertificateProposal).where(CertificateProposal.state == ProposalState.OPEN)
    return session.scalars(query.order_by(CertificateProposal.proposed_at)).all()


def count_waiting(session: Session, actor: Actor) -> int:
    """Count the proposals of others that a person may confirm."""
    query = select(func.count(CertificateProposal.id)).where(CertificateProposal.state == ProposalState.OPEN)
    return session.scalar(query.where(CertificateProposal.proposed_by != actor.id)) or 0


def _line(
    session: Session,
    proposal: CertificateProposal,
    certificate: Certificate,
    facts: dict[str, Any],
    *,
    by: Actor,
    at: datetime,
) -> None:
    if certificate.standing not in FOLLOWS[LINES[proposal.verb]][0]:
        raise NotNow(number=certificate.number, state=state_of(certificate, at=at), verb=proposal.verb)
    register.append(session, certificate, LINES[proposal.verb], proposal=proposal, by=by, at=at, facts=facts)
    session.refresh(certificate, ["standing"])


def _named(certificate: Certificate | None) -> dict[str, str]:
    return {"number": certificate.number} if certificate else {}


def _reason(reason: str, number: str) -> str:
    if not (why := reason.strip()):
        raise ReasonMissing(number=number)
    if len(why) > LONGEST:
        raise ReasonTooLong(longest=LONGEST)
    return why
