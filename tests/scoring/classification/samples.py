"""Papers and persons that the tests of classification share."""

import numpy as np

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.models import model
from kaoping.scoring.parameters import ItemParameters

THREE_ERRORS = 3.0
"""Standard errors of a share within which a simulation has to agree: missed by 3 of 1000 right programs."""


def paper(k: int = 30) -> ItemParameters:
    """A paper of right-or-wrong items, with guessing in every other one."""
    place = np.arange(k)
    return ItemParameters.logistic(0.8 + 0.05 * (place % 9), np.linspace(-2, 2, k), 0.2 * (place % 2))


def mixed_paper() -> ItemParameters:
    """Right-or-wrong items, two graded ones and a partial-credit one."""
    models = [model("2pl")] * 12 + [model("grm", 4)] * 2 + [model("gpcm", 3)]
    values = [[1.0 + 0.05 * j, -1.5 + 0.25 * j] for j in range(12)]
    graded = [[1.2, -1.0, 0.2, 1.1], [0.9, -0.5, 0.5, 1.5], [0.8, -0.4, 0.7]]
    return ItemParameters.reported([f"I{j}" for j in range(15)], models, [*values, *graded])


def share_error(share: float, n: int) -> float:
    """Standard error of a share of n persons."""
    return float(np.sqrt(share * (1 - share) / n))


def table_of(first: Whole, second: Whole, levels: int) -> Floats:
    """Share of persons by two levels."""
    counted = np.zeros((levels, levels))
    np.add.at(counted, (first, second), 1.0)
    return counted / len(first)
