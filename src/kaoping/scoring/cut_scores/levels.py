"""Several levels at once: whether the cuts rise, for the panel, for each judge, and item by item."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from kaoping.scoring.cut_scores.angoff import Angoff


@dataclass(frozen=True)
class Inversion:
    """Two neighbouring levels of which the higher one does not have the higher cut."""

    lower: str
    upper: str
    values: tuple[float, float]


def inversions(cuts: Mapping[str, float], levels: Sequence[str]) -> tuple[Inversion, ...]:
    """Find neighbouring levels, given from the lowest up, whose cuts do not rise.

    >>> inversions({"basic": 40.0, "skilled": 40.0, "expert": 70.0}, ["basic", "skilled", "expert"])
    (Inversion(lower='basic', upper='skilled', values=(40.0, 40.0)),)
    """
    return tuple(Inversion(a, b, (cuts[a], cuts[b])) for a, b in pairwise(levels) if not cuts[b] > cuts[a])


@dataclass(frozen=True)
class Falling:
    """What a judge expects no more of at a higher level, the cut over all items; or less of, some items."""

    judge: str
    lower: str
    upper: str
    whole: bool
    items: tuple[str, ...]


def falling(panels: Mapping[str, Angoff]) -> tuple[Falling, ...]:
    """Find judges whose cut is no higher, or whose rating of an item is lower, at a higher level.

    Parameters
    ----------
    panels : the last round of each level, from the lowest level up.

    >>> from kaoping.scoring.cut_scores.angoff import angoff
    >>> from kaoping.scoring.cut_scores.ratings import Ratings
    >>> low = angoff(Ratings.complete([[0.4, 0.6], [0.5, 0.7]], judges=["A", "B"]))
    >>> high = angoff(Ratings.complete([[0.6, 0.9], [0.9, 0.6]], judges=["A", "B"]))
    >>> falling({"basic": low, "skilled": high})
    (Falling(judge='B', lower='basic', upper='skilled', whole=False, items=('2',)),)
    """
    return tuple(
        one
        for (lower, below), (upper, above) in pairwise(panels.items())
        for judge in below.ratings.judges
        if judge in above.ratings.judges and (one := _falling(judge, (lower, below), (upper, above)))
    )


def _falling(judge: str, lower: tuple[str, Angoff], upper: tuple[str, Angoff]) -> Falling | None:
    (name, below), (other, above) = lower, upper
    rows = [of.ratings.judges.index(judge) for of in (below, above)]
    places = {item: place for place, item in enumerate(above.ratings.items)}
    items = [
        item
        for place, item in enumerate(below.ratings.items)
        if item in places
        and below.ratings.rated[rows[0], place]
        and above.ratings.rated[rows[1], places[item]]
        and above.ratings.shares[rows[1], places[item]] < below.ratings.shares[rows[0], place]
    ]
    whole = not np.greater(above.judge_cuts[rows[1]], below.judge_cuts[rows[0]])
    return Falling(judge, name, other, bool(whole), tuple(items)) if whole or items else None
