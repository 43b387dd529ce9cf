r"""Grids that stop at the cuts: accuracy jumps there, so a grid that steps over a cut errs by half a step.

Between the places at which something jumps, Gauss-Legendre nodes on panels no wider than the functions allow give
integrals to about ten digits.
"""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from kaoping.scoring.arrays import Floats
from kaoping.scoring.errors import BadPopulation
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.quadrature import WIDTH, Quadrature, spacing_for

ORDER = 8
SEARCHED = 481
"""Places at which the sign of a function is taken to find where it is zero."""


def divided(low: float, high: float, breaks: ArrayLike, width: float) -> tuple[Floats, Floats]:
    r"""Nodes and weights of :math:`\int_{low}^{high} f`, with eight nodes on every panel and no panel over a break.

    Parameters
    ----------
    breaks : places at which f may jump; those outside are passed over.
    width : widest panel.

    >>> nodes, weights = divided(0.0, 2.0, [0.5], 1.0)
    >>> float(weights[nodes > 0.5].sum().round(12)), len(nodes)
    (1.5, 24)
    """
    inside = np.unique(np.clip(np.asarray(breaks, dtype=np.float64), low, high))
    ends = np.unique(np.concatenate([[low], inside, [high]]))
    edges = np.concatenate(
        [np.linspace(a, b, int(np.ceil((b - a) / width)) + 1)[:-1] for a, b in pairwise(ends.tolist())] + [[high]]
    )
    x, w = np.polynomial.legendre.leggauss(ORDER)
    middle, half = (edges[1:] + edges[:-1]) / 2, np.diff(edges) / 2
    return (middle[:, None] + half[:, None] * x).ravel(), (half[:, None] * w).ravel()


def divided_normal(
    parameters: ItemParameters, breaks: ArrayLike, *, mean: float = 0.0, sd: float = 1.0, flat: bool = False
) -> Quadrature:
    """Give a normal population, six standard deviations to each side, on a grid that stops at the breaks.

    Panels are two smallest posterior standard deviations wide at most. ``flat`` gives a uniform one instead.

    Raises
    ------
    BadPopulation
        The standard deviation is not above zero, or a number is not finite.

    >>> grid = divided_normal(ItemParameters.logistic([1.0], [0.0]), [0.5])
    >>> round(float(grid.weights[grid.nodes > 0.5].sum()), 9)
    0.308537538
    """
    if not (np.isfinite(mean) and 0 < sd < np.inf):
        raise BadPopulation(reason=f"a mean of {mean} and a standard deviation of {sd} are not ones of a population")
    low, high = mean - WIDTH * sd, mean + WIDTH * sd
    most = float(parameters.information(np.linspace(low, high, SEARCHED)).sum(axis=0).max())
    nodes, weights = divided(low, high, breaks, 2 * spacing_for(most, sd))
    density = weights if flat else weights * np.exp(-(((nodes - mean) / sd) ** 2) / 2)
    return Quadrature(nodes, density / density.sum())


def crossings(function: Callable[[Floats], Floats], low: float, high: float) -> list[float]:
    """Find where a function of abilities (n,) is zero between two abilities.

    >>> [round(root, 6) for root in crossings(lambda x: x**2 - 2, -3.0, 3.0)]
    [-1.414214, 1.414214]
    """
    places = np.linspace(low, high, SEARCHED)
    signs = np.sign(function(places))
    return [
        float(
            places[at] if signs[at] == 0 else brentq(lambda x: float(function(np.array([x]))[0]), *places[at : at + 2])
        )
        for at in np.flatnonzero((signs[:-1] != signs[1:]) & (signs[1:] != 0) | (signs[:-1] == 0))
    ]
