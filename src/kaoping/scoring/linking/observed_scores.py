r"""Observed-score equating by a model: equal percentile ranks of the score distributions that the items imply.

In the synthetic population the start's group has the weight w and the target's 1 - w; on either scale it is a grid of
abilities with weights, and the distribution of scores follows item after item. Percentile ranks spread every score
evenly over half a point to each side [1]_:

.. math:: e(x) = y - \tfrac12 + \frac{p - G(y - 1)}{g(y)}, \qquad p = F(x - 1) + \tfrac12 f(x), \qquad
          G(y - 1) \le p < G(y)

Standard errors by the delta method [2]_, through every probability of every item: the distribution changes with the
probability of a category by the distribution of the score on the other items, moved by that category.

References
----------
.. [1] Kolen, M. J., & Brennan, R. L. (2014). *Test Equating, Scaling, and Linking* (3rd ed.), ch. 2 and 6.
.. [2] Ogasawara, H. (2003). Asymptotic standard errors of IRT observed-score equating methods. *Psychometrika*, 68,
   193-211.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.errors import BadParameters
from kaoping.scoring.fit.rest_scores import rest_scores, sum_scores
from kaoping.scoring.linking.criteria import Argument, backward, forward
from kaoping.scoring.linking.curves import Curves, curves
from kaoping.scoring.linking.equivalents import Equivalents, Scored, standard_errors
from kaoping.scoring.linking.links import Link, through
from kaoping.scoring.quadrature import Quadrature, normal


def equate_observed_scores(
    link: Link,
    *,
    weight: float = 0.5,
    start_population: Quadrature | None = None,
    target_population: Quadrature | None = None,
    start_items: Sequence[str] | None = None,
    target_items: Sequence[str] | None = None,
) -> Equivalents:
    """Equate the scores on the link's start to those on its target.

    Parameters
    ----------
    weight : of the start's group in the synthetic population, 0 to 1.
    start_population, target_population : abilities of each group in logits of its own scale; standard normal if not
        given.
    start_items, target_items : names of the items that count in the scores; all if not given.

    Raises
    ------
    BadParameters
        The weight is not between 0 and 1.

    >>> from kaoping.scoring.linking.forms import Form
    >>> from kaoping.scoring.parameters import ItemParameters
    >>> x = Form(ItemParameters.logistic([1.0, 1.0], [0.0, 0.0]))
    >>> y = Form(ItemParameters.logistic([1.0, 1.0], [1.0, 1.0]))
    >>> equate_observed_scores(Link("given", x, y, 1.0, 0.0)).equated.round(3)
    array([-0.217,  0.464,  1.44 ])
    """
    if not 0 <= weight <= 1:
        raise BadParameters(reason=f"the weight of a group is {weight}, which is not between 0 and 1")
    own, other = start_population or normal(), target_population or normal()
    start, target = Scored.of(link.start, start_items), Scored.of(link.target, target_items)
    shares = np.concatenate([weight * own.weights, (1 - weight) * other.weights])
    old = _side(start, _joined(_stay(own.nodes), forward(other.nodes, link.slope, link.intercept)), shares)
    new = _side(target, _joined(backward(own.nodes, link.slope, link.intercept), _stay(other.nodes)), shares)
    equated, by_old, by_new = equal_ranks(old.distribution, new.distribution)
    influences = []
    for side, by in ((old, by_old), (new, by_new)):
        by_items, by_line = _passed_on(side, by)
        influences += [side.scored.influence(by_items), *through(link, by_line)]
    return Equivalents("irt-observed", np.arange(len(equated), dtype=np.float64), equated, standard_errors(influences))


@dataclass(frozen=True, eq=False)
class _Side:
    """A form in the synthetic population: curves at abilities, their shares, chances (m, q) of each item, scores."""

    scored: Scored
    at: Argument
    shares: Floats
    drawn: Curves
    chances: list[Floats]
    distribution: Floats


def _side(scored: Scored, at: Argument, shares: Floats) -> _Side:
    drawn = curves(scored.items, at.t)
    chances = _by_item(drawn.chance, scored.items.categories)
    return _Side(scored, at, shares, drawn, chances, sum_scores(chances) @ shares)


def _by_item(chance: Floats, categories: Whole) -> list[Floats]:
    return [one[:number] for one, number in zip(chance, categories, strict=True)]


def _stay(theta: Floats) -> Argument:
    return Argument(theta, np.zeros((2, len(theta))), np.zeros((2, 2, len(theta))))


def _joined(one: Argument, other: Argument) -> Argument:
    parts = ((one.t, other.t), (one.first, other.first), (one.second, other.second))
    t, first, second = (np.concatenate(part, axis=-1) for part in parts)
    return Argument(t, first, second)


def equal_ranks(start: Floats, target: Floats) -> tuple[Floats, Floats, Floats]:
    """Give the scores with the same percentile ranks, (s,), and their derivatives by either distribution.

    The derivatives are (s, s) and (s, r).

    Parameters
    ----------
    start, target : (s,) and (r,) shares of the scores 0, 1, 2 and so on, all positive, adding up to one.

    >>> equal_ranks(np.array([0.5, 0.5]), np.array([0.25, 0.25, 0.5]))[0]
    array([0.5, 2. ])
    """
    s, r = np.arange(len(start)), np.arange(len(target))
    rank = np.cumsum(start) - start / 2
    below = np.cumsum(target) - target
    y = np.clip(np.searchsorted(below, rank, side="right") - 1, 0, len(target) - 1)
    over, height = rank - below[y], target[y]
    equated = y - 0.5 + over / height
    by_start = ((s < s[:, None]) + 0.5 * (s == s[:, None])) / height[:, None]
    by_target = -((r < y[:, None]) + (over / height)[:, None] * (r == y[:, None])) / height[:, None]
    return equated, by_start, by_target


def _passed_on(side: _Side, by: Floats) -> tuple[Floats, Floats]:
    """Take derivatives (s, r) by a distribution to the parameters of its items, (s, P), and to A and B, (s, 2)."""
    items = side.scored.items
    by_items = []
    by_line = np.zeros((len(by), 2))
    for item, others in enumerate(rest_scores(side.chances)):
        form, values = items.models[item], items.values[item]
        by_chance = np.stack([by[:, c : c + len(others)] @ others for c in range(form.categories)], axis=1)
        by_chance = by_chance * side.shares
        here = side.chances[item][:, None] * form.derivative(values[None], side.at.t)[0]
        by_items.append(np.einsum("smq,mpq->sp", by_chance, here))
        rise = side.drawn.slope[item, : form.categories]
        by_line += np.einsum("smq,mq,iq->si", by_chance, rise, side.at.first)
    return np.concatenate(by_items, axis=1), by_line
