"""From a weight table to a table of counts: how many items of each section a row of the weight table gives.

A pure integer problem. Every row gives exactly its weight in marks, every section exactly its number of items; among
all such tables the one is taken whose counts lie nearest to a wish (the share that the bank can best supply). Whether
there is one at all is known beforehand (`kaoping.itembank.fitting`).
"""

from collections.abc import Sequence
from decimal import Decimal

from kaoping.itembank import fitting
from kaoping.scoring.apportionment import Counts, Wish, nearest_table

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
    tables = (nearest_table(weights, counts, marks, wishes, reach=reach) for reach in REACHES)
    return next(table for table in tables if table)
