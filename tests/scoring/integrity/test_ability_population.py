"""The population that answers come from: recovered, and of few persons and items never an error of arithmetic."""

import numpy as np
import pytest

from kaoping.scoring.integrity.ability_population import NARROWEST, ability_population, ability_populations
from kaoping.scoring.integrity.errors import AnswersAlike
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.responses import ResponseMatrix
from kaoping.scoring.simulation import simulate


def test_twenty_honest_persons_and_six_items_always_give_a_population() -> None:
    """In a third of these tables the likelihood is highest where nobody differs."""
    items = ItemParameters.logistic(np.ones(6), np.linspace(-1.5, 1.5, 6))
    for seed in range(60):
        rng = np.random.default_rng(seed)

        found = ability_population(simulate(rng.normal(0.0, 0.5, 20), items, rng=rng), items)

        mean = float(found.weights @ found.nodes)
        assert abs(mean) < 1
        assert float(found.weights @ (found.nodes - mean) ** 2) ** 0.5 >= 0.99 * NARROWEST


def test_persons_alike_have_the_smallest_spread() -> None:
    items = ItemParameters.logistic(np.ones(4), np.zeros(4))

    found = ability_populations(ResponseMatrix([[0, 1, 0, 1]] * 5), items)

    assert found.mean == pytest.approx([0.0], abs=1e-4)
    assert found.sd == pytest.approx(NARROWEST)


@pytest.mark.parametrize("answer", [0, 1])
def test_answers_that_are_all_right_or_all_wrong_tell_no_population(answer: int) -> None:
    items = ItemParameters.logistic(np.ones(4), np.zeros(4))

    with pytest.raises(AnswersAlike, match="--mean and --sd"):
        ability_population(ResponseMatrix([[answer] * 4] * 5, categories=[2] * 4), items)


def test_groups_have_means_of_their_own_and_a_room_of_one_has_one_too() -> None:
    """Two groups of 500; the bounds are 4 standard errors, about .04 each."""
    rng = np.random.default_rng(2)
    items = ItemParameters.logistic(np.ones(30), np.linspace(-2, 2, 30))
    theta = np.concatenate([rng.normal(-0.5, 0.7, 500), rng.normal(1.0, 0.7, 500)])
    codes = np.vstack([simulate(theta, items, rng=rng).answers, np.ones((1, 30))])
    rooms = ["A"] * 500 + ["B"] * 500 + ["C"]

    found = ability_populations(ResponseMatrix(codes, groups=rooms), items)

    assert found.groups == ("A", "B", "C")
    assert found.mean[:2] == pytest.approx([-0.5, 1.0], abs=0.16)
    assert found.sd == pytest.approx(0.7, abs=0.1)
    assert 1 < found.mean[2] < 5
