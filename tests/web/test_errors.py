"""Errors: a page with a sentence and a number for people, a problem document for programs."""

import html
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from psycopg.errors import CheckViolation, UniqueViolation
from sqlalchemy.exc import IntegrityError
from structlog.testing import capture_logs

from kaoping.exam.web.guard import public
from kaoping.itembank.errors import Conflict, Forbidden, Invalid, KaopingError, Missing


@pytest.mark.parametrize(("error", "status"), [
    (Missing(what="paper"), 404), (Forbidden(), 403), (Conflict(), 409), (Invalid(), 422), (KaopingError(), 409),
])  # fmt: skip
def test_an_error_of_ours_answers_with_its_kind_and_sentence(own_app: Flask, error: KaopingError, status: int) -> None:
    answer = _failing(own_app, error).get("/failing?lang=en")

    assert answer.status_code == status
    assert str(error) in answer.text
    assert answer.headers["X-Request-Id"] in answer.text


def test_what_two_clicks_saved_at_once_is_a_conflict(own_app: Flask) -> None:
    met = _failing(own_app, IntegrityError("INSERT", {}, UniqueViolation("occupation_name_key"))).get(
        "/failing?lang=en"
    )

    assert met.status_code == 409
    assert "Somebody saved the same at the same moment" in met.text
    assert "occupation_name_key" not in met.text


def test_other_refusals_of_the_database_are_faults_of_ours(own_app: Flask) -> None:
    own_app.config["PROPAGATE_EXCEPTIONS"] = False

    assert _failing(own_app, IntegrityError("INSERT", {}, CheckViolation())).get("/failing").status_code == 500


def test_a_sentence_is_told_in_the_readers_language(own_app: Flask) -> None:
    answer = _failing(own_app, Conflict()).get("/failing?lang=zh")

    assert "这一步与当前状态不符" in answer.text


def test_an_unforeseen_error_tells_nothing_of_itself(own_app: Flask) -> None:
    own_app.config["PROPAGATE_EXCEPTIONS"] = False

    answer = _failing(own_app, ZeroDivisionError("secret")).get("/failing?lang=en")

    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Our system is at fault" in answer.text


def test_the_log_of_an_unforeseen_error_holds_the_route_and_not_the_address(
    own_app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    own_app.config["PROPAGATE_EXCEPTIONS"] = False

    with capture_logs() as lines:
        _failing(own_app, ZeroDivisionError()).get("/failing?code=0123456789abcdef")

    assert [line["route"] for line in lines if line["event"] == "request failed"] == ["/failing"]
    plain = [{name: value for name, value in line.items() if name != "exc_info"} for line in lines]
    assert "0123456789abcdef" not in caplog.text + str(plain)


@pytest.mark.parametrize("headers", [{"Accept": "application/json"}, {"Sec-Fetch-Dest": "empty"}])
def test_a_program_gets_a_problem_document(own_app: Flask, headers: dict[str, str]) -> None:
    answer = _failing(own_app, Missing(what="paper")).get("/failing?lang=en", headers=headers)

    assert answer.mimetype == "application/problem+json"
    assert answer.json is not None
    assert answer.json["status"] == 404
    assert answer.json["code"] == "Missing"
    assert answer.json["facts"] == {"what": "paper"}


def test_an_address_that_does_not_exist_has_a_page(client: FlaskClient) -> None:
    answer = client.get("/nowhere", headers={"Accept-Language": "zh-CN"})

    assert answer.status_code == 404
    assert "没有找到这个页面" in answer.text


def test_a_form_without_its_token_is_refused(client: FlaskClient) -> None:
    answer = client.post("/display?lang=en", data={"theme": "dark"})

    assert answer.status_code == 400
    assert "open for too long" in answer.text


@pytest.mark.parametrize(("referrer", "way"), [
    ("http://localhost/verify?lang=en", "/verify?lang=en"), ("http://elsewhere.example/verify", None),
    ("http://localhost/display", None), (None, None),
])  # fmt: skip
def test_an_error_leads_back_to_the_page_of_ours_before_it(
    client: FlaskClient, referrer: str | None, way: str | None
) -> None:
    answer = client.post("/display?lang=en", headers={"Referer": referrer} if referrer else {})

    assert ("Back to the page before" in answer.text) == bool(way)
    assert way is None or f'href="{way}"' in answer.text


def test_the_other_language_of_a_refused_form_is_a_page_that_opens(client: FlaskClient) -> None:
    referrer = "http://localhost/accessibility?from=menu"
    page = client.post("/display?lang=en", headers={"Referer": referrer}).text

    address = re.search(r'href="([^"]+)" lang="zh', page)

    assert address is not None
    assert html.unescape(address[1]) == "/accessibility?from=menu&lang=zh"
    assert client.get(html.unescape(address[1])).status_code == 200


def _failing(app: Flask, error: Exception) -> FlaskClient:
    @public
    def fail() -> str:
        raise error

    app.add_url_rule("/failing", "failing", fail)
    return app.test_client()
