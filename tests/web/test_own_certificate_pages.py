"""A holder's own certificates, links and requests, and the officer who answers."""

import html
import re
from io import BytesIO
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.pages import han, words
from tests.web.staff import a_member, log_in
from tests.web.test_register_pages import PASSWORD, Place, a_place, activated, issued


@pytest.fixture(autouse=True)
def _no_page_tokens(app: Flask) -> None:
    """Forms are sent without having been opened; that they need a token is tested with the shell."""
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture
def place(app: Flask) -> Place:
    return a_place(app)


@pytest.fixture
def certificate(app: Flask, place: Place) -> UUID:
    return issued(app, place)[0]


@pytest.fixture
def holder(client: FlaskClient, place: Place, certificate: UUID) -> FlaskClient:
    """The holder, logged in after the certificate was issued."""
    assert certificate
    _, email = activated(client, place)
    client.post("/account/login", data={"email": email, "password": PASSWORD})
    return client


def test_a_holder_shares_a_certificate_and_ends_the_link(app: Flask, holder: FlaskClient, certificate: UUID) -> None:
    page = f"/my/certificates/{certificate}"
    made = holder.post(f"{page}/share?lang=en", data={"extent": "face", "days": "7"}).text
    address = re.search(r'href="([^"]*/s/[^"]+)"', made)
    assert address
    path = html.unescape(address[1]).partition("/s/")[2]
    stranger = app.test_client()

    shown = stranger.get(f"/s/{path}?lang=en")
    end = re.search(r'action="([^"]+/end)"', holder.get(f"{page}?lang=en").text)
    assert end
    holder.post(html.unescape(end[1]))
    after, unknown = stranger.get(f"/s/{path}?lang=en"), stranger.get("/s/never?lang=en")

    assert shown.status_code == 200
    assert "The holder shows you this certificate until" in shown.text
    assert shown.headers["X-Robots-Tag"].startswith("noindex")
    assert "no-store" in shown.headers["Cache-Control"]
    assert "<img" not in shown.text.partition("<main")[2]
    assert (after.status_code, unknown.status_code) == (404, 404)
    assert words(after.text)[3:] == words(unknown.text)[3:]


def test_days_that_no_link_stays_open_are_told_at_their_field(holder: FlaskClient, certificate: UUID) -> None:
    answer = holder.post(f"/my/certificates/{certificate}/share?lang=en", data={"extent": "least", "days": "400"})

    assert answer.status_code == 422
    assert "Enter a number from 1 to 90." in answer.text


def test_a_holder_asks_an_officer_answers_and_the_holder_reads_it(
    app: Flask, holder: FlaskClient, place: Place, certificate: UUID
) -> None:
    page = f"/my/certificates/{certificate}"
    asked = {"kind": "correction", "reason": "姓名有误，应为方一铭", "evidence": (BytesIO(b"%PDF-1.7"), "card.pdf")}
    without = holder.post(f"{page}/ask?lang=en", data={**asked, "evidence": (BytesIO(b""), "")})
    sent = holder.post(f"{page}/ask", data=asked, content_type="multipart/form-data")
    officer = log_in(app.test_client(), a_member("certificate_officer", organisation=place.officer.organisation))
    listed = officer.get("/certificates/requests/?lang=en").text
    address = re.search(r'href="(/certificates/requests/[0-9a-f-]{36})', listed)
    assert address

    given = officer.get(f"{address[1]}/evidence")
    wordless = officer.post(f"{address[1]}?lang=en", data={"verdict": "accept", "words": " "})
    officer.post(address[1], data={"verdict": "accept", "words": "经核对属实。"})

    assert (without.status_code, sent.status_code, wordless.status_code) == (422, 302, 422)
    assert "Send what shows the right words" in without.text
    assert (given.data, given.mimetype) == (b"%PDF-1.7", "application/pdf")
    assert "attachment" in given.headers["Content-Disposition"]
    assert f"/certificates/{certificate}/correct" in officer.get(address[1]).text
    assert "经核对属实。" in holder.get(page).text


def test_the_list_leads_to_every_own_certificate_and_english_pages_are_english(
    holder: FlaskClient, certificate: UUID
) -> None:
    pages = [holder.get(f"{path}?lang=en").text for path in ("/my/certificates/", f"/my/certificates/{certificate}")]

    assert f"/my/certificates/{certificate}" in pages[0]
    assert [han(words(page)) for page in pages] == [[], []]
