r"""Times that are unusual for a person of this speed: of single answers, and of all answers of a person together.

Given the other times of the person, the log time of an answer is normal [1]_: with prior mean :math:`\mu_i` and
variance :math:`V_i` of speed, and the sums over the other items
:math:`h = V_i^{-1} + \sum_{l \ne j} \alpha_l^2 \varphi_l^2` and
:math:`m = h^{-1} (\mu_i V_i^{-1} + \sum_{l \ne j} \alpha_l^2 \varphi_l (\beta_l - y_{il}))`,

.. math:: z_{ij} = \frac{y_{ij} - \beta_j + \varphi_j m}{\sqrt{\alpha_j^{-2} + \varphi_j^2 h^{-1}}} \sim N(0, 1)

The prior is the population, or what the answers tell of the person (`kaoping.scoring.integrity.speed_ability`).
All times together [2]_ [3]_:

.. math:: \ell^t_i = \sum_j \alpha_j^2 (y_{ij} - \beta_j + \varphi_j \hat\tau_i)^2 \sim \chi^2_{k_i - 1}

with the maximum-likelihood speed, exactly: it is the residual sum of squares of a regression with one coefficient.
Where no item of a person tells anything of speed, none is estimated, and there are :math:`k_i` degrees of freedom.

References
----------
.. [1] van der Linden, W. J., & Guo, F. (2008). Bayesian procedures for identifying aberrant response-time patterns in
   adaptive testing. *Psychometrika*, 73, 365-384.
.. [2] Marianti, S., Fox, J.-P., Avetisyan, M., Veldkamp, B. P., & Tijmstra, J. (2014). Testing for aberrant behavior in
   response time modeling. *Journal of Educational and Behavioral Statistics*, 39, 426-451.
.. [3] Sinharay, S. (2018). A new person-fit statistic for the lognormal model for response times. *Journal of
   Educational Measurement*, 55, 457-476.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy import special

from kaoping.scoring.arrays import Floats
from kaoping.scoring.dif.significance import Adjustment, chi_square_tail
from kaoping.scoring.integrity.errors import NothingToScreen
from kaoping.scoring.integrity.evidence import Evidence, Unjudged
from kaoping.scoring.integrity.lognormal import TimeParameters, fitting, speed_sums
from kaoping.scoring.integrity.response_times import ResponseTimes


class Tail(StrEnum):
    """Which answers are unusual: those that came too fast, or too slowly."""

    FAST = "fast"
    SLOW = "slow"


@dataclass(frozen=True, eq=False)
class SpeedPrior:
    """What is known of the speed of n persons before their times: mean and variance, (n,); infinite for nothing."""

    mean: Floats
    variance: Floats

    @classmethod
    def of_population(cls, parameters: TimeParameters, n: int) -> "SpeedPrior":
        """Give the population's."""
        return cls(np.zeros(n), np.full(n, parameters.spread**2))

    @classmethod
    def flat(cls, n: int) -> "SpeedPrior":
        """Give none, so that the times alone speak."""
        return cls(np.zeros(n), np.full(n, np.inf))


def predictive_residuals(times: ResponseTimes, parameters: TimeParameters, prior: SpeedPrior | None = None) -> Floats:
    """Standardise every log time given the person's other times, (n, k): below zero is faster than expected.

    Parameters
    ----------
    times : of n persons on k items.
    parameters : of the k items.
    prior : the population if not given.

    Returns
    -------
    (n, k) z, standard normal under the model; not a number where there is no time, or nothing to predict it from.

    Raises
    ------
    BadTimeParameters
        The parameters are not those of the items.

    >>> items = TimeParameters(("A", "B"), np.log([60.0, 30.0]), np.full(2, 2.0), np.ones(2), 0.3)
    >>> predictive_residuals(ResponseTimes([[60.0, 3.0]], ("A", "B")), items).round(2)
    array([[ 1.08, -4.09]])
    """
    predicted = predictive(times, parameters, prior)
    return np.where(np.isfinite(predicted.sd), (times.log - predicted.mean) / predicted.sd, np.nan)


@dataclass(frozen=True, eq=False)
class Predictive:
    """Mean and standard deviation (n, k) of every log time given the person's other times."""

    mean: Floats
    sd: Floats


def predictive(times: ResponseTimes, parameters: TimeParameters, prior: SpeedPrior | None = None) -> Predictive:
    """Predict every log time from the person's other times; where it cannot be, ``sd`` is infinite."""
    fitting(times, parameters)
    before = prior or SpeedPrior.of_population(parameters, times.n_persons)
    sums, alpha, phi = speed_sums(times, parameters), parameters.discrimination, parameters.slope
    own = times.timed * (alpha**2 * phi * (parameters.intensity - times.log))
    precision = (sums.information + 1 / before.variance)[:, None] - times.timed * parameters.information
    pull = (sums.pull + before.mean / before.variance)[:, None] - own
    informed = times.timed & (precision > 1e-9 * parameters.information)
    speed = np.divide(pull, precision, out=np.zeros_like(pull), where=informed)
    spread = np.divide(phi**2, precision, out=np.full_like(pull, np.inf), where=informed)
    return Predictive(parameters.intensity - phi * speed, np.sqrt(alpha**-2 + spread))


def expected_seconds(times: ResponseTimes, parameters: TimeParameters, prior: SpeedPrior | None = None) -> Floats:
    """Median time (n, k), in seconds, that the person's other times let expect."""
    return np.exp(predictive(times, parameters, prior).mean)


def answer_evidence(
    times: ResponseTimes, residuals: Floats, *, tail: str = Tail.FAST, level: float = 0.01, adjust: Adjustment = "bh"
) -> Evidence:
    """Judge every answer by its residual; a subject is a person and an item.

    Parameters
    ----------
    residuals : (n, k) as `predictive_residuals` gives them.
    tail : whether fast answers are unusual, or slow ones.
    level, adjust : as for `Evidence`.

    Raises
    ------
    NothingToScreen
        No answer has a residual.
    """
    rows, columns = np.nonzero(np.isfinite(residuals))
    if not len(rows):
        raise NothingToScreen(reason="nobody has times on two items")
    sign = -1.0 if Tail(tail) is Tail.FAST else 1.0
    statistic = sign * residuals[rows, columns]
    subjects = [(times.persons[row], times.items[column]) for row, column in zip(rows, columns, strict=True)]
    return Evidence(
        name=f"{Tail(tail)} answers", subjects=subjects, statistic=statistic, p=np.asarray(special.ndtr(-statistic)),
        level=level, adjust=adjust, noun="answers",
    )  # fmt: skip


def pattern_evidence(
    times: ResponseTimes, parameters: TimeParameters, *, level: float = 0.01, adjust: Adjustment = ""
) -> Evidence:
    """Judge every person by the sum of the squared residuals of all times.

    Raises
    ------
    BadTimeParameters
        The parameters are not those of the items.
    NothingToScreen
        Nobody has times on two items.
    """
    squares, df = squared_residuals(times, parameters)
    judged = df > 0
    if not judged.any():
        raise NothingToScreen(reason="nobody has times on two items")
    places = np.flatnonzero(judged)
    return Evidence(
        name="time pattern",
        subjects=[times.persons[place] for place in places],
        statistic=squares[places],
        p=chi_square_tail(squares[places], df[places]),
        level=level,
        adjust=adjust,
        unjudged=tuple(Unjudged(times.persons[place], "fewer than two times") for place in np.flatnonzero(~judged)),
    )


def squared_residuals(times: ResponseTimes, parameters: TimeParameters) -> tuple[Floats, Floats]:
    """Sum of squared standardised residuals of every person around the own speed, and its degrees of freedom."""
    fitting(times, parameters)
    sums, weight = speed_sums(times, parameters), parameters.discrimination**2
    known = times.timed.astype(np.float64)
    squares = (known * weight * (times.log - parameters.intensity) ** 2).sum(axis=1)
    explained = np.divide(sums.pull**2, sums.information, out=np.zeros_like(squares), where=sums.information > 0)
    return squares - explained, known.sum(axis=1) - (sums.information > 0)
