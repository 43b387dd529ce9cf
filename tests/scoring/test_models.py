"""Every response model: chances that sum to one, derivatives against differences, and the way to what people read."""

import numpy as np
import pytest

from kaoping.scoring.arrays import Floats
from kaoping.scoring.models import ModelName, ResponseModel, model

THETA = np.linspace(-3, 3, 7)
CASES = [
    (model("rasch"), [1.0, 0.4]),
    (model("1pl"), [0.8, -0.4]),
    (model("2pl"), [1.3, 0.7]),
    (model("3pl"), [1.4, -0.6, -1.2]),
    (model("4pl"), [1.2, 0.2, -1.5, 2.5]),
    (model("pcm", 3), [1.0, 0.5, -0.2]),
    (model("gpcm", 4), [0.7, 1.0, 0.8, -0.5]),
    (model("rsm", 4), [1.0, -0.3, 0.6, 0.4]),
    (model("grm", 4), [1.5, 2.0, 0.3, -1.0]),
    (model("nominal", 3), [0.5, 1.7, 0.4, -0.6]),
]
IDS = [str(form.name) for form, _ in CASES]


def values_of(values: list[float]) -> Floats:
    """Two items: the case itself and one a little apart."""
    return np.stack([np.array(values), np.array(values) * 1.1 + 0.05])


@pytest.mark.parametrize(("form", "values"), CASES, ids=IDS)
def test_chances_sum_to_one(form: ResponseModel, values: list[float]) -> None:
    chances = np.exp(form.log_probabilities(values_of(values), THETA))

    assert chances.shape == (2, form.categories, 7)
    assert np.allclose(chances.sum(axis=1), 1.0)


@pytest.mark.parametrize(("form", "values"), CASES, ids=IDS)
def test_derivatives_by_parameters_agree_with_differences(form: ResponseModel, values: list[float]) -> None:
    inside, h = values_of(values), 1e-6
    found = form.derivative(inside, THETA)

    for label in range(len(form.labels)):
        step = np.zeros_like(inside)
        step[:, label] = h
        up, down = (form.log_probabilities(inside + sign * step, THETA) for sign in (1, -1))
        assert np.allclose(found[:, :, label], (up - down) / (2 * h), atol=1e-7)


@pytest.mark.parametrize(("form", "values"), CASES, ids=IDS)
def test_derivatives_by_ability_agree_with_differences(form: ResponseModel, values: list[float]) -> None:
    inside, h = values_of(values), 1e-4
    first, second = form.along_theta(inside, THETA)
    up, here, down = (form.log_probabilities(inside, THETA + sign * h) for sign in (1, 0, -1))

    assert np.allclose(first, (up - down) / (2 * h), atol=1e-6)
    assert np.allclose(second, (up - 2 * here + down) / h**2, atol=1e-5)


@pytest.mark.parametrize(("form", "values"), CASES, ids=IDS)
def test_what_people_read_leads_back_to_the_parameters_inside(form: ResponseModel, values: list[float]) -> None:
    inside = values_of(values)

    assert np.allclose(form.from_reported(form.to_reported(inside)), inside)
    assert len(form.reported) == len(form.labels)


@pytest.mark.parametrize(("form", "values"), CASES, ids=IDS)
def test_a_curve_on_another_scale_is_the_same_curve(form: ResponseModel, values: list[float]) -> None:
    inside = values_of(values)

    moved = form.rescaled(inside, 1.6, -0.4)

    expected = form.log_probabilities(inside, THETA)
    assert np.allclose(form.log_probabilities(moved, 1.6 * THETA - 0.4), expected)


def test_the_models_agree_where_one_is_a_case_of_another() -> None:
    two = np.array([[1.3, -0.5]])
    steep = model("2pl").log_probabilities(two, THETA)

    assert np.allclose(model("3pl").log_probabilities(np.array([[1.3, -0.5, -40.0]]), THETA), steep)
    assert np.allclose(model("4pl").log_probabilities(np.array([[1.3, -0.5, -40.0, 40.0]]), THETA), steep)
    assert np.allclose(model("grm", 2).log_probabilities(two, THETA), steep)
    assert np.allclose(model("nominal", 2).log_probabilities(two, THETA), steep)
    graded = model("gpcm", 3).log_probabilities(np.array([[0.8, 0.4, -0.2]]), THETA)
    assert np.allclose(model("nominal", 3).log_probabilities(np.array([[0.8, 1.6, 0.4, -0.2]]), THETA), graded)
    assert np.allclose(model("rsm", 3).log_probabilities(np.array([[0.8, -0.1, 0.5]]), THETA), graded)


def test_thresholds_are_where_the_upper_categories_take_half() -> None:
    form = model("grm", 3)
    inside = form.from_reported(np.array([[1.7, -0.8, 0.9]]))

    chances = np.exp(form.log_probabilities(inside, np.array([-0.8, 0.9])))[0]

    assert np.allclose([chances[1:, 0].sum(), chances[2, 1]], 0.5)


def test_steps_are_where_neighbouring_categories_cross() -> None:
    form = model("gpcm", 3)
    inside = form.from_reported(np.array([[1.2, -0.5, 0.7]]))

    chances = np.exp(form.log_probabilities(inside, np.array([-0.5, 0.7])))[0]

    assert np.isclose(chances[0, 0], chances[1, 0])
    assert np.isclose(chances[1, 1], chances[2, 1])


def test_the_textbook_example_of_three_parameters() -> None:
    """Hambleton, Swaminathan & Rogers (1991), *Fundamentals of IRT*, ch. 2: b, a, c of item 1 with D = 1.7 at 0."""
    form = model("3pl")
    inside = form.from_reported(np.array([[1.7 * 1.8, 1.0, 0.2]]))

    right = np.exp(form.log_probabilities(inside, np.array([1.0])))[0, 1, 0]

    assert np.isclose(right, (1 + 0.2) / 2)


@pytest.mark.parametrize("form", [form for form, _ in CASES], ids=IDS)
def test_starting_values_give_the_observed_shares_at_average_ability(form: ResponseModel) -> None:
    m = form.categories
    shares = np.array([np.arange(1.0, m + 1), np.arange(m, 0.0, -1)])
    shares /= shares.sum(axis=1, keepdims=True)

    start = form.start(shares)

    assert np.isfinite(form.log_probabilities(start, np.zeros(1))).all()
    if form.name not in {ModelName.RATING_SCALE, ModelName.FOUR}:
        assert np.allclose(np.exp(form.log_probabilities(start, np.zeros(1)))[:, :, 0], shares, atol=1e-6)


def test_a_model_of_two_categories_refuses_more() -> None:
    with pytest.raises(ValueError, match="3pl describes items of two categories, not 4"):
        model("3pl", 4)
    with pytest.raises(ValueError, match="5pl"):
        model("5pl")


def test_derivatives_by_ability_hold_where_curves_are_all_but_level() -> None:
    """Far out a wrong answer costs one slope per logit; the difference of one and the chance would have no digits."""
    three, graded = model("3pl"), model("grm", 3)

    asymptotic, _ = three.along_theta(np.array([[1.5, 0.0, -1.0]]), np.array([25.0, 60.0]))
    stepped, _ = graded.along_theta(np.array([[2.0, 1.0, -1.0]]), np.array([-40.0, 40.0]))

    assert np.allclose(asymptotic[0, 0], -1.5, rtol=1e-12)
    assert np.allclose(stepped[0], [[0.0, -2.0], [2.0, -2.0], [2.0, 0.0]], atol=1e-12)
