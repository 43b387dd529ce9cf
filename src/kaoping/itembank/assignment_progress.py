"""How far assignments 命题任务 are on a day, of one writer and of all.

It is never written down, but counted from the states of the items that were written for them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from kaoping.itembank import turns
from kaoping.itembank.actor import Actor
from kaoping.itembank.assignments import AssignedItem, Assignment, AssignmentLine
from kaoping.itembank.errors import N_, Missing
from kaoping.itembank.items import Item, ItemState, ItemType
from kaoping.itembank.models import Level
from kaoping.itembank.trail import TrailEntry, database_time


class Standing(StrEnum):
    """How an assignment stands on a day."""

    OVERDUE = "overdue"
    OPEN = "open"
    DONE = "done"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a line or an assignment is, in items.

    Attributes
    ----------
    accepted : through review, and not retired; not above the quota.
    submitted : in review.
    drafted : drafts, and items that were returned.
    other : items that do not count: of another type than was asked for, or retired.
    """

    quota: int
    accepted: int = 0
    submitted: int = 0
    drafted: int = 0
    other: int = 0

    @property
    def left(self) -> int:
        """Items that are still to be written."""
        return max(0, self.quota - self.accepted - self.submitted - self.drafted)

    def __add__(self, more: "Progress") -> "Progress":
        """Take two lines together."""
        return Progress(
            self.quota + more.quota, self.accepted + more.accepted, self.submitted + more.submitted,
            self.drafted + more.drafted, self.other + more.other,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Followed:
    """An assignment with how far it is on a day."""

    row: Assignment
    lines: Mapping[UUID, Progress]
    today: date

    @property
    def total(self) -> Progress:
        """All lines together."""
        return sum(self.lines.values(), Progress(0))

    @property
    def days_left(self) -> int:
        """Whole days to the deadline; below zero after it."""
        return (self.row.due_on - self.today).days

    @property
    def standing(self) -> Standing:
        """How it stands."""
        if self.row.withdrawn_at is not None:
            return Standing.WITHDRAWN
        if self.total.accepted >= self.total.quota:
            return Standing.DONE
        return Standing.OVERDUE if self.days_left < 0 else Standing.OPEN


_ACCEPTED: Final = (ItemState.TRIAL, ItemState.APPROVED, ItemState.IN_USE, ItemState.RECHECK)
_DRAFTED: Final = (ItemState.DRAFT, ItemState.RETURNED)


def find(
    session: Session, assignment_id: UUID, *, writer_id: UUID | None = None, at: datetime | None = None
) -> Followed:
    """Give an assignment with its progress, or raise `Missing`; for a writer, only an own one."""
    row = session.scalars(_whole().where(Assignment.id == assignment_id, _of(writer_id))).one_or_none()
    if row is None:
        raise Missing(what=N_("assignment"))
    return _followed(session, [row], day_of(at or database_time(session)))[0]


def listed(
    session: Session, *, writer_id: UUID | None = None, limit: int, offset: int = 0, at: datetime | None = None
) -> list[Followed]:
    """Give assignments, of one writer or all: overdue ones first, then by deadline; what is done or withdrawn last."""
    today = day_of(at or database_time(session))
    outstanding = _outstanding()
    rank = case(
        (Assignment.withdrawn_at.is_not(None), 3),
        (outstanding.c.lacking == 0, 2),
        (Assignment.due_on < today, 0),
        else_=1,
    )
    query = _whole().join(outstanding, outstanding.c.assignment_id == Assignment.id).where(_of(writer_id))
    rows = session.scalars(query.order_by(rank, Assignment.due_on, Assignment.number).limit(limit).offset(offset)).all()
    return _followed(session, rows, today)


def count(session: Session, *, writer_id: UUID | None = None) -> int:
    """Count assignments, of one writer or all."""
    return session.scalar(select(func.count()).select_from(Assignment).where(_of(writer_id))) or 0


def count_waiting(session: Session, by: Actor) -> int:
    """Count the assignments for which this writer still has items to bring through review."""
    outstanding = _outstanding()
    own = (Assignment.writer_id == by.id, Assignment.withdrawn_at.is_(None), outstanding.c.lacking > 0)
    query = select(func.count()).select_from(Assignment).join(outstanding, outstanding.c.assignment_id == Assignment.id)
    return session.scalar(query.where(*own)) or 0


def count_overdue(session: Session, _: Actor, *, at: datetime | None = None) -> int:
    """Count the assignments of all writers that are overdue."""
    outstanding, today = _outstanding(), day_of(at or database_time(session))
    late = (Assignment.due_on < today, Assignment.withdrawn_at.is_(None), outstanding.c.lacking > 0)
    query = select(func.count()).select_from(Assignment).join(outstanding, outstanding.c.assignment_id == Assignment.id)
    return session.scalar(query.where(*late)) or 0


def changes(session: Session, row: Assignment) -> Sequence[TrailEntry]:
    """Give how an assignment was put off and withdrawn, with the reasons, as the trail tells it."""
    told = (TrailEntry.thing_id == row.id, TrailEntry.verb != "assignment_given")
    return session.scalars(select(TrailEntry).where(*told).order_by(TrailEntry.number)).all()


def items_of(session: Session, assignment_id: UUID) -> Sequence[AssignedItem]:
    """Give the items that were written for an assignment, in the order of their codes."""
    query = select(AssignedItem).join(AssignmentLine).join(Item, Item.id == AssignedItem.item_id)
    query = query.where(AssignmentLine.assignment_id == assignment_id).order_by(Item.code)
    return session.scalars(query.options(joinedload(AssignedItem.item))).all()


def ordered(session: Session, level_id: UUID) -> dict[tuple[UUID, ItemType | None], int]:
    """Count by point and type the items that somebody was asked for and that are not accepted yet."""
    progress = _progress()
    left = func.greatest(AssignmentLine.quota - func.coalesce(progress.c.accepted, 0), 0)
    query = (
        select(AssignmentLine.point_id, AssignmentLine.type, func.sum(left))
        .join(Assignment)
        .outerjoin(progress, progress.c.line_id == AssignmentLine.id)
        .where(Assignment.level_id == level_id, Assignment.withdrawn_at.is_(None))
        .group_by(AssignmentLine.point_id, AssignmentLine.type)
    )
    return {(point_id, type_): int(items) for point_id, type_, items in session.execute(query)}


def day_of(moment: datetime) -> date:
    """Give the day in the zone of deadlines."""
    return moment.astimezone(turns.ZONE).date()


def _whole() -> Select[Assignment]:
    return select(Assignment).options(
        joinedload(Assignment.level).joinedload(Level.standard),
        selectinload(Assignment.lines).joinedload(AssignmentLine.point),
    )


def _of(writer_id: UUID | None) -> ColumnElement[bool]:
    return Assignment.id.is_not(None) if writer_id is None else Assignment.writer_id == writer_id


def _progress() -> Subquery:
    """Count the items of every line by how far they are."""
    fits = or_(AssignmentLine.type.is_(None), AssignmentLine.type == Item.type)

    def counted(*states: ItemState) -> ColumnElement[int]:
        return func.count().filter(and_(fits, Item.state.in_(states)))

    return (
        select(
            AssignedItem.line_id,
            counted(*_ACCEPTED).label("accepted"),
            counted(ItemState.IN_REVIEW).label("submitted"),
            counted(*_DRAFTED).label("drafted"),
            counted(*_ACCEPTED, ItemState.IN_REVIEW, *_DRAFTED).label("written"),
            func.count().label("every"),
        )
        .join(AssignmentLine, AssignmentLine.id == AssignedItem.line_id)
        .join(Item, Item.id == AssignedItem.item_id)
        .group_by(AssignedItem.line_id)
        .subquery()
    )


def _outstanding() -> Subquery:
    """Count what every assignment still lacks in accepted items."""
    progress = _progress()
    lacks = func.greatest(AssignmentLine.quota - func.coalesce(progress.c.accepted, 0), 0)
    query = select(AssignmentLine.assignment_id, func.sum(lacks).label("lacking"))
    query = query.outerjoin(progress, progress.c.line_id == AssignmentLine.id)
    return query.group_by(AssignmentLine.assignment_id).subquery()


def _followed(session: Session, rows: Sequence[Assignment], today: date) -> list[Followed]:
    progress, lines = _progress(), [line for row in rows for line in row.lines]
    asked = select(progress).where(progress.c.line_id.in_([line.id for line in lines]))
    found = {one.line_id: one for one in session.execute(asked)}

    def of(line: AssignmentLine) -> Progress:
        if (one := found.get(line.id)) is None:
            return Progress(line.quota)
        accepted = min(line.quota, one.accepted)
        return Progress(line.quota, accepted, one.submitted, one.drafted, one.every - one.written)

    return [Followed(row, {line.id: of(line) for line in row.lines}, today) for row in rows]
