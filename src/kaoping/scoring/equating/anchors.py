r"""Linear equating of groups that differ, by an anchor: Tucker, Levine, nominal weights, chained.

Population P took X, population Q took Y, both took the anchor V. The synthetic population is P with weight w and Q with
weight 1 - w. Every method is a line made of ten moments (means, variances and covariance of both groups); its standard
errors are by the delta method over the whole joint distributions, so they hold without normality.

References
----------
Kolen, M. J., & Brennan, R. L. (2014). *Test Equating, Scaling, and Linking* (3rd ed.), ch. 4. Springer.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kaoping.scoring.arrays import Floats
from kaoping.scoring.equating.arcs import Arc, Point, through
from kaoping.scoring.equating.designs import AnchorGroups, Roots, share_of_first
from kaoping.scoring.equating.frequencies import JointFrequencies, Moments, standard_errors
from kaoping.scoring.equating.lines import drawn, varied_with_anchor
from kaoping.scoring.equating.results import Equating
from kaoping.scoring.equating.sensitivity import jacobian
from kaoping.scoring.errors import SpreadLost, WeakAnchor

Numbers = NDArray[Any]
Slopes = Callable[[Numbers], tuple[Any, Any]]
PER_GROUP = 5
"""Mean, anchor mean, variance, anchor variance, covariance."""


def tucker(design: AnchorGroups, *, weight: float = 0.5, means_only: bool = False) -> Equating:
    r"""Equate by the regressions of X and Y on V, taken to be the same in both populations [1]_.

    With :math:`\gamma_1 = \sigma_P(X, V) / \sigma^2_P(V)`, :math:`\gamma_2 = \sigma_Q(Y, V) / \sigma^2_Q(V)`,
    :math:`\Delta = \mu_P(V) - \mu_Q(V)`, :math:`\Delta_2 = \sigma^2_P(V) - \sigma^2_Q(V)` and w = w_P = 1 - w_Q,

    .. math::
        \mu_s(X) &= \mu_P(X) - w_Q \gamma_1 \Delta, & \mu_s(Y) &= \mu_Q(Y) + w_P \gamma_2 \Delta

        \sigma^2_s(X) &= \sigma^2_P(X) - w_Q \gamma_1^2 \Delta_2 + w_P w_Q \gamma_1^2 \Delta^2

        \sigma^2_s(Y) &= \sigma^2_Q(Y) + w_P \gamma_2^2 \Delta_2 + w_P w_Q \gamma_2^2 \Delta^2

    and :math:`e_Y(x) = \sigma_s(Y) / \sigma_s(X) \cdot (x - \mu_s(X)) + \mu_s(Y)`.

    Parameters
    ----------
    design : pairs (X, V) and (Y, V).
    weight : w, between 0 and 1; 1 makes P the synthetic population.
    means_only : match the means alone (slope 1).

    Returns
    -------
    Equating of the (s,) scores on X, in points of Y, with standard errors.

    Raises
    ------
    ScoresAlike
        All scores on a form or on the anchor are alike in a group.
    WeakAnchor
        The anchor does not rise with a form.
    SpreadLost
        A synthetic variance is not positive.
    OptionOutOfRange
        The weight is not between 0 and 1.

    References
    ----------
    .. [1] Kolen & Brennan (2014), ch. 4.

    >>> x = JointFrequencies.of([0, 1, 2, 2, 3, 4], [0, 0, 1, 2, 1, 2])
    >>> y = JointFrequencies.of([0, 2, 2, 3, 3, 4], [0, 1, 1, 2, 1, 2])
    >>> round(tucker(AnchorGroups(x, y)).slope, 4)
    1.0974
    """
    _linkable(design)
    return _synthetic("tucker", design, _regressions, weight, means_only=means_only)


def levine(design: AnchorGroups, *, weight: float = 0.5, means_only: bool = False) -> Equating:
    r"""Equate observed scores by the true scores of a congeneric anchor [1]_.

    As `tucker` with :math:`\gamma_1 = \sigma^2_P(X) / \sigma_P(X, V)` for an internal anchor,
    :math:`\gamma_1 = (\sigma^2_P(X) + \sigma_P(X, V)) / (\sigma^2_P(V) + \sigma_P(X, V))` for an external one, and
    likewise :math:`\gamma_2` of Y in Q.

    Parameters
    ----------
    design, weight, means_only : as for `tucker`.

    Returns
    -------
    Equating of the (s,) scores on X, in points of Y, with standard errors.

    Raises
    ------
    ScoresAlike, WeakAnchor, SpreadLost, OptionOutOfRange
        As `tucker`.

    References
    ----------
    .. [1] Kolen & Brennan (2014), ch. 4.

    >>> x = JointFrequencies.of([0, 1, 2, 2, 3, 4], [0, 0, 1, 2, 1, 2])
    >>> y = JointFrequencies.of([0, 2, 2, 3, 3, 4], [0, 1, 1, 2, 1, 2])
    >>> round(levine(AnchorGroups(x, y)).slope, 4)
    1.2298
    """
    _linkable(design)
    return _synthetic("levine", design, _true_slopes(internal=design.internal), weight, means_only=means_only)


def levine_true(design: AnchorGroups) -> Equating:
    r"""Equate true scores and use the line for observed scores [1]_; no synthetic population is needed.

    .. math:: e_Y(x) = \frac{\gamma_2}{\gamma_1} (x - \mu_P(X)) + \mu_Q(Y) + \gamma_2 (\mu_P(V) - \mu_Q(V))

    with :math:`\gamma` as in `levine`.

    Parameters
    ----------
    design : pairs (X, V) and (Y, V).

    Returns
    -------
    Equating of the (s,) scores on X, in points of Y, with standard errors.

    Raises
    ------
    ScoresAlike, WeakAnchor
        As `tucker`.

    References
    ----------
    .. [1] Kolen & Brennan (2014), ch. 4.

    >>> x = JointFrequencies.of([0, 1, 2, 2, 3, 4], [0, 0, 1, 2, 1, 2])
    >>> y = JointFrequencies.of([0, 2, 2, 3, 3, 4], [0, 1, 1, 2, 1, 2])
    >>> round(levine_true(AnchorGroups(x, y)).slope, 4)
    1.0
    """
    _linkable(design)
    slopes = _true_slopes(internal=design.internal)

    def line(m: Numbers) -> Numbers:
        first, second = slopes(m)
        slope = second / first
        return np.array([slope, m[5] + second * (m[1] - m[6]) - slope * m[0]])

    return _straight("levine-true", design, line)


def nominal(design: AnchorGroups, *, ratios: tuple[float, float], weight: float = 0.5) -> Equating:
    r"""Match means with weights known beforehand: :math:`\gamma` is the ratio of a form's items to the anchor's [1]_.

    For samples too small for `tucker`: only means are estimated; the slope is 1.

    Parameters
    ----------
    design, weight : as for `tucker`.
    ratios : items of X, and of Y, to items of the anchor.

    Returns
    -------
    Equating of the (s,) scores on X, in points of Y, with standard errors.

    References
    ----------
    .. [1] Babcock, B., Albano, A., & Raymond, M. (2012). Nominal weights mean equating. *Educational and Psychological
       Measurement*, 72, 608-628.

    >>> x = JointFrequencies.of([0, 1, 2, 2, 3, 4], [0, 0, 1, 2, 1, 2])
    >>> y = JointFrequencies.of([0, 2, 2, 3, 3, 4], [0, 1, 1, 2, 1, 2])
    >>> nominal(AnchorGroups(x, y), ratios=(2.0, 2.0)).slope
    1.0
    """
    return _synthetic("nominal", design, lambda _: ratios, weight, means_only=True)


def chained_linear(design: AnchorGroups) -> Equating:
    r"""Link X to V linearly in P and V to Y in Q [1]_.

    .. math:: e_Y(x) = \mu_Q(Y) + \frac{\sigma_Q(Y)}{\sigma_Q(V)}
        \left( \mu_P(V) + \frac{\sigma_P(V)}{\sigma_P(X)} (x - \mu_P(X)) - \mu_Q(V) \right)

    Parameters
    ----------
    design : pairs (X, V) and (Y, V).

    Returns
    -------
    Equating of the (s,) scores on X, in points of Y, with standard errors.

    Raises
    ------
    ScoresAlike
        As `tucker`.

    References
    ----------
    .. [1] Kolen & Brennan (2014), ch. 4.

    >>> x = JointFrequencies.of([0, 1, 2, 2, 3, 4], [0, 0, 1, 2, 1, 2])
    >>> y = JointFrequencies.of([0, 2, 2, 3, 3, 4], [0, 1, 1, 2, 1, 2])
    >>> round(chained_linear(AnchorGroups(x, y)).slope, 4)
    1.1479
    """
    varied_with_anchor(design)
    return _straight("chained-linear", design, _chain)


def chained_arc(
    design: AnchorGroups, *, arc: Arc = "simplified", low: Point | None = None, high: Point | None = None
) -> Equating:
    """Draw a `circle_arc` whose middle point is the chained linear equivalent of the mean of X in P [1]_.

    Parameters
    ----------
    design : pairs (X, V) and (Y, V).
    arc, low, high : as for `circle_arc`.

    Returns
    -------
    Equating of the (s,) scores on X, in points of Y, with standard errors.

    Raises
    ------
    ScoresAlike, BadScores, ArcTooSteep
        As `chained_linear` and `circle_arc`.

    References
    ----------
    .. [1] Livingston, S. A., & Kim, S. (2009). *Journal of Educational Measurement*, 46, 330-343.

    >>> x = JointFrequencies.of([0, 1, 2, 2, 3, 4], [0, 0, 1, 2, 1, 2])
    >>> y = JointFrequencies.of([0, 2, 2, 3, 3, 4], [0, 1, 1, 2, 1, 2])
    >>> chained_arc(AnchorGroups(x, y)).equated[[0, -1]]
    array([0., 4.])
    """
    varied_with_anchor(design)
    x, y = design.x.first, design.y.first
    formula = through(x, low or (x[0], y[0]), high or (x[-1], y[-1]), arc=arc)

    def arched(m: Numbers) -> Numbers:
        slope, intercept = _chain(m)
        found: Numbers = formula(np.array([m[0], slope * m[0] + intercept]))
        return found

    at = _numbers(design)
    roots = _roots(design, jacobian(arched, at))
    return Equating("circle-arc", x, arched(at), standard_errors(*roots), roots=roots)


def _chain(m: Numbers) -> Numbers:
    to_y = np.sqrt(m[7] / m[8])
    slope = to_y * np.sqrt(m[3] / m[2])
    return np.array([slope, m[5] + to_y * (m[1] - m[6]) - slope * m[0]])


def _regressions(m: Numbers) -> tuple[Any, Any]:
    return m[4] / m[3], m[9] / m[8]


def _true_slopes(*, internal: bool) -> Slopes:
    if internal:
        return lambda m: (m[2] / m[4], m[7] / m[9])
    return lambda m: ((m[2] + m[4]) / (m[3] + m[4]), (m[7] + m[9]) / (m[8] + m[9]))


def _synthetic(method: str, design: AnchorGroups, slopes: Slopes, weight: float, *, means_only: bool) -> Equating:
    share_of_first(weight)

    def moments(m: Numbers) -> tuple[Any, Any, Any, Any]:
        first, second = slopes(m)
        apart, wider = m[1] - m[6], m[3] - m[8]
        both = weight * (1 - weight) * apart**2
        return (
            m[0] - (1 - weight) * first * apart,
            m[2] + first**2 * (both - (1 - weight) * wider),
            m[5] + weight * second * apart,
            m[7] + second**2 * (both + weight * wider),
        )

    def line(m: Numbers) -> Numbers:
        mean_x, variance_x, mean_y, variance_y = moments(m)
        slope = 1.0 + 0 * m[0] if means_only else np.sqrt(variance_y / variance_x)
        return np.array([slope, mean_y - slope * mean_x])

    mean_x, variance_x, mean_y, variance_y = map(float, moments(_numbers(design)))
    for form, variance in (("X", variance_x), ("Y", variance_y)):
        if variance <= 0:
            raise SpreadLost(form=form, variance=variance)
    return _straight(method, design, line, x=Moments(mean_x, variance_x**0.5), y=Moments(mean_y, variance_y**0.5))


def _straight(
    method: str,
    design: AnchorGroups,
    line: Callable[[Numbers], Numbers],
    *,
    x: Moments | None = None,
    y: Moments | None = None,
) -> Equating:
    scores = design.x.first
    slope, intercept, by_moments = drawn(line, _numbers(design), scores)
    roots = _roots(design, by_moments)
    after = Moments(slope * x.mean + intercept, slope * x.sd) if x else None
    see = standard_errors(*roots)
    return Equating(method, scores, slope * scores + intercept, see, x, y, after, slope, intercept, roots)


def _roots(design: AnchorGroups, by_moments: Floats) -> Roots:
    """Covariance roots of gradients with respect to the ten moments, (m, 10)."""
    by_x, by_y = by_moments[:, :PER_GROUP], by_moments[:, PER_GROUP:]
    return design.roots(
        np.tensordot(by_x, _influence(design.x), axes=1), np.tensordot(by_y, _influence(design.y), axes=1)
    )


def _numbers(design: AnchorGroups) -> Floats:
    return np.concatenate([_five(design.x), _five(design.y)])


def _five(pairs: JointFrequencies) -> Floats:
    first, anchor = pairs.of_first, pairs.of_second
    products = (pairs.first - first.mean) @ pairs.shares @ (pairs.second - anchor.mean)
    covariance = products * pairs.n / (pairs.n - 1)
    return np.array([first.mean, anchor.mean, first.variance, anchor.variance, covariance])


def _influence(pairs: JointFrequencies) -> Floats:
    """Gradient of the five moments with respect to the shares, (5, s, t)."""
    unbiased = pairs.n / (pairs.n - 1)
    x, v = np.meshgrid(pairs.first, pairs.second, indexing="ij")
    from_mean, from_anchor_mean = x - pairs.of_first.mean, v - pairs.of_second.mean
    squares = np.stack([from_mean**2, from_anchor_mean**2, from_mean * from_anchor_mean])
    return np.concatenate([np.stack([x, v]), squares * unbiased])


def _linkable(design: AnchorGroups) -> None:
    varied_with_anchor(design)
    for form, pairs in (("X", design.x), ("Y", design.y)):
        covariance = float(_five(pairs)[-1])
        if covariance <= 0:
            raise WeakAnchor(form=form, covariance=covariance)
