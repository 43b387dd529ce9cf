"""An assembly run from its order to its end: cancelled, overtaken, broken off, begun twice; one outcome each."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kaoping.itembank import assembling, orders, searching, specification, turns, versions
from kaoping.itembank.actor import Actor
from kaoping.itembank.items import Item, ItemState
from kaoping.itembank.models import Level
from kaoping.itembank.orders import Effort, GapOutside, Group, TimeOutside
from kaoping.itembank.papers import AssemblyRun, RunState, Specification
from kaoping.itembank.rules import Rules
from kaoping.scoring.assembly.highs import Progress
from tests.builders import NOON, an_actor
from tests.builders_papers import a_bank, a_calibration_run, a_specification, with_statistics

Opened = Callable[[], AbstractContextManager[Session]]
Meanwhile = Callable[[], object]


@pytest.fixture
def opened(session: Session) -> Opened:
    """Open a transaction within the test's own."""

    @contextmanager
    def within() -> Iterator[Session]:
        with session.begin_nested():
            yield session

    return within


@pytest.fixture
def assembler(session: Session) -> Actor:
    """Give who orders."""
    return an_actor(session, "assembler")


@pytest.fixture
def wanted(session: Session) -> Specification:
    """Give an approved specification of a level with items."""
    return a_specification(session, a_bank(session))


@pytest.fixture
def ordered(session: Session, wanted: Specification, assembler: Actor) -> AssemblyRun:
    """Give an order of one paper."""
    return orders.order(session, wanted.id, forms=1, by=assembler, at=NOON)


def while_it_runs(monkeypatch: pytest.MonkeyPatch, deed: Meanwhile) -> None:
    """Have something happen between the search and its end."""
    search = searching.search

    def searched(*arguments: object, **options: object) -> object:
        found = search(*arguments, **options)  # type: ignore[arg-type]
        deed()
        return found

    monkeypatch.setattr(assembling, "search", searched)


def chosen_item(session: Session, run: AssemblyRun) -> Item:
    """Give an item that the order's paper will hold: the search gives the same paper every time."""
    twin = orders.order(session, run.specification_id, forms=1, by=Actor(run.by, run.organisation_id), at=NOON)
    work = assembling._begun(session, twin.id, at=NOON)
    assert work is not None
    found = assembling._outcome(work, None)
    assert isinstance(found, searching.Found)
    return session.get_one(Item, work.stock.entries[found.papers[0][0]].item_id)


def test_an_order_waits_and_is_carried_out_once_however_often_its_job_runs(
    session: Session, ordered: AssemblyRun, opened: Opened
) -> None:
    before = ordered.state

    for _ in range(2):
        assembling.carry_out(opened, ordered.id, at=NOON)

    assert (before, ordered.state, ordered.attempt) == (RunState.QUEUED, RunState.SOLVED, 1)
    assert [paper.code for paper in ordered.papers] == ["2026-3-0001-A"]
    assert ordered.report["effort"] == {"seconds": 15.0, "gap": 0.02, "seed": 1}


def test_a_run_whose_worker_died_is_begun_again_and_the_dead_one_is_not_heard(
    session: Session, ordered: AssemblyRun, opened: Opened
) -> None:
    dead = assembling._begun(session, ordered.id, at=NOON)
    assert dead is not None
    assembling.carry_out(opened, ordered.id, at=NOON)

    assembling._end(session, dead, assembling._outcome(dead, None), at=NOON, zone=turns.ZONE)

    assert (ordered.state, ordered.attempt, len(ordered.papers)) == (RunState.SOLVED, 2, 1)
    assert not orders.tell(session, ordered.id, dead.attempt, {"seconds": 1.0})


def test_of_two_workers_at_once_the_later_one_ends_the_run_and_the_earlier_one_stops(
    session: Session, ordered: AssemblyRun, opened: Opened
) -> None:
    first = assembling._begun(session, ordered.id, at=NOON)
    second = assembling._begun(session, ordered.id, at=NOON)
    assert first is not None
    assert second is not None
    sign = Progress(1.0, None, 10.0)

    stops = [assembling.Told(opened, work)(sign) for work in (first, second)]
    for work in (first, second):
        assembling._end(session, work, assembling._outcome(work, None), at=NOON, zone=turns.ZONE)

    assert stops == [True, False]
    assert (ordered.state, ordered.attempt, len(ordered.papers)) == (RunState.SOLVED, 2, 1)


def test_a_run_that_keeps_ending_its_workers_is_given_up(
    session: Session, ordered: AssemblyRun, opened: Opened
) -> None:
    for _ in range(orders.ATTEMPTS):
        orders.begin(session, ordered.id, at=NOON)

    assembling.carry_out(opened, ordered.id, at=NOON)

    assert (ordered.state, ordered.papers) == (RunState.FAILED, [])
    assert ordered.report["failure"]["facts"] == {"times": 4}


def test_a_sign_of_life_is_written_twice_a_second_at_most(
    session: Session, ordered: AssemblyRun, opened: Opened
) -> None:
    work = assembling._begun(session, ordered.id, at=NOON)
    assert work is not None
    told = assembling.Told(opened, work)

    for seconds, best in ((1.0, 8.0), (1.1, 9.0)):
        told(Progress(seconds, best, 10.0))
    session.refresh(ordered)

    assert ordered.progress == {"seconds": 1.0, "objective": 8.0, "bound": 10.0, "gap": 0.25}


def test_any_assembler_cancels_a_run_that_waits(session: Session, ordered: AssemblyRun, opened: Opened) -> None:
    other = an_actor(session, "assembler")

    for _ in range(2):
        orders.cancel(session, ordered.id, by=other, at=NOON)
    assembling.carry_out(opened, ordered.id, at=NOON)

    assert (ordered.state, ordered.attempt, ordered.papers) == (RunState.CANCELLED, 0, [])


def test_a_cancelled_search_stops_at_its_next_sign_of_life_and_keeps_nothing(
    session: Session, wanted: Specification, assembler: Actor, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = orders.order(session, wanted.id, forms=2, effort=Effort(seconds=60, gap=0), by=assembler, at=NOON)
    monkeypatch.setattr(assembling, "EVERY", 0.0)
    seen: list[Progress] = []

    def cancels(progress: Progress) -> bool:
        seen.append(progress)
        orders.cancel(session, run.id, by=assembler, at=NOON)
        return False

    assembling.carry_out(opened, run.id, watch=cancels, at=NOON)

    assert (run.state, run.papers) == (RunState.CANCELLED, [])
    assert len(seen) <= 2


def test_a_result_is_not_cancelled(session: Session, ordered: AssemblyRun, assembler: Actor, opened: Opened) -> None:
    assembling.carry_out(opened, ordered.id, at=NOON)

    assert orders.cancel(session, ordered.id, by=assembler, at=NOON).state is RunState.SOLVED


@pytest.mark.parametrize(("state", "says"), [(ItemState.RETIRED, "retired"), (ItemState.APPROVED, "wording")])
def test_papers_of_an_item_that_was_retired_or_reworded_meanwhile_are_not_stored(
    session: Session, ordered: AssemblyRun, opened: Opened, monkeypatch: pytest.MonkeyPatch, state: ItemState, says: str
) -> None:
    item = chosen_item(session, ordered)

    def change() -> None:
        item.state = state
        if state is ItemState.APPROVED:
            reworded(session, item)
        session.flush()

    while_it_runs(monkeypatch, change)
    assembling.carry_out(opened, ordered.id, at=NOON)

    (said,) = ordered.report["changes"]
    assert (ordered.state, ordered.papers) == (RunState.OVERTAKEN, [])
    assert says in said["sentence"]
    assert said["facts"] == {"items": item.code}


def reworded(session: Session, item: Item) -> None:
    """Have a second wording approved, with the statistics of the first."""
    latest = item.latest
    values = {column.key: getattr(latest, column.key) for column in type(latest).__table__.columns}
    new = type(latest)(**{k: v for k, v in values.items() if k not in {"id", "body_sealed", "number"}}, number=2)
    new.body = latest.body
    item.revisions.append(new)
    session.flush()
    level, by = session.get_one(Level, item.level_id), an_actor(session)
    with_statistics(session, item, a_calibration_run(session, level, by=by), a=1.0, b=0.0)


def test_papers_by_a_version_that_was_followed_meanwhile_are_not_stored(
    session: Session, wanted: Specification, ordered: AssemblyRun, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    while_it_runs(monkeypatch, lambda: a_new_version(session, wanted))

    assembling.carry_out(opened, ordered.id, at=NOON)

    (said,) = ordered.report["changes"]
    assert (ordered.state, ordered.papers) == (RunState.OVERTAKEN, [])
    assert said["facts"] == {"newest": 2, "number": 1}


def test_an_order_by_a_version_that_is_no_longer_in_force_is_not_begun(
    session: Session, wanted: Specification, ordered: AssemblyRun, opened: Opened
) -> None:
    a_new_version(session, wanted)

    assembling.carry_out(opened, ordered.id, at=NOON)

    assert ordered.state is RunState.OVERTAKEN
    assert "cut" not in ordered.report


def a_new_version(session: Session, made: Specification) -> None:
    author, other = an_actor(session, "assembler"), an_actor(session, "assembler")
    rules = Rules.model_validate({**made.latest.rules, "exposure_most": 9})
    specification.change(session, made.id, name=made.name, minutes=91, rules=rules, by=author, at=NOON)
    versions.approve(session, made.latest.id, by=other, at=NOON)


def test_an_error_of_the_program_ends_the_run_and_is_not_swallowed(
    session: Session, ordered: AssemblyRun, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks() -> None:
        raise ZeroDivisionError

    while_it_runs(monkeypatch, breaks)
    with pytest.raises(ZeroDivisionError):
        assembling.carry_out(opened, ordered.id, at=NOON)

    assert ordered.state is RunState.FAILED


def test_items_that_the_candidates_have_seen_and_those_of_earlier_papers_are_left_out(
    session: Session, wanted: Specification, assembler: Actor
) -> None:
    first = assembling.assemble(session, wanted.id, forms=1, by=assembler, at=NOON).papers[0]
    seen = frozenset(slot.item_id for slot in first.slots[:20])
    group = Group(UUID(int=1), "补考", seen)

    run = assembling.assemble(session, wanted.id, forms=1, group=group, unlike=[first.id], by=assembler, at=NOON)

    assert (run.state, run.report["unseen"], run.report["unlike_items"]) == (RunState.SOLVED, 20, 60)
    assert run.report["group"]["exam"] == "补考"
    assert not {slot.item_id for slot in first.slots} & {slot.item_id for slot in run.papers[0].slots}


@pytest.mark.parametrize(
    ("effort", "refusal"),
    [(Effort(seconds=0.5), TimeOutside), (Effort(seconds=601), TimeOutside), (Effort(gap=0.3), GapOutside)],
)
def test_a_time_or_a_gap_outside_of_what_is_possible_is_refused(
    session: Session, assembler: Actor, effort: Effort, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal, match="give"):
        orders.order(session, UUID(int=1), effort=effort, by=assembler, at=NOON)


def test_the_database_lets_no_run_go_back(session: Session, ordered: AssemblyRun) -> None:
    orders.begin(session, ordered.id, at=NOON)
    set_state(session, ordered, RunState.SOLVED)

    for state in (RunState.QUEUED, RunState.RUNNING, RunState.CANCELLED):
        with pytest.raises(IntegrityError, match=f"an assembly run that is solved does not become {state}"):
            set_state(session, ordered, state)


def set_state(session: Session, run: AssemblyRun, state: RunState) -> None:
    with session.begin_nested():
        run.state = state
        session.flush()
