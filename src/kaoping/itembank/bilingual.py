"""The two languages of an item: which places of a body are translated, the body in English, and where both differ.

Pure. A place is a path into the body, such as ``stem``, ``options.0`` or ``parts.1.body.stem``; that of an answer
picture is its alternative text. Keys, rationales and marks are no places: they belong to the original.
"""

import copy
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final

from kaoping.itembank import content, markdown
from kaoping.itembank.content import BLANK, Problem
from kaoping.itembank.errors import N_

#: Alternative texts of answer pictures, by the id that the body names.
Alternatives = Mapping[str, str]
Texts = Mapping[str, str]

LONGEST: Final = 20_000
"""Characters of one text; a longer one is none of an item's."""

_TEXTS = ("stimulus", "stem")
_LISTS = ("options", "left", "right", "entries", "choices")
_HAN = re.compile(r"[\u3400-\u9fff]+")
_FORMULA = re.compile(r"\$([^$\n]+)\$")
_PICTURE_MARK = re.compile(r"\]\(picture:[0-9a-f-]+\)")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_BETWEEN_THOUSANDS = re.compile(r"(?<=\d)[, ](?=\d{3}(?!\d))")


@dataclass(frozen=True, slots=True)
class Difference:
    """Something at a place that a translator looks at again; it refuses nothing."""

    place: str
    sentence: str
    facts: dict[str, Any] = field(default_factory=dict)


def places(body: dict[str, Any], alternatives: Alternatives) -> dict[str, str]:
    """Give the places of a body that are translated, each with its original text, in reading order.

    >>> places({"type": "true_false", "stem": "一", "rationale": "二", "key": True}, {})
    {'stem': '一'}
    """
    return dict(_places(body, "", alternatives))


def english(body: dict[str, Any], texts: Texts) -> dict[str, Any]:
    """Give a body in English: its texts at their places, everything else as it is in the original.

    >>> english({"stem": "一", "options": ["二"], "key": "A"}, {"stem": "One", "options.0": "Two"})
    {'stem': 'One', 'options': ['Two'], 'key': 'A'}
    """
    made = copy.deepcopy(body)
    for place in places(body, {}):
        *way, last = [int(step) if step.isdecimal() else step for step in place.split(".")]
        if last != "picture":
            _at(made, way)[last] = texts.get(place, "")
    return made


def problems(body: dict[str, Any], texts: Texts, alternatives: Alternatives) -> list[Problem]:
    """List what keeps a translation from being handed in, place by place; a fault of the whole stands last."""
    original = places(body, alternatives)
    found = [problem for place, text in original.items() for problem in _of_place(place, text, texts.get(place, ""))]
    found += [Problem(field=one.place, sentence=one.sentence, facts=one.facts) for one in _unanswerable(body)]
    return found or [one.model_copy(update={"field": ""}) for one in content.problems_in(english(body, texts))]


def differences(body: dict[str, Any], texts: Texts, alternatives: Alternatives) -> list[Difference]:
    """List where original and translation differ in what both languages write alike, and Chinese that is left over."""
    between = (_between(place, text, texts.get(place, "")) for place, text in places(body, alternatives).items())
    return [*chain.from_iterable(between), *_unanswerable(body)]


def numbers(text: str) -> Counter[str]:
    """Count the numbers of a text, however their digits and thousands are written; those of formulas do not count.

    >>> numbers("１０ 000 kN 与 2.50 m") == numbers("10,000 kN and 2.50 m")
    True
    """
    plain = unicodedata.normalize("NFKC", _PICTURE_MARK.sub("]", _FORMULA.sub(" ", text)))
    return Counter(_NUMBER.findall(_BETWEEN_THOUSANDS.sub("", plain)))


def _places(body: dict[str, Any], before: str, alternatives: Alternatives) -> Iterator[tuple[str, str]]:
    yield from ((before + name, body[name]) for name in _TEXTS if body.get(name))
    for name in _LISTS:
        yield from ((f"{before}{name}.{number}", text) for number, text in enumerate(body.get(name, ())))
    for number, one in enumerate(body.get("rubric", ())):
        row = f"{before}rubric.{number}."
        yield row + "criterion", one["criterion"]
        yield from ((f"{row}descriptors.{level}", text) for level, text in enumerate(one["descriptors"]))
    if _HAN.search(body.get("unit", "")):
        yield before + "unit", body["unit"]
    if body.get("picture"):
        yield before + "picture", alternatives.get(str(body["picture"]), "")
    for number, part in enumerate(body.get("parts", ())):
        yield from _places(part["body"], f"{before}parts.{number}.body.", alternatives)


def _unanswerable(body: dict[str, Any], before: str = "") -> Iterator[Difference]:
    """Name the blanks of which every accepted answer is Chinese: what is written in English would be marked wrong."""
    for number, accepted in enumerate(body["key"] if body["type"] == "fill_in" else (), start=1):
        if all(_HAN.search(answer) for answer in accepted):
            sentence = N_(
                "Blank %(number)d accepts Chinese answers only; add an English one to the key of the original."
            )
            yield Difference(before + "stem", sentence, {"number": number})
    for number, part in enumerate(body.get("parts", ())):
        yield from _unanswerable(part["body"], f"{before}parts.{number}.body.")


def _at(made: Any, way: list[int | str]) -> Any:
    for step in way:
        made = made[step]
    return made


def _of_place(place: str, original: str, text: str) -> Iterator[Problem]:
    if not text.strip():
        yield Problem(field=place, sentence=N_("This has no English yet; translate it."))
    elif len(text) > LONGEST:
        yield Problem(field=place, sentence=N_("This is longer than any text of an item; shorten it."))
    yield from markdown.problems(text, place)
    if text.strip() and markdown.picture_ids(text) != markdown.picture_ids(original):
        sentence = N_("The pictures here are not those of the original; copy their marks from it.")
        yield Problem(field=place, sentence=sentence)


def _between(place: str, original: str, text: str) -> Iterator[Difference]:
    if not text.strip():
        yield Difference(place, N_("Nothing is translated here yet."))
        return
    if left := _HAN.findall(_PICTURE_MARK.sub("]", text)):
        yield Difference(place, N_("Chinese is left over: %(words)s"), {"words": "、".join(dict.fromkeys(left))[:60]})
    for rule in _RULES:
        yield from rule(place, original, text)


def _of_numbers(place: str, original: str, text: str) -> Iterator[Difference]:
    here, there = numbers(original), numbers(text)
    if here != there:
        sentence = N_("The numbers differ: %(original)s in Chinese, %(english)s in English.")
        yield Difference(place, sentence, {"original": _listed(here - there), "english": _listed(there - here)})


def _of_formulas(place: str, original: str, text: str) -> Iterator[Difference]:
    if _formulas(original) != _formulas(text):
        yield Difference(place, N_("The formulas differ; copy them from the original."))


def _of_blanks(place: str, original: str, text: str) -> Iterator[Difference]:
    here, there = (len(BLANK.findall(each)) for each in (original, text))
    if here != there:
        sentence = N_("The Chinese has %(original)d blanks and the English %(english)d.")
        yield Difference(place, sentence, {"original": here, "english": there})


_RULES: tuple[Callable[[str, str, str], Iterator[Difference]], ...] = (_of_numbers, _of_formulas, _of_blanks)


def _formulas(text: str) -> Counter[str]:
    return Counter(re.sub(r"\s+", "", found) for found in _FORMULA.findall(text))


def _listed(found: Counter[str]) -> str:
    return ", ".join(found.elements()) or "–"
