"""Texts that try to run something, in every field of an item: whoever opens a page that shows them, nothing runs."""

from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from kaoping.exam.db import transaction
from kaoping.exam.people.models import Account
from kaoping.itembank import authoring, drafts, markdown, pictures
from kaoping.itembank.items import Item, Verdict
from tests.builders import NOON
from tests.builders_bank import SINGLE, a_picture_file, a_verdict
from tests.web.hostile_texts import ALL, CORPUS, LINE, Running
from tests.web.staff import Staff, a_member, log_in
from tests.web.test_bank_pages import a_stored_item, actor_of

HOSTILE = {"stem": ALL, "options": [LINE, "前言", "目次", "索引"], "rationale": LINE}


def a_hostile_item(writer: Staff, reviewer: Staff) -> tuple[UUID, UUID]:
    """Store the texts where no check of the editor stands before: as if an older version had let them through."""
    item_id = a_stored_item(writer)
    with transaction(writer.organisation) as session:
        item, by = session.get_one(Item, item_id), actor_of(writer)
        revision = item.latest
        revision.body = SINGLE | HOSTILE
        revision.source_standard = revision.source_edition = revision.source_clause = LINE
        revision.content_hash = revision.fingerprint()
        pictures.store(session, item_id, a_picture_file(), alternative=LINE[:300], by=by, at=NOON)
        drafts.keep(session, uuid4(), {"stem": [ALL], "rationale": [ALL]}, seen=None, by=by, at=NOON)
        authoring.submit(session, item_id, by=by, at=NOON)
        a_verdict(session, item, Verdict.RETURN, comment=LINE, by=actor_of(reviewer))
        return item_id, revision.id


def test_no_page_runs_what_was_written_into_an_item(client: FlaskClient) -> None:
    client.application.config["WTF_CSRF_ENABLED"] = False
    writer = a_member("item_writer", "item_reviewer")
    reviewer = a_member("item_reviewer", organisation=writer.organisation)
    with transaction() as session:
        for one in (writer, reviewer):
            session.get_one(Account, one.account).name = LINE
    item_id, revision_id = a_hostile_item(writer, reviewer)
    log_in(client, writer)
    form = {"type": "single_choice", "item_id": str(item_id), "source_edition": LINE} | HOSTILE
    paths = (
        "/items/",
        f"/items/{item_id}",
        f"/items/{item_id}/edit",
        "/items/new",
        "/reviews/",
        f"/reviews/{revision_id}",
    )

    pages = {path: client.get(path) for path in paths}
    pages["preview"] = client.post("/items/preview", data=form)
    pages["mended"] = client.post(f"/items/{item_id}/edit", data=form | {"act": "save"})

    assert {path: answer.status_code for path, answer in pages.items()} == dict.fromkeys(paths, 200) | {
        "preview": 200, "mended": 409,
    }  # fmt: skip
    assert {path: found for path, answer in pages.items() if (found := Running(answer.text).found)} == {}
    assert "&lt;script&gt;alert(1)" in pages[f"/items/{item_id}"].text


@pytest.mark.parametrize("text", CORPUS)
def test_what_candidates_and_printers_get_runs_nothing(text: str) -> None:
    shown = markdown.html(text, pictures=lambda one: f"/exam/pictures/{one}") + markdown.line(text)

    assert Running(shown).found == []


def test_the_parser_of_these_tests_sees_what_runs() -> None:
    assert len(CORPUS) >= 60
    assert Running("<img src=x onerror=alert(1)>").found == ["img onerror=alert(1)"]
    assert Running("<a href=' java\nscript:x'>").found
    assert Running("<script>alert(1)</script>").found == ["<script>"]
