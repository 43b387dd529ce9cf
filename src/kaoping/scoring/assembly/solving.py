"""Solving the program of parallel papers."""

import time
from dataclasses import dataclass
from typing import NoReturn

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp

from kaoping.scoring.arrays import Floats
from kaoping.scoring.assembly.diagnosis import check_supply, explain
from kaoping.scoring.assembly.pool import Pool
from kaoping.scoring.assembly.program import CLOSE, INFORMATION_WEIGHT, Layout, Program, build, elastic
from kaoping.scoring.assembly.rules import Rules
from kaoping.scoring.assembly.shortfalls import Undecided

INFEASIBLE = 2
GAP = 0.02
EXACT = 1e-6


@dataclass(frozen=True, eq=False)
class Assembly:
    """Parallel papers and how good they are.

    Attributes
    ----------
    papers : item names of each paper, in the order of the pool; papers are ordered by their first item.
    mean_scores : (f,) mean expected score in marks over a standard normal population.
    curves : (f, t) expected marks at each ability of the rules.
    information : (f,) information at the cut, per squared logit.
    spread : largest difference between characteristic curves, in marks.
    objective, bound : of the program (smaller is better), and what no papers can go below.
    gap : relative distance of the two; proven : the solver finished within the gap asked for.
    """

    papers: tuple[tuple[str, ...], ...]
    mean_scores: Floats
    curves: Floats
    information: Floats
    spread: float
    objective: float
    bound: float
    gap: float
    proven: bool
    seconds: float


def assemble(
    pool: Pool,
    rules: Rules,
    *,
    seconds: float = 20.0,
    gap: float = GAP,
    close: float = CLOSE,
    information_weight: float = INFORMATION_WEIGHT,
) -> Assembly:
    """Choose all papers at once, as parallel as the pool allows.

    The result is the same on every run unless ``seconds`` ends the search, which ``proven`` tells.

    Parameters
    ----------
    seconds : longest search.
    gap : relative distance to the bound at which the search ends.
    close : marks within which curves count as the same.
    information_weight : marks of spread that a unit of information at the cut is worth.

    Raises
    ------
    Infeasible
        No papers meet the rules; ``shortfalls`` names the rules and what is missing.
    Undecided
        Time ran out before either was known.
    """
    began = time.monotonic()
    check_supply(pool, rules)
    program = build(pool, rules, close=close, information_weight=information_weight)
    found = _solve(program, seconds=seconds, gap=gap)
    if found.x is None:
        _refuse(program, found, seconds=seconds)
    return _describe(pool, rules, program.layout, found, time.monotonic() - began)


def _solve(program: Program, *, seconds: float, gap: float) -> OptimizeResult:
    matrix, low, high = program.matrix()
    return milp(
        program.cost,
        integrality=(np.arange(len(program.cost)) < program.layout.binaries).astype(np.int64),
        bounds=Bounds(program.lowest, program.highest),
        constraints=LinearConstraint(matrix, low, high),
        options={"time_limit": seconds, "mip_rel_gap": gap},
    )


def _refuse(program: Program, found: OptimizeResult, *, seconds: float) -> NoReturn:
    """Say why there are no papers, by the cheapest set of violations that would allow some."""
    if found.status != INFEASIBLE:
        raise Undecided(seconds=seconds)
    relaxed = elastic(program)
    nearest = _solve(relaxed.program, seconds=seconds, gap=EXACT)
    if nearest.x is None:
        raise Undecided(seconds=seconds)
    raise explain(relaxed, np.asarray(nearest.x))


def _describe(pool: Pool, rules: Rules, layout: Layout, found: OptimizeResult, seconds: float) -> Assembly:
    chosen = np.round(found.x[: layout.binaries]).astype(np.int64).reshape(rules.papers, -1)
    chosen = chosen[np.argsort(np.argmax(chosen, axis=1), kind="stable")]
    curves = chosen @ pool.expected(rules.abilities).T
    return Assembly(
        papers=tuple(tuple(pool.items[item] for item in np.flatnonzero(paper)) for paper in chosen),
        mean_scores=chosen @ pool.mean_expected(),
        curves=curves,
        information=chosen @ pool.information(rules.cut),
        spread=float(np.ptp(curves, axis=0).max()),
        objective=float(found.fun),
        bound=float(found.mip_dual_bound),
        gap=float(found.mip_gap),
        proven=found.status == 0,
        seconds=seconds,
    )
