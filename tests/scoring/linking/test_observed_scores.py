import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kaoping.scoring.errors import BadParameters
from kaoping.scoring.linking import Form, equate_observed_scores, link
from kaoping.scoring.linking.observed_scores import equal_ranks
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.quadrature import normal
from tests.scoring.linking.samples import LOGISTIC, MIXED, SMALL, A, B, erring, shifted, slopes, with_errors

SHARES = arrays(float, st.integers(2, 9), elements=st.floats(0.05, 1)).map(lambda drawn: drawn / drawn.sum())


@pytest.mark.parametrize("items", [LOGISTIC, MIXED], ids=["logistic", "mixed"])
def test_a_form_is_equated_to_itself_by_the_identity(items: ItemParameters) -> None:
    found = equate_observed_scores(link(Form(items), Form(items.rescaled(A, B))))

    assert np.allclose(found.equated, found.scores, atol=1e-6)


@given(SHARES, SHARES)
def test_equal_ranks_rise_and_stay_within_half_a_point_of_the_ends(start: np.ndarray, target: np.ndarray) -> None:
    equated, _, _ = equal_ranks(start, target)

    assert (np.diff(equated) > 0).all()
    assert equated[0] >= -0.5
    assert equated[-1] <= len(target) - 0.5


@given(SHARES)
def test_equal_distributions_are_equated_by_the_identity(shares: np.ndarray) -> None:
    assert np.allclose(equal_ranks(shares, shares)[0], np.arange(len(shares)))


def test_equal_ranks_know_their_derivatives() -> None:
    start, target = np.array([0.3, 0.45, 0.25]), np.array([0.1, 0.3, 0.4, 0.2])

    _, by_start, by_target = equal_ranks(start, target)

    assert np.allclose(by_start, slopes(lambda by: equal_ranks(start + by, target)[0], np.zeros(3)), atol=1e-8)
    assert np.allclose(by_target, slopes(lambda by: equal_ranks(start, target + by)[0], np.zeros(4)), atol=1e-8)


@pytest.mark.parametrize("weight", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("side", [0, 1])
def test_standard_errors_are_by_the_derivative(side: int, weight: float) -> None:
    x, y = erring(SMALL, 1), erring(SMALL.rescaled(A, B), 2)
    forms = [with_errors(x, 5), with_errors(y, 6)]
    sides = [x, y]
    known = [Form(each.items, each.covariance if place == side else np.zeros_like(each.covariance))
             for place, each in enumerate(forms)]  # fmt: skip

    found = equate_observed_scores(link(known[0], known[1]), weight=weight)

    def moved(by: np.ndarray) -> np.ndarray:
        pair = [shifted(items, by) if place == side else items for place, items in enumerate(sides)]
        return equate_observed_scores(link(Form(pair[0]), Form(pair[1])), weight=weight).equated

    change = slopes(moved, np.zeros(forms[side].size))
    expected = known[side].spread(change)
    assert found.see is not None
    assert expected is not None
    assert np.allclose(found.see, np.sqrt(np.diag(expected)), atol=1e-6)


def test_populations_matter_when_forms_differ() -> None:
    line = link(Form(LOGISTIC), Form(erring(LOGISTIC.rescaled(A, B), 2, 0.5)))

    usual = equate_observed_scores(line)
    abler = equate_observed_scores(line, start_population=normal(mean=2.0), target_population=normal(mean=2.0))

    assert np.abs(usual.equated - abler.equated).max() > 0.01


def test_a_weight_beyond_one_is_refused() -> None:
    with pytest.raises(BadParameters):
        equate_observed_scores(link(Form(LOGISTIC), Form(LOGISTIC)), weight=1.5)
