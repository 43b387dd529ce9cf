"""All classical statistics of all items: one table."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.classical.covariances import joint
from kaoping.scoring.classical.discrimination import (
    biserial,
    discrimination,
    discriminative_efficiency,
    item_total,
    upper_lower,
)
from kaoping.scoring.classical.estimates import LEAST_FOR_A_SHARE, Estimate
from kaoping.scoring.classical.facility import facility, missed
from kaoping.scoring.classical.marks import Marks, Table
from kaoping.scoring.classical.reliability import Dropped, alpha_if_dropped
from kaoping.scoring.classical.weights import Weights, item_weights
from kaoping.scoring.errors import ScoringError
from kaoping.scoring.responses import ResponseMatrix

Found = TypeVar("Found")


@dataclass(frozen=True, eq=False)
class ItemAnalysis:
    """Facility and item-rest correlation of every item (k,), with intervals (2, k) and the number of persons ``n``."""

    items: tuple[str, ...]
    n: Whole
    facility: Floats
    facility_interval: Floats
    item_rest: Floats
    item_rest_interval: Floats


@dataclass(frozen=True)
class ItemRow:
    """One item in `item_table`; what could not be calculated is ``None``, and ``reasons`` says why by the field's name.

    ``n`` persons whose answer is known; ``worth``, ``mean`` and ``deviation`` in marks. ``omitted`` and ``not_reached``
    are shares of those to whom it was presented.
    """

    item: str
    n: int
    worth: float
    mean: float | None
    deviation: float | None
    facility: Estimate | None
    omitted: Estimate | None
    not_reached: Estimate | None
    item_total: Estimate | None
    item_rest: Estimate | None
    biserial: Estimate | None
    upper_lower: Estimate | None
    efficiency: Estimate | None
    intended_weight: float
    effective_weight: Estimate | None
    alpha_if_dropped: Estimate | None
    reasons: dict[str, str] = field(default_factory=dict)


def analyse(responses: Table, *, marks: ArrayLike | None = None) -> ItemAnalysis:
    """Calculate `facility` and `discrimination` of every item.

    Raises
    ------
    NotEnoughData
        An item was presented to too few persons.
    NoVariation
        An item, or the rest of the paper, has the same score for everybody.

    >>> analyse(ResponseMatrix([[1, 1, 1], [0, 0, 0]] * 20)).item_rest.round(2)
    array([1., 1., 1.])
    """
    table = Marks.of(responses, marks=marks)
    every = range(len(table.items))
    solved = [facility(table, item) for item in every]
    telling = [discrimination(table, item) for item in every]
    return ItemAnalysis(
        items=table.items,
        n=np.array([found.n for found in solved]),
        facility=np.array([found.value for found in solved]),
        facility_interval=np.array([(found.low, found.high) for found in solved]).T,
        item_rest=np.array([found.value for found in telling]),
        item_rest_interval=np.array([(found.low, found.high) for found in telling]).T,
    )


def item_table(
    responses: Table, *, marks: ArrayLike | None = None, least: int = LEAST_FOR_A_SHARE
) -> tuple[ItemRow, ...]:
    """Calculate every statistic of every item, each with its interval.

    Parameters
    ----------
    marks : (k,) most marks of each item; its highest category if not given.
    least : fewest persons for a correlation or a weight.

    >>> row = item_table(ResponseMatrix([[1, 1, 1], [0, 1, 0]] * 20))[1]
    >>> row.facility.value, row.item_rest, row.reasons["item_rest"]
    (1.0, None, 'Discrimination of item 2 cannot be calculated: the scores do not vary.')
    """
    table = Marks.of(responses, marks=marks)
    reasons: dict[str, str] = {}
    weights = tried(reasons, "effective_weight", lambda: item_weights(table, least=least))
    dropped = tried(reasons, "alpha_if_dropped", lambda: alpha_if_dropped(joint(table, what="Alpha", least=least)))
    return tuple(
        _row(responses, table, item, weights=weights, dropped=dropped, least=least, reasons=dict(reasons))
        for item in range(len(table.items))
    )


def tried(reasons: dict[str, str], name: str, calculate: Callable[[], Found]) -> Found | None:
    """Give what is calculated, or ``None`` and the reason under this name.

    >>> reasons = {}
    >>> tried(reasons, "facility", lambda: facility(ResponseMatrix([[1]]), 0)), reasons
    (None, {'facility': 'Facility needs at least 10 answers; there are 1.'})
    """
    try:
        return calculate()
    except ScoringError as refused:
        reasons[name] = str(refused)
        return None


def _row(
    responses: Table,
    table: Marks,
    item: int,
    *,
    weights: Weights | None,
    dropped: Dropped | None,
    least: int,
    reasons: dict[str, str],
) -> ItemRow:
    def each(name: str, statistic: Callable[..., Estimate]) -> Estimate | None:
        return tried(reasons, name, lambda: statistic(table, item, least=least))

    known = table.known[:, item]
    n, part = int(known.sum()), table.weights[known] / max(float(table.weights[known].sum()), np.finfo(float).tiny)
    earned = table.earned[known, item]
    mean = float(part @ earned)
    variance = float(part @ (earned - mean) ** 2) * n / max(n - 1, 1)
    lost = None
    if isinstance(responses, ResponseMatrix):
        lost = tried(reasons, "omitted", lambda: missed(responses, item))
    return ItemRow(
        item=table.items[item],
        n=n,
        worth=float(table.largest[item]),
        mean=mean if n else None,
        deviation=float(np.sqrt(variance)) if n > 1 else None,
        facility=tried(reasons, "facility", lambda: facility(table, item)),
        omitted=None if lost is None else lost.omitted,
        not_reached=None if lost is None else lost.not_reached,
        item_total=each("item_total", item_total),
        item_rest=each("item_rest", discrimination),
        biserial=each("biserial", biserial),
        upper_lower=each("upper_lower", upper_lower),
        efficiency=each("efficiency", discriminative_efficiency),
        intended_weight=float(table.largest[item] / table.largest.sum()),
        effective_weight=_weight(weights, item, reasons),
        alpha_if_dropped=None
        if dropped is None
        else _estimate(dropped.value, dropped.low, dropped.high, item, dropped.n),
        reasons=reasons,
    )


def _weight(weights: Weights | None, item: int, reasons: dict[str, str]) -> Estimate | None:
    if weights is None:
        return None
    if weights.against[item]:
        reasons["effective_weight"] = "The item goes against the score."
        return None
    return _estimate(weights.effective, weights.low, weights.high, item, weights.n)


def _estimate(value: Floats, low: Floats, high: Floats, item: int, n: int) -> Estimate:
    return Estimate(float(value[item]), n, float(low[item]), float(high[item]))
