"""The form of a project table: units as they were typed, their faults, and the table that they mean."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from pydantic import ValidationError

from kaoping.itembank.rules import plain
from kaoping.itembank.skill.table import Method, Table, Unit, Weights

#: Rows that a form offers beyond those that are filled in, and at most.
EMPTY, MOST = 2, 40
LETTERS = "ABCDEF"
FIELDS = ("project", "code", "name", "method", "group", "minutes", "marks", "tasks", "function")


@dataclass
class SkillForm:
    """Values as typed and faults by field; a field's name is the id of its control."""

    values: dict[str, str]
    rows: int
    faults: dict[str, list[str]] = field(default_factory=dict)
    #: Whether somebody else saved a version while this one was changed.
    overtaken: bool = False

    @classmethod
    def of(cls, table: Table, *, version: int) -> "SkillForm":
        """Fill the form with a table."""
        values = {"version": str(version), "minutes": str(table.minutes)}
        for place, unit in enumerate(table.units):
            values |= {f"unit-{place}-{name}": _typed(getattr(unit, name)) for name in FIELDS}
        values |= {f"take-{group.letter}": str(group.take) for group, _units in table.drawn}
        return cls(values, min(MOST, len(table.units) + EMPTY))

    @classmethod
    def sent(cls, data: Mapping[str, str], *, newest: int, weights: Weights) -> "SkillForm":
        """Take what was sent and note every fault, also where units, groups and totals contradict each other."""
        values = {name: value.strip() for name, value in data.items() if name != "csrf_token"}
        filled = [
            place
            for place in range(MOST)
            if any(values.get(f"unit-{place}-{name}") for name in ("code", "name", "project"))
        ]
        kept = {name: value for name, value in values.items() if not name.startswith("unit-")}
        for row, place in enumerate(filled):
            kept |= {f"unit-{row}-{name}": values.get(f"unit-{place}-{name}", "") for name in FIELDS}
        form = cls(kept, min(MOST, len(filled) + EMPTY))
        form.overtaken = form._whole("version", 0, 1_000_000) != newest
        form.values["version"] = str(newest)
        table = form.table
        for problem in table.problems(weights) if not form.faults else ():
            form.fault(problem.field, _(problem.sentence, **problem.facts))
        return form

    @property
    def version(self) -> int:
        """Number of the version that was changed; 0 before there is one."""
        return self._whole("version", 0, 1_000_000)

    @property
    def letters(self) -> list[str]:
        """Letters of the groups that units stand in."""
        chosen = {self.values.get(f"unit-{place}-group") for place in range(self.rows)}
        return [letter for letter in LETTERS if letter in chosen]

    @property
    def table(self) -> Table:
        """The table as typed; a unit that cannot be read is left out, and its faults are noted."""
        minutes = self._whole("minutes", 1, 600)
        groups = [{"letter": letter, "take": self._whole(f"take-{letter}", 1, 10, "1")} for letter in self.letters]
        units = [unit for place in range(self.rows) if (unit := self._unit(place)) is not None]
        return Table.model_validate({"minutes": minutes, "units": units, "groups": groups})

    def _unit(self, place: int) -> Unit | None:
        typed: dict[str, Any] = {name: self.values.get(f"unit-{place}-{name}", "") for name in FIELDS}
        if not any(typed[name] for name in ("code", "name", "project")):
            return None
        typed |= {name: typed[name] or None for name in ("group", "function")} | {"tasks": typed["tasks"] or "1"}
        try:
            return Unit.model_validate(typed)
        except ValidationError as error:
            for one in error.errors(include_url=False, include_input=False):
                self.fault(f"unit-{place}-{one['loc'][0]}", _sentence(str(one["loc"][0])))
            return None

    def _whole(self, name: str, least: int, most: int, default: str = "") -> int:
        try:
            number = int(self.values.get(name) or default)
            if least <= number <= most:
                return number
        except ValueError:
            pass
        self.fault(name, _("Give a whole number from %(least)s to %(most)s.", least=least, most=most))
        return least

    def fault(self, name: str, sentence: str) -> None:
        """Note a fault once."""
        noted = self.faults.setdefault(name, [])
        if sentence not in noted:
            noted.append(sentence)

    def anchor(self, name: str) -> str:
        """Name the control that a fault's link leads to."""
        if name in self.values:
            return name
        return f"{name}-code" if name.startswith("unit-") else name.replace("group-", "take-")


def _typed(value: object) -> str:
    if isinstance(value, Decimal):
        return plain(value)
    return "" if value is None else str(value)


def _sentence(name: str) -> str:
    match name:
        case "code":
            return str(_("Give the code of the unit: figures, letters and hyphens, such as 3-1."))
        case "project" | "name":
            return str(_("Give a name of at most 100 characters."))
        case "minutes":
            return str(_("Give a whole number from %(least)s to %(most)s.", least=1, most=600))
        case "marks":
            return str(_("Give a number from %(least)s to %(most)s with at most two decimals.", least="0.01", most=100))
        case "tasks":
            return str(_("Give a whole number from %(least)s to %(most)s.", least=1, most=10))
        case _:
            return str(_("Choose one of the list."))


METHODS = tuple(Method)
