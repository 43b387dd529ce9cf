"""Normative feedback between rounds: how persons did on each item, and how many would pass at each judge's cut."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kaoping.scoring.cut_scores.angoff import Angoff
from kaoping.scoring.cut_scores.distributions import Distribution
from kaoping.scoring.errors import BadResponses
from kaoping.scoring.responses import ResponseMatrix


@dataclass(frozen=True, eq=False)
class Norms:
    """What persons reached: facility by item, as shares of the marks, and the scores of those who answered everything.

    ``persons`` is ``None`` if nobody did; ``incomplete`` is the number of the others.
    """

    facilities: Mapping[str, float]
    persons: Distribution | None
    incomplete: int


@dataclass(frozen=True)
class ItemFeedback:
    """What judges see of an item, as shares of its marks: mean, spread and ends of their ratings, and the facility.

    ``gap`` is the mean rating less the facility of those who took it; ``None`` without answers. Persons of all
    abilities are in the facility, so a gap is a question to discuss and not an error.
    """

    item: str
    judges: int
    mean: float
    sd: float
    lowest: float
    highest: float
    facility: float | None
    gap: float | None


@dataclass(frozen=True)
class Impact:
    """Share of persons who would pass at a cut; ``judge`` is empty for the panel's."""

    judge: str
    cut: float
    pass_rate: float


def norms(responses: ResponseMatrix, maxima: Mapping[str, float], *, highest: Mapping[str, int] | None = None) -> Norms:
    """Give facilities and scores on the items of a panel; the highest category of an item is worth its full marks.

    Parameters
    ----------
    maxima : full marks of the items rated.
    highest : highest category of items, where nobody may have reached it; that of ``responses`` if not given.

    Raises
    ------
    BadResponses
        An item that was rated is not among the answers, or nobody answered it.

    >>> found = norms(ResponseMatrix([[1, 1], [0, 1], [1, -1]], ["A", "B"]), {"A": 1, "B": 2})
    >>> found.facilities["B"], found.persons.scores, found.incomplete
    (1.0, array([2., 3.]), 1)
    """
    for name in maxima:
        if name not in responses.items:
            raise BadResponses(reason=f"it has no item {name}, which the judges rated")
    place = np.array([responses.items.index(name) for name in maxima])
    answers, known = responses.answers[:, place].astype(np.float64), responses.presented[:, place]
    for item in np.flatnonzero(~known.any(axis=0))[:1]:
        raise BadResponses(reason=f"nobody answered item {list(maxima)[item]}, which the judges rated")
    tops = [(highest or {}).get(name, top) for name, top in zip(maxima, responses.categories[place] - 1, strict=True)]
    shares = np.where(known, answers / np.array(tops, dtype=np.float64), 0.0)
    facilities = shares.sum(axis=0) / known.sum(axis=0)
    whole = known.all(axis=1)
    scores = shares[whole] @ np.array(list(maxima.values()), dtype=np.float64)
    return Norms(
        dict(zip(maxima, facilities.tolist(), strict=True)),
        Distribution.of(scores.round(9)) if whole.any() else None,
        int((~whole).sum()),
    )


def item_feedback(found: Angoff, facilities: Mapping[str, float] | None = None) -> tuple[ItemFeedback, ...]:
    """Give the feedback on every item.

    Parameters
    ----------
    facilities : mean share of the marks reached on items.

    >>> from kaoping.scoring.cut_scores.angoff import angoff
    >>> from kaoping.scoring.cut_scores.ratings import Ratings
    >>> found = angoff(Ratings.complete([[0.4, 0.6], [0.6, 0.8]], items=["A", "B"]))
    >>> [(one.item, round(one.mean, 2), round(one.gap, 2)) for one in item_feedback(found, {"A": 0.4, "B": 0.9})]
    [('A', 0.5, 0.1), ('B', 0.7, -0.2)]
    """
    known = facilities or {}
    rows = []
    for place, item in enumerate(found.ratings.items):
        shares = found.ratings.shares[found.ratings.rated[:, place], place]
        mean, facility = float(shares.mean()), known.get(item)
        spread = float(shares.std(ddof=1)) if len(shares) > 1 else 0.0
        gap = None if facility is None else mean - facility
        rows.append(
            ItemFeedback(item, len(shares), mean, spread, float(shares.min()), float(shares.max()), facility, gap)
        )
    return tuple(rows)


def impact(found: Angoff, persons: Distribution) -> tuple[Impact, ...]:
    """Give the share that would pass at the panel's mean cut, first, and at every judge's.

    >>> from kaoping.scoring.cut_scores.angoff import angoff
    >>> from kaoping.scoring.cut_scores.ratings import Ratings
    >>> found = angoff(Ratings.complete([[0.4, 0.5], [0.6, 0.9]], judges=["A", "B"]))
    >>> [(one.judge, one.pass_rate) for one in impact(found, Distribution.of([0, 1, 1, 2]))]
    [('', 0.25), ('A', 0.75), ('B', 0.25)]
    """
    cuts = np.concatenate([[found.mean.value], found.judge_cuts]).tolist()
    names = ["", *found.ratings.judges]
    return tuple(Impact(name, cut, persons.pass_rate(cut)) for name, cut in zip(names, cuts, strict=True))
