r"""Derivatives of the log-likelihood in directions that the model has not, for any grouping of ratings.

A direction is a function :math:`F` of category and ability with mean zero under the model. The score of a group g of
ratings, with abilities integrated over each person's posterior, and its variance under the model are

.. math:: S_g = \sum_n E_{\theta \mid x_n}[U_{ng}], \quad U_{ng}(\theta) = \sum_{r \in n, g} w_r F(x_r, \theta), \qquad
          V_g = \sum_n \Big( E \sum_r w_r^2 \operatorname{Var} F - \operatorname{Var}_{\theta \mid x_n}(U_{ng}) \Big)

The posterior is that of the model, so :math:`S_g` has mean zero: what estimated abilities would bend is not bent here.
"""

from dataclasses import dataclass

import numpy as np

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.raters.calibration import ManyFacet
from kaoping.scoring.raters.ratings import joint
from kaoping.scoring.raters.sparsity import matrix, sums

PAIRS = 20_000
"""Pairs of person and group that are worked on at a time."""
LEAST_SHARE = 0.05
"""Least share of its variance with abilities known that a score keeps; below, what is left is rounding."""

TINY = 1e-300


@dataclass(frozen=True, eq=False)
class Scores:
    """Score (g,) of each group and its variance; ``known`` is the variance that it had if abilities were known."""

    score: Floats
    variance: Floats
    known: Floats

    @property
    def pooled(self) -> Floats:
        """The variance of each group with the loss that all have together, which a single one tells but roughly."""
        return self.known * min(1.0, float(self.variance.sum() / max(float(self.known.sum()), TINY)))


class Grouping:
    """Ratings by person and group: rows are pairs, as sparse matrices onto cells."""

    def __init__(self, found: ManyFacet, group: Whole) -> None:
        ratings, structure = found.ratings, found.structure
        first, self.pair = joint([group, ratings.person])
        self.person, self.group = ratings.person[first], group[first]
        self.size, self.groups = len(first), int(group.max()) + 1
        self.found, m = found, structure.categories
        place = structure.cell * m + ratings.category
        self.chosen = matrix(ratings.weight, self.pair, place, (self.size, structure.cells * m))
        self.squares = matrix(ratings.weight**2, self.pair, structure.cell, (self.size, structure.cells))

    def total(self, by_pair: Floats) -> Floats:
        """Sum over the persons of each group."""
        return sums(self.group, by_pair, self.groups)

    def scores(self, direction: Floats) -> Scores:
        """Score of each group in a direction (c, m, q)."""
        chances = self.found.chances
        mean = (chances * direction).sum(axis=1, keepdims=True)
        spread = (chances * (direction - mean) ** 2).sum(axis=1)
        flat = direction.reshape(-1, direction.shape[-1])
        mean_pull, variance_pull, known = (np.empty(self.size) for _ in range(3))
        for start in range(0, self.size, PAIRS):
            rows = slice(start, start + PAIRS)
            weights = self.found.expected.weights[self.person[rows]]
            pull = self.chosen[rows] @ flat
            mean_pull[rows] = (weights * pull).sum(axis=1)
            variance_pull[rows] = (weights * (pull - mean_pull[rows, None]) ** 2).sum(axis=1)
            known[rows] = (weights * (self.squares[rows] @ spread)).sum(axis=1)
        whole = self.total(known)
        return Scores(self.total(mean_pull), np.maximum(whole - self.total(variance_pull), LEAST_SHARE * whole), whole)

    def expected(self, by_cell: Floats) -> Floats:
        """Sum over the ratings of each group what is given for cells and nodes (c, q), with weights, (g,)."""
        structure, ratings = self.found.structure, self.found.ratings
        onto = matrix(ratings.weight, self.pair, structure.cell, (self.size, structure.cells))
        out = np.empty(self.size)
        for start in range(0, self.size, PAIRS):
            rows = slice(start, start + PAIRS)
            out[rows] = (self.found.expected.weights[self.person[rows]] * (onto[rows] @ by_cell)).sum(axis=1)
        return self.total(out)


def cell_moments(found: ManyFacet) -> tuple[Floats, Floats]:
    """Expected category and its variance for each cell at the nodes, (c, q)."""
    marks = np.arange(found.structure.categories)[:, None]
    mean = (found.chances * marks).sum(axis=1)
    return mean, (found.chances * (marks - mean[:, None]) ** 2).sum(axis=1)
