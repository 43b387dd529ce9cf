"""The Law School Admission Test, sections 6 and 7: five items each, 1000 persons.

Answer patterns: Bock, R. D., & Lieberman, M. (1970). Fitting a response model for n dichotomously scored items.
*Psychometrika*, 35, 179-197. Two-parameter estimates of section 6: Rizopoulos, D. (2006). ltm: An R package for latent
variable modelling and item response analyses. *Journal of Statistical Software*, 17(5), whose optimiser stopped about
5e-4 short of the optimum. The other values (logistic metric, standard normal population) were computed by an
independent optimiser with a gradient below 1e-12 and agree with R mirt 1.47 in the digits used here; marginal and
empirical reliability, EAP abilities and classical values are those of R mirt.
"""

import numpy as np
import pytest

from kaoping.scoring import classical
from kaoping.scoring.ability import (
    eap,
    empirical_reliability,
    marginal_reliability,
    maximum_a_posteriori,
    maximum_likelihood,
    total_information,
    weighted_likelihood,
)
from kaoping.scoring.arrays import Floats
from kaoping.scoring.calibrated import Calibration
from kaoping.scoring.calibration import calibrate
from kaoping.scoring.responses import ResponseMatrix

#: Persons for every pattern, 00000 first, 11111 last.
LSAT6 = (
    3, 6, 2, 11, 1, 1, 3, 4, 1, 8, 0, 16, 0, 3, 2, 15,
    10, 29, 14, 81, 3, 28, 15, 80, 16, 56, 21, 173, 11, 61, 28, 298,
)  # fmt: skip
LSAT7 = (
    12, 19, 1, 7, 3, 19, 3, 17, 10, 5, 3, 7, 7, 23, 8, 28,
    7, 39, 11, 34, 14, 51, 15, 90, 6, 25, 7, 35, 18, 136, 32, 308,
)  # fmt: skip


def section(counts: tuple[int, ...]) -> ResponseMatrix:
    patterns = (np.arange(32)[:, None] >> np.arange(5)[::-1]) & 1
    return ResponseMatrix(np.repeat(patterns, counts, axis=0))


@pytest.fixture(scope="module")
def section6() -> Calibration:
    return calibrate(section(LSAT6), tolerance=1e-8)


@pytest.fixture(scope="module")
def section7() -> Calibration:
    return calibrate(section(LSAT7), tolerance=1e-8)


def close(found: Floats, expected: tuple[float, ...], tolerance: float) -> bool:
    return bool(np.abs(found - np.array(expected)).max() <= tolerance)


def intercepts(found: Calibration) -> Floats:
    return np.array([values[1] for values in found.parameters.values])


def inside_errors(found: Calibration) -> Floats:
    errors = dict(zip(found.free, np.sqrt(np.diag(found.covariance)), strict=True))
    return np.array([errors[item, "d"] for item in found.items])


def test_section_6_agrees_with_the_published_estimates(section6: Calibration) -> None:
    assert close(section6.reported("a"), (0.8254, 0.7229, 0.8905, 0.6886, 0.6575), 1e-3)
    assert close(section6.reported("b"), (-3.3597, -1.3696, -0.2799, -1.8659, -3.1236), 3e-3)


def test_section_6_agrees_with_the_exact_optimum(section6: Calibration) -> None:
    assert close(section6.reported("a"), (0.825660, 0.722744, 0.890875, 0.688368, 0.656856), 2e-6)
    assert close(intercepts(section6), (2.773234, 0.990201, 0.249148, 1.284757, 2.053270), 2e-6)
    assert close(section6.standard_error("a"), (0.258115, 0.186680, 0.232764, 0.185143, 0.209909), 2e-6)
    assert close(inside_errors(section6), (0.205744, 0.090019, 0.076273, 0.099038, 0.135359), 2e-6)
    assert section6.log_likelihood == pytest.approx(-2466.653377, abs=1e-5)


def test_standard_errors_of_difficulties_agree_with_mirt(section6: Calibration) -> None:
    assert close(section6.standard_error("b"), (0.86647, 0.30749, 0.09962, 0.43432, 0.87121), 2e-4)


def test_section_7_agrees_with_the_exact_optimum(section7: Calibration) -> None:
    assert close(section7.reported("a"), (0.987546, 1.080837, 1.707478, 0.764990, 0.735673), 5e-6)
    assert close(section7.reported("b"), (-1.879260, -0.747541, -1.057236, -0.635302, -2.520764), 5e-6)
    assert close(section7.standard_error("a"), (0.177195, 0.168764, 0.321077, 0.134120, 0.151134), 5e-6)
    assert section7.log_likelihood == pytest.approx(-2658.805114, abs=1e-5)


def test_abilities_of_section_6_agree_with_mirt(section6: Calibration) -> None:
    found = eap(ResponseMatrix([[0] * 5, [0, 0, 0, 0, 1], [1] * 5]), section6.parameters)

    assert close(found.theta, (-1.89677, -1.47481, 0.64562), 5e-5)
    assert close(found.se[:2], (0.80128, 0.80228), 5e-5)


def test_peaks_of_section_6_agree_with_mirt(section6: Calibration) -> None:
    rows = ResponseMatrix([[0, 0, 0, 0, 1], [0, 0, 0, 1, 0], [0, 0, 1, 1, 1], [0] * 5, [1] * 5])

    posterior = maximum_a_posteriori(rows, section6.parameters)
    likely = maximum_likelihood(rows, section6.parameters)
    weighted = weighted_likelihood(rows, section6.parameters)

    assert close(posterior.theta[:4], (-1.479503, -1.459528, -0.463233, -1.895257), 5e-5)
    assert close(posterior.se[:4], (0.796130, 0.796237, 0.812160, 0.795525), 5e-5)
    assert close(likely.theta[:3], (-4.357286, -4.272620, -1.306222), 2e-4)
    assert close(likely.se[:3], (1.652709, 1.625987, 1.320964), 2e-4)
    assert likely.theta[3:].tolist() == [-np.inf, np.inf]
    assert close(weighted.theta[:4], (-3.951495, -3.890607, -1.351516, -5.703918), 2e-4)
    assert close(weighted.se[:4], (1.395711, 1.384573, 1.248502, 2.050530), 3e-4)


def test_reliabilities_and_information_of_section_6_agree_with_mirt(section6: Calibration) -> None:
    abilities = eap(section(LSAT6), section6.parameters)

    assert empirical_reliability(abilities) == pytest.approx(0.301089, abs=1e-5)
    assert marginal_reliability(section6.parameters) == pytest.approx(0.298949, abs=1e-5)
    information = total_information(np.array([-4.0, 0.0, 4.0]), section6.parameters)
    assert close(information, (0.41650, 0.46018, 0.04068), 5e-5)


def test_classical_statistics_of_section_6_agree_with_mirt() -> None:
    responses = section(LSAT6)

    found = classical.analyse(responses)

    assert close(found.facility, (0.924, 0.709, 0.553, 0.763, 0.870), 1e-12)
    assert close(found.item_rest, (0.112833, 0.153178, 0.172779, 0.144428, 0.121596), 1e-6)
    assert classical.alpha(responses).value == pytest.approx(0.294997, abs=1e-6)
    assert classical.standard_error_of_measurement(responses).value == pytest.approx(0.869067, abs=1e-6)
