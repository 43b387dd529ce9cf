"""What an equating gives: for every score on X the equivalent score on Y."""

from dataclasses import dataclass, field

from kaoping.scoring.arrays import Floats
from kaoping.scoring.equating.designs import Roots
from kaoping.scoring.equating.frequencies import Moments, standard_errors
from kaoping.scoring.errors import BadScores


@dataclass(frozen=True, eq=False)
class Equating:
    """The function that takes scores on X to the scale of Y.

    ``scores`` (s,) all possible scores on X; ``equated`` (s,) their equivalents in points of Y, not rounded and not cut
    at the ends of Y; ``see`` (s,) their standard errors in the same points; ``x``, ``y`` the moments of the forms in
    the population in which they are compared (none where a method compares no population), ``moments`` those of the
    equated scores there; ``slope`` and ``intercept`` of a straight line; ``roots`` (s, cells) for every sample, from
    which ``see`` by the delta method comes.
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
    roots: Roots = field(default=(), repr=False)


def standard_error_of_difference(first: Equating, second: Equating) -> Floats:
    r"""Give the standard error of the difference of two equatings of the same data, (s,), in points of Y [1]_.

    .. math:: SEED(x) = \lVert (J_1 - J_2) C \rVert

    A difference of more than two of these is more than the sample explains: the curve, say, is not a line.

    Parameters
    ----------
    first, second : equatings of one design, whose tables were smoothed alike or not at all.

    Raises
    ------
    BadScores
        The equatings are of different tables.

    References
    ----------
    .. [1] Von Davier, A. A., Holland, P. W., & Thayer, D. T. (2004). *The Kernel Method of Test Equating*, ch. 5.

    >>> from kaoping.scoring.equating import EquivalentGroups, Frequencies, linear, mean
    >>> groups = EquivalentGroups(Frequencies([0, 1, 2], [20, 60, 20]), Frequencies([0, 1, 2], [30, 40, 30]))
    >>> standard_error_of_difference(mean(groups), linear(groups)).round(3)
    array([0.091, 0.014, 0.091])
    """
    if [root.shape for root in first.roots] != [root.shape for root in second.roots]:
        raise BadScores(reason=f"the equatings {first.method} and {second.method} are not of the same tables")
    return standard_errors(*(one - other for one, other in zip(first.roots, second.roots, strict=True)))
