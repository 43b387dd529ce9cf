r"""Standard errors of a calibration: observed information exactly (Louis's identity), cross-product and sandwich.

.. math:: I_{obs} = \sum_i w_i \left( E_i[-\partial S_i] - E_i[S_i S_i^T] + \bar S_i \bar S_i^T \right)

with the expectation over the posterior of person i and the complete-data score :math:`S_i(\theta)`. The score of a
person is a sum over columns, :math:`S_i(\theta_q) = \sum_u x_{iu} K_u(\theta_q)`: one column for each category chosen,
one for each item known, one for the group. So

.. math:: \sum_i w_i E_i[S_i S_i^T] = \sum_q K_q D_q K_q^T, \qquad D_q = X^T \mathrm{diag}(w\, p_q) X,

which are products of matrices for any mixture of models.

References
----------
Louis, T. A. (1982). Finding the observed information matrix when using the EM algorithm. *JRSS B*, 44, 226-233.
White, H. (1982). Maximum likelihood estimation of misspecified models. *Econometrica*, 50, 1-25.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve
from scipy.sparse import csr_array

from kaoping.scoring.arrangement import Arrangement, Block, Matrix
from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.likelihood import posteriors
from kaoping.scoring.maximisation import Task
from kaoping.scoring.population import Populations

STEP = 1e-5
LARGEST_WORK = 4e12
"""Multiplications beyond which `Errors.AUTO` takes the cross-product instead of the observed information."""
LARGEST_STORE = 2e7
"""Numbers kept at once while nodes are gathered."""
NEGLIGIBLE = 1e-14
"""Share of the persons at a node that changes no digit of the information."""


class Errors(StrEnum):
    """Where standard errors come from; ``AUTO`` takes the observed information unless that takes minutes."""

    AUTO = "auto"
    OBSERVED = "observed"
    CROSS_PRODUCT = "cross-product"
    SANDWICH = "sandwich"
    NONE = "none"


@dataclass(frozen=True, eq=False)
class Pairs:
    """Scores of the columns: pair t adds ``values[t]`` (q,) of column ``column[t]`` to parameter ``parameter[t]``."""

    column: Whole
    parameter: Whole
    values: Floats
    columns: int
    parameters: int


def observed(
    arrangement: Arrangement, task: Task, free: Floats, populations: Populations, persons: Floats
) -> Floats:  # fmt: skip
    """Negative Hessian of the marginal log-likelihood by item parameters, then population parameters, (P, P).

    Parameters
    ----------
    task : the expected counts at the solution ``free``.
    persons : (groups, q) expected persons of each group at the nodes.
    """
    pairs = _pairs(arrangement, task, free, populations)
    complete = np.zeros((pairs.parameters, pairs.parameters))
    size = task.layout.size
    complete[:size, :size] = task.layout.gather_square(_curvatures(task, free))
    complete[size:, size:] = _population_curvature(populations, persons, task.nodes)
    squares = _expected_squares(arrangement, pairs, task, free, populations)
    return complete - squares + cross_product(arrangement, task, free, populations)


def cross_product(arrangement: Arrangement, task: Task, free: Floats, populations: Populations) -> Floats:
    """Sum over persons of the outer product of the gradient of their log-likelihood, (P, P)."""
    pairs = _pairs(arrangement, task, free, populations)
    gathered = csr_array(
        (np.ones(len(pairs.column)), (np.arange(len(pairs.column)), pairs.parameter)),
        shape=(len(pairs.column), pairs.parameters),
    )
    total = np.zeros((pairs.parameters, pairs.parameters))
    table, log_weights = task.layout.table(free, task.nodes), populations.log_weights(task.nodes)
    for found in posteriors(arrangement, table, task.nodes, log_weights):
        design = _design(arrangement, found.block, populations)
        scores = (found.weights @ pairs.values.T * design[:, pairs.column]) @ gathered
        total += np.asarray(scores.T @ (scores * found.block.weights[:, None]))
    return total


def covariance(information: Floats, *, meat: Floats | None = None) -> Floats | None:
    """Invert an information matrix; with ``meat`` the sandwich; None if it is not positive definite."""
    try:
        inverse = np.asarray(cho_solve(cho_factor(information), np.eye(len(information))), dtype=np.float64)
    except LinAlgError:
        return None
    return inverse if meat is None else inverse @ meat @ inverse


def work(arrangement: Arrangement, nodes: int) -> float:
    """Multiplications that the observed information costs."""
    return float(arrangement.n_rows) * _width(arrangement) ** 2 * nodes


def _width(arrangement: Arrangement) -> int:
    known = 1 if arrangement.n_sets == 1 else int(arrangement.blocks[0].sets.shape[1])
    return len(arrangement.columns.item) + known


def _pairs(arrangement: Arrangement, task: Task, free: Floats, populations: Populations) -> Pairs:
    columns, layout, nodes = arrangement.columns, task.layout, task.nodes
    place = np.full((len(layout.names), task.counts.shape[1]), -1)
    place[columns.item, columns.category] = np.arange(len(columns.item))
    chosen = len(columns.item)
    everybody = arrangement.n_sets == 1
    found: list[tuple[int, int, Floats]] = []
    for section in layout.sections:
        change = section.model.derivative(layout.values(section, free), nodes)
        for row, item in enumerate(section.places):
            for label in np.flatnonzero(section.slots[row] >= 0):
                slot, first = int(section.slots[row, label]), change[row, 0, label]
                found.append((chosen if everybody else chosen + int(item), slot, first))
                found += [
                    (int(place[item, category]), slot, change[row, category, label] - first)
                    for category in range(1, section.model.categories)
                ]
    width = _width(arrangement)
    scores = populations.scores(nodes)
    labels = enumerate(populations.labels)
    found += [(width + group, layout.size + number, scores[number]) for number, (group, _) in labels]
    column, parameter, values = zip(*found, strict=True)
    groups = len(populations.mean) if populations.labels else 0
    return Pairs(
        np.array(column), np.array(parameter), np.array(values), width + groups, layout.size + len(populations.labels)
    )


def _design(arrangement: Arrangement, block: Block, populations: Populations) -> Floats:
    """Columns of the rows of a block, (r, u)."""
    parts = [_dense(block.straight), _dense(block.curved)]
    parts.append(np.ones((len(block), 1)) if arrangement.n_sets == 1 else _dense(block.sets)[block.set_of])
    if populations.labels:
        parts.append(np.tile(np.arange(len(populations.mean)) == block.group, (len(block), 1)).astype(np.float64))
    return np.concatenate(parts, axis=1)


def _dense(matrix: Matrix) -> Floats:
    whole: Any = matrix.toarray() if isinstance(matrix, csr_array) else matrix
    return np.asarray(whole, dtype=np.float64)


def _expected_squares(
    arrangement: Arrangement, pairs: Pairs, task: Task, free: Floats, populations: Populations
) -> Floats:  # fmt: skip
    total = np.zeros((pairs.parameters, pairs.parameters))
    table, log_weights = task.layout.table(free, task.nodes), populations.log_weights(task.nodes)
    for nodes in _node_groups(task, pairs.columns):
        gathered = np.zeros((len(nodes), pairs.columns, pairs.columns))
        for found in posteriors(arrangement, table, task.nodes, log_weights):
            design = _design(arrangement, found.block, populations)
            for number, node in enumerate(nodes):
                weight = found.block.weights * found.weights[:, node]
                gathered[number] += (design * weight[:, None]).T @ design
        for number, node in enumerate(nodes):
            scores: Any = csr_array(
                (pairs.values[:, node], (pairs.parameter, pairs.column)), shape=(pairs.parameters, pairs.columns)
            )
            total += scores @ (scores @ gathered[number]).T
    return total


def _node_groups(task: Task, columns: int) -> list[Whole]:
    """Nodes that anybody stands at, as many at once as the store allows."""
    persons = task.counts.sum(axis=(0, 1))
    nodes = np.flatnonzero(persons > NEGLIGIBLE * persons.sum())
    at_once = max(1, int(LARGEST_STORE / columns**2))
    return [nodes[start : start + at_once] for start in range(0, len(nodes), at_once)]


def _curvatures(task: Task, free: Floats) -> list[Floats]:
    """Negative second derivative of the expected log-likelihood by each item's parameters, (f, p, p) each.

    The first derivative is analytic; it is differenced, which is exact to about ten digits for any model.
    """
    found = []
    for section in task.layout.sections:
        values, counts = task.layout.values(section, free), task.of(section)
        columns = []
        for label in range(values.shape[1]):
            step = np.zeros_like(values)
            step[:, label] = STEP * np.maximum(1.0, np.abs(values[:, label]))
            up, down = (
                np.einsum("fmq,fmpq->fp", counts, section.model.derivative(values + sign * step, task.nodes))
                for sign in (1, -1)
            )
            columns.append((down - up) / (2 * step[:, label, None]))
        curvature = np.stack(columns, axis=2)
        found.append((curvature + curvature.swapaxes(1, 2)) / 2)
    return found


def _population_curvature(populations: Populations, persons: Floats, nodes: Floats) -> Floats:
    """Negative second derivative of the log density by free means and log spreads, over the expected persons."""
    standard = (nodes - populations.mean[:, None]) / populations.sd[:, None]
    labels = populations.labels
    found = np.zeros((len(labels), len(labels)))
    for row, (group, name) in enumerate(labels):
        for column, (other, second) in enumerate(labels):
            if group == other:
                found[row, column] = _density_curvature(
                    persons[group], standard[group], populations.sd[group], {name, second}
                )
    return found


def _density_curvature(persons: Floats, standard: Floats, sd: float, names: set[str]) -> float:
    if names == {"mean"}:
        return float(persons.sum() / sd**2)
    if names == {"sd"}:
        return float(persons @ (2 * standard**2))
    return float(persons @ (2 * standard) / sd)
