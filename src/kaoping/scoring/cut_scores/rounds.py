"""Rounds of a panel: whether judges come together, and how far the panel's cut moves."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from kaoping.scoring.cut_scores.agreement import correlation
from kaoping.scoring.cut_scores.angoff import Angoff
from kaoping.scoring.cut_scores.components import components
from kaoping.scoring.cut_scores.cuts import Cut, estimated
from kaoping.scoring.cut_scores.errors import BadJudgements
from kaoping.scoring.cut_scores.ratings import Ratings

LEAST_JUDGES, LEAST_RATINGS = 2, 3


@dataclass(frozen=True)
class Convergence:
    """Result of `convergence` from one round to the next; marks where nothing else is said.

    Attributes
    ----------
    judges : number of judges who rated in both rounds.
    change : how far the mean cut of these judges moved, with the error over the same judges.
    spread : standard deviations of the cuts of these judges before and after.
    mean_move : mean absolute move of the judges' cuts.
    changed : share of the ratings given in both rounds that were changed.
    correlation : of the ratings in both rounds, as shares of the marks; ``None`` where they do not vary.
    agreement : dependability of the mean of these judges before and after; ``None`` if their ratings are too few.
    """

    judges: int
    change: Cut
    spread: tuple[float, float]
    mean_move: float
    changed: float
    correlation: float | None
    agreement: tuple[float | None, float | None]

    @property
    def converging(self) -> bool:
        """Whether the judges' cuts lie closer together than before."""
        return self.spread[1] < self.spread[0]


def convergence(rounds: Sequence[Angoff]) -> tuple[Convergence, ...]:
    """Compare each round with the one before, by the judges who rated in both.

    Raises
    ------
    BadJudgements
        Two rounds have fewer than two judges in common, or other items.

    >>> from kaoping.scoring.cut_scores.angoff import angoff
    >>> from kaoping.scoring.cut_scores.ratings import Ratings
    >>> first = angoff(Ratings.complete([[0.2, 0.6], [0.6, 0.8]]))
    >>> second = angoff(Ratings.complete([[0.4, 0.6], [0.6, 0.8]]))
    >>> found = convergence([first, second])[0]
    >>> found.converging, round(found.change.value, 3), found.changed
    (True, 0.1, 0.25)
    """
    return tuple(_compared(before, after) for before, after in pairwise(rounds))


def _compared(before: Angoff, after: Angoff) -> Convergence:
    old, new = before.ratings, after.ratings
    if set(old.items) != set(new.items):
        raise BadJudgements(reason="two rounds do not rate the same items")
    judges = [name for name in old.judges if name in new.judges]
    if len(judges) < LEAST_JUDGES:
        raise BadJudgements(reason="two rounds have fewer than two judges in common")
    rows = [[of.judges.index(name) for name in judges] for of in (old, new)]
    columns = [new.items.index(item) for item in old.items]
    cuts = np.stack([before.judge_cuts[rows[0]], after.judge_cuts[rows[1]]])
    move = cuts[1] - cuts[0]
    shares = old.shares[rows[0]], new.shares[rows[1]][:, columns]
    both = old.rated[rows[0]] & new.rated[rows[1]][:, columns]
    first, second = shares[0][both], shares[1][both]
    return Convergence(
        judges=len(judges),
        change=estimated(
            float(move.mean()), float(move.std(ddof=1) / np.sqrt(len(judges))), source="judges", df=len(judges) - 1.0
        ),
        spread=(float(cuts[0].std(ddof=1)), float(cuts[1].std(ddof=1))),
        mean_move=float(np.abs(move).mean()),
        changed=float((np.abs(first - second) > 1e-12).mean()) if len(first) else 0.0,  # noqa: PLR2004 - rounding alone
        correlation=correlation(first, second) if len(first) >= LEAST_RATINGS else None,
        agreement=(_agreement(old, rows[0]), _agreement(new, rows[1])),
    )


def _agreement(ratings: Ratings, rows: Sequence[int]) -> float | None:
    """Dependability of the mean of some judges, over the items that one of them rated."""
    rated = ratings.rated[rows]
    columns = np.flatnonzero(rated.any(axis=0))
    shared = Ratings(
        tuple(ratings.judges[row] for row in rows),
        tuple(ratings.items[column] for column in columns),
        ratings.values[rows][:, columns],
        rated[:, columns],
        ratings.maxima[columns],
    )
    try:
        return components(shared).agreement
    except BadJudgements:
        return None
