"""Generalised Mantel-Haenszel tests: several focal groups, several categories, ordered or not."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from kaoping.scoring.arrays import Flags, Floats
from kaoping.scoring.dif.design import PLAIN, Design
from kaoping.scoring.dif.screening import Screening, facts, screened
from kaoping.scoring.dif.tables import Tables
from kaoping.scoring.errors import NotComparable
from kaoping.scoring.responses import ResponseMatrix

Categories = Literal["ordered", "nominal"]
MODERATE, LARGE = 0.17, 0.25
"""Sizes, in standard deviations of the item score, from which a difference is moderate and large."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Association(Screening):
    """Result of `generalised_mantel_haenszel`: ``effect`` is the largest standardised difference, in item deviations.

    ``differences`` (g - 1, k) are the mean differences of each focal group and the reference group at equal matching
    score, weighted by the focal group, in points; negative if the item is harder for the focal group. ``effect`` is the
    one of the largest size divided by the standard deviation of the item among all persons compared.
    """

    differences: Floats


def generalised_mantel_haenszel(
    responses: ResponseMatrix, design: Design = PLAIN, *, categories: Categories = "ordered"
) -> Association:
    r"""Test whether group and answer are associated within the strata, for any number of groups and categories [1]_.

    .. math::

        Q = G^\top V^{-1} G, \qquad G = \sum_s B (N_s - E N_s), \qquad V = \sum_s B \, \mathrm{Cov}(N_s) \, B^\top

    .. math::

        E N_{gc} = \frac{n_g m_c}{T}, \qquad
        \mathrm{Cov}(N_{gc}, N_{hd}) =
            \frac{n_g (\delta_{gh} T - n_h) \, m_c (\delta_{cd} T - m_d)}{T^2 (T - 1)}

    B keeps the focal groups and, for ordered categories, adds up their scores: g - 1 degrees of freedom. With two
    groups this is Mantel's test [2]_ [3]_, with right and wrong items that of Mantel and Haenszel without continuity
    correction, with more groups its generalisation [4]_. For nominal categories B keeps all but one of the m categories
    that were chosen: (g - 1)(m - 1) degrees of freedom.

    Classes by the size of the effect [5]_: B from .17, C from .25 standard deviations, A if not significant.

    Parameters
    ----------
    responses : answers of n persons, with groups, to k items of any number of categories.
    categories : whether their order counts.

    Returns
    -------
    Statistics with their degrees of freedom, effects in standard deviations, (k,).

    Raises
    ------
    BadDesign, TooFewAnchors
        The groups or anchors do not fit.
    NotComparable
        The strata do not tell all groups and categories of an item apart.

    References
    ----------
    .. [1] Landis, J. R., Heyman, E. R., & Koch, G. G. (1978). Average partial association in three-way contingency
       tables. *International Statistical Review*, 46, 237-254.
    .. [2] Mantel, N. (1963). Chi-square tests with one degree of freedom. *JASA*, 58, 690-700.
    .. [3] Zwick, R., Donoghue, J. R., & Grima, A. (1993). Assessment of differential item functioning for performance
       tasks. *Journal of Educational Measurement*, 30, 233-251.
    .. [4] Penfield, R. D. (2001). Assessing differential item functioning among multiple groups: A comparison of three
       Mantel-Haenszel procedures. *Applied Measurement in Education*, 14, 235-259.
    .. [5] Zwick, R., Thayer, D. T., & Mazzeo, J. (1997). Descriptive and inferential procedures for assessing
       differential item functioning in polytomous items. *Applied Measurement in Education*, 10, 321-344.

    >>> rows = [[2, 1]] * 20 + [[0, 1]] * 10 + [[1, 0]] * 10 + [[0, 0]] * 20
    >>> answers = ResponseMatrix(rows * 3, groups=["r"] * 60 + ["f"] * 60 + ["g"] * 60)
    >>> found = generalised_mantel_haenszel(answers)
    >>> found.statistic.round(6), found.df
    (array([0., 0.]), array([2., 2.]))
    """
    return screened(responses, design, lambda tables: _screen(tables, design, categories), several=True)


def _screen(tables: Tables, design: Design, categories: Categories) -> Association:
    differences = _differences(tables)
    statistic, df = np.array([_association(tables, item, categories) for item in range(len(tables.items))]).T
    largest = np.abs(differences).argmax(axis=0)
    effect = np.take_along_axis(differences, largest[None], axis=0)[0] / _deviations(tables)
    known = facts(tables, design, statistic=statistic, df=df)
    classes = _classes(effect, known["p"] < design.level)
    return Association(**known, effect=effect, se=None, classes=classes, differences=differences)


def _association(tables: Tables, item: int, categories: Categories) -> tuple[float, float]:
    """Statistic and degrees of freedom of one item."""
    counts = tables.counts[item]
    m = counts.shape[2]
    if categories == "ordered":
        contrast = np.arange(m, dtype=np.float64)[None]
    else:
        contrast = np.eye(m)[counts.sum(axis=(0, 1)) > 0][1:]
    total = counts.sum(axis=(1, 2))
    counts = counts[total > 1]
    total = total[total > 1][:, None]
    groups, chosen = counts.sum(axis=2), counts.sum(axis=1)
    excess = (counts - groups[:, :, None] * chosen[:, None, :] / total[..., None]).sum(axis=0)[1:] @ contrast.T
    between = groups[:, :, None] * (total[..., None] * np.eye(groups.shape[1]) - groups[:, None, :])
    within = chosen[:, :, None] * (total[..., None] * np.eye(m) - chosen[:, None, :])
    within = contrast @ within @ contrast.T / (total**2 * np.maximum(total - 1, 1.0))[..., None]
    size = excess.size
    variance = np.einsum("sgh,scd->gchd", between[:, 1:, 1:], within).reshape(size, size)
    if not size or np.linalg.matrix_rank(variance) < size:
        reason = "the matching scores do not tell all groups and all answers apart"
        raise NotComparable(item=tables.items[item], reason=reason)
    return float(excess.ravel() @ np.linalg.solve(variance, excess.ravel())), float(size)


def _differences(tables: Tables) -> Floats:
    """Mean difference of each focal group and the reference group, weighted by the focal group, (g - 1, k)."""
    mean, _ = tables.moments()
    n = tables.strata
    weight = n[..., 1:] * (n[..., :1] > 0)
    sums = weight.sum(axis=1)
    for item, group in np.argwhere(sums == 0)[:1]:
        reason = f"no matching score is shared by {tables.groups[0]} and {tables.groups[group + 1]}"
        raise NotComparable(item=tables.items[item], reason=reason)
    found: Floats = ((weight * (mean[..., 1:] - mean[..., :1])).sum(axis=1) / sums).T
    return found


def _deviations(tables: Tables) -> Floats:
    """Standard deviation of the score of every item among all persons compared, (k,)."""
    counts = tables.counts.sum(axis=(1, 2))
    category = np.arange(counts.shape[1], dtype=np.float64)
    n = counts.sum(axis=1)
    mean = counts @ category / n
    return np.asarray(np.sqrt(counts @ category**2 / n - mean**2))


def _classes(effect: Floats, significant: Flags) -> tuple[str, ...]:
    size = np.abs(effect)
    small = ~significant | (size < MODERATE)
    return tuple(np.where(small, "A", np.where(size < LARGE, "B", "C")).tolist())
