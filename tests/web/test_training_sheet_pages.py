"""The training sheet: offered to who reads items, and printed in the reader's language."""

import io
from uuid import uuid4

import pypdfium2
import pytest
from flask.testing import FlaskClient

from tests.web.staff import a_member, log_in
from tests.web.test_assignment_pages import an_assignment
from tests.web.test_bank_pages import a_bank


@pytest.mark.parametrize(("code", "title"), [("zh", "命题人员培训单"), ("en", "Training sheet for item writers")])
def test_a_writer_prints_the_sheet_of_a_level(client: FlaskClient, code: str, title: str) -> None:
    writer = a_member("item_writer")
    _, level, _ = a_bank(writer)
    log_in(client, writer)

    assert f"/training-sheet/sheet.pdf?level={level}" in client.get(f"/training-sheet/?lang={code}").text
    answer = client.get(f"/training-sheet/sheet.pdf?level={level}&lang={code}")

    told = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(io.BytesIO(answer.data)))
    assert title in told
    assert "以上都对" in told
    assert "2-1" in told


def test_a_writer_prints_the_sheet_of_an_own_assignment_and_of_no_other(client: FlaskClient) -> None:
    keeper = a_member("bank_administrator")
    writer, colleague = (a_member("item_writer", organisation=keeper.organisation) for _ in range(2))
    address = f"/training-sheet/sheet.pdf?assignment={an_assignment(keeper, writer)}"
    log_in(client, writer)
    assert client.get(address).mimetype == "application/pdf"

    log_in(client, colleague)
    assert client.get(address).status_code == 404


def test_what_is_not_there_is_not_printed(client: FlaskClient) -> None:
    writer = a_member("item_writer")
    _, level, _ = a_bank(writer)
    log_in(client, writer)

    assert client.get("/training-sheet/sheet.pdf").location == "/training-sheet/"
    for query in (f"level={uuid4()}", f"level={level}&range={uuid4()}"):
        assert client.get(f"/training-sheet/sheet.pdf?{query}").status_code == 404
