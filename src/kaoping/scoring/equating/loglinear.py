r"""Log-linear models of score distributions: powers of the score, by maximum likelihood.

.. math:: \log m_j = \beta_0 + \sum_{c=1}^{C} \beta_c x_j^c

fitted to the counts as Poisson variables. The fitted distribution has the first C moments of the observed one. Powers
are made orthogonal first, so that ten of them fit as safely as two.

References
----------
Holland, P. W., & Thayer, D. T. (2000). Univariate and bivariate loglinear models for discrete test score distributions.
*Journal of Educational and Behavioral Statistics*, 25, 133-183.
"""

from dataclasses import dataclass

import numpy as np
from numpy.polynomial import chebyshev
from scipy.special import xlogy

from kaoping.scoring.arrays import Flags, Floats
from kaoping.scoring.equating.frequencies import Frequencies, JointFrequencies
from kaoping.scoring.errors import NotConverged, TooManyPowers

TOLERANCE = 1e-10
ITERATIONS, HALVINGS = 60, 30
SMALLEST = np.finfo(np.float64).tiny


@dataclass(frozen=True, eq=False)
class LogLinear:
    r"""A fitted log-linear model and how well it fits.

    ``fitted`` and ``deviations`` have the shape of the counts: fitted counts, and Freeman-Tukey residuals
    :math:`\sqrt{n} + \sqrt{n + 1} - \sqrt{4 m + 1}`; ``factor`` (cells, parameters) is C of the covariance C C' of the
    fitted shares; ``deviance`` :math:`2 \sum n \log (n / m)`, ``pearson`` :math:`\sum (n - m)^2 / m`; ``df`` cells less
    parameters; ``aic`` and ``bic`` the deviance plus 2, or log n, for each parameter; ``converged``, ``iterations`` and
    ``gradient``, the largest difference of a fitted from an observed orthogonal moment, in shares.
    """

    fitted: Floats
    deviations: Floats
    factor: Floats
    parameters: int
    deviance: float
    pearson: float
    df: int
    aic: float
    bic: float
    loglik: float
    converged: bool
    iterations: int
    gradient: float


def fit(table: Frequencies, *, degree: int) -> LogLinear:
    r"""Fit a polynomial of the given degree to the logarithms of counts.

    .. math:: \log m_j = \beta_0 + \sum_{c=1}^{C} \beta_c x_j^c

    Parameters
    ----------
    table : (s,) counts.
    degree : C, 1 and up.

    Returns
    -------
    The fit, counts in persons.

    Raises
    ------
    TooManyPowers
        The degree is not below the number of scores that somebody has.
    NotConverged
        The likelihood has no maximum within reach.

    References
    ----------
    Holland & Thayer (2000).

    >>> table = Frequencies(range(6), [2, 9, 20, 21, 8, 1])
    >>> found = fit(table, degree=2)
    >>> bool(abs(found.fitted @ table.scores - table.counts @ table.scores) < 1e-8)
    True
    """
    present = int((table.counts > 0).sum())
    _enough(degree, present)
    return _maximise(table.counts, _powers(table.scores, degree))


def fit_joint(
    table: JointFrequencies, *, degrees: tuple[int, int], crossed: int = 1, possible: Flags | None = None
) -> LogLinear:
    r"""Fit powers of both scores and their products to the logarithms of the counts of pairs.

    .. math:: \log m_{jl} = \beta_0 + \sum_{c=1}^{C} \beta_c x_j^c + \sum_{d=1}^{D} \gamma_d v_l^d
        + \sum_{c=1}^{K} \sum_{d=1}^{K} \delta_{cd} x_j^c v_l^d

    Parameters
    ----------
    table : (s, t) counts.
    degrees : C and D, 1 and up.
    crossed : K, 0 (independent scores) and up.
    possible : (s, t) pairs that can occur; all if not given. Impossible ones are fitted by 0.

    Returns
    -------
    The fit, counts in persons.

    Raises
    ------
    TooManyPowers
        A degree is not below the number of its scores that somebody has.
    NotConverged
        The likelihood has no maximum within reach.

    References
    ----------
    Holland & Thayer (2000).

    >>> table = JointFrequencies(range(3), range(3), [[5, 2, 1], [3, 9, 3], [1, 2, 6]])
    >>> found = fit_joint(table, degrees=(1, 1))
    >>> bool(np.isclose(found.fitted.sum(), 32.0)), found.parameters
    (True, 4)
    """
    for degree, margin in zip(degrees, (table.of_first, table.of_second), strict=True):
        _enough(max(degree, crossed), int((margin.counts > 0).sum()))
    first, second = (
        _powers(scores, max(degree, crossed))
        for scores, degree in zip((table.first, table.second), degrees, strict=True)
    )
    terms = [(c, 0) for c in range(degrees[0] + 1)] + [(0, d) for d in range(1, degrees[1] + 1)]
    terms += [(c, d) for c in range(1, crossed + 1) for d in range(1, crossed + 1)]
    design = np.stack([np.outer(first[:, c], second[:, d]).ravel() for c, d in terms], axis=1)
    open_cells = np.ones(table.counts.size, dtype=bool) if possible is None else possible.ravel()
    return _within(_maximise(table.counts.ravel()[open_cells], design[open_cells]), open_cells, table.counts.shape)


def _enough(degree: int, present: int) -> None:
    if not 0 < degree < present:
        raise TooManyPowers(n=present, most=present - 1, asked=degree)


def _powers(scores: Floats, degree: int) -> Floats:
    """Polynomials of degree 0 to ``degree`` on the scores, (s, degree + 1), far from collinear."""
    unit = 2 * (scores - scores[0]) / (scores[-1] - scores[0]) - 1
    return chebyshev.chebvander(unit, degree)


def _maximise(counts: Floats, design: Floats) -> LogLinear:
    """Climb by Newton's steps, halved where the likelihood would fall, on an orthonormal basis."""
    basis, _ = np.linalg.qr(design)
    n = counts.sum()
    start = np.log((counts + counts.mean() / 2) / (n * 1.5))
    beta = basis.T @ start
    shares, height = _shares(basis, beta), -np.inf
    for iteration in range(1, ITERATIONS + 1):
        uphill = basis.T @ (counts / n - shares)
        centred = basis - shares @ basis
        information = (centred * shares[:, None]).T @ centred
        step = np.linalg.lstsq(information, uphill, rcond=1e-14)[0]
        beta, shares, height = _climb(counts / n, basis, beta, step, height)
        gradient = float(np.abs(basis.T @ (counts / n - shares)).max())
        if gradient < TOLERANCE:
            return _described(counts, shares, basis, iteration, gradient)
    raise NotConverged(iterations=ITERATIONS, step=gradient, tolerance=TOLERANCE)


def _climb(observed: Floats, basis: Floats, beta: Floats, step: Floats, height: float) -> tuple[Floats, Floats, float]:
    for _ in range(HALVINGS):
        shares = _shares(basis, beta + step)
        reached = float(xlogy(observed, shares).sum())
        if reached >= height - TOLERANCE * abs(reached):
            break
        step = step / 2
    return beta + step, shares, reached


def _shares(basis: Floats, beta: Floats) -> Floats:
    logits = basis @ beta
    weights = np.exp(logits - logits.max())
    shares: Floats = weights / weights.sum()
    return shares


def _described(counts: Floats, shares: Floats, basis: Floats, iterations: int, gradient: float) -> LogLinear:
    n, parameters = float(counts.sum()), basis.shape[1]
    fitted = shares * n
    deviance = 2 * float((xlogy(counts, counts) - xlogy(counts, fitted)).sum())
    return LogLinear(
        fitted=fitted,
        deviations=np.sqrt(counts) + np.sqrt(counts + 1) - np.sqrt(4 * fitted + 1),
        factor=_factor(shares, basis, n),
        parameters=parameters,
        deviance=deviance,
        pearson=float(((counts - fitted) ** 2 / np.maximum(fitted, SMALLEST)).sum()),
        df=len(counts) - parameters,
        aic=deviance + 2 * parameters,
        bic=deviance + np.log(n) * parameters,
        loglik=float(xlogy(counts, shares).sum()),
        converged=True,
        iterations=iterations,
        gradient=gradient,
    )


def _factor(shares: Floats, basis: Floats, n: float) -> Floats:
    r"""C of Holland & Thayer (2000): :math:`n^{-1/2} D_{\sqrt p} Q`, Q spanning the centred design times root p."""
    root = np.sqrt(shares)
    centred = root[:, None] * (basis - shares @ basis)
    left, sizes, _ = np.linalg.svd(centred, full_matrices=False)
    kept = sizes > sizes[0] * 1e-12
    factor: Floats = root[:, None] * left[:, kept] / np.sqrt(n)
    return factor


def _within(found: LogLinear, cells: Flags, shape: tuple[int, ...]) -> LogLinear:
    """Spread what was fitted to the possible cells over the whole table."""

    def spread(values: Floats) -> Floats:
        whole = np.zeros((len(cells), *values.shape[1:]))
        whole[cells] = values
        return whole

    arrays = {name: spread(getattr(found, name)) for name in ("fitted", "deviations", "factor")}
    arrays |= {name: arrays[name].reshape(shape) for name in ("fitted", "deviations")}
    return LogLinear(**{**vars(found), **arrays})
