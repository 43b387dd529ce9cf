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
HALVINGS = 12
ROUNDING = 1e-10
"""Relative loss of height that is taken for rounding and not for a step too long."""


@dataclass(frozen=True)
class LognormalPrior:
    """Weak knowledge that slopes are positive and of ordinary size: log a is normal (mean, standard deviation)."""

    mean_log: float = 0.0
    sd_log: float = 0.5

    def log_density(self, slope: Floats) -> float:
        """Log density of all slopes up to a constant; minus infinity where a slope is not positive."""
        return -np.inf if (slope <= 0).any() else float(self.log_densities(slope).sum())

    def log_densities(self, slope: Floats) -> Floats:
        """(k,) log density of each positive slope up to a constant."""
        log = np.log(slope)
        return -(log + (log - self.mean_log) ** 2 / (2 * self.sd_log**2))

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

    The function climbed is concave without a prior. Steps are cut to one logit; under a prior a slope is at most
    halved, so that it stays positive; and a step that would lead an item down is halved until it does not, so that no
    pass lowers the likelihood.
    """
    point = np.stack([slope, intercept])
    height = _height(expected, point, grid, prior)
    for _ in range(NEWTON_STEPS):
        step = _newton(expected, point, grid, prior)
        if prior:
            step[0] = np.maximum(step[0], -point[0] / 2)
        for _ in range(HALVINGS):
            reached = _height(expected, point + step, grid, prior)
            down = reached < height - ROUNDING * np.abs(height)
            if not down.any():
                break
            step[:, down] /= 2
        step[:, down], reached[down] = 0.0, height[down]
        point, height = point + step, reached
        if np.abs(step).max() < STANDING:
            break
    return point


def _height(expected: Expected, point: Floats, grid: Quadrature, prior: LognormalPrior | None) -> Floats:
    """Expected log-likelihood of each item, with its prior, (k,)."""
    softplus = np.logaddexp(0, np.outer(point[0], grid.nodes) + point[1][:, None])
    lost: Floats = (expected.persons * softplus).sum(axis=1)
    height: Floats = expected.right_theta * point[0] + expected.right * point[1] - lost
    return height + prior.log_densities(point[0]) if prior else height


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
