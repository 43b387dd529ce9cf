"""What every paper, and all papers together, must satisfy."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np

from kaoping.scoring.arrays import Flags, Floats
from kaoping.scoring.assembly.pool import Pool

Cell = tuple[str, str]
"""A row of the specification and an item type."""


@dataclass(frozen=True)
class Rules:
    """Rules of parallel papers.

    Attributes
    ----------
    papers : number of papers; no item is in two of them.
    counts : items per paper for each (row, type); items of other cells are not used.
    total_marks : exact marks of each paper.
    difficulty : least and greatest mean expected score, as shares of the total marks.
    means_within, curves_within : marks by which mean expected scores, and characteristic curves, may differ.
    theta : abilities (logits) at which the curves are compared.
    cut : ability (logits) at which papers should measure best.
    enemies : groups of items of which a paper holds at most one.
    one_per_point : whether a paper holds at most one item of a point.
    excluded : items that may not be used; most_uses : items used this often or more are left out.
    """

    papers: int
    counts: Mapping[Cell, int]
    total_marks: Decimal
    difficulty: tuple[Decimal, Decimal] = (Decimal("0.55"), Decimal("0.75"))
    means_within: float = 1.0
    curves_within: float = 1.5
    theta: tuple[float, ...] = tuple(float(step) / 4 for step in range(-8, 9))
    cut: float = 0.0
    enemies: tuple[tuple[str, ...], ...] = ()
    one_per_point: bool = True
    excluded: frozenset[str] = field(default_factory=frozenset)
    most_uses: int | None = None

    @property
    def abilities(self) -> Floats:
        """(t,) abilities at which the curves are compared."""
        return np.array(self.theta)

    @property
    def mean_range(self) -> tuple[float, float]:
        """Least and greatest mean expected score in marks."""
        low, high = (float(share * self.total_marks) for share in self.difficulty)
        return low, high

    def usable(self, pool: Pool) -> Flags:
        """(k,) whether an item may be used at all."""
        uses = pool.uses or (0,) * len(pool.items)
        columns = zip(pool.items, pool.rows, pool.types, uses, strict=True)
        return np.array(
            [
                self.counts.get((row, type_), 0) > 0 and item not in self.excluded and self._fresh(used)
                for item, row, type_, used in columns
            ]
        )

    def _fresh(self, used: int) -> bool:
        return self.most_uses is None or used < self.most_uses
