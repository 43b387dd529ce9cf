import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaoping.scoring.errors import BadParameters, FlatCriterion, MethodUndefined, SlopesUnusable, TooFewCommonItems
from kaoping.scoring.linking import Form, Link, Method, link, uniform
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.quadrature import normal
from tests.scoring.linking.samples import (
    LOGISTIC,
    MIXED,
    NOMINAL,
    RASCH,
    SMALL,
    A,
    B,
    erring,
    shifted,
    slopes,
    with_errors,
)

CURVES = [Method.HAEBARA, Method.STOCKING_LORD]


def line(found: Link) -> np.ndarray:
    return np.array([found.slope, found.intercept])


@pytest.mark.parametrize("method", Method)
@settings(deadline=None, max_examples=8)
@given(slope=st.floats(0.4, 2.5), intercept=st.floats(-2, 2), symmetric=st.booleans())
def test_a_form_that_was_moved_is_moved_back(
    method: Method, slope: float, intercept: float, *, symmetric: bool
) -> None:
    for items in (LOGISTIC, MIXED):
        found = link(Form(items), Form(items.rescaled(slope, intercept)), method=method, symmetric=symmetric)

        assert np.allclose(line(found), [slope, intercept], atol=1e-7)
        assert all(abs(one.a or 0) < 1e-7 and max(map(abs, one.b)) < 1e-7 and one.rms < 1e-7 for one in found.residuals)


@settings(deadline=None, max_examples=20)
@given(st.floats(0.5, 2), st.floats(-1.5, 1.5))
def test_nominal_items_are_linked_by_their_curves(slope: float, intercept: float) -> None:
    found = link(Form(NOMINAL), Form(NOMINAL.rescaled(slope, intercept)), method="haebara")

    assert np.allclose(line(found), [slope, intercept], atol=1e-6)


@pytest.mark.parametrize("method", Method)
def test_linking_back_gives_the_inverse(method: Method) -> None:
    x, y = Form(erring(MIXED, 1)), Form(erring(MIXED.rescaled(A, B), 2))

    there = link(x, y, method=method, symmetric=True)
    back = link(y, x, method=method, symmetric=True)

    assert np.allclose(line(there.inverse()), line(back), atol=1e-9)


@pytest.mark.parametrize("method", CURVES)
def test_one_sided_criteria_do_not_invert(method: Method) -> None:
    x, y = Form(erring(MIXED, 1)), Form(erring(MIXED.rescaled(A, B), 2))

    assert not np.allclose(line(link(x, y, method=method).inverse()), line(link(y, x, method=method)), atol=1e-4)


@pytest.mark.parametrize("method", CURVES)
def test_no_line_near_by_has_a_lower_criterion(method: Method) -> None:
    from kaoping.scoring.linking.anchors import Anchors
    from kaoping.scoring.linking.criteria import Criterion

    x, y = Form(erring(MIXED, 1)), Form(erring(MIXED.rescaled(A, B), 2))
    found = link(x, y, method=method, symmetric=True)
    criterion = Criterion.of(Anchors.of(x, y), uniform(), whole_test=method is Method.STOCKING_LORD, symmetric=True)

    around = [
        criterion.distance(found.slope + da, found.intercept + db) for da in (-0.01, 0.01) for db in (-0.01, 0.01)
    ]
    assert found.criterion is not None
    assert found.criterion == pytest.approx(criterion.distance(found.slope, found.intercept), abs=1e-15)
    assert min(around) > found.criterion
    assert found.gradient_norm < 1e-9


@pytest.mark.parametrize("method", Method)
@pytest.mark.parametrize("symmetric", [False, True])
def test_the_influence_of_every_parameter_is_the_derivative(method: Method, *, symmetric: bool) -> None:
    x, y = erring(SMALL, 1), erring(SMALL.rescaled(A, B), 2)
    found = link(Form(x), Form(y), method=method, symmetric=symmetric)
    zero = np.zeros(Form(x).size)

    by_start = slopes(lambda by: line(link(Form(shifted(x, by)), Form(y), method=method, symmetric=symmetric)), zero)
    by_target = slopes(lambda by: line(link(Form(x), Form(shifted(y, by)), method=method, symmetric=symmetric)), zero)

    assert np.allclose(found.influences[0].derivative, by_start, atol=2e-6)
    assert np.allclose(found.influences[1].derivative, by_target, atol=2e-6)


def test_standard_errors_come_from_both_forms_and_are_unknown_if_one_is() -> None:
    x, y = with_errors(erring(MIXED, 1), 3), with_errors(erring(MIXED.rescaled(A, B), 2), 4)

    both, first = link(x, y), link(x, Form(y.items))

    assert both.covariance is not None
    expected = sum(
        (
            one.derivative @ one.form.covariance @ one.derivative.T
            for one in both.influences
            if one.form.covariance is not None
        ),
        np.zeros((2, 2)),
    )
    assert np.allclose(both.covariance, expected)
    assert first.covariance is None
    assert first.standard_errors is None


@pytest.mark.parametrize("method", Method)
def test_items_of_slope_one_leave_the_unit_alone(method: Method) -> None:
    moved = RASCH.rescaled(1.0, 0.6)

    found = link(Form(RASCH), Form(moved), method=method)

    assert found.slope == 1.0
    assert found.intercept == pytest.approx(0.6, abs=1e-9)
    assert (found.influences[0].derivative[0] == 0).all()


def test_only_items_that_may_carry_the_link_do() -> None:
    moved = LOGISTIC.rescaled(A, B)
    other = ItemParameters.logistic(*_with_a_changed_first_item(moved))

    found = link(Form(LOGISTIC), Form(other), names=["2", "3", "4", "5", "6"])

    assert np.allclose(line(found), [A, B], atol=1e-7)
    assert [one.item for one in found.residuals] == ["2", "3", "4", "5", "6"]


def _with_a_changed_first_item(items: ItemParameters) -> tuple[list[float], list[float], list[float]]:
    rows = [{"c": 0.0, **shown} for _, _, shown in items.table()]
    rows[0]["b"] += 1.0
    a, b, c = ([row[label] for row in rows] for label in "abc")
    return a, b, c


def test_weights_matter_when_the_items_differ() -> None:
    x, y = Form(erring(MIXED, 1)), Form(erring(MIXED.rescaled(A, B), 2))

    assert abs(link(x, y, grid=normal()).slope - link(x, y).slope) > 1e-4


def test_methods_that_need_what_nominal_items_have_not_are_refused() -> None:
    for method in set(Method) - {Method.HAEBARA}:
        with pytest.raises(MethodUndefined) as caught:
            link(Form(NOMINAL), Form(NOMINAL), method=method)

        assert caught.value.item == "one"


def test_what_cannot_carry_a_link_is_refused() -> None:
    falling = ItemParameters.logistic([-1.0, -1.2, 0.5], [0.0, 1.0, 2.0])
    alike = ItemParameters.logistic([1.0, 1.2, 0.5], [0.3, 0.3, 0.3])
    far = ItemParameters.logistic([2.0, 2.0, 2.0], [60.0, 61.0, 62.0])
    with pytest.raises(SlopesUnusable):
        link(Form(falling), Form(falling), method="mean-mean")
    with pytest.raises(SlopesUnusable):
        link(Form(falling), Form(falling), method="mean-gmean")
    with pytest.raises(SlopesUnusable):
        link(Form(alike), Form(alike), method="mean-sigma")
    with pytest.raises(FlatCriterion):
        link(Form(far), Form(far), method="haebara")
    with pytest.raises(TooFewCommonItems):
        link(Form(alike), Form(alike), names=["2"])
    with pytest.raises(BadParameters):
        link(Form(alike), Form(alike), names=["2", "9"])
