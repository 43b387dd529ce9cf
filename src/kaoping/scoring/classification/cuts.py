"""Cuts and the levels between them: who reaches a cut belongs to the level above it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.classification.errors import BadCuts


@dataclass(frozen=True)
class Cuts:
    """Cuts (c) on some scale, none below the one before, and names of the c + 1 levels, the lowest first.

    Raises
    ------
    BadCuts
        There is no cut, they fall or are not finite, or the names are not one more than the cuts, or not different.

    >>> Cuts.of([60, 80]).names
    ('level 1', 'level 2', 'level 3')
    >>> Cuts.of(60).levels(np.array([59.5, 60.0]))
    array([0, 1])
    """

    values: tuple[float, ...]
    names: tuple[str, ...]

    def __post_init__(self) -> None:
        given = np.array(self.values)
        if not len(given) or not np.isfinite(given).all():
            raise BadCuts(reason="there has to be at least one, and each a finite number")
        if (np.diff(given) < 0).any():
            raise BadCuts(reason="they fall; give them from the lowest to the highest")
        if len(self.names) != len(given) + 1 or len(set(self.names)) != len(self.names):
            raise BadCuts(reason=f"{len(given)} cuts make {len(given) + 1} levels, each with a name of its own")

    @classmethod
    def of(cls, cuts: "ArrayLike | Cuts", names: Sequence[str] = ()) -> "Cuts":
        """Take one cut or several; levels are called fail and pass, or are numbered, if they are not named."""
        if isinstance(cuts, Cuts):
            return cuts
        values = np.atleast_1d(np.asarray(cuts, dtype=np.float64))
        numbered = tuple(f"level {number}" for number in range(1, len(values) + 2))
        return cls(tuple(map(float, values)), tuple(names) or (("fail", "pass") if len(values) == 1 else numbered))

    def __len__(self) -> int:
        return len(self.values)

    @property
    def array(self) -> Floats:
        """(c,) the cuts."""
        return np.array(self.values)

    def levels(self, values: Floats) -> Whole:
        """Level of each value, (n,), from 0."""
        return np.searchsorted(self.array, values, side="right").astype(np.int64)

    def moved(self, values: ArrayLike) -> "Cuts":
        """Give the same levels with cuts on another scale.

        >>> Cuts.of(60).moved([0.6]).values
        (0.6,)
        """
        return Cuts.of(values, self.names)
