"""From a weight table to a table of counts: how many items of each section a row of the weight table gives.

A pure integer problem. Every row gives exactly its weight in marks, every section exactly its number of items; among
all such tables the one is taken whose counts lie nearest to a wish (the share that the bank can best supply). Whether
there is one at all is known beforehand (`kaoping.itembank.fitting`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from kaoping.itembank import fitting

Counts = tuple[int, ...]
Wish = Sequence[float]

#: How far from the wish a count may lie, tried in turn: a near table is found at once, a far one at last.
REACHES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)


def apportion(
    weights: Sequence[Decimal], counts: Counts, marks: Sequence[Decimal], wishes: Sequence[Wish]
) -> list[Counts]:
    """Give the table (a row for each weight, a column for each section) that is exact and nearest to the wishes.

    Distance is the sum of squared differences; among equally near tables the first in lexical order is taken.

    Parameters
    ----------
    weights : marks that each row gives.
    counts, marks : items of each section and marks of one of them.
    wishes : for each row, the wished count of each section.

    Raises
    ------
    NoExactTable : there is none; its kinds say which numbers do not fit and the nearest that do.

    >>> apportion([Decimal(3), Decimal(5)], (4, 2), [Decimal(1), Decimal(2)], [(2, 1), (2, 1)])
    [(1, 1), (3, 1)]
    """
    fitting.require_table(weights, counts, marks)
    tables = (_nearest(weights, counts, marks, wishes, reach) for reach in REACHES)
    return next(table for table in tables if table)


def _nearest(
    weights: Sequence[Decimal], counts: Counts, marks: Sequence[Decimal], wishes: Sequence[Wish], reach: int
) -> list[Counts]:
    """Go through the rows; of all ways to use up the same numbers of items only the nearest is kept."""
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
