"""Swapping one item by hand: what is offered, what is refused, and what remains of it."""

from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kaoping.itembank import assembling, sealing, searching, swapping
from kaoping.itembank.actor import Actor
from kaoping.itembank.exchange import MEANS, USE
from kaoping.itembank.items import Item, ItemState
from kaoping.itembank.papers import AssemblyRun, Paper, Swap
from kaoping.itembank.sealing import ItemNoLongerApproved, OwnSwap
from kaoping.itembank.swapping import (
    NotInPaper,
    NotOffered,
    PaperFixed,
    ReasonMissing,
    SwapBreaksRules,
    SwappedMeanwhile,
)
from kaoping.itembank.trail import TrailEntry
from tests.builders import NOON, an_actor
from tests.builders_papers import a_bank, a_specification

WHY = "题干与2号题相互提示。"


def a_run(session: Session, *, forms: int = 2, **rules: object) -> AssemblyRun:
    loose = {"curve_within": "20", "mean_within": "20"}
    made = a_specification(session, a_bank(session), **loose | rules)
    return assembling.assemble(session, made.id, forms=forms, by=an_actor(session, "assembler"), at=NOON)


def first_code(paper: Paper) -> str:
    return paper.slots[0].item.code


def swapped(
    session: Session, paper: Paper, *, into: str | None = None, seen: int = 0, by: Actor | None = None
) -> tuple[str, str]:
    out = first_code(paper)
    into = into or swapping.offers(session, paper.id, out).kept[0].entry.code
    by = by or an_actor(session, "assembler")
    swapping.swap(session, paper.id, out=out, into=into, reason=WHY, seen=seen, by=by, at=NOON)
    return out, into


def codes(paper: Paper) -> list[str]:
    return [slot.item.code for slot in paper.slots]


def test_offers_tell_what_each_item_would_change_and_the_checker_agrees(session: Session) -> None:
    paper, second = a_run(session).papers

    found = swapping.offers(session, paper.id, first_code(paper))

    desk = found.desk
    assert found.kept
    assert found.standing == ()
    assert {one.entry.code for one in (*found.kept, *found.broken)}.isdisjoint(codes(paper))
    for one in found.kept:
        assert desk.broken(desk.after(found.entry.code, one.entry.code)) == ()
        assert swapping.alike(one.entry, found.entry)
    for one in found.broken:
        assert desk.broken(desk.after(found.entry.code, one.entry.code))
    assert len(found.kept) + len(found.broken) + found.elsewhere == len(desk.stock.entries) - 60
    taken = next(one for one in found.broken if one.entry.code in codes(second))
    assert (USE, (1,)) in [(breach.rule, breach.papers) for breach in taken.breaches]
    with pytest.raises(SwapBreaksRules, match=taken.entry.code):
        swapped(session, paper, into=taken.entry.code)
    assert session.query(Swap).count() == 0


def test_a_swap_keeps_order_rules_and_the_other_paper_and_stands_in_the_trail(session: Session) -> None:
    run = a_run(session)
    first, second = run.papers
    other, by = codes(second), an_actor(session, "assembler")
    offered = swapping.offers(session, first.id, first_code(first)).kept[0]

    out, into = swapped(session, first, by=by)

    desk = swapping.at_desk(session, first)
    assert searching.check(desk.stock, desk.rules, desk.codes, cut=desk.cut) == ()
    assert (out in codes(first), into in codes(first), codes(second)) == (False, True, other)
    assert [slot.number for slot in first.slots] == list(range(1, 61))
    entries = [desk.stock.entries[code] for code in codes(first)]
    assert entries == assembling.in_order(entries, desk.rules)
    (swap,) = first.swaps
    assert (swap.item_out.code, swap.item_in.code, swap.reason, swap.by) == (out, into, WHY, by.id)
    entry = session.query(TrailEntry).filter_by(verb="item_swapped").one()
    assert (entry.thing_id, entry.facts) == (first.id, {"out": out, "into": into, "reason": WHY})
    report = run.report["papers"][0]
    assert report["mean"] == pytest.approx(offered.mean, abs=0.006)
    assert report["at_cut"] == pytest.approx(offered.information, abs=0.001)
    assert (run.report["spread"], run.report["swaps"]) == (pytest.approx(offered.spread, abs=0.001), 1)
    assert [one["item"] for one in report["chosen"]] == codes(first)


def test_swapping_back_undoes_it(session: Session) -> None:
    run = a_run(session)
    paper = run.papers[0]
    before, spread, chosen = codes(paper), run.report["spread"], run.report["papers"][0]["chosen"]
    out, into = swapped(session, paper)

    swapping.swap(session, paper.id, out=into, into=out, reason="撤回", seen=1, by=an_actor(session), at=NOON)

    assert codes(paper) == before
    assert (run.report["spread"], run.report["papers"][0]["chosen"]) == (spread, chosen)
    assert len(paper.swaps) == 2


def test_an_item_that_would_set_the_papers_apart_is_named(session: Session) -> None:
    paper = a_run(session, mean_within="0.2").papers[0]

    found = swapping.offers(session, paper.id, paper.slots[-1].item.code)

    assert any(breach.rule == MEANS for one in found.broken for breach in one.breaches)


def test_the_second_of_two_people_is_told(session: Session) -> None:
    paper = a_run(session).papers[0]
    found = swapping.offers(session, paper.id, first_code(paper))
    swapped(session, paper)

    with pytest.raises(NotInPaper, match="perhaps somebody swapped it"):
        swapping.offers(session, paper.id, found.entry.code)
    with pytest.raises(SwappedMeanwhile):
        swapped(session, paper, seen=found.desk.swaps)


def test_a_swap_needs_a_reason(session: Session) -> None:
    with pytest.raises(ReasonMissing, match="1 to 500"):
        swapping.swap(session, uuid4(), out="x", into="y", reason=" ", seen=0, by=an_actor(session))


def test_an_item_retired_meanwhile_is_not_put_in_but_can_be_taken_out(session: Session) -> None:
    paper = a_run(session, forms=1).papers[0]
    offered = swapping.offers(session, paper.id, first_code(paper)).kept[0].entry
    session.get_one(Item, offered.item_id).state = ItemState.RETIRED
    paper.slots[0].item.state = ItemState.RETIRED
    session.flush()

    with pytest.raises(NotOffered, match=offered.code):
        swapped(session, paper, into=offered.code)
    with pytest.raises(ItemNoLongerApproved):
        sealing.approve(session, paper.id, by=an_actor(session, "item_reviewer"), at=NOON)
    swapped(session, paper)
    sealing.approve(session, paper.id, by=an_actor(session, "item_reviewer"), at=NOON)


def test_a_sealed_paper_is_not_changed_and_its_twin_can_be(session: Session) -> None:
    first, second = a_run(session, exposure_most=1).papers
    sealing.approve(session, first.id, by=an_actor(session, "item_reviewer"), at=NOON)

    with pytest.raises(PaperFixed, match=first.code):
        swapping.offers(session, first.id, first_code(first))
    swapped(session, second)

    assert len(second.swaps) == 1


def test_items_that_the_run_leaves_out_are_not_offered(session: Session) -> None:
    run = a_run(session, forms=1)
    paper = run.papers[0]
    offered = swapping.offers(session, paper.id, first_code(paper)).kept[0].entry
    run.left_out = run.left_out | {"seen": [str(offered.item_id)]}

    found = swapping.offers(session, paper.id, first_code(paper))

    assert offered.code not in {one.entry.code for one in (*found.kept, *found.broken)}


def test_whoever_swapped_does_not_approve_and_the_database_agrees(session: Session) -> None:
    paper, by = a_run(session, forms=1).papers[0], an_actor(session, "assembler")
    swapped(session, paper, by=by)

    with pytest.raises(OwnSwap, match=paper.code):
        sealing.approve(session, paper.id, by=by, at=NOON)
    assert sealing.awaiting(session, by) == 0
    assert sealing.awaiting(session, an_actor(session, "item_reviewer")) == 1
    statement = text(
        "UPDATE paper SET state = 'sealed', approved_by = :by, sealed_at = :at, digest = 'x' WHERE id = :id"
    )
    with pytest.raises(IntegrityError, match="approver_is_not_swapper"), session.begin_nested():
        session.execute(statement, {"id": paper.id, "by": by.id, "at": NOON})


def test_the_database_refuses_to_change_slots(session: Session) -> None:
    paper = a_run(session, forms=1).papers[0]
    change, removal = "UPDATE slot SET marks = 3 WHERE paper_id = :id", "DELETE FROM slot WHERE paper_id = :id"

    with pytest.raises(IntegrityError, match="never changed"), session.begin_nested():
        session.execute(text(change), {"id": paper.id})
    sealing.approve(session, paper.id, by=an_actor(session, "item_reviewer"), at=NOON)
    session.flush()
    for words, statement in (("never changed", change), ("keeps its slots", removal)):
        with pytest.raises(IntegrityError, match=words), session.begin_nested():
            session.execute(text(statement), {"id": paper.id})
