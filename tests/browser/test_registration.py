"""Registration in a browser: every page at every width, and an enrolment walked through."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from kaoping.exam.db import transaction
from kaoping.exam.filing import filings
from kaoping.exam.people.consents import Answers
from kaoping.exam.registration import enrolment
from kaoping.exam.registration.rooms import NewRoom
from kaoping.itembank.actor import Actor
from tests.browser.visiting import picture, sound, visit
from tests.builders_registration import a_candidate, a_list, a_photo, a_row, an_exam, an_identity
from tests.web.staff import Staff, a_member

NAMES = ("方一鸣", "欧阳以宁", "买买提·艾力", "程以安", "苏禾", "周明远", "林晓", "何静")


def a_place() -> tuple[Staff, dict[str, str]]:
    """Make an exam with candidates, and the addresses of its pages."""
    officer = a_member("exam_officer")
    with transaction(officer.organisation) as session:
        return officer, addresses(session, Actor(officer.account, officer.organisation))


def addresses(session: Session, by: Actor) -> dict[str, str]:
    now = datetime.now(UTC)
    rooms = (NewRoom("第1考场", 30), NewRoom("第2考场", 15))
    exam = an_exam(
        session, by=by, rooms=rooms, opens_at=now - timedelta(hours=1), closes_at=now + timedelta(hours=2), at=now
    )
    rows = [
        enrolment.enrol(
            session, exam.id,
            a_candidate(number, name, photo=a_photo(), consents=Answers(notice=True, identity_number=True, photo=True)),
            by=by, at=now,
        )
        for number, name in enumerate(NAMES, start=1)
    ]  # fmt: skip
    return {
        "exams": "/exams/", "batches": "/batches/", "batch-new": "/batches/new", "batch": f"/batches/{exam.batch_id}",
        "batch-close": f"/batches/{exam.batch_id}/close", "exam-new": f"/batches/{exam.batch_id}/exams/new",
        "exam": f"/exams/{exam.id}", "exam-open": f"/exams/{exam.id}/open", "exam-close": f"/exams/{exam.id}/close",
        "codes": f"/exams/{exam.id}/codes", "enrol": f"/exams/{exam.id}/candidates/new",
        "import": f"/exams/{exam.id}/candidates/import", "person": f"/persons/{rows[0].person_id}",
        "erase": f"/persons/{rows[0].person_id}/erase", "filings": "/filings/", "filing-new": "/filings/new",
        "filing": f"/filings/{filings.listed(session)[0].id}",
    }  # fmt: skip


@pytest.mark.browser
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pages_of_registration_are_sound(page: Page, language: str) -> None:
    officer, pages = a_place()

    for name, path in pages.items():
        visit(page, path, officer, language=language)
        sound(page, f"registration-{name}-{language}")


@pytest.mark.browser
@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_without_anything_yet_are_sound(page: Page, language: str) -> None:
    for path in ("/exams/", "/batches/", "/batches/new", "/filings/", "/filings/new"):
        visit(page, path, "exam_officer", language=language)
        sound(page, f"registration-empty{path.replace('/', '-')}{language}")


@pytest.mark.browser
def test_an_enrolment_is_walked_through(page: Page) -> None:
    officer, pages = a_place()
    visit(page, pages["enrol"], officer, language="en")
    page.get_by_label("Name", exact=True).fill("何雨桐")
    page.locator("#identity").fill(an_identity(99))
    page.get_by_label("The candidate was given this notice").check()
    page.get_by_role("button", name="Enrol", exact=True).click()
    expect(page.get_by_role("alert")).to_be_focused()
    picture(page, "registration-enrol-refused")
    expect(page.locator("#identity")).to_have_value(an_identity(99))

    page.get_by_label("The candidate consents to the use of the identity number").check()
    page.get_by_role("button", name="Enrol", exact=True).click()

    expect(page.get_by_text("Enrolled: room 第1考场, seat 9.")).to_be_visible()
    page.get_by_role("link", name="何雨桐").click()
    expect(page.get_by_text(an_identity(99))).not_to_be_visible()
    page.get_by_role("button", name="Show the whole number").click()
    expect(page.get_by_text(an_identity(99))).to_be_visible()


@pytest.mark.browser
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_list_is_walked_through(page: Page, tmp_path: Path, language: str) -> None:
    officer, pages = a_place()
    wrong = an_identity(60)[:-1] + ("0" if an_identity(60)[-1] != "0" else "1")
    rows = [a_row(number, f"考生{chr(0x4E00 + number)}") for number in range(20, 53)]
    rows[3:3] = [
        f"欧阳宁,居民身份证,{wrong}", f"方七,学生证,{an_identity(61)}", f",居民身份证,{an_identity(62)}", a_row(1),
    ]  # fmt: skip
    file = tmp_path / "第四批团体报名.csv"
    file.write_bytes(a_list(*rows, encoding="gb18030"))
    visit(page, pages["import"], officer, language=language)
    page.locator("#file").set_input_files(file)
    page.locator("#notice").check()
    page.locator("#identity_consent").check()
    page.locator("form:has(#file) button").click()
    sound(page, f"registration-preview-{language}")
    expect(page.locator("body")).not_to_contain_text(wrong)

    page.locator("form[action$=confirm] button").click()

    expect(page.locator(".k-note.good")).to_contain_text("33")
    picture(page, f"registration-imported-{language}")
