"""A standard as a workbook of seven sheets: standard, levels, modules, weights, lower tiers, requirements, points."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from kaoping.itembank import workbook
from kaoping.itembank.chapters import PROPOSED
from kaoping.itembank.errors import N_
from kaoping.itembank.ladders import shipped
from kaoping.itembank.models import CodeStyle, Component
from kaoping.itembank.sheet_tables import CODE, FREE, NAME, Column, Fault, Table, cell_at, plain_title
from kaoping.itembank.standard_document import (
    ContentPart,
    LevelPart,
    ModulePart,
    PointPart,
    RangePart,
    RequirementPart,
    StandardDocument,
    SubrangePart,
)
from kaoping.itembank.workbook import Line

_LEVEL = N_("Write the digit of a level of the sheet of levels, 5 to 1.")
_PERCENT = N_("Write a number from 0 to 100 with at most two decimals.")
_MISSING = N_("The sheet “%(sheet)s” is missing; take the template.")
_PARTS = N_("Write 理论, 技能 and 综合评审 as the level has them, with 、 between.")
_LADDER = N_("Write five, eight, professional or enterprise, or the name.")
_ENGLISH = Column("name_en", ("英文名称", "english name", "name_en"), NAME, needed=False)
_CODE = Column("code", ("代码", "code"), CODE)
_TITLE = Column("name", ("名称", "name"), NAME)

#: Names of the sheets, the Chinese first as in the template.
SHEETS: Final = {
    "standard": ("标准", "standard"), "levels": ("等级", "levels"), "modules": ("行业模块", "modules"),
    "weights": ("权重", "weights"), "tiers": ("下级范围", "tiers"), "contents": ("工作要求", "requirements"),
    "points": ("鉴定点", "points"),
}  # fmt: skip
NEEDED: Final = ("standard", "levels", "weights", "points")

COLUMNS: Final[dict[str, tuple[Column, ...]]] = {
    "standard": (
        Column("field", ("项目", "field"), NAME),
        Column("value", ("内容", "value"), NAME),
    ),
    "levels": (
        Column("digit", ("数字", "digit"), N_("Write the digit of the level, 5 (lowest) to 1.")),
        Column("name", ("等级", "level"), NAME),
        Column("title", ("等级名称", "title"), NAME),
        Column("title_en", ("英文名称", "title_en"), NAME, needed=False),
        Column("components", ("科目", "components"), _PARTS),
        Column("pass_mark", ("合格分", "pass mark"), N_("Write the pass mark out of 100, usually 60.")),
    ),
    "modules": (_CODE, _TITLE, _ENGLISH, Column("sector", ("行业", "sector"), FREE, needed=False)),
    "weights": (_CODE, _TITLE, _ENGLISH, Column("module", ("行业模块", "module"), CODE, needed=False)),
    "tiers": (_CODE, _TITLE, _ENGLISH),
    "contents": (
        Column("range", ("职业功能", "function"), N_("Write the code of a function of the sheet of weights.")),
        _CODE,
        Column("name", ("工作内容", "work content"), NAME),
        _ENGLISH,
        Column("level", ("等级", "level"), _LEVEL),
        Column("skill", ("技能要求", "skill"), FREE, needed=False),
        Column("knowledge", ("相关知识要求", "knowledge"), FREE, needed=False),
    ),
    "points": (
        Column("range", ("范围", "range"), N_("Write the code of a range or lower tier.")),
        _CODE,
        _TITLE,
        _ENGLISH,
        Column("importance", ("重要程度", "importance"), N_("Write X, Y or Z.")),
        Column("lowest_level", ("起始等级", "lowest level"), _LEVEL),
        Column("fact", ("事实", "fact"), FREE, needed=False),
        Column("source", ("出处", "source"), FREE, needed=False),
        Column("confidence", ("把握", "confidence"), N_("Write V, C, L or U."), needed=False),
        Column("currency", ("出处状态", "currency"), FREE, needed=False),
        Column("path", ("位置", "path"), FREE, needed=False),
    ),
}  # fmt: skip

#: Rows of the sheet of the standard: field, titles, what a wrong cell is told.
HEAD: Final = (
    Column("code", ("标准代码", "code"), CODE),
    Column("edition", ("版本", "edition"), NAME),
    Column("name", ("名称", "name"), NAME),
    Column("name_en", ("英文名称", "name_en"), NAME, needed=False),
    Column("occupation_code", ("职业编码", "occupation code"), CODE, needed=False),
    Column("effective_on", ("施行日期", "effective on"), N_("Write the day as text: 2026-01-01."), needed=False),
    Column("ladder", ("等级序列", "ladder"), _LADDER, needed=False),
    Column("code_style", ("代码样式", "code style"), N_("Write 数字 or 字母."), needed=False),
    Column("definition", ("职业定义", "definition"), FREE, needed=False),
)  # fmt: skip

_STYLES = {"数字": "numeric", "字母": "letters"}
_COMPONENTS = {"理论": Component.THEORY, "技能": Component.SKILL, "综合评审": Component.REVIEW}
_WEIGHT = re.compile(r"(理论|技能|theory|skill)(?:知识|要求)?([1-5一二三四五])级?")
_DIGITS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a workbook says: the document if it is sound, rows by sheet, and every fault."""

    document: StandardDocument | None
    counts: dict[str, int]
    faults: list[Fault]


def read(data: bytes) -> Reading:
    """Read a workbook; nothing of it counts while a fault is left.

    Raises
    ------
    NotAnOfficeFile, OfficeFileTooLarge, OfficeFileSuspicious, FormulaFound, SheetTooLarge
    """
    found = workbook.read(data)
    named = {plain_title(name): lines for name, lines in found.items()}
    tables = {key: _table(key, named) for key in SHEETS}
    missing = [
        Fault(SHEETS[key][0], 0, "", _MISSING, {"sheet": SHEETS[key][0]})
        for key in NEEDED if tables[key] is None
    ]  # fmt: skip
    if missing:
        return Reading(None, {}, missing)
    read_ = _Reader({key: table or Table(SHEETS[key][0], (), ()) for key, table in tables.items()})
    values = read_.values()
    faults = [fault for table in read_.tables.values() for fault in table.faults]
    counts = {key: max(0, len(table.lines) - 1) for key, table in read_.tables.items()}
    if faults:
        return Reading(None, counts, faults)
    try:
        return Reading(StandardDocument.model_validate(values), counts, [])
    except ValidationError as error:
        places = [".".join(map(str, one["loc"])) for one in error.errors(include_url=False, include_input=False)]
        told = N_("%(place)s is missing, unknown, or not of the form it needs.")
        return Reading(None, counts, [Fault(SHEETS["standard"][0], 0, "", told, {"place": place}) for place in places])


def _table(key: str, named: dict[str, list[Line]]) -> Table | None:
    name = next((name for name in SHEETS[key] if plain_title(name) in named), None)
    if name is None:
        return None
    lines = named[plain_title(name)]
    return Table(SHEETS[key][0], COLUMNS[key] if lines or key in NEEDED else (), lines)


class _Reader:
    """Takes the sheets one after the other, because later ones name codes of earlier ones."""

    def __init__(self, tables: dict[str, Table]) -> None:
        self.tables = tables

    def values(self) -> dict[str, Any]:
        """Give the document's parts, as far as they could be read."""
        head = self._head()
        levels = self._levels()
        self.digits = {int(digit) for digit in self.tables["levels"].named("digit") if digit in {*"12345"}}
        modules = [part for _, part in self._simple("modules", ModulePart)]
        ranges = self._ranges(self.tables["modules"].named("code"))
        self.ranges = self.tables["weights"].named("code")
        self.tiers = self.ranges | self.tables["tiers"].named("code")
        tiers = self._tiers()
        parts = {"levels": levels, "modules": modules, "ranges": ranges, "subranges": tiers}
        return head | parts | {"contents": self._contents(), "points": self._points()}

    def _head(self) -> dict[str, Any]:
        table, values = self.tables["standard"], dict[str, Any]()
        known = {plain_title(title): column for column in HEAD for title in column.titles}
        rows = {known[plain_title(cells["field"])]: (row, cells["value"]) for row, cells in table.rows()
                if plain_title(cells["field"]) in known}  # fmt: skip
        for column in HEAD:
            row, value = rows.get(column, (0, ""))
            if column.needed and not value and table.complete:
                table.fault(row, column.titles[0], column.mend)
            if value:
                values[column.field] = value
        values.setdefault("name_en", values.get("name"))
        definition = values.pop("definition", "")
        values["chapters"] = PROPOSED.model_copy(update={"definition": definition}).model_dump(mode="json")
        self._coded(table, rows, values)
        return values

    @staticmethod
    def _coded(table: Table, rows: dict[Column, tuple[int, str]], values: dict[str, Any]) -> None:
        ladders = {
            name: ladder.code for ladder in shipped().values() for name in (ladder.code, ladder.name, ladder.name_en)
        }
        styles = _STYLES | {style.value: style.value for style in CodeStyle}
        for column in HEAD:
            offered = {"ladder": ladders, "code_style": styles}.get(column.field)
            if offered is not None and column.field in values:
                if values[column.field] not in offered:
                    table.fault(rows[column][0], column.titles[0], column.mend)
                values[column.field] = offered.get(values[column.field])
            elif column.field == "effective_on" and not re.fullmatch(
                r"\d{4}-\d{2}-\d{2}", values.get("effective_on", "2000-01-01")
            ):
                table.fault(rows[column][0], column.titles[0], column.mend)

    def _levels(self) -> list[LevelPart]:
        table, found = self.tables["levels"], list[tuple[int, LevelPart]]()
        for row, cells in table.rows():
            names = [name for name in re.split(r"[、,，/;；\s]+", cells["components"]) if name]
            components = [_COMPONENTS.get(name, name) for name in names]
            values = cells | {"components": components, "title_en": cells["title_en"] or cells["title"]}
            if (part := table.part(LevelPart, row, values)) is not None:
                found.append((row, part))
        table.refuse_repeated([(row, str(part.digit)) for row, part in found], "数字")
        return [part for _, part in found]

    def _simple(self, key: str, kind: type[Any]) -> Iterator[tuple[int, Any]]:
        table, found = self.tables[key], list[tuple[int, Any]]()
        for row, cells in table.rows():
            if (part := table.part(kind, row, _english(cells))) is not None:
                found.append((row, part))
        table.refuse_repeated([(row, part.code) for row, part in found], "代码")
        return iter(found)

    def _ranges(self, modules: set[str]) -> list[RangePart]:
        table, found = self.tables["weights"], list[tuple[int, RangePart]]()
        for (row, cells), line in zip(table.rows(), table.lines[1:], strict=False):
            values = _english(cells) | {"module": cells["module"] or None} | self._shares(table, row, line)
            if cells["module"] and cells["module"] not in modules:
                table.fault(
                    row, "行业模块", N_("Module %(code)s is not in the sheet of modules."), code=cells["module"]
                )
            if (part := table.part(RangePart, row, values)) is not None:
                found.append((row, part))
        table.refuse_repeated([(row, part.code) for row, part in found], "代码")
        return [part for _, part in found]

    def _shares(self, table: Table, row: int, line: Line) -> dict[str, dict[int, str]]:
        """Read the cells of the columns 理论5, 技能三级 and the like."""
        shares: dict[str, dict[int, str]] = {"theory": {}, "skill": {}}
        for place, title in enumerate(table.header):
            match, value = _WEIGHT.fullmatch(title), cell_at(line, place).rstrip("%％")
            if match is None or value in {"", "-", "–", "—", "0"}:
                continue
            digit = _DIGITS.get(match[2]) or int(match[2])
            if not re.fullmatch(r"\d{1,3}(\.\d{1,2})?", value) or float(value) > 100:  # noqa: PLR2004 - percent
                table.fault(row, table.lines[0].cells[place], _PERCENT)
            elif digit not in self.digits:
                table.fault(row, table.lines[0].cells[place], _LEVEL)
            else:
                shares["theory" if match[1] in {"理论", "theory"} else "skill"][digit] = value
        return shares

    def _tiers(self) -> list[SubrangePart]:
        table, found = self.tables["tiers"], list[tuple[int, SubrangePart]]()
        for (row, cells), line in zip(table.rows(), table.lines[1:], strict=False):
            values = _english(cells) | {"theory": self._shares(table, row, line)["theory"]}
            if (part := table.part(SubrangePart, row, values)) is not None:
                found.append((row, part))
        for row, part in found:
            if part.code in self.ranges or part.code.rpartition("-")[0] not in self.tiers:
                told = N_("Nothing stands above %(code)s: its code is that of the tier above with one part more.")
                table.fault(row, "代码", told, code=part.code)
        table.refuse_repeated([(row, part.code) for row, part in found], "代码")
        return [part for _, part in found]

    def _contents(self) -> list[ContentPart]:
        table = self.tables["contents"]
        gathered: dict[str, tuple[int, dict[str, Any], dict[int, dict[str, list[str]]]]] = {}
        for row, cells in table.rows():
            if cells["range"] not in self.ranges:
                told = N_("%(code)s is not in the sheet of weights; write its code there first.")
                table.fault(row, "职业功能", told, code=cells["range"])
            if cells["level"] not in {str(digit) for digit in self.digits}:
                table.fault(row, "等级", _LEVEL)
                continue
            named = {name: cells[name] for name in ("range", "code", "name")} | {
                "name_en": cells["name_en"] or cells["name"]
            }
            first, known, asked = gathered.setdefault(cells["code"], (row, named, {}))
            if (known["range"], known["name"]) != (named["range"], named["name"]):
                told = N_("%(code)s is another work content in row %(row)s; give this one a code of its own.")
                table.fault(row, "代码", told, code=cells["code"], row=first)
            of_level = asked.setdefault(int(cells["level"]), {"skills": [], "knowledge": []})
            of_level["skills"] += [cells["skill"]] if cells["skill"] else []
            of_level["knowledge"] += [cells["knowledge"]] if cells["knowledge"] else []
        parts = []
        for row, named, asked in gathered.values():
            required = {digit: table.part(RequirementPart, row, lines) for digit, lines in asked.items()}
            if (part := table.part(ContentPart, row, named | {"requirements": required})) is not None:
                parts.append(part)
        return parts

    def _points(self) -> list[PointPart]:
        table, found = self.tables["points"], list[tuple[int, PointPart]]()
        for row, cells in table.rows():
            values = _english(cells) | {
                "confidence": cells["confidence"] or "U",
                "importance": cells["importance"].upper(),
            }
            if cells["range"] not in self.tiers:
                told = N_("%(code)s is in neither the sheet of weights nor that of lower tiers.")
                table.fault(row, "范围", told, code=cells["range"])
            elif not cells["code"].startswith(f"{cells['range']}-"):
                told = N_("The code of a point in %(range)s begins with %(range)s-; this one is %(code)s.")
                table.fault(row, "代码", told, range=cells["range"], code=cells["code"])
            if cells["lowest_level"] not in {str(digit) for digit in self.digits}:
                table.fault(row, "起始等级", _LEVEL)
            elif (part := table.part(PointPart, row, values)) is not None:
                found.append((row, part))
        table.refuse_repeated([(row, part.code) for row, part in found], "代码")
        return [part for _, part in found]


def _english(cells: dict[str, str]) -> dict[str, Any]:
    return {**cells, "name_en": cells["name_en"] or cells["name"]}


def template() -> bytes:
    """Write an empty workbook with the titles of every sheet and a line that shows how each is filled in."""
    sheets: dict[str, list[list[str]]] = {}
    example = {"标准代码": "BZH-01", "版本": "2026", "名称": "示范评价规范", "等级序列": "five", "代码样式": "数字"}
    for key, names in SHEETS.items():
        titles = [column.titles[0] for column in COLUMNS[key]]
        if key in {"weights", "tiers"}:
            titles += [f"理论{digit}" for digit in (5, 4, 3, 2, 1)]
        if key == "weights":
            titles += [f"技能{digit}" for digit in (5, 4, 3, 2, 1)]
        sheets[names[0]] = [titles]
    sheets["标准"] += [[column.titles[0], example.get(column.titles[0], "")] for column in HEAD]
    sheets["等级"] += [[str(step.digit), step.name, step.title, step.title_en, _components(step.digit or 0), "60"]
                     for step in shipped()["five"].steps]  # fmt: skip
    return workbook.written(sheets)


def _components(digit: int) -> str:
    return "理论、技能" if digit > 2 else "理论、技能、综合评审"  # noqa: PLR2004 - technicians are reviewed too
