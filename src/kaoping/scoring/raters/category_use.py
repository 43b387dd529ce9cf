"""How the categories of a scale are used: how often, at what abilities, and between which thresholds [Linacre 2002].

Each rating should be the likeliest somewhere: mean abilities and thresholds should rise with it. Where they do not,
raters cannot tell these ratings apart, and fewer categories would do.

References
----------
Linacre, J. M. (2002). Optimizing rating scale category effectiveness. *Journal of Applied Measurement*, 3, 85-106.
"""

from dataclasses import dataclass

import numpy as np

from kaoping.scoring.arrays import Floats
from kaoping.scoring.raters.calibration import ManyFacet
from kaoping.scoring.raters.sparsity import sums
from kaoping.scoring.raters.structure import COMMON, STEPS


@dataclass(frozen=True, eq=False)
class CategoryUse:
    """Use of the m categories of one scale.

    Attributes
    ----------
    scale : name of the element that the scale belongs to; empty if it is common.
    ratings : (m,) the ratings; ``n`` their weights.
    mean_line : (m,) mean of ability less all measures over the ratings of each category, in logits; 0 where there is
        none.
    thresholds : (m - 1,) between neighbouring categories.
    """

    scale: str
    ratings: tuple[int, ...]
    n: Floats
    mean_line: Floats
    thresholds: Floats

    @property
    def ordered(self) -> bool:
        """Whether mean abilities and thresholds both rise."""
        used = self.mean_line[self.n > 0]
        return bool((np.diff(used) > 0).all() and (np.diff(self.thresholds) > 0).all())


def category_use(found: ManyFacet) -> tuple[CategoryUse, ...]:
    """Describe the use of the categories of every scale."""
    ratings, structure, m = found.ratings, found.structure, found.structure.categories
    steps = structure.panel.steps
    scale = np.zeros(ratings.n, dtype=np.int64) if steps == COMMON else ratings.code(steps)
    names = ("",) if steps == COMMON else ratings.facets[steps]
    own = np.zeros(structure.cells)
    for term in structure.terms[:-1]:
        own += found.parameters[term.columns][term.place]
    line = (found.expected.weights @ found.population.nodes)[ratings.person] - own[structure.cell]
    place, size = scale * m + ratings.category, len(names) * m
    n = sums(place, ratings.weight, size)
    mean = sums(place, ratings.weight * line, size) / np.where(n > 0, n, 1.0)
    thresholds = found.parameters[structure.term(STEPS).columns].reshape(-1, m - 1)
    marks = tuple(range(ratings.lowest, ratings.lowest + m))
    return tuple(
        CategoryUse(name, marks, n[start : start + m], mean[start : start + m], thresholds[number])
        for number, (name, start) in enumerate(zip(names, range(0, size, m), strict=True))
    )
