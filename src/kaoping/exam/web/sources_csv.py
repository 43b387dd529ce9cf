"""Lists of cited standards as CSV: columns and one check of every row, without the database."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from kaoping.exam import lists
from kaoping.exam.registration import errors
from kaoping.itembank.citations import CitedStatus
from kaoping.itembank.cited import Entry
from kaoping.itembank.errors import N_, Invalid, ItemBankError, KaopingError

LIMIT: Final = 5000

COLUMNS: Final = {
    "number": ("标准号", "编号", "number"),
    "edition": ("年代号", "版本", "edition"),
    "title": ("标准名称", "名称", "title"),
    "title_en": ("英文名称", "english title", "title in english"),
    "status": ("状态", "status"),
    "since": ("日期", "起始日期", "since"),
    "replaced_by": ("被代替标准", "代替标准", "替代标准", "replaced by"),
    "source": ("信息来源", "来源", "source"),
}
"""The columns, with all that their titles may be; the first is the one that messages name."""

_CHINESE: Final = frozenset(title for names in COLUMNS.values() for title in names if not title.isascii())
_STATUSES: Final = {
    "现行": CitedStatus.CURRENT, "即将实施": CitedStatus.UPCOMING, "被代替": CitedStatus.REPLACED,
    "废止": CitedStatus.WITHDRAWN, **{status.value: status for status in CitedStatus},
}  # fmt: skip


class StatusUnknown(ItemBankError, Invalid):
    """A list names a status that the register does not have."""

    sentence = N_("“%(written)s” is no status; write 现行, 即将实施, 被代替 or 废止.")


class DayUnreadable(ItemBankError, Invalid):
    """A day is written in another way than year, month and day."""

    sentence = N_("“%(written)s” is no day; write it as 2026-07-01.")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the list with its line: what it records, or why it cannot be taken."""

    line: int
    written: str
    entry: Entry | None
    fault: KaopingError | None


def template() -> str:
    """Give an empty list with the titles of its columns."""
    return "\ufeff" + ",".join(titles[0] for titles in COLUMNS.values()) + "\r\n"


def decoded(data: bytes) -> str:
    """Give the text of a file."""
    return lists.decoded(data, titles=_CHINESE)[0]


def rows_of(text: str) -> list[Row]:
    """Read the text of a list; as a whole it may be refused, a row keeps its own fault."""
    lines = lists.records(text)
    places = _places(next(lines, (1, []))[1])
    rows = [_row(line, {name: cells[at] for name, at in places.items() if at < len(cells)}) for line, cells in lines]
    if not rows:
        raise errors.ListEmpty
    if len(rows) > LIMIT:
        raise errors.ListTooLong(rows=len(rows), limit=LIMIT)
    return rows


def _places(titles: list[str]) -> dict[str, int]:
    plain = [title.casefold() for title in titles]
    places = {name: plain.index(one) for name, names in COLUMNS.items() for one in names if one in plain}
    for needed in ("number", "title", "status", "source"):
        if needed not in places:
            raise errors.ColumnMissing(column=COLUMNS[needed][0], found=", ".join(filter(None, titles)) or "--")
    return places


def _row(line: int, cells: dict[str, str]) -> Row:
    written = " ".join(filter(None, (cells.get("number"), cells.get("edition"))))
    try:
        entry = _entry(cells)
        entry.check()
    except Invalid as fault:
        return Row(line, written, None, fault)
    return Row(line, written, entry, None)


def _entry(cells: dict[str, str]) -> Entry:
    said = dict.fromkeys(COLUMNS, "") | cells
    status = _STATUSES.get(said["status"].casefold())
    if status is None:
        raise StatusUnknown(written=said["status"])
    return Entry(
        said["number"], said["edition"], said["title"], said["title_en"], status, _day(said["since"]),
        said["replaced_by"], said["source"],
    )  # fmt: skip


def _day(written: str) -> date | None:
    if not written:
        return None
    parts = list(_numbers(written))
    try:
        year, month, day = parts
        return date(year, month, day)
    except ValueError:
        raise DayUnreadable(written=written) from None


def _numbers(written: str) -> Iterator[int]:
    for part in written.replace("/", "-").replace(".", "-").split("-"):
        yield int(part) if part.isascii() and part.isdigit() else 0
