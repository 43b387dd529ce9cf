"""Weight tables 权重表 and point tables 鉴定要素细目表 as they stand in Word documents, taken into a draft.

Tables are known by their titles: a weight table names levels of the standard above its columns, a point table has a
column 重要程度. What was checked is stored as a whole or not at all.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel, TypeAdapter, ValidationError
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from kaoping.itembank import point_table, sealed_form, standards, word
from kaoping.itembank.actor import Actor
from kaoping.itembank.errors import N_, Conflict, Invalid, ItemBankError
from kaoping.itembank.models import CodeStyle, Component, Level, Point, Range, Standard, Weight
from kaoping.itembank.sheet_tables import Fault
from kaoping.itembank.standard_checks import fits
from kaoping.itembank.standard_document import PointPart
from kaoping.itembank.standard_storing import Tiers, point_row
from kaoping.itembank.trail import record
from kaoping.itembank.word import WordTable

_IMPORTANCE: Final = "重要程度"
_CODES, _NAMES = ("代码", "点代码", "鉴定点代码"), ("名称", "鉴定点", "鉴定点名称", "点名称")
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,2})?)[%％]?")
_SUM: Final = ("合计", "总计")


class NothingRecognised(ItemBankError, Invalid):
    """The document has no table that is known as one of weights or points."""

    sentence = N_(
        "No weight table or point table was found. A weight table names levels such as %(level)s above its columns; a "
        "point table has the columns 代码, 名称 and 重要程度."
    )


class DraftMoved(ItemBankError, Conflict):
    """The draft changed between the check and the confirmation."""

    sentence = N_("The draft changed since the document was checked. Choose the file once more.")


class Cell(BaseModel):
    """A weight: percent of a range at a level."""

    component: Component
    range: str
    digit: int
    percent: Decimal


@dataclass
class WordReading:
    """What a document says about a draft, and every fault; the row is that of the table in the document."""

    cells: list[Cell] = field(default_factory=list)
    points: list[PointPart] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    tables: int = 0

    def fault(self, table: str, row: int, column: str, sentence: str, /, **facts: Any) -> None:
        """Note what is wrong with a cell."""
        self.faults.append(Fault(table, row, column, sentence, facts))


def preview(session: Session, standard: Standard, data: bytes, *, level: Level) -> WordReading:
    """Check a document against a draft and store nothing; points are taken to begin at the level.

    Raises
    ------
    NothingRecognised : no table was recognised.
    NotAnOfficeFile, OfficeFileTooLarge, OfficeFileSuspicious, TablesTooMany
    """
    reading, tiers = WordReading(), point_table.tiers_of(session, standard)
    taken = set(session.scalars(select(Point.code).where(Point.standard_id == standard.id)))
    for number, table in enumerate(word.read(data), 1):
        name = f"{number} {table.caption[:60]}".strip()
        if any(_plain(cell) == _IMPORTANCE for row in table.rows for cell in row):
            reading.tables += 1
            _points(reading, standard, table, name, tiers=tiers, taken=taken, level=level)
        elif columns := _level_columns(standard, table):
            reading.tables += 1
            _weights(reading, standard, table, name, columns)
    if not reading.tables:
        raise NothingRecognised(level=level.full_name)
    return reading


def take(
    session: Session, standard_id: UUID, sealed_: str, *, by: Actor, at: datetime | None = None
) -> Standard:  # fmt: skip
    """Store what was checked: the weights of each component that the document has, and its points beside the others."""
    version, cells, points = _unsealed(sealed_, standard_id, by=by)
    standard = standards.get(session, standard_id)
    codes = select(Point.id).where(Point.standard_id == standard_id, Point.code.in_([point.code for point in points]))
    if standard.version != version or session.scalars(codes).first():
        raise DraftMoved
    standard = standards.draft(session, standard_id, after=version, by=by, at=at)
    _store_weights(session, standard, cells)
    tiers = point_table.tiers_of(session, standard)
    last = session.scalar(select(func.max(Point.position)).where(Point.standard_id == standard_id)) or 0
    session.add_all(point_row(standard, part, tiers, number) for number, part in enumerate(points, last + 1))
    record(session, "standard_imported", standard, by=by, at=at, code=standard.code, edition=standard.edition,
           weights=len(cells), points=len(points))  # fmt: skip
    return standard


def _store_weights(session: Session, standard: Standard, cells: list[Cell]) -> None:
    ranges, levels = {row.code: row.id for row in standard.ranges}, {level.digit: level.id for level in standard.levels}
    columns = {(cell.component, cell.digit) for cell in cells}
    for component, digit in columns:
        column = (Weight.level_id == levels[digit], Weight.component == component)
        session.execute(delete(Weight).where(*column, Weight.range_id.in_(ranges.values())))
    session.add_all(
        Weight(organisation_id=standard.organisation_id, component=cell.component, range_id=ranges[cell.range],
               level_id=levels[cell.digit], percent=cell.percent)
        for cell in cells if cell.percent
    )  # fmt: skip


def _plain(text: str) -> str:
    return re.sub(r"\s|\(.*?\)", "", unicodedata.normalize("NFKC", text))


def _level_columns(standard: Standard, table: WordTable) -> dict[int, Level]:
    """Find the columns under which levels of the standard stand, in the first rows."""
    for row in table.rows[:3]:
        found = {
            place: level for place, cell in enumerate(row) for level in standard.levels
            if _plain(cell).startswith((level.name, level.full_name))
        }  # fmt: skip
        if found:
            return found
    return {}


def _weights(
    reading: WordReading, standard: Standard, table: WordTable, name: str, columns: dict[int, Level]
) -> None:  # fmt: skip
    titles = table.caption + "".join("".join(row) for row in table.rows[:2])
    if "权重" not in titles and "比重" not in titles and "理论" not in titles and "技能" not in titles:
        reading.tables -= 1
        return
    component = Component.SKILL if "技能" in _plain(table.caption) and "理论" not in table.caption else Component.THEORY
    known = {_plain(row.name): row for row in standard.ranges} | {row.code: row for row in standard.ranges}
    first = min(columns)
    heads = (place for place, row in enumerate(table.rows[:3]) if any(_is_level(cell, standard) for cell in row))
    start = 1 + max(heads)
    for number, row in enumerate(table.rows[start:], start + 1):
        titles_ = [_plain(cell) for cell in row[:first] if cell]
        if not titles_ or any(title.startswith(_SUM) for title in titles_):
            continue
        found = next((known[title] for title in reversed(titles_) if title in known), None)
        if found is None:
            told = N_("“%(title)s” is not a range of this draft; write it among the functions first, or correct it.")
            reading.fault(name, number, "", told, title=titles_[-1])
            continue
        for place, level in columns.items():
            _cell(reading, name, number, row, place, cell=(component, found, level))


def _is_level(cell: str, standard: Standard) -> bool:
    return any(_plain(cell).startswith(level.name) for level in standard.levels)


def _cell(
    reading: WordReading, name: str, number: int, row: tuple[str, ...], place: int, *,
    cell: tuple[Component, Range, Level],
) -> None:  # fmt: skip
    component, found, level = cell
    text = _plain(row[place]) if place < len(row) else ""
    if text in {"", "-", "–", "—", "/"}:
        text = "0"
    match = _PERCENT.fullmatch(text)
    if match is None or Decimal(match[1]) > 100:  # noqa: PLR2004 - percent
        told = N_("“%(text)s” is no weight; write a number from 0 to 100.")
        reading.fault(name, number, level.full_name, told, text=text)
        return
    reading.cells.append(Cell(component=component, range=found.code, digit=level.digit, percent=Decimal(match[1])))


def _points(
    reading: WordReading, standard: Standard, table: WordTable, name: str, *, tiers: Tiers, taken: set[str],
    level: Level,
) -> None:  # fmt: skip
    """Read a point table: the columns 代码 and 名称 next to 重要程度 are the point's, those before it the tiers'."""
    head = next(at for at, row in enumerate(table.rows) if any(_plain(cell) == _IMPORTANCE for cell in row))
    bottom = max(
        at for at, row in enumerate(table.rows[: head + 2]) if {_plain(cell) for cell in row} & {*_CODES, *_NAMES}
    )
    titles = [_plain(cell) for cell in table.rows[bottom]]
    importance = next(at for at, cell in enumerate(table.rows[head]) if _plain(cell) == _IMPORTANCE)
    codes = [at for at, title in enumerate(titles[:importance]) if title in _CODES]
    names = [at for at, title in enumerate(titles[:importance]) if title in _NAMES]
    if not codes or not names:
        told = N_("The columns 代码 and 名称 of the points stand before 重要程度; name them so.")
        reading.fault(name, bottom + 1, _IMPORTANCE, told)
        return
    for number, row in enumerate(table.rows[bottom + 1 :], bottom + 2):
        cells = [cell.strip() for cell in row] + [""] * (len(titles) - len(row))
        if len(cells) <= importance or not any(cells[at] for at in (codes[-1], names[-1], importance)):
            continue
        tier, code = _place(standard, [cells[at] for at in codes])
        values = {"range": tier, "code": code, "name": cells[names[-1]], "name_en": cells[names[-1]],
                  "importance": _plain(cells[importance])[:1].upper(), "lowest_level": level.digit}  # fmt: skip
        for column, sentence, facts in _wrong(standard, values, tiers, taken):
            reading.fault(name, number, column, sentence, **facts)
            break
        else:
            taken.add(code)
            reading.points.append(PointPart.model_validate(values))


def _place(standard: Standard, codes: list[str]) -> tuple[str, str]:
    """Give tier and full code of a point; the table may write each part in a column of its own, or the whole code."""
    *above, own = [code.strip().upper() for code in codes]
    if "-" in own:
        return own.rpartition("-")[0], own
    parts: list[str] = []
    for code in filter(None, above):
        parts = code.split("-") if "-" in code else [*parts, code]
    number = own.zfill(3) if standard.code_style is CodeStyle.LETTERS else own
    return "-".join(parts), "-".join([*parts, number])


def _wrong(
    standard: Standard, values: dict[str, Any], tiers: Tiers, taken: set[str]
) -> Iterator[tuple[str, str, dict[str, str]]]:
    tier, code = values["range"], values["code"]
    if tier not in tiers.ranges and tier not in tiers.subranges:
        told = N_("There is no range %(code)s in this draft; write it, or divide the range above it, first.")
        yield "代码", told, {"code": tier or "–"}
    if not fits(standard, code, tier):
        yield "代码", N_("“%(code)s” is not of the form of this table's codes."), {"code": code}
    if code in taken:
        yield "代码", point_table.PointExists.sentence, {"code": code}
    if values["importance"] not in {"X", "Y", "Z"}:
        yield _IMPORTANCE, N_("Write X, Y or Z."), {}
    try:
        PointPart.model_validate(values)
    except ValidationError:
        yield "名称", N_("Fill this in, with at most 300 characters."), {}


_SEALED: TypeAdapter[tuple[int, list[Cell], list[PointPart]]] = TypeAdapter(tuple[int, list[Cell], list[PointPart]])


def sealed(reading: WordReading, standard: Standard, *, by: Actor) -> str:
    """Seal what was checked for the form of the second page."""
    plain = _SEALED.dump_json((standard.version, reading.cells, reading.points))
    return sealed_form.sealed(plain, _place_of(standard.id, by))


def _unsealed(text: str, standard_id: UUID, *, by: Actor) -> tuple[int, list[Cell], list[PointPart]]:
    return _SEALED.validate_json(sealed_form.unsealed(text, _place_of(standard_id, by)))


def _place_of(standard_id: UUID, by: Actor) -> str:
    return f"standard-word:{standard_id}:{by.id}"
