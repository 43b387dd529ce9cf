"""Ladders 等级序列 as data: the steps from the lowest to the highest, and who decides on each.

A step that is examined has a digit, which runs backwards (the highest is 1). Apprentices 学徒工 are confirmed by the
enterprise, 特级技师 and 首席技师 are appointed: such steps have no exam, no level row and no digit.
"""

from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, model_validator

from kaoping.itembank.errors import N_, Invalid, ItemBankError

StepName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]

PROFESSIONAL_CLASS = 2
SKILL_CLASSES = range(3, 7)


class Track(StrEnum):
    """Which evaluation a ladder belongs to; certificates of the two are never mixed."""

    SKILL = "skill"
    PROFESSIONAL = "professional"


class DecidedBy(StrEnum):
    """Who decides on a step, and by what."""

    BODY = "body"
    BODY_WITH_REVIEW = "body_with_review"
    PROBATION = "probation"
    APPOINTMENT = "appointment"


#: Steps that an evaluation organisation decides by exam.
EXAMINED = frozenset({DecidedBy.BODY, DecidedBy.BODY_WITH_REVIEW})


class LadderInvalid(ItemBankError, Invalid):
    """A ladder's digits do not fall from step to step, or stand at a step that has no exam."""

    sentence = N_(
        "Steps stand from the lowest to the highest: each examined step has a digit smaller than the one before, the "
        "others have none. Mend step %(step)s."
    )


class LadderRenamed(ItemBankError, Invalid):
    """The levels of the skill certificate have fixed names."""

    sentence = N_(
        "Level %(digit)s is called %(name)s on the certificate and keeps that name here; choose the ladder of an "
        "enterprise for names of your own."
    )


class Step(BaseModel):
    """A step of a ladder."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: StepName
    title: StepName
    title_en: StepName
    digit: Annotated[int, Field(ge=1, le=5)] | None = None
    decided_by: DecidedBy = DecidedBy.BODY

    @property
    def examined(self) -> bool:
        """Whether an exam leads to the step."""
        return self.decided_by in EXAMINED

    @property
    def full_name(self) -> str:
        """The step as it is written, such as 三级/高级工."""
        return self.name if self.name == self.title else f"{self.name}/{self.title}"


class Ladder(BaseModel):
    """A sequence of steps, lowest first."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    name: StepName
    name_en: StepName
    track: Track
    #: Whether its examined steps are levels of the skill certificate 职业技能等级证书, whose names are fixed.
    certificate: bool = False
    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=12)]

    @model_validator(mode="after")
    def _runs_upwards(self) -> Self:
        for step in self.steps:
            if step.examined != (step.digit is not None):
                raise LadderInvalid(step=step.name)
        for lower, higher in pairwise(self.examined):
            if (higher.digit or 0) >= (lower.digit or 0):
                raise LadderInvalid(step=higher.name)
        return self

    @property
    def examined(self) -> tuple[Step, ...]:
        """The steps that an exam leads to."""
        return tuple(step for step in self.steps if step.examined)

    def changed(self, steps: list[Step]) -> "Ladder":
        """Give the ladder with other steps, checked anew."""
        return Ladder(**{name: getattr(self, name) for name in Ladder.model_fields} | {"steps": tuple(steps)})


@cache
def shipped() -> dict[str, Ladder]:
    """Give the ladders that come with the program, by code."""
    text = files("kaoping.itembank").joinpath("ladders.json").read_text(encoding="utf-8")
    return {ladder.code: ladder for ladder in TypeAdapter(list[Ladder]).validate_json(text)}


def stored(ladder: dict[str, Any] | None) -> Ladder:
    """Give the ladder of a standard; one that was stored without has the five levels."""
    return Ladder.model_validate(ladder) if ladder else shipped()["five"]


def renamed(ladder: Ladder) -> Iterator[tuple[int, str]]:
    """Give the digits and fixed names of levels that certificates name and the ladder calls otherwise."""
    fixed = {step.digit: step.full_name for step in shipped()["five"].steps}
    for step in ladder.examined if ladder.certificate else ():
        if step.full_name != fixed[step.digit]:
            yield step.digit or 0, fixed[step.digit]


def track_of(major_class: int) -> Track | None:
    """Give the track of an occupation by its major class 大类; the other classes are evaluated in neither."""
    if major_class == PROFESSIONAL_CLASS:
        return Track.PROFESSIONAL
    return Track.SKILL if major_class in SKILL_CLASSES else None
