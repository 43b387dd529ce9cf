r"""Equipercentile and kernel equating of equivalent groups, or of a single group.

.. math:: e_Y(x) = G^{-1}(F(x))

with F and G made continuous by percentile ranks (`equipercentile`) or by a Gaussian kernel (`kernel`). On smoothed
tables (`smooth_design`) the same functions give presmoothed equating. Standard errors are by the delta method,

.. math:: \mathrm{Cov}(e) = J C C' J', \qquad
    \frac{\partial e}{\partial r} = \frac{1}{G'(e)} \frac{\partial F(x)}{\partial r}, \quad
    \frac{\partial e}{\partial s} = -\frac{1}{G'(e)} \frac{\partial G(e)}{\partial s}

with C the covariance root of the tables, observed or smoothed.

References
----------
Kolen, M. J., & Brennan, R. L. (2014). *Test Equating, Scaling, and Linking* (3rd ed.), ch. 2 and 7. Springer.

Von Davier, A. A., Holland, P. W., & Thayer, D. T. (2004). *The Kernel Method of Test Equating*, ch. 5. Springer.
"""

from typing import TypeAlias

import numpy as np

from kaoping.scoring.arrays import Floats
from kaoping.scoring.equating.bandwidth import best_bandwidth
from kaoping.scoring.equating.continuization import Continuous, Gaussian, Uniform
from kaoping.scoring.equating.designs import EquivalentGroups, Groups
from kaoping.scoring.equating.frequencies import moments, standard_errors
from kaoping.scoring.equating.lines import varied
from kaoping.scoring.equating.results import Equating

Bandwidths: TypeAlias = tuple[float, float]
STRAIGHT = 1000.0
"""Bandwidth, in standard deviations, at which a kernel distribution is normal for every purpose."""


def equipercentile(design: Groups) -> Equating:
    """Match percentile ranks.

    Where nobody has the scores on Y between two points the middle is taken; rank 0 is the lower end of Y, rank 100 its
    upper end, half a point outside.

    Parameters
    ----------
    design : equivalent groups or a single group; smoothed (`smooth_design`) or not.

    Returns
    -------
    Equating of the (s,) scores on X, in points of Y, with standard errors.

    Raises
    ------
    ScoresAlike
        All scores on a form are alike.

    References
    ----------
    Kolen & Brennan (2014), ch. 2.

    >>> from kaoping.scoring.equating import EquivalentGroups, Frequencies
    >>> equipercentile(EquivalentGroups(Frequencies([0, 1], [5, 5]), Frequencies([0, 1, 2], [0, 5, 5]))).equated
    array([1., 2.])
    """
    varied(x=design.x, y=design.y)
    return _matched(
        "equipercentile", design, Uniform(design.x.scores, design.x.shares), Uniform(design.y.scores, design.y.shares)
    )


def kernel(design: Groups, *, bandwidths: Bandwidths | None = None, weight: float = 1.0) -> Equating:
    """Match percentiles of Gaussian kernel distributions [1]_; best on smoothed tables.

    Parameters
    ----------
    design : equivalent groups or a single group; smoothed (`smooth_design`) or not.
    bandwidths : of X and of Y, in score points; those of least `penalty` if not given. With `straight_bandwidths` the
        result is linear.
    weight : of hollows in the penalty.

    Returns
    -------
    Equating of the (s,) scores on X, in points of Y, with standard errors (bandwidths held).

    Raises
    ------
    ScoresAlike
        All scores on a form are alike.

    References
    ----------
    .. [1] Von Davier, Holland, & Thayer (2004), ch. 4 and 5.

    >>> from kaoping.scoring.equating import EquivalentGroups, Frequencies
    >>> groups = EquivalentGroups(Frequencies([0, 1, 2], [4, 8, 4]), Frequencies([1, 2, 3], [4, 8, 4]))
    >>> kernel(groups).equated.round(6)
    array([1., 2., 3.])
    """
    varied(x=design.x, y=design.y)
    x, y = design.x, design.y
    chosen = bandwidths or (
        best_bandwidth(x.scores, x.shares, weight=weight),
        best_bandwidth(y.scores, y.shares, weight=weight),
    )
    return _matched("kernel", design, Gaussian(x.scores, x.shares, chosen[0]), Gaussian(y.scores, y.shares, chosen[1]))


def straight_bandwidths(design: Groups) -> Bandwidths:
    """Give bandwidths so large that `kernel` is linear equating.

    >>> from kaoping.scoring.equating import EquivalentGroups, Frequencies
    >>> groups = EquivalentGroups(Frequencies([0, 1, 2], [4, 8, 4]), Frequencies([1, 2, 3], [8, 0, 8]))
    >>> kernel(groups, bandwidths=straight_bandwidths(groups)).equated.round(3)
    array([0.586, 2.   , 3.414])
    """
    return STRAIGHT * design.x.moments.sd, STRAIGHT * design.y.moments.sd


def lord_standard_errors(design: EquivalentGroups) -> Floats:
    r"""Lord's standard errors of unsmoothed equipercentile equating, in points of Y [1]_.

    .. math:: SE^2 = \frac{1}{g^2} \left( \frac{P (1 - P) (n_X + n_Y)}{n_X n_Y}
        - \frac{(G_u - P)(P - G_l)}{n_Y g} \right)

    where P is the rank of x, G_l and G_u the cumulative shares below and up to the score of Y at its equivalent, g
    their difference. The rank of X counts as that of a continuous score; `equipercentile` allows for ties within a
    score as well, and is a little smaller. 0 where P is 0 or 1.

    Parameters
    ----------
    design : equivalent groups.

    Returns
    -------
    (s,) standard errors.

    References
    ----------
    .. [1] Kolen & Brennan (2014), ch. 7, from Lord, F. M. (1982). *Journal of Educational Statistics*, 7, 165-174.

    >>> from kaoping.scoring.equating import EquivalentGroups, Frequencies
    >>> groups = EquivalentGroups(Frequencies([0, 1], [50, 50]), Frequencies([0, 1], [50, 50]))
    >>> lord_standard_errors(groups).round(4)
    array([0.1, 0.1])
    """
    x, y = (Uniform(table.scores, table.shares) for table in (design.x, design.y))
    rank = x.cdf(design.x.scores)
    equated = y.quantile(rank)
    share = y.steepness(rank, equated)
    inside = equated - np.floor(equated + 0.5) + 0.5
    within = share * inside * (1 - inside)
    variance = rank * (1 - rank) * (1 / design.x.n + 1 / design.y.n) - within / design.y.n
    outside = (rank == 0) | (rank == 1)
    return np.where(outside, 0.0, np.sqrt(np.maximum(variance, 0.0)) / share)


def percent_relative_error(equating: Equating, design: Groups, *, powers: int = 10) -> Floats:
    r"""How far the moments of the equated scores are from those of Y, in percent, (powers,) [1]_.

    .. math:: PRE(p) = 100 \, \frac{\mu_p(e_Y(X)) - \mu_p(Y)}{\mu_p(Y)}, \qquad \mu_p(Y) = \sum_k s_k y_k^p

    Parameters
    ----------
    equating : of this design.
    powers : the highest p.

    References
    ----------
    .. [1] Von Davier, Holland, & Thayer (2004), ch. 4.

    >>> from kaoping.scoring.equating import EquivalentGroups, Frequencies
    >>> groups = EquivalentGroups(Frequencies([0, 1, 2], [4, 8, 4]), Frequencies([1, 2, 3], [4, 8, 4]))
    >>> abs(percent_relative_error(kernel(groups), groups, powers=2)).max() < 1e-6
    np.True_
    """
    exponents = np.arange(1, powers + 1)[:, None]
    wanted = (design.y.scores**exponents) @ design.y.shares
    found = (equating.equated**exponents) @ design.x.shares
    return 100 * (found - wanted) / wanted


def gradients(scores: Floats, x: Continuous, y: Continuous) -> tuple[Floats, Floats, Floats]:
    """Equate and differentiate: (m,) equivalents of scores, their gradients by the shares of X (m, s) and of Y (m, t).

    >>> even = Uniform(np.arange(2.0), np.array([0.5, 0.5]))
    >>> gradients(np.array([0.0]), even, even)
    (array([0.]), array([[1., 0.]]), array([[-1., -0.]]))
    """
    rank = x.cdf(scores)
    equated = y.quantile(rank)
    density = y.steepness(rank, equated)[:, None]
    return equated, x.gradient(scores) / density, -y.gradient(equated) / density


def _matched(method: str, design: Groups, x: Continuous, y: Continuous) -> Equating:
    equated, by_x, by_y = gradients(design.x.scores, x, y)
    roots = design.roots(by_x, by_y)
    after = moments(equated, design.x.shares, n=design.x.n)
    see = standard_errors(*roots)
    return Equating(method, design.x.scores, equated, see, design.x.moments, design.y.moments, after, roots=roots)
