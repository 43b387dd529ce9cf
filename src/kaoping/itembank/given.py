"""Use case: a whole paper given as a list of items 套题组卷, held against every rule of its specification, and stored.

What a paper cannot be without (approved items, one of a point, 100 marks) is refused. What departs from the rules is
told line by line; the assembler confirms it, and the run keeps the lines with the confirmation.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from kaoping.itembank import assembling, enemy_sets, limits, pool, request, turns, versions
from kaoping.itembank.actor import Actor
from kaoping.itembank.conditions import Codes, Mode
from kaoping.itembank.content import Problem
from kaoping.itembank.errors import N_, Conflict, Invalid, ItemBankError
from kaoping.itembank.papers import AssemblyRun, Paper, RunState, SpecificationVersion
from kaoping.itembank.pool import Entry, Stock
from kaoping.itembank.rules import FULL_MARKS, Rules, plain
from kaoping.itembank.specification import find
from kaoping.itembank.trail import database_time, record

#: Engine of the run of a given paper.
GIVEN = "given"
LABEL = "A"
TOLERANCE = 1e-6


class NotAFixedSet(ItemBankError, Conflict):
    """The specification in force has its papers assembled."""

    sentence = N_(
        "Papers of the specification %(name)s are assembled, not given as lists. Choose the mode of fixed sets in a "
        "new version first."
    )


class ListInvalid(ItemBankError, Invalid):
    """A list of items that cannot become a paper; ``problems`` says why."""

    sentence = N_("The list cannot become a paper: %(count)s places need mending.")

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(count=len(problems), problems=problems)


class NotConfirmed(ItemBankError, Conflict):
    """A list departs from the rules, and nobody has confirmed that."""

    sentence = N_(
        "The list departs from %(count)s rules: read them, and confirm that it shall become a paper as it is."
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A rule, what it asks for, and what a list gives; ``items`` are those that it is about, where it names some."""

    rule: str
    label: str
    low: float | None
    high: float | None
    given: float
    items: tuple[str, ...] = ()

    @property
    def kept(self) -> bool:
        """Whether the list keeps the rule."""
        above = self.low is None or self.given >= self.low - TOLERANCE
        return above and (self.high is None or self.given <= self.high + TOLERANCE)


@dataclass(frozen=True, slots=True)
class Examined:
    """A list of items held against the rules in force."""

    version: SpecificationVersion
    rules: Rules
    stock: Stock
    cut: float
    entries: tuple[Entry, ...]
    lines: tuple[Line, ...]

    @property
    def deviations(self) -> tuple[Line, ...]:
        """Rules that the list does not keep."""
        return tuple(line for line in self.lines if not line.kept)


def examine(session: Session, specification_id: UUID, codes: Sequence[str], *, at: datetime | None = None) -> Examined:
    """Hold a list of items against the specification in force.

    Raises
    ------
    NotAFixedSet : its papers are assembled.
    ListInvalid : it cannot become a paper.
    """
    specification = find(session, specification_id)
    version = versions.in_force(specification)
    rules = versions.rules_of(version)
    if rules.mode is not Mode.FIXED_SET:
        raise NotAFixedSet(name=specification.name)
    whole = rules.model_copy(update={"uncalibrated": True})
    stock = pool.load(session, specification.level_id, whole, at=at)
    if problems := list(_problems(codes, stock, rules)):
        raise ListInvalid(problems)
    entries = tuple(sorted((stock.entries[code] for code in codes), key=lambda entry: entry.section.position))
    cut = pool.ability_at(stock, rules, float(specification.level.pass_mark))
    return Examined(version, rules, stock, cut, entries, tuple(_lines(entries, stock, rules, cut=cut)))


def give(
    session: Session, specification_id: UUID, codes: Sequence[str], *, confirmed: bool, by: Actor,
    at: datetime | None = None, zone: ZoneInfo = turns.ZONE,
) -> AssemblyRun:  # fmt: skip
    """Store a list of items as a paper, which another person approves and seals as any other.

    Raises
    ------
    NotConfirmed : it departs from the rules and that was not confirmed.
    """
    now = at or database_time(session)
    found = examine(session, specification_id, codes, at=now)
    if found.deviations and not confirmed:
        raise NotConfirmed(count=len(found.deviations))
    specification = found.version.specification
    run = AssemblyRun(
        organisation_id=by.organisation, specification=specification, specification_id=specification.id,
        version_id=found.version.id, state=RunState.SOLVED, by=by.id, at=now, report=_report(found),
    )  # fmt: skip
    code = f"{assembling.stem_of(session, run, at=now, zone=zone)}-{LABEL}"
    paper = Paper(
        organisation_id=by.organisation, run=run, specification_id=specification.id, code=code, label=LABEL,
        assembled_by=by.id, assembled_at=now,
    )  # fmt: skip
    paper.slots = [assembling.slot_of(run, number, entry, found.rules) for number, entry in enumerate(found.entries, 1)]
    session.add(run)
    session.flush()
    record(session, "paper_given", run, by=by, at=at, deviations=[line.rule for line in found.deviations])
    return run


def _report(found: Examined) -> dict[str, Any]:
    """Keep what the list was held against, every line, and that the deviations were confirmed."""
    chosen = {entry.code for entry in found.entries}
    told = assembling.described(LABEL, list(found.entries), found.stock, found.rules, chosen=chosen, cut=found.cut)
    return {
        "engine": GIVEN, "rules": found.rules.plain(), "version": found.version.number,
        "minutes": found.version.minutes, "pass_mark": plain(found.version.specification.level.pass_mark), "forms": 1,
        "cut": found.cut, "items": len(found.stock.entries), "theta": list(pool.GRID), "supply": [], "spread": 0.0,
        "uncalibrated": sum(not entry.calibrated for entry in found.entries),
        "checked": [asdict(line) | {"items": list(line.items), "kept": line.kept} for line in found.lines],
        "confirmed": bool(found.deviations), "papers": [told],
    }  # fmt: skip


def _problems(codes: Sequence[str], stock: Stock, rules: Rules) -> Iterator[Problem]:
    """Say what keeps a list from becoming a paper at all."""
    for code, count in Counter(codes).items():
        if count > 1:
            yield _problem(N_("Item %(code)s stands in the list %(count)s times."), code=code, count=count)
        if code not in stock.entries:
            yield _problem(N_("Item %(code)s is not an approved item of this level."), code=code)
    entries = [stock.entries[code] for code in dict.fromkeys(codes) if code in stock.entries]
    sections = {rule.section for rule in rules.sections}
    for entry in entries:
        if entry.section not in sections:
            yield _problem(N_("Item %(code)s is of a type that the specification does not have."), code=entry.code)
    points: dict[str, str] = {}
    for entry in entries:
        if (first := points.setdefault(entry.point, entry.code)) != entry.code:
            sentence = N_("Items %(first)s and %(code)s are on the same assessment point, %(point)s.")
            yield _problem(sentence, first=first, code=entry.code, point=entry.point)
    marks = sum((rules.marks_of(entry.section) for entry in entries if entry.section in sections), Decimal(0))
    if marks != FULL_MARKS:
        sentence = N_("The items of the list give %(marks)s marks; a paper has %(full)s.")
        yield _problem(sentence, marks=plain(marks), full=plain(FULL_MARKS))


def _problem(sentence: str, **facts: Any) -> Problem:
    return Problem(field="codes", sentence=sentence, facts=facts)


def _lines(entries: Sequence[Entry], stock: Stock, rules: Rules, *, cut: float) -> Iterator[Line]:
    """Set every rule beside what the list gives: sums from the request that an engine would get, then single items."""
    codes = {entry.code for entry in entries}
    problem = request.problem_of(stock, rules, forms=1, cut=cut)
    for one in problem.constraints:
        there = (value for place, value in zip(one.members, one.values, strict=True) if problem.items[place] in codes)
        low, high = (None if abs(end) == float("inf") else float(end) for end in (one.low, one.high))
        yield Line(one.name, one.label, low, high, round(float(sum(there)), 4))
    yield from _of_items(entries, rules)
    for number, group in enumerate(rules.enemies):
        yield _of_group(f"enemies:{number}", group, codes, together=False)
    for label, held in stock.enemies.items():
        if not codes.isdisjoint(held):  # a bank may have thousands of sets
            yield _of_group(f"{enemy_sets.RULE}:{label}", tuple(held), codes, together=False)
    for number, group in enumerate(rules.together):
        yield _of_group(f"together:{number}", group, codes, together=True)


def _of_items(entries: Sequence[Entry], rules: Rules) -> Iterator[Line]:
    """Name the items that the rules would not have taken."""
    refused = {
        "elsewhere": [entry for entry in entries if not limits.takes(rules, entry.row, entry.section)],
        "uncalibrated": [entry for entry in entries if not (entry.calibrated or rules.unmeasured(entry.section))],
        "exposure": [entry for entry in entries if entry.uses >= rules.exposure_most],
        "rest": [entry for entry in entries if entry.resting],
        "exclude": [entry for entry in entries if entry.code in rules.exclude],
    }
    for rule, found in refused.items():
        yield Line(rule, "", None, 0.0, float(len(found)), tuple(entry.code for entry in found))
    asked = tuple(dict.fromkeys((*rules.include, *rules.anchors)))
    missing = tuple(code for code in asked if code not in {entry.code for entry in entries})
    if asked:
        yield Line("include", "", float(len(asked)), None, float(len(asked) - len(missing)), missing)


def _of_group(name: str, group: Codes, codes: set[str], *, together: bool) -> Line:
    met = tuple(code for code in group if code in codes)
    if together:
        size = float(len(set(group)))
        return Line(name, " ".join(group), size if met else 0.0, size if met else 0.0, float(len(met)), met)
    return Line(name, " ".join(group), None, 1.0, float(len(met)), met)
