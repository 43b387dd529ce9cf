"""Hints on the options of an item: length, order, overlap, and words that give the key away."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from statistics import mean
from typing import Any, Final

from kaoping.itembank.content import LETTERS, folded
from kaoping.itembank.errors import N_

_CATCH_ALL = re.compile(r"(以上|上述)(都|均|皆|全部|各项)|都(对|不对)$|(all|none) of the above", re.IGNORECASE)
_ABSOLUTE = re.compile(
    r"一定|绝对|永远|从不|任何|完全|毫无|百分之百|仅仅|\b(always|never|absolutely|only|all)\b", re.IGNORECASE
)
_NUMBER = re.compile(r"^([+\-−]?\d+(?:\.\d+)?)\s*(.{0,6})$")
_ARTICLE = re.compile(r"\b(an?)\s*(?:_{4,}|\(\s*\)|（\s*）)?\s*[.:?]?\s*$", re.IGNORECASE)
_PLURAL = re.compile(r"哪些|哪几|有几项|which (?:two|three|of the following are)\b", re.IGNORECASE)
_HAN = re.compile(r"[\u3400-\u9fff]+")
_ENDS = "。；;.！!"


@dataclass(frozen=True, slots=True)
class Hint:
    """A rule of the craft: whether the item keeps it, the sentence for either case and its facts."""

    kept: bool
    sentence: str
    facts: dict[str, Any] = field(default_factory=dict)


def _divided(body: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Divide the options into keys and distractors."""
    letters = set(body.get("key") or "")
    options = list(zip(LETTERS, map(str, body["options"]), strict=False))
    keys = [option for letter, option in options if letter in letters]
    return keys, [option for letter, option in options if letter not in letters]


def _length(body: dict[str, Any]) -> Hint:
    keys, others = ([len(option) for option in part] for part in _divided(body))
    if keys and others and mean(keys) > 1.4 * mean(others) and mean(keys) - mean(others) > 3:  # noqa: PLR2004 - seen as longer
        return Hint(False, N_("The key is longer than the other options; balance them."))
    return Hint(True, N_("The length of the options does not give the key away."))


def _catch_all(body: dict[str, Any]) -> Hint:
    if any(_CATCH_ALL.search(option) for option in body["options"]):
        return Hint(False, N_("An option says “all” or “none of the above”; write an option of its own."))
    return Hint(True, N_("No option says “all” or “none of the above”."))


def _absolute(body: dict[str, Any]) -> Hint:
    keys, others = _divided(body)
    found = next((found for option in others if (found := _ABSOLUTE.search(option))), None)
    if found and keys and not any(_ABSOLUTE.search(option) for option in keys):
        sentence = N_("“%(word)s” in a distractor tells that it is wrong; write it as a person would believe it.")
        return Hint(False, sentence, {"word": found[0]})
    return Hint(True, N_("No absolute word gives a distractor away."))


def _overlap(body: dict[str, Any]) -> Hint:
    texts = [(letter, folded(str(option))) for letter, option in zip(LETTERS, body["options"], strict=False) if option]
    for (first, one), (second, other) in combinations(texts, 2):
        if _within(one, other):
            sentence = N_("Options %(first)s and %(second)s overlap: one says the other and more; part them.")
            return Hint(False, sentence, {"first": first, "second": second})
    return Hint(True, N_("No option contains another."))


def _within(one: str, other: str) -> bool:
    """Whether one list of parts holds all the parts of the other; a single part says nothing yet."""
    parts = ({part for part in re.split(r"[、，,；;和与及]", text) if part} for text in (one, other))
    few, many = sorted(parts, key=len)
    return one == other or (len(few) > 1 and few < many)


def _order(body: dict[str, Any]) -> Hint:
    read = [_NUMBER.match(str(option).strip()) for option in body["options"]]
    numbers = [(float(found[1].replace("−", "-")), found[2]) for found in read if found]
    if len(numbers) == len(read) > 2 and len({unit for _, unit in numbers}) == 1:  # noqa: PLR2004 - two are always in order
        steps = [later[0] - earlier[0] for earlier, later in pairwise(numbers)]
        if not (all(step > 0 for step in steps) or all(step < 0 for step in steps)):
            return Hint(False, N_("The options are numbers out of order; put them in ascending order."))
    return Hint(True, N_("Options that are numbers stand in order."))


def _grammar(body: dict[str, Any]) -> Hint:
    stem, (keys, others) = str(body.get("stem", "")).strip(), _divided(body)
    if found := _ARTICLE.search(stem):
        fits = [(option[:1].lower() in "aeiou") == (found[1].lower() == "an") for option in body["options"] if option]
        if not all(fits):
            return Hint(False, N_("The article at the end of the stem fits some options only; write “a(n)”."))
    if body.get("type") == "single_choice" and _PLURAL.search(stem):
        return Hint(False, N_("The stem asks for several, but one option is the key; ask for one."))
    if keys and others and _ending(keys) and _ending(others) and _ending(keys) != _ending(others):
        return Hint(False, N_("The key ends with another sign than the distractors; end all options alike."))
    return Hint(True, N_("Grammar does not give the key away."))


def _ending(options: Iterable[str]) -> str:
    """Say how options end, if all end alike: with a sign or without."""
    ends = {"sign" if option.strip()[-1:] in _ENDS else "none" for option in options if option.strip()}
    return ends.pop() if len(ends) == 1 else ""


def _repeated(body: dict[str, Any]) -> Hint:
    options = [str(option).strip() for option in body["options"] if str(option).strip()]
    start = _common_start(options)
    if len(options) > 2 and len(start) >= 4 and _HAN.search(start):  # noqa: PLR2004 - shorter ones are mere grammar
        sentence = N_("All options begin with “%(words)s”; say it once, in the stem.")
        return Hint(False, sentence, {"words": start})
    return Hint(True, N_("The options repeat nothing that the stem could say once."))


def _common_start(options: list[str]) -> str:
    if not options:
        return ""
    first, last = min(options), max(options)
    same = next((place for place, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), None)
    return first if same is None else first[:same]


def _echo(body: dict[str, Any]) -> Hint:
    keys, others = _divided(body)
    stem, wrong = str(body.get("stem", "")), "\n".join(others)
    if len(keys) == 1 and others and (words := _shared(stem, keys[0])) and words not in wrong:
        sentence = N_("Only the key takes up “%(words)s” from the stem; let a distractor take it up too, or none.")
        return Hint(False, sentence, {"words": words})
    return Hint(True, N_("No words of the stem point to the key alone."))


def _shared(stem: str, option: str, least: int = 4) -> str:
    """Give a run of characters that an option takes from the stem."""
    for run in _HAN.findall(option):
        for start in range(len(run) - least + 1):
            if run[start : start + least] in stem:
                return _grown(stem, run, start, least)
    return ""


def _grown(stem: str, run: str, start: int, length: int) -> str:
    while start + length < len(run) and run[start : start + length + 1] in stem:
        length += 1
    return run[start : start + length]


#: The rules by their names.
RULES: Final[dict[str, Callable[[dict[str, Any]], Hint]]] = {
    "length": _length,
    "catch_all": _catch_all,
    "absolute_option": _absolute,
    "overlap": _overlap,
    "order": _order,
    "grammar": _grammar,
    "repeated": _repeated,
    "echo": _echo,
}
