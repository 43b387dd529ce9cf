"""What compromises between judges and persons share: their judgements, where line and curve meet, and their errors."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from kaoping.scoring.arrays import Floats
from kaoping.scoring.cut_scores.cuts import Cut, estimated
from kaoping.scoring.cut_scores.distributions import Distribution, FailCurve
from kaoping.scoring.cut_scores.errors import BadJudgements, PanelTooSmall
from kaoping.scoring.cut_scores.resampling import bootstrap

LEAST_JUDGES = 2
SOURCE = "judges and persons"


def checked_judgements(given: ArrayLike, columns: int) -> Floats:
    """Give the judgements as a table, (j, c).

    Raises
    ------
    BadJudgements, PanelTooSmall
        They are not finite numbers, a row for each judge, or there are fewer than two judges.
    """
    table = np.asarray(given, dtype=np.float64)
    if table.ndim != 2 or table.shape[1] != columns or not np.isfinite(table).all():  # noqa: PLR2004
        raise BadJudgements(reason=f"they are not a row of {columns} finite numbers for each judge")
    if len(table) < LEAST_JUDGES:
        raise PanelTooSmall(what="A compromise", least=LEAST_JUDGES, n=len(table))
    return table


def meeting(above: Callable[[float], float], low: float, high: float) -> float:
    """Give the cut between two others at which a rising difference is zero."""
    return float(brentq(above, low, high, xtol=1e-12))


def with_both_errors(value: float, of_judges: float, of_persons: float, n_judges: int) -> Cut:
    """Give a cut with the error over judges and that over persons, in marks."""
    return estimated(
        value, float(np.hypot(of_judges, of_persons)), df=n_judges - 1.0, source=SOURCE,
        parts={"judges": of_judges, "persons": of_persons},
    )  # fmt: skip


def redrawn_cuts(
    table: Floats,
    persons: Distribution,
    cut: Callable[[Floats, FailCurve], float],
    rng: np.random.Generator,
    number: int,
) -> Floats:
    """Give the cuts of samples of judges and persons."""

    def one(source: np.random.Generator) -> float:
        judges = source.integers(len(table), size=len(table))
        return cut(table[judges], persons.drawn(source).curve())

    return bootstrap(one, rng=rng, replications=number)
