"""Calibrations of every model against an independent optimiser on answers of our own, and what may be asked of them."""

from collections.abc import Callable, Mapping
from math import comb

import numpy as np
import pytest

from kaoping.scoring.calibration import calibrate
from kaoping.scoring.errors import BadParameters, EmptyCategory
from kaoping.scoring.models import model
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.priors import Beta, Lognormal, Normal, Prior
from kaoping.scoring.responses import ResponseMatrix
from kaoping.scoring.simulation import simulate
from tests.scoring import direct

TIGHT = 1e-10


def drawn(items: ItemParameters, n: int, seed: int, *, share: float = 1.0) -> ResponseMatrix:
    rng = np.random.default_rng(seed)
    shown = rng.random((n, len(items))) < share
    return simulate(rng.standard_normal(n), items, rng=rng, presented=shown)


def same(name: str, categories: int, rows: list[list[float]]) -> ItemParameters:
    names = [f"I{number}" for number in range(1, len(rows) + 1)]
    return ItemParameters.reported(names, [model(name, categories)] * len(rows), rows)


Chances = Callable[[direct.Vector], list[direct.Vector]]
TWO = same("2pl", 2, [[1.2, -1.0], [0.8, -0.3], [1.5, 0.2], [1.0, 0.9], [0.9, 0.0]])
CASES: dict[str, tuple[ItemParameters, Chances, int]] = {
    "2pl": (TWO, direct.dichotomous, 2),
    "grm": (same("grm", 3, [[1.3, -1.0, 0.6], [0.9, -0.5, 1.2], [1.6, -0.2, 0.9], [1.1, -1.4, 0.1]]), direct.graded, 3),
    "gpcm": (same("gpcm", 3, [[0.9, -0.8, 0.5], [0.7, 0.1, 0.4], [1.2, -0.6, 0.9], [0.8, 0, 0.3]]), direct.divided, 3),
    "nominal": (
        same("nominal", 3, [[0.5, 1.4, 0.2, 0.1], [0.9, 1.2, -0.3, 0.4], [0.3, 1.1, 0.5, -0.2], [0.8, 1.9, 0.0, 0.3]]),
        direct.nominal, 4,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_optimum_is_that_of_an_independent_optimiser(name: str) -> None:
    items, chances, width = CASES[name]
    responses = drawn(items, 400, 3, share=0.9)
    every = [direct.Item(chances, slice(width * number, width * (number + 1))) for number in range(len(items))]
    problem = direct.Direct(responses.answers, every)

    found = calibrate(responses, name, tolerance=TIGHT)
    best = problem.climb(np.concatenate(items.values))

    assert np.allclose(np.concatenate(found.parameters.values), best, atol=1e-6)
    assert found.log_likelihood == pytest.approx(problem.value(best).real, abs=1e-5)
    errors = np.sqrt(np.diag(np.linalg.inv(-problem.hessian(best))))
    assert np.allclose(np.sqrt(np.diag(found.covariance)), errors, rtol=1e-4)


@pytest.mark.parametrize("prior", [Normal(-1.1, 0.5), Beta(5.0, 17.0)], ids=repr)
def test_the_mode_under_a_prior_is_that_of_an_independent_optimiser(prior: Prior) -> None:
    items = ItemParameters.logistic([1.4, 1.1, 1.7, 0.9, 1.3], [-0.6, 0.0, 0.4, 1.0, -1.2], np.full(5, 0.2))
    responses = drawn(items, 500, 8)
    every = [direct.Item(direct.dichotomous, slice(3 * number, 3 * number + 3)) for number in range(5)]

    def log_prior(p: direct.Vector) -> complex:
        x = p[2::3]
        if isinstance(prior, Normal):
            density = -(((x + 1.1) / 0.5) ** 2) / 2 - np.log(0.5 * np.sqrt(2 * np.pi))
        else:
            c = direct.logistic(x)
            density = 4 * np.log(c) + 16 * np.log(1 - c) + np.log(21.0 * comb(20, 4))
        return complex(density.sum())

    problem = direct.Direct(responses.answers, every, log_prior)

    found = calibrate(responses, "3pl", priors={"c": prior}, tolerance=TIGHT)
    best = problem.climb(np.concatenate(found.parameters.values))

    assert np.allclose(np.concatenate(found.parameters.values), best, atol=1e-6)
    assert np.allclose(
        np.sqrt(np.diag(found.covariance)), np.sqrt(np.diag(np.linalg.inv(-problem.hessian(best)))), rtol=1e-4
    )
    assert found.log_posterior == pytest.approx(problem.value(best).real, abs=1e-5)


def test_weights_count_persons_several_times() -> None:
    responses = drawn(TWO, 300, 4)
    weights = np.random.default_rng(1).integers(1, 4, 300)
    repeated = ResponseMatrix(np.repeat(responses.answers, weights, axis=0), responses.items)

    weighted = calibrate(ResponseMatrix(responses.answers, responses.items, weights=weights), tolerance=TIGHT)
    plain = calibrate(repeated, tolerance=TIGHT)

    assert np.allclose(weighted.reported("a"), plain.reported("a"), atol=1e-8)
    assert np.allclose(weighted.standard_error("b"), plain.standard_error("b"), rtol=1e-6)


def test_rasch_estimates_the_spread_and_one_parameter_the_slope() -> None:
    """With a = 1 and a population of spread s, or a = s and a standard one, the model is the same."""
    responses = drawn(same("2pl", 2, [[1.4, b] for b in (-1.0, -0.4, 0.2, 0.8)]), 800, 5)

    rasch, one = calibrate(responses, "rasch", tolerance=TIGHT), calibrate(responses, "1pl", tolerance=TIGHT)

    assert rasch.log_likelihood == pytest.approx(one.log_likelihood, abs=1e-5)
    assert np.allclose(one.reported("a"), rasch.sd[0], atol=1e-6)
    assert np.allclose(rasch.reported("b"), one.reported("b") * rasch.sd[0], atol=1e-6)
    assert one.standard_error("a")[0] == pytest.approx(rasch.se_sd[0], rel=1e-4)
    assert (rasch.standard_error("a") == 0).all()
    assert rasch.n_free == one.n_free == 5


def test_the_rating_scale_is_partial_credit_with_shared_steps() -> None:
    steps = np.array([-0.7, 0.0, 0.7])
    items = same("pcm", 4, [[1.0, *(b + steps)] for b in (-0.5, 0.0, 0.4, 0.9)])
    responses = drawn(items, 1500, 6)

    rating, partial = calibrate(responses, "rsm", tolerance=1e-8), calibrate(responses, "pcm", tolerance=1e-8)

    assert rating.n_free == 4 + 2 + 1
    assert partial.n_free == 12 + 1
    assert 0 < 2 * (partial.log_likelihood - rating.log_likelihood) < 20
    thresholds = np.array([[row[f"b{c}"] for c in (1, 2, 3)] for _, _, row in rating.parameters.table()])
    assert np.allclose(np.diff(thresholds, axis=1), np.diff(thresholds, axis=1)[0])


def test_models_can_be_mixed_by_item() -> None:
    items = ItemParameters.reported(
        list("ABCDE"),
        [model("2pl"), model("3pl"), model("grm", 3), model("gpcm", 3), model("nominal", 3)],
        [[1.2, -0.5], [1.5, 0.3, 0.2], [1.1, -0.7, 0.8], [0.8, -0.5, 0.6], [0.6, 1.5, 0.3, 0.1]],
    )
    responses = drawn(items, 4000, 7)
    names = dict(zip("ABCDE", ("2pl", "3pl", "grm", "gpcm", "nominal"), strict=True))

    found = calibrate(responses, names, priors={"c": Normal(-1.4, 0.5)})

    true, errors = np.concatenate(items.values), np.sqrt(np.diag(found.covariance))
    standard = (np.concatenate(found.parameters.values) - true) / errors
    assert np.abs(standard).max() < 4
    assert found.parameters.models == items.models


def test_two_groups_share_items_and_differ_in_mean_and_spread() -> None:
    rng = np.random.default_rng(12)
    items = same("2pl", 2, [[a, b] for a, b in zip(np.linspace(0.8, 1.6, 12), np.linspace(-1.5, 1.5, 12), strict=True)])
    theta = np.concatenate([rng.standard_normal(2500), rng.normal(0.5, 1.3, 2500)])
    shown = np.ones((5000, 12), dtype=bool)
    shown[:2500, 8:] = False
    shown[2500:, :4] = False
    responses = simulate(theta, items, rng=rng, presented=shown, groups=["A"] * 2500 + ["B"] * 2500)

    found = calibrate(responses)

    assert found.groups == ("A", "B")
    assert (found.mean[0], found.sd[0], found.se_mean[0], found.se_sd[0]) == (0.0, 1.0, 0.0, 0.0)
    assert abs(found.mean[1] - 0.5) < 3.5 * found.se_mean[1] < 0.3
    assert abs(found.sd[1] - 1.3) < 3.5 * found.se_sd[1] < 0.3
    assert np.abs((found.reported("b") - np.linspace(-1.5, 1.5, 12)) / found.standard_error("b")).max() < 3.5


def test_known_items_carry_the_scale_to_new_ones() -> None:
    rng = np.random.default_rng(2)
    items = same("2pl", 2, [[1.0 + 0.05 * n, -1.0 + 0.2 * n] for n in range(10)])
    responses = simulate(rng.normal(0.6, 0.8, 4000), items, rng=rng)
    known = items.take(np.arange(6))

    found = calibrate(responses, fixed=known)

    assert all((found.parameters.values[n] == items.values[n]).all() for n in range(6))
    assert abs(found.mean[0] - 0.6) < 0.1
    assert abs(found.sd[0] - 0.8) < 0.1
    true = np.array([-1.0 + 0.2 * n for n in range(6, 10)])
    assert np.abs((found.reported("b")[6:] - true) / found.standard_error("b")[6:]).max() < 3.5
    assert (found.standard_error("a")[:6] == 0).all()


def test_single_parameters_can_be_known_or_shared() -> None:
    responses = drawn(TWO, 600, 9)

    pinned = calibrate(responses, pinned={("I2", "a"): 0.8})
    shared = calibrate(responses, equal=[[("I1", "a"), ("I3", "a")]])

    assert pinned.reported("a")[1] == 0.8
    assert pinned.standard_error("a")[1] == 0.0
    assert shared.reported("a")[0] == shared.reported("a")[2]
    assert shared.n_free == 9


def test_a_guessing_parameter_can_be_known() -> None:
    items = ItemParameters.logistic(np.full(8, 1.3), np.linspace(-1, 1, 8), np.full(8, 0.25))
    responses = drawn(items, 3000, 10)
    quarter = float(np.log(0.25 / 0.75))

    found = calibrate(responses, "3pl", pinned={(name, "c"): quarter for name in responses.items})

    assert np.allclose(found.reported("c"), 0.25)
    assert np.abs((found.reported("b") - np.linspace(-1, 1, 8)) / found.standard_error("b")).max() < 3.5


def test_a_population_of_any_shape_is_found_with_its_items() -> None:
    rng = np.random.default_rng(3)
    theta = np.where(rng.random(6000) < 0.5, rng.normal(-1.2, 0.5, 6000), rng.normal(1.2, 0.5, 6000))
    theta = (theta - theta.mean()) / theta.std()
    items = same("2pl", 2, [[1.5, b] for b in np.linspace(-1.5, 1.5, 20)])
    responses = simulate(theta, items, rng=rng)

    bent, straight = calibrate(responses, density="histogram", tolerance=1e-4), calibrate(responses)

    nodes, weights = bent.population.nodes, bent.population.weights
    assert (bent.mean[0], bent.sd[0]) == (pytest.approx(0.0, abs=1e-9), pytest.approx(1.0, abs=1e-9))
    assert weights @ nodes == pytest.approx(0.0, abs=1e-6)
    assert weights @ nodes**2 == pytest.approx(1.0, abs=1e-6)
    assert bent.log_likelihood > straight.log_likelihood + 50
    assert np.abs(bent.reported("b") - np.linspace(-1.5, 1.5, 20)).max() < 0.12
    assert weights[np.abs(nodes) < 0.3].sum() < weights[(nodes > 0.7) & (nodes < 1.3)].sum()


@pytest.mark.parametrize("errors", ["cross-product", "sandwich"])
def test_other_standard_errors_agree_where_the_model_is_true(errors: str) -> None:
    responses = drawn(TWO, 6000, 11)

    usual, other = calibrate(responses, errors="observed"), calibrate(responses, errors=errors)

    assert str(other.errors) == errors
    assert np.allclose(other.standard_error("b"), usual.standard_error("b"), rtol=0.12)
    assert not np.allclose(other.standard_error("b"), usual.standard_error("b"), rtol=1e-6)


def test_without_standard_errors_none_are_made_up() -> None:
    found = calibrate(drawn(TWO, 300, 1), errors="none")

    assert found.standard_errors == ()
    with pytest.raises(BadParameters):
        found.standard_error("a")


def test_the_grid_is_made_fine_enough_for_a_long_test() -> None:
    rng = np.random.default_rng(4)
    items = ItemParameters.logistic(np.full(150, 2.0), rng.normal(0, 0.7, 150))
    responses = simulate(rng.standard_normal(400), items, rng=rng)

    found = calibrate(responses, errors="none")

    nodes = found.population.nodes
    most = found.parameters.information(nodes).sum(axis=0).max()
    assert nodes[1] - nodes[0] <= 1.1 / np.sqrt(most + 1)


def test_answers_of_a_sparse_table_give_the_same_parameters() -> None:
    rng = np.random.default_rng(6)
    items = ItemParameters.logistic(rng.lognormal(0, 0.2, 60), rng.normal(0, 1, 60))
    shown = np.zeros((3000, 60), dtype=bool)
    for person in range(3000):
        shown[person, rng.choice(60, 6, replace=False)] = True
    dense = simulate(rng.standard_normal(3000), items, rng=rng, presented=shown)
    row, column = np.nonzero(shown)
    sparse = ResponseMatrix.from_triples(row, column, dense.answers[row, column], shape=shown.shape)

    prior: Mapping[str, Prior] = {"a": Lognormal(0.0, 0.3)}
    one, two = calibrate(dense, priors=prior), calibrate(sparse, priors=prior)

    assert np.allclose(one.reported("b"), two.reported("b"), atol=1e-9)
    assert np.allclose(one.standard_error("b"), two.standard_error("b"), atol=1e-9)


def test_an_empty_category_is_refused_by_name() -> None:
    table = drawn(CASES["gpcm"][0], 300, 2).answers.copy()
    table[table[:, 1] == 1, 1] = 0

    with pytest.raises(EmptyCategory) as caught:
        calibrate(ResponseMatrix(table, items=("A", "B", "C", "D")), "gpcm")

    assert (caught.value.item, caught.value.category) == ("B", 1)


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"priors": {"c": Normal(0, 1)}}, "no free parameter is called c, so it can have no prior"),
        ({"pinned": {("I9", "a"): 1.0}}, "item I9 has no parameter a to fix"),
        ({"equal": [[("I1", "c"), ("I2", "c")]]}, "item I1 has no parameter c to share"),
        ({"models": ["2pl", "2pl"]}, "2 models for 5 items"),
        ({"models": {"I9": "3pl"}}, "item I9 has a model but was not answered"),
        ({"fixed": ItemParameters.logistic([1.0], [0.0], names=("X",))}, "item X is fixed but was not answered"),
    ],
)
def test_what_cannot_be_asked_is_refused(asked: dict[str, object], reason: str) -> None:
    with pytest.raises(BadParameters) as caught:
        calibrate(drawn(TWO, 200, 1), **asked)  # type: ignore[arg-type]

    assert caught.value.reason == reason
