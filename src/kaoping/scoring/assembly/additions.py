r"""The fewest items to write so that a bank suffices for some forms.

Items that might be written are offered beside those of the bank, each with how many of its kind may be written at most.
With z the number of forms that take an item, and N the items offered at a price of c each, the forms added up give

.. math:: \min \sum_{i \in N} c_i z_i, \qquad F\,l \le A z \le F\,h, \qquad 0 \le z_i \le u_i

An item written is used in one form. As every set of forms adds up to a solution, fewer items never suffice; more may
be needed where rules of the single form do not show in the sum.

References
----------
van der Linden, W. J., Veldkamp, B. P., & Reese, L. M. (2000). An integer programming approach to item bank design.
*Applied Psychological Measurement*, 24(2), 139-150.
"""

from dataclasses import replace

import numpy as np

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.assembly.formulation import aggregate
from kaoping.scoring.assembly.highs import Search, solve
from kaoping.scoring.assembly.problem import Aim, Objective, Problem


def additions(problem: Problem, offered: Whole, price: Floats, *, search: Search | None = None) -> Whole | None:
    """Give how many of every item offered to write; None if no such items make the forms possible, or none were found.

    Parameters
    ----------
    problem : the request; ``most_use`` of an item offered says how many of its kind may be written.
    offered : (k,) places of the items offered.
    price : (k,) what one of each costs, above 0; items alike in price are taken in their order.

    Returns
    -------
    (k,) how many to write.

    >>> from kaoping.scoring.assembly.problem import Constraint
    >>> rule = Constraint("hard", np.arange(3), np.ones(3), low=2, high=2)
    >>> bank = Problem(("a", "b", "new"), forms=2, constraints=(rule,), most_use=np.array([1, 1, 2]))
    >>> additions(bank, np.array([2]), np.ones(1))
    array([2])
    """
    cost = np.zeros((len(problem.items), 1))
    cost[offered, 0] = -np.asarray(price)
    asked = replace(problem, objective=Objective(Aim.SUM, cost, np.ones(1), points=("items to write",)))
    programme = aggregate(asked)
    found = solve(programme, search or Search(seconds=10.0, gap=1e-4))
    if found.columns is None:
        return None
    taken = sum(part[: len(problem.items)] for part in programme.parts(found.columns))
    written: Whole = np.asarray(taken)[offered].astype(np.int64)
    return written
