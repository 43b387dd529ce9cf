r"""Halo: whether a rater's ratings of one person go together more than the person's ability explains.

With the residuals of the ratings that rater j gave person n, the score

.. math:: S_j = \sum_n E_{\theta \mid x_n} \sum_{r < s} (x_r - E_r)(x_s - E_s)

has mean zero if ratings are independent given ability. It is the derivative of the likelihood by the variance of an
effect that the rater adds to all ratings of a person, as an impression that spreads from one item to the next does
[1]_. One scoring step gives that variance, in squared logits; z is the score over its standard deviation.

References
----------
.. [1] Wang, W.-C., & Wilson, M. (2005). Exploring local item dependence using a random-effects facet model. *Applied
   Psychological Measurement*, 29, 296-318.
"""

import numpy as np
from scipy import special

from kaoping.scoring.raters.calibration import ManyFacet
from kaoping.scoring.raters.score_functions import PAIRS, Grouping, Scores, cell_moments
from kaoping.scoring.raters.tendencies import Tendency


def halo(found: ManyFacet, facet: str = "rater") -> Tendency:
    """Test halo of every element of a facet; `value` is the variance in squared logits, below 0 for contrast.

    An element that met nobody on two items has value and z of 0 and a standard error of 0.

    Raises
    ------
    BadRatings
        The ratings have no such facet.
    """
    grouping = Grouping(found, found.ratings.code(facet))
    mean, variance = cell_moments(found)
    marks = np.arange(found.structure.categories)[:, None]
    left = (marks - mean[:, None]).reshape(-1, mean.shape[1])
    chosen, squares = grouping.chosen, grouping.squares
    score, cost, known = (np.empty(grouping.size) for _ in range(3))
    for start in range(0, grouping.size, PAIRS):
        rows = slice(start, start + PAIRS)
        weights = found.expected.weights[grouping.person[rows]]
        products = ((chosen[rows] @ left) ** 2 - chosen[rows].power(2) @ left**2) / 2
        score[rows] = (weights * products).sum(axis=1)
        cost[rows] = (weights * (products - score[rows, None]) ** 2).sum(axis=1)
        spread = ((squares[rows] @ variance) ** 2 - squares[rows].power(2) @ variance**2) / 2
        known[rows] = (weights * spread).sum(axis=1)
    whole = grouping.total(known)
    lost = grouping.total(cost)
    pooled = Scores(grouping.total(score), np.maximum(whole - lost, 0.0), whole).pooled
    some = whole > 0
    by = np.where(some, pooled, 1.0)
    z = np.where(some, grouping.total(score) / np.sqrt(by), 0.0)
    se = np.where(some, 1 / np.sqrt(by), 0.0)
    return Tendency(z * se, se, z, special.erfc(np.abs(z) / np.sqrt(2)))
