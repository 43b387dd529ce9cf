import numpy as np
import pytest

from kaoping.scoring.adaptive.curves import Curves
from kaoping.scoring.parameters import ItemParameters
from tests.builders_adaptive import mixed, three_parameters
from tests.reference import catr

FOUR = ItemParameters.logistic([1.2, 0.7, 2.0], [0.5, -1.0, 0.0], [0.2, 0.0, 0.1], [0.95, 1.0, 0.9])


@pytest.mark.parametrize("items", [FOUR, mixed(18), three_parameters(20)])
def test_pairs_are_what_every_item_is_at_every_ability(items: ItemParameters) -> None:
    theta = np.linspace(-3, 3, 7)
    curves, every = Curves(items), np.arange(len(items))[:, None]

    pairs = curves.at(every, theta)

    first, second = items.along_theta(theta)
    assert np.allclose(pairs.chance, items.probabilities(theta).transpose(0, 2, 1), atol=1e-14)
    assert np.allclose(curves.chances(every, theta), pairs.chance, atol=1e-14)
    assert np.allclose(pairs.first, first.transpose(0, 2, 1), atol=1e-12)
    assert np.allclose(pairs.second, second.transpose(0, 2, 1), atol=1e-12)
    assert np.allclose(curves.information(every, theta), items.information(theta), atol=1e-12)


def test_derivatives_are_those_of_finite_differences() -> None:
    items, theta, h = mixed(18), np.array([-1.3, 0.2, 1.7]), 1e-5
    curves, every = Curves(items), np.arange(18)[:, None]

    at, after, before = (curves.at(every, theta + way * h) for way in (0, 1, -1))

    known = at.chance > 0
    logs = [np.log(np.where(known, one.chance, 1.0)) for one in (after, before)]
    assert np.allclose(at.first, np.where(known, (logs[0] - logs[1]) / (2 * h), 0.0), atol=1e-8)
    assert np.allclose(at.second, (after.first - before.first) / (2 * h), atol=1e-7)
    assert np.allclose(at.trend, (after.information - before.information) / (2 * h), atol=1e-7)


def test_information_far_out_is_small_and_a_number() -> None:
    far = Curves(FOUR).information(np.arange(3)[:, None], np.array([-2000.0, -60.0, 60.0, 2000.0]))

    assert np.isfinite(far).all()
    assert (far >= 0).all()
    assert far.max() < 1e-12


@pytest.mark.parametrize(("theta", "expected"), catr.CURVES.items())
def test_chances_and_information_are_those_of_catr(theta: float, expected: dict[int, tuple[float, float]]) -> None:
    bank = catr.bank()
    places = np.array([bank.place(str(item)) for item in expected])

    found = bank.curves.chances(places, np.full(5, theta))[:, 1], bank.curves.information(places, np.full(5, theta))

    assert np.transpose(found) == pytest.approx(np.array(list(expected.values())), abs=1e-11)
