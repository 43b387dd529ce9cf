"""A value with the answers behind it and its interval, and how intervals are made.

Standard errors come from influence functions [1]_: a statistic is a smooth function of means over persons, so its error
is the standard deviation of what each person adds to it, over the root of their number. Nothing is assumed of the
distribution of marks, and weights enter as in a survey [2]_: the weight says how many people a person stands for, not
that so many answered. Patterns with counts are to be repeated, one row a person.

References
----------
.. [1] Hampel, F. R. (1974). The influence curve and its role in robust estimation. *JASA*, 69, 383-393.
.. [2] Kish, L. (1965). *Survey Sampling*. Wiley, sec. 11.7.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.errors import NotEnoughData

LEAST_FOR_A_SHARE = 10
LEAST_FOR_A_CORRELATION = 30
LEVEL = 0.95
NORMAL = float(special.ndtri((1 + LEVEL) / 2))
"""Standard normal deviate of the interval."""


@dataclass(frozen=True)
class Estimate:
    """A value with the number of answers behind it and its confidence interval (95 % if not said otherwise)."""

    value: float
    n: int
    low: float
    high: float


def wilson(hits: Floats | Whole, n: Floats | Whole) -> tuple[Floats, Floats]:
    r"""Wilson interval of shares [1]_, both ends of the shape of ``hits``.

    .. math:: \frac{p + z^2/2n \pm z \sqrt{p(1-p)/n + z^2/4n^2}}{1 + z^2/n}

    References
    ----------
    .. [1] Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. *JASA*, 22,
       209-212.

    >>> [end.round(3) for end in wilson(np.array([75]), np.array([100]))]
    [array([0.657]), array([0.825])]
    """
    share = hits / n
    middle = (share + NORMAL**2 / (2 * n)) / (1 + NORMAL**2 / n)
    half = NORMAL / (1 + NORMAL**2 / n) * np.sqrt(share * (1 - share) / n + NORMAL**2 / (4 * n**2))
    low = np.where(share > 0, np.maximum(middle - half, 0.0), 0.0)
    return low, np.where(share < 1, np.minimum(middle + half, 1.0), 1.0)


def effective(weights: Floats) -> float:
    r"""Effective number of persons [1]_, their number if weights are equal: :math:`(\sum w)^2 / \sum w^2`.

    References
    ----------
    .. [1] Kish, L. (1965). *Survey Sampling*. Wiley, sec. 11.7.

    >>> round(effective(np.array([1.0, 1.0, 2.0])), 3)
    2.667
    """
    return float(weights.sum() ** 2 / (weights**2).sum())


def standard_error(influence: Floats, weights: Floats) -> Floats:
    r"""Standard error of a statistic from what each person adds to it.

    .. math:: SE^2 = \frac{n}{n - 1} \, \frac{\sum_i w_i^2 \psi_i^2}{(\sum_i w_i)^2}

    Parameters
    ----------
    influence : (n,) or (n, s) influence of each person on each statistic, of mean zero.
    weights : (n,) weights.

    Returns
    -------
    () or (s,) standard errors, in the unit of the statistic.

    >>> standard_error(np.array([-1.0, 1.0, -1.0, 1.0, 0.0]), np.ones(5)).round(4)
    np.float64(0.4472)
    """
    n = len(weights)
    spread: Floats = np.sqrt(n / (n - 1) * (weights**2 @ influence**2)) / weights.sum()
    return spread


def symmetric(value: float, n: int, error: float) -> Estimate:
    """Make the estimate whose interval is as long to both sides.

    >>> round(symmetric(1.0, 50, 0.5).low, 2)
    0.02
    """
    return Estimate(float(value), n, float(value - NORMAL * error), float(value + NORMAL * error))


def correlated(value: float, n: int, error: float) -> Estimate:
    r"""Make the estimate of a correlation: its interval is symmetric in :math:`z = \operatorname{artanh} r` [1]_.

    Estimates outside (-1, 1), as biserial correlations may be, get a symmetric interval.

    References
    ----------
    .. [1] Fisher, R. A. (1921). On the "probable error" of a coefficient of correlation deduced from a small sample.
       *Metron*, 1, 3-32.

    >>> round(correlated(0.5, 100, 0.075).high, 3)
    0.632
    """
    if abs(value) > 1 - 1e-9:
        return symmetric(value, n, error)
    half = NORMAL * error / (1 - value**2)
    middle = np.arctanh(value)
    return Estimate(float(value), n, float(np.tanh(middle - half)), float(np.tanh(middle + half)))


def reliable(value: float, n: int, error: float) -> Estimate:
    r"""Make the estimate of a reliability: its interval is symmetric in :math:`\log(1 - \rho)` [1]_.

    References
    ----------
    .. [1] Bonett, D. G. (2002). Sample size requirements for testing and estimating coefficient alpha. *Journal of
       Educational and Behavioral Statistics*, 27, 335-340.

    >>> round(reliable(0.8, 100, 0.03).low, 3)
    0.732
    """
    if value >= 1:
        return symmetric(value, n, error)
    stretch = float(np.exp(NORMAL * error / (1 - value)))
    return Estimate(float(value), n, float(1 - (1 - value) * stretch), float(1 - (1 - value) / stretch))


def difference(upper: Estimate, lower: Estimate) -> Estimate:
    r"""Subtract two independent shares; the interval joins theirs by Newcombe's rule [1]_.

    .. math:: D - \sqrt{(p_1 - l_1)^2 + (u_2 - p_2)^2}, \qquad D + \sqrt{(u_1 - p_1)^2 + (p_2 - l_2)^2}

    References
    ----------
    .. [1] Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions. *Statistics
       in Medicine*, 17, 873-890, method 10.

    >>> round(difference(Estimate(0.8, 70, 0.69, 0.88), Estimate(0.6, 80, 0.49, 0.70)).low, 2)
    0.05
    """
    value = upper.value - lower.value
    down = float(np.hypot(upper.value - upper.low, lower.high - lower.value))
    up = float(np.hypot(upper.high - upper.value, lower.value - lower.low))
    return Estimate(value, upper.n + lower.n, max(value - down, -1.0), min(value + up, 1.0))


def need(n: float, least: int, what: str) -> None:
    """Refuse a statistic of too few answers.

    Raises
    ------
    NotEnoughData
        There are fewer than ``least``.
    """
    if n < least:
        raise NotEnoughData(what=what, n=int(n), least=least)
