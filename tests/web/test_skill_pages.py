"""Project tables and skill papers at their pages."""

import re
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from kaoping.exam.db import transaction
from kaoping.itembank.actor import Actor
from kaoping.itembank.skill import tables
from kaoping.itembank.skill.models import SkillPaper
from tests.builders import NOON
from tests.builders_registration import a_batch
from tests.builders_results import a_paper
from tests.builders_skill import a_sealed_paper, a_skill_level, a_table
from tests.web.pages import han, words
from tests.web.staff import Staff, a_member, log_in
from tests.web.test_papers_pages import form_of


@pytest.fixture(autouse=True)
def _open_forms(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False


def a_stocked(staff: Staff, *, approved: bool = False) -> UUID:
    """Commit a level with a bank of tasks for the organisation of a member, with a project table in force."""
    with transaction(staff.organisation) as session:
        level = a_skill_level(session)
        if approved:
            made = tables.write(session, level.id, a_table(), by=Actor(staff.account, staff.organisation), at=NOON)
            tables.approve(session, made.latest.id, by=another(staff), at=NOON)
        return level.id


def another(staff: Staff) -> Actor:
    other = a_member("item_reviewer", organisation=staff.organisation)
    return Actor(other.account, other.organisation)


def selected(html: str) -> dict[str, str]:
    """Read the chosen option of every list of a page."""
    lists = re.findall(r'<select[^>]*name="([^"]+)">(.*?)</select>', html, re.DOTALL)
    chosen = ((name, re.search(r'value="([^"]*)" selected', inner)) for name, inner in lists)
    return {name: found[1] for name, found in chosen if found}


def test_an_assembler_writes_a_table_another_approves_and_papers_are_drawn(client: FlaskClient) -> None:
    assembler = a_member("assembler")
    level = a_stocked(assembler)
    log_in(client, assembler)
    assert "还没有考核项目表" in client.get(f"/skill/levels/{level}?lang=zh").text

    proposed = client.get(f"/skill/levels/{level}/change").text
    form = form_of(proposed) | selected(proposed) | {"unit-0-name": "划线"}
    saved = client.post(f"/skill/levels/{level}/change", data=form)
    waiting = client.get(saved.location).text
    with transaction(assembler.organisation) as session:
        version = tables.of_level(session, level)
        assert version is not None
        tables.approve(session, version.latest.id, by=another(assembler), at=NOON)
    drawn = client.post(f"/skill/levels/{level}/draw", data={"papers": "2", "avoid": "1", "seed": "5"})
    page = client.get(drawn.location).text

    assert "待审定" in waiting
    assert "划线" in waiting
    assert "A 组抽 1" in waiting
    assert re.search(r"-3-S\d{4}-A", page)
    assert "抽到的试题相同" in page
    assert not han(words(client.get(f"{drawn.location}?lang=en").text))
    assert not han(words(client.get(f"/skill/levels/{level}").text))
    assert not han(words(client.get("/skill/").text))


def test_what_contradicts_is_told_at_its_place_and_nothing_typed_is_lost(client: FlaskClient) -> None:
    assembler = a_member("assembler")
    level = a_stocked(assembler)
    log_in(client, assembler)
    page = client.get(f"/skill/levels/{level}/change?lang=en").text
    form = form_of(page) | selected(page)

    answer = client.post(f"/skill/levels/{level}/change", data=form | {"unit-0-marks": "30", "unit-1-code": "?"})
    unequal = client.post(f"/skill/levels/{level}/change", data=form | {"unit-0-marks": "30"})

    assert answer.status_code == unequal.status_code == 422
    assert 'href="#unit-1-code"' in answer.text
    assert "The units of group A have different marks (1-1: 30, 1-2: 40)" in unequal.text
    assert 'value="30"' in unequal.text
    assert not han(words(unequal.text))


def test_a_paper_is_sealed_by_another_and_printed_the_key_by_those_alone_who_may(client: FlaskClient) -> None:
    assembler = a_member("assembler")
    level = a_stocked(assembler, approved=True)
    log_in(client, assembler)
    paper = client.post(f"/skill/levels/{level}/draw", data={"papers": "1", "avoid": "1"}).location
    assert client.post(f"{paper}/approve").status_code == 403

    log_in(client, a_member("item_reviewer", organisation=assembler.organisation))
    assert "标称长度" in client.get(f"{paper}/tasks").text
    client.post(f"{paper}/approve")
    sealed = client.get(paper).text
    asked = client.get(f"{paper}/key?lang=en").text
    unsaid = client.post(f"{paper}/key", data={"purpose": ""})
    key = client.post(f"{paper}/key", data={"purpose": "考评第一场"})
    assert client.post(f"{paper}/tasks.pdf").status_code == 403

    log_in(client, a_member("exam_officer", organisation=assembler.organisation))
    notice = client.post(f"{paper}/notice.pdf")
    assert client.post(f"{paper}/key", data={"purpose": "看一看题"}).status_code == 403

    assert "标称值" in sealed
    assert not han(words(asked))
    assert unsaid.status_code == 422
    assert key.data.startswith(b"%PDF-")
    assert notice.data.startswith(b"%PDF-")
    with transaction(assembler.organisation) as session:
        assert session.scalars(select(SkillPaper.digest)).one() is not None


def test_a_draw_that_makes_no_sense_is_told_on_the_page(client: FlaskClient) -> None:
    assembler = a_member("assembler")
    level = a_stocked(assembler, approved=True)
    log_in(client, assembler)

    answer = client.post(f"/skill/levels/{level}/draw", data={"papers": "99", "avoid": "1"})

    assert answer.status_code == 422
    assert "1 至 8" in answer.text


def test_an_exam_is_prepared_with_the_sealed_skill_paper(client: FlaskClient) -> None:
    officer = a_member("exam_officer")
    with transaction(officer.organisation) as session:
        level = a_skill_level(session)
        skill, theory = a_sealed_paper(session, level=level), a_paper(session, level)
        batch = a_batch(session, by=Actor(officer.account, officer.organisation), standard_id=level.standard_id)
        made, ids = f"/batches/{batch.id}/exams", (level.id, skill.id, theory.id, skill.code)
    log_in(client, officer)

    asked = client.get(f"{made}/new?level={ids[0]}").text
    data = {
        "name": "三级技能", "opens_at": "2100-01-01T09:00", "closes_at": "2100-01-01T12:00", "minutes": "90",
        "papers": str(ids[2]), "skill_paper": str(ids[1]), "rooms-0-name": "1", "rooms-0-seats": "20",
    }  # fmt: skip
    prepared = client.post(f"{made}?level={ids[0]}", data=data)
    shown = client.get(prepared.location).text

    assert ids[3] in asked
    assert ids[3] in shown
