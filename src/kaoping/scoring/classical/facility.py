"""How hard an item is, and how often it was left out or not reached."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from kaoping.scoring.arrays import Flags, Floats
from kaoping.scoring.classical.estimates import LEAST_FOR_A_SHARE, Estimate, effective, need, wilson
from kaoping.scoring.classical.marks import Marks, Table
from kaoping.scoring.responses import NOT_REACHED, OMITTED, ResponseMatrix


@dataclass(frozen=True)
class Missed:
    """Shares of the persons to whom an item was presented: those who left it out, and those who did not reach it."""

    omitted: Estimate
    not_reached: Estimate


def facility(responses: Table, item: int, *, marks: ArrayLike | None = None) -> Estimate:
    r"""Mean mark as a share of what the item is worth, among the persons whose answer is known.

    .. math:: p_j = \bar x_j / m_j

    The interval is Wilson's [1]_, with as many answers as would give a share of that variance [2]_: the persons
    themselves where every answer is right or wrong.

    Parameters
    ----------
    item : column of the item, from 0.
    marks : (k,) most marks of each item; its highest category if not given.

    Raises
    ------
    NotEnoughData
        Fewer than 10 answers to the item are known.

    References
    ----------
    .. [1] Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. *JASA*, 22,
       209-212.
    .. [2] Korn, E. L., & Graubard, B. I. (1998). Confidence intervals for proportions with small expected number of
       positive counts estimated from survey data. *Survey Methodology*, 24, 193-201.

    >>> round(facility(ResponseMatrix([[1]] * 30 + [[0]] * 10), 0).value, 2)
    0.75
    """
    table = Marks.of(responses, marks=marks)
    known = table.known[:, item]
    need(int(known.sum()), LEAST_FOR_A_SHARE, "Facility")
    return share(table.earned[known, item] / table.largest[item], table.weights[known])


def share(parts: Floats, weights: Floats) -> Estimate:
    """Give the mean of parts of a whole, each from 0 to 1, with the interval of `facility`.

    >>> round(share(np.array([0.0, 0.5, 1.0, 1.0]), np.ones(4)).value, 3)
    0.625
    """
    value = float(np.clip(weights @ parts / weights.sum(), 0.0, 1.0))
    alone = effective(weights)
    n = _as_shares(value, float(weights @ (parts - value) ** 2 / weights.sum()), alone)
    low, high = wilson(np.array([value * n]), np.array([n]))
    return Estimate(value, len(parts), float(low[0]), float(high[0]))


def _as_shares(value: float, variance: float, n: float) -> float:
    return n * value * (1 - value) / variance if variance > 0 else n


def missed(responses: ResponseMatrix, item: int) -> Missed:
    """Count who left an item out and who did not reach it, among those to whom it was presented.

    A sparse table does not tell the two kinds of empty cell apart; there both shares are 0.

    Raises
    ------
    NotEnoughData
        The item was presented to fewer than 10 persons.

    >>> found = missed(ResponseMatrix([[1], [-2], [-3], [0], [-1]] * 4), 0)
    >>> found.omitted.value, found.not_reached.value, found.omitted.n
    (0.25, 0.25, 16)
    """
    codes = responses.answers[:, item] if responses.sparse else np.asarray(responses.codes)[:, item]
    there = (codes >= 0) | (codes == OMITTED) | (codes == NOT_REACHED)
    need(int(there.sum()), LEAST_FOR_A_SHARE, "The share of omitted answers")
    weights = responses.weights[there]

    def counted(kind: Flags) -> Estimate:
        return share(kind[there].astype(np.float64), weights)

    return Missed(counted(codes == OMITTED), counted(codes == NOT_REACHED))
