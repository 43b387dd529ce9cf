import numpy as np
import pytest

from kaoping.scoring.cut_scores import Paper, from_marks, place
from kaoping.scoring.cut_scores.cuts import estimated, without_error
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.quadrature import normal
from kaoping.scoring.raw_scores import CutOutOfReach, raw_sem
from kaoping.scoring.simulation import simulate

ITEMS = ItemParameters.logistic(np.linspace(0.8, 1.5, 50), np.linspace(-2, 1.5, 50))
MARKS = np.full(50, 2.0)
PAPER = Paper.of(ITEMS, MARKS)


def test_a_cut_goes_to_the_paper_and_back() -> None:
    theta = estimated(-0.2, 0.12, source="judges", df=9)

    there = place(theta, PAPER, pass_mark=60).marks
    back = from_marks(there, PAPER)

    assert (back.value, back.se, back.low, back.high) == pytest.approx((theta.value, theta.se, theta.low, theta.high))


def test_the_pass_mark_is_as_far_as_the_curve_says() -> None:
    found = place(estimated(0.1, 0.1, source="judges"), PAPER, pass_mark=60)

    assert PAPER.expected(found.pass_theta) == pytest.approx(60)
    assert found.gap_marks == pytest.approx(60 - PAPER.expected(0.1))
    assert found.gap_theta == pytest.approx(found.pass_theta - 0.1)
    assert found.gap_in_errors == pytest.approx(found.gap_marks / (found.marks.se or 1))
    assert found.sem == pytest.approx(2 * raw_sem(np.array([0.1]), ITEMS)[0])
    assert found.gap_in_sem == pytest.approx(found.gap_marks / found.sem)
    assert found.within_error == ((found.marks.low or 0) <= 60 <= (found.marks.high or 0))


def test_items_moved_by_the_shift_expect_the_pass_mark_of_a_person_at_the_cut() -> None:
    found = place(without_error(0.4, source="judges"), PAPER, pass_mark=60)

    moved = Paper.of(ITEMS.rescaled(1.0, found.shift), MARKS)

    assert moved.expected(0.4) == pytest.approx(60)
    assert (found.gap_in_errors, found.within_error) == (None, None)


def test_a_pass_mark_at_the_cut_asks_for_nothing() -> None:
    theta = PAPER.ability_at(60)

    found = place(estimated(theta, 0.1, source="judges"), PAPER, pass_mark=60)

    assert (found.gap_marks, found.gap_theta, found.shift) == pytest.approx((0, 0, 0), abs=1e-9)
    assert found.within_error


def test_what_the_population_does_is_what_simulated_persons_do() -> None:
    # 40 000 persons tell a share to .0025; four of these.
    rng = np.random.default_rng(6)
    theta = rng.normal(0.3, 0.9, 40_000)
    scores = 2 * simulate(theta, ITEMS, rng=rng).answers.sum(axis=1)

    found = place(estimated(0.1, 0.1, source="judges"), PAPER, pass_mark=60, population=normal(201, mean=0.3, sd=0.9))

    rates = found.rates
    competent, passing = theta >= 0.1, scores >= 60
    assert rates.competent == pytest.approx(competent.mean(), abs=0.01)
    assert rates.passing == pytest.approx(passing.mean(), abs=0.01)
    assert rates.false_pass == pytest.approx((passing & ~competent).mean(), abs=0.01)
    assert rates.false_fail == pytest.approx((~passing & competent).mean(), abs=0.01)
    assert rates.consistent == pytest.approx(1 - rates.false_pass - rates.false_fail)
    assert rates.passing_at_cut == pytest.approx((scores >= found.marks.value).mean(), abs=0.01)


def test_an_end_beyond_the_booklet_goes_along_the_straight_line() -> None:
    found = from_marks(estimated(97.0, 4.0, source="judges"), PAPER)

    assert found.high == pytest.approx(found.value + ((found.high or 0) - found.value))
    assert (found.high or 0) == pytest.approx(found.value + 1.96 * (found.se or 0), rel=1e-3)


def test_a_pass_mark_that_nobody_is_expected_to_get_is_refused() -> None:
    with pytest.raises(CutOutOfReach, match="expected score 100; the paper has 100 marks"):
        place(estimated(0.1, 0.1, source="judges"), PAPER, pass_mark=100)
    with pytest.raises(CutOutOfReach):
        from_marks(estimated(0.0, 0.1, source="judges"), PAPER)
