"""Number rules of an organisation: two persons, then in use."""

import json
from uuid import uuid4

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from kaoping.certificates import chain, number_rules
from kaoping.certificates.errors import NumberRuleKnown, NumberRuleUnusable, OwnProposal
from kaoping.certificates.models import NumberRuleVersion
from kaoping.certificates.number import SPECIAL, TRIAL_2019
from tests.builders import NOON, an_actor, stored
from tests.certificates.test_register import issued


def with_a_letter(version: str = "2026-T") -> str:
    document = TRIAL_2019.model_dump(mode="json") | {"version": version, "valid_from": "2026-01-01"}
    document["parts"][5]["codes"][SPECIAL] = "T"
    return json.dumps(document)


def test_a_rule_that_another_confirmed_numbers_from_its_first_day(session: Session) -> None:
    officer = an_actor(session, "certificate_officer")
    row = number_rules.propose(session, with_a_letter(), by=officer, at=NOON)
    before = issued(session, by=officer).number

    with pytest.raises(OwnProposal):
        number_rules.confirm(session, row.id, by=officer, at=NOON)
    number_rules.confirm(session, row.id, by=an_actor(session), at=NOON)

    assert before.startswith("S000000000000263")
    assert issued(session, by=officer, level=SPECIAL).number == "S00000000000026T000001"


def test_a_later_rule_that_writes_the_same_numbers_goes_on_counting(session: Session) -> None:
    officer = an_actor(session, "certificate_officer")
    first = issued(session, by=officer).number
    row = number_rules.propose(session, with_a_letter(), by=officer, at=NOON)
    number_rules.confirm(session, row.id, by=an_actor(session), at=NOON)

    second = issued(session, by=officer)

    assert (first, second.number) == ("S000000000000263000001", "S000000000000263000002")
    assert second.entries[0].facts["rule"] == "2026-T"
    assert chain.verify(session, officer.organisation).sequence == 2


def test_a_rule_that_cannot_be_used_says_where(session: Session) -> None:
    officer = an_actor(session)

    with pytest.raises(NumberRuleUnusable) as refused:
        number_rules.propose(session, with_a_letter().replace('"length": 6', '"length": 99'), by=officer, at=NOON)
    with pytest.raises(NumberRuleKnown):
        number_rules.propose(session, with_a_letter("2019"), by=officer, at=NOON)

    assert "length" in refused.value.place


def test_the_database_refuses_the_same_person_and_a_change_afterwards(session: Session) -> None:
    officer = an_actor(session)
    row = number_rules.propose(session, with_a_letter(), by=officer, at=NOON)
    number_rules.confirm(session, row.id, by=an_actor(session), at=NOON)
    session.flush()

    with pytest.raises(DBAPIError, match="was confirmed"):
        session.execute(update(NumberRuleVersion).values(document={}))


def test_the_database_refuses_a_rule_that_begins_confirmed(session: Session) -> None:
    with pytest.raises(DBAPIError, match="confirmed after it was written"):
        stored(session, NumberRuleVersion(
            organisation_id=an_actor(session).organisation, version="2026-T", document=json.loads(with_a_letter()),
            proposed_by=uuid4(), proposed_at=NOON, confirmed_by=uuid4(), confirmed_at=NOON,
        ))  # fmt: skip
