"""Reading finished papers again, without the program that made them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations
from math import exp

from kaoping.scoring.assembly.pool import Pool
from kaoping.scoring.assembly.rules import Rules
from kaoping.scoring.assembly.shortfalls import (
    COUNT,
    CURVES,
    ENEMIES,
    MARKS,
    MEANS,
    PAPERS,
    POINT,
    SHARED,
    TOO_EASY,
    TOO_HARD,
    UNKNOWN,
    UNUSABLE,
    Shortfall,
)

TOLERANCE = 1e-6
STEPS = 120
LIMIT = 6.0

Paper = Sequence[str]


def check(pool: Pool, rules: Rules, papers: Sequence[Paper]) -> tuple[Shortfall, ...]:
    """Every rule that the papers break; empty when all are kept.

    Shares nothing with the solver: exact decimals for marks, plain loops for the rest.

    >>> from decimal import Decimal
    >>> import numpy as np
    >>> pool = Pool(("i", "j"), (Decimal(1),) * 2, ("r",) * 2, ("t",) * 2, ("p", "q"), np.ones(2), np.zeros(2))
    >>> rules = Rules(papers=1, counts={("r", "t"): 1}, total_marks=Decimal(1), difficulty=(Decimal(0), Decimal(1)))
    >>> check(pool, rules, [("i",)])
    ()
    >>> print(check(pool, rules, [("i", "j")])[0])
    Paper 1 takes 2 items of r, t; the rule asks for 1.
    """
    unknown = tuple(_unknown(pool, papers))
    if unknown:
        return unknown
    per_paper = (_of_paper(pool, rules, number, paper) for number, paper in enumerate(papers, 1))
    return (
        *_number(rules, papers),
        *(broken for paper in per_paper for broken in paper),
        *_shared(papers),
        *_parallel(pool, rules, papers),
    )


def _number(rules: Rules, papers: Sequence[Paper]) -> Iterator[Shortfall]:
    if len(papers) != rules.papers:
        yield Shortfall(PAPERS, {"taken": len(papers), "asked": rules.papers})


def _unknown(pool: Pool, papers: Sequence[Paper]) -> Iterator[Shortfall]:
    for number, paper in enumerate(papers, 1):
        for item in paper:
            if item not in pool.place:
                yield Shortfall(UNKNOWN, {"item": item, "paper": number})


def _of_paper(pool: Pool, rules: Rules, number: int, paper: Paper) -> Iterator[Shortfall]:
    yield from _counts(pool, rules, number, paper)
    yield from _apart(pool, rules, number, paper)
    total = sum((pool.marks[pool.place[item]] for item in paper), Decimal(0))
    if total != rules.total_marks:
        yield Shortfall(MARKS, {"asked": rules.total_marks, "short": abs(rules.total_marks - total)})
    low, high = (float(share * rules.total_marks) for share in rules.difficulty)
    mean = _mean(pool, paper)
    if mean < low - TOLERANCE:
        yield Shortfall(TOO_HARD, {"limit": low, "short": low - mean})
    if mean > high + TOLERANCE:
        yield Shortfall(TOO_EASY, {"limit": high, "short": mean - high})


def _counts(pool: Pool, rules: Rules, number: int, paper: Paper) -> Iterator[Shortfall]:
    taken = Counter((pool.rows[pool.place[item]], pool.types[pool.place[item]]) for item in paper)
    for row, type_ in {**rules.counts, **taken}:
        asked = rules.counts.get((row, type_), 0)
        if taken[row, type_] != asked:
            facts = {"paper": number, "row": row, "type": type_, "taken": taken[row, type_], "asked": asked}
            yield Shortfall(COUNT, facts)
    for item in paper:
        used = pool.uses[pool.place[item]] if pool.uses else 0
        if item in rules.excluded or (rules.most_uses is not None and used >= rules.most_uses):
            yield Shortfall(UNUSABLE, {"item": item, "paper": number})


def _apart(pool: Pool, rules: Rules, number: int, paper: Paper) -> Iterator[Shortfall]:
    points = Counter(pool.points[pool.place[item]] for item in paper)
    for point, taken in points.items():
        if taken > 1 and rules.one_per_point:
            yield Shortfall(POINT, {"paper": number, "point": point, "taken": taken})
    for group in rules.enemies:
        together = [item for item in paper if item in group]
        if len(together) > 1:
            yield Shortfall(ENEMIES, {"paper": number, "items": ", ".join(together)})


def _shared(papers: Sequence[Paper]) -> Iterator[Shortfall]:
    for item, taken in Counter(item for paper in papers for item in paper).items():
        if taken > 1:
            yield Shortfall(SHARED, {"item": item, "taken": taken})


def _parallel(pool: Pool, rules: Rules, papers: Sequence[Paper]) -> Iterator[Shortfall]:
    means = [_mean(pool, paper) for paper in papers]
    apart = max((abs(one - other) for one, other in combinations(means, 2)), default=0.0)
    if apart > rules.means_within + TOLERANCE:
        yield Shortfall(MEANS, {"limit": rules.means_within, "short": apart - rules.means_within})
    curves = [[_expected(pool, paper, theta) for theta in rules.theta] for paper in papers]
    widest = max(
        (abs(one - other) for pair in combinations(curves, 2) for one, other in zip(*pair, strict=True)), default=0.0
    )
    if widest > rules.curves_within + TOLERANCE:
        yield Shortfall(CURVES, {"limit": rules.curves_within, "short": widest - rules.curves_within})


def _expected(pool: Pool, paper: Paper, theta: float) -> float:
    total = 0.0
    for item in paper:
        place = pool.place[item]
        total += float(pool.marks[place]) / (1 + exp(-pool.a[place] * (theta - pool.b[place])))
    return total


def _mean(pool: Pool, paper: Paper) -> float:
    """Mean expected score over a standard normal population, by the rectangle rule."""
    nodes = [-LIMIT + 2 * LIMIT * step / STEPS for step in range(STEPS + 1)]
    weights = [exp(-(node**2) / 2) for node in nodes]
    return sum(w * _expected(pool, paper, node) for w, node in zip(weights, nodes, strict=True)) / sum(weights)
