from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

from kaoping.scoring.equating import (
    AnchorGroups,
    Equating,
    EquivalentGroups,
    JointFrequencies,
    bootstrap,
    braun_holland,
    chained_equipercentile,
    chained_linear,
    circle_arc,
    equipercentile,
    frequency_estimation,
    kernel,
    kernel_chained,
    kernel_poststratification,
    levine,
    levine_true,
    linear,
    mean,
    smooth_design,
    tucker,
)
from kaoping.scoring.errors import NotEnoughData, TooManyRefusals
from tests.scoring.equating.samples import groups, neat, single

REPLICATIONS = 400
#: Four standard errors of a standard deviation over so many samples, and a little for what is not linear.
TOLERANCE = 4 / np.sqrt(2 * REPLICATIONS) + 0.02


def smoothed_kernel(design: EquivalentGroups) -> Equating:
    return kernel(smooth_design(design, degree=3), bandwidths=(0.6, 0.6))


EQUIVALENT = [mean, linear, circle_arc, equipercentile, smoothed_kernel]
ANCHORED = [
    tucker,
    levine,
    levine_true,
    chained_linear,
    braun_holland,
    frequency_estimation,
    chained_equipercentile,
    partial(kernel_poststratification, bandwidths=(0.6, 0.6)),
    partial(kernel_chained, bandwidths=(0.6, 0.6, 0.6, 0.6)),
]
CASES = (
    [(method, groups(4000)) for method in EQUIVALENT]
    + [(method, single(4000)) for method in (linear, equipercentile)]
    + [(method, neat(6000)) for method in ANCHORED]
)


@pytest.mark.parametrize(("method", "design"), CASES)
def test_the_bootstrap_agrees_with_the_delta_method(method: Callable[[Any], Equating], design: Any) -> None:
    analytic = method(design).see

    found = bootstrap(method, design, rng=np.random.default_rng(7), replications=REPLICATIONS)

    inner = slice(1, -1)
    assert found.refused == 0
    assert np.abs(found.equating.see[inner] / analytic[inner] - 1).max() < TOLERANCE
    assert (np.abs(found.bias[inner]) < 0.5 * analytic[inner]).all()


def test_a_parametric_bootstrap_draws_from_the_smoothed_groups() -> None:
    design = groups(4000)
    model = smooth_design(design, degree=3)

    found = bootstrap(equipercentile, design, rng=np.random.default_rng(7), replications=REPLICATIONS, drawn_from=model)

    again = EquivalentGroups(model.x.resampled(np.random.default_rng(1), n=40_000), model.y)
    assert again.x.n == 40_000
    expected = equipercentile(design).see
    assert np.abs(found.equating.see[2:-2] / expected[2:-2] - 1).max() < 2 * TOLERANCE
    assert np.array_equal(found.equating.equated, equipercentile(design).equated)


def test_one_seed_gives_one_result() -> None:
    first, second = (bootstrap(mean, groups(200), rng=np.random.default_rng(3), replications=20) for _ in range(2))

    assert np.array_equal(first.samples, second.samples)


def test_samples_that_cannot_be_equated_are_counted_and_too_many_refused() -> None:
    x = JointFrequencies.of([0, 1, 2, 2, 3], [0, 1, 1, 2, 2], scores=((0, 3), (0, 2)))

    with pytest.raises(TooManyRefusals) as caught:
        bootstrap(frequency_estimation, AnchorGroups(x, x), rng=np.random.default_rng(1), replications=50)

    assert caught.value.n == 50
    assert "has the anchor score" in str(caught.value) or "alike" in str(caught.value)


def test_a_bootstrap_of_one_sample_is_refused() -> None:
    with pytest.raises(NotEnoughData):
        bootstrap(mean, groups(200), rng=np.random.default_rng(1), replications=1)
