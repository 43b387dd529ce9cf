"""What an engine returns: forms with their objective, what no forms can pass, and the distance of the two."""

from dataclasses import dataclass

import numpy as np

from kaoping.scoring.assembly.highs import Status


@dataclass(frozen=True)
class Solution:
    """Forms and how good they are.

    Attributes
    ----------
    status : ``optimal`` within the gap asked for, or ``feasible``.
    forms : places of the items of every form, rising.
    objective, bound : value of the forms, calculated from the items, and what no forms can pass.
    gap : their distance, as a share of the objective or, where that is a distance itself, of the target.
    seconds : time taken.
    engine : which engine found them.
    settled : whether it is proven that no other forms are as good and come before these in the order of ties.
    """

    status: Status
    forms: tuple[tuple[int, ...], ...]
    objective: float
    bound: float
    gap: float
    seconds: float
    engine: str
    settled: bool = False


def distance(objective: float, bound: float, size: float = 0.0) -> float:
    """Give the distance of a value from its bound as a share of ``size``, or of the value if that is zero.

    >>> distance(99.0, 99.99)
    0.01
    >>> distance(0.1, 0.0, 20.0)
    0.005
    """
    apart = abs(bound - objective)
    whole = size or abs(objective) or 1.0
    return round(apart / whole, 12) if np.isfinite(apart) else np.inf
