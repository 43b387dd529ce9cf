r"""Agreement of many raters beyond chance: Fleiss' kappa, and Krippendorff's alpha where ratings are missing.

**Fleiss** [1]_, with :math:`n_{ij}` of m raters who put unit i in category j: :math:`\kappa = (\bar P - \bar P_e)/(1 -
\bar P_e)` with :math:`P_i = \sum_j n_{ij}(n_{ij} - 1)/(m(m - 1))` and :math:`\bar P_e = \sum p_j^2`. Its standard
error under independence is that of [2]_. Raters need not be the same persons for every unit; their number has to be.

**Krippendorff** [3]_: :math:`\alpha = 1 - D_o/D_e`, the observed and the expected mean squared difference of two
ratings of one unit and of any two ratings. Units with one rating tell nothing; numbers of raters may differ.

References
----------
.. [1] Fleiss, J. L. (1971). Measuring nominal scale agreement among many raters. *Psychological Bulletin*, 76,
   378-382.
.. [2] Fleiss, J. L., Nee, J. C. M., & Landis, J. R. (1979). Large sample variance of kappa in the case of different
   sets of raters. *Psychological Bulletin*, 86, 974-977.
.. [3] Krippendorff, K. (2019). *Content Analysis* (4th ed.), ch. 12. Sage.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from kaoping.scoring.arrays import Floats
from kaoping.scoring.raters.errors import AgreementUndefined

Level: TypeAlias = Literal["nominal", "ordinal", "interval", "ratio"]
PAIR = 2


@dataclass(frozen=True, eq=False)
class FleissKappa:
    """Kappa over all categories, its standard error if it is zero, z and p, and the kappa of each category (m,).

    The kappa of a category that nobody or everybody chose is 0.
    """

    kappa: float
    se_null: float
    z: float
    p: float
    observed: float
    expected: float
    by_category: Floats
    units: int
    raters: int


def fleiss(counts: ArrayLike) -> FleissKappa:
    """Fleiss' kappa of counts (u, m): how many raters put each unit into each category.

    Raises
    ------
    AgreementUndefined
        Units with different numbers of ratings, fewer than two each, or one category only.

    >>> round(fleiss([[3, 0], [0, 3], [2, 1]]).kappa, 2)
    0.55
    """
    table = np.asarray(counts, dtype=np.float64)
    each = table.sum(axis=1)
    raters = float(each[0]) if each.size else 0.0
    if raters < PAIR or (each != raters).any():
        found = f"{each.min():.0f} to {each.max():.0f}" if each.size else "none"
        reason = f"every unit needs the same number of ratings, at least two; there are {found}"
        raise AgreementUndefined(what="Fleiss' kappa", reason=f"{reason}; take Krippendorff's alpha")
    units, share = len(table), table.sum(axis=0) / table.sum()
    observed = float((table * (table - 1)).sum() / (units * raters * (raters - 1)))
    expected = float(share @ share)
    if expected >= 1 - 1e-12:
        raise AgreementUndefined(what="Fleiss' kappa", reason="all ratings are in one category")
    kappa = (observed - expected) / (1 - expected)
    other = share * (1 - share)
    apart = (table * (raters - table)).sum(axis=0) / (units * raters * (raters - 1))
    by_category = np.where(other > 0, 1 - apart / np.where(other > 0, other, 1.0), 0.0)
    spread = other.sum() ** 2 - (other * (1 - 2 * share)).sum()
    se = float(np.sqrt(2 * spread / (units * raters * (raters - 1))) / other.sum())
    z = kappa / se
    return FleissKappa(
        kappa, se, z, float(special.erfc(abs(z) / np.sqrt(2))), observed, expected, by_category, units, int(raters)
    )


@dataclass(frozen=True)
class Alpha:
    """Krippendorff's alpha with the 95 % interval of a bootstrap over units, if one was asked for."""

    alpha: float
    low: float | None
    high: float | None
    units: int
    ratings: int


def krippendorff(
    counts: ArrayLike,
    level: Level = "nominal",
    *,
    values: ArrayLike | None = None,
    samples: int = 0,
    rng: np.random.Generator | None = None,
) -> Alpha:
    """Krippendorff's alpha of counts (u, m): how many raters put each unit into each category.

    Parameters
    ----------
    level : what a difference of two ratings means.
    values : (m,) numbers that the categories stand for; 1, 2, ... if not given.
    samples : samples of units from which the interval is taken, drawn by ``rng``; none if 0.

    Raises
    ------
    AgreementUndefined
        No unit with two ratings, or all ratings alike.

    >>> round(krippendorff([[2, 0, 0], [0, 2, 0], [0, 1, 1]], "interval").alpha, 3)
    0.706
    """
    table = np.asarray(counts, dtype=np.float64)
    table = table[table.sum(axis=1) >= PAIR]
    if not len(table):
        raise AgreementUndefined(what="Krippendorff's alpha", reason="no unit has two ratings")
    marks = np.arange(1.0, table.shape[1] + 1) if values is None else np.asarray(values, dtype=np.float64)
    kinds, times = np.unique(table, axis=0, return_counts=True)
    alpha = _alpha(kinds, times.astype(np.float64), level, marks)
    if alpha is None:
        raise AgreementUndefined(what="Krippendorff's alpha", reason="all ratings are alike")
    ends: tuple[float | None, float | None] = (None, None)
    if samples and rng is not None:
        # Units of one kind are alike, so that a sample of units is a sample of how many there are of each kind.
        resampled = rng.multinomial(len(table), times / len(table), size=samples).astype(np.float64)
        drawn = (_alpha(kinds, again, level, marks) for again in resampled)
        low, high = np.quantile([one for one in drawn if one is not None], [0.025, 0.975])
        ends = float(low), float(high)
    return Alpha(alpha, *ends, len(table), int(table.sum()))


def _alpha(table: Floats, times: Floats, level: Level, marks: Floats) -> float | None:
    """Alpha of units of which each occurs so many times."""
    share = times / (table.sum(axis=1) - 1)
    pairs = table.T @ (share[:, None] * table) - np.diag(share @ table)
    total = pairs.sum(axis=1)
    apart = _differences(level, marks, total)
    expected = float((apart * np.outer(total, total)).sum())
    observed = float((apart * pairs).sum()) * (float(total.sum()) - 1)
    return 1 - observed / expected if expected > 0 else None


def _differences(level: Level, marks: Floats, total: Floats) -> Floats:
    """Squared difference of two categories, (m, m)."""
    apart = np.subtract.outer(marks, marks)
    if level == "nominal":
        return np.asarray(1.0 * (apart != 0))
    if level == "interval":
        return np.asarray(apart**2)
    if level == "ratio":
        sums = np.add.outer(marks, marks)
        return np.asarray((apart / np.where(sums == 0, 1.0, sums)) ** 2)
    middle = np.cumsum(total) - total / 2
    return np.asarray(np.subtract.outer(middle, middle) ** 2)
