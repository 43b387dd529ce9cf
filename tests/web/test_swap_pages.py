"""The papers of a run compared at their page, and one item swapped by hand."""

import re
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from kaoping.exam.db import transaction
from kaoping.itembank import assembling, sealing
from kaoping.itembank.actor import Actor
from kaoping.itembank.trail import TrailEntry
from tests.builders import NOON
from tests.builders_papers import a_bank, a_specification
from tests.web.pages import han, words
from tests.web.staff import Staff, a_member, log_in


@pytest.fixture(autouse=True)
def _open_forms(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False


def a_run(staff: Staff, *, forms: int = 2) -> tuple[UUID, list[UUID], str]:
    """Commit a run of the member: its id, its papers, and the code of the first item."""
    with transaction(staff.organisation) as session:
        made = a_specification(session, a_bank(session), curve_within="20", mean_within="20")
        by = Actor(staff.account, staff.organisation)
        run = assembling.assemble(session, made.id, forms=forms, by=by, at=NOON)
        return run.id, [paper.id for paper in run.papers], run.papers[0].slots[0].item.code


def test_a_run_is_compared_drawn_and_given_as_a_list(client: FlaskClient) -> None:
    officer = a_member("exam_officer")
    run, _, first = a_run(officer)
    log_in(client, officer)
    path = f"/papers/runs/{run}"

    page = client.get(f"{path}?lang=en").text
    chinese = client.get(f"{path}?lang=zh").text
    pictures = [client.get(f"{path}/{kind}-{cut}.svg") for kind in ("curves", "information", "distance", "difficulty")
                for cut in ("wide", "narrow")]  # fmt: skip
    table = client.get(f"{path}/papers.csv?lang=en")

    for heading in ("Equally hard and precise", "Difficulty of the items", "Items in common", "Exposure of the bank"):
        assert heading in page
    assert "more than 80 % of a usual population" in page
    assert "No item reaches the limit of 5 papers." in page
    assert not han(words(page))
    assert "一般考生群体的预期得分" in chinese
    assert all(picture.status_code == 200 and b"<svg" in picture.data for picture in pictures)
    lines = table.text.removeprefix("\ufeff").splitlines()
    assert len(lines) == 121
    assert lines[0].startswith("Paper,No.,Item,Point,Range,Name,Type,Marks,a,b")
    assert first in lines[1]
    assert not any("题干" in line for line in lines)


def test_an_item_is_swapped_by_hand_and_another_person_approves(client: FlaskClient) -> None:
    assembler = a_member("assembler")
    other = a_member("assembler", "item_reviewer", organisation=assembler.organisation)
    _, (paper, _), code = a_run(assembler)
    log_in(client, other)
    path = f"/papers/{paper}/items/{code}/swap"

    shown = client.get(f"{path}?lang=en").text
    into = re.findall(r'name="into" id="into-1" value="([^"]+)"', shown)[0]
    wanting = client.post(f"{path}?lang=en", data={"seen": "0"})
    done = client.post(path, data={"into": into, "reason": "与2号题提示", "seen": "0"}, follow_redirects=True)
    again = client.post(f"{path}?lang=en", data={"into": into, "reason": "x", "seen": "0"})
    page = client.get(f"/papers/{paper}?lang=en").text
    refused = client.post(f"/papers/{paper}/approve?lang=en")

    assert "It stands in another paper of this run: B." in shown
    assert not han(words(shown))
    assert wanting.status_code == 422
    assert "Choose the item that is put in." in wanting.text
    assert "Say why the item is swapped." in wanting.text
    assert "与2号题提示" in done.text
    assert (again.status_code, "perhaps somebody swapped it meanwhile" in again.text) == (409, True)
    assert "You swapped an item of this paper." in page
    assert (refused.status_code, "You swapped an item of paper" in refused.text) == (403, True)


def test_the_second_of_two_people_sees_the_items_anew(client: FlaskClient) -> None:
    assembler = a_member("assembler")
    _, (paper, twin), code = a_run(assembler)
    log_in(client, assembler)
    into = re.findall(r'id="into-1" value="([^"]+)"', client.get(f"/papers/{paper}/items/{code}/swap").text)[0]
    with transaction(assembler.organisation) as session:
        second = sealing.find(session, twin).slots[0].item.code
    elsewhere = f"/papers/{twin}/items/{second}/swap"
    page = client.get(elsewhere).text
    chosen = re.findall(r'id="into-1" value="([^"]+)"', page)[0]
    client.post(f"/papers/{paper}/items/{code}/swap", data={"into": into, "reason": "先到", "seen": "0"})

    late = client.post(f"{elsewhere}?lang=en", data={"into": chosen, "reason": "后到", "seen": "0"})

    assert late.status_code == 409
    assert "was swapped meanwhile" in late.text
    assert 'name="seen" value="1"' in late.text
    assert "后到" in late.text


def test_items_are_read_by_those_who_may_and_the_trail_says_so(client: FlaskClient) -> None:
    assembler = a_member("assembler")
    _, (paper,), code = a_run(assembler, forms=1)
    path = f"/papers/{paper}/items/{code}/swap"
    log_in(client, assembler)

    closed, opened = client.get(path).text, client.get(f"{path}/items").text
    log_in(client, a_member("exam_officer", organisation=assembler.organisation))
    denied = client.get(f"{path}/items").status_code, client.get(path).status_code

    assert "题的题干" not in closed
    assert "题的题干" in opened
    assert denied == (403, 403)
    with transaction(assembler.organisation) as session:
        entry = session.scalars(select(TrailEntry).where(TrailEntry.verb == "swap_items_read")).one()
        assert (entry.thing_id, entry.facts["out"]) == (paper, code)
