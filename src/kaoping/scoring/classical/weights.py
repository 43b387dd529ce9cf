"""What share of the score an item is meant to decide, and what share it does decide."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from kaoping.scoring.arrays import Flags, Floats
from kaoping.scoring.classical.estimates import LEAST_FOR_A_CORRELATION, NORMAL, need, standard_error
from kaoping.scoring.classical.marks import Marks, Table
from kaoping.scoring.errors import NoVariation

ROUNDING = 1e-12
"""Share of the largest covariance below which another is nought."""


@dataclass(frozen=True, eq=False)
class Weights:
    """Weights of items as shares of the whole, (k,) each.

    ``intended`` from what items are worth; ``effective`` from what they contribute, with its interval ``low`` to
    ``high``; where ``against`` is true the item goes against the score, has no effective weight, and 0 stands there.
    ``n`` persons answered the least answered item.
    """

    items: tuple[str, ...]
    intended: Floats
    effective: Floats
    low: Floats
    high: Floats
    against: Flags
    n: int


def item_weights(responses: Table, *, marks: ArrayLike | None = None, least: int = LEAST_FOR_A_CORRELATION) -> Weights:
    r"""Compare intended with effective weights of items [1]_.

    .. math:: v_j = \frac{m_j}{\sum_l m_l}, \qquad
              w_j = \frac{\sqrt{\operatorname{cov}(x_j, T)}}{\sum_l \sqrt{\operatorname{cov}(x_l, T)}}

    Items whose covariance with the score is negative have no effective weight and are left out of the sum. The interval
    is symmetric; its standard error assumes no distribution.

    Parameters
    ----------
    marks : (k,) most marks :math:`m_j` of each item; its highest category if not given.

    Raises
    ------
    NotEnoughData
        Fewer persons than ``least`` answered an item.
    NoVariation
        All scores are alike.

    References
    ----------
    .. [1] Moodle documentation, *Quiz statistics calculations*, "Intended question weight", "Effective question
       weight".

    >>> from kaoping.scoring.responses import ResponseMatrix
    >>> item_weights(ResponseMatrix([[1, 2], [0, 0]] * 20)).effective.round(3)
    array([0.414, 0.586])
    """
    table = Marks.of(responses, marks=marks)
    counts = table.known.sum(axis=0)
    need(int(counts.min()), least, "An effective weight")
    known = table.known * table.weights[:, None]
    part = known / known.sum(axis=0)
    x = table.earned - np.sum(part * table.earned, axis=0)
    y = table.total[:, None] - part.T @ table.total
    covariance = np.sum(part * x * y, axis=0) * counts / (counts - 1)
    covariance[np.abs(covariance) <= ROUNDING * np.abs(covariance).max()] = 0.0
    against = covariance < 0
    root = np.sqrt(np.maximum(covariance, 0.0))
    if not root.any():
        raise NoVariation(what="An effective weight", item=table.items[0])
    total = float(root.sum())
    effective = root / total
    each = len(part) * part / (table.weights[:, None] / table.weights.mean())
    moved = np.where(root > 0, each * (x * y - covariance) / (2 * np.where(root > 0, root, 1.0)), 0.0) / total
    error = NORMAL * standard_error(moved - np.outer(moved.sum(axis=1), effective), table.weights)
    intended = table.largest / table.largest.sum()
    ends = np.maximum(effective - error, 0.0), np.minimum(effective + error, 1.0)
    return Weights(table.items, intended, effective, *ends, against, int(counts.min()))


def guess_score(fractions: ArrayLike) -> float:
    r"""Share of an item's marks that blind guessing is expected to earn: the mean of what the options earn.

    .. math:: g = \frac{1}{m} \sum_h f_h

    Parameters
    ----------
    fractions : (m,) share of the marks that each option earns; 1 for a single key and 0 for its distractors.

    >>> guess_score([1, 0, 0, 0])
    0.25
    """
    return float(np.mean(np.asarray(fractions, dtype=np.float64)))
