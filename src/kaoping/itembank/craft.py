"""Hints on the craft of an item 命题检查: what a reviewer would look at twice. They never refuse anything.

The rules follow the item-writing guidelines of Haladyna, Downing and Rodriguez (2002, Applied Measurement in
Education 15(3), 309-333) as far as a machine can see them; where they count characters, the figures are the house's.
"""

import re
from collections.abc import Callable
from typing import Any, Final

from kaoping.itembank import craft_options
from kaoping.itembank.content import reading_length
from kaoping.itembank.craft_options import Hint
from kaoping.itembank.errors import N_

__all__ = ["LONGEST_READING", "NAMES", "Hint", "hints", "look"]

#: Characters and words of stem and options that a candidate of a level reads at a glance.
LONGEST_READING: Final = {5: 120, 4: 140, 3: 160, 2: 200, 1: 240}

_DOUBLE_NEGATIVE = re.compile(r"(?<!并)(不|非|无|没有)[^，。；]{0,6}(不|非|无法|没有)[^，。；]{0,8}(的是|的有)")
_NEGATIVE = re.compile(
    r"(不|错误|无关|没有)[^，。；？]{0,14}的(是|有|一项)|除[^，。；]{1,20}外[，,]?[^。；]{0,8}[均都皆]|\b(not|except|incorrect|wrong)\b",
    re.IGNORECASE,
)
_EMPHASISED = re.compile(r"\*\*[^*]+\*\*|__[^_]+__|(?<!\*)\*[^*]+\*(?!\*)")
_BLANK_FIRST = re.compile(r"^\s*[（(]?\s*_{4,}")
_ABSOLUTE = re.compile(
    r"一定|绝对|永远|从不|任何情况|毫无例外|百分之百|完全没有|\b(always|never|absolutely)\b", re.IGNORECASE
)


def hints(body: dict[str, Any], *, digit: int | None = None, edition: str | None = None) -> list[Hint]:
    """Look at an item, sound or not, and give what holds and what deserves another look.

    ``digit`` is the level that the item is for, ``edition`` that of its source; without them their rules are left out.
    """
    looked = (look(name, body, digit=digit, edition=edition) for name in NAMES)
    return [hint for hint in looked if hint is not None]


def look(name: str, body: dict[str, Any], *, digit: int | None = None, edition: str | None = None) -> Hint | None:
    """Hold an item against one rule of `NAMES`; none if the rule has nothing to say about it."""
    if name in _OF_OPTIONS:
        chosen = body.get("options") and body.get("type") in {"single_choice", "multiple_choice"}
        return _OF_OPTIONS[name](body) if chosen else None
    if name in _OF_BODY:
        return _OF_BODY[name](body)
    return _of_level(body, digit) if name == READING else _of_source(edition)


def _stem(body: dict[str, Any]) -> str:
    return str(body.get("stem", ""))


def _double_negation(body: dict[str, Any]) -> Hint:
    if _DOUBLE_NEGATIVE.search(_EMPHASISED.sub(lambda found: found[0].strip("*_"), _stem(body))):
        return Hint(False, N_("The stem seems to negate twice; say it positively."))
    return Hint(True, N_("The stem does not negate twice."))


def _negation(body: dict[str, Any]) -> Hint:
    if found := _NEGATIVE.search(_EMPHASISED.sub("", _stem(body))):
        sentence = N_("The stem asks for the exception (%(words)s) without emphasis; ask positively, or write **不**.")
        return Hint(False, sentence, {"words": found[0]})
    return Hint(True, N_("No negation of the stem is easily overlooked."))


def _blank_first(body: dict[str, Any]) -> Hint:
    if _BLANK_FIRST.search(_stem(body)):
        return Hint(False, N_("The stem begins with a blank; say first what is asked, and let the blank come last."))
    return Hint(True, N_("The stem does not begin with a blank."))


def _absolute(body: dict[str, Any]) -> Hint:
    found = _ABSOLUTE.search(_stem(body))
    if body.get("type") == "true_false" and body.get("key") is False and found:
        sentence = N_("“%(word)s” tells that the statement is false; say what is wrong without an absolute word.")
        return Hint(False, sentence, {"word": found[0]})
    return Hint(True, N_("No absolute word gives the statement away."))


def _reason(body: dict[str, Any]) -> Hint:
    if len(str(body.get("rationale", "")).strip()) < 10:  # noqa: PLR2004 - shorter than any reason
        return Hint(False, N_("The rationale is short; say why the key is right and the main distractor wrong."))
    return Hint(True, N_("The rationale says why."))


def _of_level(body: dict[str, Any], digit: int | None) -> Hint | None:
    if digit not in LONGEST_READING or not _stem(body):
        return None
    read, most = reading_length(body), LONGEST_READING[digit]
    facts = {"read": read, "most": most, "digit": digit}
    if read > most:
        sentence = N_("There are %(read)d words to read; at level %(digit)d up to %(most)d are usual. Shorten it.")
        return Hint(False, sentence, facts)
    return Hint(True, N_("There are %(read)d words to read, of %(most)d usual at level %(digit)d."), facts)


def _of_source(edition: str | None) -> Hint | None:
    if edition is None or edition.strip():
        return None
    return Hint(False, N_("The edition of the source is missing; without it nobody sees when the item gets old."))


_Rule = Callable[[dict[str, Any]], Hint]
_OF_OPTIONS: Final[dict[str, _Rule]] = craft_options.RULES
_OF_BODY: Final[dict[str, _Rule]] = {
    "negation": _negation,
    "double_negation": _double_negation,
    "absolute_statement": _absolute,
    "blank_first": _blank_first,
    "reason": _reason,
}
READING: Final = "reading"
EDITION: Final = "edition"
NAMES: Final = (*_OF_OPTIONS, *_OF_BODY, READING, EDITION)
"""Every rule, in the order in which `hints` applies them."""
