"""The method of Mantel and Haenszel: one odds ratio over all score strata, on the delta scale and in classes."""

from dataclasses import dataclass

import numpy as np
from scipy import special

from kaoping.scoring.arrays import Floats
from kaoping.scoring.dif.design import PLAIN, Design
from kaoping.scoring.dif.screening import Screening, facts, screened
from kaoping.scoring.dif.tables import Tables, refuse_polytomous
from kaoping.scoring.errors import NotComparable
from kaoping.scoring.responses import ResponseMatrix

DELTA_PER_LOGIT = -2.35
MODERATE, LARGE = 1.0, 1.5
"""Sizes on the delta scale from which a difference is moderate and large."""
ONE_SIDED = float(special.ndtri(0.95))


@dataclass(frozen=True, eq=False, kw_only=True)
class MantelHaenszel(Screening):
    """Result of `mantel_haenszel`: ``effect`` is MH D-DIF (delta units, negative if harder for the focal group).

    ``odds_ratio`` is the common odds ratio, above 1 if the item favours the reference group; ``log_odds_se`` the
    standard error of its logarithm.
    """

    odds_ratio: Floats
    log_odds_se: Floats


def mantel_haenszel(
    responses: ResponseMatrix, design: Design = PLAIN, *, continuity: bool = True, forms: bool = False
) -> MantelHaenszel:
    r"""Compare two groups of equal score by Mantel and Haenszel's chi-square and common odds ratio [1]_ [2]_.

    Let A, B be right and wrong answers of the reference group in stratum s, C, D of the focal one, T all, m margins:

    .. math::

        \chi^2 = \frac{(|\sum_s (A_s - E A_s)| - 1/2)^2}{\sum_s V(A_s)}, \quad
        E A_s = \frac{n_{Rs} m_{1s}}{T_s}, \quad V(A_s) = \frac{n_{Rs} n_{Fs} m_{1s} m_{0s}}{T_s^2 (T_s - 1)}

    .. math::

        \hat\alpha = \frac{\sum_s A_s D_s / T_s}{\sum_s B_s C_s / T_s}, \qquad \Delta = -2.35 \ln \hat\alpha

    with the variance of Robins, Breslow and Greenland [3]_: with P = (A + D)/T, Q = (B + C)/T, R = AD/T, S = BC/T,

    .. math::

        V(\ln\hat\alpha) = \frac{\sum P R}{2 (\sum R)^2} + \frac{\sum (P S + Q R)}{2 \sum R \sum S}
            + \frac{\sum Q S}{2 (\sum S)^2}

    Classes after the rules of ETS [4]_: A if the chi-square is not significant at the design's level or :math:`|\Delta|
    < 1`; C if :math:`|\Delta| \ge 1.5` and significantly above 1 (one-sided, 5 %); B otherwise.

    Parameters
    ----------
    responses : answers of n persons, with groups, to k items marked right or wrong.
    continuity : whether one half is taken off.
    forms : whether persons are matched only with those who answered the same items.

    Returns
    -------
    Statistics with one degree of freedom and effects in delta units, (k,).

    Raises
    ------
    BadDesign, TooFewAnchors
        The groups or anchors do not fit, or an item has over two categories.
    NotComparable
        In no stratum do both groups and both answers meet, or an odds ratio is zero or infinite.

    References
    ----------
    .. [1] Mantel, N., & Haenszel, W. (1959). Statistical aspects of the analysis of data from retrospective studies of
       disease. *Journal of the National Cancer Institute*, 22, 719-748.
    .. [2] Holland, P. W., & Thayer, D. T. (1988). Differential item performance and the Mantel-Haenszel procedure. In
       *Test Validity* (pp. 129-145). Erlbaum.
    .. [3] Robins, J., Breslow, N., & Greenland, S. (1986). Estimators of the Mantel-Haenszel variance consistent in
       both sparse data and large-strata limiting models. *Biometrics*, 42, 311-323.
    .. [4] Zwick, R. (2012). *A Review of ETS Differential Item Functioning Assessment Procedures* (RR-12-08). ETS.

    >>> rows = [[1, 1]] * 20 + [[0, 1]] * 10 + [[1, 0]] * 10 + [[0, 0]] * 20
    >>> found = mantel_haenszel(ResponseMatrix(rows * 2, groups=["r"] * 60 + ["f"] * 60))
    >>> found.odds_ratio, found.classes
    (array([1., 1.]), ('A', 'A'))
    """
    refuse_polytomous(responses, instead="the generalised method (gmh) or logistic regression")
    return screened(responses, design, lambda tables: _screen(tables, design, continuity=continuity), forms=forms)


def _screen(tables: Tables, design: Design, *, continuity: bool) -> MantelHaenszel:
    refuse_one_sided(tables)
    statistic = _chi_square(tables, continuity=continuity)
    ratio, se = common_odds_ratio(tables)
    known = facts(tables, design, statistic=statistic, df=np.ones(len(statistic)))
    delta, delta_se = DELTA_PER_LOGIT * np.log(ratio), -DELTA_PER_LOGIT * se
    return MantelHaenszel(
        **known,
        effect=delta,
        se=delta_se,
        classes=ets_classes(delta, delta_se, significant=known["p"] < design.level),
        odds_ratio=ratio,
        log_odds_se=se,
    )


def ets_classes(delta: Floats, se: Floats, *, significant: np.ndarray) -> tuple[str, ...]:
    """Sort differences (k,), in delta units, into A, B and C by size and significance.

    >>> ets_classes(np.array([0.5, -1.2, 2.0, 2.0]), np.array([0.1, 0.3, 0.3, 0.9]), significant=np.ones(4, bool))
    ('A', 'B', 'C', 'B')
    """
    size = np.abs(delta)
    small = ~significant | (size < MODERATE)
    large = (size >= LARGE) & (size - MODERATE > ONE_SIDED * se)
    return tuple(np.where(small, "A", np.where(large, "C", "B")).tolist())


def _cells(tables: Tables) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Give A, B, C, D and T, (k, s) each; T is 1 where nobody is, so that it may divide."""
    b, a = np.moveaxis(tables.counts[:, :, 0], 2, 0)
    d, c = np.moveaxis(tables.counts[:, :, 1], 2, 0)
    total = a + b + c + d
    return a, b, c, d, np.where(total > 0, total, 1.0)


def _chi_square(tables: Tables, *, continuity: bool) -> Floats:
    a, b, c, d, total = _cells(tables)
    excess = np.abs((a - (a + b) * (a + c) / total).sum(axis=1))
    margins = (a + b) * (c + d) * (a + c) * (b + d)
    variance = (margins / (total**2 * np.maximum(total - 1, 1.0))).sum(axis=1)
    return np.asarray((excess - 0.5 * continuity) ** 2 / variance)


def common_odds_ratio(tables: Tables) -> tuple[Floats, Floats]:
    """Give the common odds ratio of every item and the standard error of its logarithm, (k,) each.

    >>> counts = np.array([[[[10.0, 20.0], [20.0, 10.0]]]])
    >>> ratio, se = common_odds_ratio(Tables(("i",), ("r", "f"), np.array([True]), np.zeros(1), counts))
    >>> float(ratio[0]), float(se[0].round(4)), round(float(np.sqrt(2 / 10 + 2 / 20)), 4)
    (4.0, 0.5477, 0.5477)
    """
    a, b, c, d, total = _cells(tables)
    r, s, p, q = a * d / total, b * c / total, (a + d) / total, (b + c) / total
    rs, ss = r.sum(axis=1), s.sum(axis=1)
    variance = (p * r).sum(axis=1) / (2 * rs**2) + (p * s + q * r).sum(axis=1) / (2 * rs * ss)
    return rs / ss, np.sqrt(variance + (q * s).sum(axis=1) / (2 * ss**2))


def refuse_one_sided(tables: Tables) -> None:
    """Refuse items of which no stratum tells anything, or whose odds ratio is zero or infinite.

    Raises
    ------
    NotComparable
        With the item and the reason.
    """
    a, b, c, d, _ = _cells(tables)
    margins = (a + b) * (c + d) * (a + c) * (b + d)
    for item in np.flatnonzero((margins > 0).sum(axis=1) == 0)[:1]:
        raise NotComparable(
            item=tables.items[item], reason="at no matching score are there persons of both groups and both answers"
        )
    one_sided = ((a * d).sum(axis=1) == 0) | ((b * c).sum(axis=1) == 0)
    for item in np.flatnonzero(one_sided)[:1]:
        raise NotComparable(
            item=tables.items[item], reason="at every matching score one group is right or wrong without exception"
        )
