r"""Guo: how sure a decision is by the whole likelihood of a person's answers, not by a normal error.

With the posterior over abilities that the answers leave, or the likelihood alone under a flat one,

.. math:: P(\text{level } l \mid \mathbf{x}) = \int_{c_l}^{c_{l+1}} p(\theta \mid \mathbf{x}) \, d\theta .

References
----------
Guo, F. (2006). Expected classification accuracy using the latent distribution. *Practical Assessment, Research &
Evaluation*, 11(6).
"""

import numpy as np
from numpy.typing import ArrayLike

from kaoping.scoring.ability import fitting
from kaoping.scoring.arrangement import arrange
from kaoping.scoring.arrays import Floats
from kaoping.scoring.classification.classified import Cases, Classification
from kaoping.scoring.classification.cuts import Cuts
from kaoping.scoring.classification.divided import divided_normal
from kaoping.scoring.classification.rudner import estimates, shares_of
from kaoping.scoring.classification.tables import agreement, cut_agreement
from kaoping.scoring.likelihood import posteriors
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.responses import ResponseMatrix


def guo(
    responses: ResponseMatrix,
    parameters: ItemParameters,
    cuts: ArrayLike | Cuts,
    *,
    mean: float = 0.0,
    sd: float = 1.0,
    flat: bool = False,
    theta: ArrayLike | None = None,
) -> Classification:
    """Tell how sure the level of each person is from the answers; answers may be incomplete.

    It gives accuracy alone: what a second form would decide is not in one person's likelihood.

    Parameters
    ----------
    responses, parameters : (n, k) answers and the k items, in the same order.
    cuts : in logits.
    mean, sd : of a normal population, in logits.
    flat : take every ability between six standard deviations below and above the mean as equally likely, so that the
        likelihood decides alone.
    theta : (n,) abilities by which persons are classified; the likeliest level of each person if not given.

    Raises
    ------
    BadParameters, BadPopulation, BadCuts, BadEstimates
        Items, population, cuts or abilities cannot be used.

    >>> test = ItemParameters.logistic(np.full(4, 1.5), np.zeros(4))
    >>> found = guo(ResponseMatrix([[1, 1, 1, 0], [0, 0, 0, 0]]), test, [0.0])
    >>> found.cases.chances.round(3)
    array([[0.19 , 0.81 ],
           [0.963, 0.037]])
    """
    fitting(responses, parameters)
    of = Cuts.of(cuts)
    chances = _chances(responses, parameters, of, mean, sd, flat=flat)
    if theta is None:
        decision = chances.argmax(axis=1).astype(np.int64)
    else:
        decision = of.levels(estimates(theta, np.zeros(responses.n_persons))[0])
    shares = shares_of(responses.weights, responses.n_persons)
    confusion = np.zeros((len(of) + 1,) * 2)
    np.add.at(confusion.T, decision, shares[:, None] * chances)
    by_cut = tuple(
        cut_agreement(confusion, None, place=place, cut=cut, at_cut=None) for place, cut in enumerate(of.values)
    )
    cases = Cases(responses.persons, shares, chances, decision)
    together = agreement(confusion, None)
    return Classification(
        cuts=of, together=together, by_cut=by_cut, confusion=confusion, parallel=None, points=None, cases=cases
    )


def _chances(
    responses: ResponseMatrix, parameters: ItemParameters, cuts: Cuts, mean: float, sd: float, *, flat: bool
) -> Floats:
    """Posterior chance of each level, (n, l)."""
    grid = divided_normal(parameters, cuts.values, mean=mean, sd=sd, flat=flat)
    member = (cuts.levels(grid.nodes)[:, None] == np.arange(len(cuts) + 1)).astype(np.float64)
    arrangement = arrange(responses, parameters.models)
    log_weights = np.tile(np.log(grid.weights), (len(responses.group_names), 1))
    found = np.empty((arrangement.n_rows, len(cuts) + 1))
    for one in posteriors(arrangement, parameters.log_probabilities(grid.nodes), grid.nodes, log_weights):
        found[one.rows] = one.weights @ member
    return np.asarray(found[arrangement.order])
