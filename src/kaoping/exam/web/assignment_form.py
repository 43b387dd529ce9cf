"""The form of an assignment: who writes until when, and a table of lines that nothing typed is lost from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from flask_babel import lazy_gettext
from werkzeug.datastructures import MultiDict
from wtforms import DateField, TextAreaField
from wtforms.validators import InputRequired, Length

from kaoping.exam.web.forms import CheckBoxes, Form
from kaoping.itembank.assigning import LONGEST, MOST_LINES, AssignmentEmpty, AssignmentMisplaced, Order, Wanted
from kaoping.itembank.assignments import MOST_ITEMS
from kaoping.itembank.items import ItemType
from kaoping.itembank.models import Point
from kaoping.itembank.writing_plan import Plan

EMPTY_LINES: Final = 6
"""Lines that stand open below those that are filled in."""


class AssignmentForm(Form):
    """Who writes, until when, and what else to know."""

    writers = CheckBoxes(
        lazy_gettext("Writers"),
        description=lazy_gettext("With several, the lines are dealt so that each has nearly as many items to write."),
        validators=[InputRequired(lazy_gettext("Choose at least one writer."))],
    )
    due_on = DateField(
        lazy_gettext("Deadline"), validators=[InputRequired(lazy_gettext("Enter the day, such as 2026-01-31."))]
    )
    note = TextAreaField(
        lazy_gettext("Note for the writer"),
        description=lazy_gettext("It is kept encrypted."),
        validators=[Length(max=LONGEST, message=lazy_gettext("Say it in at most %(max)d characters."))],
    )

    @property
    def chosen(self) -> list[UUID]:
        """The writers; only those that the form offers."""
        return [UUID(writer) for writer in self.data["writers"] or ()]

    def orders(self, level_id: UUID, shares: Mapping[UUID, Sequence[Wanted]]) -> Iterator[Order]:
        """Give an order for each writer who has lines."""
        due_on: date = self.data["due_on"]
        for writer, lines in shares.items():
            yield Order(writer, level_id, due_on, self.data["note"] or "", lines)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table as it is typed; the point by its code."""

    point: str = ""
    type: str = ""
    difficulty: str = ""
    quota: str = ""

    @property
    def filled(self) -> bool:
        """Whether the line asks for anything."""
        return bool(self.point and self.quota)


def typed(form: "MultiDict[str, str]") -> list[Row]:
    """Read the lines as they were sent, with the empty ones."""
    columns = [form.getlist(name) for name in ("point", "type", "difficulty", "quota")]
    return [Row(*(value.strip() for value in values)) for values in zip(*columns, strict=False)]


def planned(plan: Plan, ordered: Mapping[tuple[UUID, ItemType | None], int]) -> list[Row]:
    """Give what a plan asks for as lines, less what writers were asked for already; the most urgent first."""
    left = dict(ordered)
    rows = []
    for line in plan.lines:
        type_ = line.place.section.types[0]
        count = min(MOST_ITEMS, line.count)
        for key in ((line.place.point_id, type_), (line.place.point_id, None)):
            taken = min(count, left.get(key, 0))
            count, left[key] = count - taken, left.get(key, 0) - taken
        if count:
            rows.append(Row(line.place.point, type_.value, str(line.difficulty or ""), str(count)))
    return rows[:MOST_LINES]


def wanted(rows: Sequence[Row], points: Sequence[Point]) -> list[Wanted]:
    """Read the lines that ask for something.

    Raises
    ------
    AssignmentMisplaced
        No point of the level has the code of a line.
    AssignmentEmpty
        A line asks for a number of items that is none.
    """
    codes = {point.code: point.id for point in points}
    found = []
    for number, row in enumerate(rows, 1):
        if row.filled:
            if row.point not in codes:
                raise AssignmentMisplaced(line=number)
            found.append(Wanted(codes[row.point], _type(row.type), _grade(row.difficulty), _count(row.quota)))
    return found


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(MOST_ITEMS))):
        raise AssignmentEmpty(lines=MOST_LINES, items=MOST_ITEMS)
    return int(text)


def _type(text: str) -> ItemType | None:
    return ItemType(text) if text in set(ItemType) else None


def _grade(text: str) -> int | None:
    return int(text) if text in {"1", "2", "3", "4", "5"} else None
