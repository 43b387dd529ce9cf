"""Specifications and papers in a browser."""

from uuid import UUID

import pytest
from playwright.sync_api import Page

from kaoping.exam.db import transaction
from kaoping.itembank import assembling, sealing
from kaoping.itembank.actor import Actor
from kaoping.itembank.papers import AssemblyRun
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
        return made.id, run


@pytest.mark.browser
def test_the_pages_of_papers_are_sound(page: Page, site: Site) -> None:
    assembler = a_member("assembler")
    specification, run = a_run(assembler)
    sealed, waiting = (f"/papers/{paper.id}" for paper in run.papers)
    pages = {
        "index": "/papers/", "specification": f"/specifications/{specification}", "run": f"/papers/runs/{run.id}",
        "sealed": sealed, "waiting": waiting, "read": f"{waiting}/items",
    }  # fmt: skip

    for name, path in pages.items():
        language = "en" if name in {"specification", "run"} else "zh"
        visit(page, path, assembler, language=language)
        sound(page, f"papers-{name}-{language}")


@pytest.mark.browser
def test_a_specification_that_cannot_be_met_is_told_soundly(page: Page, site: Site) -> None:
    assembler = a_member("assembler")
    _, run = a_run(assembler, ratio_low="0.9", ratio_high="0.95")

    visit(page, f"/papers/runs/{run.id}", assembler)

    sound(page, "papers-unmet-zh")


@pytest.mark.browser
def test_a_number_that_does_not_fit_is_told_at_its_row(page: Page, site: Site) -> None:
    assembler = a_member("assembler")
    specification, _ = a_run(assembler)
    visit(page, f"/specifications/{specification}/change", assembler)

    page.fill("#row-0-single_choice", "3")
    page.click("button:has-text('保存规格')")

    assert "范围 0-1 合计 7 分，权重为 5。" in page.inner_text("#row-0-head")
    sound(page, "papers-fault-zh")
