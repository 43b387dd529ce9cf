import numpy as np
import pytest

from kaoping.scoring.linking import Anchors, Form, uniform
from kaoping.scoring.linking.criteria import Criterion, backward, forward
from kaoping.scoring.parameters import ItemParameters
from tests.scoring.linking.samples import MIXED, NOMINAL, A, B, erring, shifted, slopes

KINDS = [(MIXED, False), (MIXED, True), (NOMINAL, False)]
HERE = np.array([1.1, -0.2])


def criterion(items: ItemParameters, other: ItemParameters, *, whole_test: bool, symmetric: bool = True) -> Criterion:
    return Criterion.of(Anchors.of(Form(items), Form(other)), uniform(), whole_test=whole_test, symmetric=symmetric)


@pytest.mark.parametrize("symmetric", [False, True])
@pytest.mark.parametrize(("items", "whole_test"), KINDS)
def test_gradient_and_hessian_are_the_derivatives(items: ItemParameters, *, whole_test: bool, symmetric: bool) -> None:
    found = criterion(erring(items, 1), erring(items.rescaled(A, B), 2), whole_test=whole_test, symmetric=symmetric)

    value, gradient, hessian = found.derivatives(*HERE)

    assert value == pytest.approx(found.distance(*HERE), rel=1e-12)
    assert np.allclose(gradient, slopes(lambda at: np.array(found.distance(*at)), HERE), atol=1e-8)
    assert np.allclose(hessian, slopes(lambda at: found.derivatives(*at)[1], HERE), atol=1e-8)


@pytest.mark.parametrize(("items", "whole_test"), KINDS)
def test_the_gradient_moves_with_the_parameters_as_told(items: ItemParameters, *, whole_test: bool) -> None:
    x, y = erring(items, 1), erring(items.rescaled(A, B), 2)
    zero = np.zeros(Form(x).size)

    old, new = criterion(x, y, whole_test=whole_test).crossed(*HERE)

    by_old = slopes(lambda by: criterion(shifted(x, by), y, whole_test=whole_test).derivatives(*HERE)[1], zero)
    by_new = slopes(lambda by: criterion(x, shifted(y, by), whole_test=whole_test).derivatives(*HERE)[1], zero)
    assert np.allclose(old, by_old, atol=1e-7)
    assert np.allclose(new, by_new, atol=1e-7)


@pytest.mark.parametrize("argument", [forward, backward])
def test_arguments_know_their_derivatives(argument: object) -> None:
    theta = np.linspace(-2, 2, 5)
    found = argument(theta, *HERE)  # type: ignore[operator]

    first = slopes(lambda at: argument(theta, *at).t, HERE)  # type: ignore[operator]
    second = slopes(lambda at: argument(theta, *at).first, HERE)  # type: ignore[operator]
    assert np.allclose(found.first, first.T, atol=1e-8)
    assert np.allclose(found.second, second.transpose(0, 2, 1), atol=1e-8)


def test_of_right_or_wrong_items_haebara_sums_one_square_for_each() -> None:
    x = ItemParameters.logistic([1.0, 1.5], [0.0, 1.0])
    y = ItemParameters.logistic([1.1, 1.4], [0.2, 0.9])
    grid = uniform()

    found = criterion(x, y, whole_test=False, symmetric=False).distance(1.0, 0.0)

    gap = x.probabilities(grid.nodes)[:, 1] - y.probabilities(grid.nodes)[:, 1]
    assert found == pytest.approx(float((gap**2).sum(axis=0) @ grid.weights))


def test_stocking_lord_lets_items_make_up_for_each_other() -> None:
    x = ItemParameters.logistic([1.0, 1.0], [-1.0, 1.0])
    y = ItemParameters.logistic([1.0, 1.0], [1.0, -1.0])

    assert criterion(x, y, whole_test=True).distance(1.0, 0.0) == pytest.approx(0.0, abs=1e-20)
    assert criterion(x, y, whole_test=False).distance(1.0, 0.0) > 0.1
