r"""Scoring one person after the other with items that are prepared once, as an adaptive test or a web page does.

What depends on the items alone, the curves at the nodes and the derivatives around peaks, is calculated once; then a
person costs a few products of one row. The results are those of `kaoping.scoring.ability`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from kaoping.scoring.ability import Grid, error_of
from kaoping.scoring.arrangement import Block, Columns, columns_of
from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.densities import LogDensity
from kaoping.scoring.errors import BadResponses, NothingKnown
from kaoping.scoring.grids import checked, normal_grid
from kaoping.scoring.likelihood import exponentiate, joint
from kaoping.scoring.likelihood_weights import Flat, LikelihoodWeight, Prior, RootInformation
from kaoping.scoring.modes import ModeSearch
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.quadrature import Quadrature


class Method(StrEnum):
    """How a person is scored; see `kaoping.scoring.ability`."""

    EAP = "eap"
    MAP = "map"
    ML = "ml"
    WLE = "wle"


@dataclass(frozen=True)
class Ability:
    """Ability ``theta`` of one person and its standard error ``se``, both in logits; infinite as in `Abilities`."""

    theta: float
    se: float


@dataclass(eq=False)
class Scorer:
    """Known items, a method and a population, ready to score one person at a time.

    Parameters
    ----------
    parameters : the k items.
    method : see `Method`.
    population : of ``eap`` and ``map``; standard normal if not given.

    Raises
    ------
    BadPopulation
        The population is not a distribution.

    >>> scorer = Scorer(ItemParameters.logistic(np.ones(3), np.zeros(3)))
    >>> round(scorer([1, 1, -1]).theta, 3)
    0.704
    """

    parameters: ItemParameters
    method: str = Method.EAP
    population: Quadrature | None = None
    _columns: Columns = field(init=False, repr=False)
    _categories: Whole = field(init=False, repr=False)
    _grid: Grid | None = field(init=False, repr=False, default=None)
    _search: ModeSearch | None = field(init=False, repr=False, default=None)

    def __post_init__(self) -> None:
        self._columns, self._categories = columns_of(self.parameters.models), self.parameters.categories
        population = normal_grid(self.parameters) if self.population is None else checked(self.population)
        weight: LikelihoodWeight
        match Method(self.method):
            case Method.EAP:
                self._grid = Grid.of(population, self.parameters, self._columns)
                return
            case Method.MAP:
                weight = Prior((LogDensity.of(population),))
            case Method.ML:
                weight = Flat()
            case Method.WLE:
                weight = RootInformation()
        self._search = ModeSearch(self.parameters, self._columns, weight)

    def __call__(self, answers: Sequence[int] | NDArray[np.integer]) -> Ability:
        """Score one person: k categories, -1 where nothing is known.

        Raises
        ------
        BadResponses
            There are not k answers, or one is not a category of its item.
        NothingKnown
            There is no answer, and the method is maximum or weighted likelihood.
        """
        block = self._block(np.asarray(answers))
        if self._search is None:
            return self._mean(block)
        theta, sharpness = self._search.of(block)[:, 0]
        if np.isnan(theta):
            raise NothingKnown(person="1")
        return Ability(float(theta), float(error_of(sharpness)))

    def _block(self, answers: NDArray[np.integer]) -> Block:
        """Arrange the answers as a block of one row."""
        if answers.shape != (len(self.parameters),) or answers.dtype.kind not in "iu":
            raise BadResponses(reason=f"it does not hold one category for each of {len(self.parameters)} items")
        wrong = np.flatnonzero((answers < -1) | (answers >= self._categories))
        if len(wrong):
            name, answer = self.parameters.names[wrong[0]], answers[wrong[0]]
            raise BadResponses(reason=f"item {name} has the answer {answer}, which is not one of its categories or -1")
        chosen = (answers[self._columns.item] == self._columns.category)[None].astype(np.float64)
        straight = self._columns.straight
        known = (answers >= 0)[None].astype(np.float64)
        return Block(chosen[:, :straight], chosen[:, straight:], known, _FIRST, _ONE, 0)

    def _mean(self, block: Block) -> Ability:
        grid = self._grid
        assert grid is not None  # noqa: S101 - one of grid and search is there
        density, _ = joint(block, grid.items, grid.log_weights)
        exponentiate(density)
        total, first, second = density[0] @ grid.powers
        theta = first / total
        return Ability(float(theta), float(np.sqrt(max(second / total - theta**2, 0.0))))


_FIRST = np.zeros(1, dtype=np.int64)
_ONE: Floats = np.ones(1)
