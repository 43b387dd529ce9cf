"""Simulate, estimate, and find the truth again within its standard errors."""

import numpy as np
import pytest

from kaoping.scoring.ability import eap
from kaoping.scoring.arrays import Floats
from kaoping.scoring.calibration import calibrate
from kaoping.scoring.models import model
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.simulation import simulate

PERSONS, ITEMS = 2000, 40


def standardised_errors(runs: int, *, share: float = 1.0) -> tuple[Floats, Floats, Floats]:
    """(estimate - true)/SE of a, b, and ability over several simulated calibrations."""
    a_errors, b_errors, theta_errors = [], [], []
    for seed in range(runs):
        rng = np.random.default_rng([2026, seed])
        theta = rng.standard_normal(PERSONS)
        a, b = rng.lognormal(0.0, 0.25, ITEMS), rng.normal(0.0, 0.9, ITEMS)
        items = ItemParameters.logistic(a, b)
        responses = simulate(theta, items, rng=rng, presented=rng.random((PERSONS, ITEMS)) < share)
        found = calibrate(responses)
        a_errors.append((found.reported("a") - a) / found.standard_error("a"))
        b_errors.append((found.reported("b") - b) / found.standard_error("b"))
        abilities = eap(responses, items)
        theta_errors.append((abilities.theta - theta) / abilities.se)
    return np.concatenate(a_errors), np.concatenate(b_errors), np.concatenate(theta_errors)


def recovered(errors: Floats) -> bool:
    return bool(abs(errors.mean()) <= 0.15 and 0.9 <= errors.std() <= 1.1)


def test_parameters_and_abilities_are_recovered_within_their_standard_errors() -> None:
    a, b, theta = standardised_errors(runs=20)

    assert recovered(a)
    assert recovered(b)
    assert recovered(theta)


@pytest.mark.slow
def test_they_are_when_each_person_gets_half_of_the_items() -> None:
    a, b, theta = standardised_errors(runs=20, share=0.5)

    assert recovered(a)
    assert recovered(b)
    assert recovered(theta)


MODELS: dict[str, tuple[int, list[float]]] = {
    "pcm": (3, [1.0, -0.6, 0.6]), "gpcm": (4, [0.9, -0.9, 0.1, 0.8]), "grm": (4, [1.4, -1.0, 0.0, 1.1]),
    "nominal": (3, [0.6, 1.5, 0.3, -0.2]),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", MODELS)
def test_every_model_is_recovered_within_its_standard_errors(name: str) -> None:
    categories, middle = MODELS[name]
    errors = []
    for seed in range(12):
        rng = np.random.default_rng([7, seed])
        shifts = rng.uniform(-0.8, 0.8, 20)
        rows = [[middle[0], *(value + shift for value in middle[1:])] for shift in shifts]
        form = model(name, categories)
        true = ItemParameters.reported([str(n) for n in range(20)], [form] * 20, rows)
        theta = rng.standard_normal(4000)
        theta = (theta - theta.mean()) / theta.std()  # or all of a run would err together; takes some error away
        found = calibrate(simulate(theta, true, rng=rng), name)
        inside = dict(zip(found.free, np.sqrt(np.diag(found.covariance)), strict=False))
        known = zip(found.items, found.parameters.values, true.values, strict=True)
        errors += [
            (mine - theirs) / inside[item, label]
            for item, estimated, drawn in known
            for label, mine, theirs in zip(form.labels, estimated, drawn, strict=True)
            if (item, label) in inside
        ]

    assert abs(np.mean(errors)) <= 0.15
    assert 0.8 <= np.std(errors) <= 1.1
