"""What is known of item parameters before any answer: densities on the scale of the parameters inside the models."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.special import betaln, expit

from kaoping.scoring.arrays import Floats


class Prior(Protocol):
    """A log density, its derivative and its negative second derivative, all by the parameter inside, elementwise."""

    def log_density(self, x: Floats) -> Floats:
        """Log density with its constant; minus infinity where the parameter cannot lie."""

    def gradient(self, x: Floats) -> Floats:
        """First derivative of the log density."""

    def curvature(self, x: Floats) -> Floats:
        """Negative second derivative of the log density."""


@dataclass(frozen=True)
class Normal:
    """The parameter inside is normal: an intercept, a slope, or the logit of an asymptote.

    >>> Normal(0.0, 1.0).log_density(np.zeros(1)).round(4)
    array([-0.9189])
    """

    mean: float
    sd: float

    def log_density(self, x: Floats) -> Floats:
        """Log density."""
        return np.asarray(-(((x - self.mean) / self.sd) ** 2) / 2 - np.log(self.sd * np.sqrt(2 * np.pi)))

    def gradient(self, x: Floats) -> Floats:
        """Derivative."""
        return (self.mean - x) / self.sd**2

    def curvature(self, x: Floats) -> Floats:
        """Negative second derivative."""
        return np.full_like(x, self.sd**-2)


@dataclass(frozen=True)
class Lognormal:
    """The slope is positive, its logarithm normal.

    >>> Lognormal(0.0, 0.5).log_density(np.array([1.0, -1.0])).round(4)
    array([-0.2258,    -inf])
    """

    mean_log: float = 0.0
    sd_log: float = 0.5

    def log_density(self, x: Floats) -> Floats:
        """Log density."""
        log = np.log(np.maximum(x, np.finfo(np.float64).tiny))
        found = -(((log - self.mean_log) / self.sd_log) ** 2) / 2 - log - np.log(self.sd_log * np.sqrt(2 * np.pi))
        return np.where(x > 0, found, -np.inf)

    def gradient(self, x: Floats) -> Floats:
        """Derivative."""
        return -(1 + (np.log(x) - self.mean_log) / self.sd_log**2) / x

    def curvature(self, x: Floats) -> Floats:
        """Negative second derivative."""
        return ((1 - np.log(x) + self.mean_log) / self.sd_log**2 - 1) / x**2


@dataclass(frozen=True)
class Beta:
    r"""The asymptote itself, :math:`c = \sigma(x)`, has a beta density.

    The density is one of c, not of its logit x, so the mode is that of the reported c; the derivative by x carries
    the factor :math:`c (1 - c)` of the chain rule.

    >>> Beta(5.0, 17.0).gradient(np.array([np.log(4 / 16)])).round(12)
    array([0.])
    """

    alpha: float
    beta: float

    def log_density(self, x: Floats) -> Floats:
        """Log density of c."""
        log_c, log_rest = -np.logaddexp(0, -x), -np.logaddexp(0, x)
        return (self.alpha - 1) * log_c + (self.beta - 1) * log_rest - betaln(self.alpha, self.beta)

    def gradient(self, x: Floats) -> Floats:
        """Derivative by the logit."""
        c = expit(x)
        return (self.alpha - 1) * (1 - c) - (self.beta - 1) * c

    def curvature(self, x: Floats) -> Floats:
        """Negative second derivative by the logit."""
        c = expit(x)
        return (self.alpha + self.beta - 2) * c * (1 - c)
