"""Banks and persons for tests of adaptive testing."""

import numpy as np

from kaoping.scoring.adaptive import Bank
from kaoping.scoring.models import model
from kaoping.scoring.parameters import ItemParameters


def three_parameters(k: int = 200, seed: int = 1) -> ItemParameters:
    """Items as of a bank in use."""
    rng = np.random.default_rng(seed)
    names = [f"I{number + 1}" for number in range(k)]
    lower = rng.uniform(0.1, 0.3, k)
    return ItemParameters.logistic(rng.lognormal(0, 0.3, k), rng.normal(size=k), lower, names=names)


def a_bank(k: int = 200, seed: int = 1, **facts: object) -> Bank:
    """Such a bank, with five areas in turn."""
    areas = [("law", "care", "hygiene", "nutrition", "safety")[number % 5] for number in range(k)]
    return Bank(three_parameters(k, seed), **{"areas": areas, **facts})  # type: ignore[arg-type]


def mixed(k: int = 40) -> ItemParameters:
    """Items of several models and numbers of categories."""
    rng = np.random.default_rng(5)
    forms = [model("grm", 4), model("gpcm", 3), model("pcm", 4), model("3pl"), model("2pl"), model("nominal", 3)]
    values = []
    for number in range(k):
        at, a = rng.normal(), rng.uniform(0.8, 2.0)
        values.append(
            [
                [a, at - 1, at, at + 0.9],
                [a, at - 0.5, at + 0.4],
                [1.0, at - 0.8, at, at + 1.0],
                [a, at, 0.2],
                [a, at],
                [0.5 * a, a, 0.4, -0.3],
            ][number % 6]
        )
    return ItemParameters.reported([f"P{n + 1}" for n in range(k)], [forms[n % 6] for n in range(k)], values)
