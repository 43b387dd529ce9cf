import numpy as np
import pytest

from kaoping.scoring.errors import BadParameters, ScoreOutOfReach
from kaoping.scoring.linking import Form, Link, equate_true_scores, link
from kaoping.scoring.linking.equivalents import Equivalents
from kaoping.scoring.parameters import ItemParameters
from tests.scoring.linking.samples import LOGISTIC, MIXED, SMALL, A, B, erring, shifted, slopes, with_errors


def equated(x: ItemParameters, y: ItemParameters) -> Equivalents:
    return equate_true_scores(link(Form(x), Form(y)))


@pytest.mark.parametrize("items", [LOGISTIC, MIXED], ids=["logistic", "mixed"])
def test_a_form_is_equated_to_itself_by_the_identity(items: ItemParameters) -> None:
    found = equated(items, items.rescaled(A, B))

    assert np.allclose(found.equated, found.scores, atol=1e-7)


def test_the_ability_between_expects_both_scores() -> None:
    x, y = erring(MIXED, 1), erring(MIXED.rescaled(A, B), 2)
    line = link(Form(x), Form(y))

    found = equate_true_scores(line)

    assert found.theta is not None
    inside = np.isfinite(found.theta)
    on_start = (found.theta[inside] - line.intercept) / line.slope
    assert np.allclose(x.expected(on_start).sum(axis=0), found.scores[inside], atol=1e-9)
    assert np.allclose(y.expected(found.theta[inside]).sum(axis=0), found.equated[inside], atol=1e-12)


def test_equating_back_gives_the_score_again() -> None:
    x, y = Form(erring(LOGISTIC, 1)), Form(erring(LOGISTIC.rescaled(A, B), 2))
    there = link(x, y)
    forward, back = equate_true_scores(there), equate_true_scores(there.inverse())

    again = np.interp(forward.equated, back.scores, back.equated)

    assert np.abs(again - forward.scores).max() < 0.02


def test_scores_below_the_sum_of_guessing_are_interpolated() -> None:
    x = ItemParameters.logistic(np.ones(10), np.linspace(-1, 1, 10), np.full(10, 0.25))
    y = ItemParameters.logistic(np.ones(10), np.linspace(-1, 1, 10), np.full(10, 0.2))

    found = equate_true_scores(Link("given", Form(x), Form(y), 1.0, 0.0))

    assert np.allclose(found.equated[:3], np.array([0, 1, 2]) * 2.0 / 2.5)
    assert found.equated[-1] == 10.0
    assert found.theta is not None
    assert np.isinf(found.theta[:3]).all()
    assert (np.diff(found.equated) > 0).all()


def test_scores_above_the_upper_asymptotes_are_interpolated() -> None:
    x = ItemParameters.logistic(np.ones(10), np.linspace(-1, 1, 10), u=np.full(10, 0.85))
    y = ItemParameters.logistic(np.ones(10), np.linspace(-1, 1, 10), u=np.full(10, 0.9))

    found = equate_true_scores(Link("given", Form(x), Form(y), 1.0, 0.0))

    assert np.allclose(found.equated[-2:], [10 - 1.0 / 1.5, 10.0])


@pytest.mark.parametrize("side", [0, 1])
def test_standard_errors_are_by_the_derivative(side: int) -> None:
    x, y = erring(SMALL, 1), erring(SMALL.rescaled(A, B), 2)
    forms = [with_errors(x, 5), with_errors(y, 6)]
    sides = [x, y]
    known = [Form(each.items, each.covariance if place == side else np.zeros_like(each.covariance))
             for place, each in enumerate(forms)]  # fmt: skip

    found = equate_true_scores(link(known[0], known[1]))

    def moved(by: np.ndarray) -> np.ndarray:
        pair = [shifted(items, by) if place == side else items for place, items in enumerate(sides)]
        return equate_true_scores(link(Form(pair[0]), Form(pair[1]))).equated

    change = slopes(moved, np.zeros(forms[side].size))
    expected = known[side].spread(change)
    assert found.see is not None
    assert expected is not None
    assert np.allclose(found.see, np.sqrt(np.diag(expected)), atol=1e-6)


def test_the_items_that_count_can_be_named() -> None:
    x, y = Form(LOGISTIC), Form(LOGISTIC.rescaled(A, B))

    found = equate_true_scores(link(x, y), start_items=["1", "2"], target_items=["1", "2", "3"])

    assert found.scores.tolist() == [0, 1, 2]
    assert found.equated[-1] == 3
    with pytest.raises(BadParameters):
        equate_true_scores(link(x, y), start_items=[])


def test_a_curve_that_does_not_rise_is_refused() -> None:
    x = ItemParameters.logistic([1.0, 1.0, -1.0, -1.0], [3.0, 3.0, -3.0, -3.0])

    with pytest.raises(ScoreOutOfReach) as caught:
        equate_true_scores(Link("given", Form(x), Form(x), 1.0, 0.0))

    assert caught.value.score == 2
