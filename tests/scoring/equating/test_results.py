import numpy as np
import pytest

from kaoping.scoring.equating import (
    bootstrap,
    equipercentile,
    identity,
    kernel,
    linear,
    smooth_design,
    standard_error_of_difference,
    straight_bandwidths,
    tucker,
)
from kaoping.scoring.errors import BadScores
from tests.scoring.equating.samples import groups, neat, single


def test_the_difference_to_identity_errs_as_the_equating_does() -> None:
    design = groups()

    assert np.allclose(standard_error_of_difference(linear(design), identity(design)), linear(design).see)


def test_the_difference_to_itself_does_not_err() -> None:
    found = equipercentile(single())

    assert not standard_error_of_difference(found, found).any()


def test_the_bootstrap_agrees_on_the_difference_of_curve_and_line() -> None:
    design = groups(4000)
    curve, line = (
        bootstrap(method, design, rng=np.random.default_rng(7), replications=400) for method in (equipercentile, linear)
    )

    found = standard_error_of_difference(curve.equating, line.equating)

    drawn = (curve.samples - line.samples).std(axis=0, ddof=1)
    assert np.abs(drawn[1:-1] / found[1:-1] - 1).max() < 0.2


def test_a_kernel_differs_from_its_line_in_less_than_both_err() -> None:
    design = smooth_design(groups(), degree=3)
    curve, line = kernel(design), kernel(design, bandwidths=straight_bandwidths(design))

    assert (standard_error_of_difference(curve, line) < curve.see + line.see).all()


def test_equatings_of_different_tables_are_not_compared() -> None:
    with pytest.raises(BadScores, match="same tables"):
        standard_error_of_difference(linear(groups()), tucker(neat()))
