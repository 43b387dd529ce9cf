"""Which persons are compared with which: everybody, those of one room, neighbours by their seats, or pairs by name."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import NDArray

from kaoping.scoring.arrays import Flags, Floats, Whole
from kaoping.scoring.integrity.errors import BadScreening

ROWS = 128
"""Persons that are compared with everybody at a time."""
LISTED = 4096
"""Pairs by name that are compared at a time."""

Product = Callable[[Floats, Floats], Floats]
"""Sum of products over all but the first axis: of the rows of two arrays for all pairs (p,) of a block."""


@dataclass(frozen=True, eq=False)
class Pairs(Sequence[tuple[str, str]]):
    """Pairs of persons by their numbers ``first`` and ``second`` (p,), read as pairs of names."""

    persons: tuple[str, ...]
    first: NDArray[np.int32]
    second: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.first)

    @overload
    def __getitem__(self, place: int) -> tuple[str, str]: ...
    @overload
    def __getitem__(self, place: slice) -> "Pairs": ...
    def __getitem__(self, place: int | slice) -> "tuple[str, str] | Pairs":
        """Give one pair of names, or some pairs."""
        if isinstance(place, slice):
            return Pairs(self.persons, self.first[place], self.second[place])
        return self.persons[self.first[place]], self.persons[self.second[place]]


@dataclass(frozen=True, eq=False)
class Block:
    """Pairs that are compared at once: persons ``first`` and ``second`` with a ``product`` over them.

    ``rows`` and ``columns`` are the persons whose arrays the product takes, ``first`` and ``second`` (p,) those of the
    pairs that it gives.
    """

    rows: Whole
    columns: Whole
    first: Whole
    second: Whole
    product: Product

    def turned(self) -> "Block":
        """Give the same pairs with first and second exchanged."""

        def product(a: Floats, b: Floats) -> Floats:
            return self.product(b, a)

        return Block(self.columns, self.rows, self.second, self.first, product)


@dataclass(frozen=True)
class Seat:
    """Where a person sat: a room, and the row and column of the seat in it."""

    room: str
    row: int
    column: int


@dataclass(frozen=True, eq=False)
class Comparison:
    """Which pairs of persons are compared; everybody with everybody unless said otherwise.

    Parameters
    ----------
    rooms : name of the room of each person by name; only persons of one room are compared.
    seats : seat of each person by name; only neighbours are compared.
    reach : how many rows and columns away a neighbour may sit.
    named : pairs of names; only these are compared.
    """

    rooms: dict[str, str] | None = None
    seats: dict[str, Seat] | None = None
    reach: int = 1
    named: Sequence[tuple[str, str]] | None = None

    def blocks(self, persons: tuple[str, ...]) -> Iterator[Block]:
        """Give the pairs among these persons, each once, in blocks.

        >>> [len(block.first) for block in Comparison().blocks(("A", "B", "C"))]
        [3]
        """
        if self.named is not None:
            yield from _listed(_numbers(self.named, persons))
        elif self.seats is not None:
            yield from _listed(_neighbours(self.seats, persons, self.reach))
        else:
            for members in _together(self.rooms, persons):
                yield from _everybody(members)


EVERYBODY = Comparison()


def _everybody(members: Whole) -> Iterator[Block]:
    for start in range(0, len(members) - 1, ROWS):
        rows, columns = members[start : start + ROWS], members[start + 1 :]
        wanted = np.arange(len(columns)) >= np.arange(len(rows))[:, None]
        yield Block(rows, columns, *_places(rows, columns, wanted), _of_all(wanted))


def _places(rows: Whole, columns: Whole, wanted: Flags) -> tuple[Whole, Whole]:
    row, column = np.nonzero(wanted)
    return rows[row], columns[column]


def _of_all(wanted: Flags) -> Product:
    def product(a: Floats, b: Floats) -> Floats:
        every: Floats = a.reshape(len(a), -1) @ b.reshape(len(b), -1).T
        return every[wanted]

    return product


def _listed(pairs: Whole) -> Iterator[Block]:
    for start in range(0, len(pairs), LISTED):
        first, second = pairs[start : start + LISTED].T
        yield Block(first, second, first, second, _one_by_one)


def _one_by_one(a: Floats, b: Floats) -> Floats:
    return np.asarray(np.einsum("pk,pk->p", a.reshape(len(a), -1), b.reshape(len(b), -1)))


def _together(rooms: dict[str, str] | None, persons: tuple[str, ...]) -> Iterator[Whole]:
    """Give the persons of each room; all persons if there are no rooms."""
    if rooms is None:
        yield np.arange(len(persons))
        return
    found: dict[str, list[int]] = {}
    for number, name in enumerate(persons):
        if name in rooms:
            found.setdefault(rooms[name], []).append(number)
    for members in found.values():
        yield np.array(members)


def _numbers(named: Sequence[tuple[str, str]], persons: tuple[str, ...]) -> Whole:
    number = {name: place for place, name in enumerate(persons)}
    if same := [pair for pair in named if pair[0] == pair[1]]:
        raise BadScreening(reason=f"{same[0][0]} is to be compared with {same[0][0]}")
    once = {frozenset(pair): pair for pair in reversed(named) if pair[0] in number and pair[1] in number}
    pairs = [(number[a], number[b]) for a, b in reversed(once.values())]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def _neighbours(seats: dict[str, Seat], persons: tuple[str, ...], reach: int) -> Whole:
    """Give the pairs whose seats are at most ``reach`` rows and columns apart."""
    place = {name: number for number, name in enumerate(persons)}
    there = {(seat.room, seat.row, seat.column): name for name, seat in seats.items()}
    steps = [(r, c) for r in range(-reach, reach + 1) for c in range(-reach, reach + 1) if (r, c) > (0, 0)]
    pairs = [
        (place[name], place[other])
        for name, seat in seats.items()
        for r, c in steps
        if (other := there.get((seat.room, seat.row + r, seat.column + c))) in place and name in place
    ]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)
