"""The bridge from a specification's further rules to a request for papers: limits as constraints, groups as places.

Item i of a request is the i-th of the stock's entries. A constraint has a stable name: ``limit:N`` for the N-th limit,
counted from 0, with the name that its author gave it as label; ``type:SECTION`` and ``row:ROW`` for papers by type, and
``include:CODE`` for an item that must stand in a paper and is not there to be used.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from kaoping.itembank import enemy_sets
from kaoping.itembank.conditions import Attribute, Codes, Condition, Counted, Limit, Mode, band
from kaoping.itembank.pool import Entry, Stock
from kaoping.itembank.rules import Rules, Section
from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.assembly.problem import HARD, Constraint
from kaoping.scoring.logistic import probability
from kaoping.scoring.quadrature import normal

#: Attributes that have one of a few values, as rules write them.
_VALUES: dict[Attribute, Callable[[Entry], str]] = {
    Attribute.ROW: lambda entry: entry.row,
    Attribute.SECTION: lambda entry: entry.section.value,
    Attribute.IMPORTANCE: lambda entry: entry.importance.value,
    Attribute.DIFFICULTY: lambda entry: str(entry.difficulty),
    Attribute.SOURCE: lambda entry: entry.source,
    Attribute.AUTHOR: lambda entry: str(entry.author_id),
    Attribute.AI: lambda entry: "yes" if entry.ai_assisted else "no",
    Attribute.CALIBRATED: lambda entry: "yes" if entry.calibrated else "no",
    Attribute.KEY: lambda entry: str(entry.key).lower(),
}


@dataclass(frozen=True, slots=True)
class Holding:
    """What the bank has of the items that a limit is about, usable in papers."""

    items: int
    marks: Decimal
    #: In what the limit counts.
    amount: Decimal


def constraints(stock: Stock, rules: Rules) -> Iterator[Constraint]:
    """State the limits, the numbers of types and weights of rows of papers by type, and items that must stand."""
    entries = list(stock.entries.values())
    if rules.mode is Mode.BY_TYPE:
        yield from _of_types(entries, rules)
    for number, limit in enumerate(rules.limits):
        yield _constraint(f"limit:{number}", limit, entries, rules)
    for code in (*rules.include, *rules.anchors):
        if code not in stock.entries:
            nothing = np.zeros(0, dtype=np.int64)
            yield Constraint(f"include:{code}", nothing, np.zeros(0), low=1.0, label=code)


def enemies(stock: Stock, rules: Rules) -> dict[str, Whole]:
    """Give the groups of which a paper holds at most one: the rules' own, numbered from 1, and the bank's sets."""
    own = {f"enemies:{number}": codes for number, codes in enumerate(rules.enemies, 1)}
    sets = {f"{enemy_sets.RULE}:{label}": codes for label, codes in stock.enemies.items()}
    groups = {name: _places(stock, codes) for name, codes in (own | sets).items()}
    return {name: group for name, group in groups.items() if len(group) > 1}


def together(stock: Stock, rules: Rules) -> tuple[Whole, ...]:
    """Give the groups of which a paper holds all or none."""
    return tuple(_places(stock, codes) for codes in rules.together if _whole(stock, codes))


def anchors(stock: Stock, rules: Rules) -> Whole:
    """Give the items of every paper."""
    return _places(stock, rules.anchors)


def excluded(stock: Stock, rules: Rules) -> Whole:
    """Give the items of no paper: those that papers cannot take, and those whose group is not whole."""
    broken = {code for codes in rules.together if not _whole(stock, codes) for code in codes}
    return _where(entry.code in broken or not available(entry, rules) for entry in stock.entries.values())


def least_use(stock: Stock, rules: Rules) -> Whole:
    """(n,) in how many papers of a run an item is at least."""
    asked = {*rules.include, *rules.anchors}
    return np.array([int(code in asked) for code in stock.entries], dtype=np.int64)


def most_use(stock: Stock, rules: Rules, *, forms: int) -> Whole:
    """(n,) in how many papers of a run an item is at most: one, unless papers may share items or it is an anchor.

    No item comes into more sealed papers than the rules allow, should all of them be sealed.
    """
    shared = forms if rules.overlap else 1
    return np.array(
        [
            min(forms if code in rules.anchors else shared, max(rules.exposure_most - entry.uses, 0))
            for code, entry in stock.entries.items()
        ],
        dtype=np.int64,
    )


def shared(rules: Rules) -> bool:
    """Whether papers of a run may have items in common."""
    return bool(rules.anchors or rules.overlap)


def times(rules: Rules, *, papers: int) -> int:
    """Give how often papers need what one paper needs, at least: once if they may share items."""
    return 1 if shared(rules) else papers


def overlap(rules: Rules) -> int:
    """Give the most items that two papers may share: the anchors and what the rules allow beside them."""
    return len(set(rules.anchors)) + rules.overlap


def holding(limit: Limit, stock: Stock, rules: Rules) -> Holding:
    """Count what papers can take of the items that a limit is about."""
    usable = [entry for entry in of_limit(limit, stock.entries.values()) if available(entry, rules)]
    marks = sum((_marks(entry, rules) for entry in usable), Decimal(0))
    return Holding(len(usable), marks, amount(limit, usable, rules))


def available(entry: Entry, rules: Rules) -> bool:
    """Whether papers can take an item: its place takes items, and it does not rest, is not excluded or used up."""
    fresh = entry.uses < rules.exposure_most and not entry.resting
    return fresh and entry.code not in rules.exclude and takes(rules, entry.row, entry.section)


def takes(rules: Rules, row: str, section: Section) -> bool:
    """Whether a paper takes items of a row and section."""
    if rules.mode is Mode.BY_TYPE:
        counts = {rule.section: rule.count for rule in rules.sections}
        return counts.get(section, 0) > 0 and any(one.code == row for one in rules.rows)
    return any((one.code, rule.section) == (row, section) for one, rule, _ in rules.cells())


def amount(limit: Limit, entries: Iterable[Entry], rules: Rules) -> Decimal:
    """Give how much some items hold of what a limit counts, of those that it is about."""
    values = _values(limit.counted, list(of_limit(limit, entries)), rules)
    return Decimal(str(round(float(values.sum()), 2)))


def of_limit(limit: Limit, entries: Iterable[Entry]) -> Iterator[Entry]:
    """Give the items that meet all conditions of a limit."""
    return (entry for entry in entries if all(meets(entry, condition) for condition in limit.where))


def authors(rules: Rules) -> Iterator[str]:
    """Give the authors that limits name."""
    for limit in rules.limits:
        for condition in limit.where:
            if condition.attribute is Attribute.AUTHOR:
                yield from condition.values


def meets(entry: Entry, condition: Condition) -> bool:
    """Whether an item has one of the values."""
    values = condition.values
    match condition.attribute:
        case Attribute.POINT:
            return any(beneath(entry.point, entry.path, value) for value in values)
        case Attribute.FACILITY:
            return any(_within(entry.facility, value) for value in values)
    return _VALUES[condition.attribute](entry) in values


def beneath(code: str, path: str, value: str) -> bool:
    """Whether a point is the one that is named, or lies in the range that is named by its code or its path.

    >>> [beneath("0-1-1-02", "职业道德/职业守则", value) for value in ("0-1", "职业道德", "0", "0-1-1-0")]
    [True, True, True, False]
    """
    return f"{code}-".startswith(f"{value}-") or f"{path}/".startswith(f"{value}/")


def _within(facility: float, value: str) -> bool:
    ends = band(value)
    if ends is None:
        return False
    low, high = map(float, ends)
    return low <= facility < high or facility == high == 1.0


def _constraint(name: str, limit: Limit, entries: Sequence[Entry], rules: Rules) -> Constraint:
    members = _where(all(meets(entry, condition) for condition in limit.where) for entry in entries)
    return Constraint(
        name=name,
        members=members,
        values=_values(limit.counted, [entries[place] for place in members], rules),
        low=-np.inf if limit.least is None else float(limit.least),
        high=np.inf if limit.most is None else float(limit.most),
        price=HARD if limit.price is None else float(limit.price),
        label=limit.name,
    )


def _values(counted: Counted, entries: Sequence[Entry], rules: Rules) -> Floats:
    """(t,) what each item counts."""
    match counted:
        case Counted.ITEMS:
            return np.ones(len(entries))
        case Counted.WORDS:
            return np.array([float(entry.words or 0) for entry in entries])
    marks = np.array([float(_marks(entry, rules)) for entry in entries])
    return marks if counted is Counted.MARKS else marks * shares(entries)


def shares(entries: Sequence[Entry]) -> Floats:
    """(t,) expected share of the marks of each item over a population of standard normal ability."""
    population = normal()
    a, b = np.array([entry.a for entry in entries]), np.array([entry.b for entry in entries])
    return np.asarray(population.weights @ probability(population.nodes, a, b), dtype=np.float64)


def _marks(entry: Entry, rules: Rules) -> Decimal:
    return next((rule.marks for rule in rules.sections if rule.section is entry.section), Decimal(0))


def _of_types(entries: Sequence[Entry], rules: Rules) -> Iterator[Constraint]:
    """State papers by type: so many items of each, and rows near their weights where the rules look at them."""
    for rule in rules.sections:
        members = _where(entry.section is rule.section for entry in entries)
        count = float(rule.count)
        yield Constraint(f"type:{rule.section}", members, np.ones(len(members)), low=count, high=count)
    for row in rules.rows if rules.row_within is not None else ():
        members = _where(entry.row == row.code for entry in entries)
        values = _values(Counted.MARKS, [entries[place] for place in members], rules)
        low, high = (float(row.weight + sign * (rules.row_within or 0)) for sign in (-1, 1))
        yield Constraint(f"row:{row.code}", members, values, low=low, high=high)


def _whole(stock: Stock, codes: Codes) -> bool:
    return all(code in stock.entries for code in codes)


def _places(stock: Stock, codes: Iterable[str]) -> Whole:
    named = set(codes)
    return _where(code in named for code in stock.entries)


def _where(chosen: Iterable[bool]) -> Whole:
    return np.flatnonzero(np.fromiter(chosen, dtype=np.bool_))
