"""Whether the odds ratio is the same at every score: Breslow and Day's test, Tarone's correction, and the trend."""

import numpy as np

from kaoping.scoring.arrays import Flags, Floats
from kaoping.scoring.dif.design import PLAIN, Design
from kaoping.scoring.dif.mantel_haenszel import common_odds_ratio, refuse_one_sided
from kaoping.scoring.dif.screening import Screening, facts, screened
from kaoping.scoring.dif.tables import Tables, refuse_polytomous
from kaoping.scoring.errors import NotComparable
from kaoping.scoring.responses import ResponseMatrix

LEAST_STRATA = 2


class BreslowDay(Screening):
    """Result of `breslow_day`: ``effect`` is the change of the log odds ratio per point of score, with its error."""


def breslow_day(
    responses: ResponseMatrix, design: Design = PLAIN, *, trend: bool = False, tarone: bool = False
) -> BreslowDay:
    r"""Test whether two groups' odds ratio is the same in every score stratum: non-uniform functioning [1]_.

    .. math::

        \chi^2 = \sum_s \frac{(A_s - \tilde A_s)^2}{V_s}, \qquad
        V_s^{-1} = \frac{1}{\tilde A_s} + \frac{1}{\tilde B_s} + \frac{1}{\tilde C_s} + \frac{1}{\tilde D_s}

    where the tilde marks the counts that fit the stratum's margins and the common odds ratio of Mantel and Haenszel.
    Strata with an empty margin tell nothing and are left out; the degrees of freedom are the rest less one. Tarone's
    correction [2]_ takes off :math:`(\sum (A - \tilde A))^2 / \sum V`, and centres x in the
    trend's numerator. The trend [3]_ has one degree of freedom and looks along the score :math:`x_s`:

    .. math::

        \chi^2 = \frac{(\sum_s x_s (A_s - \tilde A_s))^2}{\sum x^2 V - (\sum x V)^2 / \sum V}

    The effect is the first step of Newton from the common odds ratio, the slope of the log odds ratio over the score.

    Parameters
    ----------
    responses : answers of n persons, with groups, to k items marked right or wrong.
    trend : test the trend along the score instead of any difference.
    tarone : correct for the common odds ratio not being the maximum of the likelihood.

    Returns
    -------
    Statistics with their degrees of freedom, effects in logits per point, (k,).

    Raises
    ------
    BadDesign, TooFewAnchors
        The groups or anchors do not fit, or an item has more than two categories.
    NotComparable
        Fewer than two strata hold both groups and both answers, or the common odds ratio is zero or infinite.

    References
    ----------
    .. [1] Breslow, N. E., & Day, N. E. (1980). *Statistical Methods in Cancer Research 1*, sec. 4.4. IARC.
    .. [2] Tarone, R. E. (1985). On heterogeneity tests based on efficient scores. *Biometrika*, 72, 91-95.
    .. [3] Penfield, R. D. (2003). Applying the Breslow-Day test of trend in odds ratio heterogeneity to the analysis of
       nonuniform DIF. *Alberta Journal of Educational Research*, 49, 231-243.

    >>> rng = np.random.default_rng(1)
    >>> right = rng.standard_normal((600, 1)) + rng.logistic(size=(600, 8)) > 0
    >>> answers = ResponseMatrix(right.astype(int), groups=["r", "f"] * 300)
    >>> breslow_day(answers).flagged.any()
    np.False_
    """
    refuse_polytomous(responses, instead="logistic regression")
    return screened(responses, design, lambda tables: _screen(tables, design, trend=trend, tarone=tarone))


def _screen(tables: Tables, design: Design, *, trend: bool, tarone: bool) -> BreslowDay:
    counts = tables.counts
    a, reference, focal = counts[:, :, 0, 1], counts[:, :, 0].sum(axis=2), counts[:, :, 1].sum(axis=2)
    right, wrong = counts[..., 1].sum(axis=2), counts[..., 0].sum(axis=2)
    used = (reference > 0) & (focal > 0) & (right > 0) & (wrong > 0)
    _refuse(tables, used)
    ratio, _ = common_odds_ratio(tables)
    fitted = _fitted(ratio[:, None], reference, focal, right)
    variance = _variance(fitted, reference, focal, right, used)
    excess = np.where(used, a - fitted, 0.0)
    centre = variance @ tables.scores / variance.sum(axis=1)
    along = excess @ tables.scores - tarone * centre * excess.sum(axis=1)
    spread = variance @ tables.scores**2 - centre**2 * variance.sum(axis=1)
    if trend:
        statistic, df = along**2 / spread, np.ones(len(ratio))
    else:
        statistic = (excess**2 / np.where(used, variance, 1.0)).sum(axis=1)
        statistic -= tarone * excess.sum(axis=1) ** 2 / variance.sum(axis=1)
        df = used.sum(axis=1) - 1.0
    known = facts(tables, design, statistic=statistic, df=df)
    return BreslowDay(**known, effect=along / spread, se=1 / np.sqrt(spread), classes=())


def _fitted(ratio: Floats, reference: Floats, focal: Floats, right: Floats) -> Floats:
    r"""Solve :math:`A (n_F - m_1 + A) = \alpha (n_R - A)(m_1 - A)` for A by the form that never cancels."""
    linear = focal - right + ratio * (reference + right)
    constant = ratio * reference * right
    root = np.sqrt(np.maximum(linear**2 + 4 * (1 - ratio) * constant, 0.0))
    fitted: Floats = 2 * constant / np.where(linear + root > 0, linear + root, 1.0)
    return fitted


def _variance(fitted: Floats, reference: Floats, focal: Floats, right: Floats, used: Flags) -> Floats:
    cells = (fitted, reference - fitted, right - fitted, focal - right + fitted)
    inverse = sum(1 / np.where(used, cell, 1.0) for cell in cells)
    variance: Floats = np.where(used, 1 / inverse, 0.0)
    return variance


def _refuse(tables: Tables, used: Flags) -> None:
    refuse_one_sided(tables)
    for item in np.flatnonzero(used.sum(axis=1) < LEAST_STRATA)[:1]:
        raise NotComparable(
            item=tables.items[item], reason="at fewer than two matching scores are there both groups and both answers"
        )
