"""The item-writing plan 命题计划: what to write next for some parallel papers, and for several runs without repeats.

The fewest items that make all papers possible are found under every rule of the specification
(`kaoping.scoring.assembly.additions`) and put in the order in which they make one paper more possible; then come those
that sharpen the papers most at the pass mark. All numbers of papers are bounds: the sum of papers keeps every rule.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import floor
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from kaoping.itembank import point_supply, pool, specification, versions
from kaoping.itembank.conditions import Mode
from kaoping.itembank.errors import N_, Conflict, Invalid, ItemBankError
from kaoping.itembank.papers import Specification, SpecificationVersion
from kaoping.itembank.point_supply import Place
from kaoping.itembank.rules import RowRule, Rules, Section
from kaoping.itembank.writing_offer import Idea, Kind, Offer, kind_of
from kaoping.scoring.assembly.shortages import Shortage, forms_enough_for, shortages, worths

MOST_PAPERS, MOST_RUNS = 8, 10
STEPS: Final = 8
"""How many steps from the papers possible now to those wanted are looked at."""
SHARPENING: Final = 10
"""How many items that sharpen the papers are named."""
NOTHING: Final = 1e-6

At = tuple[UUID, Section]
Cell = tuple[str, Section]


class PlanTooLarge(ItemBankError, Invalid):
    """A plan is made for some papers and some runs."""

    sentence = N_("A plan is for 1 to %(papers)d papers in each of 1 to %(runs)d runs; you asked for %(asked)s.")


class PlanWithoutTable(ItemBankError, Conflict):
    """Papers that do not follow the table of rows and types have no plan yet."""

    sentence = N_(
        "A plan is made for papers that are assembled by assessment point; those of the specification %(name)s are "
        "not. Choose another specification."
    )


class Why(StrEnum):
    """Why an item is wanted."""

    SUPPLY = "supply"
    BALANCE = "balance"
    PRECISION = "precision"


@dataclass(frozen=True, slots=True)
class Line:
    """Items to write on a point.

    Attributes
    ----------
    count : how many.
    difficulty : 1 easy to 5 hard; None without statistics.
    paper : the number of papers that become possible with all lines up to here; None for items that sharpen.
    papers : how many more papers one more item here would make possible by itself, at most.
    information : what one more item here would add to the information of the papers possible now at the pass mark.
    needed, held : items that all papers wanted take of the row and type, and how many the bank can give.
    """

    place: Place
    count: int
    difficulty: int | None
    paper: int | None
    why: Why
    needed: int
    held: int
    papers: float | None = None
    information: float | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """With so many items of the plan, from its beginning, so many papers are possible."""

    papers: int
    items: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What to write next.

    Attributes
    ----------
    papers, runs : wanted.
    measured : whether the bank has statistics; without, items are only counted.
    possible : how many papers the bank allows at most, up to those wanted.
    barred : rows of which a paper takes more items than there are points; no item helps.
    found : whether items that make all papers possible were found.
    wanted : by point and type, how many items there should be.
    information : of the papers possible now at the pass mark, at most; None if there are none or without statistics.
    """

    version: SpecificationVersion
    papers: int
    runs: int
    measured: bool
    possible: int
    barred: tuple[RowRule, ...]
    found: bool
    places: tuple[Place, ...]
    wanted: Mapping[At, int]
    lines: tuple[Line, ...]
    steps: tuple[Step, ...]
    information: float | None

    @property
    def all_papers(self) -> int:
        """Papers of all runs."""
        return self.papers * self.runs

    @property
    def items(self) -> int:
        """Items to write so that all papers are possible."""
        return sum(line.count for line in self.lines if line.paper)

    @property
    def version_rows(self) -> Sequence[RowRule]:
        """The rows of the table."""
        return versions.rules_of(self.version).rows

    def missing(self, place: Place) -> int:
        """Give how many items to write at a place."""
        here = (line for line in self.lines if line.place is place and line.paper)
        return sum(line.count for line in here)

    def wanted_at(self, place: Place) -> int:
        """Give how many items there should be at a place."""
        return self.wanted[place.point_id, place.section]

    @property
    def first(self) -> tuple[Line, ...]:
        """The lines that make one paper more possible: what runs out first."""
        return tuple(line for line in self.lines if self.steps and line.paper == self.steps[0].papers)


def plan(session: Session, specification_id: UUID, *, papers: int, runs: int = 1) -> Plan:
    """Say what to write next for the version in force.

    Raises
    ------
    NoApprovedVersion, PlanTooLarge, PlanWithoutTable
    """
    if not (1 <= papers <= MOST_PAPERS and 1 <= runs <= MOST_RUNS):
        raise PlanTooLarge(papers=MOST_PAPERS, runs=MOST_RUNS, asked=f"{papers} × {runs}")
    version = versions.in_force(specification.find(session, specification_id))
    rules, level = versions.rules_of(version), version.specification.level
    if rules.mode is not Mode.BY_POINT:
        raise PlanWithoutTable(name=version.specification.name)
    stock = pool.load(session, level.id, rules)
    measured = any(entry.calibrated for entry in stock.entries.values())
    if not measured:
        stock = pool.load(session, level.id, rules.model_copy(update={"uncalibrated": True}))
    places = point_supply.load(session, level, rules, uncalibrated=rules.uncalibrated or not measured)
    offer = Offer.of(stock, rules, places, pass_mark=float(level.pass_mark), measured=measured)
    return _planned(version, places, offer, papers=papers, runs=runs, barred=_barred(rules, places))


def offered(session: Session) -> list[Specification]:
    """Give the specifications that a plan can be made for, the newest first."""
    inforce = ((one, one.in_force) for one in specification.listed(session))
    return [one for one, version in inforce if version and versions.rules_of(version).mode is Mode.BY_POINT]


def _planned(
    version: SpecificationVersion, places: Sequence[Place], offer: Offer | None, *, papers: int, runs: int,
    barred: tuple[RowRule, ...],
) -> Plan:  # fmt: skip
    aim, more = papers * runs, Valued({}, None)
    possible = 0 if barred or offer is None else _possible(offer, aim)
    lots = None if barred else _counted(places, aim) if offer is None else _staged(offer, possible, aim)
    lines = list(_lines(lots or (), places, aim))
    if offer is not None and offer.measured and not barred:
        samples = offer.samples
        lines += _sharpening(samples, places, possible, aim)
        more = _valued(samples, lines, possible)
    told = [line for line in map(more.of, lines) if line.paper or line.information]
    told.sort(key=lambda line: (line.paper is None, 0.0 if line.paper else -(line.information or 0.0)))
    return Plan(
        version=version, papers=papers, runs=runs, measured=offer is not None and offer.measured, possible=possible,
        barred=barred, found=lots is not None, places=tuple(places), wanted=_wanted(lines, places, aim),
        lines=tuple(told), steps=_steps(lots or ()), information=more.information,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lot:
    """Some items alike at a place, and the number of papers that they make possible with the lots before."""

    idea: Idea
    count: int
    paper: int


def _cells(places: Iterable[Place]) -> dict[Cell, list[Place]]:
    found: dict[Cell, list[Place]] = {}
    for place in places:
        found.setdefault((place.row.code, place.section), []).append(place)
    return found


def _barred(rules: Rules, places: Sequence[Place]) -> tuple[RowRule, ...]:
    """Give the rows of which a paper takes more items than there are points."""
    points = {(place.row.code, place.point_id) for place in places}
    taken = {row.code: sum(map(row.count, Section)) for row in rules.rows}
    return tuple(row for row in rules.rows if taken[row.code] > sum(code == row.code for code, _ in points))


def _possible(offer: Offer, aim: int) -> int:
    """Give how many papers the bank suffices for at most, up to those wanted."""
    enough = forms_enough_for(offer.samples.held(max(2, aim)))
    return aim if enough is None else min(aim, floor(enough + NOTHING))


def _staged(offer: Offer, possible: int, aim: int) -> list[Lot] | None:
    """Give the fewest items for all papers, those first that make one paper more possible."""
    nothing = offer.nothing
    if possible >= aim:
        return []
    whole = offer.fewest(aim, most=nothing + aim, least=nothing)
    if whole is None:
        return None
    lots: list[Lot] = []
    before = nothing
    for papers in _numbers(possible + 1, aim):
        now = whole if papers == aim else offer.fewest(papers, most=whole, least=before)
        if now is not None:
            counts = zip(offer.ideas, (now - before).tolist(), strict=True)
            lots += [Lot(idea, count, papers) for idea, count in counts if count]
            before = now
    return lots


def _numbers(first: int, last: int) -> list[int]:
    """Give some numbers of papers on the way, evenly apart, with the first and the last.

    >>> _numbers(3, 40)
    [3, 8, 13, 18, 24, 29, 34, 40]
    """
    return sorted({first + (last - first) * step // (STEPS - 1) for step in range(STEPS)})


def _counted(places: Sequence[Place], papers: int) -> list[Lot]:
    """Spread what an empty bank needs evenly over the points, the core ones first."""
    lots = []
    for (_, section), cell in _cells(places).items():
        needed = papers * cell[0].row.count(section)
        ordered = sorted(cell, key=lambda place: not place.core)
        counts = [needed // len(cell) + (number < needed % len(cell)) for number in range(len(cell))]
        lots += [Lot(Idea(place, None), count, papers) for place, count in zip(ordered, counts, strict=True) if count]
    return lots


def _steps(lots: Iterable[Lot]) -> tuple[Step, ...]:
    found: dict[int, int] = {}
    for lot in lots:
        found[lot.paper] = found.get(lot.paper, 0) + lot.count
    return tuple(Step(papers, sum(found[one] for one in found if one <= papers)) for papers in sorted(found))


def _lines(lots: Iterable[Lot], places: Sequence[Place], aim: int) -> Iterator[Line]:
    cells = _cells(places)
    for lot in sorted(lots, key=lambda lot: (lot.paper, not lot.idea.place.core)):
        place = lot.idea.place
        needed, held = _supply(place, cells, aim)
        why = Why.SUPPLY if held < needed else Why.BALANCE
        yield Line(place, lot.count, lot.idea.difficulty, lot.paper, why, needed, held)


def _supply(place: Place, cells: Mapping[Cell, list[Place]], aim: int) -> tuple[int, int]:
    cell = cells[place.row.code, place.section]
    return aim * place.row.count(place.section), sum(min(one.usable, aim) for one in cell)


def _sharpening(offer: Offer, places: Sequence[Place], papers: int, aim: int) -> list[Line]:
    """Name what sharpens the papers most in every row and type, where there are fewest items of it; the best first."""
    prices = worths(offer.held(papers)) if papers else None
    if prices is None:
        return []
    best: dict[Cell, tuple[float, int]] = {}
    for (row, section, difficulty), number in offer.kinds.items():
        worth = round(float(prices[number]), 6), difficulty or 0
        best[row, section] = max(best.get((row, section), worth), worth)
    cells = _cells(places)
    ranked = sorted(best, key=lambda cell: -best[cell][0])
    chosen = [cell for cell in ranked if best[cell][0] > NOTHING][:SHARPENING]
    poorest = [min(cells[cell], key=lambda place: (place.usable, not place.core)) for cell in chosen]
    return [
        Line(place, 1, best[cell][1], None, Why.PRECISION, *_supply(place, cells, aim))
        for cell, place in zip(chosen, poorest, strict=True)
    ]


@dataclass(frozen=True)
class Valued:
    """What one more item is worth by row, type and difficulty, and the information that papers have now."""

    by_kind: Mapping[Kind, Shortage]
    information: float | None

    def of(self, line: Line) -> Line:
        """Give a line with what one more item there is worth."""
        found = self.by_kind.get(kind_of(Idea(line.place, line.difficulty)))
        return line if found is None else replace(line, papers=found.forms, information=found.gain)


def _valued(offer: Offer, lines: Sequence[Line], papers: int) -> Valued:
    kinds = dict.fromkeys(kind_of(Idea(line.place, line.difficulty)) for line in lines)
    groups = {str(kind): offer.place_of(kind) for kind in kinds}
    forms = shortages(offer.held(max(2, papers)), groups)
    gains = shortages(offer.held(1), groups) if papers == 1 else forms
    gain = {row.group: row.gain for row in gains.rows}
    found = {row.group: replace(row, gain=gain[row.group]) for row in forms.rows}
    return Valued({kind: found[str(kind)] for kind in kinds}, gains.bound)


def _wanted(lines: Sequence[Line], places: Sequence[Place], aim: int) -> dict[At, int]:
    """Say how many items every place should have: what it has and lacks, or what the papers take evenly."""
    lacking: dict[At, int] = {}
    for line in lines:
        if line.paper:
            at = line.place.point_id, line.place.section
            lacking[at] = lacking.get(at, 0) + line.count
    found = {}
    for (_, section), cell in _cells(places).items():
        needed = aim * cell[0].row.count(section)
        taken = [level for level in range(aim + 1) if sum(min(one.usable, level) for one in cell) >= needed]
        even = min(taken, default=aim)
        for place in cell:
            at = place.point_id, section
            found[at] = place.usable + lacking[at] if at in lacking else min(place.usable, even)
    return found
