"""The key of a multiple-choice test, from CSV: which options of which item are right, and which it offers."""

from dataclasses import dataclass
from pathlib import Path
from string import ascii_lowercase, ascii_uppercase
from typing import TYPE_CHECKING

from kaoping.exam.cli.measurement import NOT_PRESENTED_WORDS, Cells, Row, read_item_rows

if TYPE_CHECKING:
    from kaoping.scoring.responses import ResponseMatrix

SEVERAL = "|"
"""What stands between several right options, or between the options that are offered."""
_WRONG, _RIGHT, _NOT_PRESENTED, _OMITTED, _NOT_REACHED = 0, 1, -1, -2, -3


@dataclass(frozen=True)
class ItemKey:
    """The right options of an item, and those that it offers; none are known if the file does not say."""

    right: tuple[str, ...]
    options: tuple[str, ...]

    @property
    def guess(self) -> float | None:
        """Share of the marks that blind guessing earns."""
        return len(self.right) / len(self.options) if self.options else None


@dataclass(frozen=True)
class Blanks:
    """What cells hold of items that were omitted or not reached; ``None`` if nothing stands for that."""

    omitted: str | None
    not_reached: str | None

    def code(self, cell: str) -> int | None:
        """Give the code of an empty cell, or ``None`` for an answer."""
        if cell == self.omitted:
            return _OMITTED
        if cell == self.not_reached:
            return _NOT_REACHED
        return _NOT_PRESENTED if cell in NOT_PRESENTED_WORDS else None


def read_key(file: Path, cells: Cells) -> tuple[ItemKey, ...]:
    """Read ``item,key[,options]`` for the items of a table, in their order.

    Several right options, and the options offered, are separated by ``|``. The options may be given as their number:
    they are then 1, 2, 3 or A, B, C and so on.

    Raises
    ------
    FileUnreadable, CellUnusable, NameTwice
        An item has no key or is not in the table; a key is not among the options.
    """
    rows = read_item_rows(file, ["key"], cells.items, each="key")
    return tuple(_item_key(rows[name]) for name in cells.items)


def _item_key(row: Row) -> ItemKey:
    right = _several(row["key"])
    if not right:
        raise row.refuse("key", "is no option")
    offered = row["options"]
    options = _numbered(row, right) if offered.isdigit() else _several(offered)
    if options and (missing := [option for option in right if option not in options]):
        raise row.refuse("key", f"names {missing[0]}, which is not one of the options {', '.join(options)}")
    return ItemKey(right, options)


def _several(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in text.split(SEVERAL) if part.strip()))


def _numbered(row: Row, right: tuple[str, ...]) -> tuple[str, ...]:
    """Name as many options as the row says, in the kind of name that the key has."""
    number = int(row["options"])
    for names in (tuple(map(str, range(1, number + 1))), tuple(ascii_uppercase), tuple(ascii_lowercase)):
        if set(right) <= set(names) and number <= len(names):
            return names[:number]
    raise row.refuse("options", "options cannot be named after the key; write them, such as A|B|C")


def score(cells: Cells, keys: tuple[ItemKey, ...], blanks: Blanks) -> "ResponseMatrix":
    """Mark raw answers as right or wrong.

    Raises
    ------
    CellUnusable
        A cell holds none of the options that the item offers.
    """
    from kaoping.scoring.responses import ResponseMatrix

    codes = [
        [_mark(cells, row, item, keys[item], blanks) for item in range(len(cells.items))]
        for row in range(len(cells.cells))
    ]
    return ResponseMatrix(codes, cells.items, persons=cells.persons)


def _mark(cells: Cells, row: int, item: int, key: ItemKey, blanks: Blanks) -> int:
    cell = cells.cells[row][item]
    blank = blanks.code(cell)
    if blank is not None:
        return blank
    if key.options and cell not in key.options:
        raise cells.refuse(row, item, f"is not one of the options {', '.join(key.options)}")
    return _RIGHT if cell in key.right else _WRONG


def choices(cells: Cells, item: int, blanks: Blanks) -> list[str | None]:
    """Give what each person chose of an item; ``None`` for nothing."""
    return [None if blanks.code(row[item]) is not None else row[item] for row in cells.cells]
