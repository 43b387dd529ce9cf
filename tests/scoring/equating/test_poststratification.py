from collections.abc import Callable
from functools import partial

import numpy as np
import pytest

from kaoping.scoring.equating import (
    AnchorGroups,
    Equating,
    JointFrequencies,
    braun_holland,
    frequency_estimation,
    kernel_poststratification,
    smooth_design,
    synthetic,
)
from kaoping.scoring.errors import AnchorScoreLost, ScoresAlike
from tests.scoring.equating.samples import brute_force, filled, neat, pairs

METHODS = [frequency_estimation, braun_holland, partial(kernel_poststratification, bandwidths=(0.6, 0.7))]
Method = Callable[..., Equating]


def test_the_synthetic_population_is_p_at_weight_one_and_q_at_weight_zero() -> None:
    design = neat()

    assert np.allclose(synthetic(design, weight=1.0).x, design.x.of_first.shares)
    assert np.allclose(synthetic(design, weight=0.0).y, design.y.of_first.shares)


def test_synthetic_shares_add_up_to_one() -> None:
    found = synthetic(neat(), weight=0.3)

    assert np.isclose(found.x.sum(), 1.0)
    assert np.isclose(found.y.sum(), 1.0)


@pytest.mark.parametrize("method", METHODS)
def test_the_same_group_with_the_same_form_gives_identity(method: Method) -> None:
    table = pairs(800)

    found = (
        method(AnchorGroups(table, table))
        if method is not METHODS[2]
        else kernel_poststratification(AnchorGroups(table, table))
    )

    assert np.allclose(found.equated, table.first, atol=1e-9)


@pytest.mark.parametrize("weight", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("method", METHODS)
def test_standard_errors_are_the_derivative_by_every_count(method: Method, weight: float) -> None:
    design = filled(neat(500))
    assert isinstance(design, AnchorGroups)

    weighted = partial(method, weight=weight)

    assert np.allclose(weighted(design).see, brute_force(weighted, design.x, design.y, build=AnchorGroups), rtol=1e-4)


def test_standard_errors_of_smoothed_groups_are_smaller() -> None:
    raw, smoothed = frequency_estimation(neat()).see, frequency_estimation(smooth_design(neat(), degree=3)).see

    assert (smoothed < raw).mean() > 0.7


def test_an_anchor_score_that_one_group_lacks_is_refused() -> None:
    x = JointFrequencies.of([0, 1, 2], [0, 1, 1], scores=((0, 3), (0, 2)))
    y = JointFrequencies.of([0, 1, 2], [0, 1, 2], scores=((0, 3), (0, 2)))

    with pytest.raises(AnchorScoreLost) as caught:
        frequency_estimation(AnchorGroups(x, y))

    assert (caught.value.form, caught.value.score) == ("X", 2.0)
    assert frequency_estimation(AnchorGroups(x, y), weight=1.0).equated.shape == (4,)


def test_scores_that_are_all_alike_are_refused() -> None:
    flat = JointFrequencies.of([1, 1, 1], [0, 1, 1])

    with pytest.raises(ScoresAlike):
        braun_holland(AnchorGroups(flat, flat))
