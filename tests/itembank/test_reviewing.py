"""Reviewing items: another person decides, returns say why, verdicts stay."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from kaoping.itembank import authoring, reviewing
from kaoping.itembank.items import ItemState, Review, ReviewStage, Verdict
from kaoping.itembank.reviewing import CommentMissing, NotInReview, OwnItem
from tests.builders import NOON, an_actor
from tests.builders_bank import SINGLE, SOURCE, a_submitted_item, a_verdict, an_item


def test_another_person_approves(session: Session) -> None:
    item, reviewer = a_submitted_item(session), an_actor(session, "item_reviewer")

    review = a_verdict(session, item, comment="", by=reviewer)

    assert item.state is ItemState.APPROVED
    assert review.comment is None


def test_a_return_carries_a_sealed_comment(session: Session) -> None:
    item, reviewer = a_submitted_item(session), an_actor(session, "item_reviewer")

    review = a_verdict(session, item, Verdict.RETURN, comment=" 干扰项过短 ", by=reviewer)

    assert item.state is ItemState.RETURNED
    assert review.comment == "干扰项过短"
    assert "干扰项".encode() not in (review.comment_sealed or b"")


def test_a_return_without_a_comment_is_refused(session: Session) -> None:
    item, reviewer = a_submitted_item(session), an_actor(session, "item_reviewer")

    with pytest.raises(CommentMissing):
        a_verdict(session, item, Verdict.RETURN, comment="  ", by=reviewer)

    assert item.state is ItemState.IN_REVIEW


def test_nobody_reviews_an_own_item(session: Session) -> None:
    author = an_actor(session, "item_writer", "item_reviewer")
    item = a_submitted_item(session, by=author)

    with pytest.raises(OwnItem) as caught:
        a_verdict(session, item, by=author)

    assert caught.value.code == item.code


def test_whoever_worded_an_earlier_revision_does_not_review_the_later_one(session: Session) -> None:
    first, second = an_actor(session, "item_writer", "item_reviewer"), an_actor(session, "item_writer")
    item = an_item(session, by=first)
    authoring.revise(session, item.id, body=SINGLE, source=SOURCE, difficulty=2, consistency=4, by=second, at=NOON)
    authoring.submit(session, item.id, by=second, at=NOON)

    with pytest.raises(OwnItem):
        a_verdict(session, item, by=first)


def test_the_database_refuses_a_review_by_the_author(session: Session) -> None:
    author = an_actor(session, "item_writer")
    item = a_submitted_item(session, by=author)
    revision = item.latest
    session.add(Review(
        organisation_id=author.organisation, revision_id=revision.id, author_id=author.id, reviewer_id=author.id,
        verdict=Verdict.APPROVE, comment=None, at=NOON, stage=ReviewStage.FIRST, reasons=[],
        content_hash=item.latest.content_hash,
    ))  # fmt: skip

    with pytest.raises(IntegrityError, match="reviewer_is_not_author"):
        session.flush()


def test_the_database_refuses_a_review_that_names_another_author(session: Session) -> None:
    author = an_actor(session, "item_writer")
    item = a_submitted_item(session, by=author)
    session.add(Review(
        organisation_id=author.organisation, revision_id=item.latest.id, author_id=an_actor(session).id,
        reviewer_id=author.id, verdict=Verdict.APPROVE, comment=None, at=NOON, stage=ReviewStage.FIRST, reasons=[],
        content_hash=item.latest.content_hash,
    ))  # fmt: skip

    with pytest.raises(IntegrityError, match="reviewer_is_not_author"):
        session.flush()


@pytest.mark.parametrize("statement", ["UPDATE review SET verdict = 'return'", "DELETE FROM review"])
def test_a_verdict_is_never_changed(session: Session, statement: str) -> None:
    item = a_submitted_item(session)
    a_verdict(session, item)
    session.flush()

    with pytest.raises((IntegrityError, ProgrammingError), match=r"never changed|permission denied"):
        session.execute(text(statement))


def test_deciding_the_same_twice_is_harmless(session: Session) -> None:
    item, reviewer = a_submitted_item(session), an_actor(session, "item_reviewer")
    first = a_verdict(session, item, by=reviewer)

    again = a_verdict(session, item, by=reviewer)

    assert again is first


def test_a_decided_revision_waits_no_more(session: Session) -> None:
    item = a_submitted_item(session)
    a_verdict(session, item)

    with pytest.raises(NotInReview):
        a_verdict(session, item, Verdict.RETURN, comment="晚了")


def test_the_queue_leaves_out_own_items_when_it_counts_duties(session: Session) -> None:
    author, reviewer = an_actor(session, "item_writer"), an_actor(session, "item_reviewer")
    item = a_submitted_item(session, by=author)

    assert list(reviewing.waiting(session)) == [item]
    assert (reviewing.count_waiting(session, reviewer), reviewing.count_waiting(session, author)) == (1, 0)
