import numpy as np
import pytest
from numpy.testing import assert_allclose

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.dif import Design, crossing_sibtest, sibtest, standardisation
from kaoping.scoring.errors import NotComparable, TooFewAnchors
from kaoping.scoring.responses import ResponseMatrix
from tests.builders_dif import two_groups


def by_hand(answers: Floats, focal: Whole, *, least: int) -> tuple[float, float]:
    """Beta and its error of the last item, group by group and score by score as the paper has it."""
    others, item = answers[:, :-1], answers[:, -1]
    score, k = others.sum(axis=1), others.shape[1]
    alpha, middle = [], []
    for group in (0, 1):
        mine = others[focal == group]
        alpha.append(k / (k - 1) * (1 - mine.var(axis=0).sum() / mine.sum(axis=1).var()))
        middle.append(mine.sum(axis=1).mean())
    beta = squared = persons = 0.0
    for x in range(1, k):
        here = [item[(focal == group) & (score == x)] for group in (0, 1)]
        if min(map(len, here)) < least or min(map(np.ptp, here)) == 0:
            continue
        true = [middle[group] + alpha[group] * (x - middle[group]) for group in (0, 1)]
        moved = []
        for group in (0, 1):
            low, high = (item[(focal == group) & (score == x + step)].mean() for step in (-1, 1))
            moved.append(here[group].mean() + (high - low) / (2 * alpha[group]) * (np.mean(true) - true[group]))
        n = sum(map(len, here))
        beta += n * (moved[0] - moved[1])
        squared += n**2 * sum(part.var(ddof=1) / len(part) for part in here)
        persons += n
    return beta / persons, float(np.sqrt(squared)) / persons


def test_beta_and_its_error_are_those_of_the_paper_written_out() -> None:
    answers = two_groups(n=1000, k=8, impact=0.6, harder={7: 0.5})

    found = sibtest(answers, Design(reference="r", focal="f"), least=6)

    beta, se = by_hand(answers.answers.astype(float), answers.group, least=6)
    assert found.effect[-1] == pytest.approx(beta, abs=1e-12)
    assert found.se is not None
    assert found.se[-1] == pytest.approx(se, abs=1e-12)


def test_exchanging_the_groups_turns_beta_round() -> None:
    answers = two_groups(impact=0.5)

    one, other = (sibtest(answers, Design(reference=name)) for name in ("r", "f"))

    assert_allclose(one.effect, -other.effect, atol=1e-12)
    assert_allclose(one.statistic, other.statistic, rtol=1e-9)


def test_regression_to_the_true_score_removes_what_impact_alone_makes() -> None:
    answers = two_groups(n=5000, k=12, impact=1.0)

    corrected = sibtest(answers)
    observed = standardisation(answers, Design(match="rest"))

    assert np.abs(corrected.effect).mean() < np.abs(observed.effect).mean() / 2


def test_an_empty_neighbour_is_passed_over_unless_asked_otherwise() -> None:
    answers = two_groups(n=60, k=20).take(items=np.arange(4, 16))

    passed, adjacent = (sibtest(answers, least=2, neighbours=way) for way in ("occupied", "adjacent"))

    assert (passed.effect != adjacent.effect).any()
    assert_allclose(passed.se, adjacent.se)  # type: ignore[arg-type]


def test_without_a_crossing_the_crossing_test_is_sibtest() -> None:
    answers = two_groups(harder={3: 1.0})
    plain, crossing = sibtest(answers), crossing_sibtest(answers)
    straight = crossing.df == 1

    assert straight[3]
    assert_allclose(crossing.statistic[straight], plain.statistic[straight])
    assert_allclose(crossing.effect[straight], np.abs(plain.effect[straight]))
    assert (crossing.statistic[~straight] + 1e-12 >= 0).all()


def test_crossing_curves_are_found_where_they_cross() -> None:
    answers = two_groups(n=3000, k=21, flatter={10: 0.3})

    plain, crossing = sibtest(answers), crossing_sibtest(answers)

    assert np.abs(plain.effect[10]) < 0.03
    assert crossing.flagged[10]
    assert crossing.statistic.argmax() == 10
    assert 7 < crossing.crossing[10] < 13
    assert crossing.df[10] == 2


def test_a_difference_is_found_in_items_with_several_categories() -> None:
    answers = two_groups(n=1500, categories=4, harder={5: 0.6})

    found = sibtest(answers, Design(adjust="bh", purify=True))

    assert np.flatnonzero(found.flagged).tolist() == [5]
    assert found.effect[5] > 0


def test_groups_that_share_no_score_are_refused() -> None:
    answers = np.array([[1, 1, 1, 0], [1, 1, 0, 1]] * 20 + [[0, 0, 0, 1], [0, 1, 0, 0]] * 20)

    with pytest.raises(NotComparable, match="at no matching score are there 6 persons of each group"):
        sibtest(ResponseMatrix(answers, groups=["r"] * 40 + ["f"] * 40))


def test_one_item_alone_cannot_be_matched_on() -> None:
    with pytest.raises(TooFewAnchors):
        sibtest(ResponseMatrix([[1], [0]] * 20, groups=["r", "f"] * 20))
