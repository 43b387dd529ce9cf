"""How many persons a cut would fail: the scores of a group, counted and as a curve."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from kaoping.scoring.arrays import Floats
from kaoping.scoring.errors import BadScores

SILVERMAN = 1.06
"""Bandwidth of normal scores, in standard deviations by the fifth root of their number."""


@dataclass(frozen=True, eq=False)
class Distribution:
    """Scores of persons and how many have each.

    Attributes
    ----------
    scores : (s,) different scores, rising, in marks.
    counts : (s,) persons with each; whole numbers.

    >>> found = Distribution.of([3, 5, 5, 8])
    >>> found.fail_rate(5), found.pass_rate(5)
    (0.25, 0.75)
    """

    scores: Floats
    counts: Floats

    @classmethod
    def of(cls, scores: ArrayLike, counts: ArrayLike | None = None) -> "Distribution":
        """Count scores, (n,); ``counts`` (n,) say how many persons have each.

        Raises
        ------
        BadScores
            A score is not finite, a count is not a whole number from 0 up, or there is nobody.
        """
        values = np.asarray(scores, dtype=np.float64).ravel()
        number = np.ones(len(values)) if counts is None else np.asarray(counts, dtype=np.float64).ravel()
        if number.shape != values.shape or not np.isfinite(values).all():
            raise BadScores(reason="the scores are not finite numbers with one count each")
        if not (np.isfinite(number) & (number >= 0) & (number % 1 == 0)).all() or not number.sum():
            raise BadScores(reason="the counts are not whole numbers from 0 up that add up to somebody")
        values, number = values[number > 0], number[number > 0]
        different, place = np.unique(values, return_inverse=True)
        return cls(different, np.bincount(place, number).astype(np.float64))

    @property
    def n(self) -> int:
        """Number of persons."""
        return int(self.counts.sum())

    def fail_rate(self, cut: float) -> float:
        """Share of the persons below a cut."""
        return float(self.counts[self.scores < cut].sum() / self.counts.sum())

    def pass_rate(self, cut: float) -> float:
        """Share of the persons at a cut or above."""
        return 1.0 - self.fail_rate(cut)

    def curve(self) -> "FailCurve":
        """Give the share of persons that fails as a curve without jumps.

        At every possible score, whole marks or the smallest step between two scores if that is less, the curve is the
        share below; between them it is a straight line.
        """
        apart = np.diff(self.scores)
        step = min(1.0, float(apart.min())) if len(apart) else 1.0
        knots = np.union1d(self.scores, self.scores + step)
        knots = knots[np.concatenate([[True], np.diff(knots) > step * 1e-6])]
        below = np.concatenate([[0.0], np.cumsum(self.counts)])[np.searchsorted(self.scores, knots - step * 1e-9)]
        return FailCurve(knots, below / self.counts.sum(), self.n)

    def drawn(self, rng: np.random.Generator) -> "Distribution":
        """Draw as many persons again, with replacement."""
        counts = rng.multinomial(self.n, self.counts / self.counts.sum()).astype(np.float64)
        return Distribution(self.scores[counts > 0], counts[counts > 0])


@dataclass(frozen=True, eq=False)
class FailCurve:
    """Share of n persons that fails, (s,), at cuts (s,) in marks, and straight lines between."""

    cuts: Floats
    rates: Floats
    n: int

    def at(self, cut: float) -> float:
        """Share that fails at a cut."""
        return float(np.interp(cut, self.cuts, self.rates))

    def slope(self, cut: float) -> float:
        """Slope at a cut, share per mark; at a corner that of the line to its right, 0 beyond the ends."""
        place = int(np.searchsorted(self.cuts, cut, side="right"))
        if place in {0, len(self.cuts)}:
            return 0.0
        rise = self.rates[place] - self.rates[place - 1]
        return float(rise / (self.cuts[place] - self.cuts[place - 1]))

    def smooth_slope(self, cut: float) -> float:
        """Slope of the chord over `bandwidth` on each side of a cut, as far as there are persons.

        Of few persons the line of one bin says little of the curve of another sample, so errors are told by this.
        """
        width = self.bandwidth
        low, high = np.clip([cut - width, cut + width], self.cuts[0], self.cuts[-1])
        if not self.cuts[0] <= cut <= self.cuts[-1] or not low < high:
            return self.slope(cut)
        return (self.at(high) - self.at(low)) / float(high - low)

    @property
    def bandwidth(self) -> float:
        """Half the window of the smooth slope, in marks, by the rule of Silverman."""
        shares, middles = np.diff(self.rates), (self.cuts[1:] + self.cuts[:-1]) / 2
        spread = np.sqrt(shares @ (middles - shares @ middles) ** 2)
        return float(SILVERMAN * spread * self.n**-0.2)

    def sampling_variance(self, cut: float) -> float:
        """Variance of the rate at a cut for another sample of as many persons, squared share."""
        rate = self.at(cut)
        return rate * (1 - rate) / self.n
