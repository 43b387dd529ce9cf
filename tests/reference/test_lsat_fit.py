"""Fit of the Law School Admission Test, sections 6 and 7, by the two-parameter model.

Answer patterns: Bock & Lieberman (1970), see `test_lsat`. The statistics are those that R mirt 1.47 (Chalmers, R. P.
(2012). mirt: A multidimensional item response theory package for the R environment. *Journal of Statistical Software*,
48(6)) gives after 65 and 46 cycles to a tolerance of 1e-6: S-X², M2, infit and outfit at EAP abilities, Q3, Zh.
"""

from typing import Any

import numpy as np
import pytest

from kaoping.scoring.ability import eap
from kaoping.scoring.calibrated import Calibration
from kaoping.scoring.calibration import calibrate
from kaoping.scoring.fit import (
    item_mean_squares,
    model_fit,
    pattern_likelihood,
    person_mean_squares,
    residual_correlations,
    s_x2,
)
from tests.reference.test_lsat import LSAT6, LSAT7, section


def near(values: list[float]) -> Any:
    return pytest.approx(values, rel=1e-3, abs=2e-4)


@pytest.fixture(scope="module")
def section6() -> Calibration:
    return calibrate(section(LSAT6), tolerance=1e-8)


@pytest.fixture(scope="module")
def section7() -> Calibration:
    return calibrate(section(LSAT7), tolerance=1e-8)


def test_s_x2(section6: Calibration, section7: Calibration) -> None:
    six, seven = s_x2(section(LSAT6), section6), s_x2(section(LSAT7), section7)

    assert six.statistic == near([0.45035, 1.69104, 0.66627, 0.17530, 0.11104])
    assert six.df.tolist() == [2, 2, 1, 2, 2]
    assert seven.statistic == near([4.75053, 14.45345, 1.27264, 5.23649, 0.94094])
    assert seven.p == near([0.09299, 0.000727, 0.52924, 0.07293, 0.62475])
    assert seven.rmsea == near([0.03710, 0.07895, 0, 0.04025, 0])


def test_m2(section6: Calibration, section7: Calibration) -> None:
    six, seven = model_fit(section(LSAT6), section6), model_fit(section(LSAT7), section7)

    assert [six.statistic, six.p, six.rmsea_high, six.srmsr] == near([4.73838, 0.44865, 0.04277, 0.02132])
    assert (six.df, six.rmsea, six.rmsea_low, six.cfi) == (5, 0, 0, 1)
    assert [seven.statistic, seven.p, seven.rmsea] == near([11.93841, 0.03564, 0.03727])
    assert [seven.rmsea_low, seven.rmsea_high] == near([0.00895, 0.06497])
    assert [seven.srmsr, seven.tli, seven.cfi] == near([0.03196, 0.93693, 0.96846])


def test_m2_of_rasch_counts_the_spread_of_the_population() -> None:
    found = model_fit(section(LSAT7), calibrate(section(LSAT7), "rasch", tolerance=1e-8))

    assert [found.statistic, found.p, found.rmsea, found.srmsr] == near([23.17445, 0.00582, 0.03971, 0.04744])
    assert found.df == 9


def test_infit_and_outfit(section7: Calibration) -> None:
    responses = section(LSAT7)

    found = item_mean_squares(responses, section7.parameters, theta=eap(responses, section7.parameters).theta)

    assert found.infit == near([0.95818, 0.81599, 0.75010, 0.88143, 0.98922])
    assert found.infit_z == near([-0.70229, -6.36126, -5.21708, -5.80730, -0.15413])
    assert found.outfit == near([0.77581, 0.73678, 0.48437, 0.85521, 0.86623])
    assert found.outfit_z == near([-3.14159, -7.76520, -7.05280, -6.56308, -1.90253])


def test_q3(section7: Calibration) -> None:
    responses = section(LSAT7)

    found = residual_correlations(responses, section7.parameters, theta=eap(responses, section7.parameters).theta)

    assert found.q3[0] == near([1, -0.13448, -0.21373, -0.01211, 0.00869])


def test_persons_without_a_right_answer(section6: Calibration) -> None:
    responses = section(LSAT6).take(persons=np.arange(1))
    theta = eap(responses, section6.parameters).theta

    squares = person_mean_squares(responses, section6.parameters, theta=theta)
    likelihood = pattern_likelihood(responses, section6.parameters, theta=theta)

    found = [squares.outfit[0], squares.outfit_z[0], squares.infit[0], squares.infit_z[0], likelihood.zh[0]]
    assert found == near([1.49709, 1.11996, 1.46373, 1.21039, -1.20596])
