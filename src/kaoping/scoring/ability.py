r"""Ability of persons from known item parameters, of any models mixed, with complete, incomplete or sparse answers.

========  =========================================================  ==================================================
method    estimate                                                   standard error
========  =========================================================  ==================================================
``eap``   mean of the posterior                                      its standard deviation
``map``   highest point of the posterior                             one over root observed information of the posterior
``ml``    highest point of the likelihood                            one over root observed information
``wle``   highest point of the likelihood times a weight             see `weighted_likelihood`
========  =========================================================  ==================================================

With the posterior :math:`p_i` over the population

.. math:: \hat\theta_i = \sum_q \theta_q\, p_i(\theta_q), \qquad
          SE_i^2 = \sum_q (\theta_q - \hat\theta_i)^2\, p_i(\theta_q)

are EAP and its error; how peaks are found is told in `kaoping.scoring.modes`, EAP from the sum of the marks in
`kaoping.scoring.sum_scores`.

References
----------
Bock, R. D., & Mislevy, R. J. (1982). Adaptive EAP estimation of ability in a microcomputer environment. *Applied
Psychological Measurement*, 6, 431-444.
Warm, T. A. (1989). Weighted likelihood estimation of ability in item response theory. *Psychometrika*, 54, 427-450.
Green, B. F., Bock, R. D., Humphreys, L. G., Linn, R. L., & Reckase, M. D. (1984). Technical guidelines for assessing
computerized adaptive tests. *Journal of Educational Measurement*, 21, 347-360.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from kaoping.scoring.arrangement import Columns, arrange
from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.densities import LogDensity
from kaoping.scoring.errors import BadParameters, NothingKnown
from kaoping.scoring.grids import Population, checked, grids, normal_grid
from kaoping.scoring.likelihood import Curves, curves, exponentiate, joint
from kaoping.scoring.likelihood_weights import Flat, LikelihoodWeight, Prior, RootInformation, Warm
from kaoping.scoring.modes import ModeSearch
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.quadrature import Quadrature
from kaoping.scoring.responses import ResponseMatrix


@dataclass(frozen=True, eq=False)
class Abilities:
    """Ability ``theta`` (n,) and its standard error ``se`` (n,), both in logits.

    Maximum likelihood has no finite value where the answers are as likely the further one goes, as when all are right:
    ``theta`` is then plus or minus infinity, ``se`` infinity, and ``extreme`` tells the direction.
    """

    theta: Floats
    se: Floats

    @property
    def extreme(self) -> Whole:
        """(n,) 1 or -1 where the estimate is plus or minus infinity, otherwise 0.

        >>> Abilities(np.array([0.5, -np.inf]), np.array([0.3, np.inf])).extreme
        array([ 0, -1])
        """
        return np.where(np.isinf(self.theta), np.sign(self.theta), 0.0).astype(np.int64)


class Weighting(StrEnum):
    """What the likelihood is multiplied by in `weighted_likelihood`."""

    INFORMATION = "information"
    WARM = "warm"


class Information(StrEnum):
    """What standard errors of peaks come from: the curvature at the peak, or its expectation there."""

    OBSERVED = "observed"
    EXPECTED = "expected"


class Reliability(StrEnum):
    """Definitions of `marginal_reliability`, with the information I and the variance v of the population.

    ``posterior``: the mean of I / (I + 1/v), the share of variance that a normal posterior explains; ``error``: 1 less
    the mean of 1/I over v (Green et al., 1984), below zero for tests that say nothing at the ends of the population;
    ``harmonic``: v over v plus the mean of 1/I.
    """

    POSTERIOR = "posterior"
    ERROR = "error"
    HARMONIC = "harmonic"


@dataclass(frozen=True, eq=False)
class Grid:
    """What EAP needs of items and population: curves, log shares (q,), and powers 0, 1, 2 of the nodes (q, 3)."""

    items: Curves
    log_weights: Floats
    powers: Floats

    @classmethod
    def of(cls, population: Quadrature, parameters: ItemParameters, columns: Columns) -> "Grid":
        """Calculate it."""
        nodes = population.nodes
        items = curves(parameters.log_probabilities(nodes), columns, nodes)
        with np.errstate(divide="ignore"):
            log_weights = np.log(population.weights)
        return cls(items, log_weights, np.stack([np.ones_like(nodes), nodes, nodes**2], axis=1))


def eap(responses: ResponseMatrix, parameters: ItemParameters, *, population: Population = None) -> Abilities:
    """Posterior mean and standard deviation of every person.

    Nobody is left without a value: all right, all wrong and few answers are drawn towards the population.

    Parameters
    ----------
    responses : (n, k) answers, possibly incomplete.
    parameters : the k items, in the same order.
    population : one grid, or one for each group; standard normal if not given, as fine as the answers need.

    Raises
    ------
    BadParameters
        The parameters are not those of the items answered.
    BadPopulation
        The population is not a distribution, or there is not one for each group.

    >>> answers = ResponseMatrix([[1, 1, 1], [0, 0, 0]])
    >>> eap(answers, ItemParameters.logistic(np.ones(3), np.zeros(3))).theta.round(2)
    array([ 0.92, -0.92])
    """
    fitting(responses, parameters)
    populations = grids(population, responses, parameters)
    arrangement = arrange(responses, parameters.models)
    prepared = {id(grid): Grid.of(grid, parameters, arrangement.columns) for grid in populations}
    moments = np.empty((3, arrangement.n_rows))
    for rows, block in arrangement.rows():
        grid = prepared[id(populations[block.group])]
        density, _ = joint(block, grid.items, grid.log_weights)
        exponentiate(density)
        moments[:, rows] = (density @ grid.powers).T
    total, first, second = moments[:, arrangement.order]
    theta = first / total
    return Abilities(theta, np.sqrt(np.maximum(second / total - theta**2, 0.0)))


def maximum_a_posteriori(
    responses: ResponseMatrix,
    parameters: ItemParameters,
    *,
    population: Population = None,
    information: str = Information.OBSERVED,
) -> Abilities:
    r"""Highest point of every person's posterior, :math:`\log L(\theta) + \log g(\theta)`.

    The standard error is one over the root of minus the second derivative there, or of its expectation. Of a population
    on a grid the density is that of `LogDensity`, which for a normal one is exact.

    Parameters and errors as for `eap`; `BadPopulation` also for a grid without a density.

    >>> answers = ResponseMatrix([[1, 1, 1], [0, 0, 0]])
    >>> maximum_a_posteriori(answers, ItemParameters.logistic(np.ones(3), np.zeros(3))).theta.round(2)
    array([ 0.88, -0.88])
    """
    fitting(responses, parameters)
    populations = grids(population, responses, parameters)
    return _modal(responses, parameters, Prior(tuple(LogDensity.of(grid) for grid in populations)), information)


def maximum_likelihood(
    responses: ResponseMatrix, parameters: ItemParameters, *, information: str = Information.OBSERVED
) -> Abilities:
    r"""Highest point of every person's likelihood; infinite where there is none (see `Abilities`).

    The standard error is one over the root of the observed information, :math:`-(\log L)''(\hat\theta)`, or of the
    expected one. They are the same for divide-by-total models.

    Raises
    ------
    BadParameters
        The parameters are not those of the items answered.
    NothingKnown
        A person has no answers.

    >>> answers = ResponseMatrix([[1, 1, 0], [1, 1, 1]])
    >>> maximum_likelihood(answers, ItemParameters.logistic(np.ones(3), np.zeros(3))).theta.round(3)
    array([0.693,   inf])
    """
    fitting(responses, parameters)
    return _modal(responses, parameters, Flat(), information)


def weighted_likelihood(
    responses: ResponseMatrix, parameters: ItemParameters, *, weight: str = Weighting.INFORMATION
) -> Abilities:
    r"""Highest point of every person's likelihood times a weight against its bias; always finite.

    Warm's weight takes the bias of first order away. Root information is that weight unless items have asymptotes; with
    them it draws upwards, by as much as maximum likelihood errs downwards: take ``warm`` there, unless the results have
    to be those of mirt.

    Parameters
    ----------
    responses, parameters : as for `eap`.
    weight : ``information``, :math:`\log L + \log\sqrt{I}` (Jeffreys' prior, as the R package mirt has it), with one
        over the root of minus its second derivative as standard error; or ``warm``, the root of
        :math:`(\log L)' + J/(2I)` (Warm, 1989, as the R package catR has it), with one over root information. Both have
        the same estimate unless items have asymptotes (Magis & Raîche, 2012).

    Raises
    ------
    BadParameters, NothingKnown
        As for `maximum_likelihood`.

    >>> answers = ResponseMatrix([[1, 1, 0], [1, 1, 1]])
    >>> weighted_likelihood(answers, ItemParameters.logistic(np.ones(3), np.zeros(3))).theta.round(3)
    array([0.511, 1.946])
    """
    fitting(responses, parameters)
    if Weighting(weight) is Weighting.WARM:
        return _modal(responses, parameters, Warm(), Information.EXPECTED)
    return _modal(responses, parameters, RootInformation(), Information.OBSERVED)


def _modal(
    responses: ResponseMatrix, parameters: ItemParameters, weight: LikelihoodWeight, information: str
) -> Abilities:  # fmt: skip
    arrangement = arrange(responses, parameters.models)
    expected = Information(information) is Information.EXPECTED
    found = ModeSearch(parameters, arrangement.columns, weight, expected).modes(arrangement)
    unknown = np.isnan(found.theta)
    if unknown.any():
        raise NothingKnown(person=responses.persons[int(unknown.argmax())])
    return Abilities(found.theta, error_of(found.sharpness))


def error_of(information: Floats) -> Floats:
    """Give one over the root of an information (n,); infinity where there is none."""
    with np.errstate(divide="ignore"):
        return np.asarray(1 / np.sqrt(np.maximum(information, 0.0)))


def fitting(responses: ResponseMatrix, parameters: ItemParameters) -> None:
    """Refuse parameters that are not those of the items answered.

    Raises
    ------
    BadParameters
    """
    if parameters.names != responses.items:
        raise BadParameters(reason="the items are not those of the answers, in the same order")
    beyond = np.flatnonzero(responses.categories > parameters.categories)
    if len(beyond):
        raise BadParameters(reason=f"item {responses.items[beyond[0]]} has answers beyond its model's categories")


def total_information(theta: Floats, parameters: ItemParameters) -> Floats:
    """Information of the whole test at each ability, (n,), per squared logit.

    >>> total_information(np.array([0.0]), ItemParameters.logistic([2.0, 2.0], [0.0, 0.0]))
    array([2.])
    """
    total: Floats = parameters.information(theta).sum(axis=0)
    return total


def sem_at(theta: Floats, parameters: ItemParameters) -> Floats:
    """Give the standard error of measurement of ability at each ability, (n,), in logits: one over root information.

    It is that of maximum likelihood, for items of any models; infinity where the test tells nothing.

    >>> sem_at(np.array([0.0]), ItemParameters.logistic(np.ones(16), np.zeros(16)))
    array([0.5])
    """
    return error_of(total_information(theta, parameters))


def empirical_reliability(abilities: Abilities) -> float:
    """Share of variance that is signal in posterior means or modes (``eap``, ``map``) of these persons.

    ``Var(theta) / (Var(theta) + mean(se²))``, with the sample variance: estimates that are drawn towards the population
    vary by as much less as their errors tell.

    >>> empirical_reliability(Abilities(np.array([-1.0, 0.0, 1.0]), np.full(3, 0.5)))
    0.8
    """
    signal = float(np.var(abilities.theta, ddof=1))
    return signal / (signal + float(np.mean(abilities.se**2)))


def separation_reliability(abilities: Abilities) -> float:
    """Share of variance that is signal in estimates that are not drawn together (``ml``, ``wle``) of these persons.

    ``1 - mean(se²) / Var(theta)``, with the sample variance, over the persons with a finite estimate (Wright & Masters,
    1982, *Rating Scale Analysis*, ch. 5). It is below zero where the errors are larger than the differences.

    >>> separation_reliability(Abilities(np.array([-1.0, 0.0, 1.0, np.inf]), np.array([0.5, 0.5, 0.5, np.inf])))
    0.75
    """
    finite = np.isfinite(abilities.theta)
    return float(1 - np.mean(abilities.se[finite] ** 2) / np.var(abilities.theta[finite], ddof=1))


def marginal_reliability(
    parameters: ItemParameters, *, population: Quadrature | None = None, definition: str = Reliability.POSTERIOR
) -> float:
    """Reliability of the test in the reference population; see `Reliability` for the definitions.

    >>> items = ItemParameters.logistic(np.ones(40), np.zeros(40))
    >>> [round(marginal_reliability(items, definition=name), 3) for name in Reliability]
    [0.885, 0.868, 0.883]
    """
    grid = normal_grid(parameters) if population is None else checked(population)
    mean = grid.weights @ grid.nodes
    variance = float(grid.weights @ (grid.nodes - mean) ** 2)
    amount = total_information(grid.nodes, parameters)
    match Reliability(definition):
        case Reliability.POSTERIOR:
            return float(grid.weights @ (amount / (amount + 1 / variance)))
        case Reliability.ERROR:
            return float(1 - grid.weights @ (1 / amount) / variance)
        case Reliability.HARMONIC:
            return float(variance / (variance + grid.weights @ (1 / amount)))
