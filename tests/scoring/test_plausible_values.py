import numpy as np
import pytest
from scipy.stats import kstest, norm

from kaoping.scoring.ability import eap
from kaoping.scoring.errors import BadPopulation
from kaoping.scoring.grids import normal_grid
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.plausible_values import plausible_values
from kaoping.scoring.quadrature import Quadrature, normal
from kaoping.scoring.responses import ResponseMatrix
from kaoping.scoring.simulation import simulate
from tests.scoring.mixtures import mixed_items

ITEMS = mixed_items(np.random.default_rng(8), times=1)


def test_without_answers_the_draws_are_those_of_the_population() -> None:
    nobody = ResponseMatrix([[-1] * 6], ITEMS.names, categories=ITEMS.categories)

    drawn = plausible_values(nobody, ITEMS, draws=20_000, rng=np.random.default_rng(1))

    assert kstest(drawn[0], "norm").pvalue > 0.01


def test_the_inverted_distribution_is_that_of_the_normal_posterior_between_the_nodes() -> None:
    """The chance of being below each draw, by the exact distribution, is the number drawn from."""
    nobody = ResponseMatrix([[-1] * 6], ITEMS.names, categories=ITEMS.categories)
    coarse = normal(25, limit=6.0)

    drawn = plausible_values(nobody, ITEMS, draws=2000, rng=np.random.default_rng(7), population=coarse)

    assert np.abs(norm.cdf(drawn[0]) - np.random.default_rng(7).random(2000)).max() < 2e-4


def test_draws_have_mean_and_spread_of_the_posterior_in_the_order_of_the_persons() -> None:
    rng = np.random.default_rng(2)
    responses = simulate(rng.standard_normal(30), ITEMS, rng=rng, groups=["A", "B"] * 15)
    populations = [normal_grid(ITEMS), normal_grid(ITEMS, mean=1.0, sd=0.7)]

    drawn = plausible_values(responses, ITEMS, draws=4000, rng=rng, population=populations)

    posterior = eap(responses, ITEMS, population=populations)
    assert np.abs((drawn.mean(axis=1) - posterior.theta) / posterior.se).max() < 4 / np.sqrt(4000)
    assert drawn.std(axis=1) == pytest.approx(posterior.se, rel=0.06)


def test_draws_recover_the_spread_of_the_population_which_means_do_not() -> None:
    rng = np.random.default_rng(3)
    items = ItemParameters.logistic(np.ones(10), np.linspace(-2, 2, 10))
    responses = simulate(rng.standard_normal(5000), items, rng=rng)

    drawn = plausible_values(responses, items, draws=5, rng=rng)

    assert drawn.std() == pytest.approx(1.0, abs=0.02)
    assert eap(responses, items).theta.std() < 0.9


def test_one_state_of_the_generator_gives_one_result() -> None:
    responses = ResponseMatrix([[1, 0], [0, 1]])
    items = ItemParameters.logistic([1.0, 1.0], [0.0, 0.0])

    first, second = (plausible_values(responses, items, draws=3, rng=np.random.default_rng(4)) for _ in range(2))

    assert np.array_equal(first, second)
    assert not np.allclose(first[0], first[1])


def test_an_uneven_grid_is_refused() -> None:
    uneven = Quadrature(np.array([0.0, 1.0, 3.0]), np.array([0.3, 0.4, 0.3]))

    with pytest.raises(BadPopulation):
        plausible_values(
            ResponseMatrix([[1]]), ItemParameters.logistic([1.0], [0.0]), draws=1, rng=np.random.default_rng(1),
            population=uneven,
        )  # fmt: skip
