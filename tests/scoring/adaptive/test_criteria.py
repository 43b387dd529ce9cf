"""Criteria: published values of catR, definitions by plain sums, and what each of them is not defined for."""

import numpy as np
import pytest
from scipy.stats import norm

from kaoping.scoring.adaptive import (
    AdaptiveTest,
    Bank,
    Estimator,
    ExpectedInformation,
    ExpectedVariance,
    MaximumInformation,
    NearestPeak,
    Progress,
    Progressive,
    Proportional,
    Stopping,
    Stratified,
    criterion,
    simulate,
    trapezoid,
)
from kaoping.scoring.adaptive.blending import part_of_merit
from kaoping.scoring.adaptive.errors import BadAdaptiveTest, CriterionUndefined
from kaoping.scoring.adaptive.naming import NAMES
from kaoping.scoring.adaptive.progress import beginning
from kaoping.scoring.parameters import ItemParameters
from tests.builders_adaptive import a_bank, mixed
from tests.reference import catr


def after(bank: Bank, items: list[int], marks: list[int], theta: float) -> Progress:
    person = beginning(bank, np.zeros(1))
    for item, mark in zip(items, marks, strict=True):
        person = person.answered(bank, np.array([item]), np.array([mark]))
    return person.estimated(np.array([theta]), np.ones(1))


@pytest.mark.parametrize(("name", "expected"), catr.VALUES.items())
def test_criteria_have_the_values_of_catr(name: str, expected: dict[int, float]) -> None:
    bank = catr.bank()
    person = after(bank, [bank.place(str(item)) for item in catr.ANSWERS], [*catr.ANSWERS.values()], catr.PROVISIONAL)
    chosen = ExpectedInformation(Estimator("map")) if name == "mei" else criterion(name, 30)

    found = chosen.values(bank, person, person.open, [])[0]

    # catR leaves what lies beyond its nodes out of the population, sums GDI without halving the ends, and seeks the
    # mode for MEI to about 1e-5 only
    near = {"mei": 1e-4, "gdip": 1e-6}.get(name, 1e-12)
    share = np.trapezoid(norm.pdf(bank.grid.nodes), bank.grid.nodes) if name in {"mpwi", "klp"} else 1.0
    for item, value in expected.items():
        assert found[bank.place(str(item))] * share == pytest.approx(value, abs=near)


@pytest.mark.parametrize("items", [a_bank(12).parameters, mixed(12)])
def test_integrals_are_sums_over_the_nodes(items: ItemParameters) -> None:
    bank = Bank(items, population=trapezoid(-5.0, 5.0, 41))
    person = after(bank, [0, 3, 4], [1, 0, 1], 0.4)
    nodes, density = bank.grid.nodes, bank.grid.weights
    chance, here = items.probabilities(nodes), items.probabilities(np.array([0.4]))[:, :, 0]
    likelihood = chance[0, 1] * chance[3, 0] * chance[4, 1]
    posterior = likelihood * density / (likelihood * density).sum()

    def value(name: str) -> np.ndarray:
        return np.asarray(criterion(name, 10).values(bank, person, person.open, [])[0])

    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.nan_to_num(here[:, :, None] * np.log(here[:, :, None] / chance), nan=0.0).sum(axis=1)
    middle = (chance * posterior).sum(axis=2)
    spread = (posterior * (chance - middle[:, :, None]) ** 2).sum(axis=2)[:, 1:].sum(axis=1)
    assert np.allclose(value("mlwi"), np.trapezoid(likelihood * items.information(nodes), nodes))
    assert np.allclose(value("mpwi"), (likelihood * density * items.information(nodes)).sum(axis=1))
    assert np.allclose(value("kl"), np.trapezoid(likelihood * ratio, nodes))
    assert np.allclose(value("klp"), (likelihood * density * ratio).sum(axis=1))
    assert np.allclose(value("gdip"), spread)


def test_the_expected_variance_is_that_of_the_posterior_after_each_answer() -> None:
    bank = Bank(mixed(12))
    person = after(bank, [0, 3], [2, 0], 0.2)
    estimate = Estimator().on(bank)

    found = ExpectedVariance(predictive=True).values(bank, person, person.open, [])[0]

    for item in (1, 2, 4, 5):
        chance = person.posterior(bank)[0] @ bank.chances[item].T
        marks = range(bank.categories[item])
        errors = [estimate(person.answered(bank, np.array([item]), np.array([mark])))[1][0] for mark in marks]
        assert found[item] == pytest.approx(-sum(p * se**2 for p, se in zip(chance, errors, strict=False)))


def test_no_other_item_reduces_the_expected_variance_more_than_the_best_by_mepv() -> None:
    bank = a_bank(30)
    person = after(bank, [0, 3], [1, 0], 0.2)

    best = ExpectedVariance().best(bank, person, person.open, 1, [])[0, 0]

    values = np.where(person.open[0], ExpectedVariance().values(bank, person, person.open, [])[0], -np.inf)
    assert best == values.argmax()


def test_expected_information_by_eap_is_at_the_estimate_after_each_answer() -> None:
    bank = a_bank(10)
    person = after(bank, [0, 3], [1, 0], 0.2)
    estimate = Estimator().on(bank)

    found = ExpectedInformation(observed=False).values(bank, person, person.open, [])[0]

    chance = bank.parameters.probabilities(np.array([0.2]))[5, :, 0]
    thetas = [estimate(person.answered(bank, np.array([5]), np.array([mark])))[0] for mark in (0, 1)]
    expected = sum(p * bank.parameters.information(theta)[5, 0] for p, theta in zip(chance, thetas, strict=True))
    assert found[5] == pytest.approx(expected)


def test_mfi_picks_the_item_of_most_information() -> None:
    bank = a_bank(50)
    person = after(bank, [4, 7], [1, 1], 0.8)

    found = MaximumInformation().best(bank, person, person.open, 1, [])[0, 0]

    amount = np.where(person.open[0], bank.parameters.information(np.array([0.8]))[:, 0], -1)
    assert found == amount.argmax()


def test_peaks_are_where_information_is_largest() -> None:
    three = ItemParameters.logistic([1.3, 0.8], [0.4, -1.0], [0.2, 0.0])
    b, c, a = np.array([0.4, -1.0]), np.array([0.2, 0.0]), np.array([1.3, 0.8])

    assert np.allclose(Bank(three).peaks, b + np.log((1 + np.sqrt(1 + 8 * c)) / 2) / a, atol=1e-9)
    bank = Bank(mixed(12))
    at = [bank.curves.information(np.arange(12), bank.peaks + way) for way in (-0.01, 0.0, 0.01)]
    assert (at[1] >= np.maximum(at[0], at[2])).all()
    assert NearestPeak().values(bank, after(bank, [], [], bank.peaks[3]), np.ones((1, 12), bool), [])[0, 3] == 0


def test_chance_goes_out_of_the_progressive_method() -> None:
    bank, rng = a_bank(40), [np.random.default_rng(1)]
    first, last = after(bank, [], [], 0.0), after(bank, list(range(9)), [1, 0, 1, 0, 1, 0, 1, 0, 1], 0.0)

    at_first = Progressive(10).values(bank, first, first.open, rng)[0]
    at_last = Progressive(10).values(bank, last, last.open, rng)[0]

    amount = bank.parameters.information(np.zeros(1))[:, 0]
    assert np.allclose(at_last, amount)
    assert np.allclose(at_first, amount.max() * np.random.default_rng(1).random(40))


def test_the_proportional_method_draws_in_proportion_to_powers_of_information() -> None:
    bank, n = a_bank(8), 4000
    one = after(bank, [0, 1, 2], [1, 0, 1], 0.3)
    everyone = one.of(np.zeros(n, dtype=np.int64))
    rule = Proportional(5)

    best = rule.best(bank, everyone, everyone.open, 1, np.random.default_rng(2).spawn(n))[:, 0]

    amount = bank.parameters.information(np.array([0.3]))[3:, 0] ** (5 * 0.6)
    expected = amount / amount.sum()
    # four standard errors of a share
    assert np.allclose(np.bincount(best, minlength=8)[3:] / n, expected, atol=4 * np.sqrt(0.25 / n))


def test_strata_rise_in_discrimination_and_blocks_hold_all_difficulties() -> None:
    bank = a_bank(120)
    a, b = bank.discriminations, bank.difficulties
    assert a is not None
    assert b is not None

    plain, blocked = Stratified(20, 4).stratum(bank), Stratified(20, 4, blocking=True).stratum(bank)

    assert all(a[plain == low].max() <= a[plain == low + 1].min() for low in range(3))
    assert np.bincount(blocked).tolist() == [30] * 4
    assert all(a[blocked == low].mean() < a[blocked == low + 1].mean() for low in range(3))
    assert np.ptp([b[blocked == stratum].mean() for stratum in range(4)]) < 0.1


def test_each_stage_takes_from_its_stratum() -> None:
    bank = a_bank(120)
    rule = Stratified(8, 4)
    person = beginning(bank, np.zeros(1))
    taken = []

    for _ in range(8):
        item = rule.best(bank, person, person.open, 1, [])[:, 0]
        taken.append(int(rule.stratum(bank)[item[0]]))
        person = person.answered(bank, item, np.array([1]))

    assert taken == [0, 0, 1, 1, 2, 2, 3, 3]


@pytest.mark.parametrize("name", NAMES)
def test_items_of_several_categories_are_chosen_by_every_criterion_or_refused(name: str) -> None:
    bank, rule = Bank(mixed(18)), criterion(name, 10)
    person = after(bank, [0], [1], 0.1)
    if name in {"bopt", "stratified"}:
        with pytest.raises(CriterionUndefined, match="P1"):
            rule.check(bank)
        return

    rule.check(bank)
    best = rule.best(bank, person, person.open, 3, [np.random.default_rng(1)])[0]

    assert len({*best.tolist()} - {0, -1}) == 3


def test_a_name_that_is_none_is_refused() -> None:
    with pytest.raises(BadAdaptiveTest, match="mfi"):
        criterion("mif", 10)
    with pytest.raises(BadAdaptiveTest, match="strata"):
        Stratified(3, 4)
    with pytest.raises(BadAdaptiveTest, match="stratified by"):
        Stratified(9, 3, by="b")


@pytest.mark.parametrize("name", [Progressive, Proportional])
def test_any_finite_acceleration_gives_whole_tests_and_no_other_is_taken(
    name: type[Progressive | Proportional],
) -> None:
    assert [part_of_merit(place, 30, 1000.0) for place in (1, 29, 30, 31)] == pytest.approx([0, 0, 1, 1])
    found = simulate(
        AdaptiveTest(a_bank(40), Stopping(30), name(30, 1000.0)), np.zeros(3), rng=np.random.default_rng(1)
    )
    assert (found.length == 30).all()
    for acceleration in (np.nan, np.inf, -1.0):
        with pytest.raises(BadAdaptiveTest, match="is none; give a number from zero"):
            name(30, acceleration)


@pytest.mark.parametrize("fallback", ["eap", "bound"])
def test_mei_looks_at_the_estimate_that_the_test_would_have_without_a_peak(fallback: str) -> None:
    bank, estimator = a_bank(5), Estimator("ml", fallback=fallback)
    test = AdaptiveTest(bank, Stopping(5), estimator=estimator)
    person = test.answer(test.begin([], persons=1), 0, 1)

    found = ExpectedInformation(estimator, observed=False).values(bank, person, person.open, [])[0, 1]

    after = [test.answer(person, 1, mark).theta for mark in (0, 1)]
    chance = bank.curves.chances(np.array([1]), person.theta)[0]
    amounts = [bank.curves.information(np.array([1]), theta)[0] for theta in after]
    assert found == pytest.approx(chance[0] * amounts[0] + chance[1] * amounts[1], abs=1e-8)
