"""Answers of two groups, simulated with a known difference."""

from collections.abc import Mapping

import numpy as np

from kaoping.scoring.responses import ResponseMatrix


def two_groups(
    n: int = 1000,
    k: int = 20,
    *,
    seed: int = 11,
    impact: float = 0.0,
    harder: Mapping[int, float] | None = None,
    flatter: Mapping[int, float] | None = None,
    categories: int = 2,
) -> ResponseMatrix:
    """Answers of n reference and n focal persons; the focal group is ``impact`` logits abler.

    For the focal group the items of ``harder`` are so many logits harder, and the slopes of ``flatter`` are multiplied.
    """
    rng = np.random.default_rng(seed)
    focal = np.repeat([False, True], n)[:, None]
    theta = rng.standard_normal((2 * n, 1)) + impact * focal
    b, a = np.linspace(-1.5, 1.5, k), np.linspace(0.8, 1.6, k)[rng.permutation(k)]
    shift = np.array([(harder or {}).get(item, 0.0) for item in range(k)])
    slope = a * np.where(focal, [(flatter or {}).get(item, 1.0) for item in range(k)], 1.0)
    latent = slope * (theta - b - shift * focal) + rng.logistic(size=(2 * n, k))
    steps = np.linspace(-1.0, 1.0, categories - 1) if categories > 2 else np.zeros(1)
    answers = (latent[:, :, None] > steps).sum(axis=2)
    return ResponseMatrix(answers, [f"I{item + 1}" for item in range(k)], groups=["r"] * n + ["f"] * n)
