"""Livingston-Lewis, Hanson-Brennan, Huynh and Subkoviak: closed forms, properties, and simulated forms."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy.special import betaln, comb

from kaoping.scoring.arrays import Floats
from kaoping.scoring.classification import (
    BadCuts,
    BadReliability,
    FarFromBinomial,
    FourBeta,
    FromScores,
    NoTrueSpread,
    hanson_brennan,
    livingston_lewis,
    subkoviak,
)
from kaoping.scoring.classification.betas import factorial_moments, fitted, true_moments
from kaoping.scoring.classification.observed_scores import lords_k
from kaoping.scoring.errors import BadScores
from tests.scoring.classification.samples import THREE_ERRORS, share_error

N = 20_000


def raw_moments(shares: Floats, nodes: Floats, most: int = 4) -> Floats:
    return np.array([shares @ nodes**r for r in range(1, most + 1)])


def population(seed: int, k: int, *, low: float = 0.2, high: float = 0.95) -> tuple[Floats, Floats, Floats]:
    """True shares from a four-parameter beta distribution, and the scores of two forms."""
    rng = np.random.default_rng(seed)
    true = low + (high - low) * rng.beta(2.5, 1.8, N)
    return true, rng.binomial(k, true).astype(np.float64), rng.binomial(k, true).astype(np.float64)


@pytest.mark.parametrize(
    "known",
    [
        FourBeta(0.1, 0.9, 3.0, 2.0, 4),
        FourBeta(0.25, 1.0, 0.7, 1.4, 4),
        FourBeta(0.0, 1.0, 2.0, 2.0, 4),
        FourBeta(0.3, 0.8, 6.0, 2.0, 4),
    ],
)
def test_four_moments_give_the_distribution_back(known: FourBeta) -> None:
    nodes, shares = known.grid([], length=30)

    found = fitted(raw_moments(shares, nodes))

    assert found.matched == 4
    assert [found.low, found.high] == pytest.approx([known.low, known.high], abs=1e-4)
    assert [found.alpha, found.beta] == pytest.approx([known.alpha, known.beta], rel=1e-3)


@pytest.mark.parametrize("known", [FourBeta(0.0, 0.7, 2.0, 3.0, 3), FourBeta(0.4, 1.0, 2.0, 3.0, 3)])
def test_three_moments_and_an_end_give_the_distribution_back(known: FourBeta) -> None:
    nodes, shares = known.grid([], length=30)

    found = fitted(raw_moments(shares, nodes, 3))

    assert found.matched == 3
    assert [found.low, found.high] == pytest.approx([known.low, known.high], abs=1e-6)
    assert [found.alpha, found.beta] == pytest.approx([known.alpha, known.beta], rel=1e-5)


def test_impossible_four_moments_fall_back_to_fewer_and_keep_those() -> None:
    nodes, shares = FourBeta(0.0, 1.0, 4.0, 2.0, 4).grid([], length=30)
    moments = raw_moments(shares, nodes)
    pointed = moments + np.array([0, 0, 0, 0.01])

    found = fitted(pointed)

    nodes, shares = found.grid([], length=30)
    again = raw_moments(shares, nodes)
    assert found.matched in {2, 3}
    assert again[: found.matched] == pytest.approx(moments[: found.matched], abs=1e-8)


@pytest.mark.parametrize("k", [0.0, 1.5])
def test_factorial_moments_lead_back_to_true_ones(k: float) -> None:
    """Scores of 12 items of one true share and Lord's errors, built here from the published formula."""
    n, true = 12, np.array([0.3, 0.55, 0.8])
    x = np.arange(n + 1)
    plain = comb(n, x) * true[:, None] ** x * (1 - true[:, None]) ** (n - x)
    shorter = comb(n - 2, x) * true[:, None] ** x * (1 - true[:, None]) ** np.maximum(n - 2 - x, 0) * (x <= n - 2)
    moved = [np.hstack([np.zeros((3, step)), shorter[:, : n + 1 - step]]) for step in range(3)]
    conditional = plain - k * (true * (1 - true))[:, None] * (moved[0] - 2 * moved[1] + moved[2])
    shares = np.array([0.2, 0.5, 0.3])

    found = true_moments(factorial_moments(x.astype(np.float64), shares @ conditional), float(n), k)

    assert found == pytest.approx(raw_moments(shares, true))


def test_two_moments_are_huynhs_beta_binomial() -> None:
    """The parallel table of Huynh (1976) in closed form: a bivariate beta-binomial distribution."""
    n, cut = 10, 6
    scores = np.repeat(np.arange(11.0), [1, 2, 4, 8, 11, 15, 18, 16, 13, 8, 4])
    mean, variance = scores.mean(), scores.var()
    kr21 = n / (n - 1) * (1 - mean * (n - mean) / (n * variance))
    a, b = (1 / kr21 - 1) * mean, n / kr21 - n - (1 / kr21 - 1) * mean
    x = np.arange(n + 1)
    two = x[:, None] + x
    joint = comb(n, x)[:, None] * comb(n, x) * np.exp(betaln(a + two, b + 2 * n - two) - betaln(a, b))

    found = hanson_brennan(scores, [cut], maximum=n, moments=2)

    assert found.reliability == pytest.approx(kr21)
    assert [found.true_scores.alpha, found.true_scores.beta] == pytest.approx([a, b])
    assert found.together.consistency == pytest.approx(joint[:cut, :cut].sum() + joint[cut:, cut:].sum(), abs=1e-9)
    assert found.cases is not None
    assert found.cases.share @ found.cases.right == pytest.approx(found.together.accuracy, abs=0.02)


def test_scores_tell_what_true_level_they_come_from() -> None:
    """Given a score of x, true shares of a beta-binomial model are beta with a + x and b + n - x."""
    from scipy.special import betainc

    scores = np.repeat(np.arange(11.0), [1, 2, 4, 8, 11, 15, 18, 16, 13, 8, 4])
    found = hanson_brennan(scores, [6], maximum=10, moments=2)
    a, b = found.true_scores.alpha, found.true_scores.beta

    assert found.cases is not None
    x = np.arange(11)
    assert found.cases.chances[:, 0] == pytest.approx(betainc(a + x, b + 10 - x, 0.6), abs=1e-9)


Method = Callable[[Floats, list[float]], FromScores]


def by_livingston_lewis(scores: Floats, cuts: list[float]) -> FromScores:
    reliability = 1 - np.mean(scores * (40 - scores)) / (40 - 1) / scores.var()
    return livingston_lewis(scores, cuts, reliability=float(reliability), maximum=40)


def by_hanson_brennan(scores: Floats, cuts: list[float]) -> FromScores:
    return hanson_brennan(scores, cuts, maximum=40)


@pytest.mark.parametrize("method", [by_livingston_lewis, by_hanson_brennan])
def test_the_indices_are_those_of_simulated_forms(method: Method) -> None:
    """Shares of 20 000 persons; three standard errors, and .003 for the moments being estimated."""
    true, first, second = population(3, 40)

    found = method(first, [22, 30])

    cuts = found.cuts
    truth, one, two = cuts.levels(true * 40), cuts.levels(first), cuts.levels(second)
    for expected, observed in (
        (found.together.accuracy, np.mean(truth == one)),
        (found.together.consistency, np.mean(one == two)),
        (found.by_cut[0].false_positive, np.mean((one > 0) & (truth == 0))),
        (found.by_cut[1].false_negative, np.mean((one < 2) & (truth == 2))),
    ):
        assert observed == pytest.approx(expected, abs=THREE_ERRORS * share_error(float(observed), N) + 0.003)


def test_compound_errors_of_unequal_items_are_told_by_lords_k() -> None:
    """Items of very different difficulty: binomial errors are too large, compound ones fit the simulated forms."""
    rng = np.random.default_rng(4)
    theta = rng.standard_normal(N)[:, None]
    difficulty = np.linspace(-3, 3, 30)
    chance = 1 / (1 + np.exp(-1.3 * (theta - difficulty)))
    first, second = ((rng.random(chance.shape) < chance).sum(axis=1).astype(np.float64) for _ in range(2))
    same = np.mean((first >= 17) == (second >= 17))
    reliability = float(np.corrcoef(first, second)[0, 1])

    compound = hanson_brennan(first, [17], maximum=30, reliability=reliability)
    binomial = hanson_brennan(first, [17], maximum=30)

    assert compound.lords_k > 1
    assert compound.reliability == pytest.approx(reliability, abs=0.01)
    assert same == pytest.approx(compound.together.consistency, abs=THREE_ERRORS * share_error(same, N) + 0.005)
    assert binomial.together.consistency < same - 0.02


def test_lords_k_makes_the_errors_as_large_as_the_reliability_says() -> None:
    scores = np.random.default_rng(5).binomial(25, 0.3 + 0.4 * np.random.default_rng(6).random(4000)).astype(np.float64)

    found = hanson_brennan(scores, [12], maximum=25, reliability=0.6)

    assert found.points is not None
    errors = found.points.weights @ found.points.sem**2
    assert errors == pytest.approx(0.4 * scores.var(), rel=1e-6)
    assert found.lords_k == pytest.approx(lords_k(scores.mean(), scores.var(), 25, 0.6))


def test_the_effective_length_of_equal_items_is_their_number() -> None:
    """With formula 21 of Kuder and Richardson as reliability, a test of n items is one of n items."""
    _, scores, _ = population(8, 40)
    n = 40
    kr21 = n / (n - 1) * (1 - scores.mean() * (n - scores.mean()) / (n * scores.var()))

    found = livingston_lewis(scores, [22], reliability=float(kr21), maximum=40)

    assert found.effective_length == pytest.approx(40)
    assert found.together.accuracy == pytest.approx(by_hanson_brennan(scores, [22]).together.accuracy, abs=1e-9)


@pytest.mark.parametrize("cut", [18.0, 24.0, 29.0])
def test_scores_a_step_apart_need_no_rounding(cut: float) -> None:
    """Shares of 20 000 persons; three standard errors, and .003 for the moments being estimated."""
    true, first, second = population(14, 40)
    reliability = float(np.corrcoef(first, second)[0, 1])

    found = livingston_lewis(first, [cut], reliability=reliability, maximum=40, step=1)

    assert found.length == found.effective_length
    for expected, observed in (
        (found.together.accuracy, np.mean((true * 40 >= cut) == (first >= cut))),
        (found.together.consistency, np.mean((first >= cut) == (second >= cut))),
        (found.together.false_positive, np.mean((first >= cut) & (true * 40 < cut))),
    ):
        assert observed == pytest.approx(expected, abs=THREE_ERRORS * share_error(float(observed), N) + 0.003)


def test_a_step_of_one_item_of_equal_items_is_the_binomial_tail() -> None:
    _, scores, _ = population(8, 40)
    n = 40
    kr21 = n / (n - 1) * (1 - scores.mean() * (n - scores.mean()) / (n * scores.var()))

    found = livingston_lewis(scores, [22], reliability=float(kr21), maximum=40, step=1)

    assert found.together.accuracy == pytest.approx(by_hanson_brennan(scores, [22]).together.accuracy, abs=1e-9)
    with pytest.raises(BadScores, match="cannot be -1 apart"):
        livingston_lewis(scores, [22], reliability=0.8, maximum=40, step=-1)


def test_another_scale_of_the_same_scores_changes_nothing() -> None:
    _, scores, _ = population(9, 50)

    plain = livingston_lewis(scores, [30], reliability=0.85, maximum=50)
    moved = livingston_lewis(200 + 2 * scores, [260], reliability=0.85, maximum=300, minimum=200)

    assert moved.together.accuracy == pytest.approx(plain.together.accuracy)
    assert moved.by_cut[0].at_cut is not None
    assert plain.by_cut[0].at_cut is not None
    assert moved.by_cut[0].at_cut.share == pytest.approx(plain.by_cut[0].at_cut.share, abs=1e-6)


def test_nearly_perfect_reliability_is_nearly_always_right() -> None:
    _, scores, _ = population(10, 50)
    accuracy = [
        livingston_lewis(scores, [30], reliability=r, maximum=50).together.accuracy for r in (0.5, 0.8, 0.95, 0.999)
    ]

    assert accuracy == sorted(accuracy)  # type: ignore[type-var]
    assert accuracy[-1] > 0.98  # type: ignore[operator]


def test_weights_are_repeated_persons() -> None:
    scores = np.array([3.0, 5, 6, 7, 8, 9])
    count = np.array([1, 3, 4, 5, 2, 1])

    weighted = livingston_lewis(scores, [6], reliability=0.5, maximum=10, weights=count)
    repeated = livingston_lewis(np.repeat(scores, count), [6], reliability=0.5, maximum=10)

    assert weighted.together == repeated.together


def test_subkoviak_draws_scores_towards_the_mean_and_leaves_out_what_is_true() -> None:
    _, first, second = population(12, 40)
    reliability = float(np.corrcoef(first, second)[0, 1])

    found = subkoviak(first, [22], maximum=40, reliability=reliability)

    same = np.mean((first >= 22) == (second >= 22))
    assert found.together.consistency == pytest.approx(same, abs=0.02)
    assert found.together.accuracy is None
    assert found.by_cut[0].truly_above is None
    assert found.rightly == (None, None)


@pytest.mark.parametrize("reliability", [0.0, 1.0, -0.2, 1.4])
def test_a_reliability_without_errors_or_without_truth_is_refused(reliability: float) -> None:
    with pytest.raises(BadReliability):
        livingston_lewis([1.0, 2.0, 5.0], [3], reliability=reliability, maximum=10)


def test_scores_without_spread_or_at_both_ends_are_refused() -> None:
    with pytest.raises(NoTrueSpread, match="all alike"):
        livingston_lewis([5.0, 5.0], [3], reliability=0.5, maximum=10)
    with pytest.raises(NoTrueSpread, match="errors of measurement alone"):
        hanson_brennan([4.0, 5.0, 6.0], [5], maximum=10)
    with pytest.raises(NoTrueSpread, match="one end"):
        livingston_lewis([0.0, 10.0] * 5, [5], reliability=0.5, maximum=10)
    with pytest.raises(NoTrueSpread, match="one end"):
        hanson_brennan([0.0, 10.0] * 5, [5], maximum=10)


def test_a_reliability_too_low_for_right_or_wrong_items_is_refused() -> None:
    scores = np.repeat([0.0, 1.0, 2.0, 3.0], [40, 10, 10, 40])

    with pytest.raises(NoTrueSpread, match="larger than right-or-wrong items"):
        hanson_brennan(scores, [2], maximum=3, reliability=0.05)


def test_scores_and_cuts_outside_the_possible_ones_are_refused() -> None:
    with pytest.raises(BadScores, match="outside 0 to 10"):
        livingston_lewis([1.0, 12.0], [3], reliability=0.5, maximum=10)
    with pytest.raises(BadScores, match="whole"):
        hanson_brennan([1.5, 2.0], [2], maximum=10)
    with pytest.raises(BadScores, match="finite"):
        hanson_brennan([np.nan, 2.0], [2], maximum=10)
    with pytest.raises(BadCuts, match="between the possible scores 0 and 10"):
        livingston_lewis([1.0, 2.0], [10], reliability=0.5, maximum=10)


def test_a_reliability_for_which_compound_chances_fall_below_zero_is_refused() -> None:
    rng = np.random.default_rng(1)
    scores = rng.binomial(20, rng.beta(6, 4, 2000)).astype(np.float64)

    with pytest.raises(
        FarFromBinomial, match=r"0\.95 is too far from KR-21, 0\.6\d, .* use livingston-lewis, or binomial"
    ):
        hanson_brennan(scores, [12], maximum=20, reliability=0.95)
    assert hanson_brennan(scores, [12], maximum=20, reliability=0.72).lords_k > 0
