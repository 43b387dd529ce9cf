"""Similarity by identical right and identical wrong answers together: M4."""

from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
from scipy.special import ndtr

from kaoping.scoring.arrays import Flags, Floats, Whole
from kaoping.scoring.integrity.chances import Chances
from kaoping.scoring.integrity.errors import BadScreening
from kaoping.scoring.integrity.matching import ROOM, Moments, common, match_moments, pairs_of_options
from kaoping.scoring.integrity.pairs import Block
from kaoping.scoring.integrity.similarity import USUAL, Found, Similarity, Terms, screened, tail
from kaoping.scoring.integrity.tails import beyond, given_abilities, joint_matches, no_likelier, tie_shares

Order = Literal["evidence", "probability"]
CLOSE = 0.1
"""Normal tail up to which the exact one is calculated: it costs k cubed."""
CELLS = 1_000_000
"""Probabilities that are kept at once."""


@dataclass(frozen=True, eq=False)
class Joint:
    """Numbers of identical right and wrong answers of p pairs.

    Attributes
    ----------
    centre : (p, 2) their means, moved by estimated abilities.
    precision : (p, 2, 2) inverse of what estimated abilities leave of their covariances.
    excess : (p, 2, 2) what this is more than the inverse for known abilities.
    weight : (p, 2) how much a match of each kind tells.
    usable : (p,) whether the abilities leave both numbers any room.
    """

    centre: Floats
    precision: Floats
    excess: Floats
    weight: Floats
    usable: Flags


def m4(chances: Chances, terms: Terms = USUAL, *, order: Order = "evidence") -> Similarity:
    r"""Test identical right and identical wrong answers of two persons jointly [1]_.

    An item is answered right by both, wrong by both with the same option, or differently, with chances
    :math:`\sum_{c \text{ right}} P_{ijc} P_{sjc}`, :math:`\sum_{c \text{ wrong}} P_{ijc} P_{sjc}` and the rest: the two
    numbers R and W have a trinomial distribution of unlike trials, with the correction of
    `kaoping.scoring.integrity.matching` for both.

    Parameters
    ----------
    order : which outcomes are more unusual than the observed one. ``evidence``: those with a larger

        .. math:: T = (R - \mu_R) \log\frac{k}{\mu_R} + (W - \mu_W) \log\frac{k}{\mu_W}

        where a match weighs as much as it is rare; the statistic is T in standard deviations. ``probability``, as
        published: those that are no likelier, on the side where T is not negative (on the other one p is 1); the
        statistic is the distance of (R, W) from what is expected, in standard deviations. It finds less (handbook).

    Raises
    ------
    BadScreening
        Only marks are known, or there are too many pairs.
    NothingToScreen
        There is no pair that can be judged.

    References
    ----------
    .. [1] Maynes, D. (2014). Detection of non-independent test taking by similarity analysis. In N. M. Kingston & A. K.
       Clark (Eds.), *Test Fraud* (pp. 53-80). Routledge.
    """
    if (chances.choices.table.categories <= 2).all():  # noqa: PLR2004
        raise BadScreening(reason="M4 compares which wrong options were chosen; with marks alone take GBT")
    return screened("M4", chances, terms, partial(_m4, order=order))


def _m4(chances: Chances, block: Block, terms: Terms, *, order: Order) -> Found:
    right = match_moments(chances, block, terms, chances.choices.right)
    wrong = match_moments(chances, block, terms, ~chances.choices.right)
    number = common(chances, block)
    joint = _joint(chances, block, (right, wrong), number)
    away = np.stack([right.observed, wrong.observed], axis=1) - joint.centre
    evidence = (joint.weight * away).sum(axis=1)
    if order == "evidence":
        spread = np.einsum("px,pxy,py->p", joint.weight, np.linalg.inv(joint.precision), joint.weight)
        statistic = evidence / np.sqrt(np.where(joint.usable, spread, 1.0))
        normal = ndtr(-statistic)
    else:
        distance = np.einsum("px,pxy,py->p", away, joint.precision, away)
        # Of a bivariate normal distribution, outcomes at least so far away on one side of a line through the centre.
        normal = np.where(evidence >= 0, np.exp(-distance / 2) / 2, 1.0)
        statistic = np.where(evidence >= 0, 1.0, -1.0) * np.sqrt(distance)

    def exact(near: Whole) -> Floats:
        return _exact(_Pairs(chances, block, joint, (right, wrong), order), near, terms.rng)

    p = tail(normal, joint.usable, exact, close=CLOSE)
    same = right.observed + wrong.observed, right.mean + wrong.mean, wrong.observed, wrong.mean
    return Found(block.first, block.second, statistic, p, number, *same)


def _joint(chances: Chances, block: Block, both: tuple[Moments, Moments], number: Floats) -> Joint:
    right, wrong = both
    known = chances.choices.right
    p, q = chances.chance[block.rows], chances.chance[block.columns]
    meeting = block.product(pairs_of_options(p * known, p * ~known), pairs_of_options(q, q))
    full = _symmetric(right.full, -meeting, wrong.full)
    information = chances.information[block.first], chances.information[block.second]
    rows = zip(right.covariances, wrong.covariances, information, strict=True)
    left = full - sum(_symmetric(a * a, a * b, b * b) / own[:, None, None] for a, b, own in rows)
    usable = (np.linalg.det(full) > 0) & (np.linalg.det(left) > ROOM * np.linalg.det(full))
    plain = np.eye(2)
    precision = np.linalg.inv(np.where(usable[:, None, None], left, plain))
    excess = precision - np.linalg.inv(np.where(usable[:, None, None], full, plain))
    means = np.stack([right.mean, wrong.mean], axis=1)
    weight = np.log(np.maximum(number[:, None], 1.0) / np.where(means > 0, means, 1.0))
    return Joint(means + np.stack([right.shift, wrong.shift], axis=1), precision, excess, weight, usable)


def _symmetric(a: Floats, b: Floats, c: Floats) -> Floats:
    """Give symmetric matrices, (p, 2, 2)."""
    return np.stack([np.stack([a, b], axis=1), np.stack([b, c], axis=1)], axis=1)


@dataclass(frozen=True, eq=False)
class _Pairs:
    """What the exact tail of pairs of a block is made from."""

    chances: Chances
    block: Block
    joint: Joint
    both: tuple[Moments, Moments]
    order: Order


def _exact(pairs: _Pairs, near: Whole, rng: np.random.Generator | None) -> Floats:
    """Tail of some pairs (b,), as many at a time as there is room for."""
    k = pairs.chances.chance.shape[1]
    found, step = np.empty(len(near)), max(1, CELLS // (k + 1) ** 2)
    for start in range(0, len(near), step):
        some = near[start : start + step]
        found[start : start + step] = _tail(pairs, some, tie_shares(len(some), rng))
    return found


def _tail(pairs: _Pairs, some: Whole, share: Floats) -> Floats:
    joint = pairs.joint
    distribution = _distribution(pairs, some)
    numbers = np.arange(distribution.shape[1])
    x, y = (numbers[:, None] - joint.centre[some, 0, None, None], numbers - joint.centre[some, 1, None, None])
    more = joint.excess[some][:, :, :, None, None]
    held = given_abilities(distribution, more[:, 0, 0] * x**2 + 2 * more[:, 0, 1] * x * y + more[:, 1, 1] * y**2)
    weight = joint.weight[some][:, :, None, None]
    evidence = weight[:, 0] * x + weight[:, 1] * y
    rights, wrongs = (np.rint(one.observed[some]).astype(np.int64) for one in pairs.both)
    here, flat = (np.arange(len(some)), rights, wrongs), (len(some), -1)
    if pairs.order == "probability":
        return no_likelier(held.reshape(flat), held[here], (evidence >= 0).reshape(flat), share)
    return beyond(held.reshape(flat), evidence.reshape(flat), evidence[here], share)


def _distribution(pairs: _Pairs, some: Whole) -> Floats:
    """Distribution of R and W of some pairs for known abilities, (b, k + 1, k + 1)."""
    chance, block, known = pairs.chances.chance, pairs.block, pairs.chances.choices.right
    p = chance[block.first[some]] * chance[block.second[some]]
    return joint_matches((p * known).sum(axis=2), (p * ~known).sum(axis=2))
