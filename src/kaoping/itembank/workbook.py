"""Spreadsheets (.xlsx) as sheets of text cells: reading them, and writing plain ones as templates.

Formulas are refused rather than trusted: what a cell shows was worked out by a program that is not here.
"""

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from kaoping.itembank.errors import N_, Invalid, ItemBankError
from kaoping.itembank.figures import whole
from kaoping.itembank.ooxml import (
    TEXT_MOST,
    Archive,
    OfficeFileSuspicious,
    OfficeFileTooLarge,
    attribute,
    below,
    local,
    opened,
)

ROWS_MOST: Final = 20_000
COLUMNS_MOST: Final = 60
CELL_MOST: Final = 5000
SHEETS_MOST: Final = 50
KIND: Final = ".xlsx"

_PLACE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")


class FormulaFound(ItemBankError, Invalid):
    """A cell holds a formula."""

    sentence = N_(
        "Cell %(cell)s of sheet “%(sheet)s” holds a formula. Copy the sheet, paste it as values, and choose the file "
        "again."
    )


class SheetTooLarge(ItemBankError, Invalid):
    """A sheet has more rows than are taken."""

    sentence = N_("Sheet “%(sheet)s” has more than %(most)s rows; divide the file.")


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a sheet: its number in the file, and its cells from the first column."""

    number: int
    cells: tuple[str, ...]


def read(data: bytes) -> dict[str, list[Line]]:
    """Read the sheets of a workbook by name; empty rows are left out.

    Raises
    ------
    NotAnOfficeFile, OfficeFileTooLarge, OfficeFileSuspicious, FormulaFound, SheetTooLarge
    """
    archive = opened(data, KIND)
    book, links = archive.part("xl/workbook.xml"), _links(archive)
    shared = _shared(archive)
    sheets: dict[str, list[Line]] = {}
    left = TEXT_MOST
    for name, target in _targets(book, links).items():
        sheets[name] = _lines(archive.part(target), name, shared)
        left -= sum(len(cell) or 1 for line in sheets[name] for cell in line.cells)
        if left < 0:
            raise OfficeFileTooLarge(most=TEXT_MOST // 1024**2)
    return sheets


def _targets(book: Element, links: Mapping[str, str]) -> dict[str, str]:
    """Give the part of each sheet; a part that serves many sheets would be unpacked and kept as often."""
    found = {
        attribute(sheet, "name"): target
        for sheet in below(book, "sheet") if (target := links.get(attribute(sheet, "id")))
    }  # fmt: skip
    if len(found) > SHEETS_MOST or len(set(found.values())) < len(found):
        raise OfficeFileSuspicious(what=N_("too many sheets, or one part as several sheets"), kind=KIND)
    return found


def _links(archive: Archive) -> dict[str, str]:
    """Give the part of each relation of the workbook."""
    found: dict[str, str] = {}
    for relation in below(archive.part("xl/_rels/workbook.xml.rels"), "Relationship"):
        target = attribute(relation, "Target").removeprefix("/")
        found[attribute(relation, "Id")] = target if target.startswith("xl/") else f"xl/{target}"
    return {key: target for key, target in found.items() if "worksheets/" in target and target in archive}


def _shared(archive: Archive) -> list[str]:
    name = "xl/sharedStrings.xml"
    if name not in archive:
        return []
    return [_text(one).strip()[:CELL_MOST] for one in below(archive.part(name), "si")]


def _text(element: Element) -> str:
    """Join the runs of a text, without phonetic guides."""
    runs = [run for run in element if local(run) == "r"] or [element]
    return "".join(t.text or "" for run in runs for t in run if local(t) == "t")


def _lines(sheet: Element, name: str, shared: list[str]) -> list[Line]:
    lines: list[Line] = []
    for number, row in enumerate(below(sheet, "row"), 1):
        place = whole(attribute(row, "r")) or number
        cells: dict[int, str] = {}
        for position, cell in enumerate(one for one in row if local(one) == "c"):
            column = _column(attribute(cell, "r"), position)
            if any(local(part) == "f" for part in cell):
                raise FormulaFound(cell=attribute(cell, "r") or f"{column + 1}/{place}", sheet=name)
            if column < COLUMNS_MOST and (value := _value(cell, shared)):
                cells[column] = value
        if cells:
            lines.append(Line(place, tuple(cells.get(column, "") for column in range(max(cells) + 1))))
        if len(lines) > ROWS_MOST:
            raise SheetTooLarge(sheet=name, most=ROWS_MOST)
    return lines


def _column(place: str, position: int) -> int:
    match = _PLACE.fullmatch(place)
    if match is None:
        return position
    number = 0
    for letter in match[1]:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _value(cell: Element, shared: list[str]) -> str:
    kind = attribute(cell, "t")
    if kind == "inlineStr":
        return "".join(_text(one) for one in cell if local(one) == "is").strip()[:CELL_MOST]
    written = "".join(one.text or "" for one in cell if local(one) == "v").strip()
    if kind == "s":
        place = whole(written)
        return shared[place] if place is not None and place < len(shared) else ""
    return _plain(written[:CELL_MOST]) if kind in {"", "n"} else written[:CELL_MOST]


def _plain(written: str) -> str:
    """Write a number as a person would: 5 for 5.0, 0.1 for 0.10000000000000001."""
    try:
        number = round(Decimal(written), 9).normalize()
    except InvalidOperation:
        return written
    return f"{number:f}"


_TYPES = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" \
ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" \
ContentType="application/xml"/><Override PartName="/xl/workbook.xml" \
ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>{parts}</Types>"""
_SHEET_TYPE = """<Override PartName="/xl/worksheets/sheet{n}.xml" \
ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>"""
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_LINKS = f'<Relationships xmlns="{_PACKAGE}">{{links}}</Relationships>'
_LINK = f'<Relationship Id="rId{{n}}" Type="{_OFFICE}/{{kind}}" Target="{{target}}"/>'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def written(sheets: Mapping[str, Sequence[Sequence[str]]]) -> bytes:
    """Write sheets of text cells, the first row of each kept in sight."""
    numbers = range(1, len(sheets) + 1)
    names = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>' for n, name in zip(numbers, sheets, strict=True)
    )
    links = "".join(_LINK.format(n=n, kind="worksheet", target=f"worksheets/sheet{n}.xml") for n in numbers)
    parts = {
        "[Content_Types].xml": _TYPES.format(parts="".join(_SHEET_TYPE.format(n=n) for n in numbers)),
        "_rels/.rels": _LINKS.format(links=_LINK.format(n=1, kind="officeDocument", target="xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{names}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _LINKS.format(links=links),
        **{f"xl/worksheets/sheet{n}.xml": _sheet(rows) for n, rows in zip(numbers, sheets.values(), strict=True)},
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _sheet(rows: Sequence[Sequence[str]]) -> str:
    lines = "".join(
        f'<row r="{n}">' + "".join(_cell(value, place, n) for place, value in enumerate(row) if value) + "</row>"
        for n, row in enumerate(rows, 1)
    )
    return (
        f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" '
        f'activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>{lines}</sheetData></worksheet>'
    )


def _cell(value: str, place: int, number: int) -> str:
    column = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        column = chr(ord("A") + rest) + column
    return f'<c r="{column}{number}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
