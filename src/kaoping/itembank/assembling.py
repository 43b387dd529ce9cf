"""Use case: carry out what was ordered: parallel papers from the approved items of a level, or why there are none."""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from decimal import Decimal
from time import monotonic
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from kaoping.itembank import limits, orders, overtaking, pool, turns, versions
from kaoping.itembank.actor import Actor
from kaoping.itembank.conditions import Mode
from kaoping.itembank.errors import N_, ItemBankError, KaopingError
from kaoping.itembank.items import Item, ItemState
from kaoping.itembank.models import Level, Point, Range
from kaoping.itembank.orders import LABELS, Effort, Group
from kaoping.itembank.papers import AssemblyRun, Paper, RunState, Slot
from kaoping.itembank.rules import IN_PAPERS, RowRule, Rules, Section, plain, section_of
from kaoping.itembank.searching import Found, Impossible, NotFound, Watch, search
from kaoping.itembank.trail import database_time
from kaoping.scoring.assembly.highs import Progress
from kaoping.scoring.assembly.parallel import Cancelled
from kaoping.scoring.assembly.reasons import Reason
from kaoping.scoring.errors import ScoringError

EVERY: Final = 0.5
"""Seconds between two signs of life."""

Opened = Callable[[], AbstractContextManager[Session]]


class Defect(ItemBankError):
    """The search ended by an error of the program."""

    sentence = N_("The search ended by an error of the program, which is in the log of the worker. Tell your operator.")


@dataclass(frozen=True, slots=True)
class Work:
    """What an attempt of a run searches in, read in one transaction: no database is needed until it ends."""

    run_id: UUID
    attempt: int
    stock: pool.Stock
    rules: Rules
    forms: int
    cut: float
    effort: Effort


@dataclass(eq=False)
class Told:
    """Writes how far a search is, about twice a second, each time in a transaction of its own, and hears of its end.

    ``also`` is another watcher, such as a person at a terminal.
    """

    opened: Opened
    work: Work
    also: Watch | None = None
    last: float = -math.inf

    def __call__(self, progress: Progress) -> bool:
        """Answer whether the search shall end."""
        if self.also is not None and self.also(progress):
            return True
        if monotonic() - self.last < EVERY:
            return False
        self.last = monotonic()
        try:
            with self.opened() as session:
                return not orders.tell(session, self.work.run_id, self.work.attempt, _signs(progress))
        except OperationalError:  # the search outlives a database that is away for a moment; the end will tell
            return False


def assemble(
    session: Session, specification_id: UUID, *, forms: int = 2, by: Actor, at: datetime | None = None,
    effort: Effort = orders.USUAL, group: Group | None = None, unlike: Collection[UUID] = (),
    zone: ZoneInfo = turns.ZONE,
) -> AssemblyRun:  # fmt: skip
    """Order papers and look for them at once, within the caller's transaction.

    They share no item and follow the newest approved version of the specification; without one there are none. A
    specification that cannot be met is a result too: the run is stored as infeasible, with the rules and the
    shortfalls in its report.
    """
    run = orders.order(session, specification_id, forms=forms, effort=effort, group=group, unlike=unlike, by=by, at=at)
    if work := _begun(session, run.id, at=at):
        _end(session, work, _outcome(work, None), at=at, zone=zone)
    return run


def carry_out(
    opened: Opened, run_id: UUID, *, watch: Watch | None = None, at: datetime | None = None, zone: ZoneInfo = turns.ZONE
) -> None:
    """Look for the papers of an ordered run; doing it twice, or twice at once, gives one set of papers.

    The bank is read in one transaction and the papers are stored in another; none is open while they are sought.
    ``opened`` opens a transaction on the run's organisation. The run keeps how it ended, whatever that was.
    """
    with opened() as session:
        work = _begun(session, run_id, at=at)
    if work is None:
        return
    try:
        outcome = _outcome(work, Told(opened, work, watch))
    except Exception:
        with opened() as session:
            _end(session, work, Defect(), at=at, zone=zone)
        raise
    with opened() as session:
        _end(session, work, outcome, at=at, zone=zone)


def _begun(session: Session, run_id: UUID, *, at: datetime | None) -> Work | None:
    run = orders.begin(session, run_id, at=at)
    if run is None:
        return None
    if changes := list(overtaking.by_another_version(session, run)):
        _overtake(session, run, changes, at=at)
        return None
    rules = versions.rules_of(run.version)
    offered = pool.load(session, run.specification.level_id, rules, at=at)
    stock = without(offered, run, "seen", "papers")
    cut = pool.ability_at(stock, rules, float(run.specification.level.pass_mark))
    forms = run.report["forms"]
    unseen = {reason: len(offered.entries) - len(without(offered, run, reason).entries) for reason in run.left_out}
    run.report = run.report | {
        "cut": cut,
        "items": len(stock.entries),
        "unseen": unseen["seen"],
        "unlike_items": unseen["papers"],
        "uncalibrated": sum(not entry.calibrated for entry in stock.entries.values()),
        "supply": list(_supply(rules, stock, _in_review(session, run.specification.level_id), forms=forms)),
    }
    return Work(run.id, run.attempt, stock, rules, forms, cut, Effort(**run.report["effort"]))


def without(stock: pool.Stock, run: AssemblyRun, *reasons: str) -> pool.Stock:
    """Leave out the items that the run may not use."""
    barred = {UUID(item) for reason in reasons for item in run.left_out.get(reason, ())}
    return replace(stock, entries={code: one for code, one in stock.entries.items() if one.item_id not in barred})


def _signs(progress: Progress) -> dict[str, Any]:
    """Keep how far a search is; what is not known yet is None."""
    best, bound = progress.objective, progress.bound if math.isfinite(progress.bound) else None
    gap = abs(bound - best) / abs(best) if best and bound is not None else None
    return {"seconds": round(progress.seconds, 1), "objective": best, "bound": bound, "gap": gap}


def _outcome(work: Work, watch: Watch | None) -> Found | KaopingError | ScoringError:
    """Search; give papers, or why there are none."""
    effort = work.effort
    try:
        return search(
            work.stock, work.rules, forms=work.forms, cut=work.cut, seconds=effort.seconds, gap=effort.gap,
            seed=effort.seed, watch=watch,
        )  # fmt: skip
    except (KaopingError, ScoringError) as refused:
        return refused


def _end(
    session: Session, work: Work, outcome: Found | KaopingError | ScoringError, *, at: datetime | None, zone: ZoneInfo
) -> None:
    """End the run with what its attempt gave, unless it was cancelled or begun again meanwhile."""
    run = orders.locked(session, work.run_id)
    if run.state is not RunState.RUNNING or run.attempt != work.attempt:
        return
    match outcome:
        case Found():
            _keep(session, run, work, outcome, at=at, zone=zone)
        case Impossible():
            state = RunState.INFEASIBLE if outcome.proven else RunState.UNDECIDED
            orders.end(session, run, state, at=at, seconds=work.effort.seconds, **_refusal(outcome))
        case NotFound():
            orders.end(session, run, RunState.UNDECIDED, at=at, seconds=work.effort.seconds)
        case Cancelled():
            orders.end(session, run, RunState.CANCELLED, at=at)
        case _:
            orders.end(session, run, RunState.FAILED, at=at, failure=orders.told(outcome.sentence, outcome.facts))


def _keep(session: Session, run: AssemblyRun, work: Work, found: Found, *, at: datetime | None, zone: ZoneInfo) -> None:
    """Store papers, if the bank is still what they were sought in."""
    chosen = [[work.stock.entries[code] for code in paper] for paper in found.papers]
    entries = [entry for paper in chosen for entry in paper]
    changes = [*overtaking.by_another_version(session, run), *overtaking.by_items(session, run, entries, work.rules)]
    if changes:
        _overtake(session, run, changes, at=at)
        return
    papers = [in_order(paper, work.rules) for paper in chosen]
    codes = {entry.code for entry in entries}
    told = [
        described(label, paper, work.stock, work.rules, chosen=codes, cut=work.cut)
        for label, paper in zip(LABELS, papers, strict=False)
    ]
    orders.end(session, run, RunState.SOLVED, at=at, **_evidence(found) | {"papers": told})
    _store(session, run, papers, work.rules, at=at or database_time(session), zone=zone)


def _overtake(session: Session, run: AssemblyRun, changes: Sequence[Reason], *, at: datetime | None) -> None:
    said = [orders.told(one.sentence, one.facts) for one in changes]
    orders.end(session, run, RunState.OVERTAKEN, at=at, changes=said)


def _refusal(refused: Impossible) -> dict[str, Any]:
    return {
        "shortfalls": [orders.told(one.sentence, one.facts) for one in refused.reasons],
        "conflicts": [list(rules) for rules in refused.conflicts],
        "repairs": list(refused.repairs),
    }


def _supply(
    rules: Rules, stock: pool.Stock, in_review: Mapping[tuple[str, Section], int], *, forms: int
) -> list[dict[str, Any]]:
    """Say what each cell of the table needs and has; of papers by type each type, under no row."""
    if rules.mode is Mode.BY_TYPE:
        places = [("", rule, rule.count, {(row.code, rule.section) for row in rules.rows}) for rule in rules.sections]
    else:
        places = [(row.code, rule, count, {(row.code, rule.section)}) for row, rule, count in rules.cells()]
    lines = []
    for row, rule, count, cells in places:
        held = [entry for entry in stock.entries.values() if (entry.row, entry.section) in cells]
        exposed = sum(entry.uses >= rules.exposure_most for entry in held)
        lines.append({
            "row": row, "section": rule.section.value, "needed": limits.times(rules, papers=forms) * count,
            "available": len(held) - exposed, "exposed": exposed,
            "waiting": sum(stock.waiting.get(cell, 0) for cell in cells),
            "in_review": sum(in_review.get(cell, 0) for cell in cells),
        })  # fmt: skip
    return lines


def _in_review(session: Session, level_id: UUID) -> dict[tuple[str, Section], int]:
    query = (
        select(Range.code, Item.type, func.count())
        .join(Point, Point.range_id == Range.id)
        .join(Item, Item.point_id == Point.id)
        .where(Item.level_id == level_id, Item.state == ItemState.IN_REVIEW, Item.type.in_(IN_PAPERS))
        .group_by(Range.code, Item.type)
    )
    counted: dict[tuple[str, Section], int] = {}
    for row, kind, count in session.execute(query):
        cell = row, section_of(kind)
        counted[cell] = counted.get(cell, 0) + count
    return counted


def _evidence(found: Found) -> dict[str, Any]:
    return {
        "objective": round(found.objective, 6),
        "bound": round(found.bound, 6),
        "gap": round(found.gap, 6),
        "proven": found.proven,
        "seconds": round(found.seconds, 2),
        "spread": round(found.spread, 3),
        "price": round(found.price, 6),
        "target": found.target,
        "theta": list(pool.GRID),
        "papers": [],
    }


def _store(
    session: Session, run: AssemblyRun, papers: Sequence[Sequence[pool.Entry]], rules: Rules, *, at: datetime,
    zone: ZoneInfo,
) -> None:  # fmt: skip
    stem = stem_of(session, run, at=at, zone=zone)
    run.papers = [
        Paper(
            organisation_id=run.organisation_id, specification_id=run.specification_id, code=f"{stem}-{label}",
            label=label, assembled_by=run.by, assembled_at=at,
            slots=[slot_of(run, number, entry, rules) for number, entry in enumerate(entries, 1)],
        )
        for label, entries in zip(LABELS, papers, strict=False)
    ]  # fmt: skip
    session.flush()


def stem_of(session: Session, run: AssemblyRun, *, at: datetime, zone: ZoneInfo) -> str:
    """Number the run within year and digit of the level; runs that are stored at once take turns."""
    level = session.get_one(Level, run.specification.level_id)
    turns.take(session, f"paper:{run.organisation_id}:{level.digit}")
    stem = f"{at.astimezone(zone).year}-{level.digit}-"
    numbered = session.scalars(select(Paper.code).where(Paper.code.startswith(stem))).all()
    last = max((int(code.split("-")[2]) for code in numbered), default=0)
    return f"{stem}{last + 1:04}"


def in_order(entries: Sequence[pool.Entry], rules: Rules) -> list[pool.Entry]:
    """Put entries in the order of a paper: section, row of the weight table, point."""
    rows = {row.code: place for place, row in enumerate(rules.rows)}

    def place(entry: pool.Entry) -> tuple[int, int, int, str]:
        return entry.section.position, rows.get(entry.row, len(rows)), entry.place, entry.code

    return sorted(entries, key=place)


def slot_of(run: AssemblyRun, number: int, entry: pool.Entry, rules: Rules) -> Slot:
    """Give the slot that holds an entry at a number of a run's paper."""
    rule = rules.rule_of(entry.section)
    return Slot(
        organisation_id=run.organisation_id, number=number, revision_id=entry.revision_id, item_id=entry.item_id,
        point_id=entry.point_id, marks=rule.marks, scoring=rule.scoring, apart=rule.apart,
    )  # fmt: skip


def described(
    label: str, entries: list[pool.Entry], stock: pool.Stock, rules: Rules, *, chosen: set[str], cut: float
) -> dict[str, Any]:
    """Report a paper: its rows, its curves, and for each item how it stands in its cell."""
    marks = {entry.code: rules.marks_of(entry.section) for entry in entries}
    measured = pool.curves(entries, rules, cut=cut)
    core = sum((marks[entry.code] for entry in entries if entry.core), Decimal(0))
    return {
        "label": label,
        "ratio": round(measured.mean / float(rules.marks), 4),
        "core_marks": plain(core),
        "used_before": sum(entry.uses > 0 for entry in entries),
        "rows": {row.code: plain(_row_marks(row, entries, rules)) for row in rules.rows},
        "limits": [plain(limits.amount(limit, entries, rules)) for limit in rules.limits],
        "sections": {r.section.value: sum(e.section is r.section for e in entries) for r in rules.sections},
        **asdict(measured) | {"mean": round(measured.mean, 2)},
        "chosen": [_why(entry, stock, chosen, cut=cut) for entry in entries],
    }


def _row_marks(row: RowRule, entries: Sequence[pool.Entry], rules: Rules) -> Decimal:
    return sum((rules.marks_of(entry.section) for entry in entries if entry.row == row.code), Decimal(0))


def _why(entry: pool.Entry, stock: pool.Stock, chosen: set[str], *, cut: float) -> dict[str, Any]:
    """Say how an item stands among the items of its cell: how many there are, how many were taken, its rank."""
    cell = [one for one in stock.entries.values() if (one.row, one.section) == (entry.row, entry.section)]
    own = pool.information_at(entry, cut)
    return {
        "item": entry.code, "point": entry.point, "row": entry.row, "section": entry.section.value,
        "a": round(entry.a, 3), "b": round(entry.b, 3), "information": round(own, 3), "uses": entry.uses,
        "calibrated": entry.calibrated, "of": len(cell), "taken": sum(one.code in chosen for one in cell),
        "rank": 1 + sum(pool.information_at(one, cut) > own for one in cell),
    }  # fmt: skip
