"""Reading finished forms again from the items, without the rows that made them.

Sums are exact: coefficients are whole numbers of the sixth decimal. All forms are read in one pass, so that ten
thousand are checked as surely as two. Nothing here is shared with the engines but the request itself.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.assembly.problem import DECIMALS, HARD, Aim, BadProblem, Constraint, Over, Problem
from kaoping.scoring.errors import ScoringError

UNIT: Final = 10**DECIMALS
TOLERANCE: Final = 1e-6
LARGEST: Final = 2.0**62
"""Sums of whole numbers below this are exact."""
BLOCK: Final = 512
"""Forms whose overlaps with all others are counted at a time."""

Form = Sequence[int]


class Unsound(ScoringError):
    """An engine returned forms that break a rule: a defect of the engine; nothing of it is kept."""

    sentence = "The forms found do not pass the check and were thrown away: %(broken)s."


@dataclass(frozen=True)
class Broken:
    """A rule that forms break: its name, the form (counted from 0) if it concerns one, and by how much."""

    rule: str
    form: int | None
    amount: float

    def __str__(self) -> str:
        where = "" if self.form is None else f" in form {self.form + 1}"
        return f"{self.rule}{where} by {self.amount:g}"


@dataclass(frozen=True)
class Verdict:
    """Broken rules, the objective, and what missed soft rules cost, which the objective contains."""

    broken: tuple[Broken, ...]
    objective: float
    price: float

    @property
    def sound(self) -> bool:
        """Whether every hard rule is kept."""
        return not self.broken


def verify(problem: Problem, forms: Sequence[Form]) -> Verdict:
    """Check forms, each the places of its items, and calculate the objective anew."""
    return Checker.of(problem).verify(forms)


def sound(problem: Problem, forms: Sequence[Form]) -> Verdict:
    """Check forms and refuse broken ones.

    Raises
    ------
    Unsound
        A hard rule is broken.
    """
    return Checker.of(problem).sound(forms)


def units(values: Floats, *, place: str) -> NDArray[np.int64]:
    """Give values as whole numbers of the sixth decimal.

    Raises
    ------
    BadProblem
        They are too large for their sum to be exact.
    """
    whole = np.rint(values * UNIT)
    if np.abs(whole).sum() >= LARGEST:
        raise BadProblem(place=place, reason="its values are too large to be added up exactly")
    return whole.astype(np.int64)


@dataclass(frozen=True, eq=False)
class Checker:
    """A request made ready for reading forms, which are then read in a fraction of a millisecond each.

    Attributes
    ----------
    table : (n, t) what an item adds to everything that is looked at, as whole numbers: to the constraints on items, in
        units of the sixth decimal, to groups of enemies, to groups held together, to stimuli, and to the items of every
        form and of none.
    ends : (6,) where in the table these begin, and its width.
    over_stimuli : (m, c) what stimuli add to the constraints, in units.
    low, high, price : (c,) limits of the constraints and what a miss costs.
    """

    problem: Problem
    table: sparse.csr_array
    ends: tuple[int, ...]
    over_stimuli: sparse.csr_array
    low: Floats
    high: Floats
    price: Floats

    @classmethod
    def of(cls, problem: Problem) -> "Checker":
        """Make a request ready."""
        n, constraints = len(problem.items), problem.constraints
        over_items, over_stimuli = (_limits(constraints, over) for over in (Over.ITEM, Over.STIMULUS))
        bound = [np.unique(problem.include), np.unique(problem.exclude)]
        groups = (problem.enemies, problem.together, [stimulus.items for stimulus in problem.stimuli], bound)
        parts = [_table(*over_items, n), *(_table(members, None, n) for members in groups)]
        return cls(
            problem=problem,
            table=sparse.csr_array(sparse.hstack(parts, format="csr")),
            ends=tuple(int(end) for end in np.cumsum([part.shape[1] for part in parts])),
            over_stimuli=_table(*over_stimuli, len(problem.stimuli)),
            low=np.array([constraint.low for constraint in constraints]),
            high=np.array([constraint.high for constraint in constraints]),
            price=np.array([constraint.price for constraint in constraints]),
        )

    def verify(self, forms: Sequence[Form]) -> Verdict:
        """Check forms and calculate the objective anew."""
        chosen = self._chosen(forms)
        sums, enemies, together, stimuli, bound = np.split((chosen @ self.table).toarray(), self.ends[:-1], axis=1)
        misses, soft = self._misses(sums, stimuli), self.price < HARD
        price = float((misses[:, soft] * self.price[soft]).sum())
        broken = (
            *_number(self.problem, forms), *self._broken_limits(np.where(soft, 0.0, misses)),
            *_in_groups("enemies", enemies - 1), *self._sets(together, stimuli, bound),
            *_across(self.problem, chosen, stimuli),
        )  # fmt: skip
        value = _objective(self.problem, chosen)
        return Verdict(broken, value - price if self.problem.objective.aim.rising else value + price, price)

    def prices(self, forms: Sequence[Form]) -> Floats:
        """(f,) what missed soft rules cost in every form."""
        sums, _, _, stimuli, _ = np.split((self._chosen(forms) @ self.table).toarray(), self.ends[:-1], axis=1)
        soft = self.price < HARD
        total: Floats = self._misses(sums, stimuli)[:, soft] @ self.price[soft]
        return total

    def sound(self, forms: Sequence[Form]) -> Verdict:
        """Check forms and refuse broken ones, as `sound`."""
        verdict = self.verify(forms)
        if not verdict.sound:
            raise Unsound(broken="; ".join(map(str, verdict.broken[:5])))
        return verdict

    def _chosen(self, forms: Sequence[Form]) -> sparse.csr_array:
        """(f, n) 1 where a form takes an item."""
        n = len(self.problem.items)
        within = [np.unique([item for item in form if 0 <= item < n]).astype(np.int64) for form in forms]
        starts = np.cumsum([0, *map(len, within)])
        members = np.concatenate([*within, np.zeros(0, dtype=np.int64)])
        return sparse.csr_array((np.ones(len(members), dtype=np.int64), members, starts), shape=(len(forms), n))

    def _misses(self, sums: NDArray[np.int64], stimuli: NDArray[np.int64]) -> Floats:
        """(f, c) how far every form is outside the limits of the constraints that hold in it."""
        if self.over_stimuli.nnz:
            sums = sums + (stimuli > 0) @ self.over_stimuli
        total = sums / UNIT
        miss: Floats = np.maximum(np.maximum(self.low - total, total - self.high), 0.0)
        for place, constraint in enumerate(self.problem.constraints):
            if constraint.forms is not None:
                miss[~np.isin(np.arange(len(miss)), constraint.forms), place] = 0.0
        return miss

    def _broken_limits(self, misses: Floats) -> Iterator[Broken]:
        for place, form in np.argwhere(misses.T > TOLERANCE):
            name = self.problem.constraints[place].name
            yield Broken(f"constraint {name}", int(form), float(misses[form, place]))

    def _sets(
        self, together: NDArray[np.int64], stimuli: NDArray[np.int64], bound: NDArray[np.int64]
    ) -> Iterator[Broken]:
        sizes = np.array([len(group) for group in self.problem.together], dtype=np.int64)
        yield from _in_groups("all_or_none", np.where(together > 0, sizes - together, 0))
        for met, stimulus in zip(stimuli.T, self.problem.stimuli, strict=True):
            miss = np.maximum(np.maximum(stimulus.least - met, met - stimulus.most), 0)
            yield from _in_forms(f"stimulus {stimulus.name}", np.where(met > 0, miss, 0))
        yield from _in_forms("include", len(np.unique(self.problem.include)) - bound[:, 0])
        yield from _in_forms("exclude", bound[:, 1])


def _limits(constraints: Sequence[Constraint], over: Over) -> tuple[list[Whole], list[NDArray[np.int64]]]:
    """Give members and values of every constraint; none of those that count something else."""
    none = np.zeros(0, dtype=np.int64)
    members = [constraint.members if constraint.over is over else none for constraint in constraints]
    values = [
        units(constraint.values, place=f"constraint {constraint.name}") if constraint.over is over else none
        for constraint in constraints
    ]
    return members, values


def _table(groups: Sequence[Whole], values: Sequence[NDArray[np.int64]] | None, rows: int) -> sparse.csr_array:
    """(rows, g) what the members of every group have; 1 if no values are given."""
    none = np.zeros(0, dtype=np.int64)
    starts, members = np.cumsum([0, *map(len, groups)]), np.concatenate([*groups, none])
    data = np.ones(len(members), dtype=np.int64) if values is None else np.concatenate([*values, none])
    return sparse.csr_array(sparse.csc_array((data, members, starts), shape=(rows, len(groups))).tocsr())


def _in_forms(rule: str, amounts: NDArray[np.int64]) -> Iterator[Broken]:
    for form in np.flatnonzero(amounts):
        yield Broken(rule, int(form), int(amounts[form]))


def _in_groups(name: str, amounts: NDArray[np.int64]) -> Iterator[Broken]:
    for form, place in np.argwhere(amounts > 0):
        yield Broken(f"{name}[{place}]", int(form), int(amounts[form, place]))


def _number(problem: Problem, forms: Sequence[Form]) -> Iterator[Broken]:
    if len(forms) != problem.forms:
        yield Broken("number of forms", None, abs(len(forms) - problem.forms))
    for number, form in enumerate(forms):
        if len(set(form)) != len(form):
            yield Broken("an item twice", number, len(form) - len(set(form)))
        if outside := [item for item in form if not 0 <= item < len(problem.items)]:
            yield Broken("an item that is not in the pool", number, len(outside))


def _across(problem: Problem, chosen: sparse.csr_array, stimuli: NDArray[np.int64]) -> Iterator[Broken]:
    used = np.asarray(chosen.sum(axis=0))
    miss = np.maximum(np.maximum(used - problem.most_use, problem.least_use - used), 0)
    for item in np.flatnonzero(miss):
        yield Broken(f"use of item {problem.items[item]}", None, int(miss[item]))
    if problem.most_stimulus_use is not None:
        over = (stimuli > 0).sum(axis=0) - problem.most_stimulus_use
        for stimulus in np.flatnonzero(over > 0):
            yield Broken(f"use of stimulus {problem.stimuli[stimulus].name}", None, int(over[stimulus]))
    if problem.overlap is not None:
        yield from _overlaps(chosen, problem.overlap)


def _overlaps(chosen: sparse.csr_array, most: int) -> Iterator[Broken]:
    forms = chosen.shape[0]
    for start, end in pairwise([*range(0, forms, BLOCK), forms]):
        shared = (chosen[start:end] @ chosen.T).toarray()
        for one, other in np.argwhere(shared > most):
            if start + one < other:
                yield Broken(f"overlap with form {other + 1}", int(start + one), int(shared[one, other]) - most)


def _objective(problem: Problem, chosen: sparse.csr_array) -> float:
    objective, forms = problem.objective, chosen.shape[0]
    if objective.aim is Aim.NONE or not forms:
        return 0.0
    if objective.coefficients.ndim == 2:  # noqa: PLR2004 (n, p)
        sums = chosen @ units(objective.coefficients, place="objective") / UNIT
    else:
        each = [units(objective.of_form(form), place="objective") for form in range(forms)]
        sums = np.array([chosen[[form]] @ table for form, table in enumerate(each)])[:, 0] / UNIT
    if objective.aim is Aim.SUM:
        return float((sums * objective.weights).sum())
    if objective.aim is Aim.MAXIMIN:
        return float((sums / objective.weights).min())
    miss = np.abs(sums - objective.targets[:forms])
    if objective.aim is Aim.GOALS:
        return float((miss * objective.weights).sum())
    return float((miss / objective.weights).max(initial=0.0))
