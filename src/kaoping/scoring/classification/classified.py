"""What every method gives: indices for all cuts together and for each, the tables behind them, and the single cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from kaoping.scoring.arrays import Flags, Floats, Whole
from kaoping.scoring.classification.cuts import Cuts
from kaoping.scoring.classification.tables import ALIKE, Agreement, AtCut, CutAgreement, agreement, cut_agreement

EDGE = 1e-9
"""Share of a standard error by which a point on the edge of “within one standard error” may miss it."""


@dataclass(frozen=True, eq=False)
class Points:
    """Where persons are and where forms put them: the points of a grid, or single persons.

    ``value`` (n,) true values; ``sem`` (n,) standard errors of measurement there, on the same scale; ``weights`` (n,)
    shares of persons, adding up to one; ``level`` (n,) true levels; ``reaching`` (n, c) chances of reaching each cut.
    """

    value: Floats
    sem: Floats
    weights: Floats
    level: Whole
    reaching: Floats

    @property
    def chances(self) -> Floats:
        """(n, l) chance of each level."""
        ends = np.ones((len(self.reaching), 1))
        return -np.diff(np.hstack([ends, self.reaching, 0 * ends]), axis=1)

    @property
    def accuracy(self) -> Floats:
        """(n, c + 1) chance of being put on the right side of each cut, and last of being put into the right level."""
        above = self.level[:, None] > np.arange(self.reaching.shape[1])
        apart = np.where(above, self.reaching, 1 - self.reaching)
        return np.hstack([apart, np.take_along_axis(self.chances, self.level[:, None], axis=1)])

    @property
    def consistency(self) -> Floats:
        """(n, c + 1) chance of being put on the same side of each cut twice, and last into the same level."""
        apart = self.reaching**2 + (1 - self.reaching) ** 2
        return np.hstack([apart, (self.chances**2).sum(axis=1, keepdims=True)])

    @property
    def confusion(self) -> Floats:
        """(l, l) share of persons by true and by given level."""
        chances = self.chances
        table = np.zeros((chances.shape[1],) * 2)
        np.add.at(table, self.level, self.weights[:, None] * chances)
        return table

    @property
    def parallel(self) -> Floats:
        """(l, l) share of persons by the levels of two parallel forms."""
        chances = self.chances
        return np.asarray((self.weights[:, None] * chances).T @ chances)


@dataclass(frozen=True, eq=False)
class Cases:
    """Each person, or each score that a person can have, with the decision and what it is worth.

    ``labels`` (n,) persons or scores; ``share`` (n,) of persons; ``chances`` (n, l) of truly belonging to each level;
    ``decision`` (n,) the level given.
    """

    labels: Sequence[Any]
    share: Floats
    chances: Floats
    decision: Whole

    @property
    def right(self) -> Floats:
        """(n,) probability that the decision is right."""
        return np.take_along_axis(self.chances, self.decision[:, None], axis=1)[:, 0]

    def unsure(self, least: float = 0.9) -> Flags:
        """Whether a decision is right with a smaller probability than ``least``, (n,): these cases are indeterminate.

        >>> Cases(["A", "B"], np.full(2, 0.5), np.array([[0.95, 0.05], [0.4, 0.6]]), np.array([0, 1])).unsure()
        array([False,  True])
        """
        return self.right < least


@dataclass(frozen=True, eq=False, kw_only=True)
class Classification:
    """Accuracy and consistency of classifying persons.

    ``together`` is the agreement on all levels at once, ``by_cut`` on who reaches each cut. ``confusion`` (l, l) has
    the shares of persons by true level (rows) and given level; ``parallel`` (l, l) by the levels of two parallel forms.
    ``points`` tells what becomes of persons along the scale, ``cases`` what each decision is worth. ``None`` is what a
    method does not estimate.
    """

    cuts: Cuts
    together: Agreement
    by_cut: tuple[CutAgreement, ...]
    confusion: Floats | None
    parallel: Floats | None
    points: Points | None
    cases: Cases | None

    @property
    def rightly(self) -> tuple[float | None, ...]:
        """Of the persons put into each level, the share that truly belongs there; ``None`` where nobody is."""
        if self.confusion is None:
            return (None,) * (len(self.cuts) + 1)
        given = self.confusion.sum(axis=0)
        right = self.confusion.diagonal()
        return tuple(float(r / g) if g > ALIKE else None for r, g in zip(right, given, strict=True))


Found = TypeVar("Found", bound=Classification)


def classified(
    kind: type[Found], cuts: Cuts, points: Points, *, at: Floats, cases: Cases | None = None, **own: Any
) -> Found:
    """Make the result of a method from its points.

    Parameters
    ----------
    at : (c,) chance that a person exactly at a cut reaches it.
    own : what the method gives besides.

    >>> half = Points(np.array([-1.0, 1.0]), np.ones(2), np.full(2, 0.5), np.array([0, 1]), np.array([[0.1], [0.9]]))
    >>> found = classified(Classification, Cuts.of(0), half, at=np.array([0.5]))
    >>> round(found.together.accuracy, 3), round(found.together.consistency, 3), found.rightly[1]
    (0.9, 0.82, 0.9)
    """
    confusion, parallel = points.confusion, points.parallel
    by_cut = tuple(
        cut_agreement(confusion, parallel, place=place, cut=cut, at_cut=_at_cut(points, place, cut, float(at[place])))
        for place, cut in enumerate(cuts.values)
    )
    return kind(
        cuts=cuts,
        together=agreement(confusion, parallel),
        by_cut=by_cut,
        confusion=confusion,
        parallel=parallel,
        points=points,
        cases=cases,
        **own,
    )


def _at_cut(points: Points, place: int, cut: float, passing: float) -> AtCut:
    near = np.abs(points.value - cut) <= points.sem * (1 + EDGE)
    share = float(points.weights[near].sum())
    mean = [
        float(points.weights[near] @ index[near, place] / share) if share > ALIKE else None
        for index in (points.accuracy, points.consistency)
    ]
    return AtCut(passing, passing**2 + (1 - passing) ** 2, share, mean[0], mean[1])
