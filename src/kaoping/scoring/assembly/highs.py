"""HiGHS, the solver [1]_: one thread, a pinned seed, and an answer in plain arrays.

References
----------
.. [1] Huangfu, Q., & Hall, J. A. J. (2018). Parallelizing the dual revised simplex method. *Mathematical Programming
   Computation*, 10, 119-142.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import highspy
import numpy as np

from kaoping.scoring.arrays import Floats
from kaoping.scoring.assembly.rows import Programme

EXACT = 1e-6


class Silent(highspy.Highs):
    """A solver that prints nothing; the ordinary one greets on standard output before it can be told not to."""

    def enableCallbacks(self) -> None:  # noqa: N802 the library's name
        """Be silent from the first call on."""
        self.silent()
        super().enableCallbacks()  # type: ignore[no-untyped-call]


class Status(StrEnum):
    """What is known of a request."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Progress:
    """The best value so far, if there is one, and what it cannot pass."""

    seconds: float
    objective: float | None
    bound: float


@dataclass(frozen=True)
class Search:
    """How long and how far to search.

    Attributes
    ----------
    seconds : longest time.
    gap : relative distance to the bound at which the search ends.
    apart : absolute distance at which it ends.
    close_enough : value of the objective at which it ends at once.
    seed : of the solver's own choices.
    nodes : most nodes of the search tree; where this ends a search before time does, its result is always the same.
    watch : called now and then; the search ends if it answers True.
    """

    seconds: float = 60.0
    gap: float = EXACT
    apart: float = EXACT
    close_enough: float | None = None
    seed: int = 0
    nodes: int | None = None
    watch: Callable[[Progress], bool] | None = None

    def lasting(self, seconds: float) -> "Search":
        """Give the same search with at most so many seconds."""
        return replace(self, seconds=max(0.0, min(seconds, self.seconds)))


@dataclass(frozen=True, eq=False)
class Answer:
    """What the solver found: columns if there are any, their value, and the proven bound of every value."""

    status: Status
    columns: Floats | None
    objective: float
    bound: float


def solve(programme: Programme, search: Search | None = None, *, relaxed: bool = False) -> Answer:
    """Solve a programme, or its linear relaxation."""
    search = search or Search()
    solver = loaded(programme, relaxed=relaxed)
    options = {"time_limit": search.seconds, "mip_rel_gap": search.gap, "mip_abs_gap": search.apart}
    options["random_seed"] = search.seed
    if search.nodes is not None:
        options["mip_max_nodes"] = search.nodes
    if search.close_enough is not None:
        options["objective_target"] = search.close_enough
    for name, value in options.items():
        solver.setOptionValue(name, value)
    if search.watch is not None and not relaxed:
        _observe(solver, search.watch)
    solver.run()
    return _answer(solver, relaxed=relaxed)


def loaded(programme: Programme, *, relaxed: bool = False) -> Any:
    """Give a silent solver that holds a programme."""
    solver = Silent()  # type: ignore[no-untyped-call]
    solver.setOptionValue("threads", 1)
    model = highspy.HighsLp()
    matrix = programme.rows.matrix.tocsc()
    model.num_row_, model.num_col_ = matrix.shape
    model.col_cost_, model.col_lower_, model.col_upper_ = programme.cost, programme.lowest, programme.highest
    model.row_lower_, model.row_upper_ = programme.rows.low, programme.rows.high
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_, model.a_matrix_.index_ = matrix.indptr, matrix.indices
    model.a_matrix_.value_ = matrix.data
    kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    if not relaxed:
        model.integrality_ = [kinds[int(whole)] for whole in programme.whole]
    model.sense_ = highspy.ObjSense.kMaximize if programme.rising else highspy.ObjSense.kMinimize
    solver.passModel(model)
    return solver


def priced(programme: Programme) -> tuple[Answer, Floats]:
    """Solve the linear relaxation; with the dual price of every row, what a unit of its limit changes."""
    solver = loaded(programme, relaxed=True)
    solver.run()
    return _answer(solver, relaxed=True), np.array(solver.getSolution().row_dual)


def certificate(programme: Programme) -> Floats | None:
    """Give multipliers of the rows that prove the linear relaxation infeasible, or None if the solver has none.

    Multipliers that are nothing beside the largest are zero.
    """
    solver = loaded(programme, relaxed=True)
    solver.setOptionValue("presolve", "off")
    solver.run()
    _, known, multipliers = solver.getDualRay()
    if not known:
        return None
    ray = np.array(multipliers)
    return np.where(np.abs(ray) > EXACT * np.abs(ray).max(initial=0.0), ray, 0.0)


def _observe(solver: Any, watch: Callable[[Progress], bool]) -> None:
    began = time.monotonic()

    def look(event: Any) -> None:
        found = event.data_out
        value = float(found.mip_primal_bound)
        objective = None if abs(value) >= highspy.kHighsInf or not np.isfinite(value) else value
        progress = Progress(time.monotonic() - began, objective, float(found.mip_dual_bound))
        if watch(progress):
            event.data_in.user_interrupt = True

    solver.cbMipInterrupt += look


def _answer(solver: Any, *, relaxed: bool) -> Answer:
    info = solver.getInfo()
    model = solver.getModelStatus()
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    columns = np.array(solver.getSolution().col_value) if found else None
    value = float(info.objective_function_value) if found else np.nan
    bound = value if relaxed else float(info.mip_dual_bound)
    infeasible = {highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible}
    if model == highspy.HighsModelStatus.kOptimal:
        status = Status.OPTIMAL
    elif model in infeasible:
        status = Status.INFEASIBLE
    else:
        status = Status.FEASIBLE if found else Status.UNKNOWN
    return Answer(status, columns, value, bound)
