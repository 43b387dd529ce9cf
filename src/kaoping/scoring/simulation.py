"""Answers drawn from a model, for recovery tests, demonstrations and studies.

Who gets which item, who omits what and who runs out of time is drawn by `kaoping.scoring.designs`.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from kaoping.scoring.arrays import Answers, Flags, Floats
from kaoping.scoring.errors import BadResponses
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.responses import NOT_PRESENTED, NOT_REACHED, OMITTED, ResponseMatrix

BATCH = 8192
LARGEST_STORE = 2e7
"""Numbers of one kind that are kept at once."""


def simulate(
    theta: Floats,
    parameters: ItemParameters,
    *,
    rng: np.random.Generator,
    presented: Flags | None = None,
    omitted: Flags | None = None,
    not_reached: Flags | None = None,
    groups: Sequence[str] | None = None,
    persons: Sequence[str] = (),
    weights: ArrayLike | None = None,
) -> ResponseMatrix:
    """Draw the answers of n persons to k items of any models.

    Parameters
    ----------
    theta : (n,) true abilities in logits.
    presented : (n, k) which items each person gets; all if not given.
    omitted, not_reached : (n, k) which of these the person leaves out or does not come to; none if not given. An item
        that is both was not reached.
    groups, persons, weights : (n,) name of each person's group, name and weight.

    >>> items = ItemParameters.logistic([3.0, 3.0], [0.0, 0.0])
    >>> simulate(np.array([9.0, -9.0]), items, rng=np.random.default_rng(1)).answers
    array([[1, 1],
           [0, 0]], dtype=int8)
    """
    drawn = np.empty((len(theta), len(parameters)), dtype=np.int8)
    for start in range(0, len(theta), BATCH):
        part = slice(start, start + BATCH)
        drawn[part] = _draw(theta[part], parameters, rng)
    for flags, code in ((omitted, OMITTED), (not_reached, NOT_REACHED)):
        if flags is not None:
            drawn[flags] = code
    if presented is not None:
        drawn[~presented] = NOT_PRESENTED
    return ResponseMatrix(
        drawn, parameters.names, persons=persons, groups=groups, weights=weights, categories=parameters.categories
    )


def simulate_bank(
    theta: Floats,
    parameters: ItemParameters,
    *,
    each: int,
    rng: np.random.Generator,
    groups: Sequence[str] | None = None,
    weights: ArrayLike | None = None,
) -> ResponseMatrix:
    """Draw the answers of n persons to a few items each of a large bank; what is stored grows with the answers alone.

    Parameters
    ----------
    theta : (n,) true abilities in logits.
    each : number of items, drawn at random for each person.
    groups, weights : (n,) name of each person's group and weight.

    Raises
    ------
    BadResponses
        There are not so many items.

    >>> items = ItemParameters.logistic(np.ones(1000), np.zeros(1000))
    >>> found = simulate_bank(np.zeros(20), items, each=50, rng=np.random.default_rng(1))
    >>> found.sparse, int(found.answered.sum())
    (True, 1000)
    """
    k = len(parameters)
    if not 1 <= each <= k:
        raise BadResponses(reason=f"{each} items for each person were asked for, and there are {k}")
    batch = max(1, int(LARGEST_STORE // (k * parameters.most_categories)))
    chosen, drawn = [], []
    for start in range(0, len(theta), batch):
        here = theta[start : start + batch]
        taken = np.argpartition(rng.random((len(here), k)), each - 1, axis=1)[:, :each]
        chosen.append(taken)
        drawn.append(np.take_along_axis(_draw(here, parameters, rng), taken, axis=1))
    return ResponseMatrix.from_triples(
        np.repeat(np.arange(len(theta)), each),
        np.concatenate(chosen).ravel(),
        np.concatenate(drawn).ravel(),
        shape=(len(theta), k),
        items=parameters.names,
        groups=groups,
        weights=weights,
        categories=parameters.categories,
    )


def _draw(theta: Floats, parameters: ItemParameters, rng: np.random.Generator) -> Answers:
    """Draw a category of every item for every person, (n, k)."""
    reached = np.cumsum(parameters.probabilities(theta), axis=1)[:, :-1]
    chance = rng.random((len(theta), len(parameters))).T
    return np.asarray((chance[:, None] > reached).sum(axis=1).T, dtype=np.int8)
