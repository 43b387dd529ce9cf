"""A standard as one JSON document: levels, ranges with their weights, and assessment points.

The document is what an organisation uploads and what the demonstration ships; `kaoping.itembank.standards` stores it.
"""

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

from kaoping.itembank.chapters import Chapters, Line
from kaoping.itembank.content import Problem
from kaoping.itembank.errors import N_, Invalid, ItemBankError
from kaoping.itembank.ladders import Ladder, shipped
from kaoping.itembank.models import CodeStyle, Component, Importance

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Code = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[A-Za-z0-9./-]{1,40}$")]
Digit = Annotated[int, Field(ge=1, le=5)]
Percent = Annotated[Decimal, Field(ge=0, le=100, decimal_places=2)]
Share = Annotated[int, Field(ge=0, le=100)]
Optional = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]


def _named(value: object) -> object:
    """Let a ladder be given by the code of one that comes with the program."""
    return shipped().get(value, value) if isinstance(value, str) else value


#: What is told of a file whose JSON is none that can be kept.
STRANGE = N_("The file holds a number, a character or a depth of nesting that no standard has; write it anew.")


class DocumentInvalid(ItemBankError, Invalid):
    """The uploaded file is not a standard; ``problems`` lists (place, sentence, facts)."""

    sentence = N_("The file cannot be taken as a standard: %(count)s places need mending.")

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(count=len(problems), problems=problems)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LevelPart(_Part):
    """A level, its titles and the components it is decided from."""

    digit: Digit
    name: Name
    title: Name
    title_en: Name
    components: Annotated[list[Component], Field(min_length=1)]
    pass_mark: Annotated[Decimal, Field(gt=0, le=100, decimal_places=2)]


class ModulePart(_Part):
    """A sector module; ranges name it by its code."""

    code: Code
    name: Name
    name_en: Name
    sector: Optional = ""


class RangePart(_Part):
    """A row of the weight tables: percent by level digit, for each weighted component."""

    code: Code
    name: Name
    name_en: Name
    theory: dict[Digit, Percent] = {}
    skill: dict[Digit, Percent] = {}
    module: Code | None = None


class SubrangePart(_Part):
    """A range of a lower tier: its code is that of the tier above with one part more."""

    code: Code
    name: Name
    name_en: Name
    theory: dict[Digit, Percent] = {}


class RequirementPart(_Part):
    """What a level asks of a work content."""

    skills: list[Line] = []
    knowledge: list[Line] = []


class ContentPart(_Part):
    """A work content of the function ``range``, with its requirements by level digit."""

    range: Code
    code: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[A-Za-z0-9.-]{1,20}$")]
    name: Name
    name_en: Name
    requirements: dict[Digit, RequirementPart] = {}


class PointPart(_Part):
    """An assessment point with its checked fact; the names of the fields are the columns of ``points.csv``.

    ``range`` is the lowest tier that the point hangs on.
    """

    range: Code
    code: Code
    path: Optional = ""
    name: Name
    name_en: Name
    fact: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] = ""
    source: Optional = ""
    lowest_level: Digit
    importance: Importance
    confidence: Annotated[str, StringConstraints(pattern=r"^[VCLU]$")] = "U"
    currency: Optional = ""


class TableRules(_Part):
    """What a table is held against: shares of points in percent, points a level, points for each percent of weight."""

    core_least: Share = 80
    general_most: Share = 15
    auxiliary_most: Share = 5
    points_least: Annotated[int, Field(ge=1, le=10_000)] = 200
    points_fine: Annotated[int, Field(ge=1, le=10_000)] = 300
    per_weight: Annotated[int, Field(ge=1, le=20)] = 2


def _with_table_rules(rules: dict[str, Any]) -> dict[str, Any]:
    TableRules.model_validate(rules.get("point_table", {}))
    return rules


class StandardDocument(_Part):
    """The whole standard."""

    code: Code
    edition: Name
    name: Name
    name_en: Name
    occupation_code: str | None = None
    effective_on: date | None = None
    rules: Annotated[dict[str, Any], AfterValidator(_with_table_rules)] = {}
    ladder: Annotated[Ladder, BeforeValidator(_named)] = shipped()["five"]
    chapters: Chapters = Chapters()
    code_style: CodeStyle = CodeStyle.NUMERIC
    modules: list[ModulePart] = []
    levels: Annotated[list[LevelPart], Field(min_length=1)]
    ranges: Annotated[list[RangePart], Field(min_length=1)]
    subranges: list[SubrangePart] = []
    contents: list[ContentPart] = []
    points: list[PointPart] = []


def read(data: bytes) -> StandardDocument:
    """Read an uploaded document.

    Raises
    ------
    DocumentInvalid
        With the place of every part that is missing, repeated, or not of its form.
    """
    try:
        document = StandardDocument.model_validate(_parsed(data))
    except UnicodeDecodeError:
        raise DocumentInvalid([Problem(field="", sentence=N_("The file is not UTF-8; save it as UTF-8."))]) from None
    except json.JSONDecodeError as error:
        sentence = N_("Line %(line)s, column %(column)s is not JSON; mend it there.")
        facts = {"line": error.lineno, "column": error.colno}
        raise DocumentInvalid([Problem(field="", sentence=sentence, facts=facts)]) from None
    except _StrangeJSON:
        raise DocumentInvalid([Problem(field="", sentence=STRANGE)]) from None
    except ValidationError as error:
        raise DocumentInvalid(_shape_problems(error)) from None
    if problems := _reference_problems(document):
        raise DocumentInvalid(problems)
    return document


class _StrangeJSON(Exception):
    """The file is JSON that the database cannot keep, or that is not read to its end."""


def _parsed(data: bytes) -> Any:
    """Read JSON; endless numbers, endless nesting, null characters and halves of characters are no part of a standard.

    Raises
    ------
    UnicodeDecodeError, json.JSONDecodeError, _StrangeJSON
    """
    text = data.decode("utf-8-sig")
    try:
        value = json.loads(text)
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
        if any("\0" in one for one in _texts(value)):
            raise _StrangeJSON
    except json.JSONDecodeError:
        raise
    except (ValueError, RecursionError):
        raise _StrangeJSON from None
    return value


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list():
            yield from chain.from_iterable(map(_texts, value))
        case dict():
            yield from chain.from_iterable(map(_texts, chain(value, value.values())))


def problems_in(data: bytes) -> list[Problem]:
    """List what keeps an uploaded file from being a standard; empty if it is one."""
    try:
        read(data)
    except DocumentInvalid as error:
        found: list[Problem] = error.problems
        return found
    return []


def read_points(text: str) -> list[PointPart]:
    """Read assessment points from CSV with a header row."""
    return [PointPart.model_validate(row) for row in csv.DictReader(io.StringIO(text))]


def _shape_problems(error: ValidationError) -> list[Problem]:
    sentence = N_("%(place)s is missing, unknown, or not of the form it needs.")
    places = dict.fromkeys(_place(one["loc"]) for one in error.errors(include_url=False, include_input=False))
    return [Problem(field=place, sentence=sentence, facts={"place": place}) for place in places]


def _place(location: tuple[int | str, ...]) -> str:
    numbered = (f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in location)
    return "".join(numbered).removeprefix(".") or "JSON"


def _reference_problems(document: StandardDocument) -> list[Problem]:
    return [
        *_repeated("levels", [str(level.digit) for level in document.levels]),
        *_repeated("modules", [module.code for module in document.modules]),
        *_repeated("ranges", [row.code for row in document.ranges] + [row.code for row in document.subranges]),
        *_repeated("contents", [content.code for content in document.contents]),
        *_repeated("points", [point.code for point in document.points]),
        *_stray(document),
    ]


def _stray(document: StandardDocument) -> Iterator[Problem]:
    """Find what names a range or module that the document does not have."""
    ranges, modules = {row.code for row in document.ranges}, {module.code for module in document.modules}
    tiers = ranges | {row.code for row in document.subranges}
    lost = N_("Point %(code)s names range %(range)s, which the document does not have.")
    for point in document.points:
        if point.range not in tiers:
            yield Problem(field="points", sentence=lost, facts={"code": point.code, "range": point.range})
    above = N_("%(place)s %(code)s names %(range)s, which the document does not have.")
    named = [("subranges", row.code, row.code.rpartition("-")[0], tiers) for row in document.subranges]
    named += [("contents", content.code, content.range, ranges) for content in document.contents]
    named += [("ranges", row.code, row.module, modules) for row in document.ranges if row.module]
    for place, code, wanted, known in named:
        if wanted not in known:
            yield Problem(field=place, sentence=above, facts={"place": place, "code": code, "range": wanted})


def _repeated(place: str, codes: list[str]) -> list[Problem]:
    sentence = N_("%(place)s holds %(code)s more than once.")
    twice = sorted({code for code in codes if codes.count(code) > 1})
    return [Problem(field=place, sentence=sentence, facts={"place": place, "code": code}) for code in twice]
