"""Workbooks and documents for tests, written as office programs write them, and some that they would never write."""

import io
import zipfile

from kaoping.itembank import workbook

_HEAD = [
    ["项目", "内容"], ["标准代码", "W-01"], ["版本", "2026"], ["名称", "示范规范"], ["等级序列", "five"],
    ["代码样式", "数字"], ["施行日期", "2026-01-01"],
]  # fmt: skip
_LEVELS = [
    ["数字", "等级", "等级名称", "英文名称", "科目", "合格分"],
    ["4", "四级", "中级工", "", "理论、技能", "60"],
    ["3", "三级", "高级工", "Senior", "理论、技能", "60"],
]
_WEIGHTS = [
    ["代码", "名称", "英文名称", "行业模块", "理论4", "理论三级", "技能4", "技能3"],
    ["0-1", "职业道德", "", "", "5", "5", "", ""],
    ["1", "信息", "", "", "95", "95", "100", "100"],
]
_CONTENTS = [
    ["职业功能", "代码", "工作内容", "英文名称", "等级", "技能要求", "相关知识要求"],
    ["1", "1.1", "检索", "", "4", "能检索", "检索方法"],
    ["1", "1.1", "检索", "", "4", "能查新", ""],
    ["1", "1.1", "检索", "", "3", "能评价", ""],
]
_POINTS = [
    ["范围", "代码", "名称", "英文名称", "重要程度", "起始等级"],
    ["0-1", "0-1-1", "守则", "", "X", "4"],
    ["1", "1-1", "编号", "", "x", "4"],
    ["1", "1-2", "状态", "", "Y", "3"],
]
SHEETS = {"标准": _HEAD, "等级": _LEVELS, "权重": _WEIGHTS, "工作要求": _CONTENTS, "鉴定点": _POINTS}


def a_workbook(changes: dict[tuple[str, int, int], str] | None = None, *, without: str = "") -> bytes:
    """Write a sound workbook; ``changes`` sets cells by sheet, row and column as an office program numbers them."""
    sheets = {name: [list(row) for row in rows] for name, rows in SHEETS.items() if name != without}
    for (name, row, column), value in (changes or {}).items():
        sheets[name][row - 1][column - 1] = value
    return workbook.written(sheets)


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """Replace or add a part of an office file."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return stream.getvalue()


def sheet_with(cells: str) -> bytes:
    """Write a sheet of one row from the XML of its cells."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{main}"><sheetData><row r="1">{cells}</row></sheetData></worksheet>'.encode()


ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    b"<worksheet><sheetData><row><c><v>&b;</v></c></row></sheetData></worksheet>"
)


def a_word_file(body: str) -> bytes:
    """Write a document from the XML of its body."""
    main = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{main}"><w:body>{body}</w:body></w:document>')
    return stream.getvalue()


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def word_table(rows: list[list[str]]) -> str:
    """Write a table; ``^`` goes on with the cell above, ``<`` with the one before it."""
    written = ""
    for row in rows:
        cells: list[tuple[str, int]] = []
        for text in row:
            if text == "<":
                cells[-1] = (cells[-1][0], cells[-1][1] + 1)
            else:
                cells.append((text, 1))
        written += "<w:tr>" + "".join(_cell(text, span) for text, span in cells) + "</w:tr>"
    return f"<w:tbl>{written}</w:tbl>"


def _cell(text: str, span: int) -> str:
    merge = "<w:vMerge/>" if text == "^" else '<w:vMerge w:val="restart"/>' if text.endswith("|") else ""
    across = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    return f"<w:tc><w:tcPr>{across}{merge}</w:tcPr>{paragraph('' if text == '^' else text.rstrip('|'))}</w:tc>"
