"""Chances of options: they sum to one, their slopes are derivatives, and marks are shared out among options."""

import numpy as np
import pytest

from kaoping.scoring.calibration import calibrate
from kaoping.scoring.errors import BadParameters
from kaoping.scoring.integrity import Choices, chances
from kaoping.scoring.integrity.errors import BadScreening, NothingToScreen
from kaoping.scoring.models import model
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.responses import ResponseMatrix
from tests.builders_integrity import chances_of, choices_of, drawn


def marks(k: int, rng: np.random.Generator) -> ItemParameters:
    names = [f"I{number + 1}" for number in range(k)]
    return ItemParameters.logistic(rng.lognormal(0, 0.3, k), rng.standard_normal(k), np.full(k, 0.2), names=names)


def test_chances_of_all_options_sum_to_one_whichever_parameters_are_known() -> None:
    rng = np.random.default_rng(1)
    answers, items = drawn(300, 12, rng)
    answers[0, :3] = -1

    for known in (items, marks(12, rng)):
        found = chances(choices_of(answers, items), known)
        assert found.chance.sum(axis=2)[0].tolist() == pytest.approx([0.0] * 3 + [1.0] * 9)
        assert found.chance[1:].sum(axis=2) == pytest.approx(1.0)
        assert not found.slope[0, :3].any() or not found.chance[0, :3].any()


@pytest.mark.parametrize("kind", ["options", "marks"])
def test_slopes_are_derivatives_of_log_chances_by_ability(kind: str) -> None:
    rng = np.random.default_rng(2)
    answers, items = drawn(50, 8, rng)
    known = items if kind == "options" else marks(8, rng)
    theta, step = rng.standard_normal(50), 1e-5

    here, above, below = (
        chances(choices_of(answers, items), known, theta=theta + way * step, groups=1) for way in (0, 1, -1)
    )

    by_difference = (np.log(above.chance) - np.log(below.chance)) / (2 * step)
    assert here.slope == pytest.approx(by_difference, abs=1e-6)
    assert here.gradient == pytest.approx((here.chosen * by_difference).sum(axis=(1, 2)), abs=1e-5)


def test_the_information_is_the_variance_of_the_score() -> None:
    answers, items = drawn(30, 10, np.random.default_rng(3))
    found = chances_of(answers, items)
    mean = (found.chance * found.slope).sum(axis=2)

    assert mean == pytest.approx(0.0, abs=1e-12)
    assert found.information == pytest.approx(items.information(found.theta).sum(axis=0))


def test_known_abilities_need_no_correction() -> None:
    answers, items = drawn(30, 10, np.random.default_rng(4))
    found = chances_of(answers, items, theta=np.zeros(30))

    assert np.isinf(found.information).all()
    assert not found.pull.any()


def test_options_of_a_mark_are_shared_as_persons_of_like_ability_chose() -> None:
    rng = np.random.default_rng(5)
    answers, items = drawn(4000, 15, rng)
    by_marks = calibrate(choices_of(answers, items).marks(), "2pl", errors="none").parameters
    theta = np.zeros(4000)

    of_options, of_marks = (chances(choices_of(answers, items), known).chance for known in (items, by_marks))

    # The shares of five groups of 800 persons, on 15 items of four options.
    assert np.abs(of_options - of_marks).mean() < 0.02
    assert chances(choices_of(answers, items), by_marks, theta=theta, groups=1).chance.std(axis=0).max() < 1e-12


def test_several_options_may_be_right_and_omissions_may_be_an_option() -> None:
    table = ResponseMatrix([[0, 1], [2, -2], [1, 0], [-3, -1]], categories=[3, 2])
    found = Choices.of(table, [[True, False, True], [False, True, False]], omissions="option")

    assert found.answers.tolist() == [[0, 1], [2, 2], [1, 0], [-1, -1]]
    assert found.correct.tolist() == [[True, True], [True, False], [False, False], [False, False]]
    assert found.judged.tolist() == [0, 1, 2]
    assert Choices.of(table, [2, 1]).answers.tolist() == [[0, 1], [2, -1], [1, 0], [-1, -1]]


def test_what_does_not_fit_is_refused() -> None:
    answers, items = drawn(20, 3, np.random.default_rng(6))
    few = ItemParameters.reported(items.names, [model("nominal", 3)] * 3, [np.zeros(4)] * 3)

    with pytest.raises(BadScreening, match="not among those of the 2 items"):
        Choices.of(ResponseMatrix([[0, 1], [1, 0]]), [1, 2])
    with pytest.raises(NothingToScreen, match="nobody has an answer"):
        chances_of(np.full_like(answers, -1), items)
    with pytest.raises(BadParameters, match="there are none for item I3"):
        chances(choices_of(answers, items), items.take(np.array([0, 1])))
    with pytest.raises(BadParameters, match="item I1 has 4 options and parameters for 3 categories"):
        chances(choices_of(answers, items), few)
