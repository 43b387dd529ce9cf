"""Lists that people send as CSV: decoding and records, with errors that say how to save the file."""

import csv
from collections.abc import Collection, Iterator
from io import StringIO

from kaoping.exam.registration import errors

UTF_8 = "UTF-8"
GB_18030 = "GB 18030"
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def decoded(data: bytes, *, titles: Collection[str]) -> tuple[str, str]:
    """Give the text of a file and the encoding it was read in.

    GB 18030 is taken only when it is sure: when the first line holds one of the known Chinese ``titles``.

    Raises
    ------
    ListIsWorkbook, ListEncodingUnknown, ListNotText : with how to save the file.
    """
    if data.startswith(_WORKBOOKS):
        raise errors.ListIsWorkbook
    if data.startswith(_UTF_16):
        raise errors.ListEncodingUnknown(encoding="UTF-16")
    if b"\0" in data:
        raise errors.ListNotText
    try:
        return data.decode("utf-8-sig"), UTF_8
    except UnicodeDecodeError:
        return _decoded_gb(data, titles), GB_18030


def _decoded_gb(data: bytes, titles: Collection[str]) -> str:
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        raise errors.ListNotText from None
    if not set(next(records(text), (1, []))[1]) & set(titles):
        raise errors.ListEncodingUnknown(encoding=GB_18030)
    return text


def records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Give the lines that hold something, with the number at which each begins."""
    first = text.partition("\n")[0]
    separator = max(",\t;，", key=first.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error:
            raise errors.ListUnreadable(line=line) from None
        if any(cells):
            yield line, cells
