"""Logistic regression on matching score and group: uniform and non-uniform functioning."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from kaoping.scoring.arrays import Flags, Floats
from kaoping.scoring.dif.design import PLAIN, Design
from kaoping.scoring.dif.proportional_odds import Regression, regress
from kaoping.scoring.dif.screening import Screening, facts, screened
from kaoping.scoring.dif.tables import Tables
from kaoping.scoring.errors import NotComparable, Separated
from kaoping.scoring.responses import ResponseMatrix

Kind = Literal["both", "uniform", "nonuniform"]
Test = Literal["lr", "wald"]
COVARIATES: dict[Kind, tuple[int, int]] = {"both": (1, 3), "uniform": (1, 2), "nonuniform": (2, 3)}
"""How many of score, group and their product the smaller and the larger model have."""
JODOIN_GIERL, ZUMBO_THOMAS = (0.035, 0.07), (0.13, 0.26)
"""Changes of R-squared from which a difference is moderate and large."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Logistic(Screening):
    """Result of `logistic`: ``effect`` is the change of Nagelkerke's R-squared, 0 to 1, and ``se`` is ``None``.

    ``score``, ``group`` and ``interaction`` (k,) are the coefficients of the larger model, in logits (per point of
    score), 0 if it lacks them; ``score_se`` and so on their standard errors. ``group`` is negative at score 0 if the
    item is harder for the focal group. ``intercepts`` (k, m - 1) belong to the categories that were seen, the others
    are 0. ``classes`` are Jodoin and Gierl's, ``zumbo_thomas`` those of Zumbo and Thomas.
    """

    intercepts: Floats
    score: Floats
    score_se: Floats
    group: Floats
    group_se: Floats
    interaction: Floats
    interaction_se: Floats
    zumbo_thomas: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class _Fits:
    """Log-likelihoods without covariates and of both models, coefficients (k, 3) of the larger one, its Wald test."""

    loglik: Floats
    intercepts: Floats
    slopes: Floats
    errors: Floats
    wald: Floats


def logistic(responses: ResponseMatrix, design: Design = PLAIN, *, kind: Kind = "both", test: Test = "lr") -> Logistic:
    r"""Test by logistic regression whether the group tells more than the matching score [1]_.

    .. math:: \mathrm{logit}\, P(Y \ge c) = \alpha_c + \beta_1 x + \beta_2 g + \beta_3 x g

    with x the matching score and g = 1 in the focal group. Uniform: :math:`\beta_2 = 0` where :math:`\beta_3` is 0;
    non-uniform: :math:`\beta_3 = 0`; both: :math:`\beta_2 = \beta_3 = 0`, with 1, 1 and 2 degrees of freedom. The
    likelihood ratio is :math:`2 (\ell_1 - \ell_0)`, Wald's statistic :math:`b^\top V^{-1} b`. Items with more than two
    categories follow the model of proportional odds, with several intercepts [2]_.

    The effect is the gain in Nagelkerke's :math:`R^2 = (1 - e^{2 (\ell_{null} - \ell) / n}) / (1 - e^{2 \ell_{null} /
    n})`; classes after Jodoin and Gierl [3]_: B from .035, C from .07; after Zumbo and Thomas [4]_: B from .13, C from
    .26; A if not significant at the design's level.

    Parameters
    ----------
    responses : answers of n persons, with groups, to k items.

    Returns
    -------
    Statistics with one or two degrees of freedom, effects as shares, coefficients in logits, (k,).

    Raises
    ------
    BadDesign, TooFewAnchors
        The groups or anchors do not fit.
    NotComparable
        All answers to an item are alike, or one group or one score alone is there.
    Separated
        The likelihood of an item has no maximum.

    References
    ----------
    .. [1] Swaminathan, H., & Rogers, H. J. (1990). Detecting differential item functioning using logistic regression
       procedures. *Journal of Educational Measurement*, 27, 361-370.
    .. [2] Zumbo, B. D. (1999). *A Handbook on the Theory and Methods of Differential Item Functioning*. Department of
       National Defense.
    .. [3] Jodoin, M. G., & Gierl, M. J. (2001). Evaluating type I error and power rates using an effect size measure
       with the logistic regression procedure for DIF detection. *Applied Measurement in Education*, 14, 329-349.
    .. [4] Zumbo, B. D., & Thomas, D. R. (1997). *A Measure of Effect Size for a Model-Based Approach for Studying DIF*.
       University of Northern British Columbia.

    >>> rng = np.random.default_rng(1)
    >>> right = rng.standard_normal((600, 1)) + rng.logistic(size=(600, 8)) > 0
    >>> answers = ResponseMatrix(right.astype(int), groups=["r", "f"] * 300)
    >>> logistic(answers, kind="uniform").flagged.any()
    np.False_
    """
    return screened(responses, design, lambda tables: _screen(tables, design, kind=kind, test=test))


def _screen(tables: Tables, design: Design, *, kind: Kind, test: Test) -> Logistic:
    _refuse(tables)
    seen = (tables.counts.sum(axis=(1, 2)) > 0).sum(axis=1)
    k, widest = len(seen), tables.counts.shape[3] - 1
    fits = _Fits(np.zeros((3, k)), np.zeros((k, widest)), np.zeros((k, 3)), np.zeros((k, 3)), np.zeros(k))
    for m in np.unique(seen):
        _fit_into(fits, tables, np.flatnonzero(seen == m), kind=kind)
    small, large = COVARIATES[kind]
    null, lower, upper = fits.loglik
    n = tables.counts.sum(axis=(1, 2, 3))
    gain = (np.exp(2 * (null - lower) / n) - np.exp(2 * (null - upper) / n)) / (1 - np.exp(2 * null / n))
    statistic = np.maximum(2 * (upper - lower), 0.0) if test == "lr" else fits.wald
    known = facts(tables, design, statistic=statistic, df=np.full(k, float(large - small)))
    significant = known["p"] < design.level
    return Logistic(
        **known,
        effect=gain,
        se=None,
        classes=_classes(gain, significant, JODOIN_GIERL),
        zumbo_thomas=_classes(gain, significant, ZUMBO_THOMAS),
        intercepts=fits.intercepts,
        score=fits.slopes[:, 0],
        score_se=fits.errors[:, 0],
        group=fits.slopes[:, 1],
        group_se=fits.errors[:, 1],
        interaction=fits.slopes[:, 2],
        interaction_se=fits.errors[:, 2],
    )


def _fit_into(fits: _Fits, tables: Tables, items: np.ndarray, *, kind: Kind) -> None:
    """Fit items with equally many seen categories and write what was found into the rows of ``fits``."""
    counts = _pooled(tables.counts[items])
    shift, scale, covariates = _covariates(tables, items)
    small, large = COVARIATES[kind]
    null = counts.sum(axis=1)
    fits.loglik[0, items] = (null * np.log(null / null.sum(axis=1, keepdims=True))).sum(axis=1)
    for row, many in ((1, small), (2, large)):
        found = regress(counts, covariates[..., :many])
        for item in items[found.separated][:1]:
            raise Separated(item=tables.items[item])
        fits.loglik[row, items] = found.loglik
    m = found.intercepts.shape[1]
    back = _to_points(shift, scale, m)[:, : m + large, : m + large]
    covariance = back @ found.covariance @ np.swapaxes(back, 1, 2)
    values = (back @ np.concatenate([found.intercepts, found.slopes], axis=1)[..., None])[..., 0]
    fits.intercepts[items, :m] = values[:, :m]
    fits.slopes[items, :large] = values[:, m:]
    fits.errors[items, :large] = np.sqrt(np.diagonal(covariance, axis1=1, axis2=2)[:, m:])
    fits.wald[items] = _wald(found, small)


def _pooled(counts: Floats) -> Floats:
    """Counts (k, c, m) over the cells of stratum and group, without the categories that nobody chose."""
    seen = counts.sum(axis=(1, 2)) > 0
    m = int(seen[0].sum())
    order = np.argsort(~seen, axis=1, kind="stable")[:, :m]
    k, s, g, _ = counts.shape
    picked: Floats = np.take_along_axis(counts, order[:, None, None, :], axis=3).reshape(k, s * g, m)
    return picked


def _covariates(tables: Tables, items: np.ndarray) -> tuple[Floats, Floats, Floats]:
    """Mean and deviation of the score (k,), and standard score, group and product of every cell, (k, c, 3)."""
    n = tables.strata[items].sum(axis=2)
    shift = n @ tables.scores / n.sum(axis=1)
    scale = np.sqrt(n @ tables.scores**2 / n.sum(axis=1) - shift**2)
    score = (tables.scores - shift[:, None]) / scale[:, None]
    x = np.repeat(score, len(tables.groups), axis=1)
    group = np.broadcast_to(np.tile([0.0, 1.0], len(tables.scores)), x.shape)
    return shift, scale, np.stack([x, group, x * group], axis=2)


def _to_points(shift: Floats, scale: Floats, m: int) -> Floats:
    """Matrices (k, m + 3, m + 3) from coefficients of the standard score to those of the score in points."""
    back: Floats = np.tile(np.eye(m + 3), (len(shift), 1, 1))
    back[:, :m, m] = (-shift / scale)[:, None]
    back[:, m + 1, m + 2] = -shift / scale
    back[:, m, m] = back[:, m + 2, m + 2] = 1 / scale
    return back


def _wald(found: Regression, small: int) -> Floats:
    """Statistic of the slopes that the smaller model lacks; it does not depend on the unit of the score."""
    m = found.intercepts.shape[1]
    slopes, covariance = found.slopes[:, small:], found.covariance[:, m + small :, m + small :]
    solved = np.linalg.solve(covariance, slopes[..., None])[..., 0]
    return np.asarray((slopes * solved).sum(axis=1))


def _classes(gain: Floats, significant: Flags, bounds: tuple[float, float]) -> tuple[str, ...]:
    moderate, large = bounds
    small = ~significant | (gain < moderate)
    return tuple(np.where(small, "A", np.where(gain < large, "B", "C")).tolist())


def _refuse(tables: Tables) -> None:
    counts = tables.counts
    for fine, reason in (
        ((counts.sum(axis=(1, 2)) > 0).sum(axis=1) > 1, "all answers to it are alike"),
        ((counts.sum(axis=(1, 3)) > 0).all(axis=1), "nobody of one group answered it and all items of the matching"),
        ((counts.sum(axis=(2, 3)) > 0).sum(axis=1) > 1, "all matching scores are alike"),
    ):
        for item in np.flatnonzero(~fine)[:1]:
            raise NotComparable(item=tables.items[item], reason=reason)
