"""The layout of an upload file: which columns in which order, codes, dates, encoding; a document with versions.

What an authority takes is known from its notice alone. So every layout names its source, and one without a source is a
demonstration: it takes specimens and nothing else.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from kaoping.exam.results.upload_errors import LayoutUnusable

Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Heading = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]


class Fact(StrEnum):
    """What a column holds."""

    PLACE = "place"
    NUMBER = "number"
    NAME = "name"
    ID_TYPE = "id_type"
    ID_NUMBER = "id_number"
    SEX = "sex"
    BIRTH = "birth"
    OCCUPATION = "occupation"
    SPECIALTY = "specialty"
    LEVEL = "level"
    ISSUER = "issuer"
    INSTITUTION = "institution"
    ISSUED_ON = "issued_on"
    THEORY = "theory"
    SKILL = "skill"
    CONSTANT = "constant"


#: Beginnings of a cell that a spreadsheet would run.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
DATES = {Fact.ISSUED_ON, Fact.BIRTH}


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Column(_Frozen):
    """A column: its heading, what it holds, and how that is written."""

    fact: Fact
    heading: Heading
    required: bool = True
    longest: Annotated[int, Field(ge=1, le=500)] | None = None
    #: What is written for a value; a value without a code is an error of its row.
    codes: dict[str, Text] | None = None
    day_format: Literal["%Y-%m-%d", "%Y%m%d", "%Y/%m/%d"] = "%Y-%m-%d"
    #: What a constant column holds.
    value: Text = ""

    def day(self, day: date) -> str:
        """Write a day as the column does."""
        return day.strftime(self.day_format)


class UploadLayout(_Frozen):
    """A version of the layout of upload files."""

    name: Heading
    #: The authority's notice that says so, by name and number; empty: a demonstration.
    source: Text = ""
    form: Literal["csv", "xlsx"] = "csv"
    encoding: Literal["utf-8", "utf-8-sig", "gb18030", "gbk"] = "utf-8-sig"
    separator: Literal[",", ";", "|", "\t"] = ","
    columns: Annotated[tuple[Column, ...], Field(min_length=1, max_length=60)]

    @model_validator(mode="after")
    def _names_certificates(self) -> Self:
        if not any(column.fact is Fact.NUMBER for column in self.columns):
            raise ValueError("one column holds the certificate number, or no receipt can be told apart")
        headings = [column.heading for column in self.columns]
        if len(set(headings)) < len(headings):
            raise ValueError("two columns have the same heading")
        for heading in headings:
            self._require_written(heading)
        return self

    def _require_written(self, heading: str) -> None:
        try:
            heading.encode(self.encoding)
        except UnicodeEncodeError as missing:
            letter = heading[missing.start]
            raise ValueError(f"{self.encoding} has no {letter!r}, which the heading {heading!r} holds") from None
        if heading.startswith(FORMULA):
            raise ValueError(f"the heading {heading!r} could be run as a formula")

    @property
    def demonstration(self) -> bool:
        """Whether no authority stands behind it."""
        return not self.source


def read(document: Any) -> UploadLayout:
    """Read a layout document; raises `LayoutUnusable` with the first place that is wrong."""
    try:
        return UploadLayout.model_validate(document)
    except ValidationError as refused:
        raise _unusable(refused) from None


def read_text(text: str | bytes) -> UploadLayout:
    """Read a layout document from JSON; raises `LayoutUnusable`."""
    try:
        return UploadLayout.model_validate_json(text)
    except ValidationError as refused:
        raise _unusable(refused) from None


def _unusable(refused: ValidationError) -> LayoutUnusable:
    first = refused.errors()[0]
    place = ".".join(map(str, first["loc"])) or "layout"
    return LayoutUnusable(place=place, reason=first["msg"].removeprefix("Value error, "))


#: What everybody may try the steps with; it copies no authority's format.
DEMONSTRATION = UploadLayout(
    name="示范布局",
    columns=(
        Column(fact=Fact.PLACE, heading="序号"),
        Column(fact=Fact.NAME, heading="姓名", longest=60),
        Column(fact=Fact.ID_TYPE, heading="证件类型"),
        Column(fact=Fact.ID_NUMBER, heading="证件号码", longest=18),
        Column(fact=Fact.OCCUPATION, heading="职业名称", longest=60),
        Column(fact=Fact.SPECIALTY, heading="工种名称", required=False, longest=60),
        Column(fact=Fact.LEVEL, heading="技能等级"),
        Column(fact=Fact.NUMBER, heading="证书编号", longest=22),
        Column(fact=Fact.ISSUED_ON, heading="发证日期"),
        Column(fact=Fact.THEORY, heading="理论成绩", required=False),
        Column(fact=Fact.SKILL, heading="技能成绩", required=False),
        Column(fact=Fact.ISSUER, heading="评价机构", longest=60),
    ),
)
