"""A cut score with its standard error, where the error comes from, and its interval."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy.special import stdtrit

from kaoping.scoring.arrays import Floats

CONFIDENCE = 0.95
"""Confidence of every interval."""


@dataclass(frozen=True, kw_only=True)
class Cut:
    """A cut score and how sure it is.

    Attributes
    ----------
    value : in the unit of the method, marks or logits.
    se : standard error, in the same unit; ``None`` where only resampling could give it and was not asked for.
    low, high : ends of the 95 % interval; ``None`` without a standard error.
    df : degrees of freedom of the interval; infinite for the normal distribution.
    source : what the error is over, such as "judges", and how it was found.
    parts : standard error due to each source alone; their squares add up to that of ``se``.
    """

    value: float
    se: float | None
    low: float | None
    high: float | None
    df: float
    source: str
    parts: Mapping[str, float] = field(default_factory=dict)


def estimated(
    value: float, se: float, *, source: str, df: float = np.inf, parts: Mapping[str, float] | None = None
) -> Cut:
    """Give a cut with the interval of Student's distribution.

    >>> found = estimated(60.0, 2.0, source="judges", df=9)
    >>> round(found.low, 2), round(found.high, 2)
    (55.48, 64.52)
    """
    reach = float(stdtrit(df, (1 + CONFIDENCE) / 2)) * se
    every = dict(parts) if parts else {source: se}
    return Cut(value=value, se=se, low=value - reach, high=value + reach, df=df, source=source, parts=every)


def resampled(value: float, draws: Floats, *, source: str) -> Cut:
    """Give a cut with the spread and the percentiles of its values in bootstrap samples, (r,).

    >>> found = resampled(2.0, np.array([1.0, 2.0, 3.0]), source="persons")
    >>> found.se, found.source
    (1.0, 'persons, bootstrap')
    """
    se = float(draws.std(ddof=1))
    low, high = np.quantile(draws, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Cut(
        value=value, se=se, low=float(low), high=float(high), df=np.inf, source=f"{source}, bootstrap",
        parts={source: se},
    )  # fmt: skip


def without_error(value: float, *, source: str) -> Cut:
    """Give a cut whose error no formula tells."""
    return Cut(value=value, se=None, low=None, high=None, df=np.inf, source=source)
