"""The rules of a request as one programme from which every rule can be left out: what conflicts are looked for in."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np

from kaoping.scoring.arrays import Floats
from kaoping.scoring.assembly.formulation import aggregate
from kaoping.scoring.assembly.highs import Search, Status, certificate, solve
from kaoping.scoring.assembly.overlaps import MOST, OVERLAP, SHARED, pairs
from kaoping.scoring.assembly.problem import HARD, Objective, Problem
from kaoping.scoring.assembly.rows import Programme, Rows, Rule

INCLUDE, EXCLUDE, USE = "include", "exclude", "use"


@dataclass(frozen=True)
class Requirement:
    """A rule as messages cite it: its kind, and its name where there are several of the kind."""

    kind: str
    name: str = ""

    @property
    def id(self) -> str:
        """The name of a constraint; else the place in the request, such as ``enemies[2]`` or ``include``."""
        if self.kind == "constraint":
            return self.name
        if self.kind in {"enemies", "all_or_none"}:
            return f"{self.kind}[{self.name}]"
        return f"{self.kind} {self.name}".strip()


BACKGROUND: Final = tuple(map(Requirement, (INCLUDE, EXCLUDE, USE)))
"""Rules that are bounds of items and concern all of them together."""


def cited(rule: Rule) -> Requirement:
    """Give the rule of the request that a row belongs to."""
    return Requirement(rule.kind) if rule.kind in {USE, OVERLAP} else Requirement(rule.kind, rule.name)


def without_objective(problem: Problem) -> Problem:
    """Leave only what can make a request impossible: hard rules."""
    hard = tuple(constraint for constraint in problem.constraints if constraint.price >= HARD)
    return replace(problem, constraints=hard, objective=Objective())


@dataclass(frozen=True, eq=False)
class Requirements:
    """Hard rules of forms that are added up by class; see `kaoping.scoring.assembly.formulation.aggregate`."""

    problem: Problem
    classes: tuple[tuple[int, ...], ...]

    @cached_property
    def programme(self) -> Programme:
        """All of them."""
        return aggregate(self.problem, self.classes)

    @cached_property
    def of_rows(self) -> tuple[Requirement, ...]:
        """The rule of every row."""
        return tuple(map(cited, self.programme.rows.rules))

    @cached_property
    def each(self) -> tuple[Requirement, ...]:
        """All rules, each once; those that hold for the items of every form come last."""
        problem = self.problem
        limited = bool((problem.most_use < problem.forms).any() or (problem.least_use > 0).any())
        present = dict(zip(BACKGROUND, (len(problem.include), len(problem.exclude), limited), strict=True))
        of_rows = dict.fromkeys(rule for rule in self.of_rows if rule not in BACKGROUND)
        return (*of_rows, *[rule for rule, there in present.items() if there])

    def keeping(self, kept: Collection[Requirement]) -> Programme:
        """Leave out all rules but some."""
        whole, kept = self.programme, frozenset(kept)
        chosen = np.array([rule in kept for rule in self.of_rows], dtype=np.bool_)
        rules = tuple(rule for rule, there in zip(whole.rows.rules, chosen, strict=True) if there)
        rows = Rows(whole.rows.matrix[chosen], whole.rows.low[chosen], whole.rows.high[chosen], rules)
        lowest, highest = self._bounds(kept)
        return replace(whole, rows=rows, lowest=lowest, highest=highest)

    def _bounds(self, kept: Collection[Requirement]) -> tuple[Floats, Floats]:
        include, exclude, use = (rule in kept for rule in BACKGROUND)
        problem, n = self.problem, len(self.problem.items)
        lowest, highest = self.programme.lowest.copy(), self.programme.highest.copy()
        for copies, start in self.blocks:
            low, high = np.zeros(n), np.full(n, float(copies))
            low[problem.include] = copies * include
            if use:
                high = np.minimum(high, problem.most_use)
            if exclude:
                high[problem.exclude] = 0.0
            lowest[start : start + n], highest[start : start + n] = low, high
        return lowest, highest

    @property
    def blocks(self) -> list[tuple[int, int]]:
        """How many forms are added up in every class, and the column of its first item."""
        starts = self.programme.starts[:-1]
        return [(len(forms), int(start)) for forms, start in zip(self.classes, starts, strict=True)]

    def copies(self, rule: Rule) -> int:
        """Count the forms, or for a limit of overlap the pairs, that a row adds up; 1 for a row over all forms."""
        if rule in {MOST, SHARED}:
            return pairs(self.classes)
        return next((len(forms) for forms in self.classes if rule.form in forms), 1)

    def conflict(self, kept: Collection[Requirement], *, whole: bool, seconds: float = 60.0) -> bool:
        """Whether it is proven that some rules cannot be kept together, by whole numbers or by any at all."""
        programme = self.keeping(kept)
        if bool((programme.lowest > programme.highest).any()):
            return True
        if not len(programme.rows.rules):
            return False
        return solve(programme, Search(seconds=seconds), relaxed=not whole).status is Status.INFEASIBLE

    def narrowed(self, kept: Sequence[Requirement]) -> list[Requirement]:
        r"""Leave those rules that have a multiplier in a proof that all of them conflict.

        By Farkas' lemma there are multipliers y of the rows with :math:`y A x < y b` for every x within its bounds. The
        rows with a multiplier conflict by themselves, with the bounds.
        """
        programme = self.keeping(kept)
        multipliers = certificate(programme)
        if multipliers is None:
            return list(kept)
        proof = {cited(programme.rows.rules[row]) for row in np.flatnonzero(multipliers)}
        fewer = [rule for rule in kept if rule in proof or rule in BACKGROUND]
        return fewer if self.conflict(fewer, whole=False) else list(kept)
