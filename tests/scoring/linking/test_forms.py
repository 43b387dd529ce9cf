import numpy as np
import pytest

from kaoping.scoring.calibration import calibrate
from kaoping.scoring.errors import AnchorsDiffer, BadParameters
from kaoping.scoring.linking import Anchors, Form
from kaoping.scoring.linking.curves import by_parameter, curves, slope_by_parameter
from kaoping.scoring.linking.forms import reading
from kaoping.scoring.models import model
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.simulation import simulate
from tests.scoring.linking.samples import LOGISTIC, MIXED, NOMINAL, shifted, slopes


@pytest.mark.parametrize("name", ["1pl", "2pl", "rasch"])
def test_a_form_takes_the_covariance_of_its_calibration(name: str) -> None:
    rng = np.random.default_rng(3)
    items = ItemParameters.logistic(np.ones(5), np.linspace(-1, 1, 5))
    found = calibrate(simulate(rng.standard_normal(600), items, rng=rng), name)

    form = Form.calibrated(found)

    assert form.covariance is not None
    for place, (one, values) in enumerate(zip(form.items.models, form.items.values, strict=True)):
        here = slice(*form.starts[place : place + 2])
        turn = reading(one, values[None])[0]
        shown = np.sqrt(np.diag(turn @ form.covariance[here, here] @ turn.T))
        assert np.allclose(shown, found.standard_errors[place], rtol=1e-6, atol=1e-9)


def test_standard_errors_as_people_read_them_go_inside_and_come_back() -> None:
    errors = [[0.1 + 0.01 * n] * len(values) for n, values in enumerate(MIXED.values)]

    form = Form.with_standard_errors(MIXED, errors)

    assert form.covariance is not None
    for place, (one, values) in enumerate(zip(MIXED.models, MIXED.values, strict=True)):
        here = slice(*form.starts[place : place + 2])
        turn = reading(one, values[None])[0]
        assert np.allclose(turn @ form.covariance[here, here] @ turn.T, np.diag(np.square(errors[place])), atol=1e-12)


def test_what_does_not_fit_the_items_is_refused() -> None:
    with pytest.raises(BadParameters):
        Form(LOGISTIC, np.eye(2))
    with pytest.raises(BadParameters):
        Form.with_standard_errors(LOGISTIC, [[0.1]] * len(LOGISTIC))


def test_an_item_of_another_kind_on_the_other_form_is_refused() -> None:
    graded = ItemParameters.reported(["A", "B"], [model("grm", 3)] * 2, [[1.0, -1.0, 1.0]] * 2)
    credited = ItemParameters.reported(["A", "B"], [model("gpcm", 3)] * 2, [[1.0, -1.0, 1.0]] * 2)
    fewer = ItemParameters.reported(["A", "B"], [model("grm", 3), model("2pl")], [[1.0, -1.0, 1.0], [1.0, 0.0]])

    for other, item in ((credited, "A"), (fewer, "B")):
        with pytest.raises(AnchorsDiffer) as caught:
            Anchors.of(Form(graded), Form(other))

        assert caught.value.item == item


@pytest.mark.parametrize("items", [MIXED, NOMINAL], ids=["mixed", "nominal"])
def test_curves_know_how_they_change(items: ItemParameters) -> None:
    theta = np.array([-1.3, 0.2, 1.7])
    weight = np.random.default_rng(1).normal(size=(len(items), items.most_categories, 3))
    zero, h = np.zeros(Form(items).size), 1e-5
    found = curves(items, theta)

    def weighted(by: np.ndarray) -> np.ndarray:
        return np.asarray((weight * shifted(items, by).probabilities(theta)).sum(axis=(0, 1)))

    def rising(by: np.ndarray) -> np.ndarray:
        return np.asarray((weight * curves(shifted(items, by), theta).slope).sum(axis=(0, 1)))

    up, down = items.probabilities(theta + h), items.probabilities(theta - h)
    assert np.allclose(found.slope, (up - down) / (2 * h), atol=1e-8)
    assert np.allclose(
        found.bend, (curves(items, theta + h).slope - curves(items, theta - h).slope) / (2 * h), atol=1e-8
    )
    assert np.allclose(by_parameter(items, theta, weight).T, slopes(weighted, zero), atol=1e-8)
    assert np.allclose(slope_by_parameter(items, theta, weight).T, slopes(rising, zero), atol=1e-8)
