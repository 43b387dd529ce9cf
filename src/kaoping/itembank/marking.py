"""Machine marking: a pure function of a body and a response.

A response is plain data: ``True``/``False``, a letter, a list of letters, a list of texts, or a number as text;
``None`` when the candidate gave none. Marking is all or nothing; marks are exact decimals.
"""

from decimal import Decimal
from typing import Any

from kaoping.itembank.content import FillIn, MultipleChoice, Numeric, SingleChoice, TrueFalse, folded

#: Longest text taken for a blank or a number.
LONGEST = 200

Body = TrueFalse | SingleChoice | MultipleChoice | FillIn | Numeric


def answered(response: Any) -> bool:
    """Tell whether a response says anything."""
    if isinstance(response, list):
        return any(str(part).strip() for part in response)
    return response is not None and response != ""


def correct(body: Body, response: Any) -> bool:
    """Tell whether a response is right.

    >>> correct(SingleChoice(stem="?", rationale="!", options=["a", "b", "c"], key="B"), "B")
    True
    """
    if not answered(response):
        return False
    match body:
        case TrueFalse() | SingleChoice():
            return type(response) is type(body.key) and response == body.key
        case MultipleChoice():
            return isinstance(response, list) and sorted(map(str, response)) == sorted(set(body.key))
        case FillIn():
            return _blanks_right(body.key, response)
        case Numeric():
            return _number_right(body, response)


def number(text: str, *, unit: str = "") -> Decimal | None:
    """Read what a candidate wrote as a number, full-width digits, thousands commas and unit included; or None.

    The exam page tells whoever types by the same rule (``numbers.js``).

    >>> number("１，０００ kg", unit="kg"), number("国务院")
    (Decimal('1000'), None)
    """
    try:
        given = Decimal(folded(text).removesuffix(folded(unit)).replace(",", ""))
    except ArithmeticError:
        return None
    return given if given.is_finite() else None


def mark(body: Body, response: Any, *, marks: Decimal) -> Decimal:
    """Give the marks of a response: all or none."""
    return marks if correct(body, response) else Decimal(0)


def acceptable(body: Body, response: Any) -> bool:
    """Tell whether a response has the form that its item takes (right or wrong); ``None`` clears an answer."""
    match body, response:
        case (_, None) | (TrueFalse(), bool()):
            return True
        case SingleChoice(), str():
            return _letters(body.letters, [response])
        case MultipleChoice(), list():
            return _letters(body.letters, response)
        case FillIn(), list():
            return len(response) == len(body.key) and all(isinstance(x, str) and len(x) <= LONGEST for x in response)
        case _:
            return isinstance(body, Numeric) and isinstance(response, str) and len(response) <= LONGEST


def _letters(known: str, letters: list[Any]) -> bool:
    return all(letter in tuple(known) for letter in letters) and len(set(letters)) == len(letters)


def _blanks_right(key: list[list[str]], response: Any) -> bool:
    return (
        isinstance(response, list)
        and len(response) == len(key)
        and all(folded(str(given)) in map(folded, accepted) for given, accepted in zip(response, key, strict=True))
    )


def _number_right(body: Numeric, response: Any) -> bool:
    given = number(str(response), unit=body.unit)
    try:
        return given is not None and abs(given - Decimal(body.key)) <= Decimal(body.tolerance)
    except ArithmeticError:  # so large that no difference can be formed
        return False
