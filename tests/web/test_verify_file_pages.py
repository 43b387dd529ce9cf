"""A certificate sent as a file: each case has its own plain answer, and the register decides what is shown."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kaoping.certificates.models import Certificate
from kaoping.exam.people.models import Organisation
from kaoping.exam.results import printing
from tests.certificates.signed_files import signed, trust_pem
from tests.web.pages import han, words
from tests.web.test_register_pages import Place, _no_page_tokens, issued, place, within

__all__ = ["_no_page_tokens", "place"]


@pytest.fixture
def sheet(app: Flask, place: Place) -> bytes:
    """The printed certificate of the register, not yet signed; the issuer's certificate is published."""
    certificate_id, *_ = issued(app, place)
    Path(app.extensions["kaoping.settings"].signing_key).with_name("seal.crt.pem").write_bytes(trust_pem())

    def printed(session: Any, _: Any) -> bytes:
        certificate = session.get_one(Certificate, certificate_id)
        organisation = session.get_one(Organisation, certificate.organisation_id)
        return printing.pdf(certificate, organisation, origin="http://127.0.0.1:8000")

    return within(place.officer, printed)  # type: ignore[no-any-return]


def sent(client: FlaskClient, content: bytes, *, lang: str = "en") -> Any:
    return client.post(f"/verify/file?lang={lang}", data={"file": (BytesIO(content), "certificate.pdf")})


def test_a_file_as_it_was_issued_is_answered_with_signature_register_and_each_field(
    app: Flask, client: FlaskClient, sheet: bytes
) -> None:
    page = sent(client, signed(sheet)).text
    chinese = sent(client, signed(sheet), lang="zh").text

    assert "<h1>Specimen, not valid</h1>" in page
    assert "the whole file, unchanged" in page
    assert "known to this installation" in page
    assert page.count(">equal<") == 9
    assert "data:image/jpeg;base64," in page
    assert han(words(page)) == []
    assert "示范样张，无效" in chinese


def test_each_kind_of_wrong_file_has_its_own_answer(app: Flask, client: FlaskClient, sheet: bytes) -> None:
    good = signed(sheet)
    cases = {
        "The file was changed after signing": good + b"\n",
        "Somebody else signed this file": signed(sheet, by="路人"),
        "The file carries no signature": sheet,
        "Not one of our certificates": b"hello",
    }

    answers = {heading: sent(client, content) for heading, content in cases.items()}

    for heading, answer in answers.items():
        assert answer.status_code == 200
        assert f"<h1>{heading}</h1>" in answer.text
