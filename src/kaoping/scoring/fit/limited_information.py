r"""Does the whole model reproduce how items go together? M2, M2* and C2.

.. math:: M_2 = N\, e^T \left(\Xi^{-1} - \Xi^{-1}\Delta(\Delta^T\Xi^{-1}\Delta)^{-1}\Delta^T\Xi^{-1}\right) e

with residuals e of the margins of one and two items, their covariance :math:`\Xi` and their derivatives
:math:`\Delta` by the free parameters [1]_. It is chi-square with the number of margins less that of the parameters,
also where the table of all patterns is far too sparse to be compared. Of items of several categories the margins are
reduced: C2 keeps the shares of categories and takes one product moment for each pair [3]_; M2* takes means too [2]_.
Of right-or-wrong items all three are M2.

The null model of CFI and TLI has independent items with the observed shares.

References
----------
.. [1] Maydeu-Olivares, A., & Joe, H. (2006). Limited information goodness-of-fit testing in multidimensional
   contingency tables. *Psychometrika*, 71, 713-732.
.. [2] Cai, L., & Hansen, M. (2013). Limited-information goodness-of-fit testing of hierarchical item factor models.
   *British Journal of Mathematical and Statistical Psychology*, 66, 245-276.
.. [3] Cai, L., & Monroe, S. (2014). *A new statistic for evaluating item response theory models for ordinal data*
   (CRESST Report 839).
.. [4] Maydeu-Olivares, A., & Joe, H. (2014). Assessing approximate fit in categorical data analysis. *Multivariate
   Behavioral Research*, 49, 305-328.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.linalg import LinAlgError, cholesky, qr, solve_triangular
from scipy.stats import chi2

from kaoping.scoring.arrays import Floats
from kaoping.scoring.errors import NoDegreesOfFreedom, SingularMargins, TooManyMargins
from kaoping.scoring.fit import indices
from kaoping.scoring.fit.fitted import Items, complete, fitted
from kaoping.scoring.fit.margins import Change, Margins, jacobian
from kaoping.scoring.quadrature import Quadrature
from kaoping.scoring.responses import ResponseMatrix

MOST_MARGINS = 12_000
"""Margins whose covariance is a gigabyte: 150 right-or-wrong items."""
NONE = 1e-9
"""Share of the largest direction below which a derivative adds no direction of its own."""


class Kind(StrEnum):
    """Which margins are compared."""

    C2 = "c2"
    M2_STAR = "m2*"


@dataclass(frozen=True)
class ModelFit:
    """Fit of the whole model.

    Attributes
    ----------
    kind : ``M2`` of right-or-wrong items, else ``C2`` or ``M2*``.
    statistic, df, p : the test.
    rmsea, rmsea_low, rmsea_high : root mean squared error of approximation with its 90 % interval.
    srmsr : root of the mean squared residual correlation of pairs of items [4]_.
    cfi, tli : against independent items.
    n : persons.
    """

    kind: str
    statistic: float
    df: int
    p: float
    rmsea: float
    rmsea_low: float
    rmsea_high: float
    srmsr: float
    cfi: float
    tli: float
    n: float


def model_fit(
    responses: ResponseMatrix, items: Items, *, population: Quadrature | None = None, kind: str = Kind.C2
) -> ModelFit:
    """Calculate M2 (of items of several categories C2 or M2*), RMSEA, SRMSR, CFI and TLI.

    Parameters
    ----------
    responses : complete answers of n persons; their weights are numbers of persons.
    items : the fitted model; which of its parameters were free decides on the degrees of freedom, see `fitted`.
    population : of a calibration its own, else standard normal, if not given.
    kind : see `Kind`.

    Raises
    ------
    IncompleteAnswers
        The margins need every answer.
    NoDegreesOfFreedom
        As many parameters were estimated as there are margins.
    TooManyMargins
        More than 12 000 margins, about 150 items.
    SingularMargins
        Some margins are determined by others, such as those of an item that everybody is expected to solve.
    BadParameters
        The parameters are not those of the items answered.

    >>> from kaoping.scoring.parameters import ItemParameters
    >>> from kaoping.scoring.simulation import simulate
    >>> rng = np.random.default_rng(1)
    >>> true = ItemParameters.logistic(np.ones(8), np.linspace(-1, 1, 8))
    >>> found = model_fit(simulate(rng.standard_normal(2000), true, rng=rng), true)
    >>> found.kind, found.df, found.rmsea_high < 0.05
    ('M2', 20, True)
    """
    model = fitted(items, population=population)
    name = "M2" if responses.dichotomous else Kind(kind).upper()
    complete(responses, model.parameters, what=name)
    reduced = Kind(kind) is Kind.M2_STAR
    margins = Margins(model.chances, model.population.weights, model.parameters.categories, reduced)
    if margins.size > MOST_MARGINS:
        raise TooManyMargins(what=name, items=responses.n_items, margins=margins.size, most=MOST_MARGINS)
    n = float(responses.weights.sum())
    statistic, df = _test(name, margins, responses, jacobian(margins, model))
    null, null_df = _independent(name, responses, margins)
    low, high = indices.rmsea_interval(statistic, df, n)
    return ModelFit(
        kind=name,
        statistic=statistic,
        df=df,
        p=float(chi2.sf(statistic, df)),
        rmsea=indices.rmsea(statistic, df, n),
        rmsea_low=low,
        rmsea_high=high,
        srmsr=_srmsr(responses, margins),
        cfi=indices.comparative(statistic, df, null, null_df),
        tli=indices.tucker_lewis(statistic, df, null, null_df),
        n=n,
    )


def _test(name: str, margins: Margins, responses: ResponseMatrix, derivative: Floats) -> tuple[float, int]:
    """Quadratic form of what the parameters cannot explain of the residuals, and its degrees of freedom."""
    free = derivative.shape[1]
    if margins.size <= free:
        raise NoDegreesOfFreedom(what=name, margins=margins.size, free=free)
    residual = margins.observed(responses) - margins.expected
    root = _root(name, margins, responses)
    straight = solve_triangular(root, residual, lower=True)
    basis, spread, _ = qr(solve_triangular(root, derivative, lower=True), mode="economic", pivoting=True)
    size = np.abs(np.diag(spread))
    directions = int((size > NONE * size.max(initial=0.0)).sum())
    explained = basis[:, :directions].T @ straight
    left = float(straight @ straight - explained @ explained)
    return float(responses.weights.sum()) * max(left, 0.0), margins.size - directions


def _root(name: str, margins: Margins, responses: ResponseMatrix) -> Floats:
    covariance = margins.covariance()
    try:
        return np.asarray(cholesky(covariance, lower=True, overwrite_a=True))
    except LinAlgError:
        flattest = int(np.diag(margins.covariance())[: len(margins.owner)].argmin())
        raise SingularMargins(what=name, item=responses.items[margins.owner[flattest]]) from None


def _independent(name: str, responses: ResponseMatrix, like: Margins) -> tuple[float, int]:
    """Statistic of the model in which items are independent and have the observed shares."""
    k, m = responses.n_items, like.chances.shape[1]
    shares = np.zeros((k, m))
    shares[:, : responses.counts.shape[1]] = responses.counts / responses.counts.sum(axis=1, keepdims=True)
    margins = Margins(shares[:, :, None], np.ones(1), like.categories, like.reduced)
    first = np.concatenate([[0], np.cumsum(like.categories - 1)])
    moves = []
    for item, count in enumerate(like.categories):
        by = np.zeros((count - 1, m, 1))
        by[:, 0] = -1.0
        by[np.arange(count - 1), np.arange(1, count)] = 1.0
        moves.append(Change(item, np.arange(first[item], first[item + 1]), by))
    return _test(name, margins, responses, margins.jacobian(moves, int(first[-1])))


def _srmsr(responses: ResponseMatrix, margins: Margins) -> float:
    """Root mean squared difference of observed and expected correlations over pairs of items."""
    score = responses.answers.astype(np.float64)
    share = responses.weights / responses.weights.sum()
    away = score - share @ score
    observed = away.T @ (away * share[:, None])
    mean = margins.expected_scores @ margins.weights
    expected = (margins.expected_scores * margins.weights) @ margins.expected_scores.T - np.outer(mean, mean)
    square = np.einsum("kmq,m,q->k", margins.chances, np.arange(margins.chances.shape[1]) ** 2.0, margins.weights)
    np.fill_diagonal(expected, square - mean**2)
    difference = (_correlations(observed) - _correlations(expected))[margins.pairs]
    return float(np.sqrt(np.mean(difference**2)))


def _correlations(covariance: Floats) -> Floats:
    spread = np.sqrt(np.diag(covariance))
    return np.asarray(covariance / np.outer(spread, spread))
