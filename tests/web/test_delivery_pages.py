"""The candidate's pages over HTTP: log-in, rules, sitting, confirmation; the save path; the room board."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text, update

from kaoping.exam.db import transaction
from kaoping.exam.web.sitting_cookie import COOKIE, HEADER
from kaoping.itembank.items import Item, ItemType
from tests.builders import an_organisation
from tests.builders_delivery import ARRANGED, BODIES, RATIONALE, ROOM_CODE, Seated, a_candidate, an_exam
from tests.web.staff import a_member, log_in

ORIGIN = {"Origin": "http://localhost"}
API = {**ORIGIN, HEADER: "1"}


@dataclass
class Hall:
    """An exam that is open now, with candidates at its door."""

    organisation: UUID
    exam: UUID
    candidates: list[Seated] = field(default_factory=list)


def a_hall(
    *, people: int = 1, opened_ago: timedelta = timedelta(minutes=10), minutes: int = 90,
    bodies: Sequence[dict[str, Any]] = BODIES,
) -> Hall:  # fmt: skip
    """Commit an exam that opened a moment ago, in an organisation of its own."""
    organisation = uuid4()
    with transaction(organisation) as session:
        an_organisation(session)
        exam = an_exam(session, opens_at=datetime.now(UTC) - opened_ago, minutes=minutes, bodies=bodies)
        return Hall(organisation, exam.id, [a_candidate(session, exam) for _ in range(people)])


def enter(client: FlaskClient, seated: Seated, **changes: str) -> Any:
    form = {"ticket": seated.ticket, "name": seated.name, "secret": seated.tail} | changes
    return client.post("/exam/login", data=form, headers=ORIGIN)


def begin(client: FlaskClient, seated: Seated) -> FlaskClient:
    assert enter(client, seated).status_code == 303
    assert client.post("/exam/start", data={"pledge": "1"}, headers=ORIGIN).status_code == 303
    return client


def save(client: FlaskClient, slot: int, response: Any, sequence: int = 1, **more: Any) -> Any:
    body = {"response": response, "sequence": sequence} | more
    return client.put(f"/api/exam/answers/{slot}", json=body, headers=API)


@pytest.fixture
def hall(app: Flask) -> Hall:
    return a_hall()


def test_the_way_through_the_exam(client: FlaskClient, hall: Hall) -> None:
    seated = hall.candidates[0]
    assert "考生登录" in client.get("/exam/login?lang=zh").text
    assert enter(client, seated).headers["Location"] == "/exam/rules"
    rules = client.get("/exam/rules").text
    assert seated.ticket in rules
    assert "1101**********" in rules
    assert client.post("/exam/start", data={"pledge": "1"}, headers=ORIGIN).headers["Location"] == "/exam/sitting"
    acknowledged: dict[str, Any] = save(client, 2, "B").get_json()
    assert acknowledged["sequence"] == 1
    assert acknowledged["number"] == 2
    assert acknowledged["answered"] == 1
    assert 'value="B" checked' in client.get("/exam/sitting").text
    assert client.post("/exam/submit", headers=ORIGIN).headers["Location"] == "/exam/done"
    assert "1 / 5" in client.get("/exam/done").text


def test_items_that_a_machine_helped_to_write_say_so(client: FlaskClient) -> None:
    hall = a_hall()
    with transaction(hall.organisation) as session:
        session.execute(update(Item).where(Item.type == ItemType.SINGLE_CHOICE).values(ai_assisted=True))
        labelled = len(session.scalars(select(Item.id).where(Item.ai_assisted)).all())

    page = begin(client, hall.candidates[0]).get("/exam/sitting?lang=zh").text

    assert labelled > 0
    assert page.count("AI 辅助命制，未经专家审定") == labelled


def test_the_answer_sheet_has_the_sections_of_the_paper(client: FlaskClient, hall: Hall) -> None:
    enter(client, hall.candidates[0])
    rules = client.get("/exam/rules?lang=en").text
    client.post("/exam/start", data={"pledge": "1"}, headers=ORIGIN)

    page = client.get("/exam/sitting?lang=en").text

    assert "Fill in or calculate 2." in rules
    assert page.count("<h3>Fill in or calculate</h3>") == page.count("<h3>Single choice</h3>")
    assert re.findall('data-count="([a-z_]+)"', page) == ["true_false", "single_choice", "multiple_choice", "fill_in"]
    assert re.findall('data-section="([a-z_]+)"', page)[-2:] == ["fill_in", "fill_in"]


def test_the_exam_page_holds_no_key_and_no_rationale(client: FlaskClient, hall: Hall) -> None:
    page = begin(client, hall.candidates[0]).get("/exam/sitting").text
    assert BODIES[1]["stem"] in page
    for hidden in (RATIONALE, "rationale", "国家暗钥", "行业暗钥", "68.75", '"key"', "GB/T 1.1"):
        assert hidden not in page


def test_nothing_of_an_identity_number_beyond_its_mask_is_shown(client: FlaskClient, hall: Hall) -> None:
    seated = hall.candidates[0]
    begin(client, seated)
    enter(client, seated)
    for path in ("/exam/rules", "/exam/sitting"):
        assert "19900101" not in client.get(path, follow_redirects=True).text


def test_the_cookie_is_closed_to_scripts_and_foreign_pages(client: FlaskClient, hall: Hall) -> None:
    cookie = enter(client, hall.candidates[0]).headers["Set-Cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    for wanted in ("HttpOnly", "Secure", "SameSite=Strict", "Path=/"):
        assert wanted in cookie


@pytest.mark.parametrize(
    ("typed", "status", "sentence"),
    [({"ticket": "12345678901"}, 422, "A ticket number has 12 digits; you entered 11."),
     ({"ticket": "12345678901x"}, 422, "A ticket number has digits only."),
     ({"name": ""}, 422, "Enter your name."),
     ({"name": "错"}, 403, "do not belong together"), ({"ticket": "000000000001"}, 403, "do not belong together")],
)  # fmt: skip
def test_a_wrong_log_in_is_told_what_to_mend(
    client: FlaskClient, hall: Hall, typed: dict[str, str], status: int, sentence: str
) -> None:
    client.set_cookie("kaoping_language", "en")
    answer = enter(client, hall.candidates[0], **typed)
    assert answer.status_code == status
    assert sentence in answer.text


def test_the_sixth_try_is_told_when_to_come_back(client: FlaskClient, hall: Hall) -> None:
    client.set_cookie("kaoping_language", "en")
    for _ in range(5):
        enter(client, hall.candidates[0], name="错")
    answer = enter(client, hall.candidates[0])
    assert answer.status_code == 429
    assert "Log in again at" in answer.text


def test_the_room_code_opens_the_door_too(client: FlaskClient, hall: Hall) -> None:
    assert enter(client, hall.candidates[0], secret=ROOM_CODE).status_code == 303


def test_sixty_candidates_behind_one_address_log_in_within_a_minute(app: Flask) -> None:
    hall = a_hall(people=60)
    began = datetime.now(UTC)
    for seated in hall.candidates:
        assert enter(app.test_client(), seated).status_code == 303
    assert datetime.now(UTC) - began < timedelta(minutes=1)


def test_the_rules_wait_for_the_opening(client: FlaskClient) -> None:
    hall = a_hall(opened_ago=timedelta(minutes=-10))
    enter(client, hall.candidates[0])
    assert "data-waits" in client.get("/exam/rules").text
    early = client.post("/exam/start", data={"pledge": "1"}, headers=ORIGIN)
    assert early.headers["Location"] == "/exam/rules"


def test_nobody_begins_without_confirming(client: FlaskClient, hall: Hall) -> None:
    enter(client, hall.candidates[0])
    assert client.post("/exam/start", headers=ORIGIN).status_code == 422


@pytest.mark.parametrize("path", ["/exam/rules", "/exam/sitting", "/exam/done", f"/exam/pictures/{UUID(int=7)}"])
def test_pages_without_log_in_lead_to_the_log_in(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/exam/login?again=1")


def test_programs_without_log_in_get_a_problem(client: FlaskClient) -> None:
    answer = save(client, 1, True)
    assert answer.status_code == 403
    assert answer.json["code"] == "NotEntered"


@pytest.mark.parametrize("headers", [{}, {HEADER: "1"}, {**API, "Origin": "http://elsewhere.example"}, ORIGIN])
def test_a_save_from_a_foreign_page_is_refused(client: FlaskClient, hall: Hall, headers: dict[str, str]) -> None:
    begin(client, hall.candidates[0])
    answer = client.put("/api/exam/answers/1", json={"response": True, "sequence": 1}, headers=headers)
    assert answer.status_code == 403
    assert answer.get_json()["code"] == "ForeignRequest"


@pytest.mark.parametrize("path", ["/exam/login", "/exam/start", "/exam/submit", "/exam/answers/1"])
def test_a_form_from_a_foreign_page_is_refused(client: FlaskClient, hall: Hall, path: str) -> None:
    begin(client, hall.candidates[0])
    assert client.post(path, headers={"Origin": "http://elsewhere.example"}).status_code == 403


@pytest.mark.parametrize(
    "body",
    ["", "[]", "{", '{"response": "B"}', '{"response": "B", "sequence": 0}', '{"response": "B", "sequence": "1"}',
     '{"response": "B", "sequence": 1, "by": "x"}', '{"response": "B", "sequence": 99999999999}'],
)  # fmt: skip
def test_a_malformed_save_is_refused_and_writes_nothing(client: FlaskClient, hall: Hall, body: str) -> None:
    begin(client, hall.candidates[0])
    answer = client.put("/api/exam/answers/2", data=body, content_type="application/json", headers=API)
    assert answer.status_code == 400
    assert save(client, 2, "B").json["number"] == 2


def test_refused_saves_say_why_in_a_problem(client: FlaskClient, hall: Hall) -> None:
    begin(client, hall.candidates[0])
    save(client, 2, "A", 3)
    reused = save(client, 2, "B", 3)
    assert (reused.status_code, reused.json["code"], reused.json["facts"]["highest"]) == (409, "SequenceReused", 3)
    assert (save(client, 9, "A").status_code, save(client, 9, "A").json["code"]) == (404, "NoSuchSlot")
    assert (save(client, 2, 7, 4).status_code, save(client, 2, 7, 4).json["code"]) == (422, "AnswerUnfit")
    assert save(client, 2, "B", 4, epoch=9).json["code"] == "TakenOver"
    client.post("/exam/submit", headers=ORIGIN)
    assert (save(client, 2, "C", 5).status_code, save(client, 2, "C", 5).json["code"]) == (409, "SittingEnded")


def test_a_second_log_in_takes_over(app: Flask, hall: Hall) -> None:
    first, second = app.test_client(), app.test_client()
    begin(first, hall.candidates[0])
    save(first, 2, "A")
    enter(second, hall.candidates[0])
    assert save(first, 2, "B", 2).json["code"] == "TakenOver"
    assert first.get("/exam/sitting").status_code == 409
    assert 'value="A" checked' in second.get("/exam/sitting").text


def test_a_flag_is_kept(client: FlaskClient, hall: Hall) -> None:
    begin(client, hall.candidates[0])
    sent = client.post("/api/exam/flags/3", json={"flagged": True, "sequence": 1}, headers=API)
    assert sent.status_code == 200
    assert client.get("/exam/sitting").text.count('aria-pressed="true"') > 0


def test_the_clock_tells_the_servers_time_and_the_deadline(client: FlaskClient, hall: Hall) -> None:
    begin(client, hall.candidates[0])
    told: dict[str, Any] = client.get("/api/exam/clock").get_json()
    assert told["state"] == "open"
    assert 89 * 60_000 < told["until"] - told["now"] <= 90 * 60_000


def test_without_script_every_item_is_saved_by_its_own_form(client: FlaskClient, hall: Hall) -> None:
    begin(client, hall.candidates[0])
    for slot, typed in ((1, ["false"]), (2, ["C"]), (3, ["A", "C"]), (4, ["国家", "行业"]), (5, ["3.5"])):
        sent = client.post(f"/exam/answers/{slot}", data={"response": typed}, headers=ORIGIN)
        assert sent.headers["Location"] == f"/exam/sitting#item-{slot}"
    client.post("/exam/submit", headers=ORIGIN)
    assert "5 / 5" in client.get("/exam/done").text


def test_time_over_leads_to_the_confirmation(client: FlaskClient) -> None:
    hall = a_hall(minutes=1)
    begin(client, hall.candidates[0])
    _let_time_pass(hall, timedelta(minutes=5))
    late = save(client, 2, "B")
    assert (late.status_code, late.json["code"]) == (409, "TimeOver")
    assert client.get("/exam/sitting").headers["Location"] == "/exam/done"


def _let_time_pass(hall: Hall, length: timedelta) -> None:
    with transaction(hall.organisation) as session:
        session.execute(text("UPDATE sitting SET created_at = created_at - :length"), {"length": length})


def test_the_board_shows_every_seat_and_is_not_sent_again_unchanged(app: Flask) -> None:
    hall = a_hall(people=3)
    begin(app.test_client(), hall.candidates[0])
    enter(app.test_client(), hall.candidates[1])
    watcher = log_in(app.test_client(), a_member("invigilator", organisation=hall.organisation))
    page = watcher.get(f"/exams/{hall.exam}/room?lang=en")
    assert page.status_code == 200
    assert page.text.count('class="k-seat') == 3
    seats = watcher.get(f"/exams/{hall.exam}/room/seats")
    again = watcher.get(f"/exams/{hall.exam}/room/seats", headers={"If-None-Match": seats.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_the_board_of_another_organisation_does_not_exist(app: Flask) -> None:
    hall = a_hall()
    stranger = log_in(app.test_client(), a_member("invigilator"))
    assert stranger.get(f"/exams/{hall.exam}/room").status_code == 404


def test_only_watchers_see_the_board(app: Flask) -> None:
    hall = a_hall()
    writer = log_in(app.test_client(), a_member("item_writer", organisation=hall.organisation))
    assert writer.get(f"/exams/{hall.exam}/room").status_code == 403


def test_what_is_arranged_is_answered_without_script_too(client: FlaskClient) -> None:
    hall = a_hall(bodies=ARRANGED)
    begin(client, hall.candidates[0])
    sent = {1: ["A", ""], 2: ["", "C1", "B2"], 3: ["B", "A"], 4: ["C"]}

    for slot, values in sent.items():
        assert client.post(f"/exam/answers/{slot}", data={"response": values}, headers=ORIGIN).status_code == 303
    page = client.get("/exam/sitting").text

    assert page.count(" selected") == 1 + 3 + 2
    assert page.count(" checked") == 1
    assert RATIONALE not in page
    assert re.search(r'value="B3" selected|value="A3" selected', page)
    assert save(client, 2, ["a"], sequence=9).status_code == 422
    assert save(client, 1, {"1": 5}, sequence=9).status_code == 422
