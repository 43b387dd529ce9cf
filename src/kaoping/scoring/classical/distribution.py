"""The distribution of the raw score in numbers, each with its interval."""

from dataclasses import dataclass

import numpy as np
from scipy import special

from kaoping.scoring.arrays import Floats
from kaoping.scoring.classical.estimates import LEVEL, Estimate, effective, need, standard_error, symmetric
from kaoping.scoring.errors import NoVariation

FEWEST = 4
"""Persons without whom the fourth moment has no unbiased estimate."""


@dataclass(frozen=True)
class Distribution:
    """Moments of a score: mean, median and standard deviation in marks; skewness and kurtosis, 0 for a normal one."""

    n: int
    lowest: float
    highest: float
    mean: Estimate
    median: Estimate
    deviation: Estimate
    skewness: Estimate
    kurtosis: Estimate


def distribution(scores: Floats, *, weights: Floats | None = None) -> Distribution:
    r"""Describe a score by unbiased estimates of its cumulants [1]_.

    With :math:`m_r` the r-th mean power of the deviations from the mean,

    .. math::
        k_2 = \frac{n m_2}{n - 1}, \quad
        k_3 = \frac{n^2 m_3}{(n - 1)(n - 2)}, \quad
        k_4 = \frac{n^2 ((n + 1) m_4 - 3 (n - 1) m_2^2)}{(n - 1)(n - 2)(n - 3)}

    the standard deviation is :math:`\sqrt{k_2}`, skewness :math:`k_3 / k_2^{3/2}`, kurtosis :math:`k_4 / k_2^2`. The
    interval of the mean is Student's; that of the median lies between order statistics; those of skewness and kurtosis
    hold for a normal score [2]_; that of the deviation assumes no distribution.

    Parameters
    ----------
    scores : (n,) in marks.
    weights : (n,) of the persons; ones if not given.

    Raises
    ------
    NotEnoughData
        There are fewer than four scores.
    NoVariation
        All are alike.

    References
    ----------
    .. [1] Fisher, R. A. (1930). Moments and product moments of sampling distributions. *Proceedings of the London
       Mathematical Society*, s2-30, 199-238.
    .. [2] Stuart, A., & Ord, J. K. (1994). *Kendall's Advanced Theory of Statistics*, vol. 1, 6th ed., ex. 12.9, 12.10.

    >>> found = distribution(np.array([1.0, 2.0, 2.0, 3.0, 7.0]))
    >>> found.median.value, round(found.deviation.value, 4), round(found.skewness.value, 4)
    (2.0, 2.3452, 1.7444)
    """
    need(len(scores), FEWEST, "A distribution")
    given = np.ones(len(scores)) if weights is None else weights
    if np.ptp(scores) == 0:
        raise NoVariation(what="A distribution", item="score")
    n, part = effective(given), given / given.sum()
    mean = float(part @ scores)
    away = scores - mean
    m2, m3, m4 = (float(part @ away**power) for power in (2, 3, 4))
    k2 = n * m2 / (n - 1)
    k3 = n**2 * m3 / ((n - 1) * (n - 2))
    k4 = n**2 * ((n + 1) * m4 - 3 * (n - 1) * m2**2) / ((n - 1) * (n - 2) * (n - 3))
    skewed = float(np.sqrt(6 * n * (n - 1) / ((n - 2) * (n + 1) * (n + 3))))
    peaked = 2 * skewed * float(np.sqrt((n**2 - 1) / ((n - 3) * (n + 5))))
    return Distribution(
        n=len(scores),
        lowest=float(scores.min()),
        highest=float(scores.max()),
        mean=_mean(mean, len(scores), n, float(standard_error(away, given))),
        median=_median(scores, given, n),
        deviation=_deviation(float(np.sqrt(k2)), len(scores), float(standard_error(away**2 - m2, given)) / (2 * m2)),
        skewness=symmetric(k3 / k2**1.5, len(scores), skewed),
        kurtosis=symmetric(k4 / k2**2, len(scores), peaked),
    )


def _mean(value: float, persons: int, n: float, error: float) -> Estimate:
    half = float(special.stdtrit(n - 1, (1 + LEVEL) / 2)) * error
    return Estimate(value, persons, value - half, value + half)


def _deviation(value: float, persons: int, error: float) -> Estimate:
    """Interval of a standard deviation whose logarithm has this standard error."""
    stretch = float(np.exp(special.ndtri((1 + LEVEL) / 2) * error))
    return Estimate(value, persons, value / stretch, value * stretch)


def _median(scores: Floats, weights: Floats, n: float) -> Estimate:
    """Median with the interval between the order statistics that hold it with at least the level [Conover 1999]."""
    order = np.argsort(scores)
    ordered, reached = scores[order], np.cumsum(weights[order]) / weights.sum()
    half = float(special.ndtri((1 + LEVEL) / 2)) * 0.5 / np.sqrt(n)
    value = (_at(ordered, reached, 0.5, "left") + _at(ordered, reached, 0.5, "right")) / 2
    low = _at(ordered, reached, 0.5 - half, "left")
    return Estimate(value, len(scores), low, _at(ordered, reached, 0.5 + half + 1 / n, "left"))


def _at(ordered: Floats, reached: Floats, share: float, side: str) -> float:
    """Score at which a share of the persons is reached; ``side`` decides when it is reached exactly."""
    near = share + (1e-12 if side == "right" else -1e-12)
    return float(ordered[min(int(np.searchsorted(reached, near)), len(ordered) - 1)])
