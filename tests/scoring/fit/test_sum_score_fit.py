"""S-X² against the table of all patterns, and whether it finds what is wrong."""

import numpy as np
import pytest

from kaoping.scoring.calibration import calibrate
from kaoping.scoring.errors import BadParameters, IncompleteAnswers, NotEnoughScores
from kaoping.scoring.fit import ScoreTable, fitted, s_x2, score_tables
from kaoping.scoring.fit.rest_scores import rest_scores, sum_scores
from kaoping.scoring.fit.sum_score_fit import sparse_joined
from kaoping.scoring.models import model
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.quadrature import normal
from kaoping.scoring.responses import ResponseMatrix
from kaoping.scoring.simulation import simulate
from tests.scoring.fit.enumeration import MIXED, RIGHT_OR_WRONG, pattern_chances, patterns


def drawn(items: ItemParameters, n: int = 3000, seed: int = 2) -> ResponseMatrix:
    rng = np.random.default_rng(seed)
    return simulate(rng.standard_normal(n), items, rng=rng)


def test_leaving_each_item_out_gives_the_sums_of_the_others() -> None:
    table = MIXED.probabilities(np.linspace(-2, 2, 5))
    chances = [table[item, :count] for item, count in enumerate(MIXED.categories)]

    for item, rest in enumerate(rest_scores(chances)):
        assert np.allclose(rest, sum_scores([*chances[:item], *chances[item + 1 :]]))


@pytest.mark.parametrize("items", [RIGHT_OR_WRONG, MIXED])
def test_expected_counts_are_those_of_the_table_of_all_patterns(items: ItemParameters) -> None:
    responses = drawn(items)
    chance, rows = pattern_chances(items, normal()), patterns(items)
    score, persons = rows.sum(axis=1), np.bincount(responses.answers.sum(axis=1, dtype=int))

    for item, table in enumerate(score_tables(responses, fitted(items))):
        for low, high, expected in zip(table.low, table.high, table.expected, strict=True):
            for category in range(items.categories[item]):
                by_hand = sum(
                    persons[s] * chance[(score == s) & (rows[:, item] == category)].sum() / chance[score == s].sum()
                    for s in range(low, high + 1)
                )
                assert expected[category] == pytest.approx(by_hand)


def test_scores_that_cannot_hold_every_category_are_counted_with_the_nearest_that_can() -> None:
    tables = list(score_tables(drawn(MIXED), fitted(MIXED)))

    assert [(int(table.low[0]), int(table.high[0])) for table in tables] == [(1, 1), (1, 1), (1, 2), (1, 3)]
    assert [(int(table.low[-1]), int(table.high[-1])) for table in tables] == [(6, 6), (6, 6), (5, 6), (4, 6)]


def test_every_cell_expects_a_person_after_joining_and_nobody_is_lost() -> None:
    for table in score_tables(drawn(MIXED, n=150), fitted(MIXED)):
        joined = sparse_joined(table)

        assert (joined.expected[joined.expected > 0] >= 1).all()
        assert joined.observed.sum() == table.observed.sum()
        assert joined.expected.sum() == pytest.approx(table.expected.sum())


def test_a_sparse_score_is_joined_with_the_neighbour_of_fewer_persons() -> None:
    observed, expected = np.array([[5.0, 5], [2, 2], [30, 10]]), np.array([[6.0, 4], [3.5, 0.5], [30, 10]])
    table = ScoreTable(np.arange(1, 4), np.arange(1, 4), observed, expected)

    joined = sparse_joined(table)

    assert joined.low.tolist() == [1, 3]
    assert joined.high.tolist() == [2, 3]


def test_the_statistic_of_right_or_wrong_items_is_the_textbook_sum() -> None:
    responses = drawn(RIGHT_OR_WRONG)

    found = s_x2(responses, RIGHT_OR_WRONG)

    for item, table in enumerate(found.tables):
        n, share, expected = table.n, table.mean_observed, table.mean_expected
        assert found.statistic[item] == pytest.approx((n * (share - expected) ** 2 / (expected * (1 - expected))).sum())
    assert found.df.tolist() == [1, 0, 1, 0]
    assert found.tested.tolist() == [True, False, True, False]
    assert np.isnan(found.p).tolist() == [False, True, False, True]


def test_weights_are_numbers_of_persons() -> None:
    responses = drawn(MIXED, n=400)
    rows, counts = np.unique(responses.answers, axis=0, return_counts=True)
    gathered = ResponseMatrix(rows, MIXED.names, weights=counts, categories=MIXED.categories)

    once, often = s_x2(gathered, MIXED), s_x2(responses, MIXED)

    assert np.allclose(once.statistic, often.statistic)
    assert np.array_equal(once.df, often.df)


def test_a_rasch_scale_has_the_same_fit_in_either_of_its_two_forms() -> None:
    items = ItemParameters.logistic(np.full(6, 1.4), np.linspace(-1, 1, 6))
    responses = drawn(items)

    rasch, one = (s_x2(responses, calibrate(responses, name, tolerance=1e-9)) for name in ("rasch", "1pl"))

    assert np.allclose(rasch.statistic, one.statistic, atol=1e-3)
    assert np.array_equal(rasch.df, one.df)


def test_p_is_near_uniform_under_the_true_model_and_tiny_for_a_wrong_curve() -> None:
    true = ItemParameters.logistic(np.linspace(0.8, 1.8, 12), np.linspace(-1.5, 1.5, 12))
    right = s_x2(drawn(true, n=4000), true)
    bent = ItemParameters.logistic(
        np.linspace(0.8, 1.8, 12), np.linspace(-1.5, 1.5, 12), np.r_[np.zeros(11), 0.35], names=true.names
    )
    wrong = s_x2(drawn(bent, n=4000), true)

    assert 0.2 < right.p.mean() < 0.8
    assert right.p.min() > 0.001
    assert wrong.p[11] < 1e-10
    assert wrong.rmsea[11] > 0.03


def test_unknown_answers_other_items_and_scores_without_a_middle_are_refused() -> None:
    table = np.array([[1, 0, 1, 1], [0, -1, 1, 0]])

    with pytest.raises(IncompleteAnswers) as caught:
        s_x2(ResponseMatrix(table, RIGHT_OR_WRONG.names), RIGHT_OR_WRONG)
    assert (caught.value.lacking, caught.value.n) == (1, 2)
    with pytest.raises(BadParameters):
        s_x2(ResponseMatrix([[1, 0]]), RIGHT_OR_WRONG)
    with pytest.raises(NotEnoughScores):
        s_x2(ResponseMatrix(np.ones((9, 4), dtype=int), RIGHT_OR_WRONG.names), RIGHT_OR_WRONG)


def test_tables_can_be_gathered_for_pictures_without_losing_anybody() -> None:
    items = ItemParameters.logistic(np.ones(30), np.linspace(-2, 2, 30))
    table = next(score_tables(drawn(items), fitted(items)))

    few = table.gathered(6)

    assert len(few.n) <= 6
    assert few.n.sum() == table.n.sum()
    assert (few.low[1:] == few.high[:-1] + 1).all()
    assert ((few.mean_observed - few.mean_expected) / few.standard_error).std() < 2


def test_several_categories_mean_a_standard_error_of_their_own() -> None:
    items = ItemParameters.reported(["1", "2"], [model("grm", 3)] * 2, [[1.0, -1.0, 1.0]] * 2)
    table = ScoreTable(np.array([2]), np.array([2]), np.array([[1.0, 2.0, 1.0]]), np.array([[1.0, 2.0, 1.0]]))

    assert len(items) == 2
    assert table.standard_error[0] == pytest.approx(np.sqrt(0.5 / 4))
