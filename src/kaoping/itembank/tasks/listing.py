"""Finding practical tasks: each once, by its newest version, in a fixed number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from kaoping.itembank.models import Level, Task, TaskState
from kaoping.itembank.trail import TrailEntry


@dataclass(frozen=True, slots=True)
class Search:
    """What a reader asks for; what is empty does not narrow."""

    text: str = ""
    level_id: UUID | None = None
    state: TaskState | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Give the conditions on the newest version."""
        found: list[ColumnElement[bool]] = [Task.number == _newest()]
        if self.level_id:
            found.append(Task.level_id == self.level_id)
        if self.state:
            found.append(Task.state == self.state)
        if text := self.text.strip():
            named = (Task.code, Task.unit, Task.title, Task.title_en)
            found.append(or_(*(column.icontains(text, autoescape=True) for column in named)))
        return found


def count(session: Session, search: Search) -> int:
    """Count the tasks found."""
    return session.scalars(select(func.count()).select_from(Task).where(*search.conditions())).one()


def find(session: Session, search: Search, *, skip: int, most: int) -> Sequence[Task]:
    """Give some of the tasks found, by level and code."""
    whole: Select[Task] = select(Task).join(Task.level).where(*search.conditions())
    whole = whole.options(joinedload(Task.level).joinedload(Level.standard))
    return session.scalars(whole.order_by(Level.digit.desc(), Task.code).offset(skip).limit(most)).all()


def in_force(session: Session, tasks: Sequence[Task]) -> dict[str, int]:
    """Give the number of the version in force by code, of tasks that have one."""
    codes = {task.code for task in tasks}
    query = select(Task.code, Task.number).where(Task.code.in_(codes), Task.state == TaskState.APPROVED)
    return {row.code: row.number for row in session.execute(query)}


def history(session: Session, versions: Sequence[Task]) -> Sequence[TrailEntry]:
    """Give what was done with the versions of a task, the latest first."""
    entries = select(TrailEntry).where(TrailEntry.thing_id.in_([each.id for each in versions]))
    return session.scalars(entries.order_by(TrailEntry.number.desc())).all()


def _newest() -> ColumnElement[int]:
    other = aliased(Task)
    same = (other.standard_id == Task.standard_id, other.code == Task.code)
    return select(func.max(other.number)).where(*same).correlate(Task).scalar_subquery()
