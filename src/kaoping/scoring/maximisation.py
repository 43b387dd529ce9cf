"""M-step: new slopes and intercepts of all items at once, given expected statistics."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from kaoping.scoring.arrays import Floats
from kaoping.scoring.likelihood import Expected, gradient
from kaoping.scoring.quadrature import Quadrature

NEWTON_STEPS = 3
LONGEST_STEP = 1.0
STANDING = 1e-9


@dataclass(frozen=True)
class LognormalPrior:
    """Weak knowledge that slopes are positive and of ordinary size: log a is normal (mean, standard deviation)."""

    mean_log: float = 0.0
    sd_log: float = 0.5

    def log_density(self, slope: Floats) -> float:
        """Log density up to a constant; minus infinity where a slope is not positive."""
        if (slope <= 0).any():
            return -np.inf
        log = np.log(slope)
        return float(-(log + (log - self.mean_log) ** 2 / (2 * self.sd_log**2)).sum())

    def gradient(self, slope: Floats) -> Floats:
        """(k,) derivative of the log density."""
        return -(1 + (np.log(slope) - self.mean_log) / self.sd_log**2) / slope

    def curvature(self, slope: Floats) -> Floats:
        """(k,) negative second derivative of the log density."""
        return ((1 - np.log(slope) + self.mean_log) / self.sd_log**2 - 1) / slope**2


def complete_information(persons: Floats, slope: Floats, intercept: Floats, grid: Quadrature) -> Floats:
    """Information about (slope, intercept) of each item if abilities were known, (3, k): aa, ad, dd.

    ``persons`` is the expected number of persons per item and node, (k, q).
    """
    right = expit(np.outer(slope, grid.nodes) + intercept[:, None])
    powers = np.stack([grid.nodes**2, grid.nodes, np.ones_like(grid.nodes)], axis=1)
    return (persons * right * (1 - right) @ powers).T


def maximise(
    expected: Expected, slope: Floats, intercept: Floats, grid: Quadrature, prior: LognormalPrior | None
) -> Floats:
    """Take a few Newton steps on the 2 x 2 problem of every item, in closed form; returns (2, k).

    The function climbed is concave without a prior. Steps are cut to one logit, and under a prior a slope is at most
    halved, so that it stays positive.
    """
    point = np.stack([slope, intercept])
    for _ in range(NEWTON_STEPS):
        step = _newton(expected, point, grid, prior)
        if prior:
            step[0] = np.maximum(step[0], -point[0] / 2)
        point = point + step
        if np.abs(step).max() < STANDING:
            break
    return point


def _newton(expected: Expected, point: Floats, grid: Quadrature, prior: LognormalPrior | None) -> Floats:
    uphill = gradient(expected, point[0], point[1], grid)
    aa, ad, dd = complete_information(expected.persons, point[0], point[1], grid)
    if prior:
        uphill[0] += prior.gradient(point[0])
        aa = aa + np.maximum(prior.curvature(point[0]), 1 / (prior.sd_log * point[0]) ** 2)
    determinant = aa * dd - ad**2
    step = np.stack([dd * uphill[0] - ad * uphill[1], aa * uphill[1] - ad * uphill[0]]) / determinant
    limited: Floats = np.clip(step, -LONGEST_STEP, LONGEST_STEP)
    return limited
