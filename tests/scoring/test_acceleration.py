import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaoping.scoring.acceleration import Mapping, Progress, climb
from kaoping.scoring.arrays import Floats
from kaoping.scoring.errors import NotConverged


def hill(rates: Floats, jagged: float = 0.0) -> Mapping:
    """Make a hill that plain steps climb slowly; jagged, it is lower wherever extrapolation lands far out."""

    def mapping(point: Floats) -> tuple[float, Floats]:
        return -float(point @ point) - jagged * float((np.abs(point) > 1.01).sum()), rates * point

    return mapping


@given(st.lists(st.floats(0.0, 0.98), min_size=1, max_size=6), st.floats(0.0, 10.0))
def test_the_objective_never_falls(rates: list[float], jagged: float) -> None:
    found = climb(hill(np.array(rates), jagged), np.ones(len(rates)), tolerance=1e-8, max_iterations=5000)

    assert (np.diff(found.trace) >= -1e-12).all()
    assert np.abs(found.point).max() < 1e-5


def test_it_needs_far_fewer_passes_than_plain_steps() -> None:
    rates = np.array([0.98, 0.9, 0.5])

    found = climb(hill(rates), np.ones(3), tolerance=1e-8, max_iterations=5000)

    assert found.iterations < 0.2 * np.log(1e-8) / np.log(0.98)


def test_a_limit_that_is_reached_is_an_error_with_its_facts() -> None:
    with pytest.raises(NotConverged) as caught:
        climb(hill(np.array([0.999, 0.5, 0.2])), np.ones(3), tolerance=1e-12, max_iterations=4)

    assert caught.value.iterations >= 4
    assert caught.value.step > caught.value.tolerance


def test_progress_is_told_at_every_accepted_point() -> None:
    seen: list[Progress] = []

    climb(hill(np.array([0.9, 0.5])), np.ones(2), tolerance=1e-8, max_iterations=500, progress=seen.append)

    assert [told.iteration for told in seen] == sorted(told.iteration for told in seen)
    assert seen[-1].objective >= seen[0].objective
