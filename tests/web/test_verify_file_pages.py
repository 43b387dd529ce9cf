"""A certificate sent as a file: each case has its own plain answer, and the register decides what is shown."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kaoping.certificates import register
from kaoping.certificates.document_keys import MARK
from kaoping.certificates.document_signatures import Trust
from kaoping.certificates.models import Certificate
from kaoping.certificates.render import certificate_pdf
from kaoping.exam import document_signing, signing
from kaoping.exam.people.models import Organisation
from kaoping.exam.results import badging, printing
from kaoping.itembank.actor import Actor
from tests.certificates.builders import NUMBER, an_award, an_imprint
from tests.certificates.signed_files import signed
from tests.web.pages import han, words
from tests.web.test_register_pages import Place, _no_page_tokens, issued, place, within

__all__ = ["_no_page_tokens", "place"]

ORIGIN = "http://127.0.0.1:8000"


@dataclass(frozen=True)
class Sheets:
    """A certificate as it is given out, and the same page before it was signed."""

    issued: bytes
    bare: bytes


@pytest.fixture
def sheets(app: Flask, place: Place) -> Sheets:
    certificate_id, *_ = issued(app, place)

    def printed(session: Session, _: Actor) -> Sheets:
        certificate = session.get_one(Certificate, certificate_id)
        organisation = session.get_one(Organisation, certificate.organisation_id)
        beside = printing.imprint(organisation, demonstration=True, query_key=certificate.query_key, origin=ORIGIN)
        bare = certificate_pdf(register.award_of(certificate), certificate.number, imprint=beside)
        return Sheets(printing.pdf(certificate, organisation, origin=ORIGIN), bare)

    return within(place.officer, printed)  # type: ignore[no-any-return]


def sent(client: FlaskClient, content: bytes, *, lang: str = "en") -> Any:
    return client.post(f"/verify/file?lang={lang}", data={"file": (BytesIO(content), "certificate.pdf")})


def test_a_file_as_it_was_issued_is_answered_with_signature_register_and_each_field(
    app: Flask, client: FlaskClient, sheets: Sheets
) -> None:
    page = sent(client, sheets.issued).text
    chinese = sent(client, sheets.issued, lang="zh").text

    assert "<h1>Specimen, not valid</h1>" in page
    assert "the whole file, unchanged" in page
    assert "known to this installation" in page
    assert page.count(">equal<") == 9
    assert "data:image/jpeg;base64," in page
    assert han(words(page)) == []
    assert "示范样张，无效" in chinese


def test_each_kind_of_wrong_file_has_its_own_answer(app: Flask, client: FlaskClient, sheets: Sheets) -> None:
    good = sheets.issued
    cases = {
        "The file was changed after signing": good + b"\n",
        "Somebody else signed this file": signed(sheets.bare, by="路人"),
        "The file carries no signature": sheets.bare,
        "Not one of our certificates": b"hello",
    }

    answers = {heading: sent(client, content) for heading, content in cases.items()}

    for heading, answer in answers.items():
        assert answer.status_code == 200
        assert f"<h1>{heading}</h1>" in answer.text


def test_what_the_issuer_publishes_names_the_signer_and_the_keys(client: FlaskClient, sheets: Sheets) -> None:
    trust = Trust.from_pem(client.get("/verify/issuer.pem").data)

    assert [one.subject.rfc4514_string() for one in trust.certificates if MARK in one.subject.rfc4514_string()]
    assert trust.keys


def test_a_signed_file_of_another_register_is_told_as_such(client: FlaskClient, sheets: Sheets) -> None:
    seal = document_signing.signer_for(demonstration=True)
    stray = certificate_pdf(an_award(), NUMBER, imprint=an_imprint(), signer=seal, at=seal.key.first_moment)

    assert "<h1>Signed, but not in this register</h1>" in sent(client, stray).text


def test_a_changed_file_shows_what_the_register_holds_by_its_code(client: FlaskClient, sheets: Sheets) -> None:
    page = sent(client, sheets.issued + b"\n").text

    assert "something was added after it" in page
    assert page.count(">equal<") == 9


def test_a_badge_shows_no_more_than_number_and_name(app: Flask, client: FlaskClient, place: Place) -> None:
    certificate_id, *_ = issued(app, place)

    def badge(session: Session, _: Actor) -> bytes:
        certificate = session.get_one(Certificate, certificate_id)
        key = signing.current(app.extensions["kaoping.settings"])
        return badging.document(session, certificate, origin=ORIGIN, key=key)

    page = sent(client, within(place.officer, badge)).text

    assert "<h1>Specimen, not valid</h1>" in page
    assert "方**" in page
    assert "data:image" not in page
    assert "方一鸣" not in page
