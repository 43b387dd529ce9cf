"""Assignments: what is ordered, what counts, how far it is on a day, and what the database refuses."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.orm import Session

from kaoping.itembank import assigning, assignment_progress
from kaoping.itembank.actor import Actor
from kaoping.itembank.assigning import (
    AssignmentEmpty,
    AssignmentMisplaced,
    AssignmentWithdrawn,
    ChangeUnexplained,
    DeadlinePassed,
    NoteTooLong,
    Order,
    Wanted,
    dealt,
)
from kaoping.itembank.assignment_progress import Standing
from kaoping.itembank.assignments import AssignedItem, Assignment, AssignmentLine
from kaoping.itembank.items import ItemType, Verdict
from kaoping.itembank.models import Standard
from kaoping.itembank.reviews import ReturnReason
from kaoping.itembank.trail import TrailEntry
from tests.builders import NOON, an_actor
from tests.builders_bank import a_standard, a_submitted_item, a_verdict, an_approved_item, an_item, level_of, point_of

TODAY = date(2026, 11, 20)
DUE = date(2026, 11, 25)
LATE = NOON + timedelta(days=8)


@pytest.fixture
def keeper(session: Session) -> Actor:
    return an_actor(session, "bank_administrator")


@pytest.fixture
def writer(session: Session) -> Actor:
    return an_actor(session, "item_writer")


@pytest.fixture
def standard(session: Session) -> Standard:
    return a_standard(session)


def an_order(session: Session, standard: Standard, writer: Actor, **changes: Any) -> Order:
    wanted = Wanted(point_of(session, standard).id, ItemType.SINGLE_CHOICE, 3, 2)
    values: dict[str, Any] = {
        "writer_id": writer.id, "level_id": level_of(standard).id, "due_on": DUE, "note": "请引 2020 版",
        "lines": [wanted],
    }  # fmt: skip
    return Order(**values | changes)


@pytest.fixture
def given(session: Session, standard: Standard, writer: Actor, keeper: Actor) -> Assignment:
    return assigning.give(session, an_order(session, standard, writer), by=keeper, at=NOON)


def test_items_count_as_far_as_they_are_and_the_day_is_the_one_that_is_given(
    session: Session, given: Assignment, standard: Standard, writer: Actor
) -> None:
    line = given.lines[0].id
    approved = an_approved_item(session, standard=standard, by=writer)
    submitted = a_submitted_item(session, standard=standard, by=writer)
    a_verdict(session, submitted, Verdict.RETURN, comment="请改", reasons=[ReturnReason.KEY])
    other = an_item(session, standard, by=writer, body={"type": "true_false", "stem": "对。", "key": True,
                                                         "rationale": "见条文。"})  # fmt: skip

    counted = [assigning.count_for(session, line, one, by=writer, at=NOON) for one in (approved, submitted, other)]

    found = assignment_progress.find(session, given.id, at=NOON)
    one = found.lines[line]
    assert counted == [True] * 3
    assert (one.quota, one.accepted, one.submitted, one.drafted, one.other, one.left) == (2, 1, 0, 1, 1, 0)
    assert (found.standing, found.days_left) == (Standing.OPEN, 5)
    assert (late := assignment_progress.find(session, given.id, at=LATE)).standing is Standing.OVERDUE
    assert late.days_left == -3
    assert assignment_progress.count_overdue(session, writer, at=LATE) == 1
    assert assignment_progress.count_overdue(session, writer, at=NOON) == 0
    assert assignment_progress.ordered(session, given.level_id) == {
        (given.lines[0].point_id, ItemType.SINGLE_CHOICE): 1
    }
    assert assignment_progress.count_waiting(session, writer) == 1


def test_an_assignment_is_done_when_its_quota_is_accepted(
    session: Session, standard: Standard, writer: Actor, keeper: Actor
) -> None:
    point = point_of(session, standard).id
    row = assigning.give(
        session, an_order(session, standard, writer, lines=[Wanted(point, None, None, 1)]), by=keeper, at=NOON
    )
    item = an_approved_item(session, standard=standard, by=writer)
    assigning.count_for(session, row.lines[0].id, item, by=writer, at=NOON)

    assert assignment_progress.find(session, row.id, at=LATE).standing is Standing.DONE
    assert assignment_progress.count_waiting(session, writer) == 0


def test_an_item_counts_for_one_line_only_and_never_for_somebody_else(
    session: Session, given: Assignment, standard: Standard, writer: Actor, keeper: Actor
) -> None:
    second = assigning.give(session, an_order(session, standard, writer), by=keeper, at=NOON)
    own, foreign = an_item(session, standard, by=writer), an_item(session, standard)
    line, other = given.lines[0].id, second.lines[0].id

    assert assigning.count_for(session, line, own, by=writer, at=NOON)
    assert assigning.count_for(session, line, own, by=writer, at=NOON)
    assert not assigning.count_for(session, other, own, by=writer, at=NOON)
    assert not assigning.count_for(session, line, foreign, by=writer, at=NOON)
    assert not assigning.count_for(session, uuid4(), own, by=writer, at=NOON)
    assert session.scalars(select(AssignedItem.line_id)).all() == [line]


def test_more_time_and_withdrawal_are_told_in_the_trail_with_their_reasons(
    session: Session, given: Assignment, standard: Standard, writer: Actor, keeper: Actor
) -> None:
    assigning.put_off(session, given.id, date(2026, 12, 1), " 出差  一周 ", by=keeper, at=LATE)
    assigning.withdraw(session, given.id, "标准将换版", by=keeper, at=LATE)
    assigning.withdraw(session, given.id, "标准将换版", by=keeper, at=LATE)

    told = session.scalars(select(TrailEntry).where(TrailEntry.thing_id == given.id).order_by(TrailEntry.number)).all()
    assert [entry.verb for entry in told] == ["assignment_given", "assignment_put_off", "assignment_withdrawn"]
    assert told[1].facts == {"number": 1, "before": "2026-11-25", "due": "2026-12-01", "reason": "出差 一周"}
    assert told[2].facts["reason"] == "标准将换版"
    assert assignment_progress.find(session, given.id, at=LATE).standing is Standing.WITHDRAWN
    assert not assigning.count_for(session, given.lines[0].id, an_item(session, standard, by=writer), by=writer)
    assert assigning.line_for(session, given.lines[0].id, by=writer) is None
    with pytest.raises(AssignmentWithdrawn):
        assigning.put_off(session, given.id, date(2026, 12, 9), "再等等", by=keeper, at=LATE)


def test_overdue_assignments_come_first_and_every_page_takes_as_many_statements(
    session: Session, given: Assignment, standard: Standard, writer: Actor, keeper: Actor
) -> None:
    soon = assigning.give(session, an_order(session, standard, writer, due_on=TODAY), by=keeper, at=NOON)
    gone = assigning.give(session, an_order(session, standard, writer, due_on=TODAY), by=keeper, at=NOON)
    assigning.withdraw(session, gone.id, "重复", by=keeper, at=NOON)

    rows = assignment_progress.listed(session, limit=10, at=NOON + timedelta(days=1))

    assert [found.row.number for found in rows] == [soon.number, given.number, gone.number]
    assert [found.standing for found in rows] == [Standing.OVERDUE, Standing.OPEN, Standing.WITHDRAWN]
    assert assignment_progress.listed(session, writer_id=keeper.id, limit=10, at=NOON) == []
    assert (assignment_progress.count(session), assignment_progress.count(session, writer_id=keeper.id)) == (3, 0)


@pytest.mark.parametrize(("changes", "refused"), [
    ({"lines": []}, AssignmentEmpty), ({"due_on": TODAY - timedelta(days=1)}, DeadlinePassed),
    ({"note": "长" * 2001}, NoteTooLong), ({"lines": [Wanted(UUID(int=1), None, None, 1)]}, AssignmentMisplaced),
    ({"lines": [Wanted(UUID(int=1), None, None, 0)]}, AssignmentEmpty),
])  # fmt: skip
def test_an_order_that_nobody_could_keep_is_refused(
    session: Session,
    standard: Standard,
    writer: Actor,
    keeper: Actor,
    changes: dict[str, Any],
    refused: type[Exception],
) -> None:
    with pytest.raises(refused):
        assigning.give(session, an_order(session, standard, writer, **changes), by=keeper, at=NOON)


def test_a_deadline_is_only_put_off_and_for_a_reason(session: Session, given: Assignment, keeper: Actor) -> None:
    with pytest.raises(DeadlinePassed):
        assigning.put_off(session, given.id, TODAY, "早些", by=keeper, at=NOON)
    with pytest.raises(ChangeUnexplained):
        assigning.put_off(session, given.id, date(2026, 12, 1), "  ", by=keeper, at=NOON)


def test_the_database_takes_no_line_for_nothing(session: Session, given: Assignment) -> None:
    line = given.lines[0]
    none = AssignmentLine(
        organisation_id=line.organisation_id, assignment_id=given.id, position=9, point_id=line.point_id, quota=0
    )  # fmt: skip

    session.add(none)

    with pytest.raises(IntegrityError, match="quota_is_positive"):
        session.flush()


@pytest.mark.parametrize("statement", [
    "UPDATE assignment SET due_on = due_on - 1", "UPDATE assignment SET writer_id = given_by", "DELETE FROM assignment",
    "UPDATE assignment_line SET quota = 1",
])  # fmt: skip
def test_the_database_lets_nobody_rewrite_an_order(session: Session, given: Assignment, statement: str) -> None:
    assert given
    with pytest.raises(DatabaseError):
        session.execute(text(statement))


def test_the_database_counts_only_items_of_the_writer_on_the_point(
    session: Session, given: Assignment, standard: Standard
) -> None:
    foreign = an_item(session, standard)
    row = AssignedItem(
        organisation_id=given.organisation_id, line_id=given.lines[0].id, item_id=foreign.id, at=NOON
    )  # fmt: skip

    session.add(row)

    with pytest.raises(IntegrityError, match="assigned_item_fits"):
        session.flush()


def test_lines_are_dealt_so_that_writers_have_nearly_as_much_to_write() -> None:
    first, second = UUID(int=1), UUID(int=2)
    lines = [Wanted(UUID(int=9), None, None, quota) for quota in (1, 5, 2, 3, 1)]

    shares = dealt(lines, [first, second])

    assert {writer: sum(line.quota for line in own) for writer, own in shares.items()} == {first: 6, second: 6}
    assert list(dealt(lines[:1], [first, second])) == [first]
