"""What to write next: the fewest items that make papers possible, and what one more is worth."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.itembank import assembling, sealing, writing_plan
from kaoping.itembank.items import Item, ItemState, ItemType
from kaoping.itembank.models import Importance, Point, Range
from kaoping.itembank.papers import RunState
from kaoping.itembank.point_supply import level_of
from kaoping.itembank.rules import Section
from kaoping.itembank.versions import NoApprovedVersion, rules_of
from kaoping.itembank.writing_plan import Plan, PlanTooLarge, Step, Why, plan
from tests.builders import NOON, an_actor
from tests.builders_papers import (
    ROWS,
    Supply,
    a_bank,
    a_calibration_run,
    a_specification,
    an_item,
    with_statistics,
)

SHORT: Supply = {"0-1": (4, 3, 0, 0)}
"""Of two papers' four single-choice items of the first row, the bank has three."""


def cells(made: Plan) -> dict[tuple[str, Section], int]:
    found: dict[tuple[str, Section], int] = {}
    for line in made.lines:
        if line.paper:
            cell = line.place.row.code, line.place.section
            found[cell] = found.get(cell, 0) + line.count
    return found


def test_what_is_missing_for_the_papers_is_written_and_nothing_else(session: Session) -> None:
    made = plan(session, a_specification(session, a_bank(session, supply=SHORT)).id, papers=2)

    first = made.lines[0]
    assert (made.possible, made.items, made.steps) == (1, 1, (Step(2, 1),))
    assert cells(made) == {("0-1", Section.SINGLE_CHOICE): 1}
    assert (first.paper, first.why, first.needed, first.held) == (2, Why.SUPPLY, 4, 3)
    assert first.place.usable == 0 or made.wanted_at(first.place) == first.place.usable + 1
    assert [line.paper for line in made.lines[1:]] == [None] * (len(made.lines) - 1)


def test_the_items_of_the_plan_make_the_papers_possible(session: Session) -> None:
    level = a_bank(session, supply=SHORT)
    specification = a_specification(session, level)
    run = a_calibration_run(session, level, by=an_actor(session))
    by = an_actor(session, "assembler")
    before = assembling.assemble(session, specification.id, forms=2, by=by, at=NOON)
    row = session.scalars(select(Range).where(Range.code == "0-1")).one()

    line = plan(session, specification.id, papers=2).lines[0]
    written = an_item(session, level, row, ItemType.SINGLE_CHOICE, 900, by=by)
    session.flush()
    written.point_id = line.place.point_id
    with_statistics(session, written, run, a=1.0, b=-0.6)
    session.flush()

    assert before.state is RunState.INFEASIBLE
    assert assembling.assemble(session, specification.id, forms=2, by=by, at=NOON).state is RunState.SOLVED
    assert plan(session, specification.id, papers=2).items == 0


def test_several_runs_need_what_all_their_papers_take(session: Session) -> None:
    specification = a_specification(session, a_bank(session))

    made = plan(session, specification.id, papers=2, runs=2)

    rules = rules_of(specification.latest)
    for row, rule, count in rules.cells():
        held = ROWS[row.code][3][rule.section.position]
        assert cells(made).get((row.code, rule.section), 0) == max(0, 4 * count - held)
    assert made.possible == 2
    assert [step.papers for step in made.steps] == [3, 4]
    assert made.steps[-1].items == made.items
    assert {(line.place.row.code, line.place.section) for line in made.first} <= set(cells(made))


def test_new_items_go_where_points_have_fewest_and_to_core_points_first(session: Session) -> None:
    level = a_bank(session, supply=SHORT)
    row = session.scalars(select(Range).where(Range.code == "0-1")).one()
    bare = an_item(session, level, row, ItemType.SINGLE_CHOICE, 900, by=an_actor(session), state=ItemState.RETIRED)
    session.flush()

    line = plan(session, a_specification(session, level).id, papers=2).lines[0]

    place = session.get_one(Point, line.place.point_id)
    assert line.place.usable == 0
    assert place.importance is Importance.CORE
    assert session.get_one(Point, bare.point_id).importance is Importance.GENERAL


def test_a_bank_that_suffices_is_told_what_would_sharpen_its_papers(session: Session) -> None:
    made = plan(session, a_specification(session, a_bank(session)).id, papers=1)

    assert (made.possible, made.items, made.steps) == (1, 0, ())
    assert made.lines
    assert made.information is not None
    for line in made.lines:
        assert (line.why, line.paper) == (Why.PRECISION, None)
        assert line.information is not None
        assert 0 < line.information < 1


def test_without_statistics_items_are_only_counted(session: Session) -> None:
    made = plan(session, a_specification(session, a_bank(session, supply=SHORT, calibrated=False)).id, papers=2)

    assert (made.measured, made.possible, made.information) == (False, 1, None)
    assert cells(made) == {("0-1", Section.SINGLE_CHOICE): 1}
    assert {(line.difficulty, line.information) for line in made.lines} == {(None, None)}


def test_an_empty_bank_needs_everything(session: Session) -> None:
    level = a_bank(session)
    specification = a_specification(session, level)
    for item in session.scalars(select(Item)):
        item.state = ItemState.DRAFT
    session.flush()

    made = plan(session, specification.id, papers=2)

    assert (made.measured, made.possible) == (False, 0)
    assert made.items == 2 * rules_of(specification.latest).items
    assert sum(place.draft for place in made.places) == sum(sum(row[3]) for row in ROWS.values())


def test_a_row_with_fewer_points_than_a_paper_takes_items_cannot_be_helped(session: Session) -> None:
    level = a_bank(session)
    specification = a_specification(session, level)
    points = session.scalars(select(Point).join(Range).where(Range.code == "5").order_by(Point.code)).all()
    for item in session.scalars(select(Item).where(Item.point_id.in_([point.id for point in points[1:]]))):
        item.point_id = points[0].id
    session.flush()
    for point in points[1:]:
        session.delete(point)
    session.flush()

    made = plan(session, specification.id, papers=1)

    assert [row.code for row in made.barred] == ["5"]
    assert (made.found, made.possible, made.lines) == (False, 0, ())


def test_items_of_every_state_are_counted_at_their_point(session: Session) -> None:
    level = a_bank(session)
    specification = a_specification(session, level, exposure_most=1)
    run = assembling.assemble(session, specification.id, forms=1, by=an_actor(session), at=NOON)
    sealing.approve(session, run.papers[0].id, by=an_actor(session), at=NOON)
    row = session.scalars(select(Range).where(Range.code == "1")).one()
    states = (ItemState.IN_REVIEW, ItemState.DRAFT, ItemState.RETURNED, ItemState.APPROVED, ItemState.RETIRED)
    items = [
        an_item(session, level, row, ItemType.TRUE_FALSE, 900 + number, by=an_actor(session), state=state)
        for number, state in enumerate(states)
    ]
    session.flush()
    for item in items:
        item.point_id = items[0].point_id
    session.flush()

    made = plan(session, specification.id, papers=1)

    place = next(one for one in made.places if one.point == "1-900" and one.section is Section.TRUE_FALSE)
    assert (place.usable, place.in_review, place.draft, place.waiting, place.exposed) == (0, 1, 2, 1, 0)
    assert sum(one.exposed for one in made.places) == len(run.papers[0].slots)


def test_only_a_specification_in_force_is_planned_for_and_within_limits(session: Session) -> None:
    specification = a_specification(session, a_bank(session))
    specification.latest.approval = specification.versions[0].approval = None

    with pytest.raises(PlanTooLarge):
        plan(session, specification.id, papers=writing_plan.MOST_PAPERS + 1)
    with pytest.raises(NoApprovedVersion):
        plan(session, specification.id, papers=1)


def test_points_share_what_is_needed_evenly() -> None:
    assert level_of([5, 0, 1], 9, most=9) == 2
    assert level_of([5, 0, 1], 6, most=2) == 2
    assert level_of([], 3, most=2) == 2
