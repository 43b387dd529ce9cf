"""Pages of score sheets, results and item statistics."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.exam.db import transaction
from kaoping.exam.marking import sheets
from kaoping.exam.registration.models import Application
from kaoping.exam.results import calibrating
from kaoping.exam.results.models import Decision
from kaoping.itembank.actor import Actor
from kaoping.itembank.items import Item, ItemType
from kaoping.itembank.models import Range, Task
from tests import builders_papers
from tests.builders import NOON, stored
from tests.builders_registration import a_level, a_standard
from tests.builders_results import JUST_SHORT, PASSING, an_open_exam, closed, enrolled, marks_of, sat, with_sheets
from tests.web.pages import han, words
from tests.web.staff import Staff, a_member, log_in


@dataclass(frozen=True)
class Place:
    """A closed exam of two candidates: one will pass, one fall short by half a mark."""

    officer: Staff
    exam: UUID
    level: UUID
    applications: tuple[UUID, UUID]
    tickets: tuple[str, str]

    def colleague(self, *roles: str) -> Staff:
        return a_member(*roles, organisation=self.officer.organisation)


def within(staff: Staff, deed: Callable[[Session, Actor], Any]) -> Any:
    with transaction(staff.organisation) as session:
        return deed(session, Actor(staff.account, staff.organisation))


@pytest.fixture(autouse=True)
def _no_page_tokens(app: Flask) -> None:
    """Forms are sent without having been opened; that they need a token is tested with the shell."""
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture
def place(app: Flask) -> Place:
    officer = a_member("exam_officer")

    def made(session: Session, _: Actor) -> Place:
        exam = an_open_exam(session, objection_days=0)
        people = [enrolled(session, exam, number=n, name=name) for n, name in ((1, "方一鸣"), (2, "欧阳以宁"))]
        for application, right in zip(people, (PASSING, JUST_SHORT), strict=True):
            sat(session, application, right=right)
        closed(session, exam)
        first, second = people
        return Place(officer, exam.id, exam.level_id, (first.id, second.id), (first.ticket, second.ticket))

    return within(officer, made)  # type: ignore[no-any-return]


def marked(place: Place) -> None:
    def mark(session: Session, _: Actor) -> None:
        for application in session.scalars(select(Application).where(Application.exam_id == place.exam)):
            with_sheets(session, application, "80", "82")

    within(place.officer, mark)


def form_of(total: str) -> dict[str, str]:
    return {code: str(mark) for code, mark in marks_of(total).items()}


def test_an_assessor_enters_a_sheet_by_form(client: FlaskClient, place: Place) -> None:
    assessor = place.colleague("assessor")
    log_in(client, assessor)
    address = f"/sheets/{place.exam}/{place.applications[0]}"

    shown = client.get(f"{address}?lang=en")
    answer = client.post(address, data=form_of("80.5"))
    listed = client.get(f"/sheets/{place.exam}?lang=en").text

    assert "Sheet of " + place.tickets[0] in shown.text
    assert answer.status_code == 302
    assert "80.5 of 100 marks, version 1" in listed
    assert "entered, version 1" in listed
    assert "1" in client.get("/sheets/?lang=en").text


def test_a_wrong_mark_is_told_with_ticket_and_task_in_both_languages(client: FlaskClient, place: Place) -> None:
    log_in(client, place.colleague("assessor"))
    address = f"/sheets/{place.exam}/{place.applications[0]}"

    english = client.post(f"{address}?lang=en", data={"T1": "61", "T2": "1"})
    chinese = client.post(f"{address}?lang=zh", data={"T1": "61", "T2": "1"})

    assert (english.status_code, chinese.status_code) == (422, 422)
    assert 'id="T1-error"' in english.text
    assert re.search(r'id="T2"[^>]* value="1"', english.text), "what was typed stays"
    assert f"Ticket {place.tickets[0]}, task T1: 61 is not a mark" in english.text
    assert f"准考证 {place.tickets[0]}，任务 T1" in chinese.text


@pytest.mark.parametrize(("language", "level", "task"), [
    ("en", "Level 3 / Senior Skilled Worker", "title_en"), ("zh", "三级/高级工", "title"),
])  # fmt: skip
def test_levels_and_tasks_are_named_in_the_readers_language(
    client: FlaskClient, place: Place, language: str, level: str, task: str
) -> None:
    log_in(client, place.colleague("assessor"))
    with transaction(place.officer.organisation) as session:
        titles = [getattr(each, task) for each in session.scalars(select(Task))]

    page = client.get(f"/sheets/{place.exam}/{place.applications[0]}?lang={language}").text

    assert all(f">{title}</span>" in page for title in titles)
    assert level in client.get(f"/sheets/?lang={language}").text


def test_a_list_goes_out_and_comes_back(client: FlaskClient, place: Place) -> None:
    log_in(client, place.colleague("assessor"))
    given = client.get(f"/sheets/{place.exam}/sheets.csv")
    filled = given.text.replace(",,", ",50,30")

    answer = client.post(f"/sheets/{place.exam}/csv?lang=en", data={"file": (BytesIO(filled.encode()), "sheets.csv")})

    assert given.mimetype == "text/csv"
    assert answer.status_code == 302
    assert "Saved the sheets of 2 candidates." in client.get(f"/sheets/{place.exam}?lang=en").text


def test_a_wrong_line_is_told_in_the_readers_language_throughout(client: FlaskClient, place: Place) -> None:
    log_in(client, place.colleague("assessor"))
    rows = f"准考证号,T1,T2\n{place.tickets[0]},61,1\n".encode()

    answer = client.post(f"/sheets/{place.exam}/csv?lang=zh", data={"file": (BytesIO(rows), "sheets.csv")})

    assert answer.status_code == 422
    assert f"第 2 行：准考证 {place.tickets[0]}，任务 T1" in answer.text
    assert "is not a mark" not in answer.text


def test_a_list_with_a_wrong_line_is_refused_at_its_field_and_enters_nothing(client: FlaskClient, place: Place) -> None:
    log_in(client, place.colleague("assessor"))
    first, second = place.tickets
    rows = f"准考证号,T1,T2\n{first},50,30\n{second},61,1\n".encode()

    answer = client.post(f"/sheets/{place.exam}/csv?lang=en", data={"file": (BytesIO(rows), "sheets.csv")})

    assert answer.status_code == 422
    assert 'id="file-error">Line 3: ' in answer.text
    assert "entered, version" not in answer.text
    assert "entered, version" not in client.get(f"/sheets/{place.exam}?lang=en").text


def test_an_exam_goes_from_answers_to_final_results_step_by_step(client: FlaskClient, place: Place) -> None:
    marked(place)
    log_in(client, place.officer)

    for step in ("score", "confirm", "announce", "finalise"):
        answer = client.post(f"/results/{place.exam}/{step}")
        assert answer.status_code == 302, step

    shown = client.get(f"/results/{place.exam}?lang=en").text
    assert "59.5" in shown
    assert "not passed" in shown
    assert len(within(place.officer, lambda session, _: session.scalars(select(Decision.id)).all())) == 4


def test_who_could_not_be_scored_is_named_in_the_readers_language(client: FlaskClient, place: Place) -> None:
    log_in(client, place.officer)

    chinese = client.post(f"/results/{place.exam}/score?lang=zh").text
    english = client.post(f"/results/{place.exam}/announce?lang=en").text

    assert f"准考证 {place.tickets[0]} 已有 0 份评分表，需要 2 份" in chinese
    assert "2 candidates could not be taken along." in english
    assert "the theory score is not final yet" in english


def test_a_step_that_everybody_was_refused_does_not_speak_of_others(client: FlaskClient, place: Place) -> None:
    log_in(client, place.officer)

    chinese = client.post(f"/results/{place.exam}/announce?lang=zh").text
    english = client.post(f"/results/{place.exam}/announce?lang=en").text

    assert "没有一位考生完成这一步。" in chinese
    assert "The step was completed for nobody. The table below shows what stands now." in english
    assert "nothing stood in the way" not in english


def test_a_step_that_some_were_refused_counts_the_others(client: FlaskClient, place: Place) -> None:
    within(place.officer, lambda session, _: with_sheets(
        session, session.get_one(Application, place.applications[0]), "80", "82",
    ))  # fmt: skip
    log_in(client, place.officer)

    chinese = client.post(f"/results/{place.exam}/score?lang=zh").text
    english = client.post(f"/results/{place.exam}/score?lang=en").text

    assert "其余 1 人没有障碍。" in chinese
    assert "For the other one, nothing stood in the way." in english
    assert "completed for nobody" not in english


def test_a_decision_names_the_waiting_component_in_chinese(client: FlaskClient, place: Place) -> None:
    log_in(client, place.officer)

    assert "理论知识成绩还没有确认" in client.post(f"/results/{place.exam}/announce?lang=zh").text


def test_a_result_is_explained_item_by_item_without_keys(client: FlaskClient, place: Place) -> None:
    marked(place)
    log_in(client, place.officer)
    client.post(f"/results/{place.exam}/score")

    page = client.get(f"/results/candidates/{place.applications[1]}?lang=en").text

    assert "59.50" in page
    assert "19.50" in page
    assert "题干" not in page


def test_the_score_report_is_handed_out_once_the_result_is_announced(client: FlaskClient, place: Place) -> None:
    marked(place)
    log_in(client, place.officer)
    page = f"/results/candidates/{place.applications[1]}"
    for step in ("score", "confirm"):
        client.post(f"/results/{place.exam}/{step}")
    early, before = client.get(f"{page}/report.pdf"), client.get(f"{page}?lang=en").text

    client.post(f"/results/{place.exam}/announce")
    printed, after = client.get(f"{page}/report.pdf"), client.get(f"{page}?lang=en").text

    told = PdfReader(BytesIO(printed.data)).pages[0].extract_text()
    assert early.status_code == 404
    assert "Download the score report" not in before
    assert "Download the score report" in after
    assert printed.headers["Cache-Control"] == "no-store"
    assert all(said in told for said in ("欧阳以宁", place.tickets[1], "59.5", "不合格", "公示中", "示范样张"))
    assert "核验" not in told


def test_an_assessor_is_refused_the_decision_by_the_use_case(client: FlaskClient, place: Place) -> None:
    marked(place)
    both = place.colleague("exam_officer", "assessor")
    within(both, lambda session, by: sheets.enter(session, place.applications[0], marks_of("80"), by=by, at=NOON))
    log_in(client, both)
    client.post(f"/results/{place.exam}/score")
    client.post(f"/results/{place.exam}/confirm")

    page = client.post(f"/results/{place.exam}/announce?lang=en").text

    assert f"You assessed ticket {place.tickets[0]}, so another person decides." in page


def a_calibrated_item(staff: Staff) -> tuple[UUID, UUID]:
    """Calibrate eight items of a pool and give the run and the first item."""

    def made(session: Session, by: Actor) -> tuple[UUID, UUID]:
        level = a_level(session, standard=a_standard(session))
        row = stored(session, Range(
            organisation_id=by.organisation, standard_id=level.standard_id, code="F1", name="标准", name_en="Standards",
            position=1,
        ))  # fmt: skip
        for number in range(1, 9):
            builders_papers.an_item(session, level, row, ItemType.SINGLE_CHOICE, number, by=by)
        session.flush()
        run = calibrating.simulate_pilot(session, level.id, name="试测", persons=300, by=by, at=NOON)
        return run.id, session.scalars(select(Item.id).order_by(Item.code)).first()  # type: ignore[return-value]

    return within(staff, made)  # type: ignore[no-any-return]


def test_a_run_is_looked_at_and_adopted(client: FlaskClient, app: Flask) -> None:
    staff = a_member("psychometrician")
    run, _ = a_calibrated_item(staff)
    log_in(client, staff)

    shown = client.get(f"/calibrations/{run}?lang=en").text
    answer = client.post(f"/calibrations/{run}/adopt")
    refused = client.post(f"/calibrations/{run}/reject?lang=zh")

    assert "3-000001" in shown
    assert answer.status_code == 302
    assert refused.status_code == 409
    assert "参数标定“试测”已采用" in refused.text


def test_a_calibration_without_answers_is_refused_with_the_reason(client: FlaskClient, place: Place) -> None:
    log_in(client, place.colleague("psychometrician"))

    answer = client.post("/calibrations/?lang=en", data={"level": str(place.level), "name": "First"})

    assert answer.status_code == 409
    assert "was answered by 2 persons; a calibration needs at least" in answer.text


@pytest.mark.parametrize("cut", ["wide", "narrow"])
@pytest.mark.parametrize("picture", ["curve", "options"])
def test_the_pictures_of_an_item_are_drawn_in_both_cuts(
    client: FlaskClient, app: Flask, picture: str, cut: str
) -> None:
    staff = a_member("psychometrician")
    _, item = a_calibrated_item(staff)
    log_in(client, staff)

    page = client.get(f"/items/{item}/statistics?lang=en")
    drawn = client.get(f"/items/{item}/statistics/{picture}-{cut}.svg?lang=en")

    assert f"{picture}-{cut}.svg?words=en" in page.text, "a browser that keeps pictures keeps one for each language"
    assert drawn.mimetype == "image/svg+xml"
    assert b"<title" in drawn.data
    assert b"style=" not in drawn.data


def test_an_address_of_nothing_is_told_as_such(client: FlaskClient, place: Place) -> None:
    log_in(client, place.officer)

    answer = client.get(f"/results/{place.applications[0]}?lang=zh")

    assert answer.status_code == 404
    assert "没有" in answer.text


def test_an_item_without_statistics_is_told_as_such(client: FlaskClient, place: Place) -> None:
    log_in(client, place.colleague("psychometrician"))
    item = within(place.officer, lambda session, _: session.scalars(select(Item.id)).first())

    answer = client.get(f"/items/{item}/statistics?lang=en")

    assert answer.status_code == 409
    assert "has no statistics yet; run a calibration first." in answer.text


def test_english_pages_show_no_chinese_outside_content(client: FlaskClient, place: Place) -> None:
    marked(place)
    staff = place.colleague("exam_officer", "psychometrician", "assessor")
    run, item = a_calibrated_item(staff)
    log_in(client, staff)
    for step in ("score", "confirm", "announce"):
        client.post(f"/results/{place.exam}/{step}?lang=en")

    for address in (
        "/sheets/", f"/sheets/{place.exam}", f"/sheets/{place.exam}/{place.applications[0]}", "/results/",
        f"/results/{place.exam}", f"/results/candidates/{place.applications[0]}", "/calibrations/",
        f"/calibrations/{run}", f"/items/{item}/statistics",
    ):  # fmt: skip
        page = client.get(f"{address}?lang=en")
        assert page.status_code == 200, address
        assert not han(words(page.text)), address
