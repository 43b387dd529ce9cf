r"""Ability during an adaptive test: by EAP, or by the peak of the likelihood, of the posterior, or of Warm's weighting.

EAP is the mean of the posterior on the nodes of the bank. For the others the derivative of

.. math:: \log L(\theta) + w(\theta), \qquad w' = 0 \text{ (ML)}, \quad \frac{g'}{g} \text{ (MAP)}, \quad
          \frac{J}{2I} \text{ (Warm, 1989)}

is calculated at the nodes from the items that were answered; where it falls through zero there is a peak, and the
highest one is refined by Newton's method inside its bracket. Their standard error is one over the root of the expected
information there, for MAP with that of the population added, as the R package catR has it; or, if asked for, of the
observed information, minus the second derivative of the first two terms.

Maximum likelihood has no peak as long as all answers are right, or all wrong. Until there is one between the bounds,
the estimate is the fallback: EAP, or the bound.

References
----------
Bock, R. D., & Mislevy, R. J. (1982). Adaptive EAP estimation of ability in a microcomputer environment. *Applied
Psychological Measurement*, 6, 431-444.
Warm, T. A. (1989). Weighted likelihood estimation of ability in item response theory. *Psychometrika*, 54, 427-450.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kaoping.scoring.ability import Information, error_of
from kaoping.scoring.adaptive.bank import Bank
from kaoping.scoring.adaptive.curves import LEAST
from kaoping.scoring.adaptive.errors import BadAdaptiveTest
from kaoping.scoring.adaptive.progress import Progress
from kaoping.scoring.arrays import Flags, Floats, Whole
from kaoping.scoring.densities import LogDensity
from kaoping.scoring.quadrature import even_nodes
from kaoping.scoring.scorer import Method

STEPS = 50
SETTLED = 1e-10
"""Newton step, in logits, after which the root is found."""
SPACING = 0.1
FALLBACKS = ("eap", "bound")


@dataclass(frozen=True, eq=False)
class Estimator:
    """How ability is estimated from the answers so far.

    Parameters
    ----------
    method : ``eap``, ``map``, ``ml`` or ``wle`` (Warm's).
    bounds : smallest and largest estimate of ``ml``, ``map`` and ``wle``, in logits.
    fallback : ``eap`` or ``bound``, used where there is no peak between the bounds.
    information : ``expected`` or ``observed``, of which the standard error of a peak is taken.

    Raises
    ------
    BadAdaptiveTest
        Method, fallback or information is none, or the bounds are not in order.
    """

    method: str = Method.EAP
    bounds: tuple[float, float] = (-4.0, 4.0)
    fallback: str = "eap"
    information: str = Information.EXPECTED

    def __post_init__(self) -> None:
        if self.method not in list(Method):
            raise BadAdaptiveTest(reason=f"{self.method} is no method of estimation; write {', '.join(Method)}")
        if self.fallback not in FALLBACKS:
            raise BadAdaptiveTest(reason=f"{self.fallback} is no fallback; write eap or bound")
        if self.information not in list(Information):
            raise BadAdaptiveTest(reason=f"{self.information} is no information; write expected or observed")
        if not -np.inf < self.bounds[0] < self.bounds[1] < np.inf:
            raise BadAdaptiveTest(reason=f"{self.bounds[0]} and {self.bounds[1]} are no bounds of ability")

    def on(self, bank: Bank) -> "Estimation":
        """Make it ready for a bank."""
        return Estimation(self, bank)


@dataclass(frozen=True, eq=False)
class Estimation:
    """An estimator with the curves of a bank at the abilities among which peaks are sought."""

    rule: Estimator
    bank: Bank

    def __call__(self, progress: Progress) -> tuple[Floats, Floats]:
        """Estimate ability and its standard error, (n,) both in logits; from no answers it is EAP."""
        if self.rule.method == Method.EAP or not progress.given:
            return posterior_mean(self.bank, progress)
        theta, se, found = self.peak(progress.items, progress.categories)
        if self.rule.fallback == "eap" and not found.all():
            theta[~found], se[~found] = posterior_mean(self.bank, progress.of(~found))
        return theta, se

    def peak(self, items: Whole, categories: Whole) -> tuple[Floats, Floats, Flags]:
        """Give the highest peak between the bounds, its error, and whether there is one, (n,); if not, the bound."""
        weight = self._weight(items)
        slopes = self._slopes(items, categories) + weight
        falls = np.asarray((slopes[:, :-1] > 0) & (slopes[:, 1:] <= 0))
        found = np.asarray(falls.any(axis=1))
        low, high = self.rule.bounds
        theta, se = np.where(slopes[:, -1] > 0, high, low), np.full(len(items), np.inf)
        if found.any():
            place = _highest(slopes[found], falls[found])
            bracket = np.stack([self.nodes[place], self.nodes[place + 1]])
            lean = np.zeros(len(place))
            if self.rule.method == Method.WLE:
                lean = np.take_along_axis(np.diff(weight[found], axis=1), place[:, None], axis=1)[:, 0]
                lean /= bracket[1] - bracket[0]
            theta[found], se[found] = self._refined(items[found], categories[found], bracket, lean)
        return theta, se, found

    @cached_property
    def nodes(self) -> Floats:
        """Abilities among which peaks are sought, in logits."""
        return even_nodes(*self.rule.bounds, SPACING)

    @cached_property
    def _first(self) -> Floats:
        """(k, m, nodes) derivative of the log probabilities."""
        return self.bank.parameters.along_theta(self.nodes)[0]

    @cached_property
    def _weights(self) -> tuple[Floats, Floats]:
        """Warm's J and the information, (k, nodes) both."""
        pairs = self.bank.curves.at(np.arange(len(self.bank))[:, None], self.nodes)
        return pairs.skew, pairs.information

    @cached_property
    def _density(self) -> LogDensity:
        return LogDensity.of(self.bank.grid)

    def _slopes(self, items: Whole, categories: Whole) -> Floats:
        """Derivative of the log likelihood at the nodes, (n, nodes)."""
        return sum((self._first[items[:, t], categories[:, t]] for t in range(items.shape[1])), _NOTHING)

    def _weight(self, items: Whole) -> Floats:
        """Derivative of what is added to the log likelihood, at the nodes, (n, nodes) or as broadcast."""
        if self.rule.method == Method.MAP:
            return self._density.slope(self.nodes)
        if self.rule.method != Method.WLE:
            return _NOTHING
        skew, amount = (sum((one[items[:, t]] for t in range(items.shape[1])), _NOTHING) for one in self._weights)
        return np.asarray(skew / (2 * np.maximum(amount, LEAST)))

    def _refined(
        self, items: Whole, categories: Whole, bracket: Floats, lean: Floats
    ) -> tuple[Floats, Floats]:  # fmt: skip
        """Find the roots in their brackets (2, r), and the standard errors there, (r,) both.

        ``lean`` (r,) is the derivative of Warm's term across the bracket: near enough for Newton's method.
        """
        low, high = bracket
        theta = (low + high) / 2
        for _ in range(STEPS):
            slope, bend, _ = self._derivatives(items, categories, theta)
            low, high = np.where(slope > 0, theta, low), np.where(slope > 0, high, theta)
            with np.errstate(divide="ignore", invalid="ignore"):
                step = theta - slope / (bend + lean)
            step = np.where((step >= low) & (step <= high), step, (low + high) / 2)
            theta, change = step, np.abs(step - theta).max()
            if change < SETTLED:
                break
        *_, sharpness = self._derivatives(items, categories, theta)
        return theta, error_of(sharpness)

    def _derivatives(self, items: Whole, categories: Whole, theta: Floats) -> tuple[Floats, Floats, Floats]:
        """First and, but for Warm's weight, second derivative of the objective, and the information, (r,) each."""
        pairs = self.bank.curves.at(items, theta[:, None])
        chosen = categories[..., None]
        slope = np.take_along_axis(pairs.first, chosen, axis=2)[..., 0].sum(axis=1)
        bend = np.take_along_axis(pairs.second, chosen, axis=2)[..., 0].sum(axis=1)
        amount = pairs.information.sum(axis=1)
        if self.rule.method == Method.WLE:
            slope = slope + pairs.skew.sum(axis=1) / (2 * np.maximum(amount, LEAST))
        if self.rule.method == Method.MAP:
            prior = self._density.bend(theta)
            slope, bend, amount = slope + self._density.slope(theta), bend + prior, amount - prior
        return slope, bend, -bend if self.rule.information == Information.OBSERVED else amount


_NOTHING = np.zeros((1, 1))


def posterior_mean(bank: Bank, progress: Progress) -> tuple[Floats, Floats]:
    """Mean and standard deviation of the posterior, (n,) both in logits."""
    total, first, second = (progress.density(bank) @ bank.powers).T
    theta = first / total
    return theta, np.sqrt(np.maximum(second / total - theta**2, 0.0))


def _highest(slopes: Floats, falls: Flags) -> Whole:
    """Choose of the places where the slope falls through zero the one where the objective is highest, (n,)."""
    steps = np.cumsum(slopes[:, 1:] + slopes[:, :-1], axis=1)
    height = np.concatenate([np.zeros((len(slopes), 1)), steps[:, :-1]], axis=1)
    return np.asarray(np.where(falls, height, -np.inf).argmax(axis=1))
