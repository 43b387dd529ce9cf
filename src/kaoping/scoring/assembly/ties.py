r"""Choosing among equally good forms: those with least of an attribute, then by drawn weights, so that one is left.

With V the objective found, one more solve for every goal t, in order, each keeping what the ones before reached:

.. math:: \min \sum_i t_i x_i \qquad \text{with} \quad c x \ge V .

Few columns are left to choose. With U the optimum of the linear relaxation and :math:`d_j` its reduced costs, a form
that differs in column j has at most :math:`U - |d_j|`; so columns with :math:`|d_j| > U - V` stay as they are.
"""

from collections.abc import Sequence
from dataclasses import replace
from time import monotonic
from typing import Final

import numpy as np
from scipy import sparse

from kaoping.scoring.arrays import Floats
from kaoping.scoring.assembly.highs import EXACT, Search, Status, priced, solve
from kaoping.scoring.assembly.problem import DECIMALS, Problem
from kaoping.scoring.assembly.rows import Programme, Rule

NODES: Final = 1000
"""Most nodes of the search for one goal."""
GOAL: Final = Rule("tie", "")


def order(problem: Problem, seed: int) -> Floats:
    """Draw a weight for every item, (n,): two forms hardly ever weigh the same."""
    return np.round(np.random.default_rng(seed).random(len(problem.items)), DECIMALS)


def settled(programme: Programme, columns: Floats, goals: Sequence[Floats], search: Search) -> tuple[Floats, bool]:
    """Give, among columns as good as these, those with least of every goal, and whether that is proven.

    Parameters
    ----------
    programme : of one form, or of classes of forms that are added up.
    columns : a solution.
    goals : (n,) each, what items count; the first one comes first.
    search : how long to look.
    """
    until = monotonic() + search.seconds
    rising, value = programme.rising, float(programme.cost @ columns)
    low, high = (value - EXACT, np.inf) if rising else (-np.inf, value + EXACT)
    left = _narrowed(programme, value).within(_row(programme.cost), low, high, GOAL)
    for goal in goals:
        cost = np.zeros(len(programme.cost))
        for start in programme.starts[:-1]:
            cost[start : start + len(goal)] = goal
        exactly = replace(search.lasting(until - monotonic()), gap=0.0, apart=EXACT, nodes=NODES, close_enough=None)
        answer = solve(replace(left, cost=cost, rising=False), exactly)
        if answer.status is not Status.OPTIMAL or answer.columns is None:
            return columns, False
        columns = answer.columns
        left = left.within(_row(cost), -np.inf, float(cost @ columns) + EXACT, GOAL)
    return columns, True


def _row(cost: Floats) -> sparse.csr_array:
    return sparse.csr_array(cost[None, :])


def _narrowed(programme: Programme, value: float) -> Programme:
    """Fix the columns in which nothing as good can differ."""
    answer, prices = priced(programme)
    if answer.status is not Status.OPTIMAL:
        return programme
    reduced = programme.cost - prices @ programme.rows.matrix
    fixed = programme.whole & (np.abs(reduced) > abs(answer.objective - value) + 2 * EXACT)
    upper = fixed & ((reduced > 0) == programme.rising)
    return replace(
        programme,
        lowest=np.where(upper, programme.highest, programme.lowest),
        highest=np.where(fixed & ~upper, programme.lowest, programme.highest),
    )
