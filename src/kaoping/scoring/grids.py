"""The population that persons are scored in: one grid for each group, fine enough for the answers."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from scipy.sparse import csr_array

from kaoping.scoring.errors import BadPopulation
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.quadrature import WIDTH, Quadrature, even_nodes, normal, spacing_for
from kaoping.scoring.responses import ResponseMatrix

Population: TypeAlias = Quadrature | Sequence[Quadrature] | None
"""One population for everybody, one for each group in the order of ``group_names``, or the standard normal one."""

ORDINARY = 61
"""Nodes of a grid that need not be finer: those of `normal`."""


def normal_grid(
    parameters: ItemParameters,
    *,
    mean: float = 0.0,
    sd: float = 1.0,
    most_answers: int | None = None,
    fineness: float = 1.0,
) -> Quadrature:
    """Give a normal population on an even grid as fine as the answers need.

    The spacing is at most the smallest posterior standard deviation that so many answers allow; then sums over the grid
    err by about 5e-9 of their size. It has at least 61 nodes, from six standard deviations below the mean to six above.

    Parameters
    ----------
    mean, sd : of the population, in logits.
    most_answers : largest number of answers of one person; all items if not given.
    fineness : how many nodes there are at least in a smallest posterior standard deviation.

    Raises
    ------
    BadPopulation
        The standard deviation is not above zero, or a number is not finite.

    >>> items = ItemParameters.logistic(np.full(400, 1.5), np.zeros(400))
    >>> len(normal_grid(items).nodes), len(normal_grid(items, most_answers=40).nodes)
    (183, 61)
    """
    if not (np.isfinite(mean) and 0 < sd < np.inf):
        raise BadPopulation(reason=f"a mean of {mean} and a standard deviation of {sd} are not ones of a population")
    low, high = mean - WIDTH * sd, mean + WIDTH * sd
    each = parameters.information(np.linspace(low, high, ORDINARY))
    most = len(parameters) if most_answers is None else min(max(most_answers, 1), len(parameters))
    amount = float(np.partition(each, len(each) - most, axis=0)[len(each) - most :].sum(axis=0).max())
    nodes = len(even_nodes(low, high, spacing_for(amount, sd) / fineness))
    return normal(max(nodes, ORDINARY), mean=mean, sd=sd)


def normal_between(low: float, high: float, nodes: int, *, mean: float = 0.0, sd: float = 1.0) -> Quadrature:
    """Give a normal population on an even grid between two abilities, as other programs calculate it.

    What lies beyond the grid is left out and its share spread over the rest.

    Raises
    ------
    BadPopulation
        The grid is none, the standard deviation is not above zero, or nobody of the population lies on the grid.

    >>> normal_between(-4.0, 4.0, 33).nodes[:3]
    array([-4.  , -3.75, -3.5 ])
    """
    if not low < high or nodes < 2 or not sd > 0 or not np.isfinite([low, high, mean, sd]).all():  # noqa: PLR2004
        raise BadPopulation(reason=f"{nodes} nodes from {low} to {high} are no grid for a spread of {sd}")
    places = np.linspace(low, high, nodes)
    return checked(Quadrature(places, np.exp(-(((places - mean) / sd) ** 2) / 2)))


def grids(
    population: Population, responses: ResponseMatrix, parameters: ItemParameters, *, fineness: float = 1.0
) -> tuple[Quadrature, ...]:
    """Give the population of each group, (g,); ``fineness`` as for `normal_grid`.

    Raises
    ------
    BadPopulation
        There are not as many populations as groups, or one is not a distribution.

    >>> answers = ResponseMatrix([[1], [0]], groups=("A", "B"))
    >>> items = ItemParameters.logistic([1.0], [0.0])
    >>> [grid.nodes[0] for grid in grids([normal(), normal(mean=1.0)], answers, items)]
    [np.float64(-6.0), np.float64(-5.0)]
    """
    number = len(responses.group_names)
    if population is None:
        return (normal_grid(parameters, most_answers=_most_answers(responses), fineness=fineness),) * number
    given = (population,) * number if isinstance(population, Quadrature) else tuple(population)
    if len(given) != number:
        raise BadPopulation(reason=f"there are {len(given)} for {number} groups")
    return tuple(checked(grid) for grid in given)


def checked(grid: Quadrature) -> Quadrature:
    """Give a grid whose weights sum to one.

    Raises
    ------
    BadPopulation
        The nodes do not rise, or the weights are not shares.
    """
    nodes, weights = grid.nodes, grid.weights
    if nodes.ndim != 1 or nodes.shape != weights.shape or not np.isfinite(nodes).all() or (np.diff(nodes) <= 0).any():
        raise BadPopulation(reason="the nodes are not rising numbers with a weight for each")
    if not np.isfinite(weights).all() or (weights < 0).any() or weights.sum() <= 0:
        raise BadPopulation(reason="the weights are not shares of a population")
    return Quadrature(nodes, weights / weights.sum())


def _most_answers(responses: ResponseMatrix) -> int:
    if isinstance(responses.codes, csr_array):
        return int(np.diff(responses.codes.indptr).max())
    return responses.n_items if responses.complete else int(responses.presented.sum(axis=1).max())
