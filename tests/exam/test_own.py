"""Candidates' accounts and what they see."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from kaoping.exam.db import transaction
from kaoping.exam.delivery.limits import TICKET
from kaoping.exam.people.models import Account
from kaoping.exam.people.staff_errors import EmailTaken, PasswordTooShort
from kaoping.exam.registration.models import Application
from kaoping.exam.results import activating, deciding, own
from kaoping.exam.results.errors import ActivationRefused, AlreadyActivated, NoSuchCandidate, TooManyActivations
from kaoping.exam.results.models import Outcome
from kaoping.itembank.errors import Missing
from kaoping.itembank.models import Component
from kaoping.itembank.vault import Vault
from tests.builders import an_account, an_actor, an_organisation
from tests.builders_registration import an_identity
from tests.builders_results import (
    ADDRESS,
    AFTER,
    JUST_SHORT,
    a_certificate,
    a_final_decision,
    a_sat_application,
    with_final_scores,
)
from tests.conftest import Database

PASSWORD = "correct horse"
TAIL = an_identity(1)[-6:]


def opened(session: Session, application: Application, **changes: str) -> Account | ActivationRefused:
    given = {"name": "方一鸣", "tail": TAIL, "email": f"{uuid4().hex}@example.org", "password": PASSWORD} | changes
    return activating.open_account(session, ticket=application.ticket, address=ADDRESS, at=AFTER, **given)


def an_own_account(session: Session, application: Application) -> Account:
    account = opened(session, application)
    assert isinstance(account, Account)
    return account


def test_ticket_name_and_tail_open_an_account_that_leads_to_the_person(session: Session) -> None:
    application = a_sat_application(session)

    account = an_own_account(session, application)

    assert application.person.account_id == account.id
    assert (account.name, account.memberships) == ("方一鸣", [])


@pytest.mark.parametrize("wrong", [{"name": "方二鸣"}, {"tail": "000000"}, {"tail": ""}])
def test_a_mismatch_is_told_as_an_unknown_ticket_is(session: Session, wrong: dict[str, str]) -> None:
    application = a_sat_application(session)

    refused = opened(session, application, **wrong)

    assert isinstance(refused, NoSuchCandidate)
    assert application.person.account_id is None


def test_a_room_code_opens_no_account(session: Session) -> None:
    application = a_sat_application(session)

    assert isinstance(opened(session, application, tail=application.room.code), NoSuchCandidate)


def test_a_ticket_that_failed_too_often_waits_even_with_the_right_words(session: Session) -> None:
    application = a_sat_application(session)
    for _ in range(TICKET.failures):
        opened(session, application, tail="000000")

    assert isinstance(opened(session, application), TooManyActivations)


def test_a_person_has_one_account(session: Session) -> None:
    application = a_sat_application(session)
    account = an_own_account(session, application)
    words: dict[str, Any] = {
        "ticket": application.ticket, "name": "方一鸣", "tail": TAIL, "address": ADDRESS, "at": AFTER,
    }  # fmt: skip

    with pytest.raises(AlreadyActivated):
        opened(session, application)
    assert activating.add_ticket(session, account.id, **words) is application.person
    with pytest.raises(AlreadyActivated):
        activating.add_ticket(session, an_account(session).id, **words)


def test_the_address_of_another_account_and_a_short_password_are_refused(session: Session) -> None:
    application = a_sat_application(session)

    with pytest.raises(EmailTaken):
        opened(session, application, email=an_account(session).email)
    with pytest.raises(PasswordTooShort):
        opened(session, application, password="short")


def test_before_the_announcement_nothing_is_shown_but_the_exam(session: Session) -> None:
    application = with_final_scores(session, a_sat_application(session))
    account = an_own_account(session, application)

    (shown,) = own.exams(session, account.id)

    assert (shown.ticket, shown.outcome, shown.scores, shown.certificate) == (application.ticket, None, (), None)


def test_an_announced_fail_says_what_is_kept_and_what_to_sit_again(session: Session) -> None:
    application = with_final_scores(session, a_sat_application(session, right=JUST_SHORT))
    deciding.announce(session, application.id, by=an_actor(session), at=AFTER)

    (shown,) = own.exams(session, an_own_account(session, application).id)

    assert (shown.outcome, shown.final, shown.objection_until) == (Outcome.FAIL, False, AFTER + timedelta(days=7))
    assert [score.component for score in shown.kept] == [Component.SKILL]
    assert [(score.component, str(score.distance)) for score in shown.to_resit] == [(Component.THEORY, "0.50")]


def test_a_final_pass_leads_to_its_certificate(session: Session) -> None:
    decision = a_final_decision(session)
    made = a_certificate(session, decision)
    account = an_own_account(session, decision.application)

    shown = own.exam(session, account.id, decision.application_id)

    assert shown.final
    assert shown.certificate is not None
    assert shown.certificate.number == made.number
    assert own.certificate(session, account.id, made.id) is made


def test_nobody_opens_the_exam_or_certificate_of_another_person(session: Session) -> None:
    decision = a_final_decision(session)
    made, stranger = a_certificate(session, decision), an_account(session)

    assert own.exams(session, stranger.id) == []
    with pytest.raises(Missing):
        own.exam(session, stranger.id, decision.application_id)
    with pytest.raises(Missing):
        own.certificate(session, stranger.id, made.id)


def test_one_account_sees_its_exams_in_every_organisation(database: Database, vault: Vault) -> None:
    with transaction(uuid4()) as session:
        an_organisation(session, name="甲机构")
        account = an_own_account(session, a_sat_application(session)).id
    with transaction(uuid4()) as session:
        an_organisation(session, name="乙机构")
        other = a_sat_application(session).ticket
    with transaction() as session:
        words = {"ticket": other, "name": "方一鸣", "tail": TAIL, "address": "192.0.2.99"}
        activating.add_ticket(session, account, at=AFTER, **words)

    with transaction() as session:
        shown = own.exams(session, account)

    assert {exam.organisation for exam in shown} == {"甲机构", "乙机构"}


def test_the_function_that_finds_own_persons_is_pinned_and_not_for_everybody(session: Session) -> None:
    row = session.execute(text(
        "SELECT prosecdef, proconfig, has_function_privilege('kaoping_backup', oid, 'EXECUTE') AS others "
        "FROM pg_proc WHERE proname = 'find_own_persons'"
    )).one()  # fmt: skip

    assert (row.prosecdef, row.proconfig, row.others) == (True, ["search_path=pg_catalog, public, pg_temp"], False)
