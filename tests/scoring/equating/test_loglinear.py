import numpy as np
import pytest

from kaoping.scoring.equating import Frequencies, JointFrequencies, fit, fit_joint, loglinear
from kaoping.scoring.errors import NotConverged, TooManyPowers
from tests.scoring.equating.samples import form, pairs


@pytest.mark.parametrize("degree", [1, 3, 6, 10])
def test_a_fit_keeps_as_many_moments_as_it_has_powers(degree: int) -> None:
    table = form(3000)

    found = fit(table, degree=degree)

    for power in range(degree + 1):
        assert np.isclose(found.fitted @ table.scores**power, table.counts @ table.scores**power, rtol=1e-9)
    assert (found.parameters, found.df) == (degree + 1, 13 - degree - 1)
    assert found.gradient < 1e-10


def test_a_fit_of_all_powers_is_the_data() -> None:
    table = Frequencies(range(5), [3, 9, 12, 7, 2])

    found = fit(table, degree=4)

    assert np.allclose(found.fitted, table.counts)
    assert np.isclose(found.deviance, 0, atol=1e-9)


def test_a_fit_of_pairs_keeps_their_margins_and_product() -> None:
    table = pairs(3000)

    found = fit_joint(table, degrees=(4, 3), crossed=1)

    x, v = np.meshgrid(table.first, table.second, indexing="ij")
    for kept in [x**c for c in range(5)] + [v**d for d in range(4)] + [x * v]:
        assert np.isclose((found.fitted * kept).sum(), (table.counts * kept).sum(), rtol=1e-9)
    assert found.parameters == 1 + 4 + 3 + 1


def test_impossible_pairs_are_fitted_by_none() -> None:
    table = pairs(3000)
    possible = table.first[:, None] >= table.second

    found = fit_joint(table, degrees=(3, 3), possible=possible)

    assert (found.fitted[~possible] == 0).all()
    assert np.isclose(found.fitted.sum(), table.n)


def test_the_factor_is_the_covariance_of_fitted_shares() -> None:
    fitted = fit(form(3000), degree=3)
    table = Frequencies(range(13), fitted.fitted)
    step = 1e-3
    moved = []
    for cell in range(13):
        ends = [fit(Frequencies(range(13), table.counts + by * np.eye(13)[cell]), degree=3) for by in (step, -step)]
        moved.append((ends[0].fitted / ends[0].fitted.sum() - ends[1].fitted / ends[1].fitted.sum()) / (2 * step))

    derivative = np.stack(moved, axis=1)

    covariance = (derivative * table.counts) @ derivative.T
    assert np.allclose(fitted.factor @ fitted.factor.T, covariance, rtol=1e-4, atol=1e-12)


def test_deviations_of_a_true_model_are_of_the_size_of_one() -> None:
    counts = np.random.default_rng(3).poisson(100 * np.exp(-((np.arange(21) - 10) ** 2) / 50))

    found = fit(Frequencies(range(21), counts), degree=2)

    assert 0.5 < found.deviations.std() < 1.5
    assert abs(found.deviance - found.pearson) < 0.2 * found.df


def test_more_powers_than_scores_are_refused() -> None:
    with pytest.raises(TooManyPowers) as caught:
        fit(Frequencies(range(9), [0, 5, 5, 5, 0, 0, 0, 0, 0]), degree=3)

    assert (caught.value.n, caught.value.most) == (3, 2)
    with pytest.raises(TooManyPowers):
        fit(form(100), degree=0)


def test_a_maximum_at_infinity_gives_the_distribution_at_its_limit() -> None:
    counts = np.array([[0, 0, 9], [0, 0, 0], [9, 0, 0]])

    found = fit_joint(JointFrequencies(range(3), range(3), counts), degrees=(1, 1))

    assert np.allclose(found.fitted, counts, atol=1e-6)
    assert np.isfinite(found.factor).all()


def test_a_fit_that_does_not_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loglinear, "ITERATIONS", 1)

    with pytest.raises(NotConverged) as caught:
        fit(form(3000), degree=6)

    assert caught.value.iterations == 1
