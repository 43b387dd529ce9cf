r"""How well the elements of a facet, or the persons, are told apart.

With the variance of the measures :math:`s^2` and their mean squared error :math:`e^2`, the true variance is
:math:`s^2 - e^2` and [1]_

.. math:: G = \sqrt{(s^2 - e^2)/e^2}, \qquad \text{strata} = (4G + 1)/3, \qquad \text{reliability} = 1 - e^2/s^2

Persons should be told apart; a high reliability of *raters* says that they are not equally severe. Whether all
measures could be one is tested by :math:`\chi^2 = \sum (b - \bar b)^2 / e_b^2` around their weighted mean with one
degree of freedom less than there are elements.

References
----------
.. [1] Wright, B. D., & Masters, G. N. (1982). *Rating Scale Analysis*, ch. 5. MESA Press.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from kaoping.scoring.arrays import Floats
from kaoping.scoring.errors import NotEnoughData


@dataclass(frozen=True)
class Separation:
    """Separation of a facet; ``true_sd`` and ``rmse`` in logits. What errors larger than the spread hide is 0."""

    n: int
    sd: float
    rmse: float
    true_sd: float
    separation: float
    strata: float
    reliability: float
    chi_square: float
    df: int
    p: float


def separation(measures: Floats, errors: Floats, *, zero_sum: bool = False) -> Separation:
    """Separation of measures (e,) with standard errors (e,); those without error, being known, are passed over.

    ``zero_sum`` says that the errors are of measures that were set to sum to zero, which makes squared errors smaller
    by :math:`1 - 1/e`; the variance is then over e, which falls short by the same share, and chi-square takes it back.

    Raises
    ------
    NotEnoughData
        Fewer than two measures were estimated.

    >>> found = separation(np.array([-1.0, 0.0, 1.0]), np.full(3, 0.5))
    >>> round(found.separation, 3), round(found.reliability, 2), round(found.chi_square, 1), found.df
    (1.732, 0.75, 8.0, 2)
    """
    kept = errors > 0
    values, spread = measures[kept], errors[kept] ** 2
    if len(values) < 2:  # noqa: PLR2004 - a variance
        raise NotEnoughData(what="Separation", least=2, n=len(values))
    observed, error = float(values.var(ddof=0 if zero_sum else 1)), float(spread.mean())
    true = max(observed - error, 0.0)
    ratio = np.sqrt(true / error)
    weight = 1 / spread
    centre = float(weight @ values / weight.sum())
    df = len(values) - 1
    chi_square = float(weight @ (values - centre) ** 2) * (df / len(values) if zero_sum else 1.0)
    return Separation(
        len(values), float(np.sqrt(observed)), float(np.sqrt(error)), float(np.sqrt(true)), float(ratio),
        float((4 * ratio + 1) / 3), true / observed if observed else 0.0, chi_square, df,
        float(special.chdtrc(df, chi_square)),
    )  # fmt: skip
