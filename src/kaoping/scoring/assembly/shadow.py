r"""Shadow tests: before every item of an adaptive test, a whole form that keeps all rules and holds what was given.

The item given next is the most informative one of the shadow test, so that the finished test keeps every rule [1]_. The
programme

.. math:: \max \sum_i I_i(\hat\theta) x_i \quad \text{under the rules}, \qquad x_i = 1 \text{ for items given}

changes little from one item to the next. Its linear relaxation is kept in the solver, but not solved on from the last
basis: where items are exactly tied, the form would depend on what was solved before, for whomever. It is begun from the
basis of the best form at that point of the request's objective whose values are nearest to the information, or from
nothing if there is none; so it depends on nothing but what it is asked. The dual prices prove every optimum, and
without that proof it is solved from nothing. If the relaxation is not whole, only columns whose reduced cost
:math:`|d_i|` is below a distance g are left free in an exact search; with U the relaxation's optimum and V the exact
one, every other column would cost at least g, so

.. math:: U - V \le g

proves V optimal; else g is raised and the solve repeated [2]_.

References
----------
.. [1] van der Linden, W. J., & Reese, L. M. (1998). A model for optimal constrained adaptive testing. *Applied
   Psychological Measurement*, 22, 259-270.
.. [2] Crowder, H., Johnson, E. L., & Padberg, M. (1983). Solving large-scale zero-one linear programming problems.
   *Operations Research*, 31, 803-834 (fixing by reduced costs).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import highspy
import numpy as np
from scipy import sparse

from kaoping.scoring.arrays import Flags, Floats, Whole
from kaoping.scoring.assembly.branching import branched
from kaoping.scoring.assembly.formulation import FormRows, of_form
from kaoping.scoring.assembly.highs import loaded
from kaoping.scoring.assembly.problem import BadProblem, Problem
from kaoping.scoring.assembly.rows import Programme, Rows
from kaoping.scoring.errors import ScoringError

NEAR: Final = 0.02
"""Reduced cost up to which columns are free in the first exact solve."""
WIDER: Final = 4.0
TOLERANCE: Final = 1e-6


class NoShadow(ScoringError):
    """No form keeps the rules and holds the items that were given."""

    sentence = (
        "After %(given)d items no form keeps the rules and holds them. Check the rules with kaoping assemble, or allow "
        "items that are held back."
    )


@dataclass(frozen=True)
class Shadow:
    """A form around the items given.

    Attributes
    ----------
    items : places of its items, rising.
    objective : sum of their information, less the price of soft rules missed; no other form has more.
    held_back : whether items that were to be held back had to be allowed.
    """

    items: tuple[int, ...]
    objective: float
    held_back: bool = False


@dataclass(eq=False)
class ShadowTest:
    """The rules of one form, kept in the solver; what is assembled does not depend on what was assembled before.

    Parameters
    ----------
    problem : rules of one form. Its objective is not used, but solving begins from the best forms at its points: the
        nearer the abilities of the persons are to these, the quicker it is.

    Raises
    ------
    BadProblem
        More than one form is asked for.

    >>> import numpy as np
    >>> from kaoping.scoring.assembly.problem import Constraint, Problem
    >>> two = Constraint("length", np.arange(4), np.ones(4), 2, 2)
    >>> test = ShadowTest(Problem(("i1", "i2", "i3", "i4"), constraints=(two,), enemies=(np.array([0, 1]),)))
    >>> test.assemble(np.array([0.9, 0.8, 0.3, 0.2])).items
    (0, 2)
    >>> test.assemble(np.array([0.9, 0.8, 0.3, 0.2]), given=[1]).items
    (1, 2)
    """

    problem: Problem
    rows: FormRows = field(init=False)
    solver: Any = field(init=False, repr=False)
    typical: Floats = field(init=False, repr=False)
    sizes: Floats = field(init=False, repr=False)
    bases: dict[int, Any] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        if self.problem.forms != 1:
            raise BadProblem(place="forms", reason="a shadow test is one form; ask for one")
        self.rows = of_form(self.problem)
        self.solver = loaded(self._programme(np.zeros(len(self.problem.items))), relaxed=True)
        self.solver.setOptionValue("presolve", "off")
        self.solver.setOptionValue("simplex_scale_strategy", 0)
        self.typical = np.ascontiguousarray(self.problem.objective.of_form(0).T)
        self.sizes = (self.typical**2).sum(axis=1)

    def assemble(
        self,
        information: Floats,
        given: Sequence[int] = (),
        *,
        eligible: Flags | None = None,
        barred: Flags | None = None,
    ) -> Shadow:
        """Assemble the most informative form around the items given.

        Parameters
        ----------
        information : (n,) of every item at the ability estimated so far.
        given : places of the items given so far.
        eligible : (n,) items that may be given next; others are allowed only if there is no form without them.
        barred : (n,) items that may not be given at all.

        Raises
        ------
        NoShadow
            There is no such form at all.
        """
        held = None if eligible is None else ~eligible
        never = np.zeros(len(information), dtype=np.bool_) if barred is None else barred
        for away in (never,) if held is None else (never | held, never):
            found = self._assembled(information, given, away)
            if found is not None:
                return replace(found, held_back=held is not None and away is never)
        raise NoShadow(given=len(given))

    def _assembled(self, information: Floats, given: Sequence[int], away: Flags) -> Shadow | None:
        lowest, highest = self.rows.lowest.copy(), self.rows.highest.copy()
        highest[: len(away)][away] = 0.0
        lowest[list(given)] = highest[list(given)] = 1.0
        programme = replace(self._programme(information), lowest=lowest, highest=np.maximum(lowest, highest))
        relaxed = self._relaxed(programme, self._basis(information))
        if relaxed is None:
            return None
        columns, reduced, most = relaxed
        whole = self.rows.whole
        if np.abs(columns[whole] - np.round(columns[whole])).max(initial=0.0) > TOLERANCE:
            exact = _exact(programme, columns, reduced, most)
            if exact is None:
                return None
            columns = exact
        columns = np.where(whole, np.round(columns), columns)
        items = np.flatnonzero(columns[: len(information)] > 0)
        return Shadow(tuple(map(int, items)), float(programme.cost @ columns))

    def _programme(self, information: Floats) -> Programme:
        cost = -self.rows.price
        cost[: len(information)] += information
        starts = np.array([0, self.rows.columns], dtype=np.int64)
        return Programme(
            self.rows.rows, cost, self.rows.lowest, self.rows.highest, self.rows.whole, rising=True, starts=starts
        )

    def _basis(self, information: Floats) -> Any:
        """Give the basis to begin from; None if it is from nothing."""
        if not self.typical.size:
            return None
        nearest = int((self.sizes - 2 * self.typical @ information).argmin())
        if nearest not in self.bases:
            self._relaxed(self._programme(self.typical[nearest]), None)
            self.bases[nearest] = self.solver.getBasis()
        return self.bases[nearest]

    def _relaxed(self, programme: Programme, basis: Any) -> tuple[Floats, Floats, float] | None:
        """Solve the linear relaxation: columns, reduced costs, optimum."""
        count = self.rows.columns
        places = np.arange(count, dtype=np.int32)
        self.solver.clearSolver()
        self.solver.changeColsCost(count, places, programme.cost)
        self.solver.changeColsBounds(count, places, programme.lowest, programme.highest)
        if basis is not None:
            self.solver.setBasis(basis)
            found = self._run(programme)
            if found is not None and _proven(programme, np.array(self.solver.getSolution().row_dual), found[2]):
                return found
            self.solver.clearSolver()
        return self._run(programme)

    def _run(self, programme: Programme) -> tuple[Floats, Floats, float] | None:
        self.solver.run()
        if self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        solution = self.solver.getSolution()
        columns = np.array(solution.col_value)
        if not _keeps(programme, columns):
            return None
        return columns, np.array(solution.col_dual), float(self.solver.getInfo().objective_function_value)


def _keeps(programme: Programme, columns: Floats) -> bool:
    """Tell whether columns keep rows and bounds."""
    sums = programme.rows.matrix @ columns
    rows = np.maximum(programme.rows.low - sums, sums - programme.rows.high).max(initial=0.0)
    bounds = np.maximum(programme.lowest - columns, columns - programme.highest).max(initial=0.0)
    return bool(max(rows, bounds) <= TOLERANCE * (1 + np.abs(sums).max(initial=0.0)))


def _proven(programme: Programme, prices: Floats, most: float) -> bool:
    """Tell whether prices of the rows prove that nothing is better, as they do by weak duality."""
    rows = programme.rows
    prices = np.where(np.abs(prices) > TOLERANCE / 10, prices, 0.0)
    reduced = programme.cost - prices @ rows.matrix
    reduced = np.where(np.abs(reduced) > TOLERANCE / 10, reduced, 0.0)
    limits = np.append(
        np.where(prices > 0, rows.high, rows.low), np.where(reduced > 0, programme.highest, programme.lowest)
    )
    worth = np.append(prices, reduced)
    used = worth != 0.0
    return bool(worth[used] @ limits[used] <= most + TOLERANCE * (1 + abs(most)))


def _exact(programme: Programme, columns: Floats, reduced: Floats, most: float) -> Floats | None:
    """Solve exactly, with the columns fixed that are too dear to change."""
    near = NEAR
    dearest = float(np.abs(reduced).max(initial=0.0))
    while True:
        free = (np.abs(reduced) < near) | (np.abs(columns - np.round(columns)) > TOLERANCE) | ~programme.whole
        found = _solved(programme, free, columns)
        value = -np.inf if found is None else float(programme.cost @ found)
        if most - value <= near + TOLERANCE or near > dearest:
            return found
        near = WIDER * near if found is None else (most - value) * (1 + TOLERANCE) + TOLERANCE


def _solved(programme: Programme, free: Flags, columns: Floats) -> Floats | None:
    """Solve over the free columns; the others stay as they are."""
    fixed = np.where(free, 0.0, np.round(columns))
    shift = programme.rows.matrix @ fixed
    rows = Rows(
        sparse.csr_array(programme.rows.matrix[:, np.flatnonzero(free)]), programme.rows.low - shift,
        programme.rows.high - shift, programme.rows.rules,
    )  # fmt: skip
    part = Programme(
        rows, programme.cost[free], programme.lowest[free], programme.highest[free], programme.whole[free],
        rising=True, starts=np.array([0, int(free.sum())], dtype=np.int64),
    )  # fmt: skip
    found = branched(part)
    if found is None:
        return None
    fixed[free] = found
    return fixed


def open_items(problem: Problem, shadow: Shadow, given: Sequence[int]) -> Whole:
    """Give the items of a shadow test that may come next, those of the stimulus last begun before all others."""
    left: Whole = np.setdiff1d(np.array(shadow.items, dtype=np.int64), np.array(given, dtype=np.int64))
    for stimulus in problem.stimuli if len(given) else ():
        if given[-1] in stimulus.items and len(same := np.intersect1d(left, stimulus.items)):
            return same
    return left


def next_item(problem: Problem, shadow: Shadow, given: Sequence[int], information: Floats) -> int | None:
    """Give the most informative of `open_items`, the first of equal ones; None if all items were given."""
    left = open_items(problem, shadow, given)
    return int(left[np.argmax(information[left])]) if len(left) else None
