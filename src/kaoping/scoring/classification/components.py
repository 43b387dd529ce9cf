r"""Decisions that ask for every component: passed only by who reaches the cut of each one.

Given the true values, errors of the components are independent and normal, so the chance of passing is

.. math:: P(\text{pass} \mid T_1, \ldots, T_c) = \prod_j \Phi\!\left(\frac{T_j - c_j}{SEM_j}\right),

and who truly belongs above has every :math:`T_j \ge c_j`. One component can be highly accurate and the whole much less:
errors add up, and whoever stands near one cut is in doubt.

References
----------
Douglas, K. M., & Mislevy, R. J. (2010). Estimating classification accuracy for complex decision rules based on multiple
scores. *Journal of Educational and Behavioral Statistics*, 35, 280-306.
Peng, C.-Y. J., & Subkoviak, M. J. (1980). A note on Huynh's normal approximation procedure for estimating
criterion-referenced reliability. *Journal of Educational Measurement*, 17, 359-368.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from kaoping.scoring.arrays import Flags, Floats
from kaoping.scoring.classification.classified import Cases, Points
from kaoping.scoring.classification.divided import ORDER
from kaoping.scoring.classification.errors import BadComponents, BadCuts, BadReliability
from kaoping.scoring.classification.rudner import estimates, shares_of
from kaoping.scoring.classification.tables import CutAgreement, cut_agreement
from kaoping.scoring.quadrature import WIDTH

MOST = 4
"""Most components of a joint distribution: each more makes the grid some fifty times larger."""
PANELS = (24, 12, 4, 2)
"""Panels on each side of a cut, by the number of components."""


@dataclass(frozen=True, eq=False)
class Conjunction:
    """Accuracy and consistency of passing every component, and of each component by itself.

    ``together`` is the agreement on who passes, ``apart`` on who reaches the cut of each component. ``correlations``
    (c, c) are those of the true values, or of estimates that stand for them. ``confusion`` (2, 2) has shares of persons
    by truth (rows) and decision, ``parallel`` (2, 2) by two decisions. ``cases`` are the persons, ``None`` for a joint
    distribution.
    """

    names: tuple[str, ...]
    cuts: tuple[float, ...]
    together: CutAgreement
    apart: tuple[CutAgreement, ...]
    correlations: Floats
    confusion: Floats
    parallel: Floats
    cases: Cases | None


def conjunction(
    theta: ArrayLike,
    se: ArrayLike,
    cuts: ArrayLike,
    *,
    names: Sequence[str] = (),
    weights: ArrayLike | None = None,
    persons: Sequence[str] = (),
) -> Conjunction:
    """Judge persons by estimates of every component; each estimate stands for persons of that true value.

    Parameters
    ----------
    theta, se : (n, c) estimates and standard errors of the components.
    cuts : (c,) cut of each component, or one for all, on the scale of its estimates.
    names : c names of the components; "1" to "c" if not given.
    weights : (n,) weight of each person; equal if not given.
    persons : n names; "1" to "n" if not given.

    Raises
    ------
    BadEstimates, BadCuts, BadComponents
        Estimates, cuts or names do not belong together.

    >>> found = conjunction([[70, 62], [58, 80]], [[4, 4], [4, 4]], 60, names=["theory", "skill"])
    >>> found.cases.right.round(3), round(found.apart[0].accuracy, 3)
    (array([0.687, 0.691]), 0.843)
    """
    values, errors = estimates(theta, se)
    if values.ndim != 2:  # noqa: PLR2004 - persons by components
        raise BadComponents(reason="estimates have to be given for every component of every person")
    n, c = values.shape
    marks, called, shares = _cuts(cuts, c), _names(names, c), shares_of(weights, n)
    beyond = values - marks
    with np.errstate(divide="ignore", invalid="ignore"):
        reaching = np.where(errors > 0, ndtr(beyond / errors), (beyond >= 0).astype(np.float64))
    found = _Judged(shares, beyond >= 0, reaching)
    level = found.whole.level
    cases = Cases(list(persons) or [str(row) for row in range(1, n + 1)], shares, found.whole.chances, level)
    return found.result(called, marks, _correlations(values, shares), cases)


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
    marks, called = _cuts(cuts, c), _names(names, c)
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
    found = _Judged(shares, beyond >= 0, ndtr(beyond / error))
    return found.result(called, marks, np.asarray(correlations, dtype=np.float64), None)


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


@dataclass(frozen=True, eq=False)
class _Judged:
    """Shares (n,), which cuts the true values reach, and the chances of reaching them, (n, c) each."""

    shares: Floats
    above: Flags
    reaching: Floats

    @property
    def whole(self) -> Points:
        return self._points(np.asarray(self.above.all(axis=1)), self.reaching.prod(axis=1))

    def result(self, names: tuple[str, ...], cuts: Floats, correlations: Floats, cases: Cases | None) -> Conjunction:
        whole = self.whole
        apart = [self._points(self.above[:, place], self.reaching[:, place]) for place in range(len(cuts))]
        agreed = [
            cut_agreement(one.confusion, one.parallel, place=0, cut=cut, at_cut=None)
            for one, cut in zip(apart, map(float, cuts), strict=True)
        ]
        together = cut_agreement(whole.confusion, whole.parallel, place=0, cut=None, at_cut=None)
        return Conjunction(
            names,
            tuple(map(float, cuts)),
            together,
            tuple(agreed),
            correlations,
            whole.confusion,
            whole.parallel,
            cases,
        )

    def _points(self, above: Flags, reaching: Floats) -> Points:
        nothing = np.zeros(len(self.shares))
        return Points(nothing, nothing, self.shares, above.astype(np.int64), reaching[:, None])


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


def _correlations(values: Floats, shares: Floats) -> Floats:
    """Correlations of the values of persons; zero with a component in which all are alike."""
    apart = (values - shares @ values) * np.sqrt(shares)[:, None]
    products = apart.T @ apart
    spread = np.sqrt(np.diag(products))
    scale = np.outer(spread, spread)
    found = np.where(scale > 0, products / np.where(scale > 0, scale, 1.0), 0.0)
    np.fill_diagonal(found, 1.0)
    return found


def _cuts(cuts: ArrayLike, c: int) -> Floats:
    given = np.asarray(cuts, dtype=np.float64)
    if given.shape not in {(), (1,), (c,)} or not np.isfinite(given).all():
        raise BadCuts(reason=f"{c} components need one finite cut each, or one for all")
    return np.broadcast_to(given, (c,)).astype(np.float64)


def _names(names: Sequence[str], c: int) -> tuple[str, ...]:
    found = tuple(names) or tuple(str(number) for number in range(1, c + 1))
    if len(found) != c or len(set(found)) != c:
        raise BadComponents(reason=f"{c} of them need as many names, each its own")
    return found
