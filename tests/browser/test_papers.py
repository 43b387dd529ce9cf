"""Specifications and papers in a browser."""

from uuid import UUID

import pytest
from playwright.sync_api import Page

from kaoping.exam import ordering, tasks
from kaoping.exam.db import transaction
from kaoping.itembank import assembling, sealing, shuffling, specification
from kaoping.itembank.actor import Actor
from kaoping.itembank.papers import AssemblyRun
from kaoping.itembank.rules import Rules
from tests.browser.visiting import Site, sound, visit
from tests.builders import NOON
from tests.builders_papers import a_bank, a_specification
from tests.web.staff import Staff, a_member


def a_run(staff: Staff, **changes: object) -> tuple[UUID, AssemblyRun]:
    """Commit a bank, a specification and a run of another assembler; its first paper is sealed by the member."""
    other = a_member("assembler", organisation=staff.organisation)
    with transaction(staff.organisation) as session:
        made = a_specification(session, a_bank(session), **changes)
        run = assembling.assemble(session, made.id, by=Actor(other.account, staff.organisation), at=NOON)
        for paper in run.papers[:1]:
            sealing.approve(session, paper.id, by=Actor(staff.account, staff.organisation), at=NOON)
            shuffling.make(session, paper.id, count=2, by=Actor(staff.account, staff.organisation), at=NOON)
        session.refresh(run, ["papers"])
        return made.id, run


@pytest.mark.browser
def test_the_pages_of_papers_are_sound(page: Page, site: Site) -> None:
    assembler = a_member("assembler")
    made, run = a_run(assembler)
    sealed, waiting = (f"/papers/{paper.id}" for paper in run.papers)
    pages = {
        "index": "/papers/", "specification": f"/specifications/{made}", "run": f"/papers/runs/{run.id}",
        "sealed": sealed, "waiting": waiting, "read": f"{waiting}/items", "key": f"{sealed}/key",
    }  # fmt: skip

    for name, path in pages.items():
        language = "en" if name in {"specification", "run"} else "zh"
        visit(page, path, assembler, language=language)
        sound(page, f"papers-{name}-{language}")


@pytest.mark.browser
def test_a_search_is_watched_and_its_page_becomes_the_result_by_itself(page: Page, site: Site) -> None:
    assembler = a_member("assembler")
    with transaction(assembler.organisation) as session:
        made = a_specification(session, a_bank(session))
        by = Actor(assembler.account, assembler.organisation)
        run = ordering.order(session, made.id, forms=1, by=by, at=NOON)
    visit(page, f"/papers/runs/{run.id}", assembler)
    sound(page, "papers-progress-zh")

    tasks.carry_out_run(assembler.organisation, run.id)

    page.get_by_role("heading", name="本次组成的试卷").wait_for()
    page.wait_for_load_state("networkidle")  # the pictures, before the database goes


@pytest.mark.browser
def test_a_specification_that_cannot_be_met_is_told_soundly(page: Page, site: Site) -> None:
    assembler = a_member("assembler")
    _, run = a_run(assembler, ratio_low="0.9", ratio_high="0.95")

    visit(page, f"/papers/runs/{run.id}", assembler)

    sound(page, "papers-unmet-zh")


@pytest.mark.browser
def test_a_number_that_does_not_fit_is_told_at_its_row(page: Page, site: Site) -> None:
    assembler = a_member("assembler")
    made, _ = a_run(assembler)
    visit(page, f"/specifications/{made}/change", assembler)

    page.fill("#row-0-single_choice", "3")
    page.click("button:has-text('保存为新版本')")

    assert "范围 0-1 合计 7 分，权重为 5。" in page.inner_text("#row-0-head")
    sound(page, "papers-fault-zh")


@pytest.mark.browser
def test_the_bank_is_held_against_the_numbers_while_one_types(page: Page, site: Site) -> None:
    assembler = a_member("assembler")
    made, _ = a_run(assembler)
    visit(page, f"/specifications/{made}/change", assembler, language="en")
    assert page.inner_text("#row-0-single_choice-live") == "needs 4, has 6"
    assert not page.is_visible("[data-check]")

    page.focus("#row-0-single_choice")
    page.keyboard.press("Control+A")
    page.keyboard.type("7")
    page.wait_for_selector("#short li")

    assert page.evaluate("document.activeElement.id") == "row-0-single_choice"
    assert page.inner_text("#row-0-single_choice-live") == "8 missing of 14"
    assert page.inner_text("#row-0-marks") == "15 of 5"
    assert "2 papers need 14 items, the bank has 6: 8 missing." in page.inner_text("#short")
    assert page.inner_text("#bank") == "The bank is short in 1 place."
    sound(page, "specification-short-en")

    page.fill("#papers", "1")
    page.locator("#row-0-single_choice-live", has_text="1 missing of 7").wait_for()
    page.fill("#row-0-single_choice", "2")
    page.locator("#short li").wait_for(state="detached")
    assert "enough items in every place" in page.inner_text("#bank")


@pytest.mark.browser
def test_a_number_that_cannot_be_read_is_told_beside_it_while_one_types(page: Page, site: Site) -> None:
    assembler = a_member("assembler")
    made, _ = a_run(assembler)
    visit(page, f"/specifications/{made}/change", assembler)

    page.fill("#row-1-true_false", "四")
    page.wait_for_selector("#row-1-true_false.is-invalid")

    assert "应为 0 至 400 的整数" in page.inner_text("#row-1-true_false-live")


@pytest.mark.browser
def test_the_pages_of_versions_are_sound(page: Page, site: Site) -> None:
    assembler = a_member("assembler")
    made, _ = a_run(assembler, exposure_most=3)
    reviewer = a_member("item_reviewer", organisation=assembler.organisation)
    with transaction(assembler.organisation) as session:
        found = specification.find(session, made)
        rules = Rules.model_validate({**found.latest.rules, "ratio_low": "0.6"})
        by = Actor(assembler.account, assembler.organisation)
        specification.change(session, made, name=found.name, minutes=100, rules=rules, by=by, at=NOON)

    for language in ("zh", "en"):
        visit(page, f"/specifications/{made}", reviewer, language=language)
        page.click("summary >> nth=0")
        sound(page, f"specification-waiting-{language}")
        visit(page, "/specifications/new", assembler, language=language)
        sound(page, f"specification-new-{language}")
        visit(page, f"/specifications/{made}/change", assembler, language=language)
        sound(page, f"specification-change-{language}")
    visit(page, f"/specifications/{made}?version=1", assembler)
    sound(page, "specification-older-zh")
