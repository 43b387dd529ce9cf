r"""How often raters of the same work agree exactly, and how often the model expects them to.

Over all pairs of raters who rated the same person on the same elements of all other facets, each pair once whatever
the weights of its ratings. The expected share is that of independent ratings of one ability, integrated over the
person's posterior. The Rasch kappa :math:`(O - E)/(1 - E)` is near 0 for raters who judge independently; far above,
they behave like scoring machines, or looked at each other [1]_.

References
----------
.. [1] Linacre, J. M. (2002). Judging panels: Many-facet Rasch measurement and rater agreement. *Rasch Measurement
   Transactions*.
"""

from dataclasses import dataclass

import numpy as np

from kaoping.scoring.arrays import Floats
from kaoping.scoring.raters.calibration import ManyFacet
from kaoping.scoring.raters.ratings import joint
from kaoping.scoring.raters.sparsity import sums


@dataclass(frozen=True, eq=False)
class ExactAgreement:
    """Opportunities to agree, agreements, and expected agreements of each rater, (e,)."""

    elements: tuple[str, ...]
    opportunities: Floats
    observed: Floats
    expected: Floats

    @property
    def total(self) -> tuple[float, float, float]:
        """Opportunities, agreements and expected agreements over all pairs of ratings, each pair once."""
        return float(self.opportunities.sum()) / 2, float(self.observed.sum()) / 2, float(self.expected.sum()) / 2

    @property
    def kappa(self) -> float | None:
        """Rasch kappa over all pairs; `None` without opportunities."""
        n, observed, expected = self.total
        return (observed - expected) / (n - expected) if n else None


def exact_agreement(found: ManyFacet, facet: str = "rater") -> ExactAgreement:
    """Count exact agreements of each element of a facet with all others on the same work.

    Raises
    ------
    BadRatings
        The ratings have no such facet.
    """
    ratings, structure, m = found.ratings, found.structure, found.structure.categories
    code = ratings.code(facet)
    _, work = joint([ratings.person, *(ratings.code(name) for name in ratings.facets if name != facet)])
    met = sums(work)[work]
    together = np.flatnonzero(met > 1)
    elements = ratings.names(facet)

    def by_element(values: Floats) -> Floats:
        return sums(code[together], values, len(elements))

    key = work[together] * m + ratings.category[together]
    _, number, count = np.unique(key, return_inverse=True, return_counts=True)
    _, place = np.unique(work[together], return_inverse=True)
    expected = np.zeros(len(together))
    for node in range(len(found.population.nodes)):
        chances = found.chances[structure.cell[together], :, node]
        together_in = np.stack([sums(place, chances[:, category]) for category in range(m)], axis=1)
        weight = found.expected.weights[ratings.person[together], node]
        expected += weight * (chances * (together_in[place] - chances)).sum(axis=1)
    return ExactAgreement(
        elements, by_element(met[together] - 1), by_element(count[number] - 1.0), by_element(expected)
    )
