r"""What each answer is expected to be, and how far it may lie from that, at the ability of its person.

.. math:: \mu_{ij} = \sum_c c\, P_{jc}(\theta_i), \qquad
          v_{ij} = \sum_c (c - \mu_{ij})^2 P_{jc}(\theta_i), \qquad
          \kappa_{ij} = \sum_c (c - \mu_{ij})^4 P_{jc}(\theta_i)
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from kaoping.scoring.ability import fitting
from kaoping.scoring.arrays import Floats
from kaoping.scoring.errors import BadParameters
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.responses import ResponseMatrix

BATCH = 8192
"""Persons whose chances are held at once."""


@dataclass(frozen=True, eq=False)
class Residuals:
    """Residual ``raw`` (n, k) of each answer, zero where unknown; ``variance``, ``fourth`` moment; ``known``: 1 or 0.

    Variance and fourth moment are zero where the answer is unknown.
    """

    raw: Floats
    variance: Floats
    fourth: Floats
    known: Floats


def residuals(responses: ResponseMatrix, parameters: ItemParameters, *, theta: ArrayLike) -> Residuals:
    """Compare every answer with its expectation.

    Parameters
    ----------
    responses : answers of n persons to k items, possibly incomplete.
    theta : (n,) ability of each person, in logits.

    Raises
    ------
    BadParameters
        The parameters are not those of the items answered, or there is not one finite ability for each person.

    >>> one = ItemParameters.logistic([1.0], [0.0])
    >>> residuals(ResponseMatrix([[1], [0]]), one, theta=np.zeros(2)).raw[:, 0]
    array([ 0.5, -0.5])
    """
    abilities = checked(responses, parameters, theta)
    expected, variance, fourth = np.empty((3, *responses.answers.shape))
    for start in range(0, len(abilities), BATCH):
        batch = slice(start, start + BATCH)
        expected[batch], variance[batch], fourth[batch] = _moments(parameters, abilities[batch])
    known = responses.presented.astype(np.float64)
    return Residuals((responses.answers - expected) * known, variance * known, fourth * known, known)


def _moments(parameters: ItemParameters, theta: Floats) -> tuple[Floats, Floats, Floats]:
    """Expectation, variance and fourth moment of each item's category, (n, k) each."""
    chances = parameters.probabilities(theta)
    category = np.arange(chances.shape[1])[:, None]
    expected = (chances * category).sum(axis=1)
    square = (category - expected[:, None]) ** 2
    return expected.T, (chances * square).sum(axis=1).T, (chances * square**2).sum(axis=1).T


def checked(responses: ResponseMatrix, parameters: ItemParameters, theta: ArrayLike) -> Floats:
    """Give the abilities as an array.

    Refuses parameters of other items, and abilities that are not one finite number for each person.

    Raises
    ------
    BadParameters
    """
    fitting(responses, parameters)
    abilities = np.asarray(theta, dtype=np.float64)
    if abilities.shape != (responses.n_persons,) or not np.isfinite(abilities).all():
        raise BadParameters(reason=f"the abilities are not {responses.n_persons} finite numbers")
    return abilities
