"""Paper patterns 试卷结构 as data: which types a theory paper has, how many items of each, their marks, and the time.

The patterns of the program stand in ``patterns.json`` beside this file. A standard brings its own in its rules, under
"patterns" and in the same form: what an occupation, province or year asks for is data of its standard. One with the key
of a pattern of the program takes its place.
"""

import json
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from kaoping.itembank.errors import N_, Invalid, ItemBankError, Missing
from kaoping.itembank.models import Standard
from kaoping.itembank.rules import Section, SectionRule

SHORTEST, LONGEST = 10, 480

#: The pattern that is offered first.
USUAL = "mixed-60"

Words = Annotated[str, Field(min_length=1, max_length=200)]


class PatternsInvalid(ItemBankError, Invalid):
    """The patterns that a standard brings cannot be read."""

    sentence = N_("The paper patterns in the rules of the standard %(standard)s cannot be read: %(reason)s")


class Origin(StrEnum):
    """Where a pattern comes from, which decides how it may be shown.

    Only what was published with its source is shown as such; what is customary is a start to be edited, no authority.
    """

    KAOPING = "kaoping"
    CUSTOMARY = "customary"
    PUBLISHED = "published"
    STANDARD = "standard"


class Pattern(BaseModel):
    """A named structure of a paper."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
    name: Words
    name_en: Words
    origin: Origin = Origin.STANDARD
    #: What published it; for `Origin.PUBLISHED` only.
    source: str = ""
    source_en: str = ""
    #: What a reader should know before choosing it.
    note: str = ""
    note_en: str = ""
    minutes: Annotated[int, Field(ge=SHORTEST, le=LONGEST)]
    sections: Annotated[tuple[SectionRule, ...], Field(min_length=1, max_length=len(Section))]

    @model_validator(mode="after")
    def _published_says_where(self) -> Self:
        if (self.origin is Origin.PUBLISHED) != bool(self.source and self.source_en):
            raise ValueError("a published pattern, and no other, has a source and a source_en")
        return self

    @property
    def items(self) -> int:
        """Items of the whole paper."""
        return sum(rule.count for rule in self.sections)


_Patterns = TypeAdapter(tuple[Pattern, ...])


@cache
def of_program() -> tuple[Pattern, ...]:
    """Read the patterns that every installation has."""
    return _Patterns.validate_python(json.loads(files("kaoping.itembank").joinpath("patterns.json").read_text("utf-8")))


def offered(standard: Standard) -> dict[str, Pattern]:
    """Give the patterns for a standard by their keys: its own first, then those of the program.

    Raises
    ------
    PatternsInvalid : what the standard brings cannot be read.
    """
    try:
        own = _Patterns.validate_python(standard.rules.get("patterns", ()))
    except ValidationError as refused:
        first = refused.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise PatternsInvalid(standard=standard.code, reason=f"{place}: {first['msg']}") from None
    return {pattern.key: pattern for pattern in own} | {
        pattern.key: pattern for pattern in of_program() if pattern.key not in {one.key for one in own}
    }


def find(standard: Standard, key: str) -> Pattern:
    """Give a pattern that is offered for a standard, or raise `Missing`."""
    found = offered(standard).get(key)
    if found is None:
        raise Missing(what=N_("paper pattern"))
    return found
