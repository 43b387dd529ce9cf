r"""Measures of all facets by marginal maximum likelihood, persons being a sample of a normal population.

.. math:: \ell = \sum_n \ln \int \prod_{r \in n} P(x_r \mid \theta)\, \varphi(\theta; \mu, \sigma)\, d\theta

EM [1]_ with the integral as a sum over an even grid. A pass is a sparse product of persons by cells with cells by
nodes, its transpose, and one Newton step in a sparse system of the measures; nothing as large as ratings by measures
is made. Within a pass one facet is free of its zero sum; its mean is then moved to the persons, as the likelihood
allows, which spares EM the slow way of finding the location [2]_.

References
----------
.. [1] Bock, R. D., & Aitkin, M. (1981). *Psychometrika*, 46, 443-459.
.. [2] Liu, C., Rubin, D. B., & Wu, Y. N. (1998). Parameter expansion to accelerate EM. *Biometrika*, 85, 755-770.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse import linalg

from kaoping.scoring.arrays import Floats
from kaoping.scoring.quadrature import Quadrature, normal
from kaoping.scoring.raters.sparsity import matrix
from kaoping.scoring.raters.structure import Structure

BLOCK = 20_000
"""Persons that are worked on at a time."""
SMOOTH = 1e-9
"""What keeps the system regular where one zero sum follows from others, as a share of its largest element."""
LONGEST_STEP = 1.0
"""Largest change of a measure in one pass, in logits."""
LEAST_SD = 1e-3


@dataclass(frozen=True, eq=False)
class Expected:
    """What persons are expected to be, given their ratings, at a point.

    ``weights`` is the posterior of each person (n, q), ``persons`` the weight of ratings of each cell by node (c, q).
    """

    log_likelihood: float
    weights: Floats
    persons: Floats


def log_probabilities(difficulty: Floats, nodes: Floats) -> Floats:
    """Logarithm of the chance of each category of a cell at abilities, from cumulated difficulties (c, m): (c, m, q).

    >>> np.exp(log_probabilities(np.array([[0.0, 1.0]]), np.array([1.0]))).round(3)
    array([[[0.5],
            [0.5]]])
    """
    lines = np.arange(difficulty.shape[1])[:, None] * nodes - difficulty[:, :, None]
    lines -= lines.max(axis=1, keepdims=True)
    return np.asarray(lines - np.log(np.exp(lines).sum(axis=1, keepdims=True)))


def expect(structure: Structure, log_chances: Floats, population: Quadrature) -> Expected:
    """Weigh the nodes by each person's ratings, given (c, m, q) of `log_probabilities`."""
    flat = log_chances.reshape(-1, log_chances.shape[-1])
    weights = np.empty((structure.chosen.shape[0], flat.shape[1]))
    total = 0.0
    for rows in blocks(len(weights)):
        part = structure.chosen[rows] @ flat + np.log(population.weights)
        most = part.max(axis=1, keepdims=True)
        np.exp(part - most, out=part)
        sums = part.sum(axis=1, keepdims=True)
        total += float((np.log(sums) + most).sum())
        weights[rows] = part / sums
    return Expected(total, weights, np.asarray(structure.ratings_of.T @ weights))


def blocks(n: int) -> Iterator[slice]:
    """Cut n persons into blocks."""
    return (slice(start, min(start + BLOCK, n)) for start in range(0, n, BLOCK))


class Problem:
    """The passes of EM over ratings; a point is the free parameters, the mean and the log deviation of the persons."""

    def __init__(self, structure: Structure, nodes: int, tilt: Floats) -> None:
        self.structure, self.nodes, self.tilt = structure, nodes, tilt
        self.observed = np.asarray(structure.chosen.sum(axis=0)).reshape(structure.cells, structure.categories)

    def unpack(self, point: Floats) -> tuple[Floats, Quadrature]:
        """Give all parameters and the population at a point."""
        parameters = self.structure.start.copy()
        parameters[self.structure.free] = point[:-2]
        return parameters, normal(self.nodes, mean=float(point[-2]), sd=float(np.exp(point[-1])))

    def mapping(self, point: Floats) -> tuple[float, Floats]:
        """Make a pass: the log-likelihood at the point, with what adjusts extreme elements, and the next point."""
        parameters, population = self.unpack(point)
        log_chances = log_probabilities(self.structure.difficulty(parameters), population.nodes)
        found = expect(self.structure, log_chances, population)
        after = parameters + self.step(np.exp(log_chances), found)
        mean, sd = moments(found.weights, population.nodes)
        if self.structure.floating is not None:
            columns = self.structure.floating.columns
            shift = float(after[columns].mean())
            after[columns] -= shift
            mean -= shift
        place = np.concatenate([after[self.structure.free], [mean, np.log(max(sd, LEAST_SD))]])
        return found.log_likelihood + float(self.tilt @ parameters), place

    def gradient(self, chances: Floats, persons: Floats) -> Floats:
        """Derivative of the log-likelihood by all parameters, (p,)."""
        expected = np.einsum("cq,ckq->ck", persons, chances)
        return np.asarray(self.structure.design.T @ (expected - self.observed)[:, 1:].ravel() + self.tilt)

    def step(self, chances: Floats, found: Expected) -> Floats:
        """Make the Newton step of all parameters for the expected persons."""
        free = self.structure.free
        if not free.any():  # all are anchored: the population alone is estimated
            return np.zeros(len(free))
        curvature = information_of(self.structure, chances, found.persons)[free][:, free]
        step = np.zeros(len(free))
        solve = solver(curvature, self.structure.held[:, free])
        step[free] = solve(self.gradient(chances, found.persons)[free])
        return step * min(1.0, LONGEST_STEP / max(float(np.abs(step).max(initial=0.0)), LEAST_SD))


def moments(weights: Floats, nodes: Floats) -> tuple[float, float]:
    """Mean and standard deviation of the persons, by their posteriors (n, q)."""
    share = weights.mean(axis=0)
    mean = float(share @ nodes)
    return mean, float(np.sqrt(share @ (nodes - mean) ** 2))


def information_of(
    structure: Structure, chances: Floats, persons: Floats, design: sparse.csr_array | None = None
) -> sparse.csr_array:
    """Information on all parameters if abilities were known, (p, p), from (c, m, q) chances and (c, q) persons.

    ``design`` (c (m - 1), p) may have other columns than that of the structure.
    """
    inner = chances[:, 1:]
    block = -np.einsum("cq,ckq,clq->ckl", persons, inner, inner, optimize=True)
    ends = np.arange(inner.shape[1])
    block[:, ends, ends] += np.einsum("cq,ckq->ck", persons, inner)
    return assembled(structure.design if design is None else design, block)


def assembled(design: sparse.csr_array, block: Floats) -> sparse.csr_array:
    """Information on all parameters (p, p) from that on the cumulated difficulties of each cell, (c, m - 1, m - 1)."""
    cells, steps, _ = block.shape
    rows = np.arange(cells * steps).reshape(cells, steps)
    middle = matrix(
        block.ravel(), np.repeat(rows, steps, axis=1).ravel(), np.tile(rows, steps).ravel(), (rows.size,) * 2
    )
    return sparse.csr_array(design.T @ (middle @ design))


def solver(curvature: Any, zero: Any) -> Any:
    """Factor a system whose solution has the sums ``zero`` (s, p); gives a function from right sides (p, ...)."""
    size = curvature.shape[0]
    scale = max(float(abs(curvature).max()), 1.0)
    corner = sparse.diags_array(np.full(zero.shape[0], -SMOOTH / scale))
    system = sparse.block_array([[curvature, zero.T], [zero, corner]], format="csc")
    factors = linalg.splu(system)

    def solve(right: Floats) -> Floats:
        padded = np.zeros((system.shape[0], *right.shape[1:]))
        padded[:size] = right
        return np.asarray(factors.solve(padded)[:size])

    return solve
