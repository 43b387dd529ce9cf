"""Lists of certificates that an employer asks about, as CSV: columns, and each wrong cell by line and column."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from kaoping.exam import lists
from kaoping.exam.people import identity
from kaoping.exam.results import inquiry_errors as errors
from kaoping.itembank.errors import Invalid

MOST: Final = 500
#: The columns, with all that their titles may be; the first is the one that messages name.
COLUMNS: Final = {
    "number": ("证书编号", "编号", "certificate number", "number"),
    "name": ("姓名", "持证人姓名", "name"),
    "tail": ("证件号码后六位", "证件后六位", "identity tail", "tail"),
}
LONGEST: Final = {"number": 60, "name": 100, "tail": 40}
_CHINESE: Final = frozenset(title for names in COLUMNS.values() for title in names if not title.isascii())


@dataclass(frozen=True, slots=True)
class Question:
    """One certificate that is asked about, with the line of the list that it stands on."""

    line: int
    number: str
    name: str = field(repr=False)
    tail: str = field(repr=False)


def read(data: bytes) -> tuple[list[Question], list[Invalid]]:
    """Read a list: every certificate on it, or what is wrong with each cell.

    Raises
    ------
    Invalid : the file as a whole cannot be read, lacks a column, or names none or too many.
    """
    text, _ = lists.decoded(data, titles=_CHINESE)
    rows = list(lists.records(text))
    if len(rows) < 2:  # noqa: PLR2004 - the titles, and a line below them
        raise errors.InquiryEmpty
    if len(rows) - 1 > MOST:
        raise errors.InquiryTooLong(most=MOST)
    places, wrong = _places(rows[0][1]), []
    questions = []
    for line, cells in rows[1:]:
        said = {name: _cell(cells, place) for name, place in places.items()}
        wrong += _wrong(line, said, rows[0][1], places)
        questions.append(Question(line, **said))
    return questions, wrong


def _places(titles: Sequence[str]) -> dict[str, int]:
    known = [title.casefold() for title in titles]
    places = {}
    for name, names in COLUMNS.items():
        place = next((known.index(title) for title in names if title in known), None)
        if place is None:
            raise errors.InquiryColumnMissing(column=names[0], needed=", ".join(n[0] for n in COLUMNS.values()))
        places[name] = place
    return places


def _cell(cells: Sequence[str], place: int) -> str:
    return cells[place].strip() if place < len(cells) else ""


def _wrong(line: int, said: dict[str, str], titles: Sequence[str], places: dict[str, int]) -> list[Invalid]:
    named = {name: titles[place] for name, place in places.items()}
    found: list[Invalid] = [
        errors.InquiryCellWrong(line=line, column=named[name], most=LONGEST[name])
        for name, text in said.items()
        if not text or len(text) > LONGEST[name]
    ]
    if not found and len(identity.tail(said["tail"])) < identity.TAIL:
        found.append(errors.InquiryTailShort(line=line, column=named["tail"]))
    return found
