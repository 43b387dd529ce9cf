"""An answer as a form without script sends it: the controls of an item, read as a response of its type."""

from collections.abc import Callable
from typing import Any

from werkzeug.datastructures import MultiDict

from kaoping.exam.delivery.sheet import SheetItem
from kaoping.itembank.items import ItemType

#: Types of which every control sends a value of its own.
_LISTED = frozenset({
    ItemType.MULTIPLE_CHOICE, ItemType.FILL_IN, ItemType.MATCHING, ItemType.CLOZE, ItemType.HOTSPOT,
})  # fmt: skip


def of(item: SheetItem, form: MultiDict[str, str], taken: Callable[[SheetItem], str | None] = lambda _: None) -> Any:
    """Give the response that a form with the controls of an item means; ``None`` if nothing was answered.

    ``taken`` stores the file that was sent for an item, if one was, and gives its id.
    """
    kind, values = item.type, form.getlist(item.control)
    if kind is ItemType.CASE:
        return [of(part, form, taken) for part in item.parts]
    if kind is ItemType.FILE_UPLOAD and (stored := taken(item)) is not None:
        return stored
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
