"""One person at a time and many in lock step are the same test."""

from typing import Any

import numpy as np
import pytest

from kaoping.scoring.adaptive import (
    AdaptiveTest,
    Admission,
    Balance,
    Bank,
    Criterion,
    Eligibility,
    Estimator,
    LittleInformation,
    MaximumInformation,
    Proportional,
    Randomesque,
    StandardError,
    Start,
    Stopping,
    criterion,
    simulate,
)
from kaoping.scoring.adaptive.errors import BadAdaptiveTest
from kaoping.scoring.adaptive.progress import Progress, Sources
from kaoping.scoring.arrays import Flags, Floats
from kaoping.scoring.errors import BadResponses
from tests.builders_adaptive import a_bank, mixed

SHARES = dict.fromkeys(("law", "care", "hygiene", "nutrition", "safety"), 0.2)
BANK = a_bank(80, enemies=[["I1", "I2", "I3"]])
RULES = {
    "best": AdaptiveTest(BANK, Stopping(12, 5, rules=[StandardError(0.5)])),
    "chance": AdaptiveTest(BANK, Stopping(10), criterion=Proportional(10), exposure=Randomesque(3)),
    "content": AdaptiveTest(BANK, Stopping(10), exposure=Randomesque(4), balance=Balance(SHARES, 10, "multinomial")),
    "lots": AdaptiveTest(
        BANK,
        Stopping(10, 3, rules=[LittleInformation(0.2)]),
        exposure=Admission(np.full((2, 80), 0.5), (0.0,)),
        estimator=Estimator("ml"),
        start=Start(spread=0.5),
    ),
    "models": AdaptiveTest(
        Bank(mixed(30)), Stopping(8), criterion=criterion("kl", 8), exposure=Randomesque(2), estimator=Estimator("wle")
    ),
}


@pytest.mark.parametrize("name", RULES)
def test_one_person_gets_the_items_that_lock_step_gives(name: str) -> None:
    test, n, seed = RULES[name], 25, 11
    theta = np.random.default_rng(3).normal(size=n)
    together = simulate(test, theta, rng=np.random.default_rng(seed))

    sources = np.random.default_rng(seed).spawn(n)
    for row, rng in enumerate(sources):
        person = test.begin([rng])
        while (item := test.next_item(person, rng)) is not None:
            assert item == together.items[row, person.given]
            person = test.answer(person, item, int(together.categories[row, person.given]))
        assert person.given == together.length[row]
        assert test.reason(person) == together.reasons[together.reason[row]]
        assert person.theta[0] == pytest.approx(together.theta[row], abs=1e-9)
        assert person.se[0] == pytest.approx(together.se[row], abs=1e-9)


@pytest.mark.parametrize("name", RULES)
def test_a_seed_gives_the_same_tests_whatever_the_blocks(name: str) -> None:
    theta = np.random.default_rng(3).normal(size=40)

    one, other = (simulate(RULES[name], theta, rng=np.random.default_rng(5), block=block) for block in (1000, 7))

    assert (one.items == other.items).all()
    assert (one.categories == other.categories).all()
    assert np.allclose(one.theta, other.theta, atol=1e-12)


@pytest.mark.parametrize("name", RULES)
def test_nobody_gets_an_item_twice(name: str) -> None:
    found = simulate(RULES[name], np.zeros(60), rng=np.random.default_rng(5))

    assert (found.given.sum(axis=1) == found.length).all()


def test_a_test_starts_where_it_is_told_to_and_with_the_items_that_it_is_told() -> None:
    test = AdaptiveTest(BANK, Stopping(6), start=Start(theta=1.5, items=("I70", "I4")))

    found = simulate(test, np.zeros(5), rng=np.random.default_rng(1))

    assert [BANK.names[place] for place in found.items[0, :2]] == ["I70", "I4"]
    without = AdaptiveTest(BANK, Stopping(6), start=Start(theta=1.5)).begin([], persons=1)
    assert without.theta.tolist() == [1.5]
    spread = AdaptiveTest(BANK, Stopping(6), start=Start(theta=1.5, spread=0.5))
    starts = spread.begin(np.random.default_rng(1).spawn(200)).theta
    assert 1.0 <= starts.min() < 1.05
    assert 1.95 < starts.max() <= 2.0


def test_who_may_not_get_the_first_item_gets_another() -> None:
    test = AdaptiveTest(BANK, Stopping(6), start=Start(items=("I70",)))
    closed = np.zeros((2, 80), dtype=bool)
    closed[1, 69] = True

    items = test.choose(test.begin([], persons=2, closed=closed), [])

    assert items[0] == 69
    assert items[1] == test.choose(AdaptiveTest(BANK, Stopping(6)).begin([], persons=2, closed=closed), [])[1]


def test_a_person_goes_on_from_the_answers_that_were_kept() -> None:
    test = RULES["lots"]
    person = test.begin([np.random.default_rng(4)])
    for _ in range(4):
        item = test.next_item(person, np.random.default_rng(1))
        assert item is not None
        person = test.answer(person, item, 1)

    again = test.resume(test.begin([np.random.default_rng(4)]), person.items[0].tolist(), person.categories[0].tolist())

    assert all((one == other).all() for one, other in zip(vars(again).values(), vars(person).values(), strict=True))


@pytest.mark.parametrize("facts", [{"exposure": Eligibility(0.5)}, {"most_uses": 30}])
def test_where_uses_decide_the_blocks_do_not(facts: dict[str, Any]) -> None:
    test = AdaptiveTest(BANK, Stopping(6), **facts)

    one, other = (simulate(test, np.zeros(70), rng=np.random.default_rng(5), block=block) for block in (1000, 7))

    assert (one.items == other.items).all()


def test_closed_and_used_up_items_are_not_given() -> None:
    test = AdaptiveTest(BANK, Stopping(6), most_uses=10)
    best = test.choose(test.begin([], persons=1), [])[0]
    uses = np.zeros(80, dtype=np.int64)
    uses[best] = 10

    assert test.choose(test.begin([], persons=1, uses=uses), [])[0] != best
    closed = np.zeros((1, 80), dtype=bool)
    closed[0, best] = True
    assert test.choose(test.begin([], persons=1, closed=closed), [])[0] != best


def test_answers_that_cannot_be_are_refused() -> None:
    test = AdaptiveTest(BANK, Stopping(6))
    person = test.answer(test.begin([], persons=1), 5, 1)

    with pytest.raises(BadResponses, match="twice"):
        test.answer(person, 5, 1)
    with pytest.raises(BadResponses, match="I7 has the answer 2"):
        test.answer(person, 6, 2)
    enemy = test.answer(person, 0, 1)
    with pytest.raises(BadResponses, match="may not be given"):
        test.answer(enemy, 1, 0)


class Latest(Criterion):
    """The last item of the bank that is open."""

    name = "latest"

    def values(self, bank: Bank, progress: Progress, open_: Flags, sources: Sources) -> Floats:
        return np.broadcast_to(np.arange(len(bank), dtype=np.float64), open_.shape)


def test_a_criterion_of_ones_own_is_a_class_with_one_function() -> None:
    test = AdaptiveTest(BANK, Stopping(3), criterion=Latest())

    assert simulate(test, np.zeros(1), rng=np.random.default_rng(1)).items.tolist() == [[79, 78, 77]]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: AdaptiveTest(BANK, Stopping(81)),
        lambda: AdaptiveTest(BANK, Stopping(1), start=Start(items=("I1", "I2"))),
        lambda: AdaptiveTest(BANK, Stopping(5), most_uses=0),
        lambda: AdaptiveTest(BANK, Stopping(5), criterion=MaximumInformation(), cohort=0),
        lambda: simulate(AdaptiveTest(BANK, Stopping(5)), np.array([np.nan]), rng=np.random.default_rng(1)),
        lambda: simulate(AdaptiveTest(BANK, Stopping(5)), np.zeros(0), rng=np.random.default_rng(1)),
    ],
)
def test_rules_that_contradict_each_other_are_refused(wrong: object) -> None:
    with pytest.raises(BadAdaptiveTest):
        wrong()  # type: ignore[operator]


@pytest.mark.parametrize(
    ("start", "reason"),
    [
        ({"theta": np.nan}, "cannot start from an ability of nan"),
        ({"spread": np.nan}, "a spread of nan is none"),
        ({"items": ("I1", "I2", "I1")}, "item I1 is twice among the first items"),
        ({"items": ("I1", "X")}, "there is no item X to be given first"),
    ],
)
def test_a_start_that_cannot_be_is_refused(start: dict[str, Any], reason: str) -> None:
    with pytest.raises(BadAdaptiveTest, match=reason):
        AdaptiveTest(BANK, Stopping(10), start=Start(**start))
