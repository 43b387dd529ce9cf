"""Pages of uploads: choose, see what to mend, two persons, one fetch, the receipt."""

import io
import json
import re
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kaoping.exam.db import transaction
from tests.builders_results import a_certificate, a_filed_organisation
from tests.web.pages import han, words
from tests.web.staff import Staff, a_member, log_in

PERIOD = {"since": "2026-11-28", "until": "2026-11-28"}


@pytest.fixture(autouse=True)
def _no_page_tokens(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture
def officer(app: Flask, organisation: UUID) -> Staff:
    with transaction(organisation) as session:
        a_filed_organisation(session)
        a_certificate(session)
    return a_member("certificate_officer", organisation=organisation, name="林知行")


def test_an_upload_goes_from_the_choice_to_the_receipt(client: FlaskClient, officer: Staff) -> None:
    log_in(client, officer)
    assert "uploads/new" in client.get("/certificates/uploads/").text
    assert client.get("/certificates/uploads/new?since=2026-11-28&lang=en").text.count("Choose an exam, or both") == 1
    choice = client.get("/certificates/uploads/new", query_string=PERIOD | {"lang": "en"}).text
    assert "1 certificate may go" in choice
    page = client.post("/certificates/uploads/", data=PERIOD | {"purpose": "<script>上报"}).location
    assert client.post(f"{page}/approve").status_code == 403
    log_in(client, a_member("supervisor", organisation=officer.organisation))
    assert "certificates/uploads" in client.get("/today").text
    client.post(f"{page}/approve")
    assert client.post(f"{page}/file").status_code == 403

    log_in(client, officer)
    answer = client.post(f"{page}/file")
    number = answer.data.decode("utf-8-sig").splitlines()[1].split(",")[7]
    empty = client.post(f"{page}/receipt", data={"file": (io.BytesIO(b"a,b\n"), "r.csv")})
    by_hand = {"number": number, "result": "rejected", "reason": "照片缺失"}
    unexplained = client.post(f"{page}/answer?lang=en", data=by_hand | {"reason": ""})
    stranger = client.post(f"{page}/answer?lang=en", data=by_hand | {"number": "X1"})
    client.post(f"{page}/answer", data=by_hand)
    shown = client.get(page, query_string={"lang": "en"}).text
    listed = client.get("/certificates/uploads/?lang=en").text
    certificate = client.get(re.findall(r'"(/certificates/[0-9a-f-]{36})"', shown)[0], query_string={"lang": "en"}).text

    assert answer.headers["Cache-Control"] == "no-store"
    assert client.post(f"{page}/file").status_code == 409
    assert empty.status_code == 422
    assert (unexplained.status_code, stranger.status_code) == (422, 422)
    assert number in unexplained.text
    assert 'id="reason-error"' in unexplained.text
    assert 'id="number-error"' in stranger.text
    assert "rejected by the platform" in shown
    assert "rejected by the platform" in certificate
    assert "照片缺失" in shown
    assert "<script>上" not in shown + listed
    assert "110101" not in choice + shown + listed
    assert not han(words(choice) + words(shown) + words(listed))


def test_a_layout_is_downloaded_changed_and_entered(client: FlaskClient, officer: Staff) -> None:
    log_in(client, officer)
    document = json.loads(client.get("/certificates/uploads/layout.json").data)

    wrong = client.post("/certificates/uploads/layout", data={"file": (io.BytesIO(b"{}"), "l.json")})
    entered = json.dumps(document | {"source": "某省人社厅〔2026〕1号"}).encode()
    client.post("/certificates/uploads/layout?lang=en", data={"file": (io.BytesIO(entered), "l.json")})
    page = client.get("/certificates/uploads/layout?lang=en").text
    choice = client.get("/certificates/uploads/new", query_string=PERIOD | {"lang": "en"}).text

    assert wrong.status_code == 422
    assert "某省人社厅〔2026〕1号" in page
    assert "demonstration layout, and no" not in page
    assert "It is a specimen" in choice
    assert not han(words(page))


def test_a_refusal_is_explained(client: FlaskClient, officer: Staff) -> None:
    log_in(client, officer)
    page = client.post("/certificates/uploads/", data=PERIOD | {"purpose": "上报平台"}).location
    log_in(client, a_member("certificate_officer", organisation=officer.organisation))
    assert client.post(f"{page}/refuse", data={"reason": ""}).status_code == 422

    client.post(f"{page}/refuse", data={"reason": "范围有误"})

    log_in(client, officer)
    assert "范围有误" in client.get(page).text
