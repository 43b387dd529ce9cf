"""Use cases: print a sealed skill paper; every print is written into the trail, that of nominal values by its own name.

A skill paper is printed only while its content matches its seal.
"""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kaoping.itembank import print_watermark, viewing
from kaoping.itembank.actor import Actor
from kaoping.itembank.models import Task
from kaoping.itembank.printable import issuer
from kaoping.itembank.skill import papers, prints
from kaoping.itembank.skill.models import SkillSlot
from kaoping.itembank.skill.prints import (
    PrintableDeduction,
    PrintableEquipment,
    PrintableRow,
    PrintableSkillPaper,
    PrintableTask,
)
from kaoping.itembank.skill.table import Unit, read
from kaoping.itembank.trail import TrailEntry, database_time, record
from kaoping.itembank.viewing import Access

#: What may be printed without the nominal values.
KINDS: dict[str, Callable[[PrintableSkillPaper], bytes]] = {
    "notice": prints.notice_pdf,
    "preparation": prints.preparation_pdf,
    "tasks": prints.tasks_pdf,
    "sheets": prints.sheets_pdf,
}


def print_paper(
    session: Session, paper_id: UUID, kind: str, *, by: Actor, at: datetime | None = None, viewer: str = ""
) -> bytes:
    """Print one of `KINDS` of a sealed skill paper; a ``viewer`` is named beneath every page.

    Raises
    ------
    NotSealed, SealBroken : the paper is not sealed, or is not what was sealed.
    """
    pdf = KINDS[kind](of(session, paper_id))
    paper = papers.find(session, paper_id)
    record(session, "skill_paper_printed", paper, by=by, at=at, kind=kind)
    return print_watermark.marked(session, pdf, paper.code, (), viewer=viewer, by=by, at=at)


def print_key(
    session: Session, paper_id: UUID, *, purpose: str, viewer: str, by: Actor, at: datetime | None = None
) -> bytes:
    """Print the assessors' score sheets with nominal values for a purpose, which is an entry of its own in the trail.

    Raises
    ------
    PurposeMissing : nobody could tell later why they were taken.
    NotSealed, SealBroken : the paper is not sealed, or is not what was sealed.
    """
    purpose, at = viewing.purpose_of(purpose), at or database_time(session)
    paper = papers.find(session, paper_id)
    trace = viewing.take(session, Access.KEY, paper.code, (), purpose=purpose, by=by, at=at)
    pdf = prints.key_pdf(of(session, paper_id, key=True), behind=viewing.behind(trace, viewer))
    record(session, "skill_key_printed", paper, by=by, at=at, purpose=purpose)
    return pdf


def of(session: Session, paper_id: UUID, *, key: bool = False) -> PrintableSkillPaper:
    """Give the value that is printed; nominal values are in it only with ``key``."""
    paper = papers.find(session, paper_id)
    papers.verify_digest(session, paper)
    units = {unit.code: unit for unit in read(paper.draw.version.content).units}
    level = paper.table.level
    return PrintableSkillPaper(
        occupation=level.standard.occupation, level_name=level.full_name, code=paper.code,
        issuer=issuer(session, paper.organisation_id), pass_mark=level.pass_mark,
        tasks=tuple(_task(slot, units[slot.unit], key=key) for slot in paper.slots), digest=(paper.digest or b"").hex(),
        demonstration=level.standard.demonstration,
    )  # fmt: skip


def _task(slot: SkillSlot, unit: Unit, *, key: bool) -> PrintableTask:
    return printable_task(slot.task, unit, key=key)


def printable_task(task: Task, unit: Unit, *, key: bool) -> PrintableTask:
    """Give what is printed of a task as a task of a unit; nominal values are in it only with ``key``."""
    body = task.body
    nominal = body.get("nominal", {}) if key else {}
    lists: dict[str, Any] = {
        name: tuple(body.get(name, ())) for name in ("materials", "steps", "skills", "quality", "veto")
    }
    texts: dict[str, Any] = {name: body.get(name, "") for name in ("site", "conditions", "task")}
    return PrintableTask(
        code=task.code, title=task.title, project=unit.project, unit=f"{unit.code} {unit.name}", method=unit.method,
        minutes=task.minutes, marks=task.marks, measured=_rows(task.sheet, "M", nominal),
        judged=_rows(task.sheet, "J", nominal), deductions=tuple(map(_deduction, body.get("deductions", ()))),
        equipment=tuple(PrintableEquipment(**one) for one in body.get("equipment", ())), **lists, **texts,
    )  # fmt: skip


def _deduction(entry: dict[str, Any]) -> PrintableDeduction:
    most = entry.get("most")
    return PrintableDeduction(entry["text"], Decimal(entry["marks"]), None if most is None else Decimal(most))


def _rows(sheet: list[dict[str, Any]], kind: str, nominal: dict[str, str]) -> tuple[PrintableRow, ...]:
    return tuple(
        PrintableRow(row["code"], Decimal(row["marks"]), row["text"], nominal.get(row["code"], ""))
        for row in sheet
        if row["kind"] == kind
    )


def prints_of(session: Session, paper_id: UUID) -> int:
    """Count how often a skill paper was printed, with and without nominal values."""
    verbs = ("skill_paper_printed", "skill_key_printed")
    printed = (TrailEntry.thing_id == paper_id, TrailEntry.verb.in_(verbs))
    return session.scalars(select(func.count()).select_from(TrailEntry).where(*printed)).one()
