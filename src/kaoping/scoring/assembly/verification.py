"""Reading finished forms again from the items, without the rows that made them.

Sums are exact: coefficients are whole numbers of the sixth decimal. All forms are read in one pass, so that ten
thousand are checked as surely as two. Nothing here is shared with the engines but the request itself.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kaoping.scoring.arrays import Flags, Floats, Whole
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
    chosen = _Chosen.of(problem, forms)
    misses = [chosen.misses(constraint) for constraint in problem.constraints]
    hard: list[Broken] = []
    price = 0.0
    for constraint, miss in zip(problem.constraints, misses, strict=True):
        if constraint.price < HARD:
            price += constraint.price * float(miss.sum())
        else:
            hard += _in_forms(f"constraint {constraint.name}", np.where(miss > TOLERANCE, miss, 0.0))
    broken = (*_number(problem, forms), *hard, *_sets(chosen), *_across(chosen))
    value = _objective(chosen)
    return Verdict(broken, value - price if problem.objective.aim.rising else value + price, price)


def sound(problem: Problem, forms: Sequence[Form]) -> Verdict:
    """Check forms and refuse broken ones.

    Raises
    ------
    Unsound
        A hard rule is broken.
    """
    verdict = verify(problem, forms)
    if not verdict.sound:
        raise Unsound(broken="; ".join(map(str, verdict.broken[:5])))
    return verdict


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
class _Chosen:
    """Forms as a table.

    Attributes
    ----------
    items : (f, n) 1 where a form takes an item.
    stimuli : (f, m) 1 where it takes an item of a stimulus.
    """

    problem: Problem
    items: sparse.csr_array
    stimuli: Flags

    @classmethod
    def of(cls, problem: Problem, forms: Sequence[Form]) -> "_Chosen":
        n = len(problem.items)
        within = [np.unique([item for item in form if 0 <= item < n]).astype(np.int64) for form in forms]
        starts = np.cumsum([0, *map(len, within)])
        places = np.concatenate([*within, np.zeros(0, dtype=np.int64)])
        table = sparse.csr_array((np.ones(len(places), dtype=np.int64), places, starts), shape=(len(forms), n))
        met = _met(table, [stimulus.items for stimulus in problem.stimuli])
        return cls(problem, table, met > 0)

    def holds_in(self, constraint: Constraint) -> Flags:
        """(f,) whether a constraint concerns a form."""
        forms = np.arange(self.items.shape[0])
        return np.isin(forms, forms if constraint.forms is None else np.array(constraint.forms, dtype=np.int64))

    def misses(self, constraint: Constraint) -> Floats:
        """(f,) how far every form is outside the limits of a constraint; nothing where it does not hold."""
        over_items = constraint.over is Over.ITEM
        each = np.zeros(len(self.problem.items if over_items else self.problem.stimuli), dtype=np.int64)
        np.add.at(each, constraint.members, units(constraint.values, place=f"constraint {constraint.name}"))
        total = (self.items @ each if over_items else self.stimuli @ each) / UNIT
        miss = np.maximum(np.maximum(constraint.low - total, total - constraint.high), 0.0)
        return np.where(self.holds_in(constraint), miss, 0.0)


def _met(table: sparse.csr_array, groups: Sequence[Whole]) -> NDArray[np.int64]:
    """(f, g) how many of every group the forms take."""
    starts = np.cumsum([0, *map(len, groups)])
    places = np.concatenate([*groups, np.zeros(0, dtype=np.int64)])
    member = sparse.csr_array(
        (np.ones(len(places), dtype=np.int64), places, starts), shape=(len(groups), table.shape[1])
    )
    return np.asarray((table @ member.T).toarray())


def _in_forms(rule: str, amounts: Floats | NDArray[np.int64]) -> Iterator[Broken]:
    for form in np.flatnonzero(amounts):
        yield Broken(rule, int(form), amounts[form].item())


def _number(problem: Problem, forms: Sequence[Form]) -> Iterator[Broken]:
    if len(forms) != problem.forms:
        yield Broken("number of forms", None, abs(len(forms) - problem.forms))
    for number, form in enumerate(forms):
        if len(set(form)) != len(form):
            yield Broken("an item twice", number, len(form) - len(set(form)))
        if outside := [item for item in form if not 0 <= item < len(problem.items)]:
            yield Broken("an item that is not in the pool", number, len(outside))


def _sets(chosen: _Chosen) -> Iterator[Broken]:
    problem, table = chosen.problem, chosen.items
    yield from _in_groups("enemies", _met(table, problem.enemies) - 1)
    met, sizes = _met(table, problem.together), np.array([len(group) for group in problem.together], dtype=np.int64)
    yield from _in_groups("all_or_none", np.where(met > 0, sizes - met, 0))
    met = _met(table, [stimulus.items for stimulus in problem.stimuli])
    for place, stimulus in enumerate(problem.stimuli):
        miss = np.maximum(np.maximum(stimulus.least - met[:, place], met[:, place] - stimulus.most), 0)
        yield from _in_forms(f"stimulus {stimulus.name}", np.where(met[:, place] > 0, miss, 0))
    included, excluded = (np.unique(places) for places in (problem.include, problem.exclude))
    yield from _in_forms("include", len(included) - _met(table, [included])[:, 0])
    yield from _in_forms("exclude", _met(table, [excluded])[:, 0])


def _in_groups(name: str, amounts: NDArray[np.int64]) -> Iterator[Broken]:
    for form, place in np.argwhere(amounts > 0):
        yield Broken(f"{name}[{place}]", int(form), int(amounts[form, place]))


def _across(chosen: _Chosen) -> Iterator[Broken]:
    problem = chosen.problem
    used = np.asarray(chosen.items.sum(axis=0))
    miss = np.maximum(np.maximum(used - problem.most_use, problem.least_use - used), 0)
    for item in np.flatnonzero(miss):
        yield Broken(f"use of item {problem.items[item]}", None, int(miss[item]))
    if problem.most_stimulus_use is not None:
        taken = chosen.stimuli.sum(axis=0) - problem.most_stimulus_use
        for stimulus in np.flatnonzero(taken > 0):
            yield Broken(f"use of stimulus {problem.stimuli[stimulus].name}", None, int(taken[stimulus]))
    if problem.overlap is not None:
        yield from _overlaps(chosen.items, problem.overlap)


def _overlaps(table: sparse.csr_array, most: int) -> Iterator[Broken]:
    forms = table.shape[0]
    for start, end in pairwise([*range(0, forms, BLOCK), forms]):
        shared = (table[start:end] @ table.T).toarray()
        for one, other in np.argwhere(shared > most):
            if start + one < other:
                yield Broken(f"overlap with form {other + 1}", int(start + one), int(shared[one, other]) - most)


def _objective(chosen: _Chosen) -> float:
    objective, forms = chosen.problem.objective, chosen.items.shape[0]
    if objective.aim is Aim.NONE or not forms:
        return 0.0
    if objective.coefficients.ndim == 2:  # noqa: PLR2004 (n, p)
        sums = chosen.items @ units(objective.coefficients, place="objective") / UNIT
    else:
        each = [units(objective.of_form(form), place="objective") for form in range(forms)]
        sums = np.array([chosen.items[[form]] @ table for form, table in enumerate(each)])[:, 0] / UNIT
    if objective.aim is Aim.SUM:
        return float((sums * objective.weights).sum())
    if objective.aim is Aim.MAXIMIN:
        return _finite(float((sums / objective.weights).min(initial=np.inf)))
    miss = np.abs(sums - objective.targets[:forms])
    if objective.aim is Aim.GOALS:
        return float((miss * objective.weights).sum())
    return _finite(float((miss / objective.weights).max(initial=0.0)))


def _finite(value: float) -> float:
    return value if isfinite(value) else 0.0
