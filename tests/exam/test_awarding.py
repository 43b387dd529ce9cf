"""From a final pass to a certificate."""

import threading
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.certificates import register
from kaoping.certificates.models import Certificate, NumberCounter
from kaoping.exam.db import transaction
from kaoping.exam.people import persons
from kaoping.exam.people.errors import PersonErased
from kaoping.exam.people.models import Organisation
from kaoping.exam.results import awarding, deciding, own, printing, scoring
from kaoping.exam.results.errors import NotAwardable, StillCertified
from kaoping.exam.results.models import Decision, Score, ScoreState
from kaoping.itembank.actor import Actor
from kaoping.itembank.models import Component
from kaoping.itembank.vault import Vault
from tests.builders import an_actor, stored
from tests.builders_results import (
    AFTER,
    FINAL,
    JUST_SHORT,
    KEY,
    PASSING,
    a_certificate,
    a_filed_organisation,
    a_final_decision,
    a_sat_application,
    an_open_exam,
    closed,
    enrolled,
    revoked,
    sat,
    with_final_scores,
    with_grounds,
)
from tests.conftest import Database


def test_a_final_pass_becomes_a_certificate_that_says_what_was_decided(session: Session) -> None:
    decision = a_final_decision(session)

    award = register.award_of(a_certificate(session, decision))

    assert (award.name, award.id_number) == ("方一鸣", decision.application.person.identity)
    assert award.level_name_en == "Level 3 / Senior Skilled Worker"
    assert (award.level, award.id_type, award.issuer) == ("3", "居民身份证", "示范评价机构")
    assert award.issued_on == date(2026, 11, 28)
    assert award.demonstration


def test_the_day_of_issue_is_the_local_one(session: Session) -> None:
    decision = a_final_decision(session)

    certificate = a_certificate(session, decision, at=FINAL.replace(hour=17))

    assert register.award_of(certificate).issued_on == date(2026, 11, 29)


def test_issuing_twice_gives_the_same_certificate(session: Session) -> None:
    decision = a_final_decision(session)

    assert a_certificate(session, decision) is a_certificate(session, decision, at=FINAL + timedelta(days=1))


def test_an_announced_pass_is_not_enough(session: Session) -> None:
    application = with_final_scores(session, a_sat_application(session))
    announced = deciding.announce(session, application.id, by=an_actor(session), at=AFTER)

    with pytest.raises(NotAwardable):
        a_certificate(session, announced)


def test_a_fail_gets_no_certificate(session: Session) -> None:
    decision = a_final_decision(session, right=JUST_SHORT)

    with pytest.raises(NotAwardable):
        a_certificate(session, decision)
    assert awarding.pending(session) == []


def test_a_superseded_version_gets_no_certificate(session: Session) -> None:
    final = a_final_decision(session)
    facts = {name: getattr(final, name) for name in (
        "organisation_id", "application_id", "outcome", "grounds", "decided_by", "decided_at", "objection_until"
    )}  # fmt: skip
    session.add(Decision(**facts, version=final.version + 1, state="announced", final_at=None))
    session.flush()

    with pytest.raises(NotAwardable):
        a_certificate(session, final)
    assert awarding.pending(session) == []


def test_what_waits_for_a_certificate_waits_no_longer_once_it_is_issued(session: Session) -> None:
    decision = a_final_decision(session)
    waiting = [each.decision for each in awarding.pending(session)]

    certificate = a_certificate(session, decision)

    assert waiting == [decision]
    assert awarding.pending(session) == []
    assert awarding.of_exam(session, decision.application.exam) == [certificate]


def test_nothing_is_issued_about_somebody_whose_data_were_erased(session: Session) -> None:
    decision = a_final_decision(session)
    persons.erase(session, decision.application.person_id, by=an_actor(session), at=FINAL)

    with pytest.raises(PersonErased):
        a_certificate(session, decision)


def test_a_certificate_prints_to_the_same_bytes_again(session: Session) -> None:
    certificate = a_certificate(session, photo=True)
    organisation = session.get_one(Organisation, certificate.organisation_id)

    first, again = (printing.pdf(certificate, organisation, origin="https://kaoping.example") for _ in range(2))

    assert first.startswith(b"%PDF")
    assert first == again


def two_decisions(organisation: UUID) -> list[UUID]:
    """Commit two final passes of one exam."""
    with transaction(organisation) as session:
        a_filed_organisation(session)
        exam = an_open_exam(session)
        people = [sat(session, enrolled(session, exam, number=number), right=PASSING) for number in (1, 2)]
        closed(session, exam)
        return [a_final_decision(session, application).id for application in people]


def issue_and_fail(decision: UUID, *, by: Actor) -> None:
    with transaction(by.organisation) as session:
        awarding.issue(session, decision, key=KEY, by=by, at=FINAL)
        raise ConnectionError


def test_a_rolled_back_issue_leaves_no_gap_in_the_numbers(database: Database, vault: Vault) -> None:
    organisation = uuid4()
    first, second = two_decisions(organisation)
    officer = Actor(uuid4(), organisation)
    with pytest.raises(ConnectionError):
        issue_and_fail(first, by=officer)

    with transaction(organisation) as session:
        issued = awarding.issue(session, second, key=KEY, by=officer, at=FINAL)

        assert issued.number.endswith("000001")


def test_two_officers_at_once_give_different_numbers(database: Database, vault: Vault) -> None:
    organisation = uuid4()
    decisions = two_decisions(organisation)
    ready = threading.Barrier(2)

    def issue(decision: UUID) -> None:
        with transaction(organisation) as session:
            ready.wait(30)
            awarding.issue(session, decision, key=KEY, by=Actor(uuid4(), organisation), at=FINAL)

    threads = [threading.Thread(target=issue, args=(decision,)) for decision in decisions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    with transaction(organisation) as session:
        numbers = sorted(session.scalars(select(Certificate.number)))
        assert [number[-6:] for number in numbers] == ["000001", "000002"]
        assert session.scalars(select(NumberCounter.serial)).one() == 2


def a_new_decision(session: Session, decision: Decision) -> Decision:
    """Decide again about the same application, on a score that was stored anew."""
    newest = scoring.newest(session, decision.application_id)[Component.THEORY]
    officer = an_actor(session, "exam_officer")
    stored(session, Score(
        organisation_id=newest.organisation_id, application_id=newest.application_id, component=newest.component,
        version=newest.version + 1, raw=newest.raw, state=ScoreState.FINAL, theta=None, se_theta=None,
        details=newest.details, by=officer.id, at=FINAL,
    ))  # fmt: skip
    deciding.announce(session, decision.application_id, by=officer, at=FINAL)
    final = deciding.finalise(session, decision.application_id, by=officer, at=FINAL + timedelta(days=7))
    return with_grounds(session, final)


def test_a_new_decision_gives_no_second_certificate_beside_a_valid_one(session: Session) -> None:
    certificate = a_certificate(session, first := a_final_decision(session))

    with pytest.raises(StillCertified) as refused:
        a_certificate(session, a_new_decision(session, first), at=FINAL + timedelta(days=8))

    assert refused.value.facts["number"] == certificate.number


def test_after_revocation_a_new_decision_gives_a_new_certificate_that_the_candidate_sees(session: Session) -> None:
    earlier = revoked(session, a_certificate(session, first := a_final_decision(session)), reason="姓名有误")

    certificate = a_certificate(session, a_new_decision(session, first), at=FINAL + timedelta(days=8))

    assert certificate.number != earlier.number
    assert [held.id for held in awarding.of_application(session, first.application_id)] == [certificate.id, earlier.id]
    shown = own._certificate(session, first.application)
    assert shown is not None
    assert shown.number == certificate.number
