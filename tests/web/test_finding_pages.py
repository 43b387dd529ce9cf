"""Finding items at the pages: searches of any text, and a number of statements that does not grow with the bank."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from kaoping.exam.db import transaction
from tests.builders_bank import a_standard, an_item
from tests.conftest import Database
from tests.web.staff import Staff, a_member, log_in


@pytest.fixture
def reader(client: FlaskClient) -> FlaskClient:
    client.application.config["WTF_CSRF_ENABLED"] = False
    return client


def statements(client: FlaskClient, database: Database, address: str) -> int:
    """Count the statements of a page, seen once before so that nothing is looked up for the first time."""
    client.get(address)
    run: list[str] = []

    def hear(_: Any, __: Any, statement: str, *___: Any) -> None:
        run.append(statement)

    event.listen(database.engine, "before_cursor_execute", hear)
    try:
        assert client.get(address).status_code == 200
    finally:
        event.remove(database.engine, "before_cursor_execute", hear)
    return len(run)


def items(staff: Staff, count: int) -> None:
    with transaction(staff.organisation) as session:
        standard = a_standard(session)
        for _ in range(count):
            an_item(session, standard)


@pytest.mark.parametrize("address", ["/items/?q=%00", "/items/?source=a%00b", "/items/?q=" + "标准" * 101])
def test_a_search_that_no_text_can_match_is_answered_plainly(reader: FlaskClient, address: str) -> None:
    log_in(reader, a_member("item_writer"))

    answer = reader.get(address)

    assert answer.status_code == 422
    assert ("空字符" in answer.text) or ("最多 200 字" in answer.text)


@pytest.mark.parametrize("asked", ["page=" + "9" * 30, "level=" + "9" * 30, "difficulty=-1", "point=x", "state=x"])
def test_a_filter_that_is_none_is_left_out(reader: FlaskClient, asked: str) -> None:
    log_in(reader, a_member("item_writer"))

    assert reader.get(f"/items/?{asked}").status_code == 200


@pytest.mark.parametrize("address", ["/items/", "/items/?q=标准&difficulty=2&source=GB&trait=unused"])
def test_lists_take_the_same_number_of_statements_for_3_and_for_30_items(
    reader: FlaskClient, database: Database, address: str
) -> None:
    few, many = a_member("item_writer"), a_member("item_writer")
    items(few, 3)
    items(many, 30)

    counted = [statements(log_in(reader, staff), database, address) for staff in (few, many)]

    assert counted[0] == counted[1] < 20
