"""The standard error of measurement at each raw score."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.classical.covariances import covariances
from kaoping.scoring.classical.estimates import (
    LEAST_FOR_A_CORRELATION,
    LEAST_FOR_A_SHARE,
    NORMAL,
    need,
    standard_error,
)
from kaoping.scoring.classical.marks import Marks, Table
from kaoping.scoring.classical.reliability import alpha_of, dichotomous, kr21_parts
from kaoping.scoring.errors import NoVariation


@dataclass(frozen=True, eq=False)
class ConditionalErrors:
    """Standard error of measurement ``sem`` at raw scores ``score``, in marks, (s,) each, with intervals.

    ``n`` persons had the score. Where the error follows from the score alone, the interval has no length.
    """

    score: Floats
    sem: Floats
    low: Floats
    high: Floats
    n: Whole


def lord(k: int) -> ConditionalErrors:
    r"""Standard error of a number of right answers under the binomial error model [1]_.

    .. math:: SEM(x) = \sqrt{\frac{x (k - x)}{k - 1}}

    The items are taken as drawn at random from a universe, so the error follows from score and length alone.

    Parameters
    ----------
    k : number of items, each worth one mark.

    References
    ----------
    .. [1] Lord, F. M. (1955). Estimating test reliability. *Educational and Psychological Measurement*, 15, 325-336.

    >>> lord(5).sem.round(3)
    array([0.   , 1.   , 1.225, 1.225, 1.   , 0.   ])
    """
    need(k, 2, "A conditional standard error")
    score = np.arange(k + 1.0)
    sem = np.sqrt(score * (k - score) / (k - 1))
    return ConditionalErrors(score, sem, sem, sem, np.zeros(k + 1, dtype=np.int64))


def lord_keats(responses: Table, *, least: int = LEAST_FOR_A_CORRELATION) -> ConditionalErrors:
    r"""Binomial errors scaled so that their mean square agrees with formula 20 [1]_.

    .. math:: SEM(x) = \sqrt{\frac{x (k - x)}{k - 1} \cdot \frac{1 - KR_{20}}{1 - KR_{21}}}

    Raises
    ------
    NotDichotomous
        An item has other marks than 0 and 1.
    NotEnoughData, NoVariation
        As `alpha`; or formula 21 gives 1.

    References
    ----------
    .. [1] Lord, F. M. (1959). Tests of the same length do have the same standard error of measurement. *Educational and
       Psychological Measurement*, 19, 233-239; Keats, J. A. (1957). Estimation of error variances of test scores.
       *Psychometrika*, 22, 29-41.

    >>> from kaoping.scoring.responses import ResponseMatrix
    >>> lord_keats(ResponseMatrix([[1, 1, 0], [0, 0, 0], [1, 1, 1], [1, 0, 0]] * 20)).sem.round(3)
    array([0.   , 0.791, 0.791, 0.   ])
    """
    twenty_one, moved, found = kr21_parts(responses, least=least)
    left, right = 1 - alpha_of(found).value, 1 - twenty_one
    if right <= 0:
        raise NoVariation(what="A conditional standard error", item=found.items[0])
    k = found.k
    slope = k / (k - 1) * (np.eye(k) / found.variance - found.matrix.trace() / found.variance**2)
    influence = found.influence(slope) / max(left, np.finfo(float).tiny) + moved / right
    stretch = float(np.exp(NORMAL * standard_error(influence, found.weights) / 2)) if left > 0 else 1.0
    plain, scale = lord(k), float(np.sqrt(max(left, 0.0) / right))
    score = Marks.of(responses)
    n = np.bincount(score.earned[score.complete].sum(axis=1).astype(np.int64), minlength=k + 1)
    sem = plain.sem * scale
    return ConditionalErrors(plain.score, sem, sem / stretch, sem * stretch, n)


def feldt(
    responses: Table,
    *,
    parts: Sequence[str] = (),
    marks: ArrayLike | None = None,
    least: int = LEAST_FOR_A_SHARE,
) -> ConditionalErrors:
    r"""Standard errors from how unevenly persons of a score did on parallel parts of the test [1]_.

    .. math:: SEM^2(x) = \frac{d}{d - 1} \, \mathrm{mean}_{i: X_i = x} \sum_h
              \bigl( (X_{ih} - \bar X_{i}) - (\bar X_h - \bar X) \bigr)^2

    The d parts are taken as essentially tau-equivalent; with the items as parts the mean square over all persons is
    :math:`s_X^2 (1 - \alpha)`. Marks may have any size. Scores that fewer than ``least`` persons had are left out.

    Parameters
    ----------
    parts : (k,) name of the part that each item belongs to; every item its own part if not given.
    marks : (k,) most marks of each item; its highest category if not given.

    Raises
    ------
    NotEnoughData
        No score was had by as many as ``least`` persons, or there is one part only.
    NoVariation
        All scores are alike.

    References
    ----------
    .. [1] Feldt, L. S., & Qualls, A. L. (1996). Estimation of measurement error variance at specific score levels.
       *Journal of Educational Measurement*, 33, 141-156.

    >>> from kaoping.scoring.responses import ResponseMatrix
    >>> feldt(ResponseMatrix([[1, 1, 0], [0, 0, 1], [1, 0, 1], [1, 0, 0]] * 20)).sem.round(3)
    array([0.907, 0.907])
    """
    table = Marks.of(responses, marks=marks)
    covariances(table, what="A conditional standard error", least=least)
    names = tuple(parts) or table.items
    order = {name: place for place, name in enumerate(dict.fromkeys(names))}
    d = len(order)
    need(d, 2, "A conditional standard error")
    member = np.zeros((len(names), d))
    member[np.arange(len(names)), [order[name] for name in names]] = 1.0
    weights = table.weights[table.complete]
    apart = table.earned[table.complete] @ member
    total = apart.sum(axis=1)
    apart -= weights @ apart / weights.sum()
    own = d / (d - 1) * np.sum((apart - apart.mean(axis=1, keepdims=True)) ** 2, axis=1)
    return _by_score(total, own * len(own) / (len(own) - 1), weights, least)


def compound_binomial(responses: Table, *, strata: Sequence[str], least: int = LEAST_FOR_A_SHARE) -> ConditionalErrors:
    r"""Binomial errors within strata of items, added up [1]_.

    .. math:: SEM^2(x) = \mathrm{mean}_{i: X_i = x} \sum_h \frac{x_{ih} (k_h - x_{ih})}{k_h - 1}

    Parameters
    ----------
    strata : (k,) name of the stratum, such as a row of the specification, of each item; two items each or more.

    Raises
    ------
    NotDichotomous
        An item has other marks than 0 and 1.
    NotEnoughData
        A stratum has one item, or no score was had by as many as ``least`` persons.

    References
    ----------
    .. [1] Feldt, L. S. (1984). Some relationships between the binomial error model and classical test theory.
       *Educational and Psychological Measurement*, 44, 883-891.

    >>> from kaoping.scoring.responses import ResponseMatrix
    >>> answers = ResponseMatrix([[1, 1, 0, 0], [1, 0, 0, 1], [1, 0, 1, 0]] * 20)
    >>> compound_binomial(answers, strata=["a", "a", "b", "b"]).sem.round(3)
    array([1.155])
    """
    table = Marks.of(responses)
    dichotomous(table, what="A conditional standard error")
    names = list(dict.fromkeys(strata))
    member = np.array([[name == stratum for name in names] for stratum in strata], dtype=np.float64)
    sizes = member.sum(axis=0)
    need(int(sizes.min()), 2, "A stratum of items")
    right = table.earned[table.complete] @ member
    own = np.sum(right * (sizes - right) / (sizes - 1), axis=1)
    return _by_score(right.sum(axis=1), own, table.weights[table.complete], least)


def _by_score(total: Floats, own: Floats, weights: Floats, least: int) -> ConditionalErrors:
    """Average persons' error variances (n,) at each score that enough persons had; the interval is the mean's."""
    scores, place = np.unique(total.round(9), return_inverse=True)
    n = np.bincount(place)
    enough = n >= least
    need(int(n.max(initial=0)), least, "A conditional standard error")
    mass = np.bincount(place, weights=weights)
    mean = np.bincount(place, weights=weights * own) / mass
    spread = np.bincount(place, weights=(weights * (own - mean[place])) ** 2)
    error = np.sqrt(spread * n / np.maximum(n - 1, 1)) / mass
    stretch = np.exp(np.where(mean > 0, NORMAL * error / np.where(mean > 0, mean, 1.0), 0.0) / 2)
    sem = np.sqrt(mean)[enough]
    low, high = sem / stretch[enough], sem * stretch[enough]
    return ConditionalErrors(scores[enough], sem, low, high, n[enough])
