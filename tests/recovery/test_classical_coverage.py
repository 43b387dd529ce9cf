"""Intervals of classical statistics hold the value in the population about as often as they say."""

from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
from scipy import special

from kaoping.scoring import classical
from kaoping.scoring.classical import Covariances, Estimate
from kaoping.scoring.responses import ResponseMatrix

ITEMS, RUNS = 16, 300


def draw(n: int, rng: np.random.Generator) -> ResponseMatrix:
    a, b = np.linspace(0.6, 1.8, ITEMS), np.linspace(-2, 2, ITEMS)
    solved = special.expit(a * (rng.standard_normal((n, 1)) - b))
    return ResponseMatrix((rng.random((n, ITEMS)) < solved).astype(int))


def of_items(table: ResponseMatrix) -> dict[str, Estimate]:
    by: dict[str, Callable[[ResponseMatrix, int], Estimate]] = {
        "facility": classical.facility, "item-rest": classical.discrimination, "item-total": classical.item_total,
        "biserial": classical.biserial, "upper-lower": classical.upper_lower,
        "efficiency": classical.discriminative_efficiency,
    }  # fmt: skip
    return {f"{name} of item {item}": statistic(table, item) for name, statistic in by.items() for item in (2, 8)}


def of_test(table: ResponseMatrix) -> dict[str, Estimate]:
    found = classical.covariances(table, what="A test")
    by: dict[str, Callable[[Covariances], Estimate]] = {
        "alpha": classical.alpha_of, "standardised alpha": classical.standardised_alpha, "lambda 2": classical.lambda2,
        "lambda 6": classical.lambda6, "omega": classical.omega,
    }  # fmt: skip
    halves = classical.split_half(found, classical.odd_even(ITEMS))
    score = classical.distribution(table.right.sum(axis=1).astype(np.float64))
    pairs = {"Spearman-Brown": halves.spearman_brown, "Flanagan-Rulon": halves.flanagan_rulon}
    moments = {"mean": score.mean, "deviation": score.deviation, "KR-21": classical.kr21(table)}
    return {name: statistic(found) for name, statistic in by.items()} | pairs | moments


@pytest.mark.slow
def test_intervals_hold_the_value_in_the_population() -> None:
    rng = np.random.default_rng(2026)
    whole = draw(400_000, rng)
    truth = {name: found.value for name, found in (of_items(whole) | of_test(whole)).items()}
    inside: Counter[str] = Counter()

    for _ in range(RUNS):
        table = draw(400, rng)
        for name, found in (of_items(table) | of_test(table)).items():
            inside[name] += found.low <= truth[name] <= found.high

    assert not {name: share for name in truth if not 0.91 <= (share := inside[name] / RUNS) <= 0.995}
