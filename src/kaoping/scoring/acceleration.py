"""Speeding up an iteration that climbs, without letting it fall."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kaoping.scoring.arrays import Floats
from kaoping.scoring.errors import NotConverged

DEPTH = 6
"""Steps that the extrapolation remembers."""
ROUNDING = 1e-13
"""Relative loss of height that is taken for rounding."""


@dataclass(frozen=True)
class Progress:
    """Where an iteration stands: passes over the data so far, the objective, the largest change of the last step."""

    iteration: int
    objective: float
    step: float


@dataclass(frozen=True, eq=False)
class Climb:
    """A fixed point: where, how high, after how many passes, and the objective at every accepted point."""

    point: Floats
    objective: float
    iterations: int
    step: float
    trace: tuple[float, ...]


Mapping = Callable[[Floats], tuple[float, Floats]]
"""Gives the objective at a point and the next point of the plain iteration, which is never lower."""


def climb(
    mapping: Mapping,
    start: Floats,
    *,
    tolerance: float,
    max_iterations: int,
    progress: Callable[[Progress], None] | None = None,
) -> Climb:
    r"""Iterate ``mapping`` to its fixed point by guarded Anderson extrapolation [1]_ [2]_.

    With residuals :math:`f_i = M(x_i) - x_i` of the last points the next one is :math:`M(x) - (\Delta X + \Delta F)
    \gamma`, where :math:`\gamma` minimises :math:`\lVert f - \Delta F\gamma \rVert`. A pass tells the objective at the
    point that it starts from; where that is lower than before, the point is given up for the plain step, which
    cannot be lower, and the memory is emptied. So the trace never falls beyond rounding.

    Raises
    ------
    NotConverged
        The largest change of a plain step is still above ``tolerance`` after ``max_iterations`` passes.

    References
    ----------
    .. [1] Anderson, D. G. (1965). Iterative procedures for nonlinear integral equations. *JACM*, 12, 547-560.
    .. [2] Walker, H. F., & Ni, P. (2011). Anderson acceleration for fixed-point iterations. *SIAM Journal on
       Numerical Analysis*, 49, 1715-1735.

    >>> found = climb(lambda x: (-float(x @ x), 0.9 * x), np.ones(2), tolerance=1e-9, max_iterations=50)
    >>> bool(np.allclose(found.point, 0.0)), found.iterations < 10
    (True, True)
    """
    point, memory = start, deque[tuple[Floats, Floats]](maxlen=DEPTH)
    value, after = mapping(point)
    trace, passes = [value], 1
    while (step := _largest(after - point)) > tolerance:
        if passes >= max_iterations:
            raise NotConverged(iterations=passes, step=step, tolerance=tolerance)
        memory.append((point, after - point))
        candidate = _extrapolate(memory, after)
        reached, beyond = mapping(candidate)
        passes += 1
        if not reached >= value - ROUNDING * abs(value):
            memory.clear()
            candidate = after
            reached, beyond = mapping(candidate)
            passes += 1
        point, value, after = candidate, reached, beyond
        trace.append(value)
        if progress:
            progress(Progress(passes, value, step))
    return Climb(point, value, passes, step, tuple(trace))


def _largest(change: Floats) -> float:
    return float(np.abs(change).max(initial=0.0))


def _extrapolate(memory: deque[tuple[Floats, Floats]], after: Floats) -> Floats:
    """Combine the last points so that the residual is least; the plain step while there is no memory."""
    if len(memory) == 1:
        return after
    points, residuals = (np.stack(part, axis=1) for part in zip(*memory, strict=True))
    moved, changed = np.diff(points, axis=1), np.diff(residuals, axis=1)
    share = np.linalg.lstsq(changed, residuals[:, -1], rcond=1e-9)[0]
    return np.asarray(after - (moved + changed) @ share)
