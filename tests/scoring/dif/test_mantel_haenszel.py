import numpy as np
import pytest

from kaoping.scoring.dif import Design, breslow_day, generalised_mantel_haenszel, mantel_haenszel
from kaoping.scoring.dif.association import _association
from kaoping.scoring.dif.breslow_day import _fitted
from kaoping.scoring.dif.breslow_day import _screen as breslow_day_of
from kaoping.scoring.dif.mantel_haenszel import _screen as mantel_haenszel_of
from kaoping.scoring.dif.mantel_haenszel import ets_classes
from kaoping.scoring.dif.tables import Tables
from kaoping.scoring.errors import BadDesign, NotComparable
from kaoping.scoring.responses import ResponseMatrix
from tests.builders_dif import two_groups

#: Admissions to six departments at Berkeley: Bickel, Hammel & O'Connell (1975), *Science*, 187, 398-404.
#: Departments are strata; men, then women; rejected, then admitted.
BERKELEY = np.array(
    [
        [[313, 512], [19, 89]],
        [[207, 353], [8, 17]],
        [[205, 120], [391, 202]],
        [[279, 138], [244, 131]],
        [[138, 53], [299, 94]],
        [[351, 22], [317, 24]],
    ]
)
#: Job satisfaction by income within gender: Agresti (2002), *Categorical Data Analysis*, table 7.8.
SATISFACTION = np.array(
    [
        [[1, 3, 11, 2], [2, 3, 17, 3], [0, 1, 8, 5], [0, 2, 4, 2]],
        [[1, 1, 2, 1], [0, 3, 5, 1], [0, 0, 7, 3], [0, 1, 9, 6]],
    ]
)
REST = Design(reference="r", focal="f", match="rest")


def tables(counts: np.ndarray) -> Tables:
    groups = tuple(str(number) for number in range(counts.shape[1]))
    return Tables(("X",), groups, np.ones(1, dtype=bool), np.arange(len(counts) * 1.0), counts[None].astype(float))


def test_the_admissions_to_berkeley_have_the_published_odds_ratio_and_chi_square() -> None:
    """Common odds ratio and statistic as in the documentation of R's ``mantelhaen.test`` for the same table."""
    plain = mantel_haenszel_of(tables(BERKELEY), REST, continuity=False)
    corrected = mantel_haenszel_of(tables(BERKELEY), REST, continuity=True)

    assert plain.odds_ratio[0] == pytest.approx(0.9046968, abs=1e-7)
    assert plain.statistic[0] == pytest.approx(1.5246, abs=5e-5)
    assert corrected.statistic[0] == pytest.approx(1.4269, abs=5e-5)
    low, high = np.exp(np.log(plain.odds_ratio[0]) + np.array([-1.959964, 1.959964]) * plain.log_odds_se[0])
    assert (low, high) == (pytest.approx(0.7719074, abs=1e-6), pytest.approx(1.0603298, abs=1e-6))


def test_the_general_association_of_income_and_satisfaction_is_the_published_one() -> None:
    """M-squared 10.2001 with 9 degrees of freedom: Agresti (2002), sec. 7.5; R's ``mantelhaen.test``."""
    statistic, df = _association(tables(SATISFACTION), 0, "nominal")

    assert statistic == pytest.approx(10.2001, abs=5e-5)
    assert df == 9


def test_with_two_groups_and_two_categories_the_general_test_is_that_of_mantel_and_haenszel() -> None:
    answers = two_groups(harder={3: 0.8})

    special = mantel_haenszel(answers, continuity=False)

    for categories in ("ordered", "nominal"):
        general = generalised_mantel_haenszel(answers, categories=categories)
        assert np.allclose(general.statistic, special.statistic)
        assert (general.df == 1).all()


def test_the_general_test_does_not_depend_on_the_order_of_the_focal_groups() -> None:
    answers = two_groups(categories=4)
    names = np.array(["r", "f", "g"])[np.random.default_rng(2).integers(0, 3, answers.n_persons)]

    one = generalised_mantel_haenszel(ResponseMatrix(answers.answers, groups=names.tolist()), Design(reference="r"))
    other = generalised_mantel_haenszel(
        ResponseMatrix(answers.answers[::-1], groups=names[::-1].tolist()), Design(reference="r")
    )

    assert np.allclose(one.statistic, other.statistic)
    assert (one.df == 2).all()


def test_exchanging_the_groups_turns_the_effect_round_and_keeps_the_statistic() -> None:
    answers = two_groups(impact=0.5, harder={3: 0.8})

    one = mantel_haenszel(answers, Design(reference="r", focal="f"))
    other = mantel_haenszel(answers, Design(reference="f", focal="r"))

    assert np.allclose(one.statistic, other.statistic)
    assert np.allclose(one.effect, -other.effect)
    assert np.allclose(one.log_odds_se, other.log_odds_se)


def test_a_weight_counts_as_so_many_persons() -> None:
    answers = two_groups(n=300)
    weights = np.random.default_rng(3).integers(1, 4, answers.n_persons)
    names = [answers.group_names[group] for group in answers.group]

    weighted = mantel_haenszel(ResponseMatrix(answers.answers, groups=names, weights=weights))
    repeated = mantel_haenszel(
        ResponseMatrix(np.repeat(answers.answers, weights, axis=0), groups=np.repeat(names, weights).tolist())
    )

    assert np.allclose(weighted.statistic, repeated.statistic)
    assert np.allclose(weighted.effect, repeated.effect)


def test_persons_without_an_answer_to_the_item_or_an_anchor_do_not_count() -> None:
    answers = two_groups(n=200, k=5).answers.copy()
    answers[:10, 0] = -1

    found = mantel_haenszel(ResponseMatrix(answers, groups=["r"] * 200 + ["f"] * 200), Design(anchors=("2", "3", "4")))

    assert found.persons[0].tolist() == [190, 200, 200, 200, 200]


def test_classes_need_size_and_significance() -> None:
    delta, se = np.array([0.9, 1.2, 1.2, -1.6, -1.6, 1.4]), np.array([0.1, 0.2, 0.2, 0.2, 0.5, 0.1])
    significant = np.array([True, True, False, True, True, True])

    assert ets_classes(delta, se, significant=significant) == ("A", "B", "A", "C", "B", "B")


def test_the_fitted_counts_of_a_stratum_have_the_common_odds_ratio() -> None:
    ratio, reference, focal, right = np.array([0.4]), np.array([30.0]), np.array([20.0]), np.array([25.0])

    a = _fitted(ratio, reference, focal, right)

    assert np.allclose(a * (focal - right + a) / ((reference - a) * (right - a)), ratio)
    assert np.allclose(_fitted(np.ones(1), reference, focal, right), reference * right / 50)


def test_equal_odds_ratios_leave_nothing_to_breslow_and_day() -> None:
    counts = np.array([[[20, 10], [10, 10]], [[30, 30], [10, 20]], [[10, 20], [10, 40]]])
    a, b, c, d = (counts[:, g, m].astype(float) for g, m in ((0, 1), (0, 0), (1, 1), (1, 0)))
    assert np.allclose(a * d / (b * c), 0.5)
    assert np.allclose(breslow_day_of(tables(counts), REST, trend=False, tarone=False).statistic, 0)
    assert np.allclose(breslow_day_of(tables(counts), REST, trend=True, tarone=False).statistic, 0)


def test_breslow_and_day_by_hand() -> None:
    """Two strata of 2 by 2 with odds ratios 1/4 and 4: the common one is 1, so the fitted counts are the products."""
    counts = np.array([[[20, 10], [10, 20]], [[10, 20], [20, 10]]])
    found = breslow_day_of(tables(counts), REST, trend=False, tarone=True)

    assert found.statistic[0] == pytest.approx(2 * 5**2 / (15 / 4))
    assert found.df[0] == 1


def test_crossing_curves_are_found_by_the_trend_and_the_breslow_day_test() -> None:
    answers = two_groups(n=3000, flatter={9: 0.3})

    assert breslow_day(answers).flagged[9]
    found = breslow_day(answers, Design(adjust="bonferroni"), trend=True)
    assert found.flagged[9]
    assert found.flagged.sum() == 1


def test_what_is_not_right_or_wrong_is_refused_and_the_way_out_named() -> None:
    with pytest.raises(BadDesign, match=r"item I1 has 4 categories .* use the generalised method"):
        mantel_haenszel(two_groups(n=50, categories=4))


def test_an_item_that_tells_the_groups_apart_without_exception_is_refused_by_name() -> None:
    answers = two_groups(n=100, k=6).answers.copy()
    answers[:, 2] = np.repeat([1, 0], 100)

    with pytest.raises(NotComparable, match="on item 3: at every matching score one group is right or wrong"):
        mantel_haenszel(ResponseMatrix(answers, groups=["r"] * 100 + ["f"] * 100))


def test_an_item_that_all_solve_is_refused_by_name() -> None:
    answers = two_groups(n=100, k=6).answers.copy()
    answers[:, 2] = 1

    with pytest.raises(NotComparable, match="on item 3: at no matching score"):
        mantel_haenszel(ResponseMatrix(answers, groups=["r"] * 100 + ["f"] * 100))
