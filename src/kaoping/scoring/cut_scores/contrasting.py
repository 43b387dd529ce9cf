r"""Contrasting groups: the score that best tells persons judged competent from persons judged not competent.

* ``logistic``: the log odds of being in the upper group are a line in the score, :math:`a + b x`. With t the log of
  :math:`C_{fp} / C_{ff}` and the base rate moved from that of the sample,
  :math:`x = (t - a - \mathrm{logit}\,\pi + \log(n_1 / n_0)) / b`; its variance by the delta method,
  :math:`(V_{aa} + 2 x V_{ab} + x^2 V_{bb}) / b^2`, where :math:`1/n_0 + 1/n_1` is taken off :math:`V_{aa}` unless
  the base rate is the sample's [3]_.
* ``normal``: both groups are normal; the root of a quadratic between both means, their midpoint for equal spreads.
  Variance by the delta method from :math:`s^2 / n` of the means and :math:`s^2 / 2(n - 1)` of the spreads.
* ``midpoint``: the middle of both means; base rate and costs do not count.
* ``empirical``: the score at which the weighted number of wrong decisions is least, one in the middle of several;
  an error by bootstrap alone, which is wide because such a point moves in jumps.

References
----------
.. [1] Livingston, S. A., & Zieky, M. J. (1982). *Passing Scores*. Educational Testing Service.
.. [2] Cizek, G. J., & Bunch, M. B. (2007). *Standard Setting*, ch. 8. Sage.
.. [3] Anderson, J. A. (1972). Separate sample logistic discrimination. *Biometrika*, 59, 19-35.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from kaoping.scoring.arrays import Floats
from kaoping.scoring.cut_scores.cuts import Cut, estimated, resampled, without_error
from kaoping.scoring.cut_scores.errors import NoBoundary
from kaoping.scoring.cut_scores.resampling import REPLICATIONS, bootstrap
from kaoping.scoring.errors import BadScores

LEAST_PERSONS = 2
CYCLES, CLOSE = 100, 1e-10
ROUNDING = 1e-12
"""Share of the scores below which a spread or a distance is nothing but rounding."""
BaseRate = Literal["equal", "sample"] | float


class Separation(StrEnum):
    """How the boundary of two groups is found."""

    LOGISTIC = "logistic"
    NORMAL = "normal"
    MIDPOINT = "midpoint"
    EMPIRICAL = "empirical"


@dataclass(frozen=True)
class Costs:
    """What errors cost: passing a person who is not competent, and failing one who is; only their ratio counts."""

    false_pass: float = 1.0
    false_fail: float = 1.0


EVEN = Costs()


@dataclass(frozen=True, eq=False)
class Contrast:
    """Result of `contrasting`; marks where nothing else is said.

    Attributes
    ----------
    cut : with its error.
    means, deviations, numbers : of the lower and of the upper group.
    false_pass, false_fail : share of the lower group at the cut or above, of the upper group below it.
    coefficients : intercept (logits) and slope (logits per mark) of the logistic method, else ``None``.
    converged, iterations : of the logistic method; true and 0 of the others.
    """

    cut: Cut
    method: Separation
    means: tuple[float, float]
    deviations: tuple[float, float]
    numbers: tuple[int, int]
    false_pass: float
    false_fail: float
    coefficients: tuple[float, float] | None
    converged: bool
    iterations: int


@dataclass(frozen=True, eq=False)
class _Groups:
    """Scores of both groups, their names, and the log odds by which a boundary is shifted."""

    low: Floats
    high: Floats
    names: tuple[str, str]
    base: BaseRate
    costs: Costs

    @property
    def sampled(self) -> float:
        """Log odds of the upper group in the sample."""
        return float(np.log(len(self.high) / len(self.low)))

    @property
    def prior(self) -> float:
        """Log odds of the upper group that are wanted."""
        if isinstance(self.base, str):
            return self.sampled if self.base == "sample" else 0.0
        return float(np.log(self.base / (1 - self.base)))

    @property
    def threshold(self) -> float:
        """Log odds of being competent from which passing costs less than failing."""
        return float(np.log(self.costs.false_pass / self.costs.false_fail))

    @property
    def of_numbers(self) -> float:
        """Variance of the log odds of the two numbers."""
        return 1 / len(self.low) + 1 / len(self.high)

    def refuse(self, reason: str) -> NoBoundary:
        return NoBoundary(lower=self.names[0], upper=self.names[1], reason=reason)


def contrasting(
    lower: ArrayLike,
    upper: ArrayLike,
    *,
    method: str = Separation.LOGISTIC,
    base_rate: BaseRate = "equal",
    costs: Costs = EVEN,
    names: tuple[str, str] = ("not competent", "competent"),
    rng: np.random.Generator | None = None,
    replications: int = REPLICATIONS,
) -> Contrast:
    r"""Find the score from which a person is rather of the upper group than of the lower [1]_ [2]_.

    With base rate :math:`\pi` of the upper group and costs C, passing costs less than failing from the score where
    :math:`\pi f_1(x)\, C_{ff} = (1 - \pi) f_0(x)\, C_{fp}`.

    Parameters
    ----------
    lower, upper : (n0,) and (n1,) scores in marks.
    base_rate : share of the upper group among those who are to be decided about: ``"equal"`` for one half, ``"sample"``
        for that of these persons, or the share itself.
    rng : if given, the error is that of the bootstrap within each group instead of the formula's.

    Raises
    ------
    NoBoundary
        A group has fewer than two persons, the upper group does not score higher, the groups do not overlap (logistic),
        or the normal curves do not cross between the means.
    BadScores
        A score is not finite, or the base rate or a cost is none.

    >>> found = contrasting([40, 45, 50, 55, 60], [50, 60, 65, 70, 75], method="normal")
    >>> round(found.cut.value, 2), round(found.false_pass, 1)
    (57.37, 0.2)
    """
    groups = _checked(lower, upper, names, base_rate, costs)
    way = Separation(method)
    value, variance, extra = _WAYS[way](groups)
    if rng is not None or way is Separation.EMPIRICAL:
        cut = _bootstrapped(groups, way, value, rng, replications)
    else:
        cut = estimated(value, float(np.sqrt(variance)), source="persons")
    coefficients, iterations = extra
    return Contrast(
        cut=cut,
        method=way,
        means=(float(groups.low.mean()), float(groups.high.mean())),
        deviations=(float(groups.low.std(ddof=1)), float(groups.high.std(ddof=1))),
        numbers=(len(groups.low), len(groups.high)),
        false_pass=float((groups.low >= value).mean()),
        false_fail=float((groups.high < value).mean()),
        coefficients=coefficients,
        converged=True,
        iterations=iterations,
    )


def _checked(lower: ArrayLike, upper: ArrayLike, names: tuple[str, str], base: BaseRate, costs: Costs) -> _Groups:
    low, high = (np.sort(np.asarray(one, dtype=np.float64).ravel()) for one in (lower, upper))
    if not (np.isfinite(low).all() and np.isfinite(high).all()):
        raise BadScores(reason="a score is not a finite number")
    if not isinstance(base, str) and not 0 < base < 1:
        raise BadScores(reason=f"a base rate of {base:g} is not between 0 and 1")
    if not (costs.false_pass > 0 and costs.false_fail > 0):
        raise BadScores(reason="the costs of wrong decisions are not positive")
    groups = _Groups(low, high, names, base, costs)
    for name, scores in zip(names, (low, high), strict=True):
        if len(scores) < LEAST_PERSONS:
            raise groups.refuse(f"group {name} has {len(scores)} persons, and two are needed")
    if not high.mean() - low.mean() > ROUNDING * max(np.abs(low).max(), np.abs(high).max()):
        means = f"{high.mean():.4g} and {low.mean():.4g}"
        raise groups.refuse(f"the mean score of the upper group is not above that of the lower ({means})")
    return groups


_Found = tuple[float, float, tuple[tuple[float, float] | None, int]]
"""Cut, its variance, and coefficients with the number of iterations."""


def _midpoint(groups: _Groups) -> _Found:
    variance = (groups.low.var(ddof=1) / len(groups.low) + groups.high.var(ddof=1) / len(groups.high)) / 4
    return float(groups.low.mean() + groups.high.mean()) / 2, float(variance), (None, 0)


def _logistic(groups: _Groups) -> _Found:
    if groups.low[-1] <= groups.high[0]:
        raise groups.refuse("their scores do not overlap, so no logistic curve fits; use the midpoint")
    scores = np.concatenate([groups.low, groups.high])
    centre, scale = float(scores.mean()), float(scores.std())
    x = np.stack([np.ones(len(scores)), (scores - centre) / scale], axis=1)
    y = np.repeat([0.0, 1.0], [len(groups.low), len(groups.high)])
    (intercept, slope), covariance, iterations = _regressed(x, y, groups)
    moved = groups.base != "sample"
    variance = covariance - np.diag([groups.of_numbers, 0.0]) * moved
    at = (groups.threshold - groups.prior + groups.sampled - intercept) / slope
    spread = (variance[0, 0] + 2 * at * variance[0, 1] + at**2 * variance[1, 1]) / slope**2
    coefficients = (float(intercept - slope * centre / scale), float(slope / scale))
    return centre + scale * float(at), float(max(spread, 0.0)) * scale**2, (coefficients, iterations)


def _regressed(x: Floats, y: Floats, groups: _Groups) -> tuple[Floats, Floats, int]:
    """Coefficients of a logistic regression by Newton's method, their covariance, and the iterations."""
    beta = np.array([groups.sampled, 0.0])
    for cycle in range(1, CYCLES + 1):
        chance = expit(x @ beta)
        covariance = np.linalg.inv((x * (chance * (1 - chance))[:, None]).T @ x)
        step = covariance @ (x.T @ (y - chance))
        largest = float(np.abs(step).max())
        beta = beta + step * min(1.0, 2.0 / max(largest, 1e-300))
        if largest < CLOSE:
            return beta, covariance, cycle
    raise groups.refuse("the logistic regression finds no highest point; use the midpoint")


def _normal(groups: _Groups) -> _Found:
    means = float(groups.low.mean()), float(groups.high.mean())
    deviations = float(groups.low.std(ddof=1)), float(groups.high.std(ddof=1))
    if any(one <= ROUNDING * abs(mean) for one, mean in zip(deviations, means, strict=True)):
        raise groups.refuse("all scores of a group are alike, which is no normal curve; use the midpoint")
    shift = groups.prior - groups.threshold
    value = normal_boundary(means, deviations, shift)
    if value is None:
        raise groups.refuse("the two normal curves do not cross between the means; use logistic or even costs")
    by_mean, by_spread, rise = _normal_slopes(value, means, deviations)
    numbers = np.array([len(groups.low), len(groups.high)])
    variances = np.array(deviations) ** 2
    variance = (by_mean**2 * variances / numbers + by_spread**2 * variances / (2 * (numbers - 1))).sum()
    variance += groups.of_numbers * (groups.base == "sample")
    return value, float(variance / rise**2), (None, 0)


def normal_boundary(means: tuple[float, float], spreads: tuple[float, float], shift: float = 0.0) -> float | None:
    """Give the score between two means at which the log density ratio of two normal curves and ``shift`` cancel.

    >>> round(normal_boundary((40.0, 60.0), (5.0, 5.0)), 9)
    50.0
    """
    (m0, m1), (s0, s1) = means, spreads
    square = 0.5 / s0**2 - 0.5 / s1**2
    linear = m1 / s1**2 - m0 / s0**2
    constant = 0.5 * (m0 / s0) ** 2 - 0.5 * (m1 / s1) ** 2 + np.log(s0 / s1) + shift
    if abs(square) * max(abs(m0), abs(m1), m1 - m0) < CLOSE * abs(linear):
        roots = np.array([-constant / linear])
    else:
        inside = linear**2 - 4 * square * constant
        roots = (-linear + np.array([-1.0, 1.0]) * np.sqrt(inside)) / (2 * square) if inside >= 0 else np.array([])
    between = roots[(roots >= m0) & (roots <= m1)]
    return float(between[0]) if len(between) else None


def _normal_slopes(x: float, means: tuple[float, float], spreads: tuple[float, float]) -> tuple[Floats, Floats, float]:
    """Derivatives of the log density ratio by both means, both spreads, and the score."""
    m, s = np.array(means), np.array(spreads)
    sign = np.array([-1.0, 1.0])
    by_mean = sign * (x - m) / s**2
    by_spread = sign * ((x - m) ** 2 / s**3 - 1 / s)
    return by_mean, by_spread, float(-by_mean.sum())


def _empirical(groups: _Groups) -> _Found:
    steps = np.unique(np.concatenate([groups.low, groups.high]))
    ends = np.append(steps, steps[-1] + 1)
    odds = np.exp(groups.prior)
    passing = 1 - np.searchsorted(groups.low, ends, side="left") / len(groups.low)
    failing = np.searchsorted(groups.high, ends, side="left") / len(groups.high)
    cost = groups.costs.false_pass * passing + odds * groups.costs.false_fail * failing
    least = np.flatnonzero(cost <= cost.min() + CLOSE)
    # Cuts above one score and up to the next decide alike; scores count as the middle of their gap.
    middles = (ends + np.append(ends[0], ends[:-1])) / 2
    return float(middles[least[len(least) // 2]]), 0.0, (None, 0)


_WAYS: dict[Separation, Callable[[_Groups], _Found]] = {
    Separation.LOGISTIC: _logistic,
    Separation.NORMAL: _normal,
    Separation.MIDPOINT: _midpoint,
    Separation.EMPIRICAL: _empirical,
}


def _bootstrapped(
    groups: _Groups, way: Separation, value: float, rng: np.random.Generator | None, replications: int
) -> Cut:
    if rng is None:
        return without_error(value, source="persons")

    def one(source: np.random.Generator) -> float:
        low, high = (scores[source.integers(len(scores), size=len(scores))] for scores in (groups.low, groups.high))
        return _WAYS[way](_checked(low, high, groups.names, groups.base, groups.costs))[0]

    return resampled(value, bootstrap(one, rng=rng, replications=replications), source="persons")
