"""The shell in a browser."""

import pytest
from playwright.sync_api import Page

from tests.browser.visiting import sound, visit


@pytest.mark.browser
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("path", "role"), [
    ("/", None), ("/account/login", None), ("/nowhere", None), ("/accessibility", None), ("/privacy", None),
    ("/today", "item_writer"), ("/account/", "item_writer"),
    ("/account/change", "item_writer"), ("/account/tf-setup", "item_writer"), ("/staff/", "system_administrator"),
    ("/staff/new", "system_administrator"), ("/organisation", "system_administrator"), ("/staff/", "item_writer"),
])  # fmt: skip
def test_the_pages_of_the_shell_are_sound(page: Page, path: str, role: str | None, language: str) -> None:
    visit(page, path, role, language=language)

    sound(page, f"shell{path.replace('/', '-')}-{role}-{language}")


@pytest.mark.browser
def test_a_chosen_display_shows_at_once_and_stays(page: Page) -> None:
    visit(page, "/")
    page.get_by_role("button", name="显示").click()
    with page.expect_response("**/display"):
        page.get_by_role("button", name="深色").click()

    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
    page.reload()
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
    sound(page, "front-dark")


@pytest.mark.browser
def test_the_menu_of_a_phone_opens_and_leads_on(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    visit(page, "/today", "system_administrator")
    page.get_by_role("button", name="菜单").click()
    sound(page, "menu")
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("link", name="工作人员").click()

    assert page.url.endswith("/staff/")
