"""An independent calibration for tests: the textbook formulas person by person, climbed directly.

It shares nothing with the engine: probabilities are written out from the literature, the likelihood is a plain product
over items on 401 nodes from -10 to 10, its gradient is exact by complex steps, and Newton's method finds the optimum.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import optimize

Vector = np.ndarray[Any, Any]
NODES = np.linspace(-10.0, 10.0, 401)
WEIGHTS = np.exp(-(NODES**2) / 2) / np.exp(-(NODES**2) / 2).sum()


def logistic(z: Vector) -> Vector:
    return np.asarray(1 / (1 + np.exp(-z)))


def dichotomous(p: Vector) -> list[Vector]:
    """a, d and, if given, the logits of the asymptotes."""
    lower = logistic(p[2]) if len(p) > 2 else 0.0
    upper = logistic(p[3]) if len(p) > 3 else 1.0
    right = lower + (upper - lower) * logistic(p[0] * NODES + p[1])
    return [1 - right, right]


def graded(p: Vector) -> list[Vector]:
    at_least: list[Any] = [1.0, *(logistic(p[0] * NODES + d) for d in p[1:]), 0.0]
    return [at_least[c] - at_least[c + 1] for c in range(len(p))]


def divided(p: Vector) -> list[Vector]:
    """A and cumulated intercepts: generalized partial credit."""
    tops = [np.exp(c * p[0] * NODES + d) for c, d in enumerate([0.0, *p[1:]])]
    return [top / sum(tops) for top in tops]


def nominal(p: Vector) -> list[Vector]:
    half = len(p) // 2
    tops = [np.exp(a * NODES + c) for a, c in zip([0.0, *p[:half]], [0.0, *p[half:]], strict=True)]
    return [top / sum(tops) for top in tops]


@dataclass(frozen=True)
class Item:
    """A function from parameters to chances at the nodes, and where its parameters stand in the vector."""

    chances: Callable[[Vector], list[Vector]]
    place: slice


@dataclass(frozen=True)
class Direct:
    """The log-posterior of answers (n, k), -1 not known, with log priors as functions of the vector."""

    answers: np.ndarray[Any, Any]
    items: list[Item]
    log_prior: Callable[[Vector], complex] = lambda _: 0.0

    def value(self, p: Vector) -> complex:
        patterns, counts = np.unique(self.answers, axis=0, return_counts=True)
        density = np.tile(WEIGHTS.astype(p.dtype), (len(patterns), 1))
        for column, item in enumerate(self.items):
            chances = np.stack([*item.chances(p[item.place]), np.ones_like(NODES)])
            density = density * chances[patterns[:, column]]
        return complex(counts @ np.log(density.sum(axis=1)) + self.log_prior(p))

    def gradient(self, p: Vector) -> Vector:
        h = 1e-25
        steps = np.eye(len(p)) * 1j * h
        return np.array([self.value(p + step).imag / h for step in steps])

    def hessian(self, p: Vector) -> Vector:
        h = 1e-5
        found = np.array([(self.gradient(p + s) - self.gradient(p - s)) / (2 * h) for s in np.eye(len(p)) * h])
        return np.asarray((found + found.T) / 2)

    def climb(self, start: Vector) -> Vector:
        """Newton's method from near the top until the gradient is below 1e-9."""
        minimise: Any = optimize.minimize
        found: Vector = minimise(
            lambda p: -self.value(p).real, start, jac=lambda p: -self.gradient(p), method="BFGS", options={"gtol": 1e-6}
        ).x
        for _ in range(20):
            uphill = self.gradient(found)
            if np.abs(uphill).max() < 1e-9:
                break
            found = found - np.linalg.solve(self.hessian(found), uphill)
        assert np.abs(self.gradient(found)).max() < 1e-8
        return found
