"""Tables that come as CSV: every row as long as the header, and a refusal that names file, row and column.

Rows and columns are counted as a spreadsheet shows them: the header is row 1.

MeasurementRefused
├── FileUnreadable     missing, a folder, not UTF-8, not CSV, empty, or without the columns that are needed
├── RowUneven          a row has more or fewer cells than the header
├── CellUnusable       a cell holds something that its column does not allow
├── NameTwice          an item or a person occurs twice
├── ItemConstant       all answers to an item are alike
└── FileUnwritable     a result cannot be written where it should go
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from kaoping.exam.errors import ExamError
from kaoping.itembank.errors import N_

PERSON = "person"
_WHOLE = re.compile(r"[+-]?[0-9]{1,9}")
_WORKBOOK, _UTF_16 = b"PK\x03\x04", (b"\xff\xfe", b"\xfe\xff")


class MeasurementRefused(ExamError):
    """Base of what the measurement commands refuse; the command ends with status 2."""


class FileUnreadable(MeasurementRefused):
    """A file is missing, is not CSV in UTF-8, or lacks what is needed."""

    sentence = N_("%(file)s cannot be read: %(reason)s.")


class RowUneven(MeasurementRefused):
    """A row has more or fewer cells than the header."""

    sentence = N_("%(file)s, row %(row)d has %(found)d cells and the header %(expected)d; give every row as many.")


class CellUnusable(MeasurementRefused):
    """A cell holds something that its column does not allow."""

    sentence = N_("%(file)s, row %(row)d, column %(column)d (%(name)s): “%(text)s” %(reason)s.")


class NameTwice(MeasurementRefused):
    """An item or a person occurs twice."""

    sentence = N_("%(file)s, row %(row)d, column %(column)d: “%(name)s” occurs a second time; give each its own name.")


class ItemConstant(MeasurementRefused):
    """All answers to an item are alike, so nothing can be learnt from them."""

    sentence = N_(
        "%(file)s, column %(column)d: every answer to item %(item)s (%(n)d) is %(text)s; "
        "leave this item out of the file."
    )


class FileUnwritable(MeasurementRefused):
    """A result cannot be written where it should go; nothing was written."""

    sentence = N_("%(file)s cannot be written: %(reason)s. No result was written.")


@dataclass(frozen=True)
class Row:
    """A row of a table with named columns; ``line`` is its number in the file."""

    file: Path
    line: int
    columns: tuple[str, ...]
    cells: tuple[str, ...]

    def __getitem__(self, column: str) -> str:
        """Give a cell; empty if the file has no such column."""
        return self.cells[self.columns.index(column)] if column in self.columns else ""

    def number(self, column: str) -> float:
        """Give a cell as a finite number.

        Raises
        ------
        CellUnusable
            It is none.
        """
        with suppress(ValueError):
            value = float(self[column])
            if abs(value) < float("inf"):
                return value
        raise self.refuse(column, "is not a number; write one such as 0.5")

    def whole(self, column: str) -> int:
        """Give a cell as a whole number.

        Raises
        ------
        CellUnusable
            It is none, or has more than nine digits.
        """
        value = whole(self[column])
        if value is None:
            raise self.refuse(column, "is not a whole number of at most nine digits; write one such as 12")
        return value

    def refuse(self, column: str, reason: str) -> CellUnusable:
        """Make the error of one cell; ``reason`` follows the quoted text of the cell."""
        place = self.columns.index(column) + 1
        return CellUnusable(file=self.file, row=self.line, column=place, name=column, text=self[column], reason=reason)


def whole(text: str) -> int | None:
    """Give a whole number of at most nine digits; ``None`` for any other text."""
    return int(text) if _WHOLE.fullmatch(text) else None


def read_rows(file: Path, columns: Sequence[str], *, unique: str | None = None) -> list[Row]:
    """Read a table that has at least the named columns; in column ``unique``, if there, no value may occur twice.

    Raises
    ------
    FileUnreadable, RowUneven, NameTwice
        With file, row, column, and what to do.
    """
    lines = records(file)
    header = header_names(file, next(lines)[1])
    if missing := [column for column in columns if column not in header]:
        raise FileUnreadable(file=file, reason=f"it has no column {missing[0]}; name it in the first row")
    rows = [Row(file, line, header, tuple(cells)) for line, cells in lines]
    if not rows:
        raise FileUnreadable(file=file, reason="it has a header and no rows")
    if unique in header:
        _refuse_twice(rows, unique)
    return rows


def _refuse_twice(rows: Sequence[Row], column: str) -> None:
    seen: set[str] = set()
    for row in rows:
        name = row[column]
        if not name:
            raise row.refuse(column, "is no name; give every row one")
        if name in seen:
            raise NameTwice(file=row.file, row=row.line, column=row.columns.index(column) + 1, name=name)
        seen.add(name)


def records(file: Path) -> Iterator[tuple[int, list[str]]]:
    """Give header and rows, each with its line and as many cells as the header; lines with nothing are passed over."""
    with _opened(file) as text:
        reader, expected = csv.reader(text, strict=True), 0
        try:
            for cells in reader:
                if not cells or (len(cells) != expected and not any(map(str.strip, cells))):
                    continue
                expected = expected or len(cells)
                if len(cells) != expected:
                    raise RowUneven(file=file, row=reader.line_num, found=len(cells), expected=expected)
                yield reader.line_num, [cell.strip() for cell in cells]
        except csv.Error as wrong:
            raise FileUnreadable(file=file, reason=f"row {reader.line_num} is not CSV ({wrong})") from None
        except UnicodeDecodeError:
            raise FileUnreadable(file=file, reason="it is not UTF-8; save it as CSV in UTF-8") from None
        if not expected:
            raise FileUnreadable(file=file, reason="it is empty")


@contextmanager
def _opened(file: Path) -> Iterator[Iterable[str]]:
    try:
        with file.open("rb") as begun:
            start = begun.read(4)
        if start == _WORKBOOK or start[:2] in _UTF_16:
            raise FileUnreadable(file=file, reason="it is a workbook or UTF-16; save it as CSV in UTF-8")
        with file.open(encoding="utf-8-sig", newline="") as text:
            yield text
    except OSError as wrong:
        raise FileUnreadable(file=file, reason=wrong.strerror or type(wrong).__name__) from None


def header_names(file: Path, cells: Sequence[str]) -> tuple[str, ...]:
    """Give the names of the columns, every column one and none twice.

    Raises
    ------
    FileUnreadable, NameTwice
        With the column.
    """
    if len(cells) == 1 and (other := {";", "\t"} & set(cells[0])):
        name = "semicolons" if ";" in other else "tabs"
        raise FileUnreadable(file=file, reason=f"its cells are separated by {name}; separate them by commas")
    seen: set[str] = set()
    for place, name in enumerate(cells, 1):
        if not name:
            raise FileUnreadable(file=file, reason=f"row 1, column {place} has no name; give every column one")
        if name in seen:
            raise NameTwice(file=file, row=1, column=place, name=name)
        seen.add(name)
    return tuple(cells)
