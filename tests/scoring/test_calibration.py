import numpy as np
import pytest

from kaoping.scoring.acceleration import Progress
from kaoping.scoring.calibration import calibrate
from kaoping.scoring.errors import ConstantItem, FlatLikelihood, NoOverlap, NotConverged, TooFewItems, TooFewPersons
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.priors import Lognormal
from kaoping.scoring.responses import NOT_PRESENTED, ResponseMatrix
from kaoping.scoring.simulation import simulate

logistic = ItemParameters.logistic


def answers(n: int = 800, k: int = 8, seed: int = 7) -> ResponseMatrix:
    rng = np.random.default_rng(seed)
    return simulate(rng.standard_normal(n), logistic(rng.lognormal(0, 0.2, k), np.linspace(-1.5, 1.5, k)), rng=rng)


def test_the_log_likelihood_never_falls_and_the_gradient_ends_at_zero() -> None:
    found = calibrate(answers())

    assert found.converged
    assert (np.diff(found.trace) >= -1e-9).all()
    assert found.gradient_norm < 1e-6


def test_the_order_of_persons_and_items_does_not_matter() -> None:
    responses = answers()
    rng = np.random.default_rng(1)
    items = rng.permutation(responses.n_items)

    found = calibrate(responses, tolerance=1e-9)
    shuffled = calibrate(ResponseMatrix(rng.permutation(responses.answers)[:, items]), tolerance=1e-9)

    assert np.allclose(found.reported("a")[items], shuffled.reported("a"), atol=1e-7)
    assert np.allclose(found.standard_error("b")[items], shuffled.standard_error("b"), atol=1e-7)


def test_answers_counted_twice_halve_the_variance_and_move_nothing() -> None:
    responses = answers(k=8)

    found = calibrate(responses, tolerance=1e-9)
    doubled = calibrate(ResponseMatrix(np.tile(responses.answers, (2, 1))), tolerance=1e-9)

    assert np.allclose(found.reported("a"), doubled.reported("a"), atol=1e-7)
    assert np.allclose(found.standard_error("a"), doubled.standard_error("a") * np.sqrt(2), rtol=1e-5)


def test_items_that_were_not_presented_are_not_counted_as_wrong() -> None:
    rng = np.random.default_rng(5)
    theta, a, b = rng.standard_normal(4000), np.full(12, 1.2), np.linspace(-1, 1, 12)
    shown = np.ones((4000, 12), dtype=bool)
    shown[:2000, 8:] = False
    shown[2000:, :4] = False

    found = calibrate(simulate(theta, logistic(a, b), rng=rng, presented=shown))

    assert np.abs((found.reported("b") - b) / found.standard_error("b")).max() < 3.5
    assert found.answered.tolist() == [2000.0] * 4 + [4000.0] * 4 + [2000.0] * 4


def test_a_reversed_item_gets_a_negative_slope() -> None:
    responses = answers()
    table = responses.answers.copy()
    table[:, 3] = 1 - table[:, 3]

    found = calibrate(ResponseMatrix(table), tolerance=1e-9)
    straight = calibrate(responses, tolerance=1e-9)

    assert np.isclose(found.reported("a")[3], -straight.reported("a")[3], atol=1e-6)
    assert np.isclose(found.reported("b")[3], straight.reported("b")[3], atol=1e-5)


def test_a_prior_keeps_slopes_positive_and_draws_them_together() -> None:
    responses = answers(n=120)

    free, drawn = calibrate(responses), calibrate(responses, priors={"a": Lognormal(0.0, 0.2)})

    assert np.std(drawn.reported("a")) < np.std(free.reported("a"))
    assert (drawn.reported("a") > 0).all()
    assert (drawn.standard_error("a") < free.standard_error("a")).all()
    assert drawn.log_likelihood < free.log_likelihood


def test_progress_is_reported() -> None:
    seen: list[Progress] = []

    calibrate(answers(), progress=seen.append)

    assert seen
    assert seen[-1].iteration <= 100


def test_too_few_items_are_refused() -> None:
    with pytest.raises(TooFewItems) as caught:
        calibrate(ResponseMatrix([[1, 0], [0, 1]] * 100))

    assert caught.value.n == 2


def test_too_few_persons_are_refused_by_the_item_they_are_few_for() -> None:
    table = answers().answers.copy()
    table[:760, 2] = NOT_PRESENTED

    with pytest.raises(TooFewPersons) as caught:
        calibrate(ResponseMatrix(table, items=tuple("ABCDEFGH")))

    assert (caught.value.item, caught.value.n) == ("C", 40)


@pytest.mark.parametrize("answer", [0, 1])
def test_an_item_that_everybody_answered_alike_is_refused_by_name(answer: int) -> None:
    table = answers().answers.copy()
    table[:, 4] = answer

    with pytest.raises(ConstantItem) as caught:
        calibrate(ResponseMatrix(table, items=tuple("ABCDEFGH")))

    assert caught.value.item == "E"


def test_two_forms_without_common_items_are_refused() -> None:
    table = answers().answers.copy()
    table[:400, 4:] = NOT_PRESENTED
    table[400:, :4] = NOT_PRESENTED

    with pytest.raises(NoOverlap) as caught:
        calibrate(ResponseMatrix(table, items=tuple("ABCDEFGH")))

    assert (caught.value.item, caught.value.other) == ("A", "E")


def test_answers_that_carry_no_common_ability_are_refused() -> None:
    rng = np.random.default_rng(0)

    with pytest.raises((FlatLikelihood, NotConverged)):
        calibrate(ResponseMatrix(np.tile(np.eye(3, dtype=int), (60, 1))[rng.permutation(180)]))


def test_an_item_that_only_repeats_another_runs_away_and_is_named() -> None:
    table = answers(n=200, k=5).answers.copy()
    table[:, 1] = table[:, 0]

    with pytest.raises(FlatLikelihood) as caught:
        calibrate(ResponseMatrix(table, items=tuple("ABCDE")))

    assert caught.value.item in {"A", "B"}


@pytest.mark.parametrize("seed", range(6))
def test_few_persons_and_steep_items_do_not_make_it_fall(seed: int) -> None:
    rng = np.random.default_rng(seed)
    b = rng.normal(0, 0.8, 60)
    responses = simulate(rng.standard_normal(55), logistic(np.full(60, 1.2), b), rng=rng)

    try:
        found = calibrate(responses)
    except (ConstantItem, FlatLikelihood):
        return

    assert (np.diff(found.trace) >= -1e-7).all()
    assert found.gradient_norm < 1e-4


def test_the_limit_of_passes_is_an_error_not_a_result() -> None:
    with pytest.raises(NotConverged):
        calibrate(answers(), tolerance=1e-12, max_iterations=3)
