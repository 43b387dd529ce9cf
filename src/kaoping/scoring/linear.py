"""Divide-by-total models: Rasch, 1PL, 2PL, PCM, RSM, GPCM and nominal differ by two small matrices."""

from dataclasses import dataclass, field

import numpy as np

from kaoping.scoring.arrays import Floats
from kaoping.scoring.model_names import ModelName


@dataclass(frozen=True)
class Linear:
    """Divide-by-total model whose category weights and intercepts are linear in its parameters.

    ``weight`` and ``intercept`` (m, p) give alpha = weight @ parameters and gamma = intercept @ parameters; their first
    rows are zero, so that category 0 is the reference.
    """

    name: ModelName
    labels: tuple[str, ...]
    reported: tuple[str, ...]
    weight: Floats = field(repr=False, hash=False, compare=False)
    intercept: Floats = field(repr=False, hash=False, compare=False)

    @property
    def categories(self) -> int:
        """Number of categories."""
        return len(self.weight)

    def statistics(self, theta: Floats) -> Floats:
        """Sufficient statistic of each category about the parameters at each ability, (m, p, q)."""
        return self.weight[:, :, None] * theta + self.intercept[:, :, None]

    def log_probabilities(self, values: Floats, theta: Floats) -> Floats:
        """Log probability of each category, (k, m, q)."""
        lines = (values @ self.weight.T)[:, :, None] * theta + (values @ self.intercept.T)[:, :, None]
        lines -= _log_of_sum(lines)
        return lines

    def derivative(self, values: Floats, theta: Floats) -> Floats:
        """Statistic of the category less its expectation, (k, m, p, q)."""
        chance = np.exp(self.log_probabilities(values, theta))
        statistic = self.statistics(theta)
        return np.asarray(statistic - np.einsum("kmq,mpq->kpq", chance, statistic)[:, None])

    def along_theta(self, values: Floats, theta: Floats) -> tuple[Floats, Floats]:
        """Weight less its expectation, and minus its variance, both (k, m, q)."""
        chance = np.exp(self.log_probabilities(values, theta))
        alpha = values @ self.weight.T
        mean = np.einsum("kmq,km->kq", chance, alpha)
        spread = np.einsum("kmq,km->kq", chance, alpha**2) - mean**2
        return alpha[:, :, None] - mean[:, None], np.broadcast_to(-spread[:, None], chance.shape)

    def to_reported(self, values: Floats) -> Floats:
        """Give a and step difficulties b; of the nominal model, weights a and intercepts c of each category."""
        if self.name is ModelName.NOMINAL:
            return values.copy()
        slope = values[:, :1]
        steps = np.diff(values @ self.intercept.T, axis=1)
        return np.concatenate([slope, -steps / slope], axis=1)

    def from_reported(self, reported: Floats) -> Floats:
        """Give slope and intercepts, the inverse of `to_reported`."""
        if self.name is ModelName.NOMINAL:
            return reported.copy()
        slope = reported[:, :1]
        gamma = np.cumsum(-slope * reported[:, 1:], axis=1)
        own = np.linalg.solve(self.intercept[1:, 1:], gamma.T).T
        return np.concatenate([slope, own], axis=1)

    def rescaled(self, values: Floats, slope: float, intercept: float) -> Floats:
        """Divide the weights by the slope and move the intercepts along."""
        alpha, gamma = values @ self.weight.T, values @ self.intercept.T
        wanted = np.concatenate([alpha / slope, gamma - alpha * intercept / slope], axis=1)
        return np.asarray(np.linalg.lstsq(np.concatenate([self.weight, self.intercept]), wanted.T, rcond=None)[0].T)

    def start(self, shares: Floats) -> Floats:
        """Slopes of one (for the nominal model, rising weights), intercepts that give the observed shares."""
        levels = np.log(shares / shares[:, :1])[:, 1:]
        k, steps = levels.shape
        if self.name is ModelName.NOMINAL:
            return np.concatenate([np.tile(np.arange(1.0, steps + 1), (k, 1)), levels], axis=1)
        if self.name is ModelName.RATING_SCALE:
            mean = levels[:, -1:] / steps
            shared = (levels - mean * np.arange(1, steps + 1)).mean(axis=0)
            return np.concatenate([np.ones((k, 1)), mean, np.tile(shared[:-1], (k, 1))], axis=1)
        return np.concatenate([np.ones((k, 1)), levels], axis=1)


def _log_of_sum(lines: Floats) -> Floats:
    """Logarithm of the sum of exponentials over categories, (k, 1, q)."""
    peak = lines.max(axis=1, keepdims=True)
    return np.asarray(peak + np.log(np.exp(lines - peak).sum(axis=1, keepdims=True)))


def partial_credit(name: ModelName, m: int) -> Linear:
    """Category c has weight c a and intercept d_c; with two categories this is the logistic model."""
    steps = np.arange(m)
    weight = np.zeros((m, m))
    weight[:, 0] = steps
    intercept = np.eye(m)
    intercept[0, 0] = 0.0
    if m == 2:  # noqa: PLR2004
        return Linear(name, ("a", "d"), ("a", "b"), weight, intercept)
    numbers = range(1, m)
    return Linear(name, ("a", *(f"d{c}" for c in numbers)), ("a", *(f"b{c}" for c in numbers)), weight, intercept)


def rating_scale(m: int) -> Linear:
    """Category c has weight c a and intercept c d + t_c with t shared by all items; the last t is zero."""
    weight, intercept = np.zeros((m, m)), np.zeros((m, m))
    weight[:, 0] = intercept[:, 1] = np.arange(m)
    intercept[1:-1, 2:] = np.eye(m - 2)
    inside = ("a", "d", *(f"t{c}" for c in range(1, m - 1)))
    return Linear(ModelName.RATING_SCALE, inside, ("a", *(f"b{c}" for c in range(1, m))), weight, intercept)


def nominal(m: int) -> Linear:
    """Each category but the first has its own weight and intercept."""
    weight, intercept = np.zeros((m, 2 * m - 2)), np.zeros((m, 2 * m - 2))
    weight[1:, : m - 1] = intercept[1:, m - 1 :] = np.eye(m - 1)
    numbers = range(1, m)
    names = (*(f"a{c}" for c in numbers), *(f"c{c}" for c in numbers))
    return Linear(ModelName.NOMINAL, names, names, weight, intercept)
