from functools import partial

import numpy as np
import pytest

from kaoping.scoring.equating import Frequencies, JointFrequencies, choose, fit, smooth, smooth_design, smooth_joint
from kaoping.scoring.equating.presmoothing import Criterion, containable
from kaoping.scoring.errors import TooManyPowers
from tests.scoring.equating.samples import form, groups, neat, pairs, single


def from_a_cubic() -> Frequencies:
    x = np.linspace(-1, 1, 25)
    shares = np.exp(-4 * x**2 + 2.5 * x**3 + x)
    return Frequencies(range(25), np.random.default_rng(2).multinomial(20_000, shares / shares.sum()))


@pytest.mark.parametrize("by", ["aic", "bic", "lr"])
def test_every_criterion_finds_the_powers_that_made_the_data(by: Criterion) -> None:
    table = from_a_cubic()

    place, found = choose([partial(fit, table, degree=degree) for degree in range(1, 9)], by=by)

    assert place + 1 == 3
    assert found.parameters == 4


def test_models_that_cannot_be_fitted_end_the_list() -> None:
    table = Frequencies(range(4), [5, 9, 8, 6])

    place, _ = choose([partial(fit, table, degree=degree) for degree in range(1, 9)])

    assert place < 3
    with pytest.raises(TooManyPowers):
        choose([partial(fit, table, degree=9)])


def test_smoothing_makes_shares_err_less() -> None:
    table = form(500)

    smoothed = smooth(table, degree=3)

    raw = np.square(table.covariance_root(np.eye(13))).sum(axis=1)
    assert (np.square(smoothed.covariance_root(np.eye(13))).sum(axis=1) < raw).mean() > 0.8
    assert np.isclose(smoothed.n, table.n)


def test_every_table_of_a_design_is_smoothed() -> None:
    assert smooth_design(groups()).y.factor is not None
    assert smooth_design(single(), degree=3, crossed=2).pairs.factor is not None
    smoothed = smooth_design(neat())
    assert smoothed.x.factor is not None
    assert (smoothed.x.counts[0, 1:] == 0).all()


def test_a_criterion_finds_that_scores_belong_together() -> None:
    table = pairs(3000)

    chosen = smooth_joint(table, degree="bic")

    def covariance(one: JointFrequencies) -> float:
        x, v = one.of_first.mean, one.of_second.mean
        return float((one.first - x) @ one.shares @ (one.second - v))

    assert np.isclose(covariance(chosen), covariance(table))


def test_a_form_holds_its_anchor() -> None:
    table = pairs(50)

    possible = containable(table)

    assert not possible[0, 1]
    assert not possible[10, 4]
    assert possible[10, 5]
    assert possible[table.counts > 0].all()
