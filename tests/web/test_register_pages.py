"""Pages of certificates, public verification and the candidate's own account."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from random import randrange
from typing import Any
from uuid import UUID, uuid4

import pikepdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from kaoping.certificates import keys
from kaoping.certificates.models import Certificate, CertificateProposal, NumberRuleVersion
from kaoping.certificates.number import TRIAL_2019
from kaoping.exam import db
from kaoping.exam.db import transaction
from kaoping.exam.people.models import Account, AttemptCounter, Organisation
from kaoping.exam.results import awarding
from kaoping.exam.results.verifying import FRUITLESS
from kaoping.itembank.actor import Actor
from kaoping.itembank.models import Standard
from tests.builders_registration import an_identity
from tests.builders_results import FINAL, a_final_decision
from tests.conftest import Database
from tests.web.pages import han, words
from tests.web.staff import Staff, a_member, log_in

TAIL = an_identity(1)[-6:]
PASSWORD = "correct horse"


@dataclass(frozen=True)
class Place:
    """A final pass whose certificate waits to be issued."""

    officer: Staff
    decision: UUID
    application: UUID
    ticket: str


def within(staff: Staff, deed: Callable[[Session, Actor], Any]) -> Any:
    with transaction(staff.organisation) as session:
        return deed(session, Actor(staff.account, staff.organisation))


@pytest.fixture(autouse=True)
def _no_page_tokens(app: Flask) -> None:
    """Forms are sent without having been opened; that they need a token is tested with the shell."""
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture
def place(app: Flask) -> Place:
    return a_place(app)


def a_place(app: Flask, *, specimen: bool = True) -> Place:
    officer = a_member("certificate_officer")
    settings = app.extensions["kaoping.settings"]
    settings.signing_key.parent.mkdir(parents=True, exist_ok=True)
    keys.generate(Path(settings.signing_key))

    def made(session: Session, _: Actor) -> Place:
        session.execute(delete(AttemptCounter))
        site = update(Organisation).where(Organisation.id == officer.organisation)
        session.execute(site.values(site_code=f"{randrange(10**6):06}"))
        decision = a_final_decision(session, photo=True)
        for standard in session.scalars(select(Standard)):  # in the transaction that published it, it may still change
            standard.demonstration = specimen
        session.execute(site.values(demonstration=specimen))
        return Place(officer, decision.id, decision.application_id, decision.application.ticket)

    return within(officer, made)  # type: ignore[no-any-return]


def issued(app: Flask, place: Place) -> tuple[UUID, str, str]:
    """Issue the certificate and give id, number and query key."""
    key = keys.load(Path(app.extensions["kaoping.settings"].signing_key))

    def issue(session: Session, by: Actor) -> tuple[UUID, str, str]:
        made = awarding.issue(session, place.decision, key=key, by=by, at=FINAL)
        return made.id, made.number, made.query_key

    return within(place.officer, issue)  # type: ignore[no-any-return]


def asked(client: FlaskClient, number: str, *, name: str = "方一鸣", tail: str = "", lang: str = "en") -> Any:
    return client.post(f"/verify?lang={lang}", data={"number": number, "name": name, "tail": tail})


def test_a_certificate_is_issued_from_the_list_of_what_waits(client: FlaskClient, place: Place) -> None:
    log_in(client, place.officer)

    before = client.get("/certificates/?lang=en").text
    answer = client.post("/certificates/?lang=en", data={"decision": str(place.decision)})
    after = client.get("/certificates/?lang=en").text

    assert place.ticket in before
    assert answer.status_code == 302
    assert "1 certificate is issued." in after
    assert "Nothing waits to be issued" in after


def test_the_sheet_of_a_certificate_is_signed_carries_its_badge_and_is_not_stored(
    app: Flask, client: FlaskClient, place: Place
) -> None:
    certificate, number, _ = issued(app, place)
    log_in(client, place.officer)

    sheet = client.get(f"/certificates/{certificate}.pdf")
    badge = client.get(f"/certificates/{certificate}/badge.json")

    with pikepdf.open(BytesIO(sheet.data)) as pdf:
        assert pdf.Root.Perms.DocMDP.SubFilter == "/ETSI.CAdES.detached"
        assert pdf.attachments["credential.json"].get_file().read_bytes() == badge.data
    assert sheet.headers["Cache-Control"] == "no-store"
    assert number in sheet.headers["Content-Disposition"]


def proposal_of(place: Place) -> UUID:
    return within(place.officer, lambda session, _: session.scalars(select(CertificateProposal.id)).one())  # type: ignore[no-any-return]


def test_a_revocation_by_two_persons_is_seen_by_whoever_checks(app: Flask, client: FlaskClient, place: Place) -> None:
    certificate, number, _ = issued(app, place)
    log_in(client, place.officer)
    other = app.test_client()
    log_in(other, a_member("supervisor", organisation=place.officer.organisation))

    without = client.post(f"/certificates/{certificate}/propose?lang=zh", data={"verb": "revoke", "reason": " "})
    client.post(f"/certificates/{certificate}/propose", data={"verb": "revoke", "reason": "违规取得"})
    before = asked(app.test_client(), number).text
    own = client.post(f"/certificates/proposals/{(proposal := proposal_of(place))}/confirm?lang=zh")
    duty = other.get("/today?lang=en").text
    other.post(f"/certificates/proposals/{proposal}/confirm")
    whole, least = (asked(app.test_client(), number, tail=tail).text for tail in (TAIL, ""))

    assert without.status_code == 422
    assert "确认变更的人以此为据" in without.text
    assert "Specimen, not valid" in before
    assert own.status_code == 403
    assert "1 proposal about certificates waits for a second person" in duty
    assert "The certificate was revoked" in whole
    assert "违规取得" in whole
    assert "The certificate was revoked" in least
    assert "违规取得" not in least


def test_what_is_missing_for_a_certificate_is_named_and_entered_on_a_page(
    app: Flask, client: FlaskClient, place: Place
) -> None:
    log_in(client, a_member("exam_officer", organisation=place.officer.organisation))
    no_longer = {"decision": str(place.decision), "kind": "eligibility", "holds": "no", "evidence": "证明系伪造"}
    client.post("/certificates/grounds/", data=no_longer)
    officer = app.test_client()
    log_in(officer, place.officer)

    listed = officer.get("/certificates/?lang=zh").text
    refused = officer.post("/certificates/?lang=zh", data={"decision": str(place.decision)})
    silent = client.post("/certificates/grounds/?lang=en", data=no_longer | {"holds": "yes", "evidence": ""})
    client.post("/certificates/grounds/", data=no_longer | {"holds": "yes", "evidence": "社保证明，档案第 7 号"})
    issued_now = officer.post("/certificates/", data={"decision": str(place.decision)})

    assert "尚缺：符合申报条件" in listed
    assert refused.status_code == 409
    assert "尚缺依据：符合申报条件" in refused.text
    assert silent.status_code == 422
    assert "Say what shows it" in silent.text
    assert issued_now.status_code == 302


def test_a_number_rule_is_previewed_proposed_and_confirmed_by_another(
    app: Flask, client: FlaskClient, place: Place
) -> None:
    log_in(client, place.officer)
    other = app.test_client()
    log_in(other, a_member("supervisor", organisation=place.officer.organisation))
    rule = TRIAL_2019.model_dump(mode="json") | {"version": "2026-T", "valid_from": "2026-01-01"}
    rule["parts"][0]["choices"] = ["S"]

    shown = client.post("/certificates/rules/?lang=zh", data={"document": json.dumps(rule), "preview": "1"})
    wrong = client.post("/certificates/rules/?lang=en", data={"document": "{}"})
    client.post("/certificates/rules/", data={"document": json.dumps(rule)})
    row = within(place.officer, lambda session, _: session.scalars(select(NumberRuleVersion.id)).one())
    own = client.post(f"/certificates/rules/{row}/confirm")
    other.post(f"/certificates/rules/{row}/confirm")

    assert "S000000000000265000001" in shown.text
    assert "The rule cannot be used, at version" in wrong.text
    assert own.status_code == 403
    assert "proposed by" in client.get("/certificates/rules/?lang=en").text
    assert "waits for a second person" not in words(client.get("/certificates/rules/?lang=en").text)


def test_a_correction_leads_from_the_old_number_to_the_new_one(app: Flask, client: FlaskClient, place: Place) -> None:
    certificate, number, _ = issued(app, place)
    log_in(client, place.officer)
    other = app.test_client()
    log_in(other, a_member("certificate_officer", organisation=place.officer.organisation))
    page = f"/certificates/{certificate}/correct?lang=en"

    same = client.post(page, data={"name": "方一鸣", "reason": "无"})
    client.post(page, data={"name": "方亦鸣", "reason": "姓名用字有误"})
    confirmed = other.post(f"/certificates/proposals/{proposal_of(place)}/confirm")
    old, new = (asked(app.test_client(), number, tail=TAIL).text, other.get(f"{confirmed.location}?lang=en").text)

    assert same.status_code == 422
    assert "Nothing differs" in same.text
    assert "The certificate was replaced by another" in old
    assert "replaced by a corrected certificate" in old
    assert "姓名用字有误" not in old
    assert "方亦鸣" in new
    assert number in new
    assert "姓名用字有误" in other.get(f"/certificates/{certificate}").text


def test_the_register_is_searched_by_state_number_and_name(app: Flask, client: FlaskClient, place: Place) -> None:
    _, number, _ = issued(app, place)
    log_in(client, place.officer)

    found = [
        number in client.get(f"/certificates/?lang=en&{asked_for}").text
        for asked_for in ("state=valid", f"q={number[:20]}", "q=s", "q=方一", "kind=skill_level", "first=2026-11-28",
                          "state=revoked", "q=李", "kind=training_record", "last=2026-11-27")
    ]  # fmt: skip

    assert found == [True] * 6 + [False] * 4


def test_the_qr_code_shows_face_and_photo_and_the_identity_number_masked(
    app: Flask, client: FlaskClient, place: Place
) -> None:
    *_, query_key = issued(app, place)

    page = client.get(f"/v/{query_key}?lang=zh")

    assert page.status_code == 200
    assert "示范样张，无效" in page.text
    assert "方一鸣" in page.text
    assert "data:image/jpeg;base64," in page.text
    assert an_identity(1) not in page.text


@pytest.mark.parametrize("specimen", [True, False])
def test_a_specimen_is_never_called_valid(app: Flask, client: FlaskClient, *, specimen: bool) -> None:
    place = a_place(app, specimen=specimen)
    _, number, _ = issued(app, place)

    told = words(asked(client, number).text)
    log_in(client, place.officer)
    listed = client.get("/certificates/?lang=en").text

    assert ("Specimen, not valid" in told) is specimen
    assert ("The certificate is valid" in told) is not specimen
    assert ("Specimen, not valid" in listed) is specimen
    assert ("</svg>valid</" in listed.rpartition("<tbody")[2]) is not specimen


def test_number_and_name_show_the_least_and_the_tail_the_whole_face(
    app: Flask, client: FlaskClient, place: Place
) -> None:
    _, number, _ = issued(app, place)

    least, whole = asked(client, number).text, asked(client, number, tail=TAIL).text

    assert "方**" in least
    assert "Identity document" not in least
    assert "方一鸣" in whole
    assert "data:image" not in whole


def test_mismatch_and_unknown_have_the_same_status_and_the_same_words(
    app: Flask, client: FlaskClient, place: Place
) -> None:
    _, number, _ = issued(app, place)

    def told(answer: Any) -> list[str]:
        return [word for word in words(answer.text) if not word.startswith("Checked at")]

    name, tail, unknown = (
        asked(client, number, name="方二鸣"),
        asked(client, number, tail="000000"),
        asked(client, number[:-6] + "999999"),
    )

    assert {answer.status_code for answer in (name, tail, unknown)} == {404}
    assert told(name) == told(tail) == told(unknown)


def test_a_question_without_number_or_name_says_what_is_missing(client: FlaskClient) -> None:
    answer = client.post("/verify?lang=en", data={"number": "", "name": ""})

    assert answer.status_code == 422
    assert "Enter the certificate number." in answer.text


def test_an_address_that_tries_numbers_through_waits(app: Flask, client: FlaskClient, place: Place) -> None:
    for _ in range(FRUITLESS.failures):
        asked(client, "S000000000000263999999")

    answer = asked(client, "S000000000000263999999", lang="zh")

    assert answer.status_code == 429
    assert "查无结果的次数太多" in answer.text


def test_a_changed_signature_is_told_as_broken(
    app: Flask, client: FlaskClient, place: Place, database: Database
) -> None:
    certificate, number, _ = issued(app, place)
    with (
        db.as_role(database.addresses.as_owner()) as owner,
        Session(owner, info={"organisation": place.officer.organisation}) as session,
        session.begin(),
    ):
        session.execute(text("ALTER TABLE certificate DISABLE TRIGGER certificate_is_fixed"))
        session.execute(update(Certificate).where(Certificate.id == certificate).values(signature=bytes(64)))
        session.execute(text("ALTER TABLE certificate ENABLE TRIGGER certificate_is_fixed"))

    assert "The signature does not match" in asked(client, number).text


def activated(client: FlaskClient, place: Place, **changes: str) -> tuple[Any, str]:
    email = f"{uuid4().hex[:12]}@example.org"
    form = {
        "ticket": place.ticket, "name": "方一鸣", "tail": TAIL, "email": email, "password": PASSWORD, "again": PASSWORD,
    } | changes  # fmt: skip
    return client.post("/my/activate?lang=en", data=form), email


def test_a_candidate_opens_an_account_logs_in_and_downloads_the_certificate(
    app: Flask, client: FlaskClient, place: Place
) -> None:
    certificate, *_ = issued(app, place)

    opened, email = activated(client, place)
    entered = client.post("/account/login?next=/my/", data={"email": email, "password": PASSWORD})
    listed = client.get("/my/?lang=en")
    english = client.get(f"/my/exams/{place.application}?lang=en")
    shown = client.get(f"/my/exams/{place.application}?lang=zh")
    sheet = client.get(f"/my/certificates/{certificate}.pdf")
    report = client.get(f"/my/exams/{place.application}/report.pdf")

    assert report.data.startswith(b"%PDF")
    assert "下载成绩单" in shown.text
    assert opened.location.startswith("/account/login")
    assert entered.status_code == 302
    assert "passed" in listed.text
    assert "Level 3 / Senior Skilled Worker" in listed.text
    assert "Level 3 / Senior Skilled Worker" in english.text
    assert "三级/高级工" not in listed.text + english.text
    assert "三级/高级工" in shown.text
    assert "下载证书" in shown.text
    assert "80.0" in shown.text
    assert sheet.data.startswith(b"%PDF")


def test_an_account_without_role_is_led_to_its_exams(app: Flask, client: FlaskClient, place: Place) -> None:
    _, email = activated(client, place)
    client.post("/account/login", data={"email": email, "password": PASSWORD})

    assert client.get("/").location == "/my/"
    assert client.get("/today").location == "/my/"


def test_wrong_words_open_no_account_and_say_nothing_more(client: FlaskClient, place: Place) -> None:
    mismatch, _ = activated(client, place, tail="000000")
    unknown, _ = activated(client, place, ticket="999999999999")

    assert (mismatch.status_code, unknown.status_code) == (403, 403)
    assert [one.text.count("do not belong together") for one in (mismatch, unknown)] == [1, 1]


def test_two_different_passwords_are_told_at_the_field(client: FlaskClient, place: Place) -> None:
    answer, _ = activated(client, place, again="another one")

    assert answer.status_code == 422
    assert "The two passwords differ." in answer.text


def test_another_candidates_result_and_certificate_are_not_there(app: Flask, client: FlaskClient, place: Place) -> None:
    certificate, _, _ = issued(app, place)
    stranger = a_member()
    log_in(client, stranger)

    assert client.get(f"/my/exams/{place.application}").status_code == 404
    assert client.get(f"/my/exams/{place.application}/report.pdf").status_code == 404
    assert client.get(f"/my/certificates/{certificate}.pdf").status_code == 404


def test_a_visitor_is_sent_to_log_in(client: FlaskClient, place: Place) -> None:
    assert client.get("/my/").location.startswith("/account/login?next=")


def test_english_pages_show_no_chinese_outside_content(app: Flask, client: FlaskClient, place: Place) -> None:
    certificate, number, query_key = issued(app, place)
    _, email = activated(app.test_client(), place)
    own = app.test_client()
    own.post("/account/login", data={"email": email, "password": PASSWORD})
    log_in(client, place.officer)

    pages = [client.get(f"{path}?lang=en") for path in (
        "/certificates/", f"/certificates/{certificate}", "/verify", f"/v/{query_key}", "/v/unknown"
    )]  # fmt: skip
    pages += [own.get(f"{path}?lang=en") for path in ("/my/", f"/my/exams/{place.application}", "/my/activate")]
    pages += [asked(client, number), asked(client, number, name="谁")]

    for page in pages:
        assert not han(words(page.text)), page.request.path
    assert place.ticket not in pages[3].text


def test_an_account_keeps_no_password_in_the_clear(client: FlaskClient, place: Place) -> None:
    _, email = activated(client, place)

    with transaction() as session:
        account = session.query(Account).filter_by(email=email).one()
        assert PASSWORD not in (account.password or "")
