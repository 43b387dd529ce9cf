"""Cited standards: one number however it is written, items that leave assembly on its last day, and their repair."""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import delete, event, select
from sqlalchemy.orm import Session

from kaoping.itembank import cited, currency, life, pool
from kaoping.itembank.actor import Actor, system
from kaoping.itembank.authoring import Source
from kaoping.itembank.citations import Citation, CitedStandard, CitedStatus, designated, normal, separated
from kaoping.itembank.cited import (
    DayMissing,
    Entry,
    RecordedMeanwhile,
    RegisteredAlready,
    ReplacesItself,
    SourceEnded,
    SourceMissing,
)
from kaoping.itembank.currency import Carrying, ClauseMissing, NewEditionEnded, Repair, RepairedMeanwhile
from kaoping.itembank.items import Item, ItemState, Move, MoveReason
from kaoping.itembank.rules import RowRule, Rules, Section, SectionRule
from kaoping.itembank.trail import TrailEntry
from tests.builders import NOON, an_actor
from tests.builders_bank import a_standard, a_submitted_item, a_verdict, an_approved_item, an_item

DAY = date(2026, 11, 20)
ROW = RowRule(range_id=uuid4(), code="1", name="范围", name_en="Range", weight=Decimal(1), counts={})
SECTION = SectionRule(section=Section.SINGLE_CHOICE, count=1, marks=Decimal(1))
RULES = Rules(sections=[SECTION], rows=[ROW], uncalibrated=True)


def an_entry(**changes: Any) -> Entry:
    values: dict[str, Any] = {
        "number": "GB/T 1.1-2020", "edition": "", "title": "标准化工作导则 第1部分", "title_en": "Directives, part 1",
        "status": CitedStatus.CURRENT, "since": None, "replaced_by": "", "source": "std.samr.gov.cn",
    }  # fmt: skip
    return Entry(**values | changes)


def replaced(**changes: Any) -> Entry:
    return an_entry(**{"status": CitedStatus.REPLACED, "since": DAY, "replaced_by": "GB/T 1.1-2026"} | changes)


def an_ended_source(session: Session, **changes: Any) -> tuple[CitedStandard, Item, Actor]:
    """Register the source of an approved item as replaced, and keep the rule."""
    item, keeper = an_approved_item(session, **changes), an_actor(session, "item_reviewer")
    document = cited.register(session, replaced(), by=keeper, at=NOON)
    currency.enforce(session, DAY, by=keeper, at=NOON)
    return document, item, keeper


def carrying(**clauses: str) -> Carrying:
    return Carrying("GB/T 1.1-2026", "", clauses or {"8.5": "8.6"})


@pytest.mark.parametrize(
    ("number", "edition"),
    [
        ("GB/T 1.1-2020", ""),
        ("ＧＢ／Ｔ　1.1—2020", ""),
        ("gb/t1.1", "2020年版"),
        ("GB/T 1.1–2020", "2020"),
        ("GB/T 1.1 - 2020", ""),
        ("GB/T 1.1 — 2020", ""),
        ("GB/T 1.1−2020", ""),
    ],
)
def test_one_edition_has_one_normal_form_however_it_is_written(number: str, edition: str) -> None:
    assert normal(number, edition) == ("GB/T1.1", "2020")


def test_the_edition_of_a_law_is_read_as_it_is_written() -> None:
    assert separated(designated("标准化法", "2017")) == ("标准化法", "2017")


def test_parts_laws_and_international_documents_stay_apart() -> None:
    assert normal("《中华人民共和国标准化法》", "2017修订") == normal("标准化法", "2017") == ("标准化法", "2017")
    assert normal("GB/T 20001.10-2014") != normal("GB/T 20001.1-2014")
    assert separated("ISO/IEC 17024:2012") == ("ISO/IEC 17024", "2012")
    assert separated("GB/T 24421.2") == ("GB/T 24421.2", "")


@pytest.mark.parametrize(
    ("entry", "error"),
    [
        (replaced(since=None), DayMissing),
        (an_entry(source=" "), SourceMissing),
        (replaced(replaced_by="GB/T 1.1—2020"), ReplacesItself),
    ],
)
def test_what_cannot_be_checked_later_is_not_recorded(session: Session, entry: Entry, error: type[Exception]) -> None:
    with pytest.raises(error):
        cited.register(session, entry, by=an_actor(session, "item_reviewer"), at=NOON)


def test_a_status_is_appended_once_and_two_keepers_do_not_overwrite_each_other(session: Session) -> None:
    keeper = an_actor(session, "item_reviewer")
    document = cited.register(session, an_entry(), by=keeper, at=NOON)
    assert cited.register(session, an_entry(number="gb/t 1.1", edition="2020"), by=keeper, at=NOON) is document
    assert len(document.standings) == 1
    cited.register(session, replaced(), seen=1, by=keeper, at=NOON)

    with pytest.raises(RecordedMeanwhile):
        cited.register(session, an_entry(source="CNIS"), seen=1, by=keeper, at=NOON)
    with pytest.raises(RegisteredAlready):
        cited.register(session, an_entry(source="CNIS"), seen=0, by=keeper, at=NOON)

    assert [said.status for said in document.standings] == [CitedStatus.CURRENT, CitedStatus.REPLACED]
    assert document.status_on(DAY - timedelta(days=1)) is CitedStatus.CURRENT
    assert document.status_on(DAY) is CitedStatus.REPLACED


def test_items_leave_assembly_on_the_day_and_not_before(session: Session) -> None:
    standard = a_standard(session)
    item = an_approved_item(session, standard=standard)
    other = an_approved_item(session, standard=standard, source=Source("GB/T 1.2", "2020", "4"))
    cited.register(session, replaced(), by=an_actor(session, "item_reviewer"), at=NOON)
    machine = system(item.organisation_id)

    early = currency.enforce(session, DAY - timedelta(days=1), by=machine, at=NOON)
    moved = currency.enforce(session, DAY, by=machine, at=NOON)
    again = currency.enforce(session, DAY, by=machine, at=NOON)

    assert (early, moved, again) == (0, 1, 0)
    assert (item.state, other.state) == (ItemState.RECHECK, ItemState.APPROVED)
    move = session.scalars(select(Move).where(Move.item_id == item.id)).one()
    assert (move.reason, move.note) == (MoveReason.SOURCE_REPLACED, "GB/T 1.1-2020")
    entry = session.scalars(select(TrailEntry).where(TrailEntry.verb == "item_to_recheck")).one()
    assert entry.facts["document"] == "GB/T 1.1-2020"
    assert currency.waiting(session, DAY) == 1


def test_an_item_whose_source_has_ended_is_neither_approved_nor_confirmed_nor_offered(session: Session) -> None:
    standard = a_standard(session)
    waiting, rechecked = a_submitted_item(session, standard=standard), an_approved_item(session, standard=standard)
    offered = an_approved_item(session, standard=standard)
    cited.register(session, replaced(), by=an_actor(session, "item_reviewer"), at=NOON)
    life.send_to_recheck(session, rechecked.id, MoveReason.PERIODIC, by=an_actor(session, "item_reviewer"), at=NOON)

    with pytest.raises(SourceEnded, match=re.escape("GB/T 1.1-2020")):
        a_verdict(session, waiting)
    with pytest.raises(SourceEnded):
        life.confirm(session, rechecked.id, MoveReason.SOUND, by=an_actor(session, "item_reviewer"), at=NOON)

    eve, day = (pool.load(session, offered.level_id, RULES, at=at).entries for at in (NOON - timedelta(days=1), NOON))
    assert ([*eve], [*day]) == ([offered.code], [])


def test_the_rule_needs_as_many_statements_for_many_items_as_for_one(session: Session) -> None:
    standard, writer = a_standard(session), an_actor(session, "item_writer")
    keeper = an_actor(session, "item_reviewer")
    counts = []
    for many, number in ((1, "GB/T 1.1"), (6, "GB/T 1.2")):
        for _ in range(many):
            an_approved_item(session, standard=standard, by=writer, source=Source(number, "2020", "4"))
        cited.register(session, replaced(number=f"{number}-2020"), by=keeper, at=NOON)
        session.flush()
        said: list[str] = []
        event.listen(session.get_bind(), "before_cursor_execute", lambda *told, said=said: said.append(told[2]))
        moved = currency.enforce(session, DAY, by=keeper, at=NOON)
        assert moved == many
        counts.append(len(said))

    assert counts[0] == counts[1]


def test_an_item_is_carried_to_the_new_edition_and_another_person_approves_it(session: Session) -> None:
    document, item, _ = an_ended_source(session)
    expert = an_actor(session, "item_reviewer")

    done = currency.repair(
        session, document, [item.id], Repair.CARRY, carrying=carrying(), day=DAY, by=expert, at=NOON
    )  # fmt: skip

    assert [one.refused for one in done] == [None]
    latest = item.latest
    assert (latest.number, latest.source_standard, latest.source_edition, latest.source_clause) == (
        2, "GB/T 1.1", "2026", "8.6",
    )  # fmt: skip
    assert latest.body == item.revisions[0].body
    states = [item.state]
    assert expert.id in item.hands
    a_verdict(session, item)
    assert [*states, item.state] == [ItemState.IN_REVIEW, ItemState.APPROVED]
    assert currency.enforce(session, DAY, by=expert, at=NOON) == 0


def test_what_one_person_repaired_another_does_not_repair_again(session: Session) -> None:
    document, item, first = an_ended_source(session)
    currency.repair(session, document, [item.id], Repair.SEND, day=DAY, by=first, at=NOON)

    late = currency.repair(
        session, document, [item.id], Repair.RETIRE, day=DAY, by=an_actor(session, "item_reviewer"), at=NOON
    )

    assert isinstance(late[0].refused, RepairedMeanwhile)
    assert item.state is ItemState.DRAFT
    assert currency.count_sent(session, DAY, by=Actor(item.author_id, item.organisation_id)) == 1


def test_a_clause_without_counterpart_stops_its_item_alone(session: Session) -> None:
    standard = a_standard(session)
    other = an_approved_item(session, standard=standard, source=Source("GB/T 1.1", "2020", "9"))
    document, item, keeper = an_ended_source(session, standard=standard)

    done = currency.repair(
        session, document, [item.id, other.id], Repair.CARRY, carrying=carrying(), day=DAY, by=keeper, at=NOON
    )  # fmt: skip

    assert {one.code: type(one.refused) for one in done} == {item.code: type(None), other.code: ClauseMissing}
    assert other.state is ItemState.RECHECK


def test_items_are_not_carried_to_an_edition_that_has_ended_too(session: Session) -> None:
    document, item, keeper = an_ended_source(session)
    ended = replaced(number="GB/T 1.1-2026", status=CitedStatus.WITHDRAWN, replaced_by="")
    cited.register(session, ended, by=keeper, at=NOON)

    with pytest.raises(NewEditionEnded):
        currency.repair(session, document, [item.id], Repair.CARRY, carrying=carrying(), day=DAY, by=keeper, at=NOON)


def test_citations_that_are_missing_are_filled_and_follow_a_draft(session: Session) -> None:
    item = an_item(session)
    session.execute(delete(Citation))

    assert (currency.fill(session), currency.fill(session)) == (1, 0)

    item.latest.source_edition = "2009"
    session.flush()
    assert session.scalars(select(Citation.year)).all() == ["2009"]


def test_the_register_suggests_what_is_in_force_first_and_lists_what_nobody_registered(session: Session) -> None:
    item, keeper = an_approved_item(session), an_actor(session, "item_reviewer")
    assert cited.unregistered(session) == [("GB/T 1.1", "2020", 1)]
    cited.register(session, replaced(), by=keeper, at=NOON)
    cited.register(session, an_entry(number="GB/T 1.1-2026"), by=keeper, at=NOON)

    found = cited.suggestions(session, "gb/t1", DAY)

    assert [(one.edition, one.status) for one in found] == [
        ("2026", CitedStatus.CURRENT), ("2020", CitedStatus.REPLACED),
    ]  # fmt: skip
    assert cited.unregistered(session) == []
    assert [(one.cited.year, one.items) for one in cited.listing(session)] == [("2026", 0), ("2020", 1)]
    assert life.moves(session, item) == []
