r"""What statistics of persons to whom nothing happened are like, told by the persons themselves.

Real persons differ a little more than any model says: everybody is somewhat better at some items and somewhat slower on
others. A theoretical p then flags far more persons than its level. If few persons did anything unusual, the middle half
of the statistics shows what is usual [1]_: with the median :math:`m` and the quartiles of :math:`z = \Phi^{-1}(1 - p)`,

.. math:: z' = 1.349 \, \frac{z - m}{q_{3/4} - q_{1/4}}

is about standard normal for them.

References
----------
.. [1] Efron, B. (2004). Large-scale simultaneous hypothesis testing: The choice of a null hypothesis. *JASA*, 99,
96-104.
"""

from dataclasses import replace
from enum import StrEnum

import numpy as np
from scipy import special

from kaoping.scoring.arrays import Floats
from kaoping.scoring.errors import NotEnoughData
from kaoping.scoring.integrity.errors import StatisticsTied
from kaoping.scoring.integrity.evidence import Evidence

FEWEST = 100
"""Persons from which the middle of the statistics can tell what is usual."""
QUARTILE = 1.3489795
"""Distance of the quartiles of a standard normal distribution."""
SMALLEST_P, LARGEST_P = 1e-300, 1 - 1e-16


class Null(StrEnum):
    """What chance alone gives: what the model says, or what the middle half of the persons show."""

    THEORETICAL = "theoretical"
    EMPIRICAL = "empirical"


def normal_score(p: Floats) -> Floats:
    """Give the standard normal deviate that is exceeded with chance p, (n,); finite for every p.

    >>> normal_score(np.array([0.05, 0.025])).round(2)
    array([1.64, 1.96])
    """
    return np.asarray(-special.ndtri(np.clip(p, SMALLEST_P, LARGEST_P)))


def recentred(z: Floats) -> Floats:
    """Give statistics relative to their median and the spread of their middle half, (n,).

    Raises
    ------
    NotEnoughData
        There are fewer than 100.
    StatisticsTied
        The middle half of them are the same, so that they have no spread.

    >>> recentred(1.0 + 2.0 * np.linspace(-2, 2, 101))[[0, 50, 100]].round(2)
    array([-1.35,  0.  ,  1.35])
    """
    if len(z) < FEWEST:
        raise NotEnoughData(what="An empirical null distribution", least=FEWEST, n=len(z))
    low, middle, high = np.quantile(z, [0.25, 0.5, 0.75])
    if not high > low:
        raise StatisticsTied
    return np.asarray((z - middle) * QUARTILE / (high - low))


def against_the_usual(found: Evidence) -> Evidence:
    """Judge the same subjects by how unusual they are among themselves; the statistic stays.

    Raises
    ------
    NotEnoughData
        There are fewer than 100.
    StatisticsTied
        The middle half of them are the same.
    """
    return replace(found, p=np.asarray(special.ndtr(-recentred(normal_score(found.p)))))
