"""Exposure: the controls keep their rates, within what chance allows, and are nothing where they should be nothing."""

from dataclasses import replace

import numpy as np
import pytest

from kaoping.scoring.adaptive import (
    AdaptiveTest,
    Admission,
    Control,
    Eligibility,
    Randomesque,
    Simulation,
    Stopping,
    simulate,
    sympson_hetter,
)
from kaoping.scoring.adaptive.errors import BadAdaptiveTest, ExposureOutOfReach
from kaoping.scoring.adaptive.visits import VisitLog, Visits
from tests.builders_adaptive import a_bank

N = 600
THETA = np.random.default_rng(1).normal(size=N)


def given(control: Control | None = None, length: int = 15, **facts: object) -> Simulation:
    named = facts if control is None else {"exposure": control, **facts}
    return simulate(AdaptiveTest(a_bank(), Stopping(length), **named), THETA, rng=np.random.default_rng(2))  # type: ignore[arg-type]


@pytest.mark.parametrize("control", [Randomesque(1), Admission(np.ones(200)), Eligibility(1.0)])
def test_a_control_that_allows_everything_is_none(control: Control) -> None:
    assert (given(control).items == given().items).all()


def test_one_of_the_best_is_drawn_with_equal_chances() -> None:
    found = given(Randomesque(4))
    best = np.argsort(-found.test.bank.parameters.information(np.zeros(1))[:, 0])[:4]

    first = found.items[:, 0]

    assert set(first) == set(best)
    assert np.allclose([(first == item).mean() for item in best], 0.25, atol=4 * np.sqrt(0.25 * 0.75 / N))


def test_falling_the_last_items_are_the_best() -> None:
    found = given(Randomesque(3, falling=True))
    bank = found.test.bank

    for place in (2, 6):
        before = found.thetas[:, place - 1]
        open_ = np.ones((N, 200), dtype=bool)
        np.put_along_axis(open_, found.items[:, :place], values=False, axis=1)
        assert (bank.ranking.best(before, open_, 1)[0][:, 0] == found.items[:, place]).all()


def test_an_item_that_is_never_admitted_is_never_given() -> None:
    chances = np.ones(200)
    shut = np.unique(given().items[:, 0])
    chances[shut] = 0.0

    assert given(Admission(chances)).uses[shut].sum() == 0


def test_the_first_item_is_given_with_its_chance() -> None:
    item = given().items[0, 0]
    chances = np.ones(200)
    chances[item] = 0.3

    found = given(Admission(chances))

    # all start at one ability, so that it is selected for everybody, and once only
    assert found.uses[item] / N == pytest.approx(0.3, abs=4 * np.sqrt(0.21 / N))


def test_eligibility_keeps_rates_below_the_highest() -> None:
    found = given(Eligibility(0.3))

    rates = found.uses / N
    # the first persons, before anything is known, and four standard errors
    assert rates.max() < 0.3 + 5 / N + 4 * np.sqrt(0.21 / N)
    assert (given().uses / N).max() == 1.0
    assert (found.length == 15).all()


def test_eligibility_by_ranges_keeps_the_rates_of_each() -> None:
    found = given(Eligibility(0.4, cuts=(-0.5, 0.5)))

    assert found.visits is not None
    allowed = 0.4 + 10 / N + 4 * np.sqrt(0.24 / found.visits.persons)
    assert (found.visits.rates.max(axis=1) < allowed).all()


def test_faded_counts_are_those_of_the_last_persons() -> None:
    found = given(Eligibility(0.3, fading=0.98))

    control = found.test.exposure
    assert isinstance(control, Eligibility)
    assert control.visits is not None
    # cohorts of 50 fade as a whole: about 50 / (1 - .98 ** 50)
    assert control.visits.persons[0] == pytest.approx(50 / (1 - 0.98**50), rel=0.1)
    assert (found.uses / N).max() < 0.3 + 5 / N + 4 * np.sqrt(0.21 / N)


def test_no_item_is_used_more_than_it_may_be() -> None:
    found = given(most_uses=70)

    assert found.uses.max() == 70
    assert (found.length == 15).all()
    again = given(most_uses=20, length=3)
    assert again.uses.max() == 20


def test_persons_for_whom_no_use_is_left_end() -> None:
    test = AdaptiveTest(a_bank(10), Stopping(5), most_uses=20)

    found = simulate(test, THETA[:60], rng=np.random.default_rng(1))

    assert found.uses.tolist() == [20] * 10
    assert set(found.reason[found.length < 5]) == {found.reasons.index("no item left")}


@pytest.mark.parametrize("cuts", [(), (0.0,)])
def test_the_chances_of_sympson_and_hetter_hold_for_other_persons(cuts: tuple[float, ...]) -> None:
    test = AdaptiveTest(a_bank(), Stopping(15))

    found = sympson_hetter(
        test, 0.35, np.random.default_rng(5).normal(size=800), rng=np.random.default_rng(3), cuts=cuts
    )

    assert found.converged
    assert found.iterations == len(found.rates) > 1
    assert found.rates[0] == 1.0
    fresh = simulate(test.with_exposure(found.admission), THETA, rng=np.random.default_rng(4))
    assert fresh.visits is not None
    # the error of the simulation that chances come from, and that of this one
    allowed = 0.35 + found.tolerance + 4 * np.sqrt(0.35 * 0.65 / fresh.visits.persons)
    assert (fresh.visits.rates.max(axis=1) < allowed).all()


def test_an_iteration_that_may_not_go_on_says_that_it_did_not_converge() -> None:
    test = AdaptiveTest(a_bank(), Stopping(15))

    found = sympson_hetter(test, 0.2, THETA[:200], rng=np.random.default_rng(3), rounds=2, tolerance=0.0)

    assert not found.converged
    assert found.iterations == 2


def test_a_rate_that_the_bank_is_too_small_for_is_refused() -> None:
    test = AdaptiveTest(a_bank(20), Stopping(10))

    with pytest.raises(ExposureOutOfReach, match=r"0\.500") as refused:
        sympson_hetter(test, 0.4, THETA, rng=np.random.default_rng(1))
    assert refused.value.items == 20
    with pytest.raises(ExposureOutOfReach):
        test.with_exposure(Eligibility(0.4))


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Randomesque(0),
        lambda: Admission(np.full(3, 1.5)),
        lambda: Admission(np.ones((2, 3))),
        lambda: Eligibility(0.0),
        lambda: Eligibility(0.5, fading=1.5),
        lambda: AdaptiveTest(a_bank(4), Stopping(2), exposure=Admission(np.ones(3))),
        lambda: sympson_hetter(AdaptiveTest(a_bank(4), Stopping(2)), 1.5, THETA, rng=np.random.default_rng(1)),
    ],
)
def test_controls_that_are_none_are_refused(wrong: object) -> None:
    with pytest.raises(BadAdaptiveTest):
        wrong()  # type: ignore[operator]


def test_chances_of_eligibility_follow_from_the_counts() -> None:
    bank = a_bank(3)
    visits = Visits(
        np.array([[40.0, 10.0, 0.0]]), np.array([[50.0, 80.0, 100.0]]), np.array([100.0]), np.array([100.0])
    )

    found = Eligibility(0.2, visits=visits).admission(bank).chances[0]

    assert found == pytest.approx([0.2 * 50 / 40, 1.0, 1.0])
    scarce = replace(visits, feasible=np.array([80.0]))
    # van der Linden & Veldkamp (2007): 1 - 1/.8 + .2 * 50 / (40 * .8)
    assert Eligibility(0.2, visits=scarce).admission(bank).chances[0, 0] == pytest.approx(0.0625)


def test_who_gets_an_item_that_was_not_admitted_might_have_got_any() -> None:
    log = VisitLog(np.array([[[0.9, 0.1, 0.9]], [[0.1, 0.9, 0.1]]]), np.full((1, 3), 0.5), np.zeros(0))

    log.add(np.array([0, 1]), np.zeros(2), np.array([0, 2]))

    found = log.visits()
    assert found.given.tolist() == [[1, 0, 1]]
    assert found.eligible.tolist() == [[2, 1, 2]]
    assert found.feasible.tolist() == [1]
