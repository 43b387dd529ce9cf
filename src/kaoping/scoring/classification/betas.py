r"""True scores as a four-parameter beta distribution, found from the moments of observed scores.

The share of right answers that a person is expected to give, :math:`\pi`, has the density

.. math:: g(\pi) \propto (\pi - l)^{\alpha - 1} (u - \pi)^{\beta - 1}, \qquad l \le \pi \le u .

Errors are binomial, or Lord's two-term approximation to the compound binomial,

.. math:: f(x \mid \pi) = b_n(x) - k \pi (1 - \pi) \left(b_{n-2}(x) - 2 b_{n-2}(x - 1) + b_{n-2}(x - 2)\right),

whose factorial moments :math:`M_{(r)} = E\,x(x-1)\cdots(x-r+1)` give the raw moments of :math:`\pi` one after another,

.. math:: m_r = \frac{M_{(r)} / [(n-2)(n-3)\cdots(n-r+1)] + k\, r (r - 1)\, m_{r-1}}{n (n - 1) + k\, r (r - 1)} .

References
----------
Lord, F. M. (1965). A strong true-score theory, with applications. *Psychometrika*, 30, 239-270.
Hanson, B. A. (1991). *Method of moments estimates for the four-parameter beta compound binomial model and the
calculation of classification consistency indexes* (Research Report 91-5). American College Testing.
Johnson, N. L., & Kotz, S. (1970). *Continuous Univariate Distributions 2*, ch. 24.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincinv, betaln, expit, logit

from kaoping.scoring.arrays import Floats
from kaoping.scoring.classification.divided import divided
from kaoping.scoring.classification.errors import NoTrueSpread

MOST = 4
TAIL = 1e-13
"""Share of the true scores that is left out at each end."""
NARROW = 1e-9
"""Spread, as a share of the widest possible, below which moments count as those of one point."""
CLOSE = 1e-6
"""How far an end may lie beyond 0 or 1 through rounding."""


@dataclass(frozen=True)
class FourBeta:
    """True shares from ``low`` to ``high`` with shapes ``alpha`` and ``beta``; ``matched`` moments are those observed.

    With four, mean, variance, skewness and kurtosis agree with the moments of the scores; with three one end is 0 or 1,
    with two both are.
    """

    low: float
    high: float
    alpha: float
    beta: float
    matched: int

    @property
    def mean(self) -> float:
        """Mean of the true shares.

        >>> FourBeta(0.25, 0.75, 2.0, 2.0, 4).mean
        0.5
        """
        return self.low + (self.high - self.low) * self.alpha / (self.alpha + self.beta)

    def grid(self, breaks: ArrayLike, *, length: float) -> tuple[Floats, Floats]:
        """Nodes (q,) and shares (q,) that stop at the breaks; ``length`` is the largest number of items to integrate.

        The shares are laid out in logits, in which the density has no infinite end.

        >>> nodes, shares = FourBeta(0.0, 1.0, 0.5, 0.5, 2).grid([0.5], length=10)
        >>> round(float(shares[nodes > 0.5].sum()), 9), round(float(shares @ nodes**2), 9)
        (0.5, 0.375)
        """
        span = self.high - self.low
        inside = (np.asarray(breaks, dtype=np.float64) - self.low) / span
        inside = inside[(inside > 0) & (inside < 1)]
        low = logit(max(float(betaincinv(self.alpha, self.beta, TAIL)), np.finfo(np.float64).tiny))
        high = -logit(max(float(betaincinv(self.beta, self.alpha, TAIL)), np.finfo(np.float64).tiny))
        width = 2 / np.sqrt(1 + min(self.alpha, self.beta) + length / 4)
        nodes, weights = divided(float(low), float(high), logit(inside), float(width))
        log_density = (
            -self.alpha * np.logaddexp(0.0, -nodes)
            - self.beta * np.logaddexp(0.0, nodes)
            - betaln(self.alpha, self.beta)
        )
        shares = weights * np.exp(log_density)
        return self.low + span * expit(nodes), shares / shares.sum()


def factorial_moments(scores: Floats, shares: Floats, most: int = MOST) -> Floats:
    """Give the mean of x, x (x - 1), ..., (r,), of scores (n,) that shares (n,) of persons have.

    >>> factorial_moments(np.array([1.0, 3.0]), np.array([0.5, 0.5]), 3)
    array([2., 3., 3.])
    """
    steps = np.arange(most)
    return np.asarray(shares @ np.cumprod(scores[:, None] - steps, axis=1))


def true_moments(factorial: Floats, length: float, k: float = 0.0) -> Floats:
    """Give the raw moments of the true share, (r,), for a test of ``length`` items and Lord's k (see above).

    >>> true_moments(np.array([5.0, 25.0]), 10.0).round(3)
    array([0.5  , 0.278])
    """
    found = [float(factorial[0]) / length]
    falling = 1.0
    for r in range(2, len(factorial) + 1):
        falling *= length - r + 1 if r > 2 else 1.0  # noqa: PLR2004 - the product is empty for the second moment
        pull = k * r * (r - 1)
        found.append((float(factorial[r - 1]) / falling + pull * found[-1]) / (length * (length - 1) + pull))
    return np.array(found)


def fitted(moments: Floats) -> FourBeta:
    r"""Find the beta distribution with these raw moments (r,), of as many of them as give one within 0 and 1.

    Four moments determine all parameters [1]_. If they have no solution, or one beyond 0 or 1, one end is put there and
    three moments are kept: the end that brings the fourth moment nearest. If that fails too, both ends are and mean and
    variance are kept.

    Raises
    ------
    NoTrueSpread
        The variance is not above zero, or more than shares can have.

    References
    ----------
    .. [1] Hanson, B. A. (1991). Research Report 91-5. American College Testing.

    >>> found = fitted(np.array([1 / 2, 1 / 3, 1 / 4, 1 / 5]))
    >>> round(found.alpha, 6), round(found.beta, 6), round(found.high, 6), found.matched
    (1.0, 1.0, 1.0, 4)
    """
    mean, variance = float(moments[0]), float(moments[1] - moments[0] ** 2)
    most = mean * (1 - mean)
    if not variance > NARROW * most:
        raise NoTrueSpread(reason="they vary no more than errors of measurement alone would let them")
    if not variance < (1 - NARROW) * most:
        raise NoTrueSpread(reason="everybody is at one end of the range or the other")
    if len(moments) == MOST and (found := _of_four(moments)) is not None:
        return found
    if len(moments) > 2 and (found := _of_three(moments)) is not None:  # noqa: PLR2004 - the moments of one end fixed
        return found
    total = most / variance - 1
    return FourBeta(0.0, 1.0, mean * total, (1 - mean) * total, 2)


def _of_four(moments: Floats) -> FourBeta | None:
    """Solve for shapes by skewness and kurtosis, then for the ends [Johnson & Kotz 1970]."""
    m1, m2, m3, m4 = moments
    variance = m2 - m1**2
    skewness = (m3 - 3 * m1 * m2 + 2 * m1**3) / variance**1.5
    kurtosis = (m4 - 4 * m1 * m3 + 6 * m1**2 * m2 - 3 * m1**4) / variance**2
    below = 6 + 3 * skewness**2 - 2 * kurtosis
    if below <= 0 or kurtosis - skewness**2 - 1 <= 0:
        return None
    total = 6 * (kurtosis - skewness**2 - 1) / below
    apart = -(total + 2) * skewness / np.sqrt((total + 2) ** 2 * skewness**2 + 16 * (total + 1))
    alpha, beta = total / 2 * (1 + apart), total / 2 * (1 - apart)
    span = np.sqrt(variance * (total + 1) / (alpha * beta)) * total
    low = m1 - span * alpha / total
    return _within(low, low + span, alpha, beta, 4)


def _of_three(moments: Floats) -> FourBeta | None:
    """Put one end at 0 or 1; of two solutions take the one whose fourth moment is nearer, if a fourth is given."""
    mirrored = _mirrored(moments)
    found = [_from_zero(moments), _from_zero(mirrored)]
    if found[1] is not None:
        low, high, alpha, beta = found[1]
        found[1] = 1 - high, 1 - low, beta, alpha
    valid = [one for ends in found if ends is not None and (one := _within(*ends, 3)) is not None]
    if len(moments) < MOST or len(valid) < 2:  # noqa: PLR2004 - nothing to choose between
        return valid[0] if valid else None
    return min(valid, key=lambda one: abs(_fourth(one) - float(moments[3])))


def _from_zero(moments: Floats) -> tuple[float, float, float, float] | None:
    """Solve for upper end and shapes, the lower end being 0, from the ratios of successive moments."""
    first, second, third = float(moments[0]), float(moments[1] / moments[0]), float(moments[2] / moments[1])
    bend = third - 2 * second + first
    if bend >= 0:
        return None
    total = 2 * (second - third) / bend
    high = (second - first) * total + second
    alpha = first * total / high
    return 0.0, high, alpha, total - alpha


def _mirrored(moments: Floats) -> Floats:
    """Raw moments of one less the share."""
    m = np.concatenate([[1.0], moments])
    binomials = [[1, 1], [1, 2, 1], [1, 3, 3, 1], [1, 4, 6, 4, 1]][: len(moments)]
    return np.array([sum(c * (-1) ** j * m[j] for j, c in enumerate(row)) for row in binomials])


def _fourth(found: FourBeta) -> float:
    """Fourth raw moment."""
    total, span = found.alpha + found.beta, found.high - found.low
    own = np.cumprod([1.0, *((found.alpha + r) / (total + r) for r in range(4))])
    return float(sum(c * found.low ** (4 - r) * span**r * own[r] for r, c in enumerate([1, 4, 6, 4, 1])))


def _within(low: float, high: float, alpha: float, beta: float, matched: int) -> FourBeta | None:
    """Give the distribution if it lies between 0 and 1, up to rounding."""
    if not (-CLOSE <= low < high <= 1 + CLOSE and alpha > 0 and beta > 0):
        return None
    return FourBeta(max(float(low), 0.0), min(float(high), 1.0), float(alpha), float(beta), matched)
