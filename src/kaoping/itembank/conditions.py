"""Further rules of a specification as data: limits over attributes of items, groups of items, and modes of assembly.

A limit says of which items a paper has at least and at most so much. Items are named by their codes. What contradicts
without a look at the bank is told here; what is not in the bank, by `kaoping.itembank.vocabulary`.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from itertools import combinations
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from kaoping.itembank.content import Problem
from kaoping.itembank.errors import N_

Amount = Annotated[Decimal, Field(ge=0, le=100_000, max_digits=8, decimal_places=2)]
Price = Annotated[Decimal, Field(gt=0, le=1000, max_digits=6, decimal_places=2)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Codes = Annotated[tuple[Words, ...], Field(max_length=400)]

#: A band of facility, such as 0.40-0.60; the upper end belongs to it only if it is 1.
BAND = re.compile(r"(0(?:\.\d{1,2})?)\s*[-\u2013~]\s*([01](?:\.\d{1,2})?)")


class Mode(StrEnum):
    """How papers come about."""

    #: 按鉴定点组卷: every range gives its weight, by so many items of each type.
    BY_POINT = "by_point"
    #: 按题型组卷: so many items of each type; ranges keep their weights within some marks, or are not looked at.
    BY_TYPE = "by_type"
    #: 套题组卷: a whole paper is given as a list of items, and held against the rules.
    FIXED_SET = "fixed_set"


class Counted(StrEnum):
    """What a limit counts."""

    ITEMS = "items"
    MARKS = "marks"
    #: Reading length: Chinese characters, and words of other scripts, of stem and options.
    WORDS = "words"
    #: Expected marks over a population of standard normal ability.
    EXPECTED = "expected"


class Attribute(StrEnum):
    """By what a limit picks items."""

    #: Assessment point 鉴定点, or a range 鉴定范围 of any tier: by the beginning of its code or of its path.
    POINT = "point"
    ROW = "row"
    SECTION = "section"
    IMPORTANCE = "importance"
    #: The author's rating from 1 易 to 5 难.
    DIFFICULTY = "difficulty"
    #: Share of right answers when the item was calibrated; until then what its rating stands for.
    FACILITY = "facility"
    SOURCE = "source"
    AUTHOR = "author"
    AI = "ai"
    CALIBRATED = "calibrated"
    #: Whether a true/false item is true; other items have no such key.
    KEY = "key"


class Part(BaseModel):
    """A part of the rules: what it does not know it refuses, and it never changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Condition(Part):
    """Items whose attribute has one of some values."""

    attribute: Attribute
    values: Annotated[tuple[Words, ...], Field(min_length=1, max_length=100)]


class Limit(Part):
    """At least and at most so much of the items that meet all conditions, in every paper."""

    name: Words
    counted: Counted = Counted.ITEMS
    where: Annotated[tuple[Condition, ...], Field(max_length=2)] = ()
    least: Amount | None = None
    most: Amount | None = None
    #: What a unit beyond a limit costs in the objective; a rule without a price is never missed.
    price: Price | None = None

    def asks(self, attribute: Attribute) -> bool:
        """Whether it picks items by an attribute."""
        return any(condition.attribute is attribute for condition in self.where)

    def missed(self, amount: Decimal) -> Decimal:
        """Give by how much an amount lies outside."""
        below = Decimal(0) if self.least is None else self.least - amount
        above = Decimal(0) if self.most is None else amount - self.most
        return max(below, above, Decimal(0))

    def problems(self, place: str) -> Iterator[Problem]:
        """List what contradicts."""
        if self.least is None and self.most is None:
            yield Problem(field=f"{place}-least", sentence=N_("The rule limits nothing: give a least or a most."))
        elif self.least is not None and self.most is not None and self.least > self.most:
            sentence = N_("The least, %(least)s, lies above the most, %(most)s: nothing can be both.")
            facts = {"least": f"{self.least.normalize():f}", "most": f"{self.most.normalize():f}"}
            yield Problem(field=f"{place}-least", sentence=sentence, facts=facts)
        for number, condition in enumerate(self.where):
            for value in condition.values if condition.attribute is Attribute.FACILITY else ():
                if band(value) is None:
                    sentence = N_("%(value)s is not a band of facility: write it as 0.40-0.60, the lower end first.")
                    yield Problem(field=f"{place}-{number}-values", sentence=sentence, facts={"value": value})


class Groups(Part):
    """Rules about single items, each named by its code."""

    #: Groups of which a paper holds at most one, and groups of which it holds all or none.
    enemies: Annotated[tuple[Codes, ...], Field(max_length=400)] = ()
    together: Annotated[tuple[Codes, ...], Field(max_length=400)] = ()
    #: Items that stand in one paper of a run, in none, and in every one (anchors for equating).
    include: Codes = ()
    exclude: Codes = ()
    anchors: Codes = ()

    @property
    def named(self) -> Iterator[tuple[str, str]]:
        """Name every item with the field that names it."""
        for field in ("include", "exclude", "anchors"):
            yield from ((field, code) for code in getattr(self, field))
        for field in ("enemies", "together"):
            yield from ((field, code) for group in getattr(self, field) for code in group)

    def contradictions(self) -> Iterator[Problem]:
        """List what contradicts."""
        yield from self._twice()
        for field in ("enemies", "together"):
            for group in getattr(self, field):
                if len(set(group)) < 2:  # noqa: PLR2004 - two make a group
                    sentence = N_("A group has at least two different items; this line has only %(codes)s.")
                    yield Problem(field=field, sentence=sentence, facts={"codes": " ".join(group)})
        parted = {frozenset(pair) for group in self.enemies for pair in combinations(group, 2)}
        joined = {frozenset(pair) for group in self.together for pair in combinations(group, 2)}
        for one, other in sorted(tuple(sorted(pair)) for pair in parted & joined if len(pair) > 1):
            sentence = N_("%(one)s and %(other)s may not meet and must come together: take them out of one group.")
            yield Problem(field="together", sentence=sentence, facts={"one": one, "other": other})
        for one, other in combinations(self.anchors, 2):
            if frozenset((one, other)) in parted:
                sentence = N_("%(one)s and %(other)s are in every paper and may not meet: take one of them out.")
                yield Problem(field="anchors", sentence=sentence, facts={"one": one, "other": other})

    def _twice(self) -> Iterator[Problem]:
        for field, others in (("exclude", (*self.include, *self.anchors)), ("anchors", self.include)):
            for code in dict.fromkeys(code for code in getattr(self, field) if code in others):
                sentence = N_("Item %(code)s is asked for in two ways that exclude each other: name it in one place.")
                yield Problem(field=field, sentence=sentence, facts={"code": code})


def band(value: str) -> tuple[Decimal, Decimal] | None:
    """Read a band of facility; None if it is none.

    >>> band("0.40-0.60")
    (Decimal('0.40'), Decimal('0.60'))
    """
    found = BAND.fullmatch(value)
    if found is None:
        return None
    low, high = Decimal(found[1]), Decimal(found[2])
    return (low, high) if low < high <= 1 else None


def repeated(limits: tuple[Limit, ...]) -> Iterator[Problem]:
    """Name the limits that have the name of an earlier one: messages cite rules by their names."""
    names: set[str] = set()
    for place, limit in enumerate(limits):
        if limit.name in names:
            sentence = N_("Another rule is already named %(name)s; messages cite rules by their names.")
            yield Problem(field=f"limit-{place}-name", sentence=sentence, facts={"name": limit.name})
        names.add(limit.name)
