"""Abilities come back within their standard errors, and Warm's weight takes the bias of maximum likelihood away."""

import numpy as np
import pytest

from kaoping.scoring.ability import Abilities, eap, maximum_likelihood, weighted_likelihood
from kaoping.scoring.arrays import Floats
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.simulation import simulate
from tests.scoring.mixtures import mixed_items

PERSONS, MANY = 4000, 20_000


def standardised(found: Abilities, true: Floats) -> Floats:
    finite = np.isfinite(found.theta)
    assert finite.mean() > 0.99
    return np.asarray((found.theta - true)[finite] / found.se[finite])


def test_errors_are_as_large_as_they_say_on_a_long_test_of_mixed_items() -> None:
    rng = np.random.default_rng(11)
    items = mixed_items(rng, times=20)
    true = rng.standard_normal(PERSONS)
    responses = simulate(true, items, rng=rng)

    for score in (eap, maximum_likelihood, weighted_likelihood):
        errors = standardised(score(responses, items), true)
        assert abs(errors.mean()) < 0.08
        assert errors.std() == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize("theta", [-1.5, 1.5])
def test_the_weight_of_warm_takes_most_of_the_bias_away(theta: float) -> None:
    """Over all persons: to leave out those whose likelihood has no peak would be a bias of its own."""
    likely, warm, _ = biases(theta)

    assert abs(warm) < 0.5 * abs(likely)


def test_root_information_is_not_that_weight_where_items_have_asymptotes() -> None:
    likely, warm, information = biases(-1.5)

    assert likely < 0 < information
    assert information > 5 * abs(warm)


def biases(theta: float) -> tuple[float, float, float]:
    """Mean error of maximum likelihood (where finite), of Warm's weight and of root information, over persons alike."""
    rng = np.random.default_rng(12)
    items = ItemParameters.logistic(np.full(50, 1.5), np.linspace(-2, 2, 50), np.full(50, 0.15))
    responses = simulate(np.full(MANY, theta), items, rng=rng)
    likely = maximum_likelihood(responses, items).theta
    warm, information = (
        weighted_likelihood(responses, items, weight=weight).theta for weight in ("warm", "information")
    )
    finite = np.isfinite(likely)
    assert finite.mean() > 0.999
    return float(likely[finite].mean()) - theta, float(warm.mean()) - theta, float(information.mean()) - theta
