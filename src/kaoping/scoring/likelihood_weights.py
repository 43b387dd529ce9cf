r"""What a modal estimate of ability adds to the log-likelihood before it looks for the peak.

Nothing (maximum likelihood), the log density of the population (posterior mode), or a weight against the bias of
maximum likelihood. The weight of Warm, which takes that of first order away, has the derivative

.. math:: \frac{J(\theta)}{2I(\theta)}, \qquad I = \sum_{jc} \frac{P_{jc}'^2}{P_{jc}}, \quad
          J = \sum_{jc} \frac{P_{jc}' P_{jc}''}{P_{jc}},

sums over the items that the person answered. For divide-by-total models :math:`J = I'`, so that the weight is the root
of the information; for models with asymptotes it has no closed form, and the root of the information (Jeffreys' prior)
is another weight, which leaves a bias.

References
----------
Warm, T. A. (1989). Weighted likelihood estimation of ability in item response theory. *Psychometrika*, 54, 427-450.
Magis, D., & Raîche, G. (2012). On the relationships between Jeffreys modal and weighted likelihood estimation of
ability under logistic IRT models. *Psychometrika*, 77, 163-169.
"""

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from kaoping.scoring.arrangement import Columns, Matrix
from kaoping.scoring.arrays import Floats
from kaoping.scoring.densities import LogDensity
from kaoping.scoring.likelihood import product
from kaoping.scoring.parameters import ItemParameters


@dataclass(frozen=True, eq=False)
class Slopes:
    """Derivatives by ability at some abilities.

    ``first`` (k, q) of the log probability of category 0, ``odds`` (columns, q) of the curved log odds;
    ``information`` (k, q), its derivative ``trend`` and Warm's ``skew`` J, both (k, q).
    """

    theta: Floats
    first: Floats
    odds: Floats
    information: Floats
    trend: Floats
    skew: Floats


def slopes(parameters: ItemParameters, columns: Columns, theta: Floats) -> Slopes:
    """Calculate what a modal estimate needs of the items at abilities (q,)."""
    chance = parameters.probabilities(theta)
    first, second = parameters.along_theta(theta)
    item, category = columns.item[columns.straight :], columns.category[columns.straight :]
    by_first = chance * first
    return Slopes(
        theta=theta,
        first=first[:, 0],
        odds=first[item, category] - first[item, 0],
        information=(by_first * first).sum(axis=1),
        trend=(by_first * (first**2 + 2 * second)).sum(axis=1),
        skew=(by_first * (first**2 + second)).sum(axis=1),
    )


class LikelihoodWeight(Protocol):
    """What is added."""

    def along(self, known: Matrix, at: Slopes, group: int) -> Floats:
        """Values at the abilities, (q,) or (s, q); ``known`` (s, k) is 1 for the items of a set."""

    def slope(self, known: Matrix, at: Slopes, group: int) -> Floats:
        """Derivatives at the abilities, (q,) or (s, q)."""

    def information(self, at: Slopes, group: int) -> Floats:
        """Information beyond that of the answers, (q,)."""


@dataclass(frozen=True)
class Flat:
    """Nothing is added: maximum likelihood."""

    def along(self, known: Matrix, at: Slopes, group: int) -> Floats:
        """Give zeros."""
        return np.zeros(len(at.theta))

    def slope(self, known: Matrix, at: Slopes, group: int) -> Floats:
        """Give zeros."""
        return np.zeros(len(at.theta))

    def information(self, at: Slopes, group: int) -> Floats:
        """Give zeros."""
        return np.zeros(len(at.theta))


@dataclass(frozen=True, eq=False)
class Prior:
    """The log density of the population of each group: posterior mode."""

    densities: tuple[LogDensity, ...] = field(repr=False)

    def along(self, known: Matrix, at: Slopes, group: int) -> Floats:
        """Give the log density."""
        return self.densities[group].value(at.theta)

    def slope(self, known: Matrix, at: Slopes, group: int) -> Floats:
        """Give its derivative."""
        return self.densities[group].slope(at.theta)

    def information(self, at: Slopes, group: int) -> Floats:
        """Give minus its second derivative: for a normal density, one over the variance."""
        return -self.densities[group].bend(at.theta)


@dataclass(frozen=True)
class RootInformation:
    """Half the logarithm of the information."""

    def along(self, known: Matrix, at: Slopes, group: int) -> Floats:
        """Give half the log information; minus infinity where there is none."""
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(product(known, at.information)) / 2)

    def slope(self, known: Matrix, at: Slopes, group: int) -> Floats:
        """Give its derivative."""
        return _half_ratio(product(known, at.trend), product(known, at.information))

    def information(self, at: Slopes, group: int) -> Floats:
        """Give zeros: a weight is not information."""
        return np.zeros(len(at.theta))


@dataclass(frozen=True)
class Warm:
    """The integral of J/(2I), from the lowest ability on."""

    def along(self, known: Matrix, at: Slopes, group: int) -> Floats:
        """Sum the derivative by the trapezoid rule: good enough to tell which of two peaks is higher."""
        slope = self.slope(known, at, group)
        steps = (slope[:, 1:] + slope[:, :-1]) / 2 * np.diff(at.theta)
        return np.concatenate([np.zeros((len(slope), 1)), np.cumsum(steps, axis=1)], axis=1)

    def slope(self, known: Matrix, at: Slopes, group: int) -> Floats:
        """Give the derivative."""
        return _half_ratio(product(known, at.skew), product(known, at.information))

    def information(self, at: Slopes, group: int) -> Floats:
        """Give zeros: a weight is not information."""
        return np.zeros(len(at.theta))


def _half_ratio(above: Floats, below: Floats) -> Floats:
    """Half the ratio; zero where there is no information."""
    return np.divide(above, 2 * below, out=np.zeros_like(above), where=below > 0)
