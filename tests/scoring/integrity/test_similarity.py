"""Omega, the generalised binomial test and M4: by hand, by enumeration, and in simulated sittings."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from kaoping.scoring.integrity import (
    Chances,
    Choices,
    Comparison,
    Similarity,
    Terms,
    chances,
    clusters,
    generalised_binomial,
    m4,
    omega,
)
from kaoping.scoring.integrity.errors import BadScreening, NothingToScreen
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.responses import ResponseMatrix
from tests.builders_integrity import chances_of, copied, drawn

Test = Callable[[Chances, Terms], Similarity]
TESTS: list[Test] = [omega, generalised_binomial, m4]
EVERYBODY = Terms()


def pair(found: Similarity, first: str, second: str) -> int:
    """Place of a pair."""
    return list(found.subjects).index((first, second))


def test_omega_of_known_abilities_is_that_of_wollack() -> None:
    """Four items that are right half of the time: M = 4, mean 2, variance 1; the tail is half of 1/16."""
    items = ItemParameters.logistic(np.ones(4), np.zeros(4))
    answers = Choices.of(ResponseMatrix([[1, 1, 1, 1], [1, 1, 1, 1]]))

    found = omega(chances(answers, items, theta=np.zeros(2)))

    assert found.statistic == pytest.approx([2.0, 2.0])
    assert found.expected == pytest.approx([2.0, 2.0])
    assert found.p == pytest.approx([1 / 32, 1 / 32])


def test_omega_takes_the_answers_of_the_source_as_given() -> None:
    rng = np.random.default_rng(1)
    answers, items = drawn(2, 9, rng)
    theta = np.array([-0.5, 1.0])
    known = chances_of(answers, items, theta=theta)

    found = omega(known)

    p = items.probabilities(theta)[np.arange(9), answers[1], 0]
    same = (answers[0] == answers[1]).sum()
    place = pair(found, "P1", "P2")
    assert found.statistic[place] == pytest.approx((same - p.sum()) / np.sqrt((p * (1 - p)).sum()))
    assert found.matches[place] == same


def test_the_correction_is_that_of_the_residuals_of_a_regression_on_the_scores() -> None:
    """Mean and variance of M less what the scores of both persons explain, item by item."""
    rng = np.random.default_rng(2)
    answers, items = drawn(2, 30, rng)
    known = chances_of(answers, items)
    one, other = known.chance
    match = (one * other).sum(axis=1)
    gamma = np.array([(one * known.slope[0] * other).sum(), (one * other * known.slope[1]).sum()])
    spread = (match * (1 - match)).sum() - (gamma**2 / known.information).sum()
    shift = (gamma * known.gradient / known.information).sum()

    found = generalised_binomial(known)

    same = (answers[0] == answers[1]).sum()
    assert found.statistic == pytest.approx([(same - match.sum() - shift) / np.sqrt(spread)])


@pytest.mark.parametrize("test", [generalised_binomial, m4])
def test_tests_that_do_not_say_who_copied_do_not_depend_on_the_order_of_persons(test: Test) -> None:
    answers, items = drawn(12, 25, np.random.default_rng(3))

    found, turned = test(chances_of(answers, items), EVERYBODY), test(chances_of(answers[::-1], items), EVERYBODY)

    again = {
        (f"P{13 - int(a[1:])}", f"P{13 - int(b[1:])}"): p for (a, b), p in zip(turned.subjects, turned.p, strict=True)
    }
    for (a, b), p in zip(found.subjects, found.p, strict=True):
        assert again[b, a] == pytest.approx(p)


@pytest.mark.parametrize("test", TESTS)
def test_pairs_by_name_have_the_evidence_that_they_have_among_everybody(test: Test) -> None:
    answers, items = drawn(30, 20, np.random.default_rng(4))
    known = chances_of(answers, items)

    every = test(known, EVERYBODY)
    some = test(known, Terms(comparison=Comparison(named=[("P3", "P9"), ("P4", "P20")])))

    for subject, statistic, p in zip(some.subjects, some.statistic, some.p, strict=True):
        place = pair(every, *subject)
        assert (statistic, p) == pytest.approx((every.statistic[place], every.p[place]))


def test_m4_by_either_order_is_the_sum_over_the_outcomes_that_are_more_unusual() -> None:
    answers, items = drawn(2, 6, np.random.default_rng(5))
    answers[0] = answers[1]
    known = chances_of(answers, items, theta=np.array([0.2, -0.4]))
    both = known.chance[0] * known.chance[1]
    right, wrong = both[:, -1], both[:, :-1].sum(axis=1)
    outcomes = np.array(np.meshgrid(*[range(3)] * 6)).reshape(6, -1)
    chance = np.choose(outcomes, [(1 - right - wrong)[:, None], right[:, None], wrong[:, None]]).prod(axis=0)
    numbers = np.array([(outcomes == 1).sum(axis=0), (outcomes == 2).sum(axis=0)])
    mean = np.array([right.sum(), wrong.sum()])
    evidence = np.log(6 / mean) @ (numbers - mean[:, None])
    seen = np.array([(answers[0] == 3).sum(), (answers[0] != 3).sum()])
    own = (numbers == seen[:, None]).all(axis=0)
    exactly = chance[own].sum()
    joint = {tuple(one): chance[(numbers == one[:, None]).all(axis=0)].sum() for one in np.unique(numbers, axis=1).T}
    likely = np.array([joint[tuple(one)] for one in numbers.T])

    by_evidence, by_probability = m4(known), m4(known, order="probability")

    mine = evidence[own][0]
    assert by_evidence.p == pytest.approx([chance[evidence > mine + 1e-9].sum() + exactly / 2])
    rarer = (likely < exactly * (1 - 1e-9)) & (evidence >= 0)
    assert by_probability.p == pytest.approx([chance[rarer].sum() + exactly / 2])
    assert by_evidence.wrong.tolist() == [seen[1]]


def test_items_that_one_person_lacks_are_not_compared() -> None:
    answers, items = drawn(3, 20, np.random.default_rng(6))
    answers[0, :12], answers[1, 15:] = -1, -1

    found = generalised_binomial(chances_of(answers, items))
    least = generalised_binomial(chances_of(answers, items), Terms(least=10))

    assert found.common.tolist() == [3, 8, 15]
    assert found.matches.tolist() == [
        (answers[a] == answers[b])[(answers[a] >= 0)].sum() for a, b in ((0, 1), (0, 2), (1, 2))
    ]
    assert (least.apart, least.few, list(least.subjects)) == (2, 2, [("P2", "P3")])


def test_without_anything_in_common_nothing_is_screened() -> None:
    answers, items = drawn(2, 10, np.random.default_rng(7))
    answers[0, :5], answers[1, 5:] = -1, -1

    with pytest.raises(
        NothingToScreen, match="of 1 pairs 1 have fewer than 1 items in common, of 0 the matches follow"
    ):
        generalised_binomial(chances_of(answers, items))


def test_a_pair_whose_matches_follow_from_the_abilities_is_not_one_with_few_items() -> None:
    items = ItemParameters.logistic(np.ones(3), np.zeros(3))
    answers = np.array([[1, 0, -1], [1, -1, -1], [1, 0, 1], [0, 1, 0]])
    pairs = [("P1", "P2"), ("P2", "P3"), ("P3", "P4"), ("P1", "P4")]

    found = omega(chances_of(answers, items), Terms(comparison=Comparison(named=pairs)))

    assert (found.apart, found.few) == (len(found.unjudged), 0)
    assert {one.reason for one in found.unjudged} == {"the matches follow from the abilities"}


def test_m4_needs_the_options_that_were_chosen() -> None:
    items = ItemParameters.logistic(np.ones(4), np.zeros(4))

    with pytest.raises(BadScreening, match="with marks alone take GBT"):
        m4(chances(Choices.of(ResponseMatrix([[1, 0, 1, 1], [1, 1, 0, 1]])), items))


@pytest.mark.parametrize("test", TESTS)
def test_chance_alone_flags_as_many_pairs_as_the_level_says(test: Test) -> None:
    """Two sittings of 200 persons and 30 items, 39 800 pairs; abilities are estimated from the answers compared.

    The pairs of a sitting share persons and items: between sittings the share flagged has a standard deviation of about
    a tenth at .05 and a fifth at .01. The bounds are 20 %, as promised, and that.
    """
    p = np.concatenate([test(chances_of(*drawn(200, 30, np.random.default_rng(seed))), EVERYBODY).p for seed in (8, 9)])

    assert (p <= 0.05).mean() == pytest.approx(0.05, rel=0.3)
    assert (p <= 0.01).mean() == pytest.approx(0.01, rel=0.4)


@pytest.mark.parametrize("test", [omega, generalised_binomial])
def test_without_the_correction_chance_alone_flags_too_few(test: Test) -> None:
    known = chances_of(*drawn(250, 30, np.random.default_rng(8)))

    assert (test(known, replace(EVERYBODY, corrected=False)).p <= 0.05).mean() < 0.04


@pytest.mark.parametrize("test", TESTS)
def test_power_grows_with_the_share_of_items_that_was_copied(test: Test) -> None:
    rng = np.random.default_rng(10)
    answers, items = drawn(240, 40, rng)
    pairs = [(number, number + 120) for number in range(120)]
    terms = Terms(comparison=Comparison(named=[(f"P{a + 1}", f"P{b + 1}") for a, b in pairs]))

    flagged = []
    for share in (0.0, 0.3, 0.6):
        found = test(chances_of(copied(answers, pairs, share, rng), items), terms)
        flagged.append(found.flagged[found.subjects.first < 120].mean())

    # Of 120 pairs; the benchmark finds more than .35 and .95 of those whose source is the abler one.
    assert flagged[0] < 0.05
    assert flagged[1] > 0.2
    assert flagged[2] > 0.85


def test_ties_broken_at_random_depend_on_the_generator_alone() -> None:
    known = chances_of(*drawn(40, 20, np.random.default_rng(11)))

    first, again = (omega(known, Terms(rng=np.random.default_rng(1))).p for _ in range(2))

    assert first.tolist() == again.tolist()
    assert first.tolist() != omega(known).p.tolist()


def test_flagged_pairs_connect_persons_around_a_source() -> None:
    rng = np.random.default_rng(12)
    answers, items = drawn(60, 40, rng)
    answers = copied(answers, [(3, 9), (20, 9), (41, 9), (50, 51)], 0.8, rng)

    groups = clusters(generalised_binomial(chances_of(answers, items), Terms(adjust="bh")))

    assert [set(one.persons) for one in groups] == [{"P4", "P10", "P21", "P42"}, {"P51", "P52"}]
    assert (groups[0].hub, groups[0].degree) == ("P10", 3)
