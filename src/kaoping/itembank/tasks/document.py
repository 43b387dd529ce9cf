"""What a practical task is, as data: the preparation notice 准备通知单, the task sheet 试题单, the score sheet 评分表.

A draft may be unfinished; `problems` says what keeps it from being handed in. Of what is stored, the rows of the score
sheet stay open, because assessors' pages list them; everything else is sealed.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from kaoping.itembank.content import Problem
from kaoping.itembank.errors import N_, Invalid, ItemBankError
from kaoping.itembank.models import Task
from kaoping.itembank.rules import plain
from kaoping.itembank.skill.table import Unit, fits

#: How many lines of each kind a task may have.
MOST = 60

Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]
Lines = Annotated[tuple[Line, ...], Field(max_length=MOST)]
Mark = Annotated[Decimal, Field(gt=0, le=100, max_digits=6, decimal_places=2)]
Kind = Literal["M", "J"]


class TaskInvalid(ItemBankError, Invalid):
    """A task is handed in that is not finished; ``problems`` says where."""

    sentence = N_("The task cannot be handed in: %(count)s places need mending.")

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(count=len(problems), problems=problems)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Equipment(_Part):
    """A piece that a workplace has; without what is ``necessary`` 必备 the task is not held."""

    name: Line
    specification: Line = ""
    quantity: Line = ""
    necessary: bool = False


class Row(_Part):
    """A row of the score sheet: measured against a nominal value, or judged in grades 0 to 3 that ``nominal`` says."""

    kind: Kind
    marks: Mark
    text: Text
    nominal: Text = ""


class Deduction(_Part):
    """Something for which marks are taken off 扣分: so many each time, and no more than ``most`` in all."""

    text: Line
    marks: Mark
    most: Mark | None = None


class TaskDocument(_Part):
    """A whole task as its author writes it."""

    unit: Annotated[str, StringConstraints(strip_whitespace=True, max_length=20)]
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
    title_en: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    minutes: Annotated[int, Field(ge=1, le=600)]
    marks: Mark
    site: Text = ""
    equipment: Annotated[tuple[Equipment, ...], Field(max_length=MOST)] = ()
    materials: Lines = ()
    conditions: Text = ""
    task: Text = ""
    steps: Lines = ()
    skills: Lines = ()
    quality: Lines = ()
    rows: Annotated[tuple[Row, ...], Field(max_length=MOST)] = ()
    deductions: Annotated[tuple[Deduction, ...], Field(max_length=MOST)] = ()
    veto: Lines = ()
    answer_key: Annotated[str, StringConstraints(strip_whitespace=True, max_length=8000)] = ""

    @classmethod
    def of(cls, task: Task) -> Self:
        """Give a stored task as its author writes it."""
        body = dict(task.body)
        nominal = body.pop("nominal", {})
        rows = [
            {"kind": row["kind"], "marks": row["marks"], "text": row["text"], "nominal": nominal.get(row["code"], "")}
            for row in task.sheet
        ]
        heads = {"unit": task.unit, "title": task.title, "title_en": task.title_en, "minutes": task.minutes}
        key = _told(body.pop("answer_key", ""))
        return cls.model_validate({**body, **heads, "marks": task.marks, "rows": rows, "answer_key": key})

    @property
    def total(self) -> Decimal:
        """Marks of all rows of the score sheet."""
        return sum((row.marks for row in self.rows), Decimal(0))

    def sheet(self) -> list[dict[str, str]]:
        """Give the open rows of the score sheet, numbered M1, M2, … and J1, J2, … ."""
        return [
            {"code": code, "kind": row.kind, "marks": plain(row.marks), "text": row.text}
            for code, row in self._numbered()
        ]

    def body(self) -> dict[str, Any]:
        """Give what is sealed."""
        kept = self.model_dump(mode="json", exclude={"unit", "title", "title_en", "minutes", "marks", "rows"})
        return kept | {"nominal": {code: row.nominal for code, row in self._numbered() if row.nominal}}

    def _numbered(self) -> Iterator[tuple[str, Row]]:
        count = dict.fromkeys(("M", "J"), 0)
        for row in self.rows:
            count[row.kind] += 1
            yield f"{row.kind}{count[row.kind]}", row

    def problems(self, units: Mapping[str, Unit] | None = None) -> list[Problem]:
        """List what keeps the task from being handed in; ``units`` are those of the project table in force."""
        return [*self._of_unit(units), *self._of_text(), *self._of_rows()]

    def _of_unit(self, units: Mapping[str, Unit] | None) -> Iterator[Problem]:
        if not self.unit:
            yield Problem(field="unit", sentence=N_("Choose the unit of the project table that the task stands for."))
        elif units is not None and self.unit not in units:
            sentence = N_("The project table in force has no unit %(unit)s; choose one of its units.")
            yield Problem(field="unit", sentence=sentence, facts={"unit": self.unit})

    def _of_text(self) -> Iterator[Problem]:
        wanted = (
            ("site", self.site or self.conditions, N_("Say what place the task needs, or under which conditions.")),
            ("task", self.task, N_("Write the task: what the candidate makes or does, and what is handed in.")),
            ("skills", self.skills, N_("Name at least one skill that the task asks for.")),
            ("quality", self.quality, N_("Give at least one quality requirement.")),
        )
        for field, value, sentence in wanted:
            if not value:
                yield Problem(field=field, sentence=sentence)
        for place, one in enumerate(self.equipment):
            if not one.name:
                yield Problem(field=f"equipment-{place}-name", sentence=N_("Name the equipment of this row."))
        for place, off in enumerate(self.deductions):
            if not off.text:
                yield Problem(field=f"deduction-{place}-text", sentence=N_("Say what marks are taken off for."))

    def _of_rows(self) -> Iterator[Problem]:
        for place, row in enumerate(self.rows):
            if not row.text:
                yield Problem(field=f"row-{place}-text", sentence=N_("Say what this row of the score sheet looks at."))
            if not row.nominal:
                sentence = (
                    N_("Give the nominal value that this row is measured against.")
                    if row.kind == "M"
                    else N_("Say what grades 0, 1, 2 and 3 of this row mean.")
                )
                yield Problem(field=f"row-{place}-nominal", sentence=sentence)
        if self.total != self.marks:
            sentence = N_(
                "The rows of the score sheet add up to %(sum)s marks; the task has %(marks)s. Change the rows or the "
                "task's marks."
            )
            yield Problem(
                field="marks", sentence=sentence, facts={"sum": plain(self.total), "marks": plain(self.marks)}
            )

    def misfit(self, units: Mapping[str, Unit] | None) -> Problem | None:
        """Say why no draw takes the task though its unit exists: other marks or more minutes than the unit gives."""
        unit = (units or {}).get(self.unit)
        if unit is None or fits(unit, self.marks, self.minutes):
            return None
        sentence = N_(
            "Unit %(unit)s draws tasks of %(marks)s marks and at most %(minutes)s minutes; this one would not be drawn."
        )
        facts = {"unit": unit.code, "marks": plain(unit.task_marks), "minutes": unit.minutes // unit.tasks}
        return Problem(field="unit", sentence=sentence, facts=facts)


def _told(key: object) -> str:
    """Write a key in lines that came as a list of values."""
    if isinstance(key, str):
        return key
    lines = key if isinstance(key, list) else [key] if key else []
    return "\n".join("　".join(map(str, one.values())) if isinstance(one, dict) else str(one) for one in lines)
