r"""How large misfit is, apart from how many persons it was found with.

.. math:: RMSEA = \sqrt{\frac{\max(X^2 - df, 0)}{df\,(N - 1)}}

References
----------
Steiger, J. H. (1990). Structural model evaluation and modification: an interval estimation approach. *Multivariate
Behavioral Research*, 25, 173-180.
Browne, M. W., & Cudeck, R. (1993). Alternative ways of assessing model fit. In *Testing Structural Equation Models*.
Bentler, P. M. (1990). Comparative fit indexes in structural models. *Psychological Bulletin*, 107, 238-246.
Tucker, L. R., & Lewis, C. (1973). A reliability coefficient for maximum likelihood factor analysis. *Psychometrika*,
38, 1-10.
"""

import numpy as np
from scipy.optimize import brentq
from scipy.stats import chi2, ncx2

FARTHEST = 4.0
"""How many times the statistic, plus fifty, the noncentrality is sought up to."""


def rmsea(statistic: float, df: int, n: float) -> float:
    """Root mean squared error of approximation; ``n`` persons.

    >>> round(rmsea(1374.6465, 252, 316), 4)
    0.1189
    """
    return float(np.sqrt(max(statistic - df, 0.0) / (df * (n - 1))))


def rmsea_interval(statistic: float, df: int, n: float, *, level: float = 0.90) -> tuple[float, float]:
    """Interval of the RMSEA from the noncentral chi-square distribution, with N where the RMSEA has N - 1, as in mirt.

    >>> [round(end, 4) for end in rmsea_interval(1374.6465, 252, 316)]
    [0.1126, 0.1249]
    """
    low, high = (
        np.sqrt(_noncentrality(statistic, df, share) / (df * n))
        for share in ((1 + level) / 2, (1 - level) / 2)
    )  # fmt: skip
    return float(low), float(high)


def _noncentrality(statistic: float, df: int, share: float) -> float:
    """Noncentrality with which this share of the distribution lies below the statistic; 0 if there is none."""
    if chi2.cdf(statistic, df) <= share:
        return 0.0
    most = FARTHEST * statistic + 50.0
    return float(brentq(lambda away: ncx2.cdf(statistic, df, away) - share, 1e-12, most, xtol=1e-10))


def comparative(statistic: float, df: int, null: float, null_df: int) -> float:
    """Comparative fit index (CFI): the share of the null model's misfit that is gone, from 0 to 1.

    >>> comparative(120.0, 100, 300.0, 100)
    0.9
    """
    rest = max(statistic - df, 0.0)
    whole = max(null - null_df, rest)
    return 1.0 - rest / whole if whole > 0 else 1.0


def tucker_lewis(statistic: float, df: int, null: float, null_df: int) -> float:
    """Tucker-Lewis index (TLI): as the CFI, but by degree of freedom; it can pass 1 and fall below 0.

    >>> tucker_lewis(120.0, 100, 300.0, 100)
    0.9
    """
    return float((null / null_df - statistic / df) / (null / null_df - 1))
