r"""Ability of persons from known item parameters.

.. math:: \hat\theta_i = \sum_q \theta_q\, p_i(\theta_q), \qquad
          SE_i^2 = \sum_q (\theta_q - \hat\theta_i)^2\, p_i(\theta_q)

with the posterior :math:`p_i` over the reference population (expected a posteriori, EAP).

References
----------
Bock, R. D., & Mislevy, R. J. (1982). Adaptive EAP estimation of ability in a microcomputer environment. *Applied
Psychological Measurement*, 6, 431-444.
"""

from dataclasses import dataclass

import numpy as np

from kaoping.scoring.arrangement import arrange
from kaoping.scoring.arrays import Floats
from kaoping.scoring.errors import BadParameters
from kaoping.scoring.likelihood import posteriors
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.quadrature import Quadrature, normal
from kaoping.scoring.responses import ResponseMatrix


@dataclass(frozen=True, eq=False)
class Abilities:
    """Ability ``theta`` (n,) and its posterior standard deviation ``se`` (n,), both in logits."""

    theta: Floats
    se: Floats


def eap(responses: ResponseMatrix, parameters: ItemParameters, *, population: Quadrature | None = None) -> Abilities:
    """Posterior mean and standard deviation of every person.

    Nobody is left without a value: all right, all wrong and few answers are drawn towards the population.

    Parameters
    ----------
    responses : (n, k) answers, possibly incomplete.
    parameters : the k items, in the same order.
    population : standard normal if not given.

    Raises
    ------
    BadParameters
        The parameters are not those of the items answered.

    >>> answers = ResponseMatrix([[1, 1, 1], [0, 0, 0]])
    >>> eap(answers, ItemParameters.logistic(np.ones(3), np.zeros(3))).theta.round(2)
    array([ 0.92, -0.92])
    """
    fitting(responses, parameters)
    grid = population or normal()
    arrangement = arrange(responses, parameters.models)
    moments = np.empty((2, arrangement.n_rows))
    powers = np.stack([grid.nodes, grid.nodes**2], axis=1)
    table = parameters.log_probabilities(grid.nodes)
    log_weights = np.tile(np.log(grid.weights), (len(responses.group_names), 1))
    for found in posteriors(arrangement, table, grid.nodes, log_weights):
        moments[:, found.rows] = (found.weights @ powers).T
    theta, square = moments[:, arrangement.order]
    return Abilities(theta, np.sqrt(np.maximum(square - theta**2, 0.0)))


def fitting(responses: ResponseMatrix, parameters: ItemParameters) -> None:
    """Refuse parameters that are not those of the items answered.

    Raises
    ------
    BadParameters
    """
    if parameters.names != responses.items:
        raise BadParameters(reason="the items are not those of the answers, in the same order")
    beyond = np.flatnonzero(responses.categories > parameters.categories)
    if len(beyond):
        raise BadParameters(reason=f"item {responses.items[beyond[0]]} has answers beyond its model's categories")


def total_information(theta: Floats, parameters: ItemParameters) -> Floats:
    """Information of the whole test at each ability, (n,), per squared logit.

    >>> total_information(np.array([0.0]), ItemParameters.logistic([2.0, 2.0], [0.0, 0.0]))
    array([2.])
    """
    total: Floats = parameters.information(theta).sum(axis=0)
    return total


def sem_at(theta: Floats, parameters: ItemParameters) -> Floats:
    """Give the standard error of measurement of ability at each ability, (n,), in logits: one over root information.

    >>> sem_at(np.array([0.0]), ItemParameters.logistic(np.ones(16), np.zeros(16)))
    array([0.5])
    """
    return 1 / np.sqrt(total_information(theta, parameters))


def empirical_reliability(abilities: Abilities) -> float:
    """Share of variance that is signal in the estimates of these persons.

    ``Var(theta) / (Var(theta) + mean(se²))``, with the sample variance.

    >>> empirical_reliability(Abilities(np.array([-1.0, 0.0, 1.0]), np.full(3, 0.5)))
    0.8
    """
    signal = float(np.var(abilities.theta, ddof=1))
    return signal / (signal + float(np.mean(abilities.se**2)))


def marginal_reliability(parameters: ItemParameters, *, population: Quadrature | None = None) -> float:
    """Reliability of the test in the reference population: the mean of ``I / (I + 1)`` over abilities.

    >>> round(marginal_reliability(ItemParameters.logistic(np.ones(40), np.zeros(40))), 2)
    0.89
    """
    grid = population or normal()
    amount = total_information(grid.nodes, parameters)
    return float(grid.weights @ (amount / (amount + 1)))
