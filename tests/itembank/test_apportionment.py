"""From weights to counts."""

from decimal import Decimal

import pytest

from kaoping.itembank.apportionment import apportion
from kaoping.itembank.fitting import NoExactTable

WEIGHTS = [Decimal(weight) for weight in (5, 20, 15, 25, 15, 15, 5)]
COUNTS, MARKS = (20, 28, 8, 4), [Decimal(1), Decimal(2), Decimal(2), Decimal(2)]


def by_weight() -> list[list[float]]:
    return [[count * float(weight) / 100 for count in COUNTS] for weight in WEIGHTS]


def test_every_row_gives_its_weight_and_every_section_its_number() -> None:
    table = apportion(WEIGHTS, COUNTS, MARKS, by_weight())

    assert [sum(c * m for c, m in zip(row, MARKS, strict=True)) for row in table] == WEIGHTS
    assert tuple(map(sum, zip(*table, strict=True))) == COUNTS


def test_a_row_without_fill_in_items_in_the_bank_gives_none() -> None:
    wishes = by_weight()
    wishes[0] = [1.3, 2.1, 0.0, 0.0]

    assert apportion(WEIGHTS, COUNTS, MARKS, wishes)[0] == (1, 2, 0, 0)


def test_the_same_weights_always_give_the_same_table() -> None:
    assert apportion(WEIGHTS, COUNTS, MARKS, by_weight()) == apportion(WEIGHTS, COUNTS, MARKS, by_weight())


def test_half_marks_are_exact() -> None:
    table = apportion([Decimal("2.5"), Decimal("1.5")], (8,), [Decimal("0.5")], [[5.0], [3.0]])

    assert table == [(5,), (3,)]


def test_numbers_that_cannot_make_up_the_weights_are_refused() -> None:
    with pytest.raises(NoExactTable):
        apportion([Decimal(3), Decimal(5)], (4,), [Decimal(2)], [[2.0], [2.0]])
