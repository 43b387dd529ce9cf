"""The life of an item: which state follows on which, who may move it, and what papers may take."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kaoping.itembank import authoring, life, sealing, specification
from kaoping.itembank.actor import Actor
from kaoping.itembank.items import ASSEMBLABLE, Item, ItemState, ItemType, Move, MoveReason, ReviewStage
from kaoping.itembank.life import DoesNotFollow, OwnRecheck, ReasonMissing
from tests.builders import NOON, an_actor, stored
from tests.builders_bank import an_approved_item, an_item
from tests.builders_papers import a_level, a_paper
from tests.builders_papers import an_item as of_a_paper


@pytest.fixture
def keeper(session: Session) -> Actor:
    return an_actor(session, "item_reviewer")


def test_an_item_waits_for_its_first_stage_after_it_was_submitted(session: Session) -> None:
    author = an_actor(session, "item_writer")
    item = an_item(session, by=author)
    assert item.stage is None

    authoring.submit(session, item.id, by=author)

    assert item.stage is ReviewStage.FIRST


def test_an_item_that_is_rechecked_leaves_assembly_until_it_is_confirmed(session: Session, keeper: Actor) -> None:
    item = an_approved_item(session)

    life.send_to_recheck(session, item.id, MoveReason.SOURCE_REPLACED, by=keeper, at=NOON)
    life.send_to_recheck(session, item.id, MoveReason.SOURCE_REPLACED, by=keeper, at=NOON)
    assert offered(session, item) == 0
    life.confirm(session, item.id, MoveReason.SOUND, note="条款未变", by=keeper, at=NOON)

    assert (item.state, offered(session, item)) == (ItemState.APPROVED, 1)
    moves = session.scalars(select(Move).where(Move.item_id == item.id).order_by(Move.state.desc())).all()
    assert [(move.state, move.note) for move in moves] == [(ItemState.RECHECK, None), (ItemState.APPROVED, "条款未变")]


def test_nobody_confirms_an_item_of_the_own_hand(session: Session, keeper: Actor) -> None:
    author = an_actor(session, "item_writer", "item_reviewer")
    item = an_approved_item(session, by=author)
    life.send_to_recheck(session, item.id, MoveReason.PERIODIC, by=keeper)

    with pytest.raises(OwnRecheck):
        life.confirm(session, item.id, MoveReason.SOUND, by=author)


def test_another_reason_is_said_in_words(session: Session, keeper: Actor) -> None:
    item = an_approved_item(session)

    with pytest.raises(ReasonMissing):
        life.retire(session, item.id, MoveReason.OTHER, note="  ", by=keeper)


def test_the_items_of_a_sealed_paper_are_in_use_and_may_be_taken_again(session: Session) -> None:
    paper = a_paper(session)

    sealing.approve(session, paper.id, by=an_actor(session, "item_reviewer"), at=NOON)

    assert {slot.item.state for slot in paper.slots} == {ItemState.IN_USE}
    assert ItemState.IN_USE in ASSEMBLABLE


def test_an_item_in_use_returns_from_its_recheck_into_use(session: Session, keeper: Actor) -> None:
    paper = a_paper(session)
    sealing.approve(session, paper.id, by=keeper, at=NOON)
    item = paper.slots[0].item

    life.send_to_recheck(session, item.id, MoveReason.STATISTICS, by=keeper)
    life.confirm(session, item.id, MoveReason.SOUND, by=keeper)

    assert item.state is ItemState.IN_USE


@pytest.mark.parametrize("before", list(ItemState))
def test_the_database_knows_the_table_of_states_too(session: Session, before: ItemState) -> None:
    level = a_level(session)
    kind = ItemType.SINGLE_CHOICE
    item = stored(
        session, of_a_paper(session, level, level.standard.ranges[0], kind, 1, by=an_actor(session), state=before)
    )
    wrong = next(state for state in ItemState if state not in life.FOLLOWS[before] and state is not before)

    item.state, item.stage = wrong, ReviewStage.FIRST if wrong is ItemState.IN_REVIEW else None
    with pytest.raises(IntegrityError, match=f"{wrong} does not follow on {before}"):
        session.flush()


def test_a_draft_is_not_sent_to_recheck(session: Session, keeper: Actor) -> None:
    with pytest.raises(DoesNotFollow):
        life.send_to_recheck(session, an_item(session).id, MoveReason.PERIODIC, by=keeper)


def offered(session: Session, item: Item) -> int:
    return sum(specification.supply(session, item.level_id).values())
