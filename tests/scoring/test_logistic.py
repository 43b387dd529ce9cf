import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kaoping.scoring import logistic

THETA = np.linspace(-3, 3, 13)
A, B = np.array([0.5, 1.0, 2.0]), np.array([-1.0, 0.0, 1.5])
MARKS = np.array([1.0, 2.0, 2.0])


def test_the_slope_is_the_derivative_of_the_probability() -> None:
    h = 1e-5

    numeric = (logistic.probability(THETA + h, A, B) - logistic.probability(THETA - h, A, B)) / (2 * h)

    assert np.allclose(logistic.slope_of_probability(THETA, A, B), numeric, atol=1e-9)


def test_information_is_squared_slope_over_variance() -> None:
    right = logistic.probability(THETA, A, B)

    expected = logistic.slope_of_probability(THETA, A, B) ** 2 / (right * (1 - right))

    assert np.allclose(logistic.information(THETA, A, B), expected)


def test_expected_score_and_variance_are_those_of_independent_items() -> None:
    right = logistic.probability(THETA, A, B)

    assert np.allclose(logistic.expected_score(THETA, A, B, MARKS), (right * MARKS).sum(axis=1))
    assert np.allclose(logistic.score_variance(THETA, A, B, MARKS), (right * (1 - right) * MARKS**2).sum(axis=1))


@given(st.floats(-30, 30), st.floats(0.05, 5), st.floats(-6, 6))
def test_probability_lies_between_zero_and_one_and_is_even_about_the_difficulty(
    distance: float, a: float, b: float
) -> None:
    above, below = logistic.probability(np.array([b + distance, b - distance]), np.array([a]), np.array([b]))[:, 0]

    assert 0 <= below <= 1
    assert abs(above + below - 1) < 1e-12


def test_a_difficulty_gives_the_facility_that_it_was_judged_by() -> None:
    share, a = np.array([0.1, 0.5, 0.9]), np.array([0.7, 1.0, 1.5])

    b = logistic.difficulty_of(share, a)

    assert np.allclose(logistic.facility(a, b), share, atol=1e-9)
