"""Writing items: drafts, revisions, submission, retirement, and everything that is refused."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kaoping.itembank import authoring, life
from kaoping.itembank.authoring import (
    EditedMeanwhile,
    ItemLocked,
    NothingNew,
    PointNotOfLevel,
    Source,
    StandardNotPublished,
)  # fmt: skip
from kaoping.itembank.content import ContentInvalid
from kaoping.itembank.items import Item, ItemState, MoveReason, Revision, Verdict
from kaoping.itembank.life import DoesNotFollow
from tests.builders import NOON, an_actor
from tests.builders_bank import (
    SINGLE,
    SOURCE,
    a_draft_standard,
    a_standard,
    a_submitted_item,
    a_verdict,
    an_approved_item,
    an_item,
    level_of,
    point_of,
)  # fmt: skip


def revised(session: Session, item: Item, **changes: Any) -> Revision:
    values: dict[str, Any] = {"body": SINGLE, "source": SOURCE, "difficulty": 3, "consistency": 4, "at": NOON}
    return authoring.revise(session, item.id, **values | changes)


def test_a_new_item_is_a_numbered_draft(session: Session) -> None:
    standard = a_standard(session)

    first, second = an_item(session, standard), an_item(session, standard)

    assert (first.code, second.code) == ("3-000001", "3-000002")
    assert first.state is ItemState.DRAFT
    assert first.latest.body["options"] == ["范围", "前言", "目次", "索引"]


def test_the_wording_is_sealed_in_the_table(session: Session) -> None:
    item = an_item(session)

    assert "范围".encode() not in item.latest.body_sealed


def test_sending_a_new_item_twice_makes_one(session: Session) -> None:
    standard, chosen = a_standard(session), uuid4()

    first = an_item(session, standard, item_id=chosen)

    assert an_item(session, standard, item_id=chosen) is first
    with pytest.raises(EditedMeanwhile):
        an_item(session, standard, item_id=chosen, body=SINGLE | {"stem": "另一个题干（　　）。"})


@pytest.mark.parametrize("stem", ["由`____`批准。", r"由\____批准。", "由$____$批准。", "见![____](picture:1)。"])
def test_a_blank_that_nobody_would_see_is_refused(stem: str) -> None:
    fill_in = {"type": "fill_in", "stem": stem, "key": [["国务院"]], "rationale": "依据所引条款。"}
    case = {"type": "case", "stem": "读材料。", "rationale": "见各问。", "stimulus": "材料。", "parts": [
        {"marks": "1", "body": fill_in}, {"marks": "1", "body": fill_in | {"stem": "____批准。"}},
    ]}  # fmt: skip

    assert "stem" in {problem.field for problem in authoring.check(fill_in, SOURCE)}
    assert "part-1-stem" in {problem.field for problem in authoring.check(case, SOURCE)}
    assert not authoring.check(fill_in | {"stem": "**____**批准。"}, SOURCE)


def test_the_author_rewords_an_own_draft_in_place(session: Session) -> None:
    author = an_actor(session, "item_writer")
    item = an_item(session, by=author)

    revision = revised(session, item, by=author, body=SINGLE | {"stem": "哪个要素界定标准化对象？"})

    assert revision.number == 1
    assert item.latest.body["stem"] == "哪个要素界定标准化对象？"


def test_another_writer_adds_a_revision_of_their_own(session: Session) -> None:
    item, other = an_item(session), an_actor(session, "item_writer")

    revision = revised(session, item, by=other)

    assert (revision.number, revision.author_id) == (2, other.id)
    assert other.id in item.hands


def test_an_approved_item_is_followed_by_a_new_revision_to_be_reviewed_again(session: Session) -> None:
    item = an_approved_item(session)

    revision = revised(session, item, by=an_actor(session, "item_writer"))

    assert [each.number for each in item.revisions] == [1, 2]
    assert revision.submitted_at is None
    assert item.state is ItemState.DRAFT


@pytest.mark.parametrize("statement", ["UPDATE revision SET difficulty = 5", "DELETE FROM revision"])
def test_the_database_refuses_to_change_a_submitted_revision(session: Session, statement: str) -> None:
    a_submitted_item(session)

    with pytest.raises(IntegrityError, match="never changed"):
        session.execute(text(statement))


def test_an_item_under_review_is_locked(session: Session) -> None:
    item = a_submitted_item(session)

    with pytest.raises(ItemLocked):
        revised(session, item, by=an_actor(session, "item_writer"))


def test_two_writers_at_once_do_not_overwrite_each_other(session: Session) -> None:
    author = an_actor(session, "item_writer")
    item = an_item(session, by=author)
    seen_by_both = authoring.stamp_of(item.latest)
    revised(session, item, by=author, stamp=seen_by_both)

    with pytest.raises(EditedMeanwhile):
        revised(session, item, by=an_actor(session, "item_writer"), stamp=seen_by_both)

    assert item.latest.difficulty == 3


def test_submitting_twice_is_harmless(session: Session) -> None:
    item = a_submitted_item(session)

    again = authoring.submit(session, item.id, by=an_actor(session, "item_writer"))

    assert again.submitted_at == NOON
    assert item.state is ItemState.IN_REVIEW


def test_a_returned_item_is_changed_before_it_is_submitted_again(session: Session) -> None:
    author, reviewer = an_actor(session, "item_writer"), an_actor(session, "item_reviewer")
    item = a_submitted_item(session, by=author)
    a_verdict(session, item, Verdict.RETURN, comment="选项D过于明显", by=reviewer)

    with pytest.raises(NothingNew):
        authoring.submit(session, item.id, by=author)
    revised(session, item, by=author)

    assert authoring.submit(session, item.id, by=author).number == 2


def test_a_retired_item_stays_readable_but_is_not_changed(session: Session) -> None:
    item, reviewer = an_approved_item(session), an_actor(session, "item_reviewer")

    life.retire(session, item.id, MoveReason.EXPOSED, by=reviewer, at=NOON)
    life.retire(session, item.id, MoveReason.EXPOSED, by=reviewer, at=NOON)

    assert item.state is ItemState.RETIRED
    with pytest.raises(ItemLocked):
        revised(session, item, by=reviewer)


def test_an_item_under_review_is_not_retired(session: Session) -> None:
    item = a_submitted_item(session)

    with pytest.raises(DoesNotFollow):
        life.retire(session, item.id, MoveReason.EXPOSED, by=an_actor(session, "item_reviewer"))


def test_items_are_written_on_published_standards_only(session: Session) -> None:
    draft = a_draft_standard(session)

    with pytest.raises(StandardNotPublished):
        an_item(session, draft)


def test_a_point_of_a_higher_level_is_not_examined_at_a_lower_one(session: Session) -> None:
    standard = a_standard(session)
    lower, higher = level_of(standard, 4), point_of(session, standard)

    with pytest.raises(PointNotOfLevel) as caught:
        an_item(session, standard, level_id=lower.id)

    assert caught.value.point == higher.code


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"options": ["范围", "前言", "目次", "范 围"]}, "options"),
        ({"key": None}, "key"),
        ({"key": ["A", "C"]}, "key"),
        ({"key": "F"}, "key"),
        ({"stem": "选<script>alert(1)</script>"}, "stem"),
        ({"options": ["范围", "<img src=x onerror=alert(1)>", "目次", "索引"]}, "options"),
        ({"stem": "求 $\\frac{1}{$"}, "stem"),
        ({"stem": "看图 ![图](https://example.org/x.png)"}, "stem"),
        ({"rationale": ""}, "rationale"),
    ],
)
def test_an_unsound_item_is_refused_at_the_field(session: Session, change: dict[str, Any], field: str) -> None:
    standard = a_standard(session)

    with pytest.raises(ContentInvalid) as caught:
        an_item(session, standard, body=SINGLE | change)

    assert {problem.field for problem in caught.value.problems} == {field}


def test_two_keys_on_a_single_choice_are_named() -> None:
    problems = authoring.check(SINGLE | {"key": ["A", "C"]}, SOURCE)

    assert [str(problem) for problem in problems] == [
        "A single-choice item has one key; this one marks A, C. Mark one, or make it multiple choice."
    ]


def test_every_part_of_the_source_is_asked_for() -> None:
    problems = authoring.check(SINGLE, Source(" ", "", ""))

    assert [problem.field for problem in problems] == ["source_standard", "source_edition", "source_clause"]
