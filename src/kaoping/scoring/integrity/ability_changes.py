r"""Asymptotic tests of a change of ability between exposed and secure items, one-sided.

With the log-likelihoods of the answers to exposed and secure items and the abilities of maximum likelihood [1]_,

.. math:: L_s = \pm\sqrt{2 \left( \ell_E(\hat\theta_E) + \ell_S(\hat\theta_S) - \ell(\hat\theta) \right)}, \qquad
          S = \ell_E'(\hat\theta) \sqrt{\frac{1}{I_E(\hat\theta)} + \frac{1}{I_S(\hat\theta)}}, \qquad
          W = \frac{\tilde\theta_E - \tilde\theta_S}{\sqrt{I_E^{-1}(\tilde\theta_E) + I_S^{-1}(\tilde\theta_S)}}

are standard normal in long tests: the signed likelihood ratio, the score test, and Wald's test, here with Warm's
weighted likelihood, which is always finite. In short tests they miss their level, which the handbook shows; what flags
is the predictive test of `kaoping.scoring.integrity.preknowledge`.

References
----------
.. [1] Sinharay, S. (2017). Detection of item preknowledge using likelihood ratio test and score test. *Journal of
   Educational and Behavioral Statistics*, 42, 46-68.
"""

from dataclasses import dataclass

import numpy as np

from kaoping.scoring.ability import error_of, weighted_likelihood
from kaoping.scoring.arrays import Flags, Floats
from kaoping.scoring.integrity.preknowledge import on_both
from kaoping.scoring.integrity.speed_ability import node_likelihood
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.responses import ResponseMatrix

WIDEST = 10.0
NODES = 401
"""Abilities (logits) over which the likelihood is maximised: one in twenty of a logit, and a parabola between."""


@dataclass(frozen=True, eq=False)
class AbilityChanges:
    """Abilities (logits) on exposed and secure items, with errors, and three statistics, (n,) each.

    All are zero, and errors infinite, for persons without answers to both, of whom ``judged`` (n,) tells.
    """

    exposed: Floats
    se_exposed: Floats
    secure: Floats
    se_secure: Floats
    likelihood_ratio: Floats
    score: Floats
    wald: Floats
    judged: Flags


def ability_changes(responses: ResponseMatrix, parameters: ItemParameters, exposed: Flags) -> AbilityChanges:
    """Test every person's change of ability from secure to exposed items.

    Parameters
    ----------
    responses : (n, k) answers.
    parameters : the k items.
    exposed : (k,) whether an item was exposed.

    Raises
    ------
    BadParameters
        The parameters are not those of the items answered.

    >>> items = ItemParameters.logistic(np.ones(10), np.zeros(10))
    >>> found = ability_changes(ResponseMatrix([[1, 0, 0, 0, 0] + [1, 1, 1, 1, 0]]), items, np.arange(10) >= 5)
    >>> found.likelihood_ratio.round(2), found.score.round(2), found.wald.round(2)
    (array([1.96]), array([1.9]), array([1.5]))
    """
    judged = on_both(responses.presented, exposed)
    out = np.zeros((7, responses.n_persons))
    out[[1, 3]] = np.inf
    if judged.any():
        out[:, judged] = _changes(responses.take(persons=judged), parameters, exposed)
    return AbilityChanges(out[0], out[1], out[2], out[3], out[4], out[5], out[6], judged)


def _changes(responses: ResponseMatrix, parameters: ItemParameters, exposed: Flags) -> Floats:
    nodes = np.linspace(-WIDEST, WIDEST, NODES)
    heights, abilities, items = [], [], []
    for some in (exposed, ~exposed):
        table, own = responses.take(items=some), parameters.take(np.flatnonzero(some))
        heights.append(node_likelihood(table, own, nodes))
        abilities.append(weighted_likelihood(table, own, weight="warm"))
        items.append((table, own))
    tops = [_top(height) for height in (*heights, heights[0] + heights[1])]
    gain = np.maximum(tops[0][0] + tops[1][0] - tops[2][0], 0.0)
    sign = np.sign(abilities[0].theta - abilities[1].theta)
    common = nodes[0] + tops[2][1] * (nodes[1] - nodes[0])
    slope = _slope(*items[0], common)
    spread = [error_of(_information(table, own, common)) ** 2 for table, own in items]
    with np.errstate(invalid="ignore"):
        score = np.nan_to_num(slope * np.sqrt(spread[0] + spread[1]))
    wald = (abilities[0].theta - abilities[1].theta) / np.hypot(abilities[0].se, abilities[1].se)
    estimates = [part for one in abilities for part in (one.theta, one.se)]
    return np.stack([*estimates, sign * np.sqrt(2 * gain), score, wald])


def _top(height: Floats) -> tuple[Floats, Floats]:
    """Highest value (n,) over evenly spaced nodes and its place in steps, by the parabola through three nodes."""
    own = np.arange(len(height))
    at = np.clip(height.argmax(axis=1), 1, height.shape[1] - 2)
    before, middle, after = (height[own, at + step] for step in (-1, 0, 1))
    bend = before - 2 * middle + after
    shift = np.divide(before - after, 2 * bend, out=np.zeros_like(bend), where=bend < 0)
    inside = np.abs(shift) <= 1
    shift = np.where(inside, shift, 0.0)
    best = np.where(inside, middle + (after - before) * shift / 2 + bend * shift**2 / 2, height.max(axis=1))
    return best, np.where(inside, at + shift, height.argmax(axis=1))


def _slope(responses: ResponseMatrix, parameters: ItemParameters, theta: Floats) -> Floats:
    """Derivative of the log-likelihood of every person at the own ability, (n,)."""
    first, _ = parameters.along_theta(theta)
    chosen = np.maximum(responses.answers, 0).T[:, None].astype(np.int64)
    return np.asarray((np.take_along_axis(first, chosen, axis=1)[:, 0].T * responses.presented).sum(axis=1))


def _information(responses: ResponseMatrix, parameters: ItemParameters, theta: Floats) -> Floats:
    return np.asarray((parameters.information(theta).T * responses.presented).sum(axis=1))
