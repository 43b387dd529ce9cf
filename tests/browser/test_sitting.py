"""A candidate in a browser: nothing typed is ever lost, and the page says what is saved."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import select

from kaoping.exam.db import transaction
from kaoping.exam.delivery import folds, sitting
from kaoping.exam.delivery.models import Sitting
from kaoping.itembank.actor import Actor
from kaoping.itembank.vault import Vault
from tests.browser.visiting import Site, opened, pardon, sound, visit
from tests.builders_delivery import ARRANGED
from tests.itembank.test_marking import NO_NUMBERS, NUMBERS
from tests.web.staff import a_member
from tests.web.test_delivery_pages import Hall, a_hall

pytestmark = pytest.mark.browser
API = re.compile(r"/api/exam/")


@pytest.fixture
def page(site: Site, browser: Browser, vault: Vault) -> Iterator[Page]:
    """A window whose network may be cut."""
    with opened(browser, site) as page:
        yield page
        pardon(page, "net::ERR_CONNECTION", "status of 503")


def log_in(page: Page, hall: Hall, *, which: int = 0, language: str = "zh") -> None:
    seated = hall.candidates[which]
    page.goto(f"/exam/login?lang={language}")
    page.fill("#ticket", seated.ticket)
    page.fill("#name", seated.name)
    page.fill("#secret", seated.tail)
    page.click("main button.btn-primary")


def sit(page: Page, hall: Hall, *, which: int = 0, language: str = "zh") -> Page:
    log_in(page, hall, which=which, language=language)
    page.check("#pledge")
    page.click("#start button")
    ready(page)
    return page


def ready(page: Page) -> None:
    page.wait_for_selector("html[data-ready]", state="attached")


def item(page: Page, slot: int) -> Any:
    page.click(f".k-side [data-cell='{slot}']")
    return page.locator(f"#item-{slot}")


def saved(page: Page, count: int) -> None:
    expect(page.locator("#saved")).to_have_text(re.compile(rf"已保存 {count}/5 · \d\d:\d\d:\d\d"))
    expect(page.locator("#saved")).not_to_have_class(re.compile("wait"))


def on_server(hall: Hall, which: int = 0) -> dict[int, Any]:
    with transaction(hall.organisation) as session:
        mine = Sitting.application_id == hall.candidates[which].application.id
        held = session.scalars(select(Sitting).where(mine)).one()
        return folds.answers(held.steps)


def cut(page: Page) -> None:
    """Take the network of the save path away, as a pulled cable or a stopped server would."""
    page.route(API, lambda route: route.abort("connectionrefused"))


def mend(page: Page) -> None:
    page.unroute(API)


def test_every_type_is_saved_within_two_seconds_and_survives_a_reload(page: Page) -> None:
    hall = a_hall()
    sit(page, hall)
    item(page, 1).locator("label", has_text="正确").click()
    item(page, 2).locator("label", has_text="选项乙").click()
    many = item(page, 3)
    many.locator("label", has_text="选项甲").click()
    many.locator("label", has_text="选项丙").click()
    blanks = item(page, 4).locator("input")
    blanks.nth(0).fill("国家")
    blanks.nth(1).fill("行业")
    item(page, 5).locator("input").fill("68.7")
    expect(page.locator("#saved")).to_have_text(re.compile("已保存 5/5"), timeout=2000)
    expected = {1: True, 2: "B", 3: ["A", "C"], 4: ["国家", "行业"], 5: "68.7"}
    assert on_server(hall) == expected
    page.reload()
    ready(page)
    assert page.locator("#item-5 input").input_value() == "68.7"
    assert page.locator("#item-3 input:checked").count() == 2
    saved(page, 5)


def test_what_is_arranged_is_saved_and_survives_a_reload(page: Page) -> None:
    hall = a_hall(bodies=ARRANGED)
    sit(page, hall)
    pairs = item(page, 1).locator("select")
    pairs.nth(0).select_option("A")
    pairs.nth(1).select_option("C")
    order = item(page, 2)
    order.locator("[data-letter='C'] [data-move='-1']").click()
    order.locator("[data-letter='A'] select").select_option(label="3")
    expect(order.locator("[data-told]")).to_have_text(re.compile("A .*3.*3"))
    item(page, 3).locator(".k-stem select").nth(1).select_option("B")
    areas = item(page, 4)
    areas.locator("[data-area='B'] circle").click()
    areas.locator("input[value='C']").check(force=True)
    expect(areas.locator("input[value='A']")).to_be_disabled()
    expect(page.locator("#saved")).to_have_text(re.compile("已保存 4/4"), timeout=5000)
    expect(page.locator("[data-cell='4']").first).not_to_have_class(re.compile("wait"))
    assert on_server(hall) == {1: ["A", "C"], 2: ["C", "B", "A"], 3: ["", "B"], 4: ["B", "C"]}
    page.reload()
    ready(page)
    assert [one.input_value() for one in item(page, 1).locator("select").all()] == ["A", "C"]
    assert item(page, 2).locator("[data-letter]").evaluate_all("rows => rows.map((row) => row.dataset.letter)") == list(
        "CBA"
    )
    assert item(page, 4).locator(".k-areas .on").count() == 2
    expect(page.locator("#saved")).to_have_text(re.compile("已保存 4/4"))
    sound(page)


def test_a_text_in_the_place_of_a_number_is_saved_and_told_beside_the_field(page: Page) -> None:
    hall = a_hall()
    sit(page, hall)
    field = item(page, 5).locator("input")
    told = page.locator(f"#{field.get_attribute('aria-describedby')}[role=status]")
    field.fill("国务院")
    expect(told).to_have_text(re.compile("这还不是一个数"))
    saved(page, 1)
    assert on_server(hall) == {5: "国务院"}
    page.reload()
    ready(page)
    expect(told).to_have_text(re.compile("这还不是一个数"))
    field.fill("６８．７５％")
    expect(told).to_be_empty()
    field.fill("")
    expect(told).to_be_empty()


@pytest.mark.parametrize("text", [text for text in (*NUMBERS, *NO_NUMBERS) if text])
def test_the_page_and_the_marking_take_the_same_texts_for_numbers(page: Page, text: str) -> None:
    visit(page, "/exam/login")

    found = page.evaluate("async (text) => (await import('/static/js/numbers.js')).isNumber(text, '%')", text)

    assert found is (text in NUMBERS)


def test_answers_given_without_network_are_marked_kept_and_sent_when_it_is_back(page: Page) -> None:
    hall = a_hall()
    sit(page, hall)
    item(page, 1).locator("label", has_text="错误").click()
    saved(page, 1)
    cut(page)
    item(page, 2).locator("label", has_text="选项丙").click()
    expect(page.locator("[data-note=offline]")).to_contain_text("网络断开，请继续作答")
    expect(page.locator("#saved")).to_have_text("已保存 1/5 · 本机 1")
    expect(page.locator(".k-side [data-cell='2']")).to_have_class("k-cell wait")
    item(page, 5).locator("input").fill("12")
    assert on_server(hall) == {1: False}
    mend(page)
    page.evaluate("dispatchEvent(new Event('online'))")
    saved(page, 3)
    expect(page.locator("[data-note=offline]")).to_have_count(0)
    assert on_server(hall) == {1: False, 2: "C", 5: "12"}


def test_answers_on_this_machine_survive_closing_the_window_during_an_outage(page: Page, site: Site) -> None:
    hall = a_hall()
    sit(page, hall)
    cut(page)
    item(page, 2).locator("label", has_text="选项丁").click()
    item(page, 4).locator("input").nth(0).fill("国家")
    expect(page.locator("[data-note=offline]")).to_be_visible()
    again = page.context.new_page()
    page.close(run_before_unload=False)
    again.goto(f"{site.address}/exam/sitting")
    ready(again)
    saved(again, 2)
    assert again.locator("#item-4 input").nth(0).input_value() == "国家"
    assert on_server(hall) == {2: "D", 4: ["国家", ""]}


def test_an_answer_given_before_the_script_ran_is_saved(page: Page) -> None:
    hall = a_hall()
    held: list[Route] = []
    page.route(re.compile(r"/js/sitting\.js"), lambda route: held.append(route))  # noqa: PLW0108 - a bound built-in is none to Playwright
    log_in(page, hall)
    page.check("#pledge")
    page.click("#start button", no_wait_after=True)
    page.locator("#item-1").locator("label", has_text="正确").click(no_wait_after=True)
    held[0].continue_()
    ready(page)
    saved(page, 1)
    assert on_server(hall) == {1: True}


def test_a_flag_that_arrived_first_does_not_cost_the_answer_that_waits(page: Page, site: Site) -> None:
    hall = a_hall()
    sit(page, hall)
    page.route(re.compile("/api/exam/answers/"), lambda route: route.abort("connectionrefused"))
    item(page, 2).locator("label", has_text="选项丁").click()
    expect(page.locator("[data-note=offline]")).to_be_visible()
    page.evaluate("""() => fetch("/api/exam/flags/2", {
        method: "POST", headers: {"Content-Type": "application/json", "X-Kaoping-Sitting": "1"},
        body: JSON.stringify({sequence: 2, flagged: true})})""")
    again = page.context.new_page()
    page.close(run_before_unload=False)
    again.goto(f"{site.address}/exam/sitting")
    ready(again)
    saved(again, 1)
    assert on_server(hall) == {2: "D"}


def test_the_answer_to_a_lost_acknowledgement_is_stored_once(page: Page) -> None:
    hall = a_hall()
    sit(page, hall)
    lost: list[str] = []

    def lose(route: Route) -> None:
        if lost:
            route.continue_()
        else:
            route.fetch()
            lost.append(route.request.url)
            route.abort("connectionreset")

    page.route(re.compile("/api/exam/answers/"), lose)
    item(page, 2).locator("label", has_text="选项甲").click()
    saved(page, 1)
    assert lost
    with transaction(hall.organisation) as session:
        held = session.scalars(select(Sitting).where(Sitting.application_id == hall.candidates[0].application.id)).one()
        assert [step.verb for step in held.steps] == ["start", "answer"]


def test_a_server_that_fails_for_a_while_costs_nothing(page: Page) -> None:
    hall = a_hall()
    sit(page, hall)
    page.route(API, lambda route: route.fulfill(status=503, body="restarting"))
    item(page, 1).locator("label", has_text="正确").click()
    expect(page.locator("#saved")).to_contain_text("本机 1")
    mend(page)
    saved(page, 1)
    assert on_server(hall) == {1: True}


def test_the_window_opened_last_leads_and_the_other_says_so(page: Page, site: Site) -> None:
    hall = a_hall()
    sit(page, hall)
    later = page.context.new_page()
    later.goto(f"{site.address}/exam/sitting")
    ready(later)
    expect(page.locator("[data-note=taken-over]")).to_contain_text("已转到另一个窗口")
    assert page.locator("#item-1 input").first.is_disabled()
    item(later, 2).locator("label", has_text="选项乙").click()
    saved(later, 1)
    page.reload()
    ready(page)
    expect(later.locator("[data-note=taken-over]")).to_be_visible()
    assert page.locator("#item-2 input:checked").get_attribute("value") == "B"


def test_a_log_in_on_another_machine_takes_over(page: Page, browser: Browser, site: Site) -> None:
    hall = a_hall()
    sit(page, hall)
    item(page, 2).locator("label", has_text="选项甲").click()
    saved(page, 1)
    with opened(browser, site) as elsewhere:
        log_in(elsewhere, hall)
        ready(elsewhere)
        assert elsewhere.locator("#item-2 input:checked").get_attribute("value") == "A"
        item(page, 3).locator("label", has_text="选项乙").click()
        expect(page.locator("[data-note=taken-over]")).to_be_visible()
    assert on_server(hall) == {2: "A"}


def test_the_whole_exam_works_by_keyboard(page: Page) -> None:
    hall = a_hall()
    sit(page, hall)
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("跳到试题")
    page.locator("#item-1 input").first.focus()
    page.keyboard.press("b")
    page.keyboard.press("Alt+Shift+N")
    expect(page.locator(":focus")).to_contain_text("第 2 题")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.locator("#item-2 input").first.focus()
    page.keyboard.press("c")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Alt+Shift+F")
    expect(page.locator(".k-side [data-cell='2'] svg")).to_have_count(1)
    page.keyboard.press("Alt+Shift+P")
    expect(page.locator(":focus")).to_contain_text("第 1 题")
    saved(page, 2)
    assert on_server(hall) == {1: False, 2: "D"}


def test_handing_in_counts_what_is_open_and_confirms_what_the_server_holds(page: Page) -> None:
    hall = a_hall()
    sit(page, hall)
    item(page, 1).locator("label", has_text="正确").click()
    page.click(".k-side [data-hand-in]")
    expect(page.locator("#hand-in-title")).to_have_text("还有 4 题没有作答")
    page.keyboard.press("Escape")
    expect(page.locator("#hand-in")).not_to_be_visible()
    page.click(".k-side [data-hand-in]")
    page.click("#hand-in .btn-grave")
    page.wait_for_url("**/exam/done")
    expect(page.locator("main")).to_contain_text("1 / 5")
    page.wait_for_function(
        "async name => !(await indexedDB.databases()).some(each => each.name === name)",
        arg=f"kaoping-{hall.candidates[0].application.id}",
    )


def test_handing_in_without_network_waits_for_the_answers(page: Page) -> None:
    hall = a_hall()
    sit(page, hall)
    cut(page)
    item(page, 1).locator("label", has_text="正确").click()
    page.click(".k-side [data-hand-in]")
    expect(page.locator("#hand-in [data-safe]")).to_contain_text("还有 1 个答案在本机待上传")
    mend(page)
    page.click("#hand-in .btn-grave")
    page.wait_for_url("**/exam/done")
    assert on_server(hall) == {1: True}


def test_when_time_is_over_the_page_hands_in_by_itself(page: Page) -> None:
    hall = a_hall(minutes=1)
    sit(page, hall)
    page.locator("#item-1").locator("label", has_text="正确").click()
    saved(page, 1)
    with transaction(hall.organisation) as session:
        held = session.scalars(select(Sitting)).one()
        held.created_at -= timedelta(seconds=56)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_url("**/exam/done", timeout=20_000)
    assert on_server(hall) == {1: True}


def test_time_credited_in_the_last_moment_keeps_the_paper_open(page: Page) -> None:
    hall = a_hall(minutes=1)
    sit(page, hall)
    with transaction(hall.organisation) as session:
        held = session.scalars(select(Sitting)).one()
        held.created_at -= timedelta(seconds=57)
    page.reload()
    ready(page)
    with transaction(hall.organisation) as session:
        officer = Actor(uuid4(), hall.organisation, frozenset({"exam_officer"}))
        sitting.credit(session, session.scalars(select(Sitting.id)).one(), seconds=600, reason="停电", by=officer)
    expect(page.locator("[data-clock-face]")).to_have_text(re.compile("^0[89]:|^10:"), timeout=10_000)
    page.locator("#item-1").locator("label", has_text="正确").click()
    saved(page, 1)
    assert on_server(hall) == {1: True}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_candidates_pages_are_sound(page: Page, language: str) -> None:
    hall = a_hall()
    page.goto(f"/exam/login?lang={language}")
    sound(page, f"login-{language}")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.fill("#ticket", "1")
    page.click("main button.btn-primary")
    sound(page, f"login-error-{language}")
    page.set_viewport_size({"width": 1440, "height": 900})
    log_in(page, hall, language=language)
    sound(page, f"rules-{language}")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.check("#pledge")
    page.click("#start button")
    ready(page)
    for slot in (2, 4, 5):
        page.set_viewport_size({"width": 1440, "height": 900})
        item(page, slot).locator("input").first.click()
        sound(page, f"sitting-{slot}-{language}")
    page.set_viewport_size({"width": 1440, "height": 900})
    cut(page)
    item(page, 2).locator("label").nth(1).click()
    expect(page.locator("[data-note=offline]")).to_be_visible()
    sound(page, f"sitting-offline-{language}")
    mend(page)
    page.set_viewport_size({"width": 390, "height": 844})
    page.click("[data-sheet]")
    sound(page, f"sheet-{language}")
    page.set_viewport_size({"width": 390, "height": 844})
    page.click("#sheet [data-hand-in]")
    sound(page, f"hand-in-{language}")
    page.click("#hand-in .btn-grave")
    page.wait_for_url("**/exam/done")
    sound(page, f"done-{language}")


@pytest.mark.parametrize("appearance", ["dark.normal.normal", "light.more.larger", "dark.more.large"])
def test_the_sitting_is_sound_in_every_appearance(page: Page, site: Site, appearance: str) -> None:
    page.context.add_cookies([{"name": "kaoping_display", "value": appearance, "url": site.address}])
    sit(page, a_hall())
    page.locator("#item-1 label").first.click()
    sound(page, f"sitting-{appearance}")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_room_board_is_sound(page: Page, browser: Browser, site: Site, language: str) -> None:
    hall = a_hall(people=6, opened_ago=timedelta(minutes=10))
    for which in (0, 1):
        with opened(browser, site) as other:
            sit(other, hall, which=which)
            if which:
                other.locator("#item-1 label").first.click()
                saved(other, 1)
    _let_the_unanswered_wait(hall)
    visit(page, f"/exams/{hall.exam}/room", a_member("invigilator", organisation=hall.organisation), language=language)
    expect(page.locator(".k-seat.warn")).to_have_count(1)
    sound(page, f"room-{language}")


def _let_the_unanswered_wait(hall: Hall) -> None:
    with transaction(hall.organisation) as session:
        for held in session.scalars(select(Sitting)):
            held.created_at -= timedelta(minutes=7)
