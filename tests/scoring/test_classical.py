import numpy as np
import pytest

from kaoping.scoring import classical
from kaoping.scoring.errors import NotEnoughData, NoVariation
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.responses import NOT_PRESENTED, ResponseMatrix
from kaoping.scoring.simulation import simulate


def answers(n: int = 400, k: int = 10) -> ResponseMatrix:
    rng = np.random.default_rng(4)
    return simulate(
        rng.standard_normal(n), ItemParameters.logistic(np.full(k, 1.2), np.linspace(-1.5, 1.5, k)), rng=rng
    )


def test_facility_counts_only_those_who_were_presented_the_item() -> None:
    found = classical.facility(ResponseMatrix([[1]] * 12 + [[0]] * 4 + [[NOT_PRESENTED]] * 100), 0)

    assert (found.value, found.n) == (0.75, 16)
    assert found.low < 0.75 < found.high


def test_discrimination_is_the_correlation_with_the_rest_of_the_paper() -> None:
    responses = answers()
    scores = responses.right.astype(float)

    found = classical.discrimination(responses, 3)

    rest = scores.sum(axis=1) - scores[:, 3]
    assert np.isclose(found.value, np.corrcoef(scores[:, 3], rest)[0, 1])
    assert found.low < found.value < found.high


def test_marks_weigh_the_rest_of_the_paper() -> None:
    responses = answers()
    marks = np.arange(1.0, 11.0)
    scores = responses.right * marks

    found = classical.discrimination(responses, 0, marks=marks)

    assert np.isclose(found.value, np.corrcoef(scores[:, 0], scores[:, 1:].sum(axis=1))[0, 1])


def test_alpha_of_equal_variances_is_spearman_brown_of_the_mean_correlation() -> None:
    rng = np.random.default_rng(9)
    responses = simulate(rng.standard_normal(20000), ItemParameters.logistic(np.full(8, 1.0), np.zeros(8)), rng=rng)
    correlation = (np.corrcoef(responses.right.T).sum() - 8) / 56

    found = classical.alpha(responses)

    assert np.isclose(found.value, 8 * correlation / (1 + 7 * correlation), atol=1e-3)
    assert found.low < found.value < found.high


def test_the_error_of_measurement_falls_as_alpha_rises_in_its_interval() -> None:
    found = classical.standard_error_of_measurement(answers())

    assert 0 < found.low < found.value < found.high


def test_the_analysis_of_all_items_is_that_of_each() -> None:
    responses = answers()

    found = classical.analyse(responses)

    assert np.isclose(found.facility[2], classical.facility(responses, 2).value)
    assert np.isclose(found.item_rest[2], classical.discrimination(responses, 2).value)
    assert (found.facility_interval[0] < found.facility).all()


def test_few_answers_are_refused_with_their_number() -> None:
    with pytest.raises(NotEnoughData) as caught:
        classical.facility(ResponseMatrix([[1], [0]]), 0)

    assert (caught.value.n, caught.value.least) == (2, classical.LEAST_FOR_A_SHARE)


def test_an_item_without_variance_has_no_discrimination() -> None:
    table = answers().answers.copy()
    table[:, 1] = 1

    with pytest.raises(NoVariation) as caught:
        classical.discrimination(ResponseMatrix(table), 1)

    assert caught.value.item == "2"


def test_alpha_needs_persons_who_were_presented_every_item() -> None:
    table = answers().answers.copy()
    table[:390, 0] = NOT_PRESENTED

    with pytest.raises(NotEnoughData) as caught:
        classical.alpha(ResponseMatrix(table))

    assert caught.value.n == 10


def test_a_trace_divides_by_score_and_counts_blanks_for_no_option() -> None:
    scores = np.repeat([1.0, 2.0, 3.0], 40)
    choices = ["A"] * 20 + [None] * 20 + ["A"] * 20 + ["B"] * 20 + ["B"] * 40

    found = classical.distractor_trace(choices, scores, options=["A", "B"], groups=3)

    assert found.shares.tolist() == [[0.5, 0.0], [0.5, 0.5], [0.0, 1.0]]
    assert found.n.tolist() == [40, 40, 40]
    assert found.mean_score.tolist() == [1.0, 2.0, 3.0]


def test_persons_of_one_score_stay_in_one_group() -> None:
    scores = np.repeat([1.0, 2.0], [90, 10])

    found = classical.distractor_trace(["A"] * 100, scores, options=["A"], groups=4)

    assert found.n.tolist() == [90, 10]


def test_observed_shares_follow_the_curve_they_were_drawn_from() -> None:
    rng = np.random.default_rng(8)
    theta = rng.standard_normal(5000)
    responses = simulate(theta, ItemParameters.logistic([1.4], [0.2]), rng=rng)

    found = classical.observed_shares(responses, 0, theta)

    expected = 1 / (1 + np.exp(-1.4 * (found.theta - 0.2)))
    assert (np.diff(found.theta) > 0).all()
    assert np.abs(found.share - expected).max() < 0.06
