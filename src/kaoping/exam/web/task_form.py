"""The form of a practical task: everything as it was typed, its faults by field, and the document that it means."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from pydantic import ValidationError

from kaoping.itembank.content import Problem
from kaoping.itembank.rules import plain
from kaoping.itembank.tasks.document import MOST, TaskDocument

TEXTS = ("unit", "title", "title_en", "minutes", "marks", "site", "conditions", "task", "answer_key")
#: Fields of which every line is an entry of its own.
LINES = ("materials", "steps", "skills", "quality", "veto")
#: Fields of the rows of each group; the first one that stands here is not what fills a row.
GROUPS = {
    "row": ("kind", "marks", "text", "nominal"),
    "equipment": ("necessary", "name", "specification", "quantity"),
    "deduction": ("text", "marks", "most"),
}
#: Where the document holds a group.
_PLACES = {"row": "rows", "equipment": "equipment", "deduction": "deductions"}
_FILLING = {"row": ("marks", "text", "nominal"), "equipment": GROUPS["equipment"][1:], "deduction": GROUPS["deduction"]}

Rows = dict[str, list[dict[str, str]]]


@dataclass
class TaskForm:
    """Values as typed and faults by field; a field's name is the id of its control."""

    values: dict[str, str]
    rows: Rows
    faults: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def new(cls) -> "TaskForm":
        """Give the form of a new task, with some rows to begin with."""
        rows: Rows = {name: [_empty(name)] for name in GROUPS}
        rows["row"] = [_empty("row"), _empty("row"), _empty("row") | {"kind": "J"}]
        return cls(dict.fromkeys((*TEXTS, *LINES), ""), rows)

    @classmethod
    def of(cls, document: TaskDocument) -> "TaskForm":
        """Fill the form with a document."""
        values = {name: _typed(getattr(document, name)) for name in TEXTS}
        values |= {name: "\n".join(getattr(document, name)) for name in LINES}
        rows = {
            group: [{name: _typed(getattr(one, name)) for name in names} for one in getattr(document, _PLACES[group])]
            for group, names in GROUPS.items()
        }
        return cls(values, rows)

    @classmethod
    def sent(cls, data: Mapping[str, str]) -> "TaskForm":
        """Take what was sent; a row was sent when any of its fields was."""
        values = {name: data.get(name, "") for name in (*TEXTS, *LINES)}
        rows = {
            group: [
                {name: data.get(f"{group}-{place}-{name}", "") for name in names}
                for place in range(2 * MOST)
                if any(f"{group}-{place}-{name}" in data for name in names)
            ]
            for group, names in GROUPS.items()
        }
        return cls(values, rows)

    def add(self, wanted: str) -> None:
        """Offer one more row: of ``equipment`` or ``deduction``, or a row of the score sheet by its kind."""
        group = wanted if wanted in GROUPS else "row"
        self.rows[group].append(_empty(group) | ({"kind": wanted} if group == "row" and wanted in {"M", "J"} else {}))

    def drop(self, row: str) -> None:
        """Take a row out, named by its group and place."""
        group, _dash, place = row.partition("-")
        if group in GROUPS and place in map(str, range(len(self.rows[group]))):
            del self.rows[group][int(place)]

    def document(self) -> TaskDocument | None:
        """Give what was typed as a document; None where something cannot be read, with its faults noted.

        Rows in which nothing was typed are left out.
        """
        for group, rows in self.rows.items():
            self.rows[group] = [row for row in rows if any(row[name].strip() for name in _FILLING[group])]
        try:
            return TaskDocument.model_validate(self._plain())
        except ValidationError as error:
            for one in error.errors(include_url=False, include_input=False):
                self._fault(_control(one["loc"]), _sentence(one["type"], str(one["loc"][-1]), one.get("ctx", {})))
            return None

    def tell(self, problems: list[Problem]) -> None:
        """Note what keeps the task from being handed in."""
        for problem in problems:
            self._fault(problem.field, str(_(problem.sentence)) % problem.facts)

    @property
    def total(self) -> str:
        """Marks of all rows as far as they are numbers."""
        return plain(sum(self._marks(), Decimal(0)))

    def _marks(self) -> Iterator[Decimal]:
        for row in self.rows["row"]:
            try:
                mark = Decimal(row["marks"].strip())
            except ArithmeticError:
                continue
            if mark.is_finite() and abs(mark) <= 100:  # noqa: PLR2004 - no row has more
                yield mark

    def _plain(self) -> dict[str, Any]:
        lists = {name: [line for line in self.values[name].splitlines() if line.strip()] for name in LINES}
        equipment = [row | {"necessary": bool(row["necessary"])} for row in self.rows["equipment"]]
        deductions = [{**row, "most": row["most"].strip() or None} for row in self.rows["deduction"]]
        rows = {"rows": self.rows["row"], "equipment": equipment, "deductions": deductions}
        return {name: self.values[name] for name in TEXTS} | lists | rows

    def _fault(self, name: str, sentence: str) -> None:
        noted = self.faults.setdefault(name, [])
        if sentence not in noted:
            noted.append(sentence)


def _empty(group: str) -> dict[str, str]:
    return dict.fromkeys(GROUPS[group], "") | ({"kind": "M"} if group == "row" else {})


def _typed(value: object) -> str:
    if isinstance(value, bool):
        return "y" if value else ""
    if isinstance(value, Decimal):
        return plain(value)
    return "" if value is None else str(value)


def _control(loc: tuple[int | str, ...]) -> str:
    """Name the control that a part of the document was typed into."""
    group = next((group for group, place in _PLACES.items() if place == loc[0]), None)
    if group is None or len(loc) < 3:  # noqa: PLR2004 - group, place, field
        return str(loc[0]) if group is None else f"{group}-0-{_FILLING[group][0]}"
    return "-".join(map(str, (group, *loc[1:])))


def _sentence(kind: str, name: str, facts: dict[str, Any]) -> str:
    if kind == "string_too_long":
        return str(_("Write at most %(most)s characters.", most=facts["max_length"]))
    if kind == "too_long":
        return str(_("Give at most %(most)s lines.", most=facts["max_length"]))
    match name:
        case "minutes":
            return str(_("Give a whole number from %(least)s to %(most)s.", least=1, most=600))
        case "marks" | "most":
            return str(_("Give a number from %(least)s to %(most)s with at most two decimals.", least="0.01", most=100))
        case "title":
            return str(_("Give the task a title."))
        case _:
            return str(_("Choose one of the list."))
