"""Lists of candidates that people download: an empty one to fill in, and wrong rows to mend."""

import csv
from collections.abc import Callable, Iterable
from io import StringIO

from kaoping.exam.registration.enrolment_csv import COLUMNS, Fault
from kaoping.exam.registration.importing import Preview

#: A spreadsheet would take a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def example() -> str:
    """Give the line of column names."""
    return _written([[titles[0] for titles in COLUMNS.values()]])


def wrong_rows(seen: Preview, *, reason_title: str, told: Callable[[Fault], str]) -> str:
    """Give the wrong rows as they were, with the reason in a last column that is ignored when they come back."""
    fields = [column.field for column in seen.table.columns]
    titles = [*(column.title for column in seen.table.columns), reason_title]
    rows = (
        [*(row.row.cells[name] for name in fields), " ".join(told(fault) for fault in row.row.faults)]
        for row in seen.faulty
    )
    return _written([titles, *rows])


def _written(rows: Iterable[list[str]]) -> str:
    file = StringIO(newline="")
    csv.writer(file).writerows([_plain(cell) for cell in row] for row in rows)
    return file.getvalue()


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
