r"""What a paper becomes if one of its items is exchanged for each other item of the stock, all at once as arrays.

Shapes: n items of the stock, m of them that do not stand in the paper, f papers of the run, t abilities. Every rule of
a paper by itself is read by the independent checker, which takes the m papers in one pass; what binds papers together
(items in common, likeness) is added here. Only what an exchange makes worse counts against it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from kaoping.itembank import likeness, request
from kaoping.itembank.pool import Entry, Stock
from kaoping.itembank.rules import Rules
from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.assembly.problem import Objective, Problem
from kaoping.scoring.assembly.verification import Checker

USE, OVERLAP, MEANS, CURVES = "use", "overlap", "means", "curves"
"""Rules that bind the papers of a run together; others have the names that the checker gives."""
TOLERANCE: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that an exchange would break, by how much, and the items or papers (counted from 0) it collides with."""

    rule: str
    amount: float
    items: tuple[str, ...] = ()
    papers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Exchange:
    """The paper with another item: mean expected marks, information at the cut, greatest distance of the curves."""

    entry: Entry
    mean: float
    information: float
    spread: float
    breaches: tuple[Breach, ...]


@dataclass(frozen=True, eq=False)
class _Setting:
    problem: Problem
    entries: tuple[Entry, ...]
    forms: tuple[Whole, ...]
    paper: int
    out: int
    others: Whole

    @property
    def kept(self) -> Whole:
        return np.setdiff1d(self.forms[self.paper], [self.out])

    @property
    def rest(self) -> list[int]:
        return [number for number in range(len(self.forms)) if number != self.paper]


def exchanges(
    stock: Stock, rules: Rules, papers: Sequence[Sequence[str]], *, paper: int, out: str, cut: float
) -> tuple[Exchange, ...]:
    """Tell what every item that does not stand in a paper would do in the place of one that does, (m,)."""
    problem = request.problem_of(stock, rules, forms=len(papers), cut=cut)
    entries, place = tuple(stock.entries.values()), {code: number for number, code in enumerate(stock.entries)}
    forms = tuple(np.array([place[code] for code in each], dtype=np.int64) for each in papers)
    others = np.setdiff1d(np.arange(len(entries)), forms[paper])
    at = _Setting(problem, entries, forms, paper, place[out], others)
    breaches = _within(at)
    _across(at, breaches)
    spread = _likeness(at, rules, breaches)
    mean, information = (
        values[at.kept].sum() + values[others]
        for values in (request.mean_expected(entries, rules), request.informing(entries, np.array([cut]))[0])
    )
    return tuple(
        Exchange(entries[item], float(mean[n]), float(information[n]), float(spread[n]), tuple(breaches[n]))
        for n, item in enumerate(others)
    )


def _within(at: _Setting) -> list[list[Breach]]:
    """Have the checker read the paper with each of the other items, against the paper as it stands."""
    own = tuple(replace(rule, forms=None) for rule in at.problem.constraints if rule.holds_in(at.paper))
    none = np.zeros(0, dtype=np.int64)
    many = replace(
        at.problem, forms=len(at.others) + 1, constraints=own, least_use=none, most_use=none, most_stimulus_use=None,
        overlap=None, objective=Objective(),
    )  # fmt: skip
    kept = at.kept.tolist()
    verdict = Checker.of(many).verify([[*kept, item] for item in (*at.others.tolist(), at.out)])
    now = {one.rule: one.amount for one in verdict.broken if one.form == len(at.others)}
    found: list[list[Breach]] = [[] for _ in at.others]
    for one in verdict.broken:
        if one.form is not None and one.form < len(at.others) and one.amount > now.get(one.rule, 0.0) + TOLERANCE:
            item = int(at.others[one.form])
            found[one.form].append(Breach(one.rule, one.amount, _enemies(at, one.rule, item)))
    return found


def _enemies(at: _Setting, rule: str, item: int) -> tuple[str, ...]:
    if not rule.startswith("enemies["):
        return ()
    group = at.problem.enemies[int(rule.removeprefix("enemies[").removesuffix("]"))]
    return tuple(at.problem.items[other] for other in np.intersect1d(group, at.kept) if other != item)


def _across(at: _Setting, breaches: list[list[Breach]]) -> None:
    """Count how often items are used in the run, and what papers have in common."""
    held = np.array([np.isin(at.others, at.forms[other]) for other in at.rest], dtype=bool).reshape(-1, len(at.others))
    uses = held.sum(axis=0) + 1
    for n in np.flatnonzero(uses > at.problem.most_use[at.others]):
        where = tuple(other for other, holds in zip(at.rest, held[:, n], strict=True) if holds)
        breaches[n].append(Breach(USE, float(uses[n] - at.problem.most_use[at.others[n]]), papers=where))
    elsewhere = sum(int(at.out in at.forms[other]) for other in at.rest)
    if at.problem.least_use[at.out] > elsewhere:
        for mine in breaches:
            mine.append(Breach("include", 1.0))
    for n in np.flatnonzero(np.isin(at.others, at.problem.exclude)):
        if all(one.rule != "exclude" for one in breaches[n]):
            breaches[n].append(Breach("exclude", 1.0))
    if at.problem.overlap is None:
        return
    for other, holds in zip(at.rest, held, strict=True):
        common = len(np.intersect1d(at.kept, at.forms[other])) + 1
        if common > max(at.problem.overlap, len(np.intersect1d(at.forms[at.paper], at.forms[other]))):
            for n in np.flatnonzero(holds):
                breaches[n].append(Breach(OVERLAP, float(common - at.problem.overlap), papers=(other,)))


def _likeness(at: _Setting, rules: Rules, breaches: list[list[Breach]]) -> Floats:
    """(m,) greatest distance of the curves of two papers; what is farther apart than allowed is a breach."""
    curves = request.expected(at.entries, rules, np.array(likeness.ABILITIES))
    means = request.mean_expected(at.entries, rules)[None]
    spread = _apart(at, curves)
    for rule, found, limit, now in (
        (MEANS, _apart(at, means), float(rules.mean_within), _standing(at, means)),
        (CURVES, spread, float(rules.curve_within), _standing(at, curves)),
    ):
        for n in np.flatnonzero(found > max(limit, now) + TOLERANCE):
            breaches[n].append(Breach(rule, float(found[n])))
    return spread


def _apart(at: _Setting, table: Floats) -> Floats:
    """(m,) greatest difference of two papers in the sums of the (t, n) table, if the item is exchanged."""
    sums = [table[:, at.forms[other]].sum(axis=1) for other in at.rest]
    mine = table[:, at.kept].sum(axis=1)[:, None] + table[:, at.others]
    between = max((float(np.abs(one - other).max()) for one in sums for other in sums), default=0.0)
    apart: Floats = (
        np.max([np.abs(mine - other[:, None]).max(axis=0) for other in sums], axis=0, initial=between)
        if (sums)
        else np.zeros(len(at.others))
    )
    return apart


def _standing(at: _Setting, table: Floats) -> float:
    sums = [table[:, form].sum(axis=1) for form in at.forms]
    return max(float(np.abs(one - other).max()) for one in sums for other in sums)
