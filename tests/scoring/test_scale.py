from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaoping.scoring.scale import BadScale, Rounding, Scale


def test_a_half_goes_up_though_the_binary_number_lies_below() -> None:
    """In binary, 10 · 1.005 + 50 is 60.049999999999997."""
    assert Scale(10.0, 50.0, decimals=1).report(np.array([1.005])) == (Decimal("60.1"),)
    assert Scale(10.0, 50.0).report(np.array([1.45, -0.05, -5.05])) == (Decimal(65), Decimal(50), Decimal(-1))


@pytest.mark.parametrize(("rounding", "reported"), [
    ("half_up", (3, -3, 3, 2)), ("half_even", (2, -2, 3, 2)), ("half_down", (2, -2, 3, 2)),
    ("up", (3, -2, 3, 3)), ("down", (2, -3, 2, 2)), ("truncate", (2, -2, 2, 2)),
])  # fmt: skip
def test_each_rule_of_rounding_goes_its_way(rounding: str, reported: tuple[int, ...]) -> None:
    found = Scale(1.0, 0.0, rounding=rounding).report(np.array([2.5, -2.5, 2.7, 2.3]))

    assert found == tuple(map(Decimal, reported))


@given(st.floats(-9, 9), st.integers(0, 3), st.sampled_from([Rounding.HALF_UP, Rounding.HALF_EVEN, Rounding.HALF_DOWN]))
def test_what_is_reported_is_half_a_unit_away_at_most(theta: float, decimals: int, rounding: str) -> None:
    (found,) = Scale(12.5, 100.25, decimals=decimals, rounding=rounding).report(np.array([theta]))

    exact = Fraction(Decimal("12.5")) * Fraction(Decimal(repr(theta))) + Fraction(Decimal("100.25"))
    assert abs(Fraction(found) - exact) <= Fraction(1, 2 * 10**decimals)


def test_the_scale_ends_at_its_bounds_even_for_infinite_abilities() -> None:
    scale = Scale(10.0, 50.0, lowest=0.0, highest=100.0)

    assert scale.report(np.array([np.inf, -np.inf, 7.0, 4.99])) == (
        Decimal(100),
        Decimal(0),
        Decimal(100),
        Decimal(100),
    )


def test_minus_zero_is_reported_as_zero() -> None:
    assert str(Scale(1.0, 0.0).report(np.array([-0.2]))[0]) == "0"


def test_a_scale_goes_through_two_anchor_points() -> None:
    scale = Scale.through((-1.0, 40.0), (1.0, 60.0), decimals=2)

    assert scale.report(np.array([-1.0, 0.0, 1.0])) == (Decimal("40.00"), Decimal("50.00"), Decimal("60.00"))
    assert scale.errors(np.array([0.3])) == pytest.approx([3.0])
    assert scale.points(np.array([0.5])) == pytest.approx([55.0])


@pytest.mark.parametrize("unusable", [
    lambda: Scale(0.0, 50.0),
    lambda: Scale(np.nan, 50.0),
    lambda: Scale(1.0, 50.0, lowest=60.0, highest=60.0),
    lambda: Scale(1.0, 50.0, lowest=0.5),
    lambda: Scale(1.0, 50.0, decimals=7),
    lambda: Scale(1.0, 50.0, rounding="nearest"),
    lambda: Scale.through((1.0, 50.0), (1.0, 60.0)),
    lambda: Scale.through((0.0, 50.0), (1.0, 50.0)),
    lambda: Scale(1.0, 50.0, lowest=0.0).report(np.array([np.inf])),
    lambda: Scale(1.0, 50.0).report(np.array([np.nan])),
])  # fmt: skip
def test_what_is_no_scale_is_refused(unusable: object) -> None:
    with pytest.raises(BadScale):
        unusable()  # type: ignore[operator]
