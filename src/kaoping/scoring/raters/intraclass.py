r"""Intraclass correlations of a complete table of persons by raters, with their F intervals.

With the mean squares of persons :math:`R`, raters :math:`C`, error :math:`E` and within persons :math:`W`, n persons
and k raters [1]_ [2]_

=====================  ==========  ===============================================  =======================
raters                 agreement   one rater                                        mean of k raters
=====================  ==========  ===============================================  =======================
others for each        absolute    (R - W) / (R + (k - 1) W)                        (R - W) / R
drawn, the same        absolute    (R - E) / (R + (k - 1) E + k (C - E) / n)        (R - E) / (R + (C - E) / n)
these alone            consistency (R - E) / (R + (k - 1) E)                        (R - E) / R
=====================  ==========  ===============================================  =======================

A table with empty cells is refused: the components of `generalizability` need no complete table.

References
----------
.. [1] Shrout, P. E., & Fleiss, J. L. (1979). Intraclass correlations: Uses in assessing rater reliability.
   *Psychological Bulletin*, 86, 420-428.
.. [2] McGraw, K. O., & Wong, S. P. (1996). Forming inferences about some intraclass correlation coefficients.
   *Psychological Methods*, 1, 30-46, tables 4 and 7.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from kaoping.scoring.dif.significance import LEVEL
from kaoping.scoring.raters.errors import AgreementUndefined

NOTHING = 1e-12
"""Share of the total mean square below which another is what rounding of means leaves."""


@dataclass(frozen=True)
class Coefficient:
    """An intraclass correlation with its 95 % interval, and F with its degrees of freedom: the test that it is 0."""

    value: float
    low: float
    high: float
    f: float
    df: tuple[float, float]
    p: float


@dataclass(frozen=True)
class Intraclass:
    """The six forms by the names of Shrout and Fleiss, and the mean squares that they come from.

    ``icc1`` is theirs with other raters for each person, ``icc2`` with raters drawn at random, ``icc3`` with these
    raters alone; with ``k`` of the mean of k raters.
    """

    icc1: Coefficient
    icc2: Coefficient
    icc3: Coefficient
    icc1k: Coefficient
    icc2k: Coefficient
    icc3k: Coefficient
    persons: int
    raters: int
    mean_squares: dict[str, float]


def intraclass(ratings: ArrayLike) -> Intraclass:
    """Intraclass correlations of ratings (n, k) of n persons by k raters.

    Raises
    ------
    AgreementUndefined
        Fewer than two persons or raters, an empty cell (NaN), or mean squares of persons, of error or within persons
        that are zero.

    >>> found = intraclass([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])
    >>> [round(one.value, 2) for one in (found.icc1, found.icc2, found.icc3, found.icc1k, found.icc2k, found.icc3k)]
    [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]
    """
    table = np.asarray(ratings, dtype=np.float64)
    _check(table)
    n, k = table.shape
    grand = table.mean()
    rows, columns = table.mean(axis=1), table.mean(axis=0)
    left = table - rows[:, None] - columns[None, :] + grand
    squares = {
        "persons": float(k * ((rows - grand) ** 2).sum() / (n - 1)),
        "raters": float(n * ((columns - grand) ** 2).sum() / (k - 1)),
        "error": float((left**2).sum() / ((n - 1) * (k - 1))),
        "within": float(((table - rows[:, None]) ** 2).sum() / (n * (k - 1))),
    }
    _check_squares(squares, NOTHING * float(table.var(ddof=1)) + (NOTHING * float(np.abs(table).max())) ** 2)
    first = _by_f(squares["persons"] / squares["within"], n - 1, n * (k - 1), k)
    third = _by_f(squares["persons"] / squares["error"], n - 1, (n - 1) * (k - 1), k)
    second = _absolute(squares, n, k)
    return Intraclass(first[0], second[0], third[0], first[1], second[1], third[1], n, k, squares)


def _check(table: np.ndarray) -> None:
    if table.ndim != 2 or min(table.shape) < 2:  # noqa: PLR2004 - a table, and a variance
        raise AgreementUndefined(
            what="An intraclass correlation", reason="it needs two persons and two raters at least"
        )
    if not np.isfinite(table).all():
        lacking = int((~np.isfinite(table)).any(axis=1).sum())
        reason = f"{lacking} of {len(table)} persons lack ratings; take the complete ones, or variance components"
        raise AgreementUndefined(what="An intraclass correlation", reason=reason)


def _check_squares(squares: dict[str, float], least: float) -> None:
    """Refuse mean squares that F cannot be made of, zero but for rounding."""
    for name, reason in (
        ("within", "the raters differ nowhere, so F is not finite"),
        ("error", "the raters differ by constants only, so F is not finite"),
        ("persons", "the persons do not differ"),
    ):
        if squares[name] <= least:
            raise AgreementUndefined(what="An intraclass correlation", reason=reason)


def _by_f(f: float, df1: float, df2: float, k: int) -> tuple[Coefficient, Coefficient]:
    """Coefficients of one rater and of the mean that are functions of F alone."""
    tail = (1 + LEVEL) / 2
    low, high = f / float(special.fdtri(df1, df2, tail)), f * float(special.fdtri(df2, df1, tail))
    p = float(special.fdtrc(df1, df2, f))
    one, one_low, one_high = ((x - 1) / (x + k - 1) for x in (f, low, high))
    mean, mean_low, mean_high = (1 - 1 / x for x in (f, low, high))
    df = df1, df2
    return Coefficient(one, one_low, one_high, f, df, p), Coefficient(mean, mean_low, mean_high, f, df, p)


def _absolute(squares: dict[str, float], n: int, k: int) -> tuple[Coefficient, Coefficient]:
    """Agreement with raters drawn at random; the interval has degrees of freedom by Satterthwaite."""
    rows, columns, error = squares["persons"], squares["raters"], squares["error"]
    one = (rows - error) / (rows + (k - 1) * error + k * (columns - error) / n)
    f, p = rows / error, float(special.fdtrc(n - 1, (n - 1) * (k - 1), rows / error))
    a = k * one / (n * (1 - one))
    b = 1 + k * one * (n - 1) / (n * (1 - one))
    v = (a * columns + b * error) ** 2 / ((a * columns) ** 2 / (k - 1) + (b * error) ** 2 / ((n - 1) * (k - 1)))
    tail = (1 + LEVEL) / 2
    upper, lower = float(special.fdtri(n - 1, v, tail)), float(special.fdtri(v, n - 1, tail))
    rest = k * columns + (k * n - k - n) * error
    low = n * (rows - upper * error) / (upper * rest + n * rows)
    high = n * (lower * rows - error) / (rest + n * lower * rows)
    mean = (rows - error) / (rows + (columns - error) / n)
    df = float(n - 1), float((n - 1) * (k - 1))
    mean_low, mean_high = (each * k / (1 + (k - 1) * each) for each in (low, high))
    return Coefficient(one, low, high, f, df, p), Coefficient(mean, mean_low, mean_high, f, df, p)
