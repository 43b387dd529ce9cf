from collections.abc import Callable

import numpy as np
import pytest

from kaoping.scoring.equating import (
    Equating,
    EquivalentGroups,
    Frequencies,
    SingleGroup,
    Uniform,
    equipercentile,
    kernel,
    linear,
    lord_standard_errors,
    percent_relative_error,
    smooth,
    smooth_design,
    straight_bandwidths,
)
from kaoping.scoring.equating.percentiles import gradients
from kaoping.scoring.errors import ScoresAlike
from tests.scoring.equating.samples import brute_force, form, groups, single

Method = Callable[..., Equating]


def kernel_of_known_width(design: EquivalentGroups | SingleGroup) -> Equating:
    return kernel(design, bandwidths=(0.6, 0.7))


@pytest.mark.parametrize("method", [equipercentile, kernel])
def test_a_form_is_equated_to_itself_by_identity(method: Method) -> None:
    table = form(500)

    assert np.allclose(method(EquivalentGroups(table, table)).equated, table.scores, atol=1e-9)


@pytest.mark.parametrize("method", [equipercentile, kernel])
def test_equated_scores_rise_and_have_the_moments_of_y(method: Method) -> None:
    design = groups()

    found = method(design)

    assert (np.diff(found.equated) > 0).all()
    assert found.moments is not None
    assert np.isclose(found.moments.mean, design.y.mean, atol=0.02)
    assert np.isclose(found.moments.sd, design.y.moments.sd, atol=0.05)


def test_percentiles_matched_back_give_the_scores_again() -> None:
    design = groups()
    x, y = (Uniform(table.scores, table.shares) for table in (design.x, design.y))

    there, _, _ = gradients(design.x.scores, x, y)
    back, _, _ = gradients(there, y, x)

    assert np.allclose(back, design.x.scores)


@pytest.mark.parametrize("method", [equipercentile, kernel_of_known_width])
def test_standard_errors_are_the_derivative_by_every_count(method: Method) -> None:
    design, pair = groups(), single()

    assert np.allclose(method(design).see, brute_force(method, design.x, design.y, build=EquivalentGroups), rtol=1e-5)
    assert np.allclose(method(pair).see, brute_force(method, pair.pairs, build=SingleGroup), rtol=1e-5)


def test_standard_errors_go_through_the_smoothing() -> None:
    """At a table that its model fits exactly, smoothing and equating is one function of the counts."""
    design = EquivalentGroups(*(Frequencies(t.scores, smooth(t, degree=3).counts) for t in (groups().x, groups().y)))

    def smoothed(data: EquivalentGroups) -> Equating:
        return kernel_of_known_width(smooth_design(data, degree=3))

    expected = brute_force(smoothed, design.x, design.y, build=EquivalentGroups)
    assert np.allclose(smoothed(design).see, expected, rtol=1e-4)
    assert (expected < brute_force(kernel_of_known_width, design.x, design.y, build=EquivalentGroups)).mean() > 0.8


def test_a_wide_kernel_is_linear_equating() -> None:
    design = groups(200_000)

    found = kernel(design, bandwidths=straight_bandwidths(design))

    assert np.allclose(found.equated, linear(design).equated, atol=1e-4)
    assert np.allclose(found.see, linear(design).see, rtol=1e-3)


def test_lords_standard_errors_are_a_little_larger() -> None:
    design = groups()

    ours, lord = equipercentile(design).see, lord_standard_errors(design)

    assert (ours <= lord + 1e-12).all()
    assert (ours > 0.7 * lord).all()


def test_a_kernel_reproduces_the_moments_of_y() -> None:
    design = smooth_design(groups(), degree=3)

    assert np.abs(percent_relative_error(kernel(design), design, powers=5)).max() < 2.0


def test_ranks_of_nobody_go_to_the_ends_of_y() -> None:
    found = equipercentile(EquivalentGroups(Frequencies(range(4), [0, 5, 5, 0]), Frequencies(range(3), [5, 0, 5])))

    assert np.allclose(found.equated, [-0.5, 0.0, 2.0, 2.5])
    assert np.isfinite(found.see).all()


def test_scores_that_are_all_alike_are_refused() -> None:
    with pytest.raises(ScoresAlike):
        equipercentile(EquivalentGroups(Frequencies(range(3), [0, 9, 0]), form(100)))
