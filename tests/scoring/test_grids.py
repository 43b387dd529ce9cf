import numpy as np
import pytest

from kaoping.scoring.ability import eap
from kaoping.scoring.errors import BadPopulation
from kaoping.scoring.grids import grids, normal_grid
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.quadrature import Quadrature, normal
from kaoping.scoring.responses import ResponseMatrix

LONG = ItemParameters.logistic(np.full(300, 2.0), np.linspace(-2, 2, 300))


def test_a_long_test_gets_a_grid_that_does_not_change_its_means() -> None:
    rows = ResponseMatrix(np.tril(np.ones((300, 300), dtype=int))[::30])
    fine = normal_grid(LONG, sd=1.0)

    found = eap(rows, LONG)
    finer = eap(rows, LONG, population=normal(4 * len(fine.nodes)))

    assert len(fine.nodes) > 100
    assert np.allclose(found.theta, finer.theta, atol=1e-8)
    assert np.allclose(found.se, finer.se, atol=1e-7)


def test_the_grid_follows_mean_and_spread_of_the_population() -> None:
    grid = normal_grid(LONG.take(np.arange(5)), mean=1.0, sd=3.0)

    assert grid.weights @ grid.nodes == pytest.approx(1.0)
    assert grid.weights @ (grid.nodes - 1.0) ** 2 == pytest.approx(9.0, rel=1e-6)


def test_persons_of_each_group_belong_to_their_own_population() -> None:
    items = LONG.take(np.arange(0, 300, 60))
    together = ResponseMatrix([[1, 1, 0, 0, 0]] * 2, items.names, groups=["A", "B"])

    found = eap(together, items, population=[normal(), normal(81, mean=1.0, sd=0.5)])

    alone = eap(ResponseMatrix([[1, 1, 0, 0, 0]], items.names), items, population=normal(81, mean=1.0, sd=0.5))
    assert found.theta[1] == pytest.approx(alone.theta[0])
    assert found.theta[0] < found.theta[1]


@pytest.mark.parametrize("population", [
    [normal(), normal()],
    Quadrature(np.array([0.0, 0.0]), np.array([0.5, 0.5])),
    Quadrature(np.array([0.0, 1.0]), np.array([1.5, -0.5])),
    Quadrature(np.array([0.0, 1.0]), np.array([0.0, 0.0])),
    Quadrature(np.array([0.0, np.inf]), np.array([0.5, 0.5])),
])  # fmt: skip
def test_what_is_no_population_is_refused(population: Quadrature) -> None:
    one = ItemParameters.logistic([1.0], [0.0])

    with pytest.raises(BadPopulation):
        grids(population, ResponseMatrix([[1]]), one)


@pytest.mark.parametrize(("mean", "sd"), [(0.0, 0.0), (0.0, -1.0), (np.nan, 1.0), (0.0, np.inf)])
def test_a_mean_and_a_spread_that_are_none_are_refused(mean: float, sd: float) -> None:
    with pytest.raises(BadPopulation):
        normal_grid(LONG, mean=mean, sd=sd)
