"""Practice and sharing in a browser: pages are sound on a phone and a desk."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from kaoping.exam.db import transaction
from kaoping.exam.practice import releasing, sets
from kaoping.itembank.actor import Actor
from kaoping.itembank.sharing import granting
from kaoping.itembank.sharing.granting import Terms
from tests.browser.visiting import Site, sound, visit
from tests.builders import NOON
from tests.builders_bank import SINGLE, a_standard, an_approved_item
from tests.web.staff import a_member, an_organisation_row

ORDER = {
    "type": "ordering", "stem": "按先后顺序排列。", "entries": ["起草", "立项", "审查"], "key": ["B", "A", "C"],
    "rationale": "先立项，再起草，后审查。",
}  # fmt: skip


def _pair(session: Session) -> list[Actor]:
    return [Actor(uuid4(), session.info["organisation"]) for _ in range(2)]


def a_set(session: Session) -> str:
    """Publish an item and give the link."""
    one, two = _pair(session)
    item = an_approved_item(session, standard=a_standard(session), body=ORDER)
    row = releasing.propose(session, [item.code], reason="已公开多年", by=one, at=NOON)
    releasing.release(session, row.id, by=two, at=NOON)
    return f"/practice/{sets.publish(session, item.level_id, title='三级练习', by=one, at=NOON).key}"


def a_grant(session: Session, grantee: UUID) -> str:
    """Offer an item and give the page on which the other organisation reads it."""
    one, two = _pair(session)
    item = an_approved_item(session, body=SINGLE)
    days = {"since": date(2000, 1, 1), "until": date(2999, 12, 31)}
    terms = Terms(grantee, item.level_id, None, (), "共同考务", takes=True, keeps=False, **days)
    row = granting.propose(session, terms, by=one, at=NOON)
    granting.offer(session, row.id, by=two, at=NOON)
    return f"/sharing/{row.id}/items/{item.id}"


@pytest.mark.browser
def test_a_visitor_practises_on_a_phone(page: Page, site: Site) -> None:
    organisation = an_organisation_row()
    with transaction(organisation) as session:
        link = a_set(session)
    page.set_viewport_size({"width": 390, "height": 844})
    visit(page, f"{link}/1")

    for place, value in enumerate(("A2", "B1", "C3")):
        page.locator("select").nth(place).select_option(value)
    page.get_by_role("button", name="提交答案").click()

    expect(page.get_by_text("回答正确")).to_be_visible()
    sound(page)


@pytest.mark.browser
def test_a_shared_item_is_sound(page: Page, site: Site) -> None:
    reader = a_member("bank_administrator", "item_writer")
    with transaction(an_organisation_row("华东示范评价中心")) as session:
        address = a_grant(session, reader.organisation)
    grant = UUID(address.split("/")[2])
    with transaction(reader.organisation) as session:
        a_standard(session)
        granting.answer(session, grant, accept=True, by=Actor(reader.account, reader.organisation), at=NOON)

    visit(page, address, reader)
    expect(page.get_by_text("归属机构")).to_be_visible()
    sound(page)
