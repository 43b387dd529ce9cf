"""English twins of items: pinned to a revision, handed in, decided on by another person, stale when overtaken."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kaoping.itembank import authoring, twinning
from kaoping.itembank.actor import Actor
from kaoping.itembank.items import Item, Verdict
from kaoping.itembank.trail import TrailEntry
from kaoping.itembank.twinning import (
    NotTranslatable,
    OwnTwin,
    Standing,
    TwinIncomplete,
    TwinNotInReview,
    TwinOvertaken,
    TwinReturnUnexplained,
)
from kaoping.itembank.twins import Step, Twin, TwinReview
from tests.builders import NOON, an_actor, stored
from tests.builders_bank import SINGLE, SOURCE, a_standard, an_approved_item, an_item

ENGLISH = {
    "stem": "Which element defines the subject of standardization?", "options.0": "Scope", "options.1": "Foreword",
    "options.2": "Contents", "options.3": "Index",
}  # fmt: skip


@pytest.fixture
def translator(session: Session) -> Actor:
    return an_actor(session, "item_writer")


@pytest.fixture
def reviewer(session: Session) -> Actor:
    return an_actor(session, "item_reviewer")


def handed_in(session: Session, item: Item, by: Actor) -> Twin:
    twinning.translate(session, item.id, ENGLISH, by=by, at=NOON)
    return twinning.submit(session, item.id, by=by, at=NOON)


def test_a_twin_is_handed_in_whole_and_approved_by_another_person(
    session: Session, translator: Actor, reviewer: Actor
) -> None:
    item = an_approved_item(session)
    twinning.translate(session, item.id, ENGLISH | {"options.3": ""}, by=translator, at=NOON)
    with pytest.raises(TwinIncomplete) as incomplete:
        twinning.submit(session, item.id, by=translator, at=NOON)
    twin = handed_in(session, item, translator)
    waiting = twinning.count_waiting(session, reviewer), twinning.count_waiting(session, translator)
    with pytest.raises(OwnTwin):
        twinning.decide(session, twin.id, Verdict.APPROVE, by=translator, at=NOON)

    twinning.decide(session, twin.id, Verdict.APPROVE, by=reviewer, at=NOON)
    twinning.decide(session, twin.id, Verdict.APPROVE, by=reviewer, at=NOON)

    assert [one.field for one in incomplete.value.problems] == ["options.3"]
    assert waiting == (1, 0)
    assert (twin.number, twin.step, twin.revision_id) == (1, Step.APPROVED, item.latest.id)
    assert twinning.standing(item, twinning.of_item(session, item)) is Standing.APPROVED
    assert b"Scope" not in twin.texts_sealed
    verbs = session.query(TrailEntry.verb).filter_by(thing_id=item.id).order_by(TrailEntry.number)
    assert [verb for (verb,) in verbs][-4:] == ["twin_written", "twin_written", "twin_submitted", "twin_approved"]


def test_a_new_revision_makes_the_twin_stale_and_it_is_brought_up_to_date(
    session: Session, translator: Actor, reviewer: Actor
) -> None:
    item, author = an_approved_item(session), an_actor(session, "item_writer")
    twin = handed_in(session, item, translator)
    seen = twinning.stamp_of(item, twinning.of_item(session, item))
    given: dict[str, Any] = {"source": SOURCE, "difficulty": 2, "consistency": 4, "by": author, "at": NOON}
    authoring.revise(session, item.id, body=SINGLE | {"options": ["范围", "前言", "目次", "参考文献"]}, **given)
    drafted = twinning.standing(item, twinning.of_item(session, item))
    with pytest.raises(NotTranslatable):
        twinning.translate(session, item.id, ENGLISH, by=translator, at=NOON)
    authoring.submit(session, item.id, by=author, at=NOON)
    with pytest.raises(TwinNotInReview):
        twinning.decide(session, twin.id, Verdict.APPROVE, by=reviewer, at=NOON)
    with pytest.raises(TwinOvertaken):
        twinning.translate(session, item.id, ENGLISH, stamp=seen, by=translator, at=NOON)

    newer = twinning.translate(session, item.id, ENGLISH | {"options.3": "Bibliography"}, by=translator, at=NOON)

    assert drafted is Standing.STALE
    assert (newer.number, newer.revision_id) == (2, item.latest.id)
    assert twinning.standing(item, twinning.of_item(session, item)) is Standing.UNDER_WAY
    assert twinning.count_waiting(session, reviewer) == 0


def test_a_returned_twin_carries_a_comment_and_is_followed_by_the_next(
    session: Session, translator: Actor, reviewer: Actor
) -> None:
    item = an_approved_item(session)
    twin = handed_in(session, item, translator)
    with pytest.raises(TwinReturnUnexplained):
        twinning.decide(session, twin.id, Verdict.RETURN, comment=" ", by=reviewer, at=NOON)
    twinning.decide(session, twin.id, Verdict.RETURN, comment="Use the term of GB/T 20000.1.", by=reviewer, at=NOON)

    again = handed_in(session, item, translator)

    assert (twin.step, again.step, again.number) == (Step.RETURNED, Step.IN_REVIEW, 2)


def test_a_draft_of_the_original_is_not_translated(session: Session, translator: Actor) -> None:
    with pytest.raises(NotTranslatable):
        twinning.translate(session, an_item(session).id, ENGLISH, by=translator, at=NOON)


def test_the_database_refuses_own_verdicts_changes_and_twins_of_drafts(
    session: Session, translator: Actor, reviewer: Actor
) -> None:
    item, draft = an_approved_item(session), an_item(session, a_standard(session, code="T-002"))
    twin = handed_in(session, item, translator)
    values = {"organisation_id": item.organisation_id, "twin_id": twin.id, "text_hash": twin.text_hash, "at": NOON}
    approval = {**values, "verdict": Verdict.APPROVE, "comment": None, "translator_id": translator.id}

    refused = {
        "twin_review_is_independent": TwinReview(**approval, reviewer_id=translator.id),
        "fk_item_twin_review": TwinReview(**approval | {"text_hash": b"x"}, reviewer_id=reviewer.id),
        "twin_is_of_fixed": Twin(
            organisation_id=item.organisation_id, item_id=draft.id, revision_id=draft.latest.id, number=1,
            translator_id=translator.id, texts={}, created_at=NOON,
        ),
    }  # fmt: skip
    for rule, row in refused.items():
        with pytest.raises(IntegrityError, match=rule), session.begin_nested():
            stored(session, row)
    with pytest.raises(IntegrityError, match="never changed"), session.begin_nested():
        session.execute(text("UPDATE item_twin SET submitted_at = NULL WHERE id = :id"), {"id": twin.id})
