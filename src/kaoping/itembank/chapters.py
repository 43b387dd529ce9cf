"""Chapters 1 职业概况 and 2 基本要求 of a standard as data, with the application conditions 申报条件 of each level."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from kaoping.itembank.errors import N_, Invalid, ItemBankError
from kaoping.itembank.models import Component

Paragraph = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Digit = Annotated[int, Field(ge=1, le=5)]
Years = Annotated[Decimal, Field(ge=0, le=50, decimal_places=1)]


class Education(StrEnum):
    """The least schooling that a clause asks for, lowest first."""

    JUNIOR_SECONDARY = "junior_secondary"
    SECONDARY_VOCATIONAL = "secondary_vocational"
    SENIOR_TECHNICAL = "senior_technical"
    JUNIOR_COLLEGE = "junior_college"
    BACHELOR = "bachelor"
    MASTER = "master"


class Major(StrEnum):
    """Which field of study a clause asks for."""

    ANY = "any"
    RELATED = "related"
    OWN = "own"


class Rank(StrEnum):
    """The rank of a professional title 职称."""

    JUNIOR = "junior"
    INTERMEDIATE = "intermediate"
    SENIOR = "senior"


class ClauseInvalid(ItemBankError, Invalid):
    """A clause asks for nothing, or gives years since something that it does not name."""

    sentence = N_("A clause asks for at least one thing; years since a certificate or title stand beside its name.")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Clause(_Part):
    """One way to be admitted to a level: all that it names is asked for together; any clause of a level is enough."""

    age: Annotated[int, Field(ge=14, le=70)] | None = None
    #: Years in this occupation or a related one.
    years: Years | None = None
    #: Digit of the level whose certificate is held, in this occupation or a related one.
    credential: Digit | None = None
    credential_years: Years | None = None
    education: Education | None = None
    major: Major = Major.ANY
    #: Whether somebody in the last year of studies counts as a graduate 含在读应届毕业生.
    students: bool = False
    title: Rank | None = None
    title_years: Years | None = None
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""

    @model_validator(mode="after")
    def _asks_for_something(self) -> Self:
        asked = (self.age, self.years, self.credential, self.education, self.title)
        dangling = (self.credential_years is not None and self.credential is None) or (
            self.title_years is not None and self.title is None
        )
        if dangling or all(value is None for value in asked):
            raise ClauseInvalid
        return self


class Ratio(_Part):
    """Candidates to one invigilator or assessor, and how many of these there are at least."""

    candidates: Annotated[int, Field(ge=1, le=200)]
    least: Annotated[int, Field(ge=1, le=50)]
    odd: bool = False


class Method(_Part):
    """How a component is examined 评价方式: in words, with minutes by level and the ratio of staff."""

    text: Paragraph = ""
    minutes: dict[Digit, Annotated[int, Field(ge=1, le=600)]] = {}
    ratio: Ratio | None = None


class Chapters(_Part):
    """What chapters 1 and 2 say."""

    definition: Paragraph = ""
    environment: Paragraph = ""
    aptitude: Paragraph = ""
    education: Paragraph = ""
    places: Paragraph = ""
    training_hours: dict[Digit, Annotated[int, Field(ge=1, le=5000)]] = {}
    conditions: dict[Digit, list[Clause]] = {}
    methods: dict[Component, Method] = {}
    ethics: list[Line] = []
    basics: list[Line] = []


#: What the technical rules name for most occupations; a new standard begins with it.
PROPOSED = Chapters(
    methods={
        Component.THEORY: Method(ratio=Ratio(candidates=15, least=2)),
        Component.SKILL: Method(ratio=Ratio(candidates=5, least=3, odd=True)),
        Component.REVIEW: Method(ratio=Ratio(candidates=1, least=3, odd=True)),
    }
)
