r"""Equating of groups that differ, through the synthetic population: frequency estimation, Braun-Holland, kernel.

The distribution of X given the anchor score is taken to be the same in both populations, and so is that of Y given it.
With P (s, v) and Q (t, v) the shares of pairs and w the weight of P, the synthetic distributions are

.. math:: r_j = \sum_l P_{jl} \left( w + (1 - w) \frac{Q_{+l}}{P_{+l}} \right), \qquad
    s_k = \sum_l Q_{kl} \left( (1 - w) + w \frac{P_{+l}}{Q_{+l}} \right)

and X is equated to Y in that population as in equivalent groups. Standard errors are by the delta method through these
formulas.

References
----------
Kolen, M. J., & Brennan, R. L. (2014). *Test Equating, Scaling, and Linking* (3rd ed.), ch. 5. Springer.

Von Davier, A. A., Holland, P. W., & Thayer, D. T. (2004). *The Kernel Method of Test Equating*, ch. 2 and 5.
"""

from dataclasses import dataclass

import numpy as np

from kaoping.scoring.arrays import Floats
from kaoping.scoring.equating.bandwidth import best_bandwidth
from kaoping.scoring.equating.continuization import Continuous, Gaussian, Uniform
from kaoping.scoring.equating.designs import AnchorGroups, Roots, share_of_first
from kaoping.scoring.equating.frequencies import JointFrequencies, Moments, moments, standard_errors
from kaoping.scoring.equating.lines import drawn, matching
from kaoping.scoring.equating.percentiles import Bandwidths, gradients
from kaoping.scoring.equating.results import Equating
from kaoping.scoring.errors import AnchorScoreLost, ScoresAlike

PER_POPULATION = 2


@dataclass(frozen=True, eq=False)
class Synthetic:
    """Shares of X, (s,), and of Y, (t,), in the synthetic population; it takes gradients by them back to the pairs."""

    x: Floats
    y: Floats
    design: AnchorGroups
    weight: float

    def roots(self, by_x: Floats, by_y: Floats) -> Roots:
        """Give the covariance roots of gradients by the synthetic shares of X, (m, s), and of Y, (m, t)."""
        of_p, of_q = self.design.x.shares, self.design.y.shares
        p, q = of_p.sum(axis=0), of_q.sum(axis=0)
        x_from_p, x_from_q = _chain(by_x, of_p, p, q, 1 - self.weight)
        y_from_q, y_from_p = _chain(by_y, of_q, q, p, self.weight)
        return self.design.roots(x_from_p + y_from_p, x_from_q + y_from_q)


def synthetic(design: AnchorGroups, *, weight: float = 0.5) -> Synthetic:
    """Estimate the distributions of X and Y in the synthetic population.

    Parameters
    ----------
    design : pairs (X, V) and (Y, V); smoothed (`smooth_design`) or not.
    weight : w, between 0 and 1; 1 makes P the synthetic population.

    Raises
    ------
    AnchorScoreLost
        An anchor score occurs in one group only, and its conditional distribution would be needed in the other.
    ScoresAlike
        All scores on a form are alike.
    OptionOutOfRange
        The weight is not between 0 and 1.

    References
    ----------
    Kolen & Brennan (2014), ch. 5.

    >>> pairs = JointFrequencies.of([0, 1, 1, 2], [0, 0, 1, 1])
    >>> synthetic(AnchorGroups(pairs, pairs)).x
    array([0.25, 0.5 , 0.25])
    """
    share_of_first(weight)
    of_p, of_q = design.x.shares, design.y.shares
    p, q = of_p.sum(axis=0), of_q.sum(axis=0)
    x = of_p @ (weight + (1 - weight) * _ratio("X", q, p, design.x, needed=weight < 1))
    y = of_q @ (1 - weight + weight * _ratio("Y", p, q, design.y, needed=weight > 0))
    for form, shares in (("X", x), ("Y", y)):
        if np.count_nonzero(shares) == 1:
            raise ScoresAlike(form=form)
    return Synthetic(x, y, design, weight)


def frequency_estimation(design: AnchorGroups, *, weight: float = 0.5) -> Equating:
    """Match percentile ranks in the synthetic population.

    Parameters
    ----------
    design, weight : as for `synthetic`.

    Returns
    -------
    Equating of the (s,) scores on X, in points of Y, with standard errors.

    Raises
    ------
    AnchorScoreLost, ScoresAlike, OptionOutOfRange
        As `synthetic`.

    References
    ----------
    Kolen & Brennan (2014), ch. 5.

    >>> x, y = JointFrequencies.of([0, 1, 1, 2], [0, 0, 1, 1]), JointFrequencies.of([1, 2, 2, 3], [0, 0, 1, 1])
    >>> frequency_estimation(AnchorGroups(x, y)).equated
    array([1., 2., 3.])
    """
    between = synthetic(design, weight=weight)
    x, y = Uniform(design.x.first, between.x), Uniform(design.y.first, between.y)
    return _matched("frequency", between, x, y)


def kernel_poststratification(
    design: AnchorGroups, *, weight: float = 0.5, bandwidths: Bandwidths | None = None
) -> Equating:
    """Match percentiles of Gaussian kernel distributions in the synthetic population (NEAT PSE).

    Parameters
    ----------
    design, weight : as for `synthetic`.
    bandwidths : of X and of Y, in score points; those of least `penalty` if not given.

    Returns
    -------
    Equating of the (s,) scores on X, in points of Y, with standard errors (bandwidths held).

    Raises
    ------
    AnchorScoreLost, ScoresAlike, OptionOutOfRange
        As `synthetic`.

    References
    ----------
    Von Davier, Holland, & Thayer (2004), ch. 2.

    >>> x, y = JointFrequencies.of([0, 1, 1, 2], [0, 0, 1, 1]), JointFrequencies.of([1, 2, 2, 3], [0, 0, 1, 1])
    >>> kernel_poststratification(AnchorGroups(x, y)).equated.round(3)
    array([1., 2., 3.])
    """
    between = synthetic(design, weight=weight)
    of_x, of_y = design.x.first, design.y.first
    chosen = bandwidths or (best_bandwidth(of_x, between.x), best_bandwidth(of_y, between.y))
    return _matched("kernel", between, Gaussian(of_x, between.x, chosen[0]), Gaussian(of_y, between.y, chosen[1]))


def braun_holland(design: AnchorGroups, *, weight: float = 0.5) -> Equating:
    """Match means and standard deviations in the synthetic population of `synthetic`.

    It is `tucker` without the assumption that regressions on the anchor are straight lines.

    Parameters
    ----------
    design, weight : as for `synthetic`.

    Returns
    -------
    Equating of the (s,) scores on X, in points of Y, with standard errors.

    Raises
    ------
    AnchorScoreLost, ScoresAlike, OptionOutOfRange
        As `synthetic`.

    References
    ----------
    Kolen & Brennan (2014), ch. 5; Braun, H. I., & Holland, P. W. (1982), in *Test Equating*. Academic Press.

    >>> x, y = JointFrequencies.of([0, 1, 1, 2], [0, 0, 1, 1]), JointFrequencies.of([1, 2, 2, 3], [0, 0, 1, 1])
    >>> found = braun_holland(AnchorGroups(x, y))
    >>> found.slope, found.intercept
    (1.0, 1.0)
    """
    between = synthetic(design, weight=weight)
    x, y = moments(design.x.first, between.x), moments(design.y.first, between.y)
    at, scores = np.array([x.mean, x.sd**2, y.mean, y.sd**2]), design.x.first
    slope, intercept, by_moments = drawn(matching, at, scores)
    by_x = by_moments[:, :PER_POPULATION] @ _influence(scores, x)
    by_y = by_moments[:, PER_POPULATION:] @ _influence(design.y.first, y)
    after = Moments(slope * x.mean + intercept, slope * x.sd, x.skewness, x.kurtosis)
    roots = between.roots(by_x, by_y)
    see, equated = standard_errors(*roots), slope * scores + intercept
    return Equating("braun-holland", scores, equated, see, x, y, after, slope, intercept, roots)


def _influence(scores: Floats, at: Moments) -> Floats:
    return np.stack([scores, (scores - at.mean) ** 2])


def _matched(method: str, between: Synthetic, x: Continuous, y: Continuous) -> Equating:
    of_x, of_y = between.design.x.first, between.design.y.first
    equated, by_x, by_y = gradients(of_x, x, y)
    roots = between.roots(by_x, by_y)
    moved = moments(equated, between.x)
    x_moments, y_moments = moments(of_x, between.x), moments(of_y, between.y)
    return Equating(method, of_x, equated, standard_errors(*roots), x_moments, y_moments, moved, roots=roots)


def _ratio(form: str, other: Floats, own: Floats, pairs: JointFrequencies, *, needed: bool) -> Floats:
    lost = (own == 0) & (other > 0)
    if needed and lost.any():
        raise AnchorScoreLost(form=form, score=float(pairs.second[lost][0]))
    ratio: Floats = other / np.where(own > 0, own, 1.0)
    return ratio


def _chain(by_shares: Floats, pairs: Floats, own: Floats, other: Floats, weight: float) -> tuple[Floats, Floats]:
    """Gradients by the pairs of a form's own group and of the other group, (m, s, v) and (m, 1, v)."""
    safe = np.where(own > 0, own, 1.0)
    conditional = weight * (by_shares @ pairs) / safe
    kept = 1 - weight + weight * other / safe
    by_own = by_shares[:, :, None] * kept - (conditional * other / safe)[:, None, :]
    return by_own, np.broadcast_to(conditional[:, None, :], (len(by_shares), 1, len(own)))
