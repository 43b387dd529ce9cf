"""Which rules would have to give way, and by how much, for a programme that has no solution to have one.

Every rule of the request may be missed at a cost, the others stand; the least that they are missed by together names
them. Enemies, limits of use and items of every form are never touched.
"""

from dataclasses import replace
from typing import Final

import numpy as np
from scipy import sparse

from kaoping.scoring.assembly.highs import Search, solve
from kaoping.scoring.assembly.rows import Programme

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
    bare = replace(programme, cost=np.zeros(columns), rising=False)
    elastic = bare.wider(sides, np.ones(2 * len(yielding)))
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
