r"""Identity, mean and linear equating of equivalent groups, or of a single group.

All three are lines :math:`e_Y(x) = A x + B` and need no more than means and variances. Standard errors are by the
delta method over the whole distributions, so they hold without normality.

References
----------
Kolen, M. J., & Brennan, R. L. (2014). *Test Equating, Scaling, and Linking* (3rd ed.), ch. 2 and 7. Springer.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kaoping.scoring.arrays import Floats
from kaoping.scoring.equating.designs import AnchorGroups, Groups
from kaoping.scoring.equating.frequencies import Frequencies, Moments, standard_errors
from kaoping.scoring.equating.results import Equating
from kaoping.scoring.equating.sensitivity import jacobian
from kaoping.scoring.errors import ScoresAlike

Line = Callable[[NDArray[Any]], NDArray[Any]]


def identity(design: Groups) -> Equating:
    r"""Take the scores as they are: :math:`e_Y(x) = x`, without any sampling error.

    Parameters
    ----------
    design : equivalent groups or a single group.

    Returns
    -------
    Equating of the (s,) scores on X, in points of Y.

    References
    ----------
    Kolen & Brennan (2014), ch. 2.

    >>> from kaoping.scoring.equating import EquivalentGroups
    >>> identity(EquivalentGroups(Frequencies([0, 1], [5, 5]), Frequencies([0, 1], [4, 6]))).equated
    array([0., 1.])
    """

    def line(m: NDArray[Any]) -> NDArray[Any]:
        return np.array([1.0 + 0 * m[0], 0.0])

    return _straight("identity", design, line)


def mean(design: Groups) -> Equating:
    r"""Match the means: :math:`e_Y(x) = x - \mu(X) + \mu(Y)`.

    Parameters
    ----------
    design : equivalent groups or a single group.

    Returns
    -------
    Equating of the (s,) scores on X, in points of Y, with standard errors.

    References
    ----------
    Kolen & Brennan (2014), ch. 2.

    >>> from kaoping.scoring.equating import EquivalentGroups
    >>> found = mean(EquivalentGroups(Frequencies([0, 1], [50, 50]), Frequencies([0, 1], [40, 60])))
    >>> found.equated.round(3), found.see.round(3)
    (array([0.1, 1.1]), array([0.07, 0.07]))
    """

    def line(m: NDArray[Any]) -> NDArray[Any]:
        return np.array([1.0 + 0 * m[0], m[2] - m[0]])

    return _straight("mean", design, line)


def linear(design: Groups) -> Equating:
    r"""Match means and standard deviations.

    .. math:: e_Y(x) = \frac{\sigma(Y)}{\sigma(X)} (x - \mu(X)) + \mu(Y)

    Variances are unbiased (divisor n - 1).

    Parameters
    ----------
    design : equivalent groups or a single group.

    Returns
    -------
    Equating of the (s,) scores on X, in points of Y, with standard errors.

    Raises
    ------
    ScoresAlike
        All scores on a form are alike.

    References
    ----------
    Kolen & Brennan (2014), ch. 2.

    >>> from kaoping.scoring.equating import EquivalentGroups
    >>> linear(EquivalentGroups(Frequencies([0, 1, 2], [1, 2, 1]), Frequencies([0, 1, 2], [2, 0, 2]))).slope
    1.4142135623730951
    """
    varied(x=design.x, y=design.y)
    return _straight("linear", design, matching)


def matching(m: NDArray[Any]) -> NDArray[Any]:
    """Give slope and intercept that match means and standard deviations, from (mean X, variance X, mean Y, variance Y).

    >>> matching(np.array([2.0, 1.0, 5.0, 4.0]))
    array([2., 1.])
    """
    slope = np.sqrt(m[3] / m[1])
    return np.array([slope, m[2] - slope * m[0]])


def drawn(line: Line, at: Floats, scores: Floats) -> tuple[float, float, Floats]:
    """Give slope and intercept of a line made of p moments, and the gradient of the equated scores by these, (s, p).

    >>> slope, intercept, by_moments = drawn(matching, np.array([2.0, 1.0, 5.0, 4.0]), np.array([2.0, 3.0]))
    >>> slope, intercept, by_moments
    (2.0, 1.0, array([[-2.  ,  0.  ,  1.  ,  0.  ],
           [-2.  , -1.  ,  1.  ,  0.25]]))
    """
    slope, intercept = map(float, line(at))
    slopes, intercepts = jacobian(line, at)
    return slope, intercept, scores[:, None] * slopes + intercepts


def varied(**tables: Frequencies) -> None:
    """Refuse forms, named by their letters, on which everybody has the same score.

    Raises
    ------
    ScoresAlike
        As said.

    >>> varied(x=Frequencies([0, 1], [0, 2]))
    Traceback (most recent call last):
    kaoping.scoring.errors.ScoresAlike: All scores on X are alike; there is no spread to match.
    """
    for form, table in tables.items():
        if np.count_nonzero(table.counts) == 1:
            raise ScoresAlike(form=form.upper() if len(form) == 1 else form)


def varied_with_anchor(design: AnchorGroups) -> None:
    """Refuse forms, and an anchor, on which everybody in a group has the same score.

    Raises
    ------
    ScoresAlike
        As said.

    >>> from kaoping.scoring.equating import JointFrequencies
    >>> pairs = JointFrequencies.of([0, 1, 1], [1, 1, 1])
    >>> varied_with_anchor(AnchorGroups(pairs, pairs))
    Traceback (most recent call last):
    kaoping.scoring.errors.ScoresAlike: All scores on the anchor are alike; there is no spread to match.
    """
    varied(x=design.x.of_first, y=design.y.of_first)
    for pairs in (design.x, design.y):
        varied(**{"the anchor": pairs.of_second})


def _straight(method: str, design: Groups, line: Line) -> Equating:
    """Draw a line from (mean X, variance X, mean Y, variance Y)."""
    at = np.array([design.x.mean, design.x.variance, design.y.mean, design.y.variance])
    x = design.x.scores
    slope, intercept, by_moments = drawn(line, at, x)
    roots = design.roots(by_moments[:, :2] @ influence(design.x), by_moments[:, 2:] @ influence(design.y))
    before = design.x.moments
    after = Moments(slope * before.mean + intercept, slope * before.sd, before.skewness, before.kurtosis)
    see = standard_errors(*roots)
    return Equating(method, x, slope * x + intercept, see, before, design.y.moments, after, slope, intercept, roots)


def influence(table: Frequencies) -> Floats:
    """Gradient of mean and variance with respect to the shares, (2, s).

    >>> influence(Frequencies([0, 1, 2], [1, 2, 1])).round(2)
    array([[0.  , 1.  , 2.  ],
           [1.33, 0.  , 1.33]])
    """
    unbiased = table.n / (table.n - 1)
    return np.stack([table.scores, (table.scores - table.mean) ** 2 * unbiased])
