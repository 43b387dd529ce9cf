r"""The rules of a specification as a request to the general assembler: numbers for every item, no database.

Item i of a request is the i-th entry of the stock. Rules keep their names for as long as a report is read:
``cell:ROW:SECTION`` for the items of a row and section, ``marks`` for the marks of a paper, ``mean`` for the band of
the mean expected score, ``point:CODE`` for the items of one assessment point, of which a paper holds at most one.
Further rules and papers by type come from `kaoping.itembank.limits`.
"""

from collections.abc import Iterator

import numpy as np

from kaoping.itembank import limits
from kaoping.itembank.pool import Entry, Stock, parameters, worth
from kaoping.itembank.rules import Rules
from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.assembly.problem import Aim, Constraint, Objective, Problem
from kaoping.scoring.logistic import facility, information, probability

MARKS, MEAN = "marks", "mean"
CUT = "information at the cut"


def problem_of(stock: Stock, rules: Rules, *, forms: int, cut: float) -> Problem:
    """State every rule; best is the paper set whose poorest paper tells most about ability at the cut.

    Raises
    ------
    BadProblem
        The stock is empty.
    """
    entries = tuple(stock.entries.values())
    return Problem(
        items=tuple(entry.code for entry in entries),
        forms=forms,
        constraints=(*_constraints(entries, rules), *limits.constraints(stock, rules)),
        enemies=tuple(enemies(stock, rules).values()),
        together=limits.together(stock, rules),
        include=limits.anchors(stock, rules),
        exclude=limits.excluded(stock, rules),
        least_use=limits.least_use(stock, rules),
        most_use=limits.most_use(stock, rules, forms=forms),
        overlap=limits.overlap(rules) if limits.shared(rules) else None,
        objective=most_information(entries, cut, forms=forms),
    )


def cell_name(row: str, section: str) -> str:
    """Name the rule of a row and section.

    >>> cell_name("0-1", "single_choice")
    'cell:0-1:single_choice'
    """
    return f"cell:{row}:{section}"


def usable(entry: Entry, rules: Rules) -> bool:
    """Tell whether papers may take an entry: its cell takes items, it is not left out and not used too often."""
    return limits.available(entry, rules)


def enemies(stock: Stock, rules: Rules) -> dict[str, Whole]:
    """Give all groups of which a paper holds at most one, by the name of the rule."""
    return groups(stock) | limits.enemies(stock, rules)


def groups(stock: Stock) -> dict[str, Whole]:
    """Give items that may not meet in a paper, by the name of the rule: here those of one assessment point."""
    points: dict[str, list[int]] = {}
    for place, entry in enumerate(stock.entries.values()):
        points.setdefault(f"point:{entry.point}", []).append(place)
    return {name: np.array(places) for name, places in points.items() if len(places) > 1}


def _constraints(entries: tuple[Entry, ...], rules: Rules) -> Iterator[Constraint]:
    for row, rule, count in rules.cells():
        items = np.flatnonzero([(one.row, one.section) == (row.code, rule.section) for one in entries])
        name = cell_name(row.code, rule.section)
        yield Constraint(name, items, np.ones(len(items)), low=count, high=count)
    every, total = np.arange(len(entries)), float(rules.marks)
    yield Constraint(MARKS, every, worth(entries, rules), low=total, high=total)
    low, high = (float(share * rules.marks) for share in (rules.ratio_low, rules.ratio_high))
    yield Constraint(MEAN, every, mean_expected(entries, rules), low=low, high=high)


def most_information(entries: tuple[Entry, ...], cut: float, *, forms: int) -> Objective:
    """Give the objective: of one paper its information at the cut, of several that of the poorest."""
    return Objective(
        aim=Aim.SUM if forms == 1 else Aim.MAXIMIN,
        coefficients=informing(entries, np.array([cut])).T,
        weights=np.ones(1),
        points=(CUT,),
    )


def informing(entries: tuple[Entry, ...], theta: Floats) -> Floats:
    """(t, n) information of every item about some abilities, per squared logit."""
    return information(theta, *parameters(entries))


def expected(entries: tuple[Entry, ...], rules: Rules, theta: Floats) -> Floats:
    """(t, n) expected marks of every item at some abilities."""
    found: Floats = probability(theta, *parameters(entries)) * worth(entries, rules)
    return found


def mean_expected(entries: tuple[Entry, ...], rules: Rules) -> Floats:
    """(n,) expected marks of every item over a population of standard normal ability."""
    return facility(*parameters(entries)) * worth(entries, rules)
