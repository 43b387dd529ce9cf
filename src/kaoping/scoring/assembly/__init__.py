"""Choosing items for parallel papers: `Pool` and `Rules` in, `Assembly` out, or `Infeasible` with the reasons.

A pool and rules are values; `assemble` states them as one mixed-integer program and solves it; `check` reads the result
again by a way of its own. Names of items, rows, types and points are the caller's and come back in every message.

>>> from decimal import Decimal
>>> import numpy as np
>>> pool = Pool(
...     items=("p1", "p2", "p3", "p4"), marks=(Decimal(1),) * 4, rows=("law",) * 4, types=("single",) * 4,
...     points=("1", "1", "2", "2"), a=np.ones(4), b=np.array([-0.5, -0.4, -0.6, -0.7]),
... )
>>> rules = Rules(papers=2, counts={("law", "single"): 2}, total_marks=Decimal(2))
>>> assemble(pool, rules).papers
(('p1', 'p3'), ('p2', 'p4'))
"""

from kaoping.scoring.assembly.checking import check
from kaoping.scoring.assembly.pool import Pool, provisional_difficulty
from kaoping.scoring.assembly.rules import Rules
from kaoping.scoring.assembly.shortfalls import BadPool, Infeasible, Shortfall, Undecided
from kaoping.scoring.assembly.solving import Assembly, assemble

__all__ = [
    "Assembly",
    "BadPool",
    "Infeasible",
    "Pool",
    "Rules",
    "Shortfall",
    "Undecided",
    "assemble",
    "check",
    "provisional_difficulty",
]
