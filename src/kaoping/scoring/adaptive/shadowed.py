"""Shadow tests in adaptive testing: items are chosen among those of a form that keeps all rules of a request.

Before every item a form is assembled around what the person was given, as informative as possible at the estimate
[van der Linden & Reese 1998]; see `kaoping.scoring.assembly.shadow`. Criterion and control of exposure then choose
among its items. What the control holds back comes in only if there is no form without it.
"""

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from kaoping.scoring.adaptive.bank import Bank
from kaoping.scoring.adaptive.criteria import informations
from kaoping.scoring.adaptive.errors import BadAdaptiveTest
from kaoping.scoring.adaptive.progress import Progress
from kaoping.scoring.arrays import Flags, Floats, Whole
from kaoping.scoring.assembly.problem import Aim, Constraint, Objective, Problem
from kaoping.scoring.assembly.shadow import NoShadow, ShadowTest, open_items

DIGITS = 9
"""Decimals of the information that forms are assembled by."""
ABILITIES = 25
"""Abilities, spread over the nodes of the bank, from whose best forms solving begins."""


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
    length : items of the most informative form; others may have more or fewer if the rules do not count them.

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
    _tests: dict[int, ShadowTest] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        known = set(self.bank.names)
        if strange := [name for name in self.problem.items if name not in known]:
            raise BadAdaptiveTest(reason=f"item {strange[0]} of the rules is not in the bank")
        first = ShadowTest(self.problem).assemble(self._worth)
        object.__setattr__(self, "length", len(first.items))

    def check(self, longest: int) -> None:
        """Refuse a test that ends before any form is whole.

        Raises
        ------
        BadAdaptiveTest
            Every form has more than ``longest`` items.
        """
        try:
            self._test(longest).assemble(self._worth)
        except NoShadow:
            reason = f"a form of the rules has {self.length} items and the test ends after {longest}"
            raise BadAdaptiveTest(reason=reason) from None

    @cached_property
    def places(self) -> Whole:
        """Place in the bank of every item of the request."""
        return np.array([self.bank.place(name) for name in self.problem.items])

    @cached_property
    def _worth(self) -> Floats:
        """Mean information of every item of the request."""
        return np.asarray(self.bank.informations.mean(axis=1)[self.places])

    @cached_property
    def _typical(self) -> Objective:
        """Information of every item of the request at some abilities."""
        nodes = np.unique(np.linspace(0, len(self.bank.grid.nodes) - 1, ABILITIES).round().astype(np.int64))
        table, points = self.bank.informations[np.ix_(self.places, nodes)], self.bank.grid.nodes[nodes]
        return Objective(Aim.SUM, table, np.ones(len(nodes)), points=tuple(f"{point:g}" for point in points))

    def _test(self, longest: int) -> ShadowTest:
        """Give the rules in the solver, and with them that no form has more items than the longest test."""
        if longest not in self._tests:
            every = np.arange(len(self.problem.items))
            fits = Constraint("longest test", every, np.ones(len(every)), high=longest)
            constraints = (*self.problem.constraints, fits)
            self._tests[longest] = ShadowTest(replace(self.problem, constraints=constraints, objective=self._typical))
        return self._tests[longest]

    def kept(self, progress: Progress, open_: Flags, admitted: Flags, longest: int) -> Flags:
        """Give the items of every person's shadow test that may come next, (n, k).

        Parameters
        ----------
        open_ : (n, k) items that may be given at all.
        admitted : (n, k) those that control of exposure does not hold back.
        longest : items of the longest test, which has to hold the whole form.

        Raises
        ------
        NoShadow
            The items that a person was given leave no form.
        """
        found = np.zeros_like(open_)
        place = np.full(len(self.bank), -1)
        place[self.places] = np.arange(len(self.places))
        # what is only rounding, which depends on how many are tested together, must not break ties
        worth = informations(self.bank, progress)[:, self.places].round(DIGITS)
        test = self._test(longest)
        for person, items in enumerate(progress.items):
            given = place[items].tolist()
            barred = ~open_[person, self.places]
            barred[given] = False
            shadow = test.assemble(worth[person], given, eligible=admitted[person, self.places], barred=barred)
            found[person, self.places[open_items(self.problem, shadow, given)]] = True
        return found
