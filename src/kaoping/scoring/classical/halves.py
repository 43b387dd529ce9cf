"""Reliability from two halves of a test."""

from dataclasses import dataclass

import numpy as np

from kaoping.scoring.arrays import Flags, Floats
from kaoping.scoring.classical.covariances import Covariances
from kaoping.scoring.classical.estimates import Estimate, reliable
from kaoping.scoring.errors import NoVariation

STARTS = 20
"""Random divisions from which the best one is sought."""


@dataclass(frozen=True, eq=False)
class Halves:
    """Reliability of a test from its halves: ``first`` (k,) items of the first half.

    ``spearman_brown`` takes the halves as parallel, ``flanagan_rulon`` takes them as they are.
    """

    first: Flags
    spearman_brown: Estimate
    flanagan_rulon: Estimate


def split_half(found: Covariances, first: Flags) -> Halves:
    r"""Calculate the reliability of a test from two halves by Spearman and Brown [1]_ [2]_ and Flanagan and Rulon [3]_.

    .. math:: r_{SB} = \frac{2 r_{AB}}{1 + r_{AB}}, \qquad r_{FR} = \frac{4 \operatorname{cov}(A, B)}{s_X^2}

    The second is Guttman's fourth lower bound of this division. Errors assume no distribution.

    Parameters
    ----------
    first : (k,) whether an item belongs to the first half.

    Raises
    ------
    NoVariation
        A half has no items, or the same score for everybody.

    References
    ----------
    .. [1] Spearman, C. (1910). Correlation calculated from faulty data. *British Journal of Psychology*, 3, 271-295.
    .. [2] Brown, W. (1910). Some experimental results in the correlation of mental abilities. *British Journal of
       Psychology*, 3, 296-322.
    .. [3] Rulon, P. J. (1939). A simplified procedure for determining the reliability of a test by split-halves.
       *Harvard Educational Review*, 9, 99-103.

    >>> from kaoping.scoring.responses import ResponseMatrix
    >>> from kaoping.scoring.classical.covariances import covariances
    >>> table = ResponseMatrix([[1, 1, 0, 1], [0, 0, 0, 0], [1, 1, 1, 0]] * 20)
    >>> halves = split_half(covariances(table, what="A split"), odd_even(4))
    >>> round(halves.spearman_brown.value, 3), round(halves.flanagan_rulon.value, 3)
    (0.667, 0.667)
    """
    one = np.asarray(first, dtype=np.float64)
    other = 1 - one
    across, (left, right) = (
        float(one @ found.matrix @ other),
        (float(half @ found.matrix @ half) for half in (one, other)),
    )
    if min(left, right) <= 1e-12 * found.variance:
        raise NoVariation(what="A split half", item=found.items[int(np.argmax(one if left <= right else other))])
    r, both = across / np.sqrt(left * right), (np.outer(one, other) + np.outer(other, one)) / 2
    slope = both / np.sqrt(left * right) - r / 2 * (np.outer(one, one) / left + np.outer(other, other) / right)
    brown = reliable(2 * r / (1 + r), found.least, found.error(2 / (1 + r) ** 2 * slope))
    value = 4 * across / found.variance
    rulon = reliable(value, found.least, found.error((4 * both - value) / found.variance))
    return Halves(one > 0, brown, rulon)


def odd_even(k: int) -> Flags:
    """Put every other item into the first half, (k,).

    >>> odd_even(5)
    array([ True, False,  True, False,  True])
    """
    return np.asarray(np.arange(k) % 2 == 0)


def random_halves(k: int, *, rng: np.random.Generator) -> Flags:
    """Draw half of the items, (k,); of an odd number the larger half.

    >>> int(random_halves(5, rng=np.random.default_rng(1)).sum())
    3
    """
    return np.asarray(rng.permutation(odd_even(k)))


def best_halves(found: Covariances, *, rng: np.random.Generator) -> Flags:
    r"""Find halves with the largest Flanagan-Rulon coefficient: Guttman's fourth lower bound at its best [1]_.

    Halves of any size are allowed. From 20 random divisions, and from odd and even items, single items and pairs are
    moved across while the covariance of the halves grows; of these the best is taken. In small samples it makes the
    most of chance: it lies above the reliability that it is meant to bound.

    References
    ----------
    .. [1] Benton, T. (2015). An empirical assessment of Guttman's lambda 4 reliability coefficient. In *Quantitative
       Psychology Research*, Springer, 301-310.

    >>> from kaoping.scoring.responses import ResponseMatrix
    >>> from kaoping.scoring.classical.covariances import covariances
    >>> table = ResponseMatrix([[1, 1, 0, 0], [0, 0, 1, 1], [1, 1, 1, 1], [0, 0, 0, 0]] * 20)
    >>> best_halves(covariances(table, what="A split"), rng=np.random.default_rng(1))[[0, 1]].sum()
    np.int64(1)
    """
    starts = [odd_even(found.k), *(random_halves(found.k, rng=rng) for _ in range(STARTS))]
    ends = [_climbed(found.matrix, np.where(start, 1.0, -1.0)) for start in starts]
    best = min(ends, key=lambda sides: float(sides @ found.matrix @ sides))
    return np.asarray(best > 0)


def _climbed(matrix: Floats, sides: Floats) -> Floats:
    """Move items across while the variance of the difference of the halves falls."""
    twins = matrix * (1 - np.eye(len(matrix)))
    for _ in range(100 * len(sides)):
        pull = sides * (twins @ sides)
        pairs = pull[:, None] + pull - 2 * twins * np.outer(sides, sides)
        np.fill_diagonal(pairs, pull)
        row, column = np.unravel_index(int(np.argmax(pairs)), pairs.shape)
        if pairs[row, column] <= 1e-12 * matrix.trace():
            break
        moved = list({int(row), int(column)})
        sides[moved] *= -1
    return sides
