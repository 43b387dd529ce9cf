r"""Curves of items at an ability of its own for every pair of person and item.

`ItemParameters` gives every item at every ability; in an adaptive test each person has another item at another ability.
Right-or-wrong items of all models are one form, :math:`P = c + (u - c)\,\sigma(a\theta + d)`, and calculated together.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import expit

from kaoping.scoring.arrays import Flags, Floats, Whole
from kaoping.scoring.linear import Linear
from kaoping.scoring.models import Asymptotic, Graded, ModelName
from kaoping.scoring.parameters import Family, ItemParameters

LEAST = 1e-300
"""A probability that rounds to nothing is taken as this, so that it can be divided by."""
TWO = 2
FAR = 700.0
"""Logits beyond which an exponential overflows."""


@dataclass(frozen=True, eq=False)
class Logistic:
    """Right-or-wrong items in one form: slope, intercept, lower asymptote, distance of the upper one from 1, (k,)."""

    a: Floats
    d: Floats
    lower: Floats
    beyond: Floats

    def solved(self, items: Whole, theta: Floats) -> tuple[Floats, Floats]:
        """Logistic curve without asymptotes, and its complement, calculated for itself where it is small."""
        line = self.a[items] * theta
        line += self.d[items]
        odds_against = np.exp(-np.clip(line, -FAR, FAR, out=line))
        curve = 1 / (1 + odds_against)
        return curve, odds_against * curve


@dataclass(frozen=True, eq=False)
class Pairs:
    """Chance of each category and the first and second derivative of its logarithm by ability, (..., m) each.

    Categories that an item does not have have chance 0 and derivatives 0.
    """

    chance: Floats
    first: Floats
    second: Floats

    @property
    def information(self) -> Floats:
        """Fisher information, (...)."""
        return np.asarray((self.chance * self.first**2).sum(axis=-1))

    @property
    def skew(self) -> Floats:
        """Warm's J, the sum of P' P'' / P, (...)."""
        return np.asarray((self.chance * self.first * (self.first**2 + self.second)).sum(axis=-1))

    @property
    def trend(self) -> Floats:
        """Derivative of the information by ability, (...)."""
        return np.asarray((self.chance * self.first * (self.first**2 + 2 * self.second)).sum(axis=-1))


@dataclass(frozen=True, eq=False)
class Curves:
    """Curves of k items, asked for pair by pair.

    >>> curves = Curves(ItemParameters.logistic([2.0, 1.0], [0.0, 1.0]))
    >>> curves.information(np.array([0, 1]), np.array([0.0, 1.0]))
    array([1.  , 0.25])
    """

    parameters: ItemParameters

    @cached_property
    def most_categories(self) -> int:
        """Number m of categories that arrays are padded to."""
        return self.parameters.most_categories

    @cached_property
    def logistic(self) -> Logistic | None:
        """The items as logistic curves, if all are right or wrong."""
        if self.most_categories > TWO:
            return None
        columns = np.zeros((4, len(self.parameters)))
        for family in self.parameters.families:
            columns[:, family.places] = _logistic(family)
        return Logistic(*columns)

    def information(self, items: Whole, theta: Floats) -> Floats:
        """Fisher information of pairs of item and ability, in the shape to which both are broadcast."""
        form = self.logistic
        if form is None:
            return self.at(items, theta).information
        a, lower, beyond = form.a[items], form.lower[items], form.beyond[items]
        solved, failed = form.solved(items, theta)
        width = 1 - lower - beyond
        variance = (lower + width * solved) * (beyond + width * failed)
        return np.asarray((a * width * solved * failed) ** 2 / np.maximum(variance, LEAST))

    def chances(self, items: Whole, theta: Floats) -> Floats:
        """Chance of each category of pairs of item and ability, in the shape to which both are broadcast, and m."""
        form = self.logistic
        if form is None:
            return self.at(items, theta).chance
        lower, beyond = form.lower[items], form.beyond[items]
        solved, failed = form.solved(items, theta)
        width = 1 - lower - beyond
        return np.stack([beyond + width * failed, lower + width * solved], axis=-1)

    def at(self, items: Whole, theta: Floats) -> Pairs:
        """Chances and derivatives of pairs of item and ability, in the shape to which both are broadcast, and m."""
        items, theta = np.broadcast_arrays(items, theta)
        shape = (*items.shape, self.most_categories)
        found = np.zeros((3, items.size, shape[-1]))
        flat, at = items.ravel(), theta.ravel()
        for number, family in enumerate(self.parameters.families):
            rows = self._family[flat] == number
            if rows.any():
                values = family.values[self._place[flat[rows]]]
                found[:, rows, : family.model.categories] = _pairs(family, values, at[rows])
        return Pairs(*found.reshape(3, *shape))

    @cached_property
    def _family(self) -> Whole:
        """(k,) number of the family of each item."""
        found = np.zeros(len(self.parameters), dtype=np.int64)
        for number, family in enumerate(self.parameters.families):
            found[family.places] = number
        return found

    @cached_property
    def _place(self) -> Whole:
        """(k,) place of each item in its family."""
        found = np.zeros(len(self.parameters), dtype=np.int64)
        for family in self.parameters.families:
            found[family.places] = np.arange(len(family.places))
        return found


def _lines(form: Linear, values: Floats) -> tuple[Floats, Floats]:
    """Weight and intercept of each category, (r, m) each."""
    return values @ form.weight.T, values @ form.intercept.T


def _logistic(family: Family) -> Floats:
    """Slope, intercept, lower asymptote and what is missing above, (4, f)."""
    form, values = family.model, family.values
    none = np.zeros(len(values))
    if isinstance(form, Asymptotic):
        beyond = expit(-values[:, 3]) if form.name is ModelName.FOUR else none
        return np.stack([values[:, 0], values[:, 1], expit(values[:, 2]), beyond])
    if isinstance(form, Linear):
        weight, intercept = _lines(form, values)
        return np.stack([weight[:, 1] - weight[:, 0], intercept[:, 1] - intercept[:, 0], none, none])
    return np.stack([values[:, 0], values[:, 1], none, none])


def _pairs(family: Family, values: Floats, theta: Floats) -> Floats:
    """Chances, first and second derivatives of the rows, (3, r, m)."""
    form = family.model
    if isinstance(form, Linear):
        weight, intercept = _lines(form, values)
        lines = weight * theta[:, None] + intercept
        chance = np.exp(lines - lines.max(axis=1, keepdims=True))
        chance /= chance.sum(axis=1, keepdims=True)
        first = weight - (chance * weight).sum(axis=1, keepdims=True)
        second = np.broadcast_to(-(chance * first**2).sum(axis=1, keepdims=True), first.shape)
        return np.stack([chance, first, second])
    # Ability goes into the intercepts, so that every row is calculated at ability 0 with intercepts of its own.
    moved = values.copy()
    intercepts = slice(1, None) if isinstance(form, Graded) else slice(1, 2)
    moved[:, intercepts] += moved[:, :1] * theta[:, None]
    first, second = form.along_theta(moved, _ORIGIN)
    chance = np.exp(form.log_probabilities(moved, _ORIGIN))
    return np.stack([chance, first, second])[..., 0]


_ORIGIN = np.zeros(1)


def closed(open_: Flags, values: Floats) -> Floats:
    """Give values (n, k) with minus infinity where an item may not be given."""
    return np.where(open_, values, -np.inf)
