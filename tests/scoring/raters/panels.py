"""Panels of raters to draw from: persons, raters, items and what they give."""

from dataclasses import dataclass

import numpy as np

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.raters import Ratings

THRESHOLDS = np.array([-1.2, 0.1, 1.1])


@dataclass(frozen=True)
class Drawn:
    """Ratings with what they were drawn from; rows as in the ratings."""

    ratings: Ratings
    theta: Floats
    severity: Floats
    difficulty: Floats
    person: Whole
    rater: Whole
    item: Whole
    category: Whole

    def of(self, facet: str, values: Floats) -> Floats:
        """Give true values in the order in which the ratings number the elements."""
        return values[[int(name) for name in self.ratings.facets[facet]]]


def drawn(
    rng: np.random.Generator,
    *,
    n: int = 300,
    raters: int = 8,
    items: int = 4,
    each: int = 2,
    thresholds: Floats = THRESHOLDS,
    bias: Floats | None = None,
    sd: float = 1.3,
) -> Drawn:
    """Draw ratings of n persons, each by some raters on all items; ``bias`` (raters, items) adds to the severity."""
    theta, severity, difficulty = rng.normal(0, sd, n), rng.normal(0, 0.5, raters), rng.normal(0, 0.6, items)
    severity, difficulty = severity - severity.mean(), difficulty - difficulty.mean()
    chosen = np.argsort(rng.random((n, raters)), axis=1)[:, :each]
    person, rater = np.arange(n).repeat(each * items), chosen.ravel().repeat(items)
    item = np.tile(np.arange(items), n * each)
    line = theta[person] - severity[rater] - difficulty[item] - (0 if bias is None else bias[rater, item])
    category = categories(rng, line, thresholds)
    ratings = Ratings.from_columns(person, category, {"rater": rater, "item": item}, scale=(0, len(thresholds)))
    return Drawn(ratings, theta, severity, difficulty, person, rater, item, category)


def categories(rng: np.random.Generator, line: Floats, thresholds: Floats) -> Whole:
    """Draw categories of the partial credit model at the lines (r,)."""
    sums = np.cumsum(line[:, None] - thresholds, axis=1)
    weights = np.exp(np.concatenate([np.zeros((len(line), 1)), sums], axis=1))
    shares = (weights / weights.sum(axis=1, keepdims=True)).cumsum(axis=1)
    return np.asarray((rng.random((len(line), 1)) > shares[:, :-1]).sum(axis=1))
