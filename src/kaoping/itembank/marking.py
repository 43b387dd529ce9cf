"""Marking: a pure function of a body, a response, a scoring rule and what people gave. Marks are exact decimals.

A response is plain data, ``None`` when the candidate gave none:

- true or false: ``True``/``False``; single choice: a letter; multiple choice and areas of a picture: a list of letters
  (a point of the picture, ``"120,45"``, stands for the area that holds it);
- blanks: a list of texts; choices into blanks and pairs: a list of letters in the order of the blanks or of the left
  side, ``""`` where none was given (pairs also as ``{"1": "B"}``); an order: its letters;
- a number, and everything that people mark: a text.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal, localcontext
from fractions import Fraction
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Final

from kaoping.itembank import written_answers
from kaoping.itembank.content import (
    Body,
    Case,
    Cloze,
    Essay,
    FileUpload,
    FillIn,
    Hotspot,
    Matching,
    MultipleChoice,
    Numeric,
    Ordering,
    ShortAnswer,
    SingleChoice,
    TrueFalse,
)
from kaoping.itembank.errors import N_, Conflict, ItemBankError
from kaoping.itembank.scoring_rules import ScoringRule, share_of_options, share_of_places
from kaoping.itembank.written_answers import number

__all__ = ["Body", "Outcome", "acceptable", "answered", "correct", "for_people", "mark", "number"]

#: What people mark, alone or within a case.
ByPeople = ShortAnswer | Essay | FileUpload
#: Shares of the marks that people gave, by the number of the sub-question; 0 for an item without.
Shares = Mapping[int, Fraction]
_NONE: Shares = MappingProxyType({})

#: Longest text taken for a blank or a number, and for what people mark.
LONGEST, LONGEST_BY_HAND = 200, 20_000
_HUNDREDTH: Final = Decimal("0.01")
_POINT = re.compile(r"^(\d{1,5}),(\d{1,5})$")


class AwaitsMarker(ItemBankError, Conflict):
    """The marks of an answer that people mark were asked for before anybody gave them."""

    sentence = N_("This answer is marked by people and waits for its marker.")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What marking gives: marks, or none yet where people mark; whether the answer is wholly right; by which rule."""

    marks: Decimal | None
    right: bool
    rule: ScoringRule

    @property
    def awaits(self) -> bool:
        """Whether the answer waits for a marker."""
        return self.marks is None

    @property
    def given(self) -> Decimal:
        """The marks. Raises `AwaitsMarker`: an answer that waits is not one of no marks."""
        if self.marks is None:
            raise AwaitsMarker
        return self.marks


def answered(response: Any) -> bool:
    """Tell whether a response says anything."""
    if isinstance(response, dict):
        return any(map(answered, response.values()))
    if isinstance(response, list):
        return any(map(answered, response))
    if isinstance(response, str):
        return bool(response.strip())
    return response is not None


def correct(body: Body, response: Any) -> bool:
    """Tell whether a response is wholly right: what statistics and ability are computed from, whatever the rule.

    >>> correct(SingleChoice(stem="?", rationale="!", options=["a", "b", "c"], key="B"), "B")
    True
    """
    return share(body, response, ScoringRule.ALL_OR_NOTHING) == 1


def for_people(body: Body, response: Any) -> Iterator[tuple[int, ByPeople, Any]]:
    """Give what of a response people mark: number of the sub-question (0 without), its body, and what was answered.

    Where nothing was answered nobody has anything to mark.
    """
    if isinstance(body, Case):
        for place, (part, given) in enumerate(zip(body.parts, _parts(body, response), strict=True), start=1):
            if isinstance(part.body, ByPeople) and answered(given):
                yield place, part.body, given
    elif isinstance(body, ByPeople) and answered(response):
        yield 0, body, response


def mark(
    body: Body, response: Any, *, marks: Decimal, rule: ScoringRule = ScoringRule.ALL_OR_NOTHING,
    by_people: Shares = _NONE,
) -> Outcome:  # fmt: skip
    """Mark a response out of ``marks``; a share of them is rounded down to hundredths.

    ``by_people`` are the shares that people gave, by the numbers of `for_people`.

    >>> blanks = FillIn(stem="____, ____, ____", rationale="!", key=[["a"], ["b"], ["c"]])
    >>> mark(blanks, ["a", "", "c"], marks=Decimal(2), rule=ScoringRule.PER_BLANK).given
    Decimal('1.33')
    """
    earned = share(body, response, rule, by_people)
    if earned is None:
        return Outcome(None, right=False, rule=rule)
    return Outcome(_part(marks, earned), right=earned == 1, rule=rule)


def share(body: Body, response: Any, rule: ScoringRule, by_people: Shares = _NONE) -> Fraction | None:
    """Give the share of the marks that a response earns, from 0 to 1; None while it waits for people."""
    if isinstance(body, Case):
        return _of_case(body, response, rule, by_people)
    if not body.by_machine:
        return by_people.get(0) if answered(response) else Fraction(0)
    return _earned(body, response, rule) if answered(response) else Fraction(0)


def acceptable(body: Body, response: Any) -> bool:  # noqa: PLR0911 - one line for each form
    """Tell whether a response has the form that its item takes (right or wrong); ``None`` clears an answer."""
    match body, response:
        case (_, None) | (TrueFalse(), bool()):
            return True
        case SingleChoice(), str():
            return _letters(body.letters, [response])
        case (MultipleChoice() | Ordering(), list()):
            return _letters(body.letters, response)
        case Hotspot(), list():
            return len(response) <= body.most_choices and all(_area(body, one) is not None for one in response)
        case (Cloze() | Matching(), list() | dict()):
            given = _row(body, response)
            return given is not None and all(letter in ("", *body.letters) for letter in given)
        case FillIn(), list():
            return len(response) == len(body.key) and all(isinstance(x, str) and len(x) <= LONGEST for x in response)
        case Case(), list():
            return len(response) == len(body.parts) and all(
                acceptable(part.body, one) for part, one in zip(body.parts, response, strict=True)
            )
        case _:
            longest = LONGEST if isinstance(body, Numeric) else LONGEST_BY_HAND
            written = isinstance(body, Numeric) or not body.by_machine
            return written and not isinstance(body, Case) and isinstance(response, str) and len(response) <= longest


def _earned(body: Body, response: Any, rule: ScoringRule) -> Fraction:  # noqa: PLR0911 - one line for each type
    match body:
        case TrueFalse() | SingleChoice():
            return Fraction(type(response) is type(body.key) and response == body.key)
        case MultipleChoice():
            return _of_options(rule, response, set(body.key))
        case Hotspot():
            return _of_areas(body, response, rule)
        case FillIn():
            return _of_blanks(body, response, rule)
        case Numeric():
            return Fraction(written_answers.near(body, str(response)))
        case Cloze() | Matching():
            return _of_row(body, response, rule)
        case Ordering():
            return _of_order(body, response, rule)
    return Fraction(0)


def _of_options(rule: ScoringRule, chosen: Any, right: set[str]) -> Fraction:
    """Mark chosen letters; one that is named twice is no choice."""
    if not isinstance(chosen, list) or len(set(map(str, chosen))) < len(chosen):
        return Fraction(0)
    return share_of_options(rule, set(map(str, chosen)), right)


def _of_areas(body: Hotspot, response: Any, rule: ScoringRule) -> Fraction:
    if not isinstance(response, list) or len(response) > body.most_choices:
        return Fraction(0)
    # Two points in one area are one choice; a point beside all areas is a wrong one, two of them are two.
    chosen = dict.fromkeys(_area(body, one) or f"beside {place}" for place, one in enumerate(response))
    return _of_options(rule, list(chosen), body.wanted)


def _area(body: Hotspot, one: Any) -> str | None:
    """Give the letter that an answer on the picture stands for, ``""`` beside all areas; None if it is no answer."""
    if not isinstance(one, str):
        return None
    if found := _POINT.match(one):
        return body.at(int(found[1]), int(found[2]))
    return one if one and one in tuple(body.letters) else None


def _of_blanks(body: FillIn, response: Any, rule: ScoringRule) -> Fraction:
    if not isinstance(response, list) or len(response) != len(body.key):
        return Fraction(0)
    return share_of_places(rule, written_answers.hits(body, response), len(body.key))


def _of_row(body: Cloze | Matching, response: Any, rule: ScoringRule) -> Fraction:
    """Mark letters in a row; where each may be used once, one that is used again earns nothing anywhere."""
    given, wanted = _row(body, response), _wanted(body)
    if given is None:
        return Fraction(0)
    hits = sum(one == right and (body.reuse or given.count(one) == 1) for one, right in zip(given, wanted, strict=True))
    return share_of_places(rule, hits, len(wanted))


def _wanted(body: Cloze | Matching) -> list[str]:
    return body.key if isinstance(body, Cloze) else body.wanted


def _row(body: Cloze | Matching, response: Any) -> list[str] | None:
    """Give the letters in the order of the blanks or of the left side; None if the response has another form."""
    places = len(_wanted(body))
    if isinstance(response, dict):
        numbers = [str(number) for number in range(1, places + 1)]
        response = [response.get(number, "") for number in numbers] if set(response) <= set(numbers) else None
    if not isinstance(response, list) or len(response) != places:
        return None
    return response if all(isinstance(one, str) for one in response) else None


def _of_order(body: Ordering, response: Any, rule: ScoringRule) -> Fraction:
    if not isinstance(response, list) or not _letters(body.letters, response):
        return Fraction(0)
    if rule is ScoringRule.ADJACENT_PAIRS:
        return Fraction(len(body.neighbours & set(pairwise(response))), len(body.neighbours))
    hits = sum(one == right for one, right in zip(response, body.key, strict=False))
    return share_of_places(rule, hits, len(body.key))


def _of_case(body: Case, response: Any, rule: ScoringRule, by_people: Shares) -> Fraction | None:
    """Add the shares of the parts; one part that waits for a marker keeps the whole case waiting.

    Parts that a machine marks are all or nothing where the rule of the case is one for people.
    """
    own = ScoringRule.ALL_OR_NOTHING if rule.markers else rule
    total = Fraction(0)
    for place, (part, given) in enumerate(zip(body.parts, _parts(body, response), strict=True), start=1):
        earned = share(part.body, given, own, {0: by_people[place]} if place in by_people else _NONE)
        if earned is None:
            return None
        total += Fraction(part.marks) * earned
    return total / Fraction(body.whole)


def _parts(body: Case, response: Any) -> list[Any]:
    """Give the answers to a case's sub-questions, None where there is none."""
    given: Sequence[Any] = response if isinstance(response, list) else ()
    return [given[place] if place < len(given) else None for place in range(len(body.parts))]


def _letters(known: str, letters: list[Any]) -> bool:
    return all(letter in tuple(known) for letter in letters) and len(set(letters)) == len(letters)


def _part(marks: Decimal, earned: Fraction) -> Decimal:
    """Give a share of marks: all or none as they are, anything between rounded down to hundredths."""
    if earned in {0, 1}:
        return marks if earned else Decimal(0)
    with localcontext() as context:
        context.rounding = ROUND_FLOOR
        return (marks * earned.numerator / earned.denominator).quantize(_HUNDREDTH)
