r"""Which elements of a facet can be compared: those that persons connect.

A difference of two elements is measured if it follows from ratings of the same persons. Let a shift of all elements of
a facet be free; every further freedom :math:`b` that leaves all differences within persons as they are,

.. math:: \sum_f (b_{f,e(r)} - b_{f,e(r')}) = 0 \quad \text{for ratings } r, r' \text{ of one person},

is one that no ratings can decide. Elements are comparable if all such :math:`b` give them the same value.

First, elements that differ alone between two ratings of a person are joined, again and again [1]_; on what is left,
mostly one subset for each facet, the null space decides exactly.

References
----------
.. [1] Weeks, D. L., & Williams, D. R. (1964). A note on the determination of connectedness in an N-way cross
   classification. *Technometrics*, 6, 319-324.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.raters.ratings import Ratings, joint

MOST_SUBSETS = 1500
"""Subsets up to which the null space is calculated; of more, joined ones alone are told."""
NULL = 1e-9
"""Share of the largest eigenvalue below which one counts as zero."""
APART = 1e-6
"""Difference of two values of the mixed freedoms that tells two subsets apart."""


def subsets(
    ratings: Ratings, facets: Sequence[str] = (), *, anchored: Mapping[str, Sequence[str]] | None = None
) -> dict[str, Whole]:
    """Number the subsets of comparable elements of each facet, from 0; one subset is what a panel should have.

    Parameters
    ----------
    facets : facets that have measures; all if not given.
    anchored : elements of known measure of each facet, which are comparable whatever the ratings.

    >>> apart = Ratings.from_columns("AABBCCDD", [1, 2] * 4, {"rater": "wxwxyzyz"})
    >>> subsets(apart)["rater"]
    array([0, 0, 1, 1])
    """
    names = list(facets) or list(ratings.facets)
    groups = {name: np.arange(len(ratings.facets[name])) for name in names}
    for name, known in (anchored or {}).items():
        if name in groups:
            places = [ratings.facets[name].index(element) for element in known]
            groups[name][places] = groups[name][places[0]] if places else 0
    codes = {name: ratings.code(name) for name in names}
    while True:
        before = sum(len(np.unique(group)) for group in groups.values())
        for name in names:
            groups[name] = _joined(ratings.person, {key: groups[key][codes[key]] for key in names}, name, groups[name])
        if sum(len(np.unique(group)) for group in groups.values()) == before:
            break
    return {name: _ordered(group) for name, group in _by_null_space(ratings.person, groups, codes).items()}


def _joined(person: Whole, signs: Mapping[str, Whole], name: str, group: Whole) -> Whole:
    """Join subsets of one facet that the same person met with all other facets alike."""
    _, key = joint([person, *(column for other, column in signs.items() if other != name)])
    size, keys = int(group.max()) + 1, int(key.max()) + 1
    links = sparse.coo_array((np.ones(len(key)), (signs[name], size + key)), shape=(size + keys, size + keys))
    _, label = csgraph.connected_components(links, directed=False)
    return np.asarray(np.unique(label[group], return_inverse=True)[1])


def _by_null_space(person: Whole, groups: dict[str, Whole], codes: Mapping[str, Whole]) -> dict[str, Whole]:
    sizes = [int(group.max()) + 1 for group in groups.values()]
    total = sum(sizes)
    if total == len(sizes) or total > MOST_SUBSETS:
        return groups
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    columns = np.stack([groups[name][codes[name]] + start for name, start in zip(groups, starts, strict=True)])
    kept, _ = joint([person, *columns])
    kept = kept[np.argsort(person[kept], kind="stable")]
    rows = np.repeat(np.arange(len(kept)), len(sizes))
    hits = sparse.csr_array((np.ones(rows.size), (rows, columns[:, kept].T.ravel())), shape=(len(kept), total))
    _, first, back = np.unique(person[kept], return_index=True, return_inverse=True)
    apart = hits - hits[first[back]]
    values, vectors = np.linalg.eigh((apart.T @ apart).toarray())
    free = vectors[:, values <= NULL * max(float(values[-1]), 1.0)]
    mixed = free @ np.cos(np.arange(1.0, free.shape[1] + 1) * np.sqrt(2.0))
    return {
        name: _alike(mixed[start : start + size])[groups[name]]
        for (name, size), start in zip(zip(groups, sizes, strict=True), starts, strict=True)
    }


def _alike(values: Floats) -> Whole:
    """Number the clusters of equal values."""
    order = np.argsort(values)
    number = np.empty(len(values), dtype=np.int64)
    number[order] = np.concatenate([[0], np.cumsum(np.diff(values[order]) > APART)])
    return number


def _ordered(group: Whole) -> Whole:
    """Number groups by their first element."""
    _, first, number = np.unique(group, return_index=True, return_inverse=True)
    return np.asarray(np.argsort(np.argsort(first))[number])
