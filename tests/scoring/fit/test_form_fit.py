"""S-X² on several forms: each item on the form with the most persons, and none where there are too few."""

import numpy as np

from kaoping.scoring.calibration import calibrate
from kaoping.scoring.fit import form_fit, s_x2
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.responses import ResponseMatrix
from kaoping.scoring.simulation import simulate

TRUE = ItemParameters.logistic(np.linspace(0.8, 1.4, 16), np.linspace(-1.5, 1.5, 16))


def on_two_forms(seed: int = 4) -> ResponseMatrix:
    """Let 900 persons answer the first ten of sixteen items, and 600 the last ten."""
    rng = np.random.default_rng(seed)
    table = simulate(rng.standard_normal(1500), TRUE, rng=rng).answers.copy()
    table[:900, 10:], table[900:, :6] = -1, -1
    return ResponseMatrix(table, TRUE.names)


def test_each_item_is_tested_on_the_form_with_the_most_persons() -> None:
    answers = on_two_forms()

    found = form_fit(answers, TRUE, least=200)

    assert [one.persons for one in found if one] == [900] * 10 + [600] * 6
    first = s_x2(ResponseMatrix(answers.answers[:900, :10], TRUE.names[:10]), TRUE.take(np.arange(10)))
    np.testing.assert_allclose([one.statistic for one in found[:10] if one], first.statistic)


def test_a_form_of_too_few_persons_says_nothing() -> None:
    found = form_fit(on_two_forms(), TRUE, least=700)

    assert [one is None for one in found] == [False] * 10 + [True] * 6


def test_sound_items_are_named_at_the_level_of_the_test_and_a_guessed_one_is_found() -> None:
    drawn = [on_two_forms(seed) for seed in range(12)]
    p = [one.p for table in drawn for one in form_fit(table, calibrate(table), least=200) if one]
    answers = on_two_forms(1)
    table = answers.answers.copy()
    rng = np.random.default_rng(9)
    table[:900, 2] = np.where(rng.random(900) < 0.5, rng.integers(0, 2, 900), table[:900, 2])

    guessed = form_fit(ResponseMatrix(table, TRUE.names), TRUE, least=200)

    assert 0.02 < np.mean(np.array(p) < 0.05) < 0.09
    assert guessed[2] is not None
    assert guessed[2].p < 0.001
