"""Pages of filings."""

from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kaoping.exam.db import transaction
from tests.builders_registration import a_standard
from tests.web.staff import Staff, a_member, log_in


@pytest.fixture(autouse=True)
def _no_page_tokens(app: Flask) -> None:
    """Forms are sent without having been opened; that they need a token is tested with the shell."""
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture
def officer(app: Flask) -> Staff:
    return a_member("exam_officer")


def sent(client: FlaskClient, staff: Staff, **changes: object) -> object:
    with transaction(staff.organisation) as session:
        code = a_standard(session).code
    values = {
        "number": "示范备〔2026〕7号", "authority": "示范机关", "standard_code": code, "digits": ["3"],
        "regions": "00，9901", "starts_on": "2026-01-01", "ends_on": "2028-12-31",
        "evidence": (BytesIO(b"%PDF-1.7"), "notice.pdf"),
    }  # fmt: skip
    return client.post("/filings/", data=values | changes)


def test_a_filing_is_entered_by_one_and_confirmed_by_another(client: FlaskClient, officer: Staff) -> None:
    log_in(client, officer)

    answer = sent(client, officer)
    page = answer.location  # type: ignore[attr-defined]
    assert client.post(f"{page}/confirm").status_code == 403
    assert "尚未生效" in client.get(page).text
    log_in(client, a_member("supervisor", organisation=officer.organisation))
    assert "filing" in client.get("/today").text
    client.post(f"{page}/confirm")

    assert "有效" in client.get(page).text
    assert client.get(f"{page}/evidence").data == b"%PDF-1.7"
    assert client.get("/filings/").text.count("示范备〔2026〕7号") == 1


@pytest.mark.parametrize(("changes", "said"), [
    ({"regions": "abc"}, "abc"), ({"evidence": (BytesIO(b"<script>"), "x.pdf")}, "PDF"),
    ({"ends_on": "2020-01-01"}, "2020-01-01"), ({"digits": []}, "缺少备案的"), ({"number": ""}, "文号"),
])  # fmt: skip
def test_what_is_refused_is_said_at_its_field_and_nothing_typed_is_lost(
    client: FlaskClient, officer: Staff, changes: dict[str, object], said: str
) -> None:
    log_in(client, officer)

    answer = sent(client, officer, **changes)

    assert answer.status_code == 422  # type: ignore[attr-defined]
    text = answer.text  # type: ignore[attr-defined]
    assert said in text
    assert "示范机关" in text


def test_a_filing_is_ended_with_a_reason(client: FlaskClient, officer: Staff) -> None:
    log_in(client, officer)
    page = sent(client, officer).location  # type: ignore[attr-defined]
    log_in(client, a_member("supervisor", organisation=officer.organisation))
    client.post(f"{page}/confirm")

    assert client.post(f"{page}/end", data={"last_day": "2031-01-01", "reason": "x"}).status_code == 422
    client.post(f"{page}/end", data={"last_day": "2026-06-30", "reason": "机关通知"})

    assert "机关通知" in client.get(page).text
