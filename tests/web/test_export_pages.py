"""Pages of exports: asking, another person's decision, one fetch with a passphrase that is shown to the asker alone."""

import hashlib
import io
import re

import pikepdf
import pytest
from flask import Flask
from flask.testing import FlaskClient

from kaoping.exam.db import transaction
from tests.builders_bank import SINGLE, an_item
from tests.web.pages import han, words
from tests.web.staff import Staff, a_member, log_in


@pytest.fixture(autouse=True)
def _no_page_tokens(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture
def asker(app: Flask) -> Staff:
    staff = a_member("bank_administrator", name="林知行")
    with transaction(staff.organisation) as session:
        an_item(session)
    return staff


def test_an_export_is_asked_for_allowed_by_another_and_fetched_once(client: FlaskClient, asker: Staff) -> None:
    log_in(client, asker)
    assert "/exports/new?level=3" in client.get("/items/?level=3").text
    page = client.post("/exports/", data={"purpose": "<script>省级备份", "with_keys": "y", "level": "3"}).location
    assert client.post(f"{page}/approve").status_code == 403
    assert "<script>省" not in client.get(page).text
    log_in(client, a_member("supervisor", organisation=asker.organisation))
    assert "exports" in client.get("/today").text
    client.post(f"{page}/approve")
    allowed = client.get(page).text
    assert client.post(f"{page}/file").status_code == 403

    log_in(client, asker)
    mine = client.get(f"{page}?lang=en").text
    passphrase = re.findall(r"(?:\w{4}-){5}\w{4}", mine)[0]
    sealed = re.findall(r'name="passphrase" value="([^"]+)"', mine)[0]
    assert client.post(f"{page}/file", data={"passphrase": "mine"}).status_code == 409
    answer = client.post(f"{page}/file", data={"passphrase": sealed})
    after = client.get(page).text

    assert answer.headers["Cache-Control"] == "no-store"
    with pikepdf.open(io.BytesIO(answer.data), password=passphrase) as pdf:
        assert max(pdf.attachments) == "items.json"
    assert client.post(f"{page}/file", data={"passphrase": sealed}).status_code == 409
    assert hashlib.sha256(answer.data).hexdigest() in after
    assert passphrase not in allowed + after
    assert SINGLE["stem"] not in allowed + mine + after
    assert not han(words(mine))


def test_an_export_that_is_refused_says_why_and_nothing_typed_is_lost(client: FlaskClient, asker: Staff) -> None:
    log_in(client, asker)
    short = client.post("/exports/", data={"purpose": "备"})
    assert (short.status_code, "invalid-feedback" in short.text) == (422, True)
    page = client.post("/exports/", data={"purpose": "省级题库备份"}).location
    log_in(client, a_member("bank_administrator", organisation=asker.organisation))
    assert client.post(f"{page}/refuse", data={"reason": ""}).status_code == 422

    client.post(f"{page}/refuse", data={"reason": "范围太大"})

    log_in(client, asker)
    assert "范围太大" in client.get(page).text
    listed = client.get("/exports/?lang=en").text
    assert "export refused" in listed
    assert not han(words(listed))
    assert "没有找到试题" in client.get("/exports/new?q=qqqqqq&lang=zh").text
