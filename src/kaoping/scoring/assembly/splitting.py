r"""Splitting what the aggregate chose into forms, one form after the other.

The aggregate `z` of G forms is feasible for all of them together. A form `x` taken out of it must keep the rules itself
and leave a rest that is feasible for the others together,

.. math::

    \max(l,\; A z - R\,h) \le A x \le \min(h,\; A z - R\,l), \qquad z_i - R \le x_i \le \min(1, z_i), \qquad R = G - 1,

and among such forms the one is taken whose value at every point of the objective is nearest the mean of the forms still
to be made, so that none is poorer than the others. What soft rules are missed by is paid for, and counted anew for the
rest. If o limits the items that two forms share, the same holds of every form g that stands already, as a row with the
limits 0 and o, and the form leaves the others their share of what is left:

.. math:: \sum_i x_i (z_i - 1) \le o R.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy import sparse

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.assembly.formulation import FormRows, aggregate, of_form
from kaoping.scoring.assembly.highs import Search, Status, solve
from kaoping.scoring.assembly.overlaps import MOST
from kaoping.scoring.assembly.problem import Aim, Problem
from kaoping.scoring.assembly.rows import Programme, RowBuilder, Rows, Rule, stacked
from kaoping.scoring.assembly.ties import settled

NEAR: Final = 0.001
"""Share of the mean at which a form counts as near enough."""
COARSE: Final = 2e-4
NODES: Final = 500
"""Most nodes of the search for one form."""


@dataclass(frozen=True, eq=False)
class Split:
    """Forms so far, as places of items by form, and those of the request that are still missing."""

    forms: dict[int, Whole]
    missing: tuple[int, ...]


def split(problem: Problem, chosen: Sequence[Floats], search: Search) -> Split:
    """Split the aggregate of every class of forms.

    Parameters
    ----------
    chosen : for every class of `Problem.alike` the columns of its part of the aggregate, rounded.
    search : for one form; if it is not found in its time it is left missing, with those of its class after it.
    """
    forms: dict[int, Whole] = {}
    missing: list[int] = []
    n, classes = len(problem.items), problem.alike
    for number, (members, columns) in enumerate(zip(classes, chosen, strict=True)):
        rows = of_form(problem, members[0])
        later = list(zip(map(len, classes[number + 1 :]), chosen[number + 1 :], strict=True))
        rest = columns.copy()
        for place, form in enumerate(members):
            apart = _apart(problem, rows, list(forms.values()), later)
            found = _take(problem, apart, form, rest, len(members) - place, search)
            if found is None:
                missing += members[place:]
                break
            forms[form] = np.flatnonzero(found[:n] > 0)
            rest = _rest(rows, rest - found, len(members) - place - 1)
    return Split(forms, tuple(missing))


def _apart(
    problem: Problem, rows: FormRows, standing: Sequence[Whole], later: Sequence[tuple[int, Floats]]
) -> FormRows:
    """Limit what a form shares with those that stand and with the sums of other classes, of so many forms each."""
    if problem.overlap is None:
        return rows
    builder = RowBuilder(rows.columns)
    for form in standing:
        builder.add(form, 1.0, 0.0, float(problem.overlap), MOST)
    for count, columns in later:
        items = np.flatnonzero(columns[: len(problem.items)] > 0)
        builder.add(items, columns[items], 0.0, float(problem.overlap * count), MOST)
    return replace(rows, rows=stacked([rows.rows, builder.rows()]))


def _rest(rows: FormRows, rest: Floats, copies: int) -> Floats:
    """Count anew what the rest of some forms misses soft rules by."""
    chosen = int(rows.whole.sum())
    signs = rows.rows.matrix[:, chosen:]
    if not signs.nnz or not copies:
        return rest
    sums = rows.rows.matrix[:, :chosen] @ rest[:chosen]
    short, beyond = (np.maximum(miss, 0.0) for miss in (copies * rows.rows.low - sums, sums - copies * rows.rows.high))
    return np.append(rest[:chosen], (signs > 0).T @ short + (signs < 0).T @ beyond)


def _take(problem: Problem, rows: FormRows, form: int, rest: Floats, copies: int, search: Search) -> Floats | None:
    """Take one form out of the rest of ``copies`` forms; its columns, or None if there is none."""
    whole = len(problem.items) + len(problem.stimuli)
    if copies == 1:
        return np.minimum(rest, 1.0)
    kept = np.flatnonzero((rest > 0) | (np.arange(rows.columns) >= whole))
    if not len(kept):
        return np.zeros(rows.columns)
    programme = _programme(problem, rows, form, rest, copies, kept)
    answer = solve(programme, replace(search, gap=1e-3, close_enough=_near(programme), nodes=NODES))
    if answer.columns is None:
        return None
    found = np.zeros(rows.columns)
    found[kept] = answer.columns[: len(kept)]
    found[:whole] = np.round(found[:whole])
    return found


def _near(programme: Programme) -> float | None:
    """Give the value of the objective at which a form is near enough."""
    balanced = len(programme.cost) > int(programme.starts[-1])
    return float(NEAR * abs(programme.rows.high[-1])) if balanced else None


def _programme(problem: Problem, rows: FormRows, form: int, rest: Floats, copies: int, kept: Whole) -> Programme:
    others = copies - 1
    total = rows.rows.matrix @ rest
    low = np.maximum(rows.rows.low, total - others * rows.rows.high)
    high = np.minimum(rows.rows.high, total - others * rows.rows.low)
    inside = Rows(sparse.csr_array(rows.rows.matrix[:, kept]), low, high, rows.rows.rules)
    whole = rows.whole[kept]
    lowest = np.where(whole, np.maximum(rows.lowest[kept], rest[kept] - others), 0.0)
    highest = np.where(whole, np.minimum(rows.highest[kept], rest[kept]), np.inf)
    balanced = _balance(problem, form, rest, copies, kept)
    extra = balanced.matrix.shape[1] - len(kept) if balanced else 0
    columns = len(kept) + extra
    shared = [] if problem.overlap is None else [_shared(problem, rest, kept, others * problem.overlap)]
    parts = [inside.over(columns), *[part.over(columns) for part in shared], *([balanced] if balanced else [])]
    return Programme(
        rows=stacked(parts),
        cost=np.append(rows.price[kept], np.ones(extra)),
        lowest=np.append(lowest, np.zeros(extra)),
        highest=np.append(highest, np.full(extra, np.inf)),
        whole=np.append(whole, np.zeros(extra, dtype=np.bool_)),
        rising=False,
        starts=np.array([0, len(kept)], dtype=np.int64),
    )


def _shared(problem: Problem, rest: Floats, kept: Whole, most: float) -> Rows:
    """Limit what a form shares with all forms that will be made of the rest."""
    others = np.where(kept < len(problem.items), rest[kept] - 1.0, 0.0)
    return Rows(sparse.csr_array(others[None, :]), np.array([-np.inf]), np.array([most]), (MOST,))


def _balance(problem: Problem, form: int, rest: Floats, copies: int, kept: Whole) -> Rows | None:
    """Bound by one more column how far the form lies from the mean at every point."""
    objective = problem.objective
    if objective.aim in {Aim.NONE, Aim.SUM}:
        return None
    table = objective.of_form(form)
    n = len(problem.items)
    mean = rest[:n] @ table / copies
    inside = np.where((kept < n)[:, None], table[np.minimum(kept, n - 1)], 0.0)
    sides = [np.append(sign * inside[:, point], -1.0) for point in range(len(mean)) for sign in (-1.0, 1.0)]
    limits = np.array([sign * middle for middle in mean for sign in (-1.0, 1.0)])
    rules = tuple(Rule("objective", name, form) for name in objective.points for _ in range(2))
    return Rows(sparse.csr_array(np.array(sides)), np.full(len(limits), -np.inf), limits, rules)


@dataclass(frozen=True, eq=False)
class Aggregated:
    """The sum of the forms: columns by class, if it was found, and what no forms can pass.

    ``impossible`` says that it is proven not to exist, so that there are no forms either.
    """

    chosen: tuple[Floats, ...] | None
    bound: float
    impossible: bool


def aggregated(problem: Problem, search: Search, *, relaxed: bool = False) -> Aggregated:
    """Solve the aggregate.

    The bound holds for the objective of the forms: it is divided among the forms already.
    """
    programme = aggregate(problem)
    answer = solve(programme, replace(search, gap=COARSE), relaxed=relaxed)
    if answer.columns is not None and len(problem.tie) and not relaxed:
        columns, _ = settled(programme, answer.columns, [problem.tie], search.lasting(search.seconds / 2))
        answer = replace(answer, columns=columns)
    chosen = None if answer.columns is None else programme.parts(answer.columns)
    return Aggregated(chosen, answer.bound, answer.status is Status.INFEASIBLE)
