"""Items as rows of the workbook by which they are taken in; what a row cannot say whole is left out and named."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from kaoping.itembank import content, item_workbook, workbook
from kaoping.itembank.content import LETTERS
from kaoping.itembank.item_workbook import COLUMNS, SHEET
from kaoping.itembank.items import Item, ItemType, Revision
from kaoping.itembank.models import Level, Point

_TYPES: Final = {
    ItemType.TRUE_FALSE: "判断题",
    ItemType.SINGLE_CHOICE: "单选题",
    ItemType.MULTIPLE_CHOICE: "多选题",
    ItemType.FILL_IN: "填空题",
    ItemType.NUMERIC: "数值题",
}


@dataclass(frozen=True, slots=True)
class Wording:
    """An item in one of its wordings."""

    item: Item
    revision: Revision


@dataclass(frozen=True, slots=True)
class Sheet:
    """A workbook, and the codes of the items that no row of it can say whole."""

    data: bytes
    left_out: list[str]


def written(wordings: Sequence[Wording], levels: Sequence[Level], points: Sequence[Point], *, with_keys: bool) -> Sheet:
    """Write items of one standard; with keys, only rows are kept that say the same when they are read again."""
    rows = [(one, _cells(one, with_keys=with_keys)) for one in wordings if _tellable(one)]
    if with_keys:
        said = {row.number: row.body for row in item_workbook.read(_book(rows), levels, points).rows}
        rows = [row for number, row in enumerate(rows, 2) if _same(said.get(number), row[0].revision.body)]
    kept = {one.item.id for one, _ in rows}
    return Sheet(_book(rows), [one.item.code for one in wordings if one.item.id not in kept])


def _tellable(one: Wording) -> bool:
    """Tell whether the columns know the type; a picture belongs to its item and does not travel in a cell."""
    return one.item.type in _TYPES and not any("(picture:" in text for text in content.texts(one.revision.body))


def _same(said: dict[str, Any] | None, body: dict[str, Any]) -> bool:
    return said is not None and content.parse(said) == content.parse(body)


def _book(rows: Sequence[tuple[Wording, dict[str, str]]]) -> bytes:
    titles = [column.titles[0] for column in COLUMNS]
    lines = [[cells.get(column.field, "") for column in COLUMNS] for _, cells in rows]
    return workbook.written({SHEET[0]: [titles, *lines]})


def _cells(one: Wording, *, with_keys: bool) -> dict[str, str]:
    item, revision = one.item, one.revision
    body = revision.body
    cells = {
        "point": item.point.code, "level": str(item.level.digit), "type": _TYPES[item.type], "stem": body["stem"],
        "source_standard": revision.source_standard, "source_edition": revision.source_edition,
        "source_clause": revision.source_clause, "difficulty": str(revision.difficulty),
        "consistency": str(revision.consistency), "ai": "是" if item.ai_assisted else "否",
        "unit": body.get("unit", ""),
    }  # fmt: skip
    cells |= {f"option_{letter}": option for letter, option in zip(LETTERS, body.get("options", ()), strict=False)}
    if with_keys:
        cells |= {"key": _key(body), "rationale": body["rationale"], "tolerance": body.get("tolerance", "")}
    return cells


def _key(body: dict[str, Any]) -> str:
    key = body["key"]
    match body["type"]:
        case ItemType.TRUE_FALSE:
            return "对" if key else "错"
        case ItemType.FILL_IN:
            return "|".join("；".join(accepted) for accepted in key)
        case _:
            return "".join(key)
