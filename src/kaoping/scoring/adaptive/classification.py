r"""Stopping when it is known on which side of every cut a person is.

With the likelihood L of the answers and a region of indifference of :math:`\delta` logits around a cut :math:`\tau`,

* **SPRT** (Wald, 1947; Reckase, 1983): :math:`\Lambda = L(\tau + \delta) / L(\tau - \delta)`; above the cut if
  :math:`\Lambda \ge (1 - \beta)/\alpha`, below if :math:`\Lambda \le \beta/(1 - \alpha)`. Alpha is the risk of passing
  a person at :math:`\tau - \delta`, beta that of failing one at :math:`\tau + \delta`.
* **Generalised likelihood ratio** (Bartroff, Finkelman & Lai, 2008; Thompson, 2009): the same with the largest
  likelihood above :math:`\tau + \delta` and below :math:`\tau - \delta`, which decides sooner far from the cut.
* **Confidence interval** (Kingsbury & Weiss, 1983): :math:`\hat\theta \pm z \, SE` does not hold the cut.

With several cuts the test ends when every cut is decided (Spray, 1993; Eggen & Straetmans, 2000). The level is the
number of cuts that a person is above. At the end of a test that was not decided, a cut counts as reached if the
estimate is at or above it.

References
----------
Wald, A. (1947). *Sequential Analysis*. Wiley.
Spray, J. A. (1993). *Multiple-category classification using a sequential probability ratio test* (RR 93-7). ACT.
Reckase, M. D. (1983). A procedure for decision making using tailored testing. In Weiss, *New Horizons in Testing*,
237-255.
Kingsbury, G. G., & Weiss, D. J. (1983). A comparison of IRT-based adaptive mastery testing and a sequential mastery
testing procedure. In Weiss, *New Horizons in Testing*, 257-283.
Eggen, T. J. H. M., & Straetmans, G. J. J. M. (2000). Computerized adaptive testing for classifying examinees into three
categories. *Educational and Psychological Measurement*, 60, 713-734.
Bartroff, J., Finkelman, M., & Lai, T. L. (2008). Modern sequential analysis and its applications to computerized
adaptive testing. *Psychometrika*, 73, 473-486.
Thompson, N. A. (2009). Item selection in computerized classification testing. *Educational and Psychological
Measurement*, 69, 778-793.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from kaoping.scoring.adaptive.bank import Bank
from kaoping.scoring.adaptive.errors import BadAdaptiveTest
from kaoping.scoring.adaptive.progress import Progress
from kaoping.scoring.arrays import Flags, Floats, Whole

SPACING = 0.05
"""Distance of the abilities among which the largest likelihood is sought, in logits."""
REACH = 6.0


class Classification(ABC):
    """A rule that compares persons with cuts."""

    cuts: Sequence[float]

    @abstractmethod
    def sides(self, bank: Bank, progress: Progress) -> Whole:
        """Side of each cut, (n, cuts): 1 above, -1 below, 0 not known yet."""

    def met(self, bank: Bank, progress: Progress, open_: Flags) -> Flags:
        """Whether every cut is decided, (n,)."""
        return np.asarray((self.sides(bank, progress) != 0).all(axis=1))

    def levels(self, bank: Bank, progress: Progress) -> tuple[Whole, Flags]:
        """Level of each person, from 0 to the number of cuts, and whether it was decided, (n,) both."""
        sides = self.sides(bank, progress)
        above = np.where(sides == 0, progress.theta[:, None] >= np.asarray(self.cuts), sides > 0)
        return above.sum(axis=1), (sides != 0).all(axis=1)


def level(theta: Floats, cuts: Sequence[float]) -> Whole:
    """Give the number of cuts that each ability reaches, (n,).

    >>> level(np.array([-1.0, 0.5, 2.0]), (0.0, 1.0))
    array([0, 1, 2])
    """
    return np.asarray(np.searchsorted(np.asarray(cuts), theta, side="right"))


@dataclass(frozen=True)
class SequentialRatio(Classification):
    """Sequential probability ratio test (SPRT).

    Parameters
    ----------
    cuts : rising abilities in logits.
    delta : half width of the region of indifference, in logits.
    alpha, beta : risks of a wrong "above" and of a wrong "below".

    Raises
    ------
    BadAdaptiveTest
        The cuts do not rise, delta is not above zero, or a risk is not between 0 and 0.5.
    """

    cuts: Sequence[float]
    delta: float = 0.3
    alpha: float = 0.05
    beta: float = 0.05

    name = "sprt"

    def __post_init__(self) -> None:
        rising(self.cuts)
        if not 0 < self.delta < np.inf or not (0 < self.alpha < 0.5 and 0 < self.beta < 0.5):  # noqa: PLR2004
            raise BadAdaptiveTest(
                reason=f"a distance of {self.delta} and risks of {self.alpha} and {self.beta} decide nothing"
            )

    @property
    def bounds(self) -> tuple[float, float]:
        """Log ratios at which a cut is decided: below, and above.

        >>> [round(bound, 4) for bound in SequentialRatio((0.0,)).bounds]
        [-2.9444, 2.9444]
        """
        return float(np.log(self.beta / (1 - self.alpha))), float(np.log((1 - self.beta) / self.alpha))

    def sides(self, bank: Bank, progress: Progress) -> Whole:
        """Compare the ratios with their bounds."""
        low, high = self.bounds
        found = self.ratios(bank, progress)
        return np.where(found >= high, 1, np.where(found <= low, -1, 0))

    def ratios(self, bank: Bank, progress: Progress) -> Floats:
        """Log likelihood ratio of each cut, (n, cuts)."""
        cuts = np.asarray(self.cuts)
        above, below = (log_likelihood(bank, progress, cuts + way * self.delta) for way in (1, -1))
        return above - below


@dataclass(frozen=True)
class GeneralisedRatio(SequentialRatio):
    """Generalised likelihood ratio (GLR); parameters and errors as of `SequentialRatio`."""

    name = "glr"

    def ratios(self, bank: Bank, progress: Progress) -> Floats:
        """Largest log likelihood above the region of indifference less that below, (n, cuts)."""
        ratios = np.empty((len(progress), len(self.cuts)))
        for number, cut in enumerate(self.cuts):
            steps = np.arange(0.0, REACH, SPACING) + self.delta
            above, below = (log_likelihood(bank, progress, cut + way * steps).max(axis=1) for way in (1, -1))
            ratios[:, number] = above - below
        return ratios


@dataclass(frozen=True)
class ConfidenceInterval(Classification):
    """The interval of the estimate at this ``level`` of confidence does not hold a cut.

    Raises
    ------
    BadAdaptiveTest
        The cuts do not rise, or the level is not between 0 and 1.
    """

    cuts: Sequence[float]
    level: float = 0.95

    name = "confidence"

    def __post_init__(self) -> None:
        rising(self.cuts)
        if not 0 < self.level < 1:
            raise BadAdaptiveTest(reason=f"{self.level} is no level of confidence; write one such as 0.95")

    def sides(self, bank: Bank, progress: Progress) -> Whole:
        """Compare the ends of the interval with the cuts."""
        reach = ndtri((1 + self.level) / 2) * progress.se[:, None]
        apart = progress.theta[:, None] - np.asarray(self.cuts)
        return np.where(np.abs(apart) > reach, np.sign(apart), 0.0).astype(np.int64)


def log_likelihood(bank: Bank, progress: Progress, theta: Floats) -> Floats:
    """Log likelihood of the answers so far at abilities (c,), (n, c)."""
    table = bank.parameters.log_probabilities(theta)
    places = range(progress.given)
    return sum(
        (table[progress.items[:, t], progress.categories[:, t]] for t in places), np.zeros((len(progress), len(theta)))
    )


def rising(cuts: Sequence[float]) -> None:
    """Refuse cuts that are none.

    Raises
    ------
    BadAdaptiveTest
    """
    places = np.asarray(cuts, dtype=np.float64)
    if not places.size or not np.isfinite(places).all() or (np.diff(places) <= 0).any():
        raise BadAdaptiveTest(reason=f"{', '.join(map(str, cuts)) or 'nothing'} is no list of rising cuts")
