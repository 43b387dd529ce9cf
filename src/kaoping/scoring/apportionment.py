"""Tables of whole numbers with given totals: how many items of each section every row of a weight table takes.

Rows are taken in turn, and the ways to use up items are kept as arrays (dynamic programming over what is used up).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

Counts = tuple[int, ...]
Wish = Sequence[float]


def nearest_table(
    weights: Sequence[Decimal], counts: Counts, marks: Sequence[Decimal], wishes: Sequence[Wish], *, reach: int
) -> list[Counts]:
    """Give the table (a row for each weight, a column for each section) nearest to the wishes, or an empty one.

    The rows are gone through in turn; of all ways to use up the same numbers of items only the nearest is kept, and of
    equally near ones the first. ``reach`` is how far a count may lie from its wish.

    >>> nearest_table([Decimal(3), Decimal(5)], (4, 2), [Decimal(1), Decimal(2)], [(2, 1), (2, 1)], reach=1)
    [(1, 1), (3, 1)]
    """
    ways = _Ways(np.zeros((1, len(counts)), dtype=np.int64), np.zeros(1))
    steps = []
    for weight, wish in zip(weights, wishes, strict=True):
        rows = list(_rows(weight, counts, marks, wish, reach))
        ways, step = _further(ways, rows, wish, counts)
        steps.append(step)
    return _table(steps) if counts in map(tuple, ways.used.tolist()) else []


@dataclass(frozen=True, slots=True)
class _Ways:
    """How many items of each section are used up (a row for each way), and how far from the wishes the way there is."""

    used: NDArray[np.int64]
    distance: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Step:
    """For each way after a row of the table: the way before it, and the row that was taken."""

    before: NDArray[np.int64]
    rows: list[Counts]


def _further(ways: _Ways, rows: list[Counts], wish: Wish, counts: Counts) -> tuple[_Ways, _Step]:
    """Take each row after each way; of those that use up the same, the nearest and first stays, in order of finding."""
    taken = np.array(rows, dtype=np.int64).reshape(len(rows), len(counts))
    more = np.array([_distance(row, wish) for row in rows])
    fits = np.ones((len(ways.used), len(rows)), dtype=bool)
    for section, count in enumerate(counts):
        fits &= ways.used[:, section, None] + taken[None, :, section] <= count
    before, row = np.nonzero(fits)
    distance = ways.distance[before] + more[row]
    code = (ways.used @ _places(counts))[before] + (taken @ _places(counts))[row]
    by_code = np.lexsort((distance, code))
    starts = np.flatnonzero(np.diff(code[by_code], prepend=-1))
    found = np.minimum.reduceat(by_code, starts) if len(starts) else starts
    best = by_code[starts][np.argsort(found, kind="stable")]
    used = ways.used[before[best]] + taken[row[best]]
    return _Ways(used, distance[best]), _Step(before[best], [rows[one] for one in row[best]])


def _places(counts: Counts) -> NDArray[np.int64]:
    """Place values by which numbers of used items become one whole number: of base count + 1 in each section."""
    values = accumulate(counts[:-1], lambda value, count: value * (count + 1), initial=1)
    return np.array(list(values)[: len(counts)], dtype=np.int64)


def _table(steps: Sequence[_Step]) -> list[Counts]:
    """Go back from the one way that uses up everything."""
    way, table = 0, []
    for step in reversed(steps):
        table.append(step.rows[way])
        way = int(step.before[way])
    return table[::-1]


def _rows(weight: Decimal, counts: Counts, marks: Sequence[Decimal], wish: Wish, reach: int) -> Iterator[Counts]:
    """Give the counts that make up a weight exactly, within reach of the wish."""
    if not counts:
        if weight == 0:
            yield ()
        return
    least, most = max(0, round(wish[0]) - reach), min(counts[0], round(wish[0]) + reach, int(weight / marks[0]))
    for count in range(least, most + 1):
        for rest in _rows(weight - count * marks[0], counts[1:], marks[1:], wish[1:], reach):
            yield count, *rest


def _distance(row: Counts, wish: Wish) -> float:
    return sum((count - wished) ** 2 for count, wished in zip(row, wish, strict=True))
