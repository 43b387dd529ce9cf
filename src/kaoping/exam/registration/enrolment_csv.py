"""Lists of candidates as CSV: decoding, columns, and one check of every row, without the database.

The first line names the columns, in Chinese or English. UTF-8 is read with or without a byte order mark. GB 18030 is
read only when it is sure, that is, when the column names come out as known Chinese words.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from kaoping.exam import lists
from kaoping.exam.people import identity
from kaoping.exam.people.consents import NOT_ASKED, Answers
from kaoping.exam.people.models import IdentityType
from kaoping.exam.registration import errors
from kaoping.exam.registration.enrolment import NewCandidate
from kaoping.itembank.errors import Invalid, KaopingError

LIMIT = 10_000

#: The columns, with all that their titles may be; the first is the one that messages name.
COLUMNS = {
    "name": ("姓名", "考生姓名", "name", "candidate"),
    "identity_type": ("证件类型", "证件名称", "identity type", "document type", "document"),
    "identity": ("证件号码", "身份证号", "身份证号码", "证件号", "identity number", "identity", "document number"),
    "room": ("考场", "考场名称", "room"),
    "seat": ("座位", "座位号", "seat"),
}
_CHINESE = frozenset(title for names in COLUMNS.values() for title in names if not title.isascii())
REQUIRED = ("name", "identity_type", "identity")
#: What stands in the column of the document type.
_DOCUMENTS = {
    "居民身份证": IdentityType.RESIDENT_IDENTITY_CARD,
    "身份证": IdentityType.RESIDENT_IDENTITY_CARD,
    "resident identity card": IdentityType.RESIDENT_IDENTITY_CARD,
    "港澳居民来往内地通行证": IdentityType.HONG_KONG_MACAO_PERMIT,
    "hong kong and macao permit": IdentityType.HONG_KONG_MACAO_PERMIT,
    "台湾居民来往大陆通行证": IdentityType.TAIWAN_PERMIT,
    "taiwan permit": IdentityType.TAIWAN_PERMIT,
    "护照": IdentityType.PASSPORT,
    "passport": IdentityType.PASSPORT,
}
_FAR = date(9000, 1, 1)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file: which field it fills, where it stands, what it is called there."""

    field: str
    position: int
    title: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one field of a row, and how to mend it (the error's sentence)."""

    field: str
    error: KaopingError


@dataclass(slots=True)
class Row:
    """A row of the file with its line number; ``candidate`` is None while a fault stands in the way."""

    line: int
    cells: dict[str, str] = field(repr=False)
    candidate: NewCandidate | None = None
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Table:
    """A list as it was read."""

    encoding: str
    columns: list[Column]
    ignored: list[str]
    rows: list[Row]


def read(data: bytes, *, consents: Answers = NOT_ASKED, on: date | None = None) -> list[NewCandidate]:
    """Read a list of which every row must be right.

    Raises
    ------
    ListRefused : how many rows are wrong, and the first of them with its line and reason.
    Invalid : the file as a whole cannot be read.
    """
    table = parse(data, consents=consents, on=on)
    wrong = [row for row in table.rows if row.faults]
    if wrong:
        raise errors.ListRefused(count=len(wrong), line=wrong[0].line, reason=wrong[0].faults[0].error)
    return [row.candidate for row in table.rows if row.candidate]


def parse(data: bytes, *, consents: Answers = NOT_ASKED, on: date | None = None) -> Table:
    """Read a list with the faults of its rows; births after the day ``on`` are faults."""
    text, encoding = lists.decoded(data, titles=_CHINESE)
    lines = lists.records(text)
    titles = next(lines, (1, []))[1]
    columns, ignored = _columns(titles)
    rows = [_row(line, cells, columns, len(titles)) for line, cells in lines]
    if not rows:
        raise errors.ListEmpty
    if len(rows) > LIMIT:
        raise errors.ListTooLong(rows=len(rows), limit=LIMIT)
    for row in rows:
        _check(row, consents, on or _FAR)
    _find_repeated(rows)
    return Table(encoding, columns, ignored, rows)


def _columns(titles: list[str]) -> tuple[list[Column], list[str]]:
    columns: dict[str, Column] = {}
    ignored: list[str] = []
    for position, title in enumerate(titles, start=1):
        known = _field_of(title)
        if known is None:
            ignored.append(title)
        elif known in columns:
            raise errors.ColumnTwice(first=columns[known].title, second=title)
        else:
            columns[known] = Column(known, position, title)
    for needed in REQUIRED:
        if needed not in columns:
            raise errors.ColumnMissing(column=COLUMNS[needed][0], found=", ".join(filter(None, titles)) or "--")
    return list(columns.values()), [title for title in ignored if title]


def _field_of(title: str) -> str | None:
    plain = title.casefold().replace("_", " ")
    return next((name for name, titles in COLUMNS.items() if plain in titles), None)


def _row(line: int, cells: list[str], columns: list[Column], width: int) -> Row:
    by_field = {column.field: cells[column.position - 1] if column.position <= len(cells) else "" for column in columns}
    row = Row(line, by_field)
    if any(cells[width:]):
        row.faults.append(Fault("line", errors.CellCount(cells=len(cells), columns=width)))
    return row


def _check(row: Row, consents: Answers, on: date) -> None:
    name, kind = _checked_name(row), _checked_kind(row)
    number = _checked_number(row, kind, on) if kind else ""
    if name and kind and number and not row.faults:
        row.candidate = NewCandidate(
            name=name, identity_type=kind, identity=number, consents=consents,
            room=row.cells.get("room", ""), seat=row.cells.get("seat", ""),
        )  # fmt: skip


def _checked_name(row: Row) -> str:
    try:
        return identity.clean_name(row.cells["name"])
    except Invalid as fault:
        row.faults.append(Fault("name", fault))
        return ""


def _checked_kind(row: Row) -> IdentityType | None:
    given = row.cells["identity_type"]
    kind = _DOCUMENTS.get(given.casefold())
    if kind is None:
        row.faults.append(Fault("identity_type", errors.IdentityTypeUnknown(given=given)))
    return kind


def _checked_number(row: Row, kind: IdentityType, on: date) -> str:
    try:
        return identity.check(kind, row.cells["identity"], on=on)
    except Invalid as fault:
        row.faults.append(Fault("identity", fault))
        return ""


def _find_repeated(rows: list[Row]) -> None:
    """Mark the second of two rows with the same document, or with the same seat."""
    persons: dict[tuple[str, str], int] = {}
    seats: dict[tuple[str, str], int] = {}
    for row in rows:
        if row.candidate is None:
            continue
        person = (row.candidate.identity_type, row.candidate.identity)
        seat = (row.candidate.room.casefold(), row.candidate.seat)
        if persons.setdefault(person, row.line) != row.line:
            row.faults.append(Fault("identity", errors.TwiceInList(line=persons[person])))
        elif all(seat) and seats.setdefault(seat, row.line) != row.line:
            row.faults.append(Fault("seat", errors.SeatTwiceInList(line=seats[seat])))


def day_of(moment: datetime) -> date:
    """Give the day of a moment, for the check of births."""
    return moment.astimezone(UTC).date()
