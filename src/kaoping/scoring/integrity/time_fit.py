"""Whether the lognormal model describes the times of each item: the shape of its residuals."""

from dataclasses import dataclass

import numpy as np
from scipy import special, stats

from kaoping.scoring.arrays import Floats
from kaoping.scoring.integrity.response_times import ResponseTimes

FEWEST = 20
"""Times from which the shape of a distribution is told."""


@dataclass(frozen=True, eq=False)
class TimeFit:
    """Shape of the residuals of k items, (k,) each; under the model they are standard normal.

    ``skewness`` and ``kurtosis`` (excess) are 0 under the model; ``normality`` is K² of D'Agostino and Pearson with
    ``p``; ``distance`` the largest distance of the distribution from the normal one (Kolmogorov), a measure that does
    not grow with the number of persons.
    """

    items: tuple[str, ...]
    mean: Floats
    sd: Floats
    skewness: Floats
    kurtosis: Floats
    normality: Floats
    p: Floats
    distance: Floats


def time_fit(times: ResponseTimes, residuals: Floats) -> TimeFit:
    """Describe the residuals of every item.

    Parameters
    ----------
    residuals : (n, k) as `predictive_residuals` gives them.

    Returns
    -------
    `TimeFit`; not a number for items of fewer than 20 residuals.

    References
    ----------
    D'Agostino, R., & Pearson, E. S. (1973). Tests for departure from normality. *Biometrika*, 60, 613-622.
    """
    return TimeFit(times.items, *np.stack([_shape(column[np.isfinite(column)]) for column in residuals.T], axis=1))


def _shape(z: Floats) -> Floats:
    if len(z) < FEWEST:
        return np.full(7, np.nan)
    k2, p = stats.normaltest(z)
    ranks = np.arange(1, len(z) + 1) / len(z)
    below = special.ndtr(np.sort(z))
    distance = max(float((ranks - below).max()), float((below - ranks + 1 / len(z)).max()))
    return np.array([z.mean(), z.std(ddof=1), stats.skew(z), stats.kurtosis(z), k2, p, distance])
