"""Whether whole numbers of items can give every row of a weight table its weight: exactly, and if not, what could.

Marks are counted in hundredths. The last section's number follows from the others', because a row's marks are given; so
the tables are the ways to use up the items of all sections but the largest. The sets of numbers that some rows can use
up are kept as the bits of one integer each, which makes the answer for a paper of 200 items a matter of milliseconds.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import product
from math import prod

from kaoping.itembank.errors import N_, Invalid, ItemBankError

#: How many items a type may be given more or fewer when the nearest numbers are sought, and how many are looked at.
WIDEST, LOOKED_AT = 40, 200


class NoExactTable(ItemBankError, Invalid):
    """No whole numbers of items give every row its weight and every section its number."""

    sentence = N_(
        "No whole numbers of items give every row its weight in marks and every type its number: "
        "change the numbers or the marks of the types."
    )


class TotalNotGiven(NoExactTable):
    """The types of a pattern give another total than the weights."""

    sentence = N_(
        "The types give %(given)s marks together and the weights ask for %(asked)s. Change the numbers or the marks."
    )


class WeightNotGiven(NoExactTable):
    """A weight cannot be made up from the marks of the types."""

    sentence = N_(
        "Items of %(marks)s marks cannot give a range its weight of %(weight)s; the nearest that they can give: "
        "%(nearest)s. Choose a pattern with smaller marks, or mend the weight."
    )


class NumbersDoNotFit(NoExactTable):
    """Every weight can be made up, but not all at once with these numbers of items."""

    sentence = N_(
        "%(counts)s items of %(marks)s marks cannot be shared out so that every range gives its weight; the nearest "
        "numbers that can: %(nearest)s."
    )


def require_table(weights: Sequence[Decimal], counts: Sequence[int], marks: Sequence[Decimal]) -> None:
    """Refuse numbers of which there is no exact table.

    Raises
    ------
    TotalNotGiven, WeightNotGiven, NumbersDoNotFit : which numbers do not fit, and the nearest that do.
    NoExactTable : no numbers near these do.
    """
    given, asked = sum(count * mark for count, mark in zip(counts, marks, strict=True)), sum(weights)
    if given != asked:
        raise TotalNotGiven(given=_plain(given), asked=_plain(asked))
    for weight in weights:
        if not _ways(_units(weight), counts, [_units(mark) for mark in marks]):
            near = nearest_weights(weight, counts, marks)
            raise WeightNotGiven(marks=_listed(sorted(set(marks))), weight=_plain(weight), nearest=_listed(near))
    if not fits(weights, counts, marks):
        near_counts = nearest_counts(weights, counts, marks)
        if near_counts is None:
            raise NoExactTable
        raise NumbersDoNotFit(counts=_listed(counts), marks=_listed(marks), nearest=_listed(near_counts))


def fits(weights: Sequence[Decimal], counts: Sequence[int], marks: Sequence[Decimal]) -> bool:
    """Say whether there is a table of whole numbers with these row and column totals.

    >>> fits([Decimal("12.5"), Decimal("87.5")], (160, 40), [Decimal("0.5"), Decimal("0.5")])
    True
    >>> fits([Decimal(3), Decimal(3)], (2, 2), [Decimal(1), Decimal(2)])
    True
    >>> fits([Decimal(3), Decimal(3), Decimal(2)], (0, 4), [Decimal(1), Decimal(2)])
    False
    """
    largest = max(range(len(counts)), key=lambda place: counts[place])
    sizes = [count for place, count in enumerate(counts) if place != largest]
    strides = [prod(2 * size + 1 for size in sizes[:place]) for place in range(len(sizes))]
    inside = _bits(strides, sizes)
    reached = 1
    for weight in weights:
        ways = _ways(_units(weight), counts, [_units(mark) for mark in marks])
        shifts = {_place(strides, [*way[:largest], *way[largest + 1 :]]) for way in ways}
        reached = _shifted(reached, shifts) & inside
    return bool(reached >> _place(strides, sizes) & 1)


def nearest_weights(weight: Decimal, counts: Sequence[int], marks: Sequence[Decimal]) -> list[Decimal]:
    """Give the next smaller and the next greater weight that items of these marks can give.

    >>> nearest_weights(Decimal("12.5"), (20, 40), [Decimal(1), Decimal(2)])
    [Decimal('12'), Decimal('13')]
    """
    units, total = [_units(mark) for mark in marks], sum(c * m for c, m in zip(counts, marks, strict=True))
    wanted, most = _units(weight), _units(Decimal(total))
    below = (value for value in range(wanted - 1, -1, -1) if _ways(value, counts, units))
    above = (value for value in range(wanted + 1, most + 1) if _ways(value, counts, units))
    found = (next(values, None) for values in (below, above))
    return [Decimal(value) / 100 for value in found if value is not None]


def nearest_counts(
    weights: Sequence[Decimal], counts: Sequence[int], marks: Sequence[Decimal]
) -> tuple[int, ...] | None:
    """Give the numbers of items nearest to these, of the same marks together, of which there is a table.

    >>> nearest_counts([Decimal(3), Decimal(3), Decimal(2)], (0, 4), [Decimal(1), Decimal(2)])
    (2, 3)
    """
    same = sorted(
        _of_same_marks(counts, [_units(mark) for mark in marks]), key=lambda near: (_moved(near, counts), near)
    )
    return next((near for near in same[:LOOKED_AT] if fits(weights, near, marks)), None)


def _of_same_marks(counts: Sequence[int], units: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Give the numbers of items around these that make up the same marks; the last type takes up the difference."""
    total = sum(count * unit for count, unit in zip(counts, units, strict=True))
    reach = WIDEST if len(counts) <= 3 else WIDEST // 4  # noqa: PLR2004 - four types have too many neighbours
    around = (range(max(0, count - reach), count + reach + 1) for count in counts[:-1])
    for near in product(*around):
        last, rest = divmod(total - sum(c * u for c, u in zip(near, units, strict=False)), units[-1])
        if rest == 0 and last >= 0:
            yield *near, last


def _moved(near: Sequence[int], counts: Sequence[int]) -> int:
    return sum(abs(one - other) for one, other in zip(near, counts, strict=True))


def _ways(units: int, counts: Sequence[int], marks: Sequence[int]) -> list[tuple[int, ...]]:
    """Give the numbers of items of each section that make up a row's marks."""
    after = [sum(c * m for c, m in zip(counts[place:], marks[place:], strict=True)) for place in range(len(counts) + 1)]
    begun: list[tuple[tuple[int, ...], int]] = [((), units)]
    for place, (count, mark) in enumerate(zip(counts, marks, strict=True)):
        begun = [
            ((*some, number), left - number * mark)
            for some, left in begun
            for number in range(min(count, left // mark) + 1)
            if left - number * mark <= after[place + 1]
        ]
    return [some for some, _ in begun]


def _place(strides: Sequence[int], numbers: Sequence[int]) -> int:
    return sum(stride * number for stride, number in zip(strides, numbers, strict=True))


def _bits(strides: Sequence[int], sizes: Sequence[int]) -> int:
    """Give the bits of all numbers up to these sizes."""
    made = 1
    for stride, size in zip(strides, sizes, strict=True):
        made = _shifted(made, {stride * number for number in range(size + 1)})
    return made


def _shifted(bits: int, shifts: set[int]) -> int:
    made = 0
    for shift in shifts:
        made |= bits << shift
    return made


def _units(marks: Decimal) -> int:
    """Count marks in hundredths, the smallest that a mark or weight is stored in."""
    return int(marks * 100)


def _plain(number: Decimal | int) -> str:
    return format(Decimal(number).normalize(), "f")


def _listed(numbers: Sequence[Decimal] | Sequence[int]) -> str:
    return " / ".join(map(_plain, numbers))
