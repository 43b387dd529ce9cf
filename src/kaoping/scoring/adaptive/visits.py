"""How often each item was given and admitted to the persons who came to a range of abilities."""

from dataclasses import dataclass

import numpy as np

from kaoping.scoring.arrays import Flags, Floats, Whole


@dataclass(frozen=True, eq=False)
class Visits:
    """Counts of persons in g ranges of ability and of k items.

    ``given`` (g, k) persons who got an item in the range; ``eligible`` (g, k) persons who came there and might have got
    it, because it was admitted to them or they are not feasible; ``persons``, ``feasible`` (g,) persons who came to the
    range, and who got no item there that was not admitted to them.
    """

    given: Floats
    eligible: Floats
    persons: Floats
    feasible: Floats

    @classmethod
    def none(cls, ranges: int, k: int) -> "Visits":
        """Nobody came."""
        return cls(np.zeros((ranges, k)), np.zeros((ranges, k)), np.zeros(ranges), np.zeros(ranges))

    def joined(self, other: "Visits", *, kept: float = 1.0) -> "Visits":
        """Add counts, after those so far were multiplied by ``kept``.

        >>> one = Visits.none(1, 2)
        >>> one.joined(Visits(np.ones((1, 2)), np.ones((1, 2)), np.ones(1), np.ones(1))).given
        array([[1., 1.]])
        """
        pairs = zip(vars(self).values(), vars(other).values(), strict=True)
        return Visits(*(kept * mine + theirs for mine, theirs in pairs))

    @property
    def rates(self) -> Floats:
        """(g, k) share of those who came to a range that got an item there; zero where nobody came."""
        return self.given / np.maximum(self.persons, 1.0)[:, None]


@dataclass(eq=False)
class VisitLog:
    """Notes of n persons who take a test together: ranges, and what was given and admitted there.

    ``lots`` (n, g, k) and ``chances`` (g, k) are those of the admission; ``cuts`` (g - 1,) divide the ranges.
    """

    lots: Floats
    chances: Floats
    cuts: Floats

    def __post_init__(self) -> None:
        size = (len(self.lots), len(self.chances))
        self.came, self.forced = np.zeros(size, dtype=np.bool_), np.zeros(size, dtype=np.bool_)
        self.given = np.zeros(self.chances.shape)

    def add(self, rows: Whole, theta: Floats, items: Whole) -> None:
        """Note that persons (r,) got items (r,) while their estimates were theta (r,)."""
        here = np.searchsorted(self.cuts, theta, side="right")
        self.came[rows, here] = True
        self.forced[rows, here] |= self.lots[rows, here, items] >= self.chances[here, items]
        np.add.at(self.given, (here, items), 1.0)

    def visits(self) -> Visits:
        """Count."""
        eligible = np.stack([self._eligible(here) for here in range(len(self.chances))])
        feasible: Flags = self.came & ~self.forced
        return Visits(self.given, eligible, self.came.sum(axis=0).astype(float), feasible.sum(axis=0).astype(float))

    def _eligible(self, here: int) -> Floats:
        came = self.came[:, here]
        admitted = (self.lots[came, here] < self.chances[here]) | self.forced[came, here, None]
        return np.asarray(admitted.sum(axis=0), dtype=np.float64)
