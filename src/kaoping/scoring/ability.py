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
from kaoping.scoring.errors import BadResponses
from kaoping.scoring.likelihood import posteriors
from kaoping.scoring.models import information
from kaoping.scoring.quadrature import Quadrature, normal
from kaoping.scoring.responses import ResponseMatrix


@dataclass(frozen=True, eq=False)
class Abilities:
    """Ability ``theta`` (n,) and its posterior standard deviation ``se`` (n,), both in logits."""

    theta: Floats
    se: Floats


def eap(responses: ResponseMatrix, a: Floats, b: Floats, *, grid: Quadrature | None = None) -> Abilities:
    """Posterior mean and standard deviation of every person.

    Nobody is left without a value: all right, all wrong and few answers are drawn towards the population.

    Parameters
    ----------
    responses : (n, k) answers, possibly incomplete.
    a, b : (k,) discrimination (per logit) and difficulty (logits).

    Raises
    ------
    BadResponses
        There are not as many parameters as items.

    >>> answers = ResponseMatrix([[1, 1, 1], [0, 0, 0]])
    >>> eap(answers, np.ones(3), np.zeros(3)).theta.round(2)
    array([ 0.92, -0.92])
    """
    if not len(a) == len(b) == responses.n_items:
        raise BadResponses(reason=f"{responses.n_items} items, but {len(a)} and {len(b)} parameters")
    population = grid or normal()
    patterns = arrange(responses)
    moments = np.empty((2, len(patterns.right)))
    for chunk in posteriors(patterns, np.asarray(a), -np.asarray(a) * b, population):
        mean = chunk.weights @ population.nodes
        moments[0, chunk.rows] = mean
        moments[1, chunk.rows] = chunk.weights @ population.nodes**2 - mean**2
    theta, variance = moments[:, patterns.order]
    return Abilities(theta, np.sqrt(variance))


def total_information(theta: Floats, a: Floats, b: Floats) -> Floats:
    """Information of the whole test at each ability, (n,), per squared logit.

    >>> total_information(np.array([0.0]), np.array([2.0, 2.0]), np.zeros(2))
    array([2.])
    """
    total: Floats = information(theta, a, b).sum(axis=1)
    return total


def sem_at(theta: Floats, a: Floats, b: Floats) -> Floats:
    """Give the standard error of measurement of ability at each ability, (n,), in logits: one over root information.

    >>> sem_at(np.array([0.0]), np.full(16, 1.0), np.zeros(16))
    array([0.5])
    """
    return 1 / np.sqrt(total_information(theta, a, b))


def empirical_reliability(abilities: Abilities) -> float:
    """Share of variance that is signal in the estimates of these persons.

    ``Var(theta) / (Var(theta) + mean(se²))``, with the sample variance.

    >>> empirical_reliability(Abilities(np.array([-1.0, 0.0, 1.0]), np.full(3, 0.5)))
    0.8
    """
    signal = float(np.var(abilities.theta, ddof=1))
    return signal / (signal + float(np.mean(abilities.se**2)))


def marginal_reliability(a: Floats, b: Floats, *, grid: Quadrature | None = None) -> float:
    """Reliability of the test in the reference population: the mean of ``I / (I + 1)`` over abilities.

    >>> round(marginal_reliability(np.full(40, 1.0), np.zeros(40)), 2)
    0.89
    """
    population = grid or normal()
    amount = total_information(population.nodes, a, b)
    return float(population.weights @ (amount / (amount + 1)))
