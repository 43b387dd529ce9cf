"""Who answered what: the table that every estimate starts from."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from kaoping.scoring.arrays import Answers, Flags, Floats, Whole
from kaoping.scoring.errors import BadResponses

NOT_PRESENTED = -1
COLLAPSE_UP_TO = 15
"""Items up to which equal rows are counted once: 2^15 patterns; beyond, rows of a real exam are all different."""


@dataclass(frozen=True, eq=False)
class ResponseMatrix:
    """Answers of n persons to k items: 1 right, 0 wrong, -1 not presented.

    An item that was presented and left blank is wrong (0), not missing.

    Parameters
    ----------
    answers : (n, k) whole numbers out of {-1, 0, 1}.
    items : k names used in errors and results; "1" to "k" if not given.

    Raises
    ------
    BadResponses
        The table is empty, not two-dimensional, holds other values, or its names do not fit.

    >>> ResponseMatrix([[1, 0, -1], [1, 1, 0]]).presented.sum(axis=0)
    array([2, 2, 1])
    """

    answers: Answers
    items: tuple[str, ...] = ()
    presented: Flags = field(init=False, repr=False)

    def __init__(self, answers: ArrayLike, items: tuple[str, ...] = ()) -> None:
        table = np.asarray(answers)
        _check(table)
        names = tuple(items) or tuple(str(number + 1) for number in range(table.shape[1]))
        _check_names(names, table.shape[1])
        kept = table.astype(np.int8)
        kept.setflags(write=False)
        object.__setattr__(self, "answers", kept)
        object.__setattr__(self, "items", names)
        object.__setattr__(self, "presented", kept >= 0)

    @property
    def n_persons(self) -> int:
        """Number of persons."""
        return len(self.answers)

    @property
    def n_items(self) -> int:
        """Number of items."""
        return len(self.items)

    @property
    def right(self) -> Flags:
        """(n, k) whether the answer was right."""
        return np.equal(self.answers, 1)

    @property
    def answered(self) -> Floats:
        """(k,) persons to whom the item was presented."""
        answered: Floats = self.presented.sum(axis=0).astype(np.float64)
        return answered

    @property
    def complete(self) -> bool:
        """Whether every person was presented every item."""
        return bool(self.presented.all())


def _check(table: np.ndarray) -> None:
    if np.ndim(table) != 2 or table.size == 0:  # noqa: PLR2004
        raise BadResponses(reason=f"it has shape {table.shape} and not persons by items")
    wrong = ~np.isin(table, (NOT_PRESENTED, 0, 1))
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        raise BadResponses(reason=f"row {row + 1}, column {column + 1} holds {table[row, column]}, not 1, 0 or -1")


def _check_names(names: tuple[str, ...], k: int) -> None:
    if len(names) != k:
        raise BadResponses(reason=f"{len(names)} item names for {k} columns")
    if len(set(names)) != k:
        twice = next(name for name in names if names.count(name) > 1)
        raise BadResponses(reason=f"two columns are called {twice}")


@dataclass(frozen=True, eq=False)
class Patterns:
    """Answers arranged for matrix products: rows grouped by which items were presented.

    Within a group the likelihood of a person depends on the answers only through weighted sums, so what varies
    with the item set is calculated once per group.
    """

    right: Answers  # (m, k) 1 where right
    counts: Floats  # (m,) persons with this row
    presented: Floats  # (g, k) 1 where the group was presented the item
    group: Whole  # (m,) group of each row
    order: Whole  # (n,) row of each person


def arrange(responses: ResponseMatrix) -> Patterns:
    """Group the persons by presented items, counting equal rows once where that is quick.

    >>> arrange(ResponseMatrix([[1, 0], [1, 0], [1, -1]])).counts
    array([1., 2.])
    """
    rows, place, counts = _collapse(responses)
    sets, group = _sets(rows)
    order = np.argsort(group, kind="stable")
    group = group[order]
    back = np.empty_like(order)
    back[order] = np.arange(len(order))
    return Patterns(
        right=(rows[order] == 1).astype(np.int8),
        counts=counts[order],
        presented=sets.astype(np.float64),
        group=group,
        order=back[place],
    )


def _sets(rows: Answers) -> tuple[Flags, Whole]:
    """Distinct sets of presented items (g, k) and the set of each row (m,)."""
    shown = rows >= 0
    if shown.all():
        return shown[:1], np.zeros(len(rows), dtype=np.int64)
    sets, group = np.unique(np.packbits(shown, axis=1), axis=0, return_inverse=True)
    return np.unpackbits(sets, axis=1)[:, : rows.shape[1]].astype(np.bool_), group.ravel()


def _collapse(responses: ResponseMatrix) -> tuple[Answers, Whole, Floats]:
    n, k = responses.answers.shape
    if k > COLLAPSE_UP_TO:
        return responses.answers, np.arange(n), np.ones(n)
    rows, place, counts = np.unique(responses.answers, axis=0, return_inverse=True, return_counts=True)
    return rows, place.ravel(), counts.astype(np.float64)
