"""Answers arranged for matrix products: rows sorted by group and by which items are known, in blocks.

A row enters the likelihood through one column for each category but the first: 1 where the person chose it. Columns
of `Linear` items are kept apart, because their log odds are straight lines in ability, and a person meets those
through two weighted sums instead of one product for each node.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from scipy.sparse import csr_array

from kaoping.scoring.arrays import Answers, Flags, Floats, Whole
from kaoping.scoring.models import Linear, ResponseModel
from kaoping.scoring.responses import ResponseMatrix

BLOCK = 1024
"""Rows of a block: 1024 rows of 61 nodes are half a megabyte and stay in the cache."""
COLLAPSE_UP_TO = 15
"""Items up to which equal rows are counted once; beyond, rows of a real exam are all different."""
MANY_BLOCKS = 32
"""Blocks from which on a part of the persons is enough to come near the solution."""
BLOCKS_OF_SOME = 8
FEWEST_OF_SOME = 100
"""Fewest answers in any category of any item that such a part has to hold."""
SPARSE_BELOW = 0.12
"""Share of known answers below which a product over the known ones alone is quicker than the full product."""

Matrix: TypeAlias = Floats | Answers | csr_array[Any]


@dataclass(frozen=True, eq=False)
class Columns:
    """Item (C,) and category (C,) of the columns; the first ``straight`` of them have log odds linear in ability."""

    item: Whole
    category: Whole
    straight: int


@dataclass(frozen=True, eq=False)
class Block:
    """Some rows of one group.

    ``straight`` and ``curved`` (r, columns) are 1 where the category was chosen; ``sets`` (s, k) is 1 where the items
    are known, for the distinct sets in this block, ``set_of`` (r,) the set of each row; ``weights`` (r,).
    """

    straight: Matrix
    curved: Matrix
    sets: Matrix
    set_of: Whole
    weights: Floats
    group: int

    def __len__(self) -> int:
        return len(self.weights)


@dataclass(frozen=True, eq=False)
class Arrangement:
    """All rows in blocks; ``order`` (n,) is the row of each person; ``n_sets`` counts distinct sets of items."""

    columns: Columns
    blocks: tuple[Block, ...]
    order: Whole
    n_sets: int

    def rows(self) -> Iterator[tuple[slice, Block]]:
        """Blocks with the rows they hold."""
        start = 0
        for block in self.blocks:
            yield slice(start, start + len(block)), block
            start += len(block)

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return sum(map(len, self.blocks))


def columns_of(models: tuple[ResponseModel, ...]) -> Columns:
    """List the columns, those of `Linear` items first.

    >>> from kaoping.scoring.models import model
    >>> columns_of((model("3pl"), model("gpcm", 3))).item
    array([1, 1, 0])
    """
    listed = [
        (not isinstance(form, Linear), item, category)
        for item, form in enumerate(models)
        for category in range(1, form.categories)
    ]
    curved, item, category = np.array(sorted(listed), dtype=np.int64).T
    return Columns(item, category, int((curved == 0).sum()))


def arrange(responses: ResponseMatrix, models: tuple[ResponseModel, ...]) -> Arrangement:
    """Sort the persons by group and set of known items, counting equal rows once where that is quick.

    >>> from kaoping.scoring.models import model
    >>> arrange(ResponseMatrix([[1, 0], [1, 0], [1, -1]]), (model("2pl"),) * 2).blocks[0].weights
    array([1., 2.])
    """
    columns = columns_of(models)
    if responses.answered.sum() < SPARSE_BELOW * responses.n_persons * responses.n_items:
        return _arrange_sparse(responses, columns)
    rows, group, weights, place = _collapse(responses)
    sets, set_of = sets_of(rows)
    order = np.lexsort((set_of, group))
    blocks = tuple(
        _block(rows[part], sets, set_of[part], weights[part], int(group[part[0]]), columns)
        for part in _parts(order, group)
    )
    back = np.empty_like(order)
    back[order] = np.arange(len(order))
    return Arrangement(columns, blocks, back[place], len(sets))


def arrangement_of_some(whole: Arrangement) -> Arrangement | None:
    """Give an arrangement of evenly chosen blocks, if there are many and their part tells enough of every item."""
    if len(whole.blocks) < MANY_BLOCKS:
        return None
    some = replace(whole, blocks=whole.blocks[:: len(whole.blocks) // BLOCKS_OF_SOME])
    chosen, known = np.zeros(len(whole.columns.item)), np.zeros(some.blocks[0].sets.shape[1])
    for block in some.blocks:
        ones = np.ones(len(block))
        chosen += np.concatenate([block.straight.T @ ones, block.curved.T @ ones])
        known += block.sets.T @ np.bincount(block.set_of, minlength=block.sets.shape[0])
    others = known - np.bincount(whole.columns.item, weights=chosen, minlength=len(known))
    return some if min(chosen.min(), others.min()) >= FEWEST_OF_SOME else None


def _parts(order: Whole, group: Whole) -> Iterator[Whole]:
    """Rows of each block in order; a block has rows of one group only."""
    for start, stop in _runs(group[order]):
        for first in range(start, stop, BLOCK):
            yield order[first : min(first + BLOCK, stop)]


def _runs(sorted_values: Whole) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(sorted_values)) + 1
    return list(zip([0, *edges.tolist()], [*edges.tolist(), len(sorted_values)], strict=True))


def _collapse(responses: ResponseMatrix) -> tuple[Answers, Whole, Floats, Whole]:
    n, k = responses.codes.shape
    if k > COLLAPSE_UP_TO:
        return responses.answers, responses.group, responses.weights, np.arange(n)
    keyed = np.column_stack([responses.group, responses.answers])
    rows, place = np.unique(keyed, axis=0, return_inverse=True)
    weights = np.bincount(place.ravel(), weights=responses.weights)
    return rows[:, 1:].astype(np.int8), rows[:, 0].astype(np.int64), weights.astype(np.float64), place.ravel()


def sets_of(rows: Answers) -> tuple[Flags, Whole]:
    """Distinct sets of known items (s, k) and the set of each row."""
    known = rows >= 0
    if known.all():
        return known[:1], np.zeros(len(rows), dtype=np.int64)
    packed = np.packbits(known, axis=1)
    words = np.ascontiguousarray(packed).view(np.dtype((np.void, packed.shape[1]))).ravel()
    _, first, set_of = np.unique(words, return_index=True, return_inverse=True)
    return known[first], set_of.ravel()


def _block(
    rows: Answers, sets: Flags, set_of: Whole, weights: Floats, group: int, columns: Columns
) -> Block:  # fmt: skip
    in_place = np.array_equal(columns.item, np.arange(rows.shape[1]))
    chosen = ((rows if in_place else rows[:, columns.item]) == columns.category).view(np.int8)
    here, place = np.unique(set_of, return_inverse=True)
    return Block(
        straight=np.ascontiguousarray(chosen[:, : columns.straight]),
        curved=np.ascontiguousarray(chosen[:, columns.straight :]),
        sets=sets[here].astype(np.int8),
        set_of=place.ravel(),
        weights=weights,
        group=group,
    )


def _arrange_sparse(responses: ResponseMatrix, columns: Columns) -> Arrangement:
    """Keep the answers of a large sparse table as sparse blocks; every row is a set of its own."""
    table = responses.codes if isinstance(responses.codes, csr_array) else csr_array(responses.answers + np.int8(1))
    order = np.argsort(responses.group, kind="stable")
    column_of = np.full((responses.n_items, int(responses.categories.max())), -1)
    column_of[columns.item, columns.category] = np.arange(len(columns.item))
    blocks = []
    for part in _parts(order, responses.group):
        piece: csr_array[Any] = csr_array(table[part])
        place = column_of[piece.indices, piece.data.astype(np.int64) - 1]
        row = np.repeat(np.arange(len(part)), np.diff(piece.indptr))
        chosen = csr_array(
            (np.ones(int((place >= 0).sum())), (row[place >= 0], place[place >= 0])),
            shape=(len(part), len(columns.item)),
        )
        known = csr_array((np.ones(piece.nnz), piece.indices, piece.indptr), shape=piece.shape)
        straight, curved = chosen[:, : columns.straight], chosen[:, columns.straight :]
        group = int(responses.group[part[0]])
        blocks.append(Block(straight, curved, known, np.arange(len(part)), responses.weights[part], group))
    back = np.empty_like(order)
    back[order] = np.arange(len(order))
    return Arrangement(columns, tuple(blocks), back, len(order))
