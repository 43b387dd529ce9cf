"""An answer as a form without script sends it: the controls of an item, read as a response of its type."""

from typing import Any

from werkzeug.datastructures import MultiDict

from kaoping.exam.delivery.sheet import SheetItem
from kaoping.itembank.items import ItemType

#: Types of which every control sends a value of its own.
_LISTED = frozenset({
    ItemType.MULTIPLE_CHOICE, ItemType.FILL_IN, ItemType.MATCHING, ItemType.CLOZE, ItemType.HOTSPOT,
})  # fmt: skip


def of(item: SheetItem, form: MultiDict[str, str]) -> Any:
    """Give the response that a form with the controls of an item means; ``None`` if nothing was answered."""
    kind, values = item.type, form.getlist(item.control)
    if kind is ItemType.CASE:
        return [of(part, form) for part in item.parts]
    if kind is ItemType.ORDERING:
        return _order([letter for letter, _html in item.options], values)
    if kind in _LISTED:
        return values
    if not values:
        return None
    return values[0] == "true" if kind is ItemType.TRUE_FALSE else values[0].replace("\r\n", "\n")


def _order(letters: list[str], values: list[str]) -> list[str] | None:
    """Give letters in the order of the numbers chosen for them (``B3``); those without a number come last."""
    numbers = {str(number): number for number in range(1, len(letters) + 1)}
    chosen = {value[0]: numbers[value[1:]] for value in values if value[:1] in letters and value[1:] in numbers}
    return sorted(letters, key=lambda letter: chosen.get(letter, len(letters) + 1)) if chosen else None
