"""Reports of leaks: what they hold, who decides, what follows, and what the database refuses."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.orm import Session

from kaoping.itembank import enemy_sets, leak_reports, life, sealing
from kaoping.itembank.actor import Actor
from kaoping.itembank.items import Item, ItemState, MoveReason
from kaoping.itembank.leak_reports import (
    DismissalUnexplained,
    LeakDecided,
    LeakedItemsUnknown,
    LeakedPaperUnknown,
    LeakInTheFuture,
    LeakNamesNothing,
    LeakUntold,
    OwnLeakReport,
    Sighting,
)
from kaoping.itembank.leaks import ItemReported, LeakReport, LeakState
from kaoping.itembank.trail import TrailEntry
from tests.builders import NOON, an_actor
from tests.builders_bank import a_standard, a_submitted_item, a_verdict, an_approved_item
from tests.builders_papers import a_paper

TODAY = date(2026, 11, 20)


@pytest.fixture
def officer(session: Session) -> Actor:
    return an_actor(session, "exam_officer")


@pytest.fixture
def decider(session: Session) -> Actor:
    return an_actor(session, "item_reviewer")


def reported(session: Session, *items: Item, by: Actor, **changes: Any) -> LeakReport:
    values: dict[str, Any] = {
        "codes": [item.code for item in items], "paper": "", "seen_on": TODAY, "place": "群聊，早八点",
        "evidence": "有人贴出题干",
    }  # fmt: skip
    return leak_reports.report(session, Sighting(**values | changes), by=by, at=NOON)


def test_what_is_reported_leaves_assembly_at_once_and_comes_back_by_no_other_way(
    session: Session, officer: Actor, decider: Actor
) -> None:
    item = an_approved_item(session)

    row = reported(session, item, by=officer)

    assert (item.state, row.number, row.state) == (ItemState.RECHECK, 1, LeakState.REPORTED)
    assert life.moves(session, item)[0].reason is MoveReason.EXPOSED
    with pytest.raises(ItemReported, match=item.code):
        life.confirm(session, item.id, MoveReason.SOUND, by=decider)
    item.state = ItemState.APPROVED
    with pytest.raises(IntegrityError, match="item_is_not_leaked"):
        session.flush()


def test_an_item_in_review_that_is_reported_is_not_approved(session: Session, officer: Actor) -> None:
    item = a_submitted_item(session)
    reported(session, item, by=officer)

    with pytest.raises(ItemReported):
        a_verdict(session, item)


def test_a_sealed_paper_is_reported_whole_and_its_items_are_retired_by_another_person(
    session: Session, officer: Actor, decider: Actor
) -> None:
    paper = a_paper(session)
    with pytest.raises(LeakedPaperUnknown):
        reported(session, by=officer, paper=paper.code)
    sealing.approve(session, paper.id, by=decider, at=NOON)
    row = reported(session, by=officer, paper=f" {paper.code} ")
    assert {slot.item.state for slot in paper.slots} == {ItemState.RECHECK}

    with pytest.raises(OwnLeakReport):
        leak_reports.confirm(session, row.id, by=officer)
    assert leak_reports.count_waiting(session, officer) == 0
    assert leak_reports.count_waiting(session, decider) == 1
    leak_reports.confirm(session, row.id, by=decider, at=NOON)
    leak_reports.confirm(session, row.id, by=decider, at=NOON)

    assert {slot.item.state for slot in paper.slots} == {ItemState.RETIRED}
    assert row.state is LeakState.CONFIRMED
    with pytest.raises(LeakDecided):
        leak_reports.dismiss(session, row.id, "没有泄露", by=decider)
    facts = [entry.facts for entry in session.scalars(select(TrailEntry)) if entry.verb.startswith("leak_")]
    assert [one["items"] for one in facts] == [60, 60]
    assert "题干" not in str(facts)


def test_a_dismissed_report_gives_back_what_it_took_and_nothing_else(
    session: Session, officer: Actor, decider: Actor
) -> None:
    standard = a_standard(session)
    back, looked_at, twice = (an_approved_item(session, standard=standard) for _ in range(3))
    own = an_approved_item(session, standard=standard, by=decider)
    life.send_to_recheck(session, looked_at.id, MoveReason.STATISTICS, by=officer)
    row = reported(session, back, looked_at, twice, own, by=officer)
    reported(session, twice, by=officer)
    with pytest.raises(DismissalUnexplained):
        leak_reports.dismiss(session, row.id, "  ", by=decider)

    leak_reports.dismiss(session, row.id, "是公开样题", by=decider, at=NOON)

    assert back.state is ItemState.APPROVED
    assert {one.state for one in (looked_at, twice, own)} == {ItemState.RECHECK}
    assert row.reason == "是公开样题"


def test_sister_items_are_the_enemies_and_those_that_say_nearly_the_same(
    session: Session, officer: Actor, decider: Actor
) -> None:
    paper = a_paper(session)
    leaked, enemy = (slot.item for slot in paper.slots[:2])
    enemy_sets.declare(session, [leaked.code, enemy.code], name="一", reason="二", by=decider, at=NOON)
    standard = a_standard(session)
    alike = [an_approved_item(session, standard=standard) for _ in range(2)]
    row = reported(session, leaked, alike[0], by=officer)
    leak_reports.confirm(session, row.id, by=decider, at=NOON)

    found = {one.item.code: (one.of, one.share) for one in leak_reports.sisters(session, row)}

    assert found[enemy.code] == (leaked.code, None)
    assert found[alike[1].code] == (alike[0].code, 1.0)
    assert not {leaked.code, alike[0].code} & found.keys()


@pytest.mark.parametrize(("changes", "refused"), [
    ({"codes": []}, LeakNamesNothing), ({"codes": ["9-9"]}, LeakedItemsUnknown), ({"place": " "}, LeakUntold),
    ({"evidence": ""}, LeakUntold), ({"seen_on": TODAY + timedelta(days=1)}, LeakInTheFuture),
    ({"paper": "2026-1"}, LeakedPaperUnknown),
])  # fmt: skip
def test_a_report_says_what_where_when_and_why(
    session: Session, officer: Actor, changes: dict[str, Any], refused: type[Exception]
) -> None:
    item = an_approved_item(session)

    with pytest.raises(refused):
        reported(session, item, by=officer, **changes)

    assert item.state is ItemState.APPROVED


@pytest.mark.parametrize("statement", [
    "UPDATE leak_report SET state = 'confirmed', decided_by = reported_by, decided_at = now()",
    "UPDATE leak_report SET state = 'confirmed'",
    "UPDATE leak_report SET state = 'dismissed', decided_by = gen_random_uuid(), decided_at = now()",
    "UPDATE leak_report SET seen_on = '2026-01-01'",
    "UPDATE leaked_item SET before = 'trial'",
    "DELETE FROM leaked_item",
    "DELETE FROM leak_report",
])  # fmt: skip
def test_the_database_lets_a_report_be_decided_once_by_another_person_and_not_edited(
    session: Session, officer: Actor, statement: str
) -> None:
    reported(session, an_approved_item(session), by=officer)
    session.flush()

    with pytest.raises(DatabaseError):
        session.execute(text(statement))


def test_the_database_keeps_a_decision(session: Session, officer: Actor, decider: Actor) -> None:
    item = an_approved_item(session)
    row = reported(session, item, by=officer)
    leak_reports.confirm(session, row.id, by=decider, at=NOON)
    session.flush()

    with pytest.raises(IntegrityError, match="decided once"), session.begin_nested():
        session.execute(text("UPDATE leak_report SET state = 'reported', decided_by = null, decided_at = null"))
    with pytest.raises(IntegrityError, match="names no more items"), session.begin_nested():
        session.execute(text(
            "INSERT INTO leaked_item (id, organisation_id, report_id, item_id, code, before) "
            "SELECT gen_random_uuid(), organisation_id, report_id, item_id, code, before FROM leaked_item"
        ))  # fmt: skip
