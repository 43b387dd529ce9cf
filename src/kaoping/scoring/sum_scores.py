r"""Ability from the sum of the marks alone, and the table that turns a sum into an ability.

With :math:`f(s \mid \theta_q)` the distribution of the sum over the items that a person answered

.. math:: E(\theta \mid s) = \frac{\sum_q \theta_q\, w_q\, f(s \mid \theta_q)}{\sum_q w_q\, f(s \mid \theta_q)},

with the standard deviation of the same posterior as standard error. Persons who answered other items have another
table; where each person answered a set of items of his own, as in adaptive tests, each costs a recursion.

References
----------
Lord, F. M., & Wingersky, M. S. (1984). Comparison of IRT true-score and equipercentile observed-score "equatings".
*Applied Psychological Measurement*, 8, 453-461.
Thissen, D., Pommerich, M., Billeaud, K., & Williams, V. S. L. (1995). Item response theory for scores on tests
including polytomous items with ordered responses. *Applied Psychological Measurement*, 19, 39-49.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array

from kaoping.scoring.ability import Abilities, fitting
from kaoping.scoring.arrangement import sets_of
from kaoping.scoring.arrays import Answers, Floats, Whole
from kaoping.scoring.errors import BadResponses
from kaoping.scoring.grids import Population, checked, grids, normal_grid
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.quadrature import Quadrature
from kaoping.scoring.raw_scores import marks_table, summed
from kaoping.scoring.responses import ResponseMatrix

ROWS = 4096
"""Rows that are formed in full, or as numbers, at a time."""


@dataclass(frozen=True, eq=False)
class SumScoreTable:
    """What each sum of marks that can occur means.

    Attributes
    ----------
    score : (s,) sums, rising.
    theta, se : (s,) posterior mean and standard deviation, in logits.
    expected : (s,) share of the population with this sum.
    marks : (k, m) what the categories of the items are worth.
    """

    score: Whole
    theta: Floats
    se: Floats
    expected: Floats
    marks: Whole = field(repr=False)

    def observed(self, responses: ResponseMatrix) -> Floats:
        """Give the share of these persons with each sum, (s,), weighted; to be compared with ``expected``.

        Raises
        ------
        BadResponses
            Somebody did not answer every item.

        >>> items = ItemParameters.logistic(np.ones(2), np.zeros(2))
        >>> sum_score_table(items).observed(ResponseMatrix([[1, 0], [1, 1], [0, 1], [0, 0]]))
        array([0.25, 0.5 , 0.25])
        """
        if not responses.complete:
            raise BadResponses(reason="sums of different items cannot be counted together")
        sums = _sums(responses.answers, self.marks)
        counted = np.bincount(np.searchsorted(self.score, sums), weights=responses.weights, minlength=len(self.score))
        return np.asarray(counted / counted.sum())


def sum_score_table(
    parameters: ItemParameters, *, marks: ArrayLike | None = None, population: Quadrature | None = None
) -> SumScoreTable:
    """Give ability, error and expected share for each sum of marks of a person who answered all items.

    Parameters
    ----------
    marks : as for `marks_table`: a category is worth its number if not given.
    population : standard normal if not given.

    Raises
    ------
    BadMarks
        The marks do not belong to these items.

    >>> table = sum_score_table(ItemParameters.logistic(np.ones(2), np.ones(2)))
    >>> table.score, table.theta.round(3), table.expected.round(3)
    (array([0, 1, 2]), array([-0.444,  0.296,  1.   ]), array([0.519, 0.356, 0.125]))
    """
    grid = normal_grid(parameters) if population is None else checked(population)
    return _table(parameters.probabilities(grid.nodes), marks_table(parameters, marks), parameters.categories, grid)


def eap_of_sums(
    responses: ResponseMatrix,
    parameters: ItemParameters,
    *,
    marks: ArrayLike | None = None,
    population: Population = None,
) -> Abilities:
    """Posterior mean and standard deviation of every person given the sum of the marks on the items answered.

    Parameters
    ----------
    responses, parameters, population : as for `kaoping.scoring.ability.eap`.
    marks : as for `marks_table`: a category is worth its number if not given.

    Raises
    ------
    BadParameters, BadPopulation, BadMarks
        Items, population or marks do not belong to the answers.

    >>> answers = ResponseMatrix([[1, 0], [0, 1], [1, -1]])
    >>> eap_of_sums(answers, ItemParameters.logistic([1.0, 2.0], [0.0, 0.5])).theta.round(3)
    array([0.076, 0.076, 0.413])
    """
    fitting(responses, parameters)
    worth, populations = marks_table(parameters, marks), grids(population, responses, parameters)
    chances = [parameters.probabilities(grid.nodes) for grid in populations]
    found = np.empty((2, responses.n_persons))
    for rows, answers in _blocks(responses):
        sets, set_of = sets_of(answers)
        sums = _sums(answers, worth)
        for place, known in enumerate(sets):
            items, of_set = np.flatnonzero(known), rows[set_of == place]
            for group in np.unique(responses.group[of_set]):
                persons = of_set[responses.group[of_set] == group]
                table = _table(chances[group][items], worth[items], parameters.categories[items], populations[group])
                score = np.searchsorted(table.score, sums[persons - rows[0]])
                found[:, persons] = table.theta[score], table.se[score]
    return Abilities(*found)


def _blocks(responses: ResponseMatrix) -> Iterator[tuple[Whole, Answers]]:
    """Persons and their answers: all together, or some at a time of a sparse table."""
    size = ROWS if isinstance(responses.codes, csr_array) else responses.n_persons
    for start in range(0, responses.n_persons, size):
        rows = np.arange(start, min(start + size, responses.n_persons))
        yield rows, responses.block(slice(start, start + size))


def _sums(answers: Answers, worth: Whole) -> Whole:
    """Sum of the marks of each row, (r,)."""
    total = np.zeros(len(answers))
    for start in range(0, len(answers), ROWS):
        part = slice(start, start + ROWS)
        for category in range(worth.shape[1]):
            total[part] += (answers[part] == category).astype(np.float64) @ worth[:, category].astype(np.float64)
    return total.astype(np.int64)


def _table(chance: Floats, worth: Whole, categories: Whole, grid: Quadrature) -> SumScoreTable:
    """Make the table of items with these chances (k, m, q)."""
    joint = summed(chance, worth, categories) * grid.weights
    share = joint.sum(axis=1)
    score = np.flatnonzero(share > 0)
    posterior = joint[score] / share[score, None]
    theta = posterior @ grid.nodes
    spread = (posterior * (grid.nodes - theta[:, None]) ** 2).sum(axis=1)
    return SumScoreTable(score, theta, np.sqrt(spread), share[score], worth)
