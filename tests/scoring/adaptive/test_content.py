import numpy as np
import pytest

from kaoping.scoring.adaptive import AdaptiveTest, Balance, Bank, ExpectedVariance, Simulation, Stopping, simulate
from kaoping.scoring.adaptive.errors import BadAdaptiveTest, BadBank
from tests.builders_adaptive import a_bank, three_parameters

TARGETS = {"law": 0.4, "care": 0.25, "hygiene": 0.25, "nutrition": 0.1, "safety": 0.0}
METHODS = ("constrained", "multinomial", "priority")


def given(method: str, length: int = 20, bank: Bank | None = None, **facts: object) -> Simulation:
    test = AdaptiveTest(bank or a_bank(), Stopping(length), balance=Balance(TARGETS, length, method), **facts)  # type: ignore[arg-type]
    return simulate(test, np.random.default_rng(1).normal(size=60), rng=np.random.default_rng(2))


@pytest.mark.parametrize("method", METHODS)
def test_every_test_has_its_shares_of_the_areas(method: str) -> None:
    found = given(method)
    bank = found.test.bank

    areas = bank.area[found.items]

    counts = {name: (areas == number).sum(axis=1) for number, name in enumerate(bank.area_names)}
    wanted = {"law": 8, "care": 5, "hygiene": 5, "nutrition": 2, "safety": 0}
    assert all((counts[name] == number).all() for name, number in wanted.items())


def test_the_constrained_method_gives_the_area_that_lags_most() -> None:
    found = given("constrained")
    bank = found.test.bank
    shares = np.array([TARGETS[name] for name in bank.area_names])

    areas = bank.area[found.items[0]]

    counts = np.zeros(5)
    for place, area in enumerate(areas):
        lag = shares * (place + 1) - counts
        assert lag[area] == pytest.approx(lag.max())
        counts[area] += 1


def test_the_multinomial_method_draws_areas_in_proportion() -> None:
    test = AdaptiveTest(a_bank(), Stopping(20), balance=Balance(TARGETS, 20, "multinomial"))

    found = simulate(test, np.zeros(2000), rng=np.random.default_rng(2))

    first = np.bincount(test.bank.area[found.items[:, 0]], minlength=5) / 2000
    assert first == pytest.approx([TARGETS[name] for name in test.bank.area_names], abs=4 * np.sqrt(0.24 / 2000))


def test_a_better_item_may_come_before_its_turn_by_priority() -> None:
    test = AdaptiveTest(a_bank(), Stopping(10), balance=Balance(TARGETS, 10, "priority"))
    person = test.begin([], persons=1)

    item = test.choose(person, [])[0]

    amount = test.bank.parameters.information(np.zeros(1))[:, 0]
    wanted = np.array([TARGETS[name] > 0 for name in test.bank.areas])
    assert item == np.where(wanted, amount, -1).argmax()


def test_an_area_without_items_left_gives_its_turn_away() -> None:
    bank = a_bank(20)
    closed = np.broadcast_to(bank.area == bank.area_names.index("law"), (1, 20))
    test = AdaptiveTest(bank, Stopping(8), balance=Balance({**TARGETS, "law": 0.4}, 8))

    person = test.begin([], persons=1, closed=closed)

    assert bank.areas[test.choose(person, [])[0]] in {"care", "hygiene"}


def test_enemies_are_never_together() -> None:
    items = three_parameters(40)
    best = np.argsort(-items.information(np.zeros(1))[:, 0])[:6]
    enemies = [[items.names[place] for place in best[:3]], [items.names[place] for place in best[2:6]]]

    found = simulate(
        AdaptiveTest(Bank(items, enemies=enemies), Stopping(20)), np.zeros(50), rng=np.random.default_rng(1)
    )

    for group in enemies:
        places = [found.test.bank.place(name) for name in group]
        assert found.given[:, places].sum(axis=1).max() == 1


@pytest.mark.parametrize(
    ("targets", "method", "reason"),
    [
        ({"law": 0.5}, "constrained", "sum to 0.5"),
        ({"law": 1.5, "care": -0.5}, "constrained", "sum to"),
        (TARGETS, "shadow", "constrained"),
        ({"law": 1.0}, "constrained", "no share"),
        ({**TARGETS, "safety": 0.0, "music": 0.0}, "constrained", "no item"),
        ({**TARGETS, "law": 0.75, "care": 0.05, "hygiene": 0.1}, "constrained", "law has 8 items"),
    ],
)
def test_targets_that_cannot_be_met_are_refused(targets: dict[str, float], method: str, reason: str) -> None:
    with pytest.raises(BadAdaptiveTest, match=reason):
        AdaptiveTest(a_bank(40), Stopping(20), balance=Balance(targets, 20, method))


def test_priorities_are_refused_with_a_criterion_below_zero() -> None:
    with pytest.raises(BadAdaptiveTest, match="mepv"):
        given("priority", criterion=ExpectedVariance())


def test_facts_that_do_not_fit_the_items_are_refused() -> None:
    with pytest.raises(BadBank, match="2 areas"):
        Bank(three_parameters(3), areas=("law", "care"))
    with pytest.raises(BadBank, match="I9"):
        Bank(three_parameters(3), enemies=[["I1", "I9"]])


def test_shares_that_are_no_numbers_are_refused() -> None:
    for shares in ({"a": np.nan}, {"a": np.nan, "b": 1.0}, {}):
        with pytest.raises(BadAdaptiveTest, match="and not to 1"):
            Balance(shares, 10)
