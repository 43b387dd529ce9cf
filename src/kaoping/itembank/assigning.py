"""Giving assignments 命题任务, counting items for them, putting them off and withdrawing them; and how far they are.

How far an assignment is, is never written down: it is counted from the states of the items that were written for it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from kaoping.itembank import authoring, turns
from kaoping.itembank.actor import Actor
from kaoping.itembank.assignments import MOST_ITEMS, AssignedItem, Assignment, AssignmentLine
from kaoping.itembank.errors import N_, Conflict, Invalid, ItemBankError, Missing
from kaoping.itembank.items import Item, ItemState, ItemType
from kaoping.itembank.models import Level, StandardState
from kaoping.itembank.trail import TrailEntry, database_time, record

MOST_LINES: Final = 60
LONGEST: Final = 2000
"""Characters of a note."""
LONGEST_REASON: Final = 300


class AssignmentEmpty(ItemBankError, Invalid):
    """An assignment asks for something, and a person can keep an eye on it."""

    sentence = N_("An assignment has 1 to %(lines)d lines, each for 1 to %(items)d items.")


class AssignmentMisplaced(ItemBankError, Invalid):
    """A line asks for items on a point that the level does not examine."""

    sentence = N_("Line %(line)d: the point is not examined at this level; choose a point of the list.")


class DeadlinePassed(ItemBankError, Invalid):
    """Nobody can keep a day that is over, or an earlier one than was said."""

    sentence = N_("%(day)s is no day to come after the present deadline; choose a later one.")


class NoteTooLong(ItemBankError, Invalid):
    """A note is read before writing."""

    sentence = N_("The note has more than %(most)d characters; shorten it.")


class ChangeUnexplained(ItemBankError, Invalid):
    """The writer and the audit trail are told why an order is changed."""

    sentence = N_("Say in at most %(most)d characters why; the writer reads it.")


class AssignmentWithdrawn(ItemBankError, Conflict):
    """What is withdrawn stays withdrawn."""

    sentence = N_("Assignment %(number)d was withdrawn; give a new one instead.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A line as it is ordered."""

    point_id: UUID
    type: ItemType | None
    difficulty: int | None
    quota: int


@dataclass(frozen=True, slots=True)
class Order:
    """What a writer is asked for."""

    writer_id: UUID
    level_id: UUID
    due_on: date
    note: str
    lines: Sequence[Wanted]


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


def give(session: Session, order: Order, *, by: Actor, at: datetime | None = None) -> Assignment:
    """Give a writer an assignment.

    Raises
    ------
    AssignmentEmpty, AssignmentMisplaced, DeadlinePassed, NoteTooLong, StandardNotPublished
    """
    moment, note = at or database_time(session), order.note.strip()
    _require_sound(session, order)
    if order.due_on < _day(moment):
        raise DeadlinePassed(day=order.due_on.isoformat())
    if len(note) > LONGEST:
        raise NoteTooLong(most=LONGEST)
    row = Assignment(
        organisation_id=by.organisation, number=_next_number(session, by), writer_id=order.writer_id,
        level_id=order.level_id, due_on=order.due_on, note=note or None, given_by=by.id, given_at=moment,
    )  # fmt: skip
    row.lines = [
        AssignmentLine(
            organisation_id=by.organisation, position=position, point_id=line.point_id, type=line.type,
            difficulty=line.difficulty, quota=line.quota,
        )
        for position, line in enumerate(order.lines, 1)
    ]  # fmt: skip
    session.add(row)
    asked = {"writer": str(row.writer_id), "items": sum(line.quota for line in order.lines)}
    record(session, "assignment_given", row, by=by, at=moment, number=row.number, due=row.due_on.isoformat(), **asked)
    return row


def put_off(
    session: Session, assignment_id: UUID, due_on: date, reason: str, *, by: Actor, at: datetime | None = None
) -> Assignment:
    """Give a writer more time. Repeating it is harmless.

    Raises
    ------
    DeadlinePassed, ChangeUnexplained, AssignmentWithdrawn
    """
    row, moment = _open(session, assignment_id), at or database_time(session)
    if due_on == row.due_on:
        return row
    if due_on < max(row.due_on, _day(moment)):
        raise DeadlinePassed(day=due_on.isoformat())
    told = {"number": row.number, "before": row.due_on.isoformat(), "due": due_on.isoformat()}
    row.due_on = due_on
    record(session, "assignment_put_off", row, by=by, at=moment, **told, reason=_reason(reason))
    return row


def withdraw(
    session: Session, assignment_id: UUID, reason: str, *, by: Actor, at: datetime | None = None
) -> Assignment:
    """Take an assignment back for good; the items that were written for it stay. Withdrawing twice is harmless.

    Raises
    ------
    ChangeUnexplained
    """
    row = _locked(session, assignment_id)
    if row.withdrawn_at is None:
        moment, said = at or database_time(session), _reason(reason)
        row.withdrawn_at = moment
        record(session, "assignment_withdrawn", row, by=by, at=moment, number=row.number, reason=said)
    return row


def count_for(session: Session, line_id: UUID, item: Item, *, by: Actor, at: datetime | None = None) -> bool:
    """Let an item count for a line, if it stands on its point and this writer was asked for it; say whether it does.

    An item that does not fit is not refused: what was written is kept, it counts for nothing.
    """
    line = session.get(AssignmentLine, line_id)
    if line is None:
        return False
    order = _locked(session, line.assignment_id)
    place = (item.author_id, item.point_id, item.level_id)
    if order.withdrawn_at is not None or place != (order.writer_id, line.point_id, order.level_id) or by.id != place[0]:
        return False
    counted = session.scalar(select(AssignedItem.line_id).where(AssignedItem.item_id == item.id))
    if counted is None:
        moment = at or database_time(session)
        session.add(AssignedItem(organisation_id=by.organisation, line_id=line.id, item_id=item.id, at=moment))
        record(session, "item_counted", item, by=by, at=moment, code=item.code, assignment=order.number)
        return True
    return counted == line.id


def line_for(session: Session, line_id: UUID | None, *, by: Actor) -> AssignmentLine | None:
    """Give a line that a person may write for now: of an own assignment that is not withdrawn."""
    line = session.get(AssignmentLine, line_id) if line_id else None
    if line is None or line.assignment.writer_id != by.id or line.assignment.withdrawn_at is not None:
        return None
    return line


def find(
    session: Session, assignment_id: UUID, *, writer_id: UUID | None = None, at: datetime | None = None
) -> Followed:
    """Give an assignment with its progress, or raise `Missing`; for a writer, only an own one."""
    row = session.scalars(_whole().where(Assignment.id == assignment_id, _of(writer_id))).one_or_none()
    if row is None:
        raise Missing(what=N_("assignment"))
    return _followed(session, [row], _day(at or database_time(session)))[0]


def listed(
    session: Session, *, writer_id: UUID | None = None, limit: int, offset: int = 0, at: datetime | None = None
) -> list[Followed]:
    """Give assignments, of one writer or all: overdue ones first, then by deadline; what is done or withdrawn last."""
    today = _day(at or database_time(session))
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
    outstanding, today = _outstanding(), _day(at or database_time(session))
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


def dealt(lines: Iterable[Wanted], writers: Sequence[UUID]) -> dict[UUID, list[Wanted]]:
    """Deal lines to writers so that each has nearly as many items to write: long lines first, to whoever has fewest."""
    given: dict[UUID, list[Wanted]] = {writer: [] for writer in writers}
    for line in sorted(lines, key=lambda line: -line.quota):
        fewest = min(writers, key=lambda writer: sum(each.quota for each in given[writer]))
        given[fewest].append(line)
    return {writer: own for writer, own in given.items() if own}


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


def _require_sound(session: Session, order: Order) -> None:
    if not 1 <= len(order.lines) <= MOST_LINES or any(not 1 <= line.quota <= MOST_ITEMS for line in order.lines):
        raise AssignmentEmpty(lines=MOST_LINES, items=MOST_ITEMS)
    level = session.get(Level, order.level_id)
    if level is None:
        raise Missing(what=N_("level"))
    if level.standard.state is not StandardState.PUBLISHED:
        raise authoring.StandardNotPublished(code=level.standard.code)
    for number, line in enumerate(order.lines, 1):
        if authoring.misplaced(session, order.level_id, line.point_id):
            raise AssignmentMisplaced(line=number)


def _next_number(session: Session, by: Actor) -> int:
    turns.take(session, f"assignments:{by.organisation}")
    return (session.scalar(select(func.max(Assignment.number))) or 0) + 1


def _locked(session: Session, assignment_id: UUID) -> Assignment:
    row = session.get(Assignment, assignment_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise Missing(what=N_("assignment"))
    return row


def _open(session: Session, assignment_id: UUID) -> Assignment:
    row = _locked(session, assignment_id)
    if row.withdrawn_at is not None:
        raise AssignmentWithdrawn(number=row.number)
    return row


def _reason(reason: str) -> str:
    said = " ".join(reason.split())
    if not 0 < len(said) <= LONGEST_REASON:
        raise ChangeUnexplained(most=LONGEST_REASON)
    return said


def _day(moment: datetime) -> date:
    return moment.astimezone(turns.ZONE).date()
