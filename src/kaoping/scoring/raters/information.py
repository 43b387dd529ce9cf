r"""The observed information of the marginal likelihood, and standard errors under the zero sums.

By Louis [1]_ it is the information with abilities known, less what not knowing them costs:

.. math:: I = E(I_{complete}) - \sum_n \operatorname{Var}_{\theta \mid x_n} \big( s_n(\theta) \big)

with the score :math:`s_n` of person n in all parameters, mean and log deviation of the population last. A score has
entries for the elements that the person met alone, so the sum is of small products; nodes that a person is all but
surely not at are passed over.

References
----------
.. [1] Louis, T. A. (1982). Finding the observed information matrix when using the EM algorithm. *JRSS B*, 44,
   226-233.
"""

from typing import Any

import numpy as np
from scipy import linalg, sparse

from kaoping.scoring.arrays import Floats
from kaoping.scoring.quadrature import Quadrature
from kaoping.scoring.raters.errors import Undetermined
from kaoping.scoring.raters.estimation import Expected, information_of, solver
from kaoping.scoring.raters.sparsity import beside
from kaoping.scoring.raters.structure import Structure

NEGLIGIBLE = 1e-7
"""Posterior chance of a node below which it is passed over."""
DENSE = 4000
"""Parameters up to which the system is inverted as a whole."""
COLUMNS = 256
"""Right sides that are solved at a time beyond."""
SINGULAR = 1e-11
"""Share of the largest pivot below which one counts as zero."""


def information(
    structure: Structure,
    found: Expected,
    population: Quadrature,
    *,
    chances: Floats,
    at: tuple[float, float],
    design: sparse.csr_array | None = None,
) -> sparse.csr_array:
    """Observed information on the measures and on mean and log sd of the population, (p + 2, p + 2).

    Parameters
    ----------
    chances : (c, m, q) of each category of each cell at the nodes.
    at : mean and standard deviation of the population.
    design : (c (m - 1), p) columns that information is wanted on; those of the structure if not given.
    """
    design = structure.design if design is None else design
    known = information_of(structure, chances, found.persons, design)
    whole = sparse.block_diag([known, _population(found, population, at)], format="csr")
    people, steps = len(found.weights), structure.categories - 1
    of_cell = sparse.csr_array(sparse.kron(sparse.eye_array(structure.cells), np.ones((1, steps))))
    cost, average = sparse.csr_array(whole.shape), sparse.csr_array((people, whole.shape[0]))
    for node, theta in enumerate(population.nodes):
        near = np.flatnonzero(found.weights[:, node] > NEGLIGIBLE)
        if not near.size:
            continue
        by_cell = of_cell @ sparse.diags_array(chances[:, 1:, node].ravel()) @ design
        standard = (theta - at[0]) / at[1]
        pull = np.tile([standard / at[1], standard**2 - 1], (len(near), 1))
        score = beside([structure.ratings_of[near] @ by_cell, pull])
        weight = found.weights[near, node]
        cost += score.T @ sparse.diags_array(weight) @ score
        average += sparse.csr_array((weight, (near, np.arange(len(near)))), shape=(people, len(near))) @ score
    return sparse.csr_array(whole - cost + average.T @ average)


def _population(found: Expected, population: Quadrature, at: tuple[float, float]) -> Floats:
    """Information on mean and log sd if abilities were known, (2, 2)."""
    n = found.weights.sum(axis=0)
    standard = (population.nodes - at[0]) / at[1]
    cross = 2 * float(n @ standard) / at[1]
    return np.array([[float(n.sum()) / at[1] ** 2, cross], [cross, 2 * float(n @ standard**2)]])


def variances(matrix: Any, zero: Any) -> Floats:
    """Sampling variances (p,) of parameters of known sums ``zero`` (s, p), from their information (p, p).

    Raises
    ------
    Undetermined
        Some parameter can move without loss.
    """
    size = matrix.shape[0]
    if size <= DENSE:
        return np.asarray(np.diag(covariance(matrix, zero)))
    solve, out = solver(matrix, zero), np.empty(size)
    for start in range(0, size, COLUMNS):
        places = np.arange(start, min(start + COLUMNS, size))
        right = np.zeros((size, len(places)))
        right[places, places - start] = 1.0
        out[places] = solve(right)[places, places - start]
    if not (out >= -SINGULAR).all():
        raise Undetermined(place=int(out.argmin()), what="a measure")
    return np.maximum(out, 0.0)


def covariance(matrix: Any, zero: Any) -> Floats:
    r"""Covariance (p, p) of parameters of known sums ``zero`` (s, p), from their information (p, p).

    With :math:`M = I + Z^\top Z` it is :math:`M^{-1} - M^{-1} Z^\top (Z M^{-1} Z^\top)^{+} Z M^{-1}`.

    Raises
    ------
    Undetermined
        Some parameter can move without loss.

    >>> covariance(sparse.eye_array(2), sparse.csr_array(np.ones((1, 2)))).round(3)
    array([[ 0.5, -0.5],
           [-0.5,  0.5]])
    """
    full, sums = matrix.toarray(), zero.toarray()
    scale = float(np.diag(full).mean())
    joined = full + scale * sums.T @ sums
    try:
        factor = linalg.cho_factor(joined, lower=True)
    except linalg.LinAlgError:
        raise Undetermined(what="a measure", place=int(np.abs(np.linalg.eigh(joined)[1][:, 0]).argmax())) from None
    pivots = np.diag(factor[0]) ** 2
    if pivots.min() < SINGULAR * pivots.max():
        raise Undetermined(what="a measure", place=int(pivots.argmin()))
    inverse = linalg.cho_solve(factor, np.eye(len(full)))
    sideways = inverse @ sums.T
    inner: Floats = np.linalg.pinv(sums @ sideways, rcond=1e-9, hermitian=True)
    return np.asarray(inverse - sideways @ inner @ sideways.T)
