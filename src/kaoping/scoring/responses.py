"""Who answered what: the table that every estimate starts from."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array

from kaoping.scoring.arrays import Answers, Flags, Floats, Whole
from kaoping.scoring.errors import BadResponses

NOT_PRESENTED = -1
OMITTED = -2
NOT_REACHED = -3
LARGEST_CATEGORY = 100


@dataclass(frozen=True, eq=False)
class ResponseMatrix:
    """Answers of n persons to k items, as categories 0, 1, 2 and so on; 0 and 1 are wrong and right.

    Three kinds of empty cell are told apart: -1, the item was not presented to the person; -2, it was seen and
    omitted; -3, the person did not come that far. What is known of the person's answer is in ``answers``: an item not
    presented says nothing (-1), an omitted one counts as category ``omitted_as``, one not reached as
    ``not_reached_as``. ``codes`` keeps the table as it was given.

    Parameters
    ----------
    answers : (n, k) whole numbers from -3 to 100.
    items : k names used in errors and results; "1" to "k" if not given.
    persons : n names; "1" to "n" if not given.
    weights : (n,) positive weight of each person; ones if not given.
    groups : (n,) name of each person's group; one group if not given.
    categories : (k,) number of categories of each item; one more than the largest seen, at least 2, if not given.
    omitted_as, not_reached_as : the category counted, or -1 for "says nothing".

    Raises
    ------
    BadResponses
        The table is empty, not two-dimensional, holds other values, or names, weights or groups do not fit.

    >>> ResponseMatrix([[1, 0, -1], [1, -2, 0]]).answers
    array([[ 1,  0, -1],
           [ 1,  0,  0]], dtype=int8)
    """

    codes: Answers | csr_array[Any]
    items: tuple[str, ...]
    categories: Whole
    weights: Floats
    group: Whole
    group_names: tuple[str, ...]
    omitted_as: int
    not_reached_as: int
    _persons: tuple[str, ...]

    def __init__(
        self,
        answers: ArrayLike | csr_array[Any],
        items: Sequence[str] = (),
        *,
        persons: Sequence[str] = (),
        weights: ArrayLike | None = None,
        groups: Sequence[str] | None = None,
        categories: ArrayLike | None = None,
        omitted_as: int = 0,
        not_reached_as: int = NOT_PRESENTED,
    ) -> None:
        codes = answers if isinstance(answers, csr_array) else _checked(np.asarray(answers))
        n, k = codes.shape
        keep = object.__setattr__
        keep(self, "codes", codes)
        keep(self, "items", _names(items, k, "item names", "columns"))
        keep(self, "_persons", _names(persons, n, "person names", "rows") if persons else ())
        keep(self, "weights", _weights(weights, n))
        names, group = _groups(groups, n)
        keep(self, "group", group)
        keep(self, "group_names", names)
        keep(self, "omitted_as", omitted_as)
        keep(self, "not_reached_as", not_reached_as)
        keep(self, "categories", self._categories(categories))

    @classmethod
    def from_triples(
        cls,
        person: ArrayLike,
        item: ArrayLike,
        answer: ArrayLike,
        *,
        shape: tuple[int, int] | None = None,
        **named: Any,
    ) -> "ResponseMatrix":
        """Make a sparse table: one entry per answer, everything else was not presented.

        Use it for banks where each person sees few of many items; what is stored grows with the answers alone.

        Parameters
        ----------
        person, item : (t,) row and column of each answer, from 0.
        answer : (t,) category of each answer; omitted items are given as the category they count as.
        shape : persons and items; one more than the largest row and column if not given.
        named : as for the class.

        >>> few = ResponseMatrix.from_triples([0, 0, 1], [0, 2, 1], [1, 0, 1])
        >>> few.answers
        array([[ 1, -1,  0],
               [-1,  1, -1]], dtype=int8)
        """
        rows, columns, values = (np.asarray(part) for part in (person, item, answer))
        if not rows.shape == columns.shape == values.shape or rows.ndim != 1 or not rows.size:
            raise BadResponses(reason="persons, items and answers are not three lists of one length")
        wrong = (values < 0) | (values > LARGEST_CATEGORY) | (values % 1 != 0)
        if wrong.any():
            place = int(np.argmax(wrong))
            raise BadResponses(reason=f"answer {place + 1} is {values[place]}, not a category from 0 to 100")
        full = shape or (int(rows.max()) + 1, int(columns.max()) + 1)
        if rows.min() < 0 or columns.min() < 0 or rows.max() >= full[0] or columns.max() >= full[1]:
            raise BadResponses(reason=f"a row or column lies outside {full[0]} persons by {full[1]} items")
        stored = csr_array((values.astype(np.int8) + np.int8(1), (rows, columns)), shape=full)
        if stored.nnz < rows.size:
            raise BadResponses(reason="a person has two answers to one item")
        stored.sort_indices()
        return cls(stored, **named)

    @property
    def n_persons(self) -> int:
        """Number of persons."""
        return int(self.codes.shape[0])

    @property
    def n_items(self) -> int:
        """Number of items."""
        return len(self.items)

    @property
    def sparse(self) -> bool:
        """Whether only the answers given are stored."""
        return isinstance(self.codes, csr_array)

    @property
    def persons(self) -> tuple[str, ...]:
        """(n,) names of the persons."""
        return self._persons or tuple(str(number + 1) for number in range(self.n_persons))

    @cached_property
    def answers(self) -> Answers:
        """(n, k) category of each answer, -1 where nothing is known. Of a sparse table this is formed in full."""
        return self.block(slice(None))

    def block(self, rows: slice) -> Answers:
        """Give `answers` of some persons, (r, k); read-only."""
        if isinstance(self.codes, csr_array):
            known = np.asarray(self.codes[rows].toarray() - np.int8(1), dtype=np.int8)
        else:
            known = _known(self.codes[rows], self.omitted_as, self.not_reached_as)
        known.setflags(write=False)
        return known

    @cached_property
    def presented(self) -> Flags:
        """(n, k) whether something is known of the person's answer."""
        return np.asarray(self.answers >= 0)

    @property
    def right(self) -> Flags:
        """(n, k) whether the answer was right, of items marked right or wrong."""
        return np.equal(self.answers, 1)

    @cached_property
    def counts(self) -> Floats:
        """(k, m) weighted persons in each category of each item; m is the largest number of categories."""
        found = np.zeros((self.n_items, int(self.categories.max())))
        if isinstance(self.codes, csr_array):
            weight = np.repeat(self.weights, np.diff(self.codes.indptr))
            np.add.at(found, (self.codes.indices, self.codes.data - np.int64(1)), weight)
        else:
            for category in range(found.shape[1]):
                found[:, category] = self.weights @ (self.answers == category)
        return found

    @cached_property
    def answered(self) -> Floats:
        """(k,) persons whose answer to the item is known, each counted once."""
        if isinstance(self.codes, csr_array):
            return np.bincount(self.codes.indices, minlength=self.n_items).astype(np.float64)
        return np.asarray(self.presented.sum(axis=0), dtype=np.float64)

    @property
    def dichotomous(self) -> bool:
        """Whether every item is right or wrong."""
        return bool((self.categories == 2).all())  # noqa: PLR2004

    @property
    def complete(self) -> bool:
        """Whether every answer of every person is known."""
        return bool(self.answered.min() == self.n_persons)

    def take(self, *, persons: Flags | Whole | None = None, items: Flags | Whole | None = None) -> "ResponseMatrix":
        """Give the table of some persons and some items, with everything that belongs to them.

        >>> ResponseMatrix([[1, 0], [0, 1]], items=("A", "B")).take(items=np.array([1])).items
        ('B',)
        """
        every = (np.arange(self.n_persons), np.arange(self.n_items))
        rows, columns = (
            whole if part is None else whole[part] for whole, part in zip(every, (persons, items), strict=True)
        )
        return ResponseMatrix(
            self.codes[rows][:, columns],
            items=[self.items[column] for column in columns],
            persons=[self._persons[row] for row in rows] if self._persons else (),
            weights=self.weights[rows],
            groups=[self.group_names[group] for group in self.group[rows]] if self.group_names[0] else None,
            categories=self.categories[columns],
            omitted_as=self.omitted_as,
            not_reached_as=self.not_reached_as,
        )

    def _categories(self, given: ArrayLike | None) -> Whole:
        if isinstance(self.codes, csr_array):
            largest = np.zeros(self.n_items, dtype=np.int64)
            np.maximum.at(largest, self.codes.indices, self.codes.data.astype(np.int64) - 1)
        else:
            largest = self.answers.max(axis=0).astype(np.int64)
        if given is None:
            return np.maximum(largest + 1, 2)
        stated = np.asarray(given, dtype=np.int64)
        if stated.shape != largest.shape or (stated <= largest).any():
            raise BadResponses(reason="the numbers of categories are not one per item and above every answer")
        return stated


def _checked(table: np.ndarray) -> Answers:
    if np.ndim(table) != 2 or table.size == 0:  # noqa: PLR2004
        raise BadResponses(reason=f"it has shape {table.shape} and not persons by items")
    wrong = ~((table >= NOT_REACHED) & (table <= LARGEST_CATEGORY) & (np.floor(table) == table))
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        raise BadResponses(
            reason=f"row {row + 1}, column {column + 1} holds {table[row, column]}, not a category from 0 to 100, "
            "-1, -2 or -3"
        )
    kept = table.astype(np.int8)
    kept.setflags(write=False)
    return kept


def _known(codes: Answers, omitted_as: int, not_reached_as: int) -> Answers:
    if codes.min(initial=0) >= NOT_PRESENTED:
        return codes.view()
    known = np.where(codes == OMITTED, np.int8(omitted_as), codes)
    return np.where(codes == NOT_REACHED, np.int8(not_reached_as), known)


def _names(given: Sequence[str], number: int, what: str, of: str) -> tuple[str, ...]:
    names = tuple(given) or tuple(str(place + 1) for place in range(number))
    if len(names) != number:
        raise BadResponses(reason=f"{len(names)} {what} for {number} {of}")
    if len(set(names)) != number:
        seen: set[str] = set()
        twice = next(name for name in names if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise BadResponses(reason=f"two {of} are called {twice}")
    return names


def _weights(given: ArrayLike | None, n: int) -> Floats:
    weights = np.ones(n) if given is None else np.asarray(given, dtype=np.float64)
    if weights.shape != (n,) or not (np.isfinite(weights) & (weights > 0)).all():
        raise BadResponses(reason=f"the weights are not {n} positive numbers")
    return weights


def _groups(given: Sequence[str] | None, n: int) -> tuple[tuple[str, ...], Whole]:
    """Names of the groups in the order in which they appear, and the group of each person."""
    if given is None:
        return ("",), np.zeros(n, dtype=np.int64)
    if len(given) != n:
        raise BadResponses(reason=f"{len(given)} groups for {n} persons")
    number = {name: place for place, name in enumerate(dict.fromkeys(given))}
    return tuple(number), np.array([number[name] for name in given], dtype=np.int64)
