"""Tables that people open in a spreadsheet: comma-separated text in which no cell is taken for a formula."""

import csv
from collections.abc import Iterable
from io import StringIO
from typing import Final

#: A spreadsheet would take a cell that begins so for a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")

Cell = str | int | float | None


def written(rows: Iterable[Iterable[Cell]]) -> str:
    """Write rows of cells; text that would be a formula gets an apostrophe before it, numbers stay as they are."""
    file = StringIO(newline="")
    csv.writer(file).writerows([_plain(cell) for cell in row] for row in rows)
    return file.getvalue()


def _plain(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) and not _number(cell) else cell


def _number(cell: str) -> bool:
    """Whether a cell is a number with its sign, in which no formula can hide."""
    return cell[:1] in {"+", "-"} and cell[1:].replace(".", "", 1).isdecimal()
