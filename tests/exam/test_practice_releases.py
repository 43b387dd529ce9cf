"""The secure pool and practice: who moves an item, when it may not go, and what the database refuses."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kaoping.exam.practice import releasing
from kaoping.exam.practice.errors import (
    NotReleasable,
    OwnRelease,
    ReleaseDecided,
    ReleasedItemsUnknown,
    ReleaseNamesNothing,
    ReleaseUnexplained,
    StillToBeSat,
)
from kaoping.exam.practice.models import Release, ReleaseState
from kaoping.exam.registration.models import ExamState
from kaoping.itembank import sealing
from kaoping.itembank.actor import Actor
from kaoping.itembank.items import Item, ItemUse
from kaoping.itembank.papers import Paper, PaperState, Slot
from kaoping.itembank.scoring_rules import ScoringRule
from kaoping.itembank.trail import TrailEntry
from tests.builders import NOON, an_actor, stored
from tests.builders_bank import an_approved_item, an_item
from tests.builders_papers import a_paper
from tests.builders_results import an_open_exam


@pytest.fixture
def administrator(session: Session) -> Actor:
    return an_actor(session, "bank_administrator")


@pytest.fixture
def decider(session: Session) -> Actor:
    return an_actor(session, "supervisor")


def proposed(session: Session, *items: Item, by: Actor) -> Release:
    return releasing.propose(session, [item.code for item in items], reason="已公开多年", by=by, at=NOON)


def test_an_item_goes_to_practice_by_two_persons_and_never_comes_back(
    session: Session, administrator: Actor, decider: Actor
) -> None:
    item = an_approved_item(session)
    row = proposed(session, item, by=administrator)
    assert item.use is ItemUse.SECURE
    with pytest.raises(OwnRelease):
        releasing.release(session, row.id, by=administrator)

    releasing.release(session, row.id, by=decider, at=NOON)
    releasing.release(session, row.id, by=decider, at=NOON)

    assert (item.use, item.offered, row.state) == (ItemUse.PRACTICE, False, ReleaseState.RELEASED)
    assert session.query(TrailEntry).filter_by(verb="item_to_practice", thing_id=item.id).count() == 1
    with pytest.raises(ReleaseDecided):
        releasing.refuse(session, row.id, "不行", by=decider)
    with pytest.raises(NotReleasable, match=item.code):
        proposed(session, item, by=administrator)
    item.use = ItemUse.SECURE
    with pytest.raises(IntegrityError, match="practice_stays_public"):
        session.flush()


def test_a_refused_release_leaves_its_items_secure(session: Session, administrator: Actor, decider: Actor) -> None:
    item = an_approved_item(session)
    row = proposed(session, item, by=administrator)
    with pytest.raises(ReleaseUnexplained):
        releasing.refuse(session, row.id, " ", by=decider)

    assert (releasing.count_waiting(session, decider), releasing.count_waiting(session, administrator)) == (1, 0)
    releasing.refuse(session, row.id, "还要考", by=decider, at=NOON)

    assert (item.use, row.refusal) == (ItemUse.SECURE, "还要考")
    assert releasing.pools(session)[0][1] == {ItemUse.SECURE: 1}


def test_what_cannot_be_proposed_is_refused_by_name(session: Session, administrator: Actor) -> None:
    draft = an_item(session)

    with pytest.raises(ReleaseNamesNothing):
        proposed(session, by=administrator)
    with pytest.raises(ReleasedItemsUnknown, match="9-000001"):
        releasing.propose(session, ["9-000001"], reason="公开", by=administrator)
    with pytest.raises(NotReleasable, match=draft.code):
        proposed(session, draft, by=administrator)


def test_the_database_lets_no_item_into_practice_without_two_persons(session: Session, administrator: Actor) -> None:
    item = an_approved_item(session)
    proposed(session, item, by=administrator)
    item.use = ItemUse.PRACTICE

    with pytest.raises(IntegrityError, match="practice_is_released"):
        session.flush()


def test_an_item_that_may_still_be_asked_is_not_made_public(
    session: Session, administrator: Actor, decider: Actor
) -> None:
    exam = an_open_exam(session)
    paper = exam.papers[0].paper
    item = paper.slots[0].item
    with pytest.raises(StillToBeSat, match=paper.code):
        proposed(session, item, by=administrator)

    exam.state = ExamState.CLOSED
    row = proposed(session, item, by=administrator)
    exam.state = ExamState.OPEN
    with pytest.raises(StillToBeSat):
        releasing.release(session, row.id, by=decider)
    exam.state = ExamState.CLOSED
    releasing.release(session, row.id, by=decider, at=NOON)

    assert item.use is ItemUse.PRACTICE


def test_no_paper_is_sealed_with_an_item_for_practice_and_a_sealed_one_keeps_its_items_secure(
    session: Session, administrator: Actor, decider: Actor
) -> None:
    paper = a_paper(session)
    free = session.scalars(select(Item).where(Item.id.not_in([slot.item_id for slot in paper.slots]))).first()
    assert free is not None
    row = proposed(session, free, by=administrator)
    releasing.release(session, row.id, by=decider, at=NOON)
    slot = Slot(
        organisation_id=paper.organisation_id, paper_id=paper.id, number=99, item_id=free.id,
        revision_id=free.latest.id, point_id=free.point_id, marks=1, scoring=ScoringRule.ALL_OR_NOTHING,
    )  # fmt: skip
    stored(session, slot)
    sealed = update(Paper).values(state=PaperState.SEALED, sealed_at=NOON, approved_by=decider.id, digest=b"x")
    with pytest.raises(IntegrityError, match="paper_is_secure"), session.begin_nested():
        session.execute(sealed.where(Paper.id == paper.id))
    session.expire_all()
    session.delete(slot)
    session.flush()

    sealing.approve(session, paper.id, by=an_actor(session, "item_reviewer"), at=NOON)
    with pytest.raises(StillToBeSat, match=paper.code):
        proposed(session, paper.slots[0].item, by=administrator)
