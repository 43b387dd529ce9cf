r"""Why there are no forms: the smallest sets of rules that conflict, and the cheapest changes that would help.

1. Rules are looked at in the sum of the forms, linearly: `kaoping.scoring.assembly.requirements.Requirements`. If they
   conflict there, the multipliers of the proof name the rules that take part (Gleeson & Ryan, 1990); of these, rules
   without which the others still conflict are left out by halves (Junker, 2004, QuickXplain), so that what remains is
   irreducible: without any of its rules the others can be kept. Sets without one of these rules are tried as well,
   and the smallest is told.
2. If only whole numbers conflict, the same is done with integer programmes; and if even the sum of the forms exists,
   with the forms one beside the other.
3. For every constraint it is calculated how much room the others leave.
4. `kaoping.scoring.assembly.repairs` finds the cheapest changes.

References
----------
Gleeson, J., & Ryan, J. (1990). Identifying minimally infeasible subsystems of inequalities. *ORSA Journal on
Computing*, 2, 61-63. Junker, U. (2004). QuickXplain: preferred explanations and relaxations for over-constrained
problems. *AAAI*, 167-172. Chinneck, J. W. (2008). *Feasibility and Infeasibility in Optimization*. Springer.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from time import monotonic
from typing import Final

from kaoping.scoring.assembly.accounts import account
from kaoping.scoring.assembly.problem import Problem
from kaoping.scoring.assembly.reasons import FORMS, MORE_CHANGES, Reason, listed
from kaoping.scoring.assembly.repairs import Repair, cheapest, repaired
from kaoping.scoring.assembly.requirements import BACKGROUND, Requirement, Requirements, without_objective

LINES: Final = 10
"""Most lines of an explanation."""
SETS: Final = 3
"""Most sets of rules that are told; they have no constraint in common."""
SIMULTANEOUS: Final = 5000
"""Most columns of forms side by side in which a conflict is looked for."""
CHECKING: Final = 2.0
"""Longest time in seconds in which it is looked whether repairs are enough."""
PATIENCE: Final = 0.25
"""Share of the time that one question to an integer programme may take."""

Conflicting = Callable[[Collection[Requirement]], bool]


@dataclass(frozen=True)
class Conflict:
    """Rules that cannot be kept together.

    Attributes
    ----------
    rules : their ids, constraints first.
    bounds : which of ``include``, ``exclude`` and ``use`` take part, without any of which there would be no conflict.
    reasons : a sentence for each, with how much room the others leave.
    whole : whether they conflict only because items are whole.
    """

    rules: tuple[str, ...]
    bounds: tuple[str, ...]
    reasons: tuple[Reason, ...]
    whole: bool


@dataclass(frozen=True)
class Explanation:
    """Why there are no forms.

    Attributes
    ----------
    conflicts : sets of rules, each of which conflicts by itself; no constraint is in two of them.
    repairs : changes which, all together, allow forms, as far as is seen in time; empty if none was found.
    forms : the most forms that the rules may allow, if fewer than were asked for are worth a thought.
    asked : forms asked for.
    seconds : time taken.
    """

    conflicts: tuple[Conflict, ...]
    repairs: tuple[Repair, ...]
    forms: int | None
    asked: int
    seconds: float

    @property
    def rules(self) -> tuple[str, ...]:
        """Ids of all rules that conflict, each once."""
        return tuple(dict.fromkeys(rule for conflict in self.conflicts for rule in conflict.rules))

    @property
    def bounds(self) -> tuple[str, ...]:
        """Which of ``include``, ``exclude`` and ``use`` take part."""
        return tuple(dict.fromkeys(bound for conflict in self.conflicts for bound in conflict.bounds))

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """At most ten sentences: what conflicts, how many forms are possible, and what would help."""
        conflicting = [reason for conflict in self.conflicts for reason in conflict.reasons]
        possible = [Reason(FORMS, {"forms": self.forms, "asked": self.asked})] if self.forms else []
        room = max(LINES - len(conflicting) - len(possible), 1)
        changes = [repair.reason for repair in self.repairs]
        if len(changes) > room:
            rest = self.repairs[room - 1 :]
            facts = {"count": len(rest), "rules": listed(repair.rule for repair in rest)}
            changes = [*changes[: room - 1], Reason(MORE_CHANGES, facts)]
        return (*conflicting[: LINES - len(possible) - 1], *possible, *changes)

    @property
    def message(self) -> str:
        """The sentences."""
        return " ".join(map(str, self.reasons))


def explain(problem: Problem, *, hard: Collection[str] = (), seconds: float = 10.0) -> Explanation | None:
    """Say why a request has no forms.

    Parameters
    ----------
    hard : ids of rules that no repair may touch.
    seconds : longest time, about.

    Returns
    -------
    What conflicts; None if no conflict is proven in that time, because there is none or because it takes longer.

    >>> import numpy as np
    >>> from kaoping.scoring.assembly.problem import Constraint
    >>> easy = Constraint("easy", np.arange(3), np.ones(3), low=2)
    >>> found = explain(Problem(tuple("abcd"), constraints=(easy,), exclude=np.array([0, 1])))
    >>> found.rules, found.bounds, [repair.change for repair in found.repairs]
    (('easy',), ('exclude',), ['lower limit from 2 to 1'])
    """
    began = monotonic()
    until = began + seconds
    bare = without_objective(problem)
    for found, whole in _levels(bare):
        if found.conflict(found.each, whole=whole, seconds=until - monotonic()):
            conflicts = tuple(_conflicts(found, whole=whole, until=until))
            repairs = _repairs(bare, frozenset(hard), until=until)
            return Explanation(conflicts, repairs, _possible(bare, until), problem.forms, monotonic() - began)
    return None


def _levels(problem: Problem) -> Iterator[tuple[Requirements, bool]]:
    """Give what conflicts are looked for in, the easiest first, and whether in whole numbers."""
    added = Requirements(problem, problem.alike)
    yield added, False
    yield added, True
    if len(added.classes) < problem.forms and problem.forms * len(problem.items) <= SIMULTANEOUS:
        yield Requirements(problem, tuple((form,) for form in range(problem.forms))), True


def _conflicts(found: Requirements, *, whole: bool, until: float) -> Iterator[Conflict]:
    kept: list[Requirement] = list(found.each)
    for number in range(SETS):
        if number and (monotonic() > until or not found.conflict(kept, whole=whole, seconds=_slice(until))):
            return
        rules = _smallest(found, kept, whole=whole, until=until)
        named, bounds = (tuple(rule.id for rule in rules if (rule in BACKGROUND) is there) for there in (False, True))
        yield Conflict(named, bounds, tuple(account(found, rules, whole=whole)), whole)
        kept = [rule for rule in kept if rule in BACKGROUND or rule not in rules]
        if all(rule in BACKGROUND for rule in rules):
            return


def _repairs(problem: Problem, hard: frozenset[str], *, until: float) -> tuple[Repair, ...]:
    """Find changes in the sum of the forms, and ask more of them only if they are seen not to be enough."""
    repairs: tuple[Repair, ...] = ()
    for found, whole in _levels(problem):
        seconds = max(1.0, until - monotonic()) / 2
        after = Requirements(repaired(problem, repairs), found.classes)
        if after.conflict(after.each, whole=whole, seconds=min(seconds, CHECKING)):
            repairs = cheapest(found, whole=whole, hard=hard, seconds=seconds) or repairs
    return repairs


def _slice(until: float) -> float:
    return max(0.1, PATIENCE * (until - monotonic()))


def _smallest(
    found: Requirements, kept: Sequence[Requirement], *, whole: bool, until: float
) -> tuple[Requirement, ...]:
    """Give an irreducible set among some rules, and look for a smaller one that lacks one of its rules."""
    best = _irreducible(found, kept, whole=whole, until=until)
    for rule in best if not whole else ():
        others = [other for other in kept if other != rule]
        if monotonic() < until and found.conflict(others, whole=False):
            others = found.narrowed(others)
            if len(set(others).difference(BACKGROUND)) < len(set(best).difference(BACKGROUND)):
                best = _irreducible(found, others, whole=False, until=until)
    best = best if whole else _irreducible(found, best, whole=True, until=until)
    return tuple(rule for rule in kept if rule in best)


def _irreducible(
    found: Requirements, kept: Sequence[Requirement], *, whole: bool, until: float
) -> tuple[Requirement, ...]:
    def conflicting(rules: Collection[Requirement]) -> bool:
        return monotonic() < until and found.conflict(rules, whole=whole, seconds=_slice(until))

    start = kept if whole else found.narrowed(kept)
    return tuple(_needed((), (), start, conflicting))


def _needed(
    background: Sequence[Requirement],
    added: Sequence[Requirement],
    rules: Sequence[Requirement],
    conflicting: Conflicting,
) -> list[Requirement]:
    """Give those of some rules that, with others in the background, are needed for a conflict; by halves."""
    if added and conflicting(background):
        return []
    if len(rules) == 1:
        return list(rules)
    middle = len(rules) // 2
    first, second = rules[:middle], rules[middle:]
    later = _needed((*background, *first), first, second, conflicting)
    earlier = _needed((*background, *later), later, first, conflicting)
    return [*earlier, *later]


def _possible(problem: Problem, until: float) -> int | None:
    """Give the most forms that the sum of fewer forms alike allows; None where that is no thought."""
    if problem.forms == 1 or len(problem.alike) > 1 or monotonic() > until:
        return None
    low, high = 0, problem.forms
    while high - low > 1:
        middle = (low + high) // 2
        fewer = Requirements(_fewer(problem, middle), (tuple(range(middle)),))
        if fewer.conflict(fewer.each, whole=True, seconds=_slice(until)):
            high = middle
        else:
            low = middle
    return low or None


def _fewer(problem: Problem, forms: int) -> Problem:
    """Ask for fewer forms, under the same rules."""
    alike = tuple(replace(constraint, forms=None) for constraint in problem.constraints if constraint.holds_in(0))
    return replace(problem, forms=forms, constraints=alike)
