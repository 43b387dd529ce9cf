"""Ability during a test: values of catR, agreement with `kaoping.scoring.ability`, and what happens without a peak."""

import numpy as np
import pytest

from kaoping.scoring import ability
from kaoping.scoring.adaptive import Bank, Estimator
from kaoping.scoring.adaptive.errors import BadAdaptiveTest
from kaoping.scoring.adaptive.progress import Progress, beginning
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.quadrature import normal
from kaoping.scoring.responses import ResponseMatrix
from kaoping.scoring.simulation import simulate
from tests.builders_adaptive import mixed, three_parameters
from tests.reference import catr

WIDE = (-12.0, 12.0)


def answered(bank: Bank, items: np.ndarray, marks: np.ndarray) -> Progress:
    persons = beginning(bank, np.zeros(len(items)))
    for place in range(items.shape[1]):
        persons = persons.answered(bank, items[:, place], marks[:, place])
    return persons


@pytest.mark.parametrize(("method", "expected"), catr.ESTIMATES.items())
def test_abilities_are_those_of_catr(method: str, expected: tuple[float, float]) -> None:
    bank = catr.bank()
    items = np.array([[bank.place(str(item)) for item in catr.ANSWERS]])

    found = Estimator(method).on(bank)(answered(bank, items, np.array([[*catr.ANSWERS.values()]])))

    assert np.ravel(found) == pytest.approx(expected, abs=1e-12 if method == "eap" else 1e-6)


@pytest.mark.parametrize("items", [three_parameters(30), mixed(30)])
@pytest.mark.parametrize("method", ["eap", "map", "ml", "wle"])
def test_persons_get_what_they_get_from_the_finished_test(items: ItemParameters, method: str) -> None:
    rng = np.random.default_rng(6)
    table = simulate(rng.normal(size=60), items, rng=rng).answers.astype(np.int64)
    order = np.tile(np.arange(30), (60, 1))
    bank = Bank(items, population=normal(121))
    responses = ResponseMatrix(table, items.names, categories=items.categories)
    expected = {
        "eap": lambda: ability.eap(responses, items, population=bank.grid),
        "map": lambda: ability.maximum_a_posteriori(responses, items, information="expected"),
        "ml": lambda: ability.maximum_likelihood(responses, items, information="expected"),
        "wle": lambda: ability.weighted_likelihood(responses, items, weight="warm"),
    }[method]()

    theta, se = Estimator(method, WIDE, "bound").on(bank)(answered(bank, order, table))

    inside = np.abs(expected.theta) < 12
    assert inside.sum() > 50
    assert np.allclose(theta[inside], expected.theta[inside], atol=1e-7)
    assert np.allclose(se[inside], expected.se[inside], atol=1e-6)


def test_observed_information_is_the_curvature_at_the_peak() -> None:
    items = three_parameters(30)
    rng = np.random.default_rng(6)
    table = simulate(rng.normal(size=20), items, rng=rng).answers.astype(np.int64)
    order = np.tile(np.arange(30), (20, 1))

    found = Estimator("map", WIDE, information="observed").on(Bank(items))(answered(Bank(items), order, table))

    expected = ability.maximum_a_posteriori(ResponseMatrix(table, items.names), items)
    assert np.allclose(found[1], expected.se, atol=1e-7)


def test_without_a_peak_the_fallback_holds() -> None:
    bank = Bank(three_parameters(10))
    all_right = answered(bank, np.arange(10)[None], np.ones((1, 10), dtype=np.int64))

    by_mean, by_bound = (Estimator("ml", fallback=name).on(bank)(all_right) for name in ("eap", "bound"))

    assert np.allclose(by_mean, Estimator().on(bank)(all_right))
    assert by_bound[0].tolist() == [4.0]
    assert by_bound[1].tolist() == [np.inf]
    for method in ("map", "wle"):
        assert np.isfinite(Estimator(method, WIDE).on(bank)(all_right)).all()


def test_before_the_first_answer_it_is_the_population() -> None:
    bank = Bank(three_parameters(10), population=normal(mean=0.5, sd=2.0))

    theta, se = Estimator("ml").on(bank)(beginning(bank, np.zeros(1)))

    assert theta == pytest.approx([0.5])
    assert se == pytest.approx([2.0], abs=1e-3)


@pytest.mark.parametrize(
    "wrong", [{"method": "mle"}, {"bounds": (1.0, -1.0)}, {"fallback": "none"}, {"information": "both"}]
)
def test_what_is_no_estimator_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(BadAdaptiveTest):
        Estimator(**wrong)  # type: ignore[arg-type]
