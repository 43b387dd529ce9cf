"""Whether a judge's ratings belong to one ability: van der Linden's index of consistency, and ratings that do not."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kaoping.scoring.arrays import Floats
from kaoping.scoring.cut_scores.agreement import correlation
from kaoping.scoring.cut_scores.papers import Paper
from kaoping.scoring.cut_scores.ratings import Ratings
from kaoping.scoring.parameters import ItemParameters

LEAST_ITEMS, HALF = 3, 0.5
SUSPICIOUS = 0.25
"""Difference, as a share of the marks, from which a rating does not fit the ability of its judge."""


@dataclass(frozen=True)
class Misfit:
    """A rating that does not belong to the ability that its judge has in mind; both in marks."""

    judge: str
    item: str
    rating: float
    expected: float


@dataclass(frozen=True)
class JudgeConsistency:
    """How a judge's ratings fit the item parameters.

    ``theta`` (logits) expects the judge's total on the items that the judge rated; ``None``, with all that follows
    from it, if no ability does. ``error`` is the mean absolute difference from the model there, ``largest`` what it
    could be at most, both as shares of the marks; ``index`` is 1 - error / largest. ``correlation`` is with the model's
    expectation at the panel's ability, ``with_facility`` with the observed facilities. ``same_side`` is the share of
    items whose rating and expectation lie on the same side of half the marks, which is what yes and no can tell.
    """

    judge: str
    theta: float | None
    error: float | None
    largest: float | None
    index: float | None
    same_side: float | None
    correlation: float | None
    with_facility: float | None


@dataclass(frozen=True)
class Intrajudge:
    """Result of `intrajudge`: every judge, and the ratings that do not fit, the worst first."""

    judges: tuple[JudgeConsistency, ...]
    misfits: tuple[Misfit, ...]
    panel_theta: float | None


def intrajudge(
    ratings: Ratings,
    parameters: ItemParameters | None = None,
    *,
    cut: float | None = None,
    facilities: Mapping[str, float] | None = None,
    limit: float = SUSPICIOUS,
) -> Intrajudge:
    r"""Compare ratings with the item response model at the judge's own ability [1]_, and with observed facilities.

    .. math::

        \sum_i T_i(\theta_j) = \sum_i x_{ji}, \qquad
        E_j = \frac1k \sum_i |x_{ji} - T_i(\theta_j)| / m_i, \qquad
        M_j = \frac1k \sum_i \max(T_i(\theta_j), m_i - T_i(\theta_j)) / m_i, \qquad
        C_j = 1 - \frac{E_j}{M_j}

    with T the expected and m the full marks. C is 1 for a judge whose ratings are the model's at one ability, and 0 for
    one who is as far from it as can be.

    Parameters
    ----------
    parameters : of the items rated, whose marks are divided evenly over their categories; without them only facilities
        are compared.
    cut : the panel's cut in marks, for the correlation with what a person at the cut is expected to do.
    facilities : mean share of the marks reached on each item.
    limit : difference, as a share of the marks, from which a rating is named.

    References
    ----------
    .. [1] van der Linden, W. J. (1982). A latent trait method for determining intrajudge inconsistency in the Angoff
       and Nedelsky techniques of standard setting. *Journal of Educational Measurement*, 19, 295-308.

    >>> from kaoping.scoring.parameters import ItemParameters
    >>> items = ItemParameters.logistic(np.ones(3), [-1.0, 0.0, 1.0], names=("A", "B", "C"))
    >>> own, other = items.expected(np.array([0.3]))[:, 0], [0.5, 0.5, 0.9]
    >>> found = intrajudge(Ratings.complete([own, other], items=items.names), items)
    >>> [round(judge.index, 3) for judge in found.judges]
    [1.0, 0.529]
    """
    of_paper = None if parameters is None else Paper.of(parameters.named(ratings.items), ratings.maxima)
    at_cut = None if of_paper is None or cut is None else of_paper.reaching(cut)
    every = [_judge(ratings, judge, of_paper, at_cut, facilities or {}) for judge in range(len(ratings.judges))]
    misfits = [] if of_paper is None else _misfits(ratings, of_paper, every, limit)
    return Intrajudge(tuple(every), tuple(misfits), at_cut)


def _judge(
    ratings: Ratings, judge: int, paper: Paper | None, at_cut: float | None, facilities: Mapping[str, float]
) -> JudgeConsistency:
    rated = np.flatnonzero(ratings.rated[judge])
    shares = ratings.shares[judge, rated]
    known = [
        (share, facilities[ratings.items[i]])
        for share, i in zip(shares, rated, strict=True)
        if ratings.items[i] in facilities
    ]
    with_facility = correlation(*np.array(known).T) if len(known) >= LEAST_ITEMS else None
    if paper is None:
        return JudgeConsistency(ratings.judges[judge], None, None, None, None, None, None, with_facility)
    own = paper.take(rated)
    agrees = correlation(shares, own.item_shares(at_cut)) if at_cut is not None and len(rated) >= LEAST_ITEMS else None
    theta = own.reaching(float(ratings.values[judge, rated].sum()))
    if theta is None:
        return JudgeConsistency(ratings.judges[judge], None, None, None, None, None, agrees, with_facility)
    expected = own.item_shares(theta)
    error = float(np.abs(shares - expected).mean())
    largest = float(np.maximum(expected, 1 - expected).mean())
    same = float(((shares >= HALF) == (expected >= HALF)).mean())
    return JudgeConsistency(
        ratings.judges[judge], theta, error, largest, 1 - error / largest, same, agrees, with_facility
    )


def _misfits(ratings: Ratings, paper: Paper, judges: list[JudgeConsistency], limit: float) -> list[Misfit]:
    found = []
    for row, judge in enumerate(judges):
        if judge.theta is not None:
            apart: Floats = ratings.shares[row] - paper.item_shares(judge.theta)
            for item in np.flatnonzero(ratings.rated[row] & (np.abs(apart) >= limit)):
                rating, full = float(ratings.values[row, item]), float(ratings.maxima[item])
                misfit = Misfit(judge.judge, ratings.items[item], rating, rating - float(apart[item]) * full)
                found.append((abs(float(apart[item])), misfit))
    return [misfit for _, misfit in sorted(found, key=lambda pair: -pair[0])]
