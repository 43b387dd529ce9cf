"""Drafts: what is typed is kept for its writer alone, and overwrites nothing that was saved or kept elsewhere."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from kaoping.itembank import authoring, drafts
from kaoping.itembank.authoring import EditedMeanwhile
from kaoping.itembank.drafts import DraftElsewhere, DraftTooLong
from tests.builders import NOON, an_actor
from tests.builders_bank import SINGLE, SOURCE, an_item

TYPED = {"stem": ["哪个要素界定标准化对象？"], "options": ["范围", "前言"]}
LATER = NOON + timedelta(seconds=7)


def test_what_is_typed_is_kept_sealed_and_for_its_writer_alone(session: Session) -> None:
    writer, other, item_id = an_actor(session, "item_writer"), an_actor(session, "item_writer"), uuid4()

    draft = drafts.keep(session, item_id, TYPED, seen=None, by=writer, at=NOON)

    assert "范围".encode() not in draft.fields_sealed
    assert [one.fields for one in drafts.of_new_items(session, by=writer)] == [TYPED]
    assert drafts.of(session, item_id, by=other) is None


def test_a_window_goes_on_from_what_it_has_seen(session: Session) -> None:
    writer, item_id = an_actor(session, "item_writer"), uuid4()
    first = drafts.keep(session, item_id, TYPED, seen=None, by=writer, at=NOON).mark

    drafts.keep(session, item_id, {"stem": ["第二稿"]}, seen=first, by=writer, at=LATER)

    with pytest.raises(DraftElsewhere):
        drafts.keep(session, item_id, TYPED, seen=first, by=writer)
    kept = drafts.of(session, item_id, by=writer)
    assert kept
    assert kept.fields == {"stem": ["第二稿"]}


def test_no_draft_begins_on_a_wording_that_was_saved_over(session: Session) -> None:
    writer = an_actor(session, "item_writer")
    item = an_item(session, by=writer)
    seen = authoring.stamp_of(item.latest)
    authoring.revise(
        session, item.id, body=SINGLE | {"stem": "别人的题干（　　）。"}, source=SOURCE, difficulty=3, consistency=4,
        by=an_actor(session, "item_writer"), at=NOON,
    )  # fmt: skip

    with pytest.raises(EditedMeanwhile):
        drafts.keep(session, item.id, TYPED, seen=None, stamp=seen, by=writer)


def test_a_draft_is_gone_when_it_is_discarded_or_old(session: Session) -> None:
    writer, old, new = an_actor(session, "item_writer"), uuid4(), uuid4()
    drafts.keep(session, old, TYPED, seen=None, by=writer, at=NOON)

    drafts.keep(session, new, TYPED, seen=None, by=writer, at=NOON + drafts.KEPT_FOR + timedelta(days=1))

    assert [one.item_id for one in drafts.of_new_items(session, by=writer)] == [new]
    drafts.discard(session, new, by=writer)
    assert not drafts.of_new_items(session, by=writer)


def test_nothing_longer_than_any_item_is_kept(session: Session) -> None:
    with pytest.raises(DraftTooLong):
        drafts.keep(session, uuid4(), {"stem": ["字" * 200_001]}, seen=None, by=an_actor(session, "item_writer"))
