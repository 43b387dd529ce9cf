r"""Margins of one and of two items: observed, expected, their covariance, and how they move with the parameters.

Each item has u univariate statistics f and one score x; each pair of items has the product of scores:

* full (C2): :math:`f_c = 1[x = c]` for every category but the first [2]_;
* reduced (M2*): :math:`f = x`, one mean for each item [1]_.

Of right-or-wrong items both are the shares of right answers and of pairs right together, as M2 takes them. With the
conditional means :math:`g(\theta)` of all statistics, their covariance over persons is that of the conditional means
and the mean of the conditional covariance, which only statistics with a common item have:

.. math:: \Xi = Var(g(\theta)) + E\left(Cov(f \mid \theta)\right)

References
----------
.. [1] Cai, L., & Hansen, M. (2013). Limited-information goodness-of-fit testing of hierarchical item factor models.
   *British Journal of Mathematical and Statistical Psychology*, 66, 245-276.
.. [2] Cai, L., & Monroe, S. (2014). *A new statistic for evaluating item response theory models for ordinal data*
   (CRESST Report 839).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.fit.fitted import Fitted
from kaoping.scoring.population import Populations
from kaoping.scoring.responses import ResponseMatrix


@dataclass(frozen=True, eq=False)
class Change:
    """How the chances (m, q) of one item change, (p, m, q), with the free parameters at ``slots`` (p,)."""

    item: int
    slots: Whole
    by: Floats


@dataclass(frozen=True, eq=False)
class Margins:
    """Margins of k items with chances (k, m, q) at nodes with weights (q,).

    ``categories`` (k,) of each item; ``reduced`` asks for one mean instead of the shares of all categories.
    """

    chances: Floats
    weights: Floats
    categories: Whole
    reduced: bool

    @cached_property
    def _scores(self) -> Floats:
        """Univariate statistics of each category: a list (u, m) for every item, as one array (r1, m)."""
        m = self.chances.shape[1]
        if self.reduced:
            return np.tile(np.arange(float(m)), (len(self.categories), 1))
        return np.concatenate([np.eye(m)[1:count] for count in self.categories])

    @cached_property
    def owner(self) -> Whole:
        """(r1,) item of each univariate statistic."""
        k = len(self.categories)
        return np.arange(k) if self.reduced else np.repeat(np.arange(k), self.categories - 1)

    @cached_property
    def pairs(self) -> tuple[Whole, Whole]:
        """First and second item of each pair, in the order of the statistics."""
        return np.triu_indices(len(self.categories), 1)

    @property
    def size(self) -> int:
        """Number r of statistics."""
        return len(self.owner) + len(self.pairs[0])

    @cached_property
    def expected_scores(self) -> Floats:
        """(k, q) expected score of each item."""
        return np.asarray(np.einsum("kmq,m->kq", self.chances, np.arange(self.chances.shape[1])))

    @cached_property
    def conditional(self) -> Floats:
        """(r, q) expectation of each statistic at each ability."""
        first, second = self.pairs
        single = np.einsum("rm,rmq->rq", self._scores, self.chances[self.owner])
        return np.concatenate([single, self.expected_scores[first] * self.expected_scores[second]])

    @cached_property
    def expected(self) -> Floats:
        """(r,) expectation of each statistic."""
        return self.conditional @ self.weights

    def observed(self, responses: ResponseMatrix) -> Floats:
        """(r,) mean of each statistic over the persons."""
        score = responses.answers.astype(np.float64)
        share = responses.weights / responses.weights.sum()
        single = np.array(
            [share @ of[responses.answers[:, item]] for item, of in zip(self.owner, self._scores, strict=True)]
        )
        return np.concatenate([single, (score.T @ (score * share[:, None]))[self.pairs]])

    def covariance(self) -> Floats:
        """(r, r) covariance of the statistics of one person under the model."""
        moved = self.conditional - self.expected[:, None]
        found = (moved * self.weights) @ moved.T
        for item in range(len(self.categories)):
            places, inner, outer = self._of(item)
            found[np.ix_(places, places)] += np.einsum("abq,aq,bq,q->ab", inner, outer, outer, self.weights)
        variance = self._variance
        first, second = self.pairs
        last = np.arange(len(self.owner), self.size)
        found[last, last] += (variance[first] * variance[second]) @ self.weights
        return found

    @cached_property
    def _variance(self) -> Floats:
        """(k, q) variance of each item's score at each ability."""
        square = np.einsum("kmq,m->kq", self.chances, np.arange(self.chances.shape[1]) ** 2.0)
        return np.asarray(square - self.expected_scores**2)

    def _of(self, item: int) -> tuple[Whole, Floats, Floats]:
        """Statistics (a,) that an item is in, their conditional covariance in it (a, a, q), the other item's score."""
        first, second = self.pairs
        own = np.flatnonzero(self.owner == item)
        shared = np.flatnonzero((first == item) | (second == item))
        other = first[shared] + second[shared] - item
        score = np.arange(float(self.chances.shape[1]))
        values = np.concatenate([self._scores[own], np.tile(score, (len(shared), 1))])
        mean = values @ self.chances[item]
        inner = np.einsum("am,bm,mq->abq", values, values, self.chances[item]) - mean[:, None] * mean
        outer = np.concatenate([np.ones((len(own), len(self.weights))), self.expected_scores[other]])
        return np.concatenate([own, len(self.owner) + shared]), inner, outer

    def jacobian(self, changes: Sequence[Change], free: int) -> Floats:
        """(r, F) derivative of the expectations by the free parameters."""
        found = np.zeros((self.size, free))
        score = np.arange(float(self.chances.shape[1]))
        for change in changes:
            first, second = self.pairs
            own = np.flatnonzero(self.owner == change.item)
            single = np.einsum("am,pmq,q->ap", self._scores[own], change.by, self.weights)
            shared = np.flatnonzero((first == change.item) | (second == change.item))
            other = first[shared] + second[shared] - change.item
            slope = np.einsum("m,pmq,q->pq", score, change.by, self.weights)
            both = self.expected_scores[other] @ slope.T
            np.add.at(found, np.ix_(own, change.slots), single)
            np.add.at(found, np.ix_(len(self.owner) + shared, change.slots), both)
        return found


def changes(model: Fitted) -> list[Change]:
    """Derivatives of the chances of every item by the free parameters inside its model."""
    found = []
    m = model.chances.shape[1]
    for section in model.layout.sections:
        values = np.stack([model.parameters.values[place] for place in section.places])
        by = section.model.derivative(values, model.population.nodes).swapaxes(1, 2)
        for row, place in enumerate(section.places):
            known = section.slots[row] >= 0
            own = np.zeros((int(known.sum()), m, by.shape[3]))
            own[:, : section.model.categories] = by[row, known] * model.chances[place, : section.model.categories]
            found.append(Change(int(place), section.slots[row, known], own))
    return found


def jacobian(margins: Margins, model: Fitted) -> Floats:
    """(r, P) derivative of the expectations by every free parameter, those of the population last.

    The spread of the population enters by its logarithm.
    """
    inside = margins.jacobian(changes(model), model.layout.size)
    nodes, weights = model.population.nodes, model.population.weights
    mean = float(weights @ nodes)
    sd = float(np.sqrt(weights @ (nodes - mean) ** 2))
    both = (np.array([name in model.moments]) for name in ("mean", "sd"))
    scores = Populations(np.array([mean]), np.array([sd]), *both).scores(nodes)
    moved = weights * (scores - (scores @ weights)[:, None])
    return np.concatenate([inside, margins.conditional @ moved.T], axis=1)
