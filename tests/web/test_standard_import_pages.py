"""Pages on which a standard is taken in from a file."""

import io
import json
import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from kaoping.exam.db import transaction
from kaoping.itembank import standards, workbook
from kaoping.itembank.actor import Actor
from tests.builders_bank import DOCUMENT
from tests.builders_workbooks import a_word_file, a_workbook, word_table
from tests.itembank.test_standard_word import POINTS
from tests.web.staff import a_member, log_in
from tests.web.test_standard_pages import a_drafter, a_stored_draft, published


@pytest.fixture
def visitor(client: FlaskClient) -> FlaskClient:
    """A visitor to whom forms are open without a token."""
    client.application.config["WTF_CSRF_ENABLED"] = False
    return client


def checked(visitor: FlaskClient, data: bytes) -> Any:
    return visitor.post("/standards/import?lang=en", data={"workbook": (io.BytesIO(data), "标准.xlsx")})


def sealed(page: str) -> str:
    found = re.search(r'name="sealed" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_a_workbook_is_checked_then_stored_as_a_draft(visitor: FlaskClient) -> None:
    a_drafter(visitor)

    page = checked(visitor, a_workbook())
    assert page.status_code == 200
    assert "Nothing is stored yet." in page.text
    assert "W-01" not in visitor.get("/standards/").text
    answer = visitor.post("/standards/import/confirm", data={"sealed": sealed(page.text)})

    shown = visitor.get(f"{answer.location}?lang=en").text
    assert "This draft cannot be published yet" not in shown
    assert "will be replaced as a whole" in checked(visitor, a_workbook()).text


def test_a_draft_that_somebody_changed_or_began_since_the_check_is_not_replaced(visitor: FlaskClient) -> None:
    drafter = a_drafter(visitor)
    new, late = (sealed(checked(visitor, a_workbook()).text) for _ in "12")
    draft = visitor.post("/standards/import/confirm", data={"sealed": new}).location.rpartition("/")[2]
    assert visitor.post("/standards/import/confirm", data={"sealed": late}).status_code == 409
    first, second = (sealed(checked(visitor, a_workbook()).text) for _ in "12")
    with transaction(drafter.organisation) as session:
        standards.draft(session, UUID(draft), by=Actor(uuid4(), drafter.organisation, frozenset()))

    assert visitor.post("/standards/import/confirm", data={"sealed": first}).status_code == 409
    third = sealed(checked(visitor, a_workbook()).text)
    assert visitor.post("/standards/import/confirm", data={"sealed": third}).status_code == 302
    assert visitor.post("/standards/import/confirm", data={"sealed": second}).status_code == 409


def test_an_uploaded_document_replaces_a_draft_once_that_is_confirmed(visitor: FlaskClient) -> None:
    draft = a_stored_draft(a_drafter(visitor), name="写好的")
    data = json.dumps(DOCUMENT, ensure_ascii=False).encode()

    page = visitor.post("/standards/?lang=en", data={"document": (io.BytesIO(data), "标准.json")})
    assert "will be replaced as a whole" in page.text
    assert "写好的" in visitor.get(f"/standards/{draft}?lang=zh").text
    visitor.post("/standards/import/confirm", data={"sealed": sealed(page.text)})

    assert "写好的" not in visitor.get(f"/standards/{draft}?lang=zh").text


def test_skill_weights_of_basic_ranges_are_seen_where_weights_are_written(visitor: FlaskClient) -> None:
    a_drafter(visitor)
    data = a_workbook({("权重", 2, 7): "5", ("权重", 3, 7): "95"})
    answer = visitor.post("/standards/import/confirm", data={"sealed": sealed(checked(visitor, data).text)})

    assert visitor.get(f"{answer.location}/weights?lang=en").text.count('aria-label="0-1, level 4"') == 2


def test_a_workbook_with_faults_names_each_and_stores_nothing(visitor: FlaskClient) -> None:
    a_drafter(visitor)

    page = checked(visitor, a_workbook({("鉴定点", 3, 5): "<script>", ("权重", 2, 5): "x"}))

    assert page.status_code == 422
    assert "2 places need mending." in page.text
    assert "Write X, Y or Z." in page.text
    assert 'name="sealed"' not in page.text


def test_a_published_edition_is_not_imported_over(visitor: FlaskClient) -> None:
    drafter = a_drafter(visitor)
    answer = visitor.post("/standards/import/confirm", data={"sealed": sealed(checked(visitor, a_workbook()).text)})
    other = a_member("bank_administrator", organisation=drafter.organisation)
    published(other, UUID(answer.location.rpartition("/")[2]))

    page = checked(visitor, a_workbook())

    assert page.status_code == 422
    assert "is published already" in page.text


def test_what_one_person_had_checked_is_not_stored_by_another(visitor: FlaskClient) -> None:
    drafter = a_drafter(visitor)
    form = {"sealed": sealed(checked(visitor, a_workbook()).text)}
    log_in(visitor, a_member("bank_administrator", organisation=drafter.organisation))

    assert visitor.post("/standards/import/confirm", data=form).status_code == 403
    assert visitor.post("/standards/import/confirm", data={"sealed": "x"}).status_code == 403


def test_a_file_that_is_no_workbook_is_refused_at_its_field(visitor: FlaskClient) -> None:
    a_drafter(visitor)

    answer = checked(visitor, b"not a workbook")

    assert answer.status_code == 422
    assert "This is not a file of the form .xlsx" in answer.text
    assert visitor.post("/standards/import?lang=en").status_code == 422


def test_the_template_is_a_workbook(visitor: FlaskClient) -> None:
    a_drafter(visitor)

    sheets = workbook.read(visitor.get("/standards/import/template.xlsx").data)

    assert list(sheets) == ["标准", "等级", "行业模块", "权重", "下级范围", "工作要求", "鉴定点"]


def test_tables_of_a_word_document_are_checked_then_stored_in_the_draft(visitor: FlaskClient) -> None:
    draft = a_stored_draft(a_drafter(visitor))
    home = f"/standards/{draft}/tables"
    assert visitor.get(home).status_code == 200

    file = {"document": (io.BytesIO(a_word_file(word_table(POINTS))), "细目表.docx"), "level": "4"}
    page = visitor.post(f"{home}?lang=en", data=file).text
    assert "2 assessment points" in page
    answer = visitor.post(f"{home}/confirm", data={"sealed": sealed(page)})

    assert answer.status_code == 302
    assert "编号判读" in visitor.get(f"/standards/{draft}/points").text
    again = {"document": (io.BytesIO(a_word_file(word_table(POINTS))), "细目表.docx"), "level": "4"}
    assert "There is a point 1-7 already" in visitor.post(f"{home}?lang=en", data=again).text
    assert visitor.post(f"{home}?lang=en", data={"level": "4"}).status_code == 422
