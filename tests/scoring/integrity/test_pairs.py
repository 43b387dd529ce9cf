"""Who is compared with whom."""

import numpy as np
import pytest

from kaoping.scoring.integrity import Comparison, Pairs, Seat
from kaoping.scoring.integrity.errors import BadScreening
from kaoping.scoring.integrity.pairs import ROWS


def compared(comparison: Comparison, persons: tuple[str, ...]) -> set[frozenset[str]]:
    found = [
        frozenset((persons[a], persons[b]))
        for block in comparison.blocks(persons)
        for a, b in zip(block.first, block.second, strict=True)
    ]
    assert len(found) == len(set(found))
    return set(found)


def test_everybody_is_compared_with_everybody_once() -> None:
    persons = tuple(f"P{number}" for number in range(ROWS + 40))

    assert len(compared(Comparison(), persons)) == len(persons) * (len(persons) - 1) // 2


def test_only_persons_of_one_room_are_compared() -> None:
    found = compared(Comparison(rooms={"A": "1", "B": "2", "C": "1", "D": "2"}), ("A", "B", "C", "D", "E"))

    assert found == {frozenset("AC"), frozenset("BD")}


def test_neighbours_sit_beside_before_behind_or_across_in_one_room() -> None:
    seats = {
        "A": Seat("1", 1, 1),
        "B": Seat("1", 1, 2),
        "C": Seat("1", 2, 2),
        "D": Seat("1", 1, 4),
        "E": Seat("2", 1, 3),
    }

    assert compared(Comparison(seats=seats), tuple("ABCDE")) == {frozenset("AB"), frozenset("AC"), frozenset("BC")}
    assert frozenset("BD") in compared(Comparison(seats=seats, reach=2), tuple("ABCDE"))
    assert compared(Comparison(seats=seats), tuple("ACX")) == {frozenset("AC")}


def test_named_pairs_are_compared_once_whichever_way_they_are_named() -> None:
    named = [("A", "B"), ("B", "A"), ("C", "A"), ("A", "Z")]

    assert compared(Comparison(named=named), tuple("ABC")) == {frozenset("AB"), frozenset("AC")}
    with pytest.raises(BadScreening, match="A is to be compared with A"):
        list(Comparison(named=[("A", "A")]).blocks(tuple("AB")))


def test_products_of_a_block_are_those_of_its_pairs() -> None:
    rng = np.random.default_rng(1)
    a, b = rng.random((2, 9, 3, 2))
    persons = tuple("ABCDEFGHI")

    for comparison in (Comparison(), Comparison(named=[("C", "A"), ("D", "H")])):
        for block in comparison.blocks(persons):
            for one in (block, block.turned()):
                wanted = (a[one.first] * b[one.second]).sum(axis=(1, 2))
                assert one.product(a[one.rows], b[one.columns]) == pytest.approx(wanted)


def test_pairs_read_as_names() -> None:
    pairs = Pairs(("A", "B", "C"), np.array([0, 1], dtype=np.int32), np.array([2, 2], dtype=np.int32))

    assert list(pairs) == [("A", "C"), ("B", "C")]
    assert list(pairs[1:]) == [("B", "C")]
