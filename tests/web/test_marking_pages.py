"""Pages of marking: a marker's answers without names, and the officer's progress; nothing typed is lost."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kaoping.exam.db import transaction
from kaoping.exam.marking import answers
from kaoping.exam.registration.models import Application, Exam
from kaoping.exam.results import overview
from kaoping.exam.results.errors import MarksWait
from kaoping.itembank.actor import Actor
from kaoping.itembank.scoring_rules import ScoringRule
from tests.builders_delivery import NAME
from tests.exam.test_marking import sat
from tests.web.staff import Staff, a_member, log_in


@pytest.fixture(autouse=True)
def _no_page_tokens(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture
def officer(app: Flask) -> Staff:
    assert app
    return a_member("exam_officer", name="考务甲")


def within(staff: Staff, deed: Callable[[Session], Any]) -> Any:
    with transaction(staff.organisation) as session:
        return deed(session)


def an_exam_of(officer: Staff) -> tuple[UUID, str]:
    def made(session: Session) -> tuple[UUID, str]:
        application: Application = sat(session, ScoringRule.ONE_MARKER).application
        return application.exam_id, application.ticket

    return within(officer, made)  # type: ignore[no-any-return]


def _missing(session: Session, exam: UUID) -> list[int]:
    return [one.missing for one in answers.of_exam(session, session.get_one(Exam, exam))]


def test_an_officer_chooses_markers_who_mark_without_names_until_the_score_can_be_taken(
    client: FlaskClient, officer: Staff
) -> None:
    exam, ticket = an_exam_of(officer)
    marker = a_member("marker", organisation=officer.organisation, name="阅卷乙")
    log_in(client, officer)
    client.post(f"/marking/{exam}/markers", data={"marker": [str(marker.account)]})
    told = client.get(f"/marking/{exam}/progress").text
    assert "阅卷乙" in told
    assert "阅卷进度" in client.get(f"/results/{exam}").text

    log_in(client, marker)
    assert "回避声明" in client.get(f"/marking/{exam}").text
    typo = client.post(f"/marking/{exam}/ties", data={"named": "无此人"})
    assert (typo.status_code, "无此人" in typo.text) == (422, True)
    client.post(f"/marking/{exam}/ties", data={"named": ""})
    for _ in range(2):
        page = client.get(f"/marking/{exam}").text
        assert NAME not in page
        assert ticket not in page
        address = re.search(rf'action="(/marking/{exam}/[^"]+/\d+/0)"', page)
        points = page.count('name="mark"')
        assert address
        wrong = client.post(address[1], data={"mark": ["99"] * points, "comment": "偏离题意"})
        assert (wrong.status_code, 'value="99"' in wrong.text, "偏离题意" in wrong.text) == (422, True, True)
        client.post(address[1], data={"mark": ["1"] * points})
    assert "没有待您评的答案" in client.get(f"/marking/{exam}").text
    assert client.get(f"/marking/{exam}/given").text.count("/ 4") == 1

    log_in(client, officer)
    assert "已评完" in client.get(f"/marking/{exam}/progress").text
    client.post(f"/results/{exam}/score")
    assert within(officer, lambda session: _missing(session, exam)) == [0, 0]


def test_a_score_that_waits_says_how_many_marks_are_missing(client: FlaskClient, officer: Staff) -> None:
    exam, ticket = an_exam_of(officer)
    log_in(client, officer)

    told = client.post(f"/results/{exam}/score").text

    assert f"准考证 {ticket}：还有 2 份答案缺 2 个人工评分" in told
    by = Actor(officer.account, officer.organisation)
    [refusal] = within(officer, lambda session: overview.score_all(session, exam, by=by))
    assert isinstance(refusal.error, MarksWait)


def test_somebody_else_s_exam_is_not_marked(client: FlaskClient, officer: Staff) -> None:
    exam, _ = an_exam_of(officer)
    log_in(client, a_member("marker", organisation=officer.organisation))

    assert client.get(f"/marking/{exam}").status_code == 403
    assert client.post(f"/marking/{exam}/markers").status_code == 403
