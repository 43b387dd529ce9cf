r"""Infit and outfit of the elements of a facet, or of persons, with abilities integrated over each person's posterior.

.. math:: \text{outfit} = 1 + \frac{\sum w (z^2 - 1)}{\sum w}, \qquad \text{infit} = 1 + \frac{\sum w (r^2 - v)}{\sum
w v}

with the residual r of a rating, its variance v and :math:`z^2 = r^2 / v`, each a mean over the posterior [1]_. Under
the model both are 1 on average, however short the test: estimated abilities, as other programs use, would draw them
below. The z values are by the Wilson-Hilferty cube root with the variance of `score_functions`.

Below 1 a rater agrees with the rest more than chance allows, above 1 less. A rating that is nearly certain enters
outfit with a variance of 0.00316 at least, as in `kaoping.scoring.fit`.

References
----------
.. [1] Wu, M. L. (1997). *The development and application of a fit test for use with marginal maximum likelihood
   estimation and generalised item response models*. University of Melbourne.
"""

import numpy as np

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.fit.mean_squares import LEAST_VARIANCE, WIDEST, MeanSquares
from kaoping.scoring.raters.calibration import ManyFacet
from kaoping.scoring.raters.score_functions import Grouping, cell_moments
from kaoping.scoring.raters.sparsity import sums


def mean_squares(found: ManyFacet, facet: str) -> MeanSquares:
    """Infit and outfit of every element of a facet, or of ``"person"``.

    Raises
    ------
    BadRatings
        The ratings have no such facet.
    """
    return grouped_mean_squares(found, found.ratings.code(facet))


def grouped_mean_squares(found: ManyFacet, group: Whole) -> MeanSquares:
    """Infit and outfit of groups of ratings, numbered (r,) from 0."""
    grouping = Grouping(found, group)
    mean, variance = cell_moments(found)
    marks = np.arange(found.structure.categories)[:, None]
    squares = (marks - mean[:, None]) ** 2
    floored = np.maximum(variance, LEAST_VARIANCE)
    weight = sums(group, found.ratings.weight, grouping.groups)
    outer = grouping.scores((squares - variance[:, None]) / floored[:, None])
    inner = grouping.scores(squares - variance[:, None])
    total = grouping.expected(variance)
    outfit, infit = 1 + outer.score / weight, 1 + inner.score / total
    return MeanSquares(
        np.maximum(infit, 0.0), _z(infit, inner.pooled / total**2), np.maximum(outfit, 0.0),
        _z(outfit, outer.pooled / weight**2), weight,
    )  # fmt: skip


def _z(mean_square: Floats, spread: Floats) -> Floats:
    deviation = np.minimum(np.sqrt(spread), WIDEST)
    moves = deviation > 0
    by = np.where(moves, deviation, 1.0)
    return np.where(moves, (np.cbrt(np.maximum(mean_square, 0.0)) - 1) * 3 / by + by / 3, 0.0)
