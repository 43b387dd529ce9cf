"""Reading measures by facet from the one vector in which they are estimated."""

from dataclasses import dataclass, field

from kaoping.scoring.arrays import Flags, Floats
from kaoping.scoring.raters.ratings import Ratings
from kaoping.scoring.raters.structure import Structure


@dataclass(frozen=True, eq=False)
class Measured:
    """Measures of all facets, however they were estimated.

    Attributes
    ----------
    parameters : (p,) all measures, interactions and thresholds in logits, in the order of ``structure.terms``.
    standard_errors : (p,) zero where known; empty if not asked for.
    extreme : (p,) elements that were adjusted because all their ratings are lowest or highest.
    """

    ratings: Ratings = field(repr=False)
    structure: Structure = field(repr=False)
    parameters: Floats = field(repr=False)
    standard_errors: Floats = field(repr=False)
    extreme: Flags = field(repr=False)

    def measures(self, name: str) -> dict[str, float]:
        """Measure of each element of a facet, of an interaction such as ``rater:item``, or of ``steps``, in logits.

        Raises
        ------
        BadPanel
            The model has no such facet.
        """
        term = self.structure.term(name)
        return dict(zip(term.labels, self.parameters[term.columns].tolist(), strict=True))

    def errors_of(self, name: str) -> dict[str, float]:
        """Standard error of each of `measures`; empty if not asked for."""
        term = self.structure.term(name)
        return dict(zip(term.labels, self.standard_errors[term.columns].tolist(), strict=len(self.standard_errors) > 0))
