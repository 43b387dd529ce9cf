"""An adaptive test: how it starts, which item comes next, how ability is estimated, and when it ends.

The same rules serve one person in an exam and a block of persons in a simulation: both are a `Progress`.

>>> import numpy as np
>>> from kaoping.scoring.adaptive import AdaptiveTest, Bank, StandardError, Stopping
>>> from kaoping.scoring.parameters import ItemParameters
>>> items = ItemParameters.logistic(np.full(9, 1.5), np.linspace(-2, 2, 9), names=list("ABCDEFGHI"))
>>> test = AdaptiveTest(Bank(items), Stopping(4, rules=[StandardError(0.3)]))
>>> rng = np.random.default_rng(1)
>>> person = test.begin([rng])
>>> while (item := test.next_item(person, rng)) is not None:
...     person = test.answer(person, item, 1 if item < 6 else 0)
...     print(items.names[item], round(float(person.theta[0]), 2), round(float(person.se[0]), 2))
E 0.53 0.85
F 0.93 0.76
G 0.61 0.66
H 0.47 0.61
>>> test.reason(person)
'length'
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from kaoping.scoring.adaptive.bank import Bank
from kaoping.scoring.adaptive.classification import Classification
from kaoping.scoring.adaptive.content import Balance
from kaoping.scoring.adaptive.criteria import Criterion, MaximumInformation
from kaoping.scoring.adaptive.errors import BadAdaptiveTest
from kaoping.scoring.adaptive.estimation import Estimation, Estimator
from kaoping.scoring.adaptive.exposure import Best, Control, Eligibility
from kaoping.scoring.adaptive.progress import Progress, Sources, beginning, draws, some_of
from kaoping.scoring.adaptive.shadowed import ShadowRules
from kaoping.scoring.adaptive.stopping import Stopping
from kaoping.scoring.arrays import Flags, Floats, Whole
from kaoping.scoring.errors import BadResponses


@dataclass(frozen=True)
class Start:
    """How a test starts.

    Parameters
    ----------
    theta : ability in logits at which the first item is chosen; the mean of the population if not given.
    spread : the start is drawn between so much below and above, so that not everybody gets the same first item.
    items : names of items that everybody gets first, in this order; content and exposure are not asked.

    Raises
    ------
    BadAdaptiveTest
        The ability or the spread is no finite number, the spread is below zero, or an item comes twice.
    """

    theta: float | None = None
    spread: float = 0.0
    items: Sequence[str] = ()

    def __post_init__(self) -> None:
        if self.theta is not None and not np.isfinite(self.theta):
            raise BadAdaptiveTest(reason=f"a test cannot start from an ability of {self.theta}")
        if not 0 <= self.spread < np.inf:
            raise BadAdaptiveTest(reason=f"a spread of {self.spread} is none; give a number from zero")
        if len(set(self.items)) < len(self.items):
            twice = next(name for name in self.items if list(self.items).count(name) > 1)
            raise BadAdaptiveTest(reason=f"item {twice} is twice among the first items")


@dataclass(frozen=True)
class Prioritised(Criterion):
    """A criterion weighted by what is still wanted of each item's area."""

    criterion: Criterion
    balance: Balance

    name = "priority"

    def values(self, bank: Bank, progress: Progress, open_: Flags, sources: Sources) -> Floats:
        """Give value times priority."""
        return self.criterion.values(bank, progress, open_, sources) * self.balance.priority(bank, progress)


@dataclass(frozen=True, eq=False)
class AdaptiveTest:
    """The rules of an adaptive test.

    Parameters
    ----------
    bank : the items.
    stopping : lengths and rules of stopping.
    criterion : what makes an item worth giving.
    exposure : control of exposure.
    balance : balance of content, if there is one.
    shadow : rules that every test keeps, by shadow tests; then there is no balance beside them.
    estimator : how ability is estimated.
    start : how it starts.
    most_uses : how many persons get an item at most; beyond that it is closed.
    cohort : persons who take the test at the same time in a simulation where counts of use decide.

    Raises
    ------
    BadAdaptiveTest, CriterionUndefined
        The rules contradict each other or the bank.
    """

    bank: Bank
    stopping: Stopping
    criterion: Criterion = field(default_factory=MaximumInformation)
    exposure: Control = field(default_factory=Best)
    balance: Balance | None = None
    shadow: ShadowRules | None = None
    estimator: Estimator = field(default_factory=Estimator)
    start: Start = field(default_factory=Start)
    most_uses: int | None = None
    cohort: int = 50

    def __post_init__(self) -> None:
        if self.stopping.longest > len(self.bank):
            raise BadAdaptiveTest(
                reason=f"{self.stopping.longest} items were asked for and the bank has {len(self.bank)}"
            )
        if len(self.start.items) > self.stopping.longest:
            raise BadAdaptiveTest(reason=f"{len(self.start.items)} first items do not fit into the longest test")
        if strange := [name for name in self.start.items if name not in self.bank.names]:
            raise BadAdaptiveTest(reason=f"there is no item {strange[0]} to be given first")
        if self.cohort < 1 or (self.most_uses is not None and self.most_uses < 1):
            raise BadAdaptiveTest(reason="a number of persons has to be at least 1")
        if self.balance is not None:
            self.balance.check(self.bank)
            if self.balance.method == "priority" and self.criterion.negative:
                raise BadAdaptiveTest(reason=f"priorities cannot weight {self.criterion.name}, which is below zero")
        if self.shadow is not None:
            self._check_shadow(self.shadow)
        self.criterion.check(self.bank)
        self.exposure.check(self.bank, self.stopping.least)

    def _check_shadow(self, shadow: ShadowRules) -> None:
        if self.balance is not None:
            raise BadAdaptiveTest(reason="the rules of shadow tests balance content already; leave the balance out")
        for name in self.start.items:
            if name not in shadow.problem.items:
                raise BadAdaptiveTest(reason=f"everybody gets item {name} first and the rules do not name it")
        shadow.check(self.stopping.longest)

    @cached_property
    def control(self) -> Control:
        """The control with its chances."""
        return self.exposure.admission(self.bank) if isinstance(self.exposure, Eligibility) else self.exposure

    @cached_property
    def estimation(self) -> Estimation:
        """The estimator, ready for the bank."""
        return self.estimator.on(self.bank)

    @cached_property
    def ranked_by(self) -> Criterion:
        """The criterion, weighted by priorities if content is balanced by them."""
        if self.balance is not None and self.balance.method == "priority":
            return Prioritised(self.criterion, self.balance)
        return self.criterion

    @property
    def classification(self) -> Classification | None:
        """The rule that compares persons with cuts, if there is one."""
        return next((rule for rule in self.stopping.rules if isinstance(rule, Classification)), None)

    @property
    def draws(self) -> bool:
        """Whether a person's items depend on random numbers."""
        balanced = self.balance is not None and self.balance.draws
        control = self.exposure.draws or self.exposure.lots > 0
        return self.criterion.draws or control or balanced or self.start.spread > 0

    def begin(
        self, sources: Sources, *, persons: int | None = None, closed: Flags | None = None, uses: Whole | None = None
    ) -> Progress:
        """Begin the test of n persons.

        Parameters
        ----------
        sources : n generators; may be none if the test does not draw.
        persons : n, if there are no sources.
        closed : (n, k) items that a person must not get, such as those of an earlier test.
        uses : (k,) how many persons got each item so far; those that reached `most_uses` are closed.
        """
        n = len(sources) if persons is None else persons
        open_ = np.ones((n, len(self.bank)), dtype=np.bool_) if closed is None else ~closed
        if self.shadow is not None:
            open_ &= np.isin(np.arange(len(self.bank)), self.shadow.places)
        if self.most_uses is not None and uses is not None:
            open_ &= uses < self.most_uses
        ranges, k = self.exposure.lots, len(self.bank)
        lots = draws(sources, ranges * k).reshape(n, ranges, k) if ranges else None
        theta = self.bank.grid.weights @ self.bank.grid.nodes if self.start.theta is None else self.start.theta
        begun = np.full(n, float(theta))
        if self.start.spread > 0:
            begun += self.start.spread * (2 * draws(sources, 1)[:, 0] - 1)
        return beginning(self.bank, begun, open_=open_, lots=lots)

    def choose(self, progress: Progress, sources: Sources) -> Whole:
        """Choose the next item of every person, (n,) places; -1 where none is left."""
        if progress.given < len(self.start.items):
            return self._fixed(progress, sources)
        return self._free(progress, sources)

    def _fixed(self, progress: Progress, sources: Sources) -> Whole:
        """Give the item that everybody gets; who may not get it has a free choice."""
        place = self.bank.place(self.start.items[progress.given])
        found = np.full(len(progress), place)
        closed = np.flatnonzero(~progress.open[:, place])
        if len(closed):
            found[closed] = self._free(*some_of(progress, sources, closed))
        return found

    def _free(self, progress: Progress, sources: Sources) -> Whole:
        """Choose by content, exposure and criterion, in this order."""
        open_ = progress.open
        if self.balance is not None:
            open_ = self.balance.kept(self.bank, progress, open_, sources)
        admitted = self.control.admitted(progress, open_)
        longest = self.stopping.longest
        open_ = admitted if self.shadow is None else self.shadow.kept(progress, open_, admitted, longest)
        m = self.control.among(progress.given)
        places = self.ranked_by.best(self.bank, progress, open_, m, sources)
        return self.control.pick(places, sources)

    def next_item(self, progress: Progress, rng: np.random.Generator) -> int | None:
        """Choose the next item of one person, by its place in the bank; none if the test has ended."""
        if self.reason(progress):
            return None
        place = int(self.choose(progress, [rng])[0])
        return None if place < 0 else place

    def answer(self, progress: Progress, items: Whole | int, categories: Whole | int) -> Progress:
        """Note the answers, (n,) places and categories, and estimate ability.

        Raises
        ------
        BadResponses
            An item may not be given to the person, or an answer is not a category of its item.
        """
        places, marks = np.atleast_1d(items), np.atleast_1d(categories)
        self._refuse(progress, places, marks)
        noted = progress.answered(self.bank, places, marks)
        return noted.estimated(*self.estimation(noted))

    def resume(self, begun: Progress, items: Sequence[int], categories: Sequence[int]) -> Progress:
        """Give the progress of one person after these answers, in the order given.

        ``begun`` is what `begin` gave; if it drew (lots of an admission, a start that is spread), with the same
        generator or a generator of the same seed.

        Raises
        ------
        BadResponses
            As of `answer`.
        """
        for item, category in zip(items, categories, strict=True):
            begun = self.answer(begun, item, category)
        return begun

    def _refuse(self, progress: Progress, places: Whole, marks: Whole) -> None:
        """Refuse answers that cannot be."""
        if not progress.open[np.arange(len(places)), places].all():
            raise BadResponses(reason="an item was answered twice, or may not be given to this person")
        wrong = np.flatnonzero((marks < 0) | (marks >= self.bank.categories[places]))
        if wrong.size:
            name, mark = self.bank.names[places[wrong[0]]], marks[wrong[0]]
            raise BadResponses(reason=f"item {name} has the answer {mark}, which is not one of its categories")

    def ended(self, progress: Progress) -> Whole:
        """Give the number of the reason why each test ends, (n,); -1 where it goes on."""
        return self.stopping.ended(self.bank, progress, progress.open)

    def reason(self, progress: Progress) -> str:
        """Tell why the test of one person ends; nothing if it goes on."""
        number = int(self.ended(progress)[0])
        return "" if number < 0 else self.stopping.reasons[number]

    def with_exposure(self, exposure: Control) -> "AdaptiveTest":
        """Give the same test under another control of exposure."""
        return replace(self, exposure=exposure)
