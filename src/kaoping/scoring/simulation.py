"""Answers of simulated persons."""

import numpy as np

from kaoping.scoring.arrays import Floats
from kaoping.scoring.models import probability
from kaoping.scoring.responses import NOT_PRESENTED, ResponseMatrix


def simulate(
    theta: Floats, a: Floats, b: Floats, *, rng: np.random.Generator, presented: np.ndarray | None = None
) -> ResponseMatrix:
    """Draw answers under the two-parameter logistic model.

    Parameters
    ----------
    theta : (n,) true abilities in logits.
    a, b : (k,) true discrimination and difficulty.
    presented : (n, k) which items each person gets; all if not given.

    >>> simulate(np.array([9.0, -9.0]), np.ones(3) * 3, np.zeros(3), rng=np.random.default_rng(1)).answers
    array([[1, 1, 1],
           [0, 0, 0]], dtype=int8)
    """
    right = rng.random((len(theta), len(a))) < probability(theta, a, b)
    shown = np.ones_like(right) if presented is None else presented
    return ResponseMatrix(np.where(shown, right, NOT_PRESENTED))
