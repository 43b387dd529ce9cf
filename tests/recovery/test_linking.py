"""Simulate two groups, calibrate, link, equate: the truth is found again within the standard errors that are told."""

from functools import cache

import numpy as np
import pytest

from kaoping.scoring.calibration import calibrate
from kaoping.scoring.linking import Form, Link, Method, equate_observed_scores, equate_true_scores, link
from kaoping.scoring.models import model
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.simulation import simulate

pytestmark = pytest.mark.slow
RUNS, PERSONS, ANCHORS = 150, 1500, 12
SLOPE, INTERCEPT = 1.25, -0.5
RNG = np.random.default_rng(11)
ITEMS = ItemParameters.reported(
    [f"q{n}" for n in range(26)],
    [model("2pl")] * 22 + [model("grm", 3)] * 2 + [model("gpcm", 3)] * 2,
    [[RNG.uniform(0.7, 1.6), b] for b in np.linspace(-1.8, 1.6, 22)]
    + [[1.1, -0.8, 0.5], [0.9, 0.0, 1.0], [0.8, -0.5, 0.7], [1.0, -0.2, 0.4]],
)
ON_X = [f"q{n}" for n in (*range(2, 12), *range(12, 20), 22, 24)]
ON_Y = [f"q{n}" for n in (*range(2, 12), 0, 1, 20, 21, 22, 23, 24, 25)]


@cache
def forms(run: int) -> tuple[Form, Form]:
    """Two calibrations, each on the scale of its own group; the group of X is N(-0.5, 1.25) on the scale of Y's."""
    rng = np.random.default_rng([5, run])
    found = []
    for names, mean, sd in ((ON_X, INTERCEPT, SLOPE), (ON_Y, 0.0, 1.0)):
        items = ITEMS.named(names)
        answers = simulate(rng.normal(mean, sd, PERSONS), items, rng=rng)
        found.append(Form.calibrated(calibrate(answers, items.models)))
    return found[0], found[1]


@cache
def links(method: Method) -> list[Link]:
    return [link(*forms(run), method=method) for run in range(RUNS)]


def standardised(method: Method) -> np.ndarray:
    rows = [
        (np.array([one.slope, one.intercept]) - [SLOPE, INTERCEPT]) / np.array(one.standard_errors)
        for one in links(method)
    ]
    return np.array(rows)


@pytest.mark.parametrize("method", Method)
def test_constants_are_recovered_within_their_standard_errors(method: Method) -> None:
    errors = standardised(method)

    assert (np.abs(errors.mean(axis=0)) < 0.3).all()
    assert ((errors.std(axis=0) > 0.85) & (errors.std(axis=0) < 1.15)).all()


@pytest.mark.parametrize("equate", [equate_true_scores, equate_observed_scores])
def test_equated_scores_scatter_as_their_standard_errors_say(equate: object) -> None:
    found = [equate(one) for one in links(Method.STOCKING_LORD)]  # type: ignore[operator]
    spread = np.std([one.equated for one in found], axis=0)
    told = np.mean([one.see for one in found], axis=0)

    middle = slice(3, -3)
    assert np.allclose(told[middle], spread[middle], rtol=0.2)
