r"""Control of exposure: that no item is given so often that it becomes known.

* `Best`: none, the best item is given.
* `Randomesque` (Kingsbury & Zara, 1989): one of the m best, drawn. With ``falling`` the first item is one of m, the
  second one of m - 1, and so on down to the best (McBride & Martin, 1983: 5-4-3-2-1).
* `Admission`: every item has a chance to be admitted, over all abilities or in each range of them; an item that fails
  is set aside for this person. The chances are those of Sympson and Hetter (1985), see
  `kaoping.scoring.adaptive.sympson_hetter`, or of `Eligibility`.
* `Eligibility` (van der Linden & Veldkamp, 2004, 2007): chances that follow from how often each item was given so far,

  .. math:: P(E_i) = \min\left\{1 - \frac{1}{P(F)} + \frac{r \, \epsilon_i}{P(F) \, \alpha_i},\; 1\right\}

  with the highest rate r, the persons :math:`\alpha_i` who got the item, those :math:`\epsilon_i` for whom it was
  eligible or the eligible items did not suffice, and the share :math:`P(F)` for whom they did. ``fading`` multiplies
  the counts for every person that comes, so that the last :math:`1/(1 - f)` persons count.

An item fails for a person, in a range of abilities, once and for all, so that its lot may be drawn when the test
begins: what is random in an admission is one number for each person, range and item.

References
----------
Kingsbury, G. G., & Zara, A. R. (1989). Procedures for selecting items for computerized adaptive tests. *Applied
Measurement in Education*, 2, 359-375.
McBride, J. R., & Martin, J. T. (1983). Reliability and validity of adaptive ability tests in a military setting. In
Weiss, *New Horizons in Testing*, 223-236.
Sympson, J. B., & Hetter, R. D. (1985). Controlling item-exposure rates in computerized adaptive testing. *Proceedings
of the 27th Annual Meeting of the Military Testing Association*, 973-977.
van der Linden, W. J., & Veldkamp, B. P. (2004). Constraining item exposure in computerized adaptive testing with shadow
tests. *Journal of Educational and Behavioral Statistics*, 29, 273-291.
van der Linden, W. J., & Veldkamp, B. P. (2007). Conditional item-exposure control in adaptive testing using item-
ineligibility probabilities. *Journal of Educational and Behavioral Statistics*, 32, 398-418.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from kaoping.scoring.adaptive.bank import Bank
from kaoping.scoring.adaptive.errors import BadAdaptiveTest, ExposureOutOfReach
from kaoping.scoring.adaptive.progress import Progress, Sources, draws
from kaoping.scoring.adaptive.visits import Visits
from kaoping.scoring.arrays import Flags, Floats, Whole

LEAST = 1e-6


class Control:
    """A control of exposure; this one controls nothing."""

    draws: bool = False
    """Whether it draws when an item is chosen."""

    @property
    def lots(self) -> int:
        """Number of ranges of ability for which lots of all items are drawn when the test begins."""
        return 0

    def check(self, bank: Bank, length: int) -> None:
        """Refuse a bank that it does not fit, for tests of at least so many items.

        Raises
        ------
        BadAdaptiveTest, ExposureOutOfReach
        """

    def among(self, given: int) -> int:
        """Give the number of best items that one is drawn from, after so many were given."""
        return 1

    def admitted(self, progress: Progress, open_: Flags) -> Flags:
        """Give the items of ``open_`` (n, k) that are admitted, (n, k)."""
        return open_

    def pick(self, places: Whole, sources: Sources) -> Whole:
        """Pick one of the best of each person (n, m); -1 stands for none, and comes last."""
        return places[:, 0]


@dataclass(frozen=True)
class Best(Control):
    """The best item."""


@dataclass(frozen=True)
class Randomesque(Control):
    """One of the m best items.

    Raises
    ------
    BadAdaptiveTest
        m is not at least 1.

    >>> Randomesque(5, falling=True).among(3), Randomesque(5).among(3)
    (2, 5)
    """

    m: int = 5
    falling: bool = False

    draws = True

    def __post_init__(self) -> None:
        if self.m < 1:
            raise BadAdaptiveTest(reason=f"no item can be drawn from the {self.m} best")

    def among(self, given: int) -> int:
        """Give m, or less of it with every item."""
        return max(self.m - given, 1) if self.falling else self.m

    def pick(self, places: Whole, sources: Sources) -> Whole:
        """Draw one of those that there are."""
        if places.shape[1] == 1:
            return places[:, 0]
        there = (places >= 0).sum(axis=1)
        drawn = np.floor(draws(sources, 1)[:, 0] * there).astype(np.int64)
        return np.asarray(np.take_along_axis(places, drawn[:, None], axis=1)[:, 0])


@dataclass(frozen=True, eq=False)
class Admission(Control):
    """Every item is admitted with a chance of its own.

    Parameters
    ----------
    chances : (k,), or (g, k) for each range of abilities.
    cuts : (g - 1,) rising abilities in logits that divide the ranges; the estimate tells which holds.

    Raises
    ------
    BadAdaptiveTest
        The chances are not from 0 to 1, or there is not a row of them for every range.
    """

    chances: Floats
    cuts: Sequence[float] = ()

    def __post_init__(self) -> None:
        table = np.atleast_2d(np.asarray(self.chances, dtype=np.float64))
        if len(table) != len(self.cuts) + 1 or (np.diff(self.cuts) <= 0).any():
            raise BadAdaptiveTest(reason=f"{len(table)} rows of chances do not fit {len(self.cuts)} rising cuts")
        if not ((table >= 0) & (table <= 1)).all():
            raise BadAdaptiveTest(reason="the chances of the items to be admitted are not all from 0 to 1")
        object.__setattr__(self, "chances", table)

    @property
    def lots(self) -> int:
        """Lots for every range."""
        return len(self.chances)

    def check(self, bank: Bank, length: int) -> None:
        """Refuse another number of items."""
        if self.chances.shape[1] != len(bank):
            raise BadAdaptiveTest(reason=f"{self.chances.shape[1]} chances are given for {len(bank)} items")

    def passed(self, lots: Floats, theta: Floats) -> Flags:
        """Whether each item passes with these lots (n, g, k) at abilities (n,), (n, k)."""
        here = np.searchsorted(np.asarray(self.cuts), theta, side="right")
        return np.asarray(lots[np.arange(len(theta)), here] < self.chances[here])

    def admitted(self, progress: Progress, open_: Flags) -> Flags:
        """Give the items that pass; all for a person for whom none does."""
        assert progress.lots is not None  # noqa: S101 - drawn at the beginning because `lots` asks for it
        passed = np.asarray(open_ & self.passed(progress.lots, progress.theta))
        return np.where(passed.any(axis=1, keepdims=True), passed, open_)


@dataclass(frozen=True, eq=False)
class Eligibility(Control):
    """Chances of admission that keep every item's rate below the highest, from the persons so far.

    The visits belong to the value: `updated` gives the control for the next persons.

    Parameters
    ----------
    rate : highest share of persons who get an item; with cuts, of those who come to each range of abilities.
    cuts : (g - 1,) rising abilities that divide the ranges.
    fading : what the counts are multiplied by for every person, above 0, up to 1.
    visits : the persons so far; nobody if not given.

    Raises
    ------
    BadAdaptiveTest
        Rate or fading is not above 0 and up to 1.
    """

    rate: float
    cuts: Sequence[float] = ()
    fading: float = 1.0
    visits: Visits | None = None

    def __post_init__(self) -> None:
        if not (0 < self.rate <= 1 and 0 < self.fading <= 1):
            raise BadAdaptiveTest(
                reason=f"a highest rate of {self.rate} and a fading of {self.fading} are not above 0 and up to 1"
            )

    @property
    def lots(self) -> int:
        """Lots for every range."""
        return len(self.cuts) + 1

    def check(self, bank: Bank, length: int) -> None:
        """Refuse a bank with too few items."""
        within_reach(self.rate, bank, length)

    def admission(self, bank: Bank) -> Admission:
        """Give the chances that follow from the counts."""
        ranges = len(self.cuts) + 1
        if self.visits is None:
            return Admission(np.ones((ranges, len(bank))), self.cuts)
        counts = self.visits
        sufficed = np.where(counts.persons > 0, counts.feasible / np.maximum(counts.persons, LEAST), 1.0)
        sufficed = np.maximum(sufficed, LEAST)[:, None]
        ratio = np.divide(counts.eligible, counts.given, out=np.full_like(counts.given, np.inf), where=counts.given > 0)
        return Admission(np.clip(1 - 1 / sufficed + self.rate * ratio / sufficed, 0.0, 1.0), self.cuts)

    def updated(self, visits: Visits, persons: int) -> "Eligibility":
        """Add the visits of more persons."""
        return replace(
            self, visits=visits if self.visits is None else self.visits.joined(visits, kept=self.fading**persons)
        )


def within_reach(rate: float, bank: Bank, length: int) -> None:
    """Refuse a highest rate that no control can keep: the rates of all items sum to the length of the test.

    Raises
    ------
    ExposureOutOfReach
    """
    if rate * len(bank) < length:
        raise ExposureOutOfReach(rate=rate, length=length, items=len(bank), least=length / len(bank))
