"""Which rules would have to give way, and by how much, for a programme that has no solution to have one.

Every rule of the request may be missed at a cost, the others stand; the least that they are missed by together names
them. Enemies, limits of use and items of every form are never touched.
"""

from typing import Final

import numpy as np
from scipy import sparse

from kaoping.scoring.assembly.highs import Search, solve
from kaoping.scoring.assembly.rows import Programme, Rows

YIELDING: Final = frozenset({"constraint"})
"""Kinds of rules that may give way."""
SECONDS: Final = 5.0
SMALLEST: Final = 1e-6


def giving_way(programme: Programme) -> list[str]:
    """Give what is short or too much, one phrase each; none if no giving way of the rules helps."""
    yielding = np.flatnonzero([rule.kind in YIELDING for rule in programme.rows.rules])
    rows, columns = programme.rows, len(programme.cost)
    sides = sparse.csr_array(
        (np.tile([1.0, -1.0], len(yielding)), (np.repeat(yielding, 2), np.arange(2 * len(yielding)))),
        shape=(len(rows.rules), 2 * len(yielding)),
    )
    wider = sparse.csr_array(sparse.hstack([rows.matrix, sides], format="csr"))
    extra = 2 * len(yielding)
    elastic = Programme(
        rows=Rows(wider, rows.low, rows.high, rows.rules),
        cost=np.append(np.zeros(columns), np.ones(extra)),
        lowest=np.append(programme.lowest, np.zeros(extra)),
        highest=np.append(programme.highest, np.full(extra, np.inf)),
        whole=np.append(programme.whole, np.zeros(extra, dtype=np.bool_)),
        rising=False,
        starts=programme.starts,
    )
    answer = solve(elastic, Search(seconds=SECONDS, gap=0.01))
    if answer.columns is None:
        return []
    missed = answer.columns[columns:].reshape(-1, 2)
    return [
        f"{rows.rules[row].name} is {amount:.4g} {word}"
        for row, sides in zip(yielding, missed, strict=True)
        for amount, word in zip(sides, ("short", "too much"), strict=True)
        if amount > SMALLEST
    ]
