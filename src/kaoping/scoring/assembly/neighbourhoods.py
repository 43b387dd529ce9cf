"""Improving forms by solving a few of them again while the others stand.

The poorest form, or the one with the dearest misses, is taken together with another one and with some items that no
form uses, and these are solved again, exactly. What was there before is a solution of that, so nothing gets worse.
Forms that break a rule are mended in the same way.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Final

import numpy as np

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.assembly.formulation import simultaneous
from kaoping.scoring.assembly.highs import Search, solve
from kaoping.scoring.assembly.problem import HARD, Aim, Constraint, Problem
from kaoping.scoring.assembly.verification import Checker

SPARE: Final = 60
"""Most unused items that a step may bring in."""
STEP: Final = 2.0
"""Longest time of a step, in seconds."""
NODES: Final = 500
"""Most nodes of the search of a step."""
COARSE: Final = 1e-4
NOTHING: Final = 1e-9


POOREST: Final = frozenset({Aim.MAXIMIN, Aim.TARGET})
"""Aims by which all forms together are as good as the poorest; by the others they add up."""


@dataclass(eq=False)
class Standing:
    """Forms as they stand: places of the items of each."""

    problem: Problem
    forms: list[Whole]
    checker: Checker = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.checker = Checker.of(self.problem)

    @property
    def soft(self) -> bool:
        """Whether a rule has a price."""
        return any(constraint.price < HARD for constraint in self.problem.constraints)

    def value(self, form: int) -> float:
        """Give how good one form is by itself, more being better, without the price of what it misses."""
        objective = self.problem.objective
        if objective.aim is Aim.NONE:
            return 0.0
        sums = objective.of_form(form)[self.forms[form]].sum(axis=0)
        if objective.aim is Aim.SUM:
            return float(sums @ objective.weights)
        if objective.aim is Aim.MAXIMIN:
            return float((sums / objective.weights).min())
        off = np.abs(sums - objective.targets[form])
        return -float(off @ objective.weights if objective.aim is Aim.GOALS else (off / objective.weights).max())

    def prices(self, chosen: Sequence[int]) -> Floats:
        """Give what missed rules cost in some forms."""
        if not self.soft:
            return np.zeros(len(chosen))
        return self.checker.prices([form.tolist() for form in self.forms])[list(chosen)]

    def broken(self) -> list[int]:
        """Give the forms that break a rule."""
        found = self.checker.verify([form.tolist() for form in self.forms]).broken
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
        part = replace(part, constraints=(*part.constraints, *self._apart(items, chosen)))
        programme = simultaneous(part)
        answer = solve(programme, Search(seconds=seconds, gap=COARSE, nodes=NODES))
        if answer.columns is None:
            return None
        return [items[np.flatnonzero(columns[: len(items)] > 0)] for columns in programme.parts(answer.columns)]

    def _apart(self, items: Whole, chosen: Sequence[int]) -> Iterator[Constraint]:
        """Limit what some forms share with each of those that stand."""
        most = np.inf if self.problem.overlap is None else float(self.problem.overlap)
        for place, form in enumerate(self.forms) if np.isfinite(most) else ():
            shared = np.flatnonzero(np.isin(items, form))
            if place not in chosen and len(shared) > most:
                yield Constraint(f"overlap with form {place + 1}", shared, np.ones(len(shared)), high=most)

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


@dataclass(eq=False)
class _Values:
    """How good every form is and what it costs, kept up with the forms."""

    standing: Standing
    values: Floats = field(init=False)
    prices: Floats = field(init=False)

    def __post_init__(self) -> None:
        forms = range(len(self.standing.forms))
        self.values = np.array([self.standing.value(form) for form in forms])
        self.prices = self.standing.prices(forms)

    @property
    def poorest(self) -> bool:
        """Whether all forms are as good as the poorest."""
        return self.standing.problem.objective.aim in POOREST

    def total(self, chosen: Sequence[int] | None = None) -> float:
        """Give how good all forms are, or some."""
        values, prices = (self.values, self.prices) if chosen is None else (self.values[chosen], self.prices[chosen])
        return float((values.min() if self.poorest else values.sum()) - prices.sum())

    def set(self, chosen: Sequence[int]) -> None:
        """Look at some forms again."""
        self.values[chosen] = [self.standing.value(form) for form in chosen]
        self.prices[chosen] = self.standing.prices(chosen)

    def worst(self) -> list[int]:
        """Give the forms that could be better, the worst first."""
        priced = [int(form) for form in np.argsort(-self.prices, kind="stable") if self.prices[form] > NOTHING]
        if self.poorest:
            return list(dict.fromkeys([int(self.values.argmin()), *priced]))
        if self.standing.problem.objective.aim is not Aim.GOALS:
            return priced
        loss = self.prices - self.values
        return [int(form) for form in np.argsort(-loss, kind="stable") if loss[form] > NOTHING]


def improve(
    standing: Standing,
    *,
    enough: float,
    until: float,
    rng: np.random.Generator,
    tell: Callable[[], None] = lambda: None,
) -> None:
    """Solve the worst form again and again, each time with another one.

    Parameters
    ----------
    enough : value of all forms, more being better, at which to stop.
    until : time of the monotonic clock at which to stop; it also stops when no other form helps the worst ones.
    tell : called between steps; may raise.
    """
    known = _Values(standing)
    tried: set[frozenset[int]] = set()
    while monotonic() < until and known.total() < enough:
        tell()
        chosen = _pair(known, tried, rng)
        if chosen is None:
            return
        found = standing.again(chosen, seconds=min(STEP, until - monotonic()), rng=rng)
        if found is not None and _taken(known, chosen, found):
            tried.clear()
        else:
            tried.add(frozenset(chosen))


def _pair(known: _Values, tried: Collection[frozenset[int]], rng: np.random.Generator) -> list[int] | None:
    """Choose one of the worst forms and another one, often the best, that were not tried together."""
    best = np.argsort(-known.values)
    for one in known.worst():
        others = [int(form) for form in best if form != one and frozenset((one, int(form))) not in tried]
        if others:
            return [one, others[0] if rng.random() < 1 / 2 else int(rng.choice(others))]
    return None


def _taken(known: _Values, chosen: list[int], found: Sequence[Whole]) -> bool:
    """Put forms in the place of others if they are better and all together not worse."""
    standing = known.standing
    before, own, total = [standing.forms[form] for form in chosen], known.total(chosen), known.total()
    for form, items in zip(chosen, found, strict=True):
        standing.forms[form] = items
    known.set(chosen)
    if known.total(chosen) > own + NOTHING and known.total() > total - NOTHING:
        return True
    for form, items in zip(chosen, before, strict=True):
        standing.forms[form] = items
    known.set(chosen)
    return False
