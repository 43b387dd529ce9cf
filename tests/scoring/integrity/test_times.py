"""Unusual times and rapid guessing: by hand, by properties, and how often chance alone is flagged."""

import numpy as np
import pytest
from scipy import stats

from kaoping.scoring.calibration import calibrate
from kaoping.scoring.errors import BadParameters
from kaoping.scoring.integrity import rapid_thresholds
from kaoping.scoring.integrity.effort import cleaned, effort, rapid_evidence
from kaoping.scoring.integrity.empirical_null import against_the_usual, recentred
from kaoping.scoring.integrity.errors import NothingToScreen, StatisticsTied
from kaoping.scoring.integrity.lognormal import TimeParameters, simulate_times
from kaoping.scoring.integrity.rapid_thresholds import Thresholds
from kaoping.scoring.integrity.response_times import ResponseTimes
from kaoping.scoring.integrity.speed_ability import correlations_of_items, item_covariance, second_level
from kaoping.scoring.integrity.time_calibration import calibrate_times
from kaoping.scoring.integrity.time_errors import BadTimes
from kaoping.scoring.integrity.time_fit import time_fit
from kaoping.scoring.integrity.time_residuals import (
    SpeedPrior,
    answer_evidence,
    pattern_evidence,
    predictive_residuals,
    squared_residuals,
)
from kaoping.scoring.models import model
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.responses import ResponseMatrix
from tests.builders_times import SPREAD, an_exam, within

PERSONS = 8000


def test_a_residual_is_that_of_the_conditional_normal_distribution() -> None:
    """The last of k jointly normal log times given the others, by the partitioned covariance matrix."""
    exam = an_exam(4, 5, seed=1, sloped=True)
    items = exam.time_items
    spread = items.spread**2 * np.outer(items.slope, items.slope) + np.diag(items.discrimination**-2)
    weights = np.linalg.solve(spread[:4, :4], spread[:4, 4])
    mean = items.intensity[4] + (exam.times.log[:, :4] - items.intensity[:4]) @ weights
    sd = np.sqrt(spread[4, 4] - spread[4, :4] @ weights)

    found = predictive_residuals(exam.times, items)

    assert found[:, 4] == pytest.approx((exam.times.log[:, 4] - mean) / sd, abs=1e-10)


def test_squared_residuals_are_those_of_a_regression_through_speed() -> None:
    exam = an_exam(3, 6, seed=2, sloped=True)
    items, gaps = exam.time_items, np.zeros((3, 6), dtype=np.bool_)
    gaps[1, 2] = True
    times = exam.times.without(gaps)

    squares, df = squared_residuals(times, items)

    for person, known in enumerate(times.timed):
        design = (items.discrimination * items.slope)[known, None]
        target = (items.discrimination * (items.intensity - times.log[person]))[known]
        assert squares[person] == pytest.approx(np.linalg.lstsq(design, target)[1][0])
    assert df.tolist() == [5, 4, 5]


def test_where_no_item_tells_of_speed_no_degree_of_freedom_is_spent_on_it() -> None:
    items = TimeParameters(("A", "B", "C"), np.full(3, 4.0), np.full(3, 2.0), np.array([0.0, 0.0, 1.0]), SPREAD)
    times = ResponseTimes(np.exp([[4.5, 4.0, np.nan], [4.5, 4.0, 4.0]]), ("A", "B", "C"))

    squares, df = squared_residuals(times, items)

    assert df.tolist() == [2, 2]
    assert squares == pytest.approx([1.0, 1.0])


def test_without_a_prior_a_single_time_has_no_residual_and_its_person_is_unjudged() -> None:
    items = TimeParameters(("A", "B"), np.log([60.0, 30.0]), np.full(2, 2.0), np.ones(2), SPREAD)
    times = ResponseTimes([[60.0, np.nan], [50.0, 30.0]], ("A", "B"))

    flat = predictive_residuals(times, items, SpeedPrior.flat(2))
    found = pattern_evidence(times, items)

    assert np.isnan(flat[0]).all()
    assert np.isfinite(flat[1]).all()
    assert [one.subject for one in found.unjudged] == ["1"]
    with pytest.raises(NothingToScreen):
        pattern_evidence(ResponseTimes([[60.0, np.nan]], ("A", "B")), items)


def test_chance_alone_is_flagged_as_often_as_the_level_says() -> None:
    """Parameters estimated from the same times, as in practice; 8000 persons and 160 000 answers."""
    times = an_exam(PERSONS, 20, seed=3).times
    items = calibrate_times(times).parameters
    residuals = predictive_residuals(times, items)
    thresholds = rapid_thresholds.normative(times, 0.3, most=100)
    found = {
        "fast": answer_evidence(times, residuals, tail="fast", adjust=""),
        "slow": answer_evidence(times, residuals, tail="slow", adjust=""),
        "pattern": pattern_evidence(times, items),
        "rapid": rapid_evidence(times, items, thresholds),
    }

    for name, evidence in found.items():
        for level in (0.05, 0.01):
            share = float((evidence.p <= level).mean())
            assert within(share, level, len(evidence.p)), (name, level, share)


def test_patterns_that_all_differ_from_the_model_are_judged_by_what_is_usual() -> None:
    """Every person has an own spread of times, so that the model's chi-square is too narrow."""
    exam = an_exam(3000, 40, seed=15)
    rng = np.random.default_rng(3)
    noise = rng.standard_normal((3000, 40)) * rng.normal(1, 0.12, (3000, 1)) / exam.time_items.discrimination
    times = ResponseTimes(np.exp(exam.time_items.intensity - exam.tau[:, None] + noise), exam.times.items)

    theoretical = pattern_evidence(times, calibrate_times(times).parameters)
    empirical = against_the_usual(theoretical)

    assert float(theoretical.flagged.mean()) > 0.04
    assert float(empirical.flagged.mean()) < 0.02
    assert empirical.statistic is theoretical.statistic


def test_tied_statistics_do_not_tell_what_is_usual() -> None:
    with pytest.raises(StatisticsTied, match="--null theoretical"):
        recentred(np.append(np.zeros(150), np.ones(20)))


def test_correlations_of_items_need_one_difficulty_each() -> None:
    exam = an_exam(10, 6, seed=16)
    graded = ItemParameters.reported(exam.times.items, [model("grm", 3)] * 6, [[1.0, -1.0, 1.0]] * 6)

    found = correlations_of_items(exam.items, exam.time_items)

    assert found is not None
    assert found.correlation[2, 3] == pytest.approx(
        np.corrcoef(exam.time_items.intensity, exam.time_items.discrimination)[0, 1]
    )
    assert correlations_of_items(graded, exam.time_items) is None


def test_persons_who_guess_rapidly_are_flagged_and_their_answers_found() -> None:
    exam = an_exam(1000, 30, seed=4)
    seconds = exam.times.seconds.copy()
    guessed = np.zeros(seconds.shape, dtype=np.bool_)
    guessed[:20, :6] = True
    seconds[guessed] = np.random.default_rng(1).uniform(1.0, 3.0, 120)
    times = ResponseTimes(seconds, exam.times.items, persons=exam.times.persons)
    items = calibrate_times(times).parameters
    thresholds = rapid_thresholds.normative(times)

    found = rapid_evidence(times, items, thresholds, level=0.01)
    told = effort(times, thresholds)

    assert set(times.persons[:20]) <= set(found.named)
    assert len(found.named) < 50
    assert told.of_persons[:20] == pytest.approx(0.8, abs=0.04)
    assert (told.rapid[guessed]).mean() > 0.9


def test_nobody_without_a_rapid_answer_is_flagged_and_chance_gives_as_many_flags_as_are_said() -> None:
    """Rapid answers of honest persons are rarer than the level; the bound is 4 standard errors of a Poisson number."""
    exam = an_exam(PERSONS, 20, seed=17)
    thresholds = Thresholds(exam.times.items, np.exp(exam.time_items.intensity) / 6, ("",) * 20)

    found = rapid_evidence(exam.times, exam.time_items, thresholds, level=0.05)

    none = effort(exam.times, thresholds).rapid.sum(axis=1) == 0
    assert none.any()
    assert (found.p[none] == 1).all()
    assert not found.flagged[none].any()
    assert found.expected_false < 0.8 * 0.05 * PERSONS
    assert found.flagged.sum() == pytest.approx(found.expected_false, abs=4 * np.sqrt(found.expected_false))


def test_the_chance_of_rapid_answers_by_enumeration() -> None:
    """Three items: every pattern of below, between and above, summed by hand over the same grid of speed."""
    items = TimeParameters(("A", "B", "C"), np.zeros(3), np.array([1.0, 1.5, 2.0]), np.ones(3), 0.5)
    times = ResponseTimes(np.exp([[-0.5, 0.2, 0.4]]), ("A", "B", "C"))
    nodes = np.linspace(-3.0, 3.0, 4001)
    weights = np.exp(-(nodes**2) / 0.5)
    weights /= weights.sum()
    below, near = (
        stats.norm.cdf(items.discrimination[:, None] * (at + nodes)) for at in (np.zeros((3, 1)), np.full((3, 1), 0.2))
    )
    one_alone = sum(below[j] * np.prod(1 - near[[i for i in range(3) if i != j]], axis=0) for j in range(3))
    expected = weights @ (1 - np.prod(1 - below, axis=0) - one_alone)

    found = rapid_evidence(times, items, Thresholds(times.items, np.ones(3), ("",) * 3))

    assert found.p[0] == pytest.approx(expected, abs=1e-6)


def test_all_answers_rapid_is_as_unusual_as_can_be() -> None:
    items = TimeParameters(("A", "B"), np.full(2, 4.0), np.full(2, 3.0), np.ones(2), SPREAD)
    times = ResponseTimes([[1.0, 1.0], [60.0, 55.0]], ("A", "B"))

    found = rapid_evidence(times, items, Thresholds(times.items, np.full(2, 3.0), ("",) * 2))

    assert found.p[0] < 1e-9
    assert found.p[1] > 0.1
    assert found.statistic[0] == 2


def test_two_humps_are_found_and_one_is_not() -> None:
    rng = np.random.default_rng(6)
    fast, slow = rng.normal(0.7, 0.3, 300), rng.normal(4.0, 0.4, 1700)
    log = np.stack([np.concatenate([fast, slow]), rng.normal(4.0, 0.4, 2000)], axis=1)

    found = rapid_thresholds.mixture(ResponseTimes(np.exp(log)))

    assert 1.5 < np.log(found.seconds[0]) < 3.0
    assert found.seconds[1] == 0
    assert found.reasons[0] == ""
    assert found.reasons[1]


def test_the_cumulative_threshold_lies_where_answers_begin_to_be_right() -> None:
    rng = np.random.default_rng(7)
    fast = np.arange(4000) < 600
    seconds = np.where(fast, rng.uniform(1, 5, 4000), rng.uniform(20, 90, 4000))
    right = rng.random(4000) < np.where(fast, 0.25, 0.8)
    always = rng.random(4000) < 0.8
    times = ResponseTimes(np.stack([seconds, seconds], axis=1))
    answers = ResponseMatrix(np.stack([right, always], axis=1).astype(int))

    found = rapid_thresholds.cumulative(times, answers, chance=0.27)

    assert 3.0 < found.seconds[0] < 21.0
    assert found.seconds[1] == 0


def test_thresholds_that_are_none_are_refused() -> None:
    times = ResponseTimes([[30.0, 20.0]])

    with pytest.raises(BadParameters):
        rapid_thresholds.normative(times, 1.0)
    with pytest.raises(BadParameters):
        rapid_thresholds.fixed(times, 0.0)
    with pytest.raises(BadParameters):
        rapid_thresholds.cumulative(times, ResponseMatrix([[1, 0]]), chance=1.0)


def test_rapid_guesses_count_as_not_presented_and_other_gaps_stay() -> None:
    answers = ResponseMatrix([[1, 0, -2], [0, 1, 1]], persons=["P1", "P2"])

    found = cleaned(answers, np.array([[True, False, False], [False, False, True]]))

    assert np.asarray(found.codes).tolist() == [[-1, 0, -2], [0, 1, -1]]
    assert found.persons == answers.persons


def test_the_second_level_comes_back_within_its_errors() -> None:
    exam = an_exam(2000, 30, seed=8, correlation=-0.5)
    items = calibrate(exam.answers, "2pl", errors="none").parameters

    found = second_level(exam.answers, items, exam.times, exam.time_items)

    assert abs(found.correlation + 0.5) < 3 * found.se_correlation
    assert np.abs(found.mean / found.se_mean).max() < 3
    assert np.abs((found.sd - [1, SPREAD]) / found.se_sd).max() < 3
    assert found.se_correlation == pytest.approx((1 - 0.25) / np.sqrt(2000), rel=0.4)


def test_the_second_level_is_the_highest_point_of_the_integrated_likelihood() -> None:
    """The likelihood over a grid of ability and speed, summed directly, does not rise when any number is moved."""
    exam = an_exam(150, 8, seed=9, correlation=0.6)
    found = second_level(exam.answers, exam.items, exam.times, exam.time_items, tolerance=1e-8)
    theta, tau = np.linspace(-6, 6, 121), np.linspace(-2.5, 2.5, 161)
    log = exam.items.log_probabilities(theta)
    chosen = sum(log[item, exam.answers.answers[:, item].astype(int)] for item in range(8))
    z = exam.time_items.discrimination * (exam.times.log[:, None] - exam.time_items.intensity + tau[None, :, None])
    fast = stats.norm.logpdf(z).sum(axis=2)

    def height(mean: np.ndarray, sd: np.ndarray, rho: float) -> float:
        x, y = (theta[:, None] - mean[0]) / sd[0], (tau - mean[1]) / sd[1]
        prior = np.exp(-(x**2 - 2 * rho * x * y + y**2) / (2 * (1 - rho**2))) / (np.prod(sd) * np.sqrt(1 - rho**2))
        return float(np.log(np.einsum("nq,qr,nr->n", np.exp(chosen), prior, np.exp(fast))).sum())

    best = height(found.mean, found.sd, found.correlation)
    for step in (-0.01, 0.01):
        for place in range(2):
            shift = step * np.eye(2)[place] * found.sd
            assert height(found.mean + shift, found.sd, found.correlation) < best
            assert height(found.mean, found.sd + shift, found.correlation) < best
        assert height(found.mean, found.sd, found.correlation + step) < best


def test_answers_sharpen_the_prediction_of_times() -> None:
    exam = an_exam(1500, 12, seed=10, correlation=0.9)
    level = second_level(exam.answers, exam.items, exam.times, exam.time_items)
    some = exam.times.without(np.arange(12) != np.zeros((1500, 1)))

    with_answers = predictive_residuals(some, exam.time_items, level.prior)

    assert float(np.nanstd(with_answers)) == pytest.approx(1, abs=0.06)
    assert float(level.prior.variance.mean()) < 0.6 * SPREAD**2


def test_the_population_needs_the_same_persons() -> None:
    exam = an_exam(50, 5, seed=11)
    others = ResponseTimes(exam.times.seconds, exam.times.items)

    with pytest.raises(BadTimes):
        second_level(exam.answers, exam.items, others, exam.time_items)


def test_the_covariance_of_items_is_corrected_for_errors_alone_on_the_diagonal() -> None:
    rng = np.random.default_rng(12)
    true = rng.multivariate_normal([0, 4], [[1, 0.3], [0.3, 0.25]], 4000)

    found = item_covariance(true + rng.normal(0, [0.5, 0.3], true.shape), np.tile([0.5, 0.3], (4000, 1)), ["b", "beta"])

    assert found.correlation[0, 1] == pytest.approx(0.6, abs=0.04)


def test_the_shape_of_residuals_tells_lognormal_times_from_others() -> None:
    exam = an_exam(2000, 10, seed=13)
    seconds = exam.times.seconds.copy()
    seconds[:, 0] = 20 + np.random.default_rng(2).exponential(40, 2000)
    times = ResponseTimes(seconds, exam.times.items)
    items = calibrate_times(times).parameters

    found = time_fit(times, predictive_residuals(times, items))

    assert found.distance[0] > 0.04 > found.distance[1:].max()
    assert found.p[0] < 1e-6


def test_times_are_taken_in_the_order_of_the_answers() -> None:
    exam = an_exam(5, 3, seed=14)
    turned = ResponseTimes(exam.times.seconds[::-1, ::-1], exam.times.items[::-1], persons=exam.times.persons[::-1])

    assert turned.of(exam.answers).seconds == pytest.approx(exam.times.seconds)
    with pytest.raises(BadTimes, match="P1"):
        simulate_times(np.zeros(5), exam.time_items, rng=np.random.default_rng(1)).of(exam.answers)
