"""The item editor: drafts that are kept, offered again and let go."""

from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from kaoping.exam.db import transaction
from kaoping.itembank import drafts
from tests.builders_bank import a_picture_file
from tests.web.staff import Staff, a_member, log_in
from tests.web.test_bank_pages import a_bank, a_stored_item, actor_of, sent, uploaded


@pytest.fixture
def visitor(client: FlaskClient) -> FlaskClient:
    """A visitor to whom forms are open without a token."""
    client.application.config["WTF_CSRF_ENABLED"] = False
    return client


def kept(visitor: FlaskClient, form: dict[str, Any]) -> Any:
    return visitor.post("/items/keep", data=form, headers={"Accept": "application/json"})


def has_draft(staff: Staff, item_id: UUID) -> bool:
    with transaction(staff.organisation) as session:
        return drafts.of(session, item_id, by=actor_of(staff)) is not None


def test_a_new_item_that_was_kept_is_offered_again_and_gone_once_saved(visitor: FlaskClient) -> None:
    writer = a_member("item_writer")
    _, level, point = a_bank(writer)
    log_in(visitor, writer)
    form = sent(visitor.get("/items/new?lang=en").text, level_id=level, point_id=point, stem="写到一半的题干")

    answer = kept(visitor, form)
    offered = visitor.get("/items/new").text
    again = visitor.get(f"/items/new?draft={form['item_id']}").text
    visitor.post("/items/new", data=sent(again, level_id=level, point_id=point))

    assert answer.json["said"].startswith("Kept at ")
    assert "写到一半的题干" in offered
    assert "You typed this and have not saved it." in again
    assert f'name="item_id" value="{form["item_id"]}"' in again
    assert not has_draft(writer, UUID(form["item_id"]))


def test_a_second_window_overwrites_nothing_and_says_why(visitor: FlaskClient) -> None:
    writer = a_member("item_writer")
    item_id = a_stored_item(writer)
    log_in(visitor, writer)
    form = sent(visitor.get(f"/items/{item_id}/edit?lang=en").text, stem="第一个窗口（　　）。")

    kept(visitor, form)
    second = kept(visitor, form | {"stem": "第二个窗口（　　）。"})

    assert second.status_code == 409
    assert "in another window" in second.json["detail"]
    assert "第一个窗口" in visitor.get(f"/items/{item_id}/edit").text


def test_a_draft_on_a_wording_that_a_colleague_saved_over_is_shown_beside_theirs(visitor: FlaskClient) -> None:
    writer = a_member("item_writer")
    colleague = a_member("item_writer", organisation=writer.organisation, name="林小满")
    item_id = a_stored_item(writer)
    form = sent(log_in(visitor, writer).get(f"/items/{item_id}/edit?lang=en").text, stem="我的题干（　　）。")
    kept(visitor, form)
    theirs = sent(log_in(visitor, colleague).get(f"/items/{item_id}/edit").text, stem="同事的题干（　　）。")
    visitor.post(f"/items/{item_id}/edit", data=theirs)

    page = log_in(visitor, writer).get(f"/items/{item_id}/edit").text

    assert "Somebody else saved this item" in page
    assert "我的题干" in page
    assert "同事的题干" in page


def test_a_draft_that_is_not_wanted_gives_way_to_what_is_saved(visitor: FlaskClient) -> None:
    writer = a_member("item_writer")
    item_id = a_stored_item(writer)
    log_in(visitor, writer)
    kept(visitor, sent(visitor.get(f"/items/{item_id}/edit?lang=en").text, stem="不要的题干（　　）。"))

    visitor.post(f"/items/{item_id}/discard")

    assert "不要的题干" not in visitor.get(f"/items/{item_id}/edit").text


def test_nobody_discards_what_is_not_theirs(visitor: FlaskClient) -> None:
    writer, stranger = a_member("item_writer"), a_member("item_writer")
    item_id = a_stored_item(writer)
    kept(log_in(visitor, writer), sent(visitor.get(f"/items/{item_id}/edit?lang=en").text))

    answer = log_in(visitor, stranger).post(f"/items/{item_id}/discard")

    assert answer.status_code == 404
    assert has_draft(writer, item_id)


def test_a_picture_goes_to_the_end_of_the_text_that_it_is_for(visitor: FlaskClient) -> None:
    writer = a_member("item_writer")
    item_id = a_stored_item(writer)
    log_in(visitor, writer)
    form = {"type": "single_choice", "stem": "看图（　　）。", "alternative": "电路[图]", "into": "stem"}

    page = visitor.post(f"/items/{item_id}/pictures", **uploaded(a_picture_file(), **form)).text

    assert "看图（　　）。\n\n![电路(图)](picture:" in page
