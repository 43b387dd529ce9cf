"""Changes to a certificate by two persons."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from kaoping.certificates import proposals, register
from kaoping.certificates.errors import NotNow, OwnProposal, ProposalDecided, ProposalOpen, ReasonMissing
from kaoping.certificates.models import (
    Certificate,
    CertificateKind,
    CertificateProposal,
    EntryVerb,
    ProposalState,
    ProposalVerb,
    RegisterEntry,
)
from kaoping.certificates.number import DEMONSTRATION
from kaoping.certificates.register import Basis, Holder
from kaoping.certificates.states import State, state_of
from kaoping.exam.people import persons
from kaoping.itembank.actor import Actor
from tests.builders import NOON, an_actor, stored
from tests.builders_registration import a_candidate
from tests.builders_results import KEY, changed, revoked
from tests.certificates.builders import an_award
from tests.certificates.test_register import issued

LATER = NOON + timedelta(days=400)


def proposed(session: Session, certificate: Certificate, verb: ProposalVerb, *, by: Actor) -> CertificateProposal:
    return proposals.propose(session, certificate.id, verb, reason="待查", by=by, at=NOON)


def test_a_suspension_is_lifted_and_the_certificate_is_valid_again(session: Session) -> None:
    certificate = changed(session, issued(session), ProposalVerb.SUSPEND, reason="待查")
    suspended = state_of(certificate, at=NOON)

    changed(session, certificate, ProposalVerb.LIFT, reason="查清")

    assert (suspended, state_of(certificate, at=NOON)) == (State.SUSPENDED, State.VALID)
    assert [entry.verb for entry in certificate.entries] == [EntryVerb.ISSUED, EntryVerb.SUSPENDED, EntryVerb.LIFTED]


def test_nothing_changes_until_another_person_confirms(session: Session) -> None:
    certificate, officer = issued(session), an_actor(session, "certificate_officer")
    proposal = proposed(session, certificate, ProposalVerb.REVOKE, by=officer)

    with pytest.raises(OwnProposal):
        proposals.confirm(session, proposal.id, by=officer, at=NOON)

    assert state_of(certificate, at=NOON) is State.VALID
    assert proposals.count_waiting(session, officer) == 0
    assert proposals.count_waiting(session, an_actor(session)) == 1


def test_a_line_names_both_persons_and_the_reason(session: Session) -> None:
    certificate = revoked(session, issued(session), reason=" 违规 ")

    line = certificate.revoked

    assert line is not None
    assert line.facts == {"reason": "违规"}
    assert line.confirmed_by not in {None, line.by}


@pytest.mark.parametrize("verb", [ProposalVerb.LIFT, ProposalVerb.SUSPEND, ProposalVerb.REVOKE, ProposalVerb.CORRECT])
def test_a_revocation_is_final(session: Session, verb: ProposalVerb) -> None:
    certificate = revoked(session, issued(session))

    with pytest.raises(NotNow):
        proposed(session, certificate, verb, by=an_actor(session))
    assert proposals.possible(certificate, at=NOON) == ()


def test_the_public_is_owed_a_reason(session: Session) -> None:
    with pytest.raises(ReasonMissing):
        proposals.propose(session, issued(session).id, ProposalVerb.REVOKE, reason="  ", by=an_actor(session), at=NOON)


def test_one_proposal_at_a_time_waits_about_a_certificate(session: Session) -> None:
    certificate, officer = issued(session), an_actor(session, "certificate_officer")
    first = proposed(session, certificate, ProposalVerb.SUSPEND, by=officer)

    assert proposed(session, certificate, ProposalVerb.SUSPEND, by=officer) is first
    with pytest.raises(ProposalOpen):
        proposed(session, certificate, ProposalVerb.REVOKE, by=officer)


def test_what_was_withdrawn_is_not_confirmed_any_more(session: Session) -> None:
    certificate, officer = issued(session), an_actor(session, "certificate_officer")
    proposal = proposals.withdraw(
        session, proposed(session, certificate, ProposalVerb.REVOKE, by=officer).id, by=officer, at=NOON
    )

    with pytest.raises(ProposalDecided):
        proposals.confirm(session, proposal.id, by=an_actor(session), at=NOON)
    assert proposal.state is ProposalState.WITHDRAWN


def replaced(session: Session, old: Certificate, verb: ProposalVerb, **award: object) -> Certificate:
    """Let one person propose a replacement and another confirm it."""
    proposal = proposed(session, old, verb, by=an_actor(session, "certificate_officer"))
    made = an_award(supersedes=old.number, **award)
    holder = Holder(old.person_id, "林知远", "070011", None)
    new = proposals.replace(
        session, proposal.id, made, holder=holder, filing=DEMONSTRATION, key=KEY, by=an_actor(session), at=NOON
    )
    session.expire_all()
    return new


def test_a_correction_has_a_new_number_and_both_certificates_name_each_other(session: Session) -> None:
    old = issued(session)

    new = replaced(session, old, ProposalVerb.CORRECT, name="林致远")

    assert (state_of(old, at=NOON), state_of(new, at=NOON)) == (State.SUPERSEDED, State.VALID)
    assert new.number != old.number
    assert register.award_of(new).supersedes == old.number
    assert old.successor is new
    assert new.award_id == old.award_id
    session.execute(text("SET CONSTRAINTS certificate_comes_with_line, superseded_comes_with_successor IMMEDIATE"))


def test_an_expired_certificate_is_renewed_but_neither_suspended_nor_lifted_nor_corrected(session: Session) -> None:
    terms: dict[str, Any] = {"kind": CertificateKind.SKILL_LEVEL, "valid_until": date(2027, 6, 30)}
    old = issued(session, **terms)

    expired = state_of(old, at=LATER)
    possible = proposals.possible(old, at=LATER)
    new = replaced(session, old, ProposalVerb.RENEW, **(terms | {"valid_until": date(2030, 6, 30)}))

    assert expired is State.EXPIRED
    assert possible == (ProposalVerb.REVOKE, ProposalVerb.RENEW)
    assert state_of(new, at=LATER) is State.VALID


def test_what_has_no_term_is_not_renewed(session: Session) -> None:
    assert ProposalVerb.RENEW not in proposals.possible(issued(session), at=LATER)


@pytest.mark.parametrize(("day", "state"), [(30, State.VALID), (31, State.EXPIRED)])
def test_the_last_day_of_validity_still_counts_by_the_calendar_of_the_country(day: int, state: State) -> None:
    certificate = Certificate(standing=State.VALID, valid_until=date(2027, 3, 30))

    assert state_of(certificate, at=NOON.replace(year=2027, month=3, day=day, hour=15, minute=59)) is state


def test_the_database_refuses_a_line_that_was_not_proposed(session: Session) -> None:
    certificate = issued(session)

    with pytest.raises(DBAPIError, match="not proposed by one person"):
        stored(session, RegisterEntry(
            organisation_id=certificate.organisation_id, certificate=certificate, verb=EntryVerb.REVOKED,
            by=an_actor(session).id, confirmed_by=an_actor(session).id, at=NOON, facts={"reason": "x"},
        ))  # fmt: skip


def test_the_database_refuses_the_same_person_twice(session: Session) -> None:
    certificate, officer = issued(session), an_actor(session, "certificate_officer")
    proposal = proposed(session, certificate, ProposalVerb.REVOKE, by=officer)

    with pytest.raises(DBAPIError, match="confirmer_is_not_proposer"):
        session.execute(
            update(CertificateProposal)
            .where(CertificateProposal.id == proposal.id)
            .values(state=ProposalState.CONFIRMED, decided_by=officer.id, decided_at=NOON)
        )


SEALED = ("statement_sealed", "photo_sealed", "query_key_sealed", "offline_code_sealed")


@pytest.mark.parametrize(
    "changes",
    [
        {"standing": State.REVOKED}, {"number": "S1"}, {"valid_until": date(2030, 1, 1)}, {"signature": bytes(64)},
        *({column: b"x" * 60} for column in SEALED),
    ],
)  # fmt: skip
def test_the_database_refuses_what_the_lines_do_not_say(session: Session, changes: dict[str, object]) -> None:
    certificate = issued(session)

    with pytest.raises(DBAPIError, match="is in the register"):
        session.execute(update(Certificate).where(Certificate.id == certificate.id).values(**changes))


def test_a_superseded_certificate_without_a_successor_does_not_get_through(session: Session) -> None:
    certificate = issued(session)
    proposal = proposed(session, certificate, ProposalVerb.CORRECT, by=an_actor(session))
    proposals.confirm(session, proposal.id, by=an_actor(session), at=NOON)

    with pytest.raises(DBAPIError, match="superseded by another one"):
        session.execute(text("SET CONSTRAINTS superseded_comes_with_successor IMMEDIATE"))


def followed(session: Session, basis: Basis) -> None:
    """Issue a certificate on a basis, past the use case."""
    person = persons.find_or_create(session, a_candidate(), by=an_actor(session), at=NOON)
    session.flush()
    register.issue(
        session, an_award(), basis=basis, holder=Holder(person.id, "林知远", "070011", None), filing=DEMONSTRATION,
        key=KEY, by=an_actor(session), at=NOON,
    )  # fmt: skip
    session.flush()


def test_the_database_lets_one_certificate_follow_from_a_confirmed_proposal(session: Session) -> None:
    officer, other = (an_actor(session, "certificate_officer") for _ in range(2))
    proposal = proposals.add(session, ProposalVerb.ISSUE, reason="名册", content={}, by=officer, at=NOON)
    session.flush()
    proposals.decide(session, proposal, ProposalState.CONFIRMED, by=other, at=NOON)
    followed(session, Basis(proposal.id, proposal))

    with pytest.raises(DBAPIError, match="not what was proposed and confirmed"):
        followed(session, Basis(uuid4(), proposal))


def test_the_database_lets_no_certificate_follow_from_a_suspension(session: Session) -> None:
    old = issued(session)
    proposal = proposed(session, old, ProposalVerb.SUSPEND, by=an_actor(session))
    proposals.confirm(session, proposal.id, by=an_actor(session), at=NOON)

    with pytest.raises(DBAPIError, match="not what was proposed and confirmed"):
        followed(session, Basis(old.award_id, proposal, old))


def test_the_database_refuses_a_proposal_that_begins_confirmed(session: Session) -> None:
    certificate = issued(session)

    with pytest.raises(DBAPIError, match="decided after it was written"):
        stored(session, CertificateProposal(
            organisation_id=certificate.organisation_id, certificate=certificate, verb=ProposalVerb.REVOKE, reason="x",
            state=ProposalState.CONFIRMED, proposed_by=uuid4(), proposed_at=NOON, decided_by=uuid4(), decided_at=NOON,
        ))  # fmt: skip
