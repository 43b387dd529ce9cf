r"""The cheapest changes of rules after which there are forms, by an elastic programme.

Every rule gets columns by which it may be missed; a limit of a constraint is missed by the same amount in every form,
as it is one limit. With prices of the misses, the programme

.. math:: \min \sum_r p_r (u_r + v_r) \quad\text{with}\quad
          F\,(l_r - u_r) \le a_r z \le F\,(h_r + v_r)

finds what to change (Chinneck, 2008, *Feasibility and Infeasibility in Optimization*, Springer, Ch. 6). The unit of a
count is an item, of a sum its mean value of an item; the whole pool's constraints, such as the length, are twice as
dear. Limits of constraints and includes are changed first; then items are used once more; then, if it must be, stimuli
and groups of all or none are given up, then exclusions, and enemies last of all.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from scipy import sparse

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.assembly import reasons
from kaoping.scoring.assembly.accounts import title
from kaoping.scoring.assembly.highs import EXACT, Search, solve
from kaoping.scoring.assembly.overlaps import OVERLAP, SHARED
from kaoping.scoring.assembly.problem import DECIMALS, Constraint, Problem, Stimulus
from kaoping.scoring.assembly.reasons import Reason, amount, listed
from kaoping.scoring.assembly.requirements import EXCLUDE, INCLUDE, USE, Requirement, Requirements
from kaoping.scoring.assembly.rows import Programme, Rule

STAGES: Final = (
    frozenset({"constraint", INCLUDE}),
    frozenset({USE, OVERLAP}),
    frozenset({"stimulus", "stimulus_use", "all_or_none"}),
    frozenset({EXCLUDE}),
    frozenset({"enemies"}),
)
"""Kinds of rules in the order in which they are given up; the later ones only if the earlier ones do not suffice."""
PRICES: Final = {INCLUDE: 5.0, USE: 5.0}
BROAD: Final = 2.0
"""Price of a constraint that counts every item, relative to others."""
GAP: Final = 1e-3
LEANING: Final = 0.1
"""Share by which a change that is small beside its limit is cheaper than others, so that one of several is chosen."""


@dataclass(frozen=True)
class Repair:
    """A change of a rule.

    Attributes
    ----------
    rule : id of the rule.
    kind : of the rule: ``constraint``, ``include``, ``use``, ``exclude``, ``enemies``, ``stimulus`` and so on.
    bound : ``low`` or ``high`` for a limit.
    before, after : the limit.
    items : places of the items that are let go, admitted or used once more.
    reason : the sentence.
    """

    rule: str
    kind: str
    reason: Reason
    bound: str = ""
    before: float | None = None
    after: float | None = None
    items: tuple[int, ...] = ()

    @property
    def change(self) -> str:
        """What to change, short."""
        if self.before is not None and self.after is not None:
            side = {"low": "lower", "high": "upper"}[self.bound]
            return f"{side} limit from {amount(self.before)} to {amount(self.after)}"
        done = {INCLUDE: "leave out", EXCLUDE: "admit", USE: "use once more"}.get(self.kind)
        return f"{done}: {self.reason.facts['items']}" if done else "give up"


@dataclass(frozen=True)
class _Miss:
    """Something that may be given up: a limit of a constraint, an item, or a whole rule; with its column's price."""

    rule: Requirement
    price: float
    sign: float
    whole: bool = True
    most: float = np.inf
    item: int = -1


@dataclass(eq=False)
class _Elastic:
    """A programme with columns for misses, growing."""

    found: Requirements
    hard: frozenset[str]
    kinds: frozenset[str]
    whole: bool
    misses: list[_Miss] = field(default_factory=list)
    entries: list[tuple[int, int, float]] = field(default_factory=list)
    added: list[tuple[int, int, float]] = field(default_factory=list)
    limits: list[float] = field(default_factory=list)

    def programme(self) -> Programme:
        """Give the programme; its columns are the ordinary ones and then the misses."""
        lowest, highest = self.found.programme.lowest.copy(), self.found.programme.highest.copy()
        for rule in self.found.each:
            if rule.kind not in self.kinds or rule.id in self.hard:
                continue
            if rule.kind in {INCLUDE, EXCLUDE, USE}:
                self._free_items(rule, lowest, highest)
            else:
                self._free_rows(rule)
        return self._joined(lowest, highest)

    def _free_rows(self, rule: Requirement) -> None:
        named = self.found.programme.rows.rules
        rows = [row for row, other in enumerate(self.found.of_rows) if other == rule and named[row] != SHARED]
        for sign, price, whole in _sides(self.found, rule, rows):
            column = self._miss(_Miss(rule, price, sign, whole))
            for row in rows:
                copies = self.found.copies(named[row])
                self.entries.append((row, column, sign * copies))

    def _free_items(self, rule: Requirement, lowest: Floats, highest: Floats) -> None:
        problem = self.found.problem
        if rule.kind == USE:
            self._free_uses(rule, highest)
            return
        excluding = rule.kind == EXCLUDE
        for item in map(int, problem.exclude if excluding else problem.include):
            column = self._miss(_Miss(rule, PRICES.get(rule.kind, 1.0), 1.0, most=1.0, item=item))
            for copies, start in self.found.blocks:
                if excluding:
                    highest[start + item] = min(copies, int(problem.most_use[item]))
                    self._row([(start + item, 1.0), (column, -float(copies))], 0.0)
                else:
                    lowest[start + item] = 0.0
                    self._row([(start + item, -1.0), (column, -float(copies))], -float(copies))

    def _free_uses(self, rule: Requirement, highest: Floats) -> None:
        problem = self.found.problem
        limited = np.setdiff1d(np.flatnonzero(problem.most_use < problem.forms), problem.exclude)
        rows = {one.name: row for row, one in enumerate(self.found.programme.rows.rules) if one.kind == USE}
        blocks = self.found.blocks
        for item in map(int, limited):
            column = self._miss(_Miss(rule, PRICES[USE], 1.0, whole=self.whole, most=1.0, item=item))
            for copies, start in blocks:
                highest[start + item] = float(copies)
            row = rows.get(problem.items[item])
            if row is not None:
                self.entries.append((row, column, -1.0))
            if len(blocks) == 1:
                self._row([(blocks[0][1] + item, 1.0), (column, -1.0)], float(problem.most_use[item]))

    def _miss(self, miss: _Miss) -> int:
        self.misses.append(miss)
        return self.found.programme.rows.matrix.shape[1] + len(self.misses) - 1

    def _row(self, entries: Sequence[tuple[int, float]], most: float) -> None:
        row = len(self.limits)
        self.added += [(row, column, value) for column, value in entries]
        self.limits.append(most)

    def _joined(self, lowest: Floats, highest: Floats) -> Programme:
        base, extra = self.found.programme, len(self.misses)
        rows, columns = base.rows.matrix.shape
        bare = replace(
            base, cost=np.zeros(columns), lowest=lowest, highest=highest, whole=base.whole & self.whole, rising=False
        )
        wider = bare.wider(
            _sparse([(row, column - columns, value) for row, column, value in self.entries], (rows, extra)),
            np.array([miss.price for miss in self.misses]),
            highest=np.array([miss.most for miss in self.misses]),
            whole=np.array([miss.whole for miss in self.misses], dtype=np.bool_),
        )
        shape = (len(self.limits), columns + extra)
        return wider.within(_sparse(self.added, shape), -np.inf, np.array(self.limits), Rule("giving up", ""))


def _sparse(entries: Sequence[tuple[int, int, float]], shape: tuple[int, int]) -> sparse.csr_array:
    rows, columns, values = zip(*entries, strict=True) if entries else ((), (), ())
    return sparse.csr_array((np.array(values, dtype=np.float64), (np.array(rows, int), np.array(columns, int))), shape)


def _sides(found: Requirements, rule: Requirement, rows: Sequence[int]) -> Iterator[tuple[float, float, bool]]:
    """Give the sides on which a rule of rows may be missed: sign, price of a unit, whether units are whole."""
    if rule.kind != "constraint":
        limits = found.programme.rows
        sides = ((1.0, limits.low[list(rows)]), (-1.0, limits.high[list(rows)]))
        yield from ((sign, 1.0, True) for sign, values in sides if np.isfinite(values).any())
        return
    one = next(each for each in found.problem.constraints if each.name == rule.name)
    values = np.abs(one.values[one.values != 0.0])
    unit = float(values.mean()) if len(values) else 1.0
    whole = bool((one.values == np.round(one.values)).all())
    for sign, limit in ((1.0, one.low), (-1.0, one.high)):
        if np.isfinite(limit):
            leaning = 1.0 + LEANING / max(1.0, abs(limit) / unit)
            broad = BROAD if len(one.members) == len(found.problem.items) else 1.0
            yield sign, broad * leaning / unit, whole and float(limit).is_integer()


def cheapest(
    found: Requirements, *, whole: bool, hard: frozenset[str] = frozenset(), seconds: float = 5.0
) -> tuple[Repair, ...]:
    """Find the cheapest changes; none if that takes longer or nothing helps.

    Parameters
    ----------
    whole : whether items are whole; if not, changes are whole all the same, which is much less work and nearly always
        enough.
    hard : ids of rules that must stay as they are.
    seconds : longest time for each kind of rules that is given up.
    """
    kinds: frozenset[str] = frozenset()
    for stage in STAGES:
        kinds |= stage
        elastic = _Elastic(found, hard, kinds, whole)
        programme = elastic.programme()
        answer = solve(programme, Search(seconds=seconds, gap=GAP))
        if answer.columns is not None:
            size = found.programme.rows.matrix.shape[1]
            return tuple(_repairs(found, elastic.misses, answer.columns[size:]))
    return ()


def _repairs(found: Requirements, misses: Sequence[_Miss], amounts: Floats) -> Iterator[Repair]:
    missed = [(miss, float(missing)) for miss, missing in zip(misses, amounts, strict=True) if missing > EXACT]
    for rule in dict.fromkeys(miss.rule for miss, _ in missed):
        own = [(miss, missing) for miss, missing in missed if miss.rule == rule]
        if rule.kind == "constraint":
            yield from (_limit(found.problem, miss, missing) for miss, missing in own)
            continue
        if rule.kind == OVERLAP:
            yield _overlap(found.problem, own[0][1])
            continue
        items = tuple(miss.item for miss, _ in own if miss.item >= 0)
        names = listed(found.problem.items[item] for item in items)
        facts = {"rule": rule.id, "items": names, "count": len(items)}
        sentences = {INCLUDE: reasons.DROP, EXCLUDE: reasons.ADMIT, USE: reasons.REUSE}
        yield Repair(rule.id, rule.kind, Reason(sentences.get(rule.kind, reasons.LOOSEN), facts), items=items)


def _limit(problem: Problem, miss: _Miss, missing: float) -> Repair:
    one = next(each for each in problem.constraints if each.name == miss.rule.name)
    step = 1.0 if miss.whole else 10.0**-DECIMALS
    low = miss.sign > 0
    before = one.low if low else one.high
    after = before - miss.sign * step * np.ceil(missing / step - EXACT)
    facts = {"rule": title(problem, miss.rule), "before": amount(before), "after": amount(after)}
    reason = Reason(reasons.LOWER if low else reasons.RAISE, facts)
    return Repair(one.name, "constraint", reason, "low" if low else "high", before, round(after, DECIMALS))


def _overlap(problem: Problem, missing: float) -> Repair:
    before = float(problem.overlap or 0)
    after = before + float(np.ceil(missing - EXACT))
    reason = Reason(reasons.RAISE, {"rule": OVERLAP, "before": amount(before), "after": amount(after)})
    return Repair(OVERLAP, OVERLAP, reason, "high", before, after)


def repaired(problem: Problem, repairs: Sequence[Repair]) -> Problem:
    """Give a request with some rules changed."""
    by_rule = {(repair.rule, repair.bound): repair for repair in repairs}
    gone = {repair.rule for repair in repairs if repair.kind in {"enemies", "all_or_none", "stimulus"}}
    items = {repair.kind: np.array(repair.items, dtype=np.int64) for repair in repairs if repair.items}
    nobody = np.zeros(0, dtype=np.int64)
    overlap = by_rule.get((OVERLAP, "high"))
    more = problem.most_use + np.isin(np.arange(len(problem.items)), items.get(USE, nobody))
    return replace(
        problem,
        constraints=tuple(_changed(constraint, by_rule) for constraint in problem.constraints),
        enemies=_without(problem.enemies, gone, "enemies"),
        together=_without(problem.together, gone, "all_or_none"),
        stimuli=tuple(
            _free(stimulus) if f"stimulus {stimulus.name}" in gone else stimulus for stimulus in problem.stimuli
        ),
        include=np.setdiff1d(problem.include, items.get(INCLUDE, nobody)),
        exclude=np.setdiff1d(problem.exclude, items.get(EXCLUDE, nobody)),
        most_use=more,
        overlap=problem.overlap if overlap is None or overlap.after is None else int(overlap.after),
        most_stimulus_use=None if "stimulus_use" in {repair.kind for repair in repairs} else problem.most_stimulus_use,
    )


def _changed(constraint: Constraint, by_rule: dict[tuple[str, str], Repair]) -> Constraint:
    low, high = by_rule.get((constraint.name, "low")), by_rule.get((constraint.name, "high"))
    return replace(
        constraint,
        low=low.after if low and low.after is not None else constraint.low,
        high=high.after if high and high.after is not None else constraint.high,
    )


def _free(stimulus: Stimulus) -> Stimulus:
    return replace(stimulus, least=0, most=len(stimulus.items))


def _without(groups: Sequence[Whole], gone: Collection[str], key: str) -> tuple[Whole, ...]:
    return tuple(group for number, group in enumerate(groups) if f"{key}[{number}]" not in gone)
