r"""Which items have most information at an ability, without calculating all of them.

The line of abilities is cut into cells. In a cell of width h an item's information is at most the larger of its values
at both ends plus :math:`h^2/8` times its curvature, of which twice the largest found nearby is taken. In each cell the
items are ordered by this bound. For a person, the exact information is calculated of the first items of the cell alone;
if the best of them is at least the bound of the next, no other is better. If not, more are calculated. A person costs
some tens of curves, not the whole bank.

The bound is no proven one, as the largest curvature is only sought at some points. Up to slopes of 8 what was found has
been the best of all wherever it was compared; for steeper items an item might be overlooked that is a little better.
"""

from dataclasses import dataclass, field

import numpy as np

from kaoping.scoring.adaptive.curves import Curves
from kaoping.scoring.arrays import Flags, Floats, Whole

LOW, HIGH, CELLS = -6.4, 6.4, 128
FIRST, GROWTH = 6, 3
"""Items that are looked at first, beyond those that were given, and by how much their number grows."""


@dataclass(eq=False)
class InformationRanking:
    """Items of a bank in the order of the bounds of their information in each of the cells.

    ``nodes`` (c + 1,) ends of the cells, ``informations`` (k, c + 1) there; ``order`` (c, k) and ``bound`` (c, k).

    >>> from kaoping.scoring.parameters import ItemParameters
    >>> ranking = InformationRanking(Curves(ItemParameters.logistic(np.ones(3), [-1.0, 0.0, 1.0])))
    >>> places, values = ranking.best(np.array([0.9]), np.array([[True, True, False]]), 1)
    >>> places, values.round(4)
    (array([[1]]), array([[0.2055]]))
    """

    curves: Curves
    nodes: Floats = field(init=False)
    informations: Floats = field(init=False)
    order: Whole = field(init=False)
    bound: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.nodes = np.linspace(LOW, HIGH, CELLS + 1)
        items = np.arange(len(self.curves.parameters))
        self.informations = self.curves.information(items[:, None], self.nodes)
        bounds = _bounds(self.informations).T
        self.order = np.argsort(-bounds, axis=1, kind="stable")
        self.bound = np.take_along_axis(bounds, self.order, axis=1)

    def best(self, theta: Floats, open_: Flags, m: int, *, given: int = 0) -> tuple[Whole, Floats]:
        """Give the m items of most information at each ability, best first, and their information, (n, m) both.

        Parameters
        ----------
        theta : (n,) abilities in logits.
        open_ : (n, k) whether a person may get an item.
        given : how many items were given to each person: these are probably the first in the order.

        Where a person may get fewer than m items, places are -1 and values minus infinity.
        """
        places, values = np.full((len(theta), m), -1), np.full((len(theta), m), -np.inf)
        cell = np.floor((theta - LOW) / (HIGH - LOW) * CELLS)
        inside = (cell >= 0) & (cell < CELLS)
        cell = cell.clip(0, CELLS - 1).astype(np.int64)
        rows, width, k = np.arange(len(theta)), FIRST + m + given, self.order.shape[1]
        while len(rows):
            width = min(width, k)
            listed = self.order[cell[rows], :width]
            value = np.where(open_[rows[:, None], listed], self.curves.information(listed, theta[rows, None]), -np.inf)
            first = first_of(value, min(m, width))
            found = np.take_along_axis(value, first, axis=1)
            sure = np.ones(len(rows), dtype=np.bool_)
            if width < k:
                sure = inside[rows] & (found[:, -1] >= self.bound[cell[rows], width])
            done, shown = rows[sure], found.shape[1]
            values[done, :shown] = found[sure]
            chosen = np.take_along_axis(listed, first, axis=1)[sure]
            places[done, :shown] = np.where(np.isfinite(found[sure]), chosen, -1)
            rows, width = rows[~sure], width * GROWTH
        return places, values


def first_of(values: Floats, m: int) -> Whole:
    """Give the places of the m largest values of each row (n, k), largest first; of equal ones the first."""
    if m == 1:
        return np.asarray(values.argmax(axis=1))[:, None]
    return np.argsort(-values, axis=1, kind="stable")[:, :m]


def _bounds(informations: Floats) -> Floats:
    """Bound of the information in each cell, (k, c), from that at the ends of the cells (k, c + 1)."""
    bend = np.abs(np.diff(informations, n=2, axis=1))
    bend = np.concatenate([bend[:, :1], bend, bend[:, -1:]], axis=1)
    ends = np.maximum(informations[:, :-1], informations[:, 1:])
    around = np.maximum(bend[:, :-1], bend[:, 1:])
    return np.asarray(ends + around / 4)
