"""A log of changed answers and the last answers of everybody, or the numbers of changes of each person, from CSV."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kaoping.exam.cli.integrity.sittings import Coding, Reading, Sitting
from kaoping.exam.cli.measurement import Refused, Row, read_rows

if TYPE_CHECKING:
    from kaoping.scoring.integrity import AnswerChanges

COLUMNS = ("person", "item", "from", "to")
Place = tuple[str, str]


@dataclass(frozen=True)
class Numbers:
    """Changes of each person, and how many of them became right."""

    persons: tuple[str, ...]
    changed: tuple[int, ...]
    right: tuple[int, ...]


def read_numbers(file: Path) -> Numbers:
    """Read ``person,changes,wrong_to_right``.

    Raises
    ------
    FileUnreadable, CellUnusable, NameTwice
        With file, row, column, and what to do.
    """
    rows = read_rows(file, ["person", "changes", "wrong_to_right"], unique="person")
    for row in rows:
        if row.whole("changes") < 0:
            raise row.refuse("changes", "is below zero")
        if not 0 <= row.whole("wrong_to_right") <= row.whole("changes"):
            raise row.refuse("wrong_to_right", f"is not between 0 and the {row['changes']} changes of this person")
    changed, right = (tuple(row.whole(column) for row in rows) for column in ("changes", "wrong_to_right"))
    return Numbers(tuple(row["person"] for row in rows), changed, right)


def read_log(file: Path, answers: Path, reading: Reading) -> "tuple[Sitting, AnswerChanges]":
    """Read a log of changes and the last answers, and make first and last answers of them.

    Raises
    ------
    Refused
        There is no key.
    FileUnreadable, RowUneven, CellUnusable, NameTwice
        A person, item or option is unknown, a change does not continue the one before, or the last one does not lead to
        the answer given.
    """
    from kaoping.scoring.integrity import AnswerChanges

    if reading.key is None:
        raise Refused("A log of changes is of chosen options; give their --key as well.")
    sitting = reading.sitting(answers)
    last = sitting.coding
    assert last is not None  # noqa: S101 - there is a key
    firsts = _firsts(_followed(file, last), last)
    return sitting, AnswerChanges(_first_answers(last, firsts).choices(reading.omissions), sitting.choices)


def _followed(file: Path, last: Coding) -> dict[Place, list[Row]]:
    """Give the changes of every answer in the order of time."""
    rows = read_rows(file, COLUMNS)
    if "at" in rows[0].columns:
        rows = sorted(rows, key=_time(rows))
    known = (("person", set(last.cells.persons)), ("item", set(last.cells.items)))
    found: dict[Place, list[Row]] = {}
    for row in rows:
        for column, names in known:
            if row[column] not in names:
                raise row.refuse(column, f"is no {column} of {last.cells.file}")
        before = found.setdefault((row["person"], row["item"]), [])
        if before and before[-1]["to"] != row["from"]:
            raise row.refuse("from", f"does not continue row {before[-1].line}, which ends with “{before[-1]['to']}”")
        before.append(row)
    return found


def _time(rows: Sequence[Row]) -> Callable[[Row], tuple[float, str]]:
    """Make the order of time: of numbers if all are, otherwise of texts such as 2026-01-31T09:30:05."""
    if all(_number(row["at"]) is not None for row in rows):
        return lambda row: (_number(row["at"]) or 0.0, "")
    return lambda row: (0.0, row["at"])


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _firsts(followed: dict[Place, list[Row]], last: Coding) -> dict[Place, str]:
    """Give the first answer wherever an answer was changed; the last change has to lead to the answer given."""
    row_of = {name: number for number, name in enumerate(last.cells.persons)}
    place_of = {name: number for number, name in enumerate(last.cells.items)}
    found = {}
    for (person, item), rows in followed.items():
        given = last.cells.cells[row_of[person]][place_of[item]]
        if rows[-1]["to"] != given:
            raise rows[-1].refuse("to", f"is not the answer in {last.cells.file}, which is “{given}”")
        texts = [row["from"] for row in rows if last.blanks.code(row["from"]) is None]
        if texts:
            found[person, item] = texts[0]
            _refuse_unknown(rows, last.keys[place_of[item]].options, texts[0])
    return found


def _refuse_unknown(rows: Sequence[Row], options: Sequence[str], first: str) -> None:
    for row in rows:
        if options and row["from"] == first and first not in options:
            raise row.refuse("from", f"is not one of the options {', '.join(options)}")


def _first_answers(last: Coding, firsts: dict[Place, str]) -> Coding:
    """Put the first answers in the place of the last ones; options that nobody chose in the end come last."""
    cells = last.cells
    texts = [
        [firsts.get((person, item), text) for item, text in zip(cells.items, row, strict=True)]
        for person, row in zip(cells.persons, cells.cells, strict=True)
    ]
    more: dict[str, list[str]] = {}
    for (_, item), text in firsts.items():
        more.setdefault(item, []).append(text)
    options = tuple(
        tuple(dict.fromkeys((*own, *more.get(item, ())))) for item, own in zip(cells.items, last.options, strict=True)
    )
    return replace(last, cells=replace(cells, cells=texts), options=options)
