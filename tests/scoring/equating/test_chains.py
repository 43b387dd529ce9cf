from collections.abc import Callable
from functools import partial

import numpy as np
import pytest

from kaoping.scoring.equating import AnchorGroups, Equating, JointFrequencies, chained_equipercentile, kernel_chained
from kaoping.scoring.errors import ScoresAlike
from tests.scoring.equating.samples import brute_force, filled, neat, pairs

Method = Callable[..., Equating]
METHODS = [chained_equipercentile, partial(kernel_chained, bandwidths=(0.6, 0.7, 0.5, 0.8))]


@pytest.mark.parametrize("method", [chained_equipercentile, kernel_chained])
def test_the_same_group_with_the_same_form_gives_identity(method: Method) -> None:
    table = pairs(800)

    assert np.allclose(method(AnchorGroups(table, table)).equated, table.first, atol=1e-8)


@pytest.mark.parametrize("method", METHODS)
def test_standard_errors_are_the_derivative_by_every_count(method: Method) -> None:
    design = filled(neat(500))
    assert isinstance(design, AnchorGroups)

    found = method(design)

    assert np.allclose(found.see, brute_force(method, design.x, design.y, build=AnchorGroups), rtol=1e-4)


@pytest.mark.parametrize("method", [chained_equipercentile, kernel_chained])
def test_a_form_harder_by_two_points_is_found_across_groups_that_differ(method: Method) -> None:
    easy, hard = pairs(60_000, seed=1), pairs(60_000, able=0.3, seed=2)
    raised = JointFrequencies(hard.first + 2, hard.second, hard.counts)

    found = method(AnchorGroups(easy, raised))

    assert np.abs(found.equated - found.scores - 2).max() < 0.3
    assert (np.diff(found.equated) > 0).all()


def test_an_anchor_without_spread_is_refused() -> None:
    flat = JointFrequencies.of([0, 1, 2, 3], [1, 1, 1, 1], scores=((0, 3), (0, 1)))

    with pytest.raises(ScoresAlike, match="the anchor"):
        chained_equipercentile(AnchorGroups(flat, flat))
