r"""Times below which an answer is a rapid guess, for each item, found in one of four ways.

========================  ==========================================================================================
method                    threshold
========================  ==========================================================================================
``fixed``                 the same seconds for every item
``normative``             a share (NT10: one tenth) of the item's mean time, at most 10 s [1]_
``cumulative``            the last time up to which the answers so far are right no more often than by chance [2]_
``mixture``               where the two humps of the log times cross: a mixture of two lognormals [3]_
========================  ==========================================================================================

References
----------
.. [1] Wise, S. L., & Ma, L. (2012). Setting response time thresholds for a CAT item pool: The normative threshold
   method. Annual meeting of the National Council on Measurement in Education, Vancouver.
.. [2] Guo, H., Rios, J. A., Haberman, S., Liu, O. L., Wang, J., & Paek, I. (2016). A new procedure for detection of
   students' rapid guessing responses using response time. *Applied Measurement in Education*, 29, 173-183.
.. [3] Schnipke, D. L., & Scrams, D. J. (1997). Modeling item response times with a two-state mixture model. *Journal of
   Educational Measurement*, 34, 213-232.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from kaoping.scoring.acceleration import Climb, climb
from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.errors import BadParameters, NotConverged
from kaoping.scoring.integrity.response_times import ResponseTimes
from kaoping.scoring.responses import ResponseMatrix

NORMATIVE_SHARE, NORMATIVE_MOST = 0.1, 10.0
FEWEST_GUESSES = 10
"""Answers that a threshold by the share of right ones has to stand on."""
FEWEST_TIMES = 50
SEPARATION = 2.0
"""Distance of two humps in units of their spread from which they are two (Ashman's D)."""
STRONG_BIC = 10.0
NARROWEST = 0.05
"""Smallest standard deviation of a hump, log seconds."""
STARTS = (0.03, 0.1, 0.3)
SETTLED, PASSES = 1e-4, 500
STEP = 0.01


@dataclass(frozen=True, eq=False)
class Thresholds:
    """Seconds (k,) below which an answer is rapid; 0 where no threshold was found, and then the reason."""

    items: tuple[str, ...]
    seconds: Floats
    reasons: tuple[str, ...]


def fixed(times: ResponseTimes, seconds: float) -> Thresholds:
    """Take the same seconds for all items.

    Raises
    ------
    BadParameters
        They are not positive.
    """
    if not 0 < seconds < np.inf:
        raise BadParameters(reason=f"{seconds:g} seconds are no threshold")
    return Thresholds(times.items, np.full(times.n_items, seconds), ("",) * times.n_items)


def normative(times: ResponseTimes, share: float = NORMATIVE_SHARE, *, most: float = NORMATIVE_MOST) -> Thresholds:
    """Take a share of each item's mean time, at most ``most`` seconds.

    Raises
    ------
    BadParameters
        The share is not between 0 and 1.

    >>> normative(ResponseTimes([[30.0, 200.0], [50.0, 300.0]])).seconds
    array([ 4., 10.])
    """
    if not 0 < share < 1:
        raise BadParameters(reason=f"{share:g} is not a share of the mean time between 0 and 1")
    number = times.timed.sum(axis=0)
    mean = np.where(times.timed, times.seconds, 0.0).sum(axis=0) / np.maximum(number, 1)
    reasons = tuple("" if n else "no times" for n in number)
    return Thresholds(times.items, np.minimum(share * mean, most), reasons)


def cumulative(times: ResponseTimes, responses: ResponseMatrix, *, chance: ArrayLike) -> Thresholds:
    """Take the last time up to which no more answers are right than by chance, if it lies below the median.

    Parameters
    ----------
    responses : the answers of the same persons to the same items, right or wrong.
    chance : share of right answers of who guesses, one for all items or (k,).

    Raises
    ------
    BadParameters
        A chance is not between 0 and 1.
    """
    level = np.broadcast_to(np.asarray(chance, dtype=np.float64), (times.n_items,))
    if not ((level > 0) & (level < 1)).all():
        raise BadParameters(reason="the chance of a right guess is not between 0 and 1")
    found = []
    for item in range(times.n_items):
        known = times.timed[:, item] & responses.presented[:, item]
        found.append(_crossing(times.seconds[known, item], responses.right[known, item], level[item]))
    return _thresholds(times.items, found)


def mixture(times: ResponseTimes) -> Thresholds:
    """Take the crossing of the two humps of each item's log times, if there are two and the fast is the smaller.

    There are two if the mixture's BIC is below that of one lognormal by 10 and the humps lie two of their spreads
    (root mean square) apart.
    """
    return _thresholds(
        times.items, [_between_humps(times.log[known, item]) for item, known in enumerate(times.timed.T)]
    )


def _thresholds(items: tuple[str, ...], found: Sequence[tuple[float, str]]) -> Thresholds:
    return Thresholds(items, np.array([seconds for seconds, _ in found]), tuple(reason for _, reason in found))


def _crossing(seconds: Floats, right: Floats, chance: float) -> tuple[float, str]:
    if len(seconds) < FEWEST_TIMES:
        return 0.0, "too few times"
    order = np.argsort(seconds, kind="stable")
    sorted_seconds = seconds[order]
    share = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    last_of_time = np.append(sorted_seconds[1:] > sorted_seconds[:-1], True)
    under = np.flatnonzero((share <= chance) & last_of_time)
    if not len(under) or under[-1] + 1 < FEWEST_GUESSES:
        return 0.0, "fast answers are right more often than by chance"
    last = int(under[-1])
    if last + 1 > len(order) / 2:
        return 0.0, "answers are right no more often than by chance up to the median time"
    return float(sorted_seconds[last : last + 2].mean()), ""


def _between_humps(log: Floats) -> tuple[float, str]:
    if len(log) < FEWEST_TIMES:
        return 0.0, "too few times"
    best = _two_humps(log)
    if best is None:
        return 0.0, "the mixture of two lognormals does not settle"
    sd = log.std()
    single = -len(log) * (np.log(2 * np.pi * sd**2) + 1) / 2
    share, means, sds = _humps(best.point)
    if 2 * (best.objective - single) - 3 * np.log(len(log)) < STRONG_BIC:
        return 0.0, "one lognormal describes the times as well as two"
    fast = int(means.argmin())
    weights = np.array([share, 1 - share])
    apart = abs(means[1] - means[0]) / np.sqrt((sds**2).mean())
    if apart < SEPARATION or weights[fast] > 0.5:  # noqa: PLR2004
        return 0.0, "the times have no second hump on the fast side"
    heights = np.log(weights / sds)

    def lead(x: float) -> float:
        both = heights - ((x - means) / sds) ** 2 / 2
        return float(both[fast] - both[1 - fast])

    if not lead(means[fast]) > 0 > lead(means[1 - fast]):
        return 0.0, "the humps do not cross between their middles"
    return float(np.exp(brentq(lead, means[fast], means[1 - fast]))), ""


def _two_humps(log: Floats) -> Climb | None:
    """Give the highest peak found from several starts, or none if no climb comes to its end.

    Log times are counted in steps of a hundredth, so that many persons cost no more than few.
    """
    values, counts = np.unique(np.rint(log / STEP) * STEP, return_counts=True)
    climbs = []
    for share in STARTS:
        with suppress(NotConverged):
            start = _hump_start(log, share)
            climbs.append(
                climb(lambda x: _hump_pass(values, counts, x), start, tolerance=SETTLED, max_iterations=PASSES)
            )
    return max(climbs, key=lambda one: one.objective, default=None)


def _hump_start(log: Floats, share: float) -> Floats:
    cut = np.quantile(log, share)
    fast, slow = log[log <= cut], log[log > cut]
    sds = np.maximum([fast.std(), slow.std()], NARROWEST)
    return np.array([np.log(share / (1 - share)), fast.mean(), slow.mean(), *np.log(sds)])


def _humps(point: Floats) -> tuple[float, Floats, Floats]:
    return float(1 / (1 + np.exp(-point[0]))), point[1:3], np.exp(point[3:])


def _hump_pass(log: Floats, counts: Whole, point: Floats) -> tuple[float, Floats]:
    """Log-likelihood of a mixture of two normals, and the parameters after a step of EM; values with their counts."""
    share, means, sds = _humps(point)
    weights = np.array([share, 1 - share])
    with np.errstate(divide="ignore"):
        joint = np.log(weights) - np.log(sds) - ((log[:, None] - means) / sds) ** 2 / 2
    height = np.logaddexp(joint[:, 0], joint[:, 1])
    part = counts[:, None] * np.exp(joint - height[:, None])
    total = np.maximum(part.sum(axis=0), 1e-9)
    middle = part.T @ log / total
    spread = np.sqrt((part * (log[:, None] - middle) ** 2).sum(axis=0) / total)
    after = [np.log(total[0] / total[1]), *middle, *np.log(np.maximum(spread, NARROWEST))]
    return float(counts @ height) - counts.sum() * np.log(2 * np.pi) / 2, np.array(after)
