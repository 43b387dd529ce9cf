"""Tables in sheets: columns found by their titles, cells read one by one, every fault with sheet, row and column."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from kaoping.itembank.errors import N_
from kaoping.itembank.workbook import Line

Part = TypeVar("Part", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a cell, and how to mend it; row 0 is the sheet as a whole."""

    sheet: str
    row: int
    column: str
    sentence: str
    facts: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.sentence % self.facts


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the field it fills, its titles (the first is written into templates), and what a wrong cell is told."""

    field: str
    titles: tuple[str, ...]
    mend: str
    needed: bool = True


NAME = N_("Fill this in, with at most 300 characters.")
CODE = N_("Write a code of letters, figures and hyphens.")
FREE = N_("This text is too long.")


def plain_title(title: str) -> str:
    """Give a title as it is compared: without blanks, brackets' content, and width."""
    folded = unicodedata.normalize("NFKC", title).casefold()
    return re.sub(r"\(.*?\)|\s|[%*:_]", "", folded)


@dataclass
class Table:
    """A sheet read by its columns, with the faults found so far."""

    sheet: str
    columns: Sequence[Column]
    lines: Sequence[Line]
    faults: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.header = [plain_title(title) for title in self.lines[0].cells] if self.lines else []
        self.places = {column.field: self._place(column) for column in self.columns}
        for column in self.columns:
            if column.needed and self.places[column.field] is None:
                self.fault(
                    self.lines[0].number if self.lines else 0, column.titles[0],
                    N_("The column “%(title)s” is missing; take the template, or write this title into the first row."),
                    title=column.titles[0],
                )  # fmt: skip

    def _place(self, column: Column) -> int | None:
        wanted = {plain_title(title) for title in column.titles}
        return next((place for place, title in enumerate(self.header) if title in wanted), None)

    @property
    def complete(self) -> bool:
        """Whether every column that is needed is there."""
        return all(self.places[column.field] is not None for column in self.columns if column.needed)

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Give the rows below the titles: number in the file, and cells by field."""
        if self.complete:
            for line in self.lines[1:]:
                yield line.number, {name: cell_at(line, place) for name, place in self.places.items()}

    def named(self, name: str) -> set[str]:
        """Give what stands in a column, also in rows with faults: later sheets may name it without more faults."""
        return {cells[name] for _, cells in self.rows()}

    def fault(self, row: int, column: str, sentence: str, /, **facts: Any) -> None:
        """Note what is wrong with a cell."""
        self.faults.append(Fault(self.sheet, row, column, sentence, facts))

    def part(self, kind: type[Part], row: int, values: Mapping[str, Any]) -> Part | None:
        """Make a part of the document from a row; what does not fit is noted at its cell."""
        try:
            return kind.model_validate(values)
        except ValidationError as error:
            for name in dict.fromkeys(
                str(one["loc"][0]) for one in error.errors(include_url=False, include_input=False)
            ):
                column = next((one for one in self.columns if one.field == name), None)
                told = column or Column(name, (name,), N_("This cell does not fit."))
                self.fault(row, told.titles[0], told.mend)
            return None

    def refuse_repeated(self, codes: Sequence[tuple[int, str]], column: str) -> None:
        """Note every code that stands in an earlier row too."""
        first: dict[str, int] = {}
        for row, code in codes:
            if first.setdefault(code, row) != row:
                told = N_("%(code)s stands in row %(row)s already; give each row its own code.")
                self.fault(row, column, told, code=code, row=first[code])


def cell_at(line: Line, place: int | None) -> str:
    """Give a cell of a line; nothing where the line is shorter."""
    return line.cells[place] if place is not None and place < len(line.cells) else ""
