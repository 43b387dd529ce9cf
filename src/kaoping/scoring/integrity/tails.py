r"""How unusual a number of matches is: exact distributions of sums of unlike trials, and their upper tails.

The number of matches on k items with chances :math:`p_j` has the compound (generalised) binomial distribution
:math:`f_j(s) = (1 - p_j) f_{j-1}(s) + p_j f_{j-1}(s - 1)`; the numbers of matches of two kinds, a trinomial one. They
hold if the abilities are known. Abilities that were estimated from the same answers leave the number less room: with
standard deviation :math:`\sigma` for known and :math:`\sigma^*` for estimated abilities, and :math:`\delta` the shift,

.. math:: f^*(s) \propto f(s)\, \exp\Big({-\tfrac12} (s - \mu - \delta)^2 (\sigma^{*-2} - \sigma^{-2})\Big)

is the exact distribution times the likelihood, taken as normal, of the scores (derivatives of the log likelihood) that
make the abilities what they are; it has variance :math:`\sigma^{*2}` where :math:`f` is normal.

Tails are mid-p values [1]_, :math:`P(S > s) + P(S = s)/2`: of a discrete statistic the plain tail stays far under the
level, the mid-p near it. With a share that is drawn at random instead of the half, the level is kept exactly.

References
----------
.. [1] Lancaster, H. O. (1961). Significance tests in discrete distributions. *JASA*, 56, 223-234.
"""

import numpy as np
from numpy.typing import NDArray

from kaoping.scoring.arrays import Flags, Floats

TIE = 1e-9
"""Probabilities that differ by less than this share, and values that differ by less, are the same."""


def matches(chance: Floats) -> Floats:
    """Distribution of the number of matches, (b, k + 1), from the chances (b, k) of each.

    >>> matches(np.array([[0.5, 0.2]])).round(2)
    array([[0.4, 0.5, 0.1]])
    """
    b, k = chance.shape
    found = np.zeros((k + 1, b))
    found[0] = 1.0
    for item, p in enumerate(chance.T):
        below = found[: item + 1] * p
        found[: item + 1] *= 1 - p
        found[1 : item + 2] += below
    return found.T


def joint_matches(first: Floats, second: Floats) -> Floats:
    """Distribution of the numbers of matches of two kinds, (b, k + 1, k + 1), from the chances (b, k) of each kind.

    >>> joint_matches(np.array([[0.5]]), np.array([[0.2]])).round(2)
    array([[[0.3, 0.2],
            [0.5, 0. ]]])
    """
    b, k = first.shape
    found = np.zeros((k + 1, k + 1, b))
    found[0, 0] = 1.0
    for item, (p, q) in enumerate(zip(first.T, second.T, strict=True)):
        here = found[: item + 1, : item + 1].copy()
        found[: item + 1, : item + 1] *= 1 - p - q
        found[1 : item + 2, : item + 1] += here * p
        found[: item + 1, 1 : item + 2] += here * q
    return np.moveaxis(found, 2, 0)


def given_abilities(distribution: Floats, surprise: Floats) -> Floats:
    r"""Multiply a distribution by :math:`e^{-surprise / 2}` and let each row, along its first axis, sum to one again.

    >>> given_abilities(np.array([[0.5, 0.5]]), np.array([[0.0, 2 * np.log(3)]]))
    array([[0.75, 0.25]])
    """
    with np.errstate(divide="ignore"):
        height = np.log(distribution) - surprise / 2
    axes = tuple(range(1, height.ndim))
    found: Floats = np.exp(height - height.max(axis=axes, keepdims=True))
    found /= found.sum(axis=axes, keepdims=True)
    return found


def tie_shares(number: int, rng: np.random.Generator | None) -> Floats:
    """Share of a tie that counts, (number,): a half, or drawn at random."""
    return np.full(number, 0.5) if rng is None else rng.random(number)


def at_least(distribution: Floats, observed: NDArray[np.integer], share: Floats) -> Floats:
    """Tail of an observed number (b,) under its distribution (b, k + 1), of which the tie counts by its share (b,).

    >>> at_least(np.array([[0.25, 0.5, 0.25]]), np.array([1]), np.array([0.5]))
    array([0.5])
    """
    place = observed[:, None]
    here = np.arange(distribution.shape[1])
    beyond = np.where(here > place, distribution, 0.0).sum(axis=1)
    return np.asarray(beyond + share * np.take_along_axis(distribution, place, axis=1)[:, 0])


def beyond(distribution: Floats, value: Floats, observed: Floats, share: Floats) -> Floats:
    """Tail of an observed value (b,) of outcomes that have a ``distribution`` and a ``value``, (b, s) each.

    >>> beyond(np.array([[0.5, 0.3, 0.2]]), np.array([[0.0, 2.0, 1.0]]), np.array([1.0]), np.array([0.5])).round(2)
    array([0.4])
    """
    gap = value - observed[:, None]
    more, alike = (np.where(which, distribution, 0.0).sum(axis=1) for which in (gap > TIE, np.abs(gap) <= TIE))
    return np.asarray(more + share * alike)


def no_likelier(distribution: Floats, observed: Floats, among: Flags, share: Floats) -> Floats:
    """Tail of an outcome of probability ``observed`` (b,): the outcomes ``among`` that are no likelier than it.

    Parameters
    ----------
    distribution, among : (b, s) probabilities, and whether they count.
    share : (b,) how much of those that are equally likely counts.

    >>> no_likelier(np.array([[0.1, 0.3, 0.6]]), np.array([0.3]), np.array([[True, True, False]]), np.array([0.5]))
    array([0.25])
    """
    limit = observed[:, None]
    below = among & (distribution < limit * (1 - TIE))
    equal = among & (np.abs(distribution - limit) <= TIE * limit)
    less, alike = (np.where(which, distribution, 0.0).sum(axis=1) for which in (below, equal))
    return np.asarray(less + share * alike)
