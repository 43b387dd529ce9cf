r"""Likelihood of answers over the ability grid: the one place where persons meet nodes.

The log-likelihood of a person with known items J at a node is

.. math:: \sum_{j \in J} \log P_{j0}(\theta_q)
          + \sum_{(j,c)\text{ chosen}, c>0} \log\frac{P_{jc}(\theta_q)}{P_{j0}(\theta_q)}.

The first sum depends only on the set of items. The log odds of the second are straight lines for divide-by-total
models, :math:`\alpha\theta + \gamma`: a person enters through the two sums of alpha and of gamma, and a pass over the
data costs two products of the answers with vectors and one exponential for each person and node. Only curved log odds
(3PL, 4PL, graded) need products of persons by columns by nodes.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from kaoping.scoring.arrangement import Arrangement, Block, Columns, Matrix
from kaoping.scoring.arrays import Floats

LANES = 16
"""Partial sums that blocks are dealt to; their number is fixed, so that sums do not depend on the number of threads."""


@dataclass(frozen=True, eq=False)
class Curves:
    """What a pass needs of the items.

    ``lines`` (columns, 2): alpha and gamma of straight log odds; ``odds`` (columns, q): the curved ones;
    ``first`` (k, q): log probability of category 0; ``nodes`` (q,).
    """

    lines: Floats
    odds: Floats
    first: Floats
    nodes: Floats


@dataclass(frozen=True, eq=False)
class Posterior:
    """Ability of the rows of a block: ``weights`` (r, q), one in each row, and ``log_likelihood`` (r,)."""

    block: Block
    rows: slice
    weights: Floats
    log_likelihood: Floats


@dataclass(frozen=True, eq=False)
class Expected:
    """What the M-step needs to know of the answers, given the posterior.

    ``counts`` (k, m, q): expected persons in each category of each item at each node. Of items with straight log odds
    only their sums over nodes and their products with the nodes are meant: they are spread over the nodes so that
    these two agree, which is all that the likelihood of such an item depends on.
    ``persons`` (groups, q): expected persons of each group at each node.
    """

    log_likelihood: float
    counts: Floats
    persons: Floats


def curves(table: Floats, columns: Columns, nodes: Floats) -> Curves:
    """Take the log odds from a table (k, m, q) of log probabilities at the nodes."""
    first = table[:, 0]
    odds = table[columns.item, columns.category] - first[columns.item]
    straight = odds[: columns.straight]
    span = nodes[-1] - nodes[0]
    alpha = (straight[:, -1] - straight[:, 0]) / span
    middle = len(nodes) // 2
    gamma = straight[:, middle] - alpha * nodes[middle]
    return Curves(np.stack([alpha, gamma], axis=1), odds[columns.straight :], first, nodes)


def joint(block: Block, items: Curves, added: Floats) -> tuple[Floats, Floats]:
    """Log-likelihood of the rows of a block at the nodes with something added, and the sums of their straight lines.

    ``added`` (q,) or (s, q) is the same for all rows, or for all rows of a set. From the first result (r, q) a constant
    of each row is left out: the second of its sums (r, 2), which are those of alpha and gamma.
    """
    base = product(block.sets, items.first) + added
    sums = product(block.straight, items.lines) if items.lines.size else np.zeros((len(block), 2))
    if len(base) == 1:
        lines = np.column_stack([sums[:, 0], np.ones(len(block))])
        found = lines @ np.stack([items.nodes, base[0]])
    else:
        found = np.multiply.outer(sums[:, 0], items.nodes)
        found += base if len(base) == len(block) else base[block.set_of]
    if items.odds.size:
        found += product(block.curved, items.odds)
    return found, sums


def posterior(block: Block, rows: slice, items: Curves, log_weights: Floats) -> Posterior:
    """Posterior of the rows of a block; ``log_weights`` (groups, q) are those of the population."""
    density, sums = joint(block, items, log_weights[block.group])
    return Posterior(block, rows, density, _normalise(density) + sums[:, 1])


def product(matrix: Matrix, other: Floats) -> Floats:
    """Multiply ones and zeros, dense or sparse, by numbers."""
    if isinstance(matrix, csr_array):
        return np.asarray(matrix @ other, dtype=np.float64)
    return matrix.astype(np.float64, copy=False) @ other


def _product_of_transpose(matrix: Matrix, other: Floats) -> Floats:
    if isinstance(matrix, csr_array):
        transposed: Any = matrix.T
        return np.asarray(transposed @ other, dtype=np.float64)
    return matrix.T.astype(np.float64, copy=False) @ other


def exponentiate(density: Floats) -> Floats:
    """Turn log densities (r, q) in place into densities whose largest is one; return what was taken away, (r,)."""
    peak = density.max(axis=1)
    density -= peak[:, None]
    np.exp(density, out=density)
    return np.asarray(peak)


def _normalise(density: Floats) -> Floats:
    """Turn log joint densities (r, q) into posterior weights in place; return the log of their sums (r,)."""
    peak = exponentiate(density)
    total = density @ np.ones(density.shape[1])
    density *= (1 / total)[:, None]
    return np.asarray(np.log(total) + peak, dtype=np.float64)


def posteriors(arrangement: Arrangement, table: Floats, nodes: Floats, log_weights: Floats) -> Iterator[Posterior]:
    """Posterior of every row, a block at a time: persons by nodes is never formed.

    Parameters
    ----------
    table : (k, m, q) log probability of each category of each item at the nodes.
    log_weights : (groups, q) logarithm of the share of each group's population at the nodes.
    """
    items = curves(table, arrangement.columns, nodes)
    for rows, block in arrangement.rows():
        yield posterior(block, rows, items, log_weights)


class _Sums:
    """Running sums of one lane."""

    def __init__(self, columns: Columns, k: int, groups: int, q: int) -> None:
        self.log_likelihood = 0.0
        self.moments = np.zeros((columns.straight, 2))
        self.curved = np.zeros((len(columns.item) - columns.straight, q))
        self.known = np.zeros((k, q))
        self.persons = np.zeros((groups, q))

    def add(self, found: Posterior, nodes: Floats) -> None:
        block, weight = found.block, found.block.weights
        self.log_likelihood += float(weight @ found.log_likelihood)
        together = weight @ found.weights
        self.persons[block.group] += together
        if self.moments.size:
            statistics = np.column_stack([weight, weight * (found.weights @ nodes)])
            self.moments += _product_of_transpose(block.straight, statistics)
        by_set = together[None]
        if block.sets.shape[0] > 1 or self.curved.size:
            weighted = found.weights if (weight == 1).all() else found.weights * weight[:, None]
            by_set = _by_set(block, weighted) if block.sets.shape[0] > 1 else together[None]
            if self.curved.size:
                self.curved += _product_of_transpose(block.curved, weighted)
        self.known += _product_of_transpose(block.sets, by_set)

    def merge(self, other: "_Sums") -> None:
        self.log_likelihood += other.log_likelihood
        for name in ("moments", "curved", "known", "persons"):
            getattr(self, name).__iadd__(getattr(other, name))


def _by_set(block: Block, weighted: Floats) -> Floats:
    """Sum the rows of each set; rows of a set stand together."""
    if block.sets.shape[0] == len(block):
        return weighted
    return np.asarray(np.add.reduceat(weighted, np.flatnonzero(np.diff(block.set_of, prepend=-1)), axis=0))


def expect(
    arrangement: Arrangement, table: Floats, nodes: Floats, log_weights: Floats, *, threads: int = 1
) -> Expected:
    """E-step: log-likelihood and expected counts, with arguments as for `posteriors`."""
    items = curves(table, arrangement.columns, nodes)
    size = (len(table), len(log_weights), len(nodes))
    work = list(arrangement.rows())

    def lane(number: int) -> _Sums:
        sums = _Sums(arrangement.columns, *size)
        for rows, block in work[number::LANES]:
            sums.add(posterior(block, rows, items, log_weights), nodes)
        return sums

    lanes = range(min(LANES, len(work)))
    if threads > 1:
        with ThreadPoolExecutor(threads) as pool:
            parts = list(pool.map(lane, lanes))
    else:
        parts = [lane(number) for number in lanes]
    total = parts[0]
    for part in parts[1:]:
        total.merge(part)
    return Expected(total.log_likelihood, _counts(total, arrangement.columns, table, nodes), total.persons)


def _counts(sums: _Sums, columns: Columns, table: Floats, nodes: Floats) -> Floats:
    counts = np.zeros_like(table)
    spread = np.linalg.pinv(np.stack([np.ones_like(nodes), nodes], axis=1))
    found = np.concatenate([sums.moments @ spread, sums.curved])
    counts[columns.item, columns.category] = found
    counts[:, 0] = sums.known - counts[:, 1:].sum(axis=1)
    return counts
