"""Reading finished forms again from the items, without the rows that made them.

Sums are exact: coefficients are whole numbers of the sixth decimal. Nothing here is shared with the engines but the
request itself.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import inf, isfinite
from typing import Final

from kaoping.scoring.assembly.problem import DECIMALS, HARD, Aim, Constraint, Over, Problem
from kaoping.scoring.errors import ScoringError

UNIT: Final = 10**DECIMALS
TOLERANCE: Final = 1e-6

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
    chosen = [frozenset(map(int, form)) for form in forms]
    broken = [*_number(problem, forms), *_limits(problem, chosen), *_sets(problem, chosen), *_across(problem, chosen)]
    price = sum(
        constraint.price * _miss(problem, constraint, form)
        for constraint in problem.constraints
        if constraint.price < HARD
        for number, form in enumerate(chosen)
        if constraint.holds_in(number)
    )
    value = _objective(problem, chosen)
    return Verdict(tuple(broken), value - price if problem.objective.aim.rising else value + price, price)


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


def _number(problem: Problem, forms: Sequence[Form]) -> Iterator[Broken]:
    if len(forms) != problem.forms:
        yield Broken("number of forms", None, abs(len(forms) - problem.forms))
    for number, form in enumerate(forms):
        if len(set(form)) != len(form):
            yield Broken("an item twice", number, len(form) - len(set(form)))
        if outside := [item for item in form if not 0 <= item < len(problem.items)]:
            yield Broken("an item that is not in the pool", number, len(outside))


def _total(members: Sequence[int], values: Sequence[float], chosen: frozenset[int]) -> int:
    """Add values of chosen members up, in units of the sixth decimal."""
    return sum(round(value * UNIT) for member, value in zip(members, values, strict=True) if member in chosen)


def _taken(problem: Problem, form: frozenset[int]) -> frozenset[int]:
    return frozenset(
        number for number, stimulus in enumerate(problem.stimuli) if not form.isdisjoint(stimulus.items.tolist())
    )


def _miss(problem: Problem, constraint: Constraint, form: frozenset[int]) -> float:
    chosen = form if constraint.over is Over.ITEM else _taken(problem, form)
    total = _total(constraint.members.tolist(), constraint.values.tolist(), chosen) / UNIT
    return max(0.0, constraint.low - total, total - constraint.high)


def _limits(problem: Problem, forms: Sequence[frozenset[int]]) -> Iterator[Broken]:
    for constraint in problem.constraints:
        if constraint.price < HARD:
            continue
        for number, form in enumerate(forms):
            miss = _miss(problem, constraint, form) if constraint.holds_in(number) else 0.0
            if miss > TOLERANCE:
                yield Broken(f"constraint {constraint.name}", number, miss)


def _sets(problem: Problem, forms: Sequence[frozenset[int]]) -> Iterator[Broken]:
    for number, form in enumerate(forms):
        for place, group in enumerate(problem.enemies):
            if (met := len(form.intersection(group.tolist()))) > 1:
                yield Broken(f"enemies[{place}]", number, met - 1)
        for place, group in enumerate(problem.together):
            if 0 < (met := len(form.intersection(group.tolist()))) < len(group):
                yield Broken(f"all_or_none[{place}]", number, len(group) - met)
        for stimulus in problem.stimuli:
            met = len(form.intersection(stimulus.items.tolist()))
            if met and (miss := max(stimulus.least - met, met - stimulus.most, 0)):
                yield Broken(f"stimulus {stimulus.name}", number, miss)
        if missing := set(problem.include.tolist()) - form:
            yield Broken("include", number, len(missing))
        if banned := form & set(problem.exclude.tolist()):
            yield Broken("exclude", number, len(banned))


def _across(problem: Problem, forms: Sequence[frozenset[int]]) -> Iterator[Broken]:
    used = Counter(item for form in forms for item in form)
    for item, name in enumerate(problem.items):
        if miss := max(used[item] - int(problem.most_use[item]), int(problem.least_use[item]) - used[item], 0):
            yield Broken(f"use of item {name}", None, miss)
    if problem.most_stimulus_use is not None:
        taken = Counter(stimulus for form in forms for stimulus in _taken(problem, form))
        for stimulus, times in taken.items():
            if times > problem.most_stimulus_use:
                yield Broken(
                    f"use of stimulus {problem.stimuli[stimulus].name}", None, times - problem.most_stimulus_use
                )
    if problem.overlap is not None:
        for one, other in combinations(range(len(forms)), 2):
            if (shared := len(forms[one] & forms[other])) > problem.overlap:
                yield Broken(f"overlap with form {other + 1}", one, shared - problem.overlap)


def _objective(problem: Problem, forms: Sequence[frozenset[int]]) -> float:
    objective = problem.objective
    if objective.aim is Aim.NONE:
        return 0.0
    worst, total = (inf if objective.aim is Aim.MAXIMIN else 0.0), 0.0
    for number, form in enumerate(forms):
        rows = objective.of_form(number)
        for point, size in enumerate(objective.weights.tolist()):
            value = sum(round(float(rows[item, point]) * UNIT) for item in form) / UNIT
            if objective.aim is Aim.MAXIMIN:
                worst = min(worst, value / size)
                continue
            if objective.aim is Aim.SUM:
                total += size * value
                continue
            miss = abs(value - float(objective.targets[number, point]))
            worst, total = max(worst, miss / size), total + size * miss
    answer = total if objective.aim in {Aim.SUM, Aim.GOALS} else worst
    return answer if isfinite(answer) else 0.0
