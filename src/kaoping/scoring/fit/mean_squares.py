r"""Infit and outfit: mean squares of residuals, by item or by person.

.. math:: \text{outfit} = \frac1n \sum \frac{r^2}{v}, \qquad \text{infit} = \frac{\sum r^2}{\sum v}

Outfit is moved by single surprising answers, infit by answers near the person's ability. Both are about 1 where the
model holds; below, answers follow the model more closely than chance allows. The z values are by the Wilson-Hilferty
cube root with the variance of the mean square, which is cut at two [1]_.

.. math:: q^2_{\text{outfit}} = \frac{1}{n^2}\sum \frac{\kappa}{v^2} - \frac1n, \qquad
          q^2_{\text{infit}} = \frac{\sum (\kappa - v^2)}{(\sum v)^2}, \qquad
          z = \left(MS^{1/3} - 1\right)\frac{3}{q} + \frac{q}{3}

An answer that is nearly certain, of variance below 0.00316, enters with that variance, as in mirt: otherwise a single
slip of an able person on an easy item would be all that outfit tells. ``least_variance=0`` gives the formulas as
published.

Abilities estimated from the same answers draw the mean squares below 1, the more so the shorter the test: by EAP less
than by WLE or ML for infit. Compare items with each other, and z values with a simulation, rather than with a table.

References
----------
.. [1] Wright, B. D., & Masters, G. N. (1982). *Rating Scale Analysis*, ch. 5.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from kaoping.scoring.arrays import Floats
from kaoping.scoring.errors import NotEnoughData
from kaoping.scoring.fit.residuals import Residuals, residuals
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.responses import ResponseMatrix

LEAST_VARIANCE = float(np.sqrt(1e-5))
"""Variance that an answer is taken to have at least."""
WIDEST = float(np.sqrt(2.0))
"""Largest standard deviation of a mean square that enters z."""
TINY = 1e-100
SMALLEST = 1e-10
"""A spread of a mean square below this is rounding: every answer was certain or a fair coin."""


@dataclass(frozen=True, eq=False)
class MeanSquares:
    """Infit and outfit with their z values, one for each item (k,) or each person (n,).

    ``z`` is 0 where the mean square cannot vary (a single item of chance one half).
    """

    infit: Floats
    infit_z: Floats
    outfit: Floats
    outfit_z: Floats
    answers: Floats


def item_mean_squares(
    responses: ResponseMatrix, parameters: ItemParameters, *, theta: ArrayLike, least_variance: float = LEAST_VARIANCE
) -> MeanSquares:
    """Infit and outfit of every item over the persons whose answer is known.

    Parameters
    ----------
    responses : answers of n persons to k items, possibly incomplete; weights are numbers of persons.
    theta : (n,) ability of each person, in logits, such as `eap` or a weighted likelihood estimate gives it.
    least_variance : variance that an answer is taken to have at least.

    Raises
    ------
    BadParameters
        As `residuals`.
    NotEnoughData
        Nobody's answer to an item is known.

    >>> two = ItemParameters.logistic([1.0, 1.0], [0.0, 1.0])
    >>> found = item_mean_squares(ResponseMatrix([[1, 0], [0, 1]]), two, theta=np.array([0.0, 1.0]))
    >>> found.outfit.round(3)
    array([1.859, 0.684])
    """
    found = residuals(responses, parameters, theta=theta)
    return _mean_squares(found, responses.weights[:, None] * found.known, least_variance, axis=0)


def person_mean_squares(
    responses: ResponseMatrix, parameters: ItemParameters, *, theta: ArrayLike, least_variance: float = LEAST_VARIANCE
) -> MeanSquares:
    """Infit and outfit of every person over the items whose answer is known; arguments as `item_mean_squares`.

    Raises
    ------
    BadParameters
        As `residuals`.
    NotEnoughData
        No answer of a person is known.

    >>> two = ItemParameters.logistic([1.0, 1.0], [0.0, 1.0])
    >>> person_mean_squares(ResponseMatrix([[0, 1]]), two, theta=np.zeros(1)).outfit.round(3)
    array([1.859])
    """
    found = residuals(responses, parameters, theta=theta)
    return _mean_squares(found, found.known, least_variance, axis=1)


def _mean_squares(found: Residuals, weight: Floats, least_variance: float, *, axis: int) -> MeanSquares:
    """Sum over persons (axis 0) or items (axis 1) with the weight of each known answer, (n, k)."""
    answers = weight.sum(axis=axis)
    if not answers.all():
        raise NotEnoughData(what="A mean square", least=1, n=0)
    variance = np.maximum(found.variance, max(least_variance, TINY))
    total = (weight * variance).sum(axis=axis)
    outfit = (weight * found.raw**2 / variance).sum(axis=axis) / answers
    infit = (weight * found.raw**2).sum(axis=axis) / total
    outfit_spread = (weight * found.fourth / variance**2).sum(axis=axis) / answers**2 - 1 / answers
    infit_spread = (weight * (found.fourth - variance**2)).sum(axis=axis) / total**2
    return MeanSquares(infit, _z(infit, infit_spread), outfit, _z(outfit, outfit_spread), answers)


def _z(mean_square: Floats, spread: Floats) -> Floats:
    """Wilson-Hilferty: the cube root of a mean square is nearly normal."""
    deviation = np.minimum(np.sqrt(np.maximum(spread, 0.0)), WIDEST)
    moves = deviation > SMALLEST
    by = np.where(moves, deviation, 1.0)
    return np.where(moves, (np.cbrt(mean_square) - 1) * 3 / by + by / 3, 0.0)
