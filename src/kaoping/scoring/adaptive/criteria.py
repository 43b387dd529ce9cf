r"""What makes an item worth giving next, from the estimate of ability alone.

==========  =========================================================================================================
name        value, larger is better
==========  =========================================================================================================
``mfi``     information at the estimate, :math:`I_j(\hat\theta)` (Lord, 1980)
``bopt``    minus the distance of the difficulty, :math:`-|b_j - \hat\theta|` (Urry, 1970); right-or-wrong items
``thopt``   minus the distance of the ability of most information, :math:`-|\theta_j^* - \hat\theta|` (Magis, 2013)
``random``  a number that is drawn
==========  =========================================================================================================

References
----------
Lord, F. M. (1980). *Applications of Item Response Theory to Practical Testing Problems*, ch. 10.
Urry, V. W. (1970). *A Monte Carlo investigation of logistic test models*. Purdue University.
Magis, D. (2013). A note on the item information function of the four-parameter logistic model. *Applied Psychological
Measurement*, 37, 304-315.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from kaoping.scoring.adaptive.bank import Bank
from kaoping.scoring.adaptive.curves import closed
from kaoping.scoring.adaptive.errors import CriterionUndefined
from kaoping.scoring.adaptive.progress import Progress, Sources, draws
from kaoping.scoring.adaptive.ranking import first_of
from kaoping.scoring.arrays import Flags, Floats, Whole


class Criterion(ABC):
    """A criterion of selection."""

    name: ClassVar[str]
    draws: ClassVar[bool] = False
    """Whether it draws random numbers."""
    negative: ClassVar[bool] = False
    """Whether values are below zero."""

    @property
    def needs_difficulty(self) -> bool:
        """Whether every item has to have one difficulty."""
        return False

    def check(self, bank: Bank) -> None:
        """Refuse a bank for which the criterion is not defined.

        Raises
        ------
        CriterionUndefined
            An item has several categories, and so no one difficulty.
        """
        if not self.needs_difficulty:
            return
        for item, form in zip(bank.names, bank.parameters.models, strict=True):
            if form.categories > 2:  # noqa: PLR2004
                raise CriterionUndefined(criterion=self.name, item=item, model=str(form.name))

    @abstractmethod
    def values(self, bank: Bank, progress: Progress, open_: Flags, sources: Sources) -> Floats:
        """Value of every item for every person, (n, k); the largest is the best.

        Parameters
        ----------
        open_ : (n, k) which items a person may get; only their values are used.
        sources : n generators, read only if `draws`.
        """

    def best(self, bank: Bank, progress: Progress, open_: Flags, m: int, sources: Sources) -> Whole:
        """Give the places of the m best open items of every person, best first, (n, m); -1 where there are fewer."""
        values = closed(open_, self.values(bank, progress, open_, sources))
        places = first_of(values, min(m, len(bank)))
        found = np.take_along_axis(values, places, axis=1)
        return np.where(found > -np.inf, places, -1)


@dataclass(frozen=True)
class MaximumInformation(Criterion):
    """Most Fisher information at the estimate (MFI)."""

    name = "mfi"

    def values(self, bank: Bank, progress: Progress, open_: Flags, sources: Sources) -> Floats:
        """Give the information, per squared logit."""
        return informations(bank, progress)

    def best(self, bank: Bank, progress: Progress, open_: Flags, m: int, sources: Sources) -> Whole:
        """Give the best, without calculating all."""
        places, _ = bank.ranking.best(progress.theta, open_, min(m, len(bank)), given=progress.given)
        return places


@dataclass(frozen=True)
class NearestDifficulty(Criterion):
    """The difficulty nearest to the estimate (bOpt, Urry's rule)."""

    name = "bopt"
    negative = True

    @property
    def needs_difficulty(self) -> bool:
        """It compares difficulties."""
        return True

    def values(self, bank: Bank, progress: Progress, open_: Flags, sources: Sources) -> Floats:
        """Give minus the distance, in logits."""
        return -np.abs(difficulties(bank) - progress.theta[:, None])


@dataclass(frozen=True)
class NearestPeak(Criterion):
    """The ability of most information nearest to the estimate (thOpt)."""

    name = "thopt"
    negative = True

    def values(self, bank: Bank, progress: Progress, open_: Flags, sources: Sources) -> Floats:
        """Give minus the distance, in logits."""
        return -np.abs(bank.peaks - progress.theta[:, None])


@dataclass(frozen=True)
class RandomChoice(Criterion):
    """Any item: what every other criterion has to be compared with."""

    name = "random"
    draws = True

    def values(self, bank: Bank, progress: Progress, open_: Flags, sources: Sources) -> Floats:
        """Draw a number for each item."""
        return draws(sources, len(bank))


def informations(bank: Bank, progress: Progress) -> Floats:
    """Information of every item at every person's estimate, (n, k)."""
    return bank.curves.information(np.arange(len(bank)), progress.theta[:, None])


def difficulties(bank: Bank) -> Floats:
    """Difficulties (k,) of a bank that was checked to have them."""
    found = bank.difficulties
    assert found is not None  # noqa: S101 - `Criterion.check` refused other banks
    return found
