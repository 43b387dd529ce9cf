r"""Criteria that give chance a part, large at first and small at the end, and strata that keep good items for later.

With the place q of the item in a test of Q, and an acceleration s (Barrada et al., 2008),

.. math:: W_q = \frac{\sum_{f=1}^{q} (f-1)^s}{\sum_{f=1}^{Q} (f-1)^s}

goes from 0 to 1: linearly for s = 0, later and steeper for larger s.

* **Progressive** (Revuelta & Ponsoda, 1998): the largest :math:`(1 - W_q) R_j + W_q I_j(\hat\theta)`, with
  :math:`R_j` drawn between 0 and the largest information of the items that may be given.
* **Proportional** (Segall, 2004; Barrada et al., 2008): drawn with chances in proportion to
  :math:`I_j(\hat\theta)^{Q W_q}`. It is done by the largest of :math:`Q W_q \log I_j + G_j` with numbers G of Gumbel's
  distribution, which has these chances.
* **a-stratified** (Chang & Ying, 1999): the bank is divided by discrimination, the test into as many stages; in each
  stage the item with the difficulty nearest to the estimate is taken from its stratum, weak items first. **With
  b-blocking** (Chang, Qian & Ying, 2001) every stratum has the same range of difficulties. By ``information`` the
  strata are of the largest information and the match is on the ability where it is reached (Barrada, Mazuela & Olea,
  2006).

References
----------
Revuelta, J., & Ponsoda, V. (1998). A comparison of item exposure control methods in computerized adaptive testing.
*Journal of Educational Measurement*, 35, 311-327.
Segall, D. O. (2004). A sharing item response theory model for computerized adaptive testing. *Journal of Educational
and Behavioral Statistics*, 29, 439-460.
Barrada, J. R., Olea, J., Ponsoda, V., & Abad, F. J. (2008). Incorporating randomness in the Fisher information for
improving item-exposure control in CATs. *British Journal of Mathematical and Statistical Psychology*, 61, 493-513.
Chang, H.-H., & Ying, Z. (1999). a-stratified multistage computerized adaptive testing. *Applied Psychological
Measurement*, 23, 211-222.
Chang, H.-H., Qian, J., & Ying, Z. (2001). a-stratified multistage computerized adaptive testing with b blocking.
*Applied Psychological Measurement*, 25, 333-341.
Barrada, J. R., Mazuela, P., & Olea, J. (2006). Maximum information stratification method for controlling item exposure
in computerized adaptive testing. *Psicothema*, 18, 156-159.
"""

from dataclasses import dataclass

import numpy as np

from kaoping.scoring.adaptive.bank import Bank
from kaoping.scoring.adaptive.criteria import Criterion, difficulties, informations
from kaoping.scoring.adaptive.curves import closed
from kaoping.scoring.adaptive.errors import BadAdaptiveTest
from kaoping.scoring.adaptive.progress import Progress, Sources, draws
from kaoping.scoring.arrays import Flags, Floats, Whole

LEAST = 1e-300
BY = ("a", "information")
FAR = 1e6
"""What an item of another stratum is worth less, for each stratum between."""


def part_of_merit(place: int, length: int, acceleration: float) -> float:
    """Give W of the item at this place, from 1, of a test of this length.

    >>> [round(part_of_merit(place, 5, 1.0), 3) for place in range(1, 6)]
    [0.0, 0.1, 0.3, 0.6, 1.0]
    """
    # relative to the last step, so that no power overflows
    steps = (np.arange(1, length) / max(length - 1, 1)) ** acceleration
    return float(steps[: place - 1].sum() / steps.sum()) if len(steps) else 0.0


@dataclass(frozen=True)
class Accelerated(Criterion):
    """A criterion that begins with chance and ends with information.

    ``length``: items of the whole test; ``acceleration``: how late information takes over.

    Raises
    ------
    BadAdaptiveTest
        The acceleration is below zero or not finite.
    """

    length: int
    acceleration: float = 1.0

    draws = True

    def __post_init__(self) -> None:
        if not 0 <= self.acceleration < np.inf:
            reason = f"an acceleration of {self.acceleration:g} is none; give a number from zero"
            raise BadAdaptiveTest(reason=reason)

    def merit(self, progress: Progress) -> float:
        """Give W of the item that comes next."""
        return part_of_merit(progress.given + 1, self.length, self.acceleration)


@dataclass(frozen=True)
class Progressive(Accelerated):
    """Information with a part of chance that becomes smaller (Revuelta & Ponsoda)."""

    name = "progressive"

    def values(self, bank: Bank, progress: Progress, open_: Flags, sources: Sources) -> Floats:
        """Give the weighted sum, per squared logit."""
        amount = informations(bank, progress)
        part = self.merit(progress)
        most = closed(open_, amount).max(axis=1, keepdims=True)
        chance = np.maximum(most, 0.0) * draws(sources, len(bank))
        return np.asarray((1 - part) * chance + part * amount)


@dataclass(frozen=True)
class Proportional(Accelerated):
    """Drawn in proportion to a power of the information that grows (Segall; Barrada et al.)."""

    name = "proportional"
    negative = True

    def values(self, bank: Bank, progress: Progress, open_: Flags, sources: Sources) -> Floats:
        """Give the log chance, up to a constant, plus a number of Gumbel's distribution."""
        power = self.length * self.merit(progress)
        logs = np.log(np.maximum(informations(bank, progress), LEAST))
        return power * logs - np.log(-np.log(np.maximum(draws(sources, len(bank)), LEAST)))


@dataclass(frozen=True)
class Stratified(Criterion):
    """Strata of rising discrimination, one after the other (Chang & Ying).

    Parameters
    ----------
    length : items of the whole test.
    strata : number of strata and of stages of the test.
    by : ``a``, or ``information``, which is defined for items of all models.
    blocking : whether every stratum gets items of all difficulties.

    Raises
    ------
    BadAdaptiveTest
        There is no stratum, there are more than items in the test, or ``by`` is neither.
    """

    length: int
    strata: int = 4
    by: str = "a"
    blocking: bool = False

    name = "stratified"
    negative = True

    def __post_init__(self) -> None:
        if not 1 <= self.strata <= self.length:
            raise BadAdaptiveTest(reason=f"{self.strata} strata do not divide a test of {self.length} items")
        if self.by not in BY:
            raise BadAdaptiveTest(reason=f"items cannot be stratified by {self.by}; write a or information")

    @property
    def needs_difficulty(self) -> bool:
        """Strata of discriminations are matched by difficulty."""
        return self.by == "a"

    def stratum(self, bank: Bank) -> Whole:
        """(k,) stratum of each item, from 0.

        >>> from kaoping.scoring.parameters import ItemParameters
        >>> bank = Bank(ItemParameters.logistic([2.0, 1.0, 0.5, 1.5], [0.0, 0.1, 1.0, 1.1]))
        >>> Stratified(10, 2).stratum(bank), Stratified(10, 2, blocking=True).stratum(bank)
        (array([1, 0, 0, 1]), array([1, 0, 0, 1]))
        """
        quality, place = self._quality(bank), self._place(bank)
        found = np.empty(len(bank), dtype=np.int64)
        if not self.blocking:
            found[np.argsort(quality, kind="stable")] = np.arange(len(bank)) * self.strata // len(bank)
            return found
        order = np.argsort(place, kind="stable")
        for start in range(0, len(bank), self.strata):
            block = order[start : start + self.strata]
            found[block[np.argsort(quality[block], kind="stable")]] = np.arange(len(block)) * self.strata // len(block)
        return found

    def values(self, bank: Bank, progress: Progress, open_: Flags, sources: Sources) -> Floats:
        """Give minus the distance from the estimate; what belongs to other stages comes after."""
        stage = min(progress.given * self.strata // self.length, self.strata - 1)
        behind = FAR * np.abs(self.stratum(bank) - stage)
        return -np.abs(self._place(bank) - progress.theta[:, None]) - behind

    def _quality(self, bank: Bank) -> Floats:
        if self.by == "information":
            return bank.curves.information(np.arange(len(bank)), bank.peaks)
        form = bank.discriminations
        assert form is not None  # noqa: S101 - `check` refused other banks
        return form

    def _place(self, bank: Bank) -> Floats:
        return bank.peaks if self.by == "information" else difficulties(bank)
