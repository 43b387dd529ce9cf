"""Pages of the practice pool."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kaoping.exam.db import transaction
from kaoping.itembank.items import Item, ItemUse
from tests.builders_bank import SINGLE, an_approved_item
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
