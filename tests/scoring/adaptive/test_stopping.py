import numpy as np
import pytest
from scipy.stats import norm

from kaoping.scoring.adaptive import (
    AdaptiveTest,
    Bank,
    ConfidenceInterval,
    GeneralisedRatio,
    LittleInformation,
    Progress,
    SequentialRatio,
    SmallChange,
    StandardError,
    Stopping,
    simulate,
)
from kaoping.scoring.adaptive.classification import log_likelihood
from kaoping.scoring.adaptive.errors import BadAdaptiveTest
from kaoping.scoring.adaptive.progress import beginning
from kaoping.scoring.parameters import ItemParameters
from tests.builders_adaptive import a_bank


def answered(bank: Bank, marks: list[int]) -> Progress:
    test = AdaptiveTest(bank, Stopping(len(bank)))
    person = test.begin([], persons=1)
    for item, mark in enumerate(marks):
        person = test.answer(person, item, mark)
    return person


def test_a_test_ends_at_its_standard_error_and_not_before_its_shortest() -> None:
    bank = a_bank(200)
    rule = Stopping(60, 12, rules=[StandardError(0.4)])
    theta = np.random.default_rng(1).normal(size=150)

    found = simulate(AdaptiveTest(bank, rule), theta, rng=np.random.default_rng(2))

    assert found.length.min() >= 12
    by_error = found.reason == found.reasons.index("standard error")
    assert by_error.mean() > 0.9
    assert (found.se[by_error] <= 0.4).all()
    before = np.take_along_axis(found.ses, np.maximum(found.length - 2, 0)[:, None], axis=1)[:, 0]
    assert (before[by_error & (found.length > 12)] > 0.4).all()


def test_a_test_ends_when_no_item_tells_enough_or_the_estimate_stands_still() -> None:
    bank = a_bank(20)
    person = answered(bank, [1, 0, 1])
    best = bank.parameters.information(person.theta)[3:].max()
    moved = abs(float(person.theta[0] - person.before[0]))

    def met(rule: LittleInformation | SmallChange) -> bool:
        return bool(rule.met(bank, person, person.open)[0])

    assert met(LittleInformation(best + 1e-9))
    assert not met(LittleInformation(best - 1e-9))
    assert met(SmallChange(moved + 1e-9))
    assert not met(SmallChange(moved - 1e-9))


def test_the_first_rule_that_is_met_gives_the_reason_and_an_empty_bank_ends_everything() -> None:
    bank = a_bank(4)
    both = Stopping(4, rules=[SmallChange(9.0), StandardError(9.0)])
    done = answered(bank, [1, 0, 1, 1])

    assert both.reasons[both.ended(bank, done, done.open)[0]] == "small change"
    plain = Stopping(9)
    assert plain.reasons[plain.ended(bank, done, done.open)[0]] == "no item left"


def test_the_ratio_is_that_of_the_likelihoods_and_decides_at_walds_bounds() -> None:
    bank = Bank(ItemParameters.logistic(np.full(40, 2.0), np.zeros(40)))
    rule = SequentialRatio((0.0,), 0.4, 0.05, 0.1)
    chance = bank.parameters.probabilities(np.array([0.4, -0.4]))[0, 1]
    # every right answer adds the same
    step = np.log(chance[0] / chance[1])
    needed = int(np.ceil(np.log(0.9 / 0.05) / step))

    sides = [rule.sides(bank, answered(bank, [1] * n))[0, 0] for n in (needed - 1, needed)]

    assert rule.ratios(bank, answered(bank, [1, 1]))[0, 0] == pytest.approx(2 * step)
    assert sides == [0, 1]
    assert rule.sides(bank, answered(bank, [0] * 40))[0, 0] == -1


def test_the_generalised_ratio_takes_the_largest_likelihood_of_each_side() -> None:
    bank = a_bank(40)
    person = answered(bank, [1, 0, 1, 1, 1, 0, 1, 1, 1, 1])
    every = np.linspace(0.3, 6, 20001)

    found = GeneralisedRatio((0.0,), 0.3).ratios(bank, person)[0, 0]

    expected = log_likelihood(bank, person, every).max() - log_likelihood(bank, person, -every).max()
    assert found == pytest.approx(expected, abs=5e-3)
    assert found >= SequentialRatio((0.0,), 0.3).ratios(bank, person)[0, 0]


def test_an_interval_decides_once_it_lies_on_one_side_of_every_cut() -> None:
    bank = a_bank(10)
    person = beginning(bank, np.array([0.5, 1.0, -2.0])).estimated(np.array([0.5, 1.0, -2.0]), np.full(3, 0.4))
    reach = norm.ppf(0.95) * 0.4

    sides = ConfidenceInterval((0.0, 2.5), 0.9).sides(bank, person)

    assert 0.5 < reach < 1.0
    assert sides.tolist() == [[0, -1], [1, -1], [-1, -1]]
    levels, decided = ConfidenceInterval((0.0, 2.5), 0.9).levels(bank, person)
    assert levels.tolist() == [1, 1, 0]
    assert decided.tolist() == [False, True, True]


def test_the_sequential_test_keeps_its_risks_at_the_ends_of_the_region() -> None:
    rule = SequentialRatio((0.0,), 0.5, 0.1, 0.1)
    test = AdaptiveTest(a_bank(300), Stopping(150, rules=[rule]))
    theta = np.repeat([-0.5, 0.5], 300)

    found = simulate(test, theta, rng=np.random.default_rng(4))

    assert found.levels is not None
    assert found.decided is not None
    assert found.decided.mean() > 0.98
    # Wald's bounds hold the risks below .1; four standard errors are .07
    assert found.levels[:300].mean() < 0.17
    assert found.levels[300:].mean() > 0.83
    assert found.length.mean() < 60


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Stopping(5, 6),
        lambda: StandardError(0.0),
        lambda: LittleInformation(-1.0),
        lambda: SmallChange(np.inf),
        lambda: SequentialRatio(()),
        lambda: SequentialRatio((1.0, 0.0)),
        lambda: SequentialRatio((0.0,), 0.0),
        lambda: SequentialRatio((0.0,), 0.3, 0.5),
        lambda: ConfidenceInterval((0.0,), 1.0),
    ],
)
def test_rules_that_decide_nothing_are_refused(wrong: object) -> None:
    with pytest.raises(BadAdaptiveTest):
        wrong()  # type: ignore[operator]


def test_a_test_of_the_whole_bank_ends_by_its_length() -> None:
    bank = a_bank(6)

    found = simulate(AdaptiveTest(bank, Stopping(6)), np.zeros(3), rng=np.random.default_rng(1))

    assert {found.reasons[number] for number in found.reason} == {"length"}
