"""From a weight table to a table of counts: how many items of each section a row of the weight table gives.

A pure integer problem. Every row gives exactly its weight in marks, every section exactly its number of items; among
all such tables the one is taken whose counts lie nearest to a wish (the share that the bank can best supply). Whether
there is one at all is known beforehand (`kaoping.itembank.fitting`).
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

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
    ways: dict[Counts, tuple[float, list[Counts]]] = {tuple(0 for _ in counts): (0.0, [])}
    for weight, wish in zip(weights, wishes, strict=True):
        rows = [(row, _distance(row, wish)) for row in _rows(weight, counts, marks, wish, reach)]
        ways = _further(ways, rows, counts)
    return ways.get(counts, (0.0, []))[1]


def _further(
    ways: Mapping[Counts, tuple[float, list[Counts]]], rows: list[tuple[Counts, float]], counts: Counts
) -> dict[Counts, tuple[float, list[Counts]]]:
    found: dict[Counts, tuple[float, list[Counts]]] = {}
    for used, (distance, table) in ways.items():
        for row, more in rows:
            now = tuple(map(sum, zip(used, row, strict=True)))
            if all(map(int.__le__, now, counts)) and (now not in found or distance + more < found[now][0]):
                found[now] = distance + more, [*table, row]
    return found


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
