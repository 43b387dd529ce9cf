"""Why a specification has no papers: what is asked for and what the bank has, in sentences that can be translated.

A sentence names rules by their ids (see `kaoping.itembank.request`), in the facts ``rule`` or, joined by commas,
``rules``; pages put the reader's words in their place.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import ceil, floor
from typing import Any, Final

import numpy as np

from kaoping.itembank import limits, request
from kaoping.itembank.conditions import Mode
from kaoping.itembank.errors import N_, Conflict, ItemBankError
from kaoping.itembank.pool import Stock
from kaoping.itembank.rules import Rules, plain
from kaoping.scoring.assembly import conflicts, reasons
from kaoping.scoring.assembly.conflicts import Explanation
from kaoping.scoring.assembly.highs import EXACT, Search
from kaoping.scoring.assembly.problem import Aim, Objective, Problem
from kaoping.scoring.assembly.reasons import Reason
from kaoping.scoring.assembly.repairs import Repair
from kaoping.scoring.assembly.splitting import aggregated

SUPPLY: Final = N_(
    "%(row)s, %(type)s: %(papers)d papers need %(needed)d items and the pool has %(available)d: %(short)d missing."
)
CROWDED: Final = N_(
    "%(rules)s: %(papers)d papers need %(needed)d items, but with one item per point, no item twice and no enemies "
    "together only %(placed)d can be placed: %(short)d missing."
)
TOO_HARD: Final = N_(
    "The papers are too hard: the mean expected score must be at least %(limit).2f marks; "
    "the nearest papers miss that by %(short).2f."
)
TOO_EASY: Final = N_(
    "The papers are too easy: the mean expected score must be at most %(limit).2f marks; "
    "the nearest papers miss that by %(short).2f."
)
TYPE_SUPPLY: Final = N_(
    "%(type)s: %(papers)d papers need %(needed)d items and the pool has %(available)d; %(short)d are missing."
)
LOST: Final = N_(
    "Items must stand in the papers and cannot: %(items)s. They are not approved or have no statistics, rest, are "
    "excluded, belong to a row or type that takes no items, or would stand in more sealed papers than allowed."
)
MEANS: Final = N_(
    "The mean expected scores of the papers must lie within %(limit).2f marks of each other; "
    "the nearest papers found exceed that by %(short).2f."
)
CURVES: Final = N_(
    "The characteristic curves of the papers must lie within %(limit).2f marks of each other; "
    "the nearest papers found exceed that by %(short).2f."
)
BAND_LOW: Final = N_("Let the difficulty band begin at %(after)s instead of %(before)s.")
BAND_HIGH: Final = N_("Let the difficulty band end at %(after)s instead of %(before)s.")
EXPLAINING: Final = 10.0
"""Longest time in seconds in which it is looked for why there are no papers."""
PLACING: Final = 2.0
"""Longest time in seconds in which it is counted how many items can be placed."""
NAMED: Final = 4
"""Most assessment points that are named for new items."""
_AT_LEAST: Final = frozenset({reasons.LOW_SUM, reasons.LOW_SUM_FORMS, reasons.SUPPLY_SUM})
_AT_MOST: Final = frozenset({reasons.HIGH_SUM, reasons.HIGH_SUM_FORMS})


class Impossible(ItemBankError, Conflict):
    """The papers cannot meet the rules: why, which rules conflict, and what would help.

    ``reasons`` are sentences with their facts; ``conflicts`` are sets of rule ids; ``repairs`` are plain data;
    ``proven`` tells whether it is certain, or no papers like that were found in the time.
    """

    sentence = N_("No papers meet the rules. %(said)s")

    def __init__(
        self, reasons: Sequence[Reason], *, conflicts: Sequence[Sequence[str]] = (),
        repairs: Sequence[dict[str, Any]] = (), proven: bool = True,
    ) -> None:  # fmt: skip
        super().__init__(
            said=" ".join(map(str, reasons)), reasons=tuple(reasons), conflicts=tuple(map(tuple, conflicts)),
            repairs=tuple(repairs), proven=proven,
        )  # fmt: skip


def before(stock: Stock, rules: Rules, *, forms: int) -> Impossible | None:
    """Tell what makes a search idle: items that must stand in papers and cannot, named first, or too few items."""
    absent = lost(stock, rules, forms=forms)
    named = [Reason(LOST, {"items": ", ".join(absent)})] if absent else []
    if reasons := (*named, *short_of_items(stock, rules, forms=forms)):
        return Impossible(reasons, conflicts=[(f"include:{code}",) for code in absent])
    return None


def short_of_items(stock: Stock, rules: Rules, *, forms: int) -> Iterator[Reason]:
    """Name the cells, or the types of papers by type, that hold fewer usable items than the papers take."""
    if rules.mode is Mode.BY_TYPE:
        yield from _short_of_types(stock, rules, forms=forms)
    held: dict[tuple[str, str], int] = {}
    for entry in stock.entries.values():
        cell = entry.row, entry.section.value
        held[cell] = held.get(cell, 0) + request.usable(entry, rules)
    for row, rule, count in rules.cells():
        available, needed = held.get((row.code, rule.section.value), 0), limits.times(rules, papers=forms) * count
        if available < needed:
            name = request.cell_name(row.code, rule.section)
            yield Reason(SUPPLY, {
                "rule": name, "row": row.code, "type": rule.section.value, "papers": forms, "needed": needed,
                "available": available, "short": needed - available, "suffice": available // count,
                "points": ", ".join(scarce_points(stock, rules, (name,))),
            })  # fmt: skip


def lost(stock: Stock, rules: Rules, *, forms: int) -> list[str]:
    """Name the items that must stand in the papers and cannot."""
    return [code for code in dict.fromkeys((*rules.anchors, *rules.include)) if _lost(code, stock, rules, forms)]


def _lost(code: str, stock: Stock, rules: Rules, forms: int) -> bool:
    entry = stock.entries.get(code)
    if entry is None or not limits.available(entry, rules):
        return True
    return entry.uses + (forms if code in rules.anchors else 1) > rules.exposure_most


def _short_of_types(stock: Stock, rules: Rules, *, forms: int) -> Iterator[Reason]:
    usable = [entry.section for entry in stock.entries.values() if request.usable(entry, rules)]
    for rule in rules.sections:
        available, needed = usable.count(rule.section), limits.times(rules, papers=forms) * rule.count
        if available < needed:
            yield Reason(TYPE_SUPPLY, {
                "rule": f"type:{rule.section}", "type": rule.section.value, "papers": forms, "needed": needed,
                "available": available, "short": needed - available,
            })  # fmt: skip


def scarce_points(stock: Stock, rules: Rules, cells: Sequence[str]) -> list[str]:
    """Name the assessment points of some cells' rows that have the fewest usable items: new ones help most there."""
    rows = dict.fromkeys(cell.split(":")[1] for cell in cells)
    held = Counter(entry.point for entry in stock.entries.values() if request.usable(entry, rules))
    points = [point for row in rows for point in stock.points.get(row, ())]
    return sorted(points, key=lambda point: held[point])[:NAMED]


def explained(problem: Problem, stock: Stock, rules: Rules) -> Impossible | None:
    """Say why a request has no papers; None if that is not found in time.

    The table of the specification is the standard's, so no change of it is proposed.
    """
    bare = replace(problem, constraints=tuple(replace(one, label="") for one in problem.constraints))
    fixed = [one.name for one in bare.constraints if one.name.startswith((request.MARKS, "cell:", "type:"))]
    found = conflicts.explain(bare, hard=fixed, seconds=EXPLAINING)
    return None if found is None else _Told(found, problem, stock, rules).impossible()


class _Told:
    """An explanation in the words of a specification."""

    def __init__(self, found: Explanation, problem: Problem, stock: Stock, rules: Rules) -> None:
        self.found, self.problem, self.stock, self.rules = found, problem, stock, rules
        self.groups = {f"enemies[{n}]": name for n, name in enumerate(request.enemies(stock, rules))}

    def impossible(self) -> Impossible:
        told = [one for conflict in self._conflicts() for one in self._of(conflict)]
        if self.found.forms:
            told.append(Reason(reasons.FORMS, {"forms": self.found.forms, "asked": self.found.asked}))
        named = [[self._name(rule) for rule in one.rules] for one in self._conflicts()]
        return Impossible(told, conflicts=named, repairs=list(self._repairs()))

    def _conflicts(self) -> list[conflicts.Conflict]:
        """Leave out that marks or means are missing where items are: that follows."""
        following = {request.MARKS, request.MEAN}
        chief = [one for one in self.found.conflicts if not following.issuperset(one.rules)]
        return chief or list(self.found.conflicts)

    def _of(self, conflict: conflicts.Conflict) -> Iterator[Reason]:
        others = [rule for rule in conflict.rules if not rule.startswith("cell:") and rule not in self.groups]
        cells = [rule for rule in conflict.rules if rule.startswith("cell:")]
        crowded = [] if set(others) - {request.MARKS} else list(self._crowded(cells))
        if crowded:
            yield from crowded
        elif {request.MEAN} <= set(others) <= {request.MEAN, request.MARKS} and (band := self._band(conflict)):
            yield band
        else:
            yield from (Reason(one.sentence, self._named(one)) for one in conflict.reasons)

    def _crowded(self, cells: list[str]) -> Iterator[Reason]:
        """Tell how many items of a cell can be placed, or of whole rows if cells compete for points."""
        if len(cells) == 1:
            yield from self._short(cells[0], cells)
            return
        rows: dict[str, list[str]] = {}
        for row, rule, _ in self.rules.cells():
            rows.setdefault(row.code, []).append(request.cell_name(row.code, rule.section))
        for code, own in rows.items():
            if not cells or not set(own).isdisjoint(cells):
                yield from self._short(f"row:{code}", own)

    def _short(self, named: str, cells: list[str]) -> Iterator[Reason]:
        forms, placed = self.problem.forms, self._placed(cells)
        needed = forms * sum(round(one.low) for one in self.problem.constraints if one.name in cells)
        if placed < needed:
            yield Reason(CROWDED, {
                "rules": named, "papers": forms, "needed": needed, "placed": placed, "short": needed - placed,
                "points": ", ".join(scarce_points(self.stock, self.rules, cells)),
            })  # fmt: skip

    def _placed(self, cells: Sequence[str]) -> int:
        """Count the items of some cells that all papers together can hold, apart from what else they need."""
        nothing = np.zeros(0, dtype=np.int64)
        capped = tuple(replace(one, low=-np.inf) for one in self.problem.constraints if one.name in cells)
        counted = np.zeros((len(self.problem.items), 1))
        counted[np.concatenate([one.members for one in capped])] = 1.0
        most = replace(
            self.problem, constraints=capped, include=nothing, least_use=nothing,
            objective=Objective(Aim.SUM, counted, np.ones(1), points=("items",)),
        )  # fmt: skip
        return int(np.floor(aggregated(most, Search(seconds=PLACING)).bound + EXACT))

    def _band(self, conflict: conflicts.Conflict) -> Reason | None:
        """Tell how far the band is off: as far as it would have to be widened, if that is known."""
        one = next((one for one in conflict.reasons if one.facts.get("rule") == request.MEAN), None)
        if one is None or one.sentence not in _AT_LEAST | _AT_MOST:
            return None
        limit, copies = float(one.facts["asked"]), int(one.facts["forms"])
        side = "low" if one.sentence in _AT_LEAST else "high"
        room = float(one.facts["room"]) / copies
        widened = [repair.after for repair in self.found.repairs if (repair.rule, repair.bound) == (request.MEAN, side)]
        after = next((value for value in widened if value is not None), room)
        sentence = TOO_HARD if side == "low" else TOO_EASY
        return Reason(sentence, {"rule": request.MEAN, "limit": limit, "short": abs(limit - after)})

    def _repairs(self) -> Iterator[dict[str, Any]]:
        """Give the changes as plain data; none if assessment points would have to be crowded."""
        if any(self.groups.get(one.rule, "").startswith("point:") for one in self.found.repairs):
            return
        for one in self.found.repairs:
            yield self._plain(one)

    def _plain(self, one: Repair) -> dict[str, Any]:
        said = self._band_moved(one) or Reason(one.reason.sentence, self._named(one.reason))
        return {
            "rule": self._name(one.rule), "kind": one.kind, "bound": one.bound, "before": one.before,
            "after": one.after, "items": [self.problem.items[item] for item in one.items],
            "sentence": said.sentence, "facts": dict(said.facts),
        }  # fmt: skip

    def _band_moved(self, one: Repair) -> Reason | None:
        """Say in shares of the marks, as the specification does, where an end of the band would have to be."""
        if one.rule != request.MEAN or one.after is None:
            return None
        low, hundredths = one.bound == "low", 100 * one.after / float(self.rules.marks)
        after = (floor if low else ceil)(round(hundredths, 4)) / 100
        before = self.rules.ratio_low if low else self.rules.ratio_high
        return Reason(BAND_LOW if low else BAND_HIGH, {"after": f"{after:.2f}", "before": plain(before)})

    def _named(self, one: Reason) -> dict[str, Any]:
        """Name rules by ids that last; limits of an engine's places are of no use to a reader."""
        facts = dict(one.facts)
        for key in facts.keys() & {"rule", "rules"}:
            facts[key] = ", ".join(map(self._name, str(facts[key]).split(", ")))
        return facts

    def _name(self, rule: str) -> str:
        return self.groups.get(rule, rule)
