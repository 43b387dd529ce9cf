"""Exact distributions of numbers of matches, against enumeration, and their tails."""

from itertools import product

import numpy as np
import pytest

from kaoping.scoring.integrity.tails import (
    at_least,
    beyond,
    given_abilities,
    joint_matches,
    matches,
    no_likelier,
    tie_shares,
)

HALF = np.array([0.5])


def enumerated(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Distribution of the numbers of two kinds of matches, from all outcomes of all items."""
    k = len(first)
    found = np.zeros((k + 1, k + 1))
    for outcome in product(range(3), repeat=k):
        kind = np.array(outcome)
        chance = np.choose(kind, [1 - first - second, first, second]).prod()
        found[(kind == 1).sum(), (kind == 2).sum()] += chance
    return found


def test_the_number_of_matches_has_the_distribution_that_enumeration_gives() -> None:
    chance = np.random.default_rng(1).random((3, 7))

    for row, found in zip(chance, matches(chance), strict=True):
        assert found == pytest.approx(enumerated(row, np.zeros(7))[:, 0], abs=1e-15)


def test_matches_of_two_kinds_have_the_distribution_that_enumeration_gives() -> None:
    rng = np.random.default_rng(2)
    first = rng.random((2, 6)) / 2
    second = rng.random((2, 6)) / 2

    for one, other, found in zip(first, second, joint_matches(first, second), strict=True):
        assert found == pytest.approx(enumerated(one, other), abs=1e-15)


def test_the_joint_distribution_sums_to_one_and_has_the_margins_of_one_kind() -> None:
    rng = np.random.default_rng(3)
    first, second = rng.random((4, 60)) / 2, rng.random((4, 60)) / 2
    found = joint_matches(first, second)

    assert found.sum(axis=(1, 2)) == pytest.approx(1.0, abs=1e-12)
    assert found.sum(axis=2) == pytest.approx(matches(first), abs=1e-14)
    assert found.sum(axis=1) == pytest.approx(matches(second), abs=1e-14)
    sums = [[np.fliplr(one).trace(60 - total) for total in range(61)] for one in found]
    assert np.array(sums) == pytest.approx(matches(first + second), abs=1e-14)


def test_abilities_that_are_given_leave_a_nearly_normal_number_the_variance_they_should() -> None:
    chance = np.full((1, 400), 0.4)
    full, left = 96.0, 40.0
    deviation = np.arange(401, dtype=np.float64) - 160.0

    held = given_abilities(matches(chance), (deviation**2 * (1 / left - 1 / full))[None])[0]

    mean = held @ np.arange(401)
    assert held.sum() == pytest.approx(1.0)
    assert mean == pytest.approx(160.0, abs=0.1)
    assert held @ (np.arange(401) - mean) ** 2 == pytest.approx(left, rel=0.01)


def test_far_shifts_leave_a_distribution() -> None:
    held = given_abilities(matches(np.full((1, 5), 0.5)), ((np.arange(6, dtype=np.float64) - 500.0) ** 2 * 3)[None])

    assert held[0].sum() == pytest.approx(1.0)
    assert held[0].argmax() == 5


def test_a_tie_counts_half_or_as_drawn() -> None:
    distribution = np.array([[0.1, 0.2, 0.3, 0.4]])

    assert at_least(distribution, np.array([2]), HALF) == pytest.approx(0.55)
    assert at_least(distribution, np.array([2]), np.array([0.0])) == pytest.approx(0.4)
    assert beyond(distribution, np.array([[0.0, 1.0, 1.0, 2.0]]), np.array([1.0]), HALF) == pytest.approx(0.65)
    assert no_likelier(distribution, np.array([0.3]), np.array([[True, False, True, True]]), HALF) == pytest.approx(
        0.25
    )
    assert tie_shares(3, None).tolist() == [0.5] * 3
    assert len(set(tie_shares(3, np.random.default_rng(1)).tolist())) == 3
