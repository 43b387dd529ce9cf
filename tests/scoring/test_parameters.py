import numpy as np
import pytest

from kaoping.scoring.errors import BadParameters
from kaoping.scoring.models import model
from kaoping.scoring.parameters import ItemParameters

THETA = np.linspace(-2, 2, 5)
MIXED = ItemParameters.reported(
    ["A", "B", "C"],
    [model("grm", 3), model("2pl"), model("3pl")],
    [[1.2, -0.5, 0.5], [0.9, 0.3], [1.5, 0.0, 0.25]],
)


def test_items_of_several_models_stand_in_one_table() -> None:
    chances = MIXED.probabilities(THETA)

    assert chances.shape == (3, 3, 5)
    assert np.allclose(chances.sum(axis=1), 1.0)
    assert (chances[1:, 2] == 0.0).all()
    assert np.isclose(MIXED.expected(np.zeros(1))[2, 0], 0.25 + 0.75 / 2)


def test_information_is_the_variance_of_the_score_function() -> None:
    first, second = MIXED.along_theta(THETA)
    chances = MIXED.probabilities(THETA)

    assert np.allclose((chances * first).sum(axis=1), 0.0)
    assert np.allclose(MIXED.information(THETA), -(chances * second).sum(axis=1))


def test_lords_information_of_three_parameters() -> None:
    """Lord (1980), eq. 10-7: the information of a three-parameter item, with the logistic curve L."""
    a, b, c = 1.5, 0.2, 0.2
    item = ItemParameters.logistic([a], [b], [c])
    right = item.probabilities(THETA)[0, 1]

    expected = a**2 * (1 - right) / right * ((right - c) / (1 - c)) ** 2

    assert np.allclose(item.information(THETA)[0], expected)


def test_a_moved_scale_moves_the_curves_along() -> None:
    moved = MIXED.rescaled(2.0, 1.0)

    assert np.allclose(moved.probabilities(2 * THETA + 1), MIXED.probabilities(THETA))


def test_some_items_are_taken_by_name() -> None:
    part = MIXED.named(["C", "A"])

    assert part.names == ("C", "A")
    with pytest.raises(BadParameters) as caught:
        MIXED.named(["D"])
    assert caught.value.reason == "there are none for item D"


@pytest.mark.parametrize(
    ("models", "values", "reason"),
    [
        ([model("2pl")], [[1.0, np.nan]], "item A (2pl) needs 2 finite parameters"),
        ([model("2pl")], [[1.0]], "item A (2pl) needs a, b"),
        ([model("grm", 3)], [[1.0, 0.5, 0.5]], "the thresholds of item A do not rise"),
        ([model("2pl")], [], "names, models and parameters differ in number"),
    ],
)
def test_impossible_parameters_are_refused_by_name(models: list[object], values: list[object], reason: str) -> None:
    with pytest.raises(BadParameters) as caught:
        ItemParameters.reported(["A"], models, values)  # type: ignore[arg-type]

    assert caught.value.reason == reason


def test_asymptotes_out_of_order_are_refused() -> None:
    with pytest.raises(BadParameters):
        ItemParameters.logistic([1.0], [0.0], [0.5], [0.4])
