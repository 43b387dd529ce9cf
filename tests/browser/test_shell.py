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
