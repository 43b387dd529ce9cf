"""M2, M2* and C2: every part against the table of all patterns and finite differences, and the whole against chance."""

from dataclasses import replace

import numpy as np
import pytest

from kaoping.scoring.arrays import Floats
from kaoping.scoring.calibration import calibrate
from kaoping.scoring.errors import IncompleteAnswers, NoDegreesOfFreedom, TooManyMargins
from kaoping.scoring.fit import Fitted, fitted, limited_information, model_fit
from kaoping.scoring.fit.indices import comparative, rmsea, rmsea_interval, tucker_lewis
from kaoping.scoring.fit.margins import Margins, jacobian
from kaoping.scoring.models import model
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.quadrature import normal
from kaoping.scoring.responses import ResponseMatrix
from kaoping.scoring.simulation import simulate
from tests.scoring.fit.enumeration import MIXED, RIGHT_OR_WRONG, pattern_chances, patterns

KINDS = [(RIGHT_OR_WRONG, False), (MIXED, False), (MIXED, True)]


def drawn(items: ItemParameters, n: int = 2000, seed: int = 4) -> ResponseMatrix:
    rng = np.random.default_rng(seed)
    return simulate(rng.standard_normal(n), items, rng=rng)


def margins_of(model_: Fitted, *, reduced: bool) -> Margins:
    return Margins(model_.chances, model_.population.weights, model_.parameters.categories, reduced)


def statistics(items: ItemParameters, *, reduced: bool) -> Floats:
    """Value of each margin's statistic for every pattern, (patterns, r), written out."""
    rows = patterns(items)
    k = len(items)
    single = [
        [rows[:, item]] if reduced else [rows[:, item] == c for c in range(1, items.categories[item])]
        for item in range(k)
    ]
    pairs = [rows[:, a] * rows[:, b] for a in range(k) for b in range(a + 1, k)]
    return np.stack([*(column for part in single for column in part), *pairs], axis=1).astype(np.float64)


@pytest.mark.parametrize(("items", "reduced"), KINDS)
def test_margins_and_their_covariance_are_those_of_the_table_of_all_patterns(
    items: ItemParameters, *, reduced: bool
) -> None:
    chance, values = pattern_chances(items, normal()), statistics(items, reduced=reduced)
    margins = margins_of(fitted(items), reduced=reduced)

    mean = chance @ values
    assert np.allclose(margins.expected, mean)
    assert np.allclose(margins.covariance(), (values.T * chance) @ values - np.outer(mean, mean))


@pytest.mark.parametrize(("items", "reduced"), KINDS)
def test_observed_margins_are_means_over_persons(items: ItemParameters, *, reduced: bool) -> None:
    responses = drawn(items, n=300)
    rows = patterns(items)
    place = [int(np.flatnonzero((rows == row).all(axis=1))[0]) for row in responses.answers]

    found = margins_of(fitted(items), reduced=reduced).observed(responses)

    assert np.allclose(found, statistics(items, reduced=reduced)[place].mean(axis=0))


@pytest.mark.parametrize(("items", "reduced"), KINDS)
def test_derivatives_by_item_parameters_agree_with_finite_differences(items: ItemParameters, *, reduced: bool) -> None:
    model_ = fitted(items)
    free = np.zeros(model_.layout.size)
    for section in model_.layout.sections:
        for place, slots in zip(section.places, section.slots, strict=True):
            free[slots] = items.values[place]

    found = jacobian(margins_of(model_, reduced=reduced), model_)

    for slot in range(len(free)):
        step = np.zeros_like(free)
        step[slot] = 1e-5
        up, down = (
            margins_of(replace(model_, parameters=model_.layout.parameters(free + sign * step)), reduced=reduced)
            for sign in (1, -1)
        )
        assert np.allclose(found[:, slot], (up.expected - down.expected) / 2e-5, atol=1e-8)


def test_derivatives_by_the_population_agree_with_finite_differences() -> None:
    items = ItemParameters.reported(["1", "2", "3"], [model("pcm", 3)] * 3, [[1.0, -0.5, 0.5], [1, 0, 1], [1, -1, 0.3]])
    model_ = replace(fitted(items, population=normal(121, mean=0.2, sd=1.3)), moments=("mean", "sd"))

    found = jacobian(margins_of(model_, reduced=False), model_)[:, -2:]

    def at(mean: float, log_sd: float) -> Floats:
        population = normal(121, mean=mean, sd=float(np.exp(log_sd)))
        return margins_of(fitted(items, population=population), reduced=False).expected

    spread = float(np.log(1.3))
    assert np.allclose(found[:, 0], (at(0.2001, spread) - at(0.1999, spread)) / 2e-4, atol=1e-6)
    assert np.allclose(found[:, 1], (at(0.2, spread + 1e-4) - at(0.2, spread - 1e-4)) / 2e-4, atol=1e-6)


def test_shared_and_fixed_parameters_count_once_and_not_at_all() -> None:
    items = ItemParameters.reported(
        list("ABCDEF"), [model("1pl")] * 3 + [model("rsm", 4)] * 3, [[1.2, b] for b in (-1, 0, 1)] + [[1, -1, 0, 1]] * 3
    )

    assert fitted(items).n_free == 4 + 3 + 2
    assert fitted(items, fixed=("A", "D")).n_free == 2 + 2 + 2
    assert fitted(items).free_of_item.tolist() == [2, 2, 2, 3, 3, 3]


def test_a_calibration_tells_itself_what_was_free() -> None:
    responses = drawn(ItemParameters.logistic(np.ones(8), np.linspace(-1, 1, 8)))
    known = calibrate(responses, "2pl").parameters.take(np.array([0, 1]))
    equal = [[("3", "a"), ("4", "a")]]

    assert fitted(calibrate(responses, "rasch", errors="none")).n_free == 9
    assert fitted(calibrate(responses, "1pl", errors="none")).n_free == 9
    assert fitted(calibrate(responses, "2pl", fixed=known, errors="none")).n_free == 12 + 2
    assert fitted(calibrate(responses, "2pl", equal=equal, errors="none"), equal=equal).n_free == 15
    pinned = {("5", "d"): 0.1}
    assert fitted(calibrate(responses, "2pl", pinned=pinned, errors="none")).n_free == 15


def test_the_statistic_is_what_the_formula_says_and_does_not_depend_on_the_scale_of_parameters() -> None:
    responses = drawn(RIGHT_OR_WRONG)
    model_ = fitted(calibrate(responses, "1pl", errors="none"))
    margins = margins_of(model_, reduced=False)
    residual, weight = margins.observed(responses) - margins.expected, np.linalg.inv(margins.covariance())
    derivative = jacobian(margins, model_) @ np.diag(np.linspace(0.5, 3, model_.n_free))
    inner = np.linalg.inv(derivative.T @ weight @ derivative)

    found = model_fit(responses, model_)

    by_hand = residual @ (weight - weight @ derivative @ inner @ derivative.T @ weight) @ residual
    assert found.statistic == pytest.approx(responses.n_persons * by_hand)
    assert (found.kind, found.df) == ("M2", 4 + 6 - 5)


def test_rasch_and_its_one_parameter_form_fit_alike() -> None:
    responses = drawn(ItemParameters.logistic(np.full(7, 1.3), np.linspace(-1, 1, 7)))

    rasch, one = (model_fit(responses, calibrate(responses, name, tolerance=1e-9)) for name in ("rasch", "1pl"))

    assert rasch.statistic == pytest.approx(one.statistic, rel=1e-4)
    assert rasch.df == one.df
    assert rasch.srmsr == pytest.approx(one.srmsr, rel=1e-4)


def test_the_true_model_fits_and_two_dimensions_do_not() -> None:
    rng = np.random.default_rng(9)
    items = ItemParameters.logistic(np.full(10, 1.5), np.linspace(-1, 1, 10))
    right = simulate(rng.standard_normal(2000), items, rng=rng)
    halves = [simulate(rng.standard_normal(2000), items.take(np.arange(5) + 5 * half), rng=rng) for half in (0, 1)]
    wrong = ResponseMatrix(np.column_stack([half.answers for half in halves]))

    fits, fails = (model_fit(table, calibrate(table, "1pl", errors="none")) for table in (right, wrong))

    assert fits.p > 0.01
    assert fits.rmsea < 0.03
    assert fits.cfi > 0.98
    assert fails.p < 1e-20
    assert fails.rmsea > 0.06
    assert fails.srmsr > 3 * fits.srmsr


@pytest.mark.parametrize("kind", ["c2", "m2*"])
def test_items_of_several_categories_fit_by_either_kind(kind: str) -> None:
    steps = [[1.2, b - 0.7, b + 0.6] for b in np.linspace(-1, 1, 10)]
    true = ItemParameters.reported([str(number) for number in range(1, 11)], [model("grm", 3)] * 10, steps)
    responses = drawn(true)

    found = model_fit(responses, calibrate(responses, "grm", errors="none"), kind=kind)

    assert found.kind == kind.upper()
    assert found.df == {"c2": 20 + 45 - 30, "m2*": 10 + 45 - 30}[kind]
    assert found.p > 0.01


def test_too_many_parameters_unknown_answers_and_too_many_items_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    responses = drawn(RIGHT_OR_WRONG)
    three = responses.take(items=np.arange(3))

    with pytest.raises(NoDegreesOfFreedom) as caught:
        model_fit(three, RIGHT_OR_WRONG.take(np.arange(3)))
    assert (caught.value.margins, caught.value.free) == (6, 7)
    table = responses.answers.copy()
    table[5, 2] = -1
    with pytest.raises(IncompleteAnswers):
        model_fit(ResponseMatrix(table, RIGHT_OR_WRONG.names), RIGHT_OR_WRONG)
    monkeypatch.setattr(limited_information, "MOST_MARGINS", 5)
    with pytest.raises(TooManyMargins):
        model_fit(three, RIGHT_OR_WRONG.take(np.arange(3)))


def test_indices_keep_their_bounds() -> None:
    assert rmsea(90.0, 100, 500) == 0.0
    assert rmsea_interval(50.0, 100, 500) == (0.0, 0.0)
    low, high = rmsea_interval(180.0, 100, 500)
    assert low < rmsea(180.0, 100, 500) < high
    assert comparative(90.0, 100, 300.0, 110) == 1.0
    assert tucker_lewis(90.0, 100, 330.0, 110) > 1.0
