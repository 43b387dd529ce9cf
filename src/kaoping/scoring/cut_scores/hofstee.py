r"""The compromise of Hofstee: between the cuts and the fail rates that a panel would accept.

Standard error by the delta method, with :math:`t = (c - k_{min}) / (k_{max} - k_{min})`, m the line's slope and
:math:`D = F'(c) - m`:

.. math::

    g = \frac{1}{D} \big(-m (1 - t),\ -m t,\ t,\ 1 - t\big), \qquad
    \sigma^2 = \frac{g^\top S\, g}{J} + \frac{F(c)(1 - F(c))}{n D^2}

with S the covariance of the judges' (k_min, k_max, f_min, f_max) and :math:`F'(c)` smoothed over a window about the
cut, or by bootstrap of judges and persons if ``rng`` is given. The median has an error by bootstrap alone.

References
----------
.. [1] Hofstee, W. K. B. (1983). The case for compromise in educational selection and grading. In S. B. Anderson &
   J. S. Helmick (Eds.), *On Educational Testing*, 109-127. Jossey-Bass.
.. [2] De Gruijter, D. N. M. (1985). Compromise models for establishing examination standards. *Journal of
   Educational Measurement*, 22, 263-269.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

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
from kaoping.scoring.cut_scores.cuts import Cut, estimated, resampled, without_error
from kaoping.scoring.cut_scores.distributions import Distribution, FailCurve
from kaoping.scoring.cut_scores.errors import BadJudgements, LineMissesCurve
from kaoping.scoring.cut_scores.resampling import REPLICATIONS

Outside = Literal["refuse", "end", "extend"]
Middle = Literal["mean", "median"]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class Hofstee:
    """Result of `hofstee`: the cut in marks, the fail rate there, and the box of the panel's averages.

    ``box`` holds the lowest and highest acceptable cut (marks) and the lowest and highest acceptable fail rate
    (shares); ``inside`` tells whether the curve meets the line within it.
    """

    cut: Cut
    fail_rate: float
    box: Box
    inside: bool
    curve: FailCurve


def hofstee(
    judgements: ArrayLike,
    persons: Distribution,
    *,
    average: Middle = "mean",
    outside: Outside = "refuse",
    rng: np.random.Generator | None = None,
    replications: int = REPLICATIONS,
) -> Hofstee:
    r"""Find where the line of what judges accept meets the curve of what the persons reached [1]_ [2]_.

    With the panel's averages k of the lowest and highest acceptable cut and f of the lowest and highest acceptable fail
    rate, the line leads from (k_min, f_max) to (k_max, f_min), and the cut c is where the share F(c) of persons below c
    is on it. If the whole curve within the box lies above or below the line there is no such cut.

    Parameters
    ----------
    judgements : (j, 4) lowest and highest acceptable cut in marks, lowest and highest acceptable fail rate as shares.
    outside : if the curve misses the line: refuse, take the end of the line that is nearer to the curve, or extend it.

    Raises
    ------
    LineMissesCurve
        There is no such cut, or not even on the line extended.
    BadJudgements
        A judge's limits are not in order, a rate is not a share, or the average limits coincide.
    PanelTooSmall
        There are fewer than two judges.

    >>> persons = Distribution.of(np.arange(100))
    >>> found = hofstee([[40, 60, 0.2, 0.6], [44, 64, 0.3, 0.7]], persons)
    >>> round(found.cut.value, 2), round(found.fail_rate, 3), found.inside
    (49.67, 0.497, True)
    """
    table = checked_judgements(judgements, 4)
    _refuse_order(table)
    curve = persons.curve()
    box, value, inside = _hofstee(table, curve, average, outside)
    if rng is not None:
        draws = redrawn_cuts(table, persons, lambda t, c: _hofstee(t, c, average, outside)[1], rng, replications)
        cut = resampled(value, draws, source=SOURCE)
    elif average == "mean":
        cut = _hofstee_error(table, box, value, curve, outside=outside, inside=inside)
    else:
        cut = without_error(value, source=SOURCE)
    return Hofstee(cut, curve.at(value), box, inside, curve)


def _refuse_order(table: Floats) -> None:
    wrong = (table[:, 0] > table[:, 1]) | (table[:, 2] > table[:, 3]) | (table[:, 2] < 0) | (table[:, 3] > 1)
    for judge in np.flatnonzero(wrong)[:1]:
        raise BadJudgements(reason=f"those of judge {judge + 1} are not limits in order, with fail rates from 0 to 1")


def _hofstee(table: Floats, curve: FailCurve, average: Middle, outside: Outside) -> tuple[Box, float, bool]:
    """Box, cut, and whether it lies on the line within the box."""
    averages = table.mean(axis=0) if average == "mean" else np.median(table, axis=0)
    low, high, least, most = map(float, averages)
    if not low < high:
        raise BadJudgements(reason="the average lowest and highest acceptable cut coincide, which is a cut already")
    slope = (least - most) / (high - low)

    def above(cut: float) -> float:
        return curve.at(cut) - most - slope * (cut - low)

    box = (low, high, least, most)
    if above(low) <= 0 <= above(high):
        return box, meeting(above, low, high), True
    too_hard = above(low) > 0
    if outside == "refuse":
        raise LineMissesCurve(reason=_missed(box, curve, too_hard=too_hard))
    if outside == "end":
        return box, low if too_hard else high, False
    return box, _beyond(above, box, slope, curve, too_hard=too_hard), False


def _missed(box: Box, curve: FailCurve, *, too_hard: bool) -> str:
    low, high, least, most = box
    if too_hard:
        told = f"even the lowest acceptable cut, {low:.4g}, fails {100 * curve.at(low):.1f} %"
        return f"{told} of them, more than the {100 * most:.1f} % that are accepted"
    told = f"even the highest acceptable cut, {high:.4g}, fails {100 * curve.at(high):.1f} %"
    return f"{told} of them, less than the {100 * least:.1f} % that are asked for"


def _beyond(
    above: Callable[[float], float], box: Box, slope: float, curve: FailCurve,
    *, too_hard: bool,
) -> float:  # fmt: skip
    """Cut where the extended line meets the curve, short of fail rates of 0 and 1."""
    low, _, _, most = box
    if slope == 0:
        raise LineMissesCurve(reason="the acceptable fail rates coincide, so the line extended is level")
    ends = (low + (1 - most) / slope, low) if too_hard else (box[1], low - most / slope)
    first, last = max(ends[0], float(curve.cuts[0])), min(ends[1], float(curve.cuts[-1]))
    if not (first <= last and above(first) <= 0 <= above(last)):
        raise LineMissesCurve(reason="not even extended to fail rates of 0 and 100 % does it")
    return meeting(above, first, last)


def _hofstee_error(table: Floats, box: Box, value: float, curve: FailCurve, *, outside: str, inside: bool) -> Cut:
    low, high, least, most = box
    if outside == "end" and not inside:
        end = 0 if value == low else 1
        return estimated(
            value, float(table[:, end].std(ddof=1) / np.sqrt(len(table))), df=len(table) - 1.0, source="judges"
        )
    share, slope = (value - low) / (high - low), (least - most) / (high - low)
    apart = curve.smooth_slope(value) - slope
    if not apart > 0:
        return without_error(value, source=SOURCE)
    gradient = np.array([-slope * (1 - share), -slope * share, share, 1 - share]) / apart
    of_judges = np.sqrt(gradient @ np.cov(table, rowvar=False) @ gradient / len(table))
    of_persons = np.sqrt(curve.sampling_variance(value)) / apart
    return with_both_errors(value, float(of_judges), float(of_persons), len(table))
