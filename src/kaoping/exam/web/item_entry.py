"""What a person entered in the item editor, as it is: read from the form, shown again, and turned into a body."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self
from uuid import UUID

from werkzeug.datastructures import MultiDict

from kaoping.exam.web import item_types
from kaoping.itembank.assignments import AssignmentLine
from kaoping.itembank.authoring import Source, stamp_of
from kaoping.itembank.content import LETTERS
from kaoping.itembank.drafts import Draft
from kaoping.itembank.items import ItemType, Revision

FEWEST = {ItemType.SINGLE_CHOICE: 4, ItemType.MULTIPLE_CHOICE: 5}
CHOICES = frozenset(FEWEST)
#: Types whose fields are the entry's own.
BASIC = CHOICES | {ItemType.TRUE_FALSE, ItemType.FILL_IN, ItemType.NUMERIC}
_BETWEEN = re.compile(r"\s*[;；]\s*")


@dataclass(frozen=True, slots=True)
class ItemEntry:
    """The fields of the editor, all as text."""

    type: ItemType
    stem: str = ""
    options: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    tolerance: str = "0"
    unit: str = ""
    rationale: str = ""
    source_standard: str = ""
    source_edition: str = ""
    source_clause: str = ""
    difficulty: int = 3
    consistency: int = 4
    level_id: UUID | None = None
    point_id: UUID | None = None
    item_id: UUID | None = None
    stamp: str | None = None
    #: The line of an assignment for which a new item is written.
    line_id: UUID | None = None
    #: What kind of change it is to an item with statistics; empty if nothing was said.
    change: str = ""
    #: The fields that belong to the type (`kaoping.exam.web.item_types`).
    more: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def from_form(cls, form: "MultiDict[str, str]") -> Self:
        """Take a form as it was sent; what is missing is empty."""
        return cls(
            type=kind(form.get("type")), stem=form.get("stem", ""), options=tuple(form.getlist("options")),
            keys=tuple(form.getlist("key")), tolerance=form.get("tolerance") or "0", unit=form.get("unit", ""),
            rationale=form.get("rationale", ""), source_standard=form.get("source_standard", ""),
            source_edition=form.get("source_edition", ""), source_clause=form.get("source_clause", ""),
            difficulty=_grade(form.get("difficulty"), 3), consistency=_grade(form.get("consistency"), 4),
            level_id=_uuid(form.get("level_id")), point_id=_uuid(form.get("point_id")),
            item_id=_uuid(form.get("item_id")), stamp=form.get("stamp") or None, line_id=_uuid(form.get("line_id")),
            change=form.get("change", ""),
            more={name: form.getlist(name) for name in form if name != "csrf_token"},
        )  # fmt: skip

    @classmethod
    def for_line(cls, line: AssignmentLine, item_id: UUID) -> Self:
        """Begin a new item as a line of an assignment asks for it."""
        return cls(
            line.type or ItemType.SINGLE_CHOICE, difficulty=line.difficulty or 3, level_id=line.assignment.level_id,
            point_id=line.point_id, item_id=item_id, line_id=line.id,
        )  # fmt: skip

    @classmethod
    def from_revision(cls, revision: Revision) -> Self:
        """Show a stored revision for rewording."""
        body, item = revision.body, revision.item
        return cls(
            type=kind(body["type"]), stem=body["stem"], options=tuple(body.get("options", ())), keys=_keys(body),
            tolerance=body.get("tolerance", "0"), unit=body.get("unit", ""), rationale=body["rationale"],
            source_standard=revision.source_standard, source_edition=revision.source_edition,
            source_clause=revision.source_clause, difficulty=revision.difficulty, consistency=revision.consistency,
            level_id=item.level_id, point_id=item.point_id, item_id=item.id, stamp=stamp_of(revision),
            more=item_types.fields_of(body),
        )  # fmt: skip

    @classmethod
    def from_draft(cls, draft: Draft) -> Self:
        """Show what was kept, under the item for which it was kept."""
        return replace(cls.from_form(MultiDict(draft.fields)), item_id=draft.item_id)

    @property
    def rows(self) -> list[tuple[str, str]]:
        """The options with their letters, as many as the type starts with."""
        shown = [*self.options, *[""] * (FEWEST.get(self.type, 0) - len(self.options))]
        return list(zip(LETTERS, shown, strict=False))

    @property
    def source(self) -> Source:
        """The source as a value."""
        return Source(self.source_standard, self.source_edition, self.source_clause)

    def with_more_options(self) -> Self:
        """Give the entry one more empty option."""
        return replace(self, options=(*(option for _, option in self.rows), ""))

    def with_picture(self, mark: str, into: str) -> Self:
        """Put the mark of a picture at the end of the stem or the rationale, or nowhere."""
        match into:
            case "stem":
                return replace(self, stem=_ended(self.stem, mark))
            case "rationale":
                return replace(self, rationale=_ended(self.rationale, mark))
        return self

    def body(self) -> dict[str, Any]:
        """Write the entry as a body, sound or not; empty options at the end are left out."""
        shared = {"type": self.type.value, "stem": self.stem, "rationale": self.rationale}
        if self.type not in BASIC:
            return shared | item_types.body_of(self.type, self.typed)
        shared |= {"key": self._key()}
        if self.type in CHOICES:
            return shared | {"options": self._written_options()}
        if self.type is ItemType.NUMERIC:
            converting = item_types.converting(self.typed)
            return shared | {"tolerance": self.tolerance.strip(), "unit": self.unit} | converting
        return shared | (item_types.normalising(self.typed) if self.type is ItemType.FILL_IN else {})

    @property
    def typed(self) -> item_types.Typed:
        """The fields that belong to the type, with the stem that blanks are counted in."""
        return item_types.Typed({**self.more, "stem": [self.stem]})

    def with_rows(self, act: str) -> Self:
        """Give the entry with a row taken in or out."""
        return replace(self, more=item_types.changed(self.more, act))

    def _written_options(self) -> list[str]:
        written = list(self.options)
        while written and not written[-1].strip():
            written.pop()
        return written

    def _key(self) -> Any:
        first = self.keys[0].strip() if self.keys else ""
        match self.type:
            case ItemType.TRUE_FALSE:
                return {"true": True, "false": False}.get(first)
            case ItemType.SINGLE_CHOICE:
                return list(self.keys) if len(self.keys) > 1 else first or None
            case ItemType.MULTIPLE_CHOICE:
                return list(self.keys)
            case ItemType.FILL_IN:
                return [_alternatives(line) for line in first.splitlines() if line.strip()]
            case _:
                return first


def _ended(text: str, mark: str) -> str:
    """End a text with a mark in a paragraph of its own."""
    return f"{text.rstrip()}\n\n{mark}".lstrip()


def kind(value: str | None) -> ItemType:
    """Read an item type; anything unknown is single choice."""
    return ItemType(value) if value in {each.value for each in ItemType} else ItemType.SINGLE_CHOICE


def _keys(body: dict[str, Any]) -> tuple[str, ...]:
    if body["type"] not in BASIC:
        return ()
    key = body["key"]
    if isinstance(key, bool):
        return ("true" if key else "false",)
    if body["type"] == ItemType.FILL_IN:
        return ("\n".join("；".join(accepted) for accepted in key),)
    return tuple(key) if isinstance(key, list) else (key,)


def _alternatives(line: str) -> list[str]:
    return [answer for answer in _BETWEEN.split(line.strip()) if answer]


def _uuid(value: str | None) -> UUID | None:
    try:
        return UUID(value) if value else None
    except ValueError:
        return None


def _grade(value: str | None, default: int) -> int:
    return int(value) if value in {"1", "2", "3", "4", "5"} else default
