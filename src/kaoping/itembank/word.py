"""Documents of a word processor (.docx) as tables of text, with the line of text that stands before each."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element

from kaoping.itembank.errors import N_, Invalid, ItemBankError
from kaoping.itembank.figures import whole
from kaoping.itembank.ooxml import TEXT_MOST, OfficeFileTooLarge, attribute, below, local, opened

KIND: Final = ".docx"
TABLES_MOST: Final = 500
ROWS_MOST: Final = 20_000
COLUMNS_MOST: Final = 60
CELL_MOST: Final = 5000


class TablesTooMany(ItemBankError, Invalid):
    """A document has more tables or rows than are taken."""

    sentence = N_("The document has more than %(tables)s tables or %(rows)s rows; divide it.")


@dataclass(frozen=True, slots=True)
class WordTable:
    """A table as a grid: merged cells repeat their text in every place that they cover."""

    caption: str
    rows: tuple[tuple[str, ...], ...]


def read(data: bytes) -> list[WordTable]:
    """Read the tables of a document in their order.

    Raises
    ------
    NotAnOfficeFile, OfficeFileTooLarge, OfficeFileSuspicious, TablesTooMany
    """
    body = next(below(opened(data, KIND).part("word/document.xml"), "body"), None)
    found: list[WordTable] = []
    caption, rows, text = "", 0, 0
    for block in body if body is not None else ():
        if local(block) == "p":
            caption = _text(block) or caption
        elif local(block) == "tbl":
            table = WordTable(caption, tuple(_grid(block)))
            rows += len(table.rows)
            found.append(table)
            if len(found) > TABLES_MOST or rows > ROWS_MOST:
                raise TablesTooMany(tables=TABLES_MOST, rows=ROWS_MOST)
            text += sum(len(cell) for row in table.rows for cell in row)
            if text > TEXT_MOST:
                raise OfficeFileTooLarge(most=TEXT_MOST // 1024**2)
    return found


def _text(element: Element) -> str:
    """Join the text of an element; what was deleted under change tracking is no text (``delText``)."""
    return "".join(t.text or "" for t in below(element, "t")).strip()[:CELL_MOST]


def _grid(table: Element) -> Iterator[tuple[str, ...]]:
    above: list[str] = []
    for row in (one for one in table if local(one) == "tr"):
        cells: list[str] = []
        for cell in (one for one in row if local(one) == "tc"):
            text = _text(cell)
            merged = next(below(cell, "vMerge"), None)
            if merged is not None and attribute(merged, "val") in {"", "continue"} and len(cells) < len(above):
                text = above[len(cells)]
            across = next(below(cell, "gridSpan"), None)
            width = whole(attribute(across, "val")) if across is not None else 1
            cells += [text] * max(1, min(width or 1, COLUMNS_MOST - len(cells)))
        above = cells[:COLUMNS_MOST]
        yield tuple(above)
