"""Written answers: when two ways to write count as the same, and what is read as a number. Pure, in exact decimals."""

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal

from kaoping.itembank.bodies.base import narrow
from kaoping.itembank.bodies.written import NUMBER, FillIn, Normalise, Numeric
from kaoping.itembank.simplified import simplified

#: A number as people write it; a comma parts thousands and stands nowhere else, so 1,5 is no 15.
_WRITTEN = re.compile(r"[+-]?((\d{1,3}(,\d{3})+|\d+)\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)


def number(text: str, *, unit: str = "") -> Decimal | None:
    """Read what a candidate wrote as a number, full-width digits, thousands commas and unit included; or None.

    The exam page tells whoever types by the same rule (``numbers.js``).

    >>> number("１，０００ kg", unit="kg"), number("国务院")
    (Decimal('1000'), None)
    """
    written = narrow(text).removesuffix(narrow(unit))
    try:
        return Decimal(written.replace(",", "")) if _WRITTEN.fullmatch(written) else None
    except ArithmeticError:  # an exponent beyond all numbers
        return None


def measured(body: Numeric, text: str) -> Decimal | None:
    """Read a number in any accepted unit and give it in the unit of the key; one without a unit is in that already.

    >>> millimetres = {"unit": "mm", "factor": "0.001"}
    >>> measured(Numeric(stem="?", rationale="!", key="1.5", unit="m", units=[millimetres]), "1500 mm")
    Decimal('1.500')
    """
    if (plain := number(text, unit=body.unit)) is not None:
        return plain
    for other in body.units:
        if narrow(text).endswith(narrow(other.unit)) and (given := number(text, unit=other.unit)) is not None:
            return given * Decimal(other.factor)
    return None


def near(body: Numeric, text: str) -> bool:
    """Tell whether a number lies within the tolerance of the key."""
    try:
        given = measured(body, text)
        return given is not None and abs(given - Decimal(body.key)) <= body.distance
    except ArithmeticError:  # so large that no difference can be formed
        return False


def hits(body: FillIn, given: Iterable[object]) -> int:
    """Count the blanks that are filled with an accepted answer."""
    return sum(
        any(same(str(text), one, body.normalise) for one in accepted)
        for text, accepted in zip(given, body.key, strict=False)
    )


def same(given: str, accepted: str, by: Normalise) -> bool:
    """Tell whether an answer is an accepted one, written in another way perhaps.

    >>> same("１２．５ mm", "12.50±0.1", Normalise(numbers=True, units=("mm",)))
    True
    """
    if by.numbers and (found := NUMBER.match(accepted)):
        return _close(_bare(given, by.units), Decimal(found["number"]), Decimal(found["tolerance"] or 0))
    wanted, read = normal(accepted, by), [given, _bare(given, by.units)]
    if by.punctuation:
        read.append(_bare(_unpunctuated(given), by.units))
    return bool(wanted) and wanted in {normal(one, by) for one in read}


def normal(text: str, by: Normalise) -> str:
    """Write a text in the one way that stands for all that count as the same.

    >>> normal(" Ｐ成员 ", Normalise())
    'p成员'
    """
    if by.width:
        text = unicodedata.normalize("NFKC", text)
    if by.script:
        text = simplified(text)
    if by.punctuation:
        text = _unpunctuated(text)
    text = re.sub(r"\s+", "" if by.spaces else " ", text).strip()
    return text.casefold() if by.case else text


def _unpunctuated(text: str) -> str:
    return "".join(" " if unicodedata.category(one).startswith("P") else one for one in text)


def _bare(text: str, units: Iterable[str]) -> str:
    """Leave out the unit behind an answer, the longest that fits; what stands before it stays letter by letter."""
    stripped = text.strip()
    for unit in sorted(map(narrow, units), key=len, reverse=True):
        if (before := _before(stripped, unit)) is not None:
            return before
    return text


def _before(text: str, unit: str) -> str | None:
    """Give what stands before a unit at the end of a text; None if it does not end so, or is nothing else."""
    for start in range(len(text) - 1, 0, -1):
        if len(end := narrow(text[start:])) >= len(unit):
            return text[:start] if end == unit else None
    return None


def _close(text: str, key: Decimal, tolerance: Decimal) -> bool:
    try:
        given = number(text)
        return given is not None and abs(given - key) <= tolerance
    except ArithmeticError:  # so large that no difference can be formed
        return False
