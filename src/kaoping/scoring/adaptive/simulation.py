"""Simulation of an adaptive test: many persons in lock step, with answers drawn from the model or taken from real ones.

A seed gives the same tests whatever the size of the blocks: what is drawn for answers is drawn person after person, and
every person has a generator of their own for what the rules draw. Where the counts of use decide (eligibility, most
uses), persons come in cohorts, and a cohort knows what was given to those before.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

import numpy as np

from kaoping.scoring.adaptive.administration import AdaptiveTest
from kaoping.scoring.adaptive.errors import BadAdaptiveTest
from kaoping.scoring.adaptive.exposure import Admission, Eligibility
from kaoping.scoring.adaptive.progress import Progress, Sources, some_of
from kaoping.scoring.adaptive.stopping import NO_ITEM
from kaoping.scoring.adaptive.visits import VisitLog, Visits
from kaoping.scoring.arrays import Answers, Flags, Floats, Whole
from kaoping.scoring.responses import NOT_PRESENTED, ResponseMatrix

BLOCK = 1024
"""Persons in lock step at once, if their number decides nothing."""
FRESH = 4
"""Persons who are known for each one of a cohort: the first cohorts are small, as nothing is known of the uses yet."""
NONE = -1


class AnswerSource(Protocol):
    """Where answers come from."""

    def __len__(self) -> int:
        """Number of persons."""

    def closed(self, rows: slice) -> Flags | None:
        """Items that have no answer, (r, k); none if all have."""

    def answers(self, rows: Whole, items: Whole, place: int) -> Whole:
        """Categories of the answers of persons (r,) to items (r,), their answer number ``place``, from 0."""


@dataclass(eq=False)
class Drawn:
    """Answers of persons of known ability, drawn from the model; each person has a row of random numbers."""

    test: AdaptiveTest
    theta: Floats
    chance: Floats

    def __len__(self) -> int:
        return len(self.theta)

    def closed(self, rows: slice) -> Flags | None:
        """Nothing is closed."""
        return None

    def answers(self, rows: Whole, items: Whole, place: int) -> Whole:
        """Draw the categories."""
        reached = np.cumsum(self.test.bank.curves.chances(items, self.theta[rows]), axis=1)[:, :-1]
        limits = self.test.bank.categories[items] - 1
        return np.asarray(np.minimum((self.chance[rows, place, None] > reached).sum(axis=1), limits))


@dataclass(eq=False)
class Recorded:
    """Answers that persons gave to the whole bank, or to a part of it; an item without an answer is not given."""

    table: Answers

    def __len__(self) -> int:
        return len(self.table)

    def closed(self, rows: slice) -> Flags | None:
        """Close what was not answered."""
        return np.asarray(self.table[rows] < 0)

    def answers(self, rows: Whole, items: Whole, place: int) -> Whole:
        """Look the categories up."""
        return self.table[rows, items].astype(np.int64)


@dataclass(frozen=True, eq=False)
class Simulation:
    """Tests of n persons with at most L items.

    ``true`` (n,) abilities that answers were drawn from, or estimates from all answers of real persons, in logits;
    ``theta``, ``se`` (n,) the final estimates; ``length`` (n,); ``reason`` (n,) numbers of ``reasons``; ``items`` and
    ``categories`` (n, L), -1 after the end; ``thetas``, ``ses`` (n, L) estimates after each answer, after the end the
    last ones; ``levels`` (n,) and ``decided`` (n,) of the rule that classifies, if there is one; ``visits`` of the
    ranges of ability, if items are admitted by lot. ``real``: the answers were not drawn.
    """

    test: AdaptiveTest
    true: Floats
    theta: Floats
    se: Floats
    length: Whole
    reason: Whole
    items: Whole
    categories: Whole
    thetas: Floats
    ses: Floats
    levels: Whole | None = None
    decided: Flags | None = None
    visits: Visits | None = None
    real: bool = False

    def __len__(self) -> int:
        return len(self.theta)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Names of the reasons by their number."""
        return self.test.stopping.reasons

    @cached_property
    def given(self) -> Flags:
        """(n, k) whether a person got an item."""
        found = np.zeros((len(self), len(self.test.bank)), dtype=np.bool_)
        row, place = np.nonzero(self.items >= 0)
        found[row, self.items[row, place]] = True
        return found

    @cached_property
    def uses(self) -> Whole:
        """(k,) persons who got each item."""
        return np.bincount(self.items[self.items >= 0], minlength=len(self.test.bank))


def simulate(test: AdaptiveTest, theta: Floats, *, rng: np.random.Generator, block: int = BLOCK) -> Simulation:
    """Give the test to persons of these abilities (n,), in logits.

    Raises
    ------
    BadAdaptiveTest
        There is nobody, an ability is not finite, or nobody can be given the shortest test.

    >>> from kaoping.scoring.adaptive import Bank, Stopping
    >>> from kaoping.scoring.parameters import ItemParameters
    >>> rng = np.random.default_rng(1)
    >>> bank = Bank(ItemParameters.logistic(np.full(200, 1.5), rng.normal(size=200)))
    >>> found = simulate(AdaptiveTest(bank, Stopping(20)), rng.normal(size=400), rng=rng)
    >>> round(float(np.corrcoef(found.true, found.theta)[0, 1]), 2), int(found.length.max())
    (0.95, 20)
    """
    abilities = np.asarray(theta, dtype=np.float64)
    if not abilities.size or not np.isfinite(abilities).all():
        raise BadAdaptiveTest(reason="the persons have no finite abilities")
    chance = rng.random((len(abilities), test.stopping.longest))
    return _Run(test, Drawn(test, abilities, chance), block, rng).run(abilities)


def on_grid(low: float, high: float, points: int, each: int) -> Floats:
    """Give so many persons at each of some evenly spaced abilities, for what holds at one ability.

    Raises
    ------
    BadAdaptiveTest
        The abilities are not in order, or there are fewer than two points or no persons.

    >>> on_grid(-1.0, 1.0, 3, 2)
    array([-1., -1.,  0.,  0.,  1.,  1.])
    """
    if not -np.inf < low < high < np.inf or points < 2 or each < 1:  # noqa: PLR2004
        raise BadAdaptiveTest(reason=f"{each} persons at each of {points} abilities from {low} to {high} are no grid")
    return np.repeat(np.linspace(low, high, points), each)


def replay(
    test: AdaptiveTest, responses: ResponseMatrix, *, rng: np.random.Generator, block: int = BLOCK
) -> Simulation:
    """Give the test to persons whose answers to the bank are known: a post-hoc simulation.

    Items of the bank that are not in the table, or have no answer of a person, are not given. ``true`` of the result is
    the estimate from all answers of a person, by the estimator of the test.

    Raises
    ------
    BadBank, BadAdaptiveTest
        An item is none of the bank, an answer is no category of its item, or a person has no answer.
    """
    table = _aligned(test, responses)
    run = _Run(test, Recorded(table), block, rng)
    return replace(run.run(_from_everything(test, table)), real=True)


def _aligned(test: AdaptiveTest, responses: ResponseMatrix) -> Answers:
    """Give the answers in the order of the bank, (n, k)."""
    places = np.array([test.bank.place(name) for name in responses.items])
    table = np.full((responses.n_persons, len(test.bank)), NOT_PRESENTED, dtype=np.int8)
    table[:, places] = responses.answers
    over = np.flatnonzero((table >= test.bank.categories).any(axis=0))
    if over.size:
        raise BadAdaptiveTest(reason=f"item {test.bank.names[over[0]]} has answers beyond its model's categories")
    silent = np.flatnonzero((table < 0).all(axis=1))
    if silent.size:
        raise BadAdaptiveTest(reason=f"person {responses.persons[silent[0]]} has no answer to the bank")
    return table


def _from_everything(test: AdaptiveTest, table: Answers) -> Floats:
    """Estimate from all answers, (n,)."""
    theta = np.empty(len(table))
    for row, marks in enumerate(table):
        known = np.flatnonzero(marks >= 0)
        person = test.begin([], persons=1)
        log_likelihood = test.bank.log_chances[known, marks[known]].sum(axis=0, keepdims=True)
        full = replace(person, items=known[None], categories=marks[known][None], log_likelihood=log_likelihood)
        theta[row] = test.estimation(full)[0][0]
    return theta


class _Run:
    """One simulation while it runs: the arrays that are filled, and the counts that the control needs."""

    def __init__(self, test: AdaptiveTest, source: AnswerSource, block: int, rng: np.random.Generator) -> None:
        self.test, self.source, self.rng = test, source, rng
        self.block = block
        self.counted = isinstance(test.exposure, Eligibility) or test.most_uses is not None
        n, longest = len(source), test.stopping.longest
        self.items, self.categories = np.full((n, longest), NONE), np.full((n, longest), NONE)
        self.thetas, self.ses = np.zeros((n, longest)), np.zeros((n, longest))
        self.theta, self.se = np.zeros(n), np.zeros(n)
        self.length, self.reason = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
        self.levels, self.decided = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.bool_)
        self.uses = np.zeros(len(test.bank), dtype=np.int64)
        self.visits: Visits | None = None

    def run(self, true: Floats) -> Simulation:
        """Run block after block."""
        start = 0
        while start < len(self.source):
            size = min(self.test.cohort, start // FRESH + 1) if self.counted else self.block
            self._block(np.arange(start, min(start + size, len(self.source))))
            start += size
        classified = self.test.classification is not None
        return Simulation(
            self.test, true, self.theta, self.se, self.length, self.reason, self.items, self.categories, self.thetas,
            self.ses, self.levels if classified else None, self.decided if classified else None, self.visits,
        )  # fmt: skip

    def _block(self, rows: Whole) -> None:
        """Test some persons together, and count their visits if the control is one of admission."""
        n, test = len(rows), self.test
        sources = self.rng.spawn(n) if test.draws else []
        closed = self.source.closed(slice(rows[0], rows[-1] + 1))
        progress = test.begin(sources, persons=n, closed=closed, uses=self.uses)
        control, log = test.control, None
        if isinstance(control, Admission) and progress.lots is not None:
            log = VisitLog(progress.lots, control.chances, np.asarray(control.cuts))
        self._together(progress, rows, sources, log)
        if log is not None:
            visits = log.visits()
            self.visits = visits if self.visits is None else self.visits.joined(visits)
            if isinstance(test.exposure, Eligibility):
                self.test = replace(test, exposure=test.exposure.updated(visits, n))

    def _together(self, progress: Progress, rows: Whole, sources: Sources, log: VisitLog | None) -> None:
        """Go on in lock step until everybody's test has ended."""
        first = rows[0]
        while len(progress):
            reason = self.test.ended(progress)
            items = np.full(len(progress), NONE)
            on = np.flatnonzero(reason < 0)
            items[on] = self._chosen(*some_of(progress, sources, on))
            reason[on[items[on] < 0]] = self.test.stopping.reasons.index(NO_ITEM)
            done = np.flatnonzero(items < 0)
            if len(done):
                self._finish(progress.of(done), rows[done], reason[done])
                staying = np.flatnonzero(items >= 0)
                (progress, sources), rows, items = some_of(progress, sources, staying), rows[staying], items[staying]
            if not len(progress):
                return
            if log is not None and progress.given >= len(self.test.start.items):
                log.add(rows - first, progress.theta, items)
            categories = self.source.answers(rows, items, progress.given)
            self.uses += np.bincount(items, minlength=len(self.uses))
            progress = self.test.answer(progress, items, categories)
            self._note(progress, rows)

    def _chosen(self, progress: Progress, sources: Sources) -> Whole:
        """Choose items (n,), none oftener than it may be used: those who come too late choose again."""
        if not len(progress):
            return np.zeros(0, dtype=np.int64)
        items = self.test.choose(progress, sources)
        if self.test.most_uses is None:
            return items
        again = np.arange(len(progress))
        while True:
            left = self.test.most_uses - self.uses
            again = np.flatnonzero(_rank(items) >= np.where(items >= 0, left[items], len(items)))
            if not len(again):
                return items
            others = np.delete(items, again)
            kept = np.bincount(others[others >= 0], minlength=len(left))
            open_ = progress.open[again] & (kept < left)
            waiting, theirs = some_of(replace(progress, open=_put(progress.open, again, open_)), sources, again)
            items[again] = self.test.choose(waiting, theirs)

    def _note(self, progress: Progress, rows: Whole) -> None:
        place = progress.given - 1
        self.items[rows, place], self.categories[rows, place] = progress.items[:, -1], progress.categories[:, -1]
        self.thetas[rows, place], self.ses[rows, place] = progress.theta, progress.se

    def _finish(self, progress: Progress, rows: Whole, reason: Whole) -> None:
        """Keep the final estimates; the path goes on with them."""
        self.theta[rows], self.se[rows] = progress.theta, progress.se
        self.length[rows], self.reason[rows] = progress.given, reason
        self.thetas[rows, progress.given :] = progress.theta[:, None]
        self.ses[rows, progress.given :] = progress.se[:, None]
        if self.test.classification is not None:
            self.levels[rows], self.decided[rows] = self.test.classification.levels(self.test.bank, progress)


def _rank(items: Whole) -> Whole:
    """Count for each choice (n,) how many before it are the same."""
    order = np.argsort(items, kind="stable")
    ordered = items[order]
    begins = np.flatnonzero(np.diff(ordered, prepend=ordered[0] - 1))
    found = np.empty_like(items)
    found[order] = np.arange(len(items)) - np.repeat(begins, np.diff(np.append(begins, len(items))))
    return found


def _put(table: Flags, rows: Whole, values: Flags) -> Flags:
    changed = table.copy()
    changed[rows] = values
    return changed
