"""The item bank in a browser: every page sound, and an item's way from writing to approval."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from kaoping.exam.db import transaction
from kaoping.exam.people.models import Organisation
from kaoping.itembank import authoring, demonstration, review_rules
from kaoping.itembank.actor import Actor
from kaoping.itembank.authoring import Source
from kaoping.itembank.items import Item, ItemState, Verdict
from kaoping.itembank.listing import Search, find
from kaoping.itembank.review_rules import Rule
from kaoping.itembank.vault import Vault
from tests.browser.visiting import Site, enter, sound, visit
from tests.builders import NOON
from tests.builders_bank import SINGLE, SOURCE, a_verdict
from tests.web.staff import Staff, a_member, an_organisation_row

_PEOPLE: dict[str, Staff] = {}
_NAMES = {"item_writer": "沈砚秋", "item_reviewer": "顾清和", "system_administrator": "苏禾"}
_CHANGED = SINGLE | {
    "stem": "下列要素中，界定标准化对象和所覆盖方面的是（　　）。", "options": ["范围", "前言", "引言", "索引"],
}  # fmt: skip


@pytest.fixture
def bank(site: Site, vault: Vault) -> dict[str, str]:
    """The addresses of the bank, loaded at the first test."""
    return loaded()


@cache
def loaded() -> dict[str, str]:
    """Load the demonstration, with one item that was returned, changed and submitted again."""
    organisation = an_organisation_row()
    _PEOPLE.update({role: a_member(role, organisation=organisation, name=name) for role, name in _NAMES.items()})
    writer = Actor(_PEOPLE["item_writer"].account, organisation)
    with transaction(organisation) as session:
        standard = demonstration.load(session, session.get_one(Organisation, organisation), by=writer, at=NOON)
        sample = find(session, Search(digit=3, text="2-2-1-11"), organisation).items[0]
        item = a_changed_item(session, sample, writer, Actor(_PEOPLE["item_reviewer"].account, organisation))
        return {
            "standards": "/standards/", "standard": f"/standards/{standard.id}",
            "points": f"/standards/{standard.id}/points?range=5", "items": "/items/", "sample": f"/items/{sample.id}",
            "editor": f"/items/{sample.id}/edit", "new": f"/items/new?type=fill_in&point={sample.point_id}",
            "item": f"/items/{item.id}", "reviews": "/reviews/", "review": f"/reviews/{item.latest.id}",
            "board": "/items/board", "table": "/items/board?view=table", "overview": "/reviews/overview",
            "difference": f"/items/{item.id}/difference?view=side",
        }  # fmt: skip


def a_changed_item(session: Session, sample: Item, writer: Actor, reviewer: Actor) -> Item:
    place: dict[str, Any] = {"level_id": sample.level_id, "point_id": sample.point_id}
    values: dict[str, Any] = {"difficulty": 2, "consistency": 4, "by": writer, "at": NOON}
    item = authoring.write(session, body=SINGLE, source=SOURCE, **place, **values)
    authoring.submit(session, item.id, by=writer, at=NOON)
    said = "D过于明显，改用另一个要素；题干宜写全。"
    a_verdict(session, item, Verdict.RETURN, comment=said, by=reviewer)
    authoring.revise(session, item.id, body=_CHANGED, source=Source("GB/T 1.1", "2020", "8.5.1"), **values)
    authoring.submit(session, item.id, by=writer, at=NOON)
    return item


@pytest.mark.browser
@pytest.mark.parametrize(("name", "role", "language"), [
    ("standards", "system_administrator", "zh"), ("standard", "item_writer", "en"), ("points", "item_writer", "zh"),
    ("items", "item_writer", "zh"), ("items", "item_writer", "en"), ("sample", "item_reviewer", "zh"),
    ("editor", "item_writer", "zh"), ("editor", "item_writer", "en"), ("new", "item_writer", "en"),
    ("item", "item_reviewer", "en"), ("reviews", "item_reviewer", "zh"), ("review", "item_reviewer", "zh"),
    ("review", "item_reviewer", "en"), ("board", "item_reviewer", "zh"), ("table", "item_reviewer", "en"),
    ("difference", "item_writer", "zh"), ("overview", "system_administrator", "en"),
])  # fmt: skip
def test_the_pages_of_the_bank_are_sound(page: Page, bank: dict[str, str], name: str, role: str, language: str) -> None:
    visit(page, bank[name], _PEOPLE[role], language=language)

    sound(page, f"bank-{name}-{language}")


@pytest.mark.browser
def test_three_persons_take_an_item_from_draft_to_approved(page: Page, bank: dict[str, str]) -> None:
    organisation = _PEOPLE["item_writer"].organisation
    second = a_member("item_reviewer", organisation=organisation, name="陆明舟")
    with transaction(organisation) as session:
        review_rules.choose(session, Rule(2), by=Actor(second.account, organisation), at=NOON)
    visit(page, "/items/new", _PEOPLE["item_writer"], language="en")
    points = page.get_by_label("Assessment point", exact=True)
    points.select_option(points.locator("option", has_text="2-2-1-11 ").get_attribute("value"))
    page.get_by_label("Stem").fill("若 $a^2=9$，下列说法正确的是（　　）。")
    for letter, text in zip("ABCD", ("a可能为3", "a一定为9", "a一定为负", "a不存在"), strict=True):
        page.get_by_label(f"Option {letter}").fill(text)
    expect(page.locator("[data-preview-here] math")).to_be_visible()
    page.get_by_label("A is a key").check()
    page.get_by_role("button", name="Save and submit for review").click()
    expect(page.get_by_role("alert")).to_contain_text("The rationale is empty")
    page.get_by_label("Rationale").fill("由平方的定义，a为3或-3，因此可能为3。")
    page.get_by_label("Standard or law").fill("GB/T 1.1")
    page.get_by_label("Edition").fill("2020")
    page.get_by_label("Clause").fill("8.5")

    page.get_by_role("button", name="Save and submit for review").click()

    expect(page.get_by_text("waits for review")).to_be_visible()
    code = re.search(r"\d-\d{6}", page.get_by_role("heading", level=1).inner_text())
    assert code is not None
    for reviewer, told in ((_PEOPLE["item_reviewer"], "goes on to its next stage"), (second, "is approved.")):
        enter(page, reviewer)
        visit(page, "/reviews/", language="en")
        page.get_by_role("link", name=f"Review {code[0]}").click()
        page.get_by_label("Nothing binds me to this item or its author").check()
        page.get_by_role("button", name="Approve").click()
        expect(page.get_by_text(f"Item {code[0]} {told}")).to_be_visible()
    with transaction(organisation) as session:
        assert find(session, Search(text=code[0]), organisation).items[0].state is ItemState.APPROVED


@pytest.mark.browser
def test_a_picture_that_is_too_large_is_refused_before_it_is_sent(
    page: Page, bank: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "large.png").write_bytes(bytes(6 * 1024 * 1024))
    visit(page, bank["editor"], _PEOPLE["item_writer"], language="en")
    page.get_by_label("Stem").fill("还没有保存的题干")

    page.locator("#picture").set_input_files(tmp_path / "large.png")

    expect(page.get_by_role("alert")).to_have_text(
        "This file has 6.0 MB; at most 5 MB are taken. Choose a smaller one."
    )
    expect(page.locator("#picture")).to_have_value("")
    expect(page.get_by_label("Stem")).to_have_value("还没有保存的题干")
