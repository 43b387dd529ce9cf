"""Speeding up an iteration that climbs, without ever letting it fall."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kaoping.scoring.arrays import Floats
from kaoping.scoring.errors import NotConverged


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
    r"""Iterate ``mapping`` to its fixed point by squared extrapolation (SQUAREM, scheme S3) [1]_.

    From two plain steps r and r + v the next point is :math:`x - 2\alpha r + \alpha^2 v`,
    :math:`\alpha = -\lVert r\rVert / \lVert v\rVert`. Where the objective would be lower than after the first plain
    step, the second plain step is taken instead, so the trace never falls.

    Raises
    ------
    NotConverged
        The largest change of a plain step is still above ``tolerance`` after ``max_iterations`` passes.

    References
    ----------
    .. [1] Varadhan, R., & Roland, C. (2008). Simple and globally convergent methods for accelerating the convergence
       of any EM algorithm. *Scandinavian Journal of Statistics*, 35, 335-353.

    >>> found = climb(lambda x: (-float(x @ x), 0.9 * x), np.ones(2), tolerance=1e-9, max_iterations=50)
    >>> bool(np.allclose(found.point, 0.0)), found.iterations < 10
    (True, True)
    """
    point, trace, passes = start, list[float](), 0
    value, first = mapping(point)
    passes += 1
    while (step := _step(first - point)) > tolerance:
        if passes >= max_iterations:
            raise NotConverged(iterations=passes, step=step, tolerance=tolerance)
        floor, second = mapping(first)
        trace += [value, floor]
        candidate = _extrapolate(point, first, second)
        value, after = mapping(candidate)
        passes += 2
        if not value >= floor:
            candidate = second
            value, after = mapping(candidate)
            passes += 1
        point, first = candidate, after
        if progress:
            progress(Progress(passes, value, step))
    return Climb(point, value, passes, step, (*trace, value))


def _step(change: Floats) -> float:
    return float(np.abs(change).max())


def _extrapolate(point: Floats, first: Floats, second: Floats) -> Floats:
    change = first - point
    bend = second - first - change
    size = float(np.linalg.norm(bend))
    reach = -max(1.0, float(np.linalg.norm(change)) / size) if size else -1.0
    return point - 2 * reach * change + reach**2 * bend
