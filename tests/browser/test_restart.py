"""The real web server is killed and started again under a candidate's hands."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from kaoping.itembank.vault import Vault
from tests.browser.test_sitting import item, on_server, ready, saved, sit
from tests.conftest import Database
from tests.exam.delivery.serving import WebServer, serving
from tests.web.test_delivery_pages import a_hall

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def web(database: Database, vault: Vault, tmp_path: Path) -> Iterator[WebServer]:
    with serving(database, tmp_path) as server:
        yield server


def test_what_is_answered_while_the_server_is_dead_is_marked_and_saved_afterwards(
    web: WebServer, browser: Browser
) -> None:
    hall = a_hall()
    context = browser.new_context(base_url=f"http://127.0.0.1:{web.port}", locale="zh-CN")
    page = context.new_page()
    sit(page, hall)
    item(page, 1).locator("label", has_text="正确").click()
    saved(page, 1)
    web.kill()
    item(page, 2).locator("label", has_text="选项丙").click()
    item(page, 5).locator("input").fill("68.7")
    expect(page.locator("#saved")).to_have_text("已保存 1/5 · 本机 2")
    expect(page.locator(".k-side [data-cell='2']")).to_have_class("k-cell wait")
    web.start()
    expect(page.locator("#saved")).to_contain_text("已保存 3/5", timeout=60_000)
    assert on_server(hall) == {1: True, 2: "C", 5: "68.7"}
    page.reload()
    ready(page)
    assert page.locator("#item-5 input").input_value() == "68.7"
    context.close()
