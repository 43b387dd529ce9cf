"""How far raters agree without any model: over all, by item, and pair by pair.

A unit is what can be rated twice: a person on the same elements of all facets but the raters'. Every rating counts
once, whatever its weight.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.raters.errors import AgreementUndefined
from kaoping.scoring.raters.fleiss import PAIR, Level, fleiss, krippendorff
from kaoping.scoring.raters.intraclass import intraclass
from kaoping.scoring.raters.kappa import Kappa, Weights, cohen
from kaoping.scoring.raters.ratings import Ratings, joint
from kaoping.scoring.raters.sparsity import sums

RATER, ALL = "rater", "all"
SAMPLES = 1000
FEWEST = 10


@dataclass(frozen=True)
class Statistic:
    """A coefficient of agreement of some ratings, or the reason why there is none.

    ``scope`` is ``all``, or an element such as ``item 3``; ``n`` counts units, and persons for intraclass correlations.
    """

    scope: str
    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int = 0
    reason: str = ""


@dataclass(frozen=True)
class PairOfRaters:
    """Agreement of two raters on their common units; kappa is `None` if both gave one category throughout."""

    first: str
    second: str
    n: int
    exact: float
    adjacent: float
    difference: float
    kappa: Kappa | None


def unit_counts(ratings: Ratings, rater: str = RATER) -> Whole:
    """Count for every unit how many raters gave each category, (u, m).

    >>> given = Ratings.from_columns("AABB", [0, 1, 1, 1], {"rater": "xyxy"})
    >>> unit_counts(given)
    array([[1, 1],
           [0, 2]])
    """
    unit, m = _units(ratings, rater), ratings.n_categories
    return np.bincount(unit * m + ratings.category, minlength=(int(unit.max()) + 1) * m).reshape(-1, m)


def agreement(
    ratings: Ratings,
    rater: str = RATER,
    *,
    by: str = "",
    samples: int = SAMPLES,
    rng: np.random.Generator | None = None,
) -> tuple[Statistic, ...]:
    """Every coefficient of agreement over all ratings, and over those of each element of the facet ``by``.

    Shares of pairs that agree exactly and within one category; Fleiss' kappa; Krippendorff's alpha of ordered
    categories and of intervals, with bootstrap intervals if ``rng`` is given; intraclass correlations of persons'
    means.

    Raises
    ------
    BadRatings
        The ratings have no such facet.
    """
    scopes = [(ALL, ratings)]
    if by:
        code = ratings.code(by)
        scopes += [(f"{by} {name}", ratings.taken(code == place)) for place, name in enumerate(ratings.names(by))]
    return tuple(one for scope, some in scopes for one in _statistics(scope, some, rater, samples, rng))


def pairs_of_raters(
    ratings: Ratings, rater: str = RATER, *, weights: Weights = "quadratic", least: int = FEWEST
) -> tuple[PairOfRaters, ...]:
    """Agreement of every two raters who have at least ``least`` units in common, with Cohen's kappa.

    Raises
    ------
    BadRatings
        The ratings have no such facet.
    """
    code, m, names = ratings.code(rater), ratings.n_categories, ratings.names(rater)
    first, second = _pairs(_units(ratings, rater), code)
    if not len(first):
        return ()
    seen, pair = joint([code[first], code[second]])
    table = np.bincount(
        pair * m * m + ratings.category[first] * m + ratings.category[second], minlength=len(seen) * m * m
    ).reshape(-1, m, m)
    enough = np.flatnonzero(table.sum(axis=(1, 2)) >= least)
    return tuple(
        _pair(names[code[first[seen[one]]]], names[code[second[seen[one]]]], table[one], weights) for one in enough
    )


def _pair(first: str, second: str, table: Whole, weights: Weights) -> PairOfRaters:
    n = int(table.sum())
    apart = np.subtract.outer(np.arange(len(table)), np.arange(len(table)))
    exact, adjacent = (float(table[np.abs(apart) <= most].sum()) / n for most in (0, 1))
    try:
        kappa = cohen(table, weights)
    except AgreementUndefined:
        kappa = None
    return PairOfRaters(first, second, n, exact, adjacent, float((table * apart).sum()) / n, kappa)


def _units(ratings: Ratings, rater: str) -> Whole:
    ratings.code(rater)
    return joint([ratings.person, *(ratings.code(name) for name in ratings.facets if name != rater)])[1]


def _pairs(unit: Whole, code: Whole) -> tuple[Whole, Whole]:
    """Rows of every two ratings of one unit, the rater of the lower number first."""
    order = np.lexsort((code, unit))
    sorted_units = unit[order]
    most = int(sums(unit).max())
    found = [np.flatnonzero(sorted_units[:-step] == sorted_units[step:]) for step in range(1, most)]
    starts = [order[places] for places in found]
    ends = [order[places + step] for step, places in enumerate(found, 1)]
    empty = [np.empty(0, dtype=np.int64)]
    return np.concatenate(starts or empty), np.concatenate(ends or empty)


def _statistics(
    scope: str, ratings: Ratings, rater: str, samples: int, rng: np.random.Generator | None
) -> Iterator[Statistic]:
    counts = unit_counts(ratings, rater).astype(np.float64)
    double = counts[counts.sum(axis=1) >= PAIR]
    yield from _shares(scope, double)
    yield _tried(scope, "fleiss_kappa", lambda: Statistic(scope, "fleiss_kappa", fleiss(double).kappa, n=len(double)))

    def alpha(level: Level) -> Statistic:
        found = krippendorff(counts, level, samples=samples, rng=rng)
        return Statistic(scope, f"krippendorff_{level}", found.alpha, found.low, found.high, found.units)

    yield _tried(scope, "krippendorff_ordinal", lambda: alpha("ordinal"))
    yield _tried(scope, "krippendorff_interval", lambda: alpha("interval"))
    yield from _intraclass(scope, ratings, rater)


def _shares(scope: str, double: Floats) -> Iterator[Statistic]:
    each = double.sum(axis=1)
    total = float((each * (each - 1)).sum()) / 2
    equal = float((double * (double - 1)).sum()) / 2
    beside = float((double[:, 1:] * double[:, :-1]).sum())
    for name, agreed in (("exact", equal), ("adjacent", equal + beside)):
        if total:
            yield Statistic(scope, name, agreed / total, n=len(double))
        else:
            yield Statistic(scope, name, None, reason="no two raters rated the same work")


def _intraclass(scope: str, ratings: Ratings, rater: str) -> Iterator[Statistic]:
    names = ("icc1", "icc2", "icc3", "icc1k", "icc2k", "icc3k")
    try:
        found = intraclass(_means(ratings, rater))
    except AgreementUndefined as refused:
        yield from (Statistic(scope, name, None, reason=refused.reason) for name in names)
        return
    for name in names:
        one = getattr(found, name)
        yield Statistic(scope, name, one.value, one.low, one.high, found.persons)


def _means(ratings: Ratings, rater: str) -> Floats:
    """Mean rating of each person by each rater (n, k), NaN where the rater lacks some of the person's work."""
    code, k, n = ratings.code(rater), len(ratings.names(rater)), len(ratings.persons)
    if n * k > 50 * ratings.n:
        reason = f"each of {k} raters would have to rate all {n} persons; take variance components"
        raise AgreementUndefined(what="An intraclass correlation", reason=reason)
    number = sums(ratings.person * k + code, size=n * k).reshape(n, k)
    total = sums(ratings.person * k + code, ratings.values, n * k).reshape(n, k)
    whole = number == number.max()
    return np.where(whole, total / np.maximum(number, 1), np.nan)


def _tried(scope: str, name: str, calculate: Callable[[], Statistic]) -> Statistic:
    try:
        return calculate()
    except AgreementUndefined as refused:
        return Statistic(scope, name, None, reason=refused.reason)
