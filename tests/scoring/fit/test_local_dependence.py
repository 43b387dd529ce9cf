"""Q3 and LD-X²."""

import numpy as np
import pytest
from scipy.stats import chi2, chi2_contingency

from kaoping.scoring.ability import eap
from kaoping.scoring.calibration import calibrate
from kaoping.scoring.errors import NotEnoughData, NoVariation
from kaoping.scoring.fit import pair_dependence, residual_correlations
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.quadrature import Quadrature, normal
from kaoping.scoring.responses import ResponseMatrix
from kaoping.scoring.simulation import simulate
from tests.scoring.fit.enumeration import MIXED, pattern_chances, patterns

TEN = ItemParameters.logistic(np.full(10, 1.4), np.linspace(-1.2, 1.2, 10))


def drawn(n: int = 2000) -> ResponseMatrix:
    rng = np.random.default_rng(12)
    return simulate(rng.standard_normal(n), TEN, rng=rng)


def with_a_twin(responses: ResponseMatrix) -> ResponseMatrix:
    """Half of the persons answer item 5 as they answered item 4."""
    table = responses.answers.copy()
    table[::2, 4] = table[::2, 3]
    return ResponseMatrix(table)


def test_q3_is_the_correlation_of_residuals_over_persons_who_answered_both() -> None:
    table = drawn(200).answers.copy()
    table[:40, 2] = -1
    theta = np.random.default_rng(0).standard_normal(200)

    found = residual_correlations(ResponseMatrix(table), TEN, theta=theta)

    away = table - TEN.expected(theta).T
    assert found.q3[2, 5] == pytest.approx(np.corrcoef(away[40:, 2], away[40:, 5])[0, 1])
    assert found.q3[0, 1] == pytest.approx(np.corrcoef(away[:, 0], away[:, 1])[0, 1])
    assert found.adjusted[0, 1] == pytest.approx(found.q3[0, 1] - found.mean)


def test_q3_lies_about_minus_one_over_the_other_items_where_nothing_is_wrong() -> None:
    responses = drawn(4000)

    found = residual_correlations(responses, TEN, theta=eap(responses, TEN).theta)

    assert found.mean == pytest.approx(-1 / 9, abs=0.03)
    assert np.abs(found.adjusted[np.triu_indices(10, 1)]).max() < 0.08


def test_with_independent_items_x2_and_g2_are_those_of_a_contingency_table_with_fitted_margins() -> None:
    rng = np.random.default_rng(3)
    table = rng.integers(0, 2, (500, 2))
    share = table.mean(axis=0)
    items = ItemParameters.logistic([1.0, 1.0], -np.log(share / (1 - share)))

    found = pair_dependence(ResponseMatrix(table), items, population=Quadrature(np.zeros(1), np.ones(1)))

    counts = [[int(((table == (a, b)).all(axis=1)).sum()) for b in (0, 1)] for a in (0, 1)]
    assert found.chi_square[0] == pytest.approx(chi2_contingency(counts, correction=False).statistic)
    ratio = chi2_contingency(counts, correction=False, lambda_="log-likelihood").statistic
    assert found.likelihood_ratio[0] == pytest.approx(ratio)
    assert found.p[0] == pytest.approx(chi2.sf(found.chi_square[0], 1))
    assert abs(found.cramers_v[0]) == pytest.approx(np.sqrt(found.chi_square[0] / 500))


def test_tables_of_pairs_are_margins_of_the_table_of_all_patterns() -> None:
    rows, chance = patterns(MIXED), pattern_chances(MIXED, normal())
    exact = ResponseMatrix(rows, MIXED.names, weights=1000 * chance)

    found = pair_dependence(exact, MIXED)

    assert np.allclose(found.chi_square, 0.0, atol=1e-8)
    assert np.allclose(found.n, 1000.0)
    assert found.df.tolist() == [1, 2, 3, 2, 3, 6]
    assert np.allclose(found.standardized, -found.df / np.sqrt(2 * found.df))


@pytest.mark.parametrize("against", [False, True])
def test_two_items_that_hang_together_are_found_with_their_sign(*, against: bool) -> None:
    responses = with_a_twin(drawn())
    table = responses.answers.copy()
    if against:
        table[::2, 4] = 1 - table[::2, 3]
        responses = ResponseMatrix(table)
    found = calibrate(responses, "2pl", errors="none")

    q3 = residual_correlations(responses, found.parameters, theta=eap(responses, found.parameters).theta)
    pairs = pair_dependence(responses, found)

    pair = int(np.flatnonzero((pairs.first == 3) & (pairs.second == 4))[0])
    sign = -1 if against else 1
    assert pairs.standardized[pair] * sign > 10
    assert np.abs(pairs.standardized).argmax() == pair
    assert q3.adjusted[3, 4] * sign > 0.2


def test_pairs_nobody_answered_both_and_residuals_that_are_all_alike_are_refused() -> None:
    apart = np.array([[1, 0, -1], [0, 1, -1], [1, -1, 0], [0, -1, 1]])
    three = ItemParameters.logistic(np.ones(3), np.zeros(3))

    with pytest.raises(NotEnoughData):
        pair_dependence(ResponseMatrix(apart), three)
    with pytest.raises(NoVariation) as caught:
        residual_correlations(ResponseMatrix([[1, 0, 1]] * 2 + [[0, 0, 1]] * 2), three, theta=np.zeros(4))
    assert caught.value.item == "2"
