"""Answers arranged for matrix products."""

from dataclasses import dataclass

import numpy as np

from kaoping.scoring.arrays import Answers, Flags, Floats, Whole
from kaoping.scoring.responses import ResponseMatrix

COLLAPSE_UP_TO = 15
"""Items up to which equal rows are counted once: 2^15 patterns; beyond, rows of a real exam are all different."""


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
