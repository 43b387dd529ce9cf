from itertools import product

import numpy as np
import pytest

from kaoping.scoring.logistic import expected_score, probability, score_variance
from kaoping.scoring.raw_scores import (
    CutOutOfReach,
    ability_at,
    population_distribution,
    precision_at,
    raw_reliability,
    score_distribution,
)

A, B = np.array([0.8, 1.0, 1.3, 1.7]), np.array([-1.0, 0.0, 0.3, 1.0])
MARKS = np.array([1, 2, 2, 1])
THETA = np.linspace(-2, 2, 5)


def by_enumeration(theta: float) -> np.ndarray:
    right = probability(np.array([theta]), A, B)[0]
    scores = np.zeros(MARKS.sum() + 1)
    for pattern in product((0, 1), repeat=4):
        hits = np.array(pattern)
        scores[hits @ MARKS] += np.prod(np.where(hits, right, 1 - right))
    return scores


def test_the_distribution_is_that_of_all_answer_patterns() -> None:
    expected = np.array([by_enumeration(theta) for theta in THETA])

    assert np.allclose(score_distribution(THETA, A, B, MARKS), expected)


def test_its_mean_and_variance_are_expected_score_and_score_variance() -> None:
    scores = np.arange(MARKS.sum() + 1)
    distribution = score_distribution(THETA, A, B, MARKS)

    mean = distribution @ scores

    assert np.allclose(mean, expected_score(THETA, A, B, MARKS.astype(float)))
    assert np.allclose(distribution @ scores**2 - mean**2, score_variance(THETA, A, B, MARKS.astype(float)))


def test_reliability_agrees_with_the_variance_of_the_whole_distribution() -> None:
    scores = np.arange(MARKS.sum() + 1)
    distribution = population_distribution(A, B, MARKS)
    observed = distribution @ scores**2 - (distribution @ scores) ** 2

    noise = (1 - raw_reliability(A, B, MARKS)) * observed

    assert np.isclose(distribution.sum(), 1.0)
    assert 0 < noise < observed


def test_the_ability_at_a_cut_expects_the_cut() -> None:
    theta = ability_at(3.6, A, B, MARKS)

    assert np.isclose(expected_score(np.array([theta]), A, B, MARKS.astype(float))[0], 3.6)


@pytest.mark.parametrize("cut", [0, 6, 7, -1])
def test_a_cut_that_no_ability_expects_is_refused(cut: int) -> None:
    with pytest.raises(CutOutOfReach):
        ability_at(cut, A, B, MARKS)


def test_precision_at_a_cut_of_a_long_paper_follows_the_normal_curve() -> None:
    k = 60
    a, b, marks = np.ones(k), np.linspace(-2, 1, k), np.where(np.arange(k) < 20, 1, 2)

    found = precision_at(60, a, b, marks)

    assert np.isclose(found.passing, 0.5, atol=0.05)
    assert np.isclose(found.sem, np.sqrt(score_variance(np.array([found.theta]), a, b, marks.astype(float))[0]))
    assert 0.3 < found.pass_rate < 0.9
