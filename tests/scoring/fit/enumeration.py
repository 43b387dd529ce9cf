"""The model as the table of all answer patterns: the slow and obvious way to everything that fit compares."""

import itertools

import numpy as np

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.models import model
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.quadrature import Quadrature

MIXED = ItemParameters.reported(
    ["A", "B", "C", "D"],
    [model("2pl"), model("3pl"), model("grm", 3), model("gpcm", 4)],
    [[1.3, -0.4], [1.6, 0.3, 0.2], [1.1, -0.8, 0.7], [0.8, -0.5, 0.1, 0.9]],
)
RIGHT_OR_WRONG = ItemParameters.logistic([0.8, 1.2, 1.6, 1.0], [-1.0, -0.2, 0.4, 1.1], [0.0, 0.2, 0.0, 0.1])


def patterns(items: ItemParameters) -> Whole:
    """Every pattern of answers, (patterns, k)."""
    return np.array(list(itertools.product(*(range(count) for count in items.categories))))


def pattern_chances(items: ItemParameters, population: Quadrature) -> Floats:
    """Probability of every pattern over the population."""
    table = items.probabilities(population.nodes)
    rows = [
        np.prod([table[item, answer] for item, answer in enumerate(row)], axis=0) @ population.weights
        for row in patterns(items)
    ]
    return np.array(rows)


def given_ability(items: ItemParameters, theta: float) -> Floats:
    """Probability of every pattern of a person of known ability."""
    return pattern_chances(items, Quadrature(np.array([theta]), np.ones(1)))
