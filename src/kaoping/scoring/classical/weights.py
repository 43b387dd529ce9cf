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
    every = range(len(table.items))
    counts = table.known.sum(axis=0)
    need(int(counts.min()), least, "An effective weight")
    covariance = np.array([_crossed(table, item)[1] for item in every]) * counts / (counts - 1)
    covariance[np.abs(covariance) <= ROUNDING * np.abs(covariance).max()] = 0.0
    root = np.sqrt(np.maximum(covariance, 0.0))
    if not root.any():
        raise NoVariation(what="An effective weight", item=table.items[0])
    effective = root / root.sum()
    together = sum((_moved(table, item, root) for item in every), np.zeros(len(table.weights)))
    spread = (_moved(table, item, root) - effective[item] * together for item in every)
    error = NORMAL * np.array([float(standard_error(influence, table.weights)) for influence in spread])
    intended = table.largest / table.largest.sum()
    ends = np.maximum(effective - error, 0.0), np.minimum(effective + error, 1.0)
    return Weights(table.items, intended, effective, *ends, covariance < 0, int(counts.min()))


def _crossed(table: Marks, item: int) -> tuple[Floats, float]:
    """Products of mark and score less their means, (n,), 0 where the mark is not known, and their mean."""
    part = table.known[:, item] * table.weights
    part /= part.sum()
    products = (table.earned[:, item] - part @ table.earned[:, item]) * (table.total - part @ table.total)
    return np.where(table.known[:, item], products, 0.0), float(part @ products)


def _moved(table: Marks, item: int, root: Floats) -> Floats:
    """What each person adds to the root of an item's covariance, as a share of the sum of roots, (n,)."""
    if not root[item]:
        return np.zeros(len(table.weights))
    products, mean = _crossed(table, item)
    known = table.known[:, item]
    raised = table.weights.sum() / table.weights[known].sum()
    influence: Floats = np.where(known, products - mean, 0.0) * raised / (2 * root[item] * root.sum())
    return influence


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
