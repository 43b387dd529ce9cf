"""Use case: assemble parallel papers from the approved items of a level, or say which rule cannot be met and why."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kaoping.itembank import pool, versions
from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import N_, Invalid, ItemBankError, Missing
from kaoping.itembank.items import Item, ItemState
from kaoping.itembank.models import Level, Point, Range
from kaoping.itembank.papers import AssemblyRun, Paper, PaperState, RunState, Slot, SpecificationVersion
from kaoping.itembank.rules import RowRule, Rules, Section, plain, section_of
from kaoping.itembank.searching import Found, Impossible, NotFound, search
from kaoping.itembank.specification import find
from kaoping.itembank.trail import database_time, record

SECONDS = 15.0
LABELS = "ABCDEFGH"
ZONE = ZoneInfo("Asia/Shanghai")


class TooManyPapers(ItemBankError, Invalid):
    """A run makes a few parallel papers."""

    sentence = N_("A run makes 1 to %(most)s papers; you asked for %(forms)s.")


def assemble(
    session: Session, specification_id: UUID, *, forms: int = 2, by: Actor, at: datetime | None = None,
    seconds: float = SECONDS, zone: ZoneInfo = ZONE,
) -> AssemblyRun:  # fmt: skip
    """Assemble papers that share no item, check them by another way than they were found, and store them.

    They follow the newest approved version of the specification; without one there are none.
    A specification that cannot be met is a result too: the run is stored as infeasible, with the rules and the
    shortfalls in its report.
    """
    if not 1 <= forms <= len(LABELS):
        raise TooManyPapers(forms=forms, most=len(LABELS))
    specification, now = find(session, specification_id), at or database_time(session)
    version = versions.in_force(specification)
    rules = versions.rules_of(version)
    stock = pool.load(session, specification.level_id, rules)
    cut = pool.ability_at(stock, rules, float(specification.level.pass_mark))
    report = _setting(session, version, rules, stock, forms=forms, cut=cut)
    run = AssemblyRun(
        organisation_id=by.organisation, specification=specification, specification_id=specification.id,
        version_id=version.id, state=RunState.SOLVED, by=by.id, at=now, report=report,
    )  # fmt: skip
    try:
        found = search(stock, rules, forms=forms, cut=cut, seconds=seconds)
    except Impossible as refused:
        run.state = RunState.INFEASIBLE if refused.proven else RunState.UNDECIDED
        report |= _refusal(refused) | {"seconds": seconds}
    except NotFound:
        run.state = RunState.UNDECIDED
        report["seconds"] = seconds
    else:
        report |= _evidence(found)
        _store(session, run, stock, rules, found.papers, zone=zone)
    session.add(run)
    record(session, f"assembly_{run.state}", run, by=by, at=at)
    return run


def find_run(session: Session, run_id: UUID) -> AssemblyRun:
    """Give a run of the organisation, or raise `Missing`."""
    found = session.get(AssemblyRun, run_id)
    if found is None:
        raise Missing(what=N_("assembly run"))
    return found


def runs_of(session: Session, specification_id: UUID) -> Sequence[AssemblyRun]:
    """Give the runs of a specification, the newest first."""
    query = select(AssemblyRun).where(AssemblyRun.specification_id == specification_id)
    return session.scalars(query.order_by(AssemblyRun.at.desc())).all()


def _refusal(refused: Impossible) -> dict[str, Any]:
    return {
        "shortfalls": [{"sentence": one.sentence, "facts": _plain(one.facts)} for one in refused.reasons],
        "conflicts": [list(rules) for rules in refused.conflicts],
        "repairs": list(refused.repairs),
    }


def _setting(
    session: Session, version: SpecificationVersion, rules: Rules, stock: pool.Stock, *, forms: int, cut: float
) -> dict[str, Any]:
    """Say what the run started from: rules, cut, and what each cell of the table needs and has."""
    return {
        "rules": rules.plain(),
        "version": version.number,
        "minutes": version.minutes,
        "pass_mark": plain(version.specification.level.pass_mark),
        "forms": forms,
        "cut": cut,
        "items": len(stock.entries),
        "uncalibrated": sum(not entry.calibrated for entry in stock.entries.values()),
        "supply": list(_supply(rules, stock, _in_review(session, version.specification.level_id), forms=forms)),
    }


def _supply(
    rules: Rules, stock: pool.Stock, in_review: Mapping[tuple[str, Section], int], *, forms: int
) -> list[dict[str, Any]]:
    lines = []
    for row, rule, count in rules.cells():
        cell = row.code, rule.section
        held = [entry for entry in stock.entries.values() if (entry.row, entry.section) == cell]
        exposed = sum(entry.uses >= rules.exposure_most for entry in held)
        lines.append({
            "row": row.code, "section": rule.section.value, "needed": forms * count, "available": len(held) - exposed,
            "exposed": exposed, "waiting": stock.waiting.get(cell, 0), "in_review": in_review.get(cell, 0),
        })  # fmt: skip
    return lines


def _in_review(session: Session, level_id: UUID) -> dict[tuple[str, Section], int]:
    query = (
        select(Range.code, Item.type, func.count())
        .join(Point, Point.range_id == Range.id)
        .join(Item, Item.point_id == Point.id)
        .where(Item.level_id == level_id, Item.state == ItemState.IN_REVIEW)
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
        "target": found.target,
        "theta": list(pool.GRID),
        "papers": [],
    }


def _store(
    session: Session,
    run: AssemblyRun,
    stock: pool.Stock,
    rules: Rules,
    papers: Sequence[Sequence[str]],
    *,
    zone: ZoneInfo,
) -> None:
    stem = _code(session, run, zone=zone)
    chosen = {code for paper in papers for code in paper}
    for label, codes in zip(LABELS, papers, strict=False):
        entries = in_order([stock.entries[code] for code in codes], rules)
        paper = Paper(
            organisation_id=run.organisation_id, run=run, specification_id=run.specification_id, code=f"{stem}-{label}",
            label=label, assembled_by=run.by, assembled_at=run.at,
        )  # fmt: skip
        paper.slots = [slot_of(run, number, entry, rules) for number, entry in enumerate(entries, 1)]
        run.report["papers"].append(described(label, entries, stock, rules, chosen=chosen, cut=run.report["cut"]))
    session.flush()


def _code(session: Session, run: AssemblyRun, *, zone: ZoneInfo) -> str:
    """Number the run within year and level; the level's row is locked, so that two runs get two numbers."""
    level = session.get_one(Level, run.specification.level_id, with_for_update=True)
    stem = f"{run.at.astimezone(zone).year}-{level.digit}-"
    numbered = session.scalars(select(Paper.code).where(Paper.code.startswith(stem))).all()
    last = max((int(code.split("-")[2]) for code in numbered), default=0)
    return f"{stem}{last + 1:04}"


def in_order(entries: Sequence[pool.Entry], rules: Rules) -> list[pool.Entry]:
    """Put entries in the order of a paper: section, row of the weight table, point."""
    rows = {row.code: place for place, row in enumerate(rules.rows)}
    return sorted(entries, key=lambda entry: (entry.section.position, rows[entry.row], entry.place, entry.code))


def slot_of(run: AssemblyRun, number: int, entry: pool.Entry, rules: Rules) -> Slot:
    """Give the slot that holds an entry at a number of a run's paper."""
    return Slot(
        organisation_id=run.organisation_id, number=number, revision_id=entry.revision_id, item_id=entry.item_id,
        point_id=entry.point_id, marks=rules.marks_of(entry.section),
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


def _plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Make facts storable as JSON."""
    return {name: value if isinstance(value, int | float | str) else str(value) for name, value in facts.items()}


def discarded(run: AssemblyRun) -> bool:
    """Tell whether every paper of a run was discarded."""
    return bool(run.papers) and all(paper.state is PaperState.DISCARDED for paper in run.papers)
