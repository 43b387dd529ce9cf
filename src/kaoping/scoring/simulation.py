"""Answers drawn from a model, for recovery tests, demonstrations and studies."""

from collections.abc import Sequence

import numpy as np

from kaoping.scoring.arrays import Flags, Floats
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.responses import NOT_PRESENTED, ResponseMatrix

BATCH = 8192


def simulate(
    theta: Floats,
    parameters: ItemParameters,
    *,
    rng: np.random.Generator,
    presented: Flags | None = None,
    groups: Sequence[str] | None = None,
) -> ResponseMatrix:
    """Draw the answers of n persons to k items of any models.

    Parameters
    ----------
    theta : (n,) true abilities in logits.
    presented : (n, k) which items each person gets; all if not given.
    groups : (n,) name of each person's group.

    >>> items = ItemParameters.logistic([3.0, 3.0], [0.0, 0.0])
    >>> simulate(np.array([9.0, -9.0]), items, rng=np.random.default_rng(1)).answers
    array([[1, 1],
           [0, 0]], dtype=int8)
    """
    drawn = np.empty((len(theta), len(parameters)), dtype=np.int8)
    for start in range(0, len(theta), BATCH):
        part = slice(start, start + BATCH)
        reached = np.cumsum(parameters.probabilities(theta[part]), axis=1)[:, :-1]
        chance = rng.random((reached.shape[2], reached.shape[0])).T
        drawn[part] = (chance[:, None] > reached).sum(axis=1).T
    shown = drawn if presented is None else np.where(presented, drawn, NOT_PRESENTED)
    return ResponseMatrix(shown, parameters.names, groups=groups, categories=parameters.categories)
