"""What an equating gives: for every score on X the equivalent score on Y."""

from dataclasses import dataclass

from kaoping.scoring.arrays import Floats
from kaoping.scoring.equating.frequencies import Moments


@dataclass(frozen=True, eq=False)
class Equating:
    """The function that takes scores on X to the scale of Y.

    ``scores`` (s,) all possible scores on X; ``equated`` (s,) their equivalents in points of Y, not rounded and not cut
    at the ends of Y; ``see`` (s,) their standard errors in the same points; ``x``, ``y`` the moments of the
    forms in the population in which they are compared (none where a method compares no population), ``moments`` those
    of the equated scores there; ``slope`` and ``intercept`` of a straight line.
    """

    method: str
    scores: Floats
    equated: Floats
    see: Floats
    x: Moments | None = None
    y: Moments | None = None
    moments: Moments | None = None
    slope: float | None = None
    intercept: float | None = None
