"""A fitted model as statistics of fit see it: items, population, and which numbers the calibration was free to choose.

Degrees of freedom depend on what was estimated. A `Calibration` tells; of `ItemParameters` alone the models tell:
everything is free but the slopes of Rasch, PCM and RSM items, for which the spread of the population is free instead,
and the parameters of items named as fixed, with which mean and spread of the population are free.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np

from kaoping.scoring.ability import fitting
from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.calibrated import Calibration
from kaoping.scoring.errors import BadParameters, IncompleteAnswers
from kaoping.scoring.layout import UNIT_SLOPE, Layout, Place, lay_out
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.quadrature import Quadrature, normal
from kaoping.scoring.responses import ResponseMatrix


@dataclass(frozen=True, eq=False)
class Fitted:
    """Items with known parameters in a population, and what was estimated.

    Attributes
    ----------
    parameters : the k items.
    population : abilities (q,) with their shares.
    layout : which parameters inside the items were free, and which of them are one.
    moments : which of ``mean`` and ``sd`` of the population were estimated.
    """

    parameters: ItemParameters
    population: Quadrature
    layout: Layout
    moments: tuple[str, ...]

    @property
    def n_free(self) -> int:
        """Number of estimated parameters."""
        return self.layout.size + len(self.moments)

    @cached_property
    def chances(self) -> Floats:
        """Probability of each category at the nodes, (k, m, q)."""
        return self.parameters.probabilities(self.population.nodes)

    @cached_property
    def free_of_item(self) -> Whole:
        """Number of estimated parameters that each item depends on, shared ones and the population's included, (k,)."""
        found = np.full(len(self.parameters), len(self.moments), dtype=np.int64)
        for section in self.layout.sections:
            found[section.places] += (section.slots >= 0).sum(axis=1)
        return found


Items: TypeAlias = Fitted | Calibration | ItemParameters
"""What a statistic of fit can be asked of."""


def fitted(
    items: Items,
    *,
    population: Quadrature | None = None,
    fixed: Collection[str] = (),
    equal: Sequence[Sequence[Place]] = (),
) -> Fitted:
    """Give what statistics of fit need to know of a calibration, or of items with known parameters.

    Parameters
    ----------
    items : a calibration of one group, or the parameters that one found.
    population : of a calibration its own, else standard normal, if not given.
    fixed : names of items whose parameters were not estimated; of a calibration those are known.
    equal : lists of parameters that were estimated as one, as given to `calibrate`.

    Raises
    ------
    BadParameters
        The calibration has several groups or a population of free shape, or a fixed item does not exist.

    >>> fitted(ItemParameters.logistic([1.0, 2.0], [0.0, 1.0], [0.0, 0.2])).n_free
    5
    """
    if isinstance(items, Fitted):
        return items
    if isinstance(items, Calibration):
        return _of_calibration(items, population, equal)
    known = items.named(tuple(fixed)) if fixed else None
    layout = lay_out(items.names, items.models, fixed=known, equal=equal)
    unit = all(form.name in UNIT_SLOPE for form in items.models)
    moments = ("mean", "sd") if known else ("sd",) if unit else ()
    return Fitted(items, population or normal(), layout, moments)


def _of_calibration(found: Calibration, population: Quadrature | None, equal: Sequence[Sequence[Place]]) -> Fitted:
    if len(found.groups) > 1 and population is None:
        raise BadParameters(reason="the calibration has several groups; ask for each with its own population")
    if found.density != "normal":
        raise BadParameters(reason="the population has a free shape, whose degrees of freedom are not known")
    items = found.parameters
    every = lay_out(items.names, items.models, equal=equal)
    pinned = dict.fromkeys(set(every.owners) - set(found.free), 0.0)
    layout = lay_out(items.names, items.models, equal=equal, pinned=pinned)
    moments = {0: (), 1: ("sd",), 2: ("mean", "sd")}.get(found.n_free - len(found.free), ("mean", "sd"))
    return Fitted(items, population or found.population, layout, moments)


def complete(responses: ResponseMatrix, items: Items, *, what: str) -> None:
    """Refuse a table in which an answer is unknown, or parameters that are not those of the items answered.

    Parameters
    ----------
    what : name of the statistic that needs every answer.

    Raises
    ------
    IncompleteAnswers, BadParameters
    """
    fitting(responses, items if isinstance(items, ItemParameters) else items.parameters)
    if not responses.complete:
        lacking = int((~responses.presented.all(axis=1)).sum())
        raise IncompleteAnswers(what=what, lacking=lacking, n=responses.n_persons)
