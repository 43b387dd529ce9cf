"""Shadow tests in adaptive testing: items are chosen among those of a form that keeps all rules of a request.

Before every item a form is assembled around what the person was given, as informative as possible at the estimate
[van der Linden & Reese 1998]; see `kaoping.scoring.assembly.shadow`. Criterion and control of exposure then choose
among its items. What the control holds back comes in only if there is no form without it.
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from kaoping.scoring.adaptive.bank import Bank
from kaoping.scoring.adaptive.criteria import informations
from kaoping.scoring.adaptive.errors import BadAdaptiveTest
from kaoping.scoring.adaptive.progress import Progress
from kaoping.scoring.arrays import Flags, Whole
from kaoping.scoring.assembly.problem import Problem
from kaoping.scoring.assembly.shadow import ShadowTest, open_items


@dataclass(frozen=True, eq=False)
class ShadowRules:
    """The rules of a request, for the items of a bank.

    Parameters
    ----------
    problem : rules of one form; its items are named as in the bank. Items of the bank that it does not name are not
        given; its objective is not used.
    bank : the items.

    Attributes
    ----------
    length : items of one form.

    Raises
    ------
    BadAdaptiveTest
        An item of the request is not in the bank.
    BadProblem
        More than one form is asked for.
    NoShadow
        No form keeps the rules.
    """

    problem: Problem
    bank: Bank
    length: int = field(init=False)

    def __post_init__(self) -> None:
        known = set(self.bank.names)
        if strange := [name for name in self.problem.items if name not in known]:
            raise BadAdaptiveTest(reason=f"item {strange[0]} of the rules is not in the bank")
        first = self.test.assemble(self.bank.informations.mean(axis=1)[self.places])
        object.__setattr__(self, "length", len(first.items))

    @cached_property
    def places(self) -> Whole:
        """Place in the bank of every item of the request."""
        return np.array([self.bank.place(name) for name in self.problem.items])

    @cached_property
    def test(self) -> ShadowTest:
        """The rules in the solver."""
        return ShadowTest(self.problem)

    def kept(self, progress: Progress, open_: Flags, admitted: Flags) -> Flags:
        """Give the items of every person's shadow test that may come next, (n, k).

        Parameters
        ----------
        open_ : (n, k) items that may be given at all.
        admitted : (n, k) those that control of exposure does not hold back.

        Raises
        ------
        NoShadow
            The items that a person was given leave no form.
        """
        found = np.zeros_like(open_)
        place = np.full(len(self.bank), -1)
        place[self.places] = np.arange(len(self.places))
        worth = informations(self.bank, progress)[:, self.places]
        for person, items in enumerate(progress.items):
            given = place[items].tolist()
            barred = ~open_[person, self.places]
            barred[given] = False
            shadow = self.test.assemble(worth[person], given, eligible=admitted[person, self.places], barred=barred)
            found[person, self.places[open_items(self.problem, shadow, given)]] = True
        return found
