"""Who took what: the three designs of data from which two forms are equated.

A design holds its tables, draws itself again for a bootstrap, and turns the gradient of an equated score with respect
to the shares of its tables into `Roots`, one for each sample, whose squared rows sum to its variance (delta method).
"""

from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import numpy as np

from kaoping.scoring.arrays import Floats
from kaoping.scoring.equating.frequencies import Frequencies, JointFrequencies
from kaoping.scoring.errors import BadScores, OptionOutOfRange

Roots: TypeAlias = tuple[Floats, ...]


@dataclass(frozen=True, eq=False)
class EquivalentGroups:
    """Two random samples of one population: one took form X, the other form Y.

    >>> design = EquivalentGroups(Frequencies([0, 1], [5, 5]), Frequencies([0, 1], [4, 6]))
    >>> design.y.mean
    0.6
    """

    x: Frequencies
    y: Frequencies

    def roots(self, by_x: Floats, by_y: Floats) -> Roots:
        """Give the covariance roots of gradients with respect to the shares of X, (m, s), and of Y, (m, t)."""
        return self.x.covariance_root(by_x), self.y.covariance_root(by_y)

    def resampled(self, rng: np.random.Generator) -> "EquivalentGroups":
        """Draw both samples again."""
        return EquivalentGroups(self.x.resampled(rng), self.y.resampled(rng))


@dataclass(frozen=True, eq=False)
class SingleGroup:
    """One sample whose every person took both forms; ``pairs`` has the scores on X first.

    >>> SingleGroup(JointFrequencies.of([0, 1, 1], [0, 1, 2])).y.counts
    array([1., 1., 1.])
    """

    pairs: JointFrequencies

    @property
    def x(self) -> Frequencies:
        """Frequencies of the scores on X."""
        return self.pairs.of_first

    @property
    def y(self) -> Frequencies:
        """Frequencies of the scores on Y."""
        return self.pairs.of_second

    def roots(self, by_x: Floats, by_y: Floats) -> Roots:
        """Give the covariance roots of gradients with respect to the shares of X, (m, s), and of Y, (m, t)."""
        return (self.pairs.covariance_root(by_x[:, :, None] + by_y[:, None, :]),)

    def resampled(self, rng: np.random.Generator) -> "SingleGroup":
        """Draw the sample again."""
        return SingleGroup(self.pairs.resampled(rng))


@dataclass(frozen=True, eq=False)
class AnchorGroups:
    """Samples of two populations, P with form X and Q with form Y, and an anchor V that both took (NEAT).

    Parameters
    ----------
    x : pairs (X, V) of the sample of P.
    y : pairs (Y, V) of the sample of Q, with the same possible anchor scores.
    internal : whether the anchor's items count in the scores on X and Y.

    Raises
    ------
    BadScores
        The possible anchor scores differ.

    >>> AnchorGroups(JointFrequencies.of([1, 2], [0, 1]), JointFrequencies.of([2, 3], [0, 1])).internal
    True
    """

    x: JointFrequencies
    y: JointFrequencies
    internal: bool = True

    def __post_init__(self) -> None:
        if not np.array_equal(self.x.second, self.y.second):
            raise BadScores(reason="the possible anchor scores of the two groups differ")

    def roots(self, by_x: Floats, by_y: Floats) -> Roots:
        """Give the covariance roots of gradients by the shares of the pairs of P, (m, s, v), and of Q, (m, t, v)."""
        return self.x.covariance_root(by_x), self.y.covariance_root(by_y)

    def resampled(self, rng: np.random.Generator) -> "AnchorGroups":
        """Draw both samples again."""
        return AnchorGroups(self.x.resampled(rng), self.y.resampled(rng), internal=self.internal)


def share_of_first(weight: float) -> float:
    """Check the weight of P in a synthetic population.

    Raises
    ------
    OptionOutOfRange
        It is not between 0 and 1.

    >>> share_of_first(1.5)
    Traceback (most recent call last):
    kaoping.scoring.errors.OptionOutOfRange: The weight of the first group is 1.5; it must lie between 0 and 1.
    """
    if not 0 <= weight <= 1:
        raise OptionOutOfRange(what="The weight of the first group", value=weight, low=0, high=1)
    return weight


Groups: TypeAlias = EquivalentGroups | SingleGroup
DesignKind = TypeVar("DesignKind", EquivalentGroups, SingleGroup, AnchorGroups)
