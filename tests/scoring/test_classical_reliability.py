"""Reliabilities: identities between them, recovery of a known truth, and what is refused."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kaoping.scoring import classical
from kaoping.scoring.arrays import Floats
from kaoping.scoring.classical import Covariances, Marks
from kaoping.scoring.errors import (
    FewItems,
    HeywoodCase,
    ItemRedundant,
    NotDichotomous,
    NotEnoughData,
    NoVariation,
    ScoringError,
)
from kaoping.scoring.responses import NOT_PRESENTED, ResponseMatrix

TABLES = arrays(np.int8, st.tuples(st.integers(30, 50), st.integers(3, 6)), elements=st.integers(0, 1))


def factor(loadings: Floats, *, n: int = 40_000, seed: int = 8) -> Marks:
    """Give marks with one factor behind them and unit variances, moved above nought."""
    rng = np.random.default_rng(seed)
    own = np.sqrt(1 - loadings**2)
    earned = rng.standard_normal((n, 1)) * loadings + rng.standard_normal((n, len(loadings))) * own
    return Marks.table(earned - earned.min(), np.full(len(loadings), float(np.ptp(earned))))


def right_or_wrong(n: int = 500, *, k: int = 8, seed: int = 4) -> ResponseMatrix:
    rng = np.random.default_rng(seed)
    pull = rng.standard_normal((n, 1)) + rng.standard_normal((n, k))
    return ResponseMatrix((pull > np.linspace(-1, 1, k)).astype(int))


def of(table: Marks | ResponseMatrix) -> Covariances:
    return classical.covariances(table, what="A test")


def true_omega(loadings: Floats) -> float:
    return float(loadings.sum() ** 2 / (loadings.sum() ** 2 + (1 - loadings**2).sum()))


def test_parallel_items_have_one_reliability_by_every_formula() -> None:
    loadings = np.full(8, 0.6)
    found = of(factor(loadings))
    halves = classical.split_half(found, classical.odd_even(8))

    every = [classical.alpha_of(found), classical.standardised_alpha(found), classical.lambda2(found)]
    every += [classical.omega(found), halves.spearman_brown, halves.flanagan_rulon]

    assert true_omega(loadings) == pytest.approx(0.818182, abs=1e-6)
    assert all(one.low < true_omega(loadings) < one.high for one in every)


def test_omega_recovers_unequal_loadings_where_alpha_falls_short() -> None:
    loadings = np.array([0.2, 0.4, 0.5, 0.7, 0.8, 0.9])
    found = of(factor(loadings))

    omega, fitted = classical.omega(found), classical.one_factor(found)

    assert omega.low < true_omega(loadings) < omega.high
    assert classical.alpha_of(found).high < true_omega(loadings)
    assert fitted.loadings == pytest.approx(loadings, abs=0.02)
    assert fitted.uniquenesses == pytest.approx(1 - loadings**2, abs=0.02)
    assert fitted.gradient < 1e-6
    assert fitted.discrepancy < 1e-3


def test_lambda_6_is_what_the_regression_of_each_item_on_the_others_leaves() -> None:
    found = of(factor(np.array([0.3, 0.5, 0.7, 0.9]), n=300))
    left = []
    for item in range(4):
        others = np.delete(found.centred, item, axis=1)
        fitted = others @ np.linalg.lstsq(others, found.centred[:, item], rcond=None)[0]
        left.append(np.sum((found.centred[:, item] - fitted) ** 2) / 299)

    assert classical.lambda6(found).value == pytest.approx(1 - sum(left) / found.variance)


@given(TABLES)
@settings(max_examples=40, deadline=None)
def test_the_coefficients_keep_their_order(table: np.ndarray) -> None:
    responses = ResponseMatrix(table)
    try:
        found = of(responses)
        twenty_one = classical.kr21(responses).value
    except ScoringError:
        return

    alpha = classical.alpha_of(found).value
    assert twenty_one <= alpha + 1e-9
    assert alpha <= classical.lambda2(found).value + 1e-9
    assert classical.kr20(responses).value == alpha


@given(TABLES)
@settings(max_examples=25, deadline=None)
def test_items_have_no_order(table: np.ndarray) -> None:
    try:
        first, second = (of(ResponseMatrix(some)) for some in (table, table[:, ::-1]))
        pairs = [[statistic(found).value for found in (first, second)] for statistic in (
            classical.alpha_of, classical.lambda2, classical.standardised_alpha, classical.lambda6
        )]  # fmt: skip
    except ScoringError:
        return

    assert all(one == pytest.approx(other, abs=1e-9) for one, other in pairs)


def test_alpha_without_an_item_is_alpha_of_the_others() -> None:
    table = right_or_wrong()

    found = classical.alpha_if_dropped(of(table))

    for item in (0, 5):
        others = classical.alpha(table.take(items=np.delete(np.arange(8), item)))
        assert found.value[item] == pytest.approx(others.value)
        assert (found.low[item], found.high[item]) == pytest.approx((others.low, others.high))


def test_the_best_halves_are_those_that_trying_all_finds() -> None:
    found = of(right_or_wrong())
    divisions = (np.array([True, *rest]) for rest in product([True, False], repeat=7) if not all(rest))
    every = [classical.split_half(found, first) for first in divisions]

    best = classical.split_half(found, classical.best_halves(found, rng=np.random.default_rng(1)))

    assert best.flanagan_rulon.value == pytest.approx(max(one.flanagan_rulon.value for one in every))


def test_mean_of_all_equal_splits_is_alpha() -> None:
    """Cronbach, L. J. (1951), Psychometrika, 16, 297-334: alpha is the mean of all split-half coefficients."""
    found = of(right_or_wrong(k=6))
    splits = [np.array([True, *rest]) for rest in product([True, False], repeat=5) if sum(rest) == 2]

    mean = np.mean([classical.split_half(found, first).flanagan_rulon.value for first in splits])

    assert mean == pytest.approx(classical.alpha_of(found).value)


def test_feldts_interval_comes_from_the_distribution_of_f() -> None:
    """Feldt, L. S. (1965), Psychometrika, 30, 357-370: (1 - true) / (1 - found) is F with (n - 1), (n - 1)(k - 1)."""
    rng, truth, inside = np.random.default_rng(3), true_omega(np.full(6, 0.5)), 0
    for _ in range(400):
        earned = rng.standard_normal((60, 1)) * 0.5 + rng.standard_normal((60, 6)) * np.sqrt(0.75)
        found = classical.alpha(Marks.table(earned - earned.min(), np.full(6, 20.0)))
        inside += found.low < truth < found.high

    assert 0.93 <= inside / 400 <= 0.97


def test_booklets_give_alpha_pair_by_pair() -> None:
    table = right_or_wrong(4000).answers.copy()
    whole = classical.alpha(ResponseMatrix(table)).value
    for booklet, gone in enumerate(((0, 1), (2, 3), (4, 5), (6, 7))):
        table[np.ix_(np.arange(booklet, 4000, 4), np.array(gone))] = NOT_PRESENTED
    holes = ResponseMatrix(table)

    with pytest.raises(NotEnoughData):
        classical.alpha(holes)
    found = classical.alpha(holes, pairwise=True)
    summary = classical.test_summary(holes)

    assert found.value == pytest.approx(whole, abs=0.02)
    assert found.n == 2000
    assert summary.pairwise
    assert summary.alpha == found


def test_conditional_errors_of_lord_and_keats_agree_on_average_with_formula_20() -> None:
    table = right_or_wrong()
    found = classical.lord_keats(table)
    score = table.right.sum(axis=1)

    mean_square = float(np.mean(found.sem[score] ** 2))

    assert mean_square == pytest.approx(score.var() * (1 - classical.kr20(table).value))
    assert found.n.tolist() == np.bincount(score, minlength=9).tolist()
    assert (found.low[1:-1] < found.sem[1:-1]).all()


def test_conditional_errors_of_feldt_and_qualls_agree_on_average_with_alpha() -> None:
    table = ResponseMatrix(right_or_wrong().answers + right_or_wrong(seed=9).answers)
    found = classical.feldt(table, least=1)

    mean_square = float(found.n @ found.sem**2) / found.n.sum()

    assert mean_square == pytest.approx(classical.standard_error_of_measurement(table).value ** 2)


def test_conditional_errors_follow_their_formulas() -> None:
    assert classical.lord(40).sem[20] == pytest.approx(np.sqrt(400 / 39))
    # Both have 3 of 5: 2 of 2 and 1 of 3, with a variance of 0 + 1; or 1 of 2 and 2 of 3, with 1 + 1.
    strata = classical.compound_binomial(ResponseMatrix([[1, 1, 1, 0, 0], [1, 0, 1, 1, 0]] * 10), strata=list("aabbb"))
    assert strata.score.tolist() == [3]
    assert strata.sem[0] == pytest.approx(np.sqrt(1.5))


def test_the_distribution_has_its_cumulants_and_intervals() -> None:
    found = classical.distribution(np.random.default_rng(1).exponential(size=5000))

    assert found.mean.low < 1 < found.mean.high
    assert found.deviation.low < 1 < found.deviation.high
    assert found.median.low < np.log(2) < found.median.high
    assert found.skewness.value == pytest.approx(2, abs=0.3)


def test_a_median_of_weighted_scores_lies_where_half_the_weight_is() -> None:
    found = classical.distribution(np.array([1.0, 2, 3, 4, 5, 6]), weights=np.array([1.0, 1, 1, 1, 1, 5]))

    assert found.median.value == 5.5


def test_what_has_no_reliability_is_refused_with_its_reason() -> None:
    two = of(right_or_wrong(k=2))
    twin = right_or_wrong(k=3).answers
    with pytest.raises(FewItems, match="Omega needs at least 3 items; there are 2"):
        classical.omega(two)
    with pytest.raises(ItemRedundant, match="Lambda 6 cannot be calculated: item"):
        classical.lambda6(of(ResponseMatrix(np.column_stack([twin, twin[:, 0]]))))
    with pytest.raises(NotDichotomous, match="KR-21 is for items marked right or wrong; item 1 has other marks"):
        classical.kr21(ResponseMatrix([[2, 1], [1, 0]] * 20))
    with pytest.raises(NoVariation):
        classical.split_half(two, np.array([True, True]))
    with pytest.raises(NoVariation):
        classical.standardised_alpha(of(ResponseMatrix([[1, 1, 0], [1, 0, 1], [1, 1, 1]] * 20)))


def test_an_item_that_is_the_factor_itself_has_no_proper_solution() -> None:
    rng = np.random.default_rng(2)
    score = rng.standard_normal(200)
    earned = np.column_stack([score, *(score + 3 * rng.standard_normal((3, 200)))])

    with pytest.raises(HeywoodCase) as caught:
        classical.omega(of(Marks.table(earned - earned.min(), np.full(4, 40.0))))

    assert caught.value.item == "1"


def test_a_summary_says_what_it_could_not_calculate() -> None:
    found = classical.test_summary(ResponseMatrix([[1, 2], [0, 0], [1, 1]] * 20), rng=np.random.default_rng(1))

    assert found.omega is None
    assert found.reasons["omega"] == "Omega needs at least 3 items; there are 2."
    assert found.kr21 is None
    assert found.best_halves is not None
    assert found.sem is not None


def test_a_summary_of_nothing_has_reasons_alone() -> None:
    found = classical.test_summary(ResponseMatrix([[1, 1], [1, 1]]))

    assert found.alpha is None
    assert found.score is None
    assert found.reasons["score"] == "A distribution needs at least 4 answers; there are 2."
