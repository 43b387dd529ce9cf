"""Simulated many times, true models are rejected as often as the level says, after their parameters were estimated."""

import numpy as np
import pytest
from scipy.stats import kstest

from kaoping.scoring.calibration import calibrate
from kaoping.scoring.fit import model_fit, s_x2
from kaoping.scoring.models import model
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.simulation import simulate

STEPS = [[a, -1.2 + shift, shift, 1.1 + shift] for a, shift in zip(np.linspace(0.6, 1.6, 6), np.linspace(-0.5, 0.5, 6))]  # noqa: B905
NAMES = [str(number) for number in range(1, 7)]
TRUE = {
    "2pl": ItemParameters.logistic(np.linspace(0.7, 1.8, 10), np.linspace(-1.5, 1.5, 10)),
    "rasch": ItemParameters.logistic(np.ones(10), np.linspace(-1.5, 1.5, 10)),
    "gpcm": ItemParameters.reported(NAMES, [model("gpcm", 4)] * 6, STEPS),
    "pcm": ItemParameters.reported(NAMES, [model("pcm", 4)] * 6, [[1.0, *row[1:]] for row in STEPS]),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", TRUE)
def test_p_values_of_true_models_are_near_uniform(name: str) -> None:
    rng = np.random.default_rng(31)
    spread = 1.3 if name in {"rasch", "pcm"} else 1.0
    whole, items = list[float](), list[float]()
    for _ in range(60):
        responses = simulate(spread * rng.standard_normal(1500), TRUE[name], rng=rng)
        found = calibrate(responses, name, errors="none")
        whole.append(model_fit(responses, found).p)
        items.extend(s_x2(responses, found).p)

    assert kstest(whole, "uniform").pvalue > 0.005
    assert np.mean(np.array(whole) < 0.05) < 0.17
    assert 0.02 < np.mean(np.array(items) < 0.05) < 0.10
    # The shared spread of Rasch models is counted for every item, so that their p is a little low.
    assert (0.38 if spread > 1 else 0.45) < np.mean(items) < 0.55
