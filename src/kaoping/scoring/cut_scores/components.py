r"""Whose doing the differences of ratings are: judges', items', or neither's alone.

Ratings are taken as shares of the full marks, so that an item of many marks is neither hard nor noisy by its marks.
The model is :math:`x_{ji} = \mu + \alpha_j + \beta_i + \varepsilon_{ji}` with variances :math:`\sigma^2_J`,
:math:`\sigma^2_I`, :math:`\sigma^2_{JI}`, estimated by fitting constants, which for a complete table is the analysis of
variance and otherwise Henderson's third method. With R(J | I) what judges take off the sum of squares that items leave,
of n ratings by j judges of k items,

.. math::

    E\, SSE = (n - j - k + 1)\, \sigma^2_{JI}, \qquad
    E\, R(J \mid I) = (n - k)\, \sigma^2_J + (j - 1)\, \sigma^2_{JI}, \qquad
    E\, R(I \mid J) = (n - j)\, \sigma^2_I + (k - 1)\, \sigma^2_{JI}

Judges are compared on the same items alone, so that who rated the easy ones does not matter.

References
----------
Brennan, R. L., & Lockwood, R. E. (1980). A comparison of the Nedelsky and Angoff cutting score procedures using
generalizability theory. *Applied Psychological Measurement*, 4, 219-240.
Brennan, R. L. (2001). *Generalizability Theory*, ch. 3 and 7.
Henderson, C. R. (1953). Estimation of variance and covariance components. *Biometrics*, 9, 226-252.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from kaoping.scoring.arrays import Flags, Floats
from kaoping.scoring.cut_scores.errors import BadJudgements, PanelDivided
from kaoping.scoring.cut_scores.ratings import Ratings


@dataclass(frozen=True)
class Components:
    """Variances of ratings as shares of the marks: of judges, items, and the rest; those below zero as estimated.

    >>> table = Ratings.complete([[0.4, 0.6], [0.5, 0.9]])
    >>> found = components(table)
    >>> round(found.judges, 4), round(found.items, 4), round(found.rest, 4)
    (0.015, 0.04, 0.01)
    """

    judges: float
    items: float
    rest: float
    n_judges: int

    @property
    def single_agreement(self) -> float:
        """Share of the variance of single ratings that is the items': agreement of any two judges, ICC(2, 1)."""
        return _share(self.items, max(self.judges, 0.0) + max(self.rest, 0.0))

    @property
    def agreement(self) -> float:
        """The same for the mean of this many judges: dependability, ICC(2, j)."""
        return _share(self.items, (max(self.judges, 0.0) + max(self.rest, 0.0)) / self.n_judges)

    @property
    def consistency(self) -> float:
        """Generalizability of the order of items, which leaves leniency aside: Cronbach's alpha of the judges."""
        return _share(self.items, max(self.rest, 0.0) / self.n_judges)


def _share(signal: float, noise: float) -> float:
    """Share of signal; 0 where nothing varies."""
    known = max(signal, 0.0)
    return known / (known + noise) if known + noise > 0 else 0.0


def components(ratings: Ratings) -> Components:
    """Estimate the components of variance.

    Raises
    ------
    BadJudgements
        There are not more ratings than judges and items, so nothing is left over to judge them by.
    PanelDivided
        Two judges are linked by no items rated in common.
    """
    j, k = ratings.values.shape
    rated, values = ratings.rated, ratings.shares
    n = int(rated.sum())
    if n < j + k:
        raise BadJudgements(
            reason=f"{n} ratings do not tell {j} judges from {k} items; let more judges rate more items"
        )
    residual = np.where(rated, values - additive(ratings).fitted, 0.0)
    left = float((residual**2).sum())
    rest = left / (n - j - k + 1)
    of_judges = (_within(values, rated, axis=0) - left - (j - 1) * rest) / (n - k)
    of_items = (_within(values, rated, axis=1) - left - (k - 1) * rest) / (n - j)
    return Components(of_judges, of_items, rest, j)


def _within(values: Floats, rated: Flags, *, axis: int) -> float:
    """Sum of squares about the means along an axis: what items (0) or judges (1) alone leave."""
    means = values.sum(axis=axis, keepdims=True) / rated.sum(axis=axis, keepdims=True)
    return float((np.where(rated, values - means, 0.0) ** 2).sum())


@dataclass(frozen=True, eq=False)
class Additive:
    """Least-squares fit of leniency and difficulty to ratings as shares of the marks.

    ``fitted`` (j, k) are the shares that judge and item alone would give, for unrated items too; ``leverage`` (j, k)
    how much a rating determines its own fitted value; ``weights`` (j, k) the marks that each share of 1 adds to the
    panel's cut, on its own item and through the items that are not rated.
    """

    fitted: Floats
    leverage: Floats
    weights: Floats


def additive(ratings: Ratings) -> Additive:
    """Fit leniency of judges and difficulty of items, so that judges who rated different items can be compared.

    Raises
    ------
    PanelDivided
        Two judges are linked by no items rated in common.
    """
    _refuse_divided(ratings)
    j, k = ratings.values.shape
    row, column = np.nonzero(ratings.rated)
    design = np.zeros((len(row), j + k))
    design[np.arange(len(row)), row] = design[np.arange(len(row)), j + column] = 1.0
    inverse = np.linalg.pinv(design.T @ design, hermitian=True)
    effects = inverse @ (design.T @ ratings.shares[row, column])
    unrated = np.where(ratings.rated, 0.0, ratings.maxima) / j
    wanted = np.concatenate([unrated.sum(axis=1), unrated.sum(axis=0)])
    leverage, weights = np.zeros((2, j, k))
    leverage[row, column] = ((design @ inverse) * design).sum(axis=1)
    weights[row, column] = ratings.maxima[column] / j + design @ (inverse @ wanted)
    return Additive(effects[:j, None] + effects[None, j:], leverage, weights)


def _refuse_divided(ratings: Ratings) -> None:
    shared = csr_array(ratings.rated.astype(np.int64) @ ratings.rated.T.astype(np.int64))
    parts, part = connected_components(shared, directed=False)
    if parts > 1:
        other = int(np.flatnonzero(part != part[0])[0])
        raise PanelDivided(judge=ratings.judges[0], other=ratings.judges[other])
