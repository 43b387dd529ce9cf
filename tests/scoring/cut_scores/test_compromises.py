from collections.abc import Callable

import numpy as np
import pytest

from kaoping.scoring.arrays import Floats
from kaoping.scoring.cut_scores import Distribution, beuk, hofstee
from kaoping.scoring.cut_scores.errors import BadJudgements, LineMissesCurve, PanelTooSmall
from kaoping.scoring.cut_scores.resampling import bootstrap
from kaoping.scoring.errors import BadScores, NothingKnown

EVEN = Distribution.of(np.arange(100))
"""One person at each score, so that a cut c fails c percent."""
LIMITS = np.array([[40, 60, 0.2, 0.6], [44, 64, 0.3, 0.7], [38, 62, 0.25, 0.5]])
WISHES = np.array([[50, 0.6], [60, 0.8], [55, 0.75], [58, 0.7]])


def test_the_curve_is_the_share_below_at_every_possible_score() -> None:
    persons = Distribution.of([3, 5, 5, 8])

    curve = persons.curve()

    assert [curve.at(cut) for cut in (0, 3, 4, 4.5, 5, 6, 8, 9, 20)] == [0, 0, 0.25, 0.25, 0.25, 0.75, 0.75, 1, 1]
    assert [persons.fail_rate(cut) for cut in (3, 4, 5, 6, 8, 9)] == [0, 0.25, 0.25, 0.75, 0.75, 1]
    assert curve.slope(5.5) == 0.5
    assert curve.slope(-1) == curve.slope(30) == 0
    assert Distribution.of([1.5, 2.0], [1, 3]).curve().at(2.25) == pytest.approx(0.25 + 0.75 / 2)


def test_the_cut_of_hofstee_is_where_the_diagonal_meets_the_curve() -> None:
    # Averages 122/3, 62, .25 and .6; on the diagonal .6 - .35 (c - 122/3) / (64/3) = c / 100.
    slope = 0.35 / (64 / 3)
    expected = (0.6 + slope * 122 / 3) / (0.01 + slope)

    found = hofstee(LIMITS, EVEN)

    assert found.cut.value == pytest.approx(expected)
    assert found.fail_rate == pytest.approx(expected / 100)
    assert found.inside


def test_the_cut_of_beuk_is_on_a_line_as_steep_as_the_judges_disagree() -> None:
    ratio = WISHES[:, 1].std(ddof=1) / WISHES[:, 0].std(ddof=1)
    expected = (1 - WISHES[:, 1].mean() + ratio * WISHES[:, 0].mean()) / (0.01 + ratio)

    found = beuk(WISHES, EVEN)

    assert found.cut.value == pytest.approx(expected)
    assert found.pass_rate == pytest.approx(1 - expected / 100)


def influence(cut: Callable[[Floats], float], table: Floats) -> float:
    """Standard error over judges from the infinitesimal jackknife by differences of weighted samples.

    A judge who counts for e more is a table with that judge a thousand times and once more: the cut of a table in which
    judge j stands 2 N times more often than N, by a central difference.
    """
    n, often = len(table), 2000
    moves = []
    for judge in range(n):
        counts = np.full(n, often)
        up, down = counts.copy(), counts.copy()
        up[judge] += 1
        down[judge] -= 1
        change = cut(np.repeat(table, up, axis=0)) - cut(np.repeat(table, down, axis=0))
        moves.append(change / 2 * n * often)
    return float(np.sqrt((np.array(moves) ** 2).sum() / (n * (n - 1))))


def test_the_delta_method_of_hofstee_is_the_difference_quotient() -> None:
    found = hofstee(LIMITS, EVEN)

    numeric = influence(lambda table: hofstee(table, EVEN).cut.value, LIMITS)

    assert found.cut.parts["judges"] == pytest.approx(numeric, rel=1e-3)
    # A little more fails at every cut: the cut moves by that over the difference of slopes.
    moved = hofstee(LIMITS - [0, 0, 1e-4, 1e-4], EVEN).cut.value - found.cut.value
    rate = found.fail_rate
    assert found.cut.parts["persons"] == pytest.approx(abs(moved) / 1e-4 * np.sqrt(rate * (1 - rate) / 100), rel=1e-3)
    assert found.cut.se == pytest.approx(np.hypot(found.cut.parts["judges"], found.cut.parts["persons"]))


def test_the_delta_method_of_beuk_is_the_difference_quotient() -> None:
    found = beuk(WISHES, EVEN)

    numeric = influence(lambda table: beuk(table, EVEN).cut.value, WISHES)

    assert found.cut.parts["judges"] == pytest.approx(numeric, rel=1e-3)


@pytest.mark.parametrize("method", ["hofstee", "beuk"])
def test_the_error_told_with_few_persons_does_not_hang_on_one_bin(method: str) -> None:
    rng = np.random.default_rng(3)
    panels = [Distribution.of(np.floor(rng.normal(50, 15, 30))) for _ in range(100)]

    told = [
        (hofstee([[38, 58, 0.3, 0.7], [42, 62, 0.3, 0.7]], one) if method == "hofstee" else beuk(WISHES, one)).cut.se
        for one in panels
    ]

    low, high = np.quantile(np.array(told, dtype=np.float64), [0.05, 0.95])
    assert high / low < 2.2


def test_the_smooth_slope_is_a_chord_within_the_scores() -> None:
    curve = EVEN.curve()

    assert curve.bandwidth == pytest.approx(1.06 * np.std(np.arange(100)) * 100**-0.2)
    assert [curve.smooth_slope(cut) for cut in (0, 3, 50, 99)] == pytest.approx([0.01] * 4)
    assert curve.smooth_slope(-1) == curve.smooth_slope(101) == 0
    assert Distribution.of([7, 7]).curve().smooth_slope(7.5) == 1


@pytest.mark.parametrize("method", ["hofstee", "beuk"])
def test_the_bootstrap_agrees_with_the_formula(method: str) -> None:
    rng = np.random.default_rng(5)
    persons = Distribution.of(np.clip(rng.normal(60, 12, 400), 0, 100).round())
    if method == "hofstee":
        table = np.array([45, 65, 0.15, 0.5]) + rng.normal(size=(15, 4)) * [3, 3, 0.03, 0.05]
        one, other = hofstee(table, persons), hofstee(table, persons, rng=rng, replications=400)
    else:
        wishes = np.array([58, 0.6]) + rng.normal(size=(15, 2)) * [4, 0.08]
        one, other = beuk(wishes, persons), beuk(wishes, persons, rng=rng, replications=400)  # type: ignore[assignment]

    # 400 samples tell a deviation to 3.5 percent; the curve is not straight and the judges are few.
    assert other.cut.value == one.cut.value
    assert other.cut.se == pytest.approx(one.cut.se, rel=0.25)


def test_the_median_of_hofstee_has_an_error_by_drawing_alone() -> None:
    assert hofstee(LIMITS, EVEN, average="median").cut.se is None
    assert (hofstee(LIMITS, EVEN, average="median", rng=np.random.default_rng(1)).cut.se or 0) > 0


def test_a_curve_that_misses_the_line_is_refused_with_the_side_or_the_end_is_taken() -> None:
    strict = [[70, 80, 0.1, 0.3], [72, 82, 0.1, 0.3]]
    mild = [[10, 20, 0.4, 0.6], [12, 22, 0.4, 0.6]]

    with pytest.raises(
        LineMissesCurve, match=r"even the lowest acceptable cut, 71, fails 71.0 % of them, more than the 30"
    ):
        hofstee(strict, EVEN)
    with pytest.raises(
        LineMissesCurve, match=r"even the highest acceptable cut, 21, fails 21.0 % of them, less than the 40"
    ):
        hofstee(mild, EVEN)
    ends = [hofstee(table, EVEN, outside="end") for table in (strict, mild)]
    assert [one.cut.value for one in ends] == [71, 21]
    assert [one.cut.se for one in ends] == pytest.approx([1, 1])
    assert not ends[0].inside
    beyond = hofstee(strict, EVEN, outside="extend")
    # Extended, .3 - .02 (c - 71) = c / 100.
    assert beyond.cut.value == pytest.approx(1.72 / 0.03)
    assert hofstee(mild, EVEN, outside="extend").cut.value == pytest.approx((0.6 + 0.02 * 11) / 0.03)


def test_an_extended_line_may_miss_the_curve_too() -> None:
    high = Distribution.of(np.arange(90, 100))

    with pytest.raises(LineMissesCurve, match="not even extended"):
        hofstee([[20, 40, 0.2, 0.4], [22, 42, 0.2, 0.4]], high, outside="extend")
    with pytest.raises(LineMissesCurve, match="level"):
        hofstee([[20, 40, 0.3, 0.3], [22, 42, 0.3, 0.3]], high, outside="extend")


def test_judges_who_agree_about_the_cut_do_not_yield_on_it() -> None:
    found = beuk([[55, 0.6], [55, 0.8]], EVEN)

    assert found.cut.value == 55
    assert np.isinf(found.slope)
    with pytest.raises(BadJudgements, match="all judges agree about cut and pass rate"):
        beuk([[55, 0.6], [55, 0.6]], EVEN)
    with pytest.raises(LineMissesCurve, match="crosses at no score"):
        beuk([[150, 0.9], [151, 1.0]], EVEN)


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ([[60, 40, 0.1, 0.3], [40, 60, 0.1, 0.3]], "those of judge 1 are not limits in order"),
        ([[40, 60, 0.1, 0.3], [40, 60, 0.1, 1.3]], "those of judge 2 are not limits in order"),
        ([[40, 40, 0.1, 0.3], [40, 40, 0.1, 0.3]], "coincide, which is a cut already"),
        ([[40, 60, 0.1], [40, 60, 0.1]], "not a row of 4 finite numbers"),
    ],
)
def test_judgements_that_are_none_are_refused(table: list[list[float]], reason: str) -> None:
    with pytest.raises(BadJudgements, match=reason):
        hofstee(table, EVEN)


def test_one_judge_has_no_error_and_a_rate_is_a_share() -> None:
    with pytest.raises(PanelTooSmall, match="at least 2 judges; there are 1"):
        hofstee(LIMITS[:1], EVEN)
    with pytest.raises(BadJudgements, match="pass rate of judge 2 is not a share"):
        beuk([[55.0, 0.6], [55.0, 60.0]], EVEN)
    with pytest.raises(BadScores, match="counts are not whole"):
        Distribution.of([1, 2], [1, -1])
    with pytest.raises(BadScores, match="not finite"):
        Distribution.of([1, np.nan])


def test_a_bootstrap_of_which_much_is_refused_is_refused() -> None:
    def cut(rng: np.random.Generator) -> float:
        if rng.random() < 0.5:
            raise NothingKnown(person="1")
        return 1.0

    with pytest.raises(Exception, match=r"of 100 bootstrap samples gave no cut; the first said: Person 1"):
        bootstrap(cut, rng=np.random.default_rng(1), replications=100)
