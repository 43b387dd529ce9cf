"""Improving forms by solving a few of them again while the others stand.

The poorest form is taken together with another one and with some items that no form uses, and these are solved again,
exactly. What was there before is a solution of that, so nothing gets worse. Forms that break a rule are mended in the
same way.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Final

import numpy as np

from kaoping.scoring.arrays import Whole
from kaoping.scoring.assembly.formulation import simultaneous
from kaoping.scoring.assembly.highs import Search, solve
from kaoping.scoring.assembly.problem import Aim, Problem
from kaoping.scoring.assembly.verification import verify

SPARE: Final = 60
"""Most unused items that a step may bring in."""
STEP: Final = 2.0
"""Longest time of a step, in seconds."""
NODES: Final = 500
"""Most nodes of the search of a step."""
COARSE: Final = 1e-4
NOTHING: Final = 1e-9


@dataclass(eq=False)
class Standing:
    """Forms as they stand: places of the items of each."""

    problem: Problem
    forms: list[Whole]

    def value(self, form: int) -> float:
        """Give how good one form is by itself, more being better; all together are as good as the poorest."""
        objective = self.problem.objective
        sums = objective.of_form(form)[self.forms[form]].sum(axis=0)
        if objective.aim is Aim.MAXIMIN:
            return float((sums / objective.weights).min())
        return -float((np.abs(sums - objective.targets[form]) / objective.weights).max())

    def broken(self) -> list[int]:
        """Give the forms that break a rule."""
        found = verify(self.problem, [form.tolist() for form in self.forms]).broken
        return sorted({rule.form for rule in found if rule.form is not None})

    def again(self, chosen: Sequence[int], *, seconds: float, rng: np.random.Generator) -> list[Whole] | None:
        """Solve some forms again; their items, or None if nothing was found in time."""
        left = self._left(chosen)
        own = np.unique(np.concatenate([self.forms[form] for form in chosen]))
        unused = np.setdiff1d(np.flatnonzero(left > 0), own)
        extra = rng.choice(unused, size=min(SPARE, len(unused)), replace=False)
        items = np.union1d(own[left[own] > 0], np.union1d(extra, self.problem.include))
        missing = self.problem.least_use - (self.problem.most_use - left)
        limits = {"least": np.maximum(missing[items], 0), "most": np.clip(left[items], 0, len(chosen))}
        part = self.problem.restricted(items, chosen, **limits)
        programme = simultaneous(part)
        answer = solve(programme, Search(seconds=seconds, gap=COARSE, nodes=NODES))
        if answer.columns is None:
            return None
        return [items[np.flatnonzero(columns[: len(items)] > 0)] for columns in programme.parts(answer.columns)]

    def _left(self, chosen: Sequence[int]) -> Whole:
        """(n,) how often every item may be used by some forms, the others standing."""
        others = [form for place, form in enumerate(self.forms) if place not in chosen]
        used = np.concatenate([*others, np.zeros(0, dtype=np.int64)])
        left: Whole = self.problem.most_use - np.bincount(used, minlength=len(self.problem.items))
        return left


def mend(
    standing: Standing, *, until: float, rng: np.random.Generator, tell: Callable[[], None] = lambda: None
) -> bool:
    """Solve forms that break a rule again, each with one or two others, until none does or the time has come.

    ``tell`` is called between steps and may raise.
    """
    forms = len(standing.forms)
    while monotonic() < until:
        tell()
        broken = standing.broken()
        if not broken:
            return True
        one = broken[0]
        others = rng.permutation(np.setdiff1d(np.arange(forms), [one]))[: 1 + int(rng.integers(2))]
        chosen = [one, *map(int, others)]
        found = standing.again(chosen, seconds=min(2 * STEP, until - monotonic()), rng=rng)
        if found is not None:
            for form, items in zip(chosen, found, strict=True):
                standing.forms[form] = items
    return not standing.broken()


def improve(
    standing: Standing,
    *,
    enough: float,
    until: float,
    rng: np.random.Generator,
    tell: Callable[[], None] = lambda: None,
) -> None:
    """Raise the poorest form again and again.

    Parameters
    ----------
    enough : value of the poorest form, as `Standing.value` counts it, at which to stop.
    until : time of the monotonic clock at which to stop; it also stops when no other form helps the poorest one.
    tell : called between steps; may raise.
    """
    forms = len(standing.forms)
    values = np.array([standing.value(form) for form in range(forms)])
    tried: set[int] = set()
    while monotonic() < until and values.min() < enough:
        tell()
        poorest = int(values.argmin())
        order = [form for form in np.argsort(-values) if form != poorest and form not in tried]
        if not order:
            return
        other = int(order[0] if rng.random() < 1 / 2 else rng.choice(order))
        chosen = [poorest, other]
        found = standing.again(chosen, seconds=min(STEP, until - monotonic()), rng=rng)
        before = [standing.forms[form] for form in chosen]
        if found is not None:
            for form, items in zip(chosen, found, strict=True):
                standing.forms[form] = items
        after = [standing.value(form) for form in chosen]
        if found is not None and min(after) > values[poorest] + NOTHING:
            values[chosen] = after
            tried.clear()
            continue
        for form, items in zip(chosen, before, strict=True):
            standing.forms[form] = items
        tried.add(other)
