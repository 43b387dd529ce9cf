"""The common items of the 36-item example of Kolen and Brennan: two calibrations of a 3PL by BILOG, D = 1.7.

Kolen, M. J., & Brennan, R. L. (2004). *Test Equating, Scaling, and Linking* (2nd ed.), ch. 6. The constants of
mean/mean and mean/sigma are printed there to four digits; those of the curves are by R plink 1.5-1 with forty even
abilities from -4 to 4 (Weeks, J. P. (2010). *Journal of Statistical Software*, 35(12)), to six digits.
"""

import numpy as np
import pytest

from kaoping.scoring.linking import Form, link
from kaoping.scoring.parameters import ItemParameters

D = 1.7
X = ItemParameters.logistic(
    D * np.array([0.4551, 0.5839, 0.7544, 0.6633, 1.069, 0.9672, 0.3479, 1.4579, 1.8811, 0.702, 1.408, 1.2993]),
    [-0.7101, -0.8567, 0.0212, 0.0506, 0.961, 0.195, 2.2768, 1.0241, 1.4062, 2.2401, 1.5556, 2.1589],
    [0.2087, 0.2038, 0.16, 0.124, 0.2986, 0.0535, 0.1489, 0.2453, 0.1992, 0.0853, 0.0789, 0.1075],
)
Y = ItemParameters.logistic(
    D * np.array([0.4416, 0.573, 0.5987, 0.6041, 0.9902, 0.8081, 0.414, 1.3554, 1.0417, 0.6336, 1.1347, 0.9255]),
    [-1.3349, -1.321, -0.7098, -0.3539, 0.532, -0.1156, 2.5538, 0.5811, 0.9392, 1.896, 1.079, 2.1337],
    [0.1559, 0.1913, 0.1177, 0.0818, 0.3024, 0.0648, 0.241, 0.2243, 0.1651, 0.0794, 0.063, 0.1259],
)


@pytest.mark.parametrize(
    ("method", "slope", "intercept"), [("mean-mean", 1.2173, -0.5572), ("mean-sigma", 1.1689, -0.5155)]
)
def test_moments_are_as_printed(method: str, slope: float, intercept: float) -> None:
    found = link(Form(X), Form(Y), method=method)

    assert found.slope == pytest.approx(slope, abs=5e-5)
    assert found.intercept == pytest.approx(intercept, abs=5e-5)


@pytest.mark.parametrize(
    ("method", "symmetric", "slope", "intercept"),
    [
        ("haebara", False, 1.092919, -0.457488),
        ("haebara", True, 1.091030, -0.453361),
        ("stocking-lord", False, 1.101547, -0.476496),
        ("stocking-lord", True, 1.099928, -0.474275),
    ],
)
def test_curves_give_the_constants_of_plink(method: str, slope: float, intercept: float, *, symmetric: bool) -> None:
    found = link(Form(X), Form(Y), method=method, symmetric=symmetric)

    assert found.slope == pytest.approx(slope, abs=2e-6)
    assert found.intercept == pytest.approx(intercept, abs=2e-6)
