"""Preknowledge: by hand and enumeration, how often chance alone is flagged, and that a gain is found."""

from itertools import product

import numpy as np
import pytest
from scipy import stats

from kaoping.scoring.ability import maximum_likelihood
from kaoping.scoring.calibration import calibrate
from kaoping.scoring.errors import NotEnoughData
from kaoping.scoring.integrity.ability_changes import ability_changes
from kaoping.scoring.integrity.errors import NothingToScreen
from kaoping.scoring.integrity.item_drift import answer_drift, time_drift
from kaoping.scoring.integrity.lognormal import TimeParameters
from kaoping.scoring.integrity.preknowledge import (
    answer_shifts,
    exposed_places,
    joint_evidence,
    speed_shifts,
)
from kaoping.scoring.integrity.response_times import ResponseTimes
from kaoping.scoring.integrity.time_calibration import calibrate_times
from kaoping.scoring.integrity.time_errors import BadExposure
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.quadrature import normal
from kaoping.scoring.responses import ResponseMatrix
from tests.builders_times import an_exam, item_names, within

PERSONS = 8000
EXPOSED = np.arange(40) < 12


def test_the_predictive_chance_by_enumeration() -> None:
    """Three exposed items of slopes 0.5, 1 and 2: all eight patterns, each over the posterior of the secure answers."""
    items = ItemParameters.logistic([0.5, 1.0, 2.0, 1.2, 0.8], [0.0, 0.5, -0.5, 0.0, 1.0])
    exposed = np.array([True, True, True, False, False])
    grid = normal()
    chance = items.probabilities(grid.nodes)[:, 1]
    posterior = grid.weights * chance[3] * (1 - chance[4])
    posterior /= posterior.sum()
    own, expected = 0.5 + 2.0, 0.0
    for pattern in product([0, 1], repeat=3):
        likely = np.prod([np.where(x, chance[j], 1 - chance[j]) for j, x in enumerate(pattern)], axis=0)
        score = float(np.dot(pattern, [0.5, 1.0, 2.0]))
        expected += float(posterior @ likely) * (score > own) + float(posterior @ likely) * (score == own) / 2

    found = answer_shifts(ResponseMatrix([[1, 0, 1, 1, 0]]), items, exposed)

    assert stats.norm.sf(found.z[0]) == pytest.approx(expected, abs=1e-9)


def test_gaps_among_exposed_items_leave_the_others_to_speak() -> None:
    exam = an_exam(6, 10, seed=1)
    exposed = np.arange(10) < 4
    codes = np.array(exam.answers.codes)
    codes[:3, 0] = -1
    codes[4, 4:] = -1

    found = answer_shifts(ResponseMatrix(codes, exam.answers.items), exam.items, exposed)
    without = answer_shifts(
        ResponseMatrix(codes[:3, 1:], exam.answers.items[1:]), exam.items.take(np.arange(1, 10)), exposed[1:]
    )

    assert found.judged.tolist() == [True, True, True, True, False, True]
    assert np.sign(found.z[:3]).tolist() == np.sign(without.z).tolist()
    assert [one.subject for one in found.evidence().unjudged] == ["5"]


def test_the_speed_statistic_by_hand_and_whatever_the_speed() -> None:
    items = TimeParameters(("A", "B", "C"), np.full(3, 4.0), np.array([2.0, 2.0, 1.0]), np.ones(3), 0.3)
    log = np.array([[3.5, 4.0, 4.0]])
    exposed = np.array([True, False, False])

    found = speed_shifts(ResponseTimes(np.exp(log), items.items), items, exposed)
    faster = speed_shifts(ResponseTimes(np.exp(log - 0.7), items.items), items, exposed)

    assert found.difference[0] == pytest.approx(0.5)
    assert found.z[0] == pytest.approx(0.5 / np.sqrt(1 / 4 + 1 / 5))
    assert faster.z[0] == pytest.approx(found.z[0])


def test_the_likelihood_ratio_is_that_of_three_peaks() -> None:
    """Two times the gain of two abilities over one, each at its maximum-likelihood estimate."""
    exam = an_exam(200, 30, seed=2)
    exposed = np.arange(30) < 12
    parts = [np.arange(12), np.arange(12, 30), np.arange(30)]
    heights = []
    for places in parts:
        table, items = exam.answers.take(items=places), exam.items.take(places)
        theta = np.clip(maximum_likelihood(table, items).theta, -10, 10)
        log = items.log_probabilities(theta)
        chosen = table.answers.T[:, None].astype(int)
        heights.append(np.take_along_axis(log, chosen, axis=1)[:, 0].sum(axis=0))

    found = ability_changes(exam.answers, exam.items, exposed)

    assert found.likelihood_ratio**2 == pytest.approx(2 * (heights[0] + heights[1] - heights[2]), abs=2e-3)
    assert np.corrcoef(found.likelihood_ratio, found.score)[0, 1] > 0.98


def test_chance_alone_is_flagged_as_often_as_the_level_says() -> None:
    """Items, times and population estimated from the same persons; 12 exposed items of 40, 8000 persons."""
    exam = an_exam(PERSONS, 40, seed=3)
    items = calibrate(exam.answers, "2pl", errors="none").parameters
    times = calibrate_times(exam.times).parameters
    answers, speed = answer_shifts(exam.answers, items, EXPOSED), speed_shifts(exam.times, times, EXPOSED)
    found = {
        "answers": answers.evidence().p,
        "times": speed.evidence().p,
        "both": joint_evidence(answers, speed).p,
        "centred answers": answers.recentred().evidence().p,
        "centred times": speed.recentred().evidence().p,
    }

    for name, p in found.items():
        for level in (0.05, 0.01):
            share = float((p <= level).mean())
            assert within(share, level, PERSONS), (name, level, share)


def test_ties_broken_at_random_keep_the_level_with_few_exposed_items_of_equal_slopes() -> None:
    exam = an_exam(20000, 30, seed=9, unit_slopes=True)
    exposed = np.arange(30) < 4

    half = answer_shifts(exam.answers, exam.items, exposed).evidence().p
    drawn = answer_shifts(exam.answers, exam.items, exposed, rng=np.random.default_rng(1)).evidence().p

    for level in (0.05, 0.01):
        assert within(float((drawn <= level).mean()), level, 20000)
        assert float((half <= level).mean()) < level


def test_answers_and_times_are_independent_where_nothing_happened() -> None:
    exam = an_exam(4000, 40, seed=4, correlation=0.8)
    answers = answer_shifts(exam.answers, exam.items, EXPOSED)
    speed = speed_shifts(exam.times, exam.time_items, EXPOSED)

    assert abs(float(np.corrcoef(answers.z, speed.z)[0, 1])) < 3 / np.sqrt(4000)


def test_who_knows_the_items_before_is_found_best_by_answers_and_times_together() -> None:
    exam = an_exam(1000, 40, seed=5)
    codes, seconds = np.array(exam.answers.codes), exam.times.seconds.copy()
    codes[:50, :12] = np.maximum(codes[:50, :12], np.random.default_rng(1).random((50, 12)) < 0.8)
    seconds[:50, :12] *= 0.7
    answers = answer_shifts(ResponseMatrix(codes, item_names(40)), exam.items, EXPOSED)
    speed = speed_shifts(ResponseTimes(seconds, item_names(40)), exam.time_items, EXPOSED)

    power = {
        name: float((evidence.p[:50] <= 0.01).mean())
        for name, evidence in {
            "answers": answers.evidence(), "times": speed.evidence(), "both": joint_evidence(answers, speed)
        }.items()
    }  # fmt: skip

    assert power["both"] > max(power["answers"], power["times"]) > 0.3
    assert float((joint_evidence(answers, speed).p[50:] <= 0.01).mean()) < 0.025


def test_persons_with_times_alone_are_judged_by_times_alone() -> None:
    items = ItemParameters.logistic(np.ones(4), np.zeros(4), names=item_names(4))
    timed = TimeParameters(item_names(4), np.full(4, 4.0), np.full(4, 2.0), np.ones(4), 0.3)
    exposed = np.array([True, True, False, False])
    answers = answer_shifts(ResponseMatrix([[-1, -1, 1, 0]], item_names(4)), items, exposed)
    speed = speed_shifts(ResponseTimes([[20.0, 20.0, 60.0, 60.0]], item_names(4)), timed, exposed)

    assert joint_evidence(answers, speed).p[0] == pytest.approx(stats.norm.sf(speed.z[0]))
    with pytest.raises(NothingToScreen):
        answers.evidence()


def test_an_empirical_null_takes_away_what_everybody_has() -> None:
    exam = an_exam(2000, 40, seed=6)
    seconds = exam.times.seconds * np.where(EXPOSED, np.random.default_rng(2).normal(0.9, 0.1, (2000, 1)), 1.0)
    speed = speed_shifts(ResponseTimes(seconds, item_names(40)), exam.time_items, EXPOSED)

    assert float((speed.evidence().p <= 0.01).mean()) > 0.05
    assert float((speed.recentred().evidence().p <= 0.01).mean()) < 0.02
    few = speed_shifts(ResponseTimes(seconds[:50], item_names(40)), exam.time_items, EXPOSED)
    with pytest.raises(NotEnoughData):
        few.recentred()


@pytest.mark.parametrize("names", [[], ["I1", "I2", "I3"], ["I9"]])
def test_a_comparison_needs_both_kinds_of_items(names: list[str]) -> None:
    with pytest.raises(BadExposure):
        exposed_places(item_names(3), names)


def test_items_that_became_easier_and_faster_are_found_though_the_groups_differ() -> None:
    exam = an_exam(3000, 20, seed=7)
    after = exam.theta + np.random.default_rng(3).standard_normal(3000) > 0
    codes, seconds = np.array(exam.answers.codes), exam.times.seconds.copy()
    known = np.flatnonzero(after)[:, None]
    hard = np.argsort(exam.items.families[0].values[:, 1])[:2]
    codes[known, hard] = np.maximum(codes[known, hard], np.random.default_rng(4).random((len(known), 2)) < 0.4)
    seconds[known, hard] *= 0.8
    answers = ResponseMatrix(codes, item_names(20), groups=["b" if one else "a" for one in after])
    found = calibrate(answers, fixed=exam.items, errors="none")
    of = {name: normal(121, mean=m, sd=s) for name, m, s in zip(found.groups, found.mean, found.sd, strict=True)}

    easier = answer_drift(answers, exam.items, after, populations=(of["a"], of["b"])).evidence()
    faster = time_drift(ResponseTimes(seconds, item_names(20)), exam.time_items, after).evidence()

    assert set(easier.named) == {item_names(20)[place] for place in hard}
    assert set(faster.named) == {item_names(20)[place] for place in hard}


def test_chance_alone_is_no_drift() -> None:
    """2000 comparisons of items; both shares within three standard errors of the level, or a fifth."""
    p = []
    for seed in range(40):
        exam = an_exam(400, 25, seed=100 + seed)
        after = np.arange(400) % 2 == 0
        items = calibrate_times(exam.times).parameters
        answers = answer_drift(exam.answers, exam.items, after, populations=(normal(), normal()))
        p += [*answers.evidence().p, *time_drift(exam.times, items, after).evidence().p]

    for level in (0.05, 0.01):
        assert within(float(np.mean(np.array(p) <= level)), level, 2000)


def test_drift_needs_persons_of_both_times() -> None:
    exam = an_exam(30, 5, seed=8)

    with pytest.raises(BadExposure):
        time_drift(exam.times, exam.time_items, np.ones(30, dtype=np.bool_))
    with pytest.raises(NothingToScreen):
        time_drift(exam.times, exam.time_items, np.arange(30) < 5).evidence()
