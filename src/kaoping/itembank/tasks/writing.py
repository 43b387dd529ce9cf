"""Writing practical tasks: an author's draft is reworded in place; what was handed in is followed by a new version."""

import hashlib
import json
import re
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kaoping.itembank import turns
from kaoping.itembank.actor import Actor
from kaoping.itembank.authoring import StandardNotPublished
from kaoping.itembank.errors import N_, Missing
from kaoping.itembank.models import Level, StandardState, Task, TaskState
from kaoping.itembank.rules import plain
from kaoping.itembank.skill import tables
from kaoping.itembank.skill.table import Unit, read
from kaoping.itembank.tasks.document import TaskDocument, TaskInvalid
from kaoping.itembank.tasks.errors import OthersDraft, TaskFollowed, TaskLocked
from kaoping.itembank.trail import database_time, record

_SERIAL = re.compile(r"-(\d+)$")


def find(session: Session, task_id: UUID) -> Task:
    """Give a version of a task of the organisation, or raise `Missing`."""
    found = session.get(Task, task_id)
    if found is None:
        raise Missing(what=N_("practical task"))
    return found


def versions(session: Session, task: Task) -> Sequence[Task]:
    """Give all versions of a task, the first one first."""
    same = (Task.standard_id == task.standard_id, Task.code == task.code)
    return session.scalars(select(Task).where(*same).order_by(Task.number)).all()


def units(session: Session, level_id: UUID) -> dict[str, Unit] | None:
    """Give the units of the level's project table by code: of the version in force, or None without one."""
    table = tables.of_level(session, level_id)
    if table is None or table.in_force is None:
        return None
    return {unit.code: unit for unit in read(table.in_force.content).units}


def write(
    session: Session, level_id: UUID, document: TaskDocument, *, by: Actor, at: datetime | None = None,
    task_id: UUID | None = None,
) -> Task:  # fmt: skip
    """Write a new task as a draft. With a ``task_id`` of the caller's, sending it twice makes one task.

    Raises
    ------
    StandardNotPublished : the level belongs to a standard that is still a draft.
    TaskFollowed : a task of this id says something else; it was saved from another window, and nothing is lost.
    """
    if task_id is not None and (known := session.get(Task, task_id)) is not None:
        if not says(known, document):
            raise TaskFollowed(code=known.code, number=known.number)
        return known
    level = tables.level(session, level_id)
    if level.standard.state is not StandardState.PUBLISHED:
        raise StandardNotPublished(code=level.standard.code)
    made = Task(
        id=task_id or uuid4(), organisation_id=by.organisation, standard_id=level.standard_id, level_id=level.id,
        code=_next_code(session, level, document.unit), number=1, state=TaskState.DRAFT, author_id=by.id,
        created_at=at or database_time(session), submitted_at=None,
    )  # fmt: skip
    _reword(made, document)
    session.add(made)
    record(session, "task_written", made, by=by, at=at, code=made.code)
    return made


def revise(
    session: Session, task_id: UUID, document: TaskDocument, *, by: Actor, stamp: str | None = None,
    at: datetime | None = None,
) -> Task:  # fmt: skip
    """Reword the author's own draft in place, or append a version to what was returned or approved.

    ``stamp`` is what `stamp_of` gave for the version that the writer saw.

    Raises
    ------
    TaskFollowed : it was saved, or followed, meanwhile.
    OthersDraft, TaskLocked : somebody else is writing the next version, or it is being decided on.
    """
    task, every = locked(session, task_id)
    require_open(task, by=by)
    if task is not every[-1] or stamp not in {None, stamp_of(task)}:
        raise TaskFollowed(code=task.code, number=every[-1].number)
    if task.state is not TaskState.DRAFT:
        task = _following(task, by=by, at=at or database_time(session))
    _reword(task, document)
    session.add(task)
    record(session, "task_revised", task, by=by, at=at, code=task.code, version=task.number)
    return task


def submit(session: Session, task_id: UUID, *, by: Actor, at: datetime | None = None) -> Task:
    """Hand a draft to another person; from then on it never changes. Doing it twice is harmless.

    Raises
    ------
    TaskInvalid : something is missing, or the rows do not add up to the task's marks (the database refuses that too).
    """
    task, _ = locked(session, task_id)
    if task.state is TaskState.IN_REVIEW:
        return task
    if task.state is not TaskState.DRAFT:
        raise TaskLocked(code=task.code, number=task.number)
    require_open(task, by=by)
    if found := TaskDocument.of(task).problems(units(session, task.level_id)):
        raise TaskInvalid(found)
    task.submitted_at, task.state = at or database_time(session), TaskState.IN_REVIEW
    record(session, "task_submitted", task, by=by, at=at, code=task.code, version=task.number)
    return task


def retire(session: Session, task_id: UUID, *, by: Actor, at: datetime | None = None) -> Task:
    """Take an approved task out of use; sealed papers keep it. Retiring twice is harmless.

    Raises
    ------
    TaskLocked : the version is not the one in force.
    """
    task, _ = locked(session, task_id)
    if task.state is TaskState.RETIRED:
        return task
    if task.state is not TaskState.APPROVED:
        raise TaskLocked(code=task.code, number=task.number)
    task.state = TaskState.RETIRED
    record(session, "task_retired", task, by=by, at=at, code=task.code, version=task.number)
    return task


def require_open(task: Task, *, by: Actor) -> None:
    """Raise unless the person may go on writing from this version now."""
    if task.state not in {TaskState.DRAFT, TaskState.RETURNED, TaskState.APPROVED}:
        raise TaskLocked(code=task.code, number=task.number)
    if task.state is TaskState.DRAFT and task.author_id != by.id:
        raise OthersDraft(code=task.code, number=task.number)


def stamp_of(task: Task) -> str:
    """Give a mark that changes with the version's content, and not when the same content is sealed anew."""
    told = (task.unit, task.title, task.title_en, task.minutes, plain(task.marks), task.sheet)
    seen = json.dumps([str(task.id), task.state, *told, task.body], sort_keys=True)
    return hashlib.sha256(seen.encode()).hexdigest()[:24]


def says(task: Task, document: TaskDocument) -> bool:
    """Whether a version of a task is this document already."""
    wanted = Task()
    _reword(wanted, document)
    names = ("unit", "title", "title_en", "minutes", "marks", "sheet", "body")
    return all(getattr(wanted, name) == getattr(task, name) for name in names)


def count_returned(session: Session, by: Actor) -> int:
    """Count the person's tasks that came back with a comment and that nobody followed by a new version."""
    newest = select(func.max(Task.number)).where(Task.standard_id == _own.c.standard_id, Task.code == _own.c.code)
    own = (_own.c.state == TaskState.RETURNED, _own.c.author_id == by.id, _own.c.number == newest.scalar_subquery())
    return session.scalar(select(func.count()).select_from(_own).where(*own)) or 0


_own = Task.__table__.alias("own")


def locked(session: Session, task_id: UUID) -> tuple[Task, Sequence[Task]]:
    """Lock all versions of a task, so that steps on it come one after the other."""
    task = find(session, task_id)
    same = (Task.standard_id == task.standard_id, Task.code == task.code)
    locked = select(Task).where(*same).order_by(Task.number).with_for_update()
    every = session.scalars(locked.execution_options(populate_existing=True)).all()
    return next(each for each in every if each.id == task_id), every


def _following(task: Task, *, by: Actor, at: datetime) -> Task:
    return Task(
        organisation_id=task.organisation_id, standard_id=task.standard_id, level_id=task.level_id, code=task.code,
        number=task.number + 1, state=TaskState.DRAFT, author_id=by.id, created_at=at, submitted_at=None,
    )  # fmt: skip


def _reword(task: Task, document: TaskDocument) -> None:
    task.unit, task.title, task.title_en = document.unit, document.title, document.title_en or document.title
    task.minutes, task.marks = document.minutes, document.marks
    task.sheet, task.body = document.sheet(), document.body()


def _next_code(session: Session, level: Level, unit: str) -> str:
    """Give the next code of the unit's project at a level, such as S3-1-03; numbering takes turns."""
    turns.take(session, f"task:{level.id}")
    begin = f"S{level.digit}-{unit.partition('-')[0] or '0'}"
    known = session.scalars(
        select(Task.code).where(
            Task.standard_id == level.standard_id, Task.code.startswith(f"{begin}-", autoescape=True)
        )
    )
    serials = [int(found[1]) for code in known if (found := _SERIAL.search(code))]
    return f"{begin}-{max(serials, default=0) + 1:02}"
