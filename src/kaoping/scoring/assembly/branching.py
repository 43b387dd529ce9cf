r"""Branch and bound [1]_ for a few columns: what a solver of integer programmes sets up takes longer than the search.

The linear relaxation is kept in the solver. Of the columns that have to be whole the one farthest from it is set down
and up, the nearer side first, each bound being solved on from the last basis; a branch ends where its relaxation is not
better than the best that is known. The order is fixed, and so is the result.

References
----------
.. [1] Land, A. H., & Doig, A. G. (1960). An automatic method of solving discrete programming problems. *Econometrica*,
   28, 497-520.
"""

from typing import Any, Final

import highspy
import numpy as np

from kaoping.scoring.arrays import Floats
from kaoping.scoring.assembly.highs import Search, loaded, solve
from kaoping.scoring.assembly.rows import Programme

NODES: Final = 200
"""Most relaxations solved; a larger tree is left to the solver's own search."""
WHOLE: Final = 1e-6
"""Distance from a whole number that is rounding."""
NOTHING: Final = 1e-9


def branched(programme: Programme) -> Floats | None:
    """Give the best columns of a small programme to be made greatest, exactly; None if there are none."""
    if not len(programme.cost):
        within = (programme.rows.low <= WHOLE) & (programme.rows.high >= -WHOLE)
        return np.zeros(0) if within.all() else None
    solver = loaded(programme, relaxed=True)
    solver.setOptionValue("presolve", "off")
    best: Floats | None = None
    value = -np.inf
    open_ = [(np.inf, programme.lowest, programme.highest)]
    for _ in range(NODES):
        while open_ and open_[-1][0] <= value + NOTHING:
            open_.pop()
        if not open_:
            return best
        _, lowest, highest = open_.pop()
        found, columns = _relaxed(solver, lowest, highest)
        if columns is None or found <= value + NOTHING:
            continue
        off = np.where(programme.whole, np.abs(columns - np.round(columns)), 0.0)
        widest = int(off.argmax())
        if off[widest] <= WHOLE:
            best, value = columns, found
            continue
        floor = np.floor(columns[widest])
        below, above = highest.copy(), lowest.copy()
        below[widest], above[widest] = floor, floor + 1.0
        sides = [(found, lowest, below), (found, above, highest)]
        open_ += sides if columns[widest] - floor >= 1 / 2 else sides[::-1]
    return solve(programme, Search(gap=0.0, apart=NOTHING)).columns


def _relaxed(solver: Any, lowest: Floats, highest: Floats) -> tuple[float, Floats | None]:
    places = np.arange(len(lowest), dtype=np.int32)
    solver.changeColsBounds(len(places), places, lowest, highest)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return -np.inf, None
    return float(solver.getInfo().objective_function_value), np.array(solver.getSolution().col_value)
