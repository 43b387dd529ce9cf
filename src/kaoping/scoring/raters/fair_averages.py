r"""Fair averages: the rating to expect if everything else had been average.

For an element of measure b it is the expected rating of a person of mean ability with all other facets at the mean of
their measures; for a person, that of the ability under raters of mean severity [1]_. If thresholds belong to the
elements of a facet, such as items, it is the mean over these elements, each at its own measure. Interactions do
not enter.

References
----------
.. [1] Linacre, J. M. (1989). *Many-Facet Rasch Measurement*, ch. 7. MESA Press.
"""

import numpy as np
from numpy.typing import ArrayLike

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.raters.abilities import category_moments
from kaoping.scoring.raters.calibration import ManyFacet
from kaoping.scoring.raters.structure import COMMON, STEPS


def fair_averages(found: ManyFacet, facet: str) -> Floats:
    """Fair average of each element of a facet, in ratings, (e,)."""
    term = found.structure.term(facet)
    measures = found.parameters[term.columns]
    if facet == found.structure.panel.steps:
        here = np.arange(len(measures))
        return _expected(found, found.mean - _rest(found, facet) - measures, here)
    return _over_scales(found, found.mean - _rest(found, facet, found.structure.panel.steps) - measures)


def fair_scores(found: ManyFacet, theta: ArrayLike) -> Floats:
    """Expected rating (n,) of persons of ability theta (n,) if everything but the person were average."""
    ability = np.asarray(theta, dtype=np.float64)
    return _over_scales(found, ability - _rest(found, found.structure.panel.steps))


def _rest(found: ManyFacet, *without: str) -> float:
    """Sum of the mean measures of all other facets."""
    terms = (term for term in found.structure.terms if len(term.facets) == 1 and term.name != STEPS)
    return sum(float(found.parameters[term.columns].mean()) for term in terms if term.name not in without)


def _over_scales(found: ManyFacet, ability: Floats) -> Floats:
    """Mean of the expected ratings over all scales, each at the measure of its element if it has one."""
    steps = found.structure.panel.steps
    if steps == COMMON:
        return _expected(found, ability, np.zeros(len(ability), dtype=np.int64))
    names = [term.name for term in found.structure.terms]
    scales = len(found.ratings.facets[steps])
    own = found.parameters[found.structure.term(steps).columns] if steps in names else np.zeros(scales)
    parts = [_expected(found, ability - own[scale], np.full(len(ability), scale)) for scale in range(scales)]
    return np.asarray(np.mean(parts, axis=0))


def _expected(found: ManyFacet, ability: Floats, scale: Whole) -> Floats:
    steps = found.structure.categories - 1
    thresholds = found.parameters[found.structure.term(STEPS).columns].reshape(-1, steps)
    sums = np.concatenate([np.zeros((len(thresholds), 1)), thresholds.cumsum(axis=1)], axis=1)
    return np.asarray(category_moments(ability, sums[scale])[0] + found.ratings.lowest)
