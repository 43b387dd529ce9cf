"""A practical task as it will be printed, before it stands in any paper; every print says so and is in the trail."""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from kaoping.itembank.actor import Actor
from kaoping.itembank.models import Level, Task
from kaoping.itembank.printable import issuer
from kaoping.itembank.skill import prints
from kaoping.itembank.skill.printing import printable_task, traced
from kaoping.itembank.skill.prints import PrintableSkillPaper, PrintableTask
from kaoping.itembank.skill.table import Unit
from kaoping.itembank.tasks import writing
from kaoping.itembank.tasks.document import TaskDocument
from kaoping.itembank.trail import database_time, record

#: What a preview can be printed as, beside the score sheet with its nominal values, which writers and approvers read.
KINDS: dict[str, Callable[[PrintableSkillPaper], bytes]] = {
    "preparation": prints.preparation_pdf,
    "tasks": prints.tasks_pdf,
}
#: Why nominal values of a preview were taken, as the log of accesses has it.
PURPOSE = "试题单预览 preview"


def shown(task: Task, units: Mapping[str, Unit] | None) -> PrintableTask:
    """Give a task as its sheets show it, with the nominal values."""
    return printable_task(task, _unit(task, units), key=True)


def shown_unsaved(document: TaskDocument, code: str, units: Mapping[str, Unit] | None) -> PrintableTask:
    """Give what somebody is writing as its sheets would show it."""
    task = Task(code=code, marks=document.marks, minutes=document.minutes, unit=document.unit, title=document.title)
    task.sheet, task.body = document.sheet(), document.body()
    return shown(task, units)


def print_preview(
    session: Session, task_id: UUID, kind: str, *, viewer: str, by: Actor, at: datetime | None = None
) -> bytes:
    """Print one of `KINDS` or the score sheet of a version of a task, marked as no paper; it is in the trail.

    The score sheet has the viewer's name, the time and a trace code behind its text.
    """
    task, at = writing.find(session, task_id), at or database_time(session)
    printable = _printable(session, task, task.level)
    if kind in KINDS:
        pdf = KINDS[kind](printable)
    else:
        behind = traced(session, printable.code, purpose=PURPOSE, viewer=viewer, by=by, at=at)
        pdf = prints.key_pdf(printable, behind=behind)
    record(session, "task_printed", task, by=by, at=at, code=task.code, version=task.number, kind=kind)
    return pdf


def _printable(session: Session, task: Task, level: Level) -> PrintableSkillPaper:
    return PrintableSkillPaper(
        occupation=level.standard.occupation, level_name=level.full_name, code=f"{task.code} v{task.number}",
        issuer=issuer(session, task.organisation_id), pass_mark=level.pass_mark,
        tasks=(shown(task, writing.units(session, level.id)),), digest="", demonstration=level.standard.demonstration,
        draft=True,
    )  # fmt: skip


def _unit(task: Task, units: Mapping[str, Unit] | None) -> Unit:
    """Give the unit of the project table in force, or what stands for it where there is none."""
    known = (units or {}).get(task.unit)
    return known or Unit.model_construct(
        project=task.title, code=task.unit, name=task.title, minutes=task.minutes, marks=Decimal(task.marks)
    )
