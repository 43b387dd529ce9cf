r"""The logarithm of a population's density at any ability, from its shares on a grid.

Between the nodes a cubic spline passes through :math:`\log(w_q / h_q)`, with :math:`h_q` the distance of neighbours;
beyond the grid the last parabola goes on, or the last straight line where that parabola opens upwards. The logarithm of
a normal density is a parabola, so that of a normal population this is exact everywhere.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.interpolate import CubicSpline

from kaoping.scoring.arrays import Floats
from kaoping.scoring.errors import BadPopulation
from kaoping.scoring.quadrature import Quadrature

NEGLIGIBLE = 1e-250
"""Shares at the ends of a grid below which a node is left out: their logarithms are cut off, not measured."""
FEWEST = 3


@dataclass(frozen=True, eq=False)
class LogDensity:
    """Logarithm of a density up to a constant, with its first two derivatives.

    >>> from kaoping.scoring.quadrature import normal
    >>> float(LogDensity.of(normal(mean=1.0, sd=2.0)).slope(np.array([9.0]))[0].round(9))
    -2.0
    """

    spline: Any
    low: float
    high: float

    @classmethod
    def of(cls, grid: Quadrature) -> "LogDensity":
        """Take the density from shares on a grid.

        Raises
        ------
        BadPopulation
            Fewer than three nodes have a share, or a node between others has none.
        """
        known = np.flatnonzero(grid.weights > NEGLIGIBLE * grid.weights.max())
        if len(known) < FEWEST or known[-1] - known[0] + 1 != len(known):
            raise BadPopulation(
                reason="it has no density to find a peak of; give a share to three or more nodes in a row"
            )
        nodes, weights = grid.nodes[known], grid.weights[known]
        spline = CubicSpline(nodes, np.log(weights / np.gradient(nodes)))
        return cls(spline, float(nodes[0]), float(nodes[-1]))

    def value(self, theta: Floats) -> Floats:
        """Log density at abilities (q,)."""
        at, by = self._inside(theta)
        return np.asarray(self.spline(at) + by * self.spline(at, 1) + by**2 / 2 * self._bend(at))

    def slope(self, theta: Floats) -> Floats:
        """Its derivative at abilities (q,), per logit."""
        at, by = self._inside(theta)
        return np.asarray(self.spline(at, 1) + by * self._bend(at))

    def bend(self, theta: Floats) -> Floats:
        """Its second derivative at abilities (q,), per squared logit; beyond the grid never above zero."""
        at, by = self._inside(theta)
        return np.where(by == 0, self.spline(at, 2), self._bend(at))

    def _inside(self, theta: Floats) -> tuple[Floats, Floats]:
        at = np.clip(theta, self.low, self.high)
        return at, theta - at

    def _bend(self, at: Floats) -> Floats:
        return np.asarray(np.minimum(self.spline(at, 2), 0.0))
