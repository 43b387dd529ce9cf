"""The certificate number 证书编号: rules as versioned data, each a row of parts with the days on which it holds.

A rule is a document: which kinds of certificates it numbers, from when until when, and its parts in order.

======== ============================================================================================
part     what stands there
======== ============================================================================================
choice   one of some words of the filing (``kind``, ``province``); a single choice is a fixed text
digits   so many digits of the filing (``institution``, ``site``)
year     the year of issue, whole or its last two digits
level    the code of the level; a level without code is blocked until one is set
serial   the serial within all other parts, from 1 to as far as its digits reach
======== ============================================================================================

Packaged is 人社鉴发〔2019〕2号, 《职业技能等级证书编码规则（试行）》: 22 characters without a check digit; kind,
institution, province and site are the filing with the authority. Numbers under an earlier rule stay valid.
Demonstrations use province 00, which no authority gives out. Score reports have a rule of this program's own, which no
authority has made: ``CJ``, the same filing, the whole year, and seven digits of a serial.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kaoping.certificates.errors import LevelBlocked, NoNumberRule, NumberInvalid, SerialExhausted
from kaoping.certificates.kinds import CertificateKind

SPECIAL: Final = "特级技师"
DEMONSTRATION_PROVINCE: Final = "00"
#: Longest number that fits the face and the query form.
LONGEST: Final = 32
_CENTURY: Final = 100


@dataclass(frozen=True)
class Filing:
    """How the authority has filed an institution or site: the first four parts of its certificate numbers."""

    kind: str
    institution: str
    province: str
    site: str

    @classmethod
    def from_prefix(cls, prefix: str) -> "Filing":
        """Read a filing from the first 13 characters of its numbers."""
        return cls(prefix[:1], prefix[1:5], prefix[5:7], prefix[7:])

    @property
    def prefix(self) -> str:
        """The first 13 characters of every number under this filing."""
        return f"{self.kind}{self.institution}{self.province}{self.site}"

    @property
    def demonstration(self) -> bool:
        """Whether numbers under this filing are for demonstration only."""
        return self.province == DEMONSTRATION_PROVINCE


DEMONSTRATION = Filing(kind="S", institution="0000", province=DEMONSTRATION_PROVINCE, site="000000")


@dataclass(frozen=True)
class NumberParts:
    """What a number is written from; ``level`` is a key of the rule's level codes, ``year`` the whole year."""

    filing: Filing
    year: int
    level: str
    serial: int


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


_Name = Annotated[str, Field(pattern="^[a-z]{1,20}$")]
_Code = Annotated[str, Field(pattern="^[0-9A-Z-]{1,12}$")]


class Choice(_Document):
    """One of some words; with a single one, a fixed text."""

    part: Literal["choice"]
    name: _Name
    choices: tuple[_Code, ...] = Field(min_length=1)

    def write(self, parts: NumberParts) -> str:
        """Give the word of the filing, or the fixed text."""
        return self.choices[0] if len(self.choices) == 1 else str(getattr(parts.filing, self.name))

    def read(self, rest: str) -> str | None:
        """Take one of the words from the front, the longest that fits."""
        return next((one for one in sorted(self.choices, key=len, reverse=True) if rest.startswith(one)), None)


class Digits(_Document):
    """So many digits of the filing."""

    part: Literal["digits"]
    name: _Name
    length: int = Field(ge=1, le=12)

    def write(self, parts: NumberParts) -> str:
        """Give the digits of the filing."""
        return str(getattr(parts.filing, self.name))

    def read(self, rest: str) -> str | None:
        """Take the digits from the front."""
        return _digits(rest, self.length)


class Year(_Document):
    """The year of issue, whole or its last two digits."""

    part: Literal["year"]
    name: Literal["year"]
    length: Literal[2, 4]

    def write(self, parts: NumberParts) -> str:
        """Give the year."""
        return f"{parts.year:04d}"[-self.length :]

    def read(self, rest: str) -> str | None:
        """Take the year from the front."""
        return _digits(rest, self.length)


class LevelCode(_Document):
    """The code of the level; none blocks it."""

    part: Literal["level"]
    name: Literal["level"]
    codes: dict[str, _Code | None] = Field(min_length=1)

    def write(self, parts: NumberParts) -> str:
        """Give the code of the level, or nothing where it has none."""
        return self.codes.get(parts.level) or ""

    def read(self, rest: str) -> str | None:
        """Take a code from the front, the longest that fits."""
        codes = sorted(filter(None, self.codes.values()), key=len, reverse=True)
        return next((code for code in codes if rest.startswith(code)), None)


class Serial(_Document):
    """The serial within all other parts."""

    part: Literal["serial"]
    name: Literal["serial"]
    length: int = Field(ge=3, le=12)

    def write(self, parts: NumberParts) -> str:
        """Give the serial with its zeros."""
        return f"{parts.serial:0{self.length}d}"

    def read(self, rest: str) -> str | None:
        """Take the serial from the front; there is no serial 0."""
        found = _digits(rest, self.length)
        return found if found and int(found) else None


Part = Annotated[Choice | Digits | Year | LevelCode | Serial, Field(discriminator="part")]


class NumberRule(_Document):
    """One version of a rule and the days on which numbers are issued under it."""

    version: str = Field(min_length=1, max_length=40)
    title: str = Field(default="", max_length=200)
    kinds: tuple[CertificateKind, ...] = Field(min_length=1)
    valid_from: date
    valid_until: date | None = None
    parts: tuple[Part, ...] = Field(min_length=2, max_length=12)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        names = [part.name for part in self.parts]
        if len(set(names)) != len(names) or names.count("serial") != 1 or "year" not in names:
            raise ValueError("names differ, and there is one year and one serial")
        for part in self.parts:
            drawn = isinstance(part, Digits) or (isinstance(part, Choice) and len(part.choices) > 1)
            if drawn and part.name not in Filing.__dataclass_fields__:
                raise ValueError(f"{part.name} is no part of the filing: {', '.join(Filing.__dataclass_fields__)}")
        codes = [code for code in self.levels.values() if code]
        if len(set(codes)) != len(codes):
            raise ValueError("two levels have the same code")
        if self.valid_until is not None and self.valid_until < self.valid_from:
            raise ValueError("the last day lies before the first")
        if len(self.example()) > LONGEST:
            raise ValueError(f"a number has at most {LONGEST} characters")
        return self

    @property
    def last(self) -> int:
        """The last serial that the digits can write."""
        return int(next(10**part.length - 1 for part in self.parts if isinstance(part, Serial)))

    @property
    def levels(self) -> Mapping[str, str | None]:
        """The codes of the levels; none where numbers do not tell levels apart."""
        return next((part.codes for part in self.parts if isinstance(part, LevelCode)), {})

    def example(self) -> str:
        """Write the first number of the demonstration's filing, for a preview of the shape."""
        level = next((level for level, code in self.levels.items() if code), "")
        return "".join(part.write(NumberParts(DEMONSTRATION, self.valid_from.year, level, 1)) for part in self.parts)

    def scope(self, parts: NumberParts) -> str:
        """Name the counter that the serial comes from: the number as it is written, with marks for the serial.

        Rules that write the same numbers count together, so that none of them gives a number a second time.

        >>> TRIAL_2019.scope(NumberParts(Filing("Y", "0001", "23", "000042"), 2019, "5", 1))
        'Y000123000042195######'
        """
        return "".join("#" * part.length if isinstance(part, Serial) else part.write(parts) for part in self.parts)

    def build(self, parts: NumberParts) -> str:
        """Write the number of some parts.

        Raises `LevelBlocked`, `SerialExhausted` (naming the counter) and `NumberInvalid` (naming the part).

        >>> TRIAL_2019.build(NumberParts(Filing("Y", "0001", "23", "000042"), 2019, "5", 1))
        'Y000123000042195000001'
        """
        if parts.serial > self.last:
            raise SerialExhausted(counter=self.scope(parts), last=self.last)
        if self.levels and not self.levels.get(parts.level):
            raise LevelBlocked(level=parts.level, version=self.version)
        number = "".join(part.write(parts) for part in self.parts)
        if self.year_of(self.read(number)["year"]) != parts.year:
            raise NumberInvalid(value=number, version=self.version, part="year")
        return number

    def read(self, number: str) -> dict[str, str]:
        """Take a number apart by the names of its parts; raises `NumberInvalid` with the first that breaks the rule."""
        found, rest = {}, number
        for part in self.parts:
            words = part.read(rest)
            if words is None or (part.name == "year" and self.year_of(words) < self.valid_from.year):
                raise NumberInvalid(value=number, version=self.version, part=part.name)
            found[part.name], rest = words, rest[len(words) :]
        if rest:
            raise NumberInvalid(value=number, version=self.version, part=self.parts[-1].name)
        return found

    def parse(self, number: str) -> NumberParts:
        """Take a number apart into what it was written from."""
        found = self.read(number)
        levels = {code: level for level, code in self.levels.items() if code}
        filing = Filing(*(found.get(name, "") for name in Filing.__dataclass_fields__))
        level = levels.get(found.get("level", ""), "")
        return NumberParts(filing, self.year_of(found["year"]), level, int(found["serial"]))

    def valid(self, number: str) -> bool:
        """Whether a number keeps this rule."""
        try:
            self.read(number)
        except NumberInvalid:
            return False
        return True

    def year_of(self, words: str) -> int:
        """Read a year, two digits within the century in which the rule began."""
        century = self.valid_from.year // _CENTURY * _CENTURY
        return int(words) + (century if len(words) < len(str(century)) else 0)

    def in_force(self, on: date) -> bool:
        """Whether numbers are issued under this rule on a day."""
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)


def _digits(rest: str, length: int) -> str | None:
    found = rest[:length]
    return found if len(found) == length and found.isascii() and found.isdigit() else None


@cache
def packaged() -> tuple[NumberRule, ...]:
    """Read the rules that come with the program."""
    files = sorted(resources.files("kaoping.certificates").joinpath("rules").iterdir(), key=lambda file: file.name)
    documents = [file.read_text(encoding="utf-8") for file in files if file.name.endswith(".json")]
    return tuple(NumberRule.model_validate_json(document) for document in documents)


TRIAL_2019: Final = next(rule for rule in packaged() if rule.version == "2019")


def rule_on(
    day: date, kind: CertificateKind = CertificateKind.SKILL_LEVEL, *, rules: Iterable[NumberRule] = ()
) -> NumberRule:  # fmt: skip
    """Find the rule in force for a kind on the day of issue, packaged or of the organisation; of several, the newest.

    Raises `NoNumberRule`.
    """
    every: Sequence[NumberRule] = [*packaged(), *rules]
    held = [rule for rule in every if kind in rule.kinds and rule.in_force(day)]
    if not held:
        raise NoNumberRule(on=day.isoformat())
    return max(reversed(held), key=lambda rule: rule.valid_from)


def build_number(filing: Filing, *, day: date, level: str, serial: int) -> str:
    """Write the number of a certificate of level issued on a day, under the packaged rule of that day."""
    return rule_on(day).build(NumberParts(filing, day.year, level, serial))
