r"""Balance of content: which area the next item is taken from.

Every area has a target, a share of the test; the shares sum to one.

* **Constrained** (Kingsbury & Zara, 1989): the area whose share of the items given is farthest below its target,
  counting the item to be given; of equal ones the first.
* **Multinomial** (Chen & Ankenmann, 2004, modified multinomial model): an area is drawn in proportion to the targets,
  as long as it has not got all its items; so the order of the areas cannot be foreseen.
* **Priority** (Cheng & Chang, 2009): no area is chosen; the criterion of an item is multiplied by the share of its
  area's items that are still to be given, so that a better item may come before its turn. Needs a criterion that is
  not below zero.

An area that has no item left for a person gives its turn to the next.

References
----------
Kingsbury, G. G., & Zara, A. R. (1989). Procedures for selecting items for computerized adaptive tests. *Applied
Measurement in Education*, 2, 359-375.
Chen, S.-Y., & Ankenmann, R. D. (2004). Effects of practical constraints on item selection rules at the early stages of
computerized adaptive testing. *Journal of Educational Measurement*, 41, 149-174.
Cheng, Y., & Chang, H.-H. (2009). The maximum priority index method for severely constrained item selection in
computerized adaptive testing. *British Journal of Mathematical and Statistical Psychology*, 62, 369-383.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kaoping.scoring.adaptive.bank import Bank
from kaoping.scoring.adaptive.errors import BadAdaptiveTest
from kaoping.scoring.adaptive.progress import Progress, Sources, draws
from kaoping.scoring.arrays import Flags, Floats, Whole

METHODS = ("constrained", "multinomial", "priority")
CLOSE = 1e-6
"""How far shares may miss one, as written with a few digits."""


@dataclass(frozen=True)
class Balance:
    """Targets of the areas and how they are kept.

    Parameters
    ----------
    targets : share of the test of each area.
    length : items of the whole test.
    method : ``constrained``, ``multinomial`` or ``priority``.

    Raises
    ------
    BadAdaptiveTest
        There is no such method, a share is not from 0 to 1, or they do not sum to one.
    """

    targets: Mapping[str, float]
    length: int
    method: str = "constrained"

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise BadAdaptiveTest(reason=f"{self.method} is no balance of content; write {', '.join(METHODS)}")
        shares = list(self.targets.values())
        if not all(share >= 0 for share in shares) or not abs(sum(shares) - 1) <= CLOSE:
            raise BadAdaptiveTest(reason=f"the shares of the areas sum to {sum(shares):g} and not to 1")

    @property
    def draws(self) -> bool:
        """Whether it draws random numbers."""
        return self.method == "multinomial"

    def check(self, bank: Bank) -> None:
        """Refuse targets that the bank cannot meet.

        Raises
        ------
        BadAdaptiveTest
            An area is not one of the bank's, one of the bank's has no target, or it has too few items.
        """
        for name in self.targets:
            if name not in bank.area_names:
                raise BadAdaptiveTest(reason=f"area {name} has a share and no item")
        for name, wanted in zip(bank.area_names, self.counts(bank), strict=True):
            if name not in self.targets:
                raise BadAdaptiveTest(reason=f"area {name} has items and no share; give it 0 if it is not wanted")
            there = list(bank.areas).count(name)
            if there < wanted:
                raise BadAdaptiveTest(reason=f"area {name} has {there} items and every test needs {wanted}")

    def shares(self, bank: Bank) -> Floats:
        """(g,) share of each area of the bank."""
        return np.array([self.targets.get(name, 0.0) for name in bank.area_names])

    def counts(self, bank: Bank) -> Whole:
        """(g,) items of each area in a whole test: shares rounded so that the largest remainders are rounded up.

        >>> from kaoping.scoring.parameters import ItemParameters
        >>> bank = Bank(ItemParameters.logistic(np.ones(3), np.zeros(3)), areas=("A", "B", "C"))
        >>> Balance({"A": 0.5, "B": 0.26, "C": 0.24}, 10).counts(bank)
        array([5, 3, 2])
        """
        wanted = self.shares(bank) * self.length
        found = np.floor(wanted + CLOSE).astype(np.int64)
        order = np.argsort(found - wanted, kind="stable")
        found[order[: self.length - found.sum()]] += 1
        return found

    def kept(self, bank: Bank, progress: Progress, open_: Flags, sources: Sources) -> Flags:
        """Give the items of the area whose turn it is, (n, k); all if nothing chooses an area."""
        if self.method == "priority":
            return open_
        here = given(bank, progress)
        rank = self._turns(bank, here, sources)
        there = np.stack([open_[:, bank.area == number].any(axis=1) for number in range(len(bank.area_names))], axis=1)
        turn = np.where(there, rank, -np.inf).argmax(axis=1)
        return np.asarray(open_ & (bank.area == turn[:, None]))

    def _turns(self, bank: Bank, here: Whole, sources: Sources) -> Floats:
        """How much each area is wanted, (n, g)."""
        shares, counts = self.shares(bank), self.counts(bank)
        full = here >= counts
        lacking = shares * (here.sum(axis=1, keepdims=True) + 1) - here - self.length * full
        if self.method == "constrained":
            return np.asarray(lacking)
        reached = np.cumsum(np.where(full, 0.0, shares), axis=1)
        drawn = (draws(sources, 1) * reached[:, -1:] >= reached).sum(axis=1, keepdims=True)
        return np.where(np.arange(len(shares)) == drawn, self.length, lacking)

    def priority(self, bank: Bank, progress: Progress) -> Floats:
        """Share of the items of each item's area that are still to be given, (n, k)."""
        counts = self.counts(bank)
        left = np.maximum(counts - given(bank, progress), 0) / np.maximum(counts, 1)
        return np.asarray(left[:, bank.area])


def given(bank: Bank, progress: Progress) -> Whole:
    """Items of each area that each person was given, (n, g)."""
    areas = bank.area[progress.items]
    return np.stack([(areas == number).sum(axis=1) for number in range(len(bank.area_names))], axis=1)
