"""The file that leaves: rows of a layout as CSV or XLSX; the same certificates and layout give the same bytes."""

import csv
from collections.abc import Sequence
from io import StringIO

from kaoping.exam.results.upload_checks import Entry, written
from kaoping.exam.results.upload_layout import UploadLayout
from kaoping.itembank import workbook


def file(entries: Sequence[Entry], layout: UploadLayout) -> bytes:
    """Write the file; every value was checked before, so that none is a formula or cannot be encoded."""
    rows = [
        [written(entry, column, place=place) for column in layout.columns]
        for place, entry in enumerate(entries, start=1)
    ]
    table = [[column.heading for column in layout.columns], *rows]
    if layout.form == "xlsx":
        return workbook.written({"证书数据": table})
    text = StringIO(newline="")
    csv.writer(text, delimiter=layout.separator, lineterminator="\r\n").writerows(table)
    return text.getvalue().encode(layout.encoding)


def name(layout: UploadLayout, number: int) -> str:
    """Name the file; a demonstration says so in its name."""
    kind = "demonstration" if layout.demonstration else "upload"
    return f"kaoping-certificates-{kind}-{number}.{layout.form}"
