r"""Person fit by the likelihood of the answer pattern: Zh (lz) and its correction lz*.

.. math:: l_z = \frac{l_0 - E(l_0)}{\sqrt{V(l_0)}}, \qquad l_0 = \sum_j \log P_{j x_j}(\hat\theta)

with expectation and variance over all patterns at the ability [1]_ [2]_; of polytomous items this is called Zh. Low
values mean answers that do not go with the ability: easy items missed and hard ones solved. With an estimated ability
the variance is too large and :math:`l_z` too narrow. With :math:`w_{jc} = \log P_{jc}` less what ability
explains of it,

.. math:: \tilde w_{jc} = w_{jc} - c\, \frac{P'_{jc}}{P_{jc}}, \qquad
          c = \frac{\sum_j \sum_c P'_{jc} w_{jc}}{\sum_j \sum_c P'^2_{jc} / P_{jc}}, \qquad
          l_z^* = \frac{l_0 - E(l_0) + c\, r_0}{\sqrt{\sum_j V(\tilde w_j)}}

is standard normal for long tests [3]_ [4]_. The estimator enters by :math:`r_0`, which its equation
:math:`r_0 + \sum_j P'_{j x_j}/P_{j x_j} = 0` defines: 0 for maximum likelihood, :math:`J / 2I` for Warm's weighted
likelihood and :math:`I' / 2I` for that by the root of the information (the same where there are no asymptotes),
:math:`(\mu - \theta)/\sigma^2` for the posterior mode, which EAP is close to.

References
----------
.. [1] Drasgow, F., Levine, M. V., & Williams, E. A. (1985). Appropriateness measurement with polychotomous item
   response models and standardized indices. *British Journal of Mathematical and Statistical Psychology*, 38, 67-86.
.. [2] Levine, M. V., & Rubin, D. B. (1979). Measuring the appropriateness of multiple-choice test scores. *Journal of
   Educational Statistics*, 4, 269-290.
.. [3] Snijders, T. A. B. (2001). Asymptotic null distribution of person fit statistics with estimated person parameter.
   *Psychometrika*, 66, 331-342.
.. [4] Sinharay, S. (2016). Asymptotically correct standardization of person-fit statistics beyond dichotomous items.
   *Psychometrika*, 81, 992-1013.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from kaoping.scoring.arrays import Answers, Floats
from kaoping.scoring.fit.residuals import BATCH, checked
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.quadrature import Quadrature, normal
from kaoping.scoring.responses import ResponseMatrix

SMALLEST = 1e-10
"""A variance below this is none: no pattern of the items is more surprising than another."""


class Estimator(StrEnum):
    """How the abilities were estimated, which lz* depends on.

    ``wle`` is weighted by the root of the information, as `weighted_likelihood` does if nothing else is said; EAP is
    taken for the posterior mode that it is close to.
    """

    MAXIMUM = "ml"
    WEIGHTED = "wle"
    WARM = "warm"
    MODE = "map"
    MEAN = "eap"


@dataclass(frozen=True, eq=False)
class PatternLikelihood:
    """Log-likelihood of each person's answers (n,), standardized ``zh`` (lz), and corrected ``lz_star``.

    They are not numbers where no pattern is more surprising than another: ``zh`` if all are equally likely at the
    ability, ``lz_star`` also if ability explains the whole likelihood, as with one item or with items all alike.
    """

    log_likelihood: Floats
    zh: Floats
    lz_star: Floats


@dataclass(frozen=True, eq=False)
class _Moments:
    """Sums over the known items of a person, (n,): log-likelihood, expectation, variance, and what lz* needs."""

    reached: Floats
    expected: Floats
    variance: Floats
    slope: Floats
    information: Floats
    bend: Floats
    trend: Floats


def pattern_likelihood(
    responses: ResponseMatrix,
    parameters: ItemParameters,
    *,
    theta: ArrayLike,
    estimator: str = Estimator.MEAN,
    population: Quadrature | None = None,
) -> PatternLikelihood:
    """Calculate Zh and lz* of every person.

    Parameters
    ----------
    responses : answers of n persons to k items, possibly incomplete.
    theta : (n,) ability of each person, in logits.
    estimator : how ``theta`` was estimated, see `Estimator`.
    population : that EAP or MAP drew the abilities to; standard normal if not given.

    Raises
    ------
    BadParameters
        The parameters are not those of the items answered, or there is not one finite ability for each person.

    >>> four = ItemParameters.logistic([1.5] * 4, [-1.5, -0.5, 0.5, 1.5])
    >>> found = pattern_likelihood(ResponseMatrix([[1, 1, 0, 0], [0, 0, 1, 1]]), four, theta=np.zeros(2))
    >>> found.zh.round(2)
    array([ 0.86, -4.81])
    """
    abilities = checked(responses, parameters, theta)
    found = _moments(responses, parameters, abilities)
    above = found.reached - found.expected
    by = np.divide(found.slope, found.information, out=np.zeros_like(abilities), where=found.information > 0)
    drawn = by * _drawn(Estimator(estimator), found, abilities, population or normal())
    left = found.variance - found.slope * by
    return PatternLikelihood(
        found.reached,
        _standardized(above, found.variance, least=SMALLEST),
        _standardized(above + drawn, left, least=SMALLEST * np.maximum(found.variance, 1.0)),
    )


def _standardized(value: Floats, variance: Floats, *, least: Floats | float) -> Floats:
    """Divide by the standard deviation where there is one."""
    found = np.full_like(value, np.nan)
    return np.divide(value, np.sqrt(np.maximum(variance, 0.0)), out=found, where=variance > least)


def _moments(responses: ResponseMatrix, parameters: ItemParameters, theta: Floats) -> _Moments:
    """Sum a batch of persons at a time: their chances are categories times as many numbers as answers."""
    batches = (slice(start, start + BATCH) for start in range(0, len(theta), BATCH))
    parts = [_of_batch(responses.block(batch), parameters, theta[batch]) for batch in batches]
    return _Moments(*np.concatenate(parts, axis=1))


def _of_batch(answers: Answers, parameters: ItemParameters, theta: Floats) -> Floats:
    log = parameters.log_probabilities(theta)
    chance = np.exp(log)
    log = np.where(chance > 0, log, 0.0)
    first, second = parameters.along_theta(theta)
    chosen = np.take_along_axis(log, np.maximum(answers, 0).T[:, None].astype(np.int64), axis=1)[:, 0]
    mean = (chance * log).sum(axis=1)
    parts = (
        chosen,
        mean,
        (chance * log**2).sum(axis=1) - mean**2,
        (chance * first * log).sum(axis=1),
        (chance * first**2).sum(axis=1),
        (chance * first * (second + first**2)).sum(axis=1),
        (chance * first * (2 * second + first**2)).sum(axis=1),
    )
    return np.stack([(part.T * (answers >= 0)).sum(axis=1) for part in parts])


def _drawn(estimator: Estimator, found: _Moments, theta: Floats, population: Quadrature) -> Floats:
    """What the estimator adds to the derivative of the log-likelihood, r0, (n,)."""
    if estimator is Estimator.MAXIMUM:
        return np.zeros_like(theta)
    if estimator in {Estimator.WEIGHTED, Estimator.WARM}:
        weight = found.trend if estimator is Estimator.WEIGHTED else found.bend
        return np.divide(weight, 2 * found.information, out=np.zeros_like(theta), where=found.information > 0)
    mean = float(population.weights @ population.nodes)
    return (mean - theta) / float(population.weights @ (population.nodes - mean) ** 2)
