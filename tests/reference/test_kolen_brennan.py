"""Worked examples of Kolen, M. J., & Brennan, R. L. (2004, 2014). *Test Equating, Scaling, and Linking*. Springer.

ACT Mathematics, 40 items, equivalent groups of 4329 and 4152: frequencies, moments and raw-to-raw equivalents of
chapter 2. The common-item example of chapter 4, 36 items with an internal anchor of 12, groups of 1655 and 1638, is
given by its printed moments, in a table that has just these. The printed digits were recomputed with R equate 2.0.9,
from which values with more than four digits come.
"""

import numpy as np
import pytest
from scipy.optimize import linprog

from kaoping.scoring.equating import (
    AnchorGroups,
    Equating,
    EquivalentGroups,
    Frequencies,
    JointFrequencies,
    circle_arc,
    equipercentile,
    fit,
    levine,
    levine_true,
    linear,
    lord_standard_errors,
    mean,
    smooth_design,
    tucker,
)
from kaoping.scoring.equating.frequencies import moments

X = (
    0, 1, 1, 3, 9, 18, 59, 67, 91, 144, 149, 192, 192, 192, 201, 204, 217, 181, 184, 170, 201, 147, 163, 147, 140, 147,
    126, 113, 100, 106, 107, 91, 83, 73, 72, 75, 50, 37, 38, 23, 15,
)  # fmt: skip
Y = (
    0, 1, 3, 13, 42, 59, 95, 131, 158, 161, 194, 164, 166, 197, 177, 158, 169, 132, 158, 151, 134, 137, 122, 110, 116,
    132, 104, 104, 114, 97, 107, 88, 80, 79, 70, 61, 48, 47, 29, 32, 12,
)  # fmt: skip
MATHEMATICS = EquivalentGroups(Frequencies(range(41), X), Frequencies(range(41), Y))


def described(found: Equating) -> list[float]:
    """Mean, standard deviation (divisor n), skewness and kurtosis of the equated scores over those who took X."""
    one = moments(found.equated, MATHEMATICS.x.shares)
    return [one.mean, one.sd, one.skewness or 0.0, one.kurtosis or 0.0]


def test_moments_of_the_two_forms() -> None:
    x, y = (moments(table.scores, table.shares) for table in (MATHEMATICS.x, MATHEMATICS.y))

    assert [x.mean, x.sd, x.skewness, x.kurtosis] == pytest.approx([19.8524, 8.2116, 0.3753, 2.3024], abs=5e-5)
    assert [y.mean, y.sd, y.skewness, y.kurtosis] == pytest.approx([18.9798, 8.9393, 0.3527, 2.1464], abs=5e-5)


def test_moments_of_equated_scores() -> None:
    assert described(mean(MATHEMATICS)) == pytest.approx([18.9798, 8.2116, 0.3753, 2.3024], abs=5e-5)
    assert described(linear(MATHEMATICS)) == pytest.approx([18.9798, 8.9393, 0.3753, 2.3024], abs=1e-4)
    assert described(equipercentile(MATHEMATICS)) == pytest.approx([18.9799, 8.9352, 0.3545, 2.1465], abs=5e-5)


def test_equivalents_by_mean_linear_and_percentile_ranks() -> None:
    assert mean(MATHEMATICS).intercept == pytest.approx(-0.8726220662637, abs=1e-12)
    assert linear(MATHEMATICS).equated[[0, 1, 2]] == pytest.approx(
        [-2.631970777222, -1.54334927445, -0.4547277716776], abs=1e-11
    )
    found = equipercentile(MATHEMATICS).equated
    assert found[[1, 2, 3, 4, 5]] == pytest.approx([0.9796, 1.6462, 2.2856, 2.8932, 3.6205], abs=5e-5)
    assert found[[20, 30, 40]] == pytest.approx([19.16472076, 30.13048170, 39.90055441], abs=1e-7)


def test_equivalents_of_presmoothed_scores() -> None:
    found = equipercentile(smooth_design(MATHEMATICS, degree=6)).equated

    assert found[[1, 10, 20, 30, 40]] == pytest.approx([0.12388, 8.21428, 19.24691, 30.17291, 40.02023], abs=1e-5)


def test_likelihood_ratio_statistics_of_the_smoothed_forms() -> None:
    assert [fit(MATHEMATICS.x, degree=degree).deviance for degree in (4, 6)] == pytest.approx([40.80, 30.61], abs=5e-3)


def test_lords_standard_errors() -> None:
    assert lord_standard_errors(MATHEMATICS)[[1, 20, 40]] == pytest.approx([0.830551, 0.294727, 0.278723], abs=1e-6)


def test_a_circle_arc_through_the_means() -> None:
    assert circle_arc(MATHEMATICS).equated[[1, 20, 39]] == pytest.approx(
        [0.91476830035, 19.12733048875, 38.91476830035], abs=1e-10
    )


def test_standard_errors_of_a_line() -> None:
    assert linear(MATHEMATICS).see[[0, 1, 2]] == pytest.approx([0.268098, 0.258720, 0.249674], abs=1e-4)


def with_moments(
    n: int, mean: float, sd: float, anchor_mean: float, anchor_sd: float, covariance: float
) -> JointFrequencies:
    """Persons whose moments (divisor n) are those printed; which persons does not matter to a linear method."""
    x, v = (axis.ravel() for axis in np.meshgrid(np.arange(37.0), np.arange(13.0), indexing="ij"))
    from_x, from_v = x - mean, v - anchor_mean
    rows = np.stack([np.ones_like(x), from_x, from_v, from_x**2, from_v**2, from_x * from_v])
    found = linprog(np.abs(from_x), A_eq=rows, b_eq=[1, 0, 0, sd**2, anchor_sd**2, covariance])
    return JointFrequencies(range(37), range(13), n * np.maximum(np.asarray(found.x), 0).reshape(37, 13))


COMMON_ITEMS = AnchorGroups(
    with_moments(1655, 15.8205, 6.5278, 5.1063, 2.3760, 13.4088),
    with_moments(1638, 18.6728, 6.8784, 5.8626, 2.4515, 14.7603),
)


def test_tucker_and_levine_with_group_one_as_synthetic_population() -> None:
    observed, true = tucker(COMMON_ITEMS, weight=1.0), levine(COMMON_ITEMS, weight=1.0)

    assert [observed.slope, observed.intercept] == pytest.approx([1.0289, 0.5368], abs=6e-4)
    assert [true.slope, true.intercept] == pytest.approx([1.0112, 0.2513], abs=6e-4)


def test_levine_true_score_equating() -> None:
    found = levine_true(COMMON_ITEMS)

    assert [found.slope, found.intercept] == pytest.approx([1.0086, 0.2912], abs=6e-4)
