r"""Distributions of sums of items at every ability: of all items, and of all but one.

.. math:: P(S = s \mid \theta) = \sum_c P(S' = s - c \mid \theta) P_c(\theta)

item after item [1]_. The distribution without an item is found for every item together by halving: the half without
the item carries the other half along, so that k items cost k log k steps and not k squared.

References
----------
.. [1] Thissen, D., Pommerich, M., Billeaud, K., & Williams, V. S. L. (1995). Item response theory for scores on tests
   including polytomous items with ordered responses. *Applied Psychological Measurement*, 19, 39-49.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from kaoping.scoring.arrays import Floats


def sum_scores(chances: Sequence[Floats]) -> Floats:
    """Distribution of the sum of items, (s + 1, q), from the chances (m, q) of each item's categories.

    >>> sum_scores([np.array([[0.5], [0.5]])] * 2)[:, 0]
    array([0.25, 0.5 , 0.25])
    """
    found = np.ones((1, chances[0].shape[1])) if chances else np.ones((1, 1))
    for item in chances:
        found = _joined(found, item)
    return found


def rest_scores(chances: Sequence[Floats]) -> Iterator[Floats]:
    """Distribution of the sum of all other items, (s + 1, q), for each item in turn.

    >>> [rest[:, 0] for rest in rest_scores([np.array([[0.5], [0.5]]), np.array([[0.8], [0.2]])])]
    [array([0.8, 0.2]), array([0.5, 0.5])]
    """
    if chances:
        yield from _without(chances, np.ones((1, chances[0].shape[1])))


def _without(chances: Sequence[Floats], others: Floats) -> Iterator[Floats]:
    if len(chances) == 1:
        yield others
        return
    middle = len(chances) // 2
    for here, there in ((chances[:middle], chances[middle:]), (chances[middle:], chances[:middle])):
        carried = others
        for item in there:
            carried = _joined(carried, item)
        yield from _without(here, carried)


def _joined(scores: Floats, item: Floats) -> Floats:
    """Add one item to a sum."""
    found = np.zeros((len(scores) + len(item) - 1, scores.shape[1]))
    for category, chance in enumerate(item):
        found[category : category + len(scores)] += scores * chance
    return found
