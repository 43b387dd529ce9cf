r"""Circle-arc equating: the ends are fixed beforehand, the middle is estimated, an arc joins the three [1]_.

Made for small samples: only the middle point, usually the two means, is estimated.

References
----------
.. [1] Livingston, S. A., & Kim, S. (2009). The circle-arc method for equating in small samples. *Journal of Educational
   Measurement*, 46, 330-343.
"""

from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from kaoping.scoring.arrays import Floats
from kaoping.scoring.equating.designs import Groups
from kaoping.scoring.equating.frequencies import moments, standard_errors
from kaoping.scoring.equating.lines import influence
from kaoping.scoring.equating.results import Equating
from kaoping.scoring.equating.sensitivity import jacobian
from kaoping.scoring.errors import ArcTooSteep, BadScores

Arc: TypeAlias = Literal["simplified", "symmetric"]
Point: TypeAlias = tuple[float, float]


def circle_arc(
    design: Groups, *, arc: Arc = "simplified", low: Point | None = None, high: Point | None = None
) -> Equating:
    """Join the ends of the scales with the point (mean X, mean Y) by a `simplified_arc` or `symmetric_arc`.

    Parameters
    ----------
    design : equivalent groups or a single group.
    low, high : scores on X and Y that correspond beforehand, such as chance scores and full marks; the least and the
        greatest possible scores if not given.

    Returns
    -------
    Equating of the (s,) scores on X, in points of Y, with standard errors.

    Raises
    ------
    BadScores
        The ends do not enclose the mean of X.
    ArcTooSteep
        The symmetric arc does not reach every score.

    References
    ----------
    Livingston & Kim (2009).

    >>> from kaoping.scoring.equating import EquivalentGroups, Frequencies
    >>> circle_arc(EquivalentGroups(Frequencies([0, 1, 2], [1, 2, 1]), Frequencies([0, 1, 2], [0, 2, 2]))).equated
    array([0. , 1.5, 2. ])
    """
    x, y = design.x, design.y
    least, most = low or (x.scores[0], y.scores[0]), high or (x.scores[-1], y.scores[-1])
    formula = through(x.scores, least, most, arc=arc)
    middle = np.array([x.mean, y.mean])
    equated = formula(middle)
    by_means = jacobian(formula, middle)
    roots = design.roots(by_means[:, :1] @ influence(x)[:1], by_means[:, 1:] @ influence(y)[:1])
    after = moments(equated, x.shares, n=x.n)
    see = standard_errors(*roots)
    return Equating("circle-arc", x.scores, equated, see, x.moments, y.moments, after, roots=roots)


def through(scores: Floats, low: Point, high: Point, *, arc: Arc) -> Any:
    """Give the arc as a formula of its middle point: (2,) to (s,).

    Raises
    ------
    BadScores, ArcTooSteep
        As `circle_arc`, when the formula is used.

    >>> through(np.array([0.0, 1.0, 2.0]), (0, 0), (2, 2), arc="symmetric")(np.array([1.0, 1.5])).round(3)
    array([0. , 1.5, 2. ])
    """
    drawn = simplified_arc if arc == "simplified" else symmetric_arc

    def formula(middle: NDArray[Any]) -> NDArray[Any]:
        if not low[0] < middle[0].real < high[0]:
            raise BadScores(reason=f"the ends {low[0]:g} and {high[0]:g} do not enclose {middle[0].real:.4g} on X")
        found = drawn(scores, low, high, middle)
        falls = np.diff(found.real) < 0
        if falls.any():
            raise ArcTooSteep(x=middle[0].real, y=middle[1].real, score=scores[1:][falls][0])
        return found

    return formula


def simplified_arc(scores: Floats, low: Point, high: Point, middle: NDArray[Any]) -> NDArray[Any]:
    r"""Add to the line between the ends an arc of the middle's distance from that line [1]_.

    With u the distance from the centre of the ends on X, a half the distance of the ends, (m, d) the middle point less
    the line, and :math:`q = a^2 - m^2 - d^2`,

    .. math:: e_Y(x) = L(x) + \frac{2 d (a^2 - u^2)}{q + \sqrt{q^2 + 4 d^2 (a^2 - u^2)}}

    which is the circle through (-a, 0), (m, d), (a, 0), written so that it stays exact as the arc becomes straight.

    Parameters
    ----------
    scores : (s,) scores on X.
    low, high, middle : points of X and Y.

    Returns
    -------
    (s,) equated scores, in points of Y; beyond the ends the line itself.

    References
    ----------
    .. [1] Livingston, S. A., & Kim, S. (2009). *Journal of Educational Measurement*, 46, 330-343.

    >>> simplified_arc(np.arange(3.0), (0, 0), (2, 2), np.array([1.0, 1.0]))
    array([0., 1., 2.])
    """
    slope = (high[1] - low[1]) / (high[0] - low[0])
    line = low[1] + slope * (scores - low[0])
    centre, half = (low[0] + high[0]) / 2, (high[0] - low[0]) / 2
    rise = middle[1] - low[1] - slope * (middle[0] - low[0])
    room = half**2 - (middle[0] - centre) ** 2 - rise**2
    height = np.maximum(half**2 - (scores - centre) ** 2, 0.0)
    arc: NDArray[Any] = line + 2 * rise * height / (room + np.sqrt(room**2 + 4 * rise**2 * height))
    return arc


def symmetric_arc(scores: Floats, low: Point, high: Point, middle: NDArray[Any]) -> NDArray[Any]:
    r"""Draw the circle through the three points themselves, which is the same seen from X and from Y [1]_.

    Let (X, Y) be counted from the centre of the ends, :math:`(\cos\phi, \sin\phi)` the direction of the ends, a half
    their distance, (m, d) the middle point along and across that direction, and :math:`q = a^2 - m^2 - d^2`. The circle
    is :math:`d (X^2 + Y^2 - a^2) + q (Y \cos\phi - X \sin\phi) = 0`; its root near the middle point is returned.

    Parameters
    ----------
    scores : (s,) scores on X.
    low, high, middle : points of X and Y.

    Returns
    -------
    (s,) equated scores, in points of Y; beyond the ends the line through them.

    Raises
    ------
    ArcTooSteep
        The circle does not reach a score.

    References
    ----------
    .. [1] Livingston, S. A., & Kim, S. (2009). *Journal of Educational Measurement*, 46, 330-343.

    >>> symmetric_arc(np.arange(3.0), (0, 0), (2, 2), np.array([1.0, 1.0]))
    array([0., 1., 2.])
    """
    half = np.hypot(high[0] - low[0], high[1] - low[1]) / 2
    cosine, sine = (high[0] - low[0]) / (2 * half), (high[1] - low[1]) / (2 * half)
    centre = ((low[0] + high[0]) / 2, (low[1] + high[1]) / 2)
    across, up = middle[0] - centre[0], middle[1] - centre[1]
    rise = cosine * up - sine * across
    room = half**2 - across**2 - up**2
    away = np.clip(scores, low[0], high[0]) - centre[0]
    constant = rise * (away**2 - half**2) - room * sine * away
    under = (room * cosine) ** 2 - 4 * rise * constant
    if room.real <= 0 or (under.real < 0).any():
        x, y = middle.real
        raise ArcTooSteep(x=x, y=y, score=scores[int(np.argmin(under.real))])
    beyond = (scores - centre[0] - away) * sine / cosine
    arc: NDArray[Any] = centre[1] - 2 * constant / (room * cosine + np.sqrt(under)) + beyond
    return arc
