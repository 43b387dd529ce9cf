"""SIBTEST: the mean difference at equal true score of the matching items, uniform or crossing."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from kaoping.scoring.arrays import Flags, Floats
from kaoping.scoring.dif.design import PLAIN, Design
from kaoping.scoring.dif.screening import Screening, facts, screened
from kaoping.scoring.dif.tables import Tables
from kaoping.scoring.errors import NotComparable
from kaoping.scoring.responses import ResponseMatrix

Neighbours = Literal["occupied", "adjacent"]
LEAST = 6
"""Persons of each group in a stratum, by default."""
MODERATE, LARGE = 0.059, 0.088
"""Sizes, as shares of the item's highest score, from which a difference is moderate and large."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Sibtest(Screening):
    """Result of `sibtest` and `crossing_sibtest`: ``effect`` is beta in points of the item, with its standard error.

    For `sibtest` it is positive if the item favours the reference group. ``strata`` (k,) is the number of matching
    scores used, ``share`` (k,) the share of persons in them, and ``crossing`` (k,) the matching score up to which an
    item favours one group and above which the other; the highest score where the difference does not cross.
    """

    strata: Floats
    share: Floats
    crossing: Floats


@dataclass(frozen=True, eq=False)
class Differences:
    """Corrected ``difference`` reference minus focal, its ``variance`` and the ``weight`` of each stratum, (k, s).

    ``scores`` (s,) are the strata; those not used have weight 0. ``share`` (k,) is the share of persons in the rest.
    """

    scores: Floats
    difference: Floats
    variance: Floats
    weight: Floats
    share: Floats


def sibtest(
    responses: ResponseMatrix, design: Design = PLAIN, *, least: int = LEAST, neighbours: Neighbours = "occupied"
) -> Sibtest:
    r"""Compare the mean item scores of two groups at equal true score of the other items [1]_.

    .. math::

        \hat\beta = \sum_s w_s (\bar Y^*_{Rs} - \bar Y^*_{Fs}), \qquad
        SE^2 = \sum_s w_s^2 \left( \frac{S^2_{Rs}}{n_{Rs}} + \frac{S^2_{Fs}}{n_{Fs}} \right), \qquad
        \chi^2_1 = \hat\beta^2 / SE^2

    Persons are matched on the anchors without the item, whatever the design says; w is the share of both groups'
    persons in stratum s. True scores behind one observed score differ with the groups' ability, so the means are moved
    along the item's regression to the mean of both estimated true scores:

    .. math::

        \bar Y^*_{gs} = \bar Y_{gs} + \frac{\bar Y_{g,s+1} - \bar Y_{g,s-1}}{\hat V_{g,s+1} - \hat V_{g,s-1}}
            \left( \frac{\hat V_{Rs} + \hat V_{Fs}}{2} - \hat V_{gs} \right), \qquad
        \hat V_{gs} = \bar X_g + \alpha_g (x_s - \bar X_g)

    with Cronbach's :math:`\alpha_g` of the matching items. A stratum is used if both groups have ``least`` persons and
    vary there; the lowest and highest scores are not. Categories count as scores [2]_. Classes: B from .059, C from
    .088 of the item's highest score [3]_, A if not significant.

    Parameters
    ----------
    responses : answers of n persons, with groups, to k items.
    least : persons of each group that a stratum needs.
    neighbours : "occupied" takes the slope from the nearest scores at which the group has persons; "adjacent" from the
        two adjacent scores, one without persons counting as mean 0, as R's mirt 1.47 has it.

    Returns
    -------
    Statistics with one degree of freedom, effects in points, (k,).

    Raises
    ------
    BadDesign, TooFewAnchors, NotComparable
        The groups or anchors do not fit, no stratum holds enough persons, or the matching items are not reliable.

    References
    ----------
    .. [1] Shealy, R., & Stout, W. (1993). A model-based standardization approach that separates true bias/DIF from
       group ability differences. *Psychometrika*, 58, 159-194.
    .. [2] Chang, H.-H., Mazzeo, J., & Roussos, L. (1996). *Journal of Educational Measurement*, 33, 333-353.
    .. [3] Roussos, L. A., & Stout, W. F. (1996). *Journal of Educational Measurement*, 33, 215-230.

    >>> rng = np.random.default_rng(1)
    >>> right = rng.standard_normal((600, 1)) + rng.logistic(size=(600, 8)) > 0
    >>> answers = ResponseMatrix(right.astype(int), groups=["r", "f"] * 300)
    >>> sibtest(answers).flagged.any()
    np.False_
    """

    def test(tables: Tables) -> Sibtest:
        return _uniform(responses, tables, design, corrected_differences(responses, tables, least, neighbours))

    return screened(responses, design, test, match="rest")


def crossing_sibtest(
    responses: ResponseMatrix, design: Design = PLAIN, *, least: int = LEAST, neighbours: Neighbours = "occupied"
) -> Sibtest:
    r"""Compare two groups as `sibtest` does when the favoured group may change at one matching score [1]_ [2]_.

    .. math::

        \hat\beta_{cro} = \left| \sum_{x_s \le c} w_s d_s - \sum_{x_s > c} w_s d_s \right|, \qquad
        \chi^2_2 = \frac{(\sum_{x_s \le c} w_s d_s)^2}{\sum_{x_s \le c} w_s^2 v_s}
            + \frac{(\sum_{x_s > c} w_s d_s)^2}{\sum_{x_s > c} w_s^2 v_s}

    with the corrected differences d of `sibtest` and their variances v. The crossing c is where the line crosses zero
    that is fitted to d over x by least squares with the weights w [1]_. If it leaves all strata on one side, the
    statistic is that of `sibtest` with one degree of freedom [2]_.

    Parameters
    ----------
    responses, least, neighbours : as for `sibtest`.

    Returns
    -------
    Statistics with one or two degrees of freedom, effects in points, never negative, (k,).

    Raises
    ------
    BadDesign, TooFewAnchors, NotComparable
        As `sibtest`.

    References
    ----------
    .. [1] Li, H.-H., & Stout, W. (1996). A new procedure for detection of crossing DIF. *Psychometrika*, 61, 647-677.
    .. [2] Chalmers, R. P. (2018). Improving the Crossing-SIBTEST statistic for detecting non-uniform DIF.
       *Psychometrika*, 83, 376-386.

    >>> rng = np.random.default_rng(1)
    >>> right = rng.standard_normal((600, 1)) + rng.logistic(size=(600, 8)) > 0
    >>> answers = ResponseMatrix(right.astype(int), groups=["r", "f"] * 300)
    >>> crossing_sibtest(answers).flagged.any()
    np.False_
    """

    def test(tables: Tables) -> Sibtest:
        return _either(responses, tables, design, corrected_differences(responses, tables, least, neighbours))

    return screened(responses, design, test, match="rest")


def _uniform(responses: ResponseMatrix, tables: Tables, design: Design, found: Differences) -> Sibtest:
    effect, squared = _sums(found, found.weight > 0)
    return _result(
        responses, tables, design, found, beta=effect, squared=squared, statistic=effect**2 / squared, df=1.0
    )


def _either(responses: ResponseMatrix, tables: Tables, design: Design, found: Differences) -> Sibtest:
    crossing = _crossing(found)
    below = np.asarray(found.scores <= crossing[:, None], dtype=np.bool_)
    used: Flags = np.greater(found.weight, 0)
    crosses = np.asarray((below & used).any(axis=1) & (~below & used).any(axis=1))
    low, low_squared = _sums(found, used & (below | ~crosses[:, None]))
    high, high_squared = _sums(found, used & ~below & crosses[:, None])
    upper = np.where(crosses, high**2 / np.where(crosses, high_squared, 1.0), 0.0)
    return _result(
        responses,
        tables,
        design,
        found,
        beta=np.abs(low - high),
        squared=low_squared + high_squared,
        statistic=low**2 / low_squared + upper,
        df=np.where(crosses, 2.0, 1.0),
        crossing=np.where(crosses, crossing, found.scores[-1]),
    )


def corrected_differences(responses: ResponseMatrix, tables: Tables, least: int, neighbours: Neighbours) -> Differences:
    """Give the differences of the item means at equal true score, stratum by stratum.

    Raises
    ------
    NotComparable
        No stratum holds enough persons, or the matching items are not reliable.
    """
    mean, variance = tables.moments()
    n = tables.strata
    used = (n >= least).all(axis=2) & (variance > 0).all(axis=2)
    used &= (tables.scores > 0) & (tables.scores < _highest(responses, tables)[:, None])
    for item in np.flatnonzero(~used.any(axis=1))[:1]:
        reason = f"at no matching score are there {least} persons of each group with different answers"
        raise NotComparable(item=tables.items[item], reason=reason)
    true = _true_scores(responses, tables)
    slope = _slopes(mean, true, n, tables.scores, neighbours=neighbours)
    moved = mean + slope * (true.mean(axis=2, keepdims=True) - true)
    both = n.sum(axis=2) * used
    unbiased = variance / np.where(n > 1, n - 1, 1.0)
    return Differences(
        scores=tables.scores,
        difference=np.where(used, moved[..., 0] - moved[..., 1], 0.0),
        variance=np.where(used, unbiased.sum(axis=2), 0.0),
        weight=both / both.sum(axis=1, keepdims=True),
        share=both.sum(axis=1) / n.sum(axis=(1, 2)),
    )


def _highest(responses: ResponseMatrix, tables: Tables) -> Floats:
    """Highest score of the matching items of each item, (k,)."""
    points = (responses.categories - 1.0) * tables.anchors
    return np.asarray(points.sum() - points)


def _true_scores(responses: ResponseMatrix, tables: Tables) -> Floats:
    """Estimated true score at each observed one, (k, s, g)."""
    n = tables.strata
    persons = n.sum(axis=1)
    mean = np.einsum("ksg,s->kg", n, tables.scores) / persons
    spread = np.einsum("ksg,s->kg", n, tables.scores**2) / persons - mean**2
    parts = (tables.anchors & ~np.eye(len(tables.items), dtype=bool)).astype(np.float64)
    many = parts.sum(axis=1)[:, None]
    for item in np.flatnonzero((many[:, 0] < 2) | (spread <= 0).any(axis=1))[:1]:  # noqa: PLR2004
        raise NotComparable(item=tables.items[item], reason="fewer than two items are there to match on, or all agree")
    alpha = many / (many - 1) * (1 - _item_variances(responses, tables, parts) / spread)
    for item in np.flatnonzero((alpha <= 0).any(axis=1))[:1]:
        raise NotComparable(item=tables.items[item], reason="the items to match on have no positive reliability")
    centred = tables.scores[:, None] - mean[:, None, :]
    return np.asarray(mean[:, None, :] + alpha[:, None, :] * centred)


def _item_variances(responses: ResponseMatrix, tables: Tables, parts: Floats) -> Floats:
    """Sum of the variances of the matching items ``parts`` (k, k) among the persons of each item and group, (k, g)."""
    answers = responses.answers
    complete = (answers[:, tables.anchors] >= 0).all(axis=1)
    sums = np.zeros((len(tables.items), len(tables.groups)))
    for number, name in enumerate(tables.groups):
        member = complete & (responses.group == responses.group_names.index(name))
        value = np.maximum(answers[member], 0).astype(np.float64)
        known = (answers[member] >= 0) * responses.weights[member, None]
        n = known.sum(axis=0)[:, None]
        mean = known.T @ value / n
        sums[:, number] = ((known.T @ value**2 / n - mean**2) * parts).sum(axis=1)
    return sums


def _slopes(mean: Floats, true: Floats, n: Floats, scores: Floats, *, neighbours: Neighbours) -> Floats:
    """Slope of the item's mean over the true score through the neighbours of each stratum, (k, s, g); 0 at the ends."""
    place = np.broadcast_to(np.arange(len(scores))[:, None], n.shape[1:])
    if neighbours == "adjacent":
        low, high = np.maximum(place - 1, 0)[None], np.minimum(place + 1, len(scores) - 1)[None]
        low, high = np.broadcast_to(low, n.shape), np.broadcast_to(high, n.shape)
    else:
        seen = n > 0
        upto = np.maximum.accumulate(np.where(seen, place, -1), axis=1)
        since = np.minimum.accumulate(np.where(seen, place, len(scores))[:, ::-1], axis=1)[:, ::-1]
        low = np.concatenate([np.full_like(upto[:, :1], -1), upto[:, :-1]], axis=1)
        high = np.concatenate([since[:, 1:], np.full_like(since[:, :1], len(scores))], axis=1)
        low, high = np.where(low < 0, place, low), np.where(high == len(scores), place, high)
    rise = np.take_along_axis(mean, high, axis=1) - np.take_along_axis(mean, low, axis=1)
    run = np.take_along_axis(true, high, axis=1) - np.take_along_axis(true, low, axis=1)
    return np.where(run > 0, rise / np.where(run > 0, run, 1.0), 0.0)


def _crossing(found: Differences) -> Floats:
    """Where the weighted line through the differences crosses zero, (k,); beyond the scores if it never does."""
    x, w, d = found.scores, found.weight, found.difference
    centre, level = w @ x, (w * d).sum(axis=1)
    away = x - centre[:, None]
    spread = (w * away**2).sum(axis=1)
    slope = (w * d * away).sum(axis=1) / np.where(spread > 0, spread, 1.0)
    crossing: Floats = np.where(slope == 0, x[-1], centre - level / np.where(slope == 0, 1.0, slope))
    return crossing


def _sums(found: Differences, over: Flags) -> tuple[Floats, Floats]:
    weight = found.weight * over
    return (weight * found.difference).sum(axis=1), (weight**2 * found.variance).sum(axis=1)


def _result(
    responses: ResponseMatrix,
    tables: Tables,
    design: Design,
    found: Differences,
    *,
    beta: Floats,
    squared: Floats,
    statistic: Floats,
    df: Floats | float,
    crossing: Floats | None = None,
) -> Sibtest:
    known = facts(tables, design, statistic=statistic, df=np.broadcast_to(df, statistic.shape).astype(np.float64))
    size = np.abs(beta) / (responses.categories - 1)
    small = (known["p"] >= design.level) | (size < MODERATE)
    return Sibtest(
        **known,
        effect=beta,
        se=np.sqrt(squared),
        classes=tuple(np.where(small, "A", np.where(size < LARGE, "B", "C")).tolist()),
        strata=(found.weight > 0).sum(axis=1).astype(np.float64),
        share=found.share,
        crossing=np.full(len(beta), found.scores[-1]) if crossing is None else crossing,
    )
