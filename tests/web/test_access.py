"""Who may open what: every route against every role."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import AnyConverter, BaseConverter, Rule, UUIDConverter

from kaoping.exam.db import transaction
from kaoping.exam.people.access import ACTIONS, PAIRS, ROLES, NotAllowed, OwnWork, allow, may
from kaoping.exam.people.models import Membership
from kaoping.exam.web.guard import CANDIDATE, OWN, PUBLIC, needs
from kaoping.itembank.actor import Actor
from tests.web.staff import NOON, a_member, an_organisation_row, log_in


def test_every_route_declares_who_may_open_it(app: Flask) -> None:
    declared = {rule.endpoint: needs(app, rule.endpoint) for rule in app.url_map.iter_rules()}

    assert not [endpoint for endpoint, need in declared.items() if need not in {*ACTIONS, PUBLIC, CANDIDATE, OWN}]


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_its_routes_and_no_others(app: Flask, client: FlaskClient, role: str) -> None:
    log_in(client, a_member(role))

    for rule in app.url_map.iter_rules():
        need = needs(app, rule.endpoint)
        if need in ACTIONS and role not in ACTIONS[need]:
            answer = client.open(_address(app, rule), method="POST" if "POST" in (rule.methods or ()) else "GET")
            assert answer.status_code in {403, 400}, f"{role} {rule.endpoint}"


@pytest.mark.parametrize("endpoint", ["shell.dashboard", "staff.index", "organisation.show"])
def test_a_visitor_is_sent_to_the_log_in_page(app: Flask, client: FlaskClient, endpoint: str) -> None:
    rule = next(app.url_map.iter_rules(endpoint))

    answer = client.get(_address(app, rule))

    assert answer.status_code == 302
    assert answer.location.startswith("/account/login?next=")


def test_a_route_without_declaration_stays_shut(own_app: Flask) -> None:
    own_app.add_url_rule("/undeclared", "undeclared", lambda: "open")
    own_app.config["PROPAGATE_EXCEPTIONS"] = False

    assert own_app.test_client().get("/undeclared").status_code == 500


def test_a_member_of_several_organisations_chooses_one(client: FlaskClient) -> None:
    staff = a_member("auditor")
    second = an_organisation_row("第二机构")
    _also(staff.account, second)
    log_in(client, staff)
    with client.session_transaction() as cookie:
        del cookie["organisation"]

    assert client.get("/today").location.startswith("/organisations?next=")
    assert "第二机构" in client.get("/organisations").text


def test_the_organisation_of_others_cannot_be_chosen(client: FlaskClient) -> None:
    log_in(client, a_member("auditor"))
    with client.session_transaction() as cookie:
        cookie["organisation"] = str(an_organisation_row())

    assert client.get("/today").status_code == 200
    with client.session_transaction() as cookie:
        assert cookie["organisation"]


@pytest.mark.parametrize("action", PAIRS)
def test_nobody_does_both_deeds_on_one_thing(action: str) -> None:
    actor = Actor(uuid4(), uuid4(), ACTIONS[action])
    own, foreign = _Thing(actor.id), _Thing(uuid4())

    assert may(actor, action)
    assert may(actor, action, foreign)
    assert not may(actor, action, own)
    with pytest.raises(OwnWork):
        allow(actor, action, own)


def test_a_refusal_names_the_roles_that_may() -> None:
    with pytest.raises(NotAllowed) as refused:
        allow(Actor(uuid4(), uuid4(), frozenset({"auditor"})), "item.write")

    assert refused.value.roles == ("item_writer",)


class _Thing:
    """Something that one person prepared."""

    def __init__(self, preparer: Any) -> None:
        self.author_id = self.entered_by = self.reported_by = self.requested_by = self.proposed_by = preparer
        self.examiners = self.hands = self.translators = {preparer}


def _address(app: Flask, rule: Rule) -> str:
    values = {name: _value(rule._converters[name]) for name in rule.arguments}
    with app.test_request_context():
        return str(app.url_map.bind("localhost").build(rule.endpoint, values))


def _value(converter: BaseConverter) -> Any:
    if isinstance(converter, UUIDConverter):
        return uuid4()
    return min(converter.items) if isinstance(converter, AnyConverter) else "1"


def _also(account: UUID, organisation: UUID) -> None:
    with transaction() as session:
        session.add(Membership(
            account_id=account, organisation=organisation, role="auditor", granted_by=account, granted_at=NOON,
        ))  # fmt: skip
