"""The form of the layout designer: every element as fields of text, read into the layout's document and back.

The document travels in the form, so a preview stores nothing and what was typed wrongly stays to be mended.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import ValidationError

from kaoping.certificates.designing import Purpose
from kaoping.certificates.layout_samples import Sample, Wish
from kaoping.certificates.layouts import (
    KINDS,
    MOST_ELEMENTS,
    FieldName,
    GroundKind,
    Language,
    Layout,
    PageSize,
)
from kaoping.exam.web.layout_words import PROPERTIES, Property

#: Where a new element stands until it is moved.
_NEW_PLACE = {"x": "33", "y": "12", "width": "40", "height": "8"}
_NEW: dict[str, dict[str, str]] = {
    "field": {"field": FieldName.NAME},
    "text": {"text": "新文字"},
    "photo": {"width": "25", "height": "35"},
    "qr": {"width": "34", "height": "34"},
    "seal": {"width": "40", "height": "40"},
    "rule": {"height": "0.3"},
    "micro": {"width": "144", "height": "0.8"},
    "picture": {"alternative": "机构标志"},
}
#: Levels as a sample may show them, the lowest first.
LEVELS = "54321"
_FLAGS = frozenset({"english", "frame"})


@dataclass(frozen=True, slots=True)
class Slip:
    """An entry that cannot be read: the element's place, the property, and pydantic's kind of error."""

    place: int | None
    name: str
    kind: str


@dataclass(slots=True)
class Draft:
    """What stands in the form: the purpose and the elements as they were typed."""

    name: str
    valid_from: str
    levels: list[str]
    standard_code: str
    page: str
    language: str
    ground: str
    ground_digest: str
    elements: list[dict[str, str]]

    def document(self) -> dict[str, Any]:
        """Write the document that was typed, read or not."""
        ground = {"kind": self.ground} | (
            {"digest": self.ground_digest} if self.ground == GroundKind.PICTURE and self.ground_digest else {}
        )
        elements = [{name: value for name, value in one.items() if value or name == "text"} for one in self.elements]
        return {"page": self.page, "language": self.language, "ground": ground, "elements": elements}

    def read(self) -> tuple[Layout | None, list[Slip]]:
        """Read the layout, or say which entries cannot be read."""
        try:
            return Layout.model_validate(self.document()), []
        except ValidationError as wrong:
            return None, [_slip(one["loc"], one["type"]) for one in wrong.errors(include_url=False)]

    def purpose(self) -> Purpose | None:
        """Read what it is for; none when the day cannot be read."""
        try:
            first = date.fromisoformat(self.valid_from)
        except ValueError:
            return None
        return Purpose(self.name, tuple(self.levels), self.standard_code or None, first)


def _slip(place: tuple[int | str, ...], kind: str) -> Slip:
    if place and place[0] == "elements" and len(place) > 1 and isinstance(place[1], int):
        return Slip(place[1], str(place[-1]), kind)
    return Slip(None, str(place[0]) if place else "", kind)


def properties(kind: str) -> Iterator[Property]:
    """Give the properties of a kind of element in the order of the form."""
    known = KINDS[kind].model_fields if kind in KINDS else {}
    return (one for one in PROPERTIES if one.name in known)


def draft_of(row: Any, layout: Layout) -> Draft:
    """Fill the form from what is stored."""
    return Draft(
        row.name, row.valid_from.isoformat(), list(row.levels), row.standard_code or "", layout.page, layout.language,
        layout.ground.kind, layout.ground.digest or "",
        [_typed(one) for one in layout.document()["elements"]],
    )  # fmt: skip


def _typed(element: Mapping[str, Any]) -> dict[str, str]:
    """Write an element as the form's fields: flags as presence, numbers without needless zeros."""
    typed: dict[str, str] = {}
    for name, value in element.items():
        if name in _FLAGS:
            typed |= {name: "true"} if value else {}
        elif value is not None:
            typed[name] = str(value)
    return typed


def sent(form: Any) -> Draft:
    """Read the form as it was sent."""
    elements = []
    for place in range(min(_number(form.get("count", "0")), MOST_ELEMENTS)):
        kind = form.get(f"e{place}-kind", "")
        if kind not in KINDS:
            continue
        typed = {one.name: form.get(f"e{place}-{one.name}", "").strip() for one in properties(kind)}
        elements.append({"kind": kind} | typed)
    return Draft(
        form.get("name", ""), form.get("valid_from", ""), form.getlist("levels"), form.get("standard_code", ""),
        form.get("page", PageSize.A4), form.get("language", Language.CHINESE),
        form.get("ground", GroundKind.GUILLOCHE), form.get("ground_digest", ""), elements,
    )  # fmt: skip


def changed(draft: Draft, act: str, new_kind: str) -> int | None:
    """Do what a button of the list asks for: add, remove, up, down; give the place of the element to show."""
    deed, _, at = act.partition(":")
    place, elements = _number(at), draft.elements
    if deed == "add" and new_kind in KINDS and len(elements) < MOST_ELEMENTS:
        elements.append(_new(new_kind, {one["id"] for one in elements}))
        return len(elements) - 1
    if place >= len(elements):
        return None
    if deed == "remove":
        del elements[place]
        return None
    other = place + {"up": -1, "down": 1}.get(deed, 0)
    if 0 <= other < len(elements):
        elements[place], elements[other] = elements[other], elements[place]
    return other


def _new(kind: str, names: set[str]) -> dict[str, str]:
    name = next(name for name in (kind, *(f"{kind}-{n}" for n in range(2, MOST_ELEMENTS + 2))) if name not in names)
    return {"kind": kind, "id": name} | _NEW_PLACE | _NEW[kind]


def wish(asked: Any, pictures: dict[str, bytes]) -> Wish:
    """Read which sample at which level is asked for; what is unknown is the usual one."""
    sample, level = asked.get("sample", ""), asked.get("level", "")
    return Wish(
        Sample(sample) if sample in set(Sample) else Sample.USUAL,
        level if level in tuple(LEVELS) else "3",
        pictures=pictures,
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else MOST_ELEMENTS
