"""Written answers: when two ways to write count as the same, and what is read as a number. Pure, in exact decimals."""

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal

from kaoping.itembank.bodies.base import folded
from kaoping.itembank.bodies.written import NUMBER, FillIn, Normalise, Numeric


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


def measured(body: Numeric, text: str) -> Decimal | None:
    """Read a number in any accepted unit and give it in the unit of the key; one without a unit is in that already.

    >>> millimetres = {"unit": "mm", "factor": "0.001"}
    >>> measured(Numeric(stem="?", rationale="!", key="1.5", unit="m", units=[millimetres]), "1500 mm")
    Decimal('1.500')
    """
    if (plain := number(text, unit=body.unit)) is not None:
        return plain
    for other in body.units:
        if folded(text).endswith(folded(other.unit)) and (given := number(text, unit=other.unit)) is not None:
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
        return _close(_bare(given, by), Decimal(found["number"]), Decimal(found["tolerance"] or 0))
    wanted = normal(accepted, by)
    return bool(wanted) and wanted in {normal(given, by), normal(_bare(given, by), by)}


def normal(text: str, by: Normalise) -> str:
    """Write a text in the one way that stands for all that count as the same.

    >>> normal(" Ｐ成员 ", Normalise())
    'p成员'
    """
    if by.width:
        text = unicodedata.normalize("NFKC", text)
    if by.punctuation:
        text = "".join(" " if unicodedata.category(one).startswith("P") else one for one in text)
    text = re.sub(r"\s+", "" if by.spaces else " ", text).strip()
    return text.casefold() if by.case else text


def _bare(text: str, by: Normalise) -> str:
    """Leave out the unit behind an answer, the longest that fits."""
    stripped = text.strip()
    for unit in sorted(by.units, key=len, reverse=True):
        if folded(stripped) != folded(unit) and normal(stripped, by).endswith(normal(unit, by)):
            return _without(stripped, unit, by)
    return text


def _without(text: str, unit: str, by: Normalise) -> str:
    return normal(text, by).removesuffix(normal(unit, by)).strip()


def _close(text: str, key: Decimal, tolerance: Decimal) -> bool:
    try:
        given = number(text)
        return given is not None and abs(given - key) <= tolerance
    except ArithmeticError:  # so large that no difference can be formed
        return False
