"""The item-writing plan at its page and as a file."""

import csv
import io
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kaoping.exam.db import transaction
from kaoping.itembank import assembling
from kaoping.itembank.actor import Actor
from tests.builders import NOON
from tests.builders_papers import Supply, a_bank, a_specification
from tests.web.pages import han, words
from tests.web.staff import Staff, a_member, log_in

SHORT: Supply = {"0-1": (4, 3, 0, 0)}


@pytest.fixture(autouse=True)
def _open_forms(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False


def a_short_bank(staff: Staff) -> UUID:
    with transaction(staff.organisation) as session:
        return a_specification(session, a_bank(session, supply=SHORT)).id


def test_a_writer_sees_what_to_write_first_and_where(client: FlaskClient) -> None:
    writer = a_member("item_writer")
    made = a_short_bank(writer)
    log_in(client, writer)

    led = client.get("/items/writing-plan?papers=2")
    chinese, english = (client.get(f"{led.location}&lang={code}").text for code in ("zh", "en"))

    assert led.location == f"/specifications/{made}/writing-plan?papers=2&runs=1"
    assert "/items/writing-plan" in client.get("/items/").text
    assert "命完前 1 题，可组第 2 份" in chinese
    assert "职业道德·单项选择题：2 份卷需 4 题，题库可提供 3 题。" in chinese
    assert "Professional ethics · Single choice: 2 papers take 4 items, the bank can give 3." in english
    assert "type=single_choice" in english
    assert not han(words(english))


def test_the_file_has_every_line_with_its_reason(client: FlaskClient) -> None:
    writer = a_member("item_writer")
    made = a_short_bank(writer)
    log_in(client, writer)

    got = client.get(f"/specifications/{made}/writing-plan.csv?papers=2&runs=2&lang=en")
    header, *rows = csv.reader(io.StringIO(got.text.removeprefix("\ufeff")))

    assert header[:3] == ["Order", "Point", "Name"]
    assert {len(row) for row in rows} == {len(header)}
    written = [row for row in rows if row[header.index("For paper number")]]
    assert sum(int(row[header.index("To write")]) for row in written) > 1
    assert [int(row[0]) for row in rows] == list(range(1, len(rows) + 1))


def test_an_assembler_comes_to_the_plan_from_the_specification_and_from_a_run_without_papers(
    client: FlaskClient,
) -> None:
    assembler = a_member("assembler")
    made = a_short_bank(assembler)
    with transaction(assembler.organisation) as session:
        by = Actor(assembler.account, assembler.organisation)
        run = assembling.assemble(session, made, forms=2, by=by, at=NOON).id
    log_in(client, assembler)

    assert f"/specifications/{made}/writing-plan" in client.get(f"/specifications/{made}").text
    assert f"/specifications/{made}/writing-plan?papers=2" in client.get(f"/papers/runs/{run}").text


def test_without_a_specification_in_force_the_page_says_when_there_is_a_plan(client: FlaskClient) -> None:
    log_in(client, a_member("item_writer"))

    assert "没有生效的规格" in client.get("/items/writing-plan?lang=zh").text
    assert client.get(f"/specifications/{uuid4()}/writing-plan").status_code == 404


def test_a_plan_beyond_its_limits_is_refused_with_the_limits(client: FlaskClient) -> None:
    writer = a_member("item_writer")
    made = a_short_bank(writer)
    log_in(client, writer)

    refused = client.get(f"/specifications/{made}/writing-plan?papers=9&lang=zh")

    assert refused.status_code == 422
    assert "每次 1 至 8 份卷" in refused.text
