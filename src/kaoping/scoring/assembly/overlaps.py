r"""How many items forms share, as rows: exactly for forms side by side, and for all pairs together in their sum.

Side by side, :math:`w_{fgi} \ge x_{fi} + x_{gi} - 1` is 1 where forms f and g both have item i, and
:math:`\sum_i w_{fgi} \le o`. In the sum of F forms an item that is used z times is shared by z (z - 1) / 2 pairs, which
is convex in z and so linear from one whole number to the next; all pairs together share at most o F (F - 1) / 2 items:

.. math:: t_i \ge k z_i - \frac{k (k + 1)}{2} \quad (k = 1, 2, \dots), \qquad \sum_i t_i \le o\,\frac{F (F - 1)}{2}.

Items of every form count like all others.
"""

from collections.abc import Sequence
from itertools import combinations
from typing import Final

import numpy as np

from kaoping.scoring.arrays import Whole
from kaoping.scoring.assembly.problem import Problem
from kaoping.scoring.assembly.rows import RowBuilder, Rule

OVERLAP: Final = "overlap"
SHARED: Final = Rule(OVERLAP, "shared")
"""Of rows that count what is shared."""
MOST: Final = Rule(OVERLAP, "most")
"""Of rows that limit it."""


def limited(problem: Problem, classes: Sequence[Sequence[int]]) -> Whole:
    """Give the items that forms may share; none if there is no limit that they could pass."""
    forms = sum(map(len, classes))
    usable = np.minimum(problem.most_use, forms) > 1
    usable[problem.exclude] = False
    items = np.flatnonzero(usable)
    bound = forms > 1 and problem.overlap is not None and len(items) > problem.overlap
    return items if bound else items[:0]


def pairs(classes: Sequence[Sequence[int]]) -> int:
    """Count the pairs of forms whose shared items one row adds up: one where all forms are side by side."""
    forms = sum(map(len, classes))
    return 1 if _side_by_side(classes) else forms * (forms - 1) // 2


def overlap_columns(problem: Problem, classes: Sequence[Sequence[int]]) -> int:
    """Count the columns that a limit of overlap adds."""
    rows = len(classes) * (len(classes) - 1) // 2 if _side_by_side(classes) else 1
    return rows * len(limited(problem, classes))


def add_overlap(
    builder: RowBuilder, problem: Problem, classes: Sequence[Sequence[int]], *, starts: Whole, first: int
) -> None:
    """Limit what forms share.

    Parameters
    ----------
    starts : column of the first item of every class.
    first : the first of the columns that count what is shared.
    """
    items = limited(problem, classes)
    if problem.overlap is None or not len(items):
        return
    most = float(problem.overlap)
    if not _side_by_side(classes):
        _add_sum(builder, problem, items, starts=starts, first=first)
        builder.add(first + np.arange(len(items)), 1.0, -np.inf, most * pairs(classes), MOST)
        return
    for one, other in combinations(starts, 2):
        both = first + np.arange(len(items))
        for item, column in zip(items, both, strict=True):
            builder.add(np.array([one + item, other + item, column]), np.array([1.0, 1.0, -1.0]), -np.inf, 1.0, SHARED)
        builder.add(both, 1.0, -np.inf, most, MOST)
        first += len(items)


def _add_sum(builder: RowBuilder, problem: Problem, items: Whole, *, starts: Whole, first: int) -> None:
    for column, item in enumerate(items, start=first):
        for used in range(1, int(problem.most_use[item])):
            values = np.append(np.full(len(starts), float(used)), -1.0)
            builder.add(np.append(starts + item, column), values, -np.inf, used * (used + 1) / 2, SHARED)


def _side_by_side(classes: Sequence[Sequence[int]]) -> bool:
    return all(len(forms) == 1 for forms in classes)
