from collections.abc import Callable

import numpy as np
import pytest

from kaoping.scoring.arrays import Floats
from kaoping.scoring.equating import EquivalentGroups, circle_arc
from kaoping.scoring.equating.arcs import Arc, simplified_arc, symmetric_arc, through
from kaoping.scoring.errors import ArcTooSteep, BadScores
from tests.scoring.equating.samples import brute_force, form, groups

ARCS: list[Arc] = ["simplified", "symmetric"]
X = np.arange(41.0)


@pytest.mark.parametrize("draw", [simplified_arc, symmetric_arc])
def test_an_arc_goes_through_its_three_points(draw: Callable[..., Floats]) -> None:
    arc = draw(X, (0.0, 2.0), (40.0, 39.0), np.array([20.0, 23.5]))

    assert np.allclose(arc[[0, 20, 40]], [2.0, 23.5, 39.0])
    assert (np.diff(arc) > 0).all()


def test_points_of_a_symmetric_arc_lie_on_one_circle() -> None:
    arc = symmetric_arc(X, (0.0, 0.0), (40.0, 40.0), np.array([18.0, 21.0]))

    table = np.stack([X, arc, np.ones_like(X)], axis=1)
    _, misfit, *_ = np.linalg.lstsq(table, X**2 + arc**2)
    assert misfit[0] < 1e-18 * (X**4).sum()


def test_the_symmetric_arc_is_the_same_seen_from_y() -> None:
    there = symmetric_arc(X, (0.0, 0.0), (40.0, 38.0), np.array([18.0, 21.0]))
    back = symmetric_arc(there, (0.0, 0.0), (38.0, 40.0), np.array([21.0, 18.0]))

    assert np.allclose(back, X)


@pytest.mark.parametrize("arc", ARCS)
def test_an_arc_becomes_the_line_between_the_ends(arc: Arc) -> None:
    table = form(500)

    found = circle_arc(EquivalentGroups(table, table), arc=arc)

    assert np.allclose(found.equated, table.scores)


@pytest.mark.parametrize("arc", ARCS)
def test_standard_errors_are_the_derivative_by_every_count(arc: Arc) -> None:
    design = groups()

    found = circle_arc(design, arc=arc)
    expected = brute_force(lambda d: circle_arc(d, arc=arc), design.x, design.y, build=EquivalentGroups)

    assert np.allclose(found.see, expected, rtol=1e-5, atol=1e-9)
    assert np.allclose(found.see[[0, -1]], 0)


def test_beyond_the_ends_the_line_goes_on() -> None:
    for draw in (simplified_arc, symmetric_arc):
        arc = draw(X, (10.0, 10.0), (40.0, 40.0), np.array([25.0, 27.0]))
        assert np.allclose(arc[:11], X[:11])


def test_ends_that_do_not_enclose_the_mean_are_refused() -> None:
    with pytest.raises(BadScores, match="do not enclose"):
        circle_arc(groups(), low=(8, 8), high=(12, 12))


@pytest.mark.parametrize("middle", [(2.0, 39.0), (2.0, 60.0), (38.0, 1.0)])
def test_a_middle_too_far_from_the_line_has_no_rising_arc(middle: tuple[float, float]) -> None:
    with pytest.raises(ArcTooSteep) as caught:
        through(X, (0.0, 0.0), (40.0, 40.0), arc="symmetric")(np.array(middle))

    assert (caught.value.x, caught.value.y) == middle
