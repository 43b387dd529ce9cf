import numpy as np

from kaoping.scoring.arrays import Floats
from kaoping.scoring.equating.sensitivity import jacobian


def test_complex_steps_agree_with_differences() -> None:
    def formula(v: Floats) -> Floats:
        return np.array([np.sqrt(v[0]) * v[1] ** 3, v[2] / (v[0] + v[1])])

    at = np.array([2.0, 3.0, 5.0])
    steps = 1e-6 * np.eye(3)

    expected = np.stack([(formula(at + step) - formula(at - step)) / 2e-6 for step in steps], axis=1)

    assert np.allclose(jacobian(formula, at), expected, rtol=1e-8)
