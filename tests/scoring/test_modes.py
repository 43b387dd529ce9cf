"""Peaks of the likelihood: against an independent search, person by person, for every model at once."""

import numpy as np
import pytest
from scipy.optimize import brentq

from kaoping.scoring.ability import (
    Abilities,
    eap,
    maximum_a_posteriori,
    maximum_likelihood,
    sem_at,
    weighted_likelihood,
)
from kaoping.scoring.arrays import Floats
from kaoping.scoring.errors import BadPopulation, NothingKnown
from kaoping.scoring.grids import normal_grid
from kaoping.scoring.modes import search_grid
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.quadrature import Quadrature, normal
from kaoping.scoring.responses import ResponseMatrix
from kaoping.scoring.simulation import simulate
from tests.scoring.mixtures import mixed_items

FINE = np.linspace(-50.0, 50.0, 4001)
GROUPS = ((0.0, 1.0), (0.7, 1.3))


@pytest.fixture(scope="module")
def items() -> ItemParameters:
    return mixed_items(np.random.default_rng(3))


@pytest.fixture(scope="module")
def answers(items: ItemParameters) -> ResponseMatrix:
    rng = np.random.default_rng(4)
    groups = [("A", "B")[person % 2] for person in range(60)]
    return simulate(1.5 * rng.standard_normal(60), items, rng=rng, presented=rng.random((60, 18)) < 0.4, groups=groups)


def weight_and_slope(method: str, items: ItemParameters, theta: Floats, group: int) -> tuple[Floats, Floats]:
    """What each method adds to the log-likelihood, and its derivative, by the definitions."""
    mean, sd = GROUPS[group]
    if method == "map":
        return -(((theta - mean) / sd) ** 2) / 2, -(theta - mean) / sd**2
    chance, (first, second) = items.probabilities(theta), items.along_theta(theta)
    amount = (chance * first**2).sum(axis=(0, 1))
    bends = {"wle": 2.0, "warm": 1.0}.get(method, 0.0)
    slope = (chance * first * (first**2 + bends * second)).sum(axis=(0, 1)) / (2 * amount)
    if method == "warm":
        return np.concatenate([[0.0], np.cumsum((slope[1:] + slope[:-1]) / 2 * np.diff(theta))]), slope
    return (np.log(amount) / 2, slope) if method == "wle" else (np.zeros_like(theta), np.zeros_like(theta))


def by_hand(method: str, items: ItemParameters, row: np.ndarray, group: int) -> float:
    known = np.flatnonzero(row >= 0)
    few, chosen = items.take(known), row[known]
    pick = (np.arange(len(known)), chosen)
    objective = few.log_probabilities(FINE)[pick].sum(axis=0) + weight_and_slope(method, few, FINE, group)[0]
    top = int(objective.argmax())
    if objective[[0, -1]].max() >= objective[top] - 1e-9:
        return np.inf if objective[-1] > objective[0] else -np.inf

    def score(theta: float) -> float:
        here = np.array([theta])
        return float(few.along_theta(here)[0][pick].sum() + weight_and_slope(method, few, here, group)[1][0])

    return float(brentq(score, FINE[top - 1], FINE[top + 1], xtol=1e-13))


def found(method: str, responses: ResponseMatrix, items: ItemParameters) -> Abilities:
    if method == "map":
        populations = [normal_grid(items, mean=mean, sd=sd) for mean, sd in GROUPS]
        return maximum_a_posteriori(responses, items, population=populations)
    if method == "ml":
        return maximum_likelihood(responses, items)
    return weighted_likelihood(responses, items, weight={"wle": "information"}.get(method, method))


@pytest.mark.parametrize("method", ["ml", "map", "wle", "warm"])
def test_the_highest_peak_is_that_of_an_exhaustive_search(
    method: str, items: ItemParameters, answers: ResponseMatrix
) -> None:
    expected = np.array([
        by_hand(method, items, row, group) for row, group in zip(answers.answers, answers.group, strict=True)
    ])  # fmt: skip

    estimates = found(method, answers, items)

    finite = np.isfinite(expected)
    assert np.array_equal(estimates.extreme, np.where(finite, 0, np.sign(expected)))
    assert np.abs(estimates.theta[finite] - expected[finite]).max() < 1e-10
    assert np.isinf(estimates.se[~finite]).all()


@pytest.mark.parametrize("method", ["ml", "map", "wle"])
def test_the_standard_error_is_the_curvature_at_the_peak(
    method: str, items: ItemParameters, answers: ResponseMatrix
) -> None:
    estimates, step = found(method, answers, items), 1e-4
    person = int(np.flatnonzero(np.isfinite(estimates.theta))[0])
    row, theta = answers.answers[person], estimates.theta[person] + step * np.array([-1.0, 0.0, 1.0])
    known = np.flatnonzero(row >= 0)
    few = items.take(known)

    added = weight_and_slope(method, few, theta, int(answers.group[person]))[0]
    low, here, high = few.log_probabilities(theta)[np.arange(len(known)), row[known]].sum(axis=0) + added

    assert estimates.se[person] == pytest.approx((-(low - 2 * here + high) / step**2) ** -0.5, rel=1e-5)


def test_sparse_tables_give_what_full_ones_give(items: ItemParameters, answers: ResponseMatrix) -> None:
    person, item = np.nonzero(answers.answers >= 0)
    kept = (item + person) % 9 == 0
    person, item = person[kept], item[kept]
    full = np.full((60, 18), -1)
    full[person, item] = answers.answers[person, item]
    some = np.flatnonzero((full >= 0).any(axis=1))
    table = ResponseMatrix(full[some], items.names, categories=items.categories)
    rows = np.searchsorted(some, person)
    stored = ResponseMatrix.from_triples(
        rows, item, full[person, item], shape=(len(some), 18), items=items.names, categories=items.categories
    )

    for method in ("ml", "wle", "warm"):
        assert np.allclose(
            found(method, stored, items).theta, found(method, table, items).theta, atol=1e-10, equal_nan=False
        )
    assert np.allclose(eap(stored, items).theta, eap(table, items).theta)


def test_all_right_is_infinitely_able_and_all_wrong_infinitely_unable() -> None:
    two = ItemParameters.logistic([1.0, 2.0, 0.7], [0.0, 1.0, -1.0])

    estimates = maximum_likelihood(ResponseMatrix([[1, 1, 1], [0, 0, 0], [1, 0, 1]]), two)

    assert estimates.theta[:2].tolist() == [np.inf, -np.inf]
    assert estimates.se[:2].tolist() == [np.inf, np.inf]
    assert estimates.extreme.tolist() == [1, -1, 0]


def test_guessing_can_be_the_best_explanation() -> None:
    """With asymptotes the likelihood of a hard item solved and easy ones missed is highest at minus infinity."""
    guessed = ItemParameters.logistic([1.0, 1.0, 1.0], [-1.0, -1.0, 2.0], [0.25, 0.25, 0.25])

    assert maximum_likelihood(ResponseMatrix([[0, 0, 1]]), guessed).theta.tolist() == [-np.inf]


def test_of_two_peaks_the_higher_is_taken_though_the_grid_shows_the_other_higher() -> None:
    """The second peak lies between two nodes of the search, the first on one of them."""
    two_peaks = ItemParameters.logistic([2.5] * 6, [-2.0, -2.0, -2.0, 2.0, 2.1, 2.2], [0.0, 0.0, 0.0, 0.3, 0.3, 0.3])
    row = np.array([1, 1, 0, 1, 1, 1])

    estimate = maximum_likelihood(ResponseMatrix([row]), two_peaks)

    assert estimate.theta[0] == pytest.approx(by_hand("ml", two_peaks, row, 0), abs=1e-10)


def test_a_person_without_answers_is_refused_by_name_where_answers_are_all_there_is() -> None:
    one = ItemParameters.logistic([1.0], [0.0], names=["A"])
    nobody = ResponseMatrix([[1], [-1]], ["A"], persons=["Wang", "Li"])

    for estimate in (maximum_likelihood, weighted_likelihood):
        with pytest.raises(NothingKnown) as caught:
            estimate(nobody, one)
        assert caught.value.person == "Li"
    assert maximum_a_posteriori(nobody, one).theta[1] == pytest.approx(0.0, abs=1e-12)
    assert maximum_a_posteriori(nobody, one).se[1] == pytest.approx(1.0)


def test_the_peak_of_the_posterior_knows_the_population_beyond_its_grid() -> None:
    easy = ItemParameters.logistic(np.full(40, 2.0), np.full(40, 9.0))

    narrow, wide = (maximum_a_posteriori(ResponseMatrix(np.ones((1, 40), int)), easy, population=grid) for grid in (
        normal(41, limit=3.0), normal(161, limit=12.0)
    ))  # fmt: skip

    assert narrow.theta[0] == pytest.approx(wide.theta[0], abs=1e-8)
    assert narrow.theta[0] > 6


def test_expected_information_gives_the_error_of_measurement() -> None:
    guessed = ItemParameters.logistic([1.0, 1.5, 2.0], [-1.0, 0.0, 0.5], [0.1, 0.2, 0.2])
    row = ResponseMatrix([[1, 1, 0]])

    likely = maximum_likelihood(row, guessed, information="expected")
    posterior = maximum_a_posteriori(row, guessed, population=normal(sd=0.5), information="expected")

    assert np.allclose(likely.se, sem_at(likely.theta, guessed))
    assert np.allclose(posterior.se**-2, sem_at(posterior.theta, guessed) ** -2 + 4.0)


def test_a_population_without_a_density_has_no_peak() -> None:
    one = ItemParameters.logistic([1.0], [0.0])

    with pytest.raises(BadPopulation):
        maximum_a_posteriori(
            ResponseMatrix([[1]]), one, population=Quadrature(np.array([0.0, 1.0, 2.0]), np.array([0.5, 0.0, 0.5]))
        )


def test_the_search_reaches_to_where_the_test_is_silent() -> None:
    flat = ItemParameters.logistic([0.05, 0.1], [0.0, 3.0])

    nodes, spacing = search_grid(flat)

    assert flat.information(nodes[[0, -1]]).sum(axis=0).max() < 1e-12
    assert np.diff(nodes).min() == pytest.approx(spacing)
    assert len(nodes) < 500
