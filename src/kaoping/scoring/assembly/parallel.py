r"""Forms for a request: one form exactly, several by way of their sum.

One form is one mixed-integer programme. Several at once would be a programme of as many copies, which solvers do not
finish; the copies are interchangeable, and every solution has its permutations. Instead

1. the **aggregate** (`kaoping.scoring.assembly.formulation.aggregate`) chooses all items together; its optimum is a
   proven bound of the forms;
2. its items are **split** form by form, or, for many forms or where a wide gap will do, **dealt** and **swapped**;
3. forms that break a rule are **mended**, the poorest ones **improved**, by solving two or three of them again;
4. where all forms together are small, the **simultaneous** programme is tried as well, and the better result kept.

Of equally good single forms one is chosen by `kaoping.scoring.assembly.ties`; several forms, which are interchangeable,
come in the order of their items, and what a tie prefers is chosen in their sum.

Whatever is returned has passed `kaoping.scoring.assembly.verification`, and its distance from the bound is certified.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Final

import numpy as np

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.assembly.dealing import TOLERANCE, cards, deal, swap
from kaoping.scoring.assembly.formulation import simultaneous
from kaoping.scoring.assembly.highs import EXACT, Answer, Progress, Search, Status, solve
from kaoping.scoring.assembly.neighbourhoods import Standing, improve, mend
from kaoping.scoring.assembly.problem import Aim, BadProblem, Problem
from kaoping.scoring.assembly.rows import Programme
from kaoping.scoring.assembly.solution import Solution, distance
from kaoping.scoring.assembly.splitting import aggregated, split
from kaoping.scoring.assembly.ties import order, settled
from kaoping.scoring.assembly.verification import sound, verify
from kaoping.scoring.errors import ScoringError

FEW: Final = 12
"""Most forms that are split one after the other; more are dealt."""
COARSE: Final = 1e-3
"""Gap asked for from which on few forms are dealt first, which is quicker, and split only if that does not reach it."""
MOST: Final = 0.8
"""Share of what the sum leaves of the gap that dealing may use up, and of the time that the sum may where nothing else
would bring forms."""
SMALL: Final = 5000
"""Most columns with which all forms are solved at once as well."""
BRIEF: Final = 3.0
"""Longest time in seconds for which forms are mended that can be solved all at once."""
MOMENT: Final = 0.1
"""Time in seconds in which ties may be broken by lot, if half of what the search took is less."""
Forms = tuple[tuple[int, ...], ...]


class NoForms(ScoringError):
    """No forms keep the rules, as is proven."""

    sentence = "No forms keep all the rules."


class NotFound(ScoringError):
    """Time ran out before forms were found or proven impossible."""

    sentence = "No forms were found in %(seconds).3g seconds; it is not proven that there are none. Allow more time."


class Cancelled(ScoringError):
    """The search was ended by whoever watched it; nothing was kept."""

    sentence = "The search was cancelled; no forms were kept."


@dataclass(eq=False)
class _Work:
    """A search under way: the clock, the best forms so far and the bound."""

    problem: Problem
    search: Search
    rng: np.random.Generator
    began: float = field(default_factory=monotonic)
    bound: float = np.nan
    objective: float = np.nan
    forms: list[Whole] | None = None
    engine: str = ""
    settled: bool = False

    @property
    def until(self) -> float:
        return self.began + self.search.seconds

    @property
    def left(self) -> float:
        return max(0.0, self.until - monotonic())

    @property
    def rising(self) -> bool:
        return self.problem.objective.aim.rising

    @property
    def done(self) -> bool:
        """Whether the best forms are as near the bound as was asked for, or near enough at all."""
        if self.forms is None:
            return False
        near = self.search.close_enough
        if near is not None and (self.objective >= near if self.rising else self.objective <= near):
            return True
        if abs(self.objective - self.bound) <= self.search.apart or self.gap <= self.search.gap:
            return True
        return self.problem.objective.aim is Aim.NONE and not self.objective

    @property
    def gap(self) -> float:
        return distance(self.objective, self.bound, self.problem.objective.size)

    def offer(self, forms: Sequence[Whole], engine: str) -> None:
        """Keep forms if they are sound and better than those before."""
        verdict = verify(self.problem, [form.tolist() for form in forms])
        better = self.forms is None or (
            verdict.objective > self.objective if self.rising else verdict.objective < self.objective
        )
        if verdict.sound and better:
            self.forms, self.objective, self.engine = [form.copy() for form in forms], verdict.objective, engine
        self.report()

    def tighten(self, bound: float) -> None:
        """Take a proven bound over if it says more than the one before."""
        if np.isnan(self.bound):
            self.bound = bound
        self.bound = min(self.bound, bound) if self.rising else max(self.bound, bound)

    @property
    def progress(self) -> Progress:
        """How far the search is."""
        return Progress(monotonic() - self.began, None if self.forms is None else self.objective, self.bound)

    def report(self) -> None:
        """Tell whoever watches how far the search is.

        Raises
        ------
        Cancelled
            The watcher wants no more.
        """
        if self.search.watch is not None and self.search.watch(self.progress):
            raise Cancelled


def assemble_forms(problem: Problem, search: Search | None = None) -> Solution:
    """Make the forms of a request; see the module for how.

    The result is the same on every run unless time ends the search.

    Raises
    ------
    NoForms
        It is proven that no forms keep the rules; `kaoping.scoring.assembly.conflicts` says why.
    NotFound
        Time ran out first.
    Cancelled
        The watcher of the search ended it.
    """
    search = search or Search()
    work = _Work(problem, search, np.random.default_rng(search.seed))
    if problem.forms == 1:
        _one(work)
    else:
        _several(work)
    if work.forms is None:
        raise NotFound(seconds=search.seconds)
    found = _ordered(problem, work.forms)
    verdict = sound(problem, found)
    status = Status.OPTIMAL if work.done else Status.FEASIBLE
    return Solution(
        status, found, verdict.objective, work.bound, work.gap, monotonic() - work.began, work.engine, work.settled
    )


def _one(work: _Work) -> None:
    """Make one form, and among equally good ones choose one."""
    programme = simultaneous(work.problem)
    answer = _at_once(work, work.search.seconds, "one form", programme)
    goals = [work.problem.tie] if len(work.problem.tie) else []
    if work.gap <= EXACT or work.problem.objective.aim is Aim.NONE:
        goals.append(order(work.problem, work.search.seed))
    if answer.columns is None or not work.done or not goals:
        return
    took = monotonic() - work.began
    seconds = min(work.left, max(BRIEF, took) if len(work.problem.tie) else max(MOMENT, took / 2))
    columns, proven = settled(programme, answer.columns, goals, _outer(work, seconds))
    form = np.flatnonzero(columns[: len(work.problem.items)] > 1 / 2)
    verdict = verify(work.problem, [form.tolist()])
    if verdict.sound and abs(verdict.objective - work.objective) <= 2 * EXACT:
        work.forms, work.objective = [form], verdict.objective
        work.settled = proven and work.gap <= EXACT
    work.report()


def _ordered(problem: Problem, forms: Sequence[Whole]) -> Forms:
    """Put forms under the same rules in the order of their items."""
    found = [tuple(map(int, form)) for form in forms]
    for members in problem.alike:
        for place, form in zip(members, sorted(found[place] for place in members), strict=True):
            found[place] = form
    return tuple(found)


def _at_once(work: _Work, seconds: float, engine: str, programme: Programme) -> Answer:
    """Solve all forms in one programme."""
    apart = max(work.search.apart, work.search.gap * work.problem.objective.size)
    answer = solve(programme, replace(work.search, seconds=seconds, apart=apart, watch=_inner(work)))
    if answer.status is Status.INFEASIBLE:
        raise NoForms
    work.tighten(answer.bound)
    if answer.columns is not None:
        n = len(work.problem.items)
        forms = [np.flatnonzero(columns[:n] > 0) for columns in programme.parts(answer.columns)]
        work.offer(forms, engine)
    work.report()
    return answer


def _inner(work: _Work) -> Callable[[Progress], bool] | None:
    """Watch the solver with what is known outside of it."""
    watch = work.search.watch
    if watch is None:
        return None

    def look(progress: Progress) -> bool:
        known = [
            value for value in (progress.objective, None if work.forms is None else work.objective) if value is not None
        ]
        best = (max if work.rising else min)(known) if known else None
        bound = progress.bound if np.isnan(work.bound) else work.bound
        return watch(Progress(monotonic() - work.began, best, bound))

    return look


def _outer(work: _Work, seconds: float) -> Search:
    """Give a search for a step, which ends when the whole search is to end, and tells how far that is."""
    watch = work.search.watch
    if watch is None:
        return Search(seconds=seconds)

    def look(_: Progress) -> bool:
        return watch(work.progress)

    return Search(seconds=seconds, watch=look)


def _several(work: _Work) -> None:
    small = work.problem.forms * len(work.problem.items) <= SMALL
    total = aggregated(work.problem, _outer(work, work.left / 3 if small else work.left * MOST))
    if total.impossible:
        raise NoForms
    work.report()
    if total.chosen is None:
        _at_once(work, work.left, "simultaneous", simultaneous(work.problem))
        return
    work.tighten(total.bound)
    work.report()
    forms = _started(work, total.chosen)
    if forms is not None and not work.done:
        work.offer(forms, "split")
        mending = min(BRIEF, work.left / 2) if small else work.left
        _polish(work, forms, until=work.until - (work.left / 2 if small else 0.0), mending=mending)
    if small and not work.done and work.left > 0:
        _at_once(work, work.left, "simultaneous", simultaneous(work.problem))
    if not work.done and work.forms is not None and small:
        _polish(work, work.forms, until=work.until)


def _started(work: _Work, chosen: Sequence[Floats]) -> list[Whole] | None:
    """Divide what the aggregate chose into forms; None if that did not work out."""
    problem = work.problem
    sets = bool(problem.stimuli or problem.together)
    if not sets and problem.forms <= FEW and work.search.gap >= COARSE:
        forms = _dealt(work, chosen)
        _polish(work, forms, until=monotonic(), mending=work.left / 4)
        if work.done:
            return work.forms
    if problem.forms <= FEW or sets:
        found = split(problem, chosen, _outer(work, max(0.5, work.left / problem.forms / 3)))
        work.report()
        if not found.missing:
            return [found.forms[form] for form in range(problem.forms)]
        if sets:
            return None
    return _dealt(work, chosen)


def _dealt(work: _Work, chosen: Sequence[Floats]) -> list[Whole]:
    forms: list[Whole] = [np.zeros(0, dtype=np.int64)] * work.problem.forms
    classes, near = work.problem.alike, _near(work, chosen)
    for place, (members, columns) in enumerate(zip(classes, chosen, strict=True)):
        standing = [form for done in classes[:place] for form in map(forms.__getitem__, done)]
        dealt = cards(work.problem, members, columns, near=near, standing=standing)
        until = monotonic() + work.left * 0.7 / (len(classes) - place)
        hands = swap(
            dealt, deal(dealt, len(members), rng=work.rng), len(members), until=until, rng=work.rng, tell=work.report
        )
        for form, hand in zip(members, hands, strict=True):
            forms[form] = hand
    return forms


def _near(work: _Work, chosen: Sequence[Floats]) -> float:
    """Give the share of the mean by which forms may lie off it: most of what the sum leaves of the gap asked for."""
    objective = work.problem.objective
    if objective.aim is not Aim.MAXIMIN:
        return TOLERANCE
    n = len(work.problem.items)
    least = min(
        float((columns[:n] @ objective.of_form(members[0]) / objective.weights).min()) / len(members)
        for members, columns in zip(work.problem.alike, chosen, strict=True)
    )
    return max(TOLERANCE, MOST * (work.search.gap - distance(least, work.bound)))


def _polish(work: _Work, forms: Sequence[Whole], *, until: float, mending: float = 0.0) -> None:
    """Mend what is broken, for some seconds, then raise the poorest forms."""
    standing = Standing(work.problem, [np.unique(form) for form in forms])
    if not mend(standing, until=monotonic() + mending, rng=work.rng, tell=work.report):
        return
    work.offer(standing.forms, work.engine or "split")
    if not work.done:
        near = work.search.close_enough
        apart = max(work.search.apart, work.search.gap * (work.problem.objective.size or abs(work.bound)))
        enough = work.bound - apart if work.rising else -max(near or 0.0, work.bound + apart)
        improve(standing, enough=enough, until=until, rng=work.rng, tell=work.report)
        work.offer(standing.forms, "improved")


__all__ = ["BadProblem", "Cancelled", "NoForms", "NotFound", "assemble_forms"]
