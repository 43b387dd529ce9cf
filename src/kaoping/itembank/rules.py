"""What a paper must be, as data: the rules of a specification, checked as a whole.

A paper has sections by type of item; the table of rows (ranges of the weight table) and sections says how many items of
each a paper takes. Marks are exact decimals; the marks of a row are its weight. What people mark has no statistics that
the assembler could wait for, so its items are taken as their authors rate them.
"""

from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import Field, model_validator

from kaoping.itembank import conditions
from kaoping.itembank.conditions import Groups, Limit, Mode, Part
from kaoping.itembank.content import Problem
from kaoping.itembank.errors import N_, Invalid, ItemBankError
from kaoping.itembank.items import ItemType
from kaoping.itembank.scoring_rules import ScoringRule, of_type

#: Marks of a component: every component is marked out of 100.
FULL_MARKS = Decimal(100)

Count = Annotated[int, Field(ge=0, le=400)]
Mark = Annotated[Decimal, Field(gt=0, le=100, max_digits=6, decimal_places=2)]
Ratio = Annotated[Decimal, Field(ge=0, le=1)]
Distance = Annotated[Decimal, Field(gt=0, le=100)]
Apart = Annotated[Decimal, Field(ge=0, le=100, max_digits=5, decimal_places=2)]


class Section(StrEnum):
    """The sections of a paper in their order; fill-in and numeric items share one."""

    TRUE_FALSE = "true_false"
    SINGLE_CHOICE = "single_choice"
    MULTIPLE_CHOICE = "multiple_choice"
    FILL_IN = "fill_in"
    MATCHING = "matching"
    ORDERING = "ordering"
    CLOZE = "cloze"
    HOTSPOT = "hotspot"
    SHORT_ANSWER = "short_answer"
    ESSAY = "essay"
    CASE = "case"
    FILE_UPLOAD = "file_upload"

    @property
    def types(self) -> tuple[ItemType, ...]:
        """Types of item that the section takes."""
        return (ItemType.FILL_IN, ItemType.NUMERIC) if self is Section.FILL_IN else (ItemType(self.value),)

    @property
    def scoring_rules(self) -> tuple[ScoringRule, ...]:
        """Rules by which its items can be marked, the usual one first."""
        return of_type(self.types[0])

    @property
    def by_machine(self) -> bool:
        """Whether a machine marks its items."""
        return self.types[0].by_machine

    @property
    def position(self) -> int:
        """Place of the section in a paper."""
        return list(Section).index(self)

    @property
    def label(self) -> str:
        """Name of the section (message id)."""
        return _LABELS[self]


_LABELS = {
    Section.TRUE_FALSE: N_("True/false"),
    Section.SINGLE_CHOICE: N_("Single choice"),
    Section.MULTIPLE_CHOICE: N_("Multiple choice"),
    Section.FILL_IN: N_("Fill in or calculate"),
    Section.MATCHING: N_("Matching"),
    Section.ORDERING: N_("Ordering"),
    Section.CLOZE: N_("Cloze"),
    Section.HOTSPOT: N_("Hotspot"),
    Section.SHORT_ANSWER: N_("Short answer"),
    Section.ESSAY: N_("Essay"),
    Section.CASE: N_("Case study"),
    Section.FILE_UPLOAD: N_("File upload"),
}

#: Types that stand in papers.
IN_PAPERS: Final = tuple(kind for section in Section for kind in section.types)


_BY_PEOPLE: Final = frozenset(section for section in Section if not section.by_machine)


def section_of(kind: ItemType) -> Section:
    """Give the section of a type of item."""
    return Section.FILL_IN if kind is ItemType.NUMERIC else Section(kind.value)


class RulesInvalid(ItemBankError, Invalid):
    """The rules contradict each other; ``problems`` says where and how to mend it."""

    sentence = N_("The specification cannot be saved: %(count)s places need mending.")

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(count=len(problems), problems=problems)


class SectionRule(Part):
    """How many items a section has and what each is worth."""

    section: Section
    count: Count
    marks: Mark
    #: How answers that are right in part are marked.
    scoring: ScoringRule = ScoringRule.ALL_OR_NOTHING
    #: Marks by which two markers of an answer may differ before a third marks it; None where people do not mark.
    apart: Apart | None = None

    @model_validator(mode="before")
    @classmethod
    def _as_usual(cls, given: Any) -> Any:
        """Where a section that people mark does not say how: one marker, and markers may differ by a fifth."""
        if not isinstance(given, dict) or given.get("section") not in _BY_PEOPLE:
            return given
        usual: dict[str, Any] = {"scoring": ScoringRule.ONE_MARKER}
        with suppress(ArithmeticError, KeyError):  # marks that are none are told as such
            usual["apart"] = round(Decimal(str(given["marks"])) / 5, 2)
        return usual | {name: value for name, value in given.items() if value is not None}

    @property
    def total(self) -> Decimal:
        """Marks of the whole section."""
        return self.count * self.marks


class RowRule(Part):
    """A row of the weight table: its weight, and how many items of each section it gives."""

    range_id: UUID
    code: str
    name: str
    name_en: str
    weight: Decimal
    counts: dict[Section, Count]

    def count(self, section: Section) -> int:
        """Items that the row gives to a section."""
        return self.counts.get(section, 0)


class Rules(Groups):
    """All rules of a specification."""

    sections: list[SectionRule]
    rows: list[RowRule]
    #: Band of the mean expected share of marks, over a population of standard normal ability.
    ratio_low: Ratio = Decimal("0.55")
    ratio_high: Ratio = Decimal("0.75")
    #: How far the papers of one run may differ: mean expected marks, and expected marks at any ability in CURVE.
    mean_within: Distance = Decimal(1)
    curve_within: Distance = Decimal("1.5")
    #: An item that stands in so many sealed papers is left out.
    exposure_most: Annotated[int, Field(ge=1, le=1000)] = 5
    #: Whether approved items without adopted statistics may be used (as of average difficulty).
    uncalibrated: bool = False
    mode: Mode = Mode.BY_POINT
    #: By type: marks by which a row may miss its weight; None if weights are not looked at.
    row_within: Annotated[Decimal, Field(ge=0, le=100, max_digits=5, decimal_places=2)] | None = None
    #: Rules over attributes of items, see `kaoping.itembank.conditions`.
    limits: Annotated[tuple[Limit, ...], Field(max_length=100)] = ()
    #: Items, beside anchors, that two papers of a run may share.
    overlap: Annotated[int, Field(ge=0, le=400)] = 0
    #: An item of a paper that was sealed less than so many days ago is left out.
    rest_days: Annotated[int, Field(ge=0, le=3650)] = 0

    @property
    def marks(self) -> Decimal:
        """Marks of the whole paper."""
        return sum((rule.total for rule in self.sections), Decimal(0))

    @property
    def items(self) -> int:
        """Items of the whole paper."""
        return sum(rule.count for rule in self.sections)

    def row_marks(self, row: RowRule) -> Decimal:
        """Marks that a row gives."""
        return sum((row.count(rule.section) * rule.marks for rule in self.sections), Decimal(0))

    def column_count(self, section: Section) -> int:
        """Items that all rows together give to a section."""
        return sum(row.count(section) for row in self.rows)

    def marks_of(self, section: Section) -> Decimal:
        """Marks of one item of a section."""
        return next(rule.marks for rule in self.sections if rule.section is section)

    def rule_of(self, section: Section) -> SectionRule:
        """Give the rule of a section."""
        return next(rule for rule in self.sections if rule.section is section)

    def unmeasured(self, section: Section) -> bool:
        """Whether items of a section are taken without statistics, as their authors rate them."""
        return self.uncalibrated or not section.by_machine

    def cells(self) -> Iterator[tuple[RowRule, SectionRule, int]]:
        """Give the cells of the table that take items; papers by type have no such table."""
        for row in self.rows if self.mode is not Mode.BY_TYPE else ():
            for rule in self.sections:
                if count := row.count(rule.section):
                    yield row, rule, count

    def problems(self) -> list[Problem]:
        """List what contradicts; empty when a paper can have all rules at once."""
        table = () if self.mode is Mode.BY_TYPE else (*self._of_rows(), *self._of_sections())
        limits = (problem for place, limit in enumerate(self.limits) for problem in limit.problems(f"limit-{place}"))
        further = (*conditions.repeated(self.limits), *limits, *self.contradictions())
        return [*self._of_total(), *table, *self._of_band(), *self._of_scoring(), *further]

    def _of_total(self) -> Iterator[Problem]:
        if self.marks != FULL_MARKS:
            sentence = N_("The paper has %(marks)s marks; it needs %(full)s. Change the numbers or marks of the types.")
            yield Problem(
                field="total", sentence=sentence, facts={"marks": plain(self.marks), "full": plain(FULL_MARKS)}
            )

    def _of_rows(self) -> Iterator[Problem]:
        for place, row in enumerate(self.rows):
            if (marks := self.row_marks(row)) != row.weight:
                sentence = N_("Row %(row)s gives %(marks)s marks; its weight is %(weight)s. Change its numbers.")
                facts = {"row": row.code, "marks": plain(marks), "weight": plain(row.weight)}
                yield Problem(field=f"row-{place}", sentence=sentence, facts=facts)

    def _of_sections(self) -> Iterator[Problem]:
        for rule in self.sections:
            if (given := self.column_count(rule.section)) != rule.count:
                sentence = N_(
                    "The rows give this type %(given)s items; it needs %(count)s. Change the rows or the number."
                )
                facts = {"given": given, "count": rule.count}
                yield Problem(field=f"section-{rule.section}", sentence=sentence, facts=facts)

    def _of_scoring(self) -> Iterator[Problem]:
        for rule in self.sections:
            if rule.scoring not in rule.section.scoring_rules:
                sentence = N_("This type cannot be marked by the rule %(rule)s; choose one of those that are offered.")
                yield Problem(field=f"scoring-{rule.section}", sentence=sentence, facts={"rule": rule.scoring.value})

    def _of_band(self) -> Iterator[Problem]:
        if self.ratio_low >= self.ratio_high:
            sentence = N_("The lower end of the difficulty band, %(low)s, is not below the upper end, %(high)s.")
            facts = {"low": plain(self.ratio_low), "high": plain(self.ratio_high)}
            yield Problem(field="ratio_low", sentence=sentence, facts=facts)

    def plain(self) -> dict[str, Any]:
        """Give the rules as plain data for storing."""
        return self.model_dump(mode="json")


def read(data: dict[str, Any]) -> Rules:
    """Read stored rules."""
    return Rules.model_validate(data)


def require_consistent(rules: Rules) -> Rules:
    """Raise `RulesInvalid` with every place that contradicts another."""
    if problems := rules.problems():
        raise RulesInvalid(problems)
    return rules


def plain(number: Decimal) -> str:
    """Write a decimal without needless zeros.

    >>> plain(Decimal("20.00"))
    '20'
    """
    return format(number.normalize(), "f")
