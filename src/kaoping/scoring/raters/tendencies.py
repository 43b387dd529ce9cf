r"""How raters use the scale: towards its middle or its ends, and how sharply they tell persons apart.

Two models with one parameter more for a rater are tested at the value at which they are the many-facet Rasch model:

* **centrality** :math:`\omega` multiplies the rater's thresholds [1]_; above 1 the rater keeps to the middle of the
  scale, below 1 to its ends;
* **discrimination** :math:`a` multiplies the whole exponent; below 1 the rater tells persons apart less than others do.

One scoring step gives :math:`1 + S/I`, with the score :math:`S` of `score_functions`, and :math:`z = S/\sqrt{V}`. It
is a screening: a value far from 1 has the right sign and is too near 1.

References
----------
.. [1] Jin, K.-Y., & Wang, W.-C. (2018). A new facets model for rater's centrality/extremity response style. *Journal
   of Educational Measurement*, 55, 543-563.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from kaoping.scoring.arrays import Floats
from kaoping.scoring.raters.calibration import ManyFacet
from kaoping.scoring.raters.score_functions import Grouping, Scores
from kaoping.scoring.raters.structure import STEPS


@dataclass(frozen=True, eq=False)
class Tendency:
    """One-step estimate (e,), its standard error, z and two-sided p, for every element."""

    value: Floats
    se: Floats
    z: Floats
    p: Floats


@dataclass(frozen=True, eq=False)
class Tendencies:
    """Centrality and discrimination of every element; centrality is `None` for ratings of two categories."""

    elements: tuple[str, ...]
    centrality: Tendency | None
    discrimination: Tendency


def tendencies(found: ManyFacet, facet: str = "rater") -> Tendencies:
    """Test centrality and discrimination of the elements of a facet.

    Raises
    ------
    BadRatings
        The ratings have no such facet.
    """
    structure = found.structure
    grouping = Grouping(found, found.ratings.code(facet))
    difficulty = structure.difficulty(found.parameters)
    m = structure.categories
    exponent = np.arange(m)[:, None] * found.population.nodes - difficulty[:, :, None]
    central = None
    if m > 2:  # noqa: PLR2004 - two categories have no middle
        place = structure.term(STEPS).place[:, None] + np.arange(m - 1)
        thresholds = found.parameters[structure.term(STEPS).columns][place]
        sums = np.concatenate([np.zeros((structure.cells, 1)), thresholds.cumsum(axis=1)], axis=1)
        central = _tendency(grouping.scores(_centred(found, np.broadcast_to(-sums[:, :, None], exponent.shape))))
    return Tendencies(found.ratings.names(facet), central, _tendency(grouping.scores(_centred(found, exponent))))


def _centred(found: ManyFacet, direction: Floats) -> Floats:
    return np.asarray(direction - (found.chances * direction).sum(axis=1, keepdims=True))


def _tendency(scores: Scores) -> Tendency:
    known = np.maximum(scores.variance, np.finfo(float).tiny)
    z = scores.score / np.sqrt(known)
    return Tendency(1 + scores.score / known, 1 / np.sqrt(known), z, special.erfc(np.abs(z) / np.sqrt(2)))
