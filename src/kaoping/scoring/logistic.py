r"""The two-parameter logistic model: how ability becomes a right answer.

.. math:: P_j(\theta) = \frac{1}{1 + \exp(-a_j(\theta - b_j))}

Estimation works with slope and intercept, :math:`a_j\theta + d_j`, where nothing is unbounded at a = 0; everything
a reader sees is discrimination ``a`` (per logit) and difficulty ``b = -d/a`` (logits). The constant 1.7 is not used.

References
----------
Birnbaum, A. (1968). Some latent trait models. In Lord & Novick, *Statistical Theories of Mental Test Scores*, ch. 17.
"""

import numpy as np
from scipy.special import expit, logit

from kaoping.scoring.arrays import Floats
from kaoping.scoring.quadrature import normal


def probability(theta: Floats, a: Floats, b: Floats) -> Floats:
    """Probability of a right answer, (n, k).

    Parameters
    ----------
    theta : (n,) ability in logits.
    a, b : (k,) discrimination (per logit) and difficulty (logits).

    >>> probability(np.array([0.0]), np.array([1.0]), np.array([0.0]))
    array([[0.5]])
    """
    return np.asarray(expit(a * (theta[:, None] - b)), dtype=np.float64)


def slope_of_probability(theta: Floats, a: Floats, b: Floats) -> Floats:
    """Differentiate the probability with respect to ability, (n, k), per logit: ``a P (1 - P)``.

    >>> slope_of_probability(np.array([0.0]), np.array([2.0]), np.array([0.0]))
    array([[0.5]])
    """
    right = probability(theta, a, b)
    return a * right * (1 - right)


def information(theta: Floats, a: Floats, b: Floats) -> Floats:
    """Fisher information of each item about ability, (n, k), per squared logit: ``a² P (1 - P)``.

    >>> information(np.array([0.0]), np.array([2.0]), np.array([0.0]))
    array([[1.]])
    """
    return a * slope_of_probability(theta, a, b)


def expected_score(theta: Floats, a: Floats, b: Floats, marks: Floats | None = None) -> Floats:
    """Test characteristic curve, (n,): expected marks at each ability; one mark per item if not said otherwise.

    >>> expected_score(np.array([0.0]), np.ones(3), np.zeros(3), np.array([1.0, 2.0, 2.0]))
    array([2.5])
    """
    worth = np.ones_like(a) if marks is None else marks
    return probability(theta, a, b) @ worth


def score_variance(theta: Floats, a: Floats, b: Floats, marks: Floats | None = None) -> Floats:
    """Variance of the raw score of a person of known ability, (n,), in squared marks.

    >>> score_variance(np.array([0.0]), np.ones(3), np.zeros(3), np.array([1.0, 2.0, 2.0]))
    array([2.25])
    """
    right = probability(theta, a, b)
    worth = np.ones_like(a) if marks is None else marks
    return (right * (1 - right)) @ worth**2


def facility(a: Floats, b: Floats) -> Floats:
    """Mean probability of a right answer in a standard normal population, (k,).

    >>> facility(np.ones(2), np.array([0.0, -1.0])).round(3)
    array([0.5  , 0.697])
    """
    population = normal()
    mean: Floats = population.weights @ probability(population.nodes, a, b)
    return mean


def difficulty_of(share: Floats, a: Floats) -> Floats:
    """Difficulty (logits) of items whose `facility` is known or judged, (k,), by Newton's method.

    Parameters
    ----------
    share : (k,) facility in a standard normal population, above 0 and below 1.
    a : (k,) discrimination (per logit).

    >>> difficulty_of(np.array([0.4, 0.8]), np.ones(2)).round(2)
    array([ 0.49, -1.65])
    """
    population = normal()
    b = -logit(share) / a
    for _ in range(20):
        slope = population.weights @ slope_of_probability(population.nodes, a, b)
        b = b + (facility(a, b) - share) / slope
    return np.asarray(b, dtype=np.float64)
