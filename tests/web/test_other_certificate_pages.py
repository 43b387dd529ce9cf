"""Certificates that follow from no exam: proposed on a page, confirmed by another, numbered, signed and printed."""

import json
import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from random import randrange
from typing import Any

import pikepdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kaoping.certificates import keys, number_rules, register
from kaoping.certificates.face_text import runs
from kaoping.certificates.kinds import WORDS, CertificateKind
from kaoping.certificates.models import Certificate, CertificateProposal, RegisterEntry
from kaoping.exam.db import transaction
from kaoping.exam.people import persons
from kaoping.exam.people.models import Organisation, Person
from kaoping.exam.results import conferring
from kaoping.itembank.actor import Actor
from tests.builders_registration import a_candidate, an_identity
from tests.web.pages import han, words
from tests.web.staff import Staff, a_member, log_in

YESTERDAY = datetime.now(UTC).date() - timedelta(days=1)
COMMON = {
    "name": "方一鸣", "identity_type": "resident_identity_card", "identity": an_identity(1),
    "issued_on": str(YESTERDAY), "evidence": "名册第 3 号，档案室 2 柜",
}  # fmt: skip
#: What each kind asks beside that, at its longest.
ASKED: dict[CertificateKind, dict[str, str]] = {
    CertificateKind.TRAINING_RECORD: {"occupation": "标准编写实务培训" * 6, "hours": "72"},
    CertificateKind.COMPETITION_AWARD: {
        "occupation": "全国标准化知识竞赛", "specialty": "标准编写赛项", "level": "一等奖", "level_en": "First Prize",
    },
    CertificateKind.PROFESSIONAL_LEVEL: {"occupation": "数字化管理师", "specialty": "标准数字化", "grade": "中级"},
    CertificateKind.PERSON_CERTIFICATION: {
        "occupation": "标准化审核人员认证方案", "valid_until": str(YESTERDAY + timedelta(days=900)),
    },
}  # fmt: skip
ROWS = {
    CertificateKind.TRAINING_RECORD: ("培训项目", "学时", "72"),
    CertificateKind.COMPETITION_AWARD: ("竞赛名称", "奖项", "一等奖"),
    CertificateKind.PROFESSIONAL_LEVEL: ("专业技术等级", "中级", "数字化管理师"),
    CertificateKind.PERSON_CERTIFICATION: ("认证方案", "有效期至", "标准化审核人员认证方案"),
}
#: The words before each value of a page.
LABELS_SHOWN = re.compile(r"<dt>(.*?)</dt>", re.DOTALL)
#: What the screen calls the rows of each kind, and what it has no row for.
SCREEN = {
    CertificateKind.TRAINING_RECORD: ("Training", "Content", "Hours"),
    CertificateKind.COMPETITION_AWARD: ("Competition", "Event", "Award"),
    CertificateKind.PROFESSIONAL_LEVEL: ("Occupation", "Specialty", "Professional level"),
    CertificateKind.PERSON_CERTIFICATION: ("Scheme", "Scope"),
}
#: What the correction calls the English of the specialty, kind by kind.
IN_ENGLISH = ("Content in English", "Event in English", "Specialty in English", "Scope in English")


@pytest.fixture(autouse=True)
def _no_page_tokens(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture
def officer(app: Flask) -> Staff:
    """Give an officer of an organisation that knows one person and has no rule for these kinds."""
    staff, settings = a_member("certificate_officer"), app.extensions["kaoping.settings"]
    settings.signing_key.parent.mkdir(parents=True, exist_ok=True)
    keys.generate(Path(settings.signing_key))
    with transaction(staff.organisation) as session:
        site = update(Organisation).where(Organisation.id == staff.organisation)
        session.execute(site.values(site_code=f"{randrange(10**6):06}"))
        persons.find_or_create(session, a_candidate(1), by=Actor(staff.account, staff.organisation))
    return staff


def with_rule(staff: Staff) -> None:
    """Put a rule for all four kinds into force, by two persons."""
    rule = {
        "version": "OTHER", "kinds": list(conferring.KINDS), "valid_from": "2026-01-01",
        "parts": [
            {"part": "choice", "name": "mark", "choices": ["K"]}, {"part": "digits", "name": "site", "length": 6},
            {"part": "year", "name": "year", "length": 4}, {"part": "serial", "name": "serial", "length": 5},
        ],
    }  # fmt: skip
    other = a_member("supervisor", organisation=staff.organisation)
    with transaction(staff.organisation) as session:
        row = number_rules.propose(session, json.dumps(rule), by=Actor(staff.account, staff.organisation))
        session.flush()
        number_rules.confirm(session, row.id, by=Actor(other.account, staff.organisation))


def posted(client: FlaskClient, kind: CertificateKind, **changes: str) -> Any:
    data = COMMON | ASKED[kind] | changes
    return client.post(f"/certificates/other/?kind={kind}&lang=en", data=data)


def of(staff: Staff, model: type[Any]) -> list[Any]:
    def read(session: Session) -> list[Any]:
        return list(session.scalars(select(model)))

    with transaction(staff.organisation) as session:
        return read(session)


@pytest.mark.parametrize("kind", conferring.KINDS)
def test_one_proposes_another_confirms_and_the_sheet_is_called_what_it_is(
    app: Flask, client: FlaskClient, officer: Staff, kind: CertificateKind
) -> None:
    with_rule(officer)
    log_in(client, officer)
    other = app.test_client()
    log_in(other, a_member("certificate_officer", organisation=officer.organisation))

    answers = [posted(client, kind), posted(client, kind)]
    [proposal] = of(officer, CertificateProposal)
    waiting = other.get("/certificates/proposals/?lang=en").text
    own = client.post(f"/certificates/proposals/{proposal.id}/confirm")
    before = of(officer, Certificate)
    confirmed = [other.post(f"/certificates/proposals/{proposal.id}/confirm") for _ in range(2)]
    [certificate], [line] = of(officer, Certificate), of(officer, RegisterEntry)
    sheet = other.get(f"/certificates/{certificate.id}.pdf?form=bilingual")

    assert [answer.status_code for answer in answers] == [302, 302]
    assert "方一鸣" in waiting
    assert an_identity(1) not in waiting
    assert (own.status_code, before) == (403, [])
    assert {answer.location for answer in confirmed} == {f"/certificates/{certificate.id}"}
    assert certificate.number.startswith("K")
    assert (line.by, line.proposal_id) == (officer.account, proposal.id)
    assert line.confirmed_by not in {None, officer.account}
    assert "名册第 3 号" in other.get(confirmed[0].location).text
    with pikepdf.open(BytesIO(sheet.data)) as pdf:
        face = "".join(run.text for run in runs(pdf.pages[0])).replace(" ", "")
        badge = json.loads(pdf.attachments["credential.json"].get_file().read_bytes())
    for shown in (WORDS[kind].title, *ROWS[kind]):
        assert shown in face
    assert "技能等级" not in face
    assert register.award_of(certificate).level_name == ASKED[kind].get("level", ASKED[kind].get("grade", ""))
    assert badge["name"].startswith(WORDS[kind].title)
    again = posted(client, kind)
    assert again.status_code == 422
    assert "with the same words already" in again.text


@pytest.mark.parametrize("kind", conferring.KINDS)
def test_the_screen_calls_the_rows_what_the_paper_calls_them(
    app: Flask, client: FlaskClient, officer: Staff, kind: CertificateKind
) -> None:
    with_rule(officer)
    log_in(client, officer)
    posted(client, kind)
    other = app.test_client()
    log_in(other, a_member("supervisor", organisation=officer.organisation))
    [proposal] = of(officer, CertificateProposal)
    waiting = "/certificates/proposals/"
    before = {lang: other.get(f"{waiting}?lang={lang}").text for lang in ("en", "zh")}
    shown = other.post(f"/certificates/proposals/{proposal.id}/confirm").location
    [certificate] = of(officer, Certificate)
    whole = {"number": certificate.number, "name": "方一鸣", "tail": an_identity(1)[-6:]}
    correction = client.get(f"{shown}/correct?lang=en").text
    issued = {lang: other.get(f"{shown}?lang={lang}").text for lang in ("en", "zh")}
    verified = {lang: app.test_client().post(f"/verify?lang={lang}", data=whole).text for lang in ("en", "zh")}

    assert conferring.KINDS.index(kind) == next(place for place, word in enumerate(IN_ENGLISH) if word in correction)
    for page in (before, issued, verified):
        english, chinese = (LABELS_SHOWN.findall(page[lang]) for lang in ("en", "zh"))
        labels = [words.strip() for words in english]
        assert [words for words in labels if words in SCREEN[kind]] == list(SCREEN[kind])
        assert not {"Occupation", "Specialty", "Level"} & set(labels) - set(SCREEN[kind])
        assert ROWS[kind][0] in "".join(chinese)


def test_number_and_name_show_no_row_that_is_no_level(app: Flask, client: FlaskClient, officer: Staff) -> None:
    with_rule(officer)
    log_in(client, officer)
    posted(client, CertificateKind.TRAINING_RECORD)
    other = app.test_client()
    log_in(other, a_member("supervisor", organisation=officer.organisation))
    [proposal] = of(officer, CertificateProposal)
    other.post(f"/certificates/proposals/{proposal.id}/confirm")
    [certificate] = of(officer, Certificate)

    least = client.post("/verify?lang=en", data={"number": certificate.number, "name": "方一鸣"}).text

    assert [words.strip() for words in LABELS_SHOWN.findall(least)] == ["Name"]
    assert "标准编写" not in least


def test_what_is_refused_is_told_at_its_field_and_nothing_is_lost(client: FlaskClient, officer: Staff) -> None:
    log_in(client, officer)
    training, award, person = (
        CertificateKind.TRAINING_RECORD, CertificateKind.COMPETITION_AWARD, CertificateKind.PERSON_CERTIFICATION,
    )  # fmt: skip
    unruled = posted(client, training)
    with_rule(officer)
    ahead = str(YESTERDAY + timedelta(days=4))
    refused = {
        "Nobody here has this document": posted(client, training, identity=an_identity(7)),
        "is on file under the name": posted(client, training, name="林知远"),
        "A resident identity number has 18 characters": posted(client, training, identity=an_identity(1)[:-1]),
        "cannot lie after today": posted(client, training, issued_on=ahead),
        "has to lie after the date of issue": posted(client, person, valid_until=str(YESTERDAY)),
        "Enter the day": posted(client, person, valid_until=""),
        "is a skill level": posted(client, award, level="三级/高级工"),
        "Say what shows it": posted(client, training, evidence=" "),
        "Enter a whole number": posted(client, training, hours="0"),
        "too long for the printed page": posted(
            client,
            award,
            occupation="标准竞赛" * 12,
            occupation_en="W" * 70,
            specialty="标准赛项" * 12,
            specialty_en="W" * 70,
            name_en="FANG Yiming",
        ),
    }

    assert unruled.status_code == 422
    assert "Propose one under Certificates" in unruled.text
    for sentence, answer in refused.items():
        assert (answer.status_code, sentence in answer.text) == (422, True), sentence
        assert "is-invalid" in answer.text, sentence
        assert "标准编写" in answer.text or "认证方案" in answer.text or "竞赛" in answer.text
    assert of(officer, CertificateProposal) == []


def test_the_pages_speak_both_languages_and_name_the_mend(client: FlaskClient, officer: Staff) -> None:
    log_in(client, officer)

    for kind in conferring.KINDS:
        page = client.get(f"/certificates/other/?kind={kind}&lang=en").text
        assert "No number rule in force today" in page
        assert "/certificates/rules/" in page
        assert not han(words(page)) or kind is CertificateKind.PROFESSIONAL_LEVEL


def test_a_proposal_about_somebody_erased_issues_nothing(app: Flask, client: FlaskClient, officer: Staff) -> None:
    with_rule(officer)
    log_in(client, officer)
    posted(client, CertificateKind.TRAINING_RECORD)
    [proposal] = of(officer, CertificateProposal)
    with transaction(officer.organisation) as session:
        found = session.scalars(select(Person)).one()
        persons.erase(session, found.id, by=Actor(officer.account, officer.organisation))
    other = app.test_client()
    log_in(other, a_member("supervisor", organisation=officer.organisation))

    refused = other.post(f"/certificates/proposals/{proposal.id}/confirm")
    page = other.get("/certificates/proposals/?lang=en").text
    withdrawn = client.post(f"/certificates/proposals/{proposal.id}/withdraw")

    assert refused.status_code == 409
    assert "were erased" in page
    assert "方一鸣" not in page
    assert withdrawn.location == "/certificates/proposals/"
    assert of(officer, Certificate) == []
