r"""Rapid guessing: time thresholds of items, solution behaviour, response-time effort, and persons with too many.

An answer given faster than the item's threshold is a rapid guess: nobody can have read and solved it so soon. The share
of a person's answers that are none is response-time effort [1]_. How thresholds are found is told in
`kaoping.scoring.integrity.rapid_thresholds`.

The conventional rule, effort below 0.90, says nothing of how often it errs. `rapid_evidence` asks instead how probable
so many rapid answers, or as many and the next so near the threshold, are for a person who is drawn from the population
and works as the lognormal model says. With :math:`r` rapid answers and the next one a factor :math:`e^m` above its
threshold,

.. math:: p = 1 - \int \Big( \sum_{s < r} f_s(\tau) + [x^r] \prod_j (x P_j(\tau) + 1 - Q_j(\tau)) \Big)
          dN(\tau; 0, \sigma^2)

where :math:`P_j` is the chance of a time below the threshold, :math:`Q_j` that of one below :math:`e^m` times it, and
:math:`f` the distribution of the number of rapid answers. It is exact, and without the steps of a count. Who has no
rapid answer has :math:`p = 1`: to be near a threshold is no rapid guess.

References
----------
.. [1] Wise, S. L., & Kong, X. (2005). Response time effort: A new measure of examinee motivation in computer-based
   tests. *Applied Measurement in Education*, 18, 163-183.
.. [2] Wise, S. L., & DeMars, C. E. (2006). An application of item response time: The effort-moderated IRT model.
   *Journal of Educational Measurement*, 43, 19-38.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from kaoping.scoring.arrays import Flags, Floats, Whole
from kaoping.scoring.dif.significance import Adjustment
from kaoping.scoring.errors import BadResponses
from kaoping.scoring.integrity.errors import NothingToScreen
from kaoping.scoring.integrity.evidence import Evidence, Unjudged
from kaoping.scoring.integrity.lognormal import TimeParameters, fitting
from kaoping.scoring.integrity.rapid_thresholds import Thresholds
from kaoping.scoring.integrity.response_times import ResponseTimes
from kaoping.scoring.quadrature import normal
from kaoping.scoring.responses import NOT_PRESENTED, ResponseMatrix

LARGEST_COUNT = 40
"""Rapid answers beyond which p is that of so many: it is as good as zero."""
NODES = 41
BATCH = 512


@dataclass(frozen=True, eq=False)
class Effort:
    """Which answers are rapid, and the effort that is left.

    Attributes
    ----------
    rapid : (n, k) whether the answer came below the item's threshold.
    of_persons : (n,) response-time effort: the share of a person's timed answers that are not rapid.
    of_items : (k,) the same share of an item's answers (response-time fidelity).
    """

    rapid: Flags
    of_persons: Floats
    of_items: Floats


def effort(times: ResponseTimes, thresholds: Thresholds) -> Effort:
    """Tell rapid answers from solutions; a person or item without times has effort 1.

    >>> found = effort(ResponseTimes([[2.0, 40.0], [30.0, 50.0]]), Thresholds(("1", "2"), np.full(2, 3.0), ("", "")))
    >>> found.of_persons, found.of_items
    (array([0.5, 1. ]), array([0.5, 1. ]))
    """
    rapid = times.timed & (np.where(times.timed, times.seconds, np.inf) < thresholds.seconds)
    shares = []
    for axis in (1, 0):
        timed = times.timed.sum(axis=axis)
        shares.append(1 - rapid.sum(axis=axis) / np.maximum(timed, 1))
    return Effort(rapid, *shares)


def cleaned(responses: ResponseMatrix, rapid: Flags) -> ResponseMatrix:
    """Give the answers with rapid guesses as not presented, for effort-moderated scoring (Wise & DeMars, 2006).

    In the effort-moderated model a rapid guess is right with a chance that has nothing to do with ability, so that it
    drops out of the likelihood: exactly what scoring does with an item that was not presented.

    Raises
    ------
    BadResponses
        The table of rapid answers has another shape.

    >>> cleaned(ResponseMatrix([[1, 0]]), np.array([[True, False]])).answers
    array([[-1,  0]], dtype=int8)
    """
    if rapid.shape != (responses.n_persons, responses.n_items):
        raise BadResponses(reason=f"rapid answers have shape {rapid.shape}")
    codes = responses.answers if responses.sparse else np.asarray(responses.codes)
    return ResponseMatrix(
        np.where(rapid, np.int8(NOT_PRESENTED), codes),
        responses.items,
        persons=responses.persons,
        weights=responses.weights,
        groups=[responses.group_names[group] for group in responses.group] if responses.group_names[0] else None,
        categories=responses.categories,
        omitted_as=responses.omitted_as,
        not_reached_as=responses.not_reached_as,
    )


@dataclass(frozen=True, eq=False, kw_only=True)
class RapidEvidence(Evidence):
    """Evidence on the rapid answers of k persons; ``any_rapid`` (k,) is the chance of at least one.

    A flag needs a rapid answer, so that chance alone flags nobody more often than it gives one.
    """

    any_rapid: Floats

    @property
    def expected_false(self) -> float:
        """How many flags chance alone gives: fewer than the level says where rapid answers are rarer than that."""
        if self.adjust == "bh":
            return min(super().expected_false, float(self.any_rapid.sum()))
        level = self.level / len(self.subjects) if self.adjust else self.level
        return float(np.minimum(self.any_rapid, level).sum())


def rapid_evidence(
    times: ResponseTimes,
    parameters: TimeParameters,
    thresholds: Thresholds,
    *,
    level: float = 0.01,
    adjust: Adjustment = "",
) -> RapidEvidence:
    """Judge every person by the number of rapid answers; the statistic is that number, and nearness to one more.

    Who has no rapid answer has p = 1, and is never flagged.

    Raises
    ------
    BadTimeParameters
        The parameters are not those of the items.
    NothingToScreen
        Nobody has a time on an item with a threshold.
    """
    fitting(times, parameters)
    sharp = thresholds.seconds > 0
    at = np.where(sharp, thresholds.seconds, 1.0)
    known = times.timed & sharp
    judged = np.flatnonzero(known.any(axis=1))
    if not len(judged):
        raise NothingToScreen(reason="nobody has a time on an item with a threshold")
    margin = np.where(known, times.log - np.log(at), np.inf)
    count = (margin < 0).sum(axis=1)
    following = np.where(margin < 0, np.inf, margin).min(axis=1)
    p, some = np.ones(times.n_persons), np.ones(times.n_persons)
    for places in _batches(judged, count):
        some[places] = _any(parameters, np.log(at), known[places])
        if count[places[0]] > 0:
            p[places] = _chances(parameters, np.log(at), known[places], count[places], following[places])
    return RapidEvidence(
        name="rapid guessing",
        subjects=[times.persons[place] for place in judged],
        statistic=count[judged] + np.exp(-following[judged]) * (1 - 1e-9),
        p=p[judged],
        any_rapid=some[judged],
        level=level,
        adjust=adjust,
        unjudged=tuple(
            Unjudged(times.persons[place], "no time on an item with a threshold")
            for place in np.flatnonzero(~known.any(axis=1))
        ),
    )


def _batches(judged: Whole, count: Whole) -> list[Whole]:
    """Persons with as many rapid answers together, since their polynomials are as long."""
    counted = np.minimum(count[judged], LARGEST_COUNT)
    found = []
    for number in np.unique(counted):
        same = judged[counted == number]
        found += [same[start : start + BATCH] for start in range(0, len(same), BATCH)]
    return found


def _any(parameters: TimeParameters, at: Floats, known: Flags) -> Floats:
    """Chance of at least one rapid answer of each person of a batch."""
    grid = normal(NODES, sd=parameters.spread)
    shift = np.multiply.outer(grid.nodes, parameters.slope)
    below = special.ndtr(parameters.discrimination * (at - parameters.intensity + shift))
    return np.asarray(np.clip(1 - _sums(known, below, None, 0)[1] @ grid.weights, 0.0, 1.0))


def _chances(parameters: TimeParameters, at: Floats, known: Flags, count: Whole, following: Floats) -> Floats:
    """P of a batch of persons whose counts are the same, or all at least the largest counted."""
    grid = normal(NODES, sd=parameters.spread)
    number = int(min(count[0], LARGEST_COUNT))
    alpha, shift = parameters.discrimination, np.multiply.outer(grid.nodes, parameters.slope)
    below = special.ndtr(alpha * (at - parameters.intensity + shift))
    fewer, exact = _sums(known, below, None, number)
    tail = 1 - fewer.sum(axis=2) @ grid.weights - exact @ grid.weights
    if count[0] > LARGEST_COUNT:
        return np.asarray(np.clip(1 - fewer.sum(axis=2) @ grid.weights, 0.0, 1.0))
    reach = np.where(np.isfinite(following), following, 0.0)
    near = special.ndtr(alpha * (at - parameters.intensity + shift + reach[:, None, None]))
    _, apart = _sums(known, below, near, number)
    among = np.where(np.isfinite(following)[:, None], exact - apart, exact)
    return np.asarray(np.clip(tail + among @ grid.weights, 0.0, 1.0))


def _sums(known: Flags, below: Floats, near: Floats | None, number: int) -> tuple[Floats, Floats]:
    """Chances (n, q) of 0, …, number - 1 and of exactly ``number`` rapid answers, the others not even ``near``."""
    n, q = len(known), len(below)
    found = np.zeros((n, q, number + 1))
    found[:, :, 0] = 1.0
    for item in np.flatnonzero(known.any(axis=0)):
        rapid = np.where(known[:, item, None], below[:, item], 0.0)
        reached = rapid if near is None else np.where(known[:, item, None], near[:, :, item], 0.0)
        lower = found[:, :, :-1] * rapid[:, :, None]
        found *= (1 - reached)[:, :, None]
        found[:, :, 1:] += lower
    return found[:, :, :number], found[:, :, number]
