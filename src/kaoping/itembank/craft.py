"""Hints on the craft of an item 命题检查: what a reviewer would look at twice. They never refuse anything."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from statistics import mean
from typing import Any

from kaoping.itembank.errors import N_

_CATCH_ALL = re.compile(r"(以上|上述)(都|均|皆|全部|各项)|都(对|不对)$|(all|none) of the above", re.IGNORECASE)
_DOUBLE_NEGATIVE = re.compile(r"(?<!并)(不|非|无|没有)[^，。；]{0,6}(不|非|无法|没有)[^，。；]{0,8}(的是|的有)")


@dataclass(frozen=True, slots=True)
class Hint:
    """A rule of the craft: whether the item keeps it, and the sentence for either case."""

    kept: bool
    sentence: str


def hints(body: dict[str, Any]) -> list[Hint]:
    """Look at an item, sound or not, and give what holds and what deserves another look."""
    return [rule(body) for rule in _RULES if _applies(rule, body)]


def _applies(rule: Callable[[dict[str, Any]], Hint], body: dict[str, Any]) -> bool:
    return bool(body.get("options")) or rule not in {_length, _catch_all}


def _length(body: dict[str, Any]) -> Hint:
    letters = set(body.get("key") or "")
    options = list(zip("ABCDEFGH", body["options"], strict=False))
    keys = [len(option) for letter, option in options if letter in letters]
    others = [len(option) for letter, option in options if letter not in letters]
    if keys and others and mean(keys) > 1.4 * mean(others) and mean(keys) - mean(others) > 3:  # noqa: PLR2004 - seen as longer
        return Hint(False, N_("The key is longer than the other options; balance them."))
    return Hint(True, N_("The length of the options does not give the key away."))


def _catch_all(body: dict[str, Any]) -> Hint:
    if any(_CATCH_ALL.search(option) for option in body["options"]):
        return Hint(False, N_("An option says “all” or “none of the above”; write an option of its own."))
    return Hint(True, N_("No option says “all” or “none of the above”."))


def _negation(body: dict[str, Any]) -> Hint:
    if _DOUBLE_NEGATIVE.search(str(body.get("stem", ""))):
        return Hint(False, N_("The stem seems to negate twice; say it positively."))
    return Hint(True, N_("The stem does not negate twice."))


def _reason(body: dict[str, Any]) -> Hint:
    if len(str(body.get("rationale", "")).strip()) < 10:  # noqa: PLR2004 - shorter than any reason
        return Hint(False, N_("The rationale is short; say why the key is right and the main distractor wrong."))
    return Hint(True, N_("The rationale says why."))


_RULES: tuple[Callable[[dict[str, Any]], Hint], ...] = (_length, _catch_all, _negation, _reason)
