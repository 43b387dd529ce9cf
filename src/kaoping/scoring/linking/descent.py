r"""Newton's method for two numbers, of which the first, a scale factor, stays positive.

It works on :math:`(\log A, B)` with the exact gradient and Hessian. A Hessian that is not positive definite is made so
by turning its negative eigenvalues about, and a step that does not lead down is halved.

References
----------
Nocedal, J., & Wright, S. J. (2006). *Numerical Optimization* (2nd ed.), ch. 3.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from kaoping.scoring.arrays import Floats
from kaoping.scoring.errors import NotConverged

TOLERANCE = 1e-10
"""Largest step of (log A, B) at which the descent has ended; Newton's next would be about its square."""
LIMIT = 100
HALVINGS = 30
LONGEST = 1.0
"""Longest step of log A or B: curves are flat far away, where Newton's step means nothing."""
SLACK = 1e-12
"""A rise by rounding that does not count, as a share of the value."""

Derivatives = Callable[[float, float], tuple[float, Floats, Floats]]


@dataclass(frozen=True, eq=False)
class Descent:
    """The lowest point (A, B) that was found, with ``value``, ``gradient`` (2,), ``hessian`` (2, 2) by (A, B) there."""

    slope: float
    intercept: float
    value: float
    gradient: Floats
    hessian: Floats
    iterations: int
    step: float


def descend(
    derivatives: Derivatives, begin: tuple[float, float], *, fixed_slope: bool = False, tolerance: float = TOLERANCE
) -> Descent:
    """Go down from a point (A, B) to where the gradient is zero.

    Raises
    ------
    NotConverged
        The steps are not below ``tolerance`` after a hundred iterations.

    >>> def bowl(a, b):
    ...     return (a - 2) ** 2 + (b - 1) ** 2, np.array([2 * (a - 2), 2 * (b - 1)]), 2 * np.eye(2)
    >>> found = descend(bowl, (1.0, 0.0))
    >>> round(found.slope, 9), round(found.intercept, 9)
    (2.0, 1.0)
    """
    slope, intercept = begin
    size = np.inf
    value, gradient, hessian = derivatives(slope, intercept)
    for iteration in range(LIMIT):
        if size <= tolerance:
            return Descent(slope, intercept, value, gradient, hessian, iteration, size)
        step = _step(slope, gradient, hessian, fixed_slope=fixed_slope)
        for _ in range(HALVINGS):
            tried = slope * float(np.exp(step[0])), intercept + float(step[1])
            found = derivatives(*tried)
            if found[0] <= value * (1 + SLACK):
                break
            step = step / 2
        (slope, intercept), (value, gradient, hessian) = tried, found
        size = float(np.abs(step).max())
    raise NotConverged(iterations=LIMIT, step=size, tolerance=tolerance)


def lowest(derivatives: Derivatives, begins: Sequence[tuple[float, float]], *, fixed_slope: bool = False) -> Descent:
    """Go down from several points and give the lowest end.

    Raises
    ------
    NotConverged
        No descent ended.
    """
    ends, refused = [], None
    for begin in begins:
        try:
            ends.append(descend(derivatives, begin, fixed_slope=fixed_slope))
        except NotConverged as wrong:
            refused = wrong
    if refused and not ends:
        raise refused
    return min(ends, key=lambda end: end.value)


def _step(slope: float, gradient: Floats, hessian: Floats, *, fixed_slope: bool) -> Floats:
    """Newton's step of (log A, B)."""
    turn = np.array([0.0 if fixed_slope else slope, 1.0])
    uphill = turn * gradient
    bowl = np.outer(turn, turn) * hessian
    bowl[0, 0] += 1.0 if fixed_slope else slope * gradient[0]
    values, axes = np.linalg.eigh(bowl)
    steep = np.maximum(np.abs(values), 1e-12 + 1e-8 * np.abs(values).max())
    step = -(axes @ ((axes.T @ uphill) / steep))
    return np.asarray(step * min(1.0, LONGEST / max(float(np.abs(step).max()), LONGEST)))
