import numpy as np
import pytest
from scipy.integrate import quad

from kaoping.scoring.arrays import Floats
from kaoping.scoring.equating import Gaussian, Uniform
from kaoping.scoring.equating.continuization import Continuous
from kaoping.scoring.errors import OptionOutOfRange
from tests.scoring.equating.samples import form

TABLE = form(3000)
FORMS: list[Continuous] = [Uniform(TABLE.scores, TABLE.shares), Gaussian(TABLE.scores, TABLE.shares, 0.6)]
AT = np.linspace(-0.27, 12.31, 29)


@pytest.mark.parametrize("continuous", FORMS)
def test_the_quantile_undoes_the_distribution_function(continuous: Continuous) -> None:
    assert np.allclose(continuous.quantile(continuous.cdf(AT)), AT, atol=1e-9)


@pytest.mark.parametrize("continuous", FORMS)
def test_the_density_is_the_derivative_of_the_distribution_function(continuous: Continuous) -> None:
    step = 1e-5
    difference = (continuous.cdf(AT + step) - continuous.cdf(AT - step)) / (2 * step)

    assert np.allclose(continuous.pdf(AT), difference, atol=1e-7)
    assert np.allclose(continuous.steepness(continuous.cdf(AT), AT), difference, atol=1e-7)


@pytest.mark.parametrize("kind", ["uniform", "gaussian"])
def test_the_gradient_is_the_derivative_by_the_shares(kind: str) -> None:
    def cdf(shares: Floats) -> Floats:
        whole = shares / shares.sum()
        return (Uniform(TABLE.scores, whole) if kind == "uniform" else Gaussian(TABLE.scores, whole, 0.6)).cdf(AT)

    step = 1e-6
    nudges = step * np.eye(len(TABLE.scores))
    numeric = np.stack([(cdf(TABLE.shares + n) - cdf(TABLE.shares - n)) / (2 * step) for n in nudges], axis=1)

    gradient = FORMS[kind == "gaussian"].gradient(AT)

    # Only differences matter, as shares add up to one.
    assert np.allclose(gradient - (gradient @ TABLE.shares)[:, None], numeric, atol=1e-7)


def test_a_kernel_keeps_mean_and_variance() -> None:
    kernel = Gaussian(TABLE.scores, TABLE.shares, 1.3)

    def moment(power: int) -> float:
        return float(quad(lambda x: x**power * kernel.pdf(np.array([x]))[0], -30, 40, epsabs=1e-10, limit=200)[0])

    mean = moment(1)
    assert np.isclose(mean, TABLE.mean)
    assert np.isclose(moment(2) - mean**2, TABLE.shares @ (TABLE.scores - TABLE.mean) ** 2)


def test_the_slope_of_a_kernel_density_is_its_derivative() -> None:
    kernel = Gaussian(TABLE.scores, TABLE.shares, 0.6)
    step = 1e-5

    assert np.allclose(kernel.slope(AT), (kernel.pdf(AT + step) - kernel.pdf(AT - step)) / (2 * step), atol=1e-7)


def test_scores_that_nobody_has_are_crossed_in_the_middle() -> None:
    gap = Uniform(np.arange(6.0), np.array([0.0, 0.5, 0.0, 0.0, 0.5, 0.0]))

    points = gap.quantile(np.array([0.0, 0.25, 0.5, 0.75, 1.0]))

    assert np.allclose(points, [-0.5, 1.0, 2.5, 4.0, 5.5])
    assert np.allclose(gap.steepness(np.array([0.25, 0.5, 0.75]), points[1:4]), [0.5, 0.25, 0.5])
    assert (gap.steepness(np.array([0.0, 1.0]), points[[0, 4]]) > 0).all()


@pytest.mark.parametrize("bandwidth", [0.0, -1.0, np.inf, np.nan])
def test_a_bandwidth_must_be_above_nothing(bandwidth: float) -> None:
    with pytest.raises(OptionOutOfRange, match="bandwidth"):
        Gaussian(TABLE.scores, TABLE.shares, bandwidth)
