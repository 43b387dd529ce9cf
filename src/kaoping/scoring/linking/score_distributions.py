r"""Distribution of the number-correct score at known abilities, for items of any number of categories.

Item after item, :math:`f_j(s) = \sum_c P_{jc} f_{j-1}(s - c)`. The score of an answer is its category.

References
----------
Lord, F. M., & Wingersky, M. S. (1984). Comparison of IRT true-score and equipercentile observed-score "equatings".
*Applied Psychological Measurement*, 8, 453-461.
Thissen, D., Pommerich, M., Billeaud, K., & Williams, V. S. L. (1995). Item response theory for scores on tests
including polytomous items with ordered responses. *Applied Psychological Measurement*, 19, 39-49.
"""

from collections.abc import Iterator

import numpy as np

from kaoping.scoring.arrays import Floats, Whole


def score_distribution(chance: Floats, categories: Whole) -> Floats:
    """Give the distribution of the score at each ability, (s + 1, q); s is the largest score.

    Parameters
    ----------
    chance : (k, m, q) probability of each category.
    categories : (k,) number of categories of each item.

    >>> score_distribution(np.full((2, 2, 1), 0.5), np.array([2, 2]))[:, 0]
    array([0.25, 0.5 , 0.25])
    """
    return _with(np.ones((1, chance.shape[2])), chance, categories, range(len(chance)))


def without_each(chance: Floats, categories: Whole) -> Iterator[tuple[int, Floats]]:
    """Give for every item the distribution of the score on all others, (s + 1 - its largest, q).

    Halves of the test are added in turn, so that the work grows with k log k and not with the square of k.

    >>> [(item, found[:, 0]) for item, found in without_each(np.full((2, 2, 1), 0.5), np.array([2, 2]))]
    [(0, array([0.5, 0.5])), (1, array([0.5, 0.5]))]
    """
    yield from _halved(np.ones((1, chance.shape[2])), chance, categories, range(len(chance)))


def _halved(others: Floats, chance: Floats, categories: Whole, items: range) -> Iterator[tuple[int, Floats]]:
    if len(items) == 1:
        yield items[0], others
        return
    first, second = items[: len(items) // 2], items[len(items) // 2 :]
    yield from _halved(_with(others, chance, categories, second), chance, categories, first)
    yield from _halved(_with(others, chance, categories, first), chance, categories, second)


def _with(scores: Floats, chance: Floats, categories: Whole, items: range) -> Floats:
    """Add items to a distribution."""
    for item in items:
        top = int(categories[item]) - 1
        wider = np.zeros((len(scores) + top, scores.shape[1]))
        for category in range(top + 1):
            wider[category : category + len(scores)] += chance[item, category] * scores
        scores = wider
    return scores
