r"""Classifications from the distribution of observed scores: Livingston–Lewis, Hanson–Brennan, Huynh and Subkoviak.

No items and no model of answers are needed: true shares follow a beta distribution (`kaoping.scoring.classification.
betas`), errors of measurement are binomial or compound binomial.

Livingston and Lewis round the effective length :math:`\tilde n` and the cuts. If neighbouring possible scores are a
step apart, a score of at least :math:`c` is one above :math:`c - step/2`, and its chance is the binomial tail,
continued to fractions by the incomplete beta function,

.. math:: I_\pi(t, \tilde n - t + 1), \qquad
          t = \tilde n\, \frac{c - step/2 - X_{min}}{X_{max} - X_{min}} + \frac{1}{2} .

References
----------
Livingston, S. A., & Lewis, C. (1995). Estimating the consistency and accuracy of classifications based on test scores.
*Journal of Educational Measurement*, 32, 179-197.
Hanson, B. A., & Brennan, R. L. (1990). An investigation of classification consistency indexes estimated under
alternative strong true score models. *Journal of Educational Measurement*, 27, 345-359.
Huynh, H. (1976). On the reliability of decisions in domain-referenced testing. *Journal of Educational Measurement*,
13, 253-264.
Subkoviak, M. J. (1976). Estimating reliability from a single administration of a criterion-referenced test. *Journal of
Educational Measurement*, 13, 265-276.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc
from scipy.stats import binom

from kaoping.scoring.arrays import Floats
from kaoping.scoring.classification.betas import MOST, FourBeta, factorial_moments, fitted, true_moments
from kaoping.scoring.classification.classified import Cases, Classification, Points, classified
from kaoping.scoring.classification.cuts import Cuts
from kaoping.scoring.classification.divided import crossings
from kaoping.scoring.classification.errors import BadCuts, BadReliability, FarFromBinomial, NoTrueSpread
from kaoping.scoring.classification.rudner import shares_of
from kaoping.scoring.classification.tables import agreement, cut_agreement
from kaoping.scoring.errors import BadScores

TIE = 1e-9
"""Points by which a cut may miss a whole number through rounding."""
LEAST_CHANCE = -0.01
"""Least chance of a score, mean over persons, below which Lord's approximation of two terms is refused."""


@dataclass(frozen=True, eq=False, kw_only=True)
class FromScores(Classification):
    """Classification from observed scores.

    ``true_scores`` is the distribution of true shares that was fitted; its ``matched`` tells how many moments of the
    scores it keeps. ``length`` is the number of items of the binomial errors, ``effective_length`` that number before
    it was rounded, ``lords_k`` what compound errors are corrected by (0 for binomial ones), ``reliability`` the share
    of true variance that was given or, by formula 21 of Kuder and Richardson, is implied.
    """

    true_scores: FourBeta
    length: float
    effective_length: float
    lords_k: float
    reliability: float


@dataclass(frozen=True, eq=False)
class _Scores:
    """Scores that occur, rising, with the shares of persons who have them, as parts of the range."""

    scores: Floats
    shares: Floats
    minimum: float
    maximum: float

    @property
    def parts(self) -> Floats:
        return (self.scores - self.minimum) / (self.maximum - self.minimum)

    @property
    def mean(self) -> float:
        return float(self.shares @ self.parts)

    @property
    def variance(self) -> float:
        return float(self.shares @ (self.parts - self.mean) ** 2)


def livingston_lewis(
    scores: ArrayLike,
    cuts: ArrayLike | Cuts,
    *,
    reliability: float,
    maximum: float,
    minimum: float = 0.0,
    moments: int = MOST,
    step: float | None = None,
    weights: ArrayLike | None = None,
) -> FromScores:
    r"""Estimate accuracy and consistency from scores of any kind and their reliability alone.

    The test is taken as one of so many equal items, marked right or wrong, as would be as reliable [1]_,

    .. math:: \tilde n = \frac{(\mu - X_{min})(X_{max} - \mu) - r \sigma^2}{\sigma^2 (1 - r)},

    and scores as shares of its items. The moments of true shares keep the fraction of the length; errors are binomial
    with the length, and cuts with the number of right answers, rounded to the nearest whole number.

    Parameters
    ----------
    scores : (n,) scores of persons.
    cuts : on the scale of the scores.
    reliability : of the scores, above 0 and below 1.
    maximum, minimum : highest and lowest *possible* score.
    moments : how many moments the true scores may keep at most: 4, 3 or 2 (fewer where there is no solution).
    step : distance of neighbouring possible scores, for which nothing has to be rounded (see above); none if not given.
    weights : (n,) weight of each person; equal if not given.

    Raises
    ------
    BadScores, BadReliability, BadCuts
        Scores lie outside the possible ones, or reliability or cuts cannot be used.
    NoTrueSpread
        The scores do not vary, or vary more than scores of such reliability can.

    References
    ----------
    .. [1] Livingston, S. A., & Lewis, C. (1995). *Journal of Educational Measurement*, 32, 179-197.

    >>> rng = np.random.default_rng(1)
    >>> scores = rng.binomial(50, rng.beta(6, 4, 2000)) * 2
    >>> found = livingston_lewis(scores, [60], reliability=0.83, maximum=100)
    >>> found.length, found.true_scores.matched, round(found.together.accuracy, 2)
    (48.0, 4, 0.87)
    """
    _refuse_reliability(reliability)
    known = _known(scores, weights, minimum, maximum)
    marks = _marks(cuts, minimum, maximum)
    top = known.mean * (1 - known.mean)
    length = (top - reliability * known.variance) / (known.variance * (1 - reliability))
    if not length > 1:
        raise NoTrueSpread(reason="with such a reliability everybody would be at one end of the range or the other")
    most = min(moments, MOST, int(np.ceil(length)))
    raw = true_moments(factorial_moments(known.parts * length, known.shares, max(most, 2)), length)
    model = _rounded(marks, known, length) if step is None else _continued(marks, known, length, step)
    found = _found(known, marks, fitted(raw), model, reliability)
    return replace(found, effective_length=float(length))


def hanson_brennan(
    scores: ArrayLike,
    cuts: ArrayLike | Cuts,
    *,
    maximum: int,
    reliability: float | None = None,
    moments: int = MOST,
    weights: ArrayLike | None = None,
) -> FromScores:
    r"""Estimate accuracy and consistency from numbers of right answers.

    Without a reliability, errors are binomial; with one, compound binomial with the k of Lord [1]_ for which the mean
    error variance is what the reliability says,

    .. math:: k = \frac{n}{2} - \frac{n^2 \sigma^2 (1 - r)}{2 (\mu (n - \mu) - r \sigma^2)} .

    Two moments without a reliability are the beta-binomial model of Huynh (1976).

    Parameters
    ----------
    scores : (n,) whole numbers of right answers.
    cuts : in right answers.
    maximum : number of items.
    reliability : of the scores, such as KR-20 or alpha.
    moments, weights : as for `livingston_lewis`.

    Raises
    ------
    BadScores, BadReliability, BadCuts, NoTrueSpread
        As `livingston_lewis`; or scores are not whole.
    FarFromBinomial
        The reliability is so far from KR-21 that the least chance of a score is below -.01, as a mean over persons.

    References
    ----------
    .. [1] Lord, F. M. (1965). A strong true-score theory, with applications. *Psychometrika*, 30, 239-270.

    >>> rng = np.random.default_rng(1)
    >>> scores = rng.binomial(20, rng.beta(6, 4, 2000))
    >>> round(hanson_brennan(scores, [12], maximum=20).together.consistency, 3)
    0.745
    """
    known, marks = _known(scores, weights, 0.0, float(maximum)), _marks(cuts, 0.0, float(maximum))
    if maximum < 2 or (known.scores % 1 != 0).any():  # noqa: PLR2004 - one item has no variance of errors apart
        raise BadScores(reason="numbers of right answers are whole, of two items or more")
    k = 0.0
    if reliability is not None:
        _refuse_reliability(reliability)
        k = lords_k(known.mean * maximum, known.variance * maximum**2, maximum, reliability)
        if maximum * (maximum - 1) + MOST * (MOST - 1) * k <= 0:
            raise NoTrueSpread(reason="with such a reliability errors were larger than right-or-wrong items can make")
    most = min(moments, MOST, maximum)
    raw = true_moments(factorial_moments(known.scores, known.shares, most), float(maximum), k)
    model = _Binomial(maximum, k, np.ceil(marks.array - TIE))
    true = fitted(raw)
    if reliability is not None and model.least_chance(*true.grid([], length=maximum)) < LEAST_CHANCE:
        raise FarFromBinomial(value=reliability, kr21=_kr21(known, maximum))
    return _found(known, marks, true, model, float((raw[1] - raw[0] ** 2) / known.variance))


def subkoviak(
    scores: ArrayLike,
    cuts: ArrayLike | Cuts,
    *,
    maximum: int,
    reliability: float,
    weights: ArrayLike | None = None,
) -> Classification:
    r"""Estimate consistency from each person's score drawn towards the mean, with binomial errors.

    .. math:: \hat\pi_i = r\, x_i / n + (1 - r)\, \bar x / n

    It gives consistency alone; the method does not say who truly belongs where.

    Parameters
    ----------
    scores, cuts, maximum, weights : as for `hanson_brennan`.
    reliability : of the scores.

    Raises
    ------
    BadScores, BadReliability, BadCuts
        As `livingston_lewis`.

    >>> found = subkoviak([4, 6, 9], [7], maximum=10, reliability=0.6)
    >>> found.together.accuracy, round(found.together.consistency, 3)
    (None, 0.671)
    """
    _refuse_reliability(reliability)
    known, marks = _known(scores, weights, 0.0, float(maximum)), _marks(cuts, 0.0, float(maximum))
    true = reliability * known.parts + (1 - reliability) * known.mean
    model = _Binomial(maximum, 0.0, np.ceil(marks.array - TIE))
    points = Points(
        true * maximum, model.sem(true) * maximum, known.shares, marks.levels(true * maximum), model.reaching(true)
    )
    at = np.diagonal(model.reaching(marks.array / maximum))
    whole = classified(Classification, marks, points, at=at)
    by_cut = tuple(
        cut_agreement(None, whole.parallel, place=place, cut=one.cut, at_cut=replace(one.at_cut, near_accuracy=None))
        for place, one in enumerate(whole.by_cut)
        if one.at_cut is not None
    )
    return replace(whole, together=agreement(None, whole.parallel), by_cut=by_cut, confusion=None, points=None)


def lords_k(mean: float, variance: float, length: int, reliability: float) -> float:
    """Give Lord's k of numbers of right answers; see `hanson_brennan`.

    >>> round(lords_k(12.0, 16.0, 20, 0.75), 3)
    0.476
    """
    true = reliability * variance
    return length / 2 - length**2 * (variance - true) / (2 * (mean * (length - mean) - true))


def _kr21(known: _Scores, length: int) -> float:
    return length / (length - 1) * (1 - known.mean * (1 - known.mean) / (length * known.variance))


@dataclass(frozen=True, eq=False)
class _Binomial:
    """Binomial or compound binomial errors of so many items; ``least`` (c,) right answers reach each cut."""

    length: float
    k: float
    least: Floats

    def sem(self, true: Floats) -> Floats:
        """Standard error of measurement at true shares, as a share, (n,)."""
        return np.asarray(np.sqrt(np.maximum((self.length - 2 * self.k) * true * (1 - true), 0.0)) / self.length)

    def reaching(self, true: Floats) -> Floats:
        """Chance of reaching each cut, (n, c)."""
        found = _tail(self.least, self.length, true)
        if self.k:
            shorter = [_tail(self.least - step, self.length - 2, true) for step in range(3)]
            bend = shorter[0] - 2 * shorter[1] + shorter[2]
            found = found - self.k * (true * (1 - true))[:, None] * bend
        return np.asarray(np.clip(found, 0.0, 1.0))

    def least_chance(self, true: Floats, shares: Floats) -> float:
        """Least chance of any number of right answers, mean over persons: below zero, this is no distribution."""
        right = np.arange(self.length + 1)[:, None]
        chances = binom.pmf(right, self.length, true) * (1 - self.k * self._bend(right, true))
        return float(chances.min(axis=0) @ shares)

    def likelihood(self, right: Floats, true: Floats) -> Floats:
        """Likelihood of numbers of right answers, whole or not, up to a factor of each, (s, n)."""
        open_ends = np.clip(true, np.finfo(np.float64).tiny, 1 - np.finfo(np.float64).eps)
        plain = right[:, None] * np.log(open_ends) + (self.length - right)[:, None] * np.log1p(-open_ends)
        found = np.exp(plain - plain.max(axis=1, keepdims=True))
        if self.k:
            found = found * np.maximum(1 - self.k * self._bend(right[:, None], open_ends), 0.0)
        return np.asarray(found)

    def _bend(self, x: Floats, true: Floats) -> Floats:
        """The correction of Lord's approximation as a share of the binomial probability."""
        n, wrong = self.length, self.length - x
        scale = n * (n - 1) * true * (1 - true)
        return np.asarray(
            (wrong * (wrong - 1) * true**2 - 2 * x * wrong * true * (1 - true) + x * (x - 1) * (1 - true) ** 2) / scale
        )


def _rounded(marks: Cuts, known: _Scores, length: float) -> _Binomial:
    whole = float(max(round(length), 1))
    parts = (marks.array - known.minimum) / (known.maximum - known.minimum)
    return _Binomial(whole, 0.0, np.floor(parts * whole + 0.5))


def _continued(marks: Cuts, known: _Scores, length: float, step: float) -> _Binomial:
    if not 0 < step < known.maximum - known.minimum:
        raise BadScores(reason=f"they cannot be {step:g} apart")
    parts = (marks.array - step / 2 - known.minimum) / (known.maximum - known.minimum)
    return _Binomial(length, 0.0, length * parts + 0.5)


def _tail(least: Floats, length: float, true: Floats) -> Floats:
    """Chance of at least so many right answers, (n, c)."""
    inside = (least > 0) & (least <= length)
    safe = np.where(inside, least, 1.0)
    tail = betainc(safe, np.where(inside, length - safe + 1, 1.0), true[:, None])
    return np.asarray(np.where(inside, tail, (least <= 0).astype(np.float64)))


def _found(known: _Scores, marks: Cuts, true: FourBeta, model: _Binomial, reliability: float) -> FromScores:
    span = known.maximum - known.minimum
    parts = (marks.array - known.minimum) / span

    def edges(part: float) -> list[float]:
        return crossings(lambda share: (share - part) ** 2 - model.sem(share) ** 2, true.low, true.high)

    breaks = [*parts, *(edge for part in parts for edge in edges(part))]
    nodes, shares = true.grid(breaks, length=model.length)
    level = marks.moved(parts).levels(nodes)
    values = known.minimum + span * nodes
    points = Points(values, model.sem(nodes) * span, shares, level, model.reaching(nodes))
    joint = model.likelihood(known.parts * model.length, nodes) * shares
    member = (level[:, None] == np.arange(len(marks) + 1)).astype(np.float64)
    chances = joint @ member / joint.sum(axis=1, keepdims=True)
    cases = Cases(known.scores.tolist(), known.shares, chances, marks.levels(known.scores + TIE))
    at = np.diagonal(model.reaching(parts))
    own = {"true_scores": true, "length": model.length, "effective_length": float(model.length), "lords_k": model.k}
    return classified(FromScores, marks, points, at=at, cases=cases, reliability=reliability, **own)


def _known(scores: ArrayLike, weights: ArrayLike | None, minimum: float, maximum: float) -> _Scores:
    given = np.asarray(scores, dtype=np.float64)
    if given.ndim != 1 or not given.size or not np.isfinite(given).all():
        raise BadScores(reason="they are not a list of finite numbers")
    if not minimum < maximum or given.min() < minimum or given.max() > maximum:
        raise BadScores(reason=f"they run from {given.min():g} to {given.max():g}, outside {minimum:g} to {maximum:g}")
    values, place = np.unique(given, return_inverse=True)
    found = _Scores(
        values, np.asarray(np.bincount(place, shares_of(weights, given.size)), np.float64), minimum, maximum
    )
    if not found.variance > 0:
        raise NoTrueSpread(reason="they are all alike")
    return found


def _marks(cuts: ArrayLike | Cuts, minimum: float, maximum: float) -> Cuts:
    marks = Cuts.of(cuts)
    if not minimum < marks.values[0] or not marks.values[-1] < maximum:
        raise BadCuts(reason=f"they have to lie between the possible scores {minimum:g} and {maximum:g}")
    return marks


def _refuse_reliability(value: float) -> None:
    if not 0 < value < 1:
        raise BadReliability(value=value)
