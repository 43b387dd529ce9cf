"""The grid of items at the pages: rows of a search, cells that are refused at their place, and nothing typed lost."""

import html
import re

import pytest
from flask.testing import FlaskClient

from kaoping.exam.db import transaction
from kaoping.itembank import grid
from kaoping.itembank.items import Item
from tests.builders_bank import a_standard, an_item
from tests.conftest import Database
from tests.web.staff import Staff, a_member, log_in
from tests.web.test_bank_pages import actor_of
from tests.web.test_finding_pages import statements


@pytest.fixture
def writer(client: FlaskClient) -> Staff:
    client.application.config["WTF_CSRF_ENABLED"] = False
    writer = a_member("item_writer")
    log_in(client, writer)
    return writer


def items(staff: Staff, count: int) -> None:
    with transaction(staff.organisation) as session:
        standard = a_standard(session)
        for _ in range(count):
            an_item(session, standard, by=actor_of(staff))


def form(page: str) -> list[tuple[str, str]]:
    """Give what a browser would send of the grid."""
    found = re.findall(r'<input [^>]*name="((?:row|[a-z]+-[0-9a-f-]{36}))" value="([^"]*)"', page)
    return [(name, html.unescape(value)) for name, value in found]


def typed(page: str, column: str, *values: str) -> dict[str, list[str]]:
    """Type values into the first rows of a column."""
    left, sent = list(values), dict[str, list[str]]()
    for name, value in form(page):
        sent.setdefault(name, []).append(left.pop(0) if name.startswith(f"{column}-") and left else value)
    return sent


def test_the_grid_of_a_search_is_saved_and_refused_cells_come_back(client: FlaskClient, writer: Staff) -> None:
    items(writer, 2)
    assert "/items/grid/?source=GB" in client.get("/items/?source=GB").text
    page = client.get("/items/grid/?source=GB").text

    refused = client.post("/items/grid/?source=GB", data=typed(page, "difficulty", "5", "<9>"))

    assert refused.status_code == 409
    assert "&lt;9&gt;" in refused.text
    assert refused.text.count("请填写 1 至 5 的整数。") == 2
    saved = client.post("/items/grid/?source=GB", data=typed(refused.text, "difficulty", "5", "4"))
    assert saved.location == "/items/grid/?source=GB"
    assert "表格中 2 题已保存。" in client.get(saved.location).text
    with transaction(writer.organisation) as session:
        assert sorted(item.latest.difficulty for item in session.query(Item)) == [4, 5]


def test_a_row_saved_in_another_window_is_shown_beside_what_was_typed(client: FlaskClient, writer: Staff) -> None:
    items(writer, 1)
    page = client.get("/items/grid/").text
    client.post("/items/grid/", data=typed(page, "clause", "7.1"))

    overtaken = client.post("/items/grid/", data=typed(page, "clause", "9.9"))

    assert overtaken.status_code == 409
    assert "此题其间已被保存" in overtaken.text
    assert "7.1</span>" in overtaken.text
    assert 'value="9.9"' in overtaken.text
    assert client.post("/items/grid/", data=typed(overtaken.text, "clause")).status_code == 302


def test_others_items_are_read_and_what_is_left_off_is_said(
    client: FlaskClient, writer: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    items(writer, 3)
    monkeypatch.setattr(grid, "MOST", 2)
    log_in(client, a_member("item_writer", organisation=writer.organisation, name="何一"))

    page = client.get("/items/grid/").text

    assert "data-cell" not in page
    assert page.count("此题由他人命题") == 2
    assert "另有 1 题" in page


def test_the_grid_takes_the_same_number_of_statements_for_any_rows(client: FlaskClient, database: Database) -> None:
    few, many = a_member("item_writer"), a_member("item_writer")
    items(few, 2)
    items(many, 8)

    counted = [statements(log_in(client, staff), database, "/items/grid/") for staff in (few, many)]

    assert counted[0] == counted[1] < 20
