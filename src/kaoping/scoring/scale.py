r"""Reported scales: from logits to the numbers that people are told, with a stated rule of rounding.

.. math:: y = \operatorname{round}_d(\min(\max(A\theta + B,\; l),\; u))

Slope, intercept and ability are taken as the shortest decimals that mean the same numbers; the line is calculated, cut
at the lowest and highest value, and rounded in decimals, exactly: 10 · 1.45 + 50 is 64.5, and rounded as people expect.
The standard error on the scale is A times that in logits; it is not cut, because it tells how far the ability may lie,
not the reported number.
"""

from dataclasses import dataclass
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    Context,
    Decimal,
)
from enum import StrEnum

import numpy as np

from kaoping.scoring.arrays import Floats
from kaoping.scoring.errors import ScoringError

MOST_DECIMALS = 6
_EXACT = Context(prec=1500)
"""Digits enough for the product and sum of any three binary numbers."""


class Rounding(StrEnum):
    """Which way a number goes that is not on the scale.

    ``half_up``: to the nearest, a half away from zero; ``half_even``: a half to the even neighbour; ``half_down``: a
    half towards zero; ``up``, ``down``: always to the higher or lower value; ``truncate``: towards zero.
    """

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    HALF_DOWN = "half_down"
    UP = "up"
    DOWN = "down"
    TRUNCATE = "truncate"


_MODES = {
    Rounding.HALF_UP: ROUND_HALF_UP,
    Rounding.HALF_EVEN: ROUND_HALF_EVEN,
    Rounding.HALF_DOWN: ROUND_HALF_DOWN,
    Rounding.UP: ROUND_CEILING,
    Rounding.DOWN: ROUND_FLOOR,
    Rounding.TRUNCATE: ROUND_DOWN,
}


class BadScale(ScoringError):
    """A reported scale is not a line with a slope, in bounds that are in order."""

    sentence = "The scale cannot be used: %(reason)s."


@dataclass(frozen=True)
class Scale:
    """A reported scale.

    Parameters
    ----------
    slope, intercept : A (points per logit, not zero) and B (points).
    lowest, highest : the bounds, in points; none if not given. They are numbers of the scale: of so many decimals.
    decimals : digits after the point that are reported, 0 to 6.
    rounding : see `Rounding`.

    Raises
    ------
    BadScale
        A number is not finite, the slope is zero, the bounds are out of order or between values of the scale.

    >>> scale = Scale(10.0, 50.0, lowest=20.0, highest=80.0)
    >>> scale.report(np.array([-0.25, 1.234, 9.0, -np.inf]))
    (Decimal('48'), Decimal('62'), Decimal('80'), Decimal('20'))
    """

    slope: float
    intercept: float
    lowest: float = -np.inf
    highest: float = np.inf
    decimals: int = 0
    rounding: str = Rounding.HALF_UP

    def __post_init__(self) -> None:
        if not np.isfinite([self.slope, self.intercept]).all() or self.slope == 0:
            raise BadScale(reason="slope and intercept have to be numbers, and the slope not zero")
        if self.rounding not in set(Rounding):
            raise BadScale(reason=f"there is no rule of rounding {self.rounding}; there are {', '.join(Rounding)}")
        if not 0 <= self.decimals <= MOST_DECIMALS:
            raise BadScale(reason=f"{self.decimals} decimals cannot be reported, but 0 to {MOST_DECIMALS}")
        if not self.lowest < self.highest:
            raise BadScale(reason=f"the lowest value {self.lowest} is not below the highest, {self.highest}")
        for bound in (self.lowest, self.highest):
            if np.isfinite(bound) and _decimal(bound) != _decimal(bound).quantize(self._unit):
                raise BadScale(reason=f"the bound {bound} has more than {self.decimals} decimals")

    @classmethod
    def through(
        cls,
        first: tuple[float, float],
        second: tuple[float, float],
        *,
        lowest: float = -np.inf,
        highest: float = np.inf,
        decimals: int = 0,
        rounding: str = Rounding.HALF_UP,
    ) -> "Scale":
        """Give the scale on which two abilities have two values: pairs of logits and points.

        Raises
        ------
        BadScale
            The two abilities or the two values are the same, or as for the class.

        >>> Scale.through((0.0, 500.0), (0.8, 600.0)).slope
        125.0
        """
        by = second[0] - first[0]
        if by == 0 or second[1] == first[1]:
            raise BadScale(reason="the two points that it goes through need different abilities and different values")
        slope = (second[1] - first[1]) / by
        return cls(slope, first[1] - slope * first[0], lowest, highest, decimals, rounding)

    def points(self, theta: Floats) -> Floats:
        """Give the values before cutting and rounding, (n,)."""
        return np.asarray(self.slope * theta + self.intercept)

    def errors(self, se: Floats) -> Floats:
        """Give standard errors on the scale, (n,), from those in logits.

        >>> Scale(-10.0, 50.0).errors(np.array([0.3]))
        array([3.])
        """
        return np.asarray(abs(self.slope) * se)

    def report(self, theta: Floats) -> tuple[Decimal, ...]:
        """Give the values that are reported, (n,), exact decimals.

        Raises
        ------
        BadScale
            An ability is infinite and the scale has no bound on that side, or it is not a number.
        """
        abilities = np.asarray(theta, dtype=np.float64)
        return tuple(self._reported(value) for value in abilities.tolist())

    @property
    def _unit(self) -> Decimal:
        return Decimal(1).scaleb(-self.decimals)

    def _reported(self, theta: float) -> Decimal:
        points = _EXACT.fma(_decimal(self.slope), _decimal(theta), _decimal(self.intercept))
        if points.is_nan():
            raise BadScale(reason="an ability is not a number")
        inside = min(max(points, _decimal(self.lowest)), _decimal(self.highest))
        if not inside.is_finite():
            raise BadScale(reason=f"it has no value for an ability of {theta}; give it a lowest and a highest value")
        return inside.quantize(self._unit, _MODES[Rounding(self.rounding)], _EXACT) + 0  # not minus zero


def _decimal(value: float) -> Decimal:
    """Give the shortest decimal that means the same number."""
    return Decimal(repr(float(value)))
