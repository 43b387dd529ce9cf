"""The compromise of Beuk: judges yield most on what they agree about least."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from kaoping.scoring.arrays import Floats
from kaoping.scoring.cut_scores.compromises import (
    SOURCE,
    checked_judgements,
    meeting,
    redrawn_cuts,
    with_both_errors,
)
from kaoping.scoring.cut_scores.cuts import Cut, resampled, without_error
from kaoping.scoring.cut_scores.distributions import Distribution, FailCurve
from kaoping.scoring.cut_scores.errors import BadJudgements, LineMissesCurve
from kaoping.scoring.cut_scores.resampling import REPLICATIONS

ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Beuk:
    """Result of `beuk`: the cut in marks, the pass rate there, the panel's means, and the slope of the line.

    ``means`` are of the cuts (marks) and pass rates (shares), ``slope`` in share per mark, infinite if the judges agree
    about the cut.
    """

    cut: Cut
    pass_rate: float
    means: tuple[float, float]
    slope: float
    curve: FailCurve


def beuk(
    judgements: ArrayLike,
    persons: Distribution,
    *,
    rng: np.random.Generator | None = None,
    replications: int = REPLICATIONS,
) -> Beuk:
    r"""Yield on cut and pass rate in proportion to how much the judges disagree about each [1]_.

    From the point of the mean cut and the mean pass rate, a line with slope :math:`s_y / s_x`, the ratio of the
    standard deviations of the judges' pass rates and cuts, leads to the curve of the pass rate G of every cut:

    .. math:: G(c) = \bar y + \frac{s_y}{s_x} (c - \bar x)

    Standard error by the delta method from the judges' influence on the two means and the ratio r,

    .. math::

        \Delta_j = \frac{(y_j - \bar y) - r (x_j - \bar x) + (c - \bar x)\,\Delta r_j}{G'(c) - r}, \qquad
        \Delta r_j = \frac r2 \left(\frac{(y_j - \bar y)^2}{s_y^2} - \frac{(x_j - \bar x)^2}{s_x^2}\right)

    and from the persons, :math:`G (1 - G) / n / (G' - r)^2`, with :math:`G'` smoothed over a window about the cut; or
    by bootstrap of both if ``rng`` is given.

    Parameters
    ----------
    judgements : (j, 2) cut in marks and pass rate as a share, of each judge.

    Raises
    ------
    LineMissesCurve
        The line meets the curve at no score of the persons.
    BadJudgements
        A rate is not a share, or the judges agree about cut and rate, which leaves nothing to weigh.
    PanelTooSmall
        There are fewer than two judges.

    References
    ----------
    .. [1] Beuk, C. H. (1984). A method for reaching a compromise between absolute and relative standards in
       examinations. *Journal of Educational Measurement*, 21, 147-152.

    >>> found = beuk([[50, 0.6], [60, 0.8], [55, 0.7]], Distribution.of(np.arange(100)))
    >>> round(found.cut.value, 2), round(found.pass_rate, 3)
    (46.67, 0.533)
    """
    table = checked_judgements(judgements, 2)
    for judge in np.flatnonzero((table[:, 1] < 0) | (table[:, 1] > 1))[:1]:
        raise BadJudgements(reason=f"the pass rate of judge {judge + 1} is not a share from 0 to 1")
    curve = persons.curve()
    value, slope = _beuk(table, curve)
    if rng is not None:
        draws = redrawn_cuts(table, persons, lambda t, c: _beuk(t, c)[0], rng, replications)
        cut = resampled(value, draws, source=SOURCE)
    else:
        cut = _beuk_error(table, value, slope, curve)
    mean_cut, mean_rate = map(float, table.mean(axis=0))
    return Beuk(cut, 1 - curve.at(value), (mean_cut, mean_rate), slope, curve)


def _beuk(table: Floats, curve: FailCurve) -> tuple[float, float]:
    """Cut, and slope of the line."""
    mean_cut, mean_rate = table.mean(axis=0)
    spread_cut, spread_rate = table.std(axis=0, ddof=1)
    if spread_cut < ROUNDING * max(1.0, abs(mean_cut)) and spread_rate < ROUNDING:
        raise BadJudgements(
            reason="all judges agree about cut and pass rate, so nothing says which of them should yield"
        )
    if spread_cut < ROUNDING * max(1.0, abs(mean_cut)):
        return float(mean_cut), np.inf
    slope = float(spread_rate / spread_cut)

    def above(cut: float) -> float:
        return float(mean_rate) + slope * (cut - float(mean_cut)) - 1 + curve.at(cut)

    first, last = float(curve.cuts[0]), float(curve.cuts[-1])
    if not above(first) <= 0 <= above(last):
        raise LineMissesCurve(
            reason="it crosses at no score that anybody reached; the judges ask for too much or little"
        )
    return meeting(above, first, last), slope


def _beuk_error(table: Floats, value: float, slope: float, curve: FailCurve) -> Cut:
    apart = table - table.mean(axis=0)
    n = len(table)
    if np.isinf(slope):
        return with_both_errors(value, float(table[:, 0].std(ddof=1) / np.sqrt(n)), 0.0, n)
    steep = -curve.smooth_slope(value) - slope
    if not steep < 0:
        return without_error(value, source=SOURCE)
    squares = apart**2 / np.maximum(table.var(axis=0), 1e-300)
    of_slope = slope / 2 * (squares[:, 1] - squares[:, 0])
    influence = (apart[:, 1] - slope * apart[:, 0] + (value - table[:, 0].mean()) * of_slope) / steep
    of_judges = float(np.sqrt((influence**2).sum() / (n * (n - 1))))
    return with_both_errors(value, of_judges, float(np.sqrt(curve.sampling_variance(value))) / -steep, n)
