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
from kaoping.scoring.classification.errors import BadComponents, BadCuts
from kaoping.scoring.classification.rudner import estimates, shares_of
from kaoping.scoring.classification.tables import CutAgreement, cut_agreement


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
    marks, called, shares = component_cuts(cuts, c), component_names(names, c), shares_of(weights, n)
    beyond = values - marks
    with np.errstate(divide="ignore", invalid="ignore"):
        reaching = np.where(errors > 0, ndtr(beyond / errors), (beyond >= 0).astype(np.float64))
    found = Judged(shares, beyond >= 0, reaching)
    level = found.whole.level
    cases = Cases(list(persons) or [str(row) for row in range(1, n + 1)], shares, found.whole.chances, level)
    return found.result(called, marks, correlations_of(values, shares), cases)


@dataclass(frozen=True, eq=False)
class Judged:
    """Shares (n,), which cuts the true values reach, and the chances of reaching them, (n, c) each."""

    shares: Floats
    above: Flags
    reaching: Floats

    @property
    def whole(self) -> Points:
        """The decision that asks for every component."""
        return self._points(np.asarray(self.above.all(axis=1)), self.reaching.prod(axis=1))

    def result(self, names: tuple[str, ...], cuts: Floats, correlations: Floats, cases: Cases | None) -> Conjunction:
        """Give the indices of every component and of the whole."""
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


def correlations_of(values: Floats, shares: Floats) -> Floats:
    """Give the correlations of the values (n, c) of persons, (c, c); zero with a component in which all are alike.

    >>> correlations_of(np.array([[0.0, 1.0], [1.0, 0.0]]), np.full(2, 0.5)).round(6)
    array([[ 1., -1.],
           [-1.,  1.]])
    """
    apart = (values - shares @ values) * np.sqrt(shares)[:, None]
    products = apart.T @ apart
    spread = np.sqrt(np.diag(products))
    scale = np.outer(spread, spread)
    found = np.where(scale > 0, products / np.where(scale > 0, scale, 1.0), 0.0)
    np.fill_diagonal(found, 1.0)
    return found


def component_cuts(cuts: ArrayLike, c: int) -> Floats:
    """Give one cut for each component, (c,).

    Raises
    ------
    BadCuts
        They are not one or c finite numbers.

    >>> component_cuts(60, 2)
    array([60., 60.])
    """
    given = np.asarray(cuts, dtype=np.float64)
    if given.shape not in {(), (1,), (c,)} or not np.isfinite(given).all():
        raise BadCuts(reason=f"{c} components need one finite cut each, or one for all")
    return np.broadcast_to(given, (c,)).astype(np.float64)


def component_names(names: Sequence[str], c: int) -> tuple[str, ...]:
    """Give c names, all different; numbers if there are none.

    Raises
    ------
    BadComponents
        They are not as many, or two are the same.

    >>> component_names((), 2)
    ('1', '2')
    """
    found = tuple(names) or tuple(str(number) for number in range(1, c + 1))
    if len(found) != c or len(set(found)) != c:
        raise BadComponents(reason=f"{c} of them need as many names, each its own")
    return found
