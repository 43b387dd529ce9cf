"""Pages of batches, exams, enrolment and candidates."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kaoping.exam.db import transaction
from kaoping.exam.people.consents import Answers
from kaoping.exam.people.models import Consent, Person
from kaoping.exam.registration import enrolment, exams, rooms
from kaoping.exam.registration.models import Application, Batch, Exam, ExamState
from kaoping.itembank.actor import Actor
from kaoping.itembank.trail import TrailEntry
from tests.builders_registration import (
    a_candidate,
    a_list,
    a_photo,
    a_row,
    a_standard,
    an_exam,
    an_identity,
)
from tests.web.staff import Staff, a_member, log_in

NOW = datetime.now(UTC)
NUMBER = an_identity(1)


@dataclass(frozen=True)
class Place:
    """An exam with one candidate, and the officer who runs it."""

    officer: Staff
    exam: UUID
    batch: UUID
    person: UUID
    application: UUID

    def colleague(self, *roles: str) -> Staff:
        return a_member(*roles, organisation=self.officer.organisation)


def within(staff: Staff, deed: Callable[[Session, Actor], Any]) -> Any:
    with transaction(staff.organisation) as session:
        return deed(session, Actor(staff.account, staff.organisation))


def opening() -> dict[str, Any]:
    return {"opens_at": NOW - timedelta(hours=1), "closes_at": NOW + timedelta(hours=2), "at": NOW}


@pytest.fixture(autouse=True)
def _no_page_tokens(app: Flask) -> None:
    """Forms are sent without having been opened; that they need a token is tested with the shell."""
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture
def place(app: Flask) -> Place:
    officer = a_member("exam_officer")

    def made(session: Session, by: Actor) -> Place:
        exam = an_exam(session, by=by, **opening())
        agreed = Answers(notice=True, identity_number=True, photo=True)
        row = enrolment.enrol(session, exam.id, a_candidate(1, photo=a_photo(), consents=agreed), by=by, at=NOW)
        return Place(officer, exam.id, exam.batch_id, row.person_id, row.id)

    return within(officer, made)  # type: ignore[no-any-return]


@pytest.fixture
def officer(client: FlaskClient, place: Place) -> FlaskClient:
    return log_in(client, place.officer)


def test_a_new_organisation_is_told_what_to_do_first(client: FlaskClient) -> None:
    log_in(client, a_member("exam_officer"))

    assert "No exam yet" in client.get("/exams/?lang=en").text
    assert "Open a batch" in client.get("/batches/?lang=en").text
    assert "No published standard" in client.get("/batches/new?lang=en").text


def test_a_batch_is_opened_by_form(client: FlaskClient) -> None:
    staff = a_member("exam_officer")
    log_in(client, staff)
    standard = within(staff, lambda session, _: a_standard(session).id)
    form = {"standard": standard, "code": "2026-04", "name": "第四批", "objection_days": "5", "assessor_tolerance": "5"}

    answer = client.post("/batches/", data=form)
    again = client.post("/batches/?lang=en", data=form | {"name": "第五批"})

    assert answer.status_code == 302
    assert "第四批" in client.get(answer.location).text
    assert again.status_code == 422
    assert "choose another code" in again.text
    assert within(staff, lambda session, _: session.scalars(select(Batch.objection_days)).all()) == [5]


def exam_form(sealed: list[UUID], **changes: Any) -> dict[str, Any]:
    return {
        "name": "三级理论知识", "opens_at": "2099-11-21T09:00", "closes_at": "2099-11-21T11:00", "minutes": "90",
        "papers": sealed, "rooms-0-name": "第1考场", "rooms-0-seats": "30", "rooms-1-name": "第2考场",
        "rooms-1-seats": "15",
    } | changes  # fmt: skip


def test_an_exam_is_prepared_in_local_time_with_its_rooms(officer: FlaskClient, place: Place) -> None:
    level, papers = within(place.officer, _papers_of(place))
    assert "第1考场" not in officer.get(f"/batches/{place.batch}/exams/new").text

    answer = officer.post(f"/batches/{place.batch}/exams?level={level}", data=exam_form(papers))

    exam_id = UUID(answer.location.rpartition("/")[2])
    seen = within(place.officer, lambda session, _: exams.shown(session, exam_id))
    assert seen.exam.opens_at == datetime(2099, 11, 21, 1, tzinfo=UTC)
    assert [(room.room.name, room.room.seats) for room in seen.rooms] == [("第1考场", 30), ("第2考场", 15)]


def _papers_of(place: Place) -> Callable[[Session, Actor], tuple[UUID, list[UUID]]]:
    def found(session: Session, _: Actor) -> tuple[UUID, list[UUID]]:
        exam = session.get_one(Exam, place.exam)
        return exam.level_id, [use.paper_id for use in exam.papers]

    return found


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"closes_at": "2099-11-21T08:00"}, "closes before it opens"),
        ({"minutes": "150"}, "The window has 120 minutes, the exam takes 150"),
        ({"papers": []}, "Choose at least one sealed paper."),
        ({"rooms-1-name": "第1考场"}, "Two rooms are called 第1考场"),
        ({"rooms-1-seats": ""}, "1 to 500 seats"),
        ({"opens_at": "yesterday"}, "Enter a date and time such as 2026-11-21 09:00."),
        ({"name": ""}, "Enter the name of the exam."),
    ],
)
def test_an_exam_that_cannot_be_held_is_refused_at_its_field_and_nothing_is_lost(
    officer: FlaskClient, place: Place, changes: dict[str, Any], told: str
) -> None:
    level, papers = within(place.officer, _papers_of(place))

    answer = officer.post(f"/batches/{place.batch}/exams?level={level}&lang=en", data=exam_form(papers, **changes))

    assert answer.status_code == 422
    assert told in answer.text
    assert "第2考场" in answer.text or "rooms-1-name" in changes


def test_more_rows_for_rooms_are_offered_and_nothing_is_lost(officer: FlaskClient, place: Place) -> None:
    level, papers = within(place.officer, _papers_of(place))

    answer = officer.post(f"/batches/{place.batch}/exams?level={level}", data=exam_form(papers, more="1"))

    assert answer.status_code == 200
    assert "第2考场" in answer.text
    assert "rooms-5-name" in answer.text


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("role", ["exam_officer", "invigilator", "supervisor", "certificate_officer"])
def test_no_page_shows_a_whole_identity_number(client: FlaskClient, place: Place, role: str, language: str) -> None:
    log_in(client, place.colleague(role))

    pages = [
        client.get(f"{path}?lang={language}").text
        for path in (
            "/exams/", "/batches/", f"/exams/{place.exam}", f"/batches/{place.batch}", f"/persons/{place.person}",
            f"/exams/{place.exam}/open", f"/exams/{place.exam}/close", f"/exams/{place.exam}/codes",
        )
    ]  # fmt: skip

    assert not [page for page in pages if NUMBER in page or NUMBER[6:14] in page]
    assert (f"{NUMBER[:4]}**********{NUMBER[-4:]}" in pages[2]) == (role != "certificate_officer")


def test_revealing_a_number_shows_it_once_and_is_written_down(officer: FlaskClient, place: Place) -> None:
    answer = officer.post(f"/persons/{place.person}/identity")

    assert NUMBER in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert NUMBER not in officer.get(f"/persons/{place.person}").text
    entries = within(place.officer, lambda session, _: session.scalars(
        select(TrailEntry).where(TrailEntry.verb == "identity.reveal")
    ).all())  # fmt: skip
    assert [(entry.by, entry.thing_id) for entry in entries] == [(place.officer.account, place.person)]


def test_an_invigilator_cannot_reveal_a_number(client: FlaskClient, place: Place) -> None:
    log_in(client, place.colleague("invigilator"))

    assert client.post(f"/persons/{place.person}/identity").status_code == 403


@pytest.mark.parametrize(("role", "status"), [("exam_officer", 200), ("invigilator", 200), ("supervisor", 403)])
def test_room_codes_are_for_those_who_run_the_exam(client: FlaskClient, place: Place, role: str, status: int) -> None:
    log_in(client, place.colleague(role))
    codes = within(place.officer, lambda session, _: rooms.codes(session, place.exam))

    answer = client.get(f"/exams/{place.exam}/codes")

    assert answer.status_code == status
    assert (codes["1"] in answer.text) == (status == 200)
    assert codes["1"] not in client.get(f"/exams/{place.exam}").text


def test_another_organisation_finds_nothing(client: FlaskClient, place: Place) -> None:
    log_in(client, a_member("exam_officer"))

    for path in (f"/exams/{place.exam}", f"/batches/{place.batch}", f"/persons/{place.person}",
                 f"/persons/{place.person}/photo.jpg", f"/persons/tickets/{place.application}.pdf",
                 f"/exams/{place.exam}/candidates/new"):  # fmt: skip
        assert client.get(path).status_code == 404


def candidate_form(number: int = 2, **changes: Any) -> dict[str, Any]:
    return {
        "name": "欧阳以宁", "identity_type": "resident_identity_card", "identity": an_identity(number), "room": "",
        "seat": "", "notice": "y", "identity_consent": "y",
    } | changes  # fmt: skip


def test_a_candidate_is_enrolled_by_form_with_consents_and_photo(officer: FlaskClient, place: Place) -> None:
    form = candidate_form(photo=(BytesIO(a_photo()), "photo.jpg"), photo_consent="y")

    answer = officer.post(f"/exams/{place.exam}/candidates/", data=form)

    assert answer.status_code == 302
    assert "欧阳以宁" in officer.get(answer.location).text
    given = within(place.officer, lambda session, _: session.scalars(
        select(Consent.given).join(Person).where(Person.name == "欧阳以宁")
    ).all())  # fmt: skip
    assert given == [True, True, True]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"identity_consent": ""}, "the candidate cannot be enrolled"),
        ({"notice": ""}, "Give the candidate the notice"),
        ({"photo": "photo"}, "A photo may be stored only with"),
        ({"photo": "text", "photo_consent": "y"}, "cannot be read as a picture"),
        ({"identity": NUMBER}, "on file under the name “方一鸣”"),
        ({"identity": NUMBER[:-1]}, "18 characters, this one has 17"),
        ({"room": "1", "seat": "9"}, "its seats are 1 to 3"),
        ({"room": "1", "seat": "1"}, "Seat 1 of room 1 is taken"),
        ({"name": "王1"}, "does not belong in a name"),
    ],
)
def test_a_candidate_who_cannot_be_enrolled_is_refused_at_the_field(
    officer: FlaskClient, place: Place, changes: dict[str, Any], told: str
) -> None:
    files = {"photo": (BytesIO(a_photo()), "p.jpg"), "text": (BytesIO(b"text"), "p.jpg")}
    changes = {name: files.get(value, value) if name == "photo" else value for name, value in changes.items()}

    answer = officer.post(f"/exams/{place.exam}/candidates/?lang=en", data=candidate_form(**changes))

    assert answer.status_code == 422
    assert told in answer.text
    assert candidates_of(place) == 1


def candidates_of(place: Place) -> int:
    counted = select(func.count()).where(Application.exam_id == place.exam)
    return within(place.officer, lambda session, _: session.scalars(counted).one())  # type: ignore[no-any-return]


def sent(client: FlaskClient, place: Place, data: bytes, **changes: Any) -> Any:
    form = {"file": (BytesIO(data), "第四批团体报名.csv"), "notice": "y", "identity_consent": "y"} | changes
    return client.post(f"/exams/{place.exam}/candidates/import?lang=en", data=form)


def sealed_in(page: str) -> dict[str, str]:
    return {
        name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', page).group(1)  # type: ignore[union-attr]
        for name in ("sealed", "rows")
    }


def test_a_list_is_checked_first_and_stored_when_confirmed(officer: FlaskClient, place: Place) -> None:
    wrong = an_identity(4)[:-1] + ("0" if an_identity(4)[-1] != "0" else "1")
    data = a_list(a_row(1), a_row(2, "方二"), a_row(3, "方三"), f"方四,居民身份证,{wrong}", encoding="gb18030")

    page = sent(officer, place, data).text

    assert "2 rows can be imported" in page
    assert "1 is wrong" in page
    assert "1 is enrolled already" in page
    assert "read as GB 18030" in page
    assert wrong not in page
    assert candidates_of(place) == 1
    answer = officer.post(f"/exams/{place.exam}/candidates/import/confirm", data=sealed_in(page))
    assert answer.status_code == 302
    assert candidates_of(place) == 3


def test_wrong_rows_come_back_as_a_file_to_mend(officer: FlaskClient, place: Place) -> None:
    page = sent(officer, place, a_list(a_row(2, "方二"), f"=方四,居民身份证,{an_identity(4)}")).text

    answer = officer.post(f"/exams/{place.exam}/candidates/import/wrong.csv?lang=en", data=sealed_in(page))

    assert answer.mimetype == "text/csv"
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert "'=方四" in answer.text
    assert "does not belong in a name" in answer.text
    assert "方二" not in answer.text


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (a_list(a_row(), header="姓名,类型,证件号码"), "The column “证件类型” is missing"),
        (a_list(a_row(), header="name,identity type,identity", encoding="gb18030"), "it looks like GB 18030"),
        (b"PK\x03\x04", "This is an Excel workbook."),
        (a_list(), "holds no candidates"),
    ],
)
def test_a_file_that_is_no_list_is_refused_at_its_field(
    officer: FlaskClient, place: Place, data: bytes, told: str
) -> None:
    answer = sent(officer, place, data)

    assert answer.status_code == 422
    assert told in answer.text


def test_a_list_needs_the_declaration_of_consent(officer: FlaskClient, place: Place) -> None:
    assert "the candidate cannot be enrolled" in sent(officer, place, a_list(a_row(2)), identity_consent="").text


def test_more_candidates_than_seats_cannot_be_confirmed(officer: FlaskClient, place: Place) -> None:
    page = sent(officer, place, a_list(*(a_row(number) for number in range(2, 12)))).text

    assert "10 seats are needed and 4 are free" in page
    assert "import/confirm" not in page


def test_a_confirmation_of_somebody_else_stores_nothing(client: FlaskClient, place: Place) -> None:
    page = sent(log_in(client, place.officer), place, a_list(a_row(2))).text
    log_in(client, place.colleague("exam_officer"))

    assert client.post(f"/exams/{place.exam}/candidates/import/confirm", data=sealed_in(page)).status_code == 422
    assert candidates_of(place) == 1


def test_an_exam_is_opened_and_closed_after_a_question(officer: FlaskClient, place: Place) -> None:
    assert officer.get(f"/exams/{place.exam}/open").status_code == 200
    officer.post(f"/exams/{place.exam}/open")
    assert state_of(place) is ExamState.OPEN

    assert officer.get(f"/exams/{place.exam}/close").status_code == 200
    officer.post(f"/exams/{place.exam}/close")

    assert state_of(place) is ExamState.CLOSED
    assert officer.post(f"/exams/{place.exam}/open").status_code == 409
    assert officer.post(f"/exams/{place.exam}/candidates/", data=candidate_form()).status_code == 422


def state_of(place: Place) -> ExamState:
    return within(place.officer, lambda session, _: session.get_one(Exam, place.exam).state)  # type: ignore[no-any-return]


def test_an_exam_past_its_window_asks_to_be_closed(officer: FlaskClient, place: Place) -> None:
    within(place.officer, lambda session, actor: exams.open_exam(session, place.exam, by=actor))
    running = officer.get("/today?lang=en").text
    within(place.officer, lambda session, _: setattr(session.get_one(Exam, place.exam), "closes_at", NOW))

    page = officer.get(f"/exams/{place.exam}?lang=en").text

    assert "1 exam is open" in running
    assert "over, to be closed" in page
    assert "The window of this exam is over." in page
    assert "Import a list" not in page
    today = officer.get("/today?lang=en").text
    assert "1 exam is over and waits for its closing" in today
    assert "1 exam is open" not in today


def test_a_ticket_is_printed_with_the_number_masked(officer: FlaskClient, place: Place) -> None:
    answer = officer.get(f"/persons/tickets/{place.application}.pdf")

    assert answer.mimetype == "application/pdf"
    printed = re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages))
    assert "方一鸣" in printed
    assert f"{NUMBER[:4]}**********{NUMBER[-4:]}" in printed
    assert NUMBER not in printed


def test_a_photo_is_shown_to_those_who_run_the_exam(officer: FlaskClient, place: Place) -> None:
    assert f"/persons/{place.person}/photo.jpg" in officer.get(f"/persons/{place.person}").text
    assert officer.get(f"/persons/{place.person}/photo.jpg").data.startswith(b"\xff\xd8")


def test_personal_data_are_erased_after_the_exam(officer: FlaskClient, place: Place) -> None:
    assert officer.post(f"/persons/{place.person}/erase").status_code == 409
    officer.post(f"/exams/{place.exam}/open")
    officer.post(f"/exams/{place.exam}/close")

    answer = officer.post(f"/persons/{place.person}/erase", follow_redirects=True)

    assert answer.status_code == 200
    assert "方一鸣" not in answer.text
    assert officer.get(f"/persons/{place.person}/photo.jpg").status_code == 404


def test_the_logs_never_hold_a_number(
    officer: FlaskClient, place: Place, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)

    officer.post(f"/exams/{place.exam}/candidates/", data=candidate_form(2))
    sent(officer, place, a_list(a_row(3), a_row(4, "")))
    officer.post(f"/persons/{place.person}/identity")

    out = capfd.readouterr()
    for number in (1, 2, 3, 4):
        assert an_identity(number) not in caplog.text + out.out + out.err


def test_a_stranger_id_is_not_found(officer: FlaskClient) -> None:
    assert officer.get(f"/exams/{uuid4()}").status_code == 404
