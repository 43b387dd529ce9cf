import numpy as np
import pytest
from scipy import stats
from scipy.special import expit

from kaoping.scoring.priors import Beta, Lognormal, Normal, Prior

PRIORS = [Normal(-1.1, 0.5), Lognormal(0.1, 0.4), Beta(5.0, 17.0)]
X = np.array([0.3, 0.9, 2.2])


@pytest.mark.parametrize("prior", PRIORS, ids=repr)
def test_derivatives_agree_with_differences(prior: Prior) -> None:
    h = 1e-5
    up, here, down = (prior.log_density(X + sign * h) for sign in (1, 0, -1))

    assert np.allclose(prior.gradient(X), (up - down) / (2 * h), atol=1e-6)
    assert np.allclose(prior.curvature(X), -(up - 2 * here + down) / h**2, atol=1e-3)


def test_densities_are_those_of_scipy_with_their_constants() -> None:
    assert np.allclose(Normal(-1.1, 0.5).log_density(X), stats.norm(-1.1, 0.5).logpdf(X))
    assert np.allclose(Lognormal(0.1, 0.4).log_density(X), stats.lognorm(0.4, scale=np.exp(0.1)).logpdf(X))
    assert np.allclose(Beta(5.0, 17.0).log_density(X), stats.beta(5, 17).logpdf(expit(X)))


def test_a_slope_that_is_not_positive_is_impossible_under_a_lognormal_prior() -> None:
    assert (Lognormal().log_density(np.array([0.0, -1.0])) == -np.inf).all()
