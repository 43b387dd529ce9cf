"""Pages of leak reports."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kaoping.exam.db import transaction
from kaoping.itembank.actor import Actor
from kaoping.itembank.items import Item, ItemState
from tests.builders_bank import SINGLE, a_standard, an_approved_item
from tests.builders_results import an_open_exam
from tests.web.pages import han, words
from tests.web.staff import Staff, a_member, log_in

SAID = {"seen_on": "2026-11-20", "place": "群聊", "evidence": "<script>alert(1)</script>"}


@pytest.fixture(autouse=True)
def _no_page_tokens(app: Flask) -> None:
    """Forms are sent without having been opened; that they need a token is tested with the shell."""
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture
def officer(app: Flask) -> Staff:
    return a_member("exam_officer", name="高言")


def the_item(staff: Staff, code: str) -> Item:
    with transaction(staff.organisation) as session:
        return session.query(Item).filter_by(code=code).one()


def test_a_leak_is_reported_by_one_and_confirmed_by_another(client: FlaskClient, officer: Staff) -> None:
    with transaction(officer.organisation) as session:
        code = an_approved_item(session).code
    log_in(client, officer)
    assert code in client.get(f"/leaks/new?codes={code}").text

    page = client.post("/leaks/", data=SAID | {"codes": code}).location
    assert the_item(officer, code).state is ItemState.RECHECK
    assert client.post(f"{page}/confirm").status_code == 403
    waits = client.get(page).text
    assert "<script>alert" not in waits
    assert "alert(1)" in waits
    log_in(client, a_member("auditor", organisation=officer.organisation))
    assert "alert(1)" not in client.get(page).text
    log_in(client, a_member("item_reviewer", organisation=officer.organisation))
    assert "leaks" in client.get("/today").text
    refused = client.post(f"{page}/dismiss", data={"reason": ""})
    assert (refused.status_code, the_item(officer, code).state) == (422, ItemState.RECHECK)
    client.post(f"{page}/confirm")
    client.get(page)
    shown = client.get(f"{page}?lang=en").text

    assert the_item(officer, code).state is ItemState.RETIRED
    assert client.post(f"{page}/dismiss", data={"reason": "样题"}).status_code == 422
    assert "leak confirmed" in shown
    assert SINGLE["stem"] not in waits + shown
    assert not han(words(shown))
    assert "泄题" in client.get("/leaks/?lang=zh").text


def test_a_dismissed_report_says_where_its_items_are(client: FlaskClient, officer: Staff) -> None:
    reviewer = a_member("item_reviewer", "item_writer", organisation=officer.organisation)
    with transaction(officer.organisation) as session:
        by = Actor(reviewer.account, officer.organisation, frozenset({"item_writer"}))
        standard = a_standard(session)
        items = an_approved_item(session, standard=standard), an_approved_item(session, standard=standard, by=by)
        codes = [item.code for item in items]
    log_in(client, officer)
    page = client.post("/leaks/", data=SAID | {"codes": "，".join(codes)}).location
    log_in(client, reviewer)

    client.post(f"{page}/dismiss", data={"reason": "是公开的样题"})

    assert [the_item(officer, code).state for code in codes] == [ItemState.APPROVED, ItemState.RECHECK]
    told = client.get(f"{page}?lang=en").text
    assert "Some items stay in recheck." in told
    assert "是公开的样题" in told


def test_a_report_of_a_paper_names_the_exams_that_hold_it(client: FlaskClient, officer: Staff) -> None:
    with transaction(officer.organisation) as session:
        exam = an_open_exam(session)
        name, code = exam.name, exam.papers[0].paper.code
    log_in(client, officer)

    page = client.post("/leaks/", data=SAID | {"paper": code}).location

    shown = client.get(page).text
    assert name in shown
    assert code in shown


@pytest.mark.parametrize(("changes", "said"), [
    ({"codes": "9-000009"}, "9-000009"), ({"paper": "2026-X"}, "2026-X"), ({"seen_on": "2999-01-01"}, "2999-01-01"),
    ({"place": ""}, "请写明在哪里发现"),
])  # fmt: skip
def test_what_is_refused_is_said_at_its_field_and_nothing_typed_is_lost(
    client: FlaskClient, officer: Staff, changes: dict[str, str], said: str
) -> None:
    log_in(client, officer)

    answer = client.post("/leaks/", data=SAID | {"codes": "3-000001"} | changes)

    assert answer.status_code == 422
    assert "invalid-feedback" in answer.text
    assert said in answer.text
    assert "alert(1)" in answer.text
