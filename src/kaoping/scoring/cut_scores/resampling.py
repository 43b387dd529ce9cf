"""Cuts of bootstrap samples: judges, persons, or both drawn again with replacement."""

from collections.abc import Callable

import numpy as np

from kaoping.scoring.arrays import Floats
from kaoping.scoring.cut_scores.errors import SamplesRefused
from kaoping.scoring.errors import ScoringError

REPLICATIONS = 1000
"""Samples if not said otherwise."""
MOST_REFUSED = 0.1
"""Largest share of the samples that may be refused."""


def bootstrap(
    cut: Callable[[np.random.Generator], float], *, rng: np.random.Generator, replications: int = REPLICATIONS
) -> Floats:
    """Give the cuts of so many samples, (r,); samples that have none are left out.

    Parameters
    ----------
    cut : draws a sample by the generator that it is given, and gives its cut.

    Raises
    ------
    SamplesRefused
        More than a tenth of the samples have no cut, so the spread of the others would mislead.

    >>> scores = np.array([1.0, 2.0, 4.0])
    >>> mean = lambda rng: float(rng.choice(scores, 3).mean())
    >>> bootstrap(mean, rng=np.random.default_rng(1), replications=50).shape
    (50,)
    """
    found, reasons = [], []
    for _ in range(replications):
        try:
            found.append(cut(rng))
        except ScoringError as refused:
            reasons.append(str(refused))
    if len(reasons) > MOST_REFUSED * replications:
        raise SamplesRefused(refused=len(reasons), n=replications, reason=reasons[0])
    return np.array(found)
