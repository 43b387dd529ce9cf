"""Results, certificates, verification and the candidate's own pages in a browser."""

from dataclasses import dataclass
from pathlib import Path
from random import randrange
from uuid import UUID

import pytest
from playwright.sync_api import Page
from sqlalchemy import select, update

from kaoping.certificates import keys
from kaoping.exam.db import transaction
from kaoping.exam.people.models import Organisation
from kaoping.exam.results import awarding, calibrating, deciding
from kaoping.itembank.actor import Actor
from kaoping.itembank.items import Item, ItemType
from kaoping.itembank.models import Range
from tests import builders_papers
from tests.browser.visiting import WIDTHS, Site, sound, visit
from tests.builders import NOON, an_actor, stored
from tests.builders_registration import a_level, a_standard
from tests.builders_results import (
    AFTER,
    FINAL,
    JUST_SHORT,
    PASSING,
    a_final_decision,
    an_open_exam,
    closed,
    enrolled,
    sat,
    with_final_scores,
    with_sheets,
)
from tests.web.staff import Staff, a_member

ROLES = ("exam_officer", "psychometrician", "assessor", "certificate_officer")


@dataclass(frozen=True)
class Place:
    """An exam with a pass, a fail, a candidate whose sheets lie apart and one who did not come."""

    staff: Staff
    exam: UUID
    passed: Staff
    failed: Staff
    applications: tuple[UUID, ...]
    certificate: UUID
    number: str
    query_key: str
    run: UUID
    item: UUID


@pytest.fixture(scope="module")
def folder(site: Site) -> Path:
    key = Path(site.app.extensions["kaoping.settings"].signing_key)
    if not key.exists():
        key.parent.mkdir(parents=True, exist_ok=True)
        keys.generate(key)
    return key


@pytest.fixture
def place(page: Page, folder: Path) -> Place:
    staff = a_member(*ROLES)
    by = Actor(staff.account, staff.organisation)
    passed, failed = a_member(organisation=staff.organisation), a_member(organisation=staff.organisation)
    with transaction(staff.organisation) as session:
        site_code = update(Organisation).where(Organisation.id == staff.organisation)
        session.execute(site_code.values(site_code=f"{randrange(10**6):06}"))
        exam = an_open_exam(session)
        names = ("方一鸣", "欧阳以宁", "林知远", "程以安")
        people = [enrolled(session, exam, number=n, name=name, photo=True) for n, name in enumerate(names, 1)]
        for one, right in zip(people, (PASSING, JUST_SHORT, PASSING), strict=False):
            sat(session, one, right=right)
        closed(session, exam)
        decision = a_final_decision(session, people[0])
        with_final_scores(session, people[1])
        deciding.announce(session, people[1].id, by=an_actor(session), at=AFTER)
        with_sheets(session, people[2], "50", "70")
        people[0].person.account_id, people[1].person.account_id = passed.account, failed.account
        made = awarding.issue(session, decision.id, key=keys.load(folder), by=by, at=FINAL)
        level = a_level(session, standard=a_standard(session))
        row = stored(session, Range(
            organisation_id=by.organisation, standard_id=level.standard_id, code="F1", name="标准", name_en="Standards",
            position=1,
        ))  # fmt: skip
        for number in range(1, 9):
            builders_papers.an_item(session, level, row, ItemType.SINGLE_CHOICE, number, by=by)
        session.flush()
        run = calibrating.simulate_pilot(session, level.id, name="试测", persons=500, by=by, at=NOON)
        item = session.scalars(select(Item.id).where(Item.level_id == level.id).order_by(Item.code)).first()
        assert item is not None
        return Place(
            staff,
            exam.id,
            passed,
            failed,
            tuple(one.id for one in people),
            made.id,
            made.number,
            made.query_key,
            run.id,
            item,
        )


@pytest.mark.browser
def test_the_pages_of_staff_are_sound(page: Page, place: Place) -> None:
    for name, path in {
        "sheets": "/sheets/", "sheets-exam": f"/sheets/{place.exam}",
        "sheets-edit": f"/sheets/{place.exam}/{place.applications[2]}", "results": "/results/",
        "results-exam": f"/results/{place.exam}", "results-candidate": f"/results/candidates/{place.applications[1]}",
        "calibrations": "/calibrations/", "calibrations-run": f"/calibrations/{place.run}",
        "item-statistics": f"/items/{place.item}/statistics", "certificates": "/certificates/",
        "certificate": f"/certificates/{place.certificate}",
    }.items():  # fmt: skip
        visit(page, path, place.staff)
        sound(page, name)
        visit(page, path, language="en")
        sound(page, f"{name}-en")


@pytest.mark.browser
def test_the_pages_of_candidates_are_sound(page: Page, place: Place) -> None:
    pages = ("/my/", "/my/activate", f"/my/exams/{place.applications[0]}")
    for name, path in zip(("my", "activate", "pass"), pages, strict=True):
        visit(page, path, place.passed)
        sound(page, f"own-{name}")
        visit(page, path, language="en")
        sound(page, f"own-{name}-en")
    visit(page, f"/my/exams/{place.applications[1]}", place.failed)
    sound(page, "own-fail")


@pytest.mark.browser
def test_the_number_of_a_certificate_keeps_to_one_line(page: Page, place: Place) -> None:
    visit(page, f"/my/exams/{place.applications[0]}", place.passed)
    _on_one_line(page, ".k-parts")
    visit(page, "/certificates/", place.staff)
    _on_one_line(page, "th.k-code a")
    visit(page, f"/certificates/{place.certificate}")
    _on_one_line(page, "dd.k-code >> nth=0")


def _on_one_line(page: Page, place: str) -> None:
    for across, down in WIDTHS.values():
        page.set_viewport_size({"width": across, "height": down})
        high = page.locator(place).evaluate(
            "(place) => { const range = document.createRange(); range.selectNodeContents(place);"
            " return range.getBoundingClientRect().height / parseFloat(getComputedStyle(place).fontSize) }"
        )
        assert high < 2, f"{page.url} breaks the number at {across}"


@pytest.mark.browser
def test_the_public_pages_are_sound(page: Page, place: Place) -> None:
    pages = {"verify": "/verify", "verify-qr": f"/v/{place.query_key}", "verify-nothing": "/v/nothing"}
    for name, path in pages.items():
        visit(page, path)
        sound(page, name)
        visit(page, path, language="en")
        sound(page, f"{name}-en")


@pytest.mark.browser
def test_a_visitor_checks_a_certificate_by_number_and_name(page: Page, place: Place) -> None:
    visit(page, "/verify", language="en")
    page.get_by_label("Certificate number").fill(place.number)
    page.get_by_label("Holder's name").fill("方一鸣")
    page.get_by_role("button", name="Check", exact=True).click()

    page.get_by_role("heading", name="Specimen, not valid").wait_for()
    sound(page, "verify-least-en")
