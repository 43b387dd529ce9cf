r"""Lee: classifications by the sum of marks, from the item parameters.

The distribution of the sum at an ability, :math:`f(x \mid \theta)`, comes from the recursion of Lord and Wingersky, for
items of any models and marks; the true score is its mean :math:`\tau(\theta)`. A person reaches the cut with the chance
:math:`\sum_{x \ge c} f(x \mid \theta)` and truly belongs above it if :math:`\tau(\theta) \ge c`.

References
----------
Lee, W.-C. (2010). Classification consistency and accuracy for complex assessments using item response theory. *Journal
of Educational Measurement*, 47, 1-17.
Lord, F. M., & Wingersky, M. S. (1984). Comparison of IRT true-score and equipercentile observed-score "equatings".
*Applied Psychological Measurement*, 8, 453-461.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.classification.classified import Cases, Classification, Points, classified
from kaoping.scoring.classification.cuts import Cuts
from kaoping.scoring.classification.divided import crossings, divided_normal
from kaoping.scoring.classification.errors import BadCuts
from kaoping.scoring.classification.rudner import estimates, shares_of
from kaoping.scoring.grids import checked
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.quadrature import WIDTH, Quadrature
from kaoping.scoring.raw_scores import BadMarks, marks_table, raw_sem, score_distribution, true_score

TIE = 1e-9
"""Marks by which a cut may miss a whole number through rounding."""


@dataclass(frozen=True, eq=False)
class _Paper:
    """A paper with marks in whole units: the cuts in marks and in units, and what makes a true level."""

    parameters: ItemParameters
    worth: Whole
    unit: float
    named: Cuts
    cuts: Cuts
    true_cuts: Cuts | None

    def beyond(self, theta: Floats, place: int) -> Floats:
        """How far the true value lies beyond a cut, (n,)."""
        if self.true_cuts is not None:
            return theta - self.true_cuts.values[place]
        return true_score(theta, self.parameters, marks=self.worth) - self.cuts.values[place]

    def edge(self, theta: Floats, place: int) -> Floats:
        """Zero where the true score lies one standard error from a cut, (n,)."""
        apart = true_score(theta, self.parameters, marks=self.worth) - self.cuts.values[place]
        return apart**2 - raw_sem(theta, self.parameters, marks=self.worth) ** 2

    def breaks(self, mean: float, sd: float) -> list[float]:
        """Abilities at which a true level, or “within one standard error”, begins or ends."""
        low, high = mean - WIDTH * sd, mean + WIDTH * sd
        return [
            root
            for place in range(len(self.cuts))
            for function in (self.beyond, self.edge)
            for root in crossings(partial(function, place=place), low, high)
        ]

    def level(self, theta: Floats) -> Whole:
        """True level of each ability, (n,): of how many cuts it is not below."""
        return sum(
            ((self.beyond(theta, place) >= -TIE).astype(np.int64) for place in range(len(self.cuts))),
            np.zeros(len(theta), dtype=np.int64),
        )

    def reaching(self, distribution: Floats) -> Floats:
        """Chance of reaching each cut, (n, c), from the distribution of the score (n, s + 1)."""
        tails = np.cumsum(distribution[:, ::-1], axis=1)[:, ::-1]
        padded = np.hstack([tails, np.zeros((len(tails), 1))])
        return padded[:, np.ceil(self.cuts.array - TIE).astype(np.int64)].clip(0.0, 1.0)

    def at_cuts(self, low: float, high: float) -> Floats:
        """Chance that a person exactly at a cut reaches it, (c,)."""
        found = []
        for place in range(len(self.cuts)):
            roots = crossings(partial(self.beyond, place=place), low, high)
            if not roots:
                raise BadCuts(
                    reason=f"nobody of this population has a true value at the cut {self.named.values[place]:g}"
                )
            distribution = score_distribution(np.array(roots[-1:]), self.parameters, marks=self.worth)
            found.append(self.reaching(distribution)[0, place])
        return np.array(found)


def lee(
    parameters: ItemParameters,
    cuts: ArrayLike | Cuts,
    *,
    marks: ArrayLike | None = None,
    unit: float = 1.0,
    population: Quadrature | None = None,
    mean: float = 0.0,
    sd: float = 1.0,
    true_cuts: ArrayLike | None = None,
) -> Classification:
    """Tell how a paper classifies a population by its raw score.

    The cases are the scores: the chances of a score are those of the true levels of persons who have it.

    Parameters
    ----------
    parameters : the k items.
    cuts : in marks; a score of at least the cut reaches it. They need not be whole.
    marks : as for `kaoping.scoring.raw_scores.marks_table`, in whole units: what one category more is worth, or every
        category.
    unit : what a unit is worth, such as 0.5 for papers with half marks; cuts and results are in marks.
    population : abilities and shares, taken as they are; if not given a normal one on a grid that stops at the cuts.
    mean, sd : of the normal population, in logits.
    true_cuts : (c,) abilities at which the levels truly begin, in logits; where the true score is the cut if not given.

    Raises
    ------
    BadCuts
        The cuts fall, or lie at or beyond the ends of what abilities of the population are expected to score.
    BadMarks, BadPopulation
        Marks or population cannot be used.

    >>> test = ItemParameters.logistic(np.full(30, 1.2), np.linspace(-2, 2, 30))
    >>> found = lee(test, [15])
    >>> round(found.together.accuracy, 4), round(found.together.consistency, 4)
    (0.8858, 0.8441)
    >>> found.cases.labels[18], found.cases.right[18].round(3)
    (18.0, np.float64(0.895))
    """
    paper = _paper(parameters, cuts, marks, unit, true_cuts)
    if population is None:
        grid = divided_normal(parameters, paper.breaks(mean, sd), mean=mean, sd=sd)
    else:
        grid = checked(population)
    distribution = score_distribution(grid.nodes, parameters, marks=paper.worth)
    level = paper.level(grid.nodes)
    points = _points(paper, grid.nodes, grid.weights, level, distribution)
    at = paper.at_cuts(min(float(grid.nodes[0]), mean - WIDTH * sd), max(float(grid.nodes[-1]), mean + WIDTH * sd))
    cases = _scores(paper, grid.weights, level, distribution)
    return classified(Classification, paper.named, points, at=at, cases=cases)


def lee_persons(
    theta: ArrayLike,
    parameters: ItemParameters,
    cuts: ArrayLike | Cuts,
    *,
    marks: ArrayLike | None = None,
    unit: float = 1.0,
    true_cuts: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    persons: Sequence[str] = (),
) -> Classification:
    """Tell how a paper classifies persons whose abilities are taken as known (the P method of Lee, 2010).

    The cases are the persons; the chances are those of the levels that the paper puts a person of such ability into,
    and the decision is the level of the true score.

    Parameters
    ----------
    theta : (n,) abilities in logits.
    parameters, cuts, marks, unit, true_cuts : as for `lee`.
    weights : (n,) weight of each person; equal if not given.
    persons : n names; "1" to "n" if not given.

    Raises
    ------
    BadCuts, BadMarks, BadEstimates
        Cuts, marks or abilities cannot be used.

    >>> test = ItemParameters.logistic(np.full(30, 1.2), np.linspace(-2, 2, 30))
    >>> lee_persons([-1.0, 0.2], test, [15]).cases.right.round(3)
    array([0.994, 0.779])
    """
    values, _ = estimates(theta, np.zeros(np.shape(theta)))
    paper, shares = _paper(parameters, cuts, marks, unit, true_cuts), shares_of(weights, len(values))
    distribution = score_distribution(values, parameters, marks=paper.worth)
    points = _points(paper, values, shares, paper.level(values), distribution)
    low, high = min(float(values.min()), -WIDTH), max(float(values.max()), WIDTH)
    names = list(persons) or [str(number) for number in range(1, len(values) + 1)]
    cases = Cases(names, shares, points.chances, points.level)
    return classified(Classification, paper.named, points, at=paper.at_cuts(low, high), cases=cases)


def _paper(
    parameters: ItemParameters,
    cuts: ArrayLike | Cuts,
    marks: ArrayLike | None,
    unit: float,
    true_cuts: ArrayLike | None,
) -> _Paper:
    worth, of = marks_table(parameters, marks), Cuts.of(cuts)
    if not 0 < unit < np.inf:
        raise BadMarks(reason=f"a unit of {unit} is not worth anything")
    total = float(worth.max(axis=1).sum()) * unit
    if of.values[0] <= 0 or of.values[-1] > total:
        raise BadCuts(reason=f"they have to lie above 0 and not above {total:g}, the marks of the paper")
    if true_cuts is not None and np.size(true_cuts) != len(of):
        raise BadCuts(reason=f"there are {len(of)} of the score and {np.size(true_cuts)} true ones")
    true = None if true_cuts is None else of.moved(true_cuts)
    return _Paper(parameters, worth, unit, of, of.moved(of.array / unit), true)


def _points(paper: _Paper, theta: Floats, shares: Floats, level: Whole, distribution: Floats) -> Points:
    value = true_score(theta, paper.parameters, marks=paper.worth)
    sem = raw_sem(theta, paper.parameters, marks=paper.worth)
    return Points(value * paper.unit, sem * paper.unit, shares, level, paper.reaching(distribution))


def _scores(paper: _Paper, shares: Floats, level: Whole, distribution: Floats) -> Cases:
    """Give the chances of true levels given each score that can occur."""
    joint = np.zeros((distribution.shape[1], len(paper.cuts) + 1))
    for place in range(joint.shape[1]):
        here = level == place
        joint[:, place] = shares[here] @ distribution[here]
    share = joint.sum(axis=1)
    score = np.flatnonzero(share > 0)
    labels = (score * paper.unit).tolist()
    decision = paper.cuts.levels(score.astype(np.float64) + TIE)
    return Cases(labels, share[score], joint[score] / share[score, None], decision)
