"""McDonald's omega: the share of the score's variance that one factor explains."""

from dataclasses import dataclass

import numpy as np
from scipy import optimize

from kaoping.scoring.arrays import Floats
from kaoping.scoring.classical.covariances import Covariances, inverse
from kaoping.scoring.classical.estimates import Estimate, reliable
from kaoping.scoring.errors import FewItems, HeywoodCase, NotConverged

SMALLEST = 1e-3
"""Least share of an item's variance that may be its own; below, the solution is improper."""
STEPS = 500
TOLERANCE = 1e-4
"""Largest derivative at the end: far beyond what rounding leaves."""


@dataclass(frozen=True, eq=False)
class OneFactor:
    """A factor behind all items: ``loadings`` (k,) in marks, ``uniquenesses`` (k,) in squared marks.

    ``discrepancy`` is the least value of the function, ``gradient`` the largest of its derivatives there by the
    logarithm of a uniqueness.
    """

    loadings: Floats
    uniquenesses: Floats
    discrepancy: float
    gradient: float


def omega(found: Covariances) -> Estimate:
    r"""McDonald's omega total of one factor [1]_.

    .. math:: \omega = \frac{(\sum_j \lambda_j)^2}{(\sum_j \lambda_j)^2 + \sum_j \psi_j}

    It equals alpha when all loadings are equal, and lies above it otherwise. The standard error takes the solution as
    that of estimating equations, so neither normal marks nor a fitting model are assumed [2]_.

    Raises
    ------
    FewItems
        There are fewer than three.
    NoVariation, ItemRedundant, HeywoodCase
        The covariances have no proper solution.
    NotConverged
        The search did not end.

    References
    ----------
    .. [1] McDonald, R. P. (1999). *Test Theory: A Unified Treatment*. Erlbaum, ch. 6.
    .. [2] Yuan, K.-H., & Bentler, P. M. (2002). On robustness of the normal-theory based asymptotic distributions of
       three reliability coefficient estimates. *Psychometrika*, 67, 251-259.

    >>> from kaoping.scoring.responses import ResponseMatrix
    >>> from kaoping.scoring.classical.covariances import covariances
    >>> rng = np.random.default_rng(5)
    >>> marks = rng.standard_normal((2000, 1)) + rng.standard_normal((2000, 4)) > 0
    >>> abs(omega(covariances(ResponseMatrix(marks.astype(int)), what="Omega")).value - 0.667) < 0.03
    True
    """
    factor = one_factor(found)
    common, own = float(factor.loadings.sum()), float(factor.uniquenesses.sum())
    total = common**2 + own
    gradient = np.repeat([2 * common * own / total**2, -(common**2) / total**2], found.k)
    loading, unique = np.split(np.linalg.solve(_curvature(found, factor), gradient), 2)
    moved = np.outer(loading, factor.loadings) + np.outer(factor.loadings, loading) + np.diag(unique)
    precision = _precision(factor)
    return reliable(common**2 / total, found.least, found.error(precision @ moved @ precision))


def one_factor(found: Covariances) -> OneFactor:
    r"""Fit one factor to covariances by maximum likelihood [1]_.

    .. math:: F = \log |\Sigma| + \operatorname{tr}(C \Sigma^{-1}) - \log |C| - k, \qquad
              \Sigma = \lambda \lambda' + \operatorname{diag}(\psi)

    For given uniquenesses the best loadings are the leading eigenvector of
    :math:`\psi^{-1/2} C \psi^{-1/2}`, so only the uniquenesses are searched. Loadings have a positive sum.

    Raises
    ------
    FewItems, NoVariation, ItemRedundant, HeywoodCase, NotConverged
        As `omega`.

    References
    ----------
    .. [1] Jöreskog, K. G. (1967). Some contributions to maximum likelihood factor analysis. *Psychometrika*, 32,
       443-482.

    >>> from kaoping.scoring.responses import ResponseMatrix
    >>> from kaoping.scoring.classical.covariances import covariances
    >>> rng = np.random.default_rng(5)
    >>> marks = rng.standard_normal((2000, 1)) + rng.standard_normal((2000, 4)) > 0
    >>> one_factor(covariances(ResponseMatrix(marks.astype(int)), what="Omega")).loadings.round(1)
    array([0.3, 0.3, 0.3, 0.3])
    """
    if found.k < 3:  # noqa: PLR2004 - two items have one covariance for two loadings
        raise FewItems(what="Omega", n=found.k, least=3)
    spread = np.sqrt(found.matrix.diagonal())
    start = np.log(np.clip(1 / inverse(found, what="Omega").diagonal() / spread**2, 0.05, 0.95))
    matrix = found.matrix / np.outer(spread, spread)
    limits = [(float(np.log(SMALLEST / 10)), 0.0)] * found.k
    place, least, search = optimize.fmin_l_bfgs_b(
        _discrepancy, start, args=(matrix,), bounds=limits, factr=10.0, pgtol=1e-9, maxiter=STEPS
    )
    own = np.exp(place)
    if own.min() < SMALLEST:
        raise HeywoodCase(item=found.items[int(np.argmin(own))])
    steepest = float(np.abs(np.where((place >= 0) & (search["grad"] < 0), 0.0, search["grad"])).max())
    if steepest > TOLERANCE:
        raise NotConverged(iterations=int(search["nit"]), step=steepest, tolerance=TOLERANCE)
    loadings = spread * _loadings(own, matrix)
    value = float(least - np.linalg.slogdet(matrix)[1] - found.k)
    return OneFactor(loadings * (1 if loadings.sum() >= 0 else -1), spread**2 * own, value, steepest)


def _loadings(own: Floats, matrix: Floats) -> Floats:
    values, vectors = np.linalg.eigh(matrix / np.sqrt(np.outer(own, own)))
    return np.asarray(np.sqrt(own) * vectors[:, -1] * np.sqrt(max(values[-1] - 1, 0.0)))


def _discrepancy(logarithms: Floats, matrix: Floats) -> tuple[float, Floats]:
    """Discrepancy with the best loadings, and its derivative by the logarithms of the uniquenesses, (k,)."""
    own = np.exp(logarithms)
    loadings = _loadings(own, matrix)
    fitted = np.outer(loadings, loadings) + np.diag(own)
    precision = np.linalg.inv(fitted)
    value = float(np.linalg.slogdet(fitted)[1] + (precision * matrix).sum())
    return value, (precision - precision @ matrix @ precision).diagonal() * own


def _precision(factor: OneFactor) -> Floats:
    return np.asarray(np.linalg.inv(np.outer(factor.loadings, factor.loadings) + np.diag(factor.uniquenesses)))


def _curvature(found: Covariances, factor: OneFactor) -> Floats:
    """Second derivatives of the discrepancy by loadings and uniquenesses, (2k, 2k)."""
    loadings, first = factor.loadings, _precision(factor)
    second = first @ found.matrix @ first
    terms = [_crossed(first, second, loadings), _crossed(second, first, loadings), -_crossed(first, first, loadings)]
    found_here = np.sum(terms, axis=0)
    k = found.k
    found_here[:k, :k] += 2 * (first - second)
    return np.asarray(found_here)


def _crossed(one: Floats, other: Floats, loadings: Floats) -> Floats:
    r"""Traces :math:`\operatorname{tr}(M \Sigma_b N \Sigma_a)` for the derivatives of the fitted covariances."""
    m, n = one @ loadings, other @ loadings
    loading = np.outer(n, m) + np.outer(m, n) + (loadings @ n) * one + (loadings @ m) * other
    mixed = other * m + one * n
    return np.block([[loading, mixed], [mixed.T, one * other]])
