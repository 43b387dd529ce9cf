"""Writing a standard in a browser: sound pages at every width, and sums while one types."""

from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from kaoping.exam.db import transaction
from kaoping.itembank import standards
from kaoping.itembank.actor import SYSTEM, Actor
from kaoping.itembank.vault import Vault
from tests.browser.visiting import Site, sound, visit
from tests.builders import NOON
from tests.builders_bank import a_document
from tests.web.staff import Staff, a_member

_KNOWN: dict[str, tuple[Staff, UUID]] = {}


@pytest.fixture
def draft(site: Site, vault: Vault) -> tuple[Staff, UUID]:
    """A sound draft and somebody who may write on it, made at the first test."""
    if not _KNOWN:
        drafter = a_member("bank_administrator", name="方令仪")
        with transaction(drafter.organisation) as session:
            by = Actor(SYSTEM, drafter.organisation)
            _KNOWN["draft"] = drafter, standards.create(session, a_document(), by=by, at=NOON).id
    return _KNOWN["draft"]


@pytest.mark.browser
@pytest.mark.parametrize(
    ("part", "language"),
    [
        ("weights", "zh"),
        ("levels", "en"),
        ("conditions", "zh"),
        ("overview", "en"),
        ("points/new", "zh"),
        ("points/report", "en"),
    ],
)
def test_the_pages_of_a_draft_are_sound(page: Page, draft: tuple[Staff, UUID], part: str, language: str) -> None:
    drafter, standard = draft

    visit(page, f"/standards/{standard}/{part}", drafter, language=language)

    sound(page, f"standard-{part.replace('/', '-')}-{language}")


@pytest.mark.browser
def test_sums_of_a_column_follow_what_is_typed(page: Page, draft: tuple[Staff, UUID]) -> None:
    drafter, standard = draft
    visit(page, f"/standards/{standard}/weights", drafter, language="zh")
    total = page.locator('[data-sum="theory-4"]')
    expect(total).to_contain_text("100")

    page.locator('[data-column="theory-4"]').first.fill("59.5")

    expect(total.locator("output")).to_have_text("99.5")
    expect(total).to_have_class("k-state bad")
