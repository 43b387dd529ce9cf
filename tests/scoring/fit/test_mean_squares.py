"""Infit and outfit of items and persons."""

import numpy as np
import pytest

from kaoping.scoring.errors import BadParameters, NotEnoughData
from kaoping.scoring.fit import MeanSquares, item_mean_squares, person_mean_squares
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.responses import ResponseMatrix
from kaoping.scoring.simulation import simulate
from tests.scoring.fit.enumeration import MIXED, RIGHT_OR_WRONG, given_ability, patterns


def test_one_right_and_one_wrong_answer_by_hand() -> None:
    found = person_mean_squares(ResponseMatrix([[1, 0]]), ItemParameters.logistic([1, 1], [0, 0]), theta=[np.log(3)])

    assert found.outfit[0] == pytest.approx((1 / 3 + 3) / 2)
    assert found.infit[0] == pytest.approx((1 / 16 + 9 / 16) / (6 / 16))
    deviation = np.sqrt(2 * (0.75 * 0.25 * (0.75**3 + 0.25**3)) / (0.75 * 0.25) ** 2 / 4 - 1 / 2)
    z = (np.cbrt(5 / 3) - 1) * 3 / deviation + deviation / 3
    assert found.outfit_z[0] == pytest.approx(z)


def test_over_all_patterns_of_a_person_the_mean_squares_are_one_with_the_stated_variance() -> None:
    chance, rows = given_ability(MIXED, 0.4), patterns(MIXED)

    found = person_mean_squares(
        ResponseMatrix(rows, MIXED.names), MIXED, theta=np.full(len(rows), 0.4), least_variance=0.0
    )

    for value, z in ((found.infit, found.infit_z), (found.outfit, found.outfit_z)):
        assert chance @ value == pytest.approx(1.0)
        spread = np.sqrt(chance @ (value - 1) ** 2)
        assert np.allclose(z, (np.cbrt(value) - 1) * 3 / spread + spread / 3)


def test_items_and_persons_are_the_same_sums_turned() -> None:
    rng = np.random.default_rng(1)
    same = ItemParameters.logistic(np.ones(6), np.zeros(6))
    table = simulate(np.zeros(6), same, rng=rng).answers

    by_item = item_mean_squares(ResponseMatrix(table), same, theta=np.zeros(6))
    by_person = person_mean_squares(ResponseMatrix(table.T), same, theta=np.zeros(6))

    assert np.allclose(by_item.infit, by_person.infit)
    assert np.allclose(by_item.outfit_z, by_person.outfit_z)


def test_unknown_answers_say_nothing_and_weights_are_numbers_of_persons() -> None:
    table = np.array([[1, 0, 1, -1], [0, 0, 1, 1]])
    theta = np.array([0.3, -0.5])

    found = person_mean_squares(ResponseMatrix(table, RIGHT_OR_WRONG.names), RIGHT_OR_WRONG, theta=theta)
    fewer = RIGHT_OR_WRONG.take(np.arange(3))
    alone = person_mean_squares(ResponseMatrix(table[:1, :3], fewer.names), fewer, theta=theta[:1])
    weighted = item_mean_squares(
        ResponseMatrix(table, RIGHT_OR_WRONG.names, weights=[1, 3]), RIGHT_OR_WRONG, theta=theta
    )
    repeated = item_mean_squares(
        ResponseMatrix(table[[0, 1, 1, 1]], RIGHT_OR_WRONG.names), RIGHT_OR_WRONG, theta=theta[[0, 1, 1, 1]]
    )

    assert found.outfit[0] == pytest.approx(alone.outfit[0])
    assert found.answers.tolist() == [3, 4]
    for name in MeanSquares.__annotations__:
        assert np.allclose(getattr(weighted, name), getattr(repeated, name))


def test_a_nearly_certain_answer_does_not_rule_outfit_alone() -> None:
    easy = ItemParameters.logistic([2.0, 1.0], [-4.0, 0.0])
    slip = ResponseMatrix([[0, 1]])

    bounded, plain = (person_mean_squares(slip, easy, theta=[2.0], least_variance=v) for v in (np.sqrt(1e-5), 0.0))

    assert bounded.outfit[0] < 200
    assert plain.outfit[0] > 10_000


def test_careless_persons_and_a_guessed_item_stand_out() -> None:
    rng = np.random.default_rng(6)
    items = ItemParameters.logistic(np.full(30, 1.3), np.linspace(-2, 2, 30))
    theta = rng.standard_normal(1000)
    table = simulate(theta, items, rng=rng).answers.copy()
    table[:20] = rng.integers(0, 2, (20, 30))
    table[:, 29] = rng.integers(0, 2, 1000)
    responses = ResponseMatrix(table)

    persons = person_mean_squares(responses, items, theta=theta)
    found = item_mean_squares(responses, items, theta=theta)

    assert np.median(persons.infit[:20]) > 1.25
    assert abs(np.median(persons.infit[20:]) - 1) < 0.1
    assert found.outfit.argmax() == found.infit.argmax() == 29
    assert np.abs(found.infit[:29] - 1).max() < 0.15


def test_missing_abilities_and_persons_without_answers_are_refused() -> None:
    items = RIGHT_OR_WRONG

    for theta in ([0.0], [np.nan, 0.0]):
        with pytest.raises(BadParameters):
            item_mean_squares(ResponseMatrix([[1, 0, 1, 0]] * 2, items.names), items, theta=theta)
    with pytest.raises(NotEnoughData):
        person_mean_squares(ResponseMatrix([[-1] * 4, [1] * 4], items.names), items, theta=[0.0, 0.0])
