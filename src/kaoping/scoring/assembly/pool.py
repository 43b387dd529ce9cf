"""The items that papers may be made of."""

from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
from scipy.special import logit

from kaoping.scoring.arrays import Floats
from kaoping.scoring.assembly.shortfalls import BadPool
from kaoping.scoring.logistic import probability
from kaoping.scoring.quadrature import normal


@dataclass(frozen=True, eq=False)
class Pool:
    """Columns of k items.

    Attributes
    ----------
    items : names, each once.
    marks : exact decimals, positive.
    rows, types, points : row of the specification, item type, assessment point.
    a, b : (k,) discrimination (per logit) and difficulty (logits), adopted or provisional.
    uses : how often an item was used; none if empty.

    Raises
    ------
    BadPool
        Columns of different length, a repeated name, marks that are not positive, parameters that are not finite.
    """

    items: tuple[str, ...]
    marks: tuple[Decimal, ...]
    rows: tuple[str, ...]
    types: tuple[str, ...]
    points: tuple[str, ...]
    a: Floats
    b: Floats
    uses: tuple[int, ...] = ()
    place: dict[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        columns = {"marks": self.marks, "rows": self.rows, "types": self.types, "points": self.points, "a": self.a}
        for name, column in {**columns, "b": self.b, "uses": self.uses or self.items}.items():
            if len(column) != len(self.items):
                raise BadPool(reason=f"{len(self.items)} items but {len(column)} {name}")
        object.__setattr__(self, "place", {item: number for number, item in enumerate(self.items)})
        if len(self.place) != len(self.items):
            raise BadPool(reason="an item is listed twice")
        if any(mark <= 0 for mark in self.marks):
            raise BadPool(reason="an item has no marks")
        if not (np.isfinite(self.a).all() and np.isfinite(self.b).all()):
            raise BadPool(reason="an item has no finite parameters")

    @property
    def worth(self) -> Floats:
        """(k,) marks as floats, for the solver only."""
        return np.array([float(mark) for mark in self.marks])

    def expected(self, theta: Floats) -> Floats:
        """(t, k) expected marks of each item at abilities ``theta``."""
        marks: Floats = probability(theta, self.a, self.b) * self.worth
        return marks

    def mean_expected(self) -> Floats:
        """(k,) expected marks of each item over a standard normal population."""
        population = normal()
        mean: Floats = population.weights @ self.expected(population.nodes)
        return mean

    def information(self, theta: float) -> Floats:
        """(k,) information of the weighted score about ability at ``theta``, per squared logit."""
        right = probability(np.array([theta]), self.a, self.b)[0]
        amount: Floats = self.a**2 * right * (1 - right)
        return amount


def provisional_difficulty(facility: Floats, a: Floats) -> Floats:
    """Difficulty (logits) of items known only by an expected or rated facility in a standard normal population.

    Solved by Newton's method so that the mean probability equals the facility.

    >>> provisional_difficulty(np.array([0.4, 0.8]), np.ones(2)).round(2)
    array([ 0.49, -1.65])
    """
    population = normal()
    b = -logit(facility) / a
    for _ in range(20):
        right = probability(population.nodes, a, b)
        miss = population.weights @ right - facility
        b = b + miss / (population.weights @ (a * right * (1 - right)))
    return np.asarray(b, dtype=np.float64)
