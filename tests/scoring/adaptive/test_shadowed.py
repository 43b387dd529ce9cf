"""Adaptive tests with shadow tests: every finished test keeps every rule, whatever the answers."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from kaoping.scoring.adaptive import (
    AdaptiveTest,
    Balance,
    Bank,
    Eligibility,
    LittleInformation,
    ShadowRules,
    StandardError,
    Start,
    Stopping,
    evaluate,
    simulate,
)
from kaoping.scoring.adaptive.errors import BadAdaptiveTest
from kaoping.scoring.assembly.problem import BadProblem, Constraint, Problem, Stimulus
from kaoping.scoring.assembly.shadow import NoShadow
from kaoping.scoring.assembly.verification import verify
from kaoping.scoring.parameters import ItemParameters

ITEMS, LENGTH = 120, 12
TEXT = np.array([60, 61, 62, 63])


def bank(seed: int = 3) -> Bank:
    rng = np.random.default_rng(seed)
    names = [f"Q{item}" for item in range(ITEMS)]
    return Bank(ItemParameters.logistic(rng.lognormal(0, 0.3, ITEMS), rng.normal(size=ITEMS), names=names))


def request(**changes: Any) -> Problem:
    """Four items of each of three areas, at most 620 words, enemies, and a text with its items."""
    rng, every = np.random.default_rng(8), np.arange(ITEMS)
    areas = [Constraint(f"area {area}", every[every % 3 == area], np.ones(ITEMS // 3), 4, 4) for area in range(3)]
    words = Constraint("words", every, rng.integers(30, 80, ITEMS).astype(np.float64), high=620)
    made = Problem(
        items=tuple(f"Q{item}" for item in every), constraints=(*areas, words),
        enemies=(np.array([0, 1, 2]), np.array([30, 31])), stimuli=(Stimulus("text", TEXT, 2, 3),),
    )  # fmt: skip
    return replace(made, **changes)


def test_every_test_keeps_every_rule_and_measures_nearly_as_well_as_without_rules() -> None:
    items, rules = bank(), request()
    free = AdaptiveTest(items, Stopping(LENGTH))
    bound = replace(free, shadow=ShadowRules(rules, items))
    theta = np.random.default_rng(1).normal(size=12)

    found = simulate(bound, theta, rng=np.random.default_rng(2))

    assert all(verify(rules, [form.tolist()]).sound for form in found.items)
    without = simulate(free, theta, rng=np.random.default_rng(2))
    assert found.se.mean() < 1.15 * without.se.mean()


def test_items_of_a_text_come_one_after_the_other() -> None:
    items = bank()
    test = AdaptiveTest(items, Stopping(LENGTH), shadow=ShadowRules(request(include=np.array([60])), items))

    found = simulate(test, np.zeros(10), rng=np.random.default_rng(4))

    for form in found.items.tolist():
        places = [place for place, item in enumerate(form) if item in TEXT]
        assert places == list(range(places[0], places[0] + len(places)))
        assert len(places) in {2, 3}


def test_control_of_exposure_chooses_within_the_rules() -> None:
    items, rules = bank(), request()
    test = AdaptiveTest(items, Stopping(LENGTH), shadow=ShadowRules(rules, items), exposure=Eligibility(0.4))

    found = simulate(test, np.random.default_rng(5).normal(size=30), rng=np.random.default_rng(6))

    assert all(verify(rules, [form.tolist()]).sound for form in found.items)
    assert evaluate(found).exposure.rates.max() < 0.75


def test_a_test_may_end_before_the_form_is_whole() -> None:
    items = bank()
    stopping = Stopping(LENGTH, rules=[StandardError(0.55)])
    found = simulate(AdaptiveTest(items, stopping, shadow=ShadowRules(request(), items)), np.zeros(20),
                     rng=np.random.default_rng(7))  # fmt: skip

    assert found.length.min() < LENGTH


def test_the_same_seed_gives_the_same_tests() -> None:
    items = bank()

    first, second = (
        simulate(
            AdaptiveTest(items, Stopping(LENGTH), shadow=ShadowRules(request(), items)),
            np.linspace(-2, 2, 5), rng=np.random.default_rng(9),
        )
        for _ in range(2)
    )  # fmt: skip

    assert (first.items == second.items).all()


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"forms": 2}, BadProblem, "a shadow test is one form"),
        ({"items": tuple(f"P{item}" for item in range(ITEMS))}, BadAdaptiveTest, "item P0 of the rules is not in"),
        ({"exclude": np.arange(0, ITEMS, 3)}, NoShadow, "no form keeps the rules"),
    ],
)
def test_rules_that_no_test_can_keep_are_refused_before_the_first_person(
    changes: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        ShadowRules(request(**changes), bank())


def test_what_contradicts_the_rules_is_refused() -> None:
    items = replace(bank(), areas=("whole",) * ITEMS)
    rules = ShadowRules(request(), items)

    with pytest.raises(BadAdaptiveTest, match="a form of the rules has 12 items and the test ends after 10"):
        AdaptiveTest(items, Stopping(10), shadow=rules)
    with pytest.raises(BadAdaptiveTest, match="leave the balance out"):
        AdaptiveTest(items, Stopping(LENGTH), shadow=rules, balance=Balance({"whole": 1.0}, LENGTH))
    smaller = Problem(("Q0", "Q1"), constraints=(Constraint("length", np.arange(2), np.ones(2), 1, 1),))
    with pytest.raises(BadAdaptiveTest, match="everybody gets item Q5 first and the rules do not name it"):
        AdaptiveTest(items, Stopping(LENGTH), shadow=ShadowRules(smaller, items), start=Start(items=("Q5",)))


def test_a_form_that_rules_bind_by_time_fits_into_the_longest_test() -> None:
    items, every = bank(), np.arange(ITEMS)
    minutes = np.where(every % 2, 4.0, 6.0)
    timed = Problem(tuple(items.names), constraints=(Constraint("time", every, minutes, 50, 60),))
    test = AdaptiveTest(items, Stopping(12), shadow=ShadowRules(timed, items))

    found = simulate(test, np.linspace(-2, 2, 6), rng=np.random.default_rng(3))

    assert all(50 <= minutes[form[form >= 0]].sum() <= 60 for form in found.items)
    with pytest.raises(BadAdaptiveTest, match="items and the test ends after 8"):
        AdaptiveTest(items, Stopping(8), shadow=ShadowRules(timed, items))


def test_tied_items_depend_neither_on_the_other_persons_nor_on_what_was_assembled_before() -> None:
    every = np.arange(24)
    items = Bank(ItemParameters.logistic(np.ones(24), np.tile([-1.0, 0.0, 1.0], 8)))
    limits = [Constraint("length", every, np.ones(24), 6, 6), Constraint("even", every[::2], np.ones(12), 3, 3)]
    words = Constraint("words", every, np.where(every % 4 == 1, 40.0, 60.0), 300, 340)
    rules = Problem(tuple(items.names), constraints=(*limits, words), enemies=(np.array([0, 3]),))
    test = AdaptiveTest(items, Stopping(6), shadow=ShadowRules(rules, items))
    theta = np.random.default_rng(1).normal(size=12)

    together, again, alone = (
        simulate(test, theta, rng=np.random.default_rng(2), block=block).items for block in (1024, 1024, 1)
    )

    assert (together == again).all()
    assert (together == alone).all()


def test_items_outside_the_rules_are_closed() -> None:
    items = Bank(ItemParameters.logistic([3.0, *[0.3] * 5], np.zeros(6), names=tuple("ABCDEF")))
    rules = Problem(tuple("BCDEF"), constraints=(Constraint("length", np.arange(5), np.ones(5), 4, 4),))
    stopping = Stopping(4, rules=[LittleInformation(0.1)])
    test = AdaptiveTest(items, stopping, shadow=ShadowRules(rules, items))

    person = test.begin([], persons=1)

    assert person.open[0].tolist() == [False, True, True, True, True, True]
    assert test.reason(test.answer(person, 1, 1)) == "little information"
