"""What an item is: the body of a revision, read from plain data and checked; one model per type.

A body is plain data (it is stored sealed as JSON). Letters A, B, C… name options by their order. What a candidate may
see of it and what is key are apart: `presentation` and `key_document`.
"""

import re
from collections.abc import Iterator
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, TypeAdapter, ValidationError

from kaoping.itembank.bodies.arranged import Cloze, Matching, Ordering
from kaoping.itembank.bodies.base import BLANK, LETTERS, ContentInvalid, Number, Problem, Text, folded
from kaoping.itembank.bodies.by_hand import Essay, FileUpload, ShortAnswer
from kaoping.itembank.bodies.cases import Case, Simple
from kaoping.itembank.bodies.choices import MultipleChoice, SingleChoice, TrueFalse
from kaoping.itembank.bodies.hotspots import Hotspot
from kaoping.itembank.bodies.written import FillIn, Numeric
from kaoping.itembank.errors import N_

__all__ = [
    "BLANK", "LETTERS", "Body", "Case", "Cloze", "ContentInvalid", "Essay", "FileUpload", "FillIn", "Hotspot",
    "Matching", "MultipleChoice", "Number", "Numeric", "Ordering", "Problem", "ShortAnswer", "SingleChoice", "Text",
    "TrueFalse", "folded", "key_document", "parse", "presentation", "problems_in", "reading_length", "texts",
]  # fmt: skip

#: What is read as one: a Chinese character, or a word or number of another script.
READ = re.compile(r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+(?:[.'\u2019-][^\W_\u3400-\u9fff]+)*")

Body = Simple | Case
_ADAPTER: TypeAdapter[Body] = TypeAdapter(Annotated[Body, Field(discriminator="type")])

#: Sentences for what pydantic finds, by the field that it finds it in.
SHAPES = {
    "stem": N_("The stem is empty or longer than 4,000 characters; write the question."),
    "rationale": N_("The rationale is empty; say why the key is right."),
    "options": N_("An option is empty; write it or take it out."),
    "key": N_("The key is missing or not of the form this type needs; mark the right answer."),
    "tolerance": N_("The tolerance is a number such as 0.05."),
    "relative": N_("The relative tolerance is a share of the key from 0 to below 1, such as 0.02."),
    "unit": N_("The unit has at most 20 characters."),
    "units": N_("An accepted unit has a name of at most 20 characters and a factor such as 1000 or 0.001."),
    "normalise": N_("How answers are compared cannot be read; choose from the form."),
    "left": N_("An entry is empty; write it or take it out."),
    "right": N_("An entry is empty; write it or take it out."),
    "entries": N_("An entry is empty; write it or take it out."),
    "choices": N_("A choice is empty; write it or take it out."),
    "picture": N_("The picture is not one of this item; upload it here and choose it."),
    "areas": N_("An area of the picture cannot be read; draw it again in whole pixels."),
    "most_choices": N_("Say how many areas may be chosen: a whole number from 1."),
    "rubric": N_("A criterion needs a text and its marks, such as 5 or 2.5."),
    "words": N_("The length of an essay is a whole number of words, at most 20,000."),
    "accept": N_("No kind of file is accepted; choose at least one."),
    "most_megabytes": N_("The largest file is a whole number of megabytes from 1 to 100."),
    "stimulus": N_("The material is empty or longer than 20,000 characters; write what the questions are about."),
    "parts": N_("A sub-question needs its share of the marks and a type that a case can hold."),
}
_POINTS = N_("A short-answer item needs a model answer, and for every scoring point a text and its marks.")

#: Fields with texts that candidates read, in reading order.
_READ_FIELDS = ("stimulus", "stem", "options", "left", "right", "entries", "choices")


def parse(data: dict[str, Any]) -> Body:
    """Read a body from plain data.

    Raises
    ------
    ContentInvalid
        With one problem per place: field, sentence, facts. A problem of a case's sub-question has its number from one
        before the field: ``part-2-key``.
    """
    if problems := [*_two_keys(data), *_of_parts(data)]:
        raise ContentInvalid(problems)
    try:
        return _ADAPTER.validate_python(data)
    except ValidationError as error:
        raise ContentInvalid(_problems_of(error, data.get("type"))) from None


def problems_in(data: dict[str, Any]) -> list[Problem]:
    """List what keeps plain data from being a body; empty if it is one."""
    try:
        parse(data)
    except ContentInvalid as error:
        found: list[Problem] = error.problems
        return found
    return []


def presentation(data: dict[str, Any]) -> dict[str, Any]:
    """Give what a candidate may see of a body, as plain data: no key, no rationale, nothing that marks are given for.

    >>> presentation({"type": "true_false", "stem": "?", "rationale": "!", "key": True})
    {'version': 1, 'stem': '?', 'type': 'true_false'}
    """
    return parse(data).presentation()


def key_document(data: dict[str, Any]) -> dict[str, Any]:
    """Give what those who mark see beside the presentation, as plain data.

    >>> key_document({"type": "true_false", "stem": "?", "rationale": "!", "key": True})
    {'rationale': '!', 'type': 'true_false', 'key': True}
    """
    return parse(data).key_document()


def texts(body: dict[str, Any]) -> list[str]:
    """Give what candidates read of a body, sound or not, in reading order.

    >>> texts({"stem": "一", "options": ["二"], "rationale": "三"})
    ['一', '二']
    """
    return [text for _, text in read_fields(body)]


def read_fields(body: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Give the texts that candidates read, each with its field; those of sub-questions under ``parts``."""
    for field in _READ_FIELDS:
        given = body.get(field)
        for text in given if isinstance(given, list) else [given]:
            if isinstance(text, str) and text:
                yield field, text
    for part in _parts(body):
        yield from (("parts", text) for text in texts(part))


def pictures_of(body: dict[str, Any]) -> Iterator[tuple[str, UUID]]:
    """Give the pictures that answers are given on, of a sound body, each with its field."""
    if body.get("picture"):
        yield "picture", UUID(str(body["picture"]))
    for number, part in enumerate(_parts(body), start=1):
        yield from ((f"part-{number}-{field}", picture) for field, picture in pictures_of(part))


def reading_length(body: dict[str, Any]) -> int:
    """Count what a candidate reads of a body: Chinese characters, and words of other scripts.

    >>> reading_length({"stem": "GB/T 1.1 规定了____。", "options": ["编写规则"]})
    10
    """
    return sum(len(READ.findall(text)) for text in texts(body))


def _two_keys(data: dict[str, Any]) -> list[Problem]:
    key = data.get("key")
    if data.get("type") != "single_choice" or not isinstance(key, list) or len(key) < 2:  # noqa: PLR2004 - two keys
        return []
    sentence = N_("A single-choice item has one key; this one marks %(letters)s. Mark one, or make it multiple choice.")
    return [Problem(field="key", sentence=sentence, facts={"letters": ", ".join(map(str, key))})]


def _parts(data: dict[str, Any]) -> list[dict[str, Any]]:
    """Give the bodies of a case's sub-questions as far as they are any."""
    given = data.get("parts")
    bodies = [part.get("body") if isinstance(part, dict) else None for part in given] if isinstance(given, list) else []
    return [body if isinstance(body, dict) else {} for body in bodies]


def _of_parts(data: dict[str, Any]) -> Iterator[Problem]:
    """Name what is wrong with the sub-questions of a case, which holds no other case."""
    for number, body in enumerate(_parts(data) if data.get("type") == "case" else (), start=1):
        if body.get("type") == "case":
            sentence = N_("A sub-question cannot be a case itself; choose another type.")
            yield Problem(field=f"part-{number}-type", sentence=sentence)
            continue
        for problem in problems_in(body):
            yield problem.model_copy(update={"field": f"part-{number}-{problem.field}"})


def _problems_of(error: ValidationError, kind: Any) -> list[Problem]:
    fields = dict.fromkeys(_field(one["loc"]) for one in error.errors(include_url=False, include_input=False))
    other = N_("The item has a part that its type does not know.")
    sentences = SHAPES | ({"key": _POINTS} if kind == "short_answer" else {})
    return [Problem(field=field, sentence=sentences.get(field, other)) for field in fields]


def _field(location: tuple[int | str, ...]) -> str:
    names = [part for part in location if isinstance(part, str)]
    return names[1] if len(names) > 1 else "type"
