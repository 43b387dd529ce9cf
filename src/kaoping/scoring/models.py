r"""Response models: how ability becomes an answer, one small object per model.

A model knows one item at a time only through its vector of parameters, and works on many items of the same shape at
once: parameters (k, p), abilities (q,), and results (k, m, q) or (k, m, p, q) for m categories. There are three forms:

* `Linear`: divide-by-total, :math:`P_c(\theta) \propto \exp(\alpha_c\theta + \gamma_c)`, where weights and intercepts
  are linear in the parameters. Rasch, 1PL, 2PL, PCM, RSM, GPCM and the nominal model differ by two small matrices.
* `Asymptotic`: a logistic curve between two asymptotes: 3PL and 4PL.
* `Graded`: differences of parallel logistic curves: GRM.

Inside, every item has slopes and intercepts, where nothing is unbounded at a = 0, and asymptotes are on the logit
scale. What people read is written by `to_reported`: discrimination ``a`` (per logit), difficulties ``b`` (logits),
asymptotes ``c`` and ``u`` (probabilities). There is no constant 1.7: D = 1.

References
----------
Birnbaum, A. (1968). Some latent trait models. In Lord & Novick, *Statistical Theories of Mental Test Scores*, ch. 17.
Barton, M. A., & Lord, F. M. (1981). An upper asymptote for the three-parameter logistic item-response model.
Samejima, F. (1969). Estimation of latent ability using a response pattern of graded scores.
Andrich, D. (1978). A rating formulation for ordered response categories. *Psychometrika*, 43, 561-573.
Masters, G. N. (1982). A Rasch model for partial credit scoring. *Psychometrika*, 47, 149-174.
Muraki, E. (1992). A generalized partial credit model. *Applied Psychological Measurement*, 16, 159-176.
Bock, R. D. (1972). Estimating item parameters and latent ability when responses are scored in two or more nominal
categories. *Psychometrika*, 37, 29-51.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.special import expit, log_expit, logit

from kaoping.scoring.arrays import Floats
from kaoping.scoring.linear import Linear, nominal, partial_credit, rating_scale
from kaoping.scoring.model_names import ModelName

__all__ = ["Asymptotic", "Graded", "Linear", "ModelName", "ResponseModel", "model"]

GUESSED, REACHED = 0.25, 0.98
"""Where asymptotes start."""
LEAST = 1e-300
"""A probability that rounds to nothing is taken as this, so that its logarithm stays a number."""


class ResponseModel(Protocol):
    """What an estimate needs to know of a model; ``labels`` name the p parameters inside."""

    @property
    def name(self) -> ModelName:
        """Which model."""

    @property
    def categories(self) -> int:
        """Number m of categories."""

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the p parameters inside: a (slope), d (intercept) and so on."""

    @property
    def reported(self) -> tuple[str, ...]:
        """Names of the parameters that people read, as many as inside."""

    def log_probabilities(self, values: Floats, theta: Floats) -> Floats:
        """Log probability of each category, (k, m, q), from parameters (k, p) and abilities (q,)."""

    def derivative(self, values: Floats, theta: Floats) -> Floats:
        """Derivative of the log probabilities by the parameters, (k, m, p, q)."""

    def along_theta(self, values: Floats, theta: Floats) -> tuple[Floats, Floats]:
        """First and second derivative of the log probabilities by ability, both (k, m, q)."""

    def to_reported(self, values: Floats) -> Floats:
        """Parameters that people read, (k, p)."""

    def from_reported(self, reported: Floats) -> Floats:
        """Parameters inside, (k, p), from those that people read."""

    def rescaled(self, values: Floats, slope: float, intercept: float) -> Floats:
        """Parameters (k, p) of the same curves on the scale ``slope * theta + intercept``."""

    def start(self, shares: Floats) -> Floats:
        """Give starting values (k, p) from the share of persons in each category, (k, m)."""


@dataclass(frozen=True)
class Asymptotic:
    r"""Logistic curve between two asymptotes, :math:`P = c + (u - c)\,\sigma(a\theta + d)`.

    Inside are a, d, logit c and, for four parameters, logit u.
    """

    name: ModelName

    categories = 2

    @property
    def labels(self) -> tuple[str, ...]:
        """Slope, intercept, logits of the asymptotes."""
        return ("a", "d", "c") if self.name is ModelName.THREE else ("a", "d", "c", "u")

    @property
    def reported(self) -> tuple[str, ...]:
        """Discrimination, difficulty, asymptotes."""
        return ("a", "b", "c") if self.name is ModelName.THREE else ("a", "b", "c", "u")

    def _parts(self, values: Floats, theta: Floats) -> tuple[Floats, Floats, Floats, Floats, Floats]:
        """Asymptotes (k, 1), logistic curve and its complement (k, q), chances of wrong and right (k, 2, q).

        Complements are calculated for themselves: one less a number that rounds to one is of no use as a divisor.
        """
        lower = expit(values[:, 2:3])
        beyond = expit(-values[:, 3:4]) if self.name is ModelName.FOUR else np.zeros_like(lower)
        line = values[:, :1] * theta + values[:, 1:2]
        curve, rest = expit(line), expit(-line)
        width = 1 - beyond - lower
        chances = np.stack([beyond + width * rest, lower + width * curve], axis=1)
        return lower, beyond, curve, rest, np.maximum(chances, LEAST)

    def log_probabilities(self, values: Floats, theta: Floats) -> Floats:
        """Log probability of wrong and right, (k, 2, q)."""
        return np.log(self._parts(values, theta)[-1])

    def derivative(self, values: Floats, theta: Floats) -> Floats:
        """Derivative by a, d and the logits of the asymptotes, (k, 2, p, q)."""
        lower, beyond, curve, rest, chances = self._parts(values, theta)
        rise = (1 - beyond - lower) * curve * rest
        parts = [rise * theta, rise, rest * lower * (1 - lower)]
        if self.name is ModelName.FOUR:
            parts.append(curve * beyond * (1 - beyond))
        change = np.stack(parts, axis=1)
        return np.array([-1.0, 1.0])[:, None, None] * change[:, None] / chances[:, :, None]

    def along_theta(self, values: Floats, theta: Floats) -> tuple[Floats, Floats]:
        """First and second derivative of the log probabilities by ability, (k, 2, q)."""
        lower, beyond, curve, rest, chances = self._parts(values, theta)
        slope = values[:, :1]
        first = (1 - beyond - lower) * slope * curve * rest
        second = first * slope * (rest - curve)
        sign = np.array([-1.0, 1.0])[:, None]
        score = sign * first[:, None] / chances
        return score, sign * second[:, None] / chances - score**2

    def to_reported(self, values: Floats) -> Floats:
        """Give a, b and the asymptotes as probabilities."""
        slope = values[:, :1]
        return np.concatenate([slope, -values[:, 1:2] / slope, expit(values[:, 2:])], axis=1)

    def from_reported(self, reported: Floats) -> Floats:
        """Give slope, intercept and the logits of the asymptotes."""
        slope = reported[:, :1]
        return np.concatenate([slope, -slope * reported[:, 1:2], logit(reported[:, 2:])], axis=1)

    def rescaled(self, values: Floats, slope: float, intercept: float) -> Floats:
        """Divide the slope and move the intercepts along."""
        return _rescaled(values, slope, intercept, slice(1, 2))

    def start(self, shares: Floats) -> Floats:
        """Slopes of one, asymptotes of a quarter at most and near one, intercepts that give the observed facility."""
        lower = np.minimum(GUESSED, shares[:, 1] / 2)
        upper = [np.full(len(shares), logit(REACHED))] if self.name is ModelName.FOUR else []
        facility = np.clip((shares[:, 1] - lower) / (1 - lower), 0.05, 0.95)
        return np.stack([np.ones(len(shares)), logit(facility), logit(lower), *upper], axis=1)


@dataclass(frozen=True)
class Graded:
    r"""Graded response model, :math:`P(X \ge c) = \sigma(a\theta + d_c)` with falling intercepts."""

    categories: int

    name = ModelName.GRADED

    @property
    def labels(self) -> tuple[str, ...]:
        """Slope and intercepts."""
        return ("a", *(f"d{step}" for step in range(1, self.categories)))

    @property
    def reported(self) -> tuple[str, ...]:
        """Discrimination and thresholds."""
        return ("a", *(f"b{step}" for step in range(1, self.categories)))

    def _lines(self, values: Floats, theta: Floats) -> Floats:
        return values[:, :1, None] * theta + values[:, 1:, None]

    def log_probabilities(self, values: Floats, theta: Floats) -> Floats:
        """Log probability of each category, (k, m, q); not a number where the intercepts do not fall."""
        lines = self._lines(values, theta)
        at_least, below = log_expit(lines), log_expit(-lines)
        with np.errstate(divide="ignore", invalid="ignore"):
            gaps = np.log(-np.expm1(np.diff(values[:, 1:], axis=1)))[:, :, None]
        middle = at_least[:, :-1] + below[:, 1:] + gaps
        return np.concatenate([below[:, :1], middle, at_least[:, -1:]], axis=1)

    def derivative(self, values: Floats, theta: Floats) -> Floats:
        """Derivative by a and the intercepts, (k, m, p, q)."""
        lines, edge = self._lines(values, theta), np.zeros((len(values), 1, len(theta)))
        rise = np.concatenate([edge, expit(lines) * expit(-lines), edge], axis=1)
        chances = np.maximum(np.exp(self.log_probabilities(values, theta)), LEAST)
        change = np.zeros((len(values), self.categories, self.categories, len(theta)))
        change[:, :, 0] = (rise[:, :-1] - rise[:, 1:]) * theta
        for step in range(1, self.categories):
            change[:, step, step] = rise[:, step]
            change[:, step - 1, step] = -rise[:, step]
        return change / chances[:, :, None]

    def along_theta(self, values: Floats, theta: Floats) -> tuple[Floats, Floats]:
        r"""First and second derivative of the log probabilities by ability, (k, m, q).

        With the cumulated curves F they are :math:`a(1 - F_c - F_{c+1})` and minus the sum of both curves' slopes.
        """
        lines = self._lines(values, theta)
        reached, missed = expit(lines), expit(-lines)
        edge, slope = np.zeros((len(values), 1, len(theta))), values[:, :1, None]
        rise = np.concatenate([edge, reached * missed, edge], axis=1)
        score = slope * (np.concatenate([edge, missed], axis=1) - np.concatenate([reached, edge], axis=1))
        return score, -(slope**2) * (rise[:, :-1] + rise[:, 1:])

    def to_reported(self, values: Floats) -> Floats:
        """Give a and the thresholds b."""
        return np.concatenate([values[:, :1], -values[:, 1:] / values[:, :1]], axis=1)

    def from_reported(self, reported: Floats) -> Floats:
        """Give slope and intercepts."""
        return np.concatenate([reported[:, :1], -reported[:, :1] * reported[:, 1:]], axis=1)

    def rescaled(self, values: Floats, slope: float, intercept: float) -> Floats:
        """Divide the slope and move the intercepts along."""
        return _rescaled(values, slope, intercept, slice(1, None))

    def start(self, shares: Floats) -> Floats:
        """Slopes of one, intercepts that give the observed shares."""
        at_least = np.cumsum(shares[:, ::-1], axis=1)[:, ::-1][:, 1:]
        return np.concatenate([np.ones((len(shares), 1)), logit(at_least)], axis=1)


def _rescaled(values: Floats, slope: float, intercept: float, intercepts: slice) -> Floats:
    moved = values.copy()
    moved[:, 0] /= slope
    moved[:, intercepts] -= moved[:, :1] * intercept
    return moved


def model(name: str, categories: int = 2) -> ResponseModel:
    """Give the model of a name for items of so many categories.

    Raises
    ------
    ValueError
        There is no model of this name, or it does not describe so many categories.

    >>> model("gpcm", 3).labels
    ('a', 'd1', 'd2')
    """
    wanted = ModelName(name)
    two_only = {ModelName.RASCH, ModelName.ONE, ModelName.TWO, ModelName.THREE, ModelName.FOUR}
    if wanted in two_only and categories != 2:  # noqa: PLR2004
        raise ValueError(
            f"{name} describes items of two categories, not {categories}; use gpcm, grm, pcm, rsm or nominal"
        )
    match wanted:
        case ModelName.THREE | ModelName.FOUR:
            return Asymptotic(wanted)
        case ModelName.GRADED:
            return Graded(categories)
        case ModelName.NOMINAL:
            return nominal(categories)
        case ModelName.RATING_SCALE:
            return rating_scale(categories)
        case _:
            return partial_credit(wanted, categories)
