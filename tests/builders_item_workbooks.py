"""Workbooks of items for tests."""

from kaoping.itembank import workbook
from kaoping.itembank.item_workbook import COLUMNS

_BEHIND = {
    "rationale": "见条款。", "source_standard": "GB/T 1.1", "source_edition": "2020", "source_clause": "8.5",
    "difficulty": "2", "consistency": "4", "ai": "否", "point": "2-1", "level": "3",
}  # fmt: skip
ROWS: list[dict[str, str]] = [
    {"type": "判断题", "stem": "企业标准须经政府批准。", "key": "错"},
    {"type": "单选题", "stem": "界定标准化对象的要素是（　　）。", "key": "a", "ai": "是",
     "option_A": "范围", "option_B": "前言", "option_C": "目次", "option_D": "索引"},
    {"type": "多选题", "stem": "下列属于规范性要素的有（　　）。", "key": "A、B", "option_A": "术语和定义",
     "option_B": "核心技术要素", "option_C": "前言", "option_D": "索引", "option_E": "封面"},
    {"type": "填空题", "stem": "GB/T 1.1 的现行版于 ____ 年发布，由 ____ 提出。",
     "key": "2020|标委会；国家标准化管理委员会"},
    {"type": "数值题", "stem": "三次测量 1、2、3 的平均值是多少？", "key": "2", "tolerance": "0.05", "unit": "mm"},
]  # fmt: skip


def an_item_workbook(*rows: dict[str, str]) -> bytes:
    """Write a workbook with a row for each item; ``ROWS`` if none is given."""
    lines = [[(_BEHIND | row).get(column.field, "") for column in COLUMNS] for row in rows or ROWS]
    return workbook.written({"试题": [[column.titles[0] for column in COLUMNS], *lines]})
