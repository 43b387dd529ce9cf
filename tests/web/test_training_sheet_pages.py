"""The training sheet: offered to who reads items, and printed in the reader's language."""

import io

import pypdfium2
import pytest
from flask.testing import FlaskClient

from tests.web.staff import a_member, log_in
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
