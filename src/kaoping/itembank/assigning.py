"""Giving assignments 命题任务, counting items for them, putting them off and withdrawing them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.itembank import authoring, turns
from kaoping.itembank.actor import Actor
from kaoping.itembank.assignment_progress import day_of
from kaoping.itembank.assignments import MOST_ITEMS, AssignedItem, Assignment, AssignmentLine
from kaoping.itembank.errors import N_, Conflict, Invalid, ItemBankError, Missing
from kaoping.itembank.items import Item, ItemType
from kaoping.itembank.models import Level, StandardState
from kaoping.itembank.trail import database_time, record

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


def give(session: Session, order: Order, *, by: Actor, at: datetime | None = None) -> Assignment:
    """Give a writer an assignment.

    Raises
    ------
    AssignmentEmpty, AssignmentMisplaced, DeadlinePassed, NoteTooLong, StandardNotPublished
    """
    moment, note = at or database_time(session), order.note.strip()
    _require_sound(session, order)
    if order.due_on < day_of(moment):
        raise DeadlinePassed(day=order.due_on.isoformat())
    if len(note) > LONGEST:
        raise NoteTooLong(most=LONGEST)
    row = Assignment(
        organisation_id=by.organisation,
        number=turns.next_number(session, Assignment.number, by.organisation),
        writer_id=order.writer_id,
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
    if due_on < max(row.due_on, day_of(moment)):
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


def dealt(lines: Iterable[Wanted], writers: Sequence[UUID]) -> dict[UUID, list[Wanted]]:
    """Deal lines to writers so that each has nearly as many items to write: long lines first, to whoever has fewest."""
    given: dict[UUID, list[Wanted]] = {writer: [] for writer in writers}
    for line in sorted(lines, key=lambda line: -line.quota):
        fewest = min(writers, key=lambda writer: sum(each.quota for each in given[writer]))
        given[fewest].append(line)
    return {writer: own for writer, own in given.items() if own}


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
