"""Finding items at the pages: searches of any text, and a number of statements that does not grow with the bank."""

import csv
import io
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from kaoping.exam.db import transaction
from kaoping.itembank import versions
from kaoping.itembank.items import Item
from tests.builders_bank import SINGLE, a_standard, an_item
from tests.builders_papers import a_bank, a_specification
from tests.conftest import Database
from tests.itembank.test_text_index import REWORDED
from tests.web.pages import han, words
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


@pytest.mark.parametrize(
    "address",
    [
        "/items/",
        "/items/?q=标准&difficulty=2&source=GB&trait=unused",
        "/items/alike/",
        "/items/enemies/",
        "/items/searches/",
    ],
)
def test_lists_take_the_same_number_of_statements_for_3_and_for_30_items(
    reader: FlaskClient, database: Database, address: str
) -> None:
    few, many = a_member("item_writer"), a_member("item_writer")
    items(few, 3)
    items(many, 30)
    for staff in (few, many):
        log_in(reader, staff).post("/items/alike/")

    counted = [statements(log_in(reader, staff), database, address) for staff in (few, many)]

    assert counted[0] == counted[1] < 20


def test_a_search_is_saved_shared_counted_and_deleted_by_its_owner_alone(reader: FlaskClient) -> None:
    writer = a_member("item_writer")
    colleague = a_member("item_reviewer", organisation=writer.organisation)
    items(writer, 2)
    log_in(reader, writer)

    saved = reader.post("/items/searches/", data={"q": "标准化", "level": "3", "name": "三级 标准化", "shared": "on"})
    reader.post("/items/searches/", data={"state": "draft", "name": "私有"})
    assert "level=3" in saved.location
    assert "三级 标准化" in reader.get("/items/").text
    assert reader.post("/items/searches/", data={"name": "空"}).status_code == 422
    assert reader.post("/items/searches/", data={"q": "x", "name": " "}).status_code == 422

    page = log_in(reader, colleague).get("/items/searches/?lang=zh").text
    assert "三级 标准化" in page
    assert "私有" not in page
    (search,) = re.findall(r"count=([0-9a-f-]{36})", page)
    assert "2 道试题" in reader.get(f"/items/searches/?count={search}&lang=zh").text
    assert not han(words(reader.get(f"/items/searches/?count={search}&lang=en").text))
    assert reader.post(f"/items/searches/{search}/delete").status_code == 403
    assert log_in(reader, writer).post(f"/items/searches/{search}/delete").status_code == 302
    assert search not in reader.get("/items/searches/").text


def test_one_click_makes_the_items_of_a_pair_enemies(reader: FlaskClient) -> None:
    reviewer = a_member("item_reviewer")
    with transaction(reviewer.organisation) as session:
        standard = a_standard(session)
        codes = [an_item(session, standard, body=body).code for body in (SINGLE, REWORDED)]
    log_in(reader, reviewer)

    assert "尚未全库查重" in reader.get("/items/alike/?lang=zh").text
    reader.post("/items/alike/")
    page = reader.get("/items/alike/?lang=zh").text
    fields = dict(re.findall(r'name="(codes|name|reason)" value="([^"]*)"', page))
    assert fields["codes"] == " ".join(sorted(codes, reverse=fields["codes"].startswith(codes[1])))
    assert reader.post("/items/enemies/", data=fields).status_code == 302

    assert "互斥，不同卷" in reader.get("/items/alike/").text
    listed = reader.get("/items/enemies/?lang=zh").text
    assert all(part in listed for part in (*codes, fields["reason"], "解除"))
    refused = reader.post("/items/enemies/", data={"codes": "9-9 8-8", "name": "甲", "reason": "乙"})
    assert refused.status_code == 422
    assert "9-9" in refused.text
    (made,) = re.findall(r"/items/enemies/([0-9a-f-]{36})/dissolve", listed)
    assert reader.post(f"/items/enemies/{made}/dissolve").status_code == 302
    assert "还没有互斥组" in reader.get("/items/enemies/?lang=zh").text
    assert not han(words(reader.get("/items/enemies/?lang=en").text))
    with transaction(reviewer.organisation) as session:
        assert session.query(Item).count() == 2


def test_a_writer_sees_sets_of_enemies_and_makes_none(reader: FlaskClient) -> None:
    log_in(reader, a_member("item_writer"))

    assert reader.get("/items/enemies/").status_code == 200
    assert reader.post("/items/enemies/", data={"codes": "1 2", "name": "a", "reason": "b"}).status_code == 403


def test_coverage_leads_from_a_range_to_its_points_and_items_and_says_what_is_missing(reader: FlaskClient) -> None:
    writer = a_member("item_writer")
    with transaction(writer.organisation) as session:
        made = a_specification(session, a_bank(session, supply={"0-1": (4, 3, 0, 0)}))
        row = next(one for one in versions.rules_of(versions.in_force(made)).rows if one.code == "0-1")
    log_in(reader, writer)

    page = reader.get("/items/coverage/?papers=2&lang=zh").text
    points = reader.get(f"/items/coverage/?papers=2&range={row.range_id}&lang=zh").text
    english = reader.get("/items/coverage/?papers=2&lang=en").text
    header, *rows = csv.reader(io.StringIO(reader.get(f"/items/coverage/{made.id}/shortages.csv?papers=2").text[1:]))

    assert "3/4" in page
    assert "鉴定点1" in points
    assert not han(words(english))
    assert [rows[0][header.index(n)] for n in ("Range", "Needed", "Usable", "Missing")] == ["0-1", "4", "3", "1"]
    link = re.search(r'href="([^"]*section=single_choice[^"]*difficulty=3[^"]*)">3<', page)
    assert link is not None
    assert "3 items" in reader.get(link[1].replace("&amp;", "&")).text
    assert reader.get("/items/coverage/?papers=0").status_code == 422


def test_without_a_specification_coverage_says_when_it_appears(reader: FlaskClient) -> None:
    log_in(reader, a_member("item_writer"))

    assert "批准后" in reader.get("/items/coverage/?lang=zh").text
