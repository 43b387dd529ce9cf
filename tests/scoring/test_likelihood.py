"""The likelihood against a plain loop, its gradient and its curvature against finite differences."""

import numpy as np
from scipy.special import expit

from kaoping.scoring.arrangement import arrange
from kaoping.scoring.arrays import Floats
from kaoping.scoring.likelihood import expect, gradient
from kaoping.scoring.quadrature import normal
from kaoping.scoring.responses import ResponseMatrix
from kaoping.scoring.simulation import simulate
from kaoping.scoring.standard_errors import observed_information

GRID = normal(31)
K = 5
SLOPE, INTERCEPT = np.array([0.6, 1.0, 1.4, 0.9, 2.0]), np.array([0.5, -0.4, 0.0, 1.2, -1.0])


def incomplete(n: int = 60, k: int = K) -> ResponseMatrix:
    rng = np.random.default_rng(11)
    shown = rng.random((n, k)) < 0.7
    return simulate(rng.standard_normal(n), np.ones(k), np.linspace(-1, 1, k), rng=rng, presented=shown)


def log_likelihood_by_loop(responses: ResponseMatrix, slope: Floats, intercept: Floats) -> float:
    total = 0.0
    for person in responses.answers:
        density = GRID.weights.copy()
        for answer, a, d in zip(person, slope, intercept, strict=True):
            right = expit(a * GRID.nodes + d)
            density *= {1: right, 0: 1 - right, -1: np.ones_like(right)}[int(answer)]
        total += float(np.log(density.sum()))
    return total


def gradient_at(responses: ResponseMatrix, point: Floats) -> Floats:
    expected = expect(arrange(responses), point[0], point[1], GRID)
    return gradient(expected, point[0], point[1], GRID)


def test_the_likelihood_is_that_of_a_loop_over_persons_nodes_and_items() -> None:
    responses = incomplete()

    expected = expect(arrange(responses), SLOPE, INTERCEPT, GRID)

    assert np.isclose(expected.log_likelihood, log_likelihood_by_loop(responses, SLOPE, INTERCEPT), rtol=1e-12)


def test_expected_persons_of_an_item_are_those_it_was_presented_to() -> None:
    responses = incomplete()

    expected = expect(arrange(responses), SLOPE, INTERCEPT, GRID)

    assert np.allclose(expected.persons.sum(axis=1), responses.answered)
    assert np.allclose(expected.right, responses.right.sum(axis=0))


def test_the_gradient_agrees_with_finite_differences() -> None:
    responses, point, h = incomplete(), np.stack([SLOPE, INTERCEPT]), 1e-5
    numeric = np.empty_like(point)
    for place in np.ndindex(point.shape):
        step = np.zeros_like(point)
        step[place] = h
        up, down = (log_likelihood_by_loop(responses, *(point + sign * step)) for sign in (1, -1))
        numeric[place] = (up - down) / (2 * h)

    assert np.allclose(gradient_at(responses, point), numeric, atol=1e-6)


def test_observed_information_is_the_negative_hessian() -> None:
    responses, point, h = incomplete(), np.stack([SLOPE, INTERCEPT]), 1e-5
    numeric = np.empty((2 * K, 2 * K))
    for number, place in enumerate(np.ndindex(point.shape)):
        step = np.zeros_like(point)
        step[place] = h
        up, down = gradient_at(responses, point + step), gradient_at(responses, point - step)
        numeric[number] = -(up - down).ravel() / (2 * h)

    found = observed_information(arrange(responses), SLOPE, INTERCEPT, GRID)

    assert np.allclose(found, numeric, atol=1e-5)


def test_many_items_and_more_persons_than_one_chunk_give_the_same_sums() -> None:
    rng = np.random.default_rng(2)
    k = 20
    slope, intercept = np.ones(k), np.zeros(k)
    shown = rng.random((2500, k)) < 0.9
    responses = simulate(rng.standard_normal(2500), slope, intercept, rng=rng, presented=shown)

    expected = expect(arrange(responses), slope, intercept, GRID)

    assert np.isclose(expected.log_likelihood, log_likelihood_by_loop(responses, slope, intercept), rtol=1e-12)
