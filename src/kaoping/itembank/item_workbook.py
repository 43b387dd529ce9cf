"""Many items as a workbook of one sheet: a row is an item, its cells are read and checked one by one."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid4

from pydantic import BaseModel

from kaoping.itembank import authoring, workbook
from kaoping.itembank.authoring import Source
from kaoping.itembank.content import LETTERS
from kaoping.itembank.errors import N_
from kaoping.itembank.items import ItemType
from kaoping.itembank.models import Level, Point
from kaoping.itembank.sheet_tables import Column, Fault, Table, cell_at, plain_title
from kaoping.itembank.workbook import Line, SheetTooLarge

ROWS_MOST: Final = 500
SHEET: Final = ("试题", "items")

_GRADE = N_("Write a whole number from 1 to 5.")
_NAMED = N_("Fill this in, with at most 200 characters.")
_POINT = N_(
    "Point “%(code)s” is not in this standard. If Excel made a day of the code, format the column as text and write it "
    "again."
)
_LEVEL = N_("Write the digit of a level of the standard, 5 to 1.")
_TYPE = N_("Write 判断题, 单选题, 多选题, 填空题 or 数值题.")
_TRUTH = N_("Write 对 or 错.")
_LETTERS = N_("Write letters from A to H, such as A or ABD.")
_AI = N_("Write 是 if a machine helped to write the item, else 否.")
_NO_OPTIONS = N_("An item of this type has no options; empty this cell, or change the type.")
_NUMERIC_ONLY = N_("Only a numeric item has this; empty the cell, or change the type.")
_SHEET = N_("There is no sheet “试题”; take the template.")
_EMPTY = N_("There is no item below the titles; write one item a row.")

COLUMNS: Final = (
    Column("point", ("鉴定点", "point"), N_("The code of an assessment point of the standard, such as 1-2-3.")),
    Column("level", ("等级", "level"), _LEVEL),
    Column("type", ("题型", "type"), _TYPE),
    Column("stem", ("题干", "stem"), N_("The question; a blank of 填空题 is ____.")),
    *(
        Column(f"option_{letter}", (f"选项{letter}", f"option {letter}"), N_("For choice items, without gaps."), False)
        for letter in LETTERS
    ),
    Column(
        "key", ("答案", "key"), N_("对 or 错; A; ABD; a number; for 填空题 blanks apart by |, other answers by ；.")
    ),
    Column("tolerance", ("允许误差", "tolerance"), N_("For 数值题; empty is 0."), needed=False),
    Column("unit", ("单位", "unit"), N_("For 数值题."), needed=False),
    Column("rationale", ("解析", "rationale"), N_("Why the key is right.")),
    Column("source_standard", ("依据标准", "source standard"), _NAMED),
    Column("source_edition", ("依据版本", "source edition"), _NAMED),
    Column("source_clause", ("依据条款", "source clause"), N_("The clause; - if there are none.")),
    Column("difficulty", ("难度", "difficulty"), _GRADE),
    Column("consistency", ("一致性", "consistency"), _GRADE),
    Column("ai", ("AI辅助", "AI-assisted"), _AI),
)

_TYPES: Final = {
    ItemType.TRUE_FALSE: ("判断题", "判断", "true/false", "true or false"),
    ItemType.SINGLE_CHOICE: ("单选题", "单选", "单项选择题", "single choice"),
    ItemType.MULTIPLE_CHOICE: ("多选题", "多选", "多项选择题", "multiple choice"),
    ItemType.FILL_IN: ("填空题", "填空", "fill in", "fill-in"),
    ItemType.NUMERIC: ("数值题", "数值", "计算题", "numeric"),
}
_KINDS: Final = {plain_title(name): kind for kind, names in _TYPES.items() for name in (kind.value, *names)}
_TRUTHS: Final = dict.fromkeys(("对", "正确", "√", "true", "t", "1"), True) | dict.fromkeys(
    ("错", "错误", "×", "false", "f", "0"), False
)
_SAID: Final = dict.fromkeys(("是", "yes", "true", "1"), True) | dict.fromkeys(("否", "no", "false", "0"), False)
_CHOICES: Final = (ItemType.SINGLE_CHOICE, ItemType.MULTIPLE_CHOICE)
_GRADES: Final = frozenset("12345")


class Row(BaseModel):
    """An item as it will be written; its id is chosen now, so that storing twice makes one item."""

    number: int
    item_id: UUID
    level_id: UUID
    point_id: UUID
    body: dict[str, Any]
    source: Source
    difficulty: int
    consistency: int
    ai_assisted: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """What a workbook says: its sound rows, how many there are in all, and every fault."""

    rows: list[Row]
    total: int
    faults: list[Fault]


def template(*, english: bool = False) -> bytes:
    """Write an empty workbook with the titles."""
    return workbook.written({SHEET[english]: [[column.titles[english] for column in COLUMNS]]})


def read(data: bytes, levels: Sequence[Level], points: Sequence[Point]) -> Reading:
    """Read a workbook of items on the points of a standard.

    Raises
    ------
    NotAnOfficeFile, OfficeFileTooLarge, OfficeFileSuspicious, FormulaFound, SheetTooLarge
    """
    sheets = workbook.read(data)
    wanted = {plain_title(name) for name in SHEET}
    name = next((name for name in sheets if plain_title(name) in wanted or len(sheets) == 1), None)
    if name is None:
        return Reading([], 0, [Fault(SHEET[0], 0, "", _SHEET)])
    if len(sheets[name]) > ROWS_MOST + 1:
        raise SheetTooLarge(sheet=name, most=ROWS_MOST)
    return _Reader(name, sheets[name], levels, points).reading()


class _Reader:
    """Reads the rows against the levels and points of a standard."""

    def __init__(self, name: str, lines: list[Line], levels: Sequence[Level], points: Sequence[Point]) -> None:
        self.table = Table(name, COLUMNS, lines)
        self.levels = {str(level.digit): level for level in levels}
        self.points = {point.code: point for point in points}

    def reading(self) -> Reading:
        rows = [row for number, cells in self.table.rows() if (row := self._row(number, cells)) is not None]
        total = max(0, len(self.table.lines) - 1)
        if not total and not self.table.faults:
            self.fault(0, "stem", _EMPTY)
        return Reading(rows, total, self.table.faults)

    def fault(self, number: int, field: str, sentence: str, /, **facts: Any) -> None:
        """Note what is wrong with a cell, under the title that the file has."""
        place = self.table.places[field]
        column = next(column for column in COLUMNS if column.field == field)
        written = cell_at(self.table.lines[0], place) if self.table.lines else ""
        self.table.fault(number, written or column.titles[0], sentence, **facts)

    def _row(self, number: int, cells: dict[str, str]) -> Row | None:
        before = len(self.table.faults)
        placed = self._place(number, cells)
        grades = self._grades(number, cells)
        assisted = self._known(number, cells, "ai", _SAID, _AI)
        source = Source(cells["source_standard"], cells["source_edition"], cells["source_clause"])
        body = self._body(number, cells, source)
        if placed is None or body is None or len(self.table.faults) > before:
            return None
        level, point = placed
        return Row(
            number=number, item_id=uuid4(), level_id=level.id, point_id=point.id, body=body, source=source,
            difficulty=grades[0], consistency=grades[1], ai_assisted=assisted,
        )  # fmt: skip

    def _place(self, number: int, cells: dict[str, str]) -> tuple[Level, Point] | None:
        level, point = self.levels.get(cells["level"]), self.points.get(cells["point"])
        if point is None:
            self.fault(number, "point", _POINT, code=cells["point"])
        if level is None:
            self.fault(number, "level", _LEVEL)
        if level is None or point is None:
            return None
        if level.digit > point.lowest_level:
            told = authoring.PointNotOfLevel.sentence
            self.fault(number, "level", told, point=point.code, level=level.full_name)
        return level, point

    def _grades(self, number: int, cells: dict[str, str]) -> list[int]:
        fields = ("difficulty", "consistency")
        for field in fields:
            if cells[field] not in _GRADES:
                self.fault(number, field, _GRADE)
        return [int(cells[field]) if cells[field] in _GRADES else 0 for field in fields]

    def _known(self, number: int, cells: dict[str, str], field: str, offered: Mapping[str, Any], mend: str) -> Any:
        found = offered.get(plain_title(cells[field]))
        if found is None:
            self.fault(number, field, mend)
        return found

    def _body(self, number: int, cells: dict[str, str], source: Source) -> dict[str, Any] | None:
        """Write the body of a row; what the bank would refuse is noted at its cell."""
        kind: ItemType | None = self._known(number, cells, "type", _KINDS, _TYPE)
        if kind is None:
            return None
        body = {"type": kind.value, "stem": cells["stem"], "rationale": cells["rationale"]}
        body |= {"key": self._key(number, cells, kind)} | self._more(number, cells, kind)
        told = {column for row, column in ((fault.row, fault.column) for fault in self.table.faults) if row == number}
        for problem in authoring.check(body, source):
            field = _empty_option(body) if problem.field == "options" else problem.field
            if field not in self.table.places:
                field = "stem"
            if cell_at(self.table.lines[0], self.table.places[field]) not in told:
                self.fault(number, field, problem.sentence, **problem.facts)
        return body

    def _more(self, number: int, cells: dict[str, str], kind: ItemType) -> dict[str, Any]:
        """Read the cells that only some types have; in a row of another type they must be empty."""
        options = [cells[f"option_{letter}"] for letter in LETTERS]
        for letter, option in zip(LETTERS, options, strict=True):
            if option and kind not in _CHOICES:
                self.fault(number, f"option_{letter}", _NO_OPTIONS)
        for field in ("tolerance", "unit"):
            if cells[field] and kind is not ItemType.NUMERIC:
                self.fault(number, field, _NUMERIC_ONLY)
        if kind is ItemType.NUMERIC:
            return {"tolerance": cells["tolerance"] or "0", "unit": cells["unit"]}
        while options and not options[-1]:
            options.pop()
        return {"options": options} if kind in _CHOICES else {}

    def _key(self, number: int, cells: dict[str, str], kind: ItemType) -> Any:
        written = cells["key"]
        if kind is ItemType.TRUE_FALSE:
            return self._known(number, cells, "key", _TRUTHS, _TRUTH)
        if kind in _CHOICES:
            letters = re.sub(r"[\s,，、;；]", "", written).upper()
            if not re.fullmatch(r"[A-H]+", letters):
                self.fault(number, "key", _LETTERS)
            return letters if kind is ItemType.SINGLE_CHOICE and len(letters) == 1 else [*letters]
        if kind is ItemType.FILL_IN:
            blanks = (blank for blank in re.split(r"[|｜\n]", written) if blank.strip())
            return [[one.strip() for one in re.split(r"[;；]", blank) if one.strip()] for blank in blanks]
        return written


def _empty_option(body: dict[str, Any]) -> str:
    """Give the field of the first empty option, or of the first if what is wrong is another thing."""
    return "option_" + next((letter for letter, one in zip(LETTERS, body["options"], strict=False) if not one), "A")
