"""What each person earned on each item: the table that classical statistics are computed from."""

from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from kaoping.scoring.arrays import Flags, Floats
from kaoping.scoring.errors import BadResponses
from kaoping.scoring.responses import ResponseMatrix


@dataclass(frozen=True, eq=False)
class Marks:
    """Marks earned on items, with what each is worth; parts of marks are allowed.

    ``earned`` (n, k) marks, 0 where nothing is known; ``known`` (n, k) whether something is known of the answer;
    ``largest`` (k,) most marks of each item; ``items`` (k,) names; ``weights`` (n,) of the persons.

    Raises
    ------
    BadResponses
        Shapes do not fit, a mark is below 0 or above what its item is worth, or is earned where nothing is known.

    >>> Marks.of(ResponseMatrix([[2, 1], [0, 1]])).earned
    array([[2., 1.],
           [0., 1.]])
    """

    earned: Floats
    known: Flags
    largest: Floats
    items: tuple[str, ...]
    weights: Floats

    def __post_init__(self) -> None:
        n, k = self.earned.shape
        fits = self.known.shape == (n, k) and self.largest.shape == (k,) and len(self.items) == k
        if not fits or self.weights.shape != (n,):
            raise BadResponses(reason="marks, names, weights and what items are worth do not fit together")
        if not (np.isfinite(self.largest) & (self.largest > 0)).all():
            raise BadResponses(reason="an item is worth nothing")
        if self.earned[~self.known].any():
            raise BadResponses(reason="marks were earned where nothing is known of the answer")
        wrong = ~((self.earned >= 0) & (self.earned <= self.largest + 1e-9))
        if wrong.any():
            row, column = np.argwhere(wrong)[0]
            raise BadResponses(
                reason=f"row {row + 1} has {self.earned[row, column]:g} marks for item {self.items[column]}, "
                f"which is worth {self.largest[column]:g}"
            )

    @classmethod
    def of(cls, responses: "Table", *, marks: ArrayLike | None = None) -> "Marks":
        """Give each category its share of what the item is worth: category 1 of 0, 1, 2 earns half.

        Parameters
        ----------
        responses : a table of answers; marks are given back as they are.
        marks : (k,) most marks of each item; its highest category if not given.

        >>> Marks.of(ResponseMatrix([[2, 1], [1, -1]]), marks=[4, 1]).earned
        array([[4., 1.],
               [2., 0.]])
        """
        if isinstance(responses, Marks):
            return responses
        steps = (responses.categories - 1).astype(np.float64)
        largest = steps if marks is None else np.array(marks, dtype=np.float64)
        if largest.shape != steps.shape:
            raise BadResponses(reason=f"there are {largest.size} marks for {len(steps)} items")
        # Column by column in memory, because statistics of items go through columns.
        known = np.asfortranarray(responses.presented)
        earned = np.where(known, np.asfortranarray(responses.answers), 0) * (largest / steps)
        return cls(earned, known, largest, responses.items, responses.weights)

    @classmethod
    def table(cls, earned: ArrayLike, largest: ArrayLike, *, items: tuple[str, ...] = ()) -> "Marks":
        """Make the table from marks themselves, all of them known.

        >>> Marks.table([[0.5, 1], [0, 0.3]], [1, 1]).total
        array([1.5, 0.3])
        """
        whole = np.array(earned, dtype=np.float64)
        names = items or tuple(str(place + 1) for place in range(whole.shape[1]))
        most = np.array(largest, dtype=np.float64)
        return cls(whole, np.ones(whole.shape, dtype=bool), most, names, np.ones(len(whole)))

    @cached_property
    def offered(self) -> Floats:
        """(n,) marks that the person could earn on items of which something is known."""
        return np.asarray(self.known @ self.largest)

    @cached_property
    def total(self) -> Floats:
        """(n,) marks of the person; of incomplete answers raised to the whole test in proportion."""
        return _raised(self._sums, self.offered, float(self.largest.sum()))

    @cached_property
    def complete(self) -> Flags:
        """(n,) whether the person's answers to all items are known."""
        return np.asarray(self.known.all(axis=1))

    def rest(self, item: int) -> tuple[Floats, Flags]:
        """Marks on the other items (m,), raised in proportion, of the persons (n,) who have the item and another."""
        worth = self.largest[item]
        offered = self.offered - np.where(self.known[:, item], worth, 0.0)
        there = self.known[:, item] & (offered > worth * 1e-12)
        others = self._sums[there] - self.earned[there, item]
        return _raised(others, offered[there], float(self.largest.sum() - worth)), there

    @cached_property
    def _sums(self) -> Floats:
        return np.asarray(self.earned.sum(axis=1))


Table: TypeAlias = ResponseMatrix | Marks


def _raised(earned: Floats, offered: Floats, whole: float) -> Floats:
    """Marks out of ``whole`` from marks out of what was offered; exact where everything was offered."""
    part = np.abs(offered - whole) > whole * 1e-12
    scores = earned.astype(np.float64, copy=True)
    some = part & (offered > 0)
    scores[some] *= whole / offered[some]
    return scores
