"""What programs of others read, what holders and officers download, and the scanned offline code."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kaoping.certificates import badge_keys, offline_code
from kaoping.certificates.baking import unbaked
from kaoping.certificates.did import did_web
from kaoping.certificates.models import Certificate
from kaoping.certificates.proofs import jwt_payload, signed_by
from kaoping.certificates.status_list import is_set
from kaoping.exam import issuer, signing
from kaoping.exam.people import organisations
from kaoping.exam.people.organisations import PrintedCode
from kaoping.exam.results import printed_code
from kaoping.itembank.actor import Actor
from tests.builders_results import revoked
from tests.web.pages import han, words
from tests.web.staff import a_member, log_in
from tests.web.test_register_pages import Place, a_place, issued, within


@pytest.fixture(autouse=True)
def _no_page_tokens(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture
def place(app: Flask) -> Place:
    return a_place(app)


def settings_of(app: Flask) -> Any:
    return app.extensions["kaoping.settings"]


def local(url: str) -> str:
    """Give an address of the installation as the test client asks for it."""
    return url.split(":8000", 1)[1]


def test_the_badge_leads_to_everything_that_others_verify_it_with(
    app: Flask, client: FlaskClient, place: Place
) -> None:
    certificate, number, _ = issued(app, place)
    settings = settings_of(app)
    log_in(client, place.officer)
    offered = re.findall(
        rf'href="(/certificates/{certificate}/badge[^"]+)"', client.get(f"/certificates/{certificate}").text
    )
    badge = json.loads(client.get(f"/certificates/{certificate}/badge.json").data)
    client.post("/logout")
    status, achievement = badge["credentialStatus"], badge["credentialSubject"]["achievement"]

    forms = ("json", "png", "svg", "jwt", "json?name=shown")
    assert offered == [f"/certificates/{certificate}/badge.{form}" for form in forms] + [
        f"/certificates/{certificate}/badge-salts.json"
    ]
    published = client.get("/.well-known/did.json")
    methods = {one["id"] for one in json.loads(published.data)["verificationMethod"]}
    assert badge["issuer"]["id"] == json.loads(published.data)["id"] == did_web(settings.origin)
    assert badge["proof"][0]["verificationMethod"] in methods
    assert signed_by(badge, signing.published(settings), did=did_web(settings.origin))
    assert badge["credentialSubject"]["licenseNumber"] == number

    listed = client.get(local(status["statusListCredential"]))
    assert (listed.status_code, listed.headers["Access-Control-Allow-Origin"]) == (200, "*")
    assert not is_set(json.loads(listed.data)["credentialSubject"]["encodedList"], int(status["statusListIndex"]))
    again = client.get(local(status["statusListCredential"]), headers={"If-None-Match": listed.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")

    shown = client.get(local(achievement["id"]), headers={"Accept": "application/ld+json"})
    assert {name: json.loads(shown.data)[name] for name in achievement} == achievement


def test_a_revocation_reaches_the_list_and_its_tag(app: Flask, client: FlaskClient, place: Place) -> None:
    certificate, _, _ = issued(app, place)
    log_in(client, place.officer)
    status = json.loads(client.get(f"/certificates/{certificate}/badge.json").data)["credentialStatus"]
    url, index = local(status["statusListCredential"]), int(status["statusListIndex"])
    before = client.get(url)

    within(place.officer, lambda session, _: revoked(session, session.get_one(Certificate, certificate)))
    after = client.get(url, headers={"If-None-Match": before.headers["ETag"]})

    assert after.status_code == 200
    assert is_set(json.loads(after.data)["credentialSubject"]["encodedList"], index)
    assert signed_by(json.loads(after.data), signing.published(settings_of(app)), did=did_web(settings_of(app).origin))


@pytest.mark.parametrize(
    "url",
    [
        "/credentials/status/nobody/revocation/1",
        "/credentials/status/nobody/refresh/1",
        "/credentials/achievements/nobody/6f1f1f0a-0000-4000-8000-000000000001",
        "/credentials/keys/0123456789abcdef",
    ],
)
def test_what_is_not_published_is_not_there(client: FlaskClient, url: str) -> None:
    assert client.get(url).status_code == 404


def test_a_badge_comes_in_four_forms_that_all_verify(app: Flask, client: FlaskClient, place: Place) -> None:
    certificate, number, _ = issued(app, place)
    settings = settings_of(app)
    badge_keys.generate(Path(settings.badge_key))
    log_in(client, place.officer)

    given = {form: client.get(f"/certificates/{certificate}/badge.{form}") for form in ("json", "jwt", "png", "svg")}

    assert {answer.status_code for answer in given.values()} == {200}
    assert given["png"].headers["Content-Disposition"] == f'attachment; filename="{number}.png"'
    assert unbaked(given["png"].data) == unbaked(given["svg"].data) == given["json"].data.decode()
    kid = f"{settings.origin}/credentials/keys/{issuer.token_key(settings).key_id}"
    public = {kid: issuer.token_key(settings).public_key}
    assert jwt_payload(given["jwt"].text, public)["credentialSubject"]["licenseNumber"] == number  # type: ignore[index]
    assert json.loads(client.get(local(kid)).data)["kty"] == "RSA"


def test_only_who_chooses_it_gets_the_name_in_the_badge_and_the_salts_are_for_officers_who_issue(
    app: Flask, client: FlaskClient, place: Place
) -> None:
    certificate, _, _ = issued(app, place)
    log_in(client, place.officer)
    url = f"/certificates/{certificate}/badge"

    assert "方一鸣" not in client.get(f"{url}.json").text
    assert "方一鸣" in client.get(f"{url}.json?name=shown").text
    assert json.loads(client.get(f"{url}-salts.json").data)["name"]["value"] == "方一鸣"

    log_in(client, a_member("supervisor", organisation=place.officer.organisation))
    assert client.get(f"{url}.json").status_code == 200
    assert client.get(f"{url}-salts.json").status_code == 403


def test_the_scanned_offline_code_opens_the_page_of_the_certificate(
    app: Flask, client: FlaskClient, place: Place
) -> None:
    certificate, number, _ = issued(app, place)
    code = within(place.officer, lambda session, _: session.get_one(Certificate, certificate).offline_code)

    opened = client.get(f"/V/{code}", follow_redirects=True)
    changed = client.get(f"/V/{code[-300:]}?lang=en")

    assert opened.status_code == 200
    assert number[-6:] in opened.text
    assert "方一鸣" in opened.text
    assert changed.status_code == 422
    assert "scan it again" in changed.text


def test_the_page_of_an_achievement_speaks_both_languages(app: Flask, client: FlaskClient, place: Place) -> None:
    certificate, _, _ = issued(app, place)
    log_in(client, place.officer)
    badge = json.loads(client.get(f"/certificates/{certificate}/badge.json").data)
    url = local(badge["credentialSubject"]["achievement"]["id"])

    chinese, english = (client.get(f"{url}?lang={lang}", headers={"Accept": "text/html"}).text for lang in ("zh", "en"))

    assert "这枚徽章证明什么" in chinese
    assert "What this badge attests" in english
    assert not han(words(english))
    assert "方一鸣" not in chinese + english


def test_an_organisation_chooses_the_code_on_its_certificates(client: FlaskClient) -> None:
    log_in(client, a_member("system_administrator"))

    client.post("/organisation/code", data={"printed_code": "short"})

    assert '<option selected value="short">' in client.get("/organisation").text


def test_the_printed_code_is_the_signed_one_unless_the_organisation_chose_the_short_one(
    app: Flask, place: Place
) -> None:
    certificate, number, query_key = issued(app, place)

    def printed(session: Session, by: Actor, *, choice: PrintedCode | None = None) -> str:
        if choice:
            organisations.set_printed_code(session, choice, by=by)
        row = session.get_one(Certificate, certificate)
        organisation = organisations.own(session, by=by)
        return printed_code.text(row, organisation, origin="http://127.0.0.1:8000")

    signed = within(place.officer, printed)
    short = within(place.officer, lambda session, by: printed(session, by, choice=PrintedCode.SHORT))

    assert offline_code.read(signed, signing.published(settings_of(app))).number == number
    assert short == f"http://127.0.0.1:8000/v/{query_key}"
