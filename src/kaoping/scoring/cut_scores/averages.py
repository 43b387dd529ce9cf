"""One cut from those of several judges: mean, trimmed mean or median, each with its standard error."""

from collections.abc import Sequence
from enum import StrEnum

import numpy as np
from scipy.special import betainc

from kaoping.scoring.arrays import Floats
from kaoping.scoring.cut_scores.cuts import Cut, estimated
from kaoping.scoring.cut_scores.errors import BadJudgements, PanelTooSmall

LEAST_JUDGES = 2


class Average(StrEnum):
    """How the cuts of the judges become one."""

    MEAN = "mean"
    TRIMMED = "trimmed"
    MEDIAN = "median"


TRIMMED_SHARE = 0.1
"""Share of the judges that a trimmed mean leaves out at each end, at least one if there are five or more."""
LEAST_TO_TRIM = 5
ROUNDING = 1e-12
"""Share of the cut that judges may differ by and still agree."""


def averaged(cuts: Floats, average: str = Average.MEAN, *, tables: Sequence[str] = ()) -> Cut:
    r"""Give the average of the judges' cuts with its standard error over judges.

    * Mean: :math:`s / \sqrt J`, with J - 1 degrees of freedom.
    * Trimmed mean: :math:`s_w / ((1 - 2 g / J) \sqrt J)` from the winsorised deviation, J - 2 g - 1 degrees of freedom
      [1]_; g is a tenth of the judges, at least one of five or more, none of fewer.
    * Median: the standard deviation of its bootstrap distribution, which is known without drawing for an odd number of
      judges and close for an even one [2]_.

    Judges who sit at one table talk to each other. With ``tables`` the error is that of a cluster sample, as users of
    the Bookmark method calculate it: times :math:`\sqrt{1 + (n_A - 1) r}`, with r the intraclass correlation of judges
    at a table, not below zero, and :math:`n_A = \sum n_t^2 / J` the judges at a table [3]_. The degrees of freedom are
    those of as many judges as would tell as much alone, :math:`J / (1 + (n_A - 1) r)`, at least as many as tables.

    Parameters
    ----------
    cuts : (j,) cut of each judge.
    tables : (j,) names of the tables; everybody apart if not given.

    Raises
    ------
    PanelTooSmall
        There are fewer than two judges, or two tables.
    BadJudgements
        A cut is not finite, or there is not one table for each judge.

    References
    ----------
    .. [1] Tukey, J. W., & McLaughlin, D. H. (1963). Less vulnerable confidence and significance procedures for location
       based on a single sample: Trimming/winsorization 1. *Sankhya A*, 25, 331-352.
    .. [2] Maritz, J. S., & Jarrett, R. G. (1978). A note on estimating the variance of the sample median. *JASA*, 73,
       194-196.
    .. [3] Cochran, W. G. (1977). *Sampling Techniques* (3rd ed.), sec. 9.4. Wiley.

    >>> found = averaged(np.array([50.0, 54.0, 58.0]))
    >>> found.value, round(found.se, 4)
    (54.0, 2.3094)
    """
    if len(cuts) < LEAST_JUDGES:
        raise PanelTooSmall(what="A panel's cut", least=LEAST_JUDGES, n=len(cuts))
    if not np.isfinite(cuts).all():
        raise BadJudgements(reason="the cut of a judge is not a finite number")
    value, se, df = _FUNCTIONS[Average(average)](np.sort(cuts))
    if np.ptp(cuts) <= ROUNDING * max(1.0, abs(value)):
        se = 0.0
    if not tables:
        return estimated(value, se, df=df, source="judges")
    effect, groups = _design_effect(cuts, tables)
    alone = max((df + 1) / effect, groups) - 1
    return estimated(value, se * float(np.sqrt(effect)), df=alone, source="judges at tables")


def _mean(cuts: Floats) -> tuple[float, float, float]:
    n = len(cuts)
    return float(cuts.mean()), float(cuts.std(ddof=1) / np.sqrt(n)), n - 1.0


def _trimmed(cuts: Floats) -> tuple[float, float, float]:
    n = len(cuts)
    out = max(int(TRIMMED_SHARE * n), 1) if n >= LEAST_TO_TRIM else 0
    winsorised = np.clip(cuts, cuts[out], cuts[n - 1 - out])
    se = winsorised.std(ddof=1) / ((1 - 2 * out / n) * np.sqrt(n))
    return float(cuts[out : n - out].mean()), float(se), n - 2.0 * out - 1


def _median(cuts: Floats) -> tuple[float, float, float]:
    n = len(cuts)
    below = betainc((n + 1) / 2, (n + 1) / 2, np.arange(n + 1) / n)
    weight = np.diff(below)
    variance = weight @ (cuts - weight @ cuts) ** 2
    return float(np.median(cuts)), float(np.sqrt(variance)), n - 1.0


_FUNCTIONS = {Average.MEAN: _mean, Average.TRIMMED: _trimmed, Average.MEDIAN: _median}


def _design_effect(cuts: Floats, tables: Sequence[str]) -> tuple[float, int]:
    """Factor of the variance because judges sit at tables, and the number of tables."""
    if len(tables) != len(cuts):
        raise BadJudgements(reason=f"there are {len(tables)} tables for {len(cuts)} judges")
    names, table = np.unique(np.asarray(tables), return_inverse=True)
    if len(names) < LEAST_JUDGES:
        raise PanelTooSmall(what="An error over tables", least=LEAST_JUDGES, n=len(names))
    return 1 + (_at_a_table(table) - 1) * intraclass(cuts, table), len(names)


def _at_a_table(table: np.ndarray) -> float:
    n = np.bincount(table)
    return float((n**2).sum() / n.sum())


def intraclass(cuts: Floats, table: np.ndarray) -> float:
    """Intraclass correlation of the cuts of judges at one table, by the analysis of variance; not below zero.

    Parameters
    ----------
    cuts, table : (j,) cut and number of the table of each judge.

    >>> intraclass(np.array([1.0, 1.0, 5.0, 5.0]), np.array([0, 0, 1, 1]))
    1.0
    """
    n = np.bincount(table).astype(np.float64)
    total, groups = n.sum(), len(n)
    means = np.bincount(table, cuts) / n
    between = (n * (means - cuts.mean()) ** 2).sum() / (groups - 1)
    if total == groups:
        return 0.0
    within = ((cuts - means[table]) ** 2).sum() / (total - groups)
    size = (total - (n**2).sum() / total) / (groups - 1)
    spread = between + (size - 1) * within
    return float(max((between - within) / spread, 0.0)) if spread > 0 else 0.0
