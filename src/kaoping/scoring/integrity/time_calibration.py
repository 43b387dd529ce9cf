r"""Parameters of response times from the times: marginal maximum likelihood of the lognormal model.

Given speed the log times are independent and normal, and so is speed: the model is that of one factor with unequal
residual variances, and every step is a closed form, whatever is missing. With the posterior of speed, precision
:math:`h_i = \sigma^{-2} + \sum_j \alpha_j^2\varphi_j^2` and mean
:math:`m_i = h_i^{-1} \sum_j \alpha_j^2 \varphi_j (\beta_j - y_{ij})`, :math:`y = \log t`, the log-likelihood is

.. math:: \ell = -\frac12 \sum_i \Big[ \sum_j \big( \log 2\pi - 2\log\alpha_j + \alpha_j^2 (y_{ij} - \beta_j)^2 \big)
          + \log (\sigma^2 h_i) - h_i m_i^2 \Big]

and a step of EM regresses the log times of each item on speed with its posterior moments [1]_. The steps are
extrapolated (`kaoping.scoring.acceleration`). The information for the standard errors is that observed, by Louis'
identity: that of the complete data less the posterior covariance of its score [2]_.

References
----------
.. [1] Rubin, D. B., & Thayer, D. T. (1982). EM algorithms for ML factor analysis. *Psychometrika*, 47, 69-76.
.. [2] Louis, T. A. (1982). Finding the observed information matrix when using the EM algorithm. *JRSS B*, 44, 226-233.
"""

from dataclasses import dataclass, field

import numpy as np

from kaoping.scoring.acceleration import climb
from kaoping.scoring.arrays import Floats
from kaoping.scoring.errors import FlatLikelihood
from kaoping.scoring.integrity.lognormal import TimeParameters
from kaoping.scoring.integrity.response_times import ResponseTimes
from kaoping.scoring.integrity.time_errors import BadTimes, TimesAlike, TooFewTimes

FEWEST_TIMES = 20
FEWEST_ITEMS = 3
NARROWEST = 1e-4
"""Residual standard deviation, in log seconds, below which speed explains all of an item."""
BLOCK = 4096
"""Persons whose scores are held at once."""


@dataclass(frozen=True, eq=False)
class TimeCalibration:
    """Parameters of response times, with standard errors.

    Attributes
    ----------
    parameters : of the k items; slopes are 1 on average.
    se_intensity, se_discrimination, se_slope : (k,) standard errors; ``se_slope`` is zero where slopes are fixed.
    se_spread : standard error of the spread of speed.
    timed : (k,) times of each item.
    log_likelihood : at the solution, of the log times.
    n_free : number of estimated parameters.
    iterations : passes over the data; ``step`` is the largest change of the last plain step.
    gradient_norm : largest absolute derivative of the log-likelihood, per person.
    """

    parameters: TimeParameters
    se_intensity: Floats
    se_discrimination: Floats
    se_slope: Floats
    se_spread: float
    timed: Floats
    n_persons: int
    n_free: int
    log_likelihood: float
    iterations: int
    step: float
    converged: bool
    gradient_norm: float
    trace: tuple[float, ...] = field(repr=False)

    @property
    def aic(self) -> float:
        """Akaike's criterion, ``-2 l + 2 P``; compare the models with and without slopes by it."""
        return -2 * self.log_likelihood + 2 * self.n_free


@dataclass(frozen=True, eq=False)
class _Point:
    """Parameters as they are climbed: (k,) each, and the spread; with free slopes the spread is 1."""

    intensity: Floats
    log_discrimination: Floats
    slope: Floats
    log_spread: float

    @property
    def weight(self) -> Floats:
        return np.exp(2 * self.log_discrimination)

    def vector(self, *, sloped: bool) -> Floats:
        last = self.slope if sloped else np.array([self.log_spread])
        return np.concatenate([self.intensity, self.log_discrimination, last])

    @classmethod
    def of(cls, vector: Floats, k: int, *, sloped: bool) -> "_Point":
        last = vector[2 * k :]
        return cls(vector[:k], vector[k : 2 * k], last if sloped else np.ones(k), 0.0 if sloped else float(last[0]))


@dataclass(frozen=True, eq=False)
class _Data:
    """Times around the middle of each item, where they are known, and sums that stay."""

    log: Floats
    known: Floats
    square: Floats
    middle: Floats

    @classmethod
    def of(cls, times: ResponseTimes) -> "_Data":
        known = times.timed.astype(np.float64)
        middle = times.log.sum(axis=0) / known.sum(axis=0)
        centred = (times.log - middle) * known
        return cls(centred, known, centred**2, middle)


def calibrate_times(
    times: ResponseTimes, *, slopes: bool = False, tolerance: float = 1e-8, max_iterations: int = 2000
) -> TimeCalibration:
    """Estimate the parameters of the times of every item, with standard errors.

    Parameters
    ----------
    times : of n persons on k items, possibly incomplete.
    slopes : whether times may follow speed more strongly on some items than on others.
    tolerance : largest change of any parameter in a plain step at which the iteration ends.

    Raises
    ------
    BadTimes
        There are fewer than three items.
    TooFewTimes, TimesAlike
        An item has fewer than 20 times, or speed explains all of its times.
    FlatLikelihood
        The likelihood has no single peak.
    NotConverged
        ``max_iterations`` passes were not enough.

    >>> from kaoping.scoring.integrity.lognormal import simulate_times
    >>> rng = np.random.default_rng(3)
    >>> true = TimeParameters(tuple("ABCDE"), np.full(5, 4.0), np.full(5, 2.0), np.ones(5), 0.3)
    >>> found = calibrate_times(simulate_times(rng.normal(0, 0.3, 2000), true, rng=rng))
    >>> found.parameters.intensity.round(1), round(found.parameters.spread, 1), found.converged
    (array([4., 4., 4., 4., 4.]), 0.3, True)
    """
    _check(times)
    data, k = _Data.of(times), times.n_items

    def passing(vector: Floats) -> tuple[float, Floats]:
        height, after = _pass(data, _Point.of(vector, k, sloped=slopes), sloped=slopes)
        return height, after.vector(sloped=slopes)

    start = _start(data, sloped=slopes).vector(sloped=slopes)
    found = climb(passing, start, tolerance=tolerance, max_iterations=max_iterations)
    point = _Point.of(found.point, k, sloped=slopes)
    narrow = np.flatnonzero(point.log_discrimination > -np.log(NARROWEST))
    if len(narrow):
        raise TimesAlike(item=times.items[narrow[0]])
    score, information = _curvature(data, point, sloped=slopes)
    parameters, errors = _reported(times, data, point, information, sloped=slopes)
    return TimeCalibration(
        parameters=parameters,
        se_intensity=errors[0],
        se_discrimination=errors[1],
        se_slope=errors[2],
        se_spread=float(errors[3][0]),
        timed=data.known.sum(axis=0),
        n_persons=times.n_persons,
        n_free=len(found.point),
        log_likelihood=found.objective,
        iterations=found.iterations,
        step=found.step,
        converged=True,
        gradient_norm=float(np.abs(score).max()) / times.n_persons,
        trace=found.trace,
    )


def _check(times: ResponseTimes) -> None:
    if times.n_items < FEWEST_ITEMS:
        raise BadTimes(reason=f"it has {times.n_items} items and a model of speed needs at least {FEWEST_ITEMS}")
    number = times.timed.sum(axis=0)
    few = np.flatnonzero(number < FEWEST_TIMES)
    if len(few):
        raise TooFewTimes(item=times.items[few[0]], n=int(number[few[0]]), least=FEWEST_TIMES)
    for place, name in enumerate(times.items):
        seen = times.seconds[times.timed[:, place], place]
        if seen.min() == seen.max():
            raise TimesAlike(item=name)


def _start(data: _Data, *, sloped: bool) -> _Point:
    """Half of the variance of every item as speed."""
    half = data.square.sum(axis=0) / data.known.sum(axis=0) / 2
    k = len(half)
    slope = np.sqrt(half) if sloped else np.ones(k)
    return _Point(np.zeros(k), -np.log(half) / 2, slope, 0.0 if sloped else float(np.log(half.mean()) / 2))


def _posterior(data: _Data, point: _Point) -> tuple[Floats, Floats]:
    """Mean and variance of the speed of every person, (n,) each."""
    weight = point.weight * point.slope
    precision = np.exp(-2 * point.log_spread) + data.known @ (weight * point.slope)
    pull = data.known @ (weight * point.intensity) - data.log @ weight
    return pull / precision, 1 / precision


def _pass(data: _Data, point: _Point, *, sloped: bool) -> tuple[float, _Point]:
    """Log-likelihood at a point, and the point after a step of EM."""
    mean, variance = _posterior(data, point)
    height = _height(data, point, mean, variance)
    second = mean**2 + variance
    n, first, square = data.known.sum(axis=0), data.known.T @ mean, data.known.T @ second
    y, product = data.log.sum(axis=0), data.log.T @ mean
    if sloped:
        slope = -(product - y * first / n) / (square - first**2 / n)
        log_spread = 0.0
    else:
        slope = point.slope
        log_spread = float(np.log(second.mean()) / 2)
    intensity = (y + slope * first) / n
    rest = data.square.sum(axis=0) - n * intensity**2 + slope**2 * square + 2 * slope * product
    rest += 2 * intensity * (n * intensity - y - slope * first)
    smallest = (NARROWEST / 10) ** 2
    return height, _Point(intensity, -np.log(np.maximum(rest / n, smallest)) / 2, slope, log_spread)


def _height(data: _Data, point: _Point, mean: Floats, variance: Floats) -> float:
    weight, beta = point.weight, point.intensity
    squares = data.square @ weight - 2 * data.log @ (weight * beta) + data.known @ (weight * beta**2)
    constants = data.known @ (np.log(2 * np.pi) - 2 * point.log_discrimination)
    shrunk = 2 * point.log_spread - np.log(variance) - mean**2 / variance
    return float(-(constants + squares + shrunk).sum() / 2)


def _curvature(data: _Data, point: _Point, *, sloped: bool) -> tuple[Floats, Floats]:
    """Score (P,) and observed information (P, P) of the parameters as climbed."""
    k = len(point.intensity)
    size = 3 * k if sloped else 2 * k + 1
    score, information = np.zeros(size), np.zeros((size, size))
    for start in range(0, len(data.log), BLOCK):
        part = slice(start, start + BLOCK)
        some = _Data(data.log[part], data.known[part], data.square[part], data.middle)
        mean, variance = _posterior(some, point)
        level, straight, bent = _score_parts(some, point, mean, sloped=sloped)
        score += level.sum(axis=0) + bent.T @ variance
        information += _complete(some, point, mean, variance, sloped=sloped)
        information -= (straight.T * variance) @ straight + (bent.T * (2 * variance**2)) @ bent
    return score, information


def _score_parts(data: _Data, point: _Point, mean: Floats, *, sloped: bool) -> tuple[Floats, Floats, Floats]:
    """Score of each person's complete data as a parabola in speed around its posterior mean: three parts (n, P)."""
    weight, slope, known = point.weight, point.slope, data.known
    m = mean[:, None]
    error = data.log - known * (point.intensity - slope * m)
    parts = [
        (weight * error, known * (weight * slope), 0 * known),
        (known - weight * error**2, -2 * weight * slope * error, -known * (weight * slope**2)),
    ]
    if sloped:
        parts.append((-weight * m * error, -weight * (error + known * m * slope), -known * (weight * slope)))
    else:
        precision = np.exp(-2 * point.log_spread)
        parts.append((m**2 * precision - 1, 2 * m * precision, np.full_like(m, precision)))
    level, straight, bent = (np.concatenate(columns, axis=1) for columns in zip(*parts, strict=True))
    return level, straight, bent


def _complete(data: _Data, point: _Point, mean: Floats, variance: Floats, *, sloped: bool) -> Floats:
    """Posterior mean of the information of the complete data, (P, P): items do not share any."""
    weight, slope, known = point.weight, point.slope, data.known
    k = len(weight)
    error = data.log - known * (point.intensity - np.multiply.outer(mean, slope))
    spread = known.T @ variance
    beta, alpha, last = np.arange(k), np.arange(k, 2 * k), np.arange(2 * k, 3 * k)
    out = np.zeros((3 * k, 3 * k) if sloped else (2 * k + 1, 2 * k + 1))
    out[beta, beta] = weight * known.sum(axis=0)
    out[beta, alpha] = out[alpha, beta] = -2 * weight * error.sum(axis=0)
    out[alpha, alpha] = 2 * weight * ((error**2).sum(axis=0) + slope**2 * spread)
    if sloped:
        out[last, last] = weight * (known.T @ mean**2 + spread)
        out[beta, last] = out[last, beta] = -weight * (known.T @ mean)
        out[alpha, last] = out[last, alpha] = 2 * weight * (error.T @ mean + slope * spread)
    else:
        out[-1, -1] = 2 * np.exp(-2 * point.log_spread) * float((mean**2 + variance).sum())
    return out


def _reported(
    times: ResponseTimes, data: _Data, point: _Point, information: Floats, *, sloped: bool
) -> tuple[TimeParameters, list[Floats]]:
    """Parameters with slopes of mean 1, and the standard errors of the four kinds by the delta method."""
    k = times.n_items
    try:
        factor = np.linalg.cholesky(information)
    except np.linalg.LinAlgError:
        flattest = int(np.abs(np.linalg.eigh(information)[1][: 2 * k, 0]).argmax()) % k
        raise FlatLikelihood(item=times.items[flattest]) from None
    inverse = np.linalg.inv(factor)
    covariance = inverse.T @ inverse
    alpha = np.exp(point.log_discrimination)
    errors = np.sqrt(np.diag(covariance))
    if sloped:
        middle = float(point.slope.mean())
        slope, spread = point.slope / middle, abs(middle)
        turn = np.eye(k) / middle - np.outer(point.slope, np.full(k, 1 / (k * middle**2)))
        last = covariance[2 * k :, 2 * k :]
        se_slope, se_spread = np.sqrt(np.diag(turn @ last @ turn.T)), np.sqrt([float(last.mean())])
    else:
        slope, spread = np.ones(k), float(np.exp(point.log_spread))
        se_slope, se_spread = np.zeros(k), spread * errors[-1:]
    parameters = TimeParameters(times.items, point.intensity + data.middle, alpha, slope, spread)
    return parameters, [errors[:k], alpha * errors[k : 2 * k], se_slope, se_spread]
