"""What a statistic is worth: tails of chi-square, and p-values adjusted for the number of items."""

from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from kaoping.scoring.arrays import Floats

Adjustment: TypeAlias = Literal["", "bonferroni", "bh"]
LEVEL = 0.95


def chi_square_tail(statistic: ArrayLike, df: ArrayLike) -> Floats:
    """Give the chance that chi-square exceeds the statistic, both of shape (k,).

    >>> chi_square_tail([3.841459], [1]).round(4)
    array([0.05])
    """
    return special.chdtrc(np.asarray(df, dtype=np.float64), np.asarray(statistic, dtype=np.float64))


def half_width(se: Floats) -> Floats:
    """Give half the width of a 95 % normal interval, in the unit of the standard error.

    >>> half_width(np.ones(1)).round(3)
    array([1.96])
    """
    return float(special.ndtri((1 + LEVEL) / 2)) * se


def adjusted(p: ArrayLike, method: Adjustment = "") -> Floats:
    r"""Adjust p-values for the number of tests, (k,).

    .. math::

        p^{Bonferroni}_i = \min(1, k p_i), \qquad
        p^{BH}_{(i)} = \min_{h \ge i} \min\left(1, \frac{k}{h} p_{(h)}\right)

    Bonferroni bounds the chance of any false flag; Benjamini and Hochberg's [1]_ the expected share of false ones among
    the flags.

    References
    ----------
    .. [1] Benjamini, Y., & Hochberg, Y. (1995). Controlling the false discovery rate. *JRSS B*, 57, 289-300.

    >>> adjusted([0.01, 0.02, 0.5], "bonferroni").round(2)
    array([0.03, 0.06, 1.  ])
    >>> adjusted([0.02, 0.01, 0.5], "bh").round(2)
    array([0.03, 0.03, 0.5 ])
    """
    given = np.asarray(p, dtype=np.float64)
    k = len(given)
    if method == "bonferroni":
        return np.minimum(1.0, k * given)
    if method == "bh":
        falling = np.argsort(-given, kind="stable")
        steps = np.minimum.accumulate(given[falling] * k / np.arange(k, 0, -1))
        out = np.empty(k)
        out[falling] = np.minimum(1.0, steps)
        return out
    return given.copy()
