r"""The normal population of ability that answers to known items come from: mean and spread of highest likelihood.

Groups of persons, such as rooms, have means of their own and share the spread. So that a small group, all of whose
answers may be right, has a mean at all, it is drawn to the others' by one person's worth: the likelihood is penalised
by :math:`\sum_g (\mu_g - \mu)^2 / 2\sigma^2`. Of a single group nothing is taken off.
"""

from dataclasses import dataclass

import numpy as np

from kaoping.scoring.acceleration import climb
from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.integrity.errors import AnswersAlike
from kaoping.scoring.integrity.speed_ability import node_likelihood
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.quadrature import WIDTH, Quadrature, even_nodes, normal, spacing_for
from kaoping.scoring.responses import ResponseMatrix

WIDEST, NODES = 8.0, 161
FINE = 121
NARROWEST = 0.2
"""Smallest spread: few answers of few persons cannot tell less from none, and people are never so alike."""


@dataclass(frozen=True, eq=False)
class AbilityPopulations:
    """Normal populations of g groups: names, means (g,), and the spread that they share."""

    groups: tuple[str, ...]
    mean: Floats
    sd: float

    def nodes(self, parameters: ItemParameters) -> Floats:
        """Give abilities (q,) on which the populations of all groups lie, as fine as the answers need."""
        low, high = self.mean.min() - WIDTH * self.sd, self.mean.max() + WIDTH * self.sd
        amount = parameters.information(np.linspace(low, high, NODES)).sum(axis=0).max()
        return even_nodes(float(low), float(high), spacing_for(float(amount), self.sd))

    def log_shares(self, nodes: Floats) -> Floats:
        """Give the logarithm of the share of each group at the nodes, (g, q), up to a constant."""
        return np.asarray(-(((nodes - self.mean[:, None]) / self.sd) ** 2) / 2)

    def facts(self) -> dict[str, object]:
        """Give what a report says of them."""
        means = self.mean.tolist()
        return {"mean": means[0] if len(means) == 1 else dict(zip(self.groups, means, strict=True)), "sd": self.sd}


def ability_population(
    responses: ResponseMatrix, parameters: ItemParameters, *, tolerance: float = 1e-6, max_iterations: int = 2000
) -> Quadrature:
    """Estimate the population of the persons by EM, and give it as a grid; its spread is at least .2.

    Parameters
    ----------
    responses : (n, k) answers; items that everybody solved or missed do no harm.
    parameters : the k items.

    Raises
    ------
    BadParameters
        The parameters are not those of the items answered.
    AnswersAlike
        All answers are right, or all wrong.
    NotConverged
        The persons are too few to tell.

    >>> from kaoping.scoring.simulation import simulate
    >>> rng = np.random.default_rng(1)
    >>> items = ItemParameters.logistic(np.ones(30), np.linspace(-2, 2, 30))
    >>> found = ability_population(simulate(rng.normal(0.5, 1.2, 2000), items, rng=rng), items)
    >>> round(float(found.weights @ found.nodes), 1)
    0.5
    """
    everybody = np.zeros(responses.n_persons, dtype=np.int64)
    found = _estimated(responses, parameters, everybody, ("",), tolerance, max_iterations)
    return normal(FINE, mean=float(found.mean[0]), sd=found.sd)


def ability_populations(
    responses: ResponseMatrix, parameters: ItemParameters, *, tolerance: float = 1e-5, max_iterations: int = 2000
) -> AbilityPopulations:
    """Estimate the populations of the groups of the persons; errors are those of `ability_population`."""
    return _estimated(responses, parameters, responses.group, responses.group_names, tolerance, max_iterations)


def _estimated(
    responses: ResponseMatrix,
    parameters: ItemParameters,
    group: Whole,
    names: tuple[str, ...],
    tolerance: float,
    most: int,
) -> AbilityPopulations:
    nodes = np.linspace(-WIDEST, WIDEST, NODES)
    log = node_likelihood(responses, parameters, nodes)
    if log.sum(axis=0).argmax() in {0, NODES - 1}:
        raise AnswersAlike
    start = np.zeros(len(names) + 1)
    found = climb(lambda x: _pass(log, nodes, group, x), start, tolerance=tolerance, max_iterations=most)
    return AbilityPopulations(names, found.point[:-1], _spread(found.point))


def _spread(point: Floats) -> float:
    return float(np.exp(np.clip(point[-1], np.log(NARROWEST), np.log(WIDEST))))


def _pass(log: Floats, nodes: Floats, group: Whole, point: Floats) -> tuple[float, Floats]:
    """Penalised log-likelihood, and means and log spread after a step of EM."""
    mean, spread = point[:-1], _spread(point)
    number = np.bincount(group, minlength=len(mean))
    joint = log - (((nodes - mean[:, None]) / spread) ** 2 / 2)[group] - np.log(spread)
    peak = joint.max(axis=1, keepdims=True)
    weights = np.exp(joint - peak)
    total = weights.sum(axis=1, keepdims=True)
    shares = np.zeros((len(mean), len(nodes)))
    np.add.at(shares, group, weights / total)
    told, part = shares @ nodes / number, number / (number + 1)
    overall = part @ told / part.sum()
    after = (number * told + overall) / (number + 1)
    squares = (shares * (nodes - after[:, None]) ** 2).sum() + ((after - overall) ** 2).sum()
    height = float((np.log(total) + peak).sum() - ((mean - mean.mean()) ** 2).sum() / (2 * spread**2))
    variance = np.clip(squares / number.sum(), NARROWEST**2, WIDEST**2)
    return height, np.append(after, np.log(variance) / 2)
