r"""Observed information of a calibration, exactly (Louis's identity).

.. math:: I_{obs} = \sum_i E_i[I_{complete}] - \sum_i \mathrm{Cov}_i(S_u, S_v)

where the expectation is over the posterior of person i and the complete-data score of item j is
:math:`S = m_{ij}(x_{ij} - P_j(\theta))(\theta, 1)`. Within a group of persons presented the same items the covariance
splits into products of matrices persons by items, so nothing of size persons by items by nodes is formed.

References
----------
Louis, T. A. (1982). Finding the observed information matrix when using the EM algorithm. *JRSS B*, 44, 226-233.
"""

import numpy as np
from scipy.special import expit

from kaoping.scoring.arrangement import Patterns
from kaoping.scoring.arrays import Floats
from kaoping.scoring.likelihood import Chunk, posteriors
from kaoping.scoring.maximisation import complete_information
from kaoping.scoring.quadrature import Quadrature


def observed_information(patterns: Patterns, slope: Floats, intercept: Floats, grid: Quadrature) -> Floats:
    """Negative Hessian of the marginal log-likelihood, (2k, 2k): all slopes, then all intercepts."""
    k = len(slope)
    persons = np.zeros((k, len(grid.nodes)))
    lost = np.zeros((2 * k, 2 * k))
    right = expit(np.outer(slope, grid.nodes) + intercept[:, None])
    for chunk in posteriors(patterns, slope, intercept, grid):
        for rows, group in _runs(patterns, chunk):
            items = np.flatnonzero(patterns.presented[group])
            weights = chunk.weights[rows]
            counts = patterns.counts[chunk.rows][rows]
            answers = chunk.right[rows][:, items]
            persons[items] += counts @ weights
            place = np.concatenate([items, items + k])
            lost[np.ix_(place, place)] += _lost(answers, counts, weights, right[items], grid)
    return _spread(complete_information(persons, slope, intercept, grid)) - lost


def _runs(patterns: Patterns, chunk: Chunk) -> list[tuple[slice, int]]:
    """Find the runs of rows of one group inside a chunk."""
    group = patterns.group[chunk.rows]
    first = np.flatnonzero(np.diff(group, prepend=-1))
    last = [*first[1:], len(group)]
    return [(slice(start, stop), int(group[start])) for start, stop in zip(first, last, strict=True)]


def _lost(answers: Floats, counts: Floats, weights: Floats, right: Floats, grid: Quadrature) -> Floats:
    """Sum over persons of the posterior covariance of their scores, (2k, 2k).

    With f = P (theta, 1) the score is (x theta, x) - f; x has no variance and x theta only that of theta.
    """
    expected = np.concatenate([right * grid.nodes, right])  # (2k, q)
    mean = weights @ grid.nodes
    variance = weights @ grid.nodes**2 - mean**2
    means = weights @ expected.T  # (r, 2k)
    with_theta = (weights * grid.nodes) @ expected.T - mean[:, None] * means
    k = answers.shape[1]
    lost: Floats = (expected * (counts @ weights)) @ expected.T - means.T @ (counts[:, None] * means)
    crossed = (answers * counts[:, None]).T @ with_theta
    lost[:k] -= crossed
    lost[:, :k] -= crossed.T
    lost[:k, :k] += answers.T @ (answers * (counts * variance)[:, None])
    return lost


def _spread(blocks: Floats) -> Floats:
    """2 x 2 blocks of the items, (3, k), as one matrix (2k, 2k)."""
    aa, ad, dd = (np.diag(block) for block in blocks)
    return np.block([[aa, ad], [ad, dd]])
