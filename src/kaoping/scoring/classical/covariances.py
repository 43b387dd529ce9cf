"""Covariances of items, and the error of whatever is computed from them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from kaoping.scoring.arrays import Flags, Floats
from kaoping.scoring.classical.estimates import LEAST_FOR_A_CORRELATION, effective, need, standard_error
from kaoping.scoring.classical.marks import Marks, Table
from kaoping.scoring.errors import FewItems, ItemRedundant, NoVariation


@dataclass(frozen=True, eq=False)
class Covariances:
    """Covariances of the marks on items.

    ``matrix`` (k, k), in squared marks, with denominators less one; ``centred`` (n, k) marks less their means, 0 where
    not known; ``known`` (n, k); ``weights`` (n,); ``least`` persons behind the least of the covariances, and ``n``
    persons that an interval may count on: with incomplete answers the harmonic mean over pairs of items.
    """

    items: tuple[str, ...]
    matrix: Floats
    centred: Floats
    known: Flags
    weights: Floats
    least: int
    n: float

    @property
    def k(self) -> int:
        """Number of items."""
        return len(self.items)

    @property
    def variance(self) -> float:
        """Variance of the score, in squared marks."""
        return float(self.matrix.sum())

    def error(self, gradient: Floats) -> float:
        r"""Standard error of a function of the covariances [1]_.

        .. math:: \psi_i = d_i' G d_i - \operatorname{tr}(G C), \qquad G = \partial f / \partial C

        Parameters
        ----------
        gradient : (k, k) symmetric derivative by the covariances.

        References
        ----------
        .. [1] Maydeu-Olivares, A., Coffman, D. L., & Hartmann, W. M. (2007). Asymptotically distribution-free interval
           estimation of coefficient alpha. *Psychological Methods*, 12, 157-176.
        """
        return float(standard_error(self.influence(gradient), self.weights))

    def influence(self, gradient: Floats) -> Floats:
        """(n,) what each person adds to the function with this gradient."""
        if self.known.all():
            return np.asarray(_forms(self.centred, gradient) - float((gradient * self.matrix).sum()))
        raised = gradient * self.weights.sum() / _both(self.known, self.weights)
        return _forms(self.centred, raised) - _forms(self.known.astype(np.float64), raised * self.matrix)


def covariances(
    responses: Table,
    *,
    what: str,
    marks: ArrayLike | None = None,
    pairwise: bool = False,
    least: int = LEAST_FOR_A_CORRELATION,
    items: int = 2,
) -> Covariances:
    """Calculate the covariances of items over persons who were presented all of them, or with ``pairwise`` each pair.

    Parameters
    ----------
    what : what they are wanted for, to say so in an error.
    least : fewest persons.
    items : fewest items.

    Raises
    ------
    FewItems
        There are fewer.
    NotEnoughData
        Too few persons were presented every item, or some pair of items.
    NoVariation
        The score is the same for everybody.

    >>> from kaoping.scoring.responses import ResponseMatrix
    >>> covariances(ResponseMatrix([[1, 1], [0, 0], [1, 0], [0, 1]] * 10), what="Alpha").matrix.round(3)
    array([[0.256, 0.   ],
           [0.   , 0.256]])
    """
    table = Marks.of(responses, marks=marks)
    if len(table.items) < items:
        raise FewItems(what=what, n=len(table.items), least=items)
    kept = np.ones(len(table.earned), dtype=bool) if pairwise else table.complete
    known, weights = table.known[kept], table.weights[kept]
    pairs = _both(known, np.ones(len(known)))
    together = int(pairs.min())
    need(together, least, what)
    mass = weights @ known
    earned = table.earned[kept]
    centred = np.where(known, earned - weights @ earned / mass, 0.0)
    matrix = (centred * weights[:, None]).T @ centred / _both(known, weights) * (pairs / (pairs - 1))
    if not matrix.sum() > 1e-12 * float(table.largest.sum()) ** 2:
        raise NoVariation(what=what, item=table.items[0])
    n = float(1 / np.mean(1 / pairs)) * effective(weights) / len(weights)
    return Covariances(table.items, matrix, centred, known, weights, together, n)


def joint(responses: Table, *, what: str, marks: ArrayLike | None = None, least: int, items: int = 2) -> Covariances:
    """Calculate `covariances` of those presented every item or, if these are too few, pair by pair.

    Raises
    ------
    FewItems, NotEnoughData, NoVariation
        As `covariances`.

    >>> from kaoping.scoring.responses import ResponseMatrix
    >>> table = ResponseMatrix([[1, 1, -1], [0, 0, -1], [-1, 1, 0], [-1, 0, 1], [1, -1, 1], [0, -1, 0]] * 10)
    >>> joint(table, what="Alpha", least=10).least
    20
    """
    table = Marks.of(responses, marks=marks)
    pairwise = int(table.complete.sum()) < least and not table.complete.all()
    return covariances(table, what=what, pairwise=pairwise, least=least, items=items)


def inverse(found: Covariances, *, what: str) -> Floats:
    """Invert the covariances, (k, k).

    Raises
    ------
    NoVariation
        An item has the same mark for everybody.
    ItemRedundant
        An item follows from the others, so there is no inverse.
    """
    spread = np.sqrt(found.matrix.diagonal())
    if not spread.all():
        raise NoVariation(what=what, item=found.items[int(np.argmin(spread))])
    values, vectors = np.linalg.eigh(found.matrix / np.outer(spread, spread))
    if values[0] <= 1e-10 * found.k:
        raise ItemRedundant(what=what, item=found.items[int(np.argmax(np.abs(vectors[:, 0])))])
    return np.asarray((vectors / values) @ vectors.T / np.outer(spread, spread))


def _both(known: Flags, weights: Floats) -> Floats:
    """Weight of the persons with both of two items, (k, k)."""
    if known.all():
        return np.full((known.shape[1],) * 2, weights.sum())
    return np.asarray((known * weights[:, None]).T @ known.astype(np.float64))


def _forms(x: Floats, matrix: Floats) -> Floats:
    return np.asarray(np.sum((x @ matrix) * x, axis=1))
