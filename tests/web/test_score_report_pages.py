"""Score reports on the register: issuing them, downloading them, and who is shown the scores."""

import re
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.certificates import proposals
from kaoping.certificates.models import Certificate, CertificateKind, ProposalVerb
from kaoping.itembank.actor import Actor
from tests.builders_results import FINAL
from tests.web.pages import han, words
from tests.web.staff import a_member, log_in
from tests.web.test_register_pages import PASSWORD, TAIL, Place, _no_page_tokens, activated, asked, place, within

__all__ = ["_no_page_tokens", "place"]


@dataclass(frozen=True)
class Report:
    """A report that was issued from the page of its result."""

    id: Any
    number: str
    query_key: str


def result_page(place: Place) -> str:
    return f"/results/candidates/{place.application}"


@pytest.fixture
def report(client: FlaskClient, place: Place) -> Report:
    log_in(client, place.officer)
    answer = client.post(f"{result_page(place)}/score-report?lang=en")
    assert answer.status_code == 302, answer.text

    def made(session: Session, _: Actor) -> Report:
        row = session.scalars(select(Certificate).where(Certificate.kind == CertificateKind.SCORE_REPORT)).one()
        return Report(row.id, row.number, row.query_key)

    return within(place.officer, made)  # type: ignore[no-any-return]


def test_an_officer_issues_a_report_once_from_the_page_of_the_result(
    client: FlaskClient, place: Place, report: Report
) -> None:
    again = client.post(f"{result_page(place)}/score-report")
    page, exam = client.get(f"{result_page(place)}?lang=en").text, client.get(f"/certificates/{report.id}?lang=en").text
    sheet = client.get(f"{result_page(place)}/report.pdf")

    assert again.status_code == 302
    assert report.number in page
    assert "Issue the score report" not in page
    assert "Bilingual PDF" not in exam
    assert report.number in sheet.headers["Content-Disposition"]
    assert han(words(page)) == []


def test_an_exam_offers_the_reports_that_lack_to_officers_of_certificates_alone(
    app: Flask, client: FlaskClient, place: Place
) -> None:
    log_in(client, place.officer)
    back = re.search(r'href="(/results/[0-9a-f-]{36})"', client.get(f"{result_page(place)}?lang=en").text)
    assert back
    other = app.test_client()
    log_in(other, a_member("exam_officer", organisation=place.officer.organisation))

    before = client.get(f"{back[1]}?lang=en").text
    refused = other.post(f"{back[1]}/score-reports")
    client.post(f"{back[1]}/score-reports?lang=en")
    after = client.get(f"{back[1]}?lang=en").text

    assert "Issue 1 score report" in before
    assert "score report" not in other.get(f"{back[1]}?lang=en").text
    assert refused.status_code == 403
    assert "1 score report is on the register." in after
    assert "Issue 1 score report" not in after


def test_scores_are_shown_by_code_file_and_tail_and_never_by_number_and_name_alone(
    app: Flask, client: FlaskClient, report: Report
) -> None:
    stranger, sheet = app.test_client(), client.get(f"/certificates/{report.id}.pdf").data
    least = asked(stranger, report.number).text
    whole = [
        asked(stranger, report.number, tail=TAIL).text,
        stranger.get(f"/v/{report.query_key}?lang=en").text,
        stranger.post("/verify/file?lang=en", data={"file": (BytesIO(sheet), "report.pdf")}).text,
    ]
    badge = client.get(f"/certificates/{report.id}/badge.json").data
    of_badge = stranger.post("/verify/file?lang=en", data={"file": (BytesIO(badge), "badge.json")}).text

    for page in (least, of_badge):
        assert "Score report" in page
        assert "it is no certificate of the level" in page
        assert "Pass mark" not in page
    for page in whole:
        assert re.search(r"Skill</th><td[^>]*>81<", page)
        assert han(words(page)) == []
    assert ">different<" not in whole[2]
    assert whole[2].count(">equal<") == 14


def test_a_revoked_report_is_called_revoked_and_its_result_has_the_unsigned_sheet_again(
    app: Flask, client: FlaskClient, place: Place, report: Report
) -> None:
    def revoke(session: Session, by: Actor) -> None:
        proposal = proposals.propose(session, report.id, ProposalVerb.REVOKE, reason="成绩更正", by=by, at=FINAL)
        other = a_member("supervisor", organisation=place.officer.organisation)
        proposals.confirm(session, proposal.id, by=Actor(other.account, other.organisation), at=FINAL)

    within(place.officer, revoke)

    assert "The score report was revoked" in asked(app.test_client(), report.number).text
    assert "report-" in client.get(f"{result_page(place)}/report.pdf").headers["Content-Disposition"]


def test_a_holder_finds_the_report_among_the_own_and_with_the_result(app: Flask, place: Place, report: Report) -> None:
    holder = app.test_client()
    _, email = activated(holder, place)
    holder.post("/account/login", data={"email": email, "password": PASSWORD})

    pages = [
        holder.get(path).text
        for path in (
            f"/my/exams/{place.application}?lang=en", "/my/certificates/?lang=en",
            f"/my/certificates/{report.id}?lang=en",
        )
    ]  # fmt: skip
    sheet = holder.get(f"/my/exams/{place.application}/report.pdf")
    reprint = holder.post(f"/my/certificates/{report.id}/ask", data={"kind": "reprint", "reason": "遗失"})

    for page in pages:
        assert report.number in page
        assert "Score report" in page
        assert han(words(page)) == []
    assert report.number in sheet.headers["Content-Disposition"]
    assert reprint.status_code == 422
    assert "once more" not in pages[2]
    assert "成绩单" in holder.get(f"/my/certificates/{report.id}?lang=zh").text
