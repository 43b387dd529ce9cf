"""The normal population of ability that answers to known items come from: mean and spread of highest likelihood."""

import numpy as np

from kaoping.scoring.acceleration import climb
from kaoping.scoring.arrays import Floats
from kaoping.scoring.integrity.speed_ability import node_likelihood
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.quadrature import Quadrature, normal
from kaoping.scoring.responses import ResponseMatrix

WIDEST, NODES = 8.0, 161
FINE = 121


def ability_population(
    responses: ResponseMatrix, parameters: ItemParameters, *, tolerance: float = 1e-6, max_iterations: int = 2000
) -> Quadrature:
    """Estimate the population of the persons by EM, and give it as a grid.

    Parameters
    ----------
    responses : (n, k) answers; items that everybody solved or missed do no harm.
    parameters : the k items.

    Raises
    ------
    BadParameters
        The parameters are not those of the items answered.
    NotConverged
        The persons do not differ, or are too few to tell.

    >>> from kaoping.scoring.simulation import simulate
    >>> rng = np.random.default_rng(1)
    >>> items = ItemParameters.logistic(np.ones(30), np.linspace(-2, 2, 30))
    >>> found = ability_population(simulate(rng.normal(0.5, 1.2, 2000), items, rng=rng), items)
    >>> round(float(found.weights @ found.nodes), 1)
    0.5
    """
    nodes = np.linspace(-WIDEST, WIDEST, NODES)
    log = node_likelihood(responses, parameters, nodes)
    found = climb(
        lambda x: _pass(log, nodes, x), np.array([0.0, 0.0]), tolerance=tolerance, max_iterations=max_iterations
    )
    return normal(FINE, mean=float(found.point[0]), sd=float(np.exp(found.point[1])))


def _pass(log: Floats, nodes: Floats, point: Floats) -> tuple[float, Floats]:
    """Log-likelihood, and mean and log spread after a step of EM."""
    mean, spread = float(point[0]), float(np.exp(point[1]))
    joint = log - ((nodes - mean) / spread) ** 2 / 2 - np.log(spread)
    peak = joint.max(axis=1, keepdims=True)
    weights = np.exp(joint - peak)
    total = weights.sum(axis=1, keepdims=True)
    share = (weights / total).mean(axis=0)
    middle = float(share @ nodes)
    variance = float(share @ (nodes - middle) ** 2)
    return float((np.log(total) + peak).sum()), np.array([middle, np.log(variance) / 2])
