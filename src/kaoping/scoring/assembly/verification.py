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
from kaoping.scoring.assembly.problem import DECIMALS, HARD, Aim, BadProblem, Over, Problem
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
    limits : (n + m, c) what items, then stimuli, add to every constraint, in units of the sixth decimal.
    low, high, price : (c,) limits of the constraints and what a miss costs.
    enemies, together, stimuli, bound : (n, g) membership in groups; of `bound` the items of every form and of none.
    """

    problem: Problem
    limits: sparse.csr_array
    low: Floats
    high: Floats
    price: Floats
    enemies: sparse.csr_array
    together: sparse.csr_array
    stimuli: sparse.csr_array
    bound: sparse.csr_array

    @classmethod
    def of(cls, problem: Problem) -> "Checker":
        """Make a request ready."""
        n, constraints = len(problem.items), problem.constraints
        shift = [n if constraint.over is Over.STIMULUS else 0 for constraint in constraints]
        rows = [constraint.members + more for constraint, more in zip(constraints, shift, strict=True)]
        values = [units(constraint.values, place=f"constraint {constraint.name}") for constraint in constraints]
        return cls(
            problem=problem,
            limits=_table(rows, n + len(problem.stimuli), values),
            low=np.array([constraint.low for constraint in constraints]),
            high=np.array([constraint.high for constraint in constraints]),
            price=np.array([constraint.price for constraint in constraints]),
            enemies=_table(problem.enemies, n),
            together=_table(problem.together, n),
            stimuli=_table([stimulus.items for stimulus in problem.stimuli], n),
            bound=_table([np.unique(problem.include), np.unique(problem.exclude)], n),
        )

    def verify(self, forms: Sequence[Form]) -> Verdict:
        """Check forms and calculate the objective anew."""
        chosen = self._chosen(forms)
        taken = sparse.csr_array((_met(chosen, self.stimuli) > 0).astype(np.int64))
        misses = self._misses(chosen, taken)
        soft = self.price < HARD
        price = float((misses[:, soft] * self.price[soft]).sum())
        broken = (
            *_number(self.problem, forms), *self._limits(np.where(soft, 0.0, misses)),
            *self._sets(chosen), *_across(self.problem, chosen, taken),
        )  # fmt: skip
        value = _objective(self.problem, chosen)
        return Verdict(broken, value - price if self.problem.objective.aim.rising else value + price, price)

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
        return sparse.csr_array(_table(within, n).T.tocsr())

    def _misses(self, chosen: sparse.csr_array, taken: sparse.csr_array) -> Floats:
        """(f, c) how far every form is outside the limits of the constraints that hold in it."""
        every = sparse.hstack([chosen, taken], format="csr") if self.problem.stimuli else chosen
        total = (every @ self.limits).toarray() / UNIT
        miss: Floats = np.maximum(np.maximum(self.low - total, total - self.high), 0.0)
        for place, constraint in enumerate(self.problem.constraints):
            if constraint.forms is not None:
                miss[~np.isin(np.arange(len(miss)), constraint.forms), place] = 0.0
        return miss

    def _limits(self, misses: Floats) -> Iterator[Broken]:
        for place, form in np.argwhere(misses.T > TOLERANCE):
            name = self.problem.constraints[place].name
            yield Broken(f"constraint {name}", int(form), float(misses[form, place]))

    def _sets(self, chosen: sparse.csr_array) -> Iterator[Broken]:
        yield from _in_groups("enemies", _met(chosen, self.enemies) - 1)
        met, sizes = _met(chosen, self.together), self.together.sum(axis=0)
        yield from _in_groups("all_or_none", np.where(met > 0, sizes - met, 0))
        met = _met(chosen, self.stimuli)
        for place, stimulus in enumerate(self.problem.stimuli):
            miss = np.maximum(np.maximum(stimulus.least - met[:, place], met[:, place] - stimulus.most), 0)
            yield from _in_forms(f"stimulus {stimulus.name}", np.where(met[:, place] > 0, miss, 0))
        included, excluded = _met(chosen, self.bound).T
        yield from _in_forms("include", len(np.unique(self.problem.include)) - included)
        yield from _in_forms("exclude", excluded)


def _table(groups: Sequence[Whole], rows: int, values: Sequence[NDArray[np.int64]] | None = None) -> sparse.csr_array:
    """(rows, g) what the members of every group have, 1 if nothing else is said."""
    starts = np.cumsum([0, *map(len, groups)])
    members = np.concatenate([*groups, np.zeros(0, dtype=np.int64)])
    data = np.ones(len(members), dtype=np.int64) if values is None else np.concatenate([*values, members[:0]])
    return sparse.csr_array(sparse.csc_array((data, members, starts), shape=(rows, len(groups))).tocsr())


def _met(chosen: sparse.csr_array, groups: sparse.csr_array) -> NDArray[np.int64]:
    """(f, g) how many of every group the forms take."""
    return np.asarray((chosen @ groups).toarray())


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


def _across(problem: Problem, chosen: sparse.csr_array, taken: sparse.csr_array) -> Iterator[Broken]:
    used = np.asarray(chosen.sum(axis=0))
    miss = np.maximum(np.maximum(used - problem.most_use, problem.least_use - used), 0)
    for item in np.flatnonzero(miss):
        yield Broken(f"use of item {problem.items[item]}", None, int(miss[item]))
    if problem.most_stimulus_use is not None:
        over = np.asarray(taken.sum(axis=0)) - problem.most_stimulus_use
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
