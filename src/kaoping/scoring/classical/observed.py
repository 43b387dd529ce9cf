"""What persons of rising ability did with an item, to hold against a fitted curve."""

from dataclasses import dataclass

import numpy as np

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.classical.distractors import by_rank
from kaoping.scoring.classical.estimates import LEAST_FOR_A_SHARE, need, wilson
from kaoping.scoring.responses import ResponseMatrix


@dataclass(frozen=True, eq=False)
class Observed:
    """Mean ability ``theta`` (logits), ``share`` of right answers, its interval and persons ``n`` of groups, (g,)."""

    theta: Floats
    share: Floats
    low: Floats
    high: Floats
    n: Whole


def observed_shares(responses: ResponseMatrix, item: int, theta: Floats, *, groups: int = 10) -> Observed:
    """Share of right answers in groups of rising ability, with Wilson intervals, to hold against a fitted curve.

    Parameters
    ----------
    theta : (n,) estimated ability of each person, in logits.

    Raises
    ------
    NotEnoughData
        Fewer than 10 persons per group were presented the item.

    >>> found = observed_shares(ResponseMatrix([[0]] * 20 + [[1]] * 20), 0, np.linspace(-1, 1, 40), groups=2)
    >>> found.share, found.n
    (array([0., 1.]), array([20, 20]))
    """
    shown = responses.presented[:, item]
    need(int(shown.sum()), groups * LEAST_FOR_A_SHARE, "An observed curve")
    group = by_rank(theta[shown], groups)
    n = np.bincount(group)
    right = np.bincount(group, weights=responses.right[shown, item])
    low, high = wilson(right, n)
    return Observed(np.bincount(group, weights=theta[shown]) / n, right / n, low, high, n)
