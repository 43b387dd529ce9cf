"""Pages of archived papers: passphrases, archiving, the consent of three, reading, and what is refused meanwhile."""

from random import randrange

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from kaoping.exam.db import transaction
from kaoping.itembank.archiving import ROLES
from kaoping.itembank.papers import Paper
from tests.builders_results import a_certificate
from tests.web.pages import han, words
from tests.web.staff import Staff, a_member, an_organisation_row, log_in

PASSPHRASE = "竹影 seven 汽笛 lake 四十"


@pytest.fixture(autouse=True)
def _no_page_tokens(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture
def officers(app: Flask) -> list[Staff]:
    organisation = an_organisation_row(site_code=f"{randrange(10**6):06}")
    return [a_member(role, organisation=organisation, name=name) for role, name in zip(ROLES, "林高程", strict=True)]


def hold(client: FlaskClient, officer: Staff, role: str) -> None:
    log_in(client, officer)
    form = {"role": role, "passphrase": PASSPHRASE, "repeated": PASSPHRASE}
    assert client.post("/archives/passphrase", data=form | {"repeated": "x"}).status_code == 422
    assert client.post("/archives/passphrase", data=form).status_code == 302


def test_a_finished_paper_is_archived_and_opened_by_three_and_read_by_them_alone(
    client: FlaskClient, officers: list[Staff]
) -> None:
    with transaction(officers[0].organisation) as session:
        a_certificate(session)
        paper = session.scalars(select(Paper)).one()
    stem, address = paper_stem(officers[0], paper), f"/papers/{paper.id}"
    log_in(client, officers[1])
    assert client.post(f"/archives/papers/{paper.id}").status_code == 409
    for officer, role in zip(officers, ROLES, strict=True):
        hold(client, officer, role)
    log_in(client, officers[1])
    assert f"/archives/papers/{paper.id}" in client.get("/archives/").text
    page = client.post(f"/archives/papers/{paper.id}").location
    assert client.post(f"{page}/openings", data={"purpose": "查"}).status_code == 422
    client.post(f"{page}/openings", data={"purpose": "<script>申诉复核"})
    waits = client.get(page).text
    opening = waits.split('action="/archives/openings/')[1].split("/")[0]

    wrong = client.post(f"/archives/openings/{opening}/consent", data={"passphrase": "x" * 12})
    assert (wrong.status_code, "invalid-feedback" in wrong.text) == (422, True)
    for officer in officers:
        log_in(client, officer)
        assert "archives" in client.get("/today").text
        assert client.get(f"/archives/openings/{opening}/paper").status_code in {403, 409}
        client.post(f"/archives/openings/{opening}/consent", data={"passphrase": PASSPHRASE})
    client.get(page)  # shows what was told in the language of the deeds
    shown, read = client.get(f"{page}?lang=en").text, client.get(f"/archives/openings/{opening}/paper?lang=en").text
    again = client.post(f"/archives/openings/{opening}/refuse", data={"reason": "迟了"})

    assert "<script>申" not in waits + shown + read
    assert stem in read
    assert stem not in waits + shown
    assert "k-watermark" in read
    assert again.status_code == 422
    for told in (shown, read, client.get("/archives/?lang=en").text):
        assert not han(words(told))
    log_in(client, a_member(*ROLES, "assembler", "item_reviewer", organisation=officers[0].organisation))
    assert client.get(f"/archives/openings/{opening}/paper").status_code == 403
    for refused in (f"{address}/key", f"{address}/items"):
        answer = client.get(f"{refused}?lang=zh")
        assert (answer.status_code, "已归档" in answer.text) == (409, True)


def paper_stem(staff: Staff, paper: Paper) -> str:
    with transaction(staff.organisation) as session:
        return str(session.get_one(Paper, paper.id).slots[0].revision.body["stem"])[:12]
