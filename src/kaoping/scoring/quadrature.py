"""The ability grid: how fine it has to be, and the population as weights on it."""

from dataclasses import dataclass

import numpy as np

from kaoping.scoring.arrays import Floats

FEWEST_NODES = 41
WIDTH = 6.0
"""Standard deviations of the population that the grid covers on each side: 2e-9 of it lies beyond."""
SHARE_OF_POSTERIOR = 1.0
"""Widest spacing as a share of the smallest posterior standard deviation s. The error of a sum over an even grid of
spacing h is about ``2 exp(-2 π² s²/h²)``: with h = s that is 5e-9."""


@dataclass(frozen=True, eq=False)
class Quadrature:
    """Abilities (q,) in logits and the share of the population at each (q,), summing to one."""

    nodes: Floats
    weights: Floats


def normal(nodes: int = 61, *, limit: float = WIDTH, mean: float = 0.0, sd: float = 1.0) -> Quadrature:
    """Evenly spaced grid of a normal population, ``limit`` standard deviations to each side.

    An even grid beats Gauss-Hermite here; see `spacing_for` for how fine it has to be.

    >>> grid = normal(5, limit=2.0)
    >>> grid.nodes
    array([-2., -1.,  0.,  1.,  2.])
    >>> float(grid.weights.sum().round(12))
    1.0
    """
    standard = np.linspace(-limit, limit, nodes)
    density = np.exp(-(standard**2) / 2)
    return Quadrature(mean + sd * standard, density / density.sum())


def spacing_for(information: float, sd: float = 1.0) -> float:
    """Widest spacing, in logits, at which sums over the grid are right for a test of so much information.

    The posterior variance of a person is about one over information plus the population's precision.

    >>> round(spacing_for(99.0), 3)
    0.1
    """
    return SHARE_OF_POSTERIOR / float(np.sqrt(information + sd**-2))


def even_nodes(low: float, high: float, spacing: float) -> Floats:
    """Evenly spaced abilities from ``low`` to ``high``, at least 41, at most ``spacing`` apart.

    >>> len(even_nodes(-6.0, 6.0, 0.2))
    61
    """
    steps = int(np.ceil((high - low) / spacing - 1e-9))
    return np.linspace(low, high, max(FEWEST_NODES, steps + 1 + steps % 2))
