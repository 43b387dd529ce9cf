r"""Making a distribution of whole scores continuous, so that percentiles can be matched.

Two ways with one interface: `Uniform` spreads the persons of a score evenly over half a point to each side (percentile
ranks); `Gaussian` adds a little normal noise and shrinks, keeping mean and variance (kernel equating). Both give the
distribution function, its density, its inverse, and its gradient with respect to the shares of the scores, which is
all that `equipercentile` needs, with its standard errors.

References
----------
Kolen, M. J., & Brennan, R. L. (2014). *Test Equating, Scaling, and Linking* (3rd ed.), ch. 2. Springer.

Von Davier, A. A., Holland, P. W., & Thayer, D. T. (2004). *The Kernel Method of Test Equating*, ch. 4 and 5. Springer.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.special import ndtr

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.errors import OptionOutOfRange

SAME = 1e-12
"""Difference of two cumulative shares that is taken for rounding."""
BISECTIONS, POLISHINGS = 40, 3
FARTHEST = 39.0
"""Standard deviations from the mean beyond which a normal distribution is 0 or 1 in double precision."""


class Continuous(Protocol):
    """A continuous distribution made from the shares of whole scores."""

    def cdf(self, at: Floats) -> Floats:
        """Share below each point, (m,)."""

    def pdf(self, at: Floats) -> Floats:
        """Density at each point, per score point, (m,)."""

    def quantile(self, share: Floats) -> Floats:
        """Point below which each share lies, (m,)."""

    def steepness(self, share: Floats, at: Floats) -> Floats:
        """Density, (m,), where `quantile` put each share, per score point; never 0."""

    def gradient(self, at: Floats) -> Floats:
        """Gradient of `cdf` with respect to the shares of the scores, (m, s)."""


@dataclass(frozen=True, eq=False)
class Uniform:
    r"""Persons with a score spread evenly over half a point to each side.

    .. math:: F(x) = \sum_j r_j \min(1, \max(0, x - x_j + \tfrac12))

    100 F at a score is its percentile rank. Where nobody has the scores between two points, every point between
    them has the same rank: `quantile` gives their middle, but the lower end of the scale for 0 and its upper end for 1,
    and `pdf` at the edges of scores is the mean of both sides.

    >>> form = Uniform(np.arange(3.0), np.array([0.25, 0.5, 0.25]))
    >>> form.cdf(np.array([1.0])), form.quantile(np.array([0.0, 0.5, 1.0]))
    (array([0.5]), array([-0.5,  1. ,  2.5]))
    """

    scores: Floats
    shares: Floats

    def cdf(self, at: Floats) -> Floats:
        """Share below each point, (m,)."""
        return np.interp(at, self._edges, self._below)

    def pdf(self, at: Floats) -> Floats:
        """Density at each point, per score point, (m,)."""
        padded = np.concatenate([[0.0], self.shares, [0.0]])
        left, right = (np.searchsorted(self._edges, at, side=side) for side in ("left", "right"))
        density: Floats = (padded[left] + padded[right]) / 2
        return density

    def quantile(self, share: Floats) -> Floats:
        """Point below which each share lies, (m,)."""
        edges, below = self._edges, self._below
        first, last = self._level(share)
        safe = np.minimum(first, len(edges) - 1)
        width = np.maximum(below[safe] - below[last], SAME)
        between = edges[last] + (share - below[last]) / width
        middle = (edges[safe] + edges[last]) / 2
        found = np.where(first > last, between, middle)
        return np.where(share <= SAME, edges[0], np.where(share >= 1 - SAME, edges[-1], found))

    def gradient(self, at: Floats) -> Floats:
        """Gradient of `cdf` with respect to the shares of the scores, (m, s)."""
        return np.clip(at[:, None] - self.scores + 0.5, 0.0, 1.0)

    def steepness(self, share: Floats, at: Floats) -> Floats:
        """Density where `quantile` lies, (m,); across scores that nobody has, that of the scores around them."""
        edges, below = self._edges, self._below
        first, last = self._level(share)
        inside = first > last
        low = np.maximum(np.where(inside, last, first - 1), 0)
        high = np.minimum(np.where(inside, first, last + 1), len(edges) - 1)
        density: Floats = (below[high] - below[low]) / (edges[high] - edges[low])
        return density

    def _level(self, share: Floats) -> tuple[Whole, Whole]:
        """First edge whose cumulative share is not below, last that is not above: crossed inside a score."""
        first = np.searchsorted(self._below, share - SAME)
        last = np.searchsorted(self._below, share + SAME, side="right") - 1
        return first, np.maximum(last, 0)

    @property
    def _edges(self) -> Floats:
        return np.concatenate([self.scores - 0.5, self.scores[-1:] + 0.5])

    @property
    def _below(self) -> Floats:
        below: Floats = np.concatenate([[0.0], np.cumsum(self.shares)])
        return below / float(below[-1])


@dataclass(frozen=True, eq=False)
class Gaussian:
    r"""Scores with normal noise of standard deviation ``bandwidth``, shrunk to the mean and variance they had [1]_.

    .. math:: F_h(x) = \sum_j r_j \Phi(z_j), \quad z_j = \frac{x - a x_j - (1 - a) \mu}{a h}, \quad
        a^2 = \frac{\sigma^2}{\sigma^2 + h^2}

    As h grows the distribution becomes normal, and equating with it becomes linear.

    Raises
    ------
    OptionOutOfRange
        The bandwidth is not above 0.

    References
    ----------
    .. [1] Von Davier, Holland, & Thayer (2004), ch. 4 and 5.

    >>> Gaussian(np.arange(3.0), np.array([0.25, 0.5, 0.25]), 0.6).cdf(np.array([1.0]))
    array([0.5])
    """

    scores: Floats
    shares: Floats
    bandwidth: float

    def __post_init__(self) -> None:
        if not 0 < self.bandwidth < np.inf:
            raise OptionOutOfRange(what="The bandwidth", value=self.bandwidth, low=0, high=np.inf)

    def cdf(self, at: Floats) -> Floats:
        """Share below each point, (m,)."""
        below: Floats = ndtr(self._noise(at)) @ self.shares
        return below

    def pdf(self, at: Floats) -> Floats:
        """Density at each point, per score point, (m,)."""
        density: Floats = _normal(self._noise(at)) @ self.shares / (self._shrinkage * self.bandwidth)
        return density

    def slope(self, at: Floats) -> Floats:
        """Derivative of `pdf` at each point, per squared score point, (m,)."""
        noise = self._noise(at)
        slope: Floats = -(noise * _normal(noise)) @ self.shares / (self._shrinkage * self.bandwidth) ** 2
        return slope

    def quantile(self, share: Floats) -> Floats:
        """Point below which each share lies, (m,), by bisection and Newton's steps."""
        reach = FARTHEST * np.sqrt(self._variance + self.bandwidth**2)
        low = np.full(len(share), min(self._mean - reach, self.scores[0] - reach))
        high = np.full(len(share), max(self._mean + reach, self.scores[-1] + reach))
        for _ in range(BISECTIONS):
            middle = (low + high) / 2
            under = self.cdf(middle) < share
            low, high = np.where(under, middle, low), np.where(under, high, middle)
        found: Floats = (low + high) / 2
        for _ in range(POLISHINGS):
            density = np.maximum(self.pdf(found), np.finfo(np.float64).tiny)
            found = np.minimum(np.maximum(found - (self.cdf(found) - share) / density, low), high)
        return found

    def gradient(self, at: Floats) -> Floats:
        """Gradient of `cdf` with respect to the shares of the scores, (m, s); the bandwidth is held."""
        from_mean = self.scores - self._mean
        standard = from_mean**2 / self._variance
        stretched = (at - self._mean)[:, None] * (1 - self._shrinkage**2) * standard / 2
        moved = stretched + (1 - self._shrinkage) * self.scores
        gradient: Floats = ndtr(self._noise(at)) - moved * self.pdf(at)[:, None]
        return gradient

    def steepness(self, share: Floats, at: Floats) -> Floats:
        """Density where `quantile` lies, (m,)."""
        return np.maximum(self.pdf(at), np.finfo(np.float64).tiny)

    def _noise(self, at: Floats) -> Floats:
        a = self._shrinkage
        return (at[:, None] - a * self.scores - (1 - a) * self._mean) / (a * self.bandwidth)

    @property
    def _mean(self) -> float:
        return float(self.shares @ self.scores)

    @property
    def _variance(self) -> float:
        return float(self.shares @ (self.scores - self._mean) ** 2)

    @property
    def _shrinkage(self) -> float:
        return float(np.sqrt(self._variance / (self._variance + self.bandwidth**2)))


def _normal(z: Floats) -> Floats:
    density: Floats = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    return density
