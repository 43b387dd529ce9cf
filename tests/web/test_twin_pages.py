"""English twins at their pages: translated, handed in, decided on by another person."""

from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from kaoping.exam.db import transaction
from kaoping.itembank import authoring, interests, reviewing, sealing, twinning
from kaoping.itembank.items import Verdict
from kaoping.itembank.viewing import ItemView
from tests.builders import NOON
from tests.builders_bank import SINGLE, SOURCE
from tests.web.pages import han, words
from tests.web.staff import Staff, a_member, log_in
from tests.web.test_bank_pages import a_stored_item, actor_of
from tests.web.test_variants_pages import a_sealed_paper

ENGLISH = {
    "text:stem": "Which element defines the subject?", "text:options.0": "Scope", "text:options.1": "Foreword",
    "text:options.2": "Contents", "text:options.3": "Index",
}  # fmt: skip


@pytest.fixture
def visitor(client: FlaskClient) -> FlaskClient:
    """A visitor to whom forms are open without a token."""
    client.application.config["WTF_CSRF_ENABLED"] = False
    return client


def an_approved_item(author: Staff) -> UUID:
    """Commit an approved item for the organisation of a writer."""
    item = a_stored_item(author, submitted=True)
    with transaction(author.organisation) as session:
        reviewer = actor_of(a_member("item_reviewer", organisation=author.organisation))
        latest = authoring.get(session, item).latest
        interests.declare(session, latest.id, conflict=False, by=reviewer, at=NOON)
        reviewing.decide(session, latest.id, Verdict.APPROVE, comment=None, by=reviewer, at=NOON)
    return item


def test_a_writer_translates_and_a_reviewer_approves(visitor: FlaskClient) -> None:
    author = a_member("item_writer")
    item = an_approved_item(author)
    log_in(visitor, author)
    page = f"/items/{item}/english"

    incomplete = visitor.post(
        f"{page}/edit", data=ENGLISH | {"text:options.3": "索引 9", "text:stem": "", "act": "submit"}
    )
    kept = visitor.get(f"{page}/edit?lang=en").text
    preview = visitor.post(f"{page}/preview?lang=zh", data=ENGLISH | {"text:options.3": "索引 9"}).text
    handed_in = visitor.post(f"{page}/edit", data=ENGLISH | {"act": "submit"})
    own = visitor.get(f"{page}?lang=zh").text

    assert incomplete.status_code == 422
    assert 'href="#at-stem"' in incomplete.text
    assert "索引 9" in kept
    assert not han(words(kept.replace("索引 9", "")))
    assert all(word in preview for word in ("残留中文：索引", "英文 9", 'lang="en"'))
    assert handed_in.location == page
    assert "英文办理中" in words(own)

    log_in(visitor, a_member("item_reviewer", organisation=author.organisation))
    shown = visitor.get(f"{page}?lang=en").text
    twin = shown.split("/items/twins/")[1].split("/")[0]
    unexplained = visitor.post(f"/items/twins/{twin}/verdict", data={"verdict": "return"})
    approved = visitor.post(f"/items/twins/{twin}/verdict", data={"verdict": "approve"})
    again = visitor.post(f"/items/twins/{twin}/verdict", data={"verdict": "return", "comment": "Too late."})

    assert "Which element defines the subject?" in shown
    assert not han(words(shown))
    assert (unexplained.status_code, approved.status_code, again.status_code) == (422, 302, 409)
    assert "Too late." in again.text
    with transaction(author.organisation) as session:
        assert session.query(ItemView).filter_by(item_id=item).count() == 2


def test_a_changed_original_is_told_with_its_difference_and_nothing_typed_is_lost(visitor: FlaskClient) -> None:
    author = a_member("item_writer")
    item = an_approved_item(author)
    log_in(visitor, author)
    page = f"/items/{item}/english"
    visitor.post(f"{page}/edit", data=ENGLISH)
    stamp = visitor.get(f"{page}/edit").text.split('name="stamp" value="')[1].split('"')[0]
    given: dict[str, Any] = {"source": SOURCE, "difficulty": 2, "consistency": 4, "by": actor_of(author), "at": NOON}
    with transaction(author.organisation) as session:
        authoring.revise(session, item, body=SINGLE | {"stem": "下列要素中，界定对象的是（　　）。"}, **given)
        drafted = twinning.translatable(authoring.get(session, item))
        authoring.submit(session, item, by=actor_of(author), at=NOON)

    stale = visitor.get(f"{page}?lang=zh").text
    overtaken = visitor.post(f"{page}/edit", data=ENGLISH | {"text:stem": "What I typed?", "stamp": stamp})

    assert not drafted
    assert "原文已改，译文尚未更新。" in words(stale)
    assert "<del>标准化</del>" in stale
    assert overtaken.status_code == 409
    assert "What I typed?" in overtaken.text


def test_the_list_and_the_overview_tell_what_has_english(visitor: FlaskClient) -> None:
    author = a_member("item_writer")
    item = an_approved_item(author)
    log_in(visitor, author)
    listed = {trait: f"/items/?trait=english_{trait}&lang=en" for trait in ("none", "under_way", "approved", "stale")}
    without = "1 item" in words(visitor.get(listed["none"]).text)
    visitor.post(f"/items/{item}/english/edit", data=ENGLISH | {"act": "submit"})
    begun = [trait for trait, address in listed.items() if "1 item" in words(visitor.get(address).text)]

    overview = visitor.get("/items/english/?lang=zh").text

    assert without
    assert begun == ["under_way"]
    assert f"/items/{item}/english" in overview
    assert "等待审核的译文" in words(overview)


def test_a_paper_without_english_names_its_items_and_is_not_printed(visitor: FlaskClient) -> None:
    officer = a_member("exam_officer")
    paper = a_sealed_paper(officer)
    with transaction(officer.organisation) as session:
        code = sealing.find(session, paper).slots[0].item.code
    log_in(visitor, officer)

    page = visitor.get(f"/papers/{paper}/english?lang=en").text
    refused = visitor.post(f"/papers/{paper}/english/booklet.pdf")

    assert "0 of 60 items have an approved English twin" in words(page)
    assert code in words(page)
    assert "booklet.pdf" not in page
    assert (refused.status_code, code in refused.text) == (409, True)
