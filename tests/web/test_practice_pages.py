"""Pages of the practice pool."""

import re
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kaoping.exam.db import transaction
from kaoping.exam.practice import releasing
from kaoping.itembank import life
from kaoping.itembank.actor import Actor
from kaoping.itembank.items import Item, ItemUse, MoveReason
from tests.builders import NOON
from tests.builders_bank import SINGLE, a_standard, an_approved_item
from tests.web.pages import han, words
from tests.web.staff import Staff, a_member, log_in


@pytest.fixture(autouse=True)
def _no_page_tokens(app: Flask) -> None:
    """Forms are sent without having been opened; that they need a token is tested with the shell."""
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture
def administrator(app: Flask) -> Staff:
    return a_member("bank_administrator", name="郑管")


def an_approved_code(staff: Staff) -> str:
    with transaction(staff.organisation) as session:
        return an_approved_item(session).code


def use_of(staff: Staff, code: str) -> ItemUse:
    with transaction(staff.organisation) as session:
        return session.query(Item).filter_by(code=code).one().use


def test_an_item_is_released_by_one_proposed_by_another(client: FlaskClient, administrator: Staff) -> None:
    code = an_approved_code(administrator)
    log_in(client, administrator)
    assert code in client.get(f"/items/practice/?codes={code}").text
    assert client.post("/items/practice/", data={"codes": code, "reason": ""}).status_code == 422

    page = client.post("/items/practice/", data={"codes": code, "reason": "<script>alert(1)</script>"}).location
    assert client.post(f"{page}/release").status_code == 403
    log_in(client, a_member("supervisor", organisation=administrator.organisation))
    assert "/items/practice/" in client.get("/today").text
    waits = client.get(page).text
    assert client.post(f"{page}/refuse", data={"reason": ""}).status_code == 422
    assert use_of(administrator, code) is ItemUse.SECURE
    client.post(f"{page}/release")
    shown = client.get(page).text
    english = client.get("/items/practice/?lang=en").text

    assert use_of(administrator, code) is ItemUse.PRACTICE
    assert client.post(f"{page}/refuse", data={"reason": "不行"}).status_code == 422
    assert "<script>alert" not in waits + shown
    assert SINGLE["stem"] not in waits + shown
    assert not han(words(english))
    log_in(client, administrator)
    assert code in client.get("/items/?trait=practice").text


ORDER: dict[str, Any] = {
    "type": "ordering", "stem": "按顺序排列。", "entries": ["起草", "立项", "审查"], "key": ["B", "A", "C"],
    "rationale": "先立项，再起草，后审查。",
}  # fmt: skip


def public_items(staff: Staff) -> list[str]:
    """Release one item of each of two types, and leave a secure one beside them: its code is the last."""
    with transaction(staff.organisation) as session:
        standard = a_standard(session)
        codes = [an_approved_item(session, standard=standard).code]
        codes.append(an_approved_item(session, standard=standard, body=ORDER).code)
        one, two = Actor(uuid4(), staff.organisation), Actor(uuid4(), staff.organisation)
        row = releasing.propose(session, codes, reason="公开", by=one, at=NOON)
        releasing.release(session, row.id, by=two, at=NOON)
        secure = an_approved_item(session, standard=standard, body=SINGLE | {"stem": "不公开的题（　　）。"}).code
        return [*codes, secure]


def test_anybody_with_the_link_practises_and_only_what_is_public(client: FlaskClient, app: Flask) -> None:
    officer = a_member("exam_officer", name="高言")
    single, order, secure = public_items(officer)
    log_in(client, officer)
    form = client.get("/items/practice/sets/").text
    found = re.search(r'<option[^>]* value="([0-9a-f-]+)"', form)
    assert found
    sent = {"title": "三级练习", "level": found[1]}
    assert client.post("/items/practice/sets/", data=sent | {"codes": secure}).status_code == 422

    client.post("/items/practice/sets/", data=sent | {"codes": f"{order} {single}"})
    assert "三级练习" in client.get("/items/practice/sets/").text
    page = client.get("/items/practice/sets/?lang=en").text
    address = re.search(r'href="(/practice/[^"]+)"', page)
    assert address
    visitor, link = app.test_client(use_cookies=False), address[1]
    begin, ordering = visitor.get(f"{link}?lang=en"), visitor.get(f"{link}/1").text
    nothing = visitor.post(f"{link}/1", data={"t": "--"}).text
    wrong = visitor.post(f"{link}/1", data={"t": "--", "response": ["A3", "B2", "C1"]}).text
    right = visitor.post(f"{link}/2", data={"t": "0-", "response": "A"}, query_string={"lang": "en"}).text
    result = visitor.get(f"{link}?t=01&lang=en").text

    assert not han(words(page + begin.text + right + result))
    assert "2 items" in begin.text
    assert str(ORDER["rationale"]) not in ordering + nothing
    assert str(ORDER["rationale"]) in wrong
    assert 'value="0-"' in wrong
    assert SINGLE["rationale"] in right
    assert 'value="01"' in right
    assert "1 of 2 right" in result
    assert visitor.get(f"{link}/3").status_code == 404


def test_a_set_loses_what_goes_to_recheck_and_its_link_when_it_is_closed(client: FlaskClient) -> None:
    officer = a_member("bank_administrator")
    single, _order, _secure = public_items(officer)
    log_in(client, officer)
    level = re.search(r'<option[^>]* value="([0-9a-f-]+)"', client.get("/items/practice/sets/").text)
    assert level
    client.post("/items/practice/sets/", data={"title": "全部", "level": level[1]})
    page = client.get("/items/practice/sets/").text
    address, closing = re.search(r'href="(/practice/[^"]+)"', page), re.search(r'action="([^"]+/close)"', page)
    assert address
    assert closing
    assert client.get(f"{address[1]}/2").status_code == 200

    with transaction(officer.organisation) as session:
        item = session.query(Item).filter_by(code=single).one()
        life.send_to_recheck(session, item.id, MoveReason.PERIODIC, by=Actor(uuid4(), officer.organisation), at=NOON)
    assert client.get(f"{address[1]}/2").status_code == 404
    client.post(closing[1])

    assert client.get(address[1]).status_code == 404
    assert client.get("/practice/none").status_code == 404
