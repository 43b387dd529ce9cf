"""Lists of candidates that people download: an empty one to fill in, and wrong rows to mend."""

from collections.abc import Callable

from kaoping.exam import spreadsheets
from kaoping.exam.registration.enrolment_csv import COLUMNS, Fault
from kaoping.exam.registration.importing import Preview


def example() -> str:
    """Give the line of column names."""
    return spreadsheets.written([[titles[0] for titles in COLUMNS.values()]])


def wrong_rows(seen: Preview, *, reason_title: str, told: Callable[[Fault], str]) -> str:
    """Give the wrong rows as they were, with the reason in a last column that is ignored when they come back."""
    fields = [column.field for column in seen.table.columns]
    titles = [*(column.title for column in seen.table.columns), reason_title]
    rows = (
        [*(row.row.cells[name] for name in fields), " ".join(told(fault) for fault in row.row.faults)]
        for row in seen.faulty
    )
    return spreadsheets.written([titles, *rows])
