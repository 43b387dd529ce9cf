"""How long every person took for every item: the table that screenings by time start from."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from kaoping.scoring.arrays import Flags, Floats, Whole
from kaoping.scoring.integrity.time_errors import BadTimes
from kaoping.scoring.responses import ResponseMatrix


@dataclass(frozen=True, eq=False)
class ResponseTimes:
    """Times of n persons on k items, in seconds; not a number where an item has no time.

    Times of zero or below are refused: nobody answers in no time, so that such a cell means something else, and only
    the file's owner knows what. With ``least`` those from zero to below it are set apart as no times at all, with
    ``most`` those from it on (a time-out says only that a person took at least so long); how many is told by
    ``short`` and ``long``.

    Parameters
    ----------
    seconds : (n, k) times; not a number where the item was not presented.
    items : k names; "1" to "k" if not given.
    persons : n names; "1" to "n" if not given.
    least, most : the range of times that are taken for times, in seconds.

    Raises
    ------
    BadTimes
        The table is empty, not two-dimensional, holds a time that is not positive, or names do not fit.

    >>> ResponseTimes([[30.0, 0.0], [900.0, 20.0]], least=1.0, most=600.0).seconds
    array([[30., nan],
           [nan, 20.]])
    """

    seconds: Floats
    items: tuple[str, ...]
    persons: tuple[str, ...]
    short: Flags = field(repr=False)
    long: Flags = field(repr=False)

    def __init__(
        self,
        seconds: ArrayLike,
        items: Sequence[str] = (),
        *,
        persons: Sequence[str] = (),
        least: float | None = None,
        most: float | None = None,
    ) -> None:
        given = np.array(seconds, dtype=np.float64)
        if given.ndim != 2 or not given.size:  # noqa: PLR2004
            raise BadTimes(reason=f"it has shape {given.shape} and not persons by items")
        _refuse_impossible(given, least)
        short = given < (0.0 if least is None else least)
        long = given >= (np.inf if most is None else most)
        given[short | long] = np.nan
        self._keep(given, items, persons, short, long)

    def _keep(self, seconds: Floats, items: Sequence[str], persons: Sequence[str], short: Flags, long: Flags) -> None:
        keep = object.__setattr__
        keep(self, "seconds", seconds)
        keep(self, "items", _names(items, seconds.shape[1], "items"))
        keep(self, "persons", _names(persons, seconds.shape[0], "persons"))
        keep(self, "short", short)
        keep(self, "long", long)

    def _part(self, rows: Whole, columns: Whole) -> "ResponseTimes":
        """Give some persons and items, with what was set apart of theirs."""
        part, at = object.__new__(ResponseTimes), np.ix_(rows, columns)
        items, persons = [self.items[place] for place in columns], [self.persons[place] for place in rows]
        part._keep(self.seconds[at], items, persons, self.short[at], self.long[at])
        return part

    @cached_property
    def timed(self) -> Flags:
        """(n, k) whether there is a time."""
        return np.isfinite(self.seconds)

    @cached_property
    def log(self) -> Floats:
        """(n, k) natural logarithm of the seconds; zero where there is no time."""
        return np.log(np.where(self.timed, self.seconds, 1.0))

    @property
    def medians(self) -> Floats:
        """(k,) median time of each item, in seconds; zero for an item without times."""
        columns = zip(self.seconds.T, self.timed.T, strict=True)
        return np.array([np.median(column[known]) if known.any() else 0.0 for column, known in columns])

    @property
    def n_persons(self) -> int:
        """Number of persons."""
        return len(self.persons)

    @property
    def n_items(self) -> int:
        """Number of items."""
        return len(self.items)

    def take(self, *, items: Flags | Whole) -> "ResponseTimes":
        """Give the times of some of the items.

        >>> ResponseTimes([[30.0, 20.0]], ["A", "B"]).take(items=np.array([1])).items
        ('B',)
        """
        return self._part(np.arange(self.n_persons), np.arange(self.n_items)[items])

    def without(self, cells: Flags) -> "ResponseTimes":
        """Give the table with some cells (n, k) emptied."""
        return ResponseTimes(np.where(cells, np.nan, self.seconds), self.items, persons=self.persons)

    def of(self, responses: ResponseMatrix) -> "ResponseTimes":
        """Give the times of the persons and items answered, in their order.

        Raises
        ------
        BadTimes
            A person or an item of the answers is not in the table.
        """
        return self._part(
            _places(self.persons, responses.persons, "person"), _places(self.items, responses.items, "item")
        )


def _refuse_impossible(given: Floats, least: float | None) -> None:
    impossible = np.isinf(given) | (given < 0) | ((given == 0) & (least is None))
    if impossible.any():
        row, column = np.argwhere(impossible)[0]
        raise BadTimes(reason=f"row {row + 1}, column {column + 1} holds {given[row, column]:g}, which is no time")


def _names(given: Sequence[str], number: int, what: str) -> tuple[str, ...]:
    names = tuple(given) or tuple(str(place + 1) for place in range(number))
    if len(names) != number or len(set(names)) != number:
        raise BadTimes(reason=f"the names of its {number} {what} are not {number} different ones")
    return names


def _places(names: Sequence[str], asked: Sequence[str], what: str) -> Whole:
    place = {name: number for number, name in enumerate(names)}
    for name in asked:
        if name not in place:
            raise BadTimes(reason=f"it has no {what} {name}, who or which is among the answers")
    return np.array([place[name] for name in asked], dtype=np.int64)
