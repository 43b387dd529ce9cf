"""The likelihood against a plain loop, its gradient and its curvature against finite differences, for mixed models."""

import numpy as np
import pytest

from kaoping.scoring.arrangement import SPARSE_BELOW, arrange
from kaoping.scoring.arrays import Floats
from kaoping.scoring.layout import Layout, lay_out
from kaoping.scoring.likelihood import expect
from kaoping.scoring.maximisation import Task, maximise
from kaoping.scoring.models import model
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.population import Populations
from kaoping.scoring.quadrature import normal
from kaoping.scoring.responses import ResponseMatrix
from kaoping.scoring.simulation import simulate
from kaoping.scoring.standard_errors import covariance, cross_product, observed

GRID = normal(61, limit=9.0)
ITEMS = ItemParameters.reported(
    list("ABCDEF"),
    [model("2pl"), model("3pl"), model("grm", 3), model("gpcm", 4), model("nominal", 3), model("4pl")],
    [
        [1.2, -0.5], [1.4, 0.3, 0.2], [1.1, -0.7, 0.8], [0.8, -1.0, 0.2, 0.9], [0.5, 1.6, 0.3, -0.4],
        [1.3, 0.0, 0.15, 0.95],
    ],
)  # fmt: skip
TWO_GROUPS = Populations(
    np.array([0.0, 0.4]), np.array([1.0, 1.3]), np.array([False, True]), np.array([False, True])
)  # fmt: skip


def incomplete(n: int = 80, *, share: float = 0.7, sparse: bool = False) -> ResponseMatrix:
    rng = np.random.default_rng(11)
    shown = rng.random((n, len(ITEMS))) < share
    shown[:, 0] |= share > 0.5
    groups = ["first" if person % 2 else "second" for person in range(n)]
    full = simulate(rng.standard_normal(n), ITEMS, rng=rng, presented=shown, groups=groups)
    weights = rng.uniform(0.5, 2.0, n)
    if not sparse:
        return ResponseMatrix(full.answers, full.items, weights=weights, groups=groups, categories=full.categories)
    row, column = np.nonzero(full.answers >= 0)
    return ResponseMatrix.from_triples(
        row, column, full.answers[row, column], shape=full.answers.shape, items=full.items, weights=weights,
        groups=groups, categories=full.categories,
    )  # fmt: skip


def layout() -> Layout:
    return lay_out(ITEMS.names, ITEMS.models)


def free_of(laid: Layout) -> Floats:
    value = {
        (name, label): each
        for name, form, row in zip(ITEMS.names, ITEMS.models, ITEMS.values, strict=True)
        for label, each in zip(form.labels, row, strict=True)
    }
    return np.array([value[owner] for owner in laid.owners])


def log_likelihood_by_loop(
    responses: ResponseMatrix, items: ItemParameters, populations: Populations, nodes: Floats = GRID.nodes
) -> float:
    chances, shares = items.probabilities(nodes), np.exp(populations.log_weights(nodes))
    total = 0.0
    for person, weight, group in zip(responses.answers, responses.weights, responses.group, strict=True):
        density = shares[group].copy()
        for item, answer in enumerate(person):
            density *= chances[item, answer] if answer >= 0 else 1.0
        total += weight * float(np.log(density.sum()))
    return total


def task_at(responses: ResponseMatrix, free: Floats, populations: Populations) -> tuple[Task, Floats, float]:
    laid = layout()
    log_weights = populations.log_weights(GRID.nodes)
    found = expect(arrange(responses, ITEMS.models), laid.table(free, GRID.nodes), GRID.nodes, log_weights)
    return Task(laid, found.counts, GRID.nodes), found.persons, found.log_likelihood


def gradient_at(responses: ResponseMatrix, free: Floats, populations: Populations) -> Floats:
    task, persons, _ = task_at(responses, free, populations)
    scores = populations.scores(GRID.nodes)
    own = [float(persons[group] @ scores[number]) for number, (group, _) in enumerate(populations.labels)]
    return np.concatenate([task.layout.gather(task.gradients(free)), own])


@pytest.mark.parametrize("sparse", [False, True])
def test_the_likelihood_is_that_of_a_loop_over_persons_nodes_and_items(sparse: bool) -> None:  # noqa: FBT001
    responses = incomplete(share=0.7 if not sparse else SPARSE_BELOW / 2, sparse=sparse)

    _, _, found = task_at(responses, free_of(layout()), TWO_GROUPS)

    assert np.isclose(found, log_likelihood_by_loop(responses, ITEMS, TWO_GROUPS), rtol=1e-12)


def test_expected_persons_are_those_who_answered() -> None:
    responses = incomplete()

    task, persons, _ = task_at(responses, free_of(layout()), TWO_GROUPS)

    assert np.allclose(task.counts.sum(axis=2), responses.counts)
    assert np.allclose(persons.sum(axis=1), np.bincount(responses.group, weights=responses.weights))


def test_threads_and_blocks_do_not_change_the_sums() -> None:
    rng = np.random.default_rng(2)
    responses = simulate(rng.standard_normal(5000), ITEMS, rng=rng, presented=rng.random((5000, 6)) < 0.9)
    alone = Populations(np.zeros(1), np.ones(1), np.zeros(1, dtype=bool), np.zeros(1, dtype=bool))
    arranged, table = arrange(responses, ITEMS.models), layout().table(free_of(layout()), GRID.nodes)

    one, four = (
        expect(arranged, table, GRID.nodes, alone.log_weights(GRID.nodes), threads=threads) for threads in (1, 4)
    )

    assert np.isclose(one.log_likelihood, log_likelihood_by_loop(responses, ITEMS, alone), rtol=1e-11)
    assert one.log_likelihood == four.log_likelihood
    assert (one.counts == four.counts).all()


def test_the_gradient_agrees_with_finite_differences() -> None:
    responses, laid, h = incomplete(), layout(), 1e-5
    free = free_of(laid)
    numeric = []
    for step in np.eye(laid.size) * h:
        up, down = (
            log_likelihood_by_loop(responses, laid.parameters(free + sign * step), TWO_GROUPS) for sign in (1, -1)
        )
        numeric.append((up - down) / (2 * h))
    here = TWO_GROUPS.vector()
    for step in np.eye(len(here)) * h:
        up, down = (
            log_likelihood_by_loop(responses, ITEMS, TWO_GROUPS.at(here + sign * step)) for sign in (1, -1)
        )  # fmt: skip
        numeric.append((up - down) / (2 * h))

    assert np.allclose(gradient_at(responses, free, TWO_GROUPS), numeric, atol=1e-6)


@pytest.mark.parametrize("share", [0.7, 1.0])
def test_observed_information_is_the_negative_hessian(share: float) -> None:
    responses, laid, h = incomplete(share=share), layout(), 1e-5
    point = np.concatenate([free_of(laid), TWO_GROUPS.vector()])

    def slope(at: Floats) -> Floats:
        return gradient_at(responses, at[: laid.size], TWO_GROUPS.at(at[laid.size :]))

    numeric = np.array([-(slope(point + s) - slope(point - s)) / (2 * h) for s in np.eye(len(point)) * h])
    task, persons, _ = task_at(responses, point[: laid.size], TWO_GROUPS)

    found = observed(arrange(responses, ITEMS.models), task, point[: laid.size], TWO_GROUPS, persons)

    assert np.allclose(found, numeric, atol=2e-5)


def test_the_cross_product_is_the_sum_of_squared_gradients_of_persons() -> None:
    responses, laid = incomplete(n=20), layout()
    free = free_of(laid)
    alone = [responses.take(persons=np.array([person])) for person in range(20)]
    expected = np.zeros((laid.size + 2, laid.size + 2))
    for person, row in enumerate(alone):
        single = ResponseMatrix(row.answers, row.items, categories=row.categories)
        group = int(responses.group[person])
        here = Populations(
            TWO_GROUPS.mean[[group]], TWO_GROUPS.sd[[group]], TWO_GROUPS.mean_free[[group]], TWO_GROUPS.sd_free[[group]]
        )
        slope = np.zeros(laid.size + 2)
        found = gradient_at(single, free, here)
        slope[: len(found)] = found
        expected += responses.weights[person] * np.outer(slope, slope)
    task, _, _ = task_at(responses, free, TWO_GROUPS)

    assert np.allclose(cross_product(arrange(responses, ITEMS.models), task, free, TWO_GROUPS), expected)


def test_a_singular_information_has_no_covariance() -> None:
    assert covariance(np.ones((2, 2))) is None


def test_a_step_of_maximisation_never_lowers_the_expected_likelihood() -> None:
    responses, laid = incomplete(), layout()
    free = free_of(laid) * 0.5
    task, _, _ = task_at(responses, free, TWO_GROUPS)

    reached = maximise(task, free)

    assert task.heights(reached).sum() >= task.heights(free).sum()
    assert np.abs(laid.gather(task.gradients(reached))).max() < np.abs(laid.gather(task.gradients(free))).max()
