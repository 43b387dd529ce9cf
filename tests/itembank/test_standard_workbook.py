"""Standards as workbooks: read cell by cell, and hostile files refused before they do harm."""

import time
import zipfile
from io import BytesIO

import pytest

from kaoping.itembank import standard_workbook, workbook
from kaoping.itembank.errors import Invalid
from kaoping.itembank.models import Component, Importance
from kaoping.itembank.ooxml import NotAnOfficeFile, OfficeFileSuspicious, OfficeFileTooLarge
from kaoping.itembank.standard_workbook import Reading
from kaoping.itembank.workbook import FormulaFound, SheetTooLarge
from tests.builders_workbooks import ENTITIES, a_workbook, sheet_with, with_part

FIRST = "xl/worksheets/sheet1.xml"


def faults(reading: Reading) -> list[tuple[str, int, str]]:
    return [(fault.sheet, fault.row, fault.column) for fault in reading.faults]


def test_a_sound_workbook_is_a_document() -> None:
    document = standard_workbook.read(a_workbook()).document

    assert document is not None
    assert [level.title for level in document.levels] == ["中级工", "高级工"]
    assert document.levels[0].components == [Component.THEORY, Component.SKILL]
    assert document.ranges[1].theory == {4: 95, 3: 95}
    assert document.contents[0].requirements[4].skills == ["能检索", "能查新"]
    assert [point.importance for point in document.points] == [Importance.CORE, Importance.CORE, Importance.GENERAL]
    assert document.points[0].name_en == "守则"


@pytest.mark.parametrize(
    ("cell", "value", "told"),
    [
        (("标准", 2, 2), "", "letters, figures"),
        (("标准", 5, 2), "nine", "Write five, eight"),
        (("标准", 7, 2), "46023", "2026-01-01"),
        (("等级", 2, 1), "7", "5 (lowest) to 1"),
        (("等级", 3, 1), "4", "stands in row 2 already"),
        (("等级", 2, 5), "口试", "Write 理论"),
        (("等级", 2, 6), "160", "pass mark"),
        (("权重", 2, 5), "五", "from 0 to 100"),
        (("权重", 2, 5), "101", "from 0 to 100"),
        (("权重", 2, 4), "Z", "not in the sheet of modules"),
        (("权重", 3, 1), "0-1", "stands in row 2 already"),
        (("工作要求", 2, 1), "9", "not in the sheet of weights"),
        (("工作要求", 2, 5), "5", "sheet of levels"),
        (("工作要求", 3, 3), "查新", "another work content in row 2"),
        (("工作要求", 3, 1), "0-1", "another work content in row 2"),
        (("鉴定点", 2, 1), "8", "neither the sheet of weights"),
        (("鉴定点", 2, 2), "1-9", "begins with 0-1-"),
        (("鉴定点", 3, 5), "A", "X, Y or Z"),
        (("鉴定点", 3, 6), "1", "sheet of levels"),
        (("鉴定点", 4, 2), "1-1", "stands in row 3 already"),
        (("鉴定点", 2, 3), "", "at most 300"),
    ],
)
def test_a_wrong_cell_is_named_by_sheet_row_and_column(cell: tuple[str, int, int], value: str, told: str) -> None:
    reading = standard_workbook.read(a_workbook({cell: value}))

    assert reading.document is None
    assert (cell[0], cell[1]) in [(sheet, row) for sheet, row, _ in faults(reading)]
    assert any(told in str(fault) for fault in reading.faults)


def test_a_missing_sheet_and_a_missing_column_are_named() -> None:
    assert faults(standard_workbook.read(a_workbook(without="鉴定点"))) == [("鉴定点", 0, "")]
    assert ("鉴定点", 1, "重要程度") in faults(standard_workbook.read(a_workbook({("鉴定点", 1, 5): "什么"})))


def test_every_fault_of_a_workbook_is_told_at_once() -> None:
    reading = standard_workbook.read(a_workbook({("等级", 2, 6): "x", ("权重", 2, 5): "x", ("鉴定点", 3, 5): "Q"}))

    assert {sheet for sheet, _, _ in faults(reading)} == {"等级", "权重", "鉴定点"}


def test_the_template_is_read_with_the_points_still_to_be_written() -> None:
    reading = standard_workbook.read(standard_workbook.template())

    assert {sheet for sheet, _, _ in faults(reading)} <= {"标准"}


def a_zip_bomb() -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"\0" * (60 * 1024 * 1024))
    return stream.getvalue()


def a_lying_zip_bomb() -> bytes:
    """Give a bomb whose table of contents says that it is small."""
    return a_zip_bomb().replace((60 * 1024 * 1024).to_bytes(4, "little"), (1000).to_bytes(4, "little"))


def with_encrypted_flag() -> bytes:
    data = bytearray(a_workbook())
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.find(sign)
        while start >= 0:
            data[start + place] |= 1
            start = data.find(sign, start + 4)
    return bytes(data)


def with_sheets(count: int, target: str) -> bytes:
    """Give a workbook that names many sheets; ``{n}`` in the target is the number of each."""
    numbers = range(1, count + 1)
    links = "".join(f'<Relationship Id="r{n}" Target="worksheets/{target.format(n=n)}"/>' for n in numbers)
    data = with_part(a_workbook(), "xl/_rels/workbook.xml.rels", f"<Relationships>{links}</Relationships>".encode())
    names = "".join(f'<sheet name="s{n}" id="r{n}"/>' for n in numbers)
    for n in numbers if "{n}" in target else ():
        data = with_part(data, f"xl/worksheets/{target.format(n=n)}", b"<worksheet/>")
    return with_part(data, "xl/workbook.xml", f"<workbook>{names}</workbook>".encode())


def with_one_text_in_many_cells() -> bytes:
    """Give a small file whose cells all show one long text."""
    text = f"<sst><si><t>{'长' * 5000}</t></si></sst>".encode()
    cells = sheet_with('<c t="s"><v>0</v></c>' * 40)
    row = cells[cells.index(b"<row") : cells.index(b"</sheetData>")]
    return with_part(with_part(a_workbook(), "xl/sharedStrings.xml", text), FIRST, cells.replace(row, row * 100))


def with_damaged_packing() -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>" * 100)
    data = bytearray(stream.getvalue())
    start = 30 + len("xl/workbook.xml") + 9
    data[start : start + 9] = b"\xff" * 9
    return bytes(data)


BAD_FILES: dict[str, tuple[bytes, type[Invalid]]] = {
    "empty": (b"", NotAnOfficeFile),
    "text": ("代码,名称\n1,信息".encode(), NotAnOfficeFile),
    "old .xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096), NotAnOfficeFile),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(100), NotAnOfficeFile),
    "cut off": (a_workbook()[:-200], NotAnOfficeFile),
    "another archive": (with_part(b"PK\x05\x06" + bytes(18), "x.txt", b"x"), NotAnOfficeFile),
    "no XML": (with_part(a_workbook(), FIRST, b"not xml"), NotAnOfficeFile),
    "half XML": (with_part(a_workbook(), FIRST, b"<worksheet><sheetData>"), NotAnOfficeFile),
    "encrypted": (with_encrypted_flag(), NotAnOfficeFile),
    "a bomb": (a_zip_bomb(), OfficeFileTooLarge),
    "a lying bomb": (a_lying_zip_bomb(), NotAnOfficeFile),
    "large": (bytes(11 * 1024 * 1024), OfficeFileTooLarge),
    "entities": (with_part(a_workbook(), FIRST, ENTITIES), OfficeFileSuspicious),
    "an external entity": (
        with_part(a_workbook(), FIRST, b'<!DOCTYPE w SYSTEM "file:///etc/passwd"><worksheet/>'), OfficeFileSuspicious,
    ),
    "one part as many sheets": (with_sheets(2, "sheet1.xml"), OfficeFileSuspicious),
    "many sheets": (with_sheets(51, "own{n}.xml"), OfficeFileSuspicious),
    "one text in many cells": (with_one_text_in_many_cells(), OfficeFileTooLarge),
    "an encoding that is not read": (
        with_part(a_workbook(), FIRST, b'<?xml version="1.0" encoding="utf-7"?><worksheet/>'), NotAnOfficeFile,
    ),
    "damaged packing": (with_damaged_packing(), NotAnOfficeFile),
    "macros": (with_part(a_workbook(), "xl/vbaProject.bin", b"x"), OfficeFileSuspicious),
    "a formula": (with_part(a_workbook(), FIRST, sheet_with('<c r="B1"><f>1+1</f><v>2</v></c>')), FormulaFound),
    "a call": (
        with_part(a_workbook(), FIRST, sheet_with('<c r="A1" t="str"><f>WEBSERVICE("http://x")</f></c>')), FormulaFound,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_refused_plainly_and_soon(name: str) -> None:
    data, kind = BAD_FILES[name]
    begun = time.process_time()

    with pytest.raises(kind):
        standard_workbook.read(data)

    assert time.process_time() - begun < 5


def test_a_sheet_of_too_many_rows_is_refused() -> None:
    data = workbook.written({"鉴定点": [["1"]] * 20_002})

    with pytest.raises(SheetTooLarge):
        workbook.read(data)


def test_numbers_are_read_as_a_person_writes_them_and_strange_places_do_no_harm() -> None:
    far, lost = '<c r="ZZZ1"><v>5.0</v></c>', '<c t="s"><v>99</v></c><c t="s"><v>²</v></c>'
    cells = f'<c r="A1"><v>0.30000000000000004</v></c>{far}{lost}<c r="C1"><v>5.0</v></c>'
    for place in ("²", "9" * 5000):
        sheet = sheet_with(cells).replace(b'row r="1"', f'row r="{place}"'.encode())
        read = workbook.read(with_part(workbook.written({"甲": [["x"]]}), FIRST, sheet))

    assert read["甲"][0].number == 1
    assert read["甲"][0].cells == ("0.3", "", "5")
