"""The table of a facet: measure, error, fair average and fit of every element."""

from dataclasses import dataclass

import numpy as np

from kaoping.scoring.arrays import Flags, Floats
from kaoping.scoring.fit.mean_squares import MeanSquares
from kaoping.scoring.raters.abilities import Abilities, abilities
from kaoping.scoring.raters.calibration import ManyFacet
from kaoping.scoring.raters.fair_averages import fair_averages, fair_scores
from kaoping.scoring.raters.mean_squares import mean_squares
from kaoping.scoring.raters.sparsity import sums


@dataclass(frozen=True, eq=False)
class Elements:
    """What is known of each element of a facet, (e,): measure in logits, averages in ratings.

    ``n`` is the weight of its ratings, ``observed`` their mean, ``fair`` the fair average; ``anchored`` measures were
    known and ``extreme`` ones adjusted.
    """

    facet: str
    names: tuple[str, ...]
    measure: Floats
    se: Floats
    n: Floats
    observed: Floats
    fair: Floats
    fit: MeanSquares
    anchored: Flags
    extreme: Flags


def elements(found: ManyFacet, facet: str) -> Elements:
    """Describe every element of a facet.

    Raises
    ------
    BadPanel
        The model has no such facet.
    """
    columns = found.structure.term(facet).columns
    n, observed = _observed(found, facet)
    errors = found.standard_errors
    return Elements(
        facet, found.structure.term(facet).labels, found.parameters[columns],
        errors[columns] if len(errors) else np.zeros(len(n)), n, observed, fair_averages(found, facet),
        mean_squares(found, facet), ~found.structure.free[columns], found.extreme[columns],
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Persons:
    """What is known of each person, (n,): abilities in logits, averages in ratings.

    ``fair`` is the rating to expect from raters of mean severity, at the weighted likelihood estimate.
    """

    abilities: Abilities
    n: Floats
    observed: Floats
    fair: Floats
    fit: MeanSquares

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the persons."""
        return self.abilities.persons


def persons(found: ManyFacet) -> Persons:
    """Describe every person.

    Raises
    ------
    NotConverged
        The weighted likelihood estimate of a person.
    """
    estimated = abilities(found)
    n, observed = _observed(found, "person")
    return Persons(estimated, n, observed, fair_scores(found, estimated.wle), mean_squares(found, "person"))


def _observed(found: ManyFacet, facet: str) -> tuple[Floats, Floats]:
    """Weight of the ratings of each element, and their mean."""
    code, weight = found.ratings.code(facet), found.ratings.weight
    n = sums(code, weight)
    return n, sums(code, weight * found.ratings.values) / n
