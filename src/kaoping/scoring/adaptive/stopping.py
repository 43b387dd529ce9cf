r"""When a test ends: by its length, when enough is known, or when nothing more can be learnt.

The test goes on to ``shortest`` items and ends after ``longest``; between them it ends as soon as one of the rules says
so, or when no item is left that the person may get. The reason is kept for each person.

References
----------
Weiss, D. J., & Kingsbury, G. G. (1984). Application of computerized adaptive testing to educational problems. *Journal
of Educational Measurement*, 21, 361-375.
Gialluca, K. A., & Weiss, D. J. (1979). *Efficiency of an adaptive inter-subtest branching strategy in the measurement
of classroom achievement* (Research Report 79-6). University of Minnesota.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from kaoping.scoring.adaptive.bank import Bank
from kaoping.scoring.adaptive.criteria import informations
from kaoping.scoring.adaptive.curves import closed
from kaoping.scoring.adaptive.errors import BadAdaptiveTest
from kaoping.scoring.adaptive.progress import Progress
from kaoping.scoring.arrays import Flags, Whole

LENGTH, NO_ITEM = "length", "no item left"


class Rule(Protocol):
    """A rule of stopping."""

    @property
    def name(self) -> str:
        """The reason that is given."""

    def met(self, bank: Bank, progress: Progress, open_: Flags) -> Flags:
        """Whether each person's test is to end, (n,); ``open_`` (n, k) tells which items might still be given."""


@dataclass(frozen=True)
class StandardError:
    """The standard error is at most ``most`` logits."""

    most: float

    name = "standard error"

    def __post_init__(self) -> None:
        _above_zero(self.most, "a standard error")

    def met(self, bank: Bank, progress: Progress, open_: Flags) -> Flags:
        """Compare the error of the estimate."""
        return np.asarray(progress.se <= self.most)


@dataclass(frozen=True)
class LittleInformation:
    """No item that is left has ``least`` information at the estimate, per squared logit (Gialluca & Weiss, 1979)."""

    least: float

    name = "little information"

    def __post_init__(self) -> None:
        _above_zero(self.least, "an information")

    def met(self, bank: Bank, progress: Progress, open_: Flags) -> Flags:
        """Compare the best item."""
        return np.asarray(closed(open_, informations(bank, progress)).max(axis=1) < self.least)


@dataclass(frozen=True)
class SmallChange:
    """The last answer moved the estimate by less than ``least`` logits."""

    least: float

    name = "small change"

    def __post_init__(self) -> None:
        _above_zero(self.least, "a change")

    def met(self, bank: Bank, progress: Progress, open_: Flags) -> Flags:
        """Compare the last two estimates; the first is no change."""
        return np.asarray((np.abs(progress.theta - progress.before) < self.least) & (progress.given > 1))


@dataclass(frozen=True)
class Stopping:
    """Length and rules.

    Parameters
    ----------
    longest, shortest : number of items.
    rules : of which the first that is met gives the reason.

    Raises
    ------
    BadAdaptiveTest
        The lengths are not in order from 1, or a rule has a threshold that is not above zero.

    >>> Stopping(30, 10, rules=[StandardError(0.3)]).reasons
    ('length', 'no item left', 'standard error')
    """

    longest: int
    shortest: int = 1
    rules: Sequence[Rule] = ()

    def __post_init__(self) -> None:
        if not 1 <= self.shortest <= self.longest:
            raise BadAdaptiveTest(reason=f"a length from {self.shortest} to {self.longest} items is none")

    @property
    def least(self) -> int:
        """Items that every test has, if the bank suffices: all, if no rule ends it sooner."""
        return self.shortest if self.rules else self.longest

    @property
    def reasons(self) -> tuple[str, ...]:
        """Names of the reasons by their number."""
        return (LENGTH, NO_ITEM, *(rule.name for rule in self.rules))

    def ended(self, bank: Bank, progress: Progress, open_: Flags) -> Whole:
        """Give the number of the reason why each test ends, (n,); -1 where it goes on."""
        found = np.full(len(progress), -1)
        if progress.given >= self.shortest:
            for number, rule in reversed(list(enumerate(self.rules, start=2))):
                found[rule.met(bank, progress, open_)] = number
        if progress.given >= self.longest:
            found[found < 0] = 0
        found[(found < 0) & ~open_.any(axis=1)] = 1
        return found


def _above_zero(value: float, what: str) -> None:
    if not 0 < value < np.inf:
        raise BadAdaptiveTest(reason=f"{what} of {value} is no threshold; give a number above zero")
