import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.special import expit

from kaoping.scoring.ability import (
    Abilities,
    eap,
    empirical_reliability,
    marginal_reliability,
    maximum_likelihood,
    sem_at,
    separation_reliability,
    total_information,
)
from kaoping.scoring.errors import BadParameters
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.quadrature import normal
from kaoping.scoring.responses import ResponseMatrix

A, B = np.array([0.8, 1.0, 1.3, 1.7]), np.array([-1.0, 0.0, 0.3, 1.0])
ITEMS = ItemParameters.logistic(A, B)


def by_hand(person: np.ndarray) -> tuple[float, float]:
    grid = normal()
    density = grid.weights.copy()
    for answer, a, b in zip(person, A, B, strict=True):
        right = expit(a * (grid.nodes - b))
        density *= {1: right, 0: 1 - right, -1: 1.0}[int(answer)]
    density /= density.sum()
    mean = float(density @ grid.nodes)
    return mean, float(np.sqrt(density @ (grid.nodes - mean) ** 2))


@given(arrays.arrays(np.int8, st.tuples(st.integers(1, 8), st.just(4)), elements=st.integers(-1, 1)))
def test_ability_is_the_mean_of_the_posterior_in_the_order_of_the_persons(answers: np.ndarray) -> None:
    found = eap(ResponseMatrix(answers), ITEMS)

    expected = np.array([by_hand(person) for person in answers])
    assert np.allclose(found.theta, expected[:, 0])
    assert np.allclose(found.se, expected[:, 1])


def test_a_right_answer_more_never_lowers_the_ability() -> None:
    answers = np.tril(np.ones((5, 4), dtype=int), -1)

    assert (np.diff(eap(ResponseMatrix(answers), ITEMS).theta) > 0).all()


def test_a_person_without_answers_is_the_population() -> None:
    found = eap(ResponseMatrix([[-1, -1, -1, -1]]), ITEMS)

    assert np.allclose(found.theta, 0.0, atol=1e-12)
    assert np.allclose(found.se, 1.0, atol=1e-6)


def test_parameters_for_other_items_are_refused() -> None:
    with pytest.raises(BadParameters) as caught:
        eap(ResponseMatrix([[1, 0]]), ITEMS)

    assert caught.value.reason == "the items are not those of the answers, in the same order"


def test_the_standard_error_of_measurement_is_one_over_root_information() -> None:
    theta = np.linspace(-2, 2, 5)

    assert np.allclose(sem_at(theta, ITEMS) ** -2, total_information(theta, ITEMS))


def test_reliability_falls_as_standard_errors_grow() -> None:
    theta = np.linspace(-2, 2, 9)

    precise, vague = Abilities(theta, np.full(9, 0.3)), Abilities(theta, np.ones(9))

    assert empirical_reliability(precise) > empirical_reliability(vague)


def test_separation_leaves_out_those_without_a_finite_estimate() -> None:
    found = maximum_likelihood(ResponseMatrix([[1, 1, 1, 1], [1, 1, 1, 0], [1, 1, 0, 0], [1, 0, 0, 0]]), ITEMS)

    finite = np.isfinite(found.theta)

    assert finite.sum() == 3
    assert separation_reliability(found) == pytest.approx(
        1 - (found.se[finite] ** 2).mean() / found.theta[finite].var(ddof=1)
    )


@pytest.mark.parametrize("definition", ["posterior", "error", "harmonic"])
def test_reliability_does_not_depend_on_the_unit_of_ability(definition: str) -> None:
    here = marginal_reliability(ITEMS, population=normal(121, mean=0.3, sd=1.2), definition=definition)

    there = marginal_reliability(
        ITEMS.rescaled(2.0, 1.0), population=normal(121, mean=1.6, sd=2.4), definition=definition
    )

    assert here == pytest.approx(there)


def test_the_three_marginal_reliabilities_agree_where_information_is_even() -> None:
    long = ItemParameters.logistic(np.full(400, 1.5), np.tile(np.linspace(-9, 9, 40), 10))

    found = [marginal_reliability(long, definition=name) for name in ("posterior", "error", "harmonic")]

    assert np.ptp(found) < 2e-3
