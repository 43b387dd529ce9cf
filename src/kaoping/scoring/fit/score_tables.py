r"""How often each category was chosen at each sum score, against how often the model expects it.

.. math:: E_{jsc} = N_s \frac{\int P_{jc}(\theta)\, P(S_{-j} = s - c \mid \theta)\, g(\theta)\, d\theta}
                           {\int P(S = s \mid \theta)\, g(\theta)\, d\theta}

for the persons :math:`N_s` of sum score s and the rest score :math:`S_{-j}` without item j.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.fit.fitted import Fitted
from kaoping.scoring.fit.rest_scores import rest_scores, sum_scores
from kaoping.scoring.responses import ResponseMatrix


@dataclass(frozen=True, eq=False)
class ScoreTable:
    """Persons of g groups of sum scores in each of m categories of one item.

    ``low``, ``high`` (g,): lowest and highest sum score of a group; ``observed``, ``expected`` (g, m), where a
    category joined with its neighbour is zero in both.
    """

    low: Whole
    high: Whole
    observed: Floats
    expected: Floats

    @property
    def n(self) -> Floats:
        """(g,) persons."""
        return np.asarray(self.observed.sum(axis=1))

    @property
    def cells(self) -> int:
        """Number of cells that can hold anybody."""
        return int((self.expected > 0).sum())

    @property
    def mean_observed(self) -> Floats:
        """(g,) mean category of each group."""
        return self.observed @ np.arange(self.observed.shape[1]) / self.n

    @property
    def mean_expected(self) -> Floats:
        """(g,) mean category that the model expects."""
        return self.expected @ np.arange(self.expected.shape[1]) / self.n

    @property
    def standard_error(self) -> Floats:
        """(g,) standard error of the mean category of so many persons under the model."""
        square = self.expected @ np.arange(self.expected.shape[1]) ** 2 / self.n
        return np.sqrt(np.maximum(square - self.mean_expected**2, 0.0) / self.n)

    def gathered(self, groups: int) -> "ScoreTable":
        """Give the table with neighbouring scores joined to at most so many groups of about equal size.

        >>> table = ScoreTable(np.arange(1, 5), np.arange(1, 5), np.ones((4, 2)), np.ones((4, 2)))
        >>> table.gathered(2).high
        array([2, 4])
        """
        share = (np.cumsum(self.n) - self.n / 2) / self.n.sum()
        starts = np.unique((share * groups).astype(np.int64), return_index=True)[1]
        ends = np.append(starts[1:], len(self.n)) - 1
        observed, expected = (np.add.reduceat(part, starts, axis=0) for part in (self.observed, self.expected))
        return ScoreTable(self.low[starts], self.high[ends], observed, expected)

    @property
    def chi_square(self) -> float:
        """Pearson's statistic over all cells."""
        known = self.expected > 0
        return float(((self.observed - self.expected)[known] ** 2 / self.expected[known]).sum())

    def joining(self, group: int, into: int) -> "ScoreTable":
        """Give the table in which a group is counted with another one."""
        observed, expected = self.observed.copy(), self.expected.copy()
        observed[into] += observed[group]
        expected[into] += expected[group]
        low, high = self.low.copy(), self.high.copy()
        low[into], high[into] = min(low[into], low[group]), max(high[into], high[group])
        kept = np.arange(len(low)) != group
        return ScoreTable(low[kept], high[kept], observed[kept], expected[kept])


def score_tables(responses: ResponseMatrix, model: Fitted) -> Iterator[ScoreTable]:
    """Table of each item for the scores between none and all of the points that somebody has.

    Scores at which the item cannot have all its categories (few points cannot hold the highest) are counted with the
    nearest score at which it can.

    Parameters
    ----------
    responses : complete answers of n persons; their weights are numbers of persons.

    >>> from kaoping.scoring.fit.fitted import fitted
    >>> from kaoping.scoring.parameters import ItemParameters
    >>> three = fitted(ItemParameters.logistic(np.ones(3), np.zeros(3)))
    >>> next(score_tables(ResponseMatrix([[1, 0, 0], [0, 1, 0], [0, 1, 1]]), three)).expected.round(3)
    array([[1.333, 0.667],
           [0.333, 0.667]])
    """
    most, weights = model.parameters.categories, model.population.weights
    chances = [row[:m] for row, m in zip(model.chances, most, strict=True)]
    everything = sum_scores(chances) @ weights
    score = responses.answers.sum(axis=1, dtype=np.int64)
    persons = np.bincount(score, weights=responses.weights, minlength=len(everything))
    for item, rest in enumerate(rest_scores(chances)):
        observed, expected = np.zeros((2, len(everything), most[item]))
        for category, chance in enumerate(chances[item]):
            place = slice(category, category + len(rest))
            expected[place, category] = (rest * chance) @ weights / everything[place] * persons[place]
            chosen = responses.answers[:, item] == category
            observed[:, category] = np.bincount(
                score[chosen], weights=responses.weights[chosen], minlength=len(everything)
            )
        yield _possible(observed, expected, int(most[item]))


def _possible(observed: Floats, expected: Floats, m: int) -> ScoreTable:
    """Join scores at which a category is impossible, leave out no points, all points, and scores of nobody."""
    score = np.arange(len(observed))
    last = len(observed) - 1
    first, final = m - 1, last - (m - 1)
    into = np.clip(score, first, final) if first <= final else score
    between = (score > 0) & (score < last)
    counts = np.zeros((2, *observed.shape))
    for total, part in zip(counts, (observed, expected), strict=True):
        np.add.at(total, into[between], part[between])
    low, high = (np.where(into == score, score, 0) for _ in range(2))
    if first <= final:
        low[first], high[final] = 1, last - 1
    held = counts[0].sum(axis=1) > 0
    return ScoreTable(low[held], high[held], counts[0, held], counts[1, held])
