"""Forms of every kind of item, and numbers by which derivatives are checked."""

from collections.abc import Callable

import numpy as np

from kaoping.scoring.arrays import Floats
from kaoping.scoring.linking import Form
from kaoping.scoring.models import model
from kaoping.scoring.parameters import ItemParameters

A, B = 1.2, -0.4

LOGISTIC = ItemParameters.logistic(
    [0.8, 1.0, 1.4, 0.6, 1.7, 1.1], [-1.2, 0.1, 0.9, 1.4, -0.3, 0.5], [0.2, 0.0, 0.25, 0.1, 0.15, 0.2]
)
MIXED = ItemParameters.reported(
    ["two", "three", "four", "graded", "partial", "more"],
    [model("2pl"), model("3pl"), model("4pl"), model("grm", 4), model("gpcm", 3), model("gpcm", 4)],
    [
        [1.1, 0.2],
        [0.9, -0.5, 0.2],
        [1.3, 0.7, 0.1, 0.95],
        [1.2, -1.0, 0.1, 1.1],
        [0.8, -0.4, 0.6],
        [1.0, -0.8, 0.3, 0.9],
    ],
)
SMALL = MIXED.take(np.array([1, 3, 4]))
NOMINAL = ItemParameters.reported(
    ["one", "two", "three"],
    [model("nominal", 3)] * 3,
    [[0.6, 1.4, 0.3, -0.2], [0.9, 1.6, 0.8, -0.5], [-0.3, 1.1, 0.4, 0.6]],
)
RASCH = ItemParameters.reported(
    ["one", "two", "steps"],
    [model("rasch"), model("rasch"), model("pcm", 3)],
    [[1.0, -0.5], [1.0, 0.7], [1, -0.2, 0.9]],
)


def shifted(items: ItemParameters, by: Floats) -> ItemParameters:
    """Items whose stacked parameters are moved by (P,)."""
    cuts = np.cumsum([len(values) for values in items.values])[:-1]
    moved = [values + step for values, step in zip(items.values, np.split(by, cuts), strict=True)]
    return ItemParameters(items.names, items.models, tuple(moved))


def erring(items: ItemParameters, seed: int, size: float = 0.1) -> ItemParameters:
    """The same items as another calibration might see them."""
    total = sum(len(values) for values in items.values)
    return shifted(items, np.random.default_rng(seed).normal(0, size, total))


def with_errors(items: ItemParameters, seed: int, size: float = 0.05) -> Form:
    """A form with some covariance of its parameters."""
    total = sum(len(values) for values in items.values)
    root = np.random.default_rng(seed).normal(0, size, (total, total)) / np.sqrt(total)
    return Form(items, root @ root.T + size**2 * np.eye(total))


def slopes(function: Callable[[Floats], Floats], at: Floats, step: float = 1e-5) -> Floats:
    """Derivative (r, p) of a function of (p,) by central differences."""
    columns = []
    for place in range(len(at)):
        move = np.zeros_like(at)
        move[place] = step
        columns.append((function(at + move) - function(at - move)) / (2 * step))
    return np.stack(columns, axis=-1)
