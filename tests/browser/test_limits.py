"""Further rules of a specification in a browser."""

from uuid import UUID

import pytest
from playwright.sync_api import Page

from kaoping.exam.db import transaction
from tests.browser.visiting import Site, sound, visit
from tests.builders_papers import a_bank, a_specification
from tests.web.staff import Staff, a_member


def a_stocked(staff: Staff) -> UUID:
    with transaction(staff.organisation) as session:
        return a_specification(session, a_bank(session)).id


@pytest.mark.browser
def test_a_rule_is_added_filled_and_taken_out_with_script(page: Page, site: Site) -> None:
    assembler = a_member("assembler")
    visit(page, f"/specifications/{a_stocked(assembler)}/change", assembler, language="en")

    page.fill("#minutes", "100")
    page.click("button[name=add][value=core]")
    page.wait_for_selector("#limit-0-name")
    page.click("button[name=add][value=y]")
    page.wait_for_selector("#limit-1-name")
    assert page.evaluate("document.activeElement.id") == "limit-1-name"
    page.keyboard.type("Hard ones")
    page.select_option("#limit-1-0-attribute", "difficulty")
    page.check("#limit-1-0-is-5")
    page.fill("#limit-1-least", "2")
    page.locator("#limit-1-live", has_text="0 items, 0 marks in the bank; each of 2 papers needs 2").wait_for()
    sound(page, "limits-editor-en")
    page.click("button[name=remove][value='0']")
    page.wait_for_selector("#limit-1-name", state="detached")

    assert page.input_value("#limit-0-name") == "Hard ones"
    assert page.is_checked("#limit-0-0-is-5")
    assert page.input_value("#minutes") == "100"
