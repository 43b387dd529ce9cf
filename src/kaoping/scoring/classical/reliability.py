"""How far the raw score would come back: alpha and its relatives, and the standard error of measurement."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from kaoping.scoring.arrays import Floats
from kaoping.scoring.classical.covariances import Covariances, covariances, inverse
from kaoping.scoring.classical.estimates import (
    LEAST_FOR_A_CORRELATION,
    LEVEL,
    Estimate,
    need,
    reliable,
    standard_error,
)
from kaoping.scoring.classical.marks import Marks, Table
from kaoping.scoring.errors import NotDichotomous, NoVariation


@dataclass(frozen=True, eq=False)
class Dropped:
    """Alpha of the test without each item, (k,) each, with Feldt's interval, and the ``n`` persons behind it."""

    items: tuple[str, ...]
    value: Floats
    low: Floats
    high: Floats
    n: int


def alpha(
    responses: Table,
    *,
    marks: ArrayLike | None = None,
    pairwise: bool = False,
    least: int = LEAST_FOR_A_CORRELATION,
) -> Estimate:
    r"""Cronbach's alpha [1]_ with Feldt's interval [2]_.

    .. math:: \alpha = \frac{k}{k - 1} \left( 1 - \frac{\sum_j s_j^2}{s_X^2} \right), \qquad
              1 - (1 - \alpha) F_{(1 \pm 0.95)/2;\, n - 1,\, (n - 1)(k - 1)}

    Parameters
    ----------
    marks : (k,) most marks of each item; its highest category if not given.
    pairwise : take each covariance from the persons who were presented both items, instead of those presented all.
    least : fewest persons for an answer.

    Raises
    ------
    NotEnoughData
        Fewer persons than ``least`` were presented every item (or a pair of items).
    NoVariation
        All scores are alike, or there is one item only.

    References
    ----------
    .. [1] Cronbach, L. J. (1951). Coefficient alpha and the internal structure of tests. *Psychometrika*, 16, 297-334.
    .. [2] Feldt, L. S. (1965). The approximate sampling distribution of Kuder-Richardson reliability coefficient
       twenty. *Psychometrika*, 30, 357-370.

    >>> from kaoping.scoring.responses import ResponseMatrix
    >>> alpha(ResponseMatrix([[1, 1], [0, 0]] * 20)).value
    1.0
    """
    found = covariances(responses, what="Alpha", marks=marks, pairwise=pairwise, least=least, items=1)
    if found.k == 1:
        raise NoVariation(what="Alpha", item=found.items[0])
    return alpha_of(found)


def alpha_of(found: Covariances) -> Estimate:
    """Calculate `alpha` from covariances.

    >>> from kaoping.scoring.responses import ResponseMatrix
    >>> table = ResponseMatrix([[1, 1, 0], [0, 0, 0], [1, 1, 1]] * 20)
    >>> round(alpha_of(covariances(table, what="Alpha")).value, 4)
    0.8571
    """
    value = found.k / (found.k - 1) * (1 - float(found.matrix.trace()) / found.variance)
    low, high = _feldt(np.array([value]), found.n, found.k)
    return Estimate(value, found.least, float(low[0]), float(high[0]))


def _feldt(value: Floats, n: float, k: int) -> tuple[Floats, Floats]:
    tails = np.array([(1 + LEVEL) / 2, (1 - LEVEL) / 2])
    upper, lower = special.fdtri(n - 1, (n - 1) * (k - 1), tails)
    return 1 - (1 - value) * upper, 1 - (1 - value) * lower


def alpha_if_dropped(found: Covariances) -> Dropped:
    """Calculate alpha of the test without each item in turn.

    Raises
    ------
    NoVariation
        Without some item all scores are alike, or one item only is left.

    >>> from kaoping.scoring.responses import ResponseMatrix
    >>> table = ResponseMatrix([[1, 1, 0], [0, 0, 0], [1, 1, 1]] * 20)
    >>> alpha_if_dropped(covariances(table, what="Alpha")).value.round(4)
    array([0.6667, 0.6667, 1.    ])
    """
    k = found.k - 1
    own = found.matrix.diagonal()
    variance = found.variance - 2 * found.matrix.sum(axis=1) + own
    if k == 1 or variance.min() <= 0:
        raise NoVariation(what="Alpha without an item", item=found.items[int(np.argmin(variance))])
    value = k / (k - 1) * (1 - (own.sum() - own) / variance)
    return Dropped(found.items, value, *_feldt(value, found.n, k), found.least)


def standardised_alpha(found: Covariances) -> Estimate:
    r"""Alpha of items of equal variance, from their mean correlation [1]_; the error assumes no distribution.

    .. math:: \alpha_s = \frac{k \bar r}{1 + (k - 1) \bar r}

    Raises
    ------
    NoVariation
        An item has the same mark for everybody.

    References
    ----------
    .. [1] Osburn, H. G. (2000). Coefficient alpha and related internal consistency reliability coefficients.
       *Psychological Methods*, 5, 343-355.

    >>> from kaoping.scoring.responses import ResponseMatrix
    >>> round(standardised_alpha(covariances(ResponseMatrix([[1, 1], [0, 0], [1, 0]] * 20), what="Alpha")).value, 4)
    0.6667
    """
    k, spread = found.k, np.sqrt(found.matrix.diagonal())
    if not spread.all():
        raise NoVariation(what="Standardised alpha", item=found.items[int(np.argmin(spread))])
    correlations = found.matrix / np.outer(spread, spread)
    pairs = k * (k - 1)
    mean = float(correlations.sum() - k) / pairs
    gradient = 1 / np.outer(spread, spread) / pairs
    np.fill_diagonal(gradient, -(correlations.sum(axis=1) - 1) / spread**2 / pairs)
    value = k * mean / (1 + (k - 1) * mean)
    return reliable(value, found.least, found.error(gradient * k / (1 + (k - 1) * mean) ** 2))


def lambda2(found: Covariances) -> Estimate:
    r"""Guttman's second lower bound of reliability, never below alpha [1]_; the error assumes no distribution.

    .. math:: \lambda_2 = \frac{\sum_{j \ne l} c_{jl} + \sqrt{\frac{k}{k - 1} \sum_{j \ne l} c_{jl}^2}}{s_X^2}

    References
    ----------
    .. [1] Guttman, L. (1945). A basis for analyzing test-retest reliability. *Psychometrika*, 10, 255-282.

    >>> from kaoping.scoring.responses import ResponseMatrix
    >>> table = ResponseMatrix([[1, 1, 0], [0, 0, 0], [1, 1, 1]] * 20)
    >>> round(lambda2(covariances(table, what="Lambda 2")).value, 4)
    0.8745
    """
    k, variance = found.k, found.variance
    mixed = found.matrix - np.diag(found.matrix.diagonal())
    root = float(np.sqrt(k / (k - 1) * (mixed**2).sum()))
    value = (float(mixed.sum()) + root) / variance
    gradient = 1 - np.eye(k) + (k / (k - 1) * mixed / root if root else 0.0)
    return reliable(value, found.least, found.error((gradient - value) / variance))


def lambda6(found: Covariances) -> Estimate:
    r"""Guttman's sixth lower bound, from what of each item the others predict [1]_.

    .. math:: \lambda_6 = 1 - \frac{\sum_j 1 / (C^{-1})_{jj}}{s_X^2}

    In a sample the other items always seem to predict more than they do, by the factor (n - 1) / (n - k) in what is
    left. The value is given as usual, without that factor; the interval lies about the value with it, and may lie below
    the value where persons are few. The error assumes no distribution.

    Raises
    ------
    NotEnoughData
        There are not more persons than items.
    NoVariation
        An item has the same mark for everybody.
    ItemRedundant
        An item follows from the others.

    References
    ----------
    .. [1] Guttman, L. (1945). A basis for analyzing test-retest reliability. *Psychometrika*, 10, 255-282.

    >>> from kaoping.scoring.responses import ResponseMatrix
    >>> table = ResponseMatrix([[1, 1, 0], [0, 0, 0], [1, 1, 1], [0, 1, 0]] * 20)
    >>> round(lambda6(covariances(table, what="Lambda 6")).value, 4)
    0.7
    """
    precision = inverse(found, what="Lambda 6")
    own = 1 / precision.diagonal()
    variance = found.variance
    left = float(own.sum())
    need(found.n, found.k + 1, "Lambda 6")
    gradient = left / variance**2 - (precision * own**2) @ precision / variance
    unbiased = (found.n - 1) / (found.n - found.k)
    interval = reliable(1 - unbiased * left / variance, found.least, unbiased * found.error(gradient))
    return Estimate(1 - left / variance, found.least, interval.low, interval.high)


def standard_error_of_measurement(
    responses: Table,
    *,
    marks: ArrayLike | None = None,
    pairwise: bool = False,
    least: int = LEAST_FOR_A_CORRELATION,
) -> Estimate:
    r"""Multiply the standard deviation of the raw score by the root of one minus alpha, in marks.

    .. math:: SEM = s_X \sqrt{1 - \alpha}

    The interval follows alpha's.

    Raises
    ------
    NotEnoughData, NoVariation
        As `alpha`.

    >>> from kaoping.scoring.responses import ResponseMatrix
    >>> standard_error_of_measurement(ResponseMatrix([[1, 1], [0, 0]] * 20)).value
    0.0
    """
    found = covariances(responses, what="Alpha", marks=marks, pairwise=pairwise, least=least, items=1)
    if found.k == 1:
        raise NoVariation(what="Alpha", item=found.items[0])
    return error_of_measurement(alpha_of(found), float(np.sqrt(found.variance)))


def error_of_measurement(reliability: Estimate, spread: float) -> Estimate:
    """Turn a reliability into the standard error of a score with standard deviation ``spread``, in marks.

    >>> error_of_measurement(Estimate(0.75, 100, 0.64, 0.84), 10.0).value
    5.0
    """
    ends = (reliability.value, reliability.high, reliability.low)
    value, low, high = (spread * float(np.sqrt(1 - min(end, 1.0))) for end in ends)
    return Estimate(value, reliability.n, low, high)


def kr20(responses: Table, *, least: int = LEAST_FOR_A_CORRELATION, pairwise: bool = False) -> Estimate:
    r"""Kuder and Richardson's formula 20 [1]_: alpha of items marked right or wrong.

    .. math:: KR_{20} = \frac{k}{k - 1} \left( 1 - \frac{\sum_j p_j q_j}{\sigma_X^2} \right)

    Raises
    ------
    NotDichotomous
        An item has more than two marks.
    NotEnoughData, NoVariation
        As `alpha`.

    References
    ----------
    .. [1] Kuder, G. F., & Richardson, M. W. (1937). The theory of the estimation of test reliability. *Psychometrika*,
       2, 151-160.

    >>> from kaoping.scoring.responses import ResponseMatrix
    >>> kr20(ResponseMatrix([[1, 1], [0, 0]] * 20)).value
    1.0
    """
    dichotomous(Marks.of(responses), what="KR-20")
    return alpha(responses, least=least, pairwise=pairwise)


def kr21(responses: Table, *, least: int = LEAST_FOR_A_CORRELATION) -> Estimate:
    r"""Kuder and Richardson's formula 21 [1]_: what formula 20 would be if all items were equally hard.

    .. math:: KR_{21} = \frac{k}{k - 1} \left( 1 - \frac{M (k - M)}{k \sigma_X^2} \right)

    :math:`M` and :math:`\sigma_X^2` are mean and variance (with denominator n) of the number of right answers. Never
    above formula 20. The error assumes no distribution.

    Raises
    ------
    NotDichotomous
        An item has more than two marks.
    NotEnoughData, NoVariation
        As `alpha`.

    References
    ----------
    .. [1] Kuder, G. F., & Richardson, M. W. (1937). The theory of the estimation of test reliability. *Psychometrika*,
       2, 151-160.

    >>> from kaoping.scoring.responses import ResponseMatrix
    >>> round(kr21(ResponseMatrix([[1, 1, 0], [0, 0, 0], [1, 1, 1]] * 20)).value, 4)
    0.7857
    """
    value, influence, found = kr21_parts(responses, least=least)
    return reliable(value, found.least, float(standard_error(influence, found.weights)))


def kr21_parts(responses: Table, *, least: int) -> tuple[float, Floats, Covariances]:
    """Give formula 21, what each person adds to it (n,), and the covariances of the items."""
    table = Marks.of(responses)
    dichotomous(table, what="KR-21")
    found = covariances(table, what="KR-21", least=least)
    k, part = found.k, found.weights / found.weights.sum()
    score = table.earned[table.complete].sum(axis=1)
    mean = float(part @ score)
    variance = float(part @ (score - mean) ** 2)
    kept = k / (k - 1)
    value = kept * (1 - mean * (k - mean) / (k * variance))
    moved = mean * (k - mean) / (k * variance**2) * ((score - mean) ** 2 - variance)
    influence = kept * (moved - (k - 2 * mean) / (k * variance) * (score - mean))
    return value, influence, found


def dichotomous(table: Marks, *, what: str) -> None:
    """Refuse items with other marks than 0 and 1.

    Raises
    ------
    NotDichotomous
        With the item.
    """
    odd = (table.largest != 1) | ((table.earned > 0) & (table.earned < 1)).any(axis=0)
    if odd.any():
        raise NotDichotomous(what=what, item=table.items[int(np.argmax(odd))])
