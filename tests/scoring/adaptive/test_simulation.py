"""Recovery, post-hoc simulation, and the measures of a simulation."""

from itertools import combinations

import numpy as np
import pytest

from kaoping.scoring import ability
from kaoping.scoring.adaptive import (
    AdaptiveTest,
    Bank,
    ConfidenceInterval,
    Estimator,
    Simulation,
    StandardError,
    Stopping,
    criterion,
    evaluate,
    on_grid,
    replay,
    simulate,
)
from kaoping.scoring.adaptive.errors import BadAdaptiveTest, BadBank
from kaoping.scoring.adaptive.simulation import Recorded, _Run
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.responses import ResponseMatrix
from kaoping.scoring.simulation import simulate as draw
from tests.builders_adaptive import a_bank, mixed

LARGE = a_bank(300, seed=4)


def given(n: int = 400, *, length: int = 25, bank: Bank = LARGE, **facts: object) -> Simulation:
    theta = np.random.default_rng(8).normal(size=n)
    return simulate(AdaptiveTest(bank, Stopping(length), **facts), theta, rng=np.random.default_rng(9))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["mfi", "mpwi", "klp", "progressive", "stratified"])
def test_abilities_are_recovered_with_honest_errors(name: str) -> None:
    found = evaluate(given(criterion=criterion(name, 25))).precision

    # over the population EAP has no bias, and its error is its standard error: four Monte Carlo errors of 400 persons
    assert abs(found.bias) < 4 * found.rmse / 20
    assert found.standardised == pytest.approx(1.0, abs=4 * np.sqrt(2 / 400))
    assert found.se == pytest.approx(found.rmse, rel=0.15)


@pytest.mark.parametrize("method", ["map", "ml", "wle"])
def test_peaks_recover_abilities_at_every_point(method: str) -> None:
    theta = on_grid(-1.5, 1.5, 3, 100)
    test = AdaptiveTest(LARGE, Stopping(30), estimator=Estimator(method))

    found = evaluate(simulate(test, theta, rng=np.random.default_rng(2)), ranges=(-0.75, 0.75))

    for one in found.ranges:
        # the posterior's mode is drawn to the population by about a tenth of the distance
        drawn = 0.16 if method == "map" else 0.0
        assert abs(one.precision.bias) < drawn + 4 * one.precision.rmse / np.sqrt(100)
        assert one.precision.standardised == pytest.approx(1.0, abs=4 * np.sqrt(2 / 100))


def test_items_of_several_categories_recover_abilities() -> None:
    found = evaluate(given(bank=Bank(mixed(90)), length=15)).precision

    assert found.standardised == pytest.approx(1.0, abs=0.3)
    assert found.correlation is not None
    assert found.correlation > 0.9


def test_adaptive_items_tell_more_than_random_ones() -> None:
    best, any_ = (evaluate(given(criterion=criterion(name, 25))).precision.rmse for name in ("mfi", "random"))

    assert best < 0.8 * any_


def test_real_answers_are_given_again() -> None:
    bank, rng = a_bank(60), np.random.default_rng(3)
    table = draw(rng.normal(size=80), bank.parameters, rng=rng, presented=rng.random((80, 60)) < 0.8)
    shuffled = np.random.default_rng(1).permutation(60)
    responses = table.take(items=shuffled)

    found = replay(AdaptiveTest(bank, Stopping(15)), responses, rng=rng)

    rows = np.arange(80)[:, None]
    assert (found.categories == table.answers[rows, found.items]).all()
    assert np.allclose(found.true, ability.eap(table, bank.parameters, population=bank.grid).theta, atol=1e-9)
    assert found.real
    whole = replay(AdaptiveTest(bank, Stopping(60)), responses, rng=rng)
    assert np.allclose(whole.theta, whole.true, atol=1e-9)
    assert (whole.length == table.presented.sum(axis=1)).all()
    assert evaluate(whole).reasons == {"no item left": 80}


def test_answers_that_are_not_of_the_bank_are_refused() -> None:
    test, rng = AdaptiveTest(a_bank(3), Stopping(2)), np.random.default_rng(1)

    with pytest.raises(BadBank, match="X"):
        replay(test, ResponseMatrix([[1]], ["X"]), rng=rng)
    with pytest.raises(BadAdaptiveTest, match="I2"):
        replay(test, ResponseMatrix([[1, 2]], ["I1", "I2"]), rng=rng)
    with pytest.raises(BadAdaptiveTest, match="person B"):
        replay(test, ResponseMatrix([[1, 0], [-1, -1]], ["I1", "I2"], persons=["A", "B"]), rng=rng)


def test_overlap_is_the_mean_over_all_pairs() -> None:
    found = given(30, criterion=criterion("proportional", 25))

    pairs = [np.intersect1d(found.items[i], found.items[j]).size / 25 for i, j in combinations(range(30), 2)]

    assert evaluate(found).exposure.overlap == pytest.approx(np.mean(pairs))


def test_rates_sum_to_the_mean_length_and_even_use_has_no_spread() -> None:
    found = given(100)

    exposure = evaluate(found).exposure

    assert exposure.rates.sum() == pytest.approx(25)
    assert exposure.chi_square == pytest.approx(((exposure.rates - 25 / 300) ** 2 / (25 / 300)).sum())
    assert exposure.unused == (found.uses == 0).sum()
    assert evaluate(given(50, bank=a_bank(25))).exposure.chi_square == pytest.approx(0.0)


def test_ranges_together_are_everybody() -> None:
    found = given(500)

    ranges = evaluate(found).ranges

    n = np.array([one.precision.n for one in ranges])
    squares = np.array([one.precision.rmse**2 for one in ranges])
    assert n.sum() == 500
    assert (n * squares).sum() / 500 == pytest.approx(((found.theta - found.true) ** 2).mean())
    assert ranges[0].low is None
    assert ranges[-1].high is None


def test_levels_are_compared_with_true_levels() -> None:
    rule = ConfidenceInterval((-0.5, 0.8), 0.9)
    test = AdaptiveTest(LARGE, Stopping(40, 5, rules=[rule]))

    found = simulate(test, np.random.default_rng(8).normal(size=300), rng=np.random.default_rng(9))

    classified = evaluate(found).classified
    assert classified is not None
    true = (found.true[:, None] >= np.array([-0.5, 0.8])).sum(axis=1)
    assert classified.table.sum(axis=1).tolist() == np.bincount(true, minlength=3).tolist()
    assert classified.agreement == pytest.approx((found.levels == true).mean())
    assert found.decided is not None
    assert (found.levels == true)[found.decided].mean() > 0.85
    assert evaluate(given(50)).classified is None
    assert evaluate(given(50), cuts=(0.0,)).classified is not None


def test_the_path_goes_on_with_the_last_estimate_and_one_person_has_no_overlap() -> None:
    test = AdaptiveTest(LARGE, Stopping(40, rules=[StandardError(0.45)]))

    found = simulate(test, np.zeros(1), rng=np.random.default_rng(1))

    length = int(found.length[0])
    assert length < 40
    assert (found.thetas[0, length - 1 :] == found.theta[0]).all()
    assert (found.items[0, length:] == -1).all()
    assert evaluate(found).exposure.overlap is None
    assert evaluate(found).precision.correlation is None


@pytest.mark.parametrize("grid", [(1.0, 0.0, 3, 1), (0.0, 1.0, 1, 1), (0.0, 1.0, 3, 0)])
def test_a_grid_that_is_none_is_refused(grid: tuple[float, float, int, int]) -> None:
    with pytest.raises(BadAdaptiveTest):
        on_grid(*grid)


def test_a_person_without_an_item_uses_none_up() -> None:
    bank = Bank(ItemParameters.logistic([1.0, 2.0, 1.0], [0.0, 0.0, 9.0]))
    # the first and the last may get nothing; the second and the third want the same item, which one of them may get
    test = AdaptiveTest(bank, Stopping(1), most_uses=1, cohort=4)
    run = _Run(test, Recorded(np.ones((4, 3), dtype=np.int8)), 4, np.random.default_rng(1))
    may = np.array([[False] * 3, [False, True, False], [True, True, False], [False] * 3])

    chosen = run._chosen(test.begin([], persons=4, closed=~may), [])

    assert chosen.tolist() == [-1, 1, 0, -1]
