"""What every measurement command shares: the table of answers, its options, and exit status 2.

A table of answers is CSV with a header of item ids and an optional first column ``person``; a cell is a whole category,
and empty or ``NA`` where the item was not presented.
"""

import re
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kaoping.exam.cli.outputs import Outputs, write_table
from kaoping.exam.cli.tables import (
    PERSON,
    CellUnusable,
    FileUnreadable,
    FileUnwritable,
    ItemConstant,
    MeasurementRefused,
    NameTwice,
    Row,
    RowUneven,
    header_names,
    read_rows,
    records,
    whole,
)
from kaoping.scoring.errors import ScoringError

if TYPE_CHECKING:
    import numpy as np

    from kaoping.scoring.responses import ResponseMatrix

__all__ = [
    "CellUnusable",
    "Cells",
    "FileUnreadable",
    "FileUnwritable",
    "ItemConstant",
    "MeasurementRefused",
    "Measuring",
    "NameTwice",
    "Outputs",
    "Refused",
    "Row",
    "RowUneven",
    "generator",
    "path_option",
    "read_cells",
    "read_item_rows",
    "read_responses",
    "read_rows",
    "refuse_constant",
    "responses_argument",
    "whole",
    "write_table",
]

STATUS = 2
GROUP, ITEM = "group", "item"
NOT_PRESENTED_WORDS = ("", "NA")
_NOT_PRESENTED, _OMITTED, _NOT_REACHED = -1, -2, -3
_LARGEST = 100
_WHOLE = re.compile(r"[0-9]+\.0+")

Anything = TypeVar("Anything", bound=Callable[..., Any])


class Refused(click.ClickException):
    """One sentence on standard error and exit status 2."""

    exit_code = STATUS


class Measuring(click.Command):
    """A command whose refusals, of files or of numbers, are one sentence and exit status 2."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except (MeasurementRefused, ScoringError) as refused:
            raise Refused(str(refused)) from None


def path_option(name: str, *, help: str, required: bool = False) -> Callable[[Anything], Anything]:  # noqa: A002
    """Make an option that takes the path of a file; whether it can be used is for the reader or writer to say."""
    return click.option(name, type=click.Path(path_type=Path), required=required, help=help)


def responses_argument(command: Anything) -> Anything:
    """Take the table of answers as argument RESPONSES, and say how its cells are meant."""
    for option in (
        click.option("--not-reached", help="What a cell holds if the person did not come as far as the item."),
        click.option("--omitted", help="What a cell holds if the person saw the item and left it out."),
        click.option("--lowest", type=click.Choice(["0", "1"]), default="0", help="The lowest category in the file."),
        click.argument("responses", type=click.Path(path_type=Path)),
    ):
        command = option(command)
    return command


@dataclass(frozen=True)
class Cells:
    """A table of texts with a row for each person: ``cells[row][column]``, ``lines[row]`` its line in the file."""

    file: Path
    items: tuple[str, ...]
    persons: tuple[str, ...]
    cells: list[list[str]]
    lines: list[int]

    @property
    def first(self) -> int:
        """Column of the first item in the file, from 1."""
        return 2 if self.persons else 1

    def refuse(self, row: int, item: int, reason: str) -> CellUnusable:
        """Make the error of one cell; ``reason`` follows the quoted text of the cell."""
        place = {"file": self.file, "row": self.lines[row], "column": self.first + item, "name": self.items[item]}
        return CellUnusable(**place, text=self.cells[row][item], reason=reason)


def read_responses(
    file: Path,
    *,
    lowest: int = 0,
    omitted: str | None = None,
    not_reached: str | None = None,
    categories: Mapping[str, int] | None = None,
    varying: bool = False,
    group: Path | None = None,
    **named: Any,
) -> "ResponseMatrix":
    """Read a table of answers; ``lowest`` is the lowest category in the file, 0 or 1.

    ``omitted`` and ``not_reached`` are what cells of those two kinds hold; ``categories`` gives the number of
    categories of items for which it is known, so that others are refused; with ``varying`` an item to which all answers
    are alike is refused. ``group`` is a table of ``person`` and ``group``, or of ``group`` alone in the order of the
    answers. Further names are given to `ResponseMatrix`.

    Raises
    ------
    FileUnreadable, RowUneven, CellUnusable, NameTwice, ItemConstant
        With file, row, column, and what to do.
    """
    import numpy as np

    from kaoping.scoring.responses import ResponseMatrix

    lines = records(file)
    layout, codes, store = _Layout(file, next(lines)[1]), _Codes(lowest, omitted, not_reached), array("b")
    limits = [(categories or {}).get(item, _LARGEST + 1) for item in layout.items]
    for line, cells in lines:
        layout.add(line, cells)
        store.extend(_coded(layout, line, cells, codes))
        if categories and (over := [item for item, code in enumerate(store[-len(limits) :]) if code >= limits[item]]):
            raise layout.refuse(line, cells, over[0], f"is not one of the {limits[over[0]]} categories of this item")
    if not store:
        raise FileUnreadable(file=file, reason="it has a header and no answers")
    table = np.frombuffer(store, dtype=np.int8).reshape(-1, len(layout.items))
    if categories:
        named["categories"] = [
            categories.get(item, most) for item, most in zip(layout.items, _seen(table), strict=True)
        ]
    if group:
        named["groups"] = _groups(group, file, layout.persons or [str(row) for row in range(1, len(table) + 1)])
    responses = ResponseMatrix(table, layout.items, persons=layout.persons, **named)
    if varying:
        refuse_constant(responses, file, lowest=lowest, first=layout.first + 1)
    return responses


def read_cells(file: Path) -> Cells:
    """Read a table of raw answers, such as chosen options, as text.

    Raises
    ------
    FileUnreadable, RowUneven, CellUnusable, NameTwice
        With file, row, column, and what to do.
    """
    lines = records(file)
    layout, cells, places = _Layout(file, next(lines)[1]), list[list[str]](), list[int]()
    for line, row in lines:
        layout.add(line, row)
        places.append(line)
        cells.append(row[layout.first :])
    if not cells:
        raise FileUnreadable(file=file, reason="it has a header and no answers")
    return Cells(file, layout.items, tuple(layout.persons), cells, places)


def refuse_constant(
    responses: "ResponseMatrix", file: Path, *, first: int, lowest: int = 0, words: Sequence[str] = ()
) -> None:
    """Refuse a table in which all known answers to an item are alike; ``first`` is the column of the first item.

    ``words`` name the categories; their numbers in the file if not given.

    Raises
    ------
    ItemConstant
        With the item and its column.
    """
    seen = responses.counts > 0
    for item in (seen.sum(axis=1) <= 1).nonzero()[0][:1]:
        category = int(seen[item].argmax())
        only = (words[category] if words else str(category + lowest)) if seen[item].any() else "missing"
        facts = {"file": file, "column": first + int(item), "item": responses.items[item], "text": only}
        raise ItemConstant(**facts, n=int(responses.answered[item]) or responses.n_persons)


def read_item_rows(file: Path, columns: Sequence[str], items: Sequence[str], *, each: str = "") -> dict[str, Row]:
    """Read what a table says of some of the items, by its column ``item``.

    If ``each`` names what the table gives, such as “key”, it has to give it for all of them.

    Raises
    ------
    FileUnreadable, RowUneven, CellUnusable, NameTwice
        With file, row, column, and what to do.
    """
    rows = {row[ITEM]: row for row in read_rows(file, [ITEM, *columns], unique=ITEM)}
    for name, row in rows.items():
        if name not in items:
            raise row.refuse(ITEM, "is no item of the table of answers; use the names in its header")
    if each and (lacking := [name for name in items if name not in rows]):
        raise FileUnreadable(file=file, reason=f"it has no {each} for item {lacking[0]}")
    return rows


def generator(seed: int) -> "np.random.Generator":
    """Make the source of random numbers of a command; the same seed gives the same results."""
    import numpy as np

    return np.random.default_rng(seed)


def _groups(file: Path, answers: Path, persons: Sequence[str]) -> list[str]:
    """Read the group of every person."""
    rows = read_rows(file, [GROUP], unique=PERSON)
    for row in rows:
        if not row[GROUP]:
            raise row.refuse(GROUP, "is no group; give every person one")
    if PERSON in rows[0].columns:
        named = {row[PERSON]: row[GROUP] for row in rows}
        if lacking := [name for name in persons if name not in named]:
            raise FileUnreadable(file=file, reason=f"it has no group for person {lacking[0]} of {answers}")
        return [named[name] for name in persons]
    if len(rows) != len(persons):
        number = f"it has {len(rows)} groups and {answers} has {len(persons)} persons"
        raise FileUnreadable(file=file, reason=f"{number}; name the persons or give as many groups")
    return [row[GROUP] for row in rows]


class _Layout:
    """What the header of a table says: whether persons are named, and the items; and the persons read so far."""

    def __init__(self, file: Path, header: Sequence[str]) -> None:
        names = header_names(file, header)
        self.file, self.first = file, int(names[0] == PERSON)
        self.items = names[self.first :]
        self.persons: list[str] = []
        self._known: set[str] = set()
        if not self.items:
            raise FileUnreadable(file=file, reason="it has no items; name them in the first row")

    def add(self, line: int, cells: Sequence[str]) -> None:
        """Note the person of a row, if persons are named."""
        if not self.first:
            return
        name = cells[0]
        if not name:
            raise CellUnusable(
                file=self.file, row=line, column=1, name=PERSON, text="", reason="is no name; give every person one"
            )
        if name in self._known:
            raise NameTwice(file=self.file, row=line, column=1, name=name)
        self._known.add(name)
        self.persons.append(name)

    def refuse(self, line: int, cells: Sequence[str], item: int, reason: str) -> CellUnusable:
        """Make the error of the cell of an item."""
        place = self.first + item
        facts = {"file": self.file, "row": line, "column": place + 1, "name": self.items[item]}
        return CellUnusable(**facts, text=cells[place], reason=reason)


class _Codes(dict[str, int]):
    """Code of each text that a cell may hold; other spellings of whole numbers are learnt when they are met."""

    def __init__(self, lowest: int, omitted: str | None, not_reached: str | None) -> None:
        super().__init__({str(category + lowest): category for category in range(_LARGEST + 1)})
        self.lowest = lowest
        self.update(dict.fromkeys(NOT_PRESENTED_WORDS, _NOT_PRESENTED))
        for text, code in ((omitted, _OMITTED), (not_reached, _NOT_REACHED)):
            if text is not None:
                self[text.strip()] = code

    def __missing__(self, text: str) -> int:
        """Take “1.0” for 1, as data frames write columns that have empty cells."""
        if _WHOLE.fullmatch(text) and (code := self.get(text.partition(".")[0])) is not None:
            self[text] = code
            return code
        raise KeyError(text)


def _coded(layout: _Layout, line: int, cells: Sequence[str], codes: _Codes) -> list[int]:
    row = []
    try:
        for cell in cells[layout.first :]:
            row.append(codes[cell])  # noqa: PERF401 - what was read before the wrong cell tells its place
    except KeyError:
        low, high = codes.lowest, _LARGEST + codes.lowest
        reason = f"is not a category, a whole number from {low} to {high}; "
        below = low and cells[layout.first + len(row)] == "0"
        reason += "leave out --lowest 1 if they count from 0" if below else "leave it empty if it was not presented"
        raise layout.refuse(line, cells, len(row), reason) from None
    return row


def _seen(table: Any) -> list[int]:
    """Give the number of categories seen of each item, at least 2."""
    return [max(int(largest) + 1, 2) for largest in table.max(axis=0)]
