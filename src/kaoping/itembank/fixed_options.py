"""Options that have to stay in their place when options are shuffled, and why.

An option that speaks of others (“以上都对”, “A和B都正确”, “none of the above”) means something else at another place,
and so do those that it names. Numbers in rising or falling order are read in order. Where a stem names options, all
of them stay.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from kaoping.itembank.content import LETTERS, folded
from kaoping.itembank.errors import N_


class Reason(StrEnum):
    """Why options of an item stay."""

    SUMMARY = "summary"
    NAMED = "named"
    STEM = "stem"
    NUMBERS = "numbers"

    @property
    def label(self) -> str:
        """Message of the reason."""
        return _LABELS[self]


_LABELS = {
    Reason.SUMMARY: N_("an option speaks of the others"),
    Reason.NAMED: N_("an option names others by their letters"),
    Reason.STEM: N_("the stem names options by their letters"),
    Reason.NUMBERS: N_("numbers stand in their order"),
}


@dataclass(frozen=True)
class Staying:
    """Places that stay, from zero, and why; none when everything may move."""

    places: frozenset[int] = frozenset()
    reason: Reason | None = None


_SUMMARY = re.compile(
    r"(以上|上述|前述|前面|上面|其他|其余)[^，。；]{0,4}(都|均|全|皆|选项|各项|任一|无)|^(都|均|全)(部)?(不)?(对|错|是|正确)$"
    r"|\b(all|none|both|neither|any|either|some)\s+of\s+(the|these|them|those)\b|\bthe above\b",
    re.IGNORECASE,
)
#: Two letters joined, or one after or before the word that makes it the name of an option.
_JOINED = re.compile(
    r"(?<![A-Za-z0-9])([A-H])(?:\s*(?:和|与|及|或|、|,|，|and|or|&)\s*([A-H]))+(?![A-Za-z0-9/\-]|类|级|型|组|种|点|方|国|标)"
)
_OPTION = re.compile(r"(?:选项|options?|choice)\s*([A-H])(?![A-Za-z])|(?<![A-Za-z])([A-H])\s*选?项", re.IGNORECASE)
#: Letters that a judgement stands beside: “只有A正确”, “除A外”, “AB都对”, “only A is correct”, “A+B”.
_JUDGED = re.compile(
    r"(?:除|与|同|只有?|仅有?|只选)\s*(?<![A-Za-z])([A-H]{1,4})(?![A-Za-z0-9/\-])"
    r"|(?<![A-Za-z0-9])([A-H]{1,4})\s*(?:不?对|不?正确|错误?|都|均|皆|以外|之外|外|相同|一样|成立)"
    r"|\bonly\s+([A-H])\b|(?<![A-Za-z])([A-H])\s+(?:is|are)\s+(?:not\s+)?(?:right|wrong|correct|true|false|incorrect)\b"
    r"|(?<![A-Za-z0-9])([A-H](?:\s*\+\s*[A-H])+)(?![A-Za-z0-9])"
)
#: Options told by their number or place: all of them stay.
_COUNTED = re.compile(
    r"前(?:[一二两三四五]|\d)[项个者种]|后(?:[一二两三四五]|\d)[项个者种]|[两二三四]者[都均皆可是]?|^(?:都|均|皆)(?:可以?|行|能)"
    r"|\b(?:first|last)\s+(?:two|three)\b",
    re.IGNORECASE,
)
_SINGLE_LETTER = re.compile(r"(?<![A-Za-z])[A-H](?![A-Za-z])")
_NUMBER = re.compile(r"^[约≥≤><]?([+-]?\d[\d,]*(?:\.\d+)?)(/\d+)?([^\d]{0,8})$")
_CHINESE = re.compile(r"^第?([一二三四五六七八九十])([^一二三四五六七八九十]{1,4})$")
_FEWEST_NUMBERS = 3


def staying(stem: str, options: Sequence[str]) -> Staying:
    """Find the options of a choice item that stay.

    >>> staying("哪项正确？", ["甲", "乙", "丙", "以上都对"]).places
    frozenset({3})
    """
    every = frozenset(range(len(options)))
    if named(stem):
        return Staying(every, Reason.STEM)
    if ordered(options):
        return Staying(every, Reason.NUMBERS)
    naming = {place: named(option) for place, option in enumerate(options)}
    if any(naming.values()):
        places = {place for place, letters in naming.items() if letters}
        pointed = {LETTERS.index(letter) for letters in naming.values() for letter in letters}
        return Staying(frozenset(places | pointed) & every, Reason.NAMED)
    if any(_COUNTED.search(option) for option in options):
        return Staying(every, Reason.SUMMARY)
    summaries = [place for place, option in enumerate(options) if _SUMMARY.search(option)]
    if not summaries:
        return Staying()
    # What is above must remain above: only options before the first summary may move, or all stay.
    first, last = summaries[0], len(options) - 1
    tail_only = summaries == list(range(first, last + 1))
    return Staying(frozenset(summaries) if tail_only else every, Reason.SUMMARY)


def named(text: str) -> frozenset[str]:
    """Give the letters of options that a text names."""
    found = {letter for match in _OPTION.finditer(text) for letter in match.groups() if letter}
    for match in _JOINED.finditer(text):
        found |= set(_SINGLE_LETTER.findall(match[0]))
    for match in _JUDGED.finditer(text):
        found |= {letter for group in match.groups() if group for letter in group if letter in LETTERS}
    return frozenset(letter.upper() for letter in found)


def ordered(options: Sequence[str]) -> bool:
    """Whether three or more options are numbers of one unit in rising or falling order.

    >>> ordered(["1年", "3年", "5年", "10年"]), ordered(["3年", "1年", "5年"])
    (True, False)
    """
    read = [_number(option) for option in options]
    if len(read) < _FEWEST_NUMBERS or None in read:
        return False
    values, units = zip(*(one for one in read if one), strict=True)
    steps = [after - before for before, after in pairwise(values)]
    return len(set(units)) == 1 and (all(step > 0 for step in steps) or all(step < 0 for step in steps))


def _number(option: str) -> tuple[Decimal, str] | None:
    """Read an option as a number with its unit."""
    text = folded(option)
    if found := _CHINESE.match(text):
        return Decimal("一二三四五六七八九十".index(found[1]) + 1), found[2]
    if not (found := _NUMBER.match(text)):
        return None
    value = Decimal(found[1].replace(",", ""))
    below = int(found[2][1:]) if found[2] else 1
    return (value / below, found[3]) if below else None
