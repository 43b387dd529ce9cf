"""A practical task as it will be printed, before it stands in any paper; every print says so and is in the trail."""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from kaoping.itembank import viewing
from kaoping.itembank.actor import Actor
from kaoping.itembank.models import Level, Task
from kaoping.itembank.printable import issuer
from kaoping.itembank.skill import prints
from kaoping.itembank.skill.printing import printable_task
from kaoping.itembank.skill.prints import PrintableSkillPaper, PrintableTask
from kaoping.itembank.skill.table import Unit
from kaoping.itembank.tasks import writing
from kaoping.itembank.tasks.document import TaskDocument
from kaoping.itembank.trail import database_time, record
from kaoping.itembank.viewing import Access

#: What a preview can be printed as; the score sheet carries the nominal values, because writers and approvers read it.
KINDS: dict[str, Callable[..., bytes]] = {
    "preparation": prints.preparation_pdf,
    "tasks": prints.tasks_pdf,
    "sheets": prints.key_pdf,
}


def shown(task: Task, units: Mapping[str, Unit] | None) -> PrintableTask:
    """Give a task as its sheets show it, with the nominal values."""
    return printable_task(task, _unit(task, units), key=True)


def shown_unsaved(document: TaskDocument, code: str, units: Mapping[str, Unit] | None) -> PrintableTask:
    """Give what somebody is writing as its sheets would show it."""
    task = Task(code=code, marks=document.marks, minutes=document.minutes, unit=document.unit, title=document.title)
    task.sheet, task.body = document.sheet(), document.body()
    return shown(task, units)


def print_preview(
    session: Session, task_id: UUID, kind: str, *, viewer: str, by: Actor, purpose: str = "", at: datetime | None = None
) -> bytes:
    """Print one of `KINDS` of a version of a task, marked as no paper, with the viewer's name behind the text.

    It is written into the trail, and the code of the watermark leads to it.

    Raises
    ------
    PurposeMissing : the score sheet is a key, and nobody could tell later why it was taken.
    """
    kept = viewing.purpose_of(purpose) if kind == "sheets" else ""
    task, at = writing.find(session, task_id), at or database_time(session)
    trace = viewing.take(session, Access.PROOF, f"{task.code} v{task.number}", (), purpose=kept, by=by, at=at)
    pdf = KINDS[kind](_printable(session, task, task.level), behind=viewing.behind(trace, viewer))
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
