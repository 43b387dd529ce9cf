r"""Passing every component in a population of jointly normal true values, known by moments and reliabilities.

References
----------
Douglas, K. M., & Mislevy, R. J. (2010). Estimating classification accuracy for complex decision rules based on multiple
scores. *Journal of Educational and Behavioral Statistics*, 35, 280-306.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr
from scipy.stats import qmc

from kaoping.scoring.arrays import Floats
from kaoping.scoring.classification.classified import Cases
from kaoping.scoring.classification.components import (
    Conjunction,
    Judged,
    component_cuts,
    component_names,
    correlations_of,
)
from kaoping.scoring.classification.divided import ORDER
from kaoping.scoring.classification.errors import BadComponents, BadReliability
from kaoping.scoring.classification.rudner import estimates, shares_of
from kaoping.scoring.quadrature import WIDTH

MOST = 4
"""Most components of a joint distribution: each more makes the grid some fifty times larger."""
DRAWS = 4096
"""Values from which the chance of one person is taken."""
PANELS = (24, 12, 4, 2)
"""Panels on each side of a cut, by the number of components."""


def joint_conjunction(
    mean: ArrayLike,
    sd: ArrayLike,
    reliability: ArrayLike,
    correlations: ArrayLike,
    cuts: ArrayLike,
    *,
    names: Sequence[str] = (),
) -> Conjunction:
    r"""Judge a population whose true values are jointly normal, from what is known of the observed scores.

    The true value of component j has the mean :math:`\mu_j` and the variance :math:`r_j \sigma_j^2`, its error the
    variance :math:`(1 - r_j) \sigma_j^2`; both are normal.

    Parameters
    ----------
    mean, sd : (c,) of the observed scores of each component.
    reliability : (c,) of each component, above 0 and below 1.
    correlations : (c, c) between *true* values; see `disattenuated` for those of observed scores.
    cuts : (c,) cut of each component, or one for all.
    names : c names of the components; "1" to "c" if not given.

    Raises
    ------
    BadComponents
        There are more than four, spreads are not above zero, or there is no distribution with these correlations.
    BadReliability, BadCuts
        A reliability or a cut cannot be used.

    >>> found = joint_conjunction([70, 75], [10, 12], [0.85, 0.75], [[1, 0.6], [0.6, 1]], 60)
    >>> round(found.together.accuracy, 4), [round(one.accuracy, 4) for one in found.apart]
    (0.8957, [0.9253, 0.9294])
    """
    means, spreads = (np.atleast_1d(np.asarray(one, dtype=np.float64)) for one in (mean, sd))
    trusted = np.broadcast_to(np.asarray(reliability, dtype=np.float64), means.shape)
    c = len(means)
    marks, called = component_cuts(cuts, c), component_names(names, c)
    related = _root(correlations, c)
    if c > MOST:
        raise BadComponents(reason=f"there are {c}; at most {MOST} can be, otherwise give estimates of persons")
    if spreads.shape != means.shape or not np.isfinite(means).all() or not (np.isfinite(spreads) & (spreads > 0)).all():
        raise BadComponents(reason="every one needs a mean and a standard deviation above 0")
    for value in trusted:
        if not 0 < value < 1:
            raise BadReliability(value=value)
    true, error = spreads * np.sqrt(trusted), spreads * np.sqrt(1 - trusted)
    nodes, shares = _joint(related, (marks - means) / true)
    beyond = means + true * nodes - marks
    found = Judged(shares, beyond >= 0, ndtr(beyond / error))
    return found.result(called, marks, np.asarray(correlations, dtype=np.float64), None)


def estimated_conjunction(
    scores: ArrayLike,
    reliability: ArrayLike,
    cuts: ArrayLike,
    *,
    names: Sequence[str] = (),
    weights: ArrayLike | None = None,
    persons: Sequence[str] = (),
    rng: np.random.Generator | None = None,
) -> Conjunction:
    """Judge the population that persons come from: `joint_conjunction` with the moments of their scores.

    The correlations of true values are those of the scores, corrected by `disattenuated`.

    Parameters
    ----------
    scores : (n, c) scores of persons on every component.
    reliability : (c,) of each component.
    cuts, names : as for `joint_conjunction`.
    weights : (n,) weight of each person; equal if not given.
    persons : n names; "1" to "n" if not given.
    rng : for how sure each person's result is (`joint_cases`); not calculated if not given.

    Raises
    ------
    BadComponents, BadReliability, BadCuts, BadEstimates
        As `joint_conjunction`; scores are not finite, or all alike.

    >>> rng = np.random.default_rng(1)
    >>> scores = rng.multivariate_normal([70, 75], [[100, 60], [60, 144]], 2000)
    >>> found = estimated_conjunction(scores, [0.85, 0.75], 60)
    >>> round(float(found.correlations[0, 1]), 2), round(found.together.accuracy, 2)
    (0.61, 0.9)
    """
    seen, _ = estimates(scores, np.zeros(np.shape(scores)))
    if seen.ndim != 2:  # noqa: PLR2004 - persons by components
        raise BadComponents(reason="scores have to be given for every component of every person")
    shares = shares_of(weights, len(seen))
    mean = shares @ seen
    sd = np.sqrt(shares @ (seen - mean) ** 2)
    trusted = np.broadcast_to(np.asarray(reliability, dtype=np.float64), mean.shape)
    for value in trusted:
        if not 0 < value < 1:
            raise BadReliability(value=value)
    related = disattenuated(correlations_of(seen, shares), trusted)
    found = joint_conjunction(mean, sd, trusted, related, cuts, names=names)
    if rng is None:
        return found
    return replace(found, cases=joint_cases(seen, mean, sd, trusted, related, cuts, rng=rng, persons=persons))


def joint_cases(
    scores: ArrayLike,
    mean: ArrayLike,
    sd: ArrayLike,
    reliability: ArrayLike,
    correlations: ArrayLike,
    cuts: ArrayLike,
    *,
    rng: np.random.Generator,
    persons: Sequence[str] = (),
) -> Cases:
    r"""Tell how sure each person's result is, given the population of `joint_conjunction`.

    With the covariances :math:`C` of the true and :math:`S` of the observed values, a person with the scores x has true
    values of the mean :math:`\mu + C S^{-1} (x - \mu)` and the covariances :math:`C - C S^{-1} C`; the chance that all
    reach their cuts is a mean over 4096 quasi-random values, good to about three digits.

    Parameters
    ----------
    scores : (n, c) observed scores.
    mean, sd, reliability, correlations, cuts : as for `joint_conjunction`.
    persons : n names; "1" to "n" if not given.

    Raises
    ------
    BadComponents, BadCuts
        There is no distribution with these correlations, or a cut cannot be used.

    >>> rng = np.random.default_rng(1)
    >>> joint_cases([[59, 80]], [70, 75], [10, 12], [0.85, 0.75], np.eye(2), 60, rng=rng).chances.round(2)
    array([[0.43, 0.57]])
    """
    seen, means = np.asarray(scores, dtype=np.float64), np.asarray(mean, dtype=np.float64)
    spread = np.asarray(sd, dtype=np.float64) * np.sqrt(np.asarray(reliability, dtype=np.float64))
    n, c = seen.shape
    marks, root = component_cuts(cuts, c), _root(correlations, c)
    true = np.outer(spread, spread) * (root @ root.T)
    noise = np.diag(np.asarray(sd, dtype=np.float64) ** 2 - spread**2)
    pull = np.linalg.solve(true + noise, true)
    middle = means + (seen - means) @ pull
    apart = qmc.MultivariateNormalQMC(np.zeros(c), true - true @ pull, rng=rng).random(DRAWS)
    passing = np.array([(apart >= marks - one).all(axis=1).mean() for one in middle])
    decision = (seen >= marks).all(axis=1).astype(np.int64)
    names = list(persons) or [str(row) for row in range(1, n + 1)]
    return Cases(names, np.full(n, 1 / n), np.column_stack([1 - passing, passing]), np.asarray(decision))


def disattenuated(observed: ArrayLike, reliability: ArrayLike) -> Floats:
    r"""Correlations of true values from those of observed scores, (c, c) [1]_.

    .. math:: \rho_{jk} = r_{jk} / \sqrt{r_j r_k}

    Raises
    ------
    BadComponents
        One is not below 1: the reliabilities are too low for such correlations.

    References
    ----------
    .. [1] Spearman, C. (1904). The proof and measurement of association between two things. *American Journal of
       Psychology*, 15, 72-101.

    >>> disattenuated([[1, 0.6], [0.6, 1]], [0.8, 0.8]).round(2)
    array([[1.  , 0.75],
           [0.75, 1.  ]])
    """
    trusted = np.asarray(reliability, dtype=np.float64)
    found = np.asarray(observed, dtype=np.float64) / np.sqrt(np.outer(trusted, trusted))
    np.fill_diagonal(found, 1.0)
    apart = found[~np.eye(len(found), dtype=np.bool_)]
    if (np.abs(apart) >= 1).any():
        reason = (
            f"corrected for errors, two correlate {apart[np.abs(apart).argmax()]:.3f}; the reliabilities are too low"
        )
        raise BadComponents(reason=reason)
    return found


def _joint(root: Floats, cuts: Floats) -> tuple[Floats, Floats]:
    """Grid (q, c) and shares (q,) of standard normal values; each value is laid out given those before it.

    Given the others, a value is normal with the spread on the diagonal of the root, so its grid can stop at its cut.
    """
    part, weight = _side(PANELS[len(cuts) - 1])
    free, shares = np.zeros((1, 0)), np.ones(1)
    for place, cut in enumerate(cuts):
        edge = np.clip((cut - free @ root[place, :place]) / root[place, place], -WIDTH, WIDTH)[:, None]
        below, above = edge + WIDTH, WIDTH - edge
        own = np.hstack([-WIDTH + below * part, edge + above * part])
        shares = (shares[:, None] * np.hstack([below * weight, above * weight]) * np.exp(-(own**2) / 2)).ravel()
        free = np.column_stack([np.repeat(free, own.shape[1], axis=0), own.ravel()])
    return free @ root.T, shares / shares.sum()


def _side(panels: int) -> tuple[Floats, Floats]:
    """Nodes and weights from 0 to 1."""
    x, w = np.polynomial.legendre.leggauss(ORDER)
    start = np.arange(panels)[:, None]
    return ((start + (x + 1) / 2) / panels).ravel(), np.tile(w / 2 / panels, panels)


def _root(correlations: ArrayLike, c: int) -> Floats:
    table = np.asarray(correlations, dtype=np.float64)
    if table.shape != (c, c) or not np.allclose(table, table.T) or not np.allclose(np.diag(table), 1.0):
        raise BadComponents(
            reason=f"the correlations are not a table of {c} rows and columns with ones in the diagonal"
        )
    try:
        return np.asarray(np.linalg.cholesky(table), np.float64)
    except np.linalg.LinAlgError:
        raise BadComponents(reason="no values can have such correlations at once") from None
