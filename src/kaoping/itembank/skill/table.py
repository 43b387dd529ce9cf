"""What a skill paper must be, as data: the units of a project table 考核项目表, checked as a whole.

A unit 单元 is compulsory 必考, or stands in a group of which so many are drawn (抽一: one). A unit gives so many tasks
of the bank, each with an equal share of its marks. Whatever is drawn, a paper has 100 marks and keeps its time.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from kaoping.itembank.content import Problem
from kaoping.itembank.errors import N_, Invalid, ItemBankError
from kaoping.itembank.rules import FULL_MARKS, plain

Code = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"^[0-9A-Za-z]+(-[0-9A-Za-z]+)*$", max_length=20)
]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Letter = Annotated[str, StringConstraints(pattern=r"^[A-F]$")]
Minutes = Annotated[int, Field(ge=1, le=600)]
Mark = Annotated[Decimal, Field(gt=0, le=100, max_digits=6, decimal_places=2)]
Few = Annotated[int, Field(ge=1, le=10)]

#: Weight of each function of the level, by code, with its name.
Weights = Mapping[str, Decimal]


class Method(StrEnum):
    """How a unit is examined 考核方式."""

    PRACTICAL = "practical"
    SIMULATION = "simulation"
    COMPUTER = "computer"
    WRITTEN = "written"
    ORAL = "oral"

    @property
    def label(self) -> str:
        """Name of the method (message id)."""
        return _LABELS[self]


_LABELS = {
    Method.PRACTICAL: N_("Practical work"),
    Method.SIMULATION: N_("Simulation"),
    Method.COMPUTER: N_("On a computer"),
    Method.WRITTEN: N_("In writing"),
    Method.ORAL: N_("Oral"),
}


class TableInvalid(ItemBankError, Invalid):
    """The units contradict each other; ``problems`` says where and how to mend it."""

    sentence = N_("The project table cannot be saved: %(count)s places need mending.")

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(count=len(problems), problems=problems)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Unit(_Part):
    """A row of the table: a unit 单元 of a project 项目."""

    project: Name
    code: Code
    name: Name
    method: Method = Method.PRACTICAL
    #: Letter of the group that the unit is drawn from; None where it is compulsory 必考.
    group: Letter | None = None
    minutes: Minutes
    marks: Mark
    #: Tasks of a paper 考核题量.
    tasks: Few = 1
    #: Code of the function 职业功能 whose weight the marks count for.
    function: str | None = None

    @property
    def task_marks(self) -> Decimal:
        """Marks of each task."""
        return self.marks / self.tasks


class Group(_Part):
    """How many units of a group a paper takes; 抽一 takes one."""

    letter: Letter
    take: Few = 1


class Table(_Part):
    """All units of a project table."""

    minutes: Minutes
    units: list[Unit]
    groups: list[Group] = []

    @cached_property
    def compulsory(self) -> list[Unit]:
        """Units 必考."""
        return [unit for unit in self.units if unit.group is None]

    @cached_property
    def drawn(self) -> list[tuple[Group, list[Unit]]]:
        """Groups with their units; a letter that no group sets takes one."""
        known = {group.letter: group for group in self.groups}
        letters = sorted({unit.group for unit in self.units if unit.group})
        return [
            (known.get(letter, Group(letter=letter)), [unit for unit in self.units if unit.group == letter])
            for letter in letters
        ]

    def take(self, unit: Unit) -> int | None:
        """How many units of its group a paper takes; None for a compulsory one."""
        return next((group.take for group, _ in self.drawn if group.letter == unit.group), None)

    def span(self, values: Mapping[str, Decimal]) -> tuple[Decimal, Decimal]:
        """Give the least and the greatest sum, over every possible draw, of values by code of the unit."""
        low = high = sum((values[unit.code] for unit in self.compulsory), Decimal(0))
        for group, units in self.drawn:
            each = sorted(values[unit.code] for unit in units)
            low, high = low + sum(each[: group.take]), high + sum(each[-group.take :])
        return low, high

    @property
    def task_count(self) -> int:
        """Tasks of a paper, the most that a draw can give."""
        return int(self.span({unit.code: Decimal(unit.tasks) for unit in self.units})[1])

    def plain(self) -> dict[str, Any]:
        """Give the table as plain data."""
        return self.model_dump(mode="json")

    def problems(self, weights: Weights) -> list[Problem]:
        """List what contradicts; empty when every draw is a paper. Fields are ``unit-N``, ``group-X`` and ``total``."""
        if not self.units:
            return [Problem(field="total", sentence=N_("The table has no unit; write at least one."))]
        if twice := list(self._twice()):
            return twice
        return [*self._of_units(weights), *self._of_groups(), *self._of_totals(), *self._of_functions(weights)]

    def _twice(self) -> Iterator[Problem]:
        counts = Counter(unit.code for unit in self.units)
        for place, unit in enumerate(self.units):
            if counts[unit.code] > 1:
                sentence = N_("Two units have the code %(unit)s; give each its own.")
                yield Problem(field=f"unit-{place}", sentence=sentence, facts={"unit": unit.code})

    def _of_units(self, weights: Weights) -> Iterator[Problem]:
        for place, unit in enumerate(self.units):
            if unit.task_marks % Decimal("0.5"):
                sentence = N_(
                    "Unit %(unit)s gives %(marks)s marks with %(tasks)s tasks; each task has marks in steps of 0.5. "
                    "Change the marks or the number of tasks."
                )
                facts = {"unit": unit.code, "marks": plain(unit.marks), "tasks": unit.tasks}
                yield Problem(field=f"unit-{place}", sentence=sentence, facts=facts)
            if unit.function is not None and unit.function not in weights:
                sentence = N_("Unit %(unit)s names the function %(function)s, which has no skill weight at this level.")
                facts = {"unit": unit.code, "function": unit.function}
                yield Problem(field=f"unit-{place}", sentence=sentence, facts=facts)

    def _of_groups(self) -> Iterator[Problem]:
        for group, units in self.drawn:
            codes = ", ".join(unit.code for unit in units)
            if group.take >= len(units):
                sentence = N_(
                    "Group %(group)s draws %(take)s of %(count)s units (%(units)s); a draw needs more units than it "
                    "takes. Add a unit, or make them compulsory."
                )
                facts = {"group": group.letter, "take": group.take, "count": len(units), "units": codes}
                yield Problem(field=f"group-{group.letter}", sentence=sentence, facts=facts)
            if len({unit.marks for unit in units}) > 1:
                sentence = N_(
                    "The units of group %(group)s have different marks (%(marks)s); whichever is drawn, the marks must "
                    "be the same."
                )
                marks = ", ".join(f"{unit.code}: {plain(unit.marks)}" for unit in units)
                yield Problem(
                    field=f"group-{group.letter}", sentence=sentence, facts={"group": group.letter, "marks": marks}
                )

    def _of_totals(self) -> Iterator[Problem]:
        low, high = self.span({unit.code: unit.marks for unit in self.units})
        if not low == high == FULL_MARKS:
            sentence = N_(
                "A drawn paper has %(marks)s marks; every draw needs %(full)s. Change the marks of the units."
            )
            yield Problem(
                field="total", sentence=sentence, facts={"marks": _span(low, high), "full": plain(FULL_MARKS)}
            )
        longest = self.span({unit.code: Decimal(unit.minutes) for unit in self.units})[1]
        if longest != self.minutes:
            sentence = N_(
                "The longest draw takes %(longest)s minutes, the table says %(minutes)s; change the minutes of the "
                "units or of the table."
            )
            facts = {"longest": plain(longest), "minutes": self.minutes}
            yield Problem(field="minutes", sentence=sentence, facts=facts)

    def _of_functions(self, weights: Weights) -> Iterator[Problem]:
        """Hold the skill weights against the units: exactly where all name a function, as a limit where some do."""
        named = {unit.function for unit in self.units}
        for function, weight in weights.items():
            low, high = self.function_marks(function)
            fits = high <= weight if None in named else low == high == weight
            if not fits and (function in named or None not in named):
                sentence = N_(
                    "Function %(function)s gets %(marks)s marks; its skill weight is %(weight)s. Change its units."
                )
                facts = {"function": function, "marks": _span(low, high), "weight": plain(weight)}
                yield Problem(field="functions", sentence=sentence, facts=facts)

    def function_marks(self, function: str) -> tuple[Decimal, Decimal]:
        """Give the least and the greatest marks of a function, over every possible draw."""
        return self.span({unit.code: unit.marks if unit.function == function else Decimal(0) for unit in self.units})


def _span(low: Decimal, high: Decimal) -> str:
    return plain(low) if low == high else f"{plain(low)}–{plain(high)}"


def read(data: Mapping[str, Any]) -> Table:
    """Read a table from plain data that was written by `Table.plain`."""
    return Table.model_validate(data)


def require_consistent(table: Table, weights: Weights) -> Table:
    """Give the table back.

    Raises
    ------
    TableInvalid : with one problem per place.
    """
    if found := table.problems(weights):
        raise TableInvalid(found)
    return table


def shortages(table: Table, stock: Mapping[str, Sequence[tuple[str, Decimal, int]]]) -> list[Problem]:
    """Say which units the bank cannot serve; ``stock`` has (code, marks, minutes) of the tasks by unit."""
    return list(_shortages(table, stock))


def fits(unit: Unit, marks: Decimal, minutes: int) -> bool:
    """Whether a task of these marks and minutes can stand for a unit."""
    return marks == unit.task_marks and minutes * unit.tasks <= unit.minutes


def _shortages(table: Table, stock: Mapping[str, Sequence[tuple[str, Decimal, int]]]) -> Iterator[Problem]:
    for place, unit in enumerate(table.units):
        held = stock.get(unit.code, ())
        fitting = [code for code, marks, minutes in held if fits(unit, marks, minutes)]
        if len(fitting) < unit.tasks:
            sentence = N_(
                "Unit %(unit)s %(name)s needs %(needed)s tasks of %(marks)s marks and at most %(minutes)s minutes; "
                "the bank has %(count)s, of which %(fitting)s fit. Write tasks for it, or change the unit."
            )
            facts = {
                "unit": unit.code, "name": unit.name, "needed": unit.tasks, "marks": plain(unit.task_marks),
                "minutes": unit.minutes // unit.tasks, "count": len(held), "fitting": len(fitting),
            }  # fmt: skip
            yield Problem(field=f"unit-{place}", sentence=sentence, facts=facts)
