"""Pages on which many items are taken in from a workbook."""

import io
import re
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from kaoping.exam.db import transaction
from kaoping.itembank import workbook
from tests.builders_bank import a_standard, an_item
from tests.builders_item_workbooks import ROWS, an_item_workbook
from tests.conftest import Database
from tests.web.staff import Staff, a_member, log_in


@pytest.fixture
def writer(client: FlaskClient) -> Staff:
    """A writer who is logged in and to whom forms are open without a token."""
    client.application.config["WTF_CSRF_ENABLED"] = False
    staff = a_member("item_writer")
    log_in(client, staff)
    return staff


def a_published_standard(staff: Staff) -> UUID:
    with transaction(staff.organisation) as session:
        standard = a_standard(session)
        an_item(session, standard)
        return standard.id


def checked(client: FlaskClient, standard: UUID, data: bytes, language: str = "en") -> Any:
    form = {"standard_id": str(standard), "workbook": (io.BytesIO(data), "试题.xlsx")}
    return client.post(f"/items/import?lang={language}", data=form)


def sealed(page: str) -> str:
    found = re.search(r'name="sealed" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_a_workbook_is_checked_then_written_as_drafts(client: FlaskClient, writer: Staff) -> None:
    standard = a_published_standard(writer)
    assert "/items/import" in client.get("/items/").text
    assert str(standard) in client.get("/items/import").text

    page = checked(client, standard, an_item_workbook())
    assert (page.status_code, "Write 5 items as drafts" in page.text) == (200, True)
    answer = client.post("/items/import/confirm", data={"sealed": sealed(page.text), "looked": "y"})

    shown = client.get(f"{answer.location}&lang=en").text
    assert "5 items are written as drafts." in shown
    assert "企业标准须经政府批准" in shown


def test_faults_are_named_and_nothing_is_offered_to_be_written(client: FlaskClient, writer: Staff) -> None:
    standard = a_published_standard(writer)

    page = checked(client, standard, an_item_workbook(ROWS[0] | {"point": "<script>alert(1)"}), "zh")

    assert page.status_code == 422
    assert "该标准没有鉴定点“&lt;script&gt;alert(1)”" in page.text
    assert 'name="sealed"' not in page.text


def test_what_is_alike_is_shown_and_has_to_be_looked_at(client: FlaskClient, writer: Staff) -> None:
    standard = a_published_standard(writer)
    like = ROWS[1] | {"stem": "下列要素中，界定标准化对象的是（　　）。"}

    page = checked(client, standard, an_item_workbook(ROWS[0], ROWS[0], like)).text

    assert "Line 2 of this file" in page
    assert "3-000001" in page
    assert client.post("/items/import/confirm", data={"sealed": sealed(page)}).status_code == 409


def test_another_person_does_not_write_what_was_checked(client: FlaskClient, writer: Staff) -> None:
    page = checked(client, a_published_standard(writer), an_item_workbook()).text
    log_in(client, a_member("item_writer", organisation=writer.organisation))

    assert client.post("/items/import/confirm", data={"sealed": sealed(page)}).status_code == 403


def test_a_file_that_is_no_workbook_and_a_standard_of_others_are_refused(client: FlaskClient, writer: Staff) -> None:
    standard = a_published_standard(writer)
    foreign = a_published_standard(a_member("item_writer"))

    assert "This is not a file of the form .xlsx" in checked(client, standard, b"not a workbook").text
    assert checked(client, foreign, an_item_workbook()).status_code == 404
    assert client.post("/items/import").status_code == 422


@pytest.mark.parametrize(("language", "title"), [("zh", "鉴定点"), ("en", "point")])
def test_the_template_has_the_titles_of_the_language(
    client: FlaskClient, writer: Staff, language: str, title: str
) -> None:
    sheets = workbook.read(client.get(f"/items/import/template.xlsx?lang={language}").data)

    assert [lines[0].cells[0] for lines in sheets.values()] == [title]
    assert writer


def test_a_check_takes_as_many_statements_for_many_rows_as_for_few(
    client: FlaskClient, writer: Staff, database: Database
) -> None:
    standard, run = a_published_standard(writer), list[str]()
    event.listen(database.engine, "before_cursor_execute", lambda *told: run.append(told[2]))
    counted = []
    for count in (2, 2, 40):
        run.clear()
        assert checked(client, standard, an_item_workbook(*[ROWS[1]] * count)).status_code == 200
        counted.append(len(run))

    assert counted[1] == counted[2]
