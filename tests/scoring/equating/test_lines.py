from collections.abc import Callable

import numpy as np
import pytest

from kaoping.scoring.equating import Equating, EquivalentGroups, Frequencies, SingleGroup, identity, linear, mean
from kaoping.scoring.equating.lines import influence
from kaoping.scoring.errors import ScoresAlike
from tests.scoring.equating.samples import brute_force, form, groups, single

LINES = [mean, linear]


def test_identity_is_exact() -> None:
    found = identity(groups())

    assert np.array_equal(found.equated, found.scores)
    assert not found.see.any()


def test_mean_and_linear_match_the_moments_they_promise() -> None:
    design = groups()

    shifted, stretched = mean(design), linear(design)

    assert shifted.moments is not None
    assert stretched.moments is not None
    assert np.isclose(shifted.moments.mean, design.y.mean)
    assert np.isclose(stretched.moments.mean, design.y.mean)
    assert np.isclose(stretched.moments.sd, design.y.moments.sd)
    assert stretched.moments.skewness == design.x.moments.skewness


@pytest.mark.parametrize("method", LINES)
def test_a_form_is_equated_to_itself_by_identity(method: Callable[..., Equating]) -> None:
    table = form(500)

    assert np.allclose(method(EquivalentGroups(table, table)).equated, table.scores)


@pytest.mark.parametrize("method", LINES)
def test_equating_back_gives_the_scores_again(method: Callable[..., Equating]) -> None:
    design = groups()

    there, back = method(design), method(EquivalentGroups(design.y, design.x))

    assert there.slope is not None
    assert back.slope is not None
    assert back.intercept is not None
    assert np.allclose(back.slope * there.equated + back.intercept, design.x.scores)


@pytest.mark.parametrize("method", LINES)
def test_standard_errors_are_the_derivative_by_every_count(method: Callable[..., Equating]) -> None:
    design, pair = groups(), single()

    assert np.allclose(method(design).see, brute_force(method, design.x, design.y, build=EquivalentGroups), rtol=2e-3)
    assert np.allclose(method(pair).see, brute_force(method, pair.pairs, build=SingleGroup), rtol=2e-3)


def test_the_standard_error_of_linear_equating_of_normal_scores_is_the_textbook_one() -> None:
    """Kolen & Brennan (2014), ch. 7: the variance is var(Y) (1/nX + 1/nY) (1 + z^2 / 2) for normal scores."""
    scores = np.arange(201)
    counts = 1e6 * np.exp(-((scores - 100) ** 2) / (2 * 15**2))
    table = Frequencies(scores, counts)
    z = (scores - 100) / 15

    found = linear(EquivalentGroups(table, table))

    assert np.allclose(found.see, 15 * np.sqrt(2 / table.n * (1 + z**2 / 2)), rtol=1e-5)


def test_influence_is_the_derivative_of_mean_and_variance() -> None:
    table = Frequencies(range(4), [10, 30, 40, 20])
    step = 1e-4

    for cell in range(4):
        counts = table.counts.copy()
        counts[cell] += step
        moved = Frequencies(range(4), counts)
        expected = influence(table)[:, cell] - influence(table) @ table.shares
        change = np.array([moved.mean - table.mean, moved.variance - table.variance]) * table.n / step
        assert np.allclose(change, expected, rtol=2e-2, atol=2e-2)


def test_scores_that_are_all_alike_cannot_be_stretched() -> None:
    with pytest.raises(ScoresAlike) as caught:
        linear(EquivalentGroups(form(100), Frequencies(range(3), [0, 9, 0])))

    assert caught.value.form == "Y"
