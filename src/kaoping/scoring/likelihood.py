r"""Likelihood of answers over the ability grid: the one place where persons meet nodes.

For the two-parameter logistic model the log-likelihood of a person is

.. math:: \theta \sum_j a_j x_j + \sum_j d_j x_j - \sum_{j \text{ presented}} \log(1 + e^{a_j\theta + d_j}),

an exponential family: a person enters through two weighted sums, and the last term depends only on which items
were presented. So a pass over the data costs two matrix-vector products and one exponential per person and node
instead of the two products persons by items by nodes of the general case.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from kaoping.scoring.arrangement import Patterns
from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.quadrature import Quadrature

CHUNK = 1024
"""Rows per step: 1024 rows of 61 nodes are half a megabyte and stay in the cache; persons by nodes is never formed."""


@dataclass(frozen=True, eq=False)
class Chunk:
    """Some rows, their answers (r, k), and their posterior: ``weights`` (r, q) sum to one in each row."""

    rows: slice
    right: Floats
    weights: Floats
    log_likelihood: Floats


@dataclass(frozen=True, eq=False)
class Expected:
    """What the M-step needs to know of the answers, given the posterior.

    ``persons`` (k, q) expected number of persons presented item j at node q; ``right`` (k,) persons who were right;
    ``right_theta`` (k,) sum of the posterior mean ability over those persons.
    """

    log_likelihood: float
    persons: Floats
    right: Floats
    right_theta: Floats


def posteriors(patterns: Patterns, slope: Floats, intercept: Floats, grid: Quadrature) -> Iterator[Chunk]:
    """Posterior of ability for every row, a chunk at a time.

    Parameters
    ----------
    slope, intercept : (k,) parameters of ``slope * theta + intercept``.
    """
    wrong = patterns.presented @ -np.logaddexp(0, np.outer(slope, grid.nodes) + intercept[:, None])
    base = wrong + np.log(grid.weights)
    coefficients = np.column_stack([slope, intercept])
    for start in range(0, len(patterns.right), CHUNK):
        rows = slice(start, start + CHUNK)
        right = patterns.right[rows].astype(np.float64)
        sums = right @ coefficients
        joint = np.multiply.outer(sums[:, 0], grid.nodes)
        joint += base[patterns.group[rows]] if len(base) > 1 else base
        yield Chunk(rows, right, joint, _normalise(joint) + sums[:, 1])


def _normalise(joint: Floats) -> Floats:
    """Turn log joint densities (r, q) into posterior weights in place; return the log of their sums (r,)."""
    peak = joint.max(axis=1)
    joint -= peak[:, None]
    np.exp(joint, out=joint)
    total = joint @ np.ones(joint.shape[1])
    joint *= (1 / total)[:, None]
    return np.asarray(np.log(total) + peak, dtype=np.float64)


def expect(patterns: Patterns, slope: Floats, intercept: Floats, grid: Quadrature) -> Expected:
    """E-step: log-likelihood and expected statistics at the given parameters."""
    log_likelihood = 0.0
    per_group = np.zeros((len(patterns.presented), len(grid.nodes)))
    right = np.zeros((len(slope), 2))
    for chunk in posteriors(patterns, slope, intercept, grid):
        counts = patterns.counts[chunk.rows]
        log_likelihood += float(counts @ chunk.log_likelihood)
        _add_by_group(per_group, chunk.weights, counts, patterns.group[chunk.rows])
        statistics = np.column_stack([counts, counts * (chunk.weights @ grid.nodes)])
        right += chunk.right.T @ statistics
    return Expected(log_likelihood, patterns.presented.T @ per_group, right[:, 0], right[:, 1])


def _add_by_group(totals: Floats, weights: Floats, counts: Floats, group: Whole) -> None:
    """Add rows (sorted by group) to the totals of their groups."""
    if group[0] == group[-1]:
        totals[group[0]] += counts @ weights
        return
    first = np.flatnonzero(np.diff(group, prepend=-1))
    totals[group[first]] += np.add.reduceat(weights * counts[:, None], first, axis=0)


def gradient(expected: Expected, slope: Floats, intercept: Floats, grid: Quadrature) -> Floats:
    """Gradient of the marginal log-likelihood, (2, k): slopes, then intercepts (Fisher's identity)."""
    fitted = expected.persons * expit(np.outer(slope, grid.nodes) + intercept[:, None])
    return np.stack([expected.right_theta - fitted @ grid.nodes, expected.right - fitted.sum(axis=1)])
