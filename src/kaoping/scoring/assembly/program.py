r"""Pool and rules as a mixed-integer program.

Variables, in this order: :math:`x_{fi}` (0 or 1: paper f takes item i), the upper and lower envelope of the papers'
characteristic curves at each ability, the greatest and least mean expected score, and the spread :math:`\delta`, which
bounds the envelope's width everywhere. The program is

.. math:: \min\; \delta - \frac{w}{F} \sum_{f,i} I_i(\theta_{cut})\, x_{fi}

so that curves come together first and information at the cut decides between papers that are equally parallel.
A spread below ``CLOSE`` counts as ``CLOSE``: without it the bound would be zero and nothing could be proven.

References
----------
van der Linden, W. J. (2005). *Linear Models for Optimal Test Design*. Springer. Ch. 5 and 6.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from scipy import sparse

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.assembly.pool import Pool
from kaoping.scoring.assembly.rules import Rules
from kaoping.scoring.assembly.shortfalls import CROWDED, CURVES, MARKS, MEANS, TOO_EASY, TOO_HARD

CLOSE = 0.05
"""Marks within which two characteristic curves count as the same."""
INFORMATION_WEIGHT = 0.1
"""Marks of spread that one unit of information at the cut is worth."""
DECIMALS = 6
"""Coefficients are rounded to this many decimals, so that the same program is solved on every machine."""


@dataclass(frozen=True)
class Row:
    """``low <= sum(values * variables[columns]) <= high``; a rule that may be named in a diagnosis has a sentence."""

    columns: Whole
    values: Floats
    low: float
    high: float
    sentence: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Layout:
    """Where each variable stands."""

    items: int
    papers: int
    abilities: int

    def chosen(self, paper: int, items: Whole) -> Whole:
        """Columns of some items of a paper."""
        return paper * self.items + items

    @property
    def binaries(self) -> int:
        """Number of 0/1 variables, which come first."""
        return self.papers * self.items

    @property
    def upper(self) -> Whole:
        """(t,) columns of the upper envelope."""
        return self.binaries + np.arange(self.abilities)

    @property
    def lower(self) -> Whole:
        """(t,) columns of the lower envelope."""
        return self.upper + self.abilities

    @property
    def greatest_mean(self) -> int:
        """Column of the greatest mean expected score."""
        return self.binaries + 2 * self.abilities

    @property
    def least_mean(self) -> int:
        """Column of the least mean expected score."""
        return self.greatest_mean + 1

    @property
    def spread(self) -> int:
        """Column of the spread."""
        return self.greatest_mean + 2

    @property
    def size(self) -> int:
        """Number of variables."""
        return self.spread + 1


@dataclass(frozen=True, eq=False)
class Program:
    """Minimise ``cost @ x`` under rows and bounds; the first ``layout.binaries`` variables are whole."""

    layout: Layout
    cost: Floats
    lowest: Floats
    highest: Floats
    rows: tuple[Row, ...]

    def matrix(self) -> tuple[sparse.csr_array, Floats, Floats]:
        """Rows as a sparse matrix with lower and upper limits."""
        lengths = [len(row.columns) for row in self.rows]
        place = np.repeat(np.arange(len(self.rows)), lengths)
        values = np.round(np.concatenate([row.values for row in self.rows]), DECIMALS)
        columns = np.concatenate([row.columns for row in self.rows])
        shape = (len(self.rows), len(self.cost))
        limits = np.array([(row.low, row.high) for row in self.rows])
        return sparse.csr_array((values, (place, columns)), shape=shape), limits[:, 0], limits[:, 1]


def build(pool: Pool, rules: Rules, *, close: float = CLOSE, information_weight: float = INFORMATION_WEIGHT) -> Program:
    """State the program of the papers."""
    layout = Layout(len(pool.items), rules.papers, len(rules.theta))
    cost = np.zeros(layout.size)
    cost[layout.spread] = 1.0
    worth = np.round(pool.information(rules.cut), DECIMALS)
    cost[: layout.binaries] = -information_weight / rules.papers * np.tile(worth, rules.papers)
    lowest, highest = np.zeros(layout.size), np.full(layout.size, np.inf)
    lowest[layout.spread] = close
    highest[: layout.binaries] = np.tile(rules.usable(pool), rules.papers)
    rows = (*_paper_rows(pool, rules, layout), *_common_rows(rules, layout))
    return Program(layout, cost, lowest, highest, rows)


def _paper_rows(pool: Pool, rules: Rules, layout: Layout) -> Iterator[Row]:
    every = np.arange(layout.items)
    mean = pool.mean_expected()
    low, high = rules.mean_range
    for paper in range(rules.papers):
        columns = layout.chosen(paper, every)
        total = float(rules.total_marks)
        yield from _counts(pool, rules, layout, paper)
        yield Row(columns, pool.worth, total, total, MARKS, {"asked": rules.total_marks})
        yield Row(columns, mean, low, np.inf, TOO_HARD, {"limit": low})
        yield Row(columns, mean, -np.inf, high, TOO_EASY, {"limit": high})
        yield from _at_most_one(pool, rules, layout, paper)
        yield from _envelope(columns, mean, layout.greatest_mean, layout.least_mean)
        for curve, upper, lower in zip(pool.expected(rules.abilities), layout.upper, layout.lower, strict=True):
            yield from _envelope(columns, curve, upper, lower)


def _counts(pool: Pool, rules: Rules, layout: Layout, paper: int) -> Iterator[Row]:
    rows, types = np.array(pool.rows), np.array(pool.types)
    for (row, type_), count in rules.counts.items():
        items = np.flatnonzero((rows == row) & (types == type_))
        facts = {"row": row, "type": type_, "papers": rules.papers, "needed": rules.papers * count}
        yield Row(layout.chosen(paper, items), np.ones(len(items)), count, count, CROWDED, facts)


def _at_most_one(pool: Pool, rules: Rules, layout: Layout, paper: int) -> Iterator[Row]:
    points = np.array(pool.points)
    groups = [np.flatnonzero(points == point) for point in dict.fromkeys(pool.points)]
    enemies = [np.array([pool.place[item] for item in group if item in pool.place]) for group in rules.enemies]
    for group in (*(groups if rules.one_per_point else ()), *enemies):
        if len(group) > 1:
            yield Row(layout.chosen(paper, group), np.ones(len(group)), 0, 1)


def _envelope(columns: Whole, values: Floats, upper: int, lower: int) -> Iterator[Row]:
    for edge, low, high in ((upper, -np.inf, 0.0), (lower, 0.0, np.inf)):
        yield Row(np.append(columns, edge), np.append(values, -1.0), low, high)


def _common_rows(rules: Rules, layout: Layout) -> Iterator[Row]:
    papers = np.arange(rules.papers)
    for item in range(layout.items if rules.papers > 1 else 0):
        yield Row(papers * layout.items + item, np.ones(rules.papers), 0, 1)
    for upper, lower in zip(layout.upper, layout.lower, strict=True):
        yield Row(np.array([upper, lower, layout.spread]), np.array([1.0, -1.0, -1.0]), -np.inf, 0)
    ends = np.array([layout.greatest_mean, layout.least_mean])
    yield Row(ends, np.array([1.0, -1.0]), -np.inf, rules.means_within, MEANS, {"limit": rules.means_within})
    spread = np.array([layout.spread])
    yield Row(spread, np.ones(1), -np.inf, max(rules.curves_within, 0), CURVES, {"limit": rules.curves_within})


PRICE = {CROWDED: 100.0, MARKS: 10.0}
"""What a unit of violation costs in a diagnosis: content is given up last, statistics (price 1) first."""


@dataclass(frozen=True, eq=False)
class Elastic:
    """The program in which every rule with a sentence may be missed at a price; ``missed`` has its columns."""

    program: Program
    missed: tuple[tuple[Row, Whole], ...]


def elastic(program: Program) -> Elastic:
    """Let rules with a sentence be missed; points, shared items and enemies stay as they are."""
    size = len(program.cost)
    rows: list[Row] = []
    missed: list[tuple[Row, Whole]] = []
    prices: list[float] = []
    for row in program.rows:
        sides = ((1.0, row.low), (-1.0, row.high)) if row.sentence else ()
        signs = [sign for sign, limit in sides if np.isfinite(limit)]
        new = size + len(prices) + np.arange(len(signs))
        rows.append(replace(row, columns=np.append(row.columns, new), values=np.append(row.values, signs)))
        prices += [PRICE.get(row.sentence, 1.0)] * len(signs)
        if signs:
            missed.append((row, new))
    extra = len(prices)
    relaxed = Program(
        layout=program.layout,
        cost=np.concatenate([np.zeros(size), prices]),
        lowest=np.concatenate([program.lowest, np.zeros(extra)]),
        highest=np.concatenate([program.highest, np.full(extra, np.inf)]),
        rows=tuple(rows),
    )
    return Elastic(relaxed, tuple(missed))
