r"""Response curves and how they change: with ability, and with every parameter of a form.

Derivatives by parameters are rows of the stack of `kaoping.scoring.linking.forms`, P in all.
"""

from dataclasses import dataclass

import numpy as np

from kaoping.scoring.arrays import Floats
from kaoping.scoring.linking.forms import STEP, starts
from kaoping.scoring.parameters import ItemParameters


@dataclass(frozen=True, eq=False)
class Curves:
    """Probability of each category, (k, m, q), with its first and second derivative by ability (per logit)."""

    chance: Floats
    slope: Floats
    bend: Floats


def curves(items: ItemParameters, theta: Floats) -> Curves:
    """Give the curves of k items at abilities (q,).

    >>> found = curves(ItemParameters.logistic([2.0], [0.0]), np.zeros(1))
    >>> found.chance[0, 1], found.slope[0, 1], found.bend[0, 1]
    (array([0.5]), array([0.5]), array([0.]))
    """
    chance = items.probabilities(theta)
    first, second = items.along_theta(theta)
    return Curves(chance, chance * first, chance * (second + first**2))


def by_parameter(items: ItemParameters, theta: Floats, weight: Floats) -> Floats:
    r"""Differentiate a weighted sum of the probabilities by every parameter, (P, q).

    .. math:: \sum_c w_{jcq} \, \frac{\partial P_{jc}(\theta_q)}{\partial \gamma_{jl}}

    Parameters
    ----------
    theta : (q,).
    weight : (k, m, q), or anything that is broadcast to it.

    >>> by_parameter(ItemParameters.logistic([2.0], [0.0]), np.array([1.0]), np.array([0.0, 1.0])[:, None]).round(4)
    array([[0.105],
           [0.105]])
    """
    first = starts(items)
    whole = np.broadcast_to(weight, (len(items), items.most_categories, len(theta)))
    found = np.empty((int(first[-1]), len(theta)))
    for family in items.families:
        form, values = family.model, family.values
        change = np.exp(form.log_probabilities(values, theta))[:, :, None] * form.derivative(values, theta)
        rows = first[family.places][:, None] + np.arange(values.shape[1])
        found[rows] = np.einsum("kmq,kmpq->kpq", whole[family.places, : form.categories], change)
    return found


def slope_by_parameter(items: ItemParameters, theta: Floats, weight: Floats) -> Floats:
    """Differentiate a weighted sum of the probabilities by ability and by every parameter, (P, q).

    Central differences along ability of the exact derivative by the parameters.
    """
    return (by_parameter(items, theta + STEP, weight) - by_parameter(items, theta - STEP, weight)) / (2 * STEP)
