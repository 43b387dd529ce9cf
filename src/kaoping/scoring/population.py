"""The populations of a calibration: normal with known or estimated mean and spread, or of whatever shape."""

from dataclasses import dataclass

import numpy as np

from kaoping.scoring.arrays import Flags, Floats

SMALLEST_ROOT = 1e-15
"""Root of a share that is taken for none, so that its logarithm stays a number."""


@dataclass(frozen=True, eq=False)
class Populations:
    """Normal populations of g groups, or, with ``histogram`` (g, q), of any shape: roots of the shares at the nodes.

    Roots, because an iteration may step across zero with them, and shares that die out do not run away as logarithms
    do.

    ``mean``, ``sd`` (g,) in logits; ``mean_free``, ``sd_free`` (g,) tell which are estimated.
    """

    mean: Floats
    sd: Floats
    mean_free: Flags
    sd_free: Flags
    histogram: Floats | None = None

    def log_weights(self, nodes: Floats) -> Floats:
        """Logarithm of the share of each group at the nodes, (g, q)."""
        if self.histogram is not None:
            roots = np.maximum(np.abs(self.histogram), SMALLEST_ROOT)
            return np.asarray(2 * np.log(roots) - np.log((roots**2).sum(axis=1, keepdims=True)))
        density = -(((nodes - self.mean[:, None]) / self.sd[:, None]) ** 2) / 2
        return np.asarray(density - np.log(np.exp(density).sum(axis=1, keepdims=True)))

    def updated(self, persons: Floats, nodes: Floats) -> "Populations":
        """Maximise over the populations, given the expected persons (g, q) at the nodes."""
        total = persons.sum(axis=1)
        if self.histogram is not None:
            roots = np.sqrt(np.maximum(persons / total[:, None], 0.0))
            return Populations(self.mean, self.sd, self.mean_free, self.sd_free, roots)
        mean = np.where(self.mean_free, persons @ nodes / total, self.mean)
        variance = (persons * (nodes - mean[:, None]) ** 2).sum(axis=1) / total
        return Populations(mean, np.where(self.sd_free, np.sqrt(variance), self.sd), self.mean_free, self.sd_free)

    def moments(self, nodes: Floats) -> tuple[Floats, Floats]:
        """Mean and standard deviation of each group, (g,); of a histogram as the grid has them."""
        if self.histogram is None:
            return self.mean, self.sd
        weights = np.exp(self.log_weights(nodes))
        mean = weights @ nodes
        return mean, np.sqrt(weights @ nodes**2 - mean**2)

    def vector(self) -> Floats:
        """Free numbers of the populations: means, log standard deviations, roots of shares."""
        histogram = np.empty(0) if self.histogram is None else self.histogram.ravel()
        return np.concatenate([self.mean[self.mean_free], np.log(self.sd[self.sd_free]), histogram])

    def at(self, vector: Floats) -> "Populations":
        """Give the populations of such a vector."""
        means, spreads = int(self.mean_free.sum()), int(self.sd_free.sum())
        mean, sd = self.mean.copy(), self.sd.copy()
        mean[self.mean_free] = vector[:means]
        sd[self.sd_free] = np.exp(vector[means : means + spreads])
        shape = None if self.histogram is None else vector[means + spreads :].reshape(self.histogram.shape)
        return Populations(mean, sd, self.mean_free, self.sd_free, shape)

    @property
    def labels(self) -> tuple[tuple[int, str], ...]:
        """Group and name of each estimated mean and spread, in the order of `vector`."""
        means = [(int(group), "mean") for group in np.flatnonzero(self.mean_free)]
        return (*means, *((int(group), "sd") for group in np.flatnonzero(self.sd_free)))

    def scores(self, nodes: Floats) -> Floats:
        """Derivative of each group's log density by its free mean or log spread, at the nodes, (labels, q)."""
        standard = (nodes - self.mean[:, None]) / self.sd[:, None]
        rows = [
            standard[group] / self.sd[group] if name == "mean" else standard[group] ** 2 - 1
            for group, name in self.labels
        ]
        return np.array(rows).reshape(len(rows), len(nodes))


def normals(groups: int, *, first_free: bool, spread_free: bool) -> Populations:
    """Start with standard normals. The first is the reference; the others' means and spreads are estimated.

    ``first_free``: known items carry the scale, so that the first is estimated too. ``spread_free``: all slopes are
    fixed, so that even the first has a spread to estimate.
    """
    mean_free = np.ones(groups, dtype=np.bool_)
    sd_free = np.ones(groups, dtype=np.bool_)
    mean_free[0] = first_free
    sd_free[0] = first_free or spread_free
    return Populations(np.zeros(groups), np.ones(groups), mean_free, sd_free)


def histograms(groups: int, nodes: Floats) -> Populations:
    """Start with standard normals of free shape."""
    fixed = np.zeros(groups, dtype=np.bool_)
    density = np.exp(-(nodes**2) / 2)
    roots = np.sqrt(density / density.sum())
    return Populations(np.zeros(groups), np.ones(groups), fixed, fixed, np.tile(roots, (groups, 1)))
