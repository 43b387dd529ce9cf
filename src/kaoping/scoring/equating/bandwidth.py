"""How much noise to add: the bandwidth of a Gaussian continuization, by a penalty."""

import numpy as np
from scipy.optimize import minimize_scalar

from kaoping.scoring.arrays import Floats
from kaoping.scoring.equating.continuization import Gaussian

NARROWEST, WIDEST, PLACES = 0.3, 3.0, 28
ASIDE = 0.25
"""Distance in points from a score at which the slope of the density is read."""


def penalty(scores: Floats, shares: Floats, bandwidth: float, *, weight: float = 1.0) -> float:
    r"""Distance of the density from the shares, and its hollows at scores [1]_.

    .. math:: PEN(h) = \sum_j (r_j - f_h(x_j))^2 + K \sum_j A_j (1 - B_j)

    where A_j is 1 if the density falls a quarter point before score j, and B_j is 0 if it rises a quarter point after.

    Parameters
    ----------
    scores, shares : (s,) scores and the shares of persons.
    bandwidth : h, in score points.
    weight : K.

    References
    ----------
    .. [1] Von Davier, A. A., Holland, P. W., & Thayer, D. T. (2004). *The Kernel Method of Test Equating*, ch. 4.
       Springer.

    >>> round(penalty(np.arange(3.0), np.array([0.25, 0.5, 0.25]), 0.6), 4)
    0.0027
    """
    form = Gaussian(scores, shares, bandwidth)
    hollows = (form.slope(scores - ASIDE) < 0) & (form.slope(scores + ASIDE) > 0)
    distance = float(np.square(shares - form.pdf(scores)).sum())
    return distance + weight * float(np.count_nonzero(hollows))


def best_bandwidth(scores: Floats, shares: Floats, *, weight: float = 1.0) -> float:
    """Find the bandwidth of least `penalty` between 0.3 and 3 score points: on a grid, then by Brent's method.

    Parameters
    ----------
    scores, shares : (s,) scores and the shares of persons.
    weight : of hollows, K.

    Returns
    -------
    The bandwidth, in score points.

    References
    ----------
    Von Davier, Holland, & Thayer (2004), ch. 4.

    >>> shares = np.exp(-((np.arange(21.0) - 10) ** 2) / 32)
    >>> round(best_bandwidth(np.arange(21.0), shares / shares.sum()), 2)
    0.63
    """

    def cost(bandwidth: float) -> float:
        return penalty(scores, shares, bandwidth, weight=weight)

    grid = np.geomspace(NARROWEST, WIDEST, PLACES)
    best = int(np.argmin([cost(place) for place in grid]))
    low, high = grid[max(best - 1, 0)], grid[min(best + 1, PLACES - 1)]
    found = minimize_scalar(cost, bounds=(low, high), method="bounded", options={"xatol": 1e-8})
    return float(found.x if found.fun <= cost(grid[best]) else grid[best])
