"""Whether judges agree: severity, judges and ratings that stand apart, and what the cut would be without a judge."""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from kaoping.scoring.arrays import Flags, Floats
from kaoping.scoring.cut_scores.angoff import Angoff, judge_cuts
from kaoping.scoring.cut_scores.components import additive
from kaoping.scoring.cut_scores.errors import BadJudgements, PanelDivided, PanelTooSmall

LEVEL = 0.05
"""Chance of any false alarm among the judges, and among the ratings, of a panel."""
LEAST_DISTANCE = 0.005
"""Share of the marks of the paper that a judge who stands apart is away from the mean of the others at least."""
LEAST_COMMON, LEAST_JUDGES = 3, 3
TINY = 1e-12


@dataclass(frozen=True)
class OutlyingRating:
    """A rating far from what judge and item would give, both in marks, with its studentised residual."""

    judge: str
    item: str
    rating: float
    fitted: float
    residual: float


@dataclass(frozen=True, eq=False)
class Agreement:
    """Result of `agreement`, judge by judge.

    Attributes
    ----------
    severity : (j,) the judge's cut less the panel's mean, in marks; positive if the judge asks for more.
    standard_scores : (j,) studentised distances from the mean of the others; infinite where all others agree.
    outlying : (j,) whether the judge stands apart from the others.
    without : (j,) the panel's mean cut if the judge had not been there; not a number if the others do not tell it,
        as no other judge rated an item or nothing else links two parts of the panel.
    with_rest : (j,) correlation of the judge's ratings with the means of the others'; ``None`` where they do not vary.
    spread : (j,) standard deviation of the judge's ratings, as shares of the marks.
    ratings : ratings that stand apart, the farthest first.
    """

    judges: tuple[str, ...]
    severity: Floats
    standard_scores: Floats
    outlying: Flags
    without: Floats
    with_rest: tuple[float | None, ...]
    spread: Floats
    ratings: tuple[OutlyingRating, ...]


def agreement(found: Angoff) -> Agreement:
    r"""Measure how the judges of a panel differ.

    The standard score of a cut is its externally studentised residual, the distance from the mean of the others over
    its standard error, :math:`(c_j - \bar c_{-j}) / (s_{-j} \sqrt{J / (J - 1)})`, with J - 2 degrees of freedom. A
    judge stands apart if it is beyond what the largest of J would be with chance .05, by Bonferroni [1]_, and the
    distance is half a percent of the marks or more; two judges cannot say which of them does. A rating stands apart if
    its externally studentised residual from leniency and difficulty, as a share of the marks, is beyond what the
    largest of so many would be with chance .05, likewise.

    References
    ----------
    .. [1] Cook, R. D., & Weisberg, S. (1982). *Residuals and Influence in Regression*, sec. 2.2. Chapman & Hall.

    >>> from kaoping.scoring.cut_scores.angoff import angoff
    >>> from kaoping.scoring.cut_scores.ratings import Ratings
    >>> easy = [[0.5, 0.6, 0.8], [0.5, 0.7, 0.8], [0.6, 0.6, 0.9], [0.1, 0.2, 0.4]]
    >>> found = agreement(angoff(Ratings.complete(easy)))
    >>> found.outlying, found.severity.round(3)
    (array([False, False, False,  True]), array([ 0.225,  0.325,  0.425, -0.975]))
    """
    cuts = found.judge_cuts
    scores = _standard_scores(cuts)
    j = len(cuts)
    return Agreement(
        judges=found.ratings.judges,
        severity=cuts - cuts.mean(),
        standard_scores=scores,
        outlying=_stand_apart(cuts, scores, found.ratings.total),
        without=_without(found),
        with_rest=tuple(_with_rest(found, judge) for judge in range(j)),
        spread=np.array([found.ratings.shares[judge, found.ratings.rated[judge]].std() for judge in range(j)]),
        ratings=_outlying_ratings(found),
    )


def _standard_scores(cuts: Floats) -> Floats:
    """Externally studentised residuals; where all others agree exactly, another cut is infinitely far."""
    j = len(cuts)
    if j < LEAST_JUDGES:
        return np.zeros(j)
    others = np.array([np.delete(cuts, judge) for judge in range(j)])
    apart = cuts - others.mean(axis=1)
    error = others.std(axis=1, ddof=1) * np.sqrt(j / (j - 1))
    tiny = 1e-9 * max(1.0, float(np.abs(cuts).max()))
    alike = np.where(np.abs(apart) > tiny, np.copysign(np.inf, apart), 0.0)
    return np.where(error > tiny, apart / np.maximum(error, tiny), alike)


def _without(found: Angoff) -> Floats:
    """Cut of the other judges; leniency and difficulty are fitted again if they stand for ratings that are missing."""
    cuts = found.judge_cuts
    if found.ratings.whole:
        return np.asarray((cuts.sum() - cuts) / (len(cuts) - 1))
    return np.array([_refitted(found, judge) for judge in range(len(cuts))])


def _refitted(found: Angoff, judge: int) -> float:
    try:
        rest = found.ratings.without(judge)
        return float(judge_cuts(rest, additive(rest)).mean())
    except (BadJudgements, PanelDivided, PanelTooSmall):
        return float("nan")


def _stand_apart(cuts: Floats, scores: Floats, total: float) -> Flags:
    j = len(cuts)
    if j < LEAST_JUDGES:
        return np.zeros(j, dtype=np.bool_)
    distance = np.abs(cuts - cuts.mean()) * j / (j - 1)
    limit = float(stdtrit(j - 2, 1 - LEVEL / (2 * j)))
    return np.asarray((np.abs(scores) > limit) & (distance >= LEAST_DISTANCE * total))


def _with_rest(found: Angoff, judge: int) -> float | None:
    """Correlation of a judge's ratings with the means of the others on the items that both rated, as shares."""
    shares, rated = found.ratings.shares, found.ratings.rated
    others = np.delete(np.arange(len(rated)), judge)
    number = rated[others].sum(axis=0)
    common = rated[judge] & (number > 0)
    if common.sum() < LEAST_COMMON:
        return None
    rest = (shares[others] * rated[others])[:, common].sum(axis=0) / number[common]
    return correlation(shares[judge, common], rest)


def correlation(first: Floats, second: Floats) -> float | None:
    """Product-moment correlation; ``None`` where one of the two does not vary.

    >>> correlation(np.array([1.0, 2.0]), np.array([3.0, 3.0]))
    """
    a, b = first - first.mean(), second - second.mean()
    scale = float(np.sqrt((a @ a) * (b @ b)))
    return float(np.clip(a @ b / scale, -1.0, 1.0)) if scale > 1e-12 else None  # noqa: PLR2004 - rounding alone


def _outlying_ratings(found: Angoff) -> tuple[OutlyingRating, ...]:
    ratings, fit = found.ratings, found.fit
    j, k = ratings.values.shape
    n = int(ratings.rated.sum())
    df = n - j - k
    residual = np.where(ratings.rated, ratings.shares - fit.fitted, 0.0)
    room = np.where(ratings.rated, 1 - fit.leverage, 1.0)
    squares = float((residual**2).sum())
    if df < 1 or squares <= TINY:
        return ()
    rest = np.maximum(squares - residual**2 / np.maximum(room, TINY), TINY) / df
    studentised = np.where(room > TINY, residual / np.sqrt(rest * np.maximum(room, TINY)), 0.0)
    limit = float(stdtrit(df, 1 - LEVEL / (2 * n)))
    order = np.argsort(-np.abs(studentised), axis=None, kind="stable")
    places = [divmod(int(place), k) for place in order if abs(studentised.flat[place]) > limit]
    return tuple(
        OutlyingRating(
            ratings.judges[row], ratings.items[item], float(ratings.values[row, item]),
            float(fit.fitted[row, item] * ratings.maxima[item]), float(studentised[row, item]),
        )
        for row, item in places
    )  # fmt: skip
