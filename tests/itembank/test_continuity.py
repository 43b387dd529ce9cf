"""Whether statistics carry over to a new revision: the writer says what changed, another person decides."""

from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kaoping.exam.results import statistics
from kaoping.itembank import authoring, continuity, pool
from kaoping.itembank.changes import CarryDecision, ChangeKind
from kaoping.itembank.continuity import Carrying, CarryUndecided, CarryUnexplained, ChangeUnsaid, KeyDiffers
from kaoping.itembank.items import Item, ItemState, Statistics
from tests.builders import NOON, an_actor
from tests.builders_bank import SINGLE, SOURCE, a_verdict, an_approved_item
from tests.builders_papers import a_calibration_run, with_statistics
from tests.itembank.test_comparison import some_rules

TYPO: dict[str, Any] = SINGLE | {"stem": "下列要素中，界定标准化对象的是（　　）？"}
SAME_TASK = Carrying(carry=True, reason="只改标点")


def a_measured_item(session: Session) -> Item:
    item = an_approved_item(session)
    with_statistics(
        session, item, a_calibration_run(session, item.level, by=an_actor(session, "psychometrician")), a=1.2, b=0.3
    )
    session.flush()
    return item


def reworded(
    session: Session, item: Item, body: dict[str, Any] = TYPO, kind: ChangeKind | None = ChangeKind.TYPING
) -> None:
    """Reword an item and hand it to the reviewers."""
    writer = an_actor(session, "item_writer")
    values: dict[str, Any] = {"source": SOURCE, "difficulty": 2, "consistency": 4, "by": writer, "at": NOON}
    authoring.revise(session, item.id, body=body, change=kind, **values)
    authoring.submit(session, item.id, by=writer, at=NOON)


def calibrated(session: Session, item: Item) -> bool:
    """Whether assembly takes the item, which it does with measured parameters only."""
    return item.code in pool.load(session, item.level_id, some_rules()).entries


def test_statistics_are_carried_by_another_person_and_marked_as_carried(session: Session) -> None:
    item = a_measured_item(session)

    reworded(session, item)
    a_verdict(session, item, carrying=SAME_TASK)

    row = statistics.newest(session, item)
    assert (row.revision.number, row.carried and row.carried.number, row.statistics.b) == (2, 1, 0.3)
    assert calibrated(session, item)
    decision = continuity.decided(session, item.latest)
    assert decision is not None
    assert decision.reason == "只改标点"


def test_statistics_that_start_anew_are_shown_as_those_of_the_earlier_wording_and_not_assembled_from(
    session: Session,
) -> None:
    item = a_measured_item(session)

    reworded(session, item, kind=ChangeKind.CONTENT)
    a_verdict(session, item, carrying=Carrying(carry=False, reason="题意已变"))

    assert statistics.newest(session, item).revision.number == 1
    assert not calibrated(session, item)


def test_what_changed_is_said_before_review_and_decided_with_a_reason_at_approval(session: Session) -> None:
    item = a_measured_item(session)

    with pytest.raises(ChangeUnsaid):
        reworded(session, item, kind=None)
    reworded(session, item)
    with pytest.raises(CarryUndecided):
        a_verdict(session, item)
    with pytest.raises(CarryUnexplained):
        a_verdict(session, item, carrying=Carrying(carry=True))

    assert item.state is ItemState.IN_REVIEW


@pytest.mark.parametrize(
    "body", [TYPO | {"key": "B"}, TYPO | {"options": ["范围", "前言", "目次", "索引", "附录"]}]
)  # fmt: skip
def test_another_key_or_number_of_options_starts_anew_whoever_asks(session: Session, body: dict[str, Any]) -> None:
    item = a_measured_item(session)
    reworded(session, item, body)

    with pytest.raises(KeyDiffers):
        a_verdict(session, item, carrying=SAME_TASK)
    first, second = item.revisions
    session.add(CarryDecision(
        organisation_id=item.organisation_id, revision_id=second.id, origin_id=first.id, carry=True, reason="x",
        decided_by=an_actor(session, "item_reviewer").id, at=NOON,
    ))  # fmt: skip
    with pytest.raises(IntegrityError, match="key_changed_starts_anew"):
        session.flush()


def test_the_database_refuses_a_decision_by_a_writer(session: Session) -> None:
    item = a_measured_item(session)
    reworded(session, item)
    first, second = item.revisions
    session.add(CarryDecision(
        organisation_id=item.organisation_id, revision_id=second.id, origin_id=first.id, carry=True, reason="x",
        decided_by=second.author_id, at=NOON,
    ))  # fmt: skip

    with pytest.raises(IntegrityError, match="carrying_is_decided_by_another"):
        session.flush()


def test_the_database_refuses_carried_statistics_without_a_decision(session: Session) -> None:
    item = a_measured_item(session)
    reworded(session, item)
    first, second = item.revisions

    with pytest.raises(IntegrityError, match="carried_was_decided"):
        session.execute(update(Statistics).values(carried_from_id=first.id, revision_id=second.id))
