"""Variants and marking keys at their pages."""

from random import Random
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kaoping.exam.db import transaction
from kaoping.itembank import sealing, shuffling
from kaoping.itembank.actor import Actor
from kaoping.itembank.trail import TrailEntry
from tests.builders import NOON
from tests.builders_papers import a_paper
from tests.web.pages import han, words
from tests.web.staff import Staff, a_member, log_in


@pytest.fixture(autouse=True)
def _open_forms(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False


def a_sealed_paper(staff: Staff) -> UUID:
    """Commit a sealed paper for the organisation of a member."""
    with transaction(staff.organisation) as session:
        other = Actor(a_member("assembler", organisation=staff.organisation).account, staff.organisation)
        return sealing.approve(session, a_paper(session).id, by=other, at=NOON).id


def test_an_assembler_makes_variants_and_sees_how_their_keys_stand(client: FlaskClient) -> None:
    assembler = a_member("assembler")
    paper = a_sealed_paper(assembler)
    log_in(client, assembler)

    too_many = client.post(f"/papers/{paper}/variants", data={"count": "9"})
    made = client.post(f"/papers/{paper}/variants", data={"count": "2"})
    chinese, english = (client.get(f"/papers/{paper}?lang={code}").text for code in ("zh", "en"))
    booklet = client.post(f"/papers/{paper}/booklet.pdf", data={"variant": "B"})

    assert (too_many.status_code, made.status_code) == (422, 302)
    assert all(f"{letter} 7" in chinese for letter in "ABCD")
    assert "卷型总数" in words(chinese)
    assert not han(words(english))
    assert "variant-B-booklet.pdf" in booklet.headers["Content-Disposition"]
    assert booklet.data.startswith(b"%PDF")


def test_a_marking_key_is_taken_for_a_purpose_by_those_who_read_items(client: FlaskClient) -> None:
    assembler = a_member("assembler")
    paper = a_sealed_paper(assembler)
    with transaction(assembler.organisation) as session:
        by = Actor(assembler.account, assembler.organisation)
        shuffling.make(session, paper, count=2, by=by, at=NOON, rng=Random(1))
    reviewer = a_member("item_reviewer", organisation=assembler.organisation)
    log_in(client, reviewer)

    asked = client.get(f"/papers/{paper}/key?variant=B&lang=en").text
    refused = client.post(f"/papers/{paper}/key", data={"variant": "B", "purpose": ""})
    taken = client.post(f"/papers/{paper}/key", data={"variant": "B", "purpose": "阅卷组人工核对"})

    assert '<option selected value="B">' in asked
    assert not han(words(asked))
    assert (refused.status_code, taken.mimetype) == (422, "application/pdf")
    with transaction(assembler.organisation) as session:
        entry = session.query(TrailEntry).filter_by(verb="marking_key_taken").one()
        assert (entry.by, entry.facts) == (reviewer.account, {"variant": "B", "purpose": "阅卷组人工核对"})


def test_an_exam_officer_prints_variants_and_is_refused_their_key(client: FlaskClient) -> None:
    officer = a_member("exam_officer")
    paper = a_sealed_paper(officer)
    log_in(client, officer)

    page = client.get(f"/papers/{paper}?lang=zh").text

    assert "标准答案" not in words(page)
    assert client.get(f"/papers/{paper}/key").status_code == 403
