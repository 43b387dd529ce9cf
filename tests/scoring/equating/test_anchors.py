from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from kaoping.scoring.equating import (
    AnchorGroups,
    Equating,
    JointFrequencies,
    chained_arc,
    chained_linear,
    levine,
    levine_true,
    nominal,
    tucker,
)
from kaoping.scoring.errors import ScoresAlike, SpreadLost, WeakAnchor
from tests.scoring.equating.samples import brute_force, neat, pairs

METHODS = [
    tucker,
    partial(tucker, weight=1.0),
    partial(tucker, means_only=True),
    levine,
    levine_true,
    partial(nominal, ratios=(2.0, 2.0)),
    chained_linear,
    chained_arc,
]
Method = Callable[..., Equating]


@pytest.mark.parametrize("method", METHODS)
def test_the_same_group_with_the_same_form_gives_identity(method: Method) -> None:
    table = pairs(800)

    assert np.allclose(method(AnchorGroups(table, table)).equated, table.first)


@pytest.mark.parametrize("internal", [True, False])
@pytest.mark.parametrize("method", METHODS)
def test_standard_errors_are_the_derivative_by_every_count(method: Method, *, internal: bool) -> None:
    design = replace(neat(), internal=internal)

    expected = brute_force(method, design.x, design.y, build=partial(AnchorGroups, internal=internal))

    assert np.allclose(method(design).see, expected, rtol=2e-3, atol=1e-9)


def test_a_form_harder_by_two_points_is_found_across_groups_that_differ() -> None:
    easy, hard = pairs(60_000, seed=1), pairs(60_000, able=0.5, seed=2)
    raised = JointFrequencies(hard.first + 2, hard.second, hard.counts)

    for method in (levine, levine_true, chained_linear):
        found = method(AnchorGroups(easy, raised))
        assert np.abs(found.equated - found.scores - 2).max() < 0.25


def test_tucker_takes_part_of_the_difference_of_the_groups_for_one_of_the_forms() -> None:
    easy, able = pairs(60_000, seed=1), pairs(60_000, able=0.5, seed=2)
    at_mean = int(easy.of_first.mean)

    partly, fully = tucker(AnchorGroups(easy, able)), levine(AnchorGroups(easy, able))

    assert partly.equated[at_mean] - at_mean > 0.15
    assert abs(fully.equated[at_mean] - at_mean) < 0.1


def test_the_weight_of_equal_groups_does_not_matter() -> None:
    table = pairs(3000, seed=1)
    design = AnchorGroups(table, JointFrequencies(table.first + 1, table.second, table.counts))

    assert np.allclose(tucker(design, weight=0.0).equated, tucker(design, weight=1.0).equated)


def test_an_anchor_that_falls_with_the_form_is_refused() -> None:
    wrong = JointFrequencies.of([0, 1, 2, 3], [3, 2, 1, 0], scores=((0, 3), (0, 3)))
    right = JointFrequencies.of([0, 1, 2, 3], [0, 1, 2, 3], scores=((0, 3), (0, 3)))

    with pytest.raises(WeakAnchor) as caught:
        tucker(AnchorGroups(right, wrong))

    assert caught.value.form == "Y"


def test_an_anchor_without_spread_is_refused() -> None:
    flat = JointFrequencies.of([0, 1, 2, 3], [1, 1, 1, 1], scores=((0, 3), (0, 1)))

    with pytest.raises(ScoresAlike, match="the anchor"):
        chained_linear(AnchorGroups(flat, flat))


def test_groups_so_different_that_a_variance_is_lost_are_refused() -> None:
    steep = JointFrequencies.of([0, 1, 3, 4], [0, 9, 0, 9], scores=((0, 4), (0, 9)))
    still = JointFrequencies.of([0, 1, 3, 4], [4, 4, 5, 5], scores=((0, 4), (0, 9)))

    with pytest.raises(SpreadLost) as caught:
        levine(AnchorGroups(steep, still), weight=0.0)

    assert caught.value.form == "X"
