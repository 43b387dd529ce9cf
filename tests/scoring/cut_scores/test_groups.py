from typing import Any

import numpy as np
import pytest
from scipy.stats import norm

from kaoping.scoring.cut_scores import (
    Costs,
    averaged,
    borderline_group,
    borderline_regression,
    contrasting,
    inversions,
)
from kaoping.scoring.cut_scores.contrasting import normal_boundary
from kaoping.scoring.cut_scores.errors import NoBoundary, NoSpread
from kaoping.scoring.errors import BadScores, NotEnoughData

METHODS = ["logistic", "normal", "midpoint", "empirical"]


def two_groups(*, n: int = 120, seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.normal(50, 8, n).round(), rng.normal(66, 9, 2 * n).round()


@pytest.mark.parametrize("method", METHODS)
def test_moving_and_stretching_the_scores_moves_and_stretches_the_cut(method: str) -> None:
    low, high = two_groups()

    one = contrasting(low, high, method=method)
    other = contrasting(3 * low + 10, 3 * high + 10, method=method)

    assert other.cut.value == pytest.approx(3 * one.cut.value + 10)
    assert (other.false_pass, other.false_fail) == (one.false_pass, one.false_fail)
    assert one.converged
    if method != "empirical":
        assert other.cut.se == pytest.approx(3 * (one.cut.se or 0))


@pytest.mark.parametrize("method", METHODS[:3])
def test_mirrored_groups_have_their_cut_in_the_middle(method: str) -> None:
    low = np.array([40.0, 44, 50, 53, 61])

    assert contrasting(low, 110 - low, method=method).cut.value == pytest.approx(55)


def test_at_the_normal_boundary_the_weighted_densities_are_equal() -> None:
    value = normal_boundary((50.0, 66.0), (8.0, 9.5), np.log(2.5))

    assert value is not None
    assert 2.5 * norm.pdf(value, 66, 9.5) == pytest.approx(norm.pdf(value, 50, 8))


@pytest.mark.parametrize("method", ["logistic", "normal"])
def test_a_higher_base_rate_lowers_the_cut_and_a_dear_false_pass_raises_it(method: str) -> None:
    low, high = two_groups()

    def cut(**said: Any) -> float:
        return contrasting(low, high, method=method, **said).cut.value

    assert cut(base_rate=0.8) < cut() < cut(costs=Costs(false_pass=3.0))
    # Two thirds of these persons are of the upper group.
    assert cut(base_rate="sample") == pytest.approx(cut(base_rate=2 / 3))
    assert cut(costs=Costs(2.0, 1.0)) == pytest.approx(cut(base_rate=1 / 3))


@pytest.mark.parametrize("base_rate", ["equal", "sample"])
def test_the_delta_method_of_the_normal_boundary_is_the_difference_quotient(base_rate: Any) -> None:
    low, high = two_groups()
    means, spreads = (low.mean(), high.mean()), (low.std(ddof=1), high.std(ddof=1))
    shift = np.log(len(high) / len(low)) if base_rate == "sample" else 0.0

    def slope(side: int, which: str) -> float:
        values = []
        for step in (1e-5, -1e-5):
            moved = {"m": np.array(means), "s": np.array(spreads), "shift": np.array([shift, shift])}
            moved[which][side] += step
            m, s = moved["m"], moved["s"]
            values.append(normal_boundary((m[0], m[1]), (s[0], s[1]), moved["shift"][side]) or 0.0)
        return (values[0] - values[1]) / 2e-5

    numbers = len(low), len(high)
    variance = sum(
        slope(side, "m") ** 2 * spreads[side] ** 2 / n + slope(side, "s") ** 2 * spreads[side] ** 2 / (2 * (n - 1))
        for side, n in enumerate(numbers)
    )
    variance += (base_rate == "sample") * slope(0, "shift") ** 2 * (1 / numbers[0] + 1 / numbers[1])

    found = contrasting(low, high, method="normal", base_rate=base_rate)

    assert found.cut.se == pytest.approx(np.sqrt(variance), rel=1e-5)


@pytest.mark.parametrize("method", METHODS[:3])
def test_the_bootstrap_agrees_with_the_formula(method: str) -> None:
    low, high = two_groups()

    one = contrasting(low, high, method=method)
    other = contrasting(low, high, method=method, rng=np.random.default_rng(1), replications=400)

    assert other.cut.value == one.cut.value
    # 400 samples tell a deviation to 3.5 percent; the formulas hold for many persons.
    assert other.cut.se == pytest.approx(one.cut.se, rel=0.15)


def test_the_empirical_cut_has_the_fewest_weighted_errors_and_an_error_by_drawing() -> None:
    low, high = two_groups(n=40)
    costs = Costs(false_pass=2.0)

    found = contrasting(low, high, method="empirical", costs=costs)

    def cost(cut: float) -> float:
        return float(2 * (low >= cut).mean() + (high < cut).mean())

    assert cost(found.cut.value) == pytest.approx(min(cost(cut) for cut in np.arange(20, 100, 0.5)))
    assert found.cut.se is None
    drawn = contrasting(low, high, method="empirical", rng=np.random.default_rng(2), replications=200).cut
    assert (drawn.se or 0) > 0


@pytest.mark.parametrize(
    ("low", "high", "method", "reason"),
    [
        ([1, 2, 3], [4, 5, 6], "logistic", "do not overlap, so no logistic curve fits; use the midpoint"),
        ([4, 5, 6], [1, 2, 5], "normal", "mean score of the upper group is not above"),
        ([1], [2, 3], "midpoint", "group not competent has 1 persons, and two are needed"),
        ([1, 1], [2, 3], "normal", "all scores of a group are alike"),
    ],
)
def test_groups_that_no_cut_parts_are_refused(low: list[int], high: list[int], method: str, reason: str) -> None:
    with pytest.raises(NoBoundary, match=f"No cut between not competent and competent: .*{reason}"):
        contrasting(low, high, method=method)


def test_curves_that_do_not_cross_between_the_means_and_costs_that_are_none_are_refused() -> None:
    low, high = two_groups()

    with pytest.raises(NoBoundary, match="do not cross between the means"):
        contrasting(low, high, method="normal", costs=Costs(false_pass=1e6))
    with pytest.raises(BadScores, match="base rate of 1 is not between 0 and 1"):
        contrasting(low, high, base_rate=1.0)
    with pytest.raises(BadScores, match="costs"):
        contrasting(low, high, costs=Costs(false_pass=0))
    with pytest.raises(BadScores, match="finite"):
        contrasting([1, np.inf], high)


def test_the_regression_of_scores_on_grades_is_least_squares() -> None:
    rng = np.random.default_rng(7)
    grades = rng.integers(0, 4, 40).astype(float)
    scores = 5 + 2.5 * grades + rng.normal(size=40)
    design = np.stack([np.ones(40), grades], axis=1)
    beta, squares, _, _ = np.linalg.lstsq(design, scores, rcond=None)
    at = np.array([1.0, 1.0])

    found = borderline_regression(scores, grades, borderline=1)

    station = found.stations[0]
    assert (station.intercept, station.slope) == pytest.approx(tuple(beta))
    assert found.whole.value == pytest.approx(at @ beta)
    variance = squares[0] / 38 * at @ np.linalg.inv(design.T @ design) @ at
    assert found.whole.se == pytest.approx(np.sqrt(variance))
    assert found.whole.df == 38


def test_the_error_of_the_whole_counts_that_a_person_is_in_every_station() -> None:
    rng = np.random.default_rng(9)
    grades = rng.integers(0, 4, 60).astype(float)
    scores = 5 + 2 * grades + rng.normal(size=60)
    names, persons = ["S1"] * 60 + ["S2"] * 60, [f"P{place % 60}" for place in range(120)]

    found = borderline_regression(np.tile(scores, 2), np.tile(grades, 2), borderline=1, stations=names, persons=persons)
    drawn = borderline_regression(
        np.tile(scores, 2), np.tile(grades, 2), borderline=1, stations=names, persons=persons, rng=rng, replications=400
    )

    # Twice the same station: the errors add up, they do not cancel.
    one = found.stations[0].cut
    assert found.whole.value == pytest.approx(2 * one.value)
    assert found.whole.se == pytest.approx(2 * (one.se or 0), rel=0.15)
    assert drawn.whole.se == pytest.approx(2 * (drawn.stations[0].cut.se or 0))
    assert drawn.whole.se == pytest.approx(found.whole.se, rel=0.15)


def test_a_borderline_group_has_a_middle_with_an_error() -> None:
    scores = [52.0, 55, 58, 61, 70]

    mean, median = borderline_group(scores, average="mean"), borderline_group(scores)
    drawn = borderline_group(scores, rng=np.random.default_rng(1), replications=2000)

    assert mean.value == pytest.approx(59.2)
    assert mean.se == pytest.approx(np.std(scores, ddof=1) / np.sqrt(5))
    assert (median.value, drawn.value) == (58, 58)
    # 2000 samples tell a deviation to 1.6 percent.
    assert drawn.se == pytest.approx(median.se, rel=0.05)


def test_persons_who_tell_nothing_are_refused() -> None:
    with pytest.raises(NotEnoughData, match="at least 2 answers; there are 1"):
        borderline_group([50])
    with pytest.raises(NoSpread, match="The regression of station S1 gives no cut: all grades are alike"):
        borderline_regression([1, 2, 3], [1, 1, 1], borderline=1, stations=["S1"] * 3)
    with pytest.raises(NoSpread, match="scores do not rise with grades"):
        borderline_regression([3, 2, 1], [1, 2, 3], borderline=1)
    with pytest.raises(NotEnoughData, match="at least 3"):
        borderline_regression([3, 2], [1, 2], borderline=1)
    with pytest.raises(BadScores, match="not equally many"):
        borderline_regression([3, 2], [1, 2, 3], borderline=1)
    with pytest.raises(BadScores, match="a person is twice in station S"):
        borderline_regression([3, 2, 1], [1, 2, 3], borderline=1, stations=["S"] * 3, persons=["A", "A", "B"])


def test_levels_that_do_not_rise_are_found() -> None:
    found = inversions({"a": 40, "b": 55, "c": 50}, ["a", "b", "c"])

    assert [(one.lower, one.upper, one.values) for one in found] == [("b", "c", (55, 50))]


def test_the_bootstrap_of_a_borderline_group_draws_the_average_that_was_asked_for() -> None:
    scores = [50.0, 51, 52, 53, 54, 55, 90]
    source = np.random.default_rng(5)
    drawn = [averaged(source.choice(scores, 7), "trimmed").value for _ in range(200)]

    found = borderline_group(scores, average="trimmed", rng=np.random.default_rng(5), replications=200)

    assert found.se == pytest.approx(np.std(drawn, ddof=1))


def test_grades_and_scores_that_differ_by_rounding_alone_are_alike() -> None:
    with pytest.raises(NoSpread, match="all grades are alike"):
        borderline_regression([4, 6, 5, 7, 9, 10], np.full(6, 0.1), borderline=1)
    with pytest.raises(NoSpread, match="scores do not rise with grades"):
        borderline_regression(np.full(6, 0.1), [0.1, 0.2, 0.3, 0.4, 0.5, 0.7], borderline=0.2)
    with pytest.raises(NoBoundary, match="all scores of a group are alike"):
        contrasting(np.full(6, 0.1), [0.2, 0.3, 0.5], method="normal")
    with pytest.raises(NoBoundary, match="is not above that of the lower"):
        contrasting([0.1, 0.2, 0.3], [0.3, 0.1, np.nextafter(0.2, 1)], method="midpoint")


def test_a_borderline_grade_that_is_no_number_is_refused() -> None:
    with pytest.raises(BadScores, match="the borderline grade is not a finite number"):
        borderline_regression([4, 6, 5], [0, 1, 2], borderline=np.nan)
