"""Closed items at their pages: closed by whoever keeps the bank, gone for everybody who was not named."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kaoping.exam.db import transaction
from tests.builders_bank import an_approved_item
from tests.web.pages import han, words
from tests.web.staff import a_member, log_in


@pytest.fixture(autouse=True)
def _open_forms(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False


def test_a_closed_item_is_gone_from_every_page_but_for_its_readers(client: FlaskClient) -> None:
    keeper = a_member("bank_administrator", name="许知远")
    named, other = (
        a_member("item_reviewer", organisation=keeper.organisation, name=name) for name in ("顾清和", "陆明舟")
    )
    with transaction(keeper.organisation) as session:
        item = an_approved_item(session)
        item_id, code, revision_id = item.id, item.code, item.latest.id
    log_in(client, keeper)
    told = {"codes": code, "person": str(named.account), "why": "国赛用题", "act": "close"}

    unknown = client.post("/items/closed/?lang=en", data=told | {"codes": "9-999999"})
    client.post("/items/closed/", data=told)
    page = client.get("/items/closed/?lang=en").text

    assert (unknown.status_code, "There is no item 9-999999" in unknown.text) == (422, True)
    assert code in page
    assert not han(words(page))
    places = (f"/items/{item_id}", f"/reviews/{revision_id}", f"/calibrations/items/{item_id}")
    for reader, sees in ((keeper, True), (named, True), (other, False)):
        log_in(client, reader)
        assert (code in client.get("/items/").text) is sees
        assert (client.get(places[0]).status_code == 200) is sees
    assert {client.get(place).status_code for place in places} <= {403, 404}
    assert client.get("/items/closed/").status_code == 403
