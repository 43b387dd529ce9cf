import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.optimize import approx_fprime

from kaoping.scoring.arrays import Floats
from kaoping.scoring.dif import Design, logistic
from kaoping.scoring.dif.proportional_odds import _derivatives, _shares, regress
from kaoping.scoring.errors import NotComparable, Separated
from kaoping.scoring.responses import ResponseMatrix
from tests.builders_dif import two_groups

#: Size of the tonsils (normal, enlarged, much enlarged) of children without and with streptococci: McCullagh (1980),
#: *JRSS B*, 42, 109-142, table 1.
TONSILS = np.array([[[497.0, 560.0, 269.0], [19.0, 29.0, 24.0]]])


def test_the_tonsils_have_the_published_log_odds_ratio() -> None:
    """McCullagh (1980), sec. 1.3: 0.603 with standard error 0.225."""
    fit = regress(TONSILS, np.array([[[0.0], [1.0]]]))

    assert fit.slopes[0, 0] == pytest.approx(0.603, abs=5e-4)
    assert np.sqrt(fit.covariance[0, 2, 2]) == pytest.approx(0.226, abs=2e-3)


def some_cells(k: int = 3, cells: int = 8, m: int = 4, p: int = 3) -> tuple[Floats, Floats, Floats]:
    rng = np.random.default_rng(4)
    counts = rng.integers(0, 20, (k, cells, m)).astype(np.float64)
    at = np.concatenate([np.tile([1.0, 0.1, -0.8][: m - 1], (k, 1)), rng.normal(0, 0.3, (k, p))], axis=1)
    return counts, rng.standard_normal((k, cells, p)), at


def test_the_gradient_is_that_of_the_likelihood() -> None:
    counts, covariates, at = some_cells()

    _, gradient, _ = _derivatives(at, counts, covariates)

    for item in range(3):
        one = slice(item, item + 1)

        def height(point: Floats, one: slice = one) -> float:
            return float(_derivatives(point[None], counts[one], covariates[one])[0][0])

        assert_allclose(gradient[item], approx_fprime(at[item], height, 1e-6), rtol=1e-4, atol=1e-3)


def test_the_information_is_the_expected_curvature() -> None:
    """With the counts that the model expects, the information is minus the derivative of the gradient."""
    counts, covariates, at = some_cells()
    shares, _ = _shares(at, counts, covariates)
    expected = counts.sum(axis=2, keepdims=True) * shares

    _, _, information = _derivatives(at, expected, covariates)

    step = 1e-6
    for place in range(at.shape[1]):
        moved = at.copy()
        moved[:, place] += step
        after = _derivatives(moved, expected, covariates)[1]
        assert_allclose(-after / step, information[:, place], rtol=1e-4, atol=1e-2)


def test_the_fit_is_where_the_gradient_vanishes() -> None:
    counts, covariates, _ = some_cells()

    fit = regress(counts, covariates)

    at = np.concatenate([fit.intercepts, fit.slopes], axis=1)
    assert np.abs(_derivatives(at, counts, covariates)[1]).max() < 1e-6


def test_two_categories_turned_round_turn_the_coefficients_round() -> None:
    answers = two_groups(harder={3: 0.8})
    names = [answers.group_names[group] for group in answers.group]

    one = logistic(answers, Design(reference="r"))
    other = logistic(ResponseMatrix(1 - answers.answers, groups=names), Design(reference="r"))

    assert_allclose(one.statistic, other.statistic, rtol=1e-7)
    assert_allclose(one.interaction, other.interaction, atol=1e-7)
    assert_allclose(one.score, other.score, atol=1e-7)


def test_both_is_the_sum_of_uniform_and_nonuniform() -> None:
    answers = two_groups()

    both, uniform, nonuniform = (logistic(answers, kind=kind) for kind in ("both", "uniform", "nonuniform"))

    assert_allclose(both.statistic, uniform.statistic + nonuniform.statistic, rtol=1e-8)
    assert_allclose(both.effect, uniform.effect + nonuniform.effect, rtol=1e-8)


def test_wald_and_likelihood_ratio_agree_in_large_groups() -> None:
    answers = two_groups(n=5000)

    one, other = logistic(answers), logistic(answers, test="wald")

    assert np.abs(one.statistic - other.statistic).max() < 0.15


def test_a_category_that_nobody_chose_changes_nothing() -> None:
    answers = two_groups(categories=3)
    names = [answers.group_names[group] for group in answers.group]
    spread = answers.answers.copy()
    spread[:, 0] = np.where(spread[:, 0] == 2, 3, spread[:, 0])

    one = logistic(answers, Design(anchors=answers.items[1:], match="rest"))
    other = logistic(
        ResponseMatrix(spread, answers.items, groups=names), Design(anchors=answers.items[1:], match="rest")
    )

    assert_allclose(one.statistic, other.statistic, rtol=1e-8)


def test_uniform_and_nonuniform_differences_are_told_apart() -> None:
    answers = two_groups(n=2000, harder={4: 1.0}, flatter={9: 0.3})
    strict = Design(adjust="bonferroni")

    uniform, nonuniform = logistic(answers, strict, kind="uniform"), logistic(answers, strict, kind="nonuniform")

    assert uniform.flagged[4]
    assert uniform.group[4] < 0
    assert not nonuniform.flagged[4]
    assert np.flatnonzero(nonuniform.flagged).tolist() == [9]


def test_items_with_several_categories_are_screened_by_proportional_odds() -> None:
    answers = two_groups(n=1500, harder={4: 0.7}, categories=4)

    found = logistic(answers, Design(purify=True, adjust="bh"), kind="uniform")

    assert np.flatnonzero(found.flagged).tolist() == [4]
    assert found.intercepts.shape == (20, 3)


def test_a_group_that_is_always_right_is_refused_as_separated() -> None:
    answers = two_groups(n=200, k=6).answers.copy()
    answers[:, 2] = np.where(np.arange(400) < 200, answers[:, 2], 1)

    with pytest.raises(Separated, match="item 3 has no finite coefficients"):
        logistic(ResponseMatrix(answers, groups=["r"] * 200 + ["f"] * 200))


def test_an_item_that_all_solve_is_refused_by_name() -> None:
    answers = two_groups(n=100, k=6).answers.copy()
    answers[:, 2] = 1

    with pytest.raises(NotComparable, match="on item 3: all answers to it are alike"):
        logistic(ResponseMatrix(answers, groups=["r"] * 100 + ["f"] * 100))
