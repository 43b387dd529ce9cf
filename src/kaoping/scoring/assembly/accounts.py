"""An account of rules that conflict: a sentence for each, with how much room the others leave."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from kaoping.scoring.arrays import Whole
from kaoping.scoring.assembly import reasons
from kaoping.scoring.assembly.highs import EXACT, Search, Status, solve
from kaoping.scoring.assembly.overlaps import OVERLAP
from kaoping.scoring.assembly.problem import Constraint, Over, Problem
from kaoping.scoring.assembly.reasons import Reason, amount, listed
from kaoping.scoring.assembly.requirements import BACKGROUND, Requirement, Requirements

NAMED: Final = 7
"""Most constraints with a sentence of their own."""
SECONDS: Final = 1.0
"""Longest time of a question to an integer programme."""


def title(problem: Problem, rule: Requirement) -> str:
    """Give the id of a rule, and its label if it has one.

    >>> title(Problem(("a",)), Requirement("enemies", "0"))
    'enemies[0]'
    """
    found = [one.label for one in problem.constraints if rule.kind == "constraint" and one.name == rule.name]
    return f"{rule.id} ({found[0]})" if found and found[0] else rule.id


def account(found: Requirements, rules: Sequence[Requirement], *, whole: bool) -> Iterator[Reason]:
    """Say of every rule of an irreducible set how it takes part."""
    if all(rule in BACKGROUND for rule in rules):
        yield _impossible(found.problem)
        return
    constraints = [rule for rule in rules if rule.kind == "constraint"]
    supply = len(constraints) == 1 and all(rule in constraints or rule in BACKGROUND for rule in rules)
    for rule in constraints[:NAMED]:
        known = tuple(dict.fromkeys((*rules, *BACKGROUND))) if supply else tuple(rules)
        yield _Room(found, known, rule, whole=whole).reason(supply=supply)
    if rest := constraints[NAMED:]:
        yield Reason(reasons.MORE_RULES, {"rules": listed((rule.id for rule in rest), most=20)})
    members = _members(found.problem, rules)
    groups = [rule for rule in rules if rule not in constraints and rule not in BACKGROUND]
    included = Requirement("include") in rules
    for rule in groups[:2]:
        yield _group(found.problem, rule, included=included)
    if rest := groups[2:]:
        yield Reason(reasons.MORE_RULES, {"rules": listed(rule.id for rule in rest)})
    told = {"use"} if supply else {"include"} if included and not constraints else set()
    for rule in rules:
        if rule in BACKGROUND and rule.kind not in told:
            yield _background(found.problem, rule, members)


def _members(problem: Problem, rules: Sequence[Requirement]) -> Whole:
    """Give the items that rules count."""
    names = {kind: {rule.name for rule in rules if rule.kind == kind} for kind in ("constraint", "stimulus")}
    groups = [one.members for one in problem.constraints if one.name in names["constraint"] and one.over is Over.ITEM]
    groups += [stimulus.items for stimulus in problem.stimuli if stimulus.name in names["stimulus"]]
    groups += [problem.enemies[int(rule.name)] for rule in rules if rule.kind == "enemies"]
    groups += [problem.together[int(rule.name)] for rule in rules if rule.kind == "all_or_none"]
    return np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *groups]))


def _group(problem: Problem, rule: Requirement, *, included: bool) -> Reason:
    if rule.kind == "stimulus":
        stimulus = next(one for one in problem.stimuli if one.name == rule.name)
        return Reason(reasons.STIMULUS, {"rule": rule.id, "least": stimulus.least, "most": stimulus.most})
    if rule.kind == "stimulus_use":
        return Reason(reasons.STIMULUS_USE, {"most": problem.most_stimulus_use})
    if rule.kind == OVERLAP:
        return Reason(reasons.OVERLAP, {"most": problem.overlap})
    if rule.kind == "all_or_none":
        return Reason(reasons.TOGETHER, {"rule": rule.id, "count": len(problem.together[int(rule.name)])})
    group = problem.enemies[int(rule.name)]
    wanted = np.intersect1d(group, problem.include)
    if included and len(wanted) > 1:
        return Reason(reasons.ENEMIES_INCLUDED, {"rule": rule.id, "items": _names(problem, wanted)})
    return Reason(reasons.ENEMIES, {"rule": rule.id, "count": len(group)})


def _background(problem: Problem, rule: Requirement, members: Whole) -> Reason:
    if rule.kind == "exclude":
        excluded = len(np.intersect1d(members, problem.exclude))
        return Reason(reasons.EXCLUDED, {"members": len(members), "excluded": excluded})
    if rule.kind == "include":
        return Reason(reasons.INCLUDED, {"items": _names(problem, problem.include)})
    allowed = problem.most_use.copy()
    allowed[problem.exclude] = 0
    return Reason(reasons.LIMITED, {"places": int(allowed[members].sum())})


def _impossible(problem: Problem) -> Reason:
    """Tell which items must be in more forms than they may be in."""
    allowed = problem.most_use.copy()
    allowed[problem.exclude] = 0
    wanted = problem.least_use.copy()
    wanted[problem.include] = problem.forms
    return Reason(reasons.IMPOSSIBLE, {"items": _names(problem, np.flatnonzero(wanted > allowed))})


def _names(problem: Problem, items: Whole) -> str:
    return listed(problem.items[item] for item in items)


@dataclass(frozen=True)
class _Room:
    """What the other rules of a conflict leave for one constraint."""

    found: Requirements
    rules: tuple[Requirement, ...]
    rule: Requirement
    whole: bool

    @property
    def constraint(self) -> Constraint:
        return next(one for one in self.found.problem.constraints if one.name == self.rule.name)

    def reason(self, *, supply: bool) -> Reason:
        """Tell the limit that cannot be kept, and what the others leave."""
        one = self.constraint
        for row in (number for number, rule in enumerate(self.found.of_rows) if rule == self.rule):
            copies = self.found.copies(self.found.programme.rows.rules[row])
            most, least = self._extreme(row, rising=True), self._extreme(row, rising=False)
            if most is not None and most < copies * one.low - EXACT:
                room = np.floor(most + EXACT) if one.counts else most
                return self._sentence(one.low, room, copies, low=True, supply=supply)
            if least is not None and least > copies * one.high + EXACT:
                room = np.ceil(least - EXACT) if one.counts else least
                return self._sentence(one.high, room, copies, low=False, supply=supply)
        limits = {"low": amount(one.low), "high": amount(one.high)}
        return Reason(reasons.BETWEEN, {"rule": title(self.found.problem, self.rule), **limits})

    def _extreme(self, row: int, *, rising: bool) -> float | None:
        """Give the most or the least that a constraint can reach while the other rules are kept."""
        others = self.found.keeping([rule for rule in self.rules if rule != self.rule])
        cost = self.found.programme.rows.matrix[[row]].toarray().ravel()
        programme = replace(others, cost=cost, rising=rising)
        answer = solve(programme, Search(seconds=SECONDS), relaxed=not self.whole)
        return answer.objective if answer.status is Status.OPTIMAL else None

    def _sentence(self, asked: float, room: float, copies: int, *, low: bool, supply: bool) -> Reason:
        items = self.constraint.counts and self.constraint.over is Over.ITEM
        short = copies * asked - room
        facts = {
            "rule": title(self.found.problem, self.rule), "asked": amount(asked), "room": amount(room),
            "forms": copies, "total": amount(copies * asked), "short": amount(short),
            "each": amount(np.floor(room / copies + EXACT)),
        }  # fmt: skip
        return Reason(_words(low=low, items=items, forms=copies > 1, supply=supply), facts)


def _words(*, low: bool, items: bool, forms: bool, supply: bool) -> str:
    """Choose a sentence."""
    if supply and low and (items or not forms):
        return (reasons.SUPPLY_FORMS if forms else reasons.SUPPLY) if items else reasons.SUPPLY_SUM
    table: dict[tuple[bool, bool, bool], str] = {
        (True, True, False): reasons.LOW, (False, True, False): reasons.HIGH,
        (True, False, False): reasons.LOW_SUM, (False, False, False): reasons.HIGH_SUM,
        (True, True, True): reasons.LOW_FORMS, (False, True, True): reasons.HIGH_FORMS,
        (True, False, True): reasons.LOW_SUM_FORMS, (False, False, True): reasons.HIGH_SUM_FORMS,
    }  # fmt: skip
    return table[low, items, forms]
