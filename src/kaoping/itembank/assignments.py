"""Rows of the assignments 命题任务: what a writer is asked to write by a day, and which items count for which line.

What was ordered never changes: a deadline is put off, or the assignment is withdrawn for good, both told in the trail.
"""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kaoping.itembank.items import Item, ItemType
from kaoping.itembank.models import Level, Point
from kaoping.itembank.orm import Base, Owned, Sealed
from kaoping.itembank.refusing import EITHER, before, refusing

MOST_ITEMS: Final = 200
"""Items that one line asks for at most."""


class Assignment(Owned, Base):
    """An order to one writer for items of one level, due on a day."""

    __tablename__ = "assignment"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        CheckConstraint("due_on >= (given_at AT TIME ZONE 'Asia/Shanghai')::date", name="due_after_it_was_given"),
    )

    number: Mapped[int]
    writer_id: Mapped[UUID] = mapped_column(index=True)
    level_id: Mapped[UUID] = mapped_column(ForeignKey("level.id"))
    #: The last day, in the zone of China.
    due_on: Mapped[date]
    #: What the writer should know besides; it may speak of items, so it is sealed as they are.
    note_sealed: Mapped[bytes | None]
    given_by: Mapped[UUID]
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    note: Sealed[str | None] = Sealed()
    level: Mapped[Level] = relationship()
    lines: Mapped[list["AssignmentLine"]] = relationship(
        order_by="AssignmentLine.position", back_populates="assignment"
    )


class AssignmentLine(Owned, Base):
    """So many items on a point, of a type if one is asked for. Appended, never edited."""

    __tablename__ = "assignment_line"
    __table_args__ = (
        UniqueConstraint("assignment_id", "position"),
        CheckConstraint(f"quota BETWEEN 1 AND {MOST_ITEMS}", name="quota_is_positive"),
        CheckConstraint("difficulty BETWEEN 1 AND 5", name="difficulty_1_to_5"),
    )

    assignment_id: Mapped[UUID] = mapped_column(ForeignKey("assignment.id"))
    position: Mapped[int]
    point_id: Mapped[UUID] = mapped_column(ForeignKey("point.id"), index=True)
    #: Items of other types do not count; none leaves the type to the writer.
    type: Mapped[ItemType | None]
    #: The difficulty wished, from 1 easy to 5 hard; it is the writer who estimates that of an item.
    difficulty: Mapped[int | None]
    quota: Mapped[int]

    assignment: Mapped[Assignment] = relationship(back_populates="lines")
    point: Mapped[Point] = relationship()


class AssignedItem(Owned, Base):
    """An item that counts for a line, and for this one only. Appended, never edited."""

    __tablename__ = "assigned_item"
    __table_args__ = (UniqueConstraint("item_id"),)

    line_id: Mapped[UUID] = mapped_column(ForeignKey("assignment_line.id"), index=True)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"))
    at: Mapped[datetime]

    line: Mapped[AssignmentLine] = relationship()
    item: Mapped[Item] = relationship()


_ORDERED = "(to_jsonb({row}) - ARRAY['due_on', 'withdrawn_at'])"
_FITS = (
    "EXISTS (SELECT FROM public.assignment_line line JOIN public.assignment ON assignment.id = line.assignment_id "
    "JOIN public.item ON item.id = NEW.item_id WHERE line.id = NEW.line_id AND assignment.withdrawn_at IS NULL "
    "AND item.author_id = assignment.writer_id AND item.point_id = line.point_id "
    "AND item.level_id = assignment.level_id)"
)
_RESEALED = "TG_OP = 'UPDATE' AND public.only_resealed(TG_RELID, to_jsonb(OLD), to_jsonb(NEW))"

#: What the database refuses about assignments and the items that count for them.
STATEMENTS: Final = (
    refusing(
        "assignment_stands",
        "(TG_OP = 'DELETE' OR OLD.withdrawn_at IS NOT NULL OR NEW.due_on < OLD.due_on "
        f"OR {_ORDERED.format(row='OLD')} <> {_ORDERED.format(row='NEW')}) AND NOT ({_RESEALED})",
        "format('assignment %s is put off or withdrawn, never changed (assignment_stands)', OLD.number)",
        answer=EITHER,
    ),
    before("UPDATE OR DELETE", "assignment", "assignment_stands"),
    refusing(
        "assigned_item_fits", f"NOT {_FITS}",
        "'an item counts on the point and level of its line, if its writer was asked for it (assigned_item_fits)'",
    ),
    before("INSERT", "assigned_item", "assigned_item_fits"),
)  # fmt: skip
