"""The certificate number 证书编号: 22 characters in seven parts, as versioned data.

======== ================================ ==========================================================
position part                             value
======== ================================ ==========================================================
1        kind 评价机构类别                ``Y`` employer 用人单位, ``S`` public body 社会培训评价组织
2-5      institution 评价机构             0001-9999, or 0000 when first filed with a province
6-7      province 省级代码                first two digits of GB/T 2260
8-13     site 机构（站点）序列            given by the province
14-15    year 证书核发年份                last two digits
16       level 职业技能等级               5, 4, 3, 2, 1; 特级技师 takes a letter, unset until published
17-22    serial 证书序列                  000001-999999 per institution, year and level
======== ================================ ==========================================================

Parts 1 to 4 are the institution's filing with the authority; there is no check digit. Source: 人社鉴发〔2019〕2号,
《职业技能等级证书编码规则（试行）》. A later rule is a further `NumberRule` with its own dates; numbers issued under
an earlier one stay valid. Demonstrations use province 00, which no authority gives out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from kaoping.certificates.errors import LevelBlocked, NoNumberRule, NumberInvalid, SerialExhausted

LAST_SERIAL = 999_999
SPECIAL = "特级技师"
DEMONSTRATION_PROVINCE = "00"
_PROVINCES = "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 66 71 81 82"


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
    """The seven parts of a number; ``level`` is a key of the rule's level codes, ``year`` the whole year."""

    filing: Filing
    year: int
    level: str
    serial: int

    @property
    def counter(self) -> str:
        """Name of the counter that the serial comes from: one per filing, year and level."""
        return f"{self.filing.prefix}/{self.year}/{self.level}"


def _unset_special() -> dict[str, str | None]:
    return {**{level: level for level in "54321"}, SPECIAL: None}


@dataclass(frozen=True)
class NumberRule:
    """One version of the rule and the days on which numbers are issued under it; ``None`` blocks a level."""

    version: str
    valid_from: date
    valid_until: date | None = None
    kinds: str = "YS"
    provinces: frozenset[str] = frozenset(_PROVINCES.split()) | {DEMONSTRATION_PROVINCE}
    level_codes: Mapping[str, str | None] = field(default_factory=_unset_special)

    def build(self, parts: NumberParts) -> str:
        """Write the number of some parts.

        Raises `LevelBlocked`, `SerialExhausted` (naming the counter) and `NumberInvalid` (naming the part).

        >>> TRIAL_2019.build(NumberParts(Filing("Y", "0001", "23", "000042"), 2019, "5", 1))
        'Y000123000042195000001'
        """
        if parts.serial > LAST_SERIAL:
            raise SerialExhausted(counter=parts.counter, last=LAST_SERIAL)
        number = f"{parts.filing.prefix}{parts.year % 100:02d}{self._code(parts.level)}{parts.serial:06d}"
        if self.parse(number) != parts:
            raise NumberInvalid(value=number, version=self.version, part="year")
        return number

    def _code(self, level: str) -> str:
        if code := self.level_codes.get(level):
            return code
        raise LevelBlocked(level=level, version=self.version)

    def parse(self, number: str) -> NumberParts:
        """Take a number apart; raises `NumberInvalid` with the first part that breaks the rule."""
        levels = {code: level for level, code in self.level_codes.items() if code}
        kind, institution, province, site = number[:1], number[1:5], number[5:7], number[7:13]
        year, code, serial = number[13:15], number[15:16], number[16:]
        holds = {
            "kind": len(kind) == 1 and kind in self.kinds,
            "institution": _digits(institution, 4),
            "province": province in self.provinces,
            "site": _digits(site, 6),
            "year": _digits(year, 2) and int(year) >= self.valid_from.year % 100,
            "level": code in levels,
            "serial": _digits(serial, 6) and int(serial) > 0,
        }
        for part, held in holds.items():
            if not held:
                raise NumberInvalid(value=number, version=self.version, part=part)
        century = self.valid_from.year // 100 * 100
        return NumberParts(Filing(kind, institution, province, site), century + int(year), levels[code], int(serial))

    def valid(self, number: str) -> bool:
        """Whether a number keeps this rule."""
        try:
            self.parse(number)
        except NumberInvalid:
            return False
        return True

    def in_force(self, on: date) -> bool:
        """Whether numbers are issued under this rule on a day."""
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)


TRIAL_2019 = NumberRule(version="2019", valid_from=date(2019, 1, 1))
RULES = (TRIAL_2019,)


def _digits(text: str, length: int) -> bool:
    return len(text) == length and text.isascii() and text.isdigit()


def rule_on(day: date, *, rules: tuple[NumberRule, ...] = RULES) -> NumberRule:
    """Find the rule in force on the day of issue; of several, the newest. Raises `NoNumberRule`."""
    held = [rule for rule in rules if rule.in_force(day)]
    if not held:
        raise NoNumberRule(on=day.isoformat())
    return max(held, key=lambda rule: rule.valid_from)


def build_number(filing: Filing, *, day: date, level: str, serial: int) -> str:
    """Write the number of a certificate issued on a day, under the rule of that day."""
    return rule_on(day).build(NumberParts(filing, day.year, level, serial))
