"""Calibration runs on the database."""

import numpy as np
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kaoping.exam.results import calibrating, responses, statistics
from kaoping.exam.results.errors import NotSimulatable, RunClosed, Uncalibrated
from kaoping.exam.results.groupings import Grouping, Rule
from kaoping.exam.results.models import CalibrationRun, RunVerdict
from kaoping.itembank.items import Item, ItemType, Statistics, StatisticsState
from kaoping.itembank.models import Level, Range
from kaoping.scoring.errors import NotIdentified
from tests import builders_papers
from tests.builders import NOON, an_actor, an_organisation, stored
from tests.builders_papers import a_body
from tests.builders_registration import a_level, a_standard
from tests.builders_results import AFTER, PASSING, a_sat_application

PERSONS, ITEMS = 300, 30
KINDS = (
    ItemType.TRUE_FALSE, ItemType.SINGLE_CHOICE, ItemType.MULTIPLE_CHOICE, ItemType.FILL_IN, ItemType.NUMERIC,
)  # fmt: skip


def a_pool(session: Session, *, items: int = ITEMS, demonstration: bool = True) -> Level:
    """Make a level with approved items of all types in turn."""
    an_organisation(session, demonstration=demonstration)
    level, by = a_level(session, standard=a_standard(session)), an_actor(session)
    row = stored(session, Range(
        organisation_id=level.organisation_id, standard_id=level.standard_id, code="F1", name="标准",
        name_en="Standards", position=1,
    ))  # fmt: skip
    for number in range(1, items + 1):
        item = builders_papers.an_item(session, level, row, KINDS[number % len(KINDS)], number, by=by)
        item.latest.difficulty = 1 + number % 5
    session.flush()
    return level


def a_run(session: Session, level: Level, *, persons: int = PERSONS, name: str = "试测") -> CalibrationRun:
    by = an_actor(session, "psychometrician")
    return calibrating.simulate_pilot(session, level.id, name=name, persons=persons, by=by, at=NOON)


def states(session: Session, run: CalibrationRun) -> set[StatisticsState]:
    session.expire_all()
    return set(session.scalars(select(Statistics.state).where(Statistics.run_id == run.id)))


def test_a_pilot_proposes_statistics_of_every_item_and_uses_none(session: Session) -> None:
    run = a_run(session, a_pool(session))

    rows = statistics.of_run(session, run)

    assert (run.persons, run.items, run.converged, run.verdict) == (PERSONS, ITEMS, True, RunVerdict.PROPOSED)
    assert run.reliability is not None
    assert 0.6 < run.reliability < 0.98
    assert len(rows) == ITEMS
    assert states(session, run) == {StatisticsState.PROPOSED}
    assert all(row.statistics.simulated and row.statistics.se_b > 0 for row in rows)


def test_the_estimates_follow_the_true_parameters(session: Session) -> None:
    level = a_pool(session)
    revisions = responses.approved_revisions(session, level)
    _, true_b = responses.true_parameters(revisions, np.random.default_rng(calibrating.PILOT_SEED))

    rows = statistics.of_run(session, a_run(session, level, persons=1000))

    errors = [(row.statistics.b - b) / row.statistics.se_b for row, b in zip(rows, true_b, strict=True)]
    assert abs(float(np.mean(errors))) < 0.6
    assert max(map(abs, errors)) < 4


def test_every_option_is_traced_and_the_key_is_named(session: Session) -> None:
    rows = statistics.of_run(session, a_run(session, a_pool(session)))

    single = next(row for row in rows if row.item.type is ItemType.SINGLE_CHOICE)
    found = single.statistics.distractors

    assert found["key"] == [a_body(single.item.type, int(single.item.code[-6:]))["key"]]
    assert set(found["options"]["shares"]) == {"A", "B", "C", "D", "blank"}
    assert sum(each["all"] for each in found["options"]["shares"].values()) == pytest.approx(1)
    assert len(found["observed"]["share"]) == len(found["observed"]["theta"])


def test_adopting_puts_a_run_into_use_and_supersedes_the_one_before(session: Session) -> None:
    level, by = a_pool(session, items=8), an_actor(session, "psychometrician")
    first, second = a_run(session, level), a_run(session, level, persons=400, name="复测")
    calibrating.adopt(session, first.id, by=by, at=NOON)
    calibrating.adopt(session, first.id, by=by, at=AFTER)

    calibrating.adopt(session, second.id, by=by, at=AFTER)

    assert states(session, first) == {StatisticsState.SUPERSEDED}
    assert states(session, second) == {StatisticsState.ADOPTED}
    assert (first.adopted_at, second.adopted_at) == (NOON, AFTER)


def test_a_rejected_run_is_never_used(session: Session) -> None:
    level, by = a_pool(session, items=8), an_actor(session, "psychometrician")
    run = a_run(session, level)

    calibrating.reject(session, run.id, by=by, at=NOON)
    calibrating.reject(session, run.id, by=by, at=NOON)

    with pytest.raises(RunClosed):
        calibrating.adopt(session, run.id, by=by, at=NOON)
    assert states(session, run) == {StatisticsState.PROPOSED}


def test_an_adopted_run_is_not_rejected_afterwards(session: Session) -> None:
    level, by = a_pool(session, items=8), an_actor(session, "psychometrician")
    run = calibrating.adopt(session, a_run(session, level).id, by=by, at=NOON)

    with pytest.raises(RunClosed):
        calibrating.reject(session, run.id, by=by, at=NOON)


def test_answers_are_simulated_only_in_a_demonstration(session: Session) -> None:
    level = a_pool(session, items=8, demonstration=False)

    with pytest.raises(NotSimulatable):
        a_run(session, level)


def test_too_few_answers_are_refused_and_nothing_is_stored(session: Session) -> None:
    application = a_sat_application(session, right=PASSING)

    with pytest.raises(NotIdentified) as refused:
        calibrating.run(session, application.exam.level_id, name="三级", by=an_actor(session), at=AFTER)

    assert refused.value.item.startswith("3-")
    assert session.scalars(select(func.count(CalibrationRun.id))).one() == 0


def test_the_matrix_of_a_level_counts_blanks_as_wrong_and_leaves_out_what_was_not_presented(session: Session) -> None:
    application = a_sat_application(session, right=(1, 2))

    answers = responses.of_level(session, application.exam.level, Rule(groupings=tuple(Grouping)))

    assert answers.matrix.answers.tolist() == [[1, 1, 0, 0, 0, 0]]
    assert answers.given[0][2] is None
    assert set(answers.groups) == set(Grouping)
    assert all(len(names) == 1 and names[0] for names in answers.groups.values())


def test_an_item_without_statistics_says_so(session: Session) -> None:
    a_pool(session, items=1)
    item = session.scalars(select(Item)).one()

    with pytest.raises(Uncalibrated):
        statistics.newest(session, item)


def test_the_pilot_is_the_same_every_time(session: Session) -> None:
    level = a_pool(session, items=8)
    revisions = responses.approved_revisions(session, level)

    first, again = (responses.pilot(revisions, persons=50, seed=1) for _ in range(2))

    assert (first.matrix.answers == again.matrix.answers).all()
    assert first.given == again.given
