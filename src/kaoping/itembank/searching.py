r"""Looking for papers: as precise at the cut as the bank allows, and as like each other as that leaves room for.

1. The sum of all papers that tells most about ability at the cut gives what no papers can pass: the **bound**, to which
   the poorest paper is compared.
2. The same sum, divided by the number of papers, is the **target**: its characteristic curve, mean expected score and
   information. The papers are those that lie nearest to it (`kaoping.itembank.likeness`), so that they are precise and
   parallel at once.

A single paper is the one that tells most at the cut. What is returned has been read again from its items by `check`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from time import monotonic
from typing import Final

from kaoping.itembank import hindrances, likeness, request
from kaoping.itembank.errors import N_, Conflict, ItemBankError
from kaoping.itembank.hindrances import CURVES, MEANS, Impossible
from kaoping.itembank.pool import Stock
from kaoping.itembank.rules import Rules
from kaoping.scoring.assembly.highs import Progress, Search
from kaoping.scoring.assembly.parallel import Cancelled, NoForms, NotFound, assemble_forms
from kaoping.scoring.assembly.problem import HARD, Problem
from kaoping.scoring.assembly.reasons import Reason
from kaoping.scoring.assembly.solution import distance
from kaoping.scoring.assembly.splitting import aggregated
from kaoping.scoring.assembly.verification import Verdict, verify

SECONDS: Final = 20.0
GAP: Final = 0.01
"""Share of the bound within which the poorest paper counts as proven to be as precise as can be."""
ONE: Final = 1e-4
"""Gap at which the search for a single paper ends."""
NEAR: Final = 0.15
"""Share of the allowed distance at which papers are like enough."""
TOLERANCE: Final = 1e-6
BROKEN: Final = N_("Rule %(rule)s is broken by %(amount)s.")
BROKEN_IN: Final = N_("Rule %(rule)s is broken in paper %(paper)d by %(amount)s.")
UNEXPLAINED: Final = N_("It is proven that no papers keep these rules; which of them conflict was not found in time.")
NOT_IN_BANK: Final = N_("Item %(item)s in paper %(paper)d is not in the pool.")

ROUNDS: Final = 6
"""How often papers that are too unlike are brought together."""
BRIEF: Final = 0.2
"""Seconds below which a round is not worth while."""

Forms = tuple[tuple[int, ...], ...]
Watch = Callable[[Progress], bool]


class AssemblyUnsound(ItemBankError, Conflict):
    """The solver's papers failed the independent check; nothing was stored."""

    sentence = N_("The papers found do not pass the independent check, so none was stored: %(reasons)s")


@dataclass(frozen=True)
class Found:
    """Papers, and how good they are.

    Attributes
    ----------
    papers : item codes of every paper, in the order of the stock.
    objective, bound : information at the cut of the poorest paper, less the price of soft rules that are missed, and
        what no papers under these rules can pass.
    price : of what is missed.
    gap : their distance as a share of the objective; it holds whatever happened to the time.
    proven : whether the search ended by itself within the gap and the likeness asked for.
    seconds : time taken.
    spread : greatest distance of two characteristic curves, in marks.
    target : what every paper was to be like, as plain data; empty for a single paper.
    """

    papers: tuple[tuple[str, ...], ...]
    objective: float
    bound: float
    gap: float
    proven: bool
    seconds: float
    spread: float
    price: float
    target: dict[str, float | list[float]]


def search(
    stock: Stock, rules: Rules, *, forms: int, cut: float, seconds: float = SECONDS, gap: float = GAP,
    watch: Watch | None = None, seed: int = 1,
) -> Found:  # fmt: skip
    """Look for papers.

    The result is the same on every run unless time ends the search.

    Parameters
    ----------
    cut : ability (logits) at which papers should measure best.
    seconds : longest search; an explanation may take ten more.
    gap : share of the bound within which several papers are proven to be near enough; one is sought to the end.
    watch : told now and then how far the search is, in information at the cut; ends it by answering True.

    Raises
    ------
    Impossible
        No papers meet the rules, or none that are as like each other as they must be were found.
    NotFound
        Time ran out before either was known.
    Cancelled
        The watcher ended the search.
    AssemblyUnsound
        The papers do not pass the check: a defect of the engine.
    """
    began = monotonic()
    if missing := hindrances.before(stock, rules, forms=forms):
        raise missing
    problem = request.problem_of(stock, rules, forms=forms, cut=cut)
    wanted = Search(seconds=seconds, gap=gap, seed=seed, watch=watch)
    try:
        solved = _one(problem, wanted) if forms == 1 else _several(problem, stock, rules, cut=cut, wanted=wanted)
    except NoForms:
        raise hindrances.explained(problem, stock, rules) or Impossible((Reason(UNEXPLAINED),)) from None
    return _read(problem, stock, rules, solved, gap=gap, seconds=monotonic() - began)


@dataclass(frozen=True)
class _Solved:
    """Papers as places of items, what none can pass, and whether they are as near the target as was wanted."""

    forms: tuple[tuple[int, ...], ...]
    bound: float
    near: bool
    target: likeness.Target | None = None


def _one(problem: Problem, wanted: Search) -> _Solved:
    found = assemble_forms(problem, replace(wanted, gap=ONE))
    return _Solved(found.forms, found.bound, near=True)


def _several(problem: Problem, stock: Stock, rules: Rules, *, cut: float, wanted: Search) -> _Solved:
    began, entries = monotonic(), tuple(stock.entries.values())
    total = aggregated(problem, Search(seconds=wanted.seconds / 2, seed=wanted.seed, watch=_bounding(wanted)))
    _ask(wanted, Progress(monotonic() - began, None, total.bound))
    if total.impossible:
        raise NoForms
    if total.chosen is None:
        raise NotFound(seconds=wanted.seconds)
    target = likeness.mean_of(total.chosen, entries, rules, cut=cut, forms=problem.forms)
    like = replace(problem, objective=target.objective(entries, rules, forms=problem.forms, cut=cut))
    price = max(0.0, target.information - total.bound)
    near, left = NEAR + price, max(1.0, wanted.seconds - (monotonic() - began))
    watch = _approaching(wanted, target, total.bound, began)
    nearing = replace(wanted, seconds=left, gap=NEAR / like.objective.size, close_enough=near, watch=watch)
    found = assemble_forms(like, nearing)
    if _unlike(_apart(problem, stock, rules, found.forms), rules):
        closer = _closer(problem, stock, rules, target, found.forms, cut=cut, until=began + wanted.seconds)
        return _Solved(closer, total.bound, near=False, target=target)
    return _Solved(found.forms, total.bound, found.objective <= near + TOLERANCE, target)


def _closer(
    problem: Problem, stock: Stock, rules: Rules, target: likeness.Target, forms: Forms, *, cut: float, until: float
) -> Forms:
    """Bring papers that are too unlike together in curve and mean alone, around a target between them.

    Each round starts from the middle of the papers before, from which none of them is farther than it was from the
    target, so that the distance does not grow. Rules that may be missed give way: likeness may not.
    """
    entries = tuple(stock.entries.values())
    points = likeness.table(entries, rules, cut=cut)
    hard = replace(problem, constraints=tuple(one for one in problem.constraints if one.price == HARD))
    for _ in range(ROUNDS):
        seconds = (until - monotonic()) / 2
        if seconds < BRIEF or not _unlike(_apart(problem, stock, rules, forms), rules):
            break
        target = target.between([points[list(form)].sum(axis=0) for form in forms])
        like = replace(hard, objective=target.alike(entries, rules, forms=problem.forms, cut=cut))
        forms = assemble_forms(like, Search(seconds=seconds, gap=NEAR / like.objective.size, close_enough=NEAR)).forms
    return forms


def _apart(problem: Problem, stock: Stock, rules: Rules, forms: Forms) -> likeness.Differences:
    return likeness.differences([[stock.entries[problem.items[item]] for item in form] for form in forms], rules)


def _ask(wanted: Search, progress: Progress) -> None:
    if wanted.watch is not None and wanted.watch(progress):
        raise Cancelled


def _bounding(wanted: Search) -> Watch | None:
    """Watch the sum of the papers: only what no paper can pass is known."""
    watch = wanted.watch
    return None if watch is None else lambda at: watch(Progress(at.seconds, None, at.bound))


def _approaching(wanted: Search, target: likeness.Target, bound: float, began: float) -> Watch | None:
    """Watch papers come nearer to the target; their distance tells how much information the poorest has at least."""
    watch = wanted.watch
    if watch is None:
        return None

    def look(at: Progress) -> bool:
        least = None if at.objective is None else target.least(at.objective)
        return watch(Progress(monotonic() - began, least, bound))

    return look


def _read(problem: Problem, stock: Stock, rules: Rules, solved: _Solved, *, gap: float, seconds: float) -> Found:
    """Read the papers again from their items; refuse those that break a rule or are too unlike."""
    papers = tuple(sorted(tuple(problem.items[item] for item in form) for form in solved.forms))
    apart = _apart(problem, stock, rules, solved.forms)
    if unlike := tuple(_unlike(apart, rules)):
        raise Impossible(unlike, proven=False)
    verdict = verify(problem, _places(problem, papers))
    if not verdict.sound:
        raise AssemblyUnsound(reasons=" ".join(map(str, _broken(verdict))))
    off = distance(verdict.objective, solved.bound)
    return Found(
        papers=papers, objective=verdict.objective, bound=solved.bound, gap=off, proven=off <= gap and solved.near,
        seconds=seconds, spread=apart.spread, price=verdict.price,
        target=solved.target.plain() if solved.target else {},
    )  # fmt: skip


def check(stock: Stock, rules: Rules, papers: Sequence[Sequence[str]], *, cut: float) -> tuple[Reason, ...]:
    """Give every rule that papers break, as they stand; empty when all are kept.

    Sums are exact, and curves are calculated by plain loops: nothing is shared with the search but the rules.
    """
    unknown = tuple(
        Reason(NOT_IN_BANK, {"item": item, "paper": number})
        for number, paper in enumerate(papers, 1)
        for item in paper
        if item not in stock.entries
    )
    if unknown:
        return unknown
    problem = request.problem_of(stock, rules, forms=len(papers), cut=cut)
    apart = likeness.differences([[stock.entries[code] for code in paper] for paper in papers], rules)
    return (*_broken(verify(problem, _places(problem, papers))), *_unlike(apart, rules))


def price_of(stock: Stock, rules: Rules, papers: Sequence[Sequence[str]], *, cut: float) -> float:
    """Give what papers miss of rules that may be missed, at their prices."""
    problem = request.problem_of(stock, rules, forms=len(papers), cut=cut)
    return verify(problem, _places(problem, papers)).price


def _broken(verdict: Verdict) -> tuple[Reason, ...]:
    return tuple(
        Reason(BROKEN, {"rule": one.rule, "amount": f"{one.amount:g}"}) if one.form is None
        else Reason(BROKEN_IN, {"rule": one.rule, "paper": one.form + 1, "amount": f"{one.amount:g}"})
        for one in verdict.broken
    )  # fmt: skip


def _places(problem: Problem, papers: Sequence[Sequence[str]]) -> list[list[int]]:
    place = {code: number for number, code in enumerate(problem.items)}
    return [[place[code] for code in paper] for paper in papers]


def _unlike(apart: likeness.Differences, rules: Rules) -> list[Reason]:
    sides = ((CURVES, apart.spread, float(rules.curve_within)), (MEANS, apart.means, float(rules.mean_within)))
    return [
        Reason(sentence, {"limit": limit, "short": found - limit})
        for sentence, found, limit in sides
        if found > limit + TOLERANCE
    ]


__all__ = ["AssemblyUnsound", "Cancelled", "Found", "Impossible", "NotFound", "check", "search"]
