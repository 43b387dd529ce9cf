"""Whether numbers of items fit a weight table, and the nearest that do."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaoping.itembank import patterns
from kaoping.itembank.apportionment import apportion
from kaoping.itembank.fitting import (
    NoExactTable,
    NumbersDoNotFit,
    TotalNotGiven,
    WeightNotGiven,
    fits,
    nearest_counts,
    require_table,
)
from kaoping.itembank.patterns import Pattern

PATTERNS = pytest.mark.parametrize("pattern", patterns.of_program(), ids=lambda pattern: pattern.key)
#: Theory weights of the levels of the demonstration, and weights in halves.
WEIGHTS = (
    (5, 30, 25, 20, 5, 15),
    (5, 25, 20, 25, 10, 15),
    (5, 20, 15, 25, 15, 15, 5),
    (5, 10, 10, 20, 15, 15, 15, 10),
    (5, 5, 10, 15, 15, 15, 20, 15),
)
HALVES = ("12.5", "7.5", "22.5", "17.5", "40")


def marks_of(pattern: Pattern) -> list[Decimal]:
    return [rule.marks for rule in pattern.sections]


def counts_of(pattern: Pattern) -> tuple[int, ...]:
    return tuple(rule.count for rule in pattern.sections)


def decimals(*numbers: object) -> list[Decimal]:
    return [Decimal(str(number)) for number in numbers]


@PATTERNS
@pytest.mark.parametrize("weights", WEIGHTS)
def test_every_pattern_is_shared_out_exactly(pattern: Pattern, weights: tuple[int, ...]) -> None:
    counts, marks, asked = counts_of(pattern), marks_of(pattern), decimals(*weights)

    table = apportion(asked, counts, marks, [[count * weight / 100 for count in counts] for weight in weights])

    assert [sum(c * m for c, m in zip(row, marks, strict=True)) for row in table] == asked
    assert tuple(map(sum, zip(*table, strict=True))) == counts


@pytest.mark.parametrize("key", ["classic-200", "mixed-190"])
def test_patterns_of_half_marks_take_weights_in_halves(key: str) -> None:
    pattern = next(one for one in patterns.of_program() if one.key == key)
    weights, marks = decimals(*HALVES), marks_of(pattern)
    wishes = [[0.0] * len(marks) for _ in weights]

    table = apportion(weights, counts_of(pattern), marks, wishes)

    assert [sum(c * m for c, m in zip(row, marks, strict=True)) for row in table] == weights


@pytest.mark.parametrize("key", ["mixed-60", "single-80", "technician-80"])
def test_patterns_of_whole_marks_say_what_weight_they_cannot_give_and_the_nearest(key: str) -> None:
    pattern = next(one for one in patterns.of_program() if one.key == key)

    with pytest.raises(WeightNotGiven, match=r"its weight of 12.5; the nearest that they can give: 12 / 13\."):
        require_table(decimals(*HALVES), counts_of(pattern), marks_of(pattern))


def test_too_few_items_for_odd_weights_are_told_with_the_nearest_numbers_that_do() -> None:
    weights = decimals(5, 5, 15, 25, 15, 15, 15, 5)

    with pytest.raises(NumbersDoNotFit, match=r"4 / 48 items of 1 / 2 marks .* that can: 8 / 46\."):
        require_table(weights, (4, 48), decimals(1, 2))
    assert fits(weights, (8, 46), decimals(1, 2))


def test_types_of_another_total_are_told_with_both_totals() -> None:
    with pytest.raises(TotalNotGiven, match="give 95 marks together and the weights ask for 100"):
        require_table(decimals(40, 60), (5, 45), decimals(1, 2))


def test_weights_that_no_numbers_near_can_give_at_once_are_refused_plainly() -> None:
    with pytest.raises(NoExactTable, match="No whole numbers of items"):
        require_table(decimals(*[1] * 100), (20, 40, 20), decimals(1, 1, 2))


@settings(deadline=None, max_examples=60)
@given(
    counts=st.lists(st.integers(0, 4), min_size=1, max_size=3),
    marks=st.lists(st.sampled_from(["0.5", "1", "1.5", "2"]), min_size=3, max_size=3),
    cuts=st.lists(st.integers(0, 16), max_size=2),
)
def test_what_fits_is_what_trying_every_table_finds(counts: list[int], marks: list[str], cuts: list[int]) -> None:
    worth = decimals(*marks[: len(counts)])
    total = sum((count * mark for count, mark in zip(counts, worth, strict=True)), Decimal(0))
    ends = sorted(min(total, Decimal(cut) / 2) for cut in cuts)
    weights = [after - before for before, after in zip([Decimal(0), *ends], [*ends, total], strict=True)]

    assert fits(weights, counts, worth) == (tuple(counts) in set(_totals(weights, counts, worth)))


def _totals(weights: list[Decimal], counts: list[int], marks: list[Decimal]) -> Iterator[tuple[int, ...]]:
    rows = [
        [row for row in product(*(range(count + 1) for count in counts)) if _worth(row, marks) == weight]
        for weight in weights
    ]
    return (tuple(map(sum, zip(*table, strict=True))) for table in product(*rows))


def _worth(row: tuple[int, ...], marks: list[Decimal]) -> Decimal:
    return sum((count * mark for count, mark in zip(row, marks, strict=True)), Decimal(0))


def test_the_nearest_numbers_of_numbers_that_fit_are_themselves() -> None:
    assert nearest_counts(decimals(40, 60), (20, 40), decimals(1, 2)) == (20, 40)
