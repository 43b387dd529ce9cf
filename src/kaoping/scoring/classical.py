"""Classical item analysis: how hard, how telling, which distractor draws whom, each with its n and interval."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special, stats

from kaoping.scoring.arrays import Flags, Floats, Whole
from kaoping.scoring.errors import NotEnoughData, NoVariation
from kaoping.scoring.responses import ResponseMatrix

LEAST_FOR_A_SHARE = 10
LEAST_FOR_A_CORRELATION = 30
LEVEL = 0.95


@dataclass(frozen=True)
class Estimate:
    """A value with the number of answers behind it and its confidence interval (95 % if not said otherwise)."""

    value: float
    n: int
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class ItemAnalysis:
    """Facility and item-rest correlation of every item (k,), with intervals (2, k) and the number of persons ``n``."""

    items: tuple[str, ...]
    n: Whole
    facility: Floats
    facility_interval: Floats
    item_rest: Floats
    item_rest_interval: Floats


@dataclass(frozen=True, eq=False)
class Trace:
    """How often each option was chosen in groups of rising score.

    ``shares``, ``low``, ``high`` (g, m): share of group g that chose option m, with a Wilson interval; ``n`` (g,)
    persons in the group; ``mean_score`` (g,) their mean score.
    """

    options: tuple[str, ...]
    shares: Floats
    low: Floats
    high: Floats
    n: Whole
    mean_score: Floats


@dataclass(frozen=True, eq=False)
class Observed:
    """Mean ability ``theta`` (logits), ``share`` of right answers, its interval and persons ``n`` of groups, (g,)."""

    theta: Floats
    share: Floats
    low: Floats
    high: Floats
    n: Whole


def analyse(responses: ResponseMatrix, *, marks: Floats | None = None) -> ItemAnalysis:
    """Calculate `facility` and `discrimination` of every item.

    Raises
    ------
    NotEnoughData
        An item was presented to too few persons.
    NoVariation
        An item, or the rest of the paper, has the same score for everybody.

    >>> analyse(ResponseMatrix([[1, 1, 1], [0, 0, 0]] * 20)).item_rest.round(2)
    array([1., 1., 1.])
    """
    every = range(responses.n_items)
    solved = [facility(responses, item) for item in every]
    telling = [discrimination(responses, item, marks=marks) for item in every]
    return ItemAnalysis(
        items=responses.items,
        n=np.array([found.n for found in solved]),
        facility=np.array([found.value for found in solved]),
        facility_interval=np.array([(found.low, found.high) for found in solved]).T,
        item_rest=np.array([found.value for found in telling]),
        item_rest_interval=np.array([(found.low, found.high) for found in telling]).T,
    )


def facility(responses: ResponseMatrix, item: int) -> Estimate:
    """Share of right answers among the persons presented the item, with a Wilson interval [1]_.

    Raises
    ------
    NotEnoughData
        Fewer than 10 persons were presented the item.

    References
    ----------
    .. [1] Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. *JASA*, 22,
       209-212.

    >>> round(facility(ResponseMatrix([[1]] * 30 + [[0]] * 10), 0).value, 2)
    0.75
    """
    right = responses.right[responses.presented[:, item], item]
    _need(len(right), LEAST_FOR_A_SHARE, "Facility")
    low, high = wilson(np.array([right.sum()]), np.array([len(right)]))
    return Estimate(float(right.mean()), len(right), float(low[0]), float(high[0]))


def wilson(hits: Floats | Whole, n: Floats | Whole) -> tuple[Floats, Floats]:
    """Wilson interval of shares, both ends of the shape of ``hits``.

    >>> [end.round(3) for end in wilson(np.array([75]), np.array([100]))]
    [array([0.657]), array([0.825])]
    """
    z = float(special.ndtri((1 + LEVEL) / 2))
    share = hits / n
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return np.maximum(middle - half, 0.0), np.minimum(middle + half, 1.0)


def discrimination(responses: ResponseMatrix, item: int, *, marks: Floats | None = None) -> Estimate:
    """Correlate the item with the rest of the paper: the share of the other marks that were presented and earned.

    The interval is by Fisher's z.

    Raises
    ------
    NotEnoughData
        Fewer than 30 persons were presented the item and another.
    NoVariation
        The item or the rest has the same score for everybody.

    >>> rng = np.random.default_rng(3)
    >>> theta = rng.standard_normal((500, 1))
    >>> answers = ResponseMatrix((theta + rng.logistic(size=(500, 10)) > 0).astype(int))
    >>> discrimination(answers, 0).value > 0.2
    True
    """
    rest, known = _rest(responses, item, marks)
    scores = responses.right[known, item].astype(np.float64)
    _need(len(scores), LEAST_FOR_A_CORRELATION, "Discrimination")
    if np.ptp(scores) == 0 or np.ptp(rest) == 0:
        raise NoVariation(what="Discrimination", item=responses.items[item])
    value = float(np.corrcoef(scores, rest)[0, 1])
    half = float(special.ndtri((1 + LEVEL) / 2)) / np.sqrt(len(scores) - 3)
    z = np.arctanh(np.clip(value, -1 + 1e-12, 1 - 1e-12))
    return Estimate(value, len(scores), float(np.tanh(z - half)), float(np.tanh(z + half)))


def _rest(responses: ResponseMatrix, item: int, marks: Floats | None) -> tuple[Floats, Flags]:
    """Share of the other marks earned (m,), for the persons (n,) who were presented the item and any other."""
    worth = np.ones(responses.n_items) if marks is None else np.array(marks, dtype=np.float64)
    worth[item] = 0.0
    offered = responses.presented @ worth
    known = responses.presented[:, item] & (offered > 0)
    return (responses.right @ worth)[known] / offered[known], known


def alpha(responses: ResponseMatrix, *, marks: Floats | None = None) -> Estimate:
    r"""Cronbach's alpha of persons who were presented every item, with Feldt's interval [1]_.

    .. math:: \alpha = \frac{k}{k - 1} \left( 1 - \frac{\sum_j s_j^2}{s_X^2} \right)

    Raises
    ------
    NotEnoughData
        Fewer than 30 persons were presented every item.
    NoVariation
        All scores are alike, or there is one item only.

    References
    ----------
    .. [1] Feldt, L. S. (1965). The approximate sampling distribution of Kuder-Richardson reliability coefficient
       twenty. *Psychometrika*, 30, 357-370.

    >>> alpha(ResponseMatrix([[1, 1], [0, 0]] * 20)).value
    1.0
    """
    scores = _complete(responses, marks)
    n, k = scores.shape
    _need(n, LEAST_FOR_A_CORRELATION, "Alpha")
    total = float(scores.sum(axis=1).var(ddof=1))
    if k == 1 or total == 0:
        raise NoVariation(what="Alpha", item=responses.items[0])
    value = k / (k - 1) * (1 - float(scores.var(axis=0, ddof=1).sum()) / total)
    tails = ((1 + LEVEL) / 2, (1 - LEVEL) / 2)
    low, high = (1 - (1 - value) * float(stats.f.ppf(tail, n - 1, (n - 1) * (k - 1))) for tail in tails)
    return Estimate(value, n, low, high)


def standard_error_of_measurement(responses: ResponseMatrix, *, marks: Floats | None = None) -> Estimate:
    """Multiply the standard deviation of the raw score by the root of one minus alpha, in marks.

    The interval follows alpha's.

    Raises
    ------
    NotEnoughData, NoVariation
        As `alpha`.

    >>> standard_error_of_measurement(ResponseMatrix([[1, 1], [0, 0]] * 20)).value
    0.0
    """
    found = alpha(responses, marks=marks)
    spread = float(_complete(responses, marks).sum(axis=1).std(ddof=1))
    value, low, high = (spread * float(np.sqrt(1 - min(end, 1.0))) for end in (found.value, found.high, found.low))
    return Estimate(value, found.n, low, high)


def _complete(responses: ResponseMatrix, marks: Floats | None) -> Floats:
    worth = np.ones(responses.n_items) if marks is None else marks
    scores: Floats = responses.right[responses.presented.all(axis=1)] * worth
    return scores


def distractor_trace(
    choices: Sequence[str | None], scores: Floats, *, options: Sequence[str], groups: int = 5
) -> Trace:
    """Divide persons by score into groups of about equal size and count what each group chose.

    Persons of one score stay in one group. For multiple choice, give one call per option set as a string such as "AC",
    or one call per letter with the others as None.

    Parameters
    ----------
    choices : (n,) chosen option of each person; None or an unlisted value counts in the group but for no option.
    scores : (n,) raw score, best without this item.
    options : the m options in order.

    Raises
    ------
    NotEnoughData
        Fewer than 10 persons per group, or all scores alike.

    >>> found = distractor_trace(["A", "B"] * 50, np.tile([0.0, 1.0], 50), options=["A", "B"], groups=2)
    >>> found.shares
    array([[1., 0.],
           [0., 1.]])
    """
    _need(len(scores), groups * LEAST_FOR_A_SHARE, "A trace of options")
    group = _grouped(scores, groups)
    n = np.bincount(group)
    chosen = np.array([[choice == option for option in options] for choice in choices], dtype=np.float64)
    hits = np.stack([np.bincount(group, weights=column) for column in chosen.T], axis=1)
    low, high = wilson(hits, n[:, None])
    means = np.bincount(group, weights=scores) / n
    return Trace(tuple(options), hits / n[:, None], low, high, n, means)


def observed_shares(responses: ResponseMatrix, item: int, theta: Floats, *, groups: int = 10) -> Observed:
    """Share of right answers in groups of rising ability, with Wilson intervals, to hold against a fitted curve.

    Parameters
    ----------
    theta : (n,) estimated ability of each person, in logits.

    Raises
    ------
    NotEnoughData
        Fewer than 10 persons per group were presented the item.

    >>> found = observed_shares(ResponseMatrix([[0]] * 20 + [[1]] * 20), 0, np.linspace(-1, 1, 40), groups=2)
    >>> found.share, found.n
    (array([0., 1.]), array([20, 20]))
    """
    shown = responses.presented[:, item]
    _need(int(shown.sum()), groups * LEAST_FOR_A_SHARE, "An observed curve")
    group = _grouped(theta[shown], groups)
    n = np.bincount(group)
    right = np.bincount(group, weights=responses.right[shown, item])
    low, high = wilson(right, n)
    return Observed(np.bincount(group, weights=theta[shown]) / n, right / n, low, high, n)


def _grouped(scores: Floats, groups: int) -> Whole:
    """Group of each person (n,), 0 upwards: by mid-rank, so that ties stay together; empty groups are closed up."""
    share = (stats.rankdata(scores) - 0.5) / len(scores)
    wanted = np.minimum((share * groups).astype(np.int64), groups - 1)
    return np.unique(wanted, return_inverse=True)[1].astype(np.int64)


def _need(n: int, least: int, what: str) -> None:
    if n < least:
        raise NotEnoughData(what=what, n=n, least=least)
