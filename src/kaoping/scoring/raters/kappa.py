r"""Agreement of two raters beyond chance: Cohen's kappa, plain or weighted.

With the shares :math:`p_{ij}` of the table of both raters and weights :math:`v_{ij}` of agreement, 1 on the diagonal,

.. math:: \kappa = \frac{p_o - p_e}{1 - p_e}, \qquad p_o = \sum v_{ij} p_{ij}, \qquad p_e = \sum v_{ij} p_{i\cdot}
p_{\cdot j}

and, with :math:`\bar v_{i\cdot} = \sum_j p_{\cdot j} v_{ij}`, :math:`\bar v_{\cdot j} = \sum_i p_{i\cdot} v_{ij}`, the
variance [1]_

.. math:: \frac{1}{n (1 - p_e)^2} \Big( \sum p_{ij} \big(v_{ij} - (\bar v_{i\cdot} + \bar v_{\cdot j})(1 -
\kappa)\big)^2
          - \big(\kappa - p_e (1 - \kappa)\big)^2 \Big)

and under independence, for the test of :math:`\kappa = 0`, with :math:`p_{i\cdot} p_{\cdot j}` for :math:`p_{ij}` and 0
for :math:`\kappa`.

References
----------
.. [1] Fleiss, J. L., Cohen, J., & Everitt, B. S. (1969). Large sample standard errors of kappa and weighted kappa.
   *Psychological Bulletin*, 72, 323-327, equations 8 and 9.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from kaoping.scoring.arrays import Floats
from kaoping.scoring.dif.significance import half_width
from kaoping.scoring.raters.errors import AgreementUndefined

Weights: TypeAlias = Literal["none", "linear", "quadratic"]


@dataclass(frozen=True)
class Kappa:
    """Kappa with its standard error, 95 % interval, and the test that it is zero (one standard error of its own)."""

    kappa: float
    se: float
    low: float
    high: float
    observed: float
    expected: float
    n: float
    se_null: float
    z: float
    p: float


def weights_of(categories: int, kind: str) -> Floats:
    """Weights of agreement (m, m): 1 on the diagonal; off it 0, or less by the distance or by its square.

    >>> weights_of(3, "quadratic")
    array([[1.  , 0.75, 0.  ],
           [0.75, 1.  , 0.75],
           [0.  , 0.75, 1.  ]])
    """
    apart = np.abs(np.subtract.outer(np.arange(categories), np.arange(categories))) / max(categories - 1, 1)
    return np.asarray({"none": 1.0 * (apart == 0), "linear": 1 - apart, "quadratic": 1 - apart**2}[kind])


def cohen(counts: ArrayLike, weights: Weights | ArrayLike = "none") -> Kappa:
    """Kappa of the table (m, m) of how often the first rater gave i and the second j.

    Parameters
    ----------
    weights : kind of weights, or a table (m, m) of them, 1 for full agreement and 0 for none.

    Raises
    ------
    AgreementUndefined
        No ratings, or chance alone explains full agreement, as when both gave one category only.

    >>> found = cohen([[20, 5], [10, 15]])
    >>> round(found.kappa, 3), round(found.observed, 3), round(found.expected, 3)
    (0.4, 0.7, 0.5)
    """
    table = np.asarray(counts, dtype=np.float64)
    n = float(table.sum())
    if table.ndim != 2 or table.shape[0] != table.shape[1] or not n or (table < 0).any():  # noqa: PLR2004 - a table
        raise AgreementUndefined(what="Kappa", reason="the ratings of both are not a square table of counts")
    agree = weights_of(len(table), weights) if isinstance(weights, str) else np.asarray(weights, dtype=np.float64)
    if agree.shape != table.shape:
        raise AgreementUndefined(what="Kappa", reason="the weights are not a table as large as the ratings")
    share = table / n
    first, second = share.sum(axis=1), share.sum(axis=0)
    chance = np.outer(first, second)
    observed, expected = float((agree * share).sum()), float((agree * chance).sum())
    if expected >= 1 - 1e-12:
        raise AgreementUndefined(what="Kappa", reason="both raters gave one and the same category throughout")
    kappa = (observed - expected) / (1 - expected)
    means = (agree @ second)[:, None] + (first @ agree)[None, :]
    spread = (share * (agree - means * (1 - kappa)) ** 2).sum() - (kappa - expected * (1 - kappa)) ** 2
    spread_null = (chance * (agree - means) ** 2).sum() - expected**2
    scale = np.sqrt(n) * (1 - expected)
    se, se_null = (float(np.sqrt(max(value, 0.0)) / scale) for value in (spread, spread_null))
    wide = float(half_width(np.array(se)))
    z = kappa / se_null if se_null else 0.0
    return Kappa(
        kappa, se, max(kappa - wide, -1.0), min(kappa + wide, 1.0), observed, expected, n, se_null, z,
        float(special.erfc(abs(z) / np.sqrt(2))),
    )  # fmt: skip
