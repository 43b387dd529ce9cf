"""How well an item tells those who know much from those who know little."""

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from kaoping.scoring.arrays import Floats
from kaoping.scoring.classical.estimates import (
    LEAST_FOR_A_CORRELATION,
    LEAST_FOR_A_SHARE,
    Estimate,
    correlated,
    difference,
    need,
    standard_error,
)
from kaoping.scoring.classical.facility import share
from kaoping.scoring.classical.marks import Marks, Table
from kaoping.scoring.errors import NoVariation

TAIL = 0.27
"""Share of the persons in the upper and in the lower group [Kelley 1939]."""


def discrimination(
    responses: Table, item: int, *, marks: ArrayLike | None = None, least: int = LEAST_FOR_A_CORRELATION
) -> Estimate:
    r"""Correlate an item with the rest of the paper, the item itself left out [1]_.

    .. math:: r_{j,T-j} = \frac{\operatorname{cov}(x_j, T - x_j)}{s_{x_j} s_{T - x_j}}

    Of incomplete answers the rest is the share earned of the other marks that were presented. With marks of 0 and 1
    this is the point-biserial correlation. The interval is symmetric on Fisher's scale with a standard error that
    assumes no distribution.

    Parameters
    ----------
    item : column of the item, from 0.
    marks : (k,) most marks of each item; its highest category if not given.
    least : fewest persons for an answer.

    Raises
    ------
    NotEnoughData
        Fewer persons than ``least`` were presented the item and another.
    NoVariation
        The item or the rest has the same score for everybody.

    References
    ----------
    .. [1] Henrysson, S. (1963). Correction of item-total correlations in item analysis. *Psychometrika*, 28, 211-218.

    >>> from kaoping.scoring.responses import ResponseMatrix
    >>> rng = np.random.default_rng(3)
    >>> theta = rng.standard_normal((500, 1))
    >>> answers = ResponseMatrix((theta + rng.logistic(size=(500, 10)) > 0).astype(int))
    >>> discrimination(answers, 0).value > 0.2
    True
    """
    scores, criterion, weights = _paired(Marks.of(responses, marks=marks), item, rest=True, least=least)
    return correlation(scores, criterion, weights)


def item_total(
    responses: Table, item: int, *, marks: ArrayLike | None = None, least: int = LEAST_FOR_A_CORRELATION
) -> Estimate:
    """Correlate an item with the whole score, the item itself included; see `discrimination`, which is to be preferred.

    Raises
    ------
    NotEnoughData, NoVariation
        As `discrimination`.

    >>> from kaoping.scoring.responses import ResponseMatrix
    >>> round(item_total(ResponseMatrix([[1, 1, 0], [0, 0, 1], [0, 1, 1]] * 20), 0).value, 2)
    0.5
    """
    scores, criterion, weights = _paired(Marks.of(responses, marks=marks), item, rest=False, least=least)
    return correlation(scores, criterion, weights)


def biserial(
    responses: Table,
    item: int,
    *,
    marks: ArrayLike | None = None,
    rest: bool = True,
    least: int = LEAST_FOR_A_CORRELATION,
) -> Estimate:
    r"""Biserial correlation of an item with the rest of the paper; polyserial for more than two marks [1]_.

    The item is thought of as a normal variable :math:`\xi` cut at the thresholds :math:`\tau_h` into marks that rise by
    :math:`d_h`; what is estimated is its correlation with the score :math:`y`:

    .. math:: r = \frac{\operatorname{cov}(x, y)}{s_y \sum_h d_h \, \phi(\tau_h)}

    Where that thought is wrong the value may lie outside -1 and 1. The interval uses the error of every threshold.

    Parameters
    ----------
    item : column of the item, from 0.
    marks : (k,) most marks of each item; its highest category if not given.
    rest : leave the item out of the score.
    least : fewest persons for an answer.

    Raises
    ------
    NotEnoughData, NoVariation
        As `discrimination`.

    References
    ----------
    .. [1] Olsson, U., Drasgow, F., & Dorans, N. J. (1982). The polyserial correlation coefficient. *Psychometrika*, 47,
       337-347, eq. 28.

    >>> from kaoping.scoring.responses import ResponseMatrix
    >>> rng = np.random.default_rng(3)
    >>> theta = rng.standard_normal((4000, 1))
    >>> answers = ResponseMatrix((theta + rng.standard_normal((4000, 60)) > 0.5).astype(int))
    >>> abs(biserial(answers, 0).value - 0.7) < 0.05
    True
    """
    scores, criterion, weights = _paired(Marks.of(responses, marks=marks), item, rest=rest, least=least)
    part = weights / weights.sum()
    x, y = scores - part @ scores, criterion - part @ criterion
    spread, covariance = float(part @ y**2), float(part @ (x * y))
    levels = np.unique(scores)
    above = scores[:, None] >= levels[1:]
    threshold = special.ndtri(1 - part @ above)
    ordinate = np.exp(-(threshold**2) / 2) / np.sqrt(2 * np.pi)
    height = float(np.diff(levels) @ ordinate)
    value = covariance / (np.sqrt(spread) * height)
    moved = (above - part @ above) @ (np.diff(levels) * threshold)
    influence = (x * y - covariance) / (np.sqrt(spread) * height)
    influence -= value * ((y**2 - spread) / (2 * spread) + moved / height)
    return correlated(value, len(x), float(standard_error(influence, weights)))


def upper_lower(
    responses: Table,
    item: int,
    *,
    marks: ArrayLike | None = None,
    tail: float = TAIL,
    least: int = LEAST_FOR_A_CORRELATION,
) -> Estimate:
    r"""Facility in the upper group less facility in the lower, of 27 % of the persons each by whole score [1]_.

    .. math:: D_j = p_{j,\mathrm{upper}} - p_{j,\mathrm{lower}}

    Persons of the score at which a group ends are in it by the part that fills it. The interval joins the Wilson
    intervals of both groups by Newcombe's rule [2]_ and takes the groups as given.

    Raises
    ------
    NotEnoughData
        Fewer persons than ``least``, or fewer than 10 in a group.
    NoVariation
        The item or the score is the same for everybody.

    References
    ----------
    .. [1] Kelley, T. L. (1939). The selection of upper and lower groups for the validation of test items. *Journal of
       Educational Psychology*, 30, 17-24.
    .. [2] Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions. *Statistics
       in Medicine*, 17, 873-890, method 10.

    >>> from kaoping.scoring.responses import ResponseMatrix
    >>> upper_lower(ResponseMatrix([[1, 1]] * 40 + [[0, 0]] * 60), 0).value
    1.0
    """
    table = Marks.of(responses, marks=marks)
    scores, criterion, weights = _paired(table, item, rest=False, least=least)
    need(tail * len(scores), LEAST_FOR_A_SHARE, "A group of high or low scores")
    parts = scores / table.largest[item]
    low, high = (_end(parts, order * criterion, weights, tail) for order in (1, -1))
    found = difference(high, low)
    return Estimate(found.value, len(scores), found.low, found.high)


def discriminative_efficiency(
    responses: Table, item: int, *, marks: ArrayLike | None = None, least: int = LEAST_FOR_A_CORRELATION
) -> Estimate:
    r"""Covariance of an item with the rest, as a share of the largest that these marks and scores allow [1]_.

    .. math:: e_j = \frac{\operatorname{cov}(x_j, R_j)}{\operatorname{cov}(x_{j(i)}, R_{j(i)})}

    where the denominator pairs the lowest mark with the lowest rest, and so on upwards. The interval is that of the
    correlation, with the largest correlation taken as known.

    Raises
    ------
    NotEnoughData, NoVariation
        As `discrimination`.

    References
    ----------
    .. [1] Moodle documentation, *Quiz statistics calculations*, "Discriminative efficiency".

    >>> from kaoping.scoring.responses import ResponseMatrix
    >>> round(discriminative_efficiency(ResponseMatrix([[1, 1, 0], [0, 0, 1], [1, 0, 1]] * 20), 1).value, 3)
    -0.5
    """
    scores, criterion, weights = _paired(Marks.of(responses, marks=marks), item, rest=True, least=least)
    found = correlation(scores, criterion, weights)
    largest = _correlation(*_matched(scores, criterion, weights))
    return Estimate(found.value / largest, found.n, found.low / largest, found.high / largest)


def correlation(x: Floats, y: Floats, weights: Floats) -> Estimate:
    r"""Correlate two scores; the standard error assumes no distribution [1]_.

    .. math:: \psi = z_x z_y - \tfrac{r}{2} (z_x^2 + z_y^2)

    Parameters
    ----------
    x, y : (n,) scores that vary.
    weights : (n,) of the persons.

    References
    ----------
    .. [1] Devlin, S. J., Gnanadesikan, R., & Kettenring, J. R. (1975). Robust estimation and outlier detection with
       correlation coefficients. *Biometrika*, 62, 531-545.

    >>> round(correlation(np.arange(6.0), np.array([0.0, 2, 1, 3, 5, 4]), np.ones(6)).value, 3)
    0.886
    """
    part = weights / weights.sum()
    zx, zy = _standard(x, part), _standard(y, part)
    value = float(np.clip(part @ (zx * zy), -1.0, 1.0))
    error = standard_error(zx * zy - value / 2 * (zx**2 + zy**2), weights)
    return correlated(value, len(x), float(error))


def _correlation(x: Floats, y: Floats, weights: Floats) -> float:
    part = weights / weights.sum()
    return float(part @ (_standard(x, part) * _standard(y, part)))


def _standard(x: Floats, part: Floats) -> Floats:
    centred = x - part @ x
    return np.asarray(centred / np.sqrt(part @ centred**2))


def _paired(table: Marks, item: int, *, rest: bool, least: int) -> tuple[Floats, Floats, Floats]:
    """Marks on the item, scores to hold them against, and weights, (m,) each, of those who have both."""
    if rest:
        criterion, there = table.rest(item)
    else:
        there = table.known[:, item]
        criterion = table.total[there]
    scores = table.earned[there, item]
    need(len(scores), least, "Discrimination")
    if np.ptp(scores) == 0 or np.ptp(criterion) <= 1e-12 * np.abs(criterion).max():
        raise NoVariation(what="Discrimination", item=table.items[item])
    return scores, criterion, table.weights[there]


def _end(parts: Floats, order: Floats, weights: Floats, tail: float) -> Estimate:
    """Facility among the share ``tail`` of the persons who come first in ``order``."""
    place = np.unique(order, return_inverse=True)[1]
    mass = np.bincount(place, weights=weights)
    room = tail * weights.sum() - (np.cumsum(mass) - mass)
    inside = weights * np.clip(room / mass, 0.0, 1.0)[place]
    return share(parts[inside > 0], inside[inside > 0])


def _matched(x: Floats, y: Floats, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """Pair sorted x with sorted y; persons of unequal weight are divided where the pairing needs it."""
    if np.ptp(weights) == 0:
        return np.sort(x), np.sort(y), weights
    pairs = [(values[order], np.cumsum(weights[order])) for values, order in ((x, np.argsort(x)), (y, np.argsort(y)))]
    (low, ends), (high, others) = pairs
    edges = np.union1d(ends, others)
    width = np.diff(edges, prepend=0.0)
    kept = width > 1e-12 * weights.sum()
    middle = (edges - width / 2)[kept]
    last = len(x) - 1
    first = low[np.minimum(np.searchsorted(ends, middle), last)]
    second = high[np.minimum(np.searchsorted(others, middle), last)]
    return first, second, width[kept]
