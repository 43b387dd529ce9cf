"""Items that want attention at their page: sentence, mend, filter, limits, table; and an item's history."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from kaoping.exam.db import transaction
from kaoping.exam.results import calibrating
from kaoping.itembank.actor import Actor
from kaoping.itembank.items import Statistics
from tests.web.pages import han, words
from tests.web.staff import a_member, log_in
from tests.web.test_results_pages import a_calibrated_item


@pytest.fixture(autouse=True)
def _open_forms(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False


def test_findings_are_told_with_their_mend_filtered_and_judged_by_other_limits(client: FlaskClient) -> None:
    staff = a_member("psychometrician")
    run, item = a_calibrated_item(staff)
    with transaction(staff.organisation) as session:
        session.execute(update(Statistics).values(discrimination=-0.25, facility=0.6, persons=300))
        calibrating.adopt(session, run, by=Actor(staff.account, staff.organisation))
    log_in(client, staff)

    page = client.get("/items/attention?lang=en").text
    other = client.get("/items/attention?concern=few").text
    chinese = client.get("/items/attention?lang=zh").text
    table = client.get("/items/attention/list.csv?lang=en&concern=reversed").text.splitlines()
    alone = client.get(f"/items/{item}/statistics?lang=en").text

    assert "The weak do better on it than the able (-0.25)." in page
    assert "Check the key first" in page
    assert not han(words(page))
    assert "能力低的考生反而答得好" in chinese
    assert "3-000001" not in other
    assert len(table) == 9
    assert "History over calibrations" in alone
    assert "Check the key first" in alone
    limits = {
        "discrimination": "0.2", "facility_low": "0.2", "facility_high": "0.95", "distractor_used": "0.05",
        "misfit": "0.3", "drift": "0.5", "s_x2": "0.05", "papers": "5", "persons": "1000", "years": "5",
    }  # fmt: skip
    assert client.post("/items/attention", data=limits).status_code == 302
    assert "3-000001" in client.get("/items/attention?concern=few").text
    wrong = client.post("/items/attention?lang=en", data=limits | {"papers": "many"})
    assert wrong.status_code == 422
    assert "Give a number from 1 to 1000." in wrong.text


def test_groups_are_set_compared_and_told_in_words(client: FlaskClient) -> None:
    staff = a_member("psychometrician")
    log_in(client, staff)

    refused = client.post("/items/attention/groups?lang=en", data={"grouping": ["sex"], "least": "5", "age": "35"})
    kept = client.post("/items/attention/groups?lang=en", data={"grouping": ["sex"], "least": "100", "age": "35"})
    shown = client.get("/items/attention?lang=en").text
    _, item = a_calibrated_item(staff)
    page = client.get(f"/items/{item}/statistics?lang=en").text
    chinese = client.get(f"/items/{item}/statistics?lang=zh").text

    assert refused.status_code == 422
    assert "Compare groups of 30 to 100000 persons or more." in refused.text
    assert kept.status_code == 302
    assert 'value="sex" checked' in shown
    assert 'value="region" checked' not in shown
    assert "Sex: men – women" in page
    assert "A: negligible" in page
    assert "总分相同的考生，两组答对的机会大致相同。" in chinese
