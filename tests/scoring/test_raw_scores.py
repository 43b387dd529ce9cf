from itertools import product

import numpy as np
import pytest

from kaoping.scoring.logistic import expected_score, score_variance
from kaoping.scoring.models import model
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.raw_scores import (
    BadMarks,
    CutOutOfReach,
    ability_at,
    marks_table,
    population_distribution,
    precision_at,
    raw_reliability,
    raw_sem,
    raw_variance,
    score_distribution,
    true_score,
)

A, B = np.array([0.8, 1.0, 1.3, 1.7]), np.array([-1.0, 0.0, 0.3, 1.0])
ITEMS, MARKS = ItemParameters.logistic(A, B), np.array([1, 2, 2, 1])
MIXED = ItemParameters.reported(
    ["A", "B", "C", "D"],
    [model("3pl"), model("grm", 3), model("gpcm", 4), model("nominal", 3)],
    [[1.2, 0.1, 0.2], [1.5, -0.5, 0.8], [0.8, -1.0, 0.2, 0.5], [0.5, 1.5, 0.3, -0.4]],
)
OWN_MARKS = np.array([[0, 2, 0, 0], [0, 1, 3, 0], [0, 0, 1, 1], [1, 0, 4, 0]])
THETA = np.linspace(-2, 2, 5)


def by_enumeration(items: ItemParameters, worth: np.ndarray, theta: float) -> np.ndarray:
    chance = items.probabilities(np.array([theta]))[:, :, 0]
    scores = np.zeros(worth.max(axis=1).sum() + 1)
    for pattern in product(*(range(number) for number in items.categories)):
        places = np.arange(len(items)), np.array(pattern)
        scores[worth[places].sum()] += np.prod(chance[places])
    return scores


@pytest.mark.parametrize(
    ("items", "marks"), [(ITEMS, MARKS), (ITEMS, None), (MIXED, None), (MIXED, OWN_MARKS), (MIXED, [2, 1, 1, 3])]
)
def test_the_distribution_is_that_of_all_answer_patterns(items: ItemParameters, marks: np.ndarray | None) -> None:
    expected = np.array([by_enumeration(items, marks_table(items, marks), theta) for theta in THETA])

    assert np.allclose(score_distribution(THETA, items, marks=marks), expected)


def test_its_mean_and_variance_are_true_score_and_error_variance() -> None:
    distribution = score_distribution(THETA, MIXED, marks=OWN_MARKS)
    scores = np.arange(distribution.shape[1])

    mean = distribution @ scores

    assert np.allclose(mean, true_score(THETA, MIXED, marks=OWN_MARKS))
    assert np.allclose(distribution @ scores**2 - mean**2, raw_variance(THETA, MIXED, marks=OWN_MARKS))
    assert np.allclose(raw_sem(THETA, MIXED, marks=OWN_MARKS) ** 2, raw_variance(THETA, MIXED, marks=OWN_MARKS))


def test_of_right_and_wrong_they_are_those_of_the_logistic_model() -> None:
    worth = MARKS.astype(float)

    assert np.allclose(true_score(THETA, ITEMS, marks=MARKS), expected_score(THETA, A, B, worth))
    assert np.allclose(raw_variance(THETA, ITEMS, marks=MARKS), score_variance(THETA, A, B, worth))


def test_reliability_agrees_with_the_variance_of_the_whole_distribution() -> None:
    distribution = population_distribution(ITEMS, marks=MARKS)
    scores = np.arange(MARKS.sum() + 1)
    observed = distribution @ scores**2 - (distribution @ scores) ** 2

    noise = (1 - raw_reliability(ITEMS, marks=MARKS)) * observed

    assert np.isclose(distribution.sum(), 1.0)
    assert 0 < noise < observed


def test_the_ability_at_a_cut_expects_the_cut() -> None:
    theta = ability_at(3.6, MIXED, marks=OWN_MARKS)

    assert np.isclose(true_score(np.array([theta]), MIXED, marks=OWN_MARKS)[0], 3.6)


@pytest.mark.parametrize("cut", [0, 6, 7, -1])
def test_a_cut_that_no_ability_expects_is_refused(cut: int) -> None:
    with pytest.raises(CutOutOfReach):
        ability_at(cut, ITEMS, marks=MARKS)


@pytest.mark.parametrize("marks", [[1, 2], [1, 2, 2, 0.5], [1, -1, 1, 1], np.ones((4, 3))])
def test_marks_that_are_no_whole_numbers_for_these_items_are_refused(marks: np.ndarray) -> None:
    with pytest.raises(BadMarks):
        marks_table(ITEMS, marks)


def test_precision_at_a_cut_of_a_long_paper_follows_the_normal_curve() -> None:
    k = 60
    items, marks = ItemParameters.logistic(np.ones(k), np.linspace(-2, 1, k)), np.where(np.arange(k) < 20, 1, 2)

    found = precision_at(60, items, marks=marks)

    here, step = np.array([found.theta]), 1e-5
    slope = (true_score(here + step, items, marks=marks) - true_score(here - step, items, marks=marks)) / (2 * step)
    assert np.isclose(found.passing, 0.5, atol=0.05)
    assert np.isclose(found.sem, raw_sem(here, items, marks=marks)[0])
    assert np.isclose(found.sem_theta, found.sem / slope[0])
    assert 0.3 < found.pass_rate < 0.9
