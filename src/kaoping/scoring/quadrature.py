"""The reference population as a grid of abilities with weights."""

from dataclasses import dataclass

import numpy as np

from kaoping.scoring.arrays import Floats


@dataclass(frozen=True, eq=False)
class Quadrature:
    """Abilities (q,) in logits and the share of the population at each (q,), summing to one."""

    nodes: Floats
    weights: Floats


def normal(nodes: int = 61, *, limit: float = 6.0) -> Quadrature:
    """Evenly spaced grid of a standard normal population.

    An even grid beats Gauss-Hermite here: its error is about ``2 exp(-2 π² s²/h²)`` for spacing h and the smallest
    posterior standard deviation s. With the default h = 0.2 that is below 1e-4 down to s = 0.15, some 180 items.

    >>> grid = normal(5, limit=2.0)
    >>> grid.nodes
    array([-2., -1.,  0.,  1.,  2.])
    >>> float(grid.weights.sum().round(12))
    1.0
    """
    theta = np.linspace(-limit, limit, nodes)
    density = np.exp(-(theta**2) / 2)
    return Quadrature(theta, density / density.sum())
