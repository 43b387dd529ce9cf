r"""Screening: which common items have changed between the two calibrations, and a link without them.

Three statistics for an item, of which one decides:

robust z [1]_
    of :math:`\log a_\text{start} - \log a_\text{target}` and of :math:`\bar b_\text{target} - A \bar b_\text{start}`,
    the larger: distance from the median of the items that are kept, in units of 0.74 times their interquartile range.
distance
    of the item from the line of the link, perpendicular, in logits.
area
    between its curves [2]_, mean absolute difference over the abilities where curves are compared.

Items go one by one, the worst first, and the link is found anew each time, because one item that drifts makes others
look as if they did. It stops when no item is beyond the limit, or when as few are left as may be.

References
----------
.. [1] Huynh, H., & Meyer, P. (2010). Use of robust z in detecting unstable items in item response theory models.
   *Practical Assessment, Research, and Evaluation*, 15, 2.
.. [2] Raju, N. S. (1988). The area between two item characteristic curves. *Psychometrika*, 53, 495-502.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.errors import MethodUndefined
from kaoping.scoring.linking.anchors import FEWEST, Anchors, read
from kaoping.scoring.linking.constants import Method, link_anchors
from kaoping.scoring.linking.links import Link
from kaoping.scoring.linking.residuals import residuals
from kaoping.scoring.models import ModelName

NORMAL_RANGE = 0.74
"""Interquartile range of a normal distribution times this is its standard deviation."""
NEGLIGIBLE = 1e-3
"""Least unit of a robust z: differences of a thousandth do not matter, even if all others are smaller."""
SHARE = 0.8
"""Least share of the common items that is kept: with more gone the rest no longer stands for the test."""


class Statistic(StrEnum):
    """By what an item is judged."""

    ROBUST_Z = "robust-z"
    DISTANCE = "distance"
    AREA = "area"


LIMITS = {Statistic.ROBUST_Z: 2.7, Statistic.DISTANCE: 0.3, Statistic.AREA: 0.1}
"""Usual limits: the whiskers of a box plot, 0.3 logits, 0.1 of probability. Huynh and Meyer take 1.645."""


@dataclass(frozen=True)
class Drift:
    """How one common item stands to the final link; the robust z are none for nominal items, as is the distance."""

    item: str
    kept: bool
    z_slope: float | None
    z_difficulty: float | None
    distance: float | None
    area: float


@dataclass(frozen=True)
class Removal:
    """An item that was left out: its statistic, and the line with which it was judged."""

    item: str
    value: float
    slope: float
    intercept: float


@dataclass(frozen=True, eq=False)
class Screening:
    """The link by the items that are ``kept``, what was removed in order, and how every item stands in the end.

    ``settled`` tells whether it stopped because no item is beyond the limit; if not, as few are left as may be.
    """

    link: Link
    statistic: Statistic
    limit: float
    kept: tuple[str, ...]
    removed: tuple[Removal, ...]
    settled: bool
    drifts: tuple[Drift, ...] = field(repr=False)


def screen(
    anchors: Anchors,
    method: Method | str = Method.STOCKING_LORD,
    *,
    statistic: Statistic | str = Statistic.ROBUST_Z,
    limit: float | None = None,
    share: float = SHARE,
    **comparison: Any,
) -> Screening:
    """Link, leave out the item that drifts most, and link again, until none drifts.

    Parameters
    ----------
    limit : of the statistic; as in `LIMITS` if not given.
    share : least share of the items that is kept, 0 to 1.
    comparison : as for `link_anchors`.

    Raises
    ------
    MethodUndefined
        Nominal items have no robust z and no distance; take the area.

    >>> from kaoping.scoring.linking.forms import Form
    >>> from kaoping.scoring.parameters import ItemParameters
    >>> b = np.linspace(-2, 2, 9)
    >>> x = ItemParameters.logistic(np.ones(9), b)
    >>> y = ItemParameters.logistic(np.ones(9), b + 0.5 + 0.8 * (b == 1))
    >>> found = screen(Anchors.of(Form(x), Form(y)))
    >>> [one.item for one in found.removed], round(found.link.intercept, 6)
    (['7'], 0.5)
    """
    by, least = Statistic(statistic), max(FEWEST, int(np.ceil(share * len(anchors) - 1e-9)))
    _refuse_nominal(anchors, by)
    bound = LIMITS[by] if limit is None else limit
    kept, removed = np.arange(len(anchors)), list[Removal]()
    while True:
        line = link_anchors(anchors.take(kept), Method(method), **comparison)
        drifts = _drifts(anchors, kept, line, comparison.get("grid"))
        values = np.array([_value(drifts[place], by) for place in kept])
        worst = int(values.argmax())
        settled = bool(values[worst] <= bound)
        if settled or len(kept) <= least:
            break
        removed.append(Removal(anchors.names[kept[worst]], float(values[worst]), line.slope, line.intercept))
        kept = np.delete(kept, worst)
    names = tuple(anchors.names[place] for place in kept)
    return Screening(line, by, bound, names, tuple(removed), settled, drifts)


def robust_z(values: Floats, kept: Whole) -> Floats:
    """Give the distance of numbers (k,) from the median of some of them, in robust standard deviations of these.

    >>> robust_z(np.array([0.0, 1.0, 2.0, 3.0, 9.0]), np.arange(4)).round(2)
    array([-1.35, -0.45,  0.45,  1.35,  6.76])
    """
    low, middle, high = np.quantile(values[kept], [0.25, 0.5, 0.75])
    return np.asarray((values - middle) / max(NORMAL_RANGE * (high - low), NEGLIGIBLE))


def _drifts(anchors: Anchors, kept: Whole, line: Link, grid: Any) -> tuple[Drift, ...]:
    left = residuals(anchors, line.slope, line.intercept, **({"grid": grid} if grid else {}))
    numeric = np.array([form.name is not ModelName.NOMINAL for form in anchors.old.models])
    slopes, difficulties = np.zeros(len(anchors)), np.zeros(len(anchors))
    judged = np.flatnonzero(numeric)
    among = np.flatnonzero(np.isin(judged, kept))
    if len(among):
        old, new = read(anchors.old.take(judged)), read(anchors.new.take(judged))
        slopes[judged] = robust_z(np.log(np.abs(old.a)) - np.log(np.abs(new.a)), among)
        difficulties[judged] = robust_z(new.mean_b() - line.slope * old.mean_b(), among)
    return tuple(
        Drift(
            item=one.item,
            kept=bool(place in kept),
            z_slope=float(slopes[place]) if numeric[place] else None,
            z_difficulty=float(difficulties[place]) if numeric[place] else None,
            distance=one.distance,
            area=one.area,
        )
        for place, one in enumerate(left)
    )


def _value(drift: Drift, statistic: Statistic) -> float:
    match statistic:
        case Statistic.ROBUST_Z:
            return max(abs(drift.z_slope or 0.0), abs(drift.z_difficulty or 0.0))
        case Statistic.DISTANCE:
            return abs(drift.distance or 0.0)
        case Statistic.AREA:
            return drift.area


def _refuse_nominal(anchors: Anchors, statistic: Statistic) -> None:
    for name, form in zip(anchors.names, anchors.old.models, strict=True):
        if form.name is ModelName.NOMINAL and statistic is not Statistic.AREA:
            raise MethodUndefined(method=str(statistic), item=name, model=str(form.name))
