"""Stages of a review: another person at each, free of interest, on the content that was submitted."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kaoping.itembank import authoring, interests, life, review_rules, reviewing
from kaoping.itembank.actor import Actor, system
from kaoping.itembank.interests import InterestConflict, InterestUnsaid
from kaoping.itembank.items import Item, ItemState, Move, MoveReason, Review, ReviewStage, Revision, Verdict
from kaoping.itembank.review_rules import Rule, StagesOutOfRange
from kaoping.itembank.reviewing import ContentChanged, DecidedBefore, NotAPerson, NotInReview
from kaoping.itembank.reviews import ReturnReason
from kaoping.itembank.trail import TrailEntry
from tests.builders import NOON, an_actor, stored
from tests.builders_bank import SINGLE, SOURCE, a_standard, a_submitted_item, a_verdict, an_approved_item, an_item


def under(session: Session, rule: Rule, **changes: Any) -> Item:
    """Submit an item under a rule of the whole bank."""
    review_rules.choose(session, rule, by=an_actor(session), at=NOON)
    return a_submitted_item(session, **changes)


@pytest.mark.parametrize(("stages", "passed"), [
    (1, [ReviewStage.FIRST]), (2, [ReviewStage.FIRST, ReviewStage.FINAL]),
    (3, [ReviewStage.FIRST, ReviewStage.SECOND, ReviewStage.FINAL]),
])  # fmt: skip
def test_an_item_passes_as_many_stages_as_the_rule_says(
    session: Session, stages: int, passed: list[ReviewStage]
) -> None:
    item = under(session, Rule(stages))

    reviews = [a_verdict(session, item) for _ in passed]

    assert [review.stage for review in reviews] == passed
    assert (item.state, item.stage) == (ItemState.APPROVED, None)


def test_a_rule_of_the_standard_goes_before_that_of_the_bank(session: Session) -> None:
    standard, keeper = a_standard(session), an_actor(session)
    review_rules.choose(session, Rule(1), by=keeper)
    review_rules.choose(session, Rule(3, blind=True), standard_id=standard.id, by=keeper)
    review_rules.choose(session, Rule(2), by=keeper)

    item = a_submitted_item(session, standard=standard)

    assert review_rules.of(item.latest) == Rule(3, blind=True)


def test_an_item_keeps_the_rule_under_which_it_was_submitted(session: Session) -> None:
    item = under(session, Rule(2))
    review_rules.choose(session, Rule(1), by=an_actor(session))

    a_verdict(session, item)

    assert item.stage is ReviewStage.FINAL


def test_a_review_of_four_stages_is_refused(session: Session) -> None:
    with pytest.raises(StagesOutOfRange):
        review_rules.choose(session, Rule(4), by=an_actor(session))


def test_an_approved_item_is_tried_first_where_the_rule_says_so(session: Session) -> None:
    item = under(session, Rule(trial=True))

    a_verdict(session, item)

    assert item.state is ItemState.TRIAL


def test_nobody_decides_on_two_stages_of_a_revision(session: Session) -> None:
    item, reviewer = under(session, Rule(2)), an_actor(session, "item_reviewer")
    a_verdict(session, item, by=reviewer)

    with pytest.raises(DecidedBefore):
        a_verdict(session, item, Verdict.RETURN, comment="再看", by=reviewer)


def test_a_verdict_does_not_count_for_another_stage_than_the_one_that_was_seen(session: Session) -> None:
    item = under(session, Rule(2))
    a_verdict(session, item, stage=ReviewStage.FIRST)

    with pytest.raises(NotInReview):
        a_verdict(session, item, stage=ReviewStage.FIRST)

    assert item.stage is ReviewStage.FINAL


def test_a_verdict_needs_a_statement_of_interest(session: Session) -> None:
    item = a_submitted_item(session)

    with pytest.raises(InterestUnsaid):
        reviewing.decide(session, item.latest.id, Verdict.APPROVE, comment=None, by=an_actor(session))


def test_a_conflict_of_interest_bars_from_all_revisions(session: Session) -> None:
    author, friend = an_actor(session, "item_writer"), an_actor(session, "item_reviewer")
    item = a_submitted_item(session, by=author)
    interests.declare(session, item.latest.id, conflict=True, note="同一课题组", by=friend, at=NOON)
    a_verdict(session, item, Verdict.RETURN, comment="改")
    authoring.revise(session, item.id, body=SINGLE | {"stem": "改过的题干？"}, source=SOURCE, difficulty=2,
                     consistency=4, by=author)  # fmt: skip
    authoring.submit(session, item.id, by=author)

    with pytest.raises(InterestConflict):
        a_verdict(session, item, by=friend)

    assert reviewing.count_waiting(session, friend) == 0
    assert [each.note for each in interests.of_item(session, item) if each.conflict] == ["同一课题组"]


def test_a_returned_item_carries_codes_of_what_it_lacks(session: Session) -> None:
    item = a_submitted_item(session)
    said = {ReturnReason.SOURCE, ReturnReason.KEY}

    review = a_verdict(session, item, Verdict.RETURN, comment="条号有误", reasons=said)

    assert review.reasons == ["key", "source"]


def test_a_verdict_is_signed_with_the_hash_of_what_was_decided_on(session: Session) -> None:
    item = an_approved_item(session)

    entry = session.query(TrailEntry).filter_by(thing_id=item.id, verb="item_approved").one()

    assert entry.facts["content"] == item.latest.fingerprint().hex()
    assert entry.facts["stage"] == "first"


def test_the_hash_of_a_wording_changes_with_every_part_of_it(session: Session) -> None:
    revision = an_item(session).latest
    seen = {revision.fingerprint()}
    for change in ({"source_clause": "9.1"}, {"difficulty": 5}, {"body": SINGLE | {"key": "B"}}):
        for name, value in change.items():
            setattr(revision, name, value)
        seen.add(revision.fingerprint())

    assert len(seen) == 4


def test_a_wording_that_was_changed_in_the_database_is_not_decided_on(session: Session) -> None:
    author = an_actor(session, "item_writer")
    item = an_item(session, by=author)
    session.execute(update(Revision).where(Revision.item_id == item.id).values(content_hash=bytes(32)))
    session.expire_all()
    authoring.submit(session, item.id, by=author)

    with pytest.raises(ContentChanged):
        a_verdict(session, item)


def test_the_program_decides_on_nothing(session: Session, organisation: Any) -> None:
    item = a_submitted_item(session)

    with pytest.raises(NotAPerson):
        a_verdict(session, item, by=system(item.organisation_id))


def a_bare_review(item: Item, reviewer: Actor, **changes: Any) -> Review:
    values: dict[str, Any] = {
        "organisation_id": item.organisation_id, "revision_id": item.latest.id, "author_id": item.latest.author_id,
        "reviewer_id": reviewer.id, "stage": item.stage, "verdict": Verdict.APPROVE, "reasons": [], "comment": None,
        "content_hash": item.latest.content_hash, "at": NOON,
    }  # fmt: skip
    return Review(**values | changes)


def wrong_reviews(session: Session) -> Iterator[tuple[str, Review]]:
    author, first, bound = (an_actor(session) for _ in range(3))
    item = under(session, Rule(2), by=author)
    interests.declare(session, item.latest.id, conflict=True, by=bound)
    for person in (first, bound):
        interests.declare(session, item.latest.id, conflict=False, by=person)
    a_verdict(session, item, by=first)
    yield "uq_review_revision_id_reviewer_id", a_bare_review(item, first)
    yield "reviewer_is_free_of_interest", a_bare_review(item, bound)
    yield "reviewer_is_free_of_interest", a_bare_review(item, an_actor(session))
    yield "review_at_its_stage", a_bare_review(item, an_actor(session), stage=ReviewStage.FIRST)
    yield "reviewer_is_not_author", a_bare_review(item, author)
    free = an_actor(session)
    interests.declare(session, item.latest.id, conflict=False, by=free)
    yield "fk_review_revision_id", a_bare_review(item, free, content_hash=bytes(32))


def test_the_database_refuses_every_forbidden_pair(session: Session) -> None:
    for rule, review in wrong_reviews(session):
        with pytest.raises(IntegrityError, match=rule), session.begin_nested():
            stored(session, review)


def test_the_database_refuses_a_verdict_of_the_program(session: Session) -> None:
    item = a_submitted_item(session)
    machine = system(item.organisation_id)
    interests.declare(session, item.latest.id, conflict=False, by=machine)

    session.add(a_bare_review(item, machine))
    with pytest.raises(IntegrityError, match="reviewer_is_a_person"):
        session.flush()


@pytest.mark.parametrize("change", [
    "state = 'approved', stage = NULL", "state = 'trial', stage = NULL", "state = 'returned', stage = NULL",
    "stage = 'final'",
])  # fmt: skip
def test_the_database_refuses_a_state_that_no_review_led_to(session: Session, change: str) -> None:
    item = under(session, Rule(3))
    a_verdict(session, item)
    session.flush()

    with pytest.raises(IntegrityError, match="item_is_reviewed"):
        session.execute(text(f"UPDATE item SET {change} WHERE id = :id"), {"id": item.id})  # noqa: S608 - of the list above


def test_the_database_takes_no_wording_beside_the_review(session: Session) -> None:
    item = an_approved_item(session)
    latest = item.latest
    names = ("organisation_id", "item_id", "author_id", "body", "source_standard", "source_edition", "source_clause",
             "difficulty", "consistency", "created_at", "submitted_at")  # fmt: skip
    session.add(Revision(number=2, **{name: getattr(latest, name) for name in names}))

    with pytest.raises(IntegrityError, match="revision_is_reviewed"):
        session.flush()


@pytest.mark.parametrize("change", ["demonstration = NOT demonstration", "author_id = gen_random_uuid()"])
def test_the_database_keeps_author_and_origin_of_an_item(session: Session, change: str) -> None:
    item = an_item(session)

    with pytest.raises(IntegrityError, match="author and origin never change"):
        session.execute(text(f"UPDATE item SET {change} WHERE id = :id"), {"id": item.id})  # noqa: S608 - of the list above


@pytest.mark.parametrize("way", ["nobody", "the author"])
def test_the_database_lets_no_author_confirm_own_work(session: Session, way: str) -> None:
    item, reviewer = an_approved_item(session), an_actor(session, "item_reviewer")
    life.send_to_recheck(session, item.id, MoveReason.PERIODIC, by=reviewer, at=NOON)
    session.flush()
    if way == "the author":
        session.add(Move(
            organisation_id=item.organisation_id, item_id=item.id, state=ItemState.APPROVED, reason=MoveReason.SOUND,
            by=item.author_id, at=NOON,
        ))  # fmt: skip
        session.flush()

    with pytest.raises(IntegrityError, match="others_confirm"):
        session.execute(text("UPDATE item SET state = 'approved' WHERE id = :id"), {"id": item.id})


def test_the_database_takes_no_item_that_was_approved_elsewhere(session: Session) -> None:
    item = an_item(session)
    made = Item(**{
        name: getattr(item, name)
        for name in ("organisation_id", "standard_id", "level_id", "point_id", "type", "author_id", "created_at")
    }, code="3-999999", state=ItemState.APPROVED)  # fmt: skip

    session.add(made)
    with pytest.raises(IntegrityError, match="item_enters_as_draft"):
        session.flush()
