"""Forms for a request: `Problem` in, `Solution` out, or why there is none.

A request is a value (`kaoping.scoring.assembly.problem`); `assemble_forms` makes the forms and certifies how far they
are from the best (`kaoping.scoring.assembly.parallel`); `verify` reads them again from the items alone; `explain` says
which rules conflict and what would help.

>>> from dataclasses import replace
>>> import numpy as np
>>> items, law = ("p1", "p2", "p3", "p4", "p5"), np.arange(5)
>>> length = Constraint("length", law, np.ones(5), low=2, high=2)
>>> told = np.array([[0.9], [0.8], [0.7], [0.6], [0.1]])
>>> best = Objective(Aim.MAXIMIN, told, np.ones(1), points=("information at the cut",))
>>> asked = Problem(items, forms=2, constraints=(length,), most_use=np.array([1]), objective=best)
>>> found = assemble_forms(asked)
>>> found.objective, verify(asked, found.forms).sound
(1.5, True)
>>> explain(replace(asked, forms=3)).repairs[0].change
'lower limit from 2 to 1'
"""

from kaoping.scoring.assembly.conflicts import Explanation, explain
from kaoping.scoring.assembly.highs import Progress, Search
from kaoping.scoring.assembly.parallel import assemble_forms
from kaoping.scoring.assembly.problem import Aim, BadProblem, Constraint, Objective, Problem, Stimulus
from kaoping.scoring.assembly.solution import Solution
from kaoping.scoring.assembly.verification import Verdict, verify

__all__ = [
    "Aim",
    "BadProblem",
    "Constraint",
    "Explanation",
    "Objective",
    "Problem",
    "Progress",
    "Search",
    "Solution",
    "Stimulus",
    "Verdict",
    "assemble_forms",
    "explain",
    "verify",
]
