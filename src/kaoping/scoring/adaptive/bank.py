r"""The bank of an adaptive test: items with parameters, areas and enemies, and what depends on them alone.

Everything that does not depend on a person is calculated once, when it is first asked for: the curves at the nodes of
the population, and for every small range of abilities the items in the order of their information.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kaoping.scoring.adaptive.curves import Curves
from kaoping.scoring.adaptive.errors import BadBank
from kaoping.scoring.adaptive.ranking import InformationRanking
from kaoping.scoring.arrays import Flags, Floats, Whole
from kaoping.scoring.grids import checked, normal_between, normal_grid
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.quadrature import Quadrature

ORDINARY_LENGTH = 60
"""Answers of one person for which the nodes are fine enough if no population is given."""
BISECTIONS = 60


@dataclass(frozen=True, eq=False)
class Bank:
    """Items ready for adaptive testing.

    Parameters
    ----------
    parameters : the k items, of any models.
    areas : k names of the content area of each item; one area if not given.
    enemies : groups of names of items of which a person gets at most one.
    population : of the posterior and of integrals over ability; standard normal, fine enough for 60 answers, if not
        given.

    Raises
    ------
    BadBank
        There is not one area for each item, or an enemy is no item.
    BadPopulation
        The population is not a distribution.

    >>> bank = Bank(ItemParameters.logistic(np.ones(3), [-1.0, 0.0, 1.0]), areas=("law", "law", "care"))
    >>> bank.area_names, bank.area
    (('care', 'law'), array([1, 1, 0]))
    """

    parameters: ItemParameters
    areas: Sequence[str] = ()
    enemies: Sequence[Sequence[str]] = ()
    population: Quadrature | None = None

    def __post_init__(self) -> None:
        if self.areas and len(self.areas) != len(self.parameters):
            raise BadBank(reason=f"{len(self.areas)} areas are given for {len(self.parameters)} items")
        known = set(self.parameters.names)
        for name in (name for group in self.enemies for name in group):
            if name not in known:
                raise BadBank(reason=f"{name} is named as an enemy and is no item")
        object.__setattr__(self, "areas", tuple(map(str, self.areas)))
        if self.population is not None:
            object.__setattr__(self, "population", checked(self.population))

    def __len__(self) -> int:
        return len(self.parameters)

    @property
    def names(self) -> tuple[str, ...]:
        """(k,) names of the items."""
        return self.parameters.names

    def place(self, name: str) -> int:
        """Give the place of an item.

        Raises
        ------
        BadBank
            There is no item of this name.
        """
        if name not in self._places:
            raise BadBank(reason=f"there is no item {name}")
        return self._places[name]

    @cached_property
    def _places(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.names)}

    @cached_property
    def area_names(self) -> tuple[str, ...]:
        """(g,) names of the areas, in order; none if areas were not given."""
        return tuple(sorted(set(self.areas)))

    @cached_property
    def area(self) -> Whole:
        """(k,) number of the area of each item."""
        number = {name: place for place, name in enumerate(self.area_names)}
        return np.array([number[name] for name in self.areas] or [0] * len(self), dtype=np.int64)

    @cached_property
    def hostile(self) -> Flags | None:
        """(k, k) whether two items are enemies; none if there are no enemies."""
        if not self.enemies:
            return None
        found = np.zeros((len(self), len(self)), dtype=np.bool_)
        for group in self.enemies:
            places = np.array([self.place(name) for name in group])
            found[np.ix_(places, places)] = True
        np.fill_diagonal(found, val=False)
        return found

    @cached_property
    def grid(self) -> Quadrature:
        """The population on q nodes."""
        if self.population is not None:
            return self.population
        return normal_grid(self.parameters, most_answers=ORDINARY_LENGTH)

    @cached_property
    def log_weights(self) -> Floats:
        """(q,) logarithm of the share of the population at each node."""
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(self.grid.weights))

    @cached_property
    def steps(self) -> Floats:
        """(q,) width that each node stands for in an integral over ability, by the trapezoid rule."""
        gaps = np.diff(self.grid.nodes)
        return np.asarray((np.append(gaps, 0.0) + np.append(0.0, gaps)) / 2)

    @cached_property
    def powers(self) -> Floats:
        """(q, 3) powers 0, 1, 2 of the nodes."""
        return np.vander(self.grid.nodes, 3, increasing=True)

    @cached_property
    def categories(self) -> Whole:
        """(k,) number of categories of each item."""
        return self.parameters.categories

    @cached_property
    def curves(self) -> Curves:
        """The curves, pair by pair."""
        return Curves(self.parameters)

    @cached_property
    def log_chances(self) -> Floats:
        """(k, m, q) log probability of each category at the nodes; minus infinity for categories that are none."""
        return np.ascontiguousarray(self.parameters.log_probabilities(self.grid.nodes))

    @cached_property
    def chances(self) -> Floats:
        """(k, m, q) probability of each category at the nodes."""
        return np.exp(self.log_chances)

    @cached_property
    def finite_log_chances(self) -> Floats:
        """(k, m, q) log probabilities with 0 for categories that an item does not have."""
        return np.where(np.isfinite(self.log_chances), self.log_chances, 0.0)

    @cached_property
    def informations(self) -> Floats:
        """(k, q) information of each item at the nodes, per squared logit."""
        return self.parameters.information(self.grid.nodes)

    @cached_property
    def ranking(self) -> InformationRanking:
        """The items in the order of their information, wherever a person may be."""
        return InformationRanking(self.curves)

    @cached_property
    def peaks(self) -> Floats:
        r"""(k,) ability at which each item has most information, in logits.

        For three parameters it is :math:`b + \log((1 + \sqrt{1 + 8c})/2)/a` (Birnbaum, 1968); here the bracket of the
        derivative's root is halved, which is right for every model.
        """
        nodes, items = self.ranking.nodes, np.arange(len(self))
        around = self.ranking.informations.argmax(axis=1).clip(1, len(nodes) - 2)
        low, high = nodes[around - 1], nodes[around + 1]
        for _ in range(BISECTIONS):
            middle = (low + high) / 2
            rising = self.curves.at(items, middle).trend > 0
            low, high = np.where(rising, middle, low), np.where(rising, high, middle)
        return np.asarray((low + high) / 2)

    @cached_property
    def difficulties(self) -> Floats | None:
        """(k,) difficulty of each item in logits, if all are right or wrong."""
        form = self.curves.logistic
        return None if form is None else -form.d / form.a

    @cached_property
    def discriminations(self) -> Floats | None:
        """(k,) discrimination of each item per logit, if all are right or wrong."""
        form = self.curves.logistic
        return None if form is None else form.a


def trapezoid(low: float, high: float, nodes: int, *, mean: float = 0.0, sd: float = 1.0) -> Quadrature:
    """Give a normal population for sums by the trapezoid rule, with half weights at both ends, as catR has it.

    Raises
    ------
    BadPopulation
        As of `normal_between`.

    >>> float(trapezoid(-4.0, 4.0, 33).weights.sum().round(12))
    1.0
    """
    grid = normal_between(low, high, nodes, mean=mean, sd=sd)
    halved = grid.weights.copy()
    halved[[0, -1]] /= 2
    return checked(Quadrature(grid.nodes, halved))
