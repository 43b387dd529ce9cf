r"""Items that became easier or faster after a day on which they may have been exposed.

Two groups of persons, before and after, are compared item by item with what the persons' other answers and times let
expect, so that groups of different ability or speed are no drift. Residuals of answers are

.. math:: r_{ij} = x_{ij} - E\left(x_{ij} \mid x_{i(-j)}\right)

with the posterior of ability given the person's other answers, over the population of the person's group [1]_; those of
times are the predictive residuals of `kaoping.scoring.integrity.time_residuals` without a prior. The statistic is the
difference of the groups' mean residuals over its standard error (Welch), one-sided: easier, or faster, after.

References
----------
.. [1] Veerkamp, W. J. J., & Glas, C. A. W. (2000). Detection of known items in adaptive testing with a statistical
   quality control method. *Journal of Educational and Behavioral Statistics*, 25, 373-389.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from kaoping.scoring.arrays import Flags, Floats
from kaoping.scoring.dif.significance import Adjustment
from kaoping.scoring.grids import checked
from kaoping.scoring.integrity.errors import NothingToScreen
from kaoping.scoring.integrity.evidence import Evidence, Unjudged
from kaoping.scoring.integrity.lognormal import TimeParameters
from kaoping.scoring.integrity.response_times import ResponseTimes
from kaoping.scoring.integrity.speed_ability import node_likelihood
from kaoping.scoring.integrity.time_errors import BadExposure
from kaoping.scoring.integrity.time_residuals import SpeedPrior, predictive
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.quadrature import Quadrature
from kaoping.scoring.responses import ResponseMatrix

FEWEST = 20
"""Persons of each group with the item from which means can be compared by a normal distribution."""


@dataclass(frozen=True, eq=False)
class Drift:
    """How much easier or faster each of k items became: ``change`` (k,) with its error, positive is easier or faster.

    Of answers the unit is the share of the item's marks, of times the log second. Items with fewer than 20 persons of a
    group are not ``judged`` (k,); their numbers are zero.
    """

    name: str
    items: tuple[str, ...]
    change: Floats
    se: Floats
    judged: Flags

    def evidence(self, *, level: float = 0.01, adjust: Adjustment = "bh") -> Evidence:
        """Judge every item, one-sided.

        Raises
        ------
        NothingToScreen
            No item has enough persons of both groups.
        """
        places = np.flatnonzero(self.judged)
        if not len(places):
            raise NothingToScreen(reason=f"no item has {FEWEST} persons of both groups")
        z = self.change[places] / self.se[places]
        reason = f"fewer than {FEWEST} persons of a group"
        return Evidence(
            name=f"drift of {self.name}",
            subjects=[self.items[place] for place in places],
            statistic=z,
            p=np.asarray(special.ndtr(-z), dtype=np.float64),
            level=level,
            adjust=adjust,
            unjudged=tuple(Unjudged(self.items[place], reason) for place in np.flatnonzero(~self.judged)),
            noun="items",
        )


def answer_drift(
    responses: ResponseMatrix, parameters: ItemParameters, after: Flags, *, populations: tuple[Quadrature, Quadrature]
) -> Drift:
    """Compare the answers of persons after with those before, given their other answers.

    Parameters
    ----------
    responses : (n, k) answers.
    parameters : the k items.
    after : (n,) whether the person came after.
    populations : of ability, of the persons before and of those after.

    Raises
    ------
    BadExposure
        Everybody came before, or after.
    BadParameters
        The parameters are not those of the items answered.
    BadPopulation
        A population is not a distribution.
    """
    _check(after, responses.n_persons)
    residuals = np.empty(responses.answers.shape)
    for group, population in zip((~after, after), populations, strict=True):
        residuals[group] = _residuals(responses.take(persons=group), parameters, checked(population))
    return _compare("answers", responses.items, residuals, after)


def time_drift(times: ResponseTimes, parameters: TimeParameters, after: Flags) -> Drift:
    """Compare the times of persons after with those before, given their other times.

    Parameters
    ----------
    times : (n, k).
    parameters : of the k items.
    after : (n,) whether the person came after.

    Raises
    ------
    BadExposure
        Everybody came before, or after.
    BadTimeParameters
        The parameters are not those of the items.
    """
    _check(after, times.n_persons)
    predicted = predictive(times, parameters, SpeedPrior.flat(times.n_persons))
    saved = np.where(np.isfinite(predicted.sd), predicted.mean - times.log, np.nan)
    return _compare("times", times.items, saved, after)


def _check(after: Flags, n: int) -> None:
    if after.shape != (n,) or not after.any() or after.all():
        raise BadExposure(reason="there have to be persons before and persons after")


def _residuals(responses: ResponseMatrix, parameters: ItemParameters, population: Quadrature) -> Floats:
    """Answers less their expectation given the other answers, (n, k), as shares of the items' marks."""
    with np.errstate(divide="ignore"):
        log = node_likelihood(responses, parameters, population.nodes) + np.log(population.weights)
    chance = parameters.log_probabilities(population.nodes)
    top = np.maximum(parameters.categories - 1, 1)
    share = parameters.expected(population.nodes) / top[:, None]
    found = np.full(responses.answers.shape, np.nan)
    for item in range(responses.n_items):
        known = np.flatnonzero(responses.presented[:, item])
        own = responses.answers[known, item].astype(np.int64)
        rest = log[known] - chance[item, own]
        weights = np.exp(rest - rest.max(axis=1, keepdims=True))
        found[known, item] = own / top[item] - (weights @ share[item]) / weights.sum(axis=1)
    return found


def _compare(name: str, items: tuple[str, ...], residuals: Floats, after: Flags) -> Drift:
    """Difference of the means of two groups and its error, from the groups' own variances."""
    known = np.isfinite(residuals)
    values = np.where(known, residuals, 0.0)
    means, errors, counts = [], [], []
    for group in (after, ~after):
        number = known[group].sum(axis=0)
        safe = np.maximum(number, 2)
        mean = values[group].sum(axis=0) / safe
        squares = (known[group] * (values[group] - mean) ** 2).sum(axis=0)
        means.append(mean)
        errors.append(squares / (safe - 1) / safe)
        counts.append(number)
    se = np.sqrt(errors[0] + errors[1])
    judged = (np.minimum(*counts) >= FEWEST) & (se > 0)
    return Drift(name, items, np.where(judged, means[0] - means[1], 0.0), np.where(judged, se, 1.0), judged)
