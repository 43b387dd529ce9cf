"""A paper of known items with marks of any size: what an ability is expected to get on it, and how surely."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from kaoping.scoring.arrays import Floats, Whole
from kaoping.scoring.grids import checked, normal_grid
from kaoping.scoring.parameters import ItemParameters
from kaoping.scoring.quadrature import Quadrature
from kaoping.scoring.raw_scores import WIDEST, BadMarks, CutOutOfReach, score_distribution

UNITS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 20, 24, 50, 100)
"""How many parts of a mark are tried until the marks of every category are whole."""
CLOSE = 1e-9


@dataclass(frozen=True, eq=False)
class Paper:
    """Items with parameters and marks.

    Attributes
    ----------
    parameters : of k items.
    worth : (k, m) marks of each category of each item; zero where an item has no such category.
    """

    parameters: ItemParameters
    worth: Floats

    @classmethod
    def of(cls, parameters: ItemParameters, marks: ArrayLike | None = None) -> "Paper":
        """Make a paper; ``marks`` (k,) are the full marks of the items, divided evenly over their categories.

        Without marks every category is worth its number: one mark for an item that is right or wrong.

        Raises
        ------
        BadMarks
            They are not positive numbers, one for each item.

        >>> paper = Paper.of(ItemParameters.logistic([1.0, 1.0], [0.0, 0.0]), [1, 1.5])
        >>> paper.total, paper.expected(0.0)
        (2.5, 1.25)
        """
        steps = parameters.categories - 1.0
        full = steps if marks is None else np.asarray(marks, dtype=np.float64)
        if full.shape != steps.shape or not (np.isfinite(full) & (full > 0)).all():
            raise BadMarks(reason=f"they are not {len(steps)} positive numbers, the full marks of each item")
        category = np.arange(parameters.most_categories)
        return cls(parameters, np.where(category <= steps[:, None], full[:, None] / steps[:, None] * category, 0.0))

    @property
    def full(self) -> Floats:
        """(k,) full marks of each item."""
        return np.asarray(self.worth.max(axis=1))

    @property
    def total(self) -> float:
        """Marks of the whole paper."""
        return float(self.full.sum())

    def take(self, places: Whole) -> "Paper":
        """Give the paper of some of the items."""
        some = self.parameters.take(places)
        return Paper(some, self.worth[places, : some.most_categories])

    def named(self, names: Sequence[str]) -> "Paper":
        """Give the paper of the items of these names.

        Raises
        ------
        BadParameters
            There is no item of a name.
        """
        some = self.parameters.named(names)
        place = {name: number for number, name in enumerate(self.parameters.names)}
        return Paper(some, self.worth[[place[name] for name in names], : some.most_categories])

    def item_shares(self, theta: float) -> Floats:
        """Expected marks on each item at an ability (logits), (k,), as shares of its full marks."""
        chance = self.parameters.probabilities(np.array([theta]))[:, :, 0]
        return np.asarray((chance * self.worth).sum(axis=1) / self.full)

    def curve(self, theta: Floats) -> Floats:
        """Expected marks at abilities (q,) in logits: the test characteristic curve, (q,)."""
        return np.asarray(np.einsum("kmq,km->q", self.parameters.probabilities(theta), self.worth))

    def expected(self, theta: float) -> float:
        """Expected marks at one ability."""
        return float(self.curve(np.array([theta]))[0])

    def slope(self, theta: float) -> float:
        """Slope of the test characteristic curve, marks per logit.

        >>> Paper.of(ItemParameters.logistic([2.0], [0.0]), [10]).slope(0.0)
        5.0
        """
        here = np.array([theta])
        first, _ = self.parameters.along_theta(here)
        return float(np.einsum("kmq,km->q", self.parameters.probabilities(here) * first, self.worth)[0])

    def sem(self, theta: float) -> float:
        """Conditional standard error of measurement of the raw score at an ability, marks."""
        chance = self.parameters.probabilities(np.array([theta]))[:, :, 0]
        mean = (chance * self.worth).sum(axis=1)
        return float(np.sqrt(((chance * self.worth**2).sum(axis=1) - mean**2).sum()))

    def reaching(self, marks: float) -> float | None:
        """Ability (logits) that is expected to get so many marks; ``None`` if none between -12 and 12 is."""
        low, high = self.curve(np.array([-WIDEST, WIDEST]))
        if not low < marks < high:
            return None
        return float(brentq(lambda theta: self.expected(theta) - marks, -WIDEST, WIDEST, xtol=1e-12))

    def ability_at(self, marks: float) -> float:
        """Ability (logits) that is expected to get so many marks.

        Raises
        ------
        CutOutOfReach
            There is none.

        >>> round(Paper.of(ItemParameters.logistic([1.0], [0.5]), [10]).ability_at(5.0), 6)
        0.5
        """
        theta = self.reaching(marks)
        if theta is None:
            raise CutOutOfReach(cut=f"{marks:g}", total=f"{self.total:g}")
        return theta

    def chance_of(self, marks: float, theta: Floats) -> Floats:
        """Chance of a raw score of at least so many marks at abilities (q,), (q,).

        Raises
        ------
        BadMarks
            The marks of the categories are no multiples of a hundredth, fourth, … of a mark.
        """
        unit, whole = self._whole()
        scores = score_distribution(theta, self.parameters, marks=whole)
        first = int(np.ceil(marks * unit - CLOSE))
        return np.asarray(np.clip(scores[:, max(first, 0) :].sum(axis=1), 0.0, 1.0))

    def attainable(self, marks: float) -> float:
        """Give the least raw score, in the parts of a mark that this paper gives, that is not below so many marks.

        >>> Paper.of(ItemParameters.logistic([1.0, 1.0], [0.0, 0.0]), [1, 1.5]).attainable(0.7)
        1.0
        """
        unit, _ = self._whole()
        return float(np.ceil(marks * unit - CLOSE) / unit)

    def _whole(self) -> tuple[int, Whole]:
        """Parts of a mark in which the marks of every category are whole, and those marks."""
        for unit in UNITS:
            parts = self.worth * unit
            if (np.abs(parts - parts.round()) < CLOSE * unit).all():
                return unit, parts.round().astype(np.int64)
        raise BadMarks(reason="they are no multiples of a simple part of a mark; give marks such as 1, 0.5 or 0.25")

    def population(self, mean: float = 0.0, sd: float = 1.0) -> Quadrature:
        """Give a normal population on a grid that is fine enough for this paper."""
        return checked(normal_grid(self.parameters, mean=mean, sd=sd))
