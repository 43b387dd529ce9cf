r"""Where a multistage test sends whom: routing points between modules, and the tables of scores that follow from them.

Between two modules a and b that may come next, a the easier one, the routing point is

- by **information** (approximate maximum information) the ability where both add as much, :math:`I_a(\theta) =
  I_b(\theta)` [1]_; what was given before adds the same to both;
- by **intervals** of the population the ability below which a stated share of the population lies [2]_.

A candidate is known by the sum of the marks of all modules so far. It goes to b if at least the expected sum at the
routing point was reached, or if the posterior mean given the sum is there or above.

References
----------
.. [1] Luecht, R. M., Brumfield, T., & Breithaupt, K. (2006). A testlet assembly design for adaptive multistage tests.
   *Applied Measurement in Education*, 19, 189-202.
.. [2] Weissman, A., Belov, D. I., & Armstrong, R. D. (2007). *Information-based versus number-correct routing in
   multistage classification tests* (Research Report 07-05). Law School Admission Council.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.assembly.multistage import Panel
from kaoping.scoring.assembly.panels import PanelDesign
from kaoping.scoring.errors import BadParameters, ScoringError
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.quadrature import Quadrature
from kaoping.scoring.raw_scores import marks_table, summed

WIDEST = 6.0
"""Abilities (logits) between which a routing point is sought."""
SCAN = 241
WHOLE = 1e-9
Way = tuple[int, ...]
"""Places of the modules given so far."""


class NoRoutingPoint(ScoringError):
    """Two modules do not differ in where they measure best."""

    sentence = (
        "There is no ability from which on %(harder)s tells more than %(easier)s, so nobody can be sent to one of "
        "them by information. Give intervals of the population, or modules for abilities further apart."
    )


class By(StrEnum):
    """What a candidate is sent by: the sum of the marks against the expected sum, or the posterior mean given it."""

    SCORE = "score"
    EAP = "eap"


@dataclass(frozen=True, eq=False)
class PanelItems:
    """A finished panel with the parameters of its items.

    Attributes
    ----------
    names : of the modules, easiest first within a stage.
    modules : parameters of the items of every module.
    ways : places of the modules of every path.
    marks : (k, m) of every module; see `kaoping.scoring.raw_scores.marks_table`.
    """

    names: tuple[str, ...]
    modules: tuple[ItemParameters, ...]
    ways: tuple[Way, ...]
    marks: tuple[Whole, ...]

    @classmethod
    def of(cls, design: PanelDesign, panel: Panel, bank: ItemParameters) -> "PanelItems":
        """Take the items of a panel out of the bank."""
        names = tuple(module.name for module in design.modules)
        return cls.given(names, [bank.take(np.array(items)) for items in panel], design.ways)

    @classmethod
    def given(
        cls, names: Sequence[str], modules: Sequence[ItemParameters], ways: Sequence[Way],
        marks: Sequence[ArrayLike] | None = None,
    ) -> "PanelItems":  # fmt: skip
        """Put a panel together.

        Raises
        ------
        BadParameters
            A path names a module that is not there, or not all are of the same length.
        """
        if len({len(way) for way in ways}) != 1 or max(max(way) for way in ways) >= len(modules):
            raise BadParameters(reason="the paths do not have one module of each stage")
        worth = [marks_table(items, None if marks is None else marks[place]) for place, items in enumerate(modules)]
        return cls(tuple(names), tuple(modules), tuple(map(tuple, ways)), tuple(worth))

    @cached_property
    def everything(self) -> ItemParameters:
        """Items of all modules."""
        names = tuple(
            f"{module}: {name}" for module, items in zip(self.names, self.modules, strict=True) for name in items.names
        )
        models = tuple(model for items in self.modules for model in items.models)
        return ItemParameters(names, models, tuple(values for items in self.modules for values in items.values))

    def after(self, way: Way) -> tuple[int, ...]:
        """Modules that may follow, easiest first."""
        return tuple(sorted({one[len(way)] for one in self.ways if one[: len(way)] == way and len(one) > len(way)}))

    @cached_property
    def partial(self) -> tuple[Way, ...]:
        """All beginnings of paths, shortest first, from one module on."""
        found = {way[:length] for way in self.ways for length in range(1, len(way) + 1)}
        return tuple(sorted(found, key=lambda way: (len(way), way)))

    def lead(self, theta: float, easier: int, harder: int) -> float:
        """Give how much more a harder module tells at an ability than an easier one."""
        at = np.array([theta])
        return float(self.modules[harder].information(at).sum() - self.modules[easier].information(at).sum())

    def scores(self, module: int, theta: Floats) -> Floats:
        """(s + 1, n) distribution of the sum of the marks of a module."""
        items = self.modules[module]
        return summed(items.probabilities(theta), self.marks[module], items.categories)

    def expected(self, way: Way, theta: float) -> float:
        """Expected sum of the marks after some modules."""
        at = np.array([theta])
        return float(sum((np.arange(len(f := self.scores(module, at)))[:, None] * f).sum() for module in way))


@dataclass(frozen=True, eq=False)
class Routing:
    """Where everybody goes.

    Attributes
    ----------
    by : what candidates are sent by.
    points : for the modules so far, the routing points (logits) between those that may follow, rising.
    first : (c,) chance of every module of the first stage; all go to the only one, as a rule.
    """

    by: By
    points: Mapping[Way, Floats]
    first: Floats = field(default_factory=lambda: np.ones(1))


def by_information(panel: PanelItems, *, by: By = By.SCORE) -> Routing:
    """Route to where the next module tells most.

    Raises
    ------
    NoRoutingPoint
        One of two modules tells more than the other at every ability, or they are the wrong way round.
    """
    return Routing(
        by, {way: np.array(list(_crossings(panel, panel.after(way)))) for way in panel.partial[: _inner(panel)]}
    )


def by_intervals(
    panel: PanelItems, population: Quadrature, *, shares: Mapping[str, float] | None = None, by: By = By.SCORE
) -> Routing:
    """Route intervals of the population to the modules of a stage.

    Parameters
    ----------
    population : abilities and their shares.
    shares : of the population for every module by name; within a stage they are made to add up to one. Equal if not
        given. Where not all modules of a stage may follow, the interval of one that may not is halved between its
        neighbours.
    """
    middle = np.cumsum(population.weights) - population.weights / 2
    low, high = _intervals(panel, shares)
    points = {}
    for way in panel.partial[: _inner(panel)]:
        after = np.array(panel.after(way))
        points[way] = np.interp((high[after[:-1]] + low[after[1:]]) / 2, middle, population.nodes)
    return Routing(by, points)


def _inner(panel: PanelItems) -> int:
    """Count beginnings of paths that are not whole paths."""
    return sum(len(way) < len(panel.ways[0]) for way in panel.partial)


def _intervals(panel: PanelItems, shares: Mapping[str, float] | None) -> tuple[Floats, Floats]:
    """Give the share of the population below and up to the interval of every module."""
    low, high = np.zeros(len(panel.names)), np.zeros(len(panel.names))
    for stage in range(len(panel.ways[0])):
        modules = sorted({way[stage] for way in panel.ways})
        own = np.array([1.0 if shares is None else shares.get(panel.names[module], 1.0) for module in modules])
        ends = np.cumsum(own) / own.sum()
        low[modules], high[modules] = np.append(0.0, ends[:-1]), ends
    return low, high


def _crossings(panel: PanelItems, after: Sequence[int]) -> Iterator[float]:
    grid = np.linspace(-WIDEST, WIDEST, SCAN)
    told = {module: panel.modules[module].information(grid).sum(axis=0) for module in after}
    for easier, harder in pairwise(after):
        lead = told[harder] - told[easier]
        rising = np.flatnonzero((lead[:-1] < 0) & (lead[1:] >= 0))
        if not len(rising):
            raise NoRoutingPoint(easier=panel.names[easier], harder=panel.names[harder])
        between = (grid[told[easier].argmax()] + grid[told[harder].argmax()]) / 2
        nearest = rising[np.abs(grid[rising] - between).argmin()]
        yield float(brentq(panel.lead, grid[nearest], grid[nearest + 1], args=(easier, harder)))


def follow(panel: PanelItems, way: Way, points: Floats, measured: Floats) -> Whole:
    """(s + 1,) which module follows after every sum of the marks, given what is compared with the routing points."""
    after = np.array(panel.after(way))
    following: Whole = after[(measured[:, None] >= points - WHOLE).sum(axis=1)]
    return following
