"""Use cases of project tables: written as versions, approved by another person, compared, held against the bank."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import N_, Conflict, Forbidden, ItemBankError, Missing
from kaoping.itembank.models import Component, Level, Range, Standard, StandardState, Task, TaskState, Weight
from kaoping.itembank.skill.models import ProjectTable, ProjectTableApproval, ProjectTableVersion
from kaoping.itembank.skill.table import Table, Unit, read, require_consistent
from kaoping.itembank.trail import database_time, record

Stock = dict[str, list[tuple[str, Decimal, int]]]


class OwnTable(ItemBankError, Forbidden):
    """The author of a version of a project table would approve it."""

    sentence = N_("Version %(number)s of the project table was written by you; another person approves it.")


class TableFollowed(ItemBankError, Conflict):
    """A version was followed by a newer one before it was approved, or before a change of it was saved."""

    sentence = N_(
        "Version %(number)s of the project table was followed by version %(newest)s meanwhile; go on from that one."
    )


class NoApprovedTable(ItemBankError, Conflict):
    """Skill papers are asked for by a project table of which no version is approved."""

    sentence = N_(
        "The project table of %(level)s has no approved version yet, so no skill paper can be drawn by it; "
        "another person than its author approves it first."
    )


@dataclass(frozen=True, slots=True)
class Change:
    """A value of the table (no unit) or of a unit that differs; None stands where a version lacks it."""

    name: str
    before: object
    after: object
    unit: str | None = None


def find(session: Session, table_id: UUID) -> ProjectTable:
    """Give a project table of the organisation, or raise `Missing`."""
    found = session.get(ProjectTable, table_id)
    if found is None:
        raise Missing(what=N_("project table"))
    return found


def of_level(session: Session, level_id: UUID) -> ProjectTable | None:
    """Give the project table of a level, if there is one."""
    return session.scalars(select(ProjectTable).where(ProjectTable.level_id == level_id)).one_or_none()


def level(session: Session, level_id: UUID) -> Level:
    """Give a level of the organisation, or raise `Missing`."""
    found = session.get(Level, level_id)
    if found is None:
        raise Missing(what=N_("level"))
    return found


def levels(session: Session) -> list[tuple[Level, ProjectTable | None]]:
    """Give the levels of published standards that have a skill component, with their project tables."""
    query = (
        select(Level, ProjectTable)
        .join(Standard, Level.standard_id == Standard.id)
        .outerjoin(ProjectTable, ProjectTable.level_id == Level.id)
        .where(Standard.state == StandardState.PUBLISHED)
        .order_by(Standard.code, Standard.edition, Level.digit.desc())
    )
    return [(row, table) for row, table in session.execute(query) if Component.SKILL in row.components]


def functions(session: Session, level_id: UUID) -> list[tuple[Range, Decimal]]:
    """Give the functions 职业功能 of a level with their skill weights."""
    query = (
        select(Range, Weight.percent)
        .join(Weight, Weight.range_id == Range.id)
        .where(Weight.level_id == level_id, Weight.component == Component.SKILL, Weight.percent > 0)
        .order_by(Range.position)
    )
    return [(row, percent) for row, percent in session.execute(query)]


def weights(session: Session, level_id: UUID) -> dict[str, Decimal]:
    """Give the skill weights of a level by code of the function."""
    return {row.code: percent for row, percent in functions(session, level_id)}


def bank(session: Session, level_id: UUID) -> Sequence[Task]:
    """Give the approved tasks of a level by code."""
    approved = (Task.level_id == level_id, Task.state == TaskState.APPROVED)
    return session.scalars(select(Task).where(*approved).order_by(Task.code)).all()


def stock(session: Session, level_id: UUID) -> Stock:
    """Give code, marks and minutes of the level's tasks by unit 题库题量."""
    found: Stock = defaultdict(list)
    for task in bank(session, level_id):
        found[task.unit].append((task.code, task.marks, task.minutes))
    return found


def propose(session: Session, level_id: UUID) -> Table:
    """Propose a first table: the units of the bank's tasks; units that each have a function's weight are 抽一."""
    held = functions(session, level_id)
    tasks = {task.unit: task for task in reversed(bank(session, level_id))}
    units: list[Unit] = []
    letters = iter("ABCDEF")
    for row, weight in held:
        own = [task for unit, task in sorted(tasks.items()) if unit.split("-")[0] == row.code]
        alike = len(own) > 1 and all(task.marks == weight for task in own)
        letter = next(letters, None) if alike else None
        units += [
            Unit(
                project=row.name, code=task.unit, name=task.title, minutes=task.minutes, marks=task.marks,
                function=row.code, group=letter,
            )
            for task in own
        ]  # fmt: skip
    made = Table(minutes=1, units=units)
    longest = made.span({unit.code: Decimal(unit.minutes) for unit in units})[1]
    return made.model_copy(update={"minutes": min(600, int(longest) or 1)})


def write(
    session: Session, level_id: UUID, table: Table, *, by: Actor, at: datetime | None = None, after: int | None = None
) -> ProjectTable:
    """Append a version that waits for another person's approval; the same content again changes nothing.

    ``after`` is the number of the version that was changed, 0 of a first one; None if the caller saw nothing.

    Raises
    ------
    TableInvalid : units, groups, totals and weights contradict each other.
    TableFollowed : somebody else appended a version meanwhile.
    """
    content = require_consistent(table, weights(session, level(session, level_id).id)).plain()
    found = _opened(session, level_id, by=by, at=at)
    newest = found.versions[-1] if found.versions else None
    if newest is not None and newest.content == content:
        return found
    if newest is not None and after not in {None, newest.number}:
        raise TableFollowed(number=after, newest=newest.number)
    version = ProjectTableVersion(
        organisation_id=found.organisation_id, table_id=found.id, number=len(found.versions) + 1, content=content,
        author_id=by.id, created_at=at or database_time(session),
    )  # fmt: skip
    found.versions.append(version)
    record(session, "project_table_written", found, by=by, at=at, version=version.number)
    return found


def _opened(session: Session, level_id: UUID, *, by: Actor, at: datetime | None) -> ProjectTable:
    """Give the table's row, made if there is none, and locked, so that numbers are in order."""
    values = {"organisation_id": by.organisation, "level_id": level_id, "created_by": by.id}
    making = insert(ProjectTable).values(created_at=at or database_time(session), **values)
    session.execute(making.on_conflict_do_nothing())
    locked = select(ProjectTable).where(ProjectTable.level_id == level_id).with_for_update()
    found = session.scalars(locked).one()
    session.refresh(found, ["versions"])
    return found


def approve(session: Session, version_id: UUID, *, by: Actor, at: datetime | None = None) -> ProjectTableVersion:
    """Put the newest version in force; one that is approved is given back as it is.

    Raises
    ------
    OwnTable : its author approves (the database refuses it too).
    TableFollowed : there is a newer one.
    """
    version = session.get(ProjectTableVersion, version_id)
    if version is None:
        raise Missing(what=N_("version of a project table"))
    session.execute(select(ProjectTable.id).where(ProjectTable.id == version.table_id).with_for_update())
    session.refresh(version, ["approval"])
    session.refresh(version.table, ["versions"])
    if version.approval:
        return version
    if version is not version.table.latest:
        raise TableFollowed(number=version.number, newest=version.table.latest.number)
    if version.author_id == by.id:
        raise OwnTable(number=version.number)
    version.approval = ProjectTableApproval(
        organisation_id=version.organisation_id, version_id=version.id, author_id=version.author_id, approver_id=by.id,
        at=at or database_time(session),
    )  # fmt: skip
    record(session, "project_table_approved", version.table, by=by, at=at, version=version.number)
    return version


def in_force(table: ProjectTable) -> ProjectTableVersion:
    """Give the version that papers are drawn by.

    Raises
    ------
    NoApprovedTable : nobody has approved one yet.
    """
    if (version := table.in_force) is None:
        raise NoApprovedTable(level=table.level.full_name)
    return version


def awaiting(session: Session, actor: Actor) -> int:
    """Count the versions that wait for a person's approval: the newest of a table, written by somebody else."""
    newer = aliased(ProjectTableVersion)
    followed = exists().where(newer.table_id == ProjectTableVersion.table_id, newer.number > ProjectTableVersion.number)
    waiting = (~followed, ~ProjectTableVersion.approval.has(), ProjectTableVersion.author_id != actor.id)
    return session.scalars(select(func.count()).select_from(ProjectTableVersion).where(*waiting)).one()


def changes(before: ProjectTableVersion, after: ProjectTableVersion) -> list[Change]:
    """List what changed between two versions: the table's minutes, then unit by unit."""
    old, new = read(before.content), read(after.content)
    found = [Change("minutes", old.minutes, new.minutes)]
    for code in dict.fromkeys(unit.code for unit in (*old.units, *new.units)):
        was, now = (next((unit for unit in table.units if unit.code == code), None) for table in (old, new))
        found += [
            Change(name, getattr(was, name, None), getattr(now, name, None), code)
            for name in Unit.model_fields
            if name != "code"
        ]
        found.append(Change("take", old.take(was) if was else None, new.take(now) if now else None, code))
    return [one for one in found if one.before != one.after]
