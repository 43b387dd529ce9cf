"""What differs between two versions of a layout: elements that came, went, moved or changed, and the page itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kaoping.certificates.layout_documents import Document


class Change(StrEnum):
    """How something differs."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: the element's name (none for the page), the property, and its values before and after."""

    change: Change
    element: str
    name: str = ""
    before: Any = None
    after: Any = None


def differences(before: Document, after: Document) -> list[Difference]:
    """Give what differs, the page first, then the elements in the order of the newer version."""
    old, new = before.document(), after.document()
    was = {one["id"]: one for one in old.pop("elements", [])}
    now = {one["id"]: one for one in new.pop("elements", [])}
    found = [*_values("", old, new)]
    found += [Difference(Change.REMOVED, name) for name in was if name not in now]
    for name, one in now.items():
        if name in was:
            found += _values(name, was[name], one)
        else:
            found.append(Difference(Change.ADDED, name))
    kept_before, kept_after = [name for name in was if name in now], [name for name in now if name in was]
    if kept_before != kept_after:
        found.append(Difference(Change.ORDER, "", before=kept_before, after=kept_after))
    return found


def _values(element: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    for name in dict.fromkeys([*before, *after]):
        was, now = before.get(name), after.get(name)
        if was != now:
            yield Difference(Change.CHANGED, element, name, was, now)
