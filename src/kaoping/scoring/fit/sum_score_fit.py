r"""Item fit S-X²: whether an item behaves at every sum score as its model says.

.. math:: S\text{-}X^2_j = \sum_s \sum_c \frac{(O_{jsc} - E_{jsc})^2}{E_{jsc}}

Groups are formed by the observed sum score, so that nothing estimated enters the grouping and the statistic is close to
chi-square with the number of cells less the number of groups less the parameters that the item depends on [1]_ [2]_.
Parameters that items share, and those of the population, are counted for each item as in mirt: with a common slope p
is a little low.

Cells that expect too few persons are joined: first, within a score, a category with its neighbour towards the middle;
then whole scores with the neighbouring score of fewer persons.

References
----------
.. [1] Orlando, M., & Thissen, D. (2000). Likelihood-based item-fit indices for dichotomous item response theory models.
   *Applied Psychological Measurement*, 24, 50-64.
.. [2] Kang, T., & Chen, T. T. (2008). Performance of the generalized S-X² item fit index for polytomous IRT models.
   *Journal of Educational Measurement*, 45, 391-406.
"""

from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.errors import NotEnoughScores
from kaoping.scoring.fit.fitted import Items, complete, fitted
from kaoping.scoring.fit.indices import rmsea
from kaoping.scoring.fit.score_tables import ScoreTable, score_tables
from kaoping.scoring.quadrature import Quadrature
from kaoping.scoring.responses import ResponseMatrix

LEAST_EXPECTED = 1.0


@dataclass(frozen=True, eq=False)
class SumScoreFit:
    """S-X² of k items.

    Attributes
    ----------
    statistic, df, p, rmsea : (k,); with no degree of freedom left, ``df`` is 0 and ``p`` and ``rmsea`` are not numbers.
    tables : what was counted and expected at each score, before cells were joined, for pictures.
    """

    items: tuple[str, ...]
    statistic: Floats
    df: Whole
    p: Floats
    rmsea: Floats
    tables: tuple[ScoreTable, ...]

    @property
    def tested(self) -> np.ndarray:
        """(k,) whether the item has degrees of freedom left, so that ``p`` is a number."""
        return self.df > 0


def s_x2(
    responses: ResponseMatrix,
    items: Items,
    *,
    population: Quadrature | None = None,
    least_expected: float = LEAST_EXPECTED,
) -> SumScoreFit:
    """Calculate S-X² of every item, with its root mean squared error of approximation.

    Parameters
    ----------
    responses : complete answers of n persons; their weights are numbers of persons.
    items : the fitted model; see `fitted`.
    population : of a calibration its own, else standard normal, if not given.
    least_expected : persons that a cell has to expect, else it is joined.

    Raises
    ------
    IncompleteAnswers
        A sum score needs every answer.
    NotEnoughScores
        Nobody has a score between none and all of the points.
    BadParameters
        The parameters are not those of the items answered.

    >>> from kaoping.scoring.parameters import ItemParameters
    >>> from kaoping.scoring.simulation import simulate
    >>> rng = np.random.default_rng(3)
    >>> true = ItemParameters.logistic(np.ones(8), np.linspace(-1, 1, 8))
    >>> found = s_x2(simulate(rng.standard_normal(2000), true, rng=rng), true)
    >>> found.df
    array([5, 5, 5, 5, 5, 5, 5, 5])
    """
    model = fitted(items, population=population)
    complete(responses, model.parameters, what="S-X²")
    tables = tuple(score_tables(responses, model))
    if not len(tables[0].n):
        raise NotEnoughScores(n=responses.n_persons)
    joined = [sparse_joined(table, least_expected) for table in tables]
    statistic = np.array([table.chi_square for table in joined])
    cells = np.array([table.cells - len(table.n) for table in joined])
    df = np.maximum(cells - model.free_of_item, 0)
    return SumScoreFit(responses.items, statistic, df, *_judged(statistic, df, float(responses.weights.sum())), tables)


def _judged(statistic: Floats, df: Whole, n: float) -> tuple[Floats, Floats]:
    """Give p and RMSEA where there are degrees of freedom."""
    p, error = np.full((2, len(df)), np.nan)
    for item in np.flatnonzero(df > 0):
        p[item] = chi2.sf(statistic[item], df[item])
        error[item] = rmsea(float(statistic[item]), int(df[item]), n)
    return p, error


def sparse_joined(table: ScoreTable, least: float = LEAST_EXPECTED) -> ScoreTable:
    """Join cells of a table until each expects at least so many persons, or one group is left.

    >>> table = ScoreTable(np.array([1, 2]), np.array([1, 2]), np.ones((2, 2)), np.array([[1.9, 0.1], [1.0, 1.0]]))
    >>> sparse_joined(table).expected
    array([[2.9, 1.1]])
    """
    table = _categories_joined(table, least)
    while len(table.n) > 1:
        sparse = ((table.expected > 0) & (table.expected < least)).any(axis=1)
        if not sparse.any():
            break
        group = int(sparse.argmax())
        beside = [place for place in (group - 1, group + 1) if 0 <= place < len(table.n)]
        table = table.joining(group, min(beside, key=lambda place: table.n[place]))
    return table


def _categories_joined(table: ScoreTable, least: float) -> ScoreTable:
    """Move sparse cells one category towards the middle, from both ends; of two categories none."""
    observed, expected = table.observed.copy(), table.expected.copy()
    m = observed.shape[1]
    if m == 2:  # noqa: PLR2004 - wrong and right cannot be joined and still say anything
        return table
    upwards = [(category, category + 1) for category in range(m // 2)]
    downwards = [(category, category - 1) for category in range(m - 1, m // 2 - 1, -1)]
    for category, into in (*upwards, *downwards):
        sparse = (expected[:, category] > 0) & (expected[:, category] < least)
        for counts in (observed, expected):
            counts[sparse, into] += counts[sparse, category]
            counts[sparse, category] = 0.0
    return ScoreTable(table.low, table.high, observed, expected)
