r"""Speed and ability together: the second level of the hierarchical model, given the items of both.

.. math:: (\theta_i, \tau_i) \sim N\left( \begin{pmatrix} \mu_\theta \\ \mu_\tau \end{pmatrix},
          \begin{pmatrix} \sigma_\theta^2 & \rho\sigma_\theta\sigma_\tau \\ \cdot & \sigma_\tau^2 \end{pmatrix} \right)

Answers depend on ability and times on speed alone [1]_. With the parameters of the items known, the five numbers of the
second level are those of highest marginal likelihood: ability is summed over a grid, and given ability speed is normal,
so that it is integrated exactly. They are found by EM; their standard errors come from the cross-products of the
persons' scores. Items are taken as known (two stages), which leaves their uncertainty out of these standard errors.

The covariance of the items' parameters is that of their estimates less the mean of the squared standard errors on the
diagonal (correction for attenuation by the method of moments).

References
----------
.. [1] van der Linden, W. J. (2007). A hierarchical framework for modeling speed and accuracy on test items.
   *Psychometrika*, 72, 287-308.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from kaoping.scoring.ability import fitting as fitting_answers
from kaoping.scoring.acceleration import climb
from kaoping.scoring.arrangement import arrange
from kaoping.scoring.arrays import Floats
from kaoping.scoring.errors import BadParameters
from kaoping.scoring.integrity.lognormal import TimeParameters, fitting, speed_sums
from kaoping.scoring.integrity.response_times import ResponseTimes
from kaoping.scoring.integrity.time_errors import BadTimes
from kaoping.scoring.integrity.time_residuals import SpeedPrior
from kaoping.scoring.likelihood import curves, joint
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.quadrature import WIDTH
from kaoping.scoring.responses import ResponseMatrix

NODES = 121
LARGEST_CORRELATION = 0.999


@dataclass(frozen=True, eq=False)
class SecondLevel:
    """Population of ability (logits) and speed (log seconds), with standard errors.

    ``mean`` and ``sd`` are of ability, then speed; ``se_…`` their standard errors. ``prior`` is what the answers alone
    tell of the speed of every person.
    """

    mean: Floats
    sd: Floats
    correlation: float
    se_mean: Floats
    se_sd: Floats
    se_correlation: float
    log_likelihood: float
    iterations: int
    converged: bool
    prior: SpeedPrior = field(repr=False)


@dataclass(frozen=True, eq=False)
class _Known:
    """Log-likelihood of the answers at the nodes (n, q), and what the times tell of speed (n,)."""

    nodes: Floats
    answers: Floats
    information: Floats
    pull: Floats


@dataclass(frozen=True, eq=False)
class _Moments:
    """Posterior of ability at the nodes (n, q), of speed given it: mean (n, q), variance (n,); log-likelihood."""

    weights: Floats
    speed: Floats
    variance: Floats
    height: float


def node_likelihood(responses: ResponseMatrix, parameters: ItemParameters, nodes: Floats) -> Floats:
    """Log-likelihood of every person's answers at abilities, (n, q), up to a constant for each person.

    Raises
    ------
    BadParameters
        The parameters are not those of the items answered.
    """
    fitting_answers(responses, parameters)
    arrangement = arrange(responses, parameters.models)
    items = curves(parameters.log_probabilities(nodes), arrangement.columns, nodes)
    found = np.empty((arrangement.n_rows, len(nodes)))
    for rows, block in arrangement.rows():
        found[rows], sums = joint(block, items, np.zeros(len(nodes)))
        found[rows] += sums[:, 1:]
    return found[arrangement.order]


def second_level(
    responses: ResponseMatrix,
    parameters: ItemParameters,
    times: ResponseTimes,
    time_parameters: TimeParameters,
    *,
    tolerance: float = 1e-6,
    max_iterations: int = 1000,
) -> SecondLevel:
    """Estimate the joint population of ability and speed.

    Parameters
    ----------
    responses, parameters : answers of n persons and the items' parameters.
    times, time_parameters : times of the same persons, on the same or other items.

    Raises
    ------
    BadParameters, BadTimeParameters
        Parameters are not those of the items.
    BadTimes
        The persons of answers and times are not the same.
    NotConverged
        ``max_iterations`` passes were not enough.
    """
    if times.persons != responses.persons:
        raise BadTimes(reason="its persons are not those of the answers, in the same order")
    fitting(times, time_parameters)
    nodes = np.linspace(-WIDTH, WIDTH, NODES)
    sums = speed_sums(times, time_parameters)
    known = _Known(nodes, node_likelihood(responses, parameters, nodes), sums.information, sums.pull)
    start = np.array([0.0, 0.0, 0.0, np.log(time_parameters.spread), 0.0])
    found = climb(lambda x: _pass(known, x), start, tolerance=tolerance, max_iterations=max_iterations)
    errors = _errors(known, found.point)
    mean, sd, correlation = _shape(found.point)
    return SecondLevel(
        mean=mean,
        sd=sd,
        correlation=correlation,
        se_mean=errors[:2],
        se_sd=sd * errors[2:4],
        se_correlation=float((1 - correlation**2) * errors[4]),
        log_likelihood=found.objective,
        iterations=found.iterations,
        converged=True,
        prior=_prior(known, mean, sd, correlation),
    )


def _shape(point: Floats) -> tuple[Floats, Floats, float]:
    """Means, standard deviations and correlation from the numbers that are climbed: logs, and the inverse tanh."""
    return point[:2], np.exp(point[2:4]), float(np.clip(np.tanh(point[4]), -LARGEST_CORRELATION, LARGEST_CORRELATION))


def _moments(known: _Known, point: Floats) -> _Moments:
    mean, sd, correlation = _shape(point)
    standard = (known.nodes - mean[0]) / sd[0]
    expected, left = mean[1] + correlation * sd[1] * standard, (1 - correlation**2) * sd[1] ** 2
    variance = 1 / (1 / left + known.information)
    speed = variance[:, None] * (known.pull[:, None] + expected / left)
    times = -known.information[:, None] * expected**2 / 2 + known.pull[:, None] * expected
    times += variance[:, None] * (known.pull[:, None] - known.information[:, None] * expected) ** 2 / 2
    step = known.nodes[1] - known.nodes[0]
    log = known.answers + times - standard**2 / 2 + np.log(step / sd[0] / np.sqrt(2 * np.pi))
    log += (np.log(variance) / 2)[:, None] - np.log(left) / 2
    peak = log.max(axis=1, keepdims=True)
    weights = np.exp(log - peak)
    total = weights.sum(axis=1, keepdims=True)
    return _Moments(weights / total, speed, variance, float((np.log(total) + peak).sum()))


def _pass(known: _Known, point: Floats) -> tuple[float, Floats]:
    """Log-likelihood, and the five numbers after a step of EM."""
    found = _moments(known, point)
    theta = found.weights @ known.nodes
    tau = (found.weights * found.speed).sum(axis=1)
    mean = np.array([theta.mean(), tau.mean()])
    away, fast = known.nodes - mean[0], found.speed - mean[1]
    v_theta = float((found.weights @ away**2).mean())
    v_tau = float(((found.weights * fast**2).sum(axis=1) + found.variance).mean())
    covariance = float((found.weights * fast @ away).mean())
    correlation = covariance / np.sqrt(v_theta * v_tau)
    return found.height, np.array([*mean, np.log(v_theta) / 2, np.log(v_tau) / 2, np.arctanh(correlation)])


def _errors(known: _Known, point: Floats) -> Floats:
    """Standard errors of the five numbers, from the cross-products of the persons' scores (Fisher's identity).

    Raises
    ------
    BadParameters
        Answers or times tell nothing, so that the cross-products have no inverse.
    """
    found = _moments(known, point)
    mean, sd, rho = _shape(point)
    x = (known.nodes - mean[0]) / sd[0]
    y, v = (found.speed - mean[1]) / sd[1], found.variance[:, None] / sd[1] ** 2
    left = 1 - rho**2
    parts = (
        (x - rho * y) / (left * sd[0]),
        (y - rho * x) / (left * sd[1]),
        (x**2 - rho * x * y) / left - 1,
        (y**2 + v - rho * x * y) / left - 1,
        rho + (x * y * (1 + rho**2) - rho * (x**2 + y**2 + v)) / left,
    )
    scores = np.stack([(found.weights * part).sum(axis=1) for part in parts], axis=1)
    try:
        return np.asarray(np.sqrt(np.diag(np.linalg.inv(scores.T @ scores))))
    except np.linalg.LinAlgError:
        raise BadParameters(reason="answers and times do not determine the population of ability and speed") from None


def _prior(known: _Known, mean: Floats, sd: Floats, correlation: float) -> SpeedPrior:
    """Mean and variance of speed given the answers alone."""
    standard = (known.nodes - mean[0]) / sd[0]
    log = known.answers - standard**2 / 2
    weights = np.exp(log - log.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    middle = weights @ standard
    spread = np.maximum(weights @ standard**2 - middle**2, 0.0)
    return SpeedPrior(
        mean[1] + correlation * sd[1] * middle, sd[1] ** 2 * (1 - correlation**2 + correlation**2 * spread)
    )


@dataclass(frozen=True, eq=False)
class ItemCovariance:
    """Covariance and correlation (p, p) of p kinds of item parameters, corrected for their errors.

    A correlation is not a number where the errors are larger than the differences between items.
    """

    labels: tuple[str, ...]
    covariance: Floats
    correlation: Floats


def correlations_of_items(parameters: ItemParameters, times: TimeParameters) -> ItemCovariance | None:
    """Correlations of ``b``, ``a``, ``beta`` and ``alpha`` over items with one difficulty each, as they are estimated.

    The errors of the items are not known here, so that nothing is corrected: true correlations are a little stronger.
    ``None`` where an item has no single difficulty or there are fewer than three.
    """
    shown = [row for _, _, row in parameters.table()]
    if len(shown) < 3 or not all({"a", "b"} <= set(row) for row in shown):  # noqa: PLR2004
        return None
    columns = [[row["b"] for row in shown], [row["a"] for row in shown], times.intensity, times.discrimination]
    table = np.array(columns).T
    return item_covariance(table, np.zeros_like(table), ("b", "a", "beta", "alpha"))


def item_covariance(estimates: Floats, errors: Floats, labels: Sequence[str]) -> ItemCovariance:
    """Covariance of item parameters, less the mean of their squared standard errors on the diagonal.

    Parameters
    ----------
    estimates, errors : (k, p) parameters of k items and their standard errors.
    labels : (p,) what they are.

    >>> found = item_covariance(np.array([[0.0, 1.0], [1.0, 2.0], [2.0, 3.0]]), np.full((3, 2), 0.5), ["b", "beta"])
    >>> found.covariance
    array([[0.75, 1.  ],
           [1.  , 0.75]])
    """
    covariance = np.cov(estimates, rowvar=False) - np.diag((errors**2).mean(axis=0))
    variance = np.diag(covariance)
    scale = np.sqrt(np.where(variance > 0, variance, np.nan))
    return ItemCovariance(tuple(labels), covariance, np.clip(covariance / np.outer(scale, scale), -1.0, 1.0))
