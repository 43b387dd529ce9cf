"""Parameters of response times: against a direct optimiser, by derivatives, by properties, and recovered."""

import numpy as np
import pytest
from scipy import optimize, stats

from kaoping.scoring.integrity import time_calibration
from kaoping.scoring.integrity.lognormal import TimeParameters, simulate_times, speeds
from kaoping.scoring.integrity.response_times import ResponseTimes
from kaoping.scoring.integrity.time_calibration import calibrate_times
from kaoping.scoring.integrity.time_errors import BadTimes, TimesAlike, TooFewTimes
from tests.builders_times import SPREAD, an_exam, time_items


def with_gaps(times: ResponseTimes, share: float, seed: int = 9) -> ResponseTimes:
    return times.without(np.random.default_rng(seed).random(times.seconds.shape) < share)


def direct_log_likelihood(times: ResponseTimes, of: TimeParameters) -> float:
    """Sum the multivariate normal densities of all persons, each over the items with a time."""
    total = 0.0
    for known, log in zip(times.timed, times.log, strict=True):
        if known.any():
            slope = of.slope[known]
            spread = of.spread**2 * np.outer(slope, slope) + np.diag(of.discrimination[known] ** -2)
            total += float(stats.multivariate_normal.logpdf(log[known], of.intensity[known], spread))
    return total


@pytest.mark.parametrize("slopes", [False, True])
def test_the_closed_form_is_the_likelihood_of_a_one_factor_model(slopes: bool) -> None:  # noqa: FBT001
    times = with_gaps(an_exam(200, 6, seed=1, sloped=slopes).times, 0.2)

    found = calibrate_times(times, slopes=slopes)

    assert found.log_likelihood == pytest.approx(direct_log_likelihood(times, found.parameters), abs=1e-8)
    assert np.diff(found.trace).min() > -1e-8


def test_a_direct_optimiser_finds_no_higher_point() -> None:
    times = an_exam(150, 4, seed=2, sloped=True).times

    def depth(x: np.ndarray) -> float:
        spread = np.outer(x[8:12], x[8:12]) + np.diag(np.exp(-2 * x[4:8]))
        return -float(stats.multivariate_normal.logpdf(times.log, x[:4], spread).sum())

    start = np.concatenate([np.full(4, 4.0), np.zeros(4), np.full(4, 0.3)])
    direct = optimize.minimize(depth, start, method="BFGS", options={"gtol": 1e-4})
    found = calibrate_times(times, slopes=True)

    assert found.log_likelihood == pytest.approx(-direct.fun, abs=1e-5)
    assert found.parameters.intensity == pytest.approx(direct.x[:4], abs=1e-3)


@pytest.mark.parametrize("sloped", [False, True])
def test_score_and_information_are_the_derivatives(sloped: bool) -> None:  # noqa: FBT001
    times = with_gaps(an_exam(120, 4, seed=3, sloped=sloped).times, 0.2)
    data = time_calibration._Data.of(times)
    at = time_calibration._start(data, sloped=sloped).vector(sloped=sloped) * 1.1 + 0.03
    steps = 1e-5 * np.eye(len(at))

    def height(x: np.ndarray) -> float:
        return time_calibration._pass(data, time_calibration._Point.of(x, 4, sloped=sloped), sloped=sloped)[0]

    def score(x: np.ndarray) -> np.ndarray:
        return time_calibration._curvature(data, time_calibration._Point.of(x, 4, sloped=sloped), sloped=sloped)[0]

    _, information = time_calibration._curvature(data, time_calibration._Point.of(at, 4, sloped=sloped), sloped=sloped)

    first = [(height(at + step) - height(at - step)) / 2e-5 for step in steps]
    second = [(score(at - step) - score(at + step)) / 2e-5 for step in steps]
    assert score(at) == pytest.approx(np.array(first), abs=1e-5)
    assert information == pytest.approx(np.array(second), abs=1e-4)


@pytest.mark.parametrize("slopes", [False, True])
def test_the_unit_of_time_moves_intensities_alone(slopes: bool) -> None:  # noqa: FBT001
    times = with_gaps(an_exam(300, 5, seed=4, sloped=slopes).times, 0.1)
    in_milliseconds = ResponseTimes(1000 * times.seconds, times.items, persons=times.persons)

    one, other = calibrate_times(times, slopes=slopes), calibrate_times(in_milliseconds, slopes=slopes)

    assert other.parameters.intensity == pytest.approx(one.parameters.intensity + np.log(1000), abs=1e-7)
    assert other.parameters.discrimination == pytest.approx(one.parameters.discrimination, abs=1e-7)
    assert speeds(in_milliseconds, other.parameters).tau == pytest.approx(speeds(times, one.parameters).tau, abs=1e-7)


@pytest.mark.parametrize("slopes", [False, True])
def test_parameters_come_back_within_their_errors(slopes: bool) -> None:  # noqa: FBT001
    """The mean square of 61 or 90 standardised errors is about 1, with a standard deviation below 0.19."""
    exam = an_exam(3000, 30, seed=5, sloped=slopes)

    found = calibrate_times(with_gaps(exam.times, 0.3), slopes=slopes)

    true, got = exam.time_items, found.parameters
    errors = [
        (got.intensity - true.intensity) / found.se_intensity,
        (got.discrimination - true.discrimination) / found.se_discrimination,
        np.array([(got.spread - SPREAD) / found.se_spread]),
    ]
    errors += [(got.slope - true.slope) / found.se_slope] if slopes else []
    assert 0.4 < float(np.mean(np.concatenate(errors) ** 2)) < 1.6
    assert found.gradient_norm < 1e-6


def test_slopes_are_worth_their_number_only_where_they_differ() -> None:
    alike, different = an_exam(1000, 8, seed=6).times, an_exam(1000, 8, seed=6, sloped=True).times

    assert calibrate_times(alike).aic < calibrate_times(alike, slopes=True).aic
    assert calibrate_times(different).aic > calibrate_times(different, slopes=True).aic


def test_the_speed_of_a_person_by_hand() -> None:
    """Two items of alpha 2 and 1: 0.8 of the mean of log 2 and 0.2 of log 4; the prior of variance 1/5 halves it."""
    items = TimeParameters(("A", "B"), np.log([60.0, 40.0]), np.array([2.0, 1.0]), np.ones(2), 5**-0.5)

    found = speeds(ResponseTimes([[30.0, 10.0], [np.nan, np.nan]], ("A", "B")), items)

    assert found.tau[0] == pytest.approx(0.8 * np.log(2) + 0.2 * np.log(4))
    assert found.se[0] == pytest.approx(5**-0.5)
    assert found.mean == pytest.approx([found.tau[0] / 2, 0.0])
    assert found.sd == pytest.approx([10**-0.5, 5**-0.5])
    assert np.isinf(found.tau[1])


def test_speeds_come_back_within_their_errors() -> None:
    """Of 2000 persons the mean square is 1 with a standard deviation of 0.032."""
    exam = an_exam(2000, 20, seed=7)
    found = speeds(exam.times, exam.time_items)

    assert float(np.mean(((found.tau - exam.tau) / found.se) ** 2)) == pytest.approx(1, abs=0.13)


def test_what_cannot_be_calibrated_is_refused_with_its_item() -> None:
    times = an_exam(30, 4, seed=8).times
    few = np.zeros(times.seconds.shape, dtype=np.bool_)
    few[:15, 2] = True
    same = times.seconds.copy()
    same[:, 1] = 30.0

    with pytest.raises(TooFewTimes) as sparse:
        calibrate_times(times.without(few))
    with pytest.raises(TimesAlike) as alike:
        calibrate_times(ResponseTimes(same, times.items))
    with pytest.raises(BadTimes):
        calibrate_times(times.take(items=np.arange(2)))

    assert (sparse.value.item, sparse.value.n) == ("I3", 15)
    assert alike.value.item == "I2"


@pytest.mark.parametrize("cell", [0.0, -3.0, np.inf])
def test_a_time_that_is_none_is_refused_with_its_place(cell: float) -> None:
    with pytest.raises(BadTimes, match="row 2, column 1"):
        ResponseTimes([[30.0, 20.0], [cell, 20.0]])


def test_times_out_of_the_range_said_are_set_apart_and_counted() -> None:
    found = ResponseTimes([[0.0, 20.0], [600.0, 599.0]], least=1.0, most=600.0)

    assert found.timed.tolist() == [[False, True], [False, True]]
    assert (int(found.short.sum()), int(found.long.sum())) == (1, 1)


def test_simulated_times_have_the_moments_of_the_model() -> None:
    rng = np.random.default_rng(10)
    items = time_items(3, rng)

    log = simulate_times(np.full(20000, 0.5), items, rng=rng).log

    assert log.mean(axis=0) == pytest.approx(items.intensity - 0.5, abs=0.02)
    assert log.std(axis=0) == pytest.approx(1 / items.discrimination, rel=0.03)
