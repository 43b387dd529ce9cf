"""Sums by number and sparse matrices, the forms in which ratings are added up."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import sparse

from kaoping.scoring.arrays import Floats, Whole


def sums(number: Whole, values: Any = None, size: int = 0) -> Floats:
    """Add up values (r,), or count, by number: as long as the largest number asks, at least ``size``.

    >>> sums(np.array([0, 2, 2]), np.array([1.0, 2.0, 3.0]))
    array([1., 0., 5.])
    """
    return np.bincount(number, values, minlength=size).astype(np.float64)


def matrix(values: Any, rows: Whole, columns: Whole, shape: tuple[int, int]) -> sparse.csr_array:
    """Build a sparse matrix from entries, those of one place being added up.

    >>> matrix(np.ones(2), np.array([0, 0]), np.array([1, 1]), (1, 2)).toarray()
    array([[0., 2.]])
    """
    return sparse.csr_array(sparse.coo_array((values, (rows, columns)), shape=shape))


def beside(parts: Sequence[Any]) -> sparse.csr_array:
    """Set matrices of as many rows side by side.

    >>> beside([matrix(np.ones(1), np.array([0]), np.array([0]), (1, 1)), np.array([[2.0]])]).toarray()
    array([[1., 2.]])
    """
    blocks: Any = list(parts)
    return sparse.csr_array(sparse.hstack(blocks, format="csr"))


def widened(rows: Any, more: int) -> sparse.csr_array:
    """Add empty columns.

    >>> widened(matrix(np.ones(1), np.array([0]), np.array([0]), (1, 1)), 1).toarray()
    array([[1., 0.]])
    """
    return beside([rows, sparse.csr_array((rows.shape[0], more))])
