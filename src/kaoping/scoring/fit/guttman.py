r"""Person fit without a model: how far answers are from solving the easy items first.

Items are ordered by the share of right answers. With r right answers of k:

* normed Guttman errors :math:`G^*`: pairs of a harder item solved and an easier one missed, over :math:`r (k - r)`
  [1]_;
* U3: distance in sums of logits from the pattern that solves the r easiest (0) to the one that solves the r hardest (1)
  [1]_ [2]_;
* :math:`H^T`: covariance of a person's answers with those of all others over items, as a share of the largest it could
  be; low or negative values are unlike the group [3]_.

Nobody is compared with a pattern who solved all items or none: there the indices are not numbers, and ``defined`` says
so.

References
----------
.. [1] Meijer, R. R., & Sijtsma, K. (2001). Methodology review: evaluating person fit. *Applied Psychological
   Measurement*, 25, 107-135.
.. [2] van der Flier, H. (1982). Deviant response patterns and comparability of test scores. *Journal of Cross-Cultural
   Psychology*, 13, 267-298.
.. [3] Sijtsma, K., & Meijer, R. R. (1992). A method for investigating the intersection of item response functions in
   Mokken's nonparametric IRT model. *Applied Psychological Measurement*, 16, 149-157.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import logit

from kaoping.scoring.arrays import Flags, Floats
from kaoping.scoring.errors import IncompleteAnswers, NotDichotomous, NotEnoughData
from kaoping.scoring.responses import ResponseMatrix

FEWEST = 2


@dataclass(frozen=True, eq=False)
class PatternOrder:
    """Normed Guttman errors, U3 and H^T of n persons, (n,); not numbers where not ``defined``."""

    guttman_errors: Floats
    u3: Floats
    h_t: Floats
    defined: Flags


def pattern_order(responses: ResponseMatrix) -> PatternOrder:
    """Compare each person's pattern with the order of the items in the group.

    Items that everybody solved, or nobody, are left out: they have no logit and tell no pattern from another.

    Parameters
    ----------
    responses : complete right-or-wrong answers of n persons; their weights are numbers of persons.

    Raises
    ------
    NotDichotomous
        An item has more than two categories.
    IncompleteAnswers
        The patterns are compared item by item.
    NotEnoughData
        Fewer than two items or two persons are left.

    >>> found = pattern_order(ResponseMatrix([[1, 1, 0], [1, 0, 0], [1, 1, 0], [0, 0, 1], [1, 1, 1]]))
    >>> found.guttman_errors[:4], found.defined[4]
    (array([0., 0., 0., 1.]), np.False_)
    >>> found.u3[:4].round(12)
    array([0., 0., 0., 1.])
    """
    right, weights = _right(responses), responses.weights
    share = weights @ right / weights.sum()
    varying = (share > 0) & (share < 1)
    if min(int(varying.sum()), responses.n_persons) < FEWEST:
        raise NotEnoughData(what="The order of patterns", least=FEWEST, n=min(int(varying.sum()), responses.n_persons))
    easiest = np.argsort(-share[varying], kind="stable")
    ordered, share = right[:, varying][:, easiest], share[varying][easiest]
    defined = (ordered.sum(axis=1) > 0) & (ordered.sum(axis=1) < ordered.shape[1])
    own = ordered[defined]
    return PatternOrder(
        guttman_errors=_spread(_guttman_errors(own), defined),
        u3=_spread(_u3(own, logit(share)), defined),
        h_t=_spread(_h_t(own, weights[defined], share, float(weights.sum())), defined),
        defined=defined,
    )


def _spread(values: Floats, defined: Flags) -> Floats:
    """Give everybody a value, or none."""
    found = np.full(len(defined), np.nan)
    found[defined] = values
    return found


def _right(responses: ResponseMatrix) -> Floats:
    if not responses.dichotomous:
        item = int((responses.categories > 2).argmax())  # noqa: PLR2004 - right or wrong
        raise NotDichotomous(what="The order of patterns", item=responses.items[item])
    if not responses.complete:
        lacking = int((~responses.presented.all(axis=1)).sum())
        raise IncompleteAnswers(what="The order of patterns", lacking=lacking, n=responses.n_persons)
    return responses.answers.astype(np.float64)


def _guttman_errors(ordered: Floats) -> Floats:
    """Pairs of an easier item missed and a harder one solved, as a share of those possible, (n,)."""
    k, solved = ordered.shape[1], ordered.sum(axis=1)
    missed_before = np.cumsum(1 - ordered, axis=1)
    return np.asarray((ordered * missed_before).sum(axis=1) / (solved * (k - solved)))


def _u3(ordered: Floats, weight: Floats) -> Floats:
    """Distance from the Guttman pattern in sums of logits, as a share of that of the reversed one, (n,)."""
    solved = ordered.sum(axis=1).astype(np.int64)
    sums = np.concatenate([[0.0], np.cumsum(weight)])
    best, worst = sums[solved], sums[-1] - sums[len(weight) - solved]
    reach = best - worst
    return np.asarray(np.divide(best - ordered @ weight, reach, out=np.zeros_like(reach), where=reach > 0))


def _h_t(ordered: Floats, weights: Floats, share: Floats, n: float) -> Floats:
    """Covariance with the others' answers over items, as a share of the largest possible, (n,).

    The others are everybody but the person, so that their mean answers are the shares less the person's own part.
    """
    k = ordered.shape[1]
    mean = ordered.mean(axis=1)
    others = n * share - ordered
    together = (ordered @ (n * share) - (ordered**2).sum(axis=1)) / k - mean * others.mean(axis=1)
    return np.asarray(together / _largest(mean, weights))


def _largest(mean: Floats, weights: Floats) -> Floats:
    """Sum over the other persons of the largest covariance two rows of such means can have, (r,)."""
    levels, place = np.unique(mean, return_inverse=True)
    counts = np.bincount(place, weights=weights)
    low, high = np.minimum.outer(levels, levels), np.maximum.outer(levels, levels)
    whole = (low * (1 - high)) @ counts
    return np.asarray((whole - levels * (1 - levels))[place])
