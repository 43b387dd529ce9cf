"""The access log at its pages, and the watermark that leads there."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from kaoping.exam.db import transaction
from kaoping.itembank.viewing import ItemView
from tests.builders_bank import SINGLE, an_item
from tests.web.pages import han, words
from tests.web.staff import a_member, log_in


@pytest.fixture(autouse=True)
def _open_forms(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False


def test_a_watermark_leads_an_auditor_back_to_who_looked_at_what(client: FlaskClient) -> None:
    writer = a_member("item_writer", name="林知行")
    with transaction(writer.organisation) as session:
        item = an_item(session)
        address, item_code = f"/items/{item.id}", item.code
    log_in(client, writer)

    pages = [client.get(address).text for _ in range(2)]
    listed = client.get("/items/").text
    code = re.findall(r"林知行　\d{4}-\d\d-\d\d \d\d:\d\d　(\w{4}-\w{4})", pages[0])[0]
    refused = client.get("/access-log/")
    log_in(client, a_member("auditor", organisation=writer.organisation))
    found = client.get(f"/access-log/?code={code}").text
    shown = client.get(re.findall(r'href="(/access-log/[0-9a-f-]{36})"', found)[0] + "?lang=en").text
    table = client.get(f"/access-log/log.csv?item={item_code}").text

    assert code in pages[1]
    assert code in listed
    assert refused.status_code == 403
    assert "林知行" in found
    assert item_code in shown
    assert "没有符合条件的记录" in client.get("/access-log/?code=ZZZZ-9999&lang=zh").text
    assert not han(words(shown))
    assert not han(words(client.get("/access-log/?lang=en").text))
    assert (table.count(item_code), SINGLE["stem"] in table + found + shown) == (1, False)
    with transaction(writer.organisation) as session:
        assert len(session.scalars(select(ItemView)).all()) == 1


def test_a_page_without_content_has_no_watermark(client: FlaskClient) -> None:
    log_in(client, a_member("item_writer"))

    assert "k-watermark" not in client.get("/today").text
