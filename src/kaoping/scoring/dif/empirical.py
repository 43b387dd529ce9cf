"""Empirical curves: the mean item score of each group as the matching score rises, to be looked at."""

from dataclasses import dataclass

import numpy as np

from kaoping.scoring.arrays import Flags, Floats
from kaoping.scoring.classical import wilson
from kaoping.scoring.dif.design import PLAIN, Design
from kaoping.scoring.dif.tables import tabulate
from kaoping.scoring.errors import NotComparable
from kaoping.scoring.responses import ResponseMatrix

BINS = 8
PERSONS_PER_BIN = 15


@dataclass(frozen=True, eq=False)
class EmpiricalCurve:
    """One group's answers to one item in bins of the matching score, lowest first.

    ``score`` (s,) the mean matching score, ``share`` (s,) the mean item score as a share of the highest, with a 95 %
    interval from ``low`` to ``high``, and ``n`` (s,) the persons.
    """

    group: str
    score: Floats
    share: Floats
    low: Floats
    high: Floats
    n: Floats


def empirical_curves(
    responses: ResponseMatrix, item: str, *, design: Design = PLAIN, leaving_out: tuple[str, ...] = (), bins: int = BINS
) -> tuple[EmpiricalCurve, EmpiricalCurve]:
    """Give the curves of reference and focal group over the same bins of the matching score.

    The bins hold about equally many persons of both groups together; a group's point is left out where it has nobody.
    The intervals are Wilson's; with more than two categories they are wider than they need be.

    Parameters
    ----------
    leaving_out : items that are taken out of the anchors, such as those that were flagged.
    bins : at most so many; fewer, but two, if the smaller group has less than 15 persons for each.

    Raises
    ------
    BadDesign, TooFewAnchors
        The groups or anchors do not fit.
    NotComparable
        Nobody answered the item and all anchors.

    >>> rows = [[1, 1, 1], [0, 1, 0], [0, 0, 0], [1, 0, 0]] * 10
    >>> reference, focal = empirical_curves(ResponseMatrix(rows * 2, groups=["r"] * 40 + ["f"] * 40), "1", bins=2)
    >>> reference.group, reference.score, reference.share.round(2), reference.n
    ('r', array([0.        , 1.66666667]), array([0.  , 0.67]), array([10., 30.]))
    """
    anchors = design.anchored(responses) & ~np.isin(responses.items, leaving_out)
    tables = tabulate(responses, design.pair(responses), anchors=anchors, match=design.match)
    place = responses.items.index(item)
    persons = tables.strata[place]
    if (persons.sum(axis=0) == 0).any():
        raise NotComparable(item=item, reason="nobody of one group answered it and all items of the matching")
    fewer = max(2, int(persons.sum(axis=0).min() // PERSONS_PER_BIN))
    pooled = _pooling(persons.sum(axis=1), min(bins, fewer))
    points = tables.moments()[0][place] * persons / (responses.categories[place] - 1)
    return (
        _curve(tables.groups[0], pooled, tables.scores, persons[:, 0], points[:, 0]),
        _curve(tables.groups[1], pooled, tables.scores, persons[:, 1], points[:, 1]),
    )


def _pooling(persons: Floats, bins: int) -> Flags:
    """Tell which stratum belongs to which bin, (b, s)."""
    middle = (np.cumsum(persons) - persons / 2) / persons.sum()
    which = np.minimum((middle * bins).astype(np.int64), bins - 1)
    return np.asarray(which == np.arange(bins)[:, None])


def _curve(group: str, pooled: Flags, scores: Floats, persons: Floats, points: Floats) -> EmpiricalCurve:
    n = pooled @ persons
    there = n > 0
    n, hits, sums = n[there], (pooled @ points)[there], (pooled @ (persons * scores))[there]
    low, high = wilson(hits, n)
    return EmpiricalCurve(group, sums / n, hits / n, low, high, n)
