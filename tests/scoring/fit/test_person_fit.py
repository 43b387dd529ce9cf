"""Fit of persons: likelihood of patterns, and their order."""

import numpy as np
import pytest

from kaoping.scoring.ability import eap
from kaoping.scoring.errors import IncompleteAnswers, NotDichotomous, NotEnoughData
from kaoping.scoring.fit import pattern_likelihood, pattern_order
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.responses import ResponseMatrix
from kaoping.scoring.simulation import simulate
from tests.scoring.fit.enumeration import MIXED, given_ability, patterns

FIVE = np.array([[1, 1, 1, 0, 0]] * 6 + [[1, 1, 0, 0, 0]] * 4 + [[1, 0, 1, 1, 0]] * 2 + [[0, 0, 0, 1, 1]])


def test_over_all_patterns_of_a_person_zh_has_mean_zero_and_variance_one() -> None:
    chance, rows = given_ability(MIXED, -0.3), patterns(MIXED)

    found = pattern_likelihood(ResponseMatrix(rows, MIXED.names), MIXED, theta=np.full(len(rows), -0.3))

    assert np.allclose(found.log_likelihood, np.log(chance))
    assert chance @ found.zh == pytest.approx(0.0, abs=1e-12)
    assert chance @ found.zh**2 == pytest.approx(1.0)


def test_what_lz_star_divides_by_is_the_spread_of_what_ability_leaves_unexplained() -> None:
    chance, rows = given_ability(MIXED, 0.6), patterns(MIXED)
    theta = np.full(len(rows), 0.6)
    first, _ = MIXED.along_theta(np.array([0.6]))
    score = np.array([sum(first[item, answer, 0] for item, answer in enumerate(row)) for row in rows])
    log = np.log(chance)
    above = log - chance @ log
    by = (chance * score) @ above / (chance @ score**2)

    found = pattern_likelihood(ResponseMatrix(rows, MIXED.names), MIXED, theta=theta, estimator="ml")

    assert np.allclose(found.lz_star, above / np.sqrt(chance @ (above - by * score) ** 2))


def test_the_estimator_enters_by_its_own_equation() -> None:
    responses = ResponseMatrix([[1, 0, 2, 1]], MIXED.names, categories=MIXED.categories)
    ml, mode, wle, warm = (
        pattern_likelihood(responses, MIXED, theta=[0.5], estimator=name).lz_star[0]
        for name in ("ml", "map", "wle", "warm")
    )
    step = 1e-4
    information = [float(MIXED.information(np.array([at])).sum()) for at in (0.5 - step, 0.5, 0.5 + step)]
    first, second = MIXED.along_theta(np.array([0.5]))
    chance = MIXED.probabilities(np.array([0.5]))
    bend = float((chance * first * (second + first**2)).sum())

    trend = (information[2] - information[0]) / (2 * step)
    assert (warm - ml) / (mode - ml) == pytest.approx(bend / (2 * information[1]) / -0.5)
    assert (wle - ml) / (mode - ml) == pytest.approx(trend / (2 * information[1]) / -0.5, rel=1e-6)


def test_in_long_tests_lz_star_is_standard_normal_and_zh_is_too_narrow() -> None:
    rng = np.random.default_rng(21)
    items = ItemParameters.logistic(rng.uniform(0.8, 2.0, 60), np.linspace(-2, 2, 60))
    responses = simulate(rng.standard_normal(3000), items, rng=rng)

    found = pattern_likelihood(responses, items, theta=eap(responses, items).theta)

    assert abs(found.lz_star.mean()) < 0.1
    assert 0.93 < found.lz_star.std() < 1.07
    assert found.zh.std() < found.lz_star.std()
    assert 0.03 < (found.lz_star < -1.645).mean() < 0.08


def test_persons_who_guess_stand_out() -> None:
    rng = np.random.default_rng(22)
    items = ItemParameters.logistic(np.full(40, 1.4), np.linspace(-2, 2, 40))
    table = simulate(rng.standard_normal(400), items, rng=rng).answers.copy()
    table[:40] = rng.integers(0, 2, (40, 40))
    responses = ResponseMatrix(table)

    found = pattern_likelihood(responses, items, theta=eap(responses, items).theta)
    order = pattern_order(responses)

    assert (found.lz_star[:40] < -1.645).mean() > 0.9
    assert (found.lz_star[40:] < -1.645).mean() < 0.1
    assert order.u3[:40].min() > np.median(order.u3[40:])
    assert order.h_t[:40].max() < np.median(order.h_t[40:])


def test_where_no_pattern_is_more_surprising_than_another_there_is_no_number() -> None:
    one = ItemParameters.logistic([1.0], [0.0])

    found = pattern_likelihood(ResponseMatrix([[1], [0]]), one, theta=[0.0, 0.7])

    assert np.isnan(found.zh).tolist() == [True, False]
    assert np.isnan(found.lz_star).all()


def test_the_order_of_patterns_by_hand() -> None:
    found = pattern_order(ResponseMatrix(FIVE))

    share = FIVE.mean(axis=0)
    weight = np.log(share / (1 - share))
    assert np.argsort(-share).tolist() == [0, 1, 2, 3, 4]
    assert found.guttman_errors[[0, 6, 10, 12]] == pytest.approx([0, 0, 2 / 6, 1])
    assert found.u3[[0, 6, 12]] == pytest.approx([0, 0, 1])
    best, worst = weight[:3].sum(), weight[2:].sum()
    assert found.u3[10] == pytest.approx((best - weight[[0, 2, 3]].sum()) / (best - worst))


def test_h_t_is_the_transposed_coefficient_of_loevinger_by_pairs_of_persons() -> None:
    found = pattern_order(ResponseMatrix(FIVE))

    mean = FIVE.mean(axis=1)
    covariance = np.cov(FIVE, bias=True)
    largest = np.minimum.outer(mean, mean) - np.outer(mean, mean)
    for person in range(len(FIVE)):
        others = np.arange(len(FIVE)) != person
        assert found.h_t[person] == pytest.approx(covariance[person, others].sum() / largest[person, others].sum())


def test_weights_are_numbers_of_persons() -> None:
    rows, counts = np.unique(FIVE, axis=0, return_counts=True)

    once, often = pattern_order(ResponseMatrix(rows, weights=counts)), pattern_order(ResponseMatrix(FIVE))

    place = [int(np.flatnonzero((row == FIVE).all(axis=1))[0]) for row in rows]
    for name in ("guttman_errors", "u3", "h_t"):
        assert np.allclose(getattr(once, name), getattr(often, name)[place])


def test_all_right_or_all_wrong_has_no_order() -> None:
    found = pattern_order(ResponseMatrix([[1, 1, 1], [0, 0, 0], [1, 0, 1], [1, 1, 0]]))

    assert found.defined.tolist() == [False, False, True, True]
    assert np.isnan(found.u3).tolist() == [True, True, False, False]


def test_other_marks_unknown_answers_and_too_little_are_refused() -> None:
    with pytest.raises(NotDichotomous) as caught:
        pattern_order(ResponseMatrix([[0, 1], [1, 2]], items=("A", "B")))
    assert caught.value.item == "B"
    with pytest.raises(IncompleteAnswers):
        pattern_order(ResponseMatrix([[0, 1], [1, -1]]))
    with pytest.raises(NotEnoughData):
        pattern_order(ResponseMatrix([[1, 1], [1, 0]]))
