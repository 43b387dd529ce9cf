"""Standard errors of classical statistics are those of the infinitesimal jackknife: of a little more weight."""

from collections.abc import Callable

import numpy as np
import pytest

from kaoping.scoring import classical
from kaoping.scoring.arrays import Floats
from kaoping.scoring.classical import Covariances, Estimate, Marks
from kaoping.scoring.classical.estimates import NORMAL
from kaoping.scoring.classical.omega import _curvature

Statistic = Callable[[Marks], Estimate]
STEP = 1e-4


def a_table(*, n: int = 150, k: int = 6) -> Marks:
    """Give marks from 0 to 2 of persons who differ, of uneven weights."""
    rng = np.random.default_rng(17)
    pull = rng.standard_normal((n, 1)) * np.linspace(0.5, 1.5, k) + rng.standard_normal((n, k))
    earned = (pull > -0.5).astype(float) + (pull > 0.8)
    weights = rng.uniform(0.5, 2.0, n)
    return Marks(earned, np.ones((n, k), dtype=bool), np.full(k, 2.0), tuple("ABCDEF"), weights)


def right_or_wrong() -> Marks:
    table = a_table()
    return Marks((table.earned > 1).astype(float), table.known, np.ones(6), table.items, table.weights)


def of(statistic: Callable[[Covariances], Estimate]) -> Statistic:
    return lambda table: statistic(classical.covariances(table, what="A test"))


def weight_of(table: Marks) -> Estimate:
    found = classical.item_weights(table)
    return Estimate(float(found.effective[2]), 0, float(found.low[2]), float(found.high[2]))


def conditional(table: Marks) -> Estimate:
    found = classical.lord_keats(table)
    return Estimate(float(found.sem[3]), 0, float(found.low[3]), float(found.high[3]))


def jackknifed(statistic: Statistic, table: Marks) -> float:
    """Standard error from the change of the value as the weight of each person grows a little."""
    value, total = statistic(table).value, table.weights.sum()
    influence = np.empty(len(table.weights))
    for person in range(len(influence)):
        weights = table.weights.copy()
        weights[person] += STEP
        moved = Marks(table.earned, table.known, table.largest, table.items, weights)
        influence[person] = (statistic(moved).value - value) * total / STEP
    return float(np.sqrt(np.sum((table.weights * influence) ** 2)) / total)


def from_logarithm(found: Estimate) -> float:
    return float(np.log((1 - found.low) / (1 - found.value))) / NORMAL * (1 - found.value)


def from_fisher(found: Estimate) -> float:
    return float(np.arctanh(found.high) - np.arctanh(found.value)) / NORMAL * (1 - found.value**2)


def from_middle(found: Estimate) -> float:
    return (found.high - found.value) / NORMAL


def from_ratio(found: Estimate) -> float:
    return float(np.log(found.high / found.value)) / NORMAL * found.value


@pytest.mark.parametrize(("statistic", "table", "back"), [
    (of(classical.lambda2), a_table(), from_logarithm),
    (of(classical.standardised_alpha), a_table(), from_logarithm),
    (of(classical.omega), a_table(), from_logarithm),
    (of(lambda found: classical.split_half(found, classical.odd_even(6)).spearman_brown), a_table(), from_logarithm),
    (of(lambda found: classical.split_half(found, classical.odd_even(6)).flanagan_rulon), a_table(), from_logarithm),
    (classical.kr21, right_or_wrong(), from_logarithm),
    (lambda table: classical.discrimination(table, 1), a_table(), from_fisher),
    (lambda table: classical.item_total(table, 1), a_table(), from_fisher),
    (lambda table: classical.biserial(table, 1), a_table(), from_fisher),
    (lambda table: classical.biserial(table, 4), right_or_wrong(), from_fisher),
    (weight_of, a_table(), from_middle),
    (conditional, right_or_wrong(), from_ratio),
    (lambda table: classical.distribution(table.total, weights=table.weights).deviation, a_table(), from_ratio),
])  # fmt: skip
def test_the_error_is_that_of_the_infinitesimal_jackknife(
    statistic: Statistic, table: Marks, back: Callable[[Estimate], float]
) -> None:
    assert back(statistic(table)) == pytest.approx(jackknifed(statistic, table), rel=0.012)


def test_the_error_of_lambda_6_is_that_of_the_jackknife_too() -> None:
    table = a_table()
    found = classical.covariances(table, what="A test")
    unbiased = (found.n - 1) / (found.n - found.k)
    value = classical.lambda6(found)

    centre = 1 - unbiased * (1 - value.value)

    error = float(np.log((1 - value.low) / (1 - centre))) / NORMAL * (1 - centre) / unbiased
    assert error == pytest.approx(jackknifed(of(classical.lambda6), table), rel=0.012)


def test_pairs_of_items_have_the_error_of_the_jackknife() -> None:
    table = a_table()
    known = np.random.default_rng(3).random(table.known.shape) > 0.3
    holes = Marks(np.where(known, table.earned, 0.0), known, table.largest, table.items, table.weights)

    def lambda2(some: Marks) -> Estimate:
        return classical.lambda2(classical.covariances(some, what="A test", pairwise=True))

    assert from_logarithm(lambda2(holes)) == pytest.approx(jackknifed(lambda2, holes), rel=0.03)


def test_the_curvature_of_the_discrepancy_is_its_second_derivative() -> None:
    found = classical.covariances(a_table(), what="A test")
    factor = classical.one_factor(found)
    k = found.k

    def slope(point: Floats) -> Floats:
        loadings, own = np.split(point, 2)
        precision = np.linalg.inv(np.outer(loadings, loadings) + np.diag(own))
        left = precision - precision @ found.matrix @ precision
        return np.concatenate([2 * left @ loadings, left.diagonal()])

    at = np.concatenate([factor.loadings, factor.uniquenesses])
    steps = 1e-5 * np.eye(2 * k)
    numeric = np.array([(slope(at + step) - slope(at - step)) / 2e-5 for step in steps])

    assert np.abs(slope(at)).max() < 1e-6
    assert np.abs(_curvature(found, factor) - numeric).max() < 1e-4 * np.abs(numeric).max()
