r"""Item parameters from answers: marginal maximum likelihood of the two-parameter logistic model.

.. math:: \ell(a, d) = \sum_i \log \sum_q w_q
          \prod_{j \text{ presented}} P_j(\theta_q)^{x_{ij}} (1 - P_j(\theta_q))^{1 - x_{ij}}

References
----------
Bock, R. D., & Aitkin, M. (1981). Marginal maximum likelihood estimation of item parameters: application of an EM
algorithm. *Psychometrika*, 46, 443-459.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from kaoping.scoring.acceleration import Climb, Mapping, Progress, climb
from kaoping.scoring.arrangement import Patterns, arrange
from kaoping.scoring.arrays import Flags, Floats
from kaoping.scoring.errors import ConstantItem, FlatLikelihood, NoOverlap, TooFewItems, TooFewPersons
from kaoping.scoring.likelihood import expect, gradient
from kaoping.scoring.maximisation import LognormalPrior, maximise
from kaoping.scoring.quadrature import Quadrature, normal
from kaoping.scoring.responses import ResponseMatrix
from kaoping.scoring.standard_errors import observed_information

FEWEST_ITEMS = 3
FEWEST_PERSONS = 50
STEEPEST = 30.0
"""Slope per logit beyond which an item is a step: its likelihood has no peak and the slope runs away."""


@dataclass(frozen=True, eq=False)
class Calibration:
    """Item parameters on the scale where the calibrating population is standard normal.

    Attributes
    ----------
    items : names of the k items.
    a, b : (k,) discrimination (per logit) and difficulty (logits); ``intercept`` is ``-a * b``.
    se_a, se_b, se_intercept : (k,) standard errors: observed information, delta method for b.
    covariance : (2k, 2k) covariance of all a, then all b.
    answered : (k,) persons to whom each item was presented.
    log_likelihood : at the solution, without the prior.
    iterations : passes over the data; ``step`` is the largest change of the last plain step.
    gradient_norm : largest absolute derivative of the objective per person.
    trace : objective at every accepted point; it never falls.
    """

    items: tuple[str, ...]
    a: Floats
    b: Floats
    intercept: Floats
    se_a: Floats
    se_b: Floats
    se_intercept: Floats
    covariance: Floats = field(repr=False)
    answered: Floats
    n_persons: int
    log_likelihood: float
    iterations: int
    step: float
    converged: bool
    gradient_norm: float
    trace: tuple[float, ...] = field(repr=False)


def fit(
    responses: ResponseMatrix,
    *,
    prior: LognormalPrior | None = None,
    grid: Quadrature | None = None,
    tolerance: float = 1e-6,
    max_iterations: int = 1000,
    progress: Callable[[Progress], None] | None = None,
) -> Calibration:
    """Estimate discrimination and difficulty of every item, with standard errors.

    Parameters
    ----------
    responses : answers of n persons to k items; items that were not presented are left out of the likelihood.
    prior : on the slopes; none means maximum likelihood.
    grid : the population; 61 nodes of a standard normal if not given.
    tolerance : largest change of slope or intercept in a plain EM step at which the iteration ends.
    progress : called after each accelerated step.

    Raises
    ------
    NotIdentified
        In one of its leaves: too few items or persons, a constant item, items without common persons, a flat peak.
    NotConverged
        ``max_iterations`` passes were not enough.

    >>> from kaoping.scoring.simulation import simulate
    >>> rng = np.random.default_rng(5)
    >>> answers = simulate(rng.standard_normal(1000), np.ones(10), np.linspace(-1, 1, 10), rng=rng)
    >>> fit(answers).converged
    True
    """
    patterns = arrange(responses)
    _identify(responses, patterns)
    population = grid or normal()
    mapping = _em(patterns, population, prior, responses.items)
    found = climb(mapping, _start(responses), tolerance=tolerance, max_iterations=max_iterations, progress=progress)
    return _describe(responses, patterns, population, prior, found)


def _identify(responses: ResponseMatrix, patterns: Patterns) -> None:
    """Refuse answers that cannot determine two parameters per item, naming the reason."""
    if responses.n_items < FEWEST_ITEMS:
        raise TooFewItems(n=responses.n_items, least=FEWEST_ITEMS)
    for item, answered, right in zip(responses.items, responses.answered, responses.right.sum(axis=0), strict=True):
        if answered < FEWEST_PERSONS:
            raise TooFewPersons(item=item, n=int(answered), least=FEWEST_PERSONS)
        if right in {0, answered}:
            raise ConstantItem(item=item, n=int(answered))
    reached = _reached(patterns.presented > 0)
    if not reached.all():
        raise NoOverlap(item=responses.items[0], other=responses.items[int(np.argmin(reached))])


def _reached(sets: Flags) -> Flags:
    """Items (k,) reached from the first by walking over persons who answered both, given the item sets (g, k)."""
    reached = np.zeros(sets.shape[1], dtype=bool)
    wider = np.arange(sets.shape[1]) == 0
    while (wider != reached).any():
        reached = wider
        wider = reached | sets[sets[:, reached].any(axis=1)].any(axis=0)
    return reached


def _start(responses: ResponseMatrix) -> Floats:
    """Slopes of one, intercepts that give the observed facility at average ability."""
    facility = responses.right.sum(axis=0) / responses.answered
    return np.stack([np.ones(responses.n_items), np.log(facility / (1 - facility))])


def _em(patterns: Patterns, grid: Quadrature, prior: LognormalPrior | None, items: tuple[str, ...]) -> Mapping:
    """Make one pass of EM; an extrapolated point outside the possible slopes is worth minus infinity."""

    def mapping(point: Floats) -> tuple[float, Floats]:
        penalty = prior.log_density(point[0]) if prior else 0.0
        if penalty == -np.inf or np.abs(point[0]).max() > STEEPEST:
            return -np.inf, point
        expected = expect(patterns, point[0], point[1], grid)
        after = maximise(expected, point[0], point[1], grid, prior)
        steepest = int(np.abs(after[0]).argmax())
        if abs(after[0, steepest]) > STEEPEST:
            raise FlatLikelihood(item=items[steepest])
        return expected.log_likelihood + penalty, after

    return mapping


def _describe(
    responses: ResponseMatrix, patterns: Patterns, grid: Quadrature, prior: LognormalPrior | None, found: Climb
) -> Calibration:
    slope, intercept = found.point
    expected = expect(patterns, slope, intercept, grid)
    uphill = gradient(expected, slope, intercept, grid)
    information = observed_information(patterns, slope, intercept, grid)
    if prior:
        uphill[0] += prior.gradient(slope)
        information[np.diag_indices(len(slope))] += prior.curvature(slope)
    inner = _invert(information, responses.items)
    errors = np.sqrt(np.diag(inner)).reshape(2, -1)
    covariance = _delta(inner, slope, intercept)
    se_a, se_b = np.sqrt(np.diag(covariance)).reshape(2, -1)
    return Calibration(
        items=responses.items,
        a=slope,
        b=-intercept / slope,
        intercept=intercept,
        se_a=se_a,
        se_b=se_b,
        se_intercept=errors[1],
        covariance=covariance,
        answered=responses.answered,
        n_persons=responses.n_persons,
        log_likelihood=expected.log_likelihood,
        iterations=found.iterations,
        step=found.step,
        converged=True,
        gradient_norm=float(np.abs(uphill).max()) / responses.n_persons,
        trace=found.trace,
    )


def _invert(information: Floats, items: tuple[str, ...]) -> Floats:
    """Covariance of slopes and intercepts; a matrix that is not positive definite names the flattest item."""
    try:
        return np.asarray(cho_solve(cho_factor(information), np.eye(len(information))), dtype=np.float64)
    except LinAlgError:
        flattest = int(np.abs(np.linalg.eigh(information)[1][:, 0]).argmax()) % len(items)
        raise FlatLikelihood(item=items[flattest]) from None


def _delta(covariance: Floats, slope: Floats, intercept: Floats) -> Floats:
    """Covariance of (a, b) from that of (slope, intercept): b = -d/a."""
    k = len(slope)
    jacobian = np.eye(2 * k)
    jacobian[k:, :k] = np.diag(intercept / slope**2)
    jacobian[k:, k:] = np.diag(-1 / slope)
    return jacobian @ covariance @ jacobian.T
